/* SPDX-License-Identifier: Apache-2.0
 *
 * test_story.c -- which calls belong together, how firmly, and what stays apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "support/chain.h"

enum { CALLS_MAX = 8, HOUR = 3600 };

/* `steps` tells the first story: "operation bond; …", anchors with '*'. */
typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    size_t stories;
    const char *steps;
} trial;

/* clang-format off */
static const trial trials[] = {
    {"nothing that a story is about", {{0, "CreateUser", "a", "created principal p", "", 0}}, 0, ""},
    {"one lineage is one story, whoever acts", {SNAPSHOT_AS(0, "a", "s"), VOLUME_AS(9, "b", "v", "s")}, 1, "CreateSnapshot* lineage; CreateVolume* lineage"},
    {"one actor's lineages within a day are one story", {SNAPSHOT_AS(0, "a", "s"), INSTANCE_AS(24 * HOUR, "a", "i")}, 1, "CreateSnapshot* lineage; RunInstances* lineage"},
    {"further apart they are two", {SNAPSHOT_AS(0, "a", "s"), INSTANCE_AS(24 * HOUR + 1, "a", "i")}, 2, "CreateSnapshot* lineage"},
    {"a session's within three days are one",
     {SNAPSHOT_AS(0, "Ops/x+K", "s"), INSTANCE_AS(72 * HOUR, "Ops/x+K", "i")}, 1, "CreateSnapshot* lineage; RunInstances* lineage"},
    {"a key that was there before is no session",
     {SNAPSHOT_AS(0, "a+AKIA1", "s"), INSTANCE_AS(72 * HOUR, "a+AKIA1", "i")}, 2, "CreateSnapshot* lineage"},
    {"a newcomer's within three days are one",
     {NEW_USER(0, "b", "a"), SNAPSHOT_AS(9, "a", "s"), INSTANCE_AS(72 * HOUR, "a", "i")}, 1, "CreateUser identity; CreateSnapshot* lineage; RunInstances* lineage"},
    {"two actors' lineages are two", {SNAPSHOT_AS(0, "a", "s1"), SNAPSHOT_AS(9, "b", "s2")}, 2, "CreateSnapshot* lineage"},
    {"two sessions of one role are two", {SNAPSHOT_AS(0, "Ops/a", "s1"), SNAPSHOT_AS(9, "Ops/b", "s2")}, 2, "CreateSnapshot* lineage"},
    {"what an instance uses is of its lineage",
     {OFFICE(0, "a"), INSTANCE_AS(9, "a", "i")}, 1, "AuthorizeSecurityGroupIngress lineage; RunInstances* lineage"},
    {"but a group that was there before is everybody's",
     {OFFICE(0, "b"), INSTANCE_AS(9, "a", "i")}, 1, "RunInstances* lineage"},
    {"and one that the actor made is the actor's, whoever opens it",
     {GROUP(0, "a"), OFFICE(5, "b"), INSTANCE_AS(9, "a", "i")}, 1,
     "CreateSecurityGroup lineage; AuthorizeSecurityGroupIngress lineage; RunInstances* lineage"},
    {"launches alone are not joined by the actor", {INSTANCE_AS(0, "a", "i1"), INSTANCE_AS(9, "a", "i2")}, 2, "RunInstances* lineage"},
    {"but by the session", {INSTANCE_AS(0, "Ops/x+K", "i1"), INSTANCE_AS(9, "Ops/x+K", "i2")}, 1, "RunInstances* lineage; RunInstances* lineage"},
    {"and a newcomer's are one story",
     {NEW_USER(0, "a", "u"), INSTANCE_AS(9, "u", "i1"), INSTANCE_AS(99, "u", "i2")}, 1, "CreateUser identity; RunInstances* lineage; RunInstances* lineage"},
    {"an application's work on the instance is known as such",
     {INSTANCE_AS(0, "a", "i-1"), {60, "GetSecretValue", "Web/i-1+K", "target resource s", "", 0}}, 1, "RunInstances* lineage; GetSecretValue role"},
    {"the same session", {{0, "StopLogging", "Ops/x+K", "", "", 0}, SNAPSHOT_AS(9, "Ops/x+K", "s")}, 1, "StopLogging session; CreateSnapshot* lineage"},
    {"the same actor", {{0, "StopLogging", "a+K1", "", "", 0}, SNAPSHOT_AS(9, "a+K2", "s")}, 1, "StopLogging actor; CreateSnapshot* lineage"},
    {"the same actor, afterwards", {SNAPSHOT_AS(0, "a", "s"), {9, "StopLogging", "a", "", "", 0}}, 1, "CreateSnapshot* lineage; StopLogging actor"},
    {"who empowers himself is known by the session first",
     {{0, "AttachUserPolicy", "u+K", "target principal " USER("u"), "", 0}, SNAPSHOT_AS(9, "u+K", "s")}, 1, "AttachUserPolicy session; CreateSnapshot* lineage"},
    {"looking around is no step", {{0, "GetCallerIdentity", "a", "", "", 0}, SNAPSHOT_AS(9, "a", "s")}, 1, "CreateSnapshot* lineage"},
    {"nor is what the actor did long after", {SNAPSHOT_AS(0, "a", "s"), {73 * HOUR, "StopLogging", "a", "", "", 0}}, 1, "CreateSnapshot* lineage"},
    {"nor between two calls that lie far apart",
     {SNAPSHOT_AS(0, "a", "s"), {150 * HOUR, "StopLogging", "a", "", "", 0}, VOLUME_AS(300 * HOUR, "a", "v", "s")}, 1, "CreateSnapshot* lineage; CreateVolume* lineage"},
    {"who made and empowered the identity",
     {NEW_USER(0, "a", "u"), {9, "AttachUserPolicy", "a", "target principal " USER("u"), "", 0}, SNAPSHOT_AS(99, "u", "s")}, 1,
     "CreateUser identity; AttachUserPolicy identity; CreateSnapshot* lineage"},
    {"six days before still counts, eight do not",
     {NEW_USER(0, "a", "u"), {48 * HOUR, "AttachUserPolicy", "a", "target principal " USER("u"), "", 0}, SNAPSHOT_AS(8 * 24 * HOUR, "u", "s")}, 1,
     "AttachUserPolicy identity; CreateSnapshot* lineage"},
    {"the hops of a session",
     {{0, "AssumeRole", "a", "created credential K1", "", 0}, {5, "AssumeRole", "R1/x+K1", "created credential K2", "", 0}, SNAPSHOT_AS(9, "R2/y+K2", "s")}, 1,
     "AssumeRole session; AssumeRole session; CreateSnapshot* lineage"},
    {"what a new instance's own role does",
     {INSTANCE_AS(0, "a", "i-1"), {60, "StopLogging", "Web/i-1+K", "", "", 0}}, 1, "RunInstances* lineage; StopLogging lineage"},
    {"deleting the evidence", {SNAPSHOT_AS(0, "a", "s"), {9, "DeleteSnapshot", "b", "target snapshot s", "", 0}}, 1, "CreateSnapshot* lineage; DeleteSnapshot lineage"},
};
/* clang-format on */

