/* SPDX-License-Identifier: Apache-2.0
 *
 * test_sigma_engine.c -- what each type of correlation fires on, told as short stories.
 *
 *     "1 A alice 5; 2 AB alice,bob 7"   at 1 a record matches rule A, its user is alice, its
 *                                       amount 5; at 2 one matches A and B, with two users
 *     "2 =3 alice"                      fired at 2, compared 3, for the group alice
 *
 * Rules are A, B, C, and D, the first correlation. A user or an amount of "-" is missing; "#7" is a
 * number, other users are texts; amounts that spell a number are numbers, or texts behind a "'".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "correlate/sigma_engine.h"
#include "correlate/sigma_rank.h"

enum { RULES = 3, USER = 7, AMOUNT = 9 };

/* --- rules ----------------------------------------------------------------------------------- */

static const uint32_t names[] = {0, 1, 2};
static const uint32_t user_fields[] = {USER, USER, USER},
                      amount_fields[] = {AMOUNT, AMOUNT, AMOUNT};
static const rule_key user_key[] = {{STR_INIT("user"), user_fields}};
static const rule_key amount_key[] = {{STR_INIT("amount"), amount_fields}};
static const rule_key pair_key[] = {{STR_INIT("amount"), amount_fields},
                                    {STR_INIT("user"), user_fields}};
static const uint32_t no_fields[] = {UINT32_MAX, UINT32_MAX};
static const rule_key inner_key[] = {{STR_INIT("user"), no_fields}};

/* Conditions: the index of a node. */
enum { A_AND_NOT_B = 5, A_OR_B_AND_C = 7, NOT_B = 4, A_THEN_B_NOT_C = 9 };
static const rule_node nodes[] = {
    {.kind = RULE_NODE_TRUE},
    {.kind = RULE_NODE_PREDICATE, .first = 0},
    {.kind = RULE_NODE_PREDICATE, .first = 1},
    {.kind = RULE_NODE_PREDICATE, .first = 2},
    {.kind = RULE_NODE_NOT, .first = 0, .n = 1}, /* not B */
    {.kind = RULE_NODE_AND, .first = 1, .n = 2}, /* A and not B */
    {.kind = RULE_NODE_OR, .first = 3, .n = 2},  /* A or B */
    {.kind = RULE_NODE_AND, .first = 5, .n = 2}, /* (A or B) and C */
    {.kind = RULE_NODE_NOT, .first = 7, .n = 1}, /* not C */
    {.kind = RULE_NODE_AND, .first = 8, .n = 3}, /* A and B and not C */
};
static const uint32_t children[] = {2, 1, 4, 1, 2, 6, 3, 3, 1, 2, 8};

/* Members of a correlation's initialiser. OVER: the first correlation, over the first n of A, B, C.
 */
#define COUNTED(kind, span, n) .type = (kind), .timespan_ns = (span), .n_rules = (n)
#define OVER(kind, span, n) COUNTED(kind, span, n), .info = RULES, .rules = names
#define BY_USER .group_by = user_key, .n_group_by = 1
#define BOUNDED(list) .bounds = (list), .n_bounds = ARRAY_LEN(list)
#define AMOUNTS .values = amount_key, .n_values = 1

typedef struct scene {
    const char *what;
    rule_correlation rule; /* rules, group-by: A, B … by user unless set */
    struct rule_bound bounds[2];
    const char *events, *fired;
} scene;

/* --- telling and listening ------------------------------------------------------------------- */

static void put_values(buf *to, str list, bool is_amount)
{
    buf items = {0};
    str one;
    while (text_next(&list, ',', &one)) {
        if (str_is(one, "-"))
            continue;
        bool is_number = one.p[0] == '#' || (is_amount && one.p[0] != '\'');
        one = str_from(one, one.p[0] == '#' || one.p[0] == '\'');
        buf_putc(&items, is_number ? 'n' : 's');
        buf_putc(&items, (char)one.n);
        buf_putstr(&items, one);
    }
    buf_putc(to, (char)items.n);
    buf_putstr(to, buf_str(&items));
    buf_done(&items);
}

/* The fields in the order in which the engine wants them. */
static void put_captured(buf *to, const ruleset *set, uint32_t rule, str user, str amount)
{
    AUTO(arena) a = {0};
    size_t n;
    const uint32_t *wants = sigma_engine_wants(set, rule, &a, &n);
    for (size_t i = 0; i < n; i++)
        put_values(to, wants[i] == USER ? user : amount, wants[i] == AMOUNT);
}

