/* SPDX-License-Identifier: Apache-2.0
 *
 * test_habit.c -- what a call says of habits, what is known before it, and what is learned of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "state/baseline.h"
#include "state/compact.h"
#include "state/habit.h"
#include "support/chain.h"

enum { HOUR = 3600, DAYS = 24 * HOUR, NIGHTS = 30 };

/* One snapshot a night of the same disk, by backup, from one network. */
static void add_nights(state *s, unsigned from, unsigned nights)
{
    for (unsigned i = from; i < from + nights; i++) {
        char refs[64];
        snprintf(refs, sizeof refs, "created snapshot nightly-%u; parent volume vol-0", i);
        const call night = {(int64_t)i * DAYS,
                            "CreateSnapshot",
                            "backup",
                            refs,
                            "src_ip=192.0.2.7|ua_tool=Backup",
                            0};
        events_add(s, &night, 1);
    }
}

static uint32_t add_call(state *s, const call *c)
{
    events_add(s, c, 1);
    return s->journal.next - 1;
}

static habit_known before(const state *s, uint32_t entry, habit h)
{
    habit_known k;
    if (!habit_before(s, entry, h, &k))
        fail_msg("%s is no habit of the call", habit_describe(h)->name);
    return k;
}

static bool has_habit(const state *s, uint32_t entry, habit h)
{
    habit_known k;
    return habit_before(s, entry, h, &k);
}

typedef struct trial {
    const char *name;
    call call; /* after NIGHTS nights */
    habit habit;
    bool is_first;
    uint32_t n, total;
    const char *text;
} trial;

