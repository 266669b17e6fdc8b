/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_ask.h -- may this principal do that: for one resource, or is there any for which it may.
 *
 *  (1) Any resource is answered by trying samples of patterns: first of all that is asked for, then
 *      of what it has in common with the resources that policies allow or except from a deny. So
 *      "allowed" is always said of resources that were tried, and a deny counts when it covers all
 *      of them.
 *  (2) The patterns tried are those of the policies, and one shape of what several of them have in
 *      common: where three patterns overlap crosswise without one lying in the other, "denied" may
 *      be said of a resource that would be allowed.
 *  (3) When there are more to try than the limits let, what was not found allowed is ALLOWED_IF,
 *      with is_cut: it is never said to be denied.
 */
#ifndef SPOOR_POLICY_AWS_ASK_H
#define SPOOR_POLICY_AWS_ASK_H

#include "policy/aws_decide.h"

typedef struct aws_request {
    str action;   /* "ec2:RunInstances" */
    str resource; /* an ARN, or "*" for actions that have no resources; is_any: a pattern of them */
    bool is_any;
    const aws_context *context;
    const aws_caller *caller; /* may be NULL where the set has no resource's policy */
} aws_request;

/* Room to think in. A zeroed one is valid; it belongs to one thread. */
typedef struct aws_judge {
    arena a; /* what the last decision needs */
    buf action, scratch, table;
} aws_judge;

void aws_judge_done(aws_judge *j);

/* The decision borrows from the set, the request and the judge, and is valid until the judge's
 * next. False: out of memory. */
bool aws_ask(aws_judge *j, const aws_policy_set *set, const aws_request *r, aws_decision *ret);

#endif
