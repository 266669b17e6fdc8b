/* SPDX-License-Identifier: Apache-2.0
 *
 * test_brute.c -- random correlations over random events: the engine fires what brute force finds.
 *
 *  (1) Times repeat, values are missing, lists, of several types; records match several rules;
 *      inner correlations are named by outer ones; extended conditions have negations.
 *  (2) When the engine is told that time passes, and whether it is, changes nothing.
 *  (3) Numbers are multiples of 1/4, so sums are exact in any order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/brute.h"
#include "support/random.h"

enum {
    RULES = 4,
    FIELDS = 4,
    CORRELATIONS = 4,
    NODES = 64,
    RECORDS = 60,
    MATCHES = 400,
    ROUNDS = 1500
};

typedef struct world {
    uint64_t seed;
    ruleset set;
    rule_info rules[RULES + CORRELATIONS];
    rule_correlation correlations[CORRELATIONS];
    uint32_t names[CORRELATIONS][4];
    rule_key keys[CORRELATIONS][4];
    uint32_t fields[CORRELATIONS][4][4];
    struct rule_bound bounds[CORRELATIONS][2];
    rule_node nodes[NODES];
    uint32_t children[NODES];
    sigma_match matches[MATCHES];
    size_t n_matches;
    arena text;
} world;

static uint32_t below(world *w, uint32_t n)
{
    return (uint32_t)(random_next(&w->seed) >> 33) % n;
}

/* --- rules ------------------------------------------------------------------------------------ */

static uint32_t make_node(world *w, uint32_t depth, uint32_t n_rules)
{
    rule_node n = {.kind = RULE_NODE_PREDICATE, .first = below(w, n_rules)};
    uint32_t kind = depth > 0 ? below(w, 4) : 3;
    uint32_t child[2] = {0, 0};
    if (kind < 3) {
        n = (rule_node){.n = kind == 2 ? 1 : 2};
        n.kind = (uint8_t)(kind == 0 ? RULE_NODE_AND : kind == 1 ? RULE_NODE_OR : RULE_NODE_NOT);
        for (uint32_t i = 0; i < n.n; i++)
            child[i] = make_node(w, depth - 1, n_rules);
        n.first = (uint32_t)w->set.n_children;
        for (uint32_t i = 0; i < n.n; i++)
            w->children[w->set.n_children++] = child[i];
    }
    w->nodes[w->set.n_nodes] = n;
    return (uint32_t)w->set.n_nodes++;
}

static const char *const key_names[] = {"user", "ip", "amount", "user"};

static void make_key(world *w, uint32_t c, uint32_t k, rule_correlation *to)
{
    rule_key *key = &w->keys[c][k];
    key->name = str_of(key_names[below(w, ARRAY_LEN(key_names))]);
    key->fields = w->fields[c][k];
    for (size_t i = 0; i < to->n_rules; i++)
        w->fields[c][k][i] = to->rules[i] < RULES ? below(w, FIELDS) : UINT32_MAX;
}

static void make_correlation(world *w, uint32_t c)
{
    rule_correlation *to = &w->correlations[c];
    *to = (rule_correlation){.info = RULES + c,
                             .type = (uint8_t)below(w, RULE_CORRELATION_TYPES),
                             .rules = w->names[c],
                             .n_rules = 1 + below(w, 3),
                             .group_by = w->keys[c],
                             .n_group_by = below(w, 3),
                             .timespan_ns = 1 + below(w, below(w, 2) ? 12 : 60),
                             .bounds = w->bounds[c],
                             .n_bounds = 1 + below(w, 2),
                             .percentile = 25.0 * below(w, 5)};
    bool is_temporal = to->type == RULE_TEMPORAL || to->type == RULE_TEMPORAL_ORDERED;
    for (size_t i = 0; i < to->n_rules; i++)
        w->names[c][i] = below(w, 3) > 0 ? below(w, RULES) : below(w, RULES + c);
    to->n_values = is_temporal || to->type == RULE_EVENT_COUNT ? 0
                   : to->type == RULE_VALUE_COUNT              ? 1 + below(w, 2)
                                                               : 1;
    to->values = w->keys[c] + to->n_group_by;
    for (uint32_t k = 0; k < to->n_group_by + to->n_values; k++)
        make_key(w, c, k, to);
    for (size_t i = 0; i < to->n_bounds; i++)
        w->bounds[c][i] = (struct rule_bound){(uint8_t)below(w, RULE_COMPARES), below(w, 5)};
    if (is_temporal && below(w, 2))
        to->n_bounds = 0;
    if (is_temporal && below(w, 2))
        to->expression = make_node(w, 3, (uint32_t)to->n_rules);
}

static void make_rules(world *w)
{
    w->set = (ruleset){.rules = w->rules,
                       .n_rules = RULES + CORRELATIONS,
                       .nodes = w->nodes,
                       .n_nodes = 1,
                       .children = w->children,
                       .correlations = w->correlations,
                       .n_correlations = 1 + below(w, CORRELATIONS)};
    for (uint32_t c = 0; c < w->set.n_correlations; c++)
        make_correlation(w, c);
}

