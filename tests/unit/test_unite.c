/* SPDX-License-Identifier: Apache-2.0
 *
 * test_unite.c -- two that are found to be one have one list of deeds, and one root.
 *
 * Whom records prove to be one is test_routes_identity's business.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/unite.h"
#include "support/chain.h"

static uint32_t user(const state *s, const char *arn)
{
    return events_entity(s, ENTITY_PRINCIPAL, arn);
}

/* The deeds of one, newest first, and back again. */
static void check_acts(const state *s, uint32_t who, const uint32_t *numbers, size_t n)
{
    uint32_t number = graph_at(&s->graph, who)->last_act, newest = number;
    for (size_t i = 0; i < n; i++, number = journal_at(&s->journal, number)->next_act) {
        assert_int_equal(number, numbers[i]);
        assert_int_equal(journal_at(&s->journal, number)->root, who);
        assert_int_equal(journal_at(&s->journal, number)->newer_act,
                         number == newest ? GRAPH_NO_ENTRY : numbers[i - 1]);
    }
    assert_int_equal(number, GRAPH_NO_ENTRY);
}

static void test_deeds_become_one_list(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, "a"), SNAPSHOT_AS(1, "b", "s2"),
                                 SNAPSHOT_AS(2, "b", "s3"), SNAPSHOT_AS(3, "a", "s4"),
                                 SNAPSHOT_AS(4, "c", "s5")};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    uint32_t a = user(&s, USER("a")), b = user(&s, USER("b")), c = user(&s, USER("c"));
    unite(&s, b, a);
    check_acts(&s, a, (const uint32_t[]){3, 2, 1, 0}, 4);
    assert_int_equal(graph_at(&s.graph, b)->last_act, GRAPH_NO_ENTRY);
    unite(&s, c, b);
    unite(&s, a, c); /* they are one already */
    check_acts(&s, a, (const uint32_t[]){4, 3, 2, 1, 0}, 5);
    assert_int_equal(graph_person(&s.graph, b), a);
    assert_int_equal(graph_person(&s.graph, c), a);
}

/* A caller that was united before acts as the one that stands for both. */
static void test_later_deeds_are_the_same_persons(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, "a"), SNAPSHOT_AS(1, "b", "s2")};
    AUTO(state) s = {0};
    AUTO(arena) text = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    unite(&s, user(&s, USER("a")), user(&s, USER("b")));
    event e = events_make(&(call)SNAPSHOT_AS(2, "b", "s3"), 9, &text);
    state_add(&s, &e);
    check_acts(&s, user(&s, USER("a")), (const uint32_t[]){2, 1, 0}, 3);
    assert_int_equal(journal_at(&s.journal, 2)->actor, user(&s, USER("b")));
}

static void test_nobody_is_united_with_none(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, "a")};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    unite(&s, 0, user(&s, USER("a")));
    unite(&s, user(&s, USER("a")), 0);
    check_acts(&s, user(&s, USER("a")), (const uint32_t[]){0}, 1);
    assert_int_equal(graph_person(&s.graph, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deeds_become_one_list),
        cmocka_unit_test(test_later_deeds_are_the_same_persons),
        cmocka_unit_test(test_nobody_is_united_with_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
