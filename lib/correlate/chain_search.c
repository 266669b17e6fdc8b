/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_search.c -- depth first, along equations, from the steps there are to those there are not.
 *
 *  (1) A step is filled from its neighbours, or put off until another neighbour is there: so each
 *      way to grow a connected chain is gone once.
 */
#include "correlate/chain_search.h"

#include "base/map.h"
#include "model/ruleset.h"

/* ---- joins ----------------------------------------------------------------------------------- */

typedef enum verdict { FAILS, OPEN, HOLDS } verdict;

static int64_t distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

static bool is_near_enough(const lineage_step *owner, const chain_event *a, const chain_event *b)
{
    return owner->within_ns == 0 || distance(a->time_ns, b->time_ns) <= owner->within_ns;
}

static bool equation_holds(const chain_search *x, const lineage_equation *q,
                           const chain_value **ret)
{
    const lineage_facet *facets = x->store->rules->facets;
    const chain_event *a = x->cast.at[q->side[0].step], *b = x->cast.at[q->side[1].step];
    return is_near_enough(&x->rule->steps[q->side[0].step], a, b) &&
           chain_event_meet(a, &facets[q->side[0].facet], b, &facets[q->side[1].facet], ret);
}

static verdict judge_join(const chain_search *x, const lineage_join *j)
{
    verdict v = FAILS;
    if (!lineage_has(x->cast.set, j->owner))
        return HOLDS;
    for (size_t i = 0; i < j->n; i++) {
        if (!lineage_has(x->cast.set, j->equations[i].side[1].step))
            v = OPEN;
        else if (equation_holds(x, &j->equations[i], NULL))
            return HOLDS;
    }
    return v;
}

/* The worst verdict on any join. */
static verdict judge_joins(const chain_search *x)
{
    verdict worst = HOLDS;
    for (size_t i = 0; i < x->rule->n_joins && worst != FAILS; i++) {
        verdict v = judge_join(x, &x->rule->joins[i]);
        worst = v < worst ? v : worst;
    }
    return worst;
}

bool chain_search_proof(const chain_search *x, const lineage_join *join,
                        const lineage_equation **ret, const chain_value **ret_value)
{
    if (!lineage_has(x->cast.set, join->owner))
        return false;
    for (size_t i = 0; i < join->n; i++) {
        if (!lineage_has(x->cast.set, join->equations[i].side[1].step) ||
            !equation_holds(x, &join->equations[i], ret_value))
            continue;
        *ret = &join->equations[i];
        return true;
    }
    return false;
}

/* ---- one event for one step ------------------------------------------------------------------ */

static bool is_in_order(const lineage *l, unsigned step, const chain_event *e, unsigned other,
                        const chain_event *o)
{
    if (lineage_has(l->steps[step].after, other) && o->number > e->number)
        return false;
    return !lineage_has(l->steps[other].after, step) || o->number > e->number;
}

/* Absent steps with a limit of their own are not bound to the timespan. */
static bool has_span(const lineage_step *s)
{
    return s->need != LINEAGE_ABSENT || s->within_ns == 0;
}

/* No event stands in two steps; but what must be absent may be one that stands in another. */
static bool fits(const chain_search *x, unsigned step, const chain_event *e)
{
    const lineage *l = x->rule;
    if (!chain_event_is_of(e, l->steps[step].kind))
        return false;
    for (unsigned i = 0; i < l->n_steps; i++) {
        const chain_event *o = x->cast.at[i];
        if (!lineage_has(x->cast.set, i) || i == step)
            continue;
        bool is_close =
            !has_span(&l->steps[step]) || distance(o->time_ns, e->time_ns) <= l->timespan_ns;
        bool is_taken = o == e && l->steps[step].need != LINEAGE_ABSENT;
        if (is_taken || !is_close || !is_in_order(l, step, e, i, o))
            return false;
    }
    return true;
}

static void put(chain_search *x, unsigned step, chain_event *e)
{
    x->cast.at[step] = e;
    x->cast.set |= (uint16_t)(1u << step);
}

