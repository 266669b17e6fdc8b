/* SPDX-License-Identifier: Apache-2.0
 *
 * test_compact.c -- letting go of what is settled changes no verdict, and keeps what a slow chain
 * needs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/time.h"
#include "correlate/correlate.h"
#include "support/chain.h"
#include "state/compact.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static const call slow_chain[] = {
    NEW_USER(0, "admin", M),
    {60, "CreateSnapshot", M, "created snapshot s; parent volume prod", "", 0},
    {20 * DAY, "CreateVolume", M, "created volume v; parent snapshot s", "", 0},
    {20 * DAY + 60, "RunInstances", M, "created instance i; parent image a", "", 0},
    {20 * DAY + 120, "AttachVolume", M, "target instance i; attached volume v", "", 0},
    OPEN(20 * DAY + 180, M),
};

static void judge(state *s, int64_t closed_before_ns, arena *a, correlate_result *r)
{
    static const char *const names[] = {"test.json"};
    const correlate_options options = {
        .names = names, .min_level = SPOOR_INFORMATIONAL, .closed_before_ns = closed_before_ns};
    assert_true(correlate_run(s, &options, a, r));
}

static int64_t newest(const state *s)
{
    return journal_at(&s->journal, s->journal.next - 1)->time_ns;
}

/* Judged and compacted after every call, as an endless stream would be. */
static correlate_result judge_piecewise(const call *calls, size_t n, arena *a)
{
    correlate_result r = {0};
    AUTO(state) s = {0};
    assert_true(state_init(&s));
    for (size_t i = 0; i < n; i++) {
        events_add(&s, &calls[i], 1);
        int64_t now_ns = newest(&s);
        judge(&s, now_ns - STORY_CLOSED, a, &r);
        assert_true(state_compact(&s, now_ns));
    }
    judge(&s, INT64_MAX, a, &r);
    return events_settle(&r, a);
}

static void test_a_slow_chain_is_the_same_story(void **unused)
{
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result whole = events_judge(slow_chain, ARRAY_LEN(slow_chain), &a);
    correlate_result pieces = judge_piecewise(slow_chain, ARRAY_LEN(slow_chain), &a);
    assert_int_equal(whole.n_incidents, 1);
    assert_int_equal(pieces.n_incidents, 1);
    assert_string_equal(pieces.incidents[0].title, whole.incidents[0].title);
    assert_int_equal(pieces.incidents[0].level, whole.incidents[0].level);
    assert_memory_equal(pieces.per_level, whole.per_level, sizeof whole.per_level);
}

/* Stages of which a call is context for a day only are context of an open story for as long as it
 * is open. */
static void test_the_context_of_an_open_story_stays(void **unused)
{
    static const call calls[] = {
        SNAPSHOT(0, M),
        VOLUME(HOUR, M),
        INSTANCE(2 * HOUR, M),
        ATTACH(3 * HOUR, M),
        {50 * HOUR, "GetSecretValue", M, "target credential prod-key", "", 0},
        {51 * HOUR, "GetObject", M, "target bucket payroll", "bytes=1000000", 0},
        {52 * HOUR, "GetObject", M, "target bucket payroll", "bytes=1000000", 0},
        {53 * HOUR, "CreateBucket", M, "created bucket drop", "", 0},
        {3 * DAY, "RunInstances", "ops", "created instance i-9; parent image ami", "", 0},
        SHARE(100 * HOUR, M),
        {6 * DAY, "RunInstances", "ops", "created instance i-10; parent image ami", "", 0},
        OPEN(160 * HOUR, M),
        {20 * DAY, "RunInstances", "ops", "created instance i-11; parent image ami", "", 0},
    };
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result whole = events_judge(calls, ARRAY_LEN(calls), &a);
    correlate_result pieces = judge_piecewise(calls, ARRAY_LEN(calls), &a);
    assert_true(whole.n_incidents > 0 && pieces.n_incidents > 0);
    const spoor_incident *x = &pieces.incidents[0], *y = &whole.incidents[0];
    assert_int_equal(y->level, SPOOR_CRITICAL);
    assert_int_equal(y->n_steps, 9);
    assert_string_equal(x->title, y->title);
    assert_string_equal(x->verdict, y->verdict);
    assert_int_equal(x->level, y->level);
    assert_int_equal(x->n_steps, y->n_steps);
    assert_true(x->score == y->score);
}

/* What is forgotten when a lifetime ends takes nothing back from the incident. */
static void test_the_end_of_a_snapshot_lowers_nothing(void **unused)
{
    static const call calls[] = {
        SNAPSHOT(0, M),
        VOLUME(60, M),
        INSTANCE(80, M),
        ATTACH(90, M),
        OPEN(99, M),
        {6 * DAY, "DeleteSnapshot", "dlm", "target snapshot snap-1", "", 0},
        {12 * DAY, "DeleteVolume", "dlm", "target volume vol-1", "", 0},
    };
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = judge_piecewise(calls, ARRAY_LEN(calls), &a);
    assert_int_equal(r.n_incidents, 1);
    assert_int_equal(r.incidents[0].level, SPOOR_HIGH);
    assert_int_equal(r.per_level[SPOOR_HIGH], 1);
}