static void tell_one(sigma_engine *e, const ruleset *set, str event, size_t number)
{
    str word[4] = {{0}};
    int64_t at = 0;
    char uid[16];
    snprintf(uid, sizeof uid, "e%zu", number);
    event = text_trim(event);
    for (size_t i = 0; i < 4; i++)
        (void)text_next(&event, ' ', &word[i]);
    assert_true(text_to_int(word[0], &at));
    for (size_t i = 0; i < word[1].n; i++) {
        AUTO(buf) captured = {0};
        uint32_t rule = (uint32_t)(word[1].p[i] - 'A');
        put_captured(&captured, set, rule, word[2], word[3]);
        assert_true(sigma_engine_add(e, &(sigma_match){.time_ns = at,
                                                       .rule = rule,
                                                       .event_uid = str_of(uid),
                                                       .captured = buf_str(&captured)}));
    }
}

static bool listen(void *user, const sigma_firing *f)
{
    buf *to = user;
    if (to->n > 0)
        buf_puts(to, "; ");
    if (f->correlation > 0)
        buf_printf(to, "%u: ", f->correlation);
    buf_printf(to, "%lld =%g", (long long)f->time_ns, f->count);
    for (size_t i = 0; i < f->n_group; i++)
        buf_printf(to, " %.*s", (int)f->group_values[i].n, f->group_values[i].p);
    return true;
}

static bool listen_uids(void *user, const sigma_firing *f)
{
    buf *to = user;
    for (size_t i = 0; i < f->n_uids; i++)
        buf_printf(to, "%.*s ", (int)f->event_uids[i].n, f->event_uids[i].p);
    buf_printf(to, "of %llu; ", (unsigned long long)f->n_events);
    return true;
}

static ruleset set_of(const rule_correlation *c, size_t n)
{
    static rule_info infos[RULES + 2];
    return (ruleset){.rules = infos,
                     .n_rules = ARRAY_LEN(infos),
                     .nodes = (rule_node *)(uintptr_t)nodes,
                     .n_nodes = ARRAY_LEN(nodes),
                     .children = (uint32_t *)(uintptr_t)children,
                     .n_children = ARRAY_LEN(children),
                     .correlations = (rule_correlation *)(uintptr_t)c,
                     .n_correlations = n};
}

/* An engine over correlations that outlive it, and what was heard of it. */
typedef struct stage {
    ruleset set;
    sigma_engine *engine;
    buf heard;
} stage;

static void stage_init(stage *s, const rule_correlation *c, size_t n, sigma_fire_fn *fn)
{
    *s = (stage){.set = set_of(c, n)};
    s->engine = sigma_engine_new(&s->set, fn, &s->heard);
    assert_non_null(s->engine);
}

static void stage_done(stage *s)
{
    sigma_engine_free(s->engine);
    buf_done(&s->heard);
}

static void stage_tell(stage *s, const char *events)
{
    str rest = str_of(events), event;
    for (size_t n = 1; text_next(&rest, ';', &event); n++)
        tell_one(s->engine, &s->set, event, n);
}

/* What was heard since the last time. */
static const char *stage_heard(stage *s)
{
    buf_putc(&s->heard, '\0');
    s->heard.n = 0;
    return s->heard.p;
}

static rule_correlation complete(const scene *s)
{
    rule_correlation c = s->rule;
    c.info = RULES;
    c.rules = names;
    if (c.n_rules == 0)
        c.n_rules = 1;
    if (!c.group_by) {
        c.group_by = user_key;
        c.n_group_by = 1;
    }
    c.bounds = s->bounds;
    return c;
}