/* --- events ----------------------------------------------------------------------------------- */

static const char *const items[] = {"s\1a",      "s\1A",     "s\1b",    "n\0011",  "s\0011",
                                    "n\0042.25", "s\003-3e", "b\4true", "n\00275", "s\2-1"};

static void put_field(world *w, buf *to)
{
    buf list = {0};
    for (uint32_t n = (below(w, 8) * 3) / 8 + (below(w, 8) > 0); n-- > 0 && n < 3;)
        buf_puts(&list, items[below(w, ARRAY_LEN(items))]);
    buf_putc(to, (char)list.n);
    buf_putstr(to, buf_str(&list));
    buf_done(&list);
}

static void put_match(world *w, sigma_match m)
{
    buf captured = {0};
    size_t n;
    sigma_engine_wants(&w->set, m.rule, &w->text, &n);
    while (n-- > 0)
        put_field(w, &captured);
    m.captured = arena_dup_buf(&w->text, &captured);
    w->matches[w->n_matches++] = m;
    buf_done(&captured);
}

static void make_events(world *w)
{
    sigma_match m = {.time_ns = 100};
    for (uint32_t r = 0; r < RECORDS; r++) {
        m.time_ns += below(w, 3) ? below(w, 4) : below(w, 20);
        m.event_uid = arena_printf(&w->text, "%u", r);
        for (m.rule = 0; m.rule < RULES; m.rule++)
            if (below(w, 3) == 0)
                put_match(w, m);
    }
}

/* --- comparison ------------------------------------------------------------------------------- */

typedef struct seen {
    const world *w;
    const brute_firing *expected;
    size_t n_expected, n;
} seen;

/* Which of several sequences is reported, and so what a chained event is called, is the engine's
 * choice. */
static bool has_exact_events(const world *w, uint32_t correlation)
{
    const rule_correlation *c = &w->correlations[correlation];
    for (size_t i = 0; i < c->n_rules; i++)
        if (c->rules[i] >= RULES && !has_exact_events(w, c->rules[i] - RULES))
            return false;
    return c->type != RULE_TEMPORAL_ORDERED;
}

static bool compare_firing(void *user, const sigma_firing *f)
{
    seen *s = user;
    char group[BRUTE_TEXT] = "", uids[BRUTE_TEXT] = "";
    assert_true(s->n < s->n_expected);
    const brute_firing *x = &s->expected[s->n++];
    assert_int_equal(f->correlation, x->correlation);
    assert_int_equal(f->time_ns, x->time_ns);
    for (size_t i = 0, n = 0; i < f->n_group; i++, n = strlen(group))
        snprintf(group + n, sizeof group - n, "%.*s=%.*s; ", (int)f->group_names[i].n,
                 f->group_names[i].p, (int)f->group_values[i].n, f->group_values[i].p);
    assert_string_equal(group, x->group);
    if (s->w->correlations[f->correlation].type == RULE_TEMPORAL_ORDERED)
        return true;
    assert_true(f->count >= x->count && f->count <= x->count);
    assert_int_equal(f->n_events, x->n_events);
    for (size_t i = 0, n = 0; i < f->n_uids; i++, n = strlen(uids))
        snprintf(uids + n, sizeof uids - n, "%.*s ", (int)f->event_uids[i].n, f->event_uids[i].p);
    if (has_exact_events(s->w, f->correlation))
        assert_string_equal(uids, x->uids);
    return true;
}

static void compare(world *w, const brute *b, bool tell_time)
{
    seen s = {.w = w};
    s.expected = brute_firings(b, &s.n_expected);
    sigma_engine *e = sigma_engine_new(&w->set, compare_firing, &s);
    assert_non_null(e);
    for (size_t i = 0; i < w->n_matches; i++) {
        assert_true(sigma_engine_add(e, &w->matches[i]));
        int64_t next_ns = i + 1 < w->n_matches ? w->matches[i + 1].time_ns : INT64_MAX;
        if (tell_time && below(w, 2))
            assert_true(sigma_engine_advance(e, next_ns));
    }
    assert_true(sigma_engine_finish(e));
    assert_int_equal(s.n, s.n_expected);
    sigma_engine_free(e);
}

static void test_engine_equals_brute_force(void **unused)
{
    size_t by_type[RULE_CORRELATION_TYPES] = {0};
    (void)unused;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        static world w;
        w = (world){.seed = round * 0x9e3779b97f4a7c15ULL};
        make_rules(&w);
        make_events(&w);
        brute *b = brute_run(&w.set, w.matches, w.n_matches);
        compare(&w, b, false);
        compare(&w, b, true);
        size_t n;
        const brute_firing *f = brute_firings(b, &n);
        for (size_t i = 0; i < n; i++)
            by_type[w.correlations[f[i].correlation].type]++;
        brute_free(b);
        arena_done(&w.text);
    }
    for (size_t t = 0; t < RULE_CORRELATION_TYPES; t++) /* the test looks at all of them */
        assert_true(by_type[t] > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_equals_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
