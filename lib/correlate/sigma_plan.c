/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_plan.c -- turning a ruleset's correlations inside out: from "names rules" to "is told of".
 *
 *  (1) An inner correlation stands before those that name it. A reference the other way would let a
 *      firing cause itself, so it is not listened to.
 */
#include "correlate/sigma_plan.h"

static size_t keys_of(const rule_correlation *c)
{
    return c->n_group_by + c->n_values;
}

static const rule_key *key_at(const rule_correlation *c, size_t i)
{
    return i < c->n_group_by ? &c->group_by[i] : &c->values[i - c->n_group_by];
}

/* The index of the correlation whose rule_info is `rule`; n_correlations: a detection rule. */
static size_t correlation_of(const ruleset *set, uint32_t rule)
{
    size_t i = 0;
    while (i < set->n_correlations && set->correlations[i].info != rule)
        i++;
    return i;
}

static bool is_listened(const ruleset *set, size_t correlation, uint32_t rule)
{
    size_t inner = rule < set->n_rules ? correlation_of(set, rule) : 0;
    return rule < set->n_rules && (inner == set->n_correlations || inner < correlation);
}

static size_t index_of(const uint32_t *list, size_t n, uint32_t x)
{
    size_t i = 0;
    while (i < n && list[i] != x)
        i++;
    return i;
}

/* Adds what one correlation reads of `rule`. */
static void gather(const rule_correlation *c, uint32_t rule, uint32_t *list, size_t *n)
{
    for (size_t k = 0; k < c->n_rules; k++)
        for (size_t key = 0; c->rules[k] == rule && key < keys_of(c); key++) {
            uint32_t field = key_at(c, key)->fields[k];
            if (field != UINT32_MAX && index_of(list, *n, field) == *n)
                list[(*n)++] = field;
        }
}

const uint32_t *sigma_plan_wants(const ruleset *set, uint32_t rule, arena *a, size_t *ret_n)
{
    *ret_n = 0;
    size_t most = 0, n = 0;
    for (size_t i = 0; i < set->n_correlations; i++)
        for (size_t k = 0; k < set->correlations[i].n_rules; k++)
            if (set->correlations[i].rules[k] == rule)
                most += keys_of(&set->correlations[i]);
    if (most == 0)
        return NULL;
    uint32_t *list = arena_alloc(a, most * sizeof *list);
    if (!list)
        return NULL;
    for (size_t i = 0; i < set->n_correlations; i++)
        gather(&set->correlations[i], rule, list, &n);
    *ret_n = n;
    return n > 0 ? list : NULL;
}

static uint32_t key_named(const rule_correlation *inner, str name)
{
    for (size_t i = 0; i < inner->n_group_by; i++)
        if (str_eq(inner->group_by[i].name, name))
            return (uint32_t)i;
    return SIGMA_PLACE_NONE;
}

static void find_places(sigma_plan *p, const rule_correlation *c, size_t k, uint32_t *place)
{
    size_t inner = correlation_of(p->set, c->rules[k]), n = 0;
    const uint32_t *wants = NULL;
    if (inner == p->set->n_correlations)
        wants = sigma_plan_wants(p->set, c->rules[k], &p->memory, &n);
    for (size_t i = 0; i < keys_of(c); i++) {
        const rule_key *key = key_at(c, i);
        size_t at = index_of(wants, n, key->fields[k]);
        uint32_t found = at < n ? (uint32_t)at : SIGMA_PLACE_NONE;
        if (inner < p->set->n_correlations)
            found = key_named(&p->set->correlations[inner], key->name);
        place[i * c->n_rules + k] = found;
    }
}

static bool plan_correlation(sigma_plan *p, size_t i)
{
    const rule_correlation *c = &p->set->correlations[i];
    sigma_correlation_plan *plan = &p->correlation[i];
    plan->rule = c;
    plan->is_temporal = c->type == RULE_TEMPORAL || c->type == RULE_TEMPORAL_ORDERED;
    if (plan->is_temporal && !sigma_steps_plan_init(&plan->steps, p->set, c, &p->memory))
        return false;
    plan->is_negated = plan->is_temporal && plan->steps.is_negated;
    uint32_t *place = arena_alloc(&p->memory, (keys_of(c) * c->n_rules + 1) * sizeof *place);
    if (!place)
        return false;
    for (size_t k = 0; k < c->n_rules; k++)
        find_places(p, c, k, place);
    plan->place = place;
    if (c->n_group_by > p->most_keys)
        p->most_keys = c->n_group_by;
    if (c->n_values > p->most_keys)
        p->most_keys = c->n_values;
    return !p->memory.failed;
}

/* Calls for each (rule, listener) pair, in the order of listeners: once to count, once to write. */
static void each_listener(sigma_plan *p, bool write)
{
    for (size_t i = 0; i < p->set->n_correlations; i++)
        for (size_t k = 0; k < p->set->correlations[i].n_rules; k++) {
            uint32_t rule = p->set->correlations[i].rules[k];
            if (!is_listened(p->set, i, rule))
                continue;
            size_t at = p->first[rule + 1]++;
            if (write)
                p->listener[at] = (sigma_listener){(uint32_t)i, (uint32_t)k};
        }
}

/* first[r + 1] counts the listeners of r, then becomes the place of the next one to write: after
 * the second pass it is where those of r end. */
static bool list_listeners(sigma_plan *p)
{
    size_t n_rules = p->set->n_rules, n = 0;
    p->first = arena_alloc(&p->memory, (n_rules + 2) * sizeof *p->first);
    if (!p->first)
        return false;
    each_listener(p, false);
    for (size_t r = 0; r <= n_rules; r++) {
        size_t of_rule = p->first[r + 1];
        p->first[r + 1] = n;
        n += of_rule;
    }
    p->listener = arena_alloc(&p->memory, (n + 1) * sizeof *p->listener);
    if (!p->listener)
        return false;
    each_listener(p, true);
    return true;
}

bool sigma_plan_init(sigma_plan *p, const ruleset *set)
{
    *p = (sigma_plan){.set = set};
    p->correlation = arena_alloc(&p->memory, (set->n_correlations + 1) * sizeof *p->correlation);
    p->negated = arena_alloc(&p->memory, (set->n_correlations + 1) * sizeof *p->negated);
    if (!p->correlation || !p->negated || !list_listeners(p))
        return false;
    for (uint32_t i = 0; i < set->n_correlations; i++) {
        if (!plan_correlation(p, i))
            return false;
        if (p->correlation[i].is_negated)
            p->negated[p->n_negated++] = i;
    }
    return true;
}

void sigma_plan_done(sigma_plan *p)
{
    arena_done(&p->memory);
}