static void play(const scene *s)
{
    rule_correlation c = complete(s);
    AUTO(stage) on;
    stage_init(&on, &c, 1, listen);
    stage_tell(&on, s->events);
    assert_true(sigma_engine_finish(on.engine));
    const char *fired = stage_heard(&on);
    if (strcmp(fired, s->fired) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", s->what, fired, s->fired);
}

static void play_all(const scene *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        play(&s[i]);
}

/* --- scenes ---------------------------------------------------------------------------------- */

/* clang-format off */
#define GTE(x) {{RULE_GTE, (x)}}
#define BOUND(kind, span, n) .type = (kind), .timespan_ns = (span), .n_bounds = (n)
#define COUNT(span) {BOUND(RULE_EVENT_COUNT, span, 1), .n_rules = 2}
#define NO_GROUP .group_by = user_key, .n_group_by = 0
#define VALUE(kind, span) {BOUND(kind, span, 1), AMOUNTS, .percentile = 50}
#define STEPS(kind, n, span) {COUNTED(kind, span, n)}
#define WHEN(kind, n, span, node) {BOUND(kind, span, 0), .n_rules = (n), .expression = (node)}

static const scene counts[] = {
    {"exactly the timespan is inside", COUNT(10), GTE(2), "1 A u; 11 A u", "11 =2 u"},
    {"one more is outside", COUNT(10), GTE(2), "1 A u; 12 A u", ""},
    {"once per stretch", COUNT(10), GTE(2), "1 A u; 2 A u; 3 A u; 11 A u; 13 A u", "2 =2 u"},
    {"again after it was false", COUNT(10), GTE(2),
     "1 A u; 2 A u; 30 A u; 31 A u", "2 =2 u; 31 =2 u"},
    {"false between two events", COUNT(10), GTE(2), "1 A u; 5 A u; 12 A u", "5 =2 u; 12 =2 u"},
    {"a record is one event", COUNT(10), GTE(2), "1 AB u; 2 A u", "2 =2 u"},
    {"equal times are events", COUNT(10), GTE(3), "1 A u; 1 A u; 1 B u", "1 =3 u"},
    {"missing: no group", COUNT(10), GTE(2), "1 A -; 2 A -; 3 A u", ""},
    {"an array fans out", COUNT(10), GTE(2), "1 A u,v; 2 A v,w; 3 A u", "2 =2 v; 3 =2 u"},
    {"twice in an array is once", COUNT(10), GTE(2), "1 A u,u; 2 A v", ""},
    {"letter case differs", COUNT(10), GTE(2), "1 A u; 2 A U", ""},
    {"type differs", COUNT(10), GTE(2), "1 A 7; 2 A #7; 3 A #7", "3 =2 7"},
    {"below, at the first event", COUNT(10), {{RULE_LT, 3}},
     "1 A u; 2 A u; 3 A u; 12 A u; 14 A u", "1 =1 u; 14 =2 u"},
    {"equal leaves and comes back", COUNT(10), {{RULE_EQ, 2}},
     "1 A u; 2 A u; 3 A u; 12 A u", "2 =2 u"},
    {"unequal", COUNT(10), {{RULE_NEQ, 1}}, "1 A u; 2 A u; 20 A u; 21 A u", "2 =2 u; 21 =2 u"},
    {"two bounds", {BOUND(RULE_EVENT_COUNT, 10, 2)}, {{RULE_GT, 1}, {RULE_LTE, 3}},
     "1 A u; 2 A u; 3 A u; 4 A u", "2 =2 u"},
    {"no group-by", {BOUND(RULE_EVENT_COUNT, 10, 1), NO_GROUP},
     GTE(2), "1 A u; 2 A -", "2 =2"},
    {"an older match counts now", COUNT(10), GTE(2), "20 A u; 1 A u", "20 =2 u"},
};

static const scene numbers[] = {
    {"different values", VALUE(RULE_VALUE_COUNT, 10), GTE(2),
     "1 A u 5; 2 A u 5; 3 A u 6", "3 =2 u"},
    {"a value leaves with its last event", VALUE(RULE_VALUE_COUNT, 10), GTE(2),
     "1 A u 5; 2 A u 5; 12 A u 6; 13 A u 6", "12 =2 u"},
    {"a missing value is not there", VALUE(RULE_VALUE_COUNT, 10), {{RULE_LT, 9}},
     "1 A u -; 2 A u 5", "2 =1 u"},
    {"type and case of values", VALUE(RULE_VALUE_COUNT, 10), GTE(3),
     "1 A u '5; 2 A u 5; 3 A u 'x; 4 A u 'X", "3 =3 u"},
    {"combinations", {BOUND(RULE_VALUE_COUNT, 10, 1), NO_GROUP, .values = pair_key, .n_values = 2},
     GTE(3), "1 A u,v 1; 2 A u 1; 3 A w -; 4 A u 2", "4 =3"},
    {"sum", VALUE(RULE_VALUE_SUM, 10), GTE(6), "1 A u 1; 2 A u 2.5; 3 A u '2.5", "3 =6 u"},
    {"a sum forgets what left", VALUE(RULE_VALUE_SUM, 10), GTE(5),
     "1 A u 1e300; 12 A u 1; 13 A u 4", "1 =1e+300 u; 13 =5 u"},
    {"a sum keeps what a greater one hid", VALUE(RULE_VALUE_SUM, 10), {{RULE_EQ, 3}},
     "1 A u 1e300; 2 A u 1; 12 A u 2", "12 =3 u"},
    {"an array's numbers all count", VALUE(RULE_VALUE_SUM, 10), GTE(6), "1 A u 1,5", "1 =6 u"},
    {"two rules, one event, one value", {BOUND(RULE_VALUE_SUM, 10, 1), AMOUNTS, .n_rules = 2},
     GTE(6), "1 AB u 5; 2 B u 1", "2 =6 u"},
    {"mean", VALUE(RULE_VALUE_AVG, 10), GTE(4), "1 A u 2; 2 A u 'x; 3 A u 6", "3 =4 u"},
    {"nearest rank", VALUE(RULE_VALUE_PERCENTILE, 100), {{RULE_EQ, 20}},
     "1 A u 15; 2 A u 40; 3 A u 20", "3 =20 u"},
    {"median of two", VALUE(RULE_VALUE_MEDIAN, 10), {{RULE_GT, 2}}, "1 A u 2; 2 A u 3", "2 =2.5 u"},
    {"median after a value left", VALUE(RULE_VALUE_MEDIAN, 10), {{RULE_EQ, 7}},
     "1 A u 1; 5 A u 9; 12 A u 5", "12 =7 u"},
};

static const scene steps[] = {
    {"any order", STEPS(RULE_TEMPORAL, 2, 10), {{0}}, "1 B u; 11 A u", "11 =2 u"},
    {"too far apart", STEPS(RULE_TEMPORAL, 2, 10), {{0}}, "1 B u; 12 A u", ""},
    {"one record is enough", STEPS(RULE_TEMPORAL, 2, 10), {{0}}, "1 AB u", "1 =2 u"},
    {"a stretch lasts", STEPS(RULE_TEMPORAL, 2, 10), {{0}},
     "1 A u; 2 B u; 9 A u; 12 B u; 23 A u; 24 B u", "2 =2 u; 24 =2 u"},
    {"at least two of three", {BOUND(RULE_TEMPORAL, 10, 1), .n_rules = 3}, GTE(2),
     "1 C u; 2 A u", "2 =2 u"},
    {"either and a third", WHEN(RULE_TEMPORAL, 3, 10, A_OR_B_AND_C), {{0}},
     "1 B u; 2 C u", "2 =2 u"},
    {"not, at the window's end", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 30 A v", "11 =1 u; 40 =1 v"},
    {"not, exactly at the end", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 11 B u", ""},
    {"not, behind the end", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 12 B u", "11 =1 u"},
    {"not, of another group", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 2 B v", "11 =1 u"},
    {"not, before the window", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 B u; 2 A u", "12 =1 u"},
    {"not, windows that overlap", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 8 A u; 30 A u", "11 =1 u; 40 =1 u"},
    {"not, a failing one between", WHEN(RULE_TEMPORAL, 2, 10, A_AND_NOT_B), {{0}},
     "1 A u; 5 A u; 13 B u; 14 A u", "11 =1 u; 24 =1 u"},
    {"nothing but not", WHEN(RULE_TEMPORAL, 2, 10, NOT_B), {{0}}, "1 A u; 2 B u", ""},
    {"in order", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}}, "1 A u; 2 B u", "2 =2 u"},
    {"not in order", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}}, "1 B u; 2 A u", ""},
    {"an earlier step that comes again", STEPS(RULE_TEMPORAL_ORDERED, 3, 10), {{0}},
     "1 A u; 2 B u; 3 A u; 4 C u", "4 =3 u"},
    {"the latest begin counts", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}},
     "1 A u; 9 A u; 15 B u", "15 =2 u"},
    {"log order at one time", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}},
     "1 A u; 1 B u; 30 B v; 30 A v", "1 =2 u"},
    {"one record is one step", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}}, "1 AB u", ""},
    {"either step of one record", STEPS(RULE_TEMPORAL_ORDERED, 2, 10), {{0}},
     "1 AB u; 2 AB u", "2 =2 u"},
    {"in order, either first", WHEN(RULE_TEMPORAL_ORDERED, 3, 10, A_OR_B_AND_C), {{0}},
     "1 C u; 2 B u; 3 C u", "3 =2 u"},
    {"in order, and a third not", WHEN(RULE_TEMPORAL_ORDERED, 3, 10, A_THEN_B_NOT_C), {{0}},
     "1 A u; 2 B u; 30 A u; 31 C u; 32 B u; 60 B u; 61 A u", "11 =2 u"},
};
/* clang-format on */

