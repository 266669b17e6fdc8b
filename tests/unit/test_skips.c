/* SPDX-License-Identifier: Apache-2.0
 *
 * test_skips.c -- neighbours with one reason are one row; the list has an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "engine/skips.h"

static skip_row row(const char *reason, uint32_t file, uint64_t record)
{
    return (skip_row){.reason = reason,
                      .file = file,
                      .first_record = record,
                      .last_record = record,
                      .offset = record * 10,
                      .bytes = 10,
                      .count = 1};
}

typedef struct trial {
    const char *name;
    struct {
        const char *reason;
        uint32_t file;
        uint64_t record;
    } second;
    bool is_joined;
} trial;

/* clang-format off */
static const trial trials[] = {
    {"the next record",        {"not JSON", 1, 6},    true},
    {"a piece of the same",    {"not JSON", 1, 5},    true},
    {"a gap between",          {"not JSON", 1, 7},    false},
    {"another input",          {"not JSON", 2, 6},    false},
    {"another reason",         {"digest file", 1, 6}, false},
};
/* clang-format on */

static void test_neighbours_are_one_row(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        CLEANUP(skips_done) skips s = {0};
        skip_row first = row("not JSON", 1, 5);
        skip_row second = row(t->second.reason, t->second.file, t->second.record);
        print_message("# %s\n", t->name);
        skips_add(&s, &first);
        skips_add(&s, &second);
        assert_int_equal(s.n, t->is_joined ? 1 : 2);
        assert_int_equal(s.rows[0].first_record, 5);
        assert_int_equal(s.rows[0].offset, 50);
        assert_int_equal(s.rows[0].bytes, t->is_joined ? 20 : 10);
        assert_int_equal(s.rows[0].count, t->is_joined ? 2 : 1);
        assert_int_equal(s.rows[0].last_record, t->is_joined ? t->second.record : 5);
    }
}

static void test_rows_beyond_the_limit_are_counted(void **unused)
{
    CLEANUP(skips_done) skips s = {0};
    CLEANUP(skips_done) skips sum = {0};
    (void)unused;
    for (uint64_t i = 0; i < LIMIT_SKIP_PLACES + 3; i++) {
        skip_row r = row("not JSON", 1, i * 2);
        skips_add(&s, &r);
    }
    assert_int_equal(s.n, LIMIT_SKIP_PLACES);
    assert_int_equal(s.unlisted, 3);
    skips_append(&sum, &s);
    skips_append(&sum, &s);
    assert_int_equal(sum.n, LIMIT_SKIP_PLACES);
    assert_int_equal(sum.unlisted, LIMIT_SKIP_PLACES + 6);
    assert_false(sum.failed);
    skips_reset(&s);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.unlisted, 0);
}

static void test_rows_are_appended_as_they_are(void **unused)
{
    CLEANUP(skips_done) skips a = {0};
    CLEANUP(skips_done) skips b = {0};
    skip_row first = row("not JSON", 1, 1), second = row("not JSON", 1, 2);
    (void)unused;
    skips_add(&a, &first);
    skips_add(&b, &second);
    skips_append(&a, &b);
    assert_int_equal(a.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_neighbours_are_one_row),
        cmocka_unit_test(test_rows_beyond_the_limit_are_counted),
        cmocka_unit_test(test_rows_are_appended_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
