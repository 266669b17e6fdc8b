/* SPDX-License-Identifier: Apache-2.0
 *
 * test_describe.c -- every table has its titles and rows, every cell is text; levels have names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/check.h"
#include "fact/reading.h"
#include "decode/reader.h"
#include "decode/shape.h"
#include "model/entity.h"
#include "model/field.h"
#include "model/operation.h"
#include "model/stage.h"
#include "model/threshold.h"
#include "state/baseline.h"
#include <spoor/spoor.h>

static size_t count_rows(spoor_table table, size_t columns)
{
    spoor_row row;
    size_t n = 0;
    while (spoor_describe(table, n, &row) == SPOOR_OK) {
        for (size_t c = 0; c < SPOOR_COLUMNS; c++) {
            assert_non_null(row.cell[c]);
            if (n == 0)
                assert_int_equal(row.cell[c][0] != '\0', c < columns);
        }
        assert_true(row.cell[0][0] != '\0');
        n++;
    }
    assert_int_equal(spoor_describe(table, n, &row), SPOOR_END);
    assert_int_equal(spoor_describe(table, n + 1000, &row), SPOOR_END);
    return n;
}

static void test_tables_are_whole(void **unused)
{
    (void)unused;
    assert_int_equal(FIELD_COUNT, 64);
    assert_int_equal(count_rows(SPOOR_FIELDS, 5), 1 + 64);
    assert_int_equal(count_rows(SPOOR_OPERATIONS, 6), operation_count());
    assert_int_equal(count_rows(SPOOR_STAGES, 3), 1 + STAGE_COUNT);
    assert_int_equal(count_rows(SPOOR_ENTITIES, 2), 1 + ENTITY_COUNT);
    assert_int_equal(count_rows(SPOOR_FORMATS, 3), 1 + reader_family_count() + shape_count());
    assert_int_equal(count_rows(SPOOR_HABITS, 4), 1 + HABIT_COUNT);
    assert_int_equal(count_rows(SPOOR_CHECKS, 11), 1 + check_count());
    assert_int_equal(count_rows(SPOOR_EXPORTS, 4), EXPORT_COUNT);       /* but for EXPORT_NONE */
    assert_int_equal(count_rows(SPOOR_THRESHOLDS, 4), THRESHOLD_COUNT); /* but for none */
}

static void test_rows_are_those_of_the_tables(void **unused)
{
    spoor_row row;
    (void)unused;
    assert_int_equal(spoor_describe(SPOOR_FIELDS, 1, &row), SPOOR_OK);
    assert_string_equal(row.cell[0], "time");
    assert_int_equal(spoor_describe(SPOOR_OPERATIONS, 0, &row), SPOOR_OK);
    assert_string_equal(row.cell[1], "operation");
    assert_int_equal(spoor_describe(SPOOR_OPERATIONS, 1, &row), SPOOR_OK);
    assert_string_equal(row.cell[1], operation_at(1)->name);
    assert_string_equal(row.cell[2], operation_at(1)->class_name);
    assert_int_equal(spoor_describe(SPOOR_THRESHOLDS, THRESHOLD_key_days, &row), SPOOR_OK);
    assert_string_equal(row.cell[0], "key_days");
    assert_string_equal(row.cell[1], "90");
    assert_int_equal(spoor_describe(SPOOR_EXPORTS, EXPORT_aws_instances, &row), SPOOR_OK);
    assert_string_equal(row.cell[0], "aws_instances");
    assert_string_equal(row.cell[1], "aws");
}

static void append(char *text, size_t size, const char *more)
{
    size_t n = strlen(text);
    snprintf(text + n, size - n, "%s", more);
}

/* What a check needs, spelled the slow way. */
static void test_needs_are_told_whole(void **unused)
{
    spoor_row row;
    (void)unused;
    for (size_t i = 0; i < check_count(); i++) {
        char needs[2048] = "";
        const check *c = check_at(i);
        for (size_t k = 0; k < CHECK_NEEDS && c->needs[k]; k++) {
            append(needs, sizeof needs, k ? ", " : "");
            append(needs, sizeof needs, export_describe(c->needs[k])->name);
        }
        if (needs[0] && c->needs_any[0])
            append(needs, sizeof needs, "; ");
        if (c->needs_any[1] || (needs[0] && c->needs_any[0]))
            append(needs, sizeof needs, "one of ");
        for (size_t k = 0; k < CHECK_NEEDS && c->needs_any[k]; k++) {
            append(needs, sizeof needs, k ? ", " : "");
            append(needs, sizeof needs, export_describe(c->needs_any[k])->name);
        }
        assert_int_equal(spoor_describe(SPOOR_CHECKS, i + 1, &row), SPOOR_OK);
        assert_string_equal(row.cell[0], c->id);
        assert_string_equal(row.cell[6], needs);
    }
}

static void test_misuse_is_told(void **unused)
{
    spoor_row row;
    (void)unused;
    assert_int_equal(spoor_describe(SPOOR_FIELDS, 0, NULL), SPOOR_EINVAL);
    assert_int_equal(spoor_describe((spoor_table)99, 0, &row), SPOOR_EINVAL);
}

static void test_levels_have_names(void **unused)
{
    spoor_level level;
    (void)unused;
    for (int i = SPOOR_INFORMATIONAL; i <= SPOOR_CRITICAL; i++) {
        assert_int_equal(spoor_level_parse(spoor_level_text((spoor_level)i), &level), SPOOR_OK);
        assert_int_equal(level, i);
    }
    assert_int_equal(spoor_level_parse("severe", &level), SPOOR_END);
    assert_int_equal(spoor_level_parse("", &level), SPOOR_END);
    assert_int_equal(spoor_level_parse(NULL, &level), SPOOR_END);
    assert_string_equal(spoor_level_text((spoor_level)17), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_whole),
        cmocka_unit_test(test_rows_are_those_of_the_tables),
        cmocka_unit_test(test_needs_are_told_whole),
        cmocka_unit_test(test_misuse_is_told),
        cmocka_unit_test(test_levels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
