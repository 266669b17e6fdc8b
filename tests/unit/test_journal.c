/* SPDX-License-Identifier: Apache-2.0
 *
 * test_journal.c -- what is remembered of events: likeness, touches, forgetting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "state/journal.h"
#include "support/events.h"

typedef struct pair {
    const char *name;
    call first, second;
    uint32_t via_first, via_second;
    bool is_one;
} pair;

#define READ "GetSnapshotBlock"
#define DAY_S 86400

/* clang-format off */
static const pair pairs[] = {
    {"reading the same thing again",       {0, READ, "a", "target snapshot s-1", "", 0}, {9, READ, "a", "target snapshot s-1", "", 0}, 0, 0, true},
    {"another thing",                      {0, READ, "a", "target snapshot s-1", "", 0}, {9, READ, "a", "target snapshot s-2", "", 0}, 0, 0, false},
    {"another credential",                 {0, READ, "a", "target snapshot s-1", "", 0}, {9, READ, "a", "target snapshot s-1", "", 0}, 3, 4, false},
    {"another outcome",                    {0, READ, "a", "target snapshot s-1", "", 0}, {9, READ, "a", "target snapshot s-1", "", OUTCOME_DENIED}, 0, 0, false},
    {"a day later is the same still",      {0, READ, "a", "target snapshot s-1", "", 0}, {DAY_S, READ, "a", "target snapshot s-1", "", 0}, 0, 0, true},
    {"more than a day later",              {0, READ, "a", "target snapshot s-1", "", 0}, {DAY_S + 1, READ, "a", "target snapshot s-1", "", 0}, 0, 0, false},
    {"looking around has no target",       {0, "GetCallerIdentity", "a", "", "", 0}, {9, "GetCallerIdentity", "a", "", "", 0}, 0, 0, true},
    {"two snapshots are two facts",        {0, "CreateSnapshot", "a", "parent volume v", "", 0}, {9, "CreateSnapshot", "a", "parent volume v", "", 0}, 0, 0, false},
};
/* clang-format on */

static uint32_t add(journal *j, const call *c, uint32_t number, uint32_t root, uint32_t via)
{
    AUTO(arena) a = {0};
    bool is_new;
    event e = events_make(c, number, &a);
    uint32_t entry = journal_add(j, &e, root, root, via, &is_new);
    assert_false(j->failed);
    return entry;
}

static void test_like_calls_are_one_entry(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const pair *p = &pairs[i];
        AUTO(journal) j = {0};
        print_message("# %s\n", p->name);
        uint32_t first = add(&j, &p->first, 1, 2, p->via_first);
        uint32_t second = add(&j, &p->second, 2, 2, p->via_second);
        assert_int_equal(first == second, p->is_one);
        assert_int_equal(journal_at(&j, first)->count, p->is_one ? 2 : 1);
        assert_int_equal(journal_at(&j, second)->last_ns,
                         EVENTS_START + p->second.at_s * TIME_SECOND);
    }
}

static void test_like_calls_of_two_actors_are_two_entries(void **unused)
{
    const call c = {0, READ, "a", "target snapshot s-1", "", 0};
    AUTO(journal) j = {0};
    (void)unused;
    assert_int_not_equal(add(&j, &c, 1, 2, 0), add(&j, &c, 2, 3, 0));
}

/* A call that waited may be older than the newest like it. */
static void test_last_time_never_goes_back(void **unused)
{
    const call late = {50, READ, "a", "target snapshot s-1", "", 0};
    const call early = {10, READ, "a", "target snapshot s-1", "", 0};
    AUTO(journal) j = {0};
    (void)unused;
    uint32_t entry = add(&j, &late, 1, 2, 0);
    assert_int_equal(add(&j, &early, 2, 2, 0), entry);
    assert_int_equal(journal_at(&j, entry)->last_ns, EVENTS_START + 50 * TIME_SECOND);
}

