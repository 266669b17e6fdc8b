/* SPDX-License-Identifier: Apache-2.0
 *
 * test_entity.c -- kinds of things, and relations to them.
 */
#include "model/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_entities_lead_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const entity_info *e = entity_describe((entity_type)i);
        assert_true(strlen(e->doc) > 0);
        assert_int_equal(entity_from_text(str_of(e->text)), i);
    }
    assert_int_equal(entity_from_text(STR("volumes")), ENTITY_NONE);
    assert_int_equal(entity_from_text(STR_NONE), ENTITY_NONE);
}

static void test_relations_lead_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < RELATION_COUNT; i++)
        assert_int_equal(relation_from_text(str_of(relation_text((relation)i))), i);
    assert_string_equal(relation_text(RELATION_SHARED_TO), "shared_to");
    assert_int_equal(relation_from_text(STR("shared")), RELATION_NONE);
    assert_int_equal(relation_from_text(STR_NONE), RELATION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entities_lead_back),
        cmocka_unit_test(test_relations_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
