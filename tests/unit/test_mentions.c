/* SPDX-License-Identifier: Apache-2.0
 *
 * test_mentions.c -- calls that hold the traced text: counted, each kind in a row, up to a limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "state/mentions.h"

static event unknown(const char *operation, int64_t time_ns)
{
    event e = {.time_ns = time_ns, .is_mention = true, .file = 2, .record = 3};
    e.field[FIELD_service] = STR("ec2.amazonaws.com");
    e.field[FIELD_operation] = str_of(operation);
    return e;
}

static void test_like_calls_are_one_row(void **unused)
{
    mentions m = {0};
    event known = unknown("RunInstances", 4), silent = unknown("DescribeRegions", 5);
    event first = unknown("DescribeImages", 1), again = unknown("DescribeImages", 3);
    (void)unused;
    known.operation = 1;
    silent.is_mention = false;
    again.record = 9;
    mentions_add(&m, &first);
    mentions_add(&m, &again);
    mentions_add(&m, &known);
    mentions_add(&m, &silent);
    assert_int_equal(m.calls, 3);
    assert_int_equal(m.n, 1);
    assert_int_equal(m.rows[0].count, 2);
    assert_int_equal(m.rows[0].first_ns, 1);
    assert_int_equal(m.rows[0].last_ns, 3);
    assert_int_equal(m.rows[0].record, 3);
    mentions_done(&m);
}

static void test_rows_have_a_limit(void **unused)
{
    mentions m = {0};
    char name[32];
    (void)unused;
    for (int i = 0; i < LIMIT_MENTIONS + 5; i++) {
        snprintf(name, sizeof name, "Call%d", i);
        event e = unknown(name, i);
        mentions_add(&m, &e);
    }
    assert_int_equal(m.n, LIMIT_MENTIONS);
    assert_int_equal(m.left_out, 5);
    assert_int_equal(m.calls, LIMIT_MENTIONS + 5);
    assert_false(m.failed);
    mentions_done(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_calls_are_one_row),
        cmocka_unit_test(test_rows_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