static void test_counts(void **unused)
{
    (void)unused;
    play_all(counts, ARRAY_LEN(counts));
}

static void test_numbers(void **unused)
{
    (void)unused;
    play_all(numbers, ARRAY_LEN(numbers));
}

static void test_steps(void **unused)
{
    (void)unused;
    play_all(steps, ARRAY_LEN(steps));
}

static void expect(const rule_correlation *c, size_t n, sigma_fire_fn *fn, const char *events,
                   const char *heard)
{
    AUTO(stage) s;
    stage_init(&s, c, n, fn);
    stage_tell(&s, events);
    assert_true(sigma_engine_finish(s.engine));
    assert_string_equal(stage_heard(&s), heard);
}

/* Three failures of a user, then a success of that user. */
static void test_inner_firing_is_an_event(void **unused)
{
    const uint32_t outer_names[] = {RULES, 1}, outer_fields[] = {UINT32_MAX, USER};
    const rule_key outer_key[] = {{STR_INIT("user"), outer_fields}};
    const struct rule_bound three[] = {{RULE_GTE, 3}};
    const rule_correlation c[] = {
        {OVER(RULE_EVENT_COUNT, 10, 1), BY_USER, BOUNDED(three)},
        {COUNTED(RULE_TEMPORAL_ORDERED, 5, 2), .info = RULES + 1, .rules = outer_names,
         .group_by = outer_key, .n_group_by = 1},
    };
    (void)unused;
    expect(c, ARRAY_LEN(c), listen, "1 A u; 2 A u; 3 AB u; 4 B v; 8 B u", "3 =3 u; 1: 8 =2 u");
}

