/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_escalate.h -- who may make himself stronger, and how.
 *
 *  (1) Each way is tried on the very user, group, role or policy that it would take, with all
 *      policies that bear on the principal; what depends on a condition is no way.
 *  (2) Strong is who is an administrator, or may attach and write policies of users and roles. The
 *      strong have no need to grow, and nothing is written of them.
 *  (3) The ways found stand as ESCALATION at the principal, in words. After LIMIT_AWS_STRONG tries
 *      no more strong ones are tried, and who might have had a way is marked ESCALATION_CUT.
 */
#ifndef SPOOR_ACCESS_AWS_ESCALATE_H
#define SPOOR_ACCESS_AWS_ESCALATE_H

#include "access/aws_book.h"

/* What was found of one principal. */
typedef struct aws_reach {
    uint64_t allowed, depends;    /* actions */
    size_t first_right, n_rights; /* before rights are sorted */
    bool is_admin;
} aws_reach;

/* With these an administrator stays one. */
#define AWS_GROWTH_BITS                                                                            \
    (AWS_BIT(iam_AttachUserPolicy) | AWS_BIT(iam_AttachRolePolicy) | AWS_BIT(iam_PutUserPolicy) |  \
     AWS_BIT(iam_PutRolePolicy))

/* reach: of each fact. False: out of memory. */
bool aws_escalate(aws_book *b, const aws_reach *reach);

#endif
