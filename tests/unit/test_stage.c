/* SPDX-License-Identifier: Apache-2.0
 *
 * test_stage.c -- the stages and their names.
 */
#include "model/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_names_lead_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        const stage_info *s = stage_describe((stage)i);
        assert_true(strlen(s->name) > 0 && strlen(s->tactic) > 0 && strlen(s->doc) > 0);
        assert_int_equal(stage_from_text(str_of(s->name)), i);
    }
}

static void test_unknown_is_none(void **state)
{
    (void)state;
    assert_int_equal(stage_from_text(STR("snapshot")), STAGE_NONE);
    assert_int_equal(stage_from_text(STR_NONE), STAGE_NONE);
    assert_int_equal(stage_from_text(STR("SNAPSHOTS")), STAGE_NONE);
}

static void test_order_is_that_of_an_intrusion(void **state)
{
    (void)state;
    assert_true(STAGE_NONE == 0);
    assert_true(STAGE_SESSION < STAGE_SNAPSHOT && STAGE_SNAPSHOT < STAGE_VOLUME);
    assert_true(STAGE_VOLUME < STAGE_INSTANCE && STAGE_INSTANCE < STAGE_DELETE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_lead_back),
        cmocka_unit_test(test_unknown_is_none),
        cmocka_unit_test(test_order_is_that_of_an_intrusion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
