/* SPDX-License-Identifier: Apache-2.0
 *
 * test_rarity.c -- how rare, and in which words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "correlate/rarity.h"
#include "support/chain.h"

enum { HOUR = 3600, DAYS = 24 * HOUR, NIGHTS = 30 };

/* clang-format off */
static const struct {
    habit_known known;
    double least, most;
} numbers[] = {
    {{.n = 0, .total = 12331, .values = 3},     1.00, 1.00}, /* never, of very many */
    {{.n = 0, .total = 20, .values = 1},        0.56, 0.57},
    {{.n = 0, .total = 1000, .values = 1000},   0.00, 0.01}, /* every time something new */
    {{.n = 0, .total = 1000, .values = 100},    0.55, 0.56},
    {{.n = 1, .total = 12331, .values = 3},     0.95, 1.00},
    {{.n = 3, .total = 12331, .values = 3},     0.63, 0.66},
    {{.n = HABIT_OFTEN, .total = 12331},        0.00, 0.00},
    {{.n = 0, .total = 0, .values = 0},         0.00, 0.00},
    {{.n = 0, .total = UINT32_MAX},             1.00, 1.00},
};
/* clang-format on */

static void test_numbers(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        double value = rarity_value(&numbers[i].known);
        if (value < numbers[i].least || value > numbers[i].most)
            fail_msg("row %zu: %f", i, value);
    }
}

static void test_more_often_is_never_rarer(void **unused)
{
    (void)unused;
    for (uint32_t values = 1; values < 100; values += 7)
        for (uint32_t n = 1; n <= HABIT_OFTEN; n++) {
            habit_known less = {.n = n - 1, .total = 500, .values = values};
            habit_known more = {.n = n, .total = 500, .values = values};
            assert_true(rarity_value(&more) <= rarity_value(&less));
        }
}

static void add_nights(state *s, unsigned nights, const char *who)
{
    for (unsigned i = 0; i < nights; i++) {
        char refs[64];
        snprintf(refs, sizeof refs, "created snapshot %s-%u; parent volume vol-0", who, i);
        const call night = {
            (int64_t)i * DAYS, "CreateSnapshot", who, refs, "src_ip=192.0.2.7|ua_tool=Backup", 0};
        events_add(s, &night, 1);
    }
}

typedef struct trial {
    const char *name;
    unsigned nights;
    call call;
    double least, most;
    bool is_known;
    const char *text;
} trial;

#define AS_EVER "src_ip=192.0.2.7|ua_tool=Backup"