/* Two users who did not log out: the end of each window is an event for the outer correlation. */
static void test_absence_is_an_event(void **unused)
{
    const uint32_t outer_names[] = {RULES};
    const struct rule_bound two[] = {{RULE_GTE, 2}};
    const rule_correlation c[] = {
        {OVER(RULE_TEMPORAL, 10, 2), BY_USER, .expression = A_AND_NOT_B},
        {COUNTED(RULE_VALUE_COUNT, 5, 1), .info = RULES + 1, .rules = outer_names,
         .values = inner_key, .n_values = 1, BOUNDED(two)},
    };
    AUTO(stage) s;
    (void)unused;
    stage_init(&s, c, ARRAY_LEN(c), listen);
    stage_tell(&s, "1 A u; 6 A v");
    assert_true(sigma_engine_advance(s.engine, 16));
    assert_string_equal(stage_heard(&s), "11 =1 u");
    assert_true(sigma_engine_advance(s.engine, 17));
    assert_string_equal(stage_heard(&s), "16 =1 v; 1: 16 =2");
}

static void test_names_its_events(void **unused)
{
    const struct rule_bound three[] = {{RULE_GTE, 3}};
    const rule_correlation count = {OVER(RULE_EVENT_COUNT, 10, 2), BOUNDED(three)};
    rule_correlation sequence = {OVER(RULE_TEMPORAL_ORDERED, 10, 3)};
    (void)unused;
    expect(&count, 1, listen_uids, "1 A u; 20 A u; 21 AB u; 22 B u", "e2 e3 e4 of 3; ");
    expect(&sequence, 1, listen_uids, "1 A u; 2 B u; 3 A u; 4 B u; 5 A u; 6 C u",
           "e3 e4 e6 of 3; ");
    sequence.type = RULE_TEMPORAL;
    expect(&sequence, 1, listen_uids, "1 A u; 2 B u; 3 A u; 4 BC u", "e3 e4 of 2; ");
}

