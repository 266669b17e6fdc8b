/* SPDX-License-Identifier: Apache-2.0
 *
 * test_unusual.c -- the same chain by one who does it every other day, by one who never did, and by
 * one of whom nothing is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/chain.h"

enum { DAY = 86400, CALLS_MAX = 400, DAYS = 28 };

#define OFFICE_IP "src_ip=192.0.2.10"
#define OTHER_IP "src_ip=203.0.113.9"

typedef struct diary {
    call calls[CALLS_MAX];
    size_t n;
    arena text;
} diary;

static void add(diary *d, int64_t at, const char *name, const char *who, str refs, const char *from)
{
    assert_true(d->n < CALLS_MAX && refs.p);
    d->calls[d->n++] = (call){.at_s = at, .name = name, .who = who, .refs = refs.p, .fields = from};
}

/* A snapshot of the volume and an instance that gets it; n tells the things apart. */
static void restore(diary *d, int64_t at, int n, const char *who, const char *from)
{
    arena *a = &d->text;
    add(d, at, "CreateSnapshot", who,
        arena_printf(a, "created snapshot snap-%d; parent volume vol-db", n), from);
    add(d, at + 300, "RunInstances", who,
        arena_printf(a, "created instance i-%d; parent snapshot snap-%d", n, n), from);
    add(d, at + 900, "TerminateInstances", who, arena_printf(a, "target instance i-%d", n), from);
}

/* Every other day a restore drill; every day the operators tag and stop their machines. */
static void live(diary *d)
{
    for (int day = 0; day < DAYS; day++) {
        if (day % 2 == 0)
            restore(d, (int64_t)day * DAY, 1000 + day, "dba", OFFICE_IP);
        for (int i = 0; i < 3; i++)
            add(d, (int64_t)day * DAY + 7200 + i * 3600, "StopInstances", "operator",
                arena_printf(&d->text, "target instance i-old%d", i), OFFICE_IP);
    }
}

/* The incident of the story that ends with instance i-1. */
static const spoor_incident *judge(diary *d, arena *a)
{
    correlate_result r = events_judge(d->calls, d->n, a);
    for (size_t i = 0; i < r.n_incidents; i++)
        for (size_t k = 0; k < r.incidents[i].n_resources; k++)
            if (strcmp(r.incidents[i].resources[k].id, "i-1") == 0)
                return &r.incidents[i];
    fail_msg("no incident has i-1");
    return NULL;
}

static void print(const spoor_incident *in)
{
    print_message("#   %s %.2f\n", spoor_level_text(in->level), in->score);
    for (size_t i = 0; i < in->n_reasons; i++)
        print_message("#     %6.2f %s\n", in->reasons[i].points, in->reasons[i].text);
    for (size_t i = 0; i < in->n_counterfactuals; i++)
        print_message("#     %s\n", in->counterfactuals[i]);
}

static bool has_reason(const spoor_incident *in, const char *part)
{
    for (size_t i = 0; i < in->n_reasons; i++)
        if (strstr(in->reasons[i].text, part))
            return true;
    return false;
}

static spoor_level level_of_restore(const char *who, const char *from, const char *reason)
{
    diary d = {0};
    AUTO(arena) a = {0};
    live(&d);
    restore(&d, (int64_t)DAYS * DAY, 1, who, from);
    const spoor_incident *in = judge(&d, &a);
    print(in);
    assert_true(!reason || has_reason(in, reason));
    arena_done(&d.text);
    return in->level;
}

static void test_a_drill_like_the_others_is_low(void **unused)
{
    (void)unused;
    assert_true(level_of_restore("dba", OFFICE_IP, NULL) <= SPOOR_LOW);
}

static void test_a_caller_out_of_habit_reaches_high(void **unused)
{
    (void)unused;
    assert_int_equal(level_of_restore("operator", OTHER_IP, "first CreateSnapshot by operator"),
                     SPOOR_HIGH);
}

static void test_one_broken_habit_is_not_enough_for_high(void **unused)
{
    (void)unused;
    assert_int_equal(level_of_restore("dba", OTHER_IP, "first call from"), SPOOR_MEDIUM);
}

static void test_nothing_known_is_neither(void **unused)
{
    diary d = {0};
    AUTO(arena) a = {0};
    (void)unused;
    restore(&d, 0, 1, "dba", OFFICE_IP);
    const spoor_incident *in = judge(&d, &a);
    print(in);
    assert_int_equal(in->level, SPOOR_MEDIUM);
    assert_false(has_reason(in, "out of habit"));
    assert_false(has_reason(in, "as always"));
    arena_done(&d.text);
}

static void test_counterfactual_of_habits(void **unused)
{
    diary d = {0};
    AUTO(arena) a = {0};
    bool has = false;
    (void)unused;
    live(&d);
    restore(&d, (int64_t)DAYS * DAY, 1, "operator", OTHER_IP);
    const spoor_incident *in = judge(&d, &a);
    for (size_t i = 0; i < in->n_counterfactuals; i++)
        has = has || strncmp(in->counterfactuals[i], "without the broken habits: ", 27) == 0;
    assert_true(has);
    arena_done(&d.text);
}

/* Credentials of an instance, taken elsewhere, copy a disk; at home they do no such harm. */
static void test_credentials_that_left_their_instance(void **unused)
{
    static const char *const from[] = {"src_ip=198.51.100.1", "src_ip=203.0.113.9"};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(from); i++) {
        diary d = {0};
        AUTO(arena) a = {0};
        add(&d, 0, "RunInstances", "ops", STR("created instance i-9"), OFFICE_IP);
        add(&d, 7 * DAY, "StopInstances", "Web/i-9+K", STR("target instance i-8"), from[0]);
        restore(&d, 7 * DAY + 600, 1, "Web/i-9+K", from[i]);
        const spoor_incident *in = judge(&d, &a);
        print(in);
        assert_int_equal(has_reason(in, "an instance's own credentials were used away from it"), i);
        assert_int_equal(in->level, i ? SPOOR_HIGH : SPOOR_MEDIUM);
        arena_done(&d.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_drill_like_the_others_is_low),
        cmocka_unit_test(test_a_caller_out_of_habit_reaches_high),
        cmocka_unit_test(test_one_broken_habit_is_not_enough_for_high),
        cmocka_unit_test(test_nothing_known_is_neither),
        cmocka_unit_test(test_counterfactual_of_habits),
        cmocka_unit_test(test_credentials_that_left_their_instance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
