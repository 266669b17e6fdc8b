/* SPDX-License-Identifier: Apache-2.0
 *
 * test_field.c -- the fields of the event model.
 */
#include "model/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_there_are_64(void **state)
{
    (void)state;
    assert_int_equal(FIELD_COUNT, 64);
}

static void test_names_lead_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const field_info *f = field_describe((field)i);
        assert_true(strlen(f->ocsf) > 0 && strlen(f->ecs) > 0 && strlen(f->doc) > 0);
        assert_int_equal(field_from_text(str_of(f->name)), i);
    }
    assert_int_equal(field_from_text(STR("no_such_field")), FIELD_COUNT);
    assert_int_equal(field_from_text(STR_NONE), FIELD_COUNT);
}

static void test_types(void **state)
{
    static const struct {
        field f;
        field_type type;
        const char *text;
    } rows[] = {
        {FIELD_time, FIELD_TYPE_TIME, "TIME"},    {FIELD_src_ip, FIELD_TYPE_IP, "IP"},
        {FIELD_created, FIELD_TYPE_LIST, "LIST"}, {FIELD_mfa, FIELD_TYPE_BOOL, "BOOL"},
        {FIELD_outcome, FIELD_TYPE_ENUM, "ENUM"}, {FIELD_bytes, FIELD_TYPE_INT, "INT"},
        {FIELD_raw_ref, FIELD_TYPE_TEXT, "TEXT"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(field_describe(rows[i].f)->type, rows[i].type);
        assert_string_equal(field_describe(rows[i].f)->type_text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_are_64),
        cmocka_unit_test(test_names_lead_back),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