static void tell(const state *s, const story *t, buf *out)
{
    static const char *const bonds[BOND_COUNT] = {"lineage", "session", "identity", "actor",
                                                  "role"};
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        buf_printf(out, "%s%s%s %s", i ? "; " : "", operation_at(e->operation)->name,
                   t->steps[i].is_anchor ? "*" : "", bonds[t->steps[i].bond]);
    }
    buf_putc(out, '\0');
}

static void test_what_belongs_together(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        AUTO(buf) steps = {0};
        story told;
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        assert_int_equal(events_story(&s, t->calls, events_count(t->calls, CALLS_MAX), &a, &told),
                         t->stories);
        tell(&s, &told, &steps);
        assert_string_equal(steps.p, t->steps);
    }
}

/* So many snapshots by one caller, each a lineage of its own. */
static void take_snapshots(call *calls, size_t n, const char *who, arena *a)
{
    for (size_t i = 0; i < n; i++)
        calls[i] =
            (call){(int64_t)i, "CreateSnapshot",
                   who,        arena_printf(a, "created snapshot s%zu; parent volume v", i).p,
                   "",         0};
}

static size_t stories_of(size_t n, const char *who, bool *ret_is_busy)
{
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    call calls[STORY_BUSY_SESSION + 1];
    story told;
    assert_true(n <= ARRAY_LEN(calls));
    assert_true(state_init(&s));
    take_snapshots(calls, n, who, &a);
    size_t stories = events_story(&s, calls, n, &a, &told);
    *ret_is_busy = told.is_busy;
    return stories;
}

typedef struct crowd {
    size_t lineages;
    const char *who;
    size_t stories;
    bool is_busy;
} crowd;

/* clang-format off */
static const crowd crowds[] = {
    {STORY_BUSY,             "backup",     1,                      false},
    {STORY_BUSY + 1,         "backup",     STORY_BUSY + 1,         true},
    {STORY_BUSY + 1,         "R/x+K",      1,                      true},
    {STORY_BUSY_SESSION,     "R/x+K",      1,                      true},
    {STORY_BUSY_SESSION + 1, "R/x+K",      STORY_BUSY_SESSION + 1, true},
};
/* clang-format on */

static void test_busy_automation_is_not_one_story(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++) {
        bool is_busy;
        assert_int_equal(stories_of(crowds[i].lineages, crowds[i].who, &is_busy),
                         crowds[i].stories);
        assert_int_equal(is_busy, crowds[i].is_busy);
    }
}

/* What a busy caller does besides is context of none of its stories, not even in the same session.
 * */
static void test_busy_session_gives_no_context(void **unused)
{
    enum { N = STORY_BUSY_SESSION + 1 };
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    call calls[N + 1];
    story told;
    (void)unused;
    take_snapshots(calls, N, "R/x+K", &a);
    calls[N] = (call){N, "StopLogging", "R/x+K", "", "", 0};
    assert_true(state_init(&s));
    assert_int_equal(events_story(&s, calls, N + 1, &a, &told), N);
    assert_int_equal(told.n_steps, 1);
    calls[0].who = "Other/y+K2"; /* one less: the session is no longer crowded */
    state_done(&s);
    assert_true(state_init(&s));
    assert_int_equal(events_story(&s, calls, N + 1, &a, &told), 2);
}

static void test_steps_are_limited_and_counted(void **unused)
{
    enum { CALLS = LIMIT_STORY_STEPS + 7 };
    static call calls[CALLS];
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    story told;
    (void)unused;
    for (int i = 0; i < CALLS; i++)
        calls[i] = (call){i,   i ? "AttachVolume" : "CreateVolume",
                          "a", i ? "attached volume v; target instance old" : "created volume v",
                          "",  0};
    assert_true(state_init(&s));
    assert_int_equal(events_story(&s, calls, CALLS, &a, &told), 1);
    assert_int_equal(told.n_steps, LIMIT_STORY_STEPS);
    assert_int_equal(told.left_out, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_belongs_together),
        cmocka_unit_test(test_busy_automation_is_not_one_story),
        cmocka_unit_test(test_busy_session_gives_no_context),
        cmocka_unit_test(test_steps_are_limited_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