static void take_out(chain_search *x, unsigned step)
{
    x->cast.set &= (uint16_t) ~(1u << step);
}

static bool try_event(chain_search *x, unsigned step, chain_event *e)
{
    if (!fits(x, step, e))
        return false;
    put(x, step, e);
    if (judge_joins(x) != FAILS)
        return true;
    take_out(x, step);
    return false;
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Walks the events that an equation leads to: for each value of the step that is there, newest
 * first. */
typedef struct walk {
    const chain_event *from;
    uint32_t from_facet, to_facet;
    size_t value;
    uint32_t posting; /* 0: look up the next value */
} walk;

static walk walk_begin(const chain_search *x, const lineage_equation *q, unsigned from_side)
{
    return (walk){.from = x->cast.at[q->side[from_side].step],
                  .from_facet = q->side[from_side].facet,
                  .to_facet = q->side[1 - from_side].facet};
}

static chain_event *walk_next(const chain_search *x, walk *w)
{
    const lineage_facet *facet = &x->store->rules->facets[w->from_facet];
    while (!w->posting && w->value < w->from->n_values) {
        const chain_value *v = &w->from->values[w->value++];
        if (chain_value_is_in(v, facet))
            w->posting = chain_store_first(x->store, w->to_facet, v);
    }
    if (!w->posting)
        return NULL;
    const chain_posting *p = chain_store_at(x->store, w->posting);
    w->posting = p->next;
    return p->event;
}

static bool is_too_old(const chain_search *x, unsigned step, const chain_event *from,
                       const chain_event *e)
{
    return has_span(&x->rule->steps[step]) && from->time_ns - e->time_ns > x->rule->timespan_ns;
}

/* The equation's side that `step` is on, when the other side is there; -1 otherwise. */
static int side_of(const chain_search *x, const lineage_equation *q, unsigned step)
{
    for (int i = 0; i < 2; i++)
        if (q->side[i].step == step && lineage_has(x->cast.set, q->side[1 - i].step))
            return i;
    return -1;
}

typedef bool visit_fn(chain_search *x, unsigned step, chain_event *e, void *user);

/* Visits the events that one equation leads to from the side that is there. */
static bool visit_equation(chain_search *x, const lineage_equation *q, int side, visit_fn *fn,
                           void *user)
{
    unsigned step = q->side[side].step;
    walk w = walk_begin(x, q, 1 - (unsigned)side);
    for (chain_event *e; (e = walk_next(x, &w)) != NULL;) {
        if (is_too_old(x, step, w.from, e)) {
            w.posting = 0; /* those behind it are older */
            continue;
        }
        x->is_cut = x->is_cut || x->tries == 0;
        if (x->is_cut)
            return false;
        x->tries--;
        if (fn(x, step, e, user))
            return true;
    }
    return false;
}

/* Visits the events that the step's neighbours lead to, until one is what was looked for. */
static bool visit(chain_search *x, unsigned step, visit_fn *fn, void *user)
{
    for (size_t i = 0; i < x->rule->n_joins; i++) {
        const lineage_join *j = &x->rule->joins[i];
        for (size_t k = 0; k < j->n && !x->is_cut; k++) {
            int side = side_of(x, &j->equations[k], step);
            if (side >= 0 && visit_equation(x, &j->equations[k], side, fn, user))
                return true;
        }
    }
    return false;
}

static bool is_reachable(const chain_search *x, unsigned step)
{
    for (size_t i = 0; i < x->rule->n_joins; i++)
        for (size_t k = 0; k < x->rule->joins[i].n; k++)
            if (side_of(x, &x->rule->joins[i].equations[k], step) >= 0)
                return true;
    return false;
}

static uint16_t neighbours(const lineage *l, unsigned step)
{
    uint16_t set = 0;
    for (size_t i = 0; i < l->n_joins; i++) {
        for (size_t k = 0; k < l->joins[i].n; k++) {
            const lineage_side *side = l->joins[i].equations[k].side;
            if (side[0].step == step)
                set |= (uint16_t)(1u << side[1].step);
            if (side[1].step == step)
                set |= (uint16_t)(1u << side[0].step);
        }
    }
    return set;
}

/* ---- counting, absence ----------------------------------------------------------------------- */

typedef struct tally {
    uint64_t after;
    size_t enough_events, enough_things; /* there is no need to go on once both are reached */
    size_t events, things;
    map seen; /* by number */
    bool failed;
} tally;

static bool is_made_or_target(const chain_value *v, bool is_made)
{
    return v->slot == (is_made ? RELATION_CREATED : RELATION_TARGET);
}

/* Values are in the order of their hashes: equal ones stand together. */
static size_t count_slot(const chain_event *e, bool is_made)
{
    const chain_value *last = NULL;
    size_t n = 0;
    for (size_t i = 0; i < e->n_values; i++) {
        const chain_value *v = &e->values[i];
        if (!is_made_or_target(v, is_made) || (last && last->hash == v->hash))
            continue;
        last = v;
        n++;
    }
    return n;
}

static size_t count_things(const chain_event *e)
{
    size_t made = count_slot(e, true);
    return made ? made : count_slot(e, false);
}

static bool count_one(chain_search *x, unsigned step, chain_event *e, void *user)
{
    tally *t = user;
    chain_event *own = x->cast.at[step];
    take_out(x, step);
    bool is_like =
        e->number > t->after && fits(x, step, e) && map_get(&t->seen, e->number) == MAP_NONE;
    put(x, step, e);
    is_like = is_like && judge_joins(x) == HOLDS;
    put(x, step, own);
    if (!is_like)
        return false;
    t->failed = !map_put(&t->seen, e->number, 1) || t->failed;
    t->events++;
    t->things += count_things(e);
    return t->failed || (t->events >= t->enough_events && t->things >= t->enough_things);
}

static void count(chain_search *x, unsigned step, tally *t)
{
    chain_event *own = x->cast.at[step];
    if (!count_one(x, step, own, t))
        visit(x, step, count_one, t);
    x->failed = x->failed || t->failed;
    map_done(&t->seen);
}

chain_count chain_search_count(chain_search *x, unsigned step, uint64_t after)
{
    tally t = {.after = after, .enough_events = SIZE_MAX};
    count(x, step, &t);
    return (chain_count){t.events, t.things};
}

static bool is_counted(const lineage_step *s)
{
    return s->count.n || s->things.n;
}

/* So many that a lower bound holds. */
static size_t enough(const lineage_bounds *b)
{
    double most = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->items[i].number + 1 > most)
            most = b->items[i].number + 1;
    return most < (double)UINT32_MAX ? (size_t)most : UINT32_MAX;
}

