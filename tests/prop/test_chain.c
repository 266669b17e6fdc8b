/* SPDX-License-Identifier: Apache-2.0
 *
 * test_chain.c -- lineage rules against their definition: on small random logs, an event completes
 * a chain when, and only when, trying every event in every step says so.
 *
 *  (1) The twin knows nothing of indexes, of the order of the search, or of what is kept: it walks
 *      all casts of all events, and asks of each what the definition asks (chain_search.h).
 *  (2) What is told in the end holds by definition, too; and it is the same whatever came between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "base/arena.h"
#include "base/text.h"
#include "correlate/chain_tell.h"
#include "engine/rules.h"
#include "support/events.h"
#include "support/random.h"

enum { LOGS = 200, EVENTS_MAX = 14 };

/* clang-format off */
static const char *const rules[] = {
    "    steps: {a: {class: snapshot.create}, b: {class: volume.create}}\n"
    "    join: b.parent = a.created\n    order: [a, b]\n    timespan: 40s\n",

    "    steps: {a: {class: snapshot.create}, b: {class: volume.create, optional: true},\n"
    "            c: {class: instance.create}, d: {class: volume.attach, optional: true}}\n"
    "    join: [b.parent = a.created, d.attached = b.created,\n"
    "           [c.parent = a.created | b.created, c.created = d.target]]\n"
    "    timespan: 60s\n",

    "    steps: {a: {class: snapshot.create}, b: {class: volume.create},\n"
    "            c: {class: volume.attach}, d: {class: instance.create}}\n"
    "    join: [b.parent = a.created, c.attached = b.created, c.target = d.created]\n"
    "    order: [[a, b, c], [d, c]]\n    timespan: 90s\n",

    "    steps: {a: {class: snapshot.create}, b: {class: instance.create, within: 15s},\n"
    "            c: {class: volume.attach, optional: true}}\n"
    "    join: [[b.actor = a.actor], c.target = b.created, c.actor = a.actor]\n"
    "    timespan: 60s\n",

    "    steps: {a: {class: snapshot.create}, b: {class: volume.create},\n"
    "            c: {class: volume.attach, absent: true, within: 20s}}\n"
    "    join: [b.parent = a.created, c.attached = b.created]\n"
    "    order: [a, b, c]\n    timespan: 50s\n",

    "    steps: {a: {class: snapshot.create|volume.create}, b: {class: snapshot.create|volume.create}}\n"
    "    join: [[a.actor = b.actor, a.created = b.parent]]\n    timespan: 25s\n",

    "    steps: {a: {class: volume.create}, b: {class: instance.create}}\n"
    "    join: b.actor = a.actor\n    order: [a, b]\n    timespan: 50s\n"
    "    condition: {a.count: {gte: 2}}\n",
};

static const char *const made[] = {"s1", "s2", "v1", "v2", "v3", "i1", "i2"};
/* clang-format on */

typedef struct world {
    spoor_ruleset *rules;
    const ruleset *compiled;
    state s;
    chain *chain;
    chain_event *event[EVENTS_MAX];
    size_t n;
    arena text;
} world;

static spoor_ruleset *compile(void)
{
    spoor_compiler *c;
    spoor_ruleset *set;
    assert_int_equal(spoor_compiler_new(&c), SPOOR_OK);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        char text[1024];
        int n = snprintf(text, sizeof text, "title: rule %zu\ncorrelation:\n    type: lineage\n%s",
                         i, rules[i]);
        assert_int_equal(spoor_compiler_add(c, "rules", text, (size_t)n, NULL), SPOOR_OK);
    }
    assert_int_equal(spoor_compiler_finish(c, NULL, &set, NULL), SPOOR_OK);
    spoor_compiler_free(&c);
    assert_int_equal(set->compiled->n_lineages, ARRAY_LEN(rules));
    return set;
}

/* ---- random calls ---------------------------------------------------------------------------- */

static const char *pick(uint64_t *seed, const char *from)
{
    size_t first = 0, n = 0;
    while (made[first][0] != *from)
        first++;
    while (first + n < ARRAY_LEN(made) && made[first + n][0] == *from)
        n++;
    return made[first + random_next(seed) % n];
}

