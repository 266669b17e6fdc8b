/* SPDX-License-Identifier: Apache-2.0
 *
 * test_away.c -- an instance's credentials used elsewhere are seen; its own gateways are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "state/away.h"
#include "state/compact.h"
#include "support/events.h"

enum { CALLS_MAX = 5 };

typedef struct trial {
    const char *name;
    call calls[CALLS_MAX]; /* each of another kind, so that each is an entry of its own */
    const char *away;      /* a letter for each call: '.' at home, 'A' away */
} trial;

/* clang-format off */
#define AS(n, name, fields) {n, name, "web/i-1+ASIA1", "", fields, 0}
#define HOME "src_ip=52.0.0.1"

static const trial trials[] = {
    {"the address it was first seen with, then another", {AS(0, "GetCallerIdentity", HOME), AS(1, "CreateKeyPair", HOME), AS(2, "RunInstances", "src_ip=203.0.113.9"), AS(3, "CreateUser", HOME)}, "..A."},
    {"inside its network", {AS(0, "GetCallerIdentity", HOME), AS(1, "CreateKeyPair", "src_ip=10.0.0.5"), AS(2, "RunInstances", "src_ip=52.0.9.9|src_net=vpce-1")}, "..."},
    {"by a service on its behalf", {AS(0, "GetCallerIdentity", HOME), AS(1, "CreateKeyPair", "src_service=cloudformation.amazonaws.com"), AS(2, "RunInstances", "src_ip=203.0.113.9|invoked_by=cloudformation.amazonaws.com")}, "..."},
    {"over IPv6 for the first time, then from elsewhere", {AS(0, "GetCallerIdentity", HOME), AS(1, "CreateKeyPair", "src_ip=2600:1f00::1"), AS(2, "RunInstances", "src_ip=2a01:4f8::1")}, "..A"},
    {"another instance's gateway", {AS(0, "GetCallerIdentity", HOME), {1, "GetCallerIdentity", "web/i-2+ASIA2", "", "src_ip=52.0.0.2", 0}, AS(2, "RunInstances", "src_ip=52.0.0.2")}, "..."},
    {"a person's session moves about", {{0, "GetCallerIdentity", "Ops/bob", "", HOME, 0}, {1, "RunInstances", "Ops/bob", "", "src_ip=203.0.113.9", 0}}, ".."},
    {"no address", {AS(0, "GetCallerIdentity", HOME), AS(1, "RunInstances", ""), AS(2, "CreateUser", "src_ip=nonsense")}, "..."},
};
/* clang-format on */

static void test_away(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_add(&s, t->calls, events_count(t->calls, CALLS_MAX));
        assert_int_equal(s.journal.next, strlen(t->away));
        for (uint32_t k = 0; k < s.journal.next; k++)
            assert_int_equal(journal_at(&s.journal, k)->is_away, t->away[k] == 'A');
    }
}

/* Like calls are one entry; one of them from away is enough. */
static void test_one_of_many_calls(void **unused)
{
    static const call calls[] = {AS(0, "GetCallerIdentity", HOME),
                                 AS(1, "GetCallerIdentity", "src_ip=203.0.113.9"),
                                 AS(2, "GetCallerIdentity", HOME)};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    assert_int_equal(s.journal.next, 1);
    assert_true(journal_at(&s.journal, 0)->is_away);
}

static void test_home_outlives_compaction(void **unused)
{
    static const call before = AS(0, "GetCallerIdentity", HOME);
    static const call after = AS(1, "RunInstances", "src_ip=203.0.113.9");
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, &before, 1);
    assert_true(state_compact(&s, EVENTS_START + 90 * TIME_DAY));
    assert_int_equal(s.journal.next, s.journal.first);
    events_add(&s, &after, 1);
    assert_true(journal_at(&s.journal, s.journal.next - 1)->is_away);
}

static void test_homes_are_limited(void **unused)
{
    away *a = away_new();
    AUTO(arena) text = {0};
    event e = {.field[FIELD_src_ip] = STR("52.0.0.1")};
    (void)unused;
    assert_non_null(a);
    for (unsigned i = 0; i <= LIMIT_HOMES; i++) {
        e.field[FIELD_session_id] = arena_printf(&text, "s%u", i);
        assert_false(away_is(a, &e));
    }
    assert_int_equal(a->forgotten, 1);
    e.field[FIELD_src_ip] = STR("203.0.113.9");
    assert_false(away_is(a, &e));
    e.field[FIELD_session_id] = STR("s0");
    assert_true(away_is(a, &e));
    away_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_away),
        cmocka_unit_test(test_one_of_many_calls),
        cmocka_unit_test(test_home_outlives_compaction),
        cmocka_unit_test(test_homes_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