static bool counts_reached(chain_search *x)
{
    for (unsigned i = 0; i < x->rule->n_steps; i++) {
        const lineage_step *s = &x->rule->steps[i];
        if (!is_counted(s) || !lineage_has(x->cast.set, i))
            continue;
        tally t = {.enough_events = enough(&s->count), .enough_things = enough(&s->things)};
        count(x, i, &t);
        if (!lineage_bounds_reached(&s->count, (double)t.events) ||
            !lineage_bounds_reached(&s->things, (double)t.things))
            return false;
    }
    return true;
}

static bool stands(chain_search *x, unsigned step, chain_event *e, void *user)
{
    const uint64_t *after = user;
    if (e->number <= *after || !try_event(x, step, e))
        return false;
    if (judge_joins(x) == HOLDS)
        return true;
    take_out(x, step);
    return false;
}

bool chain_search_has_absent(chain_search *x, uint64_t after)
{
    bool is_there = false;
    for (unsigned i = 0; i < x->rule->n_steps && !is_there; i++) {
        if (!lineage_has(x->rule->absent, i))
            continue;
        is_there = visit(x, i, stands, &after);
        take_out(x, i);
    }
    return is_there;
}

void chain_search_enrich(chain_search *x, uint64_t after)
{
    bool has_grown = true;
    while (has_grown) {
        has_grown = false;
        for (unsigned i = 0; i < x->rule->n_steps; i++) {
            bool is_empty = lineage_has(x->rule->optional, i) && !lineage_has(x->cast.set, i);
            has_grown = (is_empty && visit(x, i, stands, &after)) || has_grown;
        }
    }
}