static void test_settled_calls_go(void **unused)
{
    static const call calls[] = {
        {0, "RunInstances", "ops", "created instance i1; parent image a", "", 0},
        {9 * DAY, "RunInstances", "ops", "created instance i2; parent image a", "", 0},
    };
    AUTO(arena) a = {0};
    AUTO(state) s = {0};
    correlate_result r = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    judge(&s, newest(&s) - STORY_CLOSED, &a, &r);
    assert_true(state_compact(&s, newest(&s)));
    assert_int_equal(s.journal.next - s.journal.first, 1);
    assert_int_equal(graph_find(&s.graph, PROVIDER_AWS, ENTITY_INSTANCE, STR("i1")), 0);
    assert_true(graph_find(&s.graph, PROVIDER_AWS, ENTITY_INSTANCE, STR("i2")));
    judge(&s, INT64_MAX, &a, &r);
    assert_int_equal(r.per_level[SPOOR_INFORMATIONAL], 2);
    correlate_done(&r);
}

static void test_counts_survive(void **unused)
{
    static const call calls[] = {
        {0, "GetObject", "app", "target bucket b", "", 0},
        {1, "GetObject", "app", "target bucket b", "", 0},
        {2, "GetObject", "app", "target bucket b", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    assert_true(state_compact(&s, newest(&s)));
    assert_int_equal(journal_at(&s.journal, s.journal.first)->count, 3);
}

/* More than fits may still matter: room is made all the same, and what went is counted. */
static void test_a_flood_leaves_room(void **unused)
{
    enum { CALLS = LIMIT_JOURNAL / 2 + 1000 };
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    (void)unused;
    assert_true(state_init(&s));
    for (uint32_t i = 0; i < CALLS; i++) {
        const call flood = {.at_s = i / 100,
                            .name = "CreateSnapshot",
                            .who = M,
                            .refs = arena_printf(&a, "created snapshot snap-%u", i).p};
        event e = events_make(&flood, i + 1, &a);
        state_add(&s, &e);
    }
    assert_true(state_compact(&s, newest(&s)));
    assert_int_equal(s.journal.next - s.journal.first, LIMIT_JOURNAL / 2);
    assert_int_equal(s.journal.forgotten, 1000);
    assert_int_equal(graph_find(&s.graph, PROVIDER_AWS, ENTITY_SNAPSHOT, STR("snap-999")), 0);
    assert_true(graph_find(&s.graph, PROVIDER_AWS, ENTITY_SNAPSHOT, STR("snap-1000")));
}

static void test_who_traces_keeps_what_is_settled(void **unused)
{
    static const call calls[] = {
        {0, "RunInstances", "ops", "created instance i1; parent image a", "", 0},
        {400 * DAY, "RunInstances", "ops", "created instance i2; parent image a", "", 0},
    };
    (void)unused;
    for (int is_tracing = 0; is_tracing < 2; is_tracing++) {
        AUTO(arena) a = {0};
        AUTO(state) s = {0};
        correlate_result r = {0};
        assert_true(state_init(&s));
        s.is_tracing = is_tracing;
        events_add(&s, calls, ARRAY_LEN(calls));
        judge(&s, INT64_MAX, &a, &r);
        assert_true(state_compact(&s, newest(&s)));
        assert_int_equal(s.is_tracing, is_tracing);
        assert_int_equal(s.journal.next - s.journal.first, is_tracing ? 2 : 1);
        assert_int_equal(s.journal.forgotten, 0);
        correlate_done(&r);
    }
}

/* Of more calls than half the journal holds, the traced one stays, though it is the oldest. */
static void test_what_is_traced_goes_last(void **unused)
{
    AUTO(arena) a = {0};
    AUTO(state) s = {0};
    call one = {0, "RunInstances", "ops", "created instance i1", "", 0};
    (void)unused;
    assert_true(state_init(&s));
    s.is_tracing = true;
    for (uint32_t i = 0; i < LIMIT_JOURNAL / 2 + 10; i++) {
        one.at_s = i;
        event e = events_make(&one, i, &a);
        e.is_mention = i == 0;
        state_add(&s, &e);
        arena_reset(&a);
    }
    assert_true(state_compact(&s, newest(&s)));
    assert_int_equal(s.journal.next - s.journal.first, LIMIT_JOURNAL / 2);
    assert_int_equal(s.journal.forgotten, 10);
    assert_true(journal_at(&s.journal, s.journal.first)->is_mention);
    assert_int_equal(journal_at(&s.journal, s.journal.first)->time_ns, EVENTS_START);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slow_chain_is_the_same_story),
        cmocka_unit_test(test_the_context_of_an_open_story_stays),
        cmocka_unit_test(test_the_end_of_a_snapshot_lowers_nothing),
        cmocka_unit_test(test_settled_calls_go),
        cmocka_unit_test(test_a_flood_leaves_room),
        cmocka_unit_test(test_counts_survive),
        cmocka_unit_test(test_who_traces_keeps_what_is_settled),
        cmocka_unit_test(test_what_is_traced_goes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
