/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_trust.h -- whom a role's trust policy lets in, and what it asks of them.
 *
 *  (1) One entry for each principal of each statement that allows to assume the role, unless
 *      another statement denies it to that principal for certain.
 *  (2) What is asked for is found by evaluation, not by looking for words: MFA is asked for when
 *      nobody without it is let in, by an allow that needs it or a deny that holds without it.
 *  (3) External is who belongs to another account or to none: everybody, deleted principals,
 *      identity providers that are no resource of the own account. Services are not.
 */
#ifndef SPOOR_POLICY_AWS_TRUST_H
#define SPOOR_POLICY_AWS_TRUST_H

#include "policy/aws_ask.h"

typedef enum aws_asks {
    AWS_ASKS_MFA = 1,
    AWS_ASKS_EXTERNAL_ID = 2,
    AWS_ASKS_ORGANIZATION = 4, /* of the caller's account */
    AWS_ASKS_SOURCE = 8,       /* account or ARN for whom a service acts */
    AWS_ASKS_ADDRESS = 16,     /* network or endpoint that the call comes from */
    AWS_ASKS_SUBJECT = 32,     /* of a token: which user or repository of an identity provider */
} aws_asks;

typedef struct aws_trusted {
    aws_principal who;
    bool is_all_but; /* everybody but `who` (NotPrincipal) */
    str account;     /* that it belongs to; empty: none, or not known */
    bool is_external;
    bool is_conditional; /* on anything at all */
    uint32_t asks;       /* aws_asks, or-ed */
    const aws_statement *statement;
} aws_trusted;

typedef struct aws_trust {
    const aws_trusted *items;
    size_t n;
} aws_trust;

/* The entries live in `a` and borrow from the policy. False: out of memory. */
bool aws_trust_read(aws_judge *j, arena *a, const aws_policy *p, str own_account, aws_trust *ret);

#endif
