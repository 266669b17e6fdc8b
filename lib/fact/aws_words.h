/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_words.h -- words that readers and checks of AWS identities share: ARNs, accounts, and whom an
 * export is about that does not say so itself.
 *
 *  (1) Where neither export nor path name the account it is '?', in ids of facts, too:
 *      "arn:aws:iam::?:user/alice". place.h settles that when all was read.
 *  (2) The root user is "arn:aws:iam::ACCOUNT:root".
 *  (3) What belongs to a principal is known by its ARN and a tail: "<ARN>/inline/<name>",
 *      "<ARN>/access-key/<when>".
 */
#ifndef SPOOR_FACT_AWS_WORDS_H
#define SPOOR_FACT_AWS_WORDS_H

#include "fact/reading.h"

/* ---- ARNs ------------------------------------------------------------------------------------ */

bool aws_is_account(str s);               /* twelve digits */
str aws_arn_part(str arn, unsigned part); /* 0: "arn" … 4: the account, 5: all behind it */
str aws_arn_account(str arn);             /* STR_NONE: it is no ARN, or names none */
str aws_arn_name(str arn); /* "alice" of "arn:aws:iam::111122223333:user/dev/alice" */

/* ---- facts ----------------------------------------------------------------------------------- */

/* A fact known by its ARN, with the account that stands in it. FACT_NONE when there is no ARN: that
 * is told as malformed. */
uint32_t aws_add_arn(reading *r, fact_kind kind, str arn);
/* The fact of an account; of the path's when it is none. */
uint32_t aws_add_account(reading *r, str account);
uint32_t aws_add_root(reading *r, str account);
/* The user, group or role of a name in the path's account. */
uint32_t aws_add_named(reading *r, fact_kind kind, str name);

/* Whom an export is about that does not say so: by a member Arn that its command adds, or by the
 * end of the input's name, "…/user/alice.json". FACT_NONE, told as malformed, when neither says
 * it. */
uint32_t aws_add_subject(reading *r, json_node node);

/* The ARN of whom something belongs to, of an id as in (3); all of it where there is no such
 * tail. */
str aws_holder(str id);

#endif