static call random_call(uint64_t *seed, int64_t at_s, arena *a)
{
    static const char *const callers[] = {"ana", "bo"};
    call c = {.at_s = at_s, .who = callers[random_next(seed) % 2], .fields = ""};
    str refs = STR_NONE;
    switch (random_next(seed) % 4) {
    case 0:
        c.name = "CreateSnapshot";
        refs = arena_printf(a, "created snapshot %s; parent volume %s", pick(seed, "s"),
                            pick(seed, "v"));
        break;
    case 1:
        c.name = "CreateVolume";
        refs = arena_printf(a, "created volume %s; parent snapshot %s", pick(seed, "v"),
                            pick(seed, "s"));
        break;
    case 2:
        c.name = "RunInstances";
        refs = arena_printf(a, "created instance %s; parent %s", pick(seed, "i"),
                            random_next(seed) % 2 ? "snapshot s1" : "volume v1");
        break;
    default:
        c.name = "AttachVolume";
        refs = arena_printf(a, "attached volume %s; target instance %s", pick(seed, "v"),
                            pick(seed, "i"));
    }
    c.refs = refs.p;
    c.outcome = random_next(seed) % 8 ? OUTCOME_SUCCESS : OUTCOME_DENIED;
    return c;
}

/* ---- the twin -------------------------------------------------------------------------------- */

typedef struct twin {
    const world *w;
    const lineage *l;
    chain_event *at[LIMIT_LINEAGE_STEPS]; /* NULL: not there */
    size_t upto;                          /* events that there are yet */
} twin;

static bool share(const chain_event *a, const lineage_facet *fa, const chain_event *b,
                  const lineage_facet *fb)
{
    for (size_t i = 0; i < a->n_values; i++)
        for (size_t k = 0; k < b->n_values; k++)
            if (chain_value_is_in(&a->values[i], fa) && chain_value_is_in(&b->values[k], fb) &&
                a->values[i].type == b->values[k].type && str_eq(a->values[i].id, b->values[k].id))
                return true;
    return false;
}

static bool ties(const twin *t, const lineage_equation *q)
{
    const chain_event *a = t->at[q->side[0].step], *b = t->at[q->side[1].step];
    const lineage_facet *f = t->w->compiled->facets;
    if (!a || !b)
        return false;
    int64_t within = t->l->steps[q->side[0].step].within_ns;
    int64_t apart = a->time_ns > b->time_ns ? a->time_ns - b->time_ns : b->time_ns - a->time_ns;
    return (within == 0 || apart <= within) &&
           share(a, &f[q->side[0].facet], b, &f[q->side[1].facet]);
}

static bool is_proven(const twin *t)
{
    for (size_t i = 0; i < t->l->n_joins; i++) {
        const lineage_join *j = &t->l->joins[i];
        bool holds = !t->at[j->owner];
        for (size_t k = 0; k < j->n; k++)
            holds = holds || ties(t, &j->equations[k]);
        if (!holds)
            return false;
    }
    return true;
}

static bool hangs_together(const twin *t)
{
    uint16_t all = 0, set = 0;
    for (unsigned i = 0; i < t->l->n_steps; i++)
        all |= (uint16_t)((t->at[i] != NULL) << i);
    set = all & (uint16_t)-all;
    for (size_t round = 0; round < t->l->n_steps; round++)
        for (size_t i = 0; i < t->l->n_joins; i++)
            for (size_t k = 0; k < t->l->joins[i].n; k++) {
                const lineage_equation *q = &t->l->joins[i].equations[k];
                bool touches =
                    lineage_has(set, q->side[0].step) || lineage_has(set, q->side[1].step);
                if (touches && ties(t, q))
                    set |= (uint16_t)(1u << q->side[0].step | 1u << q->side[1].step);
            }
    return set == all;
}

static bool is_placed(const twin *t)
{
    const lineage *l = t->l;
    for (unsigned i = 0; i < l->n_steps; i++) {
        for (unsigned k = 0; k < l->n_steps; k++) {
            const chain_event *a = t->at[i], *b = t->at[k];
            if (!a || !b || i == k)
                continue;
            bool is_free = l->steps[i].need == LINEAGE_ABSENT || l->steps[k].need == LINEAGE_ABSENT;
            if (a == b && !is_free)
                return false;
            if (!is_free && a->time_ns - b->time_ns > l->timespan_ns)
                return false;
            if (lineage_has(l->steps[i].after, k) && b->number > a->number)
                return false;
        }
    }
    return true;
}

static bool is_chain(const twin *t)
{
    return is_placed(t) && is_proven(t) && hangs_together(t);
}

