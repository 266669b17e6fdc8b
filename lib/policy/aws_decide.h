/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_decide.h -- all policies that bear on a principal, and what they say of one request.
 *
 *  (1) A deny that applies decides, in whatever policy it stands.
 *  (2) Otherwise every layer that is there must allow: the identity's policies, its permissions
 *      boundary, the session's policies, and each level of service control policies.
 *  (3) A resource's policy adds to that. In the resource's own account, whom it names directly it
 *      allows (a role within boundary and session); for trust policies and keys, which must allow
 *      themselves, naming the account lets the identity's policies decide. From another account,
 *      both sides must allow. Services and identity providers have nothing but the resource's
 *  policy.
 *  (4) A condition whose keys are not known is neither true nor false; what depends on one is
 *      ALLOWED_IF. Two such conditions are taken as independent of each other, so ALLOWED_IF may
 *      be said of what contradicts itself, never ALLOWED or DENIED of what depends.
 */
#ifndef SPOOR_POLICY_AWS_DECIDE_H
#define SPOOR_POLICY_AWS_DECIDE_H

#include "policy/aws_apply.h"

typedef struct aws_policy_list {
    const aws_policy *const *items;
    size_t n;
} aws_policy_list;

typedef struct aws_policy_set {
    aws_policy_list identity;        /* inline, attached, and those of its groups */
    const aws_policy_list *boundary; /* NULL: none */
    const aws_policy_list *session;  /* NULL: none */
    const aws_policy_list *scps;     /* one list for each level, from the root to the account */
    size_t n_scps;
    const aws_policy *resource; /* of what is asked for; NULL: none */
    str resource_account;
    bool resource_must_allow; /* a role's trust policy, a key's policy */
} aws_policy_set;

typedef enum aws_layer {
    AWS_LAYER_IDENTITY,
    AWS_LAYER_BOUNDARY,
    AWS_LAYER_SESSION,
    AWS_LAYER_RESOURCE,
    AWS_LAYER_SCP, /* and the levels below it, one number each */
} aws_layer;

typedef struct aws_place {
    uint32_t layer; /* aws_layer; an SCP: AWS_LAYER_SCP + its level */
    const aws_policy *policy;
    const aws_statement *statement; /* NULL: none */
} aws_place;

typedef enum aws_verdict {
    AWS_DENIED_IMPLICIT,
    AWS_DENIED_EXPLICIT,
    AWS_ALLOWED_IF,
    AWS_ALLOWED,
} aws_verdict;

typedef struct aws_decision {
    aws_verdict verdict;
    aws_place by; /* what denies, else what allows; DENIED_IMPLICIT: the layer that does not */
    aws_place
        depends; /* ALLOWED_IF: the statement that depends on `keys`; a deny before an allow */
    aws_keys keys;
    str resource; /* when it was asked for any: the pattern of those that this is about */
    bool is_cut;  /* more resources were to be tried than LIMIT_POLICY_TRIES */
} aws_decision;

const char *aws_verdict_text(aws_verdict v);
const char *aws_layer_text(uint32_t layer);

/* ---- one question ---------------------------------------------------------------------------- */

/* What one layer says. */
typedef struct aws_answer {
    aws_tri allow, deny;
    aws_tri allow_direct; /* of a resource's policy: naming the caller itself */
    aws_place allow_by, deny_by;
} aws_answer;

static inline size_t aws_layer_count(const aws_policy_set *set)
{
    return AWS_LAYER_SCP + set->n_scps;
}

/* The policies of a layer; false when the set has no such layer, which then allows all. */
bool aws_layer_policies(const aws_policy_set *set, size_t layer, aws_policy_list *ret);

/* Fills answers[aws_layer_count(set)] and the decision but for `resource`. */
void aws_decide(const aws_policy_set *set, const aws_question *q, aws_answer *answers,
                aws_decision *ret);

#endif
