/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_managed.h -- policies that AWS manages, where an export names them without their document.
 *
 *  (1) Three that matter most are known whole: AdministratorAccess, PowerUserAccess, IAMFullAccess.
 *  (2) Of all others it is known which of the actions of the table they grant, not for what
 *      resources and under what conditions: what they grant is conditional, and the condition names
 *      the missing document. The same holds for actions that are not in the table, whatever the
 *  policy.
 *  (3) A policy whose ARN is of an account is not managed by AWS, whatever its name.
 */
#ifndef SPOOR_POLICY_AWS_MANAGED_H
#define SPOOR_POLICY_AWS_MANAGED_H

#include "policy/aws_policy.h"

/* True for "arn:aws:iam::aws:policy/…" in any partition. */
bool aws_managed_is(str arn);

/* True when the policy, given by ARN or bare name, grants the action; only for actions of the
 * table. */
bool aws_managed_grants(str policy, str action);
bool aws_managed_knows_action(str action);

/* The policy as far as it is known. NULL: it is not managed by AWS, or (a->failed) no memory. */
const aws_policy *aws_managed_policy(aws_compiler *c, arena *a, str arn);

#endif
