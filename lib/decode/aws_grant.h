/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_grant.h -- what an AWS call opens, shares and grants, in words that fit on a line.
 *
 *  (1) Only what is given counts: a permission that is removed, a rule that denies and a policy
 *      statement with Effect Deny add nothing. What a call takes away (net.close) is told in the
 *      same words; the class of the call says which it is.
 *  (2) Whether the call succeeded is not asked here: the event's outcome says so.
 *  (3) Pieces are joined by the separators that field.def names; a piece is listed once.
 */
#ifndef SPOOR_DECODE_AWS_GRANT_H
#define SPOOR_DECODE_AWS_GRANT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/json.h"
#include "decode/pick.h"

/* One call, as far as its parameters tell. */
typedef struct aws_call {
    pick_ctx *pick;
    str operation;
    str account;       /* owner of what is acted on */
    json_node request; /* parameters, without the <Operation>Request around them */
    json_node response;
    json_node extra; /* additionalEventData */
} aws_call;

/* Adds a piece to a list, unless it is there already or the list reaches LIMIT_FIELD_BYTES; then
 * "..." ends it. */
void aws_list_add(buf *list, const char *separator, str piece);

/* "tcp/22 from 0.0.0.0/0; public address": open networks, addresses, metadata service. */
void aws_grant_exposure(const aws_call *c, buf *out);

/* "rule sgr-1: tcp/22 from 0.0.0.0/0; rule sgr-2": rules of groups by name, with what they open to
 * the world now; "association eipassoc-1": how an address was given. */
void aws_grant_rules(const aws_call *c, buf *out);

/* "IMDSv2 required; no public address": what keeps a machine from being reached. */
void aws_grant_guards(const aws_call *c, buf *out);

/* "222222222222;all": accounts, organisations, "all" for everyone. */
void aws_grant_share(const aws_call *c, buf *out);

/* "arn:aws:iam::aws:policy/AdministratorAccess", "Allow *:* on *", "trusts AWS arn:…". */
void aws_grant_policy(const aws_call *c, buf *out);

#endif