static void test_wants_each_field_once(void **unused)
{
    const rule_correlation c = {
        .rules = names, .n_rules = 2, BY_USER, .values = pair_key, .n_values = 2};
    ruleset set = set_of(&c, 1);
    AUTO(arena) a = {0};
    size_t n;
    (void)unused;
    const uint32_t *wants = sigma_engine_wants(&set, 1, &a, &n);
    assert_int_equal(n, 2);
    assert_int_equal(wants[0], USER);
    assert_int_equal(wants[1], AMOUNT);
    assert_null(sigma_engine_wants(&set, 2, &a, &n));
    assert_int_equal(n, 0);
}

/* Two events of a user are enough. */
static void stage_count(stage *s, sigma_fire_fn *fn)
{
    static const struct rule_bound two[] = {{RULE_GTE, 2}};
    static const rule_correlation c = {OVER(RULE_EVENT_COUNT, 1000, 1), BY_USER, BOUNDED(two)};
    stage_init(s, &c, 1, fn);
}

static void test_forgets_the_idlest_group(void **unused)
{
    AUTO(stage) s;
    (void)unused;
    stage_count(&s, listen);
    sigma_engine_limit(s.engine, 8192);
    stage_tell(&s, "1 A old");
    for (int i = 2; i < 200; i++) {
        char event[64];
        snprintf(event, sizeof event, "%d A u%d; %d A busy%d", i, i, i, i);
        stage_tell(&s, event);
    }
    stage_tell(&s, "200 A old; 200 A u199");
    assert_true(sigma_engine_finish(s.engine));
    assert_string_equal(stage_heard(&s), "200 =2 u199");
    assert_in_range(sigma_engine_forgotten(s.engine), 300, 398);
}

static void test_what_is_over_is_not_forgotten(void **unused)
{
    AUTO(stage) s;
    (void)unused;
    stage_count(&s, listen);
    sigma_engine_limit(s.engine, 8192);
    for (int i = 1; i < 1000; i++) {
        char event[64];
        snprintf(event, sizeof event, "%d A u%d", i * 500, i);
        stage_tell(&s, event);
    }
    assert_int_equal(sigma_engine_forgotten(s.engine), 0);
}

/* A group that is over while another correlation needs the memory is no loss. */
static void test_what_is_over_makes_room(void **unused)
{
    const uint32_t second[] = {1};
    const rule_correlation c[] = {
        {OVER(RULE_EVENT_COUNT, 10, 1), BY_USER},
        {COUNTED(RULE_EVENT_COUNT, 1000, 1), .info = RULES + 1, .rules = second},
    };
    AUTO(stage) s;
    (void)unused;
    stage_init(&s, c, ARRAY_LEN(c), listen);
    stage_tell(&s, "1 A u; 2 A v; 3 A w; 100 B x");
    sigma_engine_limit(s.engine, 1);
    assert_true(sigma_engine_finish(s.engine));
    assert_int_equal(sigma_engine_forgotten(s.engine), 1); /* that of B alone */
}

/* The same identity at another time is another record. */
static void test_a_record_has_one_time(void **unused)
{
    AUTO(stage) s;
    (void)unused;
    stage_count(&s, listen);
    stage_tell(&s, "1 A u");
    stage_tell(&s, "2 A u");
    assert_true(sigma_engine_finish(s.engine));
    assert_string_equal(stage_heard(&s), "2 =2 u");
}

/* Numbers that only rise leave from the bottom of a heap, where nothing ever comes up. */
static void test_ranks_keep_no_dead_numbers(void **unused)
{
    sigma_rank r;
    size_t bytes = 0;
    (void)unused;
    sigma_rank_init(&r, 50);
    for (int i = 0; i < 10000; i++) {
        assert_true(sigma_rank_add(&r, i, &bytes));
        if (i >= 100)
            assert_true(sigma_rank_drop(&r, &bytes));
        assert_true(r.low.n + r.high.n <= 300);
    }
    assert_true(sigma_rank_median(&r) > 9949 && sigma_rank_median(&r) < 9950);
    sigma_rank_done(&r, &bytes);
    assert_int_equal(bytes, 0);
}

