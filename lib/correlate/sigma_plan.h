/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_plan.h -- who listens to which rule, and where the values it needs stand.
 *
 *  (1) Made once from a ruleset; not changed by events.
 *  (2) Listeners of one rule stand in the order of correlations.
 *  (3) The fields captured for a rule are those that its listeners name, each once, in the order in
 *      which they are first named: by correlation, by position, group-by before values.
 */
#ifndef SPOOR_CORRELATE_SIGMA_PLAN_H
#define SPOOR_CORRELATE_SIGMA_PLAN_H

#include "base/arena.h"
#include "base/base.h"
#include "correlate/sigma_steps.h"
#include "model/ruleset.h"

typedef struct sigma_listener {
    uint32_t correlation;
    uint32_t position; /* in its rules */
} sigma_listener;

#define SIGMA_PLACE_NONE UINT32_MAX

typedef struct sigma_correlation_plan {
    const rule_correlation *rule;
    bool is_temporal; /* `steps` is set: temporal or temporal_ordered */
    bool is_negated;
    sigma_steps_plan steps;
    /* For each key (group-by, then values) and position: which of the rule's captured fields it is,
     * or which group-by key of an inner correlation; SIGMA_PLACE_NONE: never there. */
    const uint32_t *place;
} sigma_correlation_plan;

typedef struct sigma_plan {
    const ruleset *set;
    arena memory;
    sigma_listener *listener;
    size_t *first; /* listeners of rule r: first[r] … first[r + 1] */
    sigma_correlation_plan *correlation;
    uint32_t *negated; /* correlations with a negation, in order */
    size_t n_negated;
    size_t most_keys; /* of any correlation, group-by or values */
} sigma_plan;

bool sigma_plan_init(sigma_plan *p, const ruleset *set); /* false: out of memory */
void sigma_plan_done(sigma_plan *p);

const uint32_t *sigma_plan_wants(const ruleset *set, uint32_t rule, arena *a, size_t *ret_n);

/* The place of a key (group-by keys first, then values) for the rule at `position`. */
static inline uint32_t sigma_plan_place(const sigma_correlation_plan *p, size_t key,
                                        size_t position)
{
    return p->place[key * p->rule->n_rules + position];
}

#endif