/* ---- the search ------------------------------------------------------------------------------ */

static bool is_complete(chain_search *x)
{
    const lineage *l = x->rule;
    return (x->cast.set & l->mandatory) == l->mandatory && judge_joins(x) == HOLDS &&
           counts_reached(x) && (!l->absent || !chain_search_has_absent(x, 0));
}

static void note_best(chain_search *x)
{
    unsigned n = (unsigned)__builtin_popcount(x->cast.set & x->rule->mandatory);
    if (n <= x->best_n)
        return;
    x->best_n = n;
    x->best = x->cast;
}

/* The next step to fill: a mandatory one, if there is. n_steps: there is none. */
static unsigned choose(const chain_search *x)
{
    const lineage *l = x->rule;
    const uint16_t wanted[] = {l->mandatory, l->optional};
    for (size_t k = 0; k < ARRAY_LEN(wanted); k++) {
        uint16_t left = wanted[k] & (uint16_t) ~(x->cast.set | x->deferred);
        for (unsigned i = 0; i < l->n_steps; i++)
            if (lineage_has(left, i) && is_reachable(x, i))
                return i;
    }
    return (unsigned)l->n_steps;
}

static bool search(chain_search *x);

static bool fill(chain_search *x, unsigned step, chain_event *e, void *user)
{
    uint16_t deferred = x->deferred;
    (void)user;
    if (!try_event(x, step, e))
        return false;
    x->deferred &= (uint16_t)~neighbours(x->rule, step);
    if (search(x))
        return true;
    x->deferred = deferred;
    take_out(x, step);
    return false;
}

/* At most one call deep for each step filled or put off. */
static bool search(chain_search *x)
{
    note_best(x);
    if (x->enough ? x->best_n >= x->enough : is_complete(x))
        return true;
    unsigned step = choose(x);
    if (step == x->rule->n_steps)
        return false;
    if (visit(x, step, fill, NULL))
        return true;
    if (x->is_cut)
        return false;
    uint16_t deferred = x->deferred;
    x->deferred |= (uint16_t)(1u << step);
    bool is_found = search(x);
    x->deferred = deferred;
    return is_found;
}

bool chain_search_from(chain_search *x, unsigned step, chain_event *e)
{
    x->cast = (chain_cast){.set = 0};
    x->deferred = 0;
    put(x, step, e);
    return search(x);
}

/* ---- before the search ----------------------------------------------------------------------- */

/* What any equation of the join leads to. */
static bool leads_on(const chain_search *x, const lineage_join *j, const chain_event *e)
{
    const lineage_facet *facets = x->store->rules->facets;
    for (size_t k = 0; k < j->n; k++) {
        const lineage_side *side = j->equations[k].side;
        for (size_t i = 0; i < e->n_values; i++)
            if (chain_value_is_in(&e->values[i], &facets[side[0].facet]) &&
                chain_store_first(x->store, side[1].facet, &e->values[i]))
                return true;
    }
    return false;
}

static bool is_of_earlier(const lineage *l, const lineage_join *j)
{
    for (size_t k = 0; k < j->n; k++)
        if (!lineage_has(l->steps[j->owner].after, j->equations[k].side[1].step))
            return false;
    return true;
}

bool chain_search_may_follow(const chain_store *s, const lineage *l, unsigned step,
                             const chain_event *e)
{
    const chain_search x = {.store = s, .rule = l};
    for (size_t i = 0; i < l->n_joins; i++) {
        const lineage_join *j = &l->joins[i];
        if (j->owner == step && is_of_earlier(l, j) && !leads_on(&x, j, e))
            return false;
    }
    return true;
}
