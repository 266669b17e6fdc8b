/* SPDX-License-Identifier: Apache-2.0
 *
 * test_saved.c -- what goes from one run to the next: everything comes back, damage is told, and
 * what was told before is not told again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "state/baseline.h"
#include "state/inventory.h"
#include "state/saved.h"
#include "support/events.h"

#define HOUR 3600

/* clang-format off */
static const call day[] = {
    {0, "RunInstances", "alice", "created instance i-1; uses network vpc-1", "image=ami", OUTCOME_SUCCESS},
    {1, "AssociateAddress", "alice", "target instance i-1; attached public_address 3.4.5.6", "", OUTCOME_SUCCESS},
    {9 * HOUR, "RunInstances", "bob", "created instance i-2; uses network vpc-1", "image=ami", OUTCOME_SUCCESS},
    {10 * HOUR, "TerminateInstances", "bob", "target instance i-1", "", OUTCOME_SUCCESS},
};
/* clang-format on */

static void save_day(buf *out)
{
    CLEANUP(state_done) state s;
    assert_true(state_init(&s));
    events_add(&s, day, ARRAY_LEN(day));
    baseline_settle(s.baseline);
    assert_true(saved_write(&s, out));
}

static void test_comes_back(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) bytes = {0};
    AUTO(buf) again = {0};
    (void)unused;
    save_day(&bytes);
    assert_true(state_init(&s));
    assert_null(saved_read(&s, buf_str(&bytes)));
    assert_non_null(inventory_instance_at(s.inventory, STR("i-2")));
    assert_true(s.baseline->n > 0);
    baseline_settle(s.baseline);
    assert_true(saved_write(&s, &again));
    assert_true(str_eq(buf_str(&bytes), buf_str(&again)));
}

static void test_damage_is_told(void **unused)
{
    AUTO(buf) bytes = {0};
    (void)unused;
    save_day(&bytes);
    for (size_t i = 0; i < bytes.n; i++) {
        CLEANUP(state_done) state s;
        assert_true(state_init(&s));
        bytes.p[i] ^= 0x20;
        assert_non_null(saved_read(&s, buf_str(&bytes)));
        bytes.p[i] ^= 0x20;
    }
    for (size_t n = 0; n < bytes.n; n++) {
        CLEANUP(state_done) state s;
        assert_true(state_init(&s));
        bool is_baseline = !saved_read(&s, str_upto(buf_str(&bytes), n));
        assert_int_equal(s.inventory->store[INVENTORY_MACHINES].n, 0);
        assert_true(!is_baseline || s.baseline->n > 0);
    }
}

static void test_baseline_alone(void **unused)
{
    CLEANUP(state_done) state s;
    CLEANUP(state_done) state from;
    AUTO(buf) bytes = {0};
    (void)unused;
    assert_true(state_init(&from));
    events_add(&from, day, ARRAY_LEN(day));
    baseline_settle(from.baseline);
    assert_true(baseline_save(from.baseline, &bytes));
    assert_true(state_init(&s));
    assert_null(saved_read(&s, buf_str(&bytes)));
    assert_true(s.baseline->n > 0);
}

/* i-1 ended ten hours after it was made: the call that made it does not bring it back. */
static void test_not_told_again(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) bytes = {0};
    AUTO(buf) again = {0};
    (void)unused;
    save_day(&bytes);
    assert_true(state_init(&s));
    assert_null(saved_read(&s, buf_str(&bytes)));
    events_add(&s, day, 2);
    assert_true(inventory_instance_at(s.inventory, STR("i-1"))->ended_ns != INT64_MAX);
    inventory_save(s.inventory, &again);
    assert_non_null(memmem(bytes.p, bytes.n, again.p, again.n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_damage_is_told),
        cmocka_unit_test(test_baseline_alone),
        cmocka_unit_test(test_not_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
