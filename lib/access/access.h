/* SPDX-License-Identifier: Apache-2.0
 *
 * access.h -- who may do what: the powers that a rogue instance takes, by principal.
 *
 * Each cloud has an evaluator of its own; what it finds comes together here, so that checks, the
 * comparison with logs and incidents ask one question in one way.
 *
 *  (1) A right stands here once for a principal, a power, a scope and a way it came by.
 *  (2) What cannot be decided from the exports (a condition on a value that only a request has) is
 *      conditional, never allowed and never left out.
 *  (3) Rights of groups stand at the group and, with the group in `via`, at each member that the
 *      exports name.
 */
#ifndef SPOOR_ACCESS_ACCESS_H
#define SPOOR_ACCESS_ACCESS_H

#include "fact/facts.h"

typedef enum power {
#define POWER(name, text, aws, azure, gcp, doc) POWER_##name,
#include "access/power.def"
#undef POWER
    POWER_COUNT
} power;

typedef struct power_info {
    const char *text;                   /* "create an instance" */
    const char *action[PROVIDER_COUNT]; /* as in power.def; "" for other providers */
    const char *doc;
} power_info;

const power_info *power_describe(power p);

typedef enum access_verdict {
    ACCESS_ALLOWED,
    ACCESS_CONDITIONAL, /* only when a condition holds: `condition` names it */
    ACCESS_ELIGIBLE,    /* after the principal activated the role (PIM) */
} access_verdict;

typedef struct access_right {
    uint32_t principal; /* fact */
    uint8_t power;
    uint8_t verdict;
    bool is_admin;  /* by a grant of everything: "*:*", Owner, roles/owner */
    uint32_t via;   /* interned in facts.text: "policy Deploy, statement AllowRun, of group ops" */
    uint32_t scope; /* "*", an ARN pattern, a subscription, a project … */
    uint32_t condition; /* "aws:MultiFactorAuthPresent"; 0: none */
} access_right;

typedef struct access {
    access_right *items; /* after access_build: by principal, then power, verdict, scope, via */
    size_t n, cap;
    uint32_t *first;         /* of each fact, and one more; NULL before access_build */
    int64_t now_ns;          /* for conditions on time; set before access_build */
    excess lost;             /* rights, and what would have led to more */
    struct reading *reading; /* where policies that cannot be read are told; NULL: nowhere */
    bool failed;
} access;

void access_done(access *a);
void access_add(access *a, access_right right);

/* After facts_sort: asks the evaluators of all clouds. False: out of memory. */
bool access_build(access *a, facts *f);

/* The rights of one fact. */
const access_right *access_of(const access *a, uint32_t principal, size_t *ret_n);
/* The strongest right of a principal to a power; NULL: none. */
const access_right *access_find(const access *a, uint32_t principal, power p);
bool access_is_admin(const access *a, uint32_t principal);

#endif