/* clang-format off */
static const trial trials[] = {
    {"as ever",             {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_ip=192.0.2.7", 0},  HABIT_OPERATION,         false, NIGHTS, NIGHTS, "CreateSnapshot"},
    {"same network",        {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_ip=192.0.2.99", 0}, HABIT_NETWORK,           false, NIGHTS, NIGHTS, "network 192.0.2.0/24"},
    {"another network",     {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_ip=192.0.3.7", 0},  HABIT_NETWORK,           true,  0,      NIGHTS, "network 192.0.3.0/24"},
    {"IPv6",                {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_ip=2001:db8:1:2::3", 0}, HABIT_NETWORK,      true,  0,      NIGHTS, "network 2001:db8:1::/48"},
    {"a service",           {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "src_service=x.amazonaws.com", 0}, HABIT_NETWORK, true,  0,      NIGHTS, "service x.amazonaws.com"},
    {"another region",      {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "region=eu-north-1", 0}, HABIT_REGION,            true,  0,      NIGHTS, "region eu-north-1"},
    {"another tool",        {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "user_agent=curl/8.1", 0}, HABIT_TOOL,            true,  0,      NIGHTS, "curl"},
    {"another time",        {NIGHTS * DAYS + 5 * HOUR, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-0", "", 0},      HABIT_HOUR,              true,  0,      NIGHTS, "Sundays 08-12 UTC"},
    {"another disk",        {NIGHTS * DAYS, "CreateSnapshot", "backup", "created snapshot x; parent volume vol-9", "", 0},                  HABIT_SOURCE,            true,  0,      NIGHTS, "vol-9"},
    {"another call",        {NIGHTS * DAYS, "DeleteSnapshot", "backup", "target snapshot x", "", 0},                                        HABIT_OPERATION,         true,  0,      NIGHTS, "DeleteSnapshot"},
    {"new in the account",  {NIGHTS * DAYS, "CreateSnapshot", M, "created snapshot x; parent volume vol-0", "", 0},                         HABIT_ACCOUNT_ACTOR,     true,  0,      NIGHTS, USER(M)},
    {"usual in the account",{NIGHTS * DAYS, "CreateSnapshot", M, "created snapshot x; parent volume vol-0", "", 0},                         HABIT_ACCOUNT_OPERATION, false, NIGHTS, NIGHTS, "CreateSnapshot"},
    {"others copied it",    {NIGHTS * DAYS, "CreateSnapshot", M, "created snapshot x; parent volume vol-0", "", 0},                         HABIT_ACCOUNT_SOURCE,    false, NIGHTS, NIGHTS, "vol-0"},
    {"a stranger has none", {NIGHTS * DAYS, "CreateSnapshot", M, "created snapshot x; parent volume vol-0", "", 0},                         HABIT_OPERATION,         false, 0,      0,      "CreateSnapshot"},
    {"no launch yet",       {NIGHTS * DAYS, "RunInstances", "backup", "created instance i", "instance_type=p4d.24xlarge", 0},               HABIT_LAUNCH_FAMILY,     false, 0,      0,      "machines of type p4d"},
    {"a session is no actor", {NIGHTS * DAYS, "CreateSnapshot", "backup+AKIA2", "created snapshot x; parent volume vol-0", "", 0},          HABIT_OPERATION,         false, NIGHTS, NIGHTS, "CreateSnapshot"},
};
/* clang-format on */

static void test_known_before(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(arena) a = {0};
        AUTO(state) s = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        add_nights(&s, 0, NIGHTS);
        uint32_t entry = add_call(&s, &t->call);
        habit_known k = before(&s, entry, t->habit);
        assert_int_equal(k.n, t->n);
        assert_int_equal(k.total, t->total);
        assert_int_equal(habit_is_first(&s, entry, t->habit), t->is_first);
        event e = events_make(&t->call, 1, &a);
        str text = habit_text(&e, t->habit, &a);
        assert_int_equal(text.n, strlen(t->text));
        assert_memory_equal(text.p, t->text, text.n);
    }
}

/* A week and a score of calls are needed before anything is a first. */
static void test_little_is_no_habit(void **unused)
{
    static const struct {
        unsigned nights;
        bool is_deep;
    } depths[] = {{1, false}, {HABIT_ENOUGH - 1, false}, {HABIT_ENOUGH, true}};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(depths); i++) {
        AUTO(state) s = {0};
        unsigned n = depths[i].nights;
        const call other = {n * DAYS, "DeleteSnapshot", "backup", "target snapshot x", "", 0};
        assert_true(state_init(&s));
        add_nights(&s, 0, n);
        uint32_t entry = add_call(&s, &other);
        habit_known k = before(&s, entry, HABIT_OPERATION);
        assert_int_equal(k.is_deep, depths[i].is_deep);
        assert_int_equal(k.days, n);
        assert_int_equal(habit_is_first(&s, entry, HABIT_OPERATION), depths[i].is_deep);
    }
}

typedef struct value_trial {
    const char *fields;
    habit habit;
    const char *text; /* "": no such habit */
} value_trial;

static const value_trial launches[] = {
    {"instance_type=m5.large", HABIT_LAUNCH_FAMILY, "machines of type m5"},
    {"instance_type=db.r5.xlarge", HABIT_LAUNCH_FAMILY, "machines of type db.r5"},
    {"instance_type=n1-standard-4", HABIT_LAUNCH_FAMILY, "machines of type n1"},
    {"instance_type=Standard_D4s_v3", HABIT_LAUNCH_FAMILY, "machines of type Standard_D"},
    {"instance_type=Standard_NC6", HABIT_LAUNCH_FAMILY, "machines of type Standard_NC"},
    {"", HABIT_LAUNCH_FAMILY, ""},
    {"image=ami-1", HABIT_LAUNCH_IMAGE, "image ami-1"},
    {"image=ami-1|image_owner=debian", HABIT_LAUNCH_IMAGE, "images of debian"},
    {"region=sa-east-1", HABIT_LAUNCH_REGION, "region sa-east-1"},
    {"user_agent=[aws-cli/2.9 Python]", HABIT_TOOL, "aws-cli"},
    {"user_agent=Boto3/1.2 x", HABIT_TOOL, "Boto3"},
    {"user_agent=x|ua_tool=Terraform", HABIT_TOOL, "Terraform"},
    {"", HABIT_TOOL, ""},
    {"src_ip=", HABIT_NETWORK, ""},
    {"", HABIT_SOURCE, ""}, /* not a copy */
};

static void test_values(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(launches); i++) {
        const value_trial *t = &launches[i];
        const call launch = {0, "RunInstances", "ci", "created instance i", t->fields, 0};
        AUTO(arena) a = {0};
        AUTO(state) s = {0};
        assert_true(state_init(&s));
        uint32_t entry = add_call(&s, &launch);
        event e = events_make(&launch, 1, &a);
        str text = habit_text(&e, t->habit, &a);
        assert_int_equal(has_habit(&s, entry, t->habit), t->text[0] != '\0');
        assert_int_equal(text.n, strlen(t->text));
        assert_true(text.n == 0 || memcmp(text.p, t->text, text.n) == 0);
    }
}

/* Only what had an effect is a launch; what was asked for is a call all the same. */
static void test_refused_launches(void **unused)
{
    static const call refused = {
        0, "RunInstances", "ci", "created instance i", "instance_type=m5.large", OUTCOME_DENIED};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    uint32_t entry = add_call(&s, &refused);
    assert_false(has_habit(&s, entry, HABIT_LAUNCH_FAMILY));
    assert_true(has_habit(&s, entry, HABIT_OPERATION));
    entry = add_call(&s, &refused);
    assert_int_equal(before(&s, entry, HABIT_OPERATION).n, 1);
}

/* A call of an incident counts for none that came after it, and for those before no less. */
static void test_incidents_are_not_learned(void **unused)
{
    static const call theft = {
        NIGHTS * DAYS, "DeleteSnapshot", "backup", "target snapshot x", "", 0};
    static const call later = {
        NIGHTS * DAYS + 60, "DeleteSnapshot", "backup", "target snapshot y", "", 0};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, 0, NIGHTS);
    uint32_t stolen = add_call(&s, &theft), entry = add_call(&s, &later);
    assert_int_equal(before(&s, entry, HABIT_OPERATION).n, 1);
    assert_int_equal(before(&s, entry, HABIT_OPERATION).total, NIGHTS + 1);
    habit_hold(&s, stolen);
    habit_hold(&s, stolen); /* once is enough */
    assert_int_equal(s.baseline->learned, NIGHTS + 1);
    assert_int_equal(before(&s, entry, HABIT_OPERATION).n, 0);
    assert_int_equal(before(&s, entry, HABIT_OPERATION).total, NIGHTS);
    assert_true(habit_is_first(&s, entry, HABIT_OPERATION));
    assert_int_equal(before(&s, stolen, HABIT_OPERATION).total, NIGHTS);
}

/* Whoever looked around an hour ago is no regular of the account, until the day is over. */
static void test_a_first_day(void **unused)
{
    static const call calls[] = {
        {NIGHTS * DAYS, "DeleteSnapshot", M, "target snapshot x", "", 0},
        {NIGHTS * DAYS + HOUR, "DeleteSnapshot", M, "target snapshot y", "", 0},
        {NIGHTS * DAYS + DAYS, "DeleteSnapshot", M, "target snapshot z", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, 0, NIGHTS);
    events_add(&s, calls, ARRAY_LEN(calls));
    uint32_t last = s.journal.next - 1;
    assert_true(habit_is_first(&s, last - 2, HABIT_ACCOUNT_ACTOR));
    assert_true(habit_is_first(&s, last - 1, HABIT_ACCOUNT_ACTOR));
    assert_false(habit_is_first(&s, last, HABIT_ACCOUNT_ACTOR));
    assert_int_equal(before(&s, last, HABIT_ACCOUNT_ACTOR).n, 2);
}

static void save(state *s, buf *out)
{
    baseline_settle(s->baseline);
    assert_true(baseline_save(s->baseline, out));
}

/* Every cell of `some` counts as much in `others`. */
static void check_counts(const baseline *some, const baseline *others)
{
    for (size_t i = 0; i < some->cap; i++) {
        const baseline_cell *c = &some->cells[i];
        const baseline_cell *other = baseline_find(others, c->key);
        if (c->key && c->count > 0)
            assert_int_equal(other ? other->count : 0, c->count);
    }
}

/* What an incident did is nowhere in what is saved. */
static void test_saved_without_incidents(void **unused)
{
    static const call theft = {12 * DAYS,
                               "DeleteSnapshot",
                               M,
                               "target snapshot x",
                               "region=eu-north-1|src_ip=198.51.100.7|ua_tool=evil",
                               0};
    AUTO(state) clean = {0};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s) && state_init(&clean));
    add_nights(&clean, 0, NIGHTS);
    add_nights(&s, 0, 12);
    uint32_t stolen = add_call(&s, &theft);
    add_nights(&s, 12, NIGHTS - 12);
    habit_hold(&s, stolen);
    baseline_settle(clean.baseline);
    baseline_settle(s.baseline);
    check_counts(clean.baseline, s.baseline);
    check_counts(s.baseline, clean.baseline);
}

/* Compacting remembers again, and learns nothing again. */
static void test_compacting_learns_nothing(void **unused)
{
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, 0, NIGHTS);
    baseline_sums sums = baseline_sum(s.baseline);
    int64_t now_ns = journal_at(&s.journal, s.journal.next - 1)->time_ns;
    assert_true(state_compact(&s, now_ns));
    baseline_sums after = baseline_sum(s.baseline);
    assert_memory_equal(&after, &sums, sizeof sums);
    assert_int_equal(s.baseline->learned, NIGHTS);
    uint32_t last = s.journal.next - 1;
    assert_int_equal(before(&s, last, HABIT_OPERATION).n, NIGHTS - 1);
}

/* The same logs again teach nothing; later ones do. */
static void test_nothing_is_learned_twice(void **unused)
{
    AUTO(state) s = {0};
    AUTO(state) again = {0};
    AUTO(buf) bytes = {0};
    AUTO(buf) twice = {0};
    (void)unused;
    assert_true(state_init(&s) && state_init(&again));
    add_nights(&s, 0, NIGHTS);
    save(&s, &bytes);
    assert_null(baseline_load(again.baseline, buf_str(&bytes)));
    add_nights(&again, 10, NIGHTS - 10);
    assert_int_equal(again.baseline->known_already, NIGHTS - 10);
    assert_int_equal(again.baseline->learned, 0);
    save(&again, &twice);
    assert_int_equal(twice.n, bytes.n);
    assert_memory_equal(twice.p, bytes.p, twice.n);
    add_nights(&again, NIGHTS, 2);
    assert_int_equal(again.baseline->learned, 2);
}

static void test_ages(void **unused)
{
    static const call calls[] = {
        {10 * DAYS, "CreateUser", "backup", "created principal " USER(M), "", 0},
        {12 * DAYS, "DeleteSnapshot", M, "target snapshot x", "", 0},
    };
    AUTO(state) s = {0};
    bool is_made;
    (void)unused;
    assert_true(state_init(&s));
    add_nights(&s, 0, 10);
    events_add(&s, calls, ARRAY_LEN(calls));
    uint32_t last = s.journal.next - 1;
    assert_int_equal(habit_actor_age_ns(&s, last, &is_made), 2 * TIME_DAY);
    assert_true(is_made);
    assert_int_equal(habit_actor_age_ns(&s, last - 1, &is_made) / TIME_DAY, 10);
    assert_false(is_made);
    assert_int_equal(habit_account_age_ns(&s, last) / TIME_DAY, 12);
    assert_int_equal(habit_account_age_ns(&s, last + 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_before),
        cmocka_unit_test(test_little_is_no_habit),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused_launches),
        cmocka_unit_test(test_incidents_are_not_learned),
        cmocka_unit_test(test_a_first_day),
        cmocka_unit_test(test_saved_without_incidents),
        cmocka_unit_test(test_compacting_learns_nothing),
        cmocka_unit_test(test_nothing_is_learned_twice),
        cmocka_unit_test(test_ages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
