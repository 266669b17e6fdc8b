/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_powers.h -- what a policy says of up to 64 actions at once, as bits.
 *
 * Computed once a policy, they answer for most principals without a full evaluation.
 *
 *  (1) Bit i is about action i of the table, and about any resource that its reach matches, as
 *      aws_ask is with is_any and no context.
 *  (2) What the bits decide is what aws_ask says: allowed means ALLOWED, denied one of DENIED_…;
 *      all else is undecided, and to be asked in full.
 *  (3) Resource policies are not looked at: principals of a statement count for nothing here.
 */
#ifndef SPOOR_POLICY_AWS_POWERS_H
#define SPOOR_POLICY_AWS_POWERS_H

#include "policy/aws_ask.h"
#include "base/map.h"

enum { AWS_ACTIONS_MAX = 64 };

typedef struct aws_action {
    const char *action; /* "ec2:RunInstances" */
    const char *reach;  /* pattern of the ARNs it is about, or "*" */
} aws_action;

/* Immutable after aws_actions_init; then threads may share it. */
typedef struct aws_actions {
    size_t n;
    uint64_t all;
    aws_pattern reaches[AWS_ACTIONS_MAX]; /* each once */
    str samples[AWS_ACTIONS_MAX];
    uint64_t of_reach[AWS_ACTIONS_MAX]; /* the actions that have it */
    size_t n_reaches;
    intern names, services, reach_texts; /* in lower case */
    uint64_t of_name[AWS_ACTIONS_MAX], of_service[AWS_ACTIONS_MAX];
    arena a;
} aws_actions;

/* False: out of memory, or more than AWS_ACTIONS_MAX. */
bool aws_actions_init(aws_actions *t, const aws_action *items, size_t n);
void aws_actions_done(aws_actions *t);

typedef struct aws_powers {
    uint64_t allow;      /* without condition, for all that the action reaches */
    uint64_t allow_some; /* without condition, for some of it */
    uint64_t allow_if;   /* under conditions, or for resources named by variables */
    uint64_t deny, deny_some, deny_if;
} aws_powers;

/* `table` is room to work in. */
aws_powers aws_powers_of(const aws_actions *t, const aws_policy *p, buf *table);

/* Policies of one layer come together. */
void aws_powers_add(aws_powers *sum, const aws_powers *one);

/* As aws_policy_set, in bits. */
typedef struct aws_power_set {
    aws_powers identity;
    const aws_powers *boundary, *session; /* NULL: none */
    const aws_powers *scps;               /* one for each level */
    size_t n_scps;
} aws_power_set;

typedef struct aws_power_verdict {
    uint64_t allowed;
    uint64_t denied; /* by a deny, or because a layer does not allow */
    uint64_t undecided;
} aws_power_verdict;

aws_power_verdict aws_powers_judge(const aws_actions *t, const aws_power_set *set);

#endif