/* The absent step that the rules above have: with a limit of its own. */
static bool has_absent(twin *t)
{
    bool is_there = false;
    for (unsigned i = 0; i < t->l->n_steps; i++) {
        if (!lineage_has(t->l->absent, i))
            continue;
        for (size_t k = 0; k < t->upto && !is_there; k++) {
            t->at[i] = t->w->event[k];
            is_there = chain_event_is_of(t->at[i], t->l->steps[i].kind) && is_chain(t);
        }
        t->at[i] = NULL;
    }
    return is_there;
}

static bool counts_hold(twin *t)
{
    for (unsigned i = 0; i < t->l->n_steps; i++) {
        size_t n = 0;
        chain_event *own = t->at[i];
        for (size_t k = 0; k < t->upto && own; k++) {
            t->at[i] = t->w->event[k];
            n += chain_event_is_of(t->at[i], t->l->steps[i].kind) && is_chain(t);
        }
        t->at[i] = own;
        if (own && !lineage_bounds_hold(&t->l->steps[i].count, (double)n))
            return false;
    }
    return true;
}

/* All casts of the steps from `step` on. */
static bool any_cast(twin *t, unsigned step, bool has_newest)
{
    if (step == t->l->n_steps)
        return has_newest && is_chain(t) && counts_hold(t) && !has_absent(t);
    t->at[step] = NULL;
    if (!lineage_has(t->l->mandatory, step) && any_cast(t, step + 1, has_newest))
        return true;
    for (size_t k = 0; k < t->upto && !lineage_has(t->l->absent, step); k++) {
        chain_event *e = t->w->event[k];
        if (!chain_event_is_of(e, t->l->steps[step].kind))
            continue;
        t->at[step] = e;
        if (any_cast(t, step + 1, has_newest || k + 1 == t->upto))
            return true;
    }
    t->at[step] = NULL;
    return false;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static uint64_t count_found(const chain *c, size_t rule)
{
    uint64_t n = 0;
    for (size_t i = 0; i < c->n_found; i++)
        n += c->found[i].rule == rule ? c->found[i].count : 0;
    return n;
}

/* The event with all its kinds, kept whatever comes: the twin's own. */
static void keep_event(world *w, const event *e, uint32_t entry)
{
    uint32_t kinds[64];
    size_t n = 0;
    bool has_effect = e->outcome == OUTCOME_SUCCESS;
    for (uint32_t k = 0; k < w->compiled->n_kinds; k++) {
        const uint8_t *bits = w->compiled->kinds[k].operations;
        if (has_effect && (bits[e->operation / 8] >> e->operation % 8 & 1))
            kinds[n++] = k;
    }
    const chain_caller from = {&w->s, e, entry};
    w->event[w->n] = chain_event_new(&from, kinds, n);
    assert_non_null(w->event[w->n]);
    w->event[w->n]->number = w->n + 1;
    w->n++;
}

static bool completes(world *w, size_t rule)
{
    twin t = {.w = w, .l = &w->compiled->lineages[rule], .upto = w->n};
    return any_cast(&t, 0, false);
}

/* A completion by an optional step adds no count to a chain that is whole without it. */
static bool is_mandatory_of(const world *w, size_t rule)
{
    const lineage *l = &w->compiled->lineages[rule];
    for (unsigned i = 0; i < l->n_steps; i++)
        if (lineage_has(l->mandatory, i) && chain_event_is_of(w->event[w->n - 1], l->steps[i].kind))
            return true;
    return false;
}

static void add(world *w, uint64_t *seed, int64_t at_s)
{
    uint64_t before[ARRAY_LEN(rules)];
    call c = random_call(seed, at_s, &w->text);
    event e = events_make(&c, (uint32_t)w->n + 1, &w->text);
    uint32_t entry = state_add(&w->s, &e);
    keep_event(w, &e, entry);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        before[i] = count_found(w->chain, i);
    assert_true(chain_take(w->chain, &w->s, &e, entry));
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        bool is_found = count_found(w->chain, i) > before[i], is_true = completes(w, i);
        if (is_true != is_found && (is_mandatory_of(w, i) || is_found))
            fail_msg("event %zu (%s %s): rule %zu is %s by definition, and was %s", w->n, c.name,
                     c.refs, i, is_true ? "complete" : "not", is_found ? "found" : "not");
    }
}

