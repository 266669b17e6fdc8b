/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_id.h -- one spelling for every AWS thing.
 *
 * A log names a thing by id, by name or by ARN, as each call sees fit. A chain is followed by
 * comparing ids, so all spellings of one thing must come out equal, and those of two things must
 * not.
 *
 *  (1) EC2 things are their short id (i-…, vol-…, snap-…, ami-…, sg-…), also when an ARN was given.
 *  (2) What has only a name is an ARN made of place and name: "arn:aws:iam::ACCOUNT:user/NAME".
 *      Paths of IAM names are left out, since most calls do not show them.
 *  (3) A masked id (AKIA****) names nothing: it would make one thing of many.
 *  (4) What is returned is `raw`, a part of it, or text in the arena.
 */
#ifndef SPOOR_DECODE_AWS_ID_H
#define SPOOR_DECODE_AWS_ID_H

#include "base/arena.h"
#include "base/base.h"

/* Where a name was used: names are unique in one account and region only. */
typedef struct aws_place {
    str service; /* "ec2.amazonaws.com" */
    str region;
    str account;
} aws_place;

/* The canonical id of `raw`, which stood at `path` ("requestParameters.userName": its last keys
 * tell a user from a role). Corrects *type (entity_type) when the id itself tells. STR_NONE: names
 * nothing. */
str aws_id_canon(arena *a, const aws_place *where, uint8_t *type, str raw, const char *path);

/* The ARN of the user or role behind a caller: an assumed role's session becomes the role, and IAM
 * paths are left out. Anything else stays as it is. */
str aws_id_principal(arena *a, str arn);

/* "arn:aws:iam::ACCOUNT:KIND/NAME", in the partition that the region belongs to. */
str aws_id_iam(arena *a, const aws_place *where, const char *kind, str name);

/* The account in an ARN; STR_NONE when it is no ARN or names no account. */
str aws_id_account(str arn);

bool aws_id_is_account(str s); /* twelve digits */
bool aws_id_is_masked(str id);

#endif