static void test_entry_keeps_the_event(void **unused)
{
    const call c = {
        5, "CreateVolume", "a", "created volume v@x.y; parent snapshot s", "user_agent=curl", 0};
    AUTO(journal) j = {0};
    event e;
    event_ref refs[2];
    (void)unused;
    uint32_t entry = add(&j, &c, 42, 2, 3);
    assert_false(journal_event(journal_at(&j, entry), &e, refs, 1));
    assert_true(journal_event(journal_at(&j, entry), &e, refs, 2));
    assert_int_equal(e.record, 42);
    assert_true(str_is(e.field[FIELD_user_agent], "curl"));
    assert_true(str_is(refs[0].path, "x.y"));
    assert_null(journal_at(&j, entry + 1));
    assert_null(journal_at(&j, GRAPH_NO_ENTRY));
}

static uint32_t touch_volume(journal *j, graph *g, int64_t at_s, uint32_t *ret_volume)
{
    const call c = {at_s, "DetachVolume", "a", "target volume v@requestParameters.volumeId", "", 0};
    AUTO(arena) a = {0};
    bool is_new;
    event e = events_make(&c, 1, &a);
    *ret_volume = graph_entity(g, e.provider, ENTITY_VOLUME, STR("v"));
    uint32_t entry = journal_add(j, &e, 2, 2, 0, &is_new);
    assert_true(is_new);
    journal_touch(j, g, &e, ret_volume);
    return entry;
}

static void test_touches_of_a_thing_are_a_list_newest_first(void **unused)
{
    AUTO(journal) j = {0};
    AUTO(graph) g = {0};
    uint32_t volume;
    (void)unused;
    assert_true(graph_init(&g));
    uint32_t first = touch_volume(&j, &g, 0, &volume);
    uint32_t second = touch_volume(&j, &g, 9, &volume);
    assert_int_equal(graph_at(&g, volume)->last_touch, second);
    const touch *t = journal_touch_at(&j, second, volume);
    assert_non_null(t);
    assert_int_equal(t->relation, RELATION_TARGET);
    assert_true(str_is(intern_text(&g.text, t->path), "requestParameters.volumeId"));
    assert_int_equal(t->next, first);
    t = journal_touch_at(&j, first, volume);
    assert_int_equal(t->next, GRAPH_NO_ENTRY);
    assert_null(journal_touch_at(&j, t->next, volume));
    assert_null(journal_touch_at(&j, second, volume + 1));
}

static void test_oldest_is_forgotten_and_counted(void **unused)
{
    enum { EXTRA = 5 };
    const call c = {0, "CreateSnapshot", "a", "", "", 0};
    AUTO(arena) a = {0};
    AUTO(journal) j = {0};
    bool is_new;
    (void)unused;
    event e = events_make(&c, 1, &a);
    for (uint32_t i = 0; i < LIMIT_JOURNAL + EXTRA; i++)
        assert_int_equal(journal_add(&j, &e, 2, 2, 0, &is_new), i);
    assert_int_equal(j.forgotten, EXTRA);
    assert_null(journal_at(&j, EXTRA - 1));
    assert_non_null(journal_at(&j, EXTRA));
    assert_int_equal(j.next - j.first, LIMIT_JOURNAL);
}

static void test_forgotten_entry_gets_no_like_calls(void **unused)
{
    const call read = {0, READ, "a", "target snapshot s-1", "", 0};
    const call other = {0, "CreateSnapshot", "a", "", "", 0};
    AUTO(arena) a = {0};
    AUTO(journal) j = {0};
    bool is_new;
    (void)unused;
    event e = events_make(&other, 1, &a);
    uint32_t first = add(&j, &read, 1, 2, 0);
    for (uint32_t i = 0; i < LIMIT_JOURNAL; i++)
        journal_add(&j, &e, 2, 2, 0, &is_new);
    assert_null(journal_at(&j, first));
    assert_int_equal(add(&j, &read, 2, 2, 0), LIMIT_JOURNAL + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_calls_are_one_entry),
        cmocka_unit_test(test_like_calls_of_two_actors_are_two_entries),
        cmocka_unit_test(test_last_time_never_goes_back),
        cmocka_unit_test(test_entry_keeps_the_event),
        cmocka_unit_test(test_touches_of_a_thing_are_a_list_newest_first),
        cmocka_unit_test(test_oldest_is_forgotten_and_counted),
        cmocka_unit_test(test_forgotten_entry_gets_no_like_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