static void check_told(const world *w)
{
    for (size_t i = 0; i < w->chain->n_found; i++) {
        const chain_found *f = &w->chain->found[i];
        twin t = {.w = w, .l = &w->compiled->lineages[f->rule], .upto = w->n};
        for (unsigned k = 0; k < t.l->n_steps; k++)
            t.at[k] = lineage_has(f->cast.set, k) ? w->event[f->cast.at[k]->record - 1] : NULL;
        assert_true(is_chain(&t));
        assert_int_equal(f->is_told, !has_absent(&t));
    }
}

static void world_done(world *w)
{
    for (size_t i = 0; i < w->n; i++)
        chain_event_free(w->event[i]);
    chain_free(w->chain);
    state_done(&w->s);
    arena_done(&w->text);
}

static void world_init(world *w, spoor_ruleset *set)
{
    *w = (world){.rules = set, .compiled = set->compiled};
    assert_true(state_init(&w->s));
    w->chain = chain_new(w->compiled);
    assert_non_null(w->chain);
}

static void test_search_agrees_with_definition(void **unused)
{
    spoor_ruleset *set = compile();
    uint64_t seed = 20260303, n_found = 0;
    (void)unused;
    for (int log = 0; log < LOGS; log++) {
        world w;
        int64_t at_s = 0;
        world_init(&w, set);
        for (int i = 0; i < EVENTS_MAX; i++) {
            at_s += (int64_t)(random_next(&seed) % 12);
            add(&w, &seed, at_s);
        }
        assert_true(chain_finish(w.chain));
        check_told(&w);
        n_found += w.chain->n_found;
        world_done(&w);
    }
    print_message("%llu chains\n", (unsigned long long)n_found);
    assert_true(n_found > LOGS);
    spoor_ruleset_unref(set);
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* A chain that is found within the limit, among many events that nobody needs. */
static void test_limit_forgets_the_oldest(void **unused)
{
    spoor_ruleset *set = compile();
    world w;
    (void)unused;
    world_init(&w, set);
    chain_limit(w.chain, 64 * 1024);
    for (uint32_t i = 0; i < 3000; i++) {
        str refs = arena_printf(&w.text, "created snapshot many-%u; parent volume v", i);
        call c = {0, "CreateSnapshot", "ana", refs.p, "", OUTCOME_SUCCESS};
        event e = events_make(&c, i + 1, &w.text);
        assert_true(chain_take(w.chain, &w.s, &e, state_add(&w.s, &e)));
        assert_true(w.chain->store.bytes < 2 * 64 * 1024);
    }
    assert_true(chain_lost(w.chain).events > 2000);
    const call last = {1,  "CreateVolume", "bo", "created volume v; parent snapshot many-2999",
                       "", OUTCOME_SUCCESS};
    event e = events_make(&last, 3001, &w.text);
    assert_true(chain_take(w.chain, &w.s, &e, state_add(&w.s, &e)));
    assert_int_equal(count_found(w.chain, 0), 1);
    world_done(&w);
    spoor_ruleset_unref(set);
}

/* One actor with very many events: a search that leads nowhere gives up, and says so. */
static void test_hub_is_given_up(void **unused)
{
    spoor_ruleset *set = compile();
    world w;
    (void)unused;
    world_init(&w, set);
    const call first = {0, "RunInstances", "bo", "created instance i", "", OUTCOME_SUCCESS};
    event e = events_make(&first, 1, &w.text);
    assert_true(chain_take(w.chain, &w.s, &e, state_add(&w.s, &e)));
    for (uint32_t i = 1; i < 6000; i++) {
        bool is_copy = i < 5990;
        str refs = is_copy ? arena_printf(&w.text, "created snapshot x%u; parent volume v", i)
                           : arena_printf(&w.text, "attached volume y%u; target instance z", i);
        call c = {
            1, is_copy ? "CreateSnapshot" : "AttachVolume", "ana", refs.p, "", OUTCOME_SUCCESS};
        e = events_make(&c, i + 1, &w.text);
        assert_true(chain_take(w.chain, &w.s, &e, state_add(&w.s, &e)));
    }
    assert_true(chain_finish(w.chain));
    assert_true(chain_lost(w.chain).searches >= 10);
    world_done(&w);
    spoor_ruleset_unref(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_agrees_with_definition),
        cmocka_unit_test(test_limit_forgets_the_oldest),
        cmocka_unit_test(test_hub_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