/* Negated windows of a group that was forgotten end without a firing, and without a trace. */
static void test_forgets_open_windows(void **unused)
{
    const rule_correlation c = {OVER(RULE_TEMPORAL, 10, 2), BY_USER, .expression = A_AND_NOT_B};
    (void)unused;
    for (int finishes = 0; finishes < 2; finishes++) {
        AUTO(stage) s;
        stage_init(&s, &c, 1, listen);
        sigma_engine_limit(s.engine, 1);
        stage_tell(&s, "1 A u; 2 A v; 3 A u; 4 B v");
        if (finishes)
            assert_true(sigma_engine_finish(s.engine));
        assert_int_equal(s.heard.n, 0);
        assert_int_equal(sigma_engine_forgotten(s.engine), 3 + finishes);
    }
}

static void test_counts_what_is_no_number(void **unused)
{
    const rule_correlation c = {OVER(RULE_VALUE_SUM, 10, 1), AMOUNTS};
    AUTO(stage) s;
    (void)unused;
    stage_init(&s, &c, 1, listen);
    stage_tell(&s, "1 A u 'x; 2 A u '0x10; 3 A u 'nan; 4 A u '1e999; 5 A u '1.; 6 A u '; 7 A u -");
    assert_true(sigma_engine_finish(s.engine));
    assert_int_equal(sigma_engine_ignored(s.engine), 6);
    assert_int_equal(s.heard.n, 0);
}

static void test_cuts_combinations(void **unused)
{
    AUTO(stage) s;
    AUTO(buf) items = {0}, captured = {0};
    (void)unused;
    stage_count(&s, listen);
    for (int i = 0; i < LIMIT_CORRELATION_FANOUT + 1; i++)
        buf_printf(&items, "s\4%04x", (unsigned)i);
    for (size_t n = items.n; n > 0; n >>= 7)
        buf_putc(&captured, (char)((n & 0x7f) | (n >= 0x80 ? 0x80 : 0)));
    buf_putstr(&captured, buf_str(&items));
    sigma_match m = {.event_uid = STR("e1"), .captured = buf_str(&captured)};
    assert_true(sigma_engine_add(s.engine, &m));
    assert_true(sigma_engine_finish(s.engine));
    assert_int_equal(sigma_engine_cut(s.engine), 1);
}

/* What is captured may be cut short anywhere: it then has no value there. */
static void test_survives_cut_captures(void **unused)
{
    AUTO(stage) s;
    AUTO(buf) captured = {0};
    (void)unused;
    put_values(&captured, STR("alice,bob"), false);
    stage_count(&s, listen);
    for (size_t n = 0; n < captured.n; n++) {
        AUTO(buf) part = {0};
        buf_put(&part, captured.p, n);
        sigma_match m = {.time_ns = (int64_t)n, .event_uid = STR("e"), .captured = buf_str(&part)};
        assert_true(sigma_engine_add(s.engine, &m));
    }
    assert_true(sigma_engine_finish(s.engine));
    assert_int_equal(s.heard.n, 0);
}

static bool refuse(void *user, const sigma_firing *f)
{
    (void)user;
    (void)f;
    return false;
}

static void test_stops_when_told(void **unused)
{
    AUTO(stage) s;
    const sigma_match m = {.time_ns = 9, .event_uid = STR("e9")};
    (void)unused;
    stage_count(&s, refuse);
    stage_tell(&s, "1 A u; 2 A u");
    assert_false(sigma_engine_finish(s.engine));
    assert_false(sigma_engine_add(s.engine, &m));
    assert_false(sigma_engine_advance(s.engine, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_inner_firing_is_an_event),
        cmocka_unit_test(test_absence_is_an_event),
        cmocka_unit_test(test_names_its_events),
        cmocka_unit_test(test_wants_each_field_once),
        cmocka_unit_test(test_forgets_the_idlest_group),
        cmocka_unit_test(test_what_is_over_is_not_forgotten),
        cmocka_unit_test(test_what_is_over_makes_room),
        cmocka_unit_test(test_a_record_has_one_time),
        cmocka_unit_test(test_ranks_keep_no_dead_numbers),
        cmocka_unit_test(test_forgets_open_windows),
        cmocka_unit_test(test_counts_what_is_no_number),
        cmocka_unit_test(test_cuts_combinations),
        cmocka_unit_test(test_survives_cut_captures),
        cmocka_unit_test(test_stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