/* clang-format off */
static const trial trials[] = {
    {"as ever", NIGHTS, {35 * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", AS_EVER, 0},
     0, 0.05, true, "call on Fridays 00-04 UTC by backup: 5 of 30 known calls in 35 days"},
    {"first call of its kind", NIGHTS, {30 * DAYS, "DeleteSnapshot", "backup", "target snapshot x", AS_EVER, 0},
     0.5, 0.7, true, "first DeleteSnapshot by backup in 30 days, 30 known calls"},
    {"from elsewhere", NIGHTS, {30 * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_ip=198.51.100.7|ua_tool=Backup", 0},
     0.4, 0.6, true, "first call from network 198.51.100.0/24 by backup in 30 days, 30 known calls"},
    {"another disk", NIGHTS, {30 * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-7", AS_EVER, 0},
     0.4, 0.6, true, "first copy of vol-7 by backup in 30 days, 30 copies"},
    {"a stranger does the unheard of", NIGHTS, {30 * DAYS, "RunInstances", M, "created instance i", AS_EVER, 0},
     0.5, 0.7, true, "first RunInstances in account 111122223333 in 30 days, 30 known calls"},
    {"a stranger does the usual", NIGHTS, {30 * DAYS, "CreateSnapshot", M, "created snapshot x; parent volume vol-0", AS_EVER, 0},
     0.4, 0.6, true, "first day of mallory in account 111122223333 in 30 days, 30 known calls"},
    {"two days of logs", 2, {2 * DAYS, "RunInstances", M, "created instance i", "", 0},
     0.4, 0.4, false, "account 111122223333 is known for 2 days only: what is usual there cannot be told"},
    {"one day", 1, {1 * DAYS, "RunInstances", M, "created instance i", "", 0},
     0.4, 0.4, false, "account 111122223333 is known for 1 day only: what is usual there cannot be told"},
    {"few calls", 9, {9 * DAYS, "RunInstances", M, "created instance i", "", 0},
     0.4, 0.4, false, "account 111122223333 is known by 9 calls only: what is usual there cannot be told"},
    {"nothing", 0, {9 * DAYS, "RunInstances", M, "created instance i", "", 0},
     0.4, 0.4, false, "account 111122223333 was not seen before that day: what is usual there cannot be told"},
};
/* clang-format on */

static void test_calls_and_their_words(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(arena) a = {0};
        AUTO(state) s = {0};
        const story alone = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        add_nights(&s, t->nights, "backup");
        events_add(&s, &t->call, 1);
        uint32_t entry = s.journal.next - 1;
        rarity r = rarity_of(&s, &alone, entry);
        str text = rarity_text(&s, &r, entry, &a);
        assert_string_equal(text.p, t->text);
        assert_int_equal(r.is_known, t->is_known);
        if (r.value < t->least || r.value > t->most)
            fail_msg("%f", r.value);
    }
}

/* Who is hardly known is half judged by what is usual in the account. */
static void test_others_stand_in(void **unused)
{
    AUTO(arena) a = {0};
    AUTO(state) s = {0};
    const story alone = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, NIGHTS, "backup");
    call c = {0, "CreateSnapshot", "carol", "created snapshot x; parent volume vol-0", AS_EVER, 0};
    for (unsigned i = 0; i <= HABIT_OFTEN; i++) {
        c.at_s = 30 * DAYS + i * 4 * HOUR;
        events_add(&s, &c, 1);
    }
    uint32_t last = s.journal.next - 1;
    rarity r = rarity_of(&s, &alone, last);
    str text = rarity_text(&s, &r, last, &a);
    assert_true(r.value > 0.19 && r.value < 0.21);
    assert_string_equal(text.p, "little is known of carol; CreateSnapshot is usual in account "
                                "111122223333");
}

/* The third of three launches of one story is as new as the first; without the story it is not. */
static void test_a_story_is_no_habit(void **unused)
{
    static const call launches[] = {
        {30 * DAYS, "RunInstances", "backup", "created instance i1", AS_EVER, 0},
        {30 * DAYS + 1, "RunInstances", "backup", "created instance i2", AS_EVER, 0},
        {30 * DAYS + 2, "RunInstances", "backup", "created instance i3", AS_EVER, 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, NIGHTS, "backup");
    events_add(&s, launches, ARRAY_LEN(launches));
    uint32_t last = s.journal.next - 1;
    story_step steps[] = {
        {last - 2, BOND_LINEAGE, true}, {last - 1, BOND_LINEAGE, true}, {last, BOND_LINEAGE, true}};
    story t = {.steps = steps, .n_steps = ARRAY_LEN(steps)}, alone = {0};
    rarity first = rarity_of(&s, &t, last - 2), third = rarity_of(&s, &t, last);
    assert_int_equal(third.habit, HABIT_OPERATION);
    assert_int_equal(third.known.n, 0);
    assert_int_equal(third.known.total, NIGHTS);
    assert_true(third.value == first.value);
    assert_int_equal(rarity_of(&s, &alone, last).known.n, 2);
}

/* What an incident did is as new afterwards as it was before, and is not kept; a story that is none
 * is learned. */
static void test_incidents_leave_no_habit(void **unused)
{
    static const char *const names[] = {"test.json"};
    const correlate_options options = {
        .names = names, .min_level = SPOOR_INFORMATIONAL, .closed_before_ns = INT64_MAX};
    static const call theft[] = {
        NEW_USER(30 * DAYS, "backup", M),     SNAPSHOT(30 * DAYS + 60, M),
        VOLUME(30 * DAYS + 120, M),           INSTANCE(30 * DAYS + 180, M),
        ATTACH(30 * DAYS + 240, M),           OPEN(30 * DAYS + 300, M),
        INSTANCE_AS(40 * DAYS, "ops", "i-9"),
    };
    AUTO(arena) a = {0};
    AUTO(state) s = {0};
    CLEANUP(correlate_done) correlate_result r = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, NIGHTS, "backup");
    events_add(&s, theft, ARRAY_LEN(theft));
    uint32_t last = s.journal.next - 1;
    assert_false(habit_is_first(&s, last, HABIT_ACCOUNT_OPERATION));
    assert_true(correlate_run(&s, &options, &a, &r));
    correlate_sort(&r);
    assert_true(r.n_incidents > 0 && r.incidents[0].level >= SPOOR_MEDIUM);
    assert_true(journal_at(&s.journal, last - 3)->habits->is_held);
    assert_false(journal_at(&s.journal, last)->habits->is_held);
    assert_true(habit_is_first(&s, last, HABIT_ACCOUNT_OPERATION));
    baseline_settle(s.baseline);
    assert_int_equal(baseline_sum(s.baseline).actors, 2); /* backup and ops */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_more_often_is_never_rarer),
        cmocka_unit_test(test_calls_and_their_words),
        cmocka_unit_test(test_others_stand_in),
        cmocka_unit_test(test_a_story_is_no_habit),
        cmocka_unit_test(test_incidents_leave_no_habit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
