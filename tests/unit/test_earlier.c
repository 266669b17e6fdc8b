/* SPDX-License-Identifier: Apache-2.0
 *
 * test_earlier.c -- against an earlier audit: what is better, worse, new, gone, and what cannot be
 * said.
 */
#include "audit/earlier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LINE(check, resource, status)                                                              \
    "{\"type\":\"check\",\"id\":\"" check "\",\"status\":\"" status                                \
    "\",\"resource\":{\"id\":\"" resource "\",\"kind\":\"instance\"}}\n"

static void compares(void **state)
{
    /* clang-format off */
    static const struct { const char *before; spoor_check_status now; const char *change; } rows[] = {
        {"PASS",           SPOOR_CHECK_PASS,           "same"},
        {"PASS",           SPOOR_CHECK_FAIL,           "worse"},
        {"PASS",           SPOOR_CHECK_NOT_APPLICABLE, "same"},
        {"PASS",           SPOOR_CHECK_NO_DATA,        "worse"},
        {"FAIL",           SPOOR_CHECK_PASS,           "better"},
        {"FAIL",           SPOOR_CHECK_FAIL,           "same"},
        {"FAIL",           SPOOR_CHECK_NOT_APPLICABLE, "better"},
        {"FAIL",           SPOOR_CHECK_NO_DATA,        "same"}, /* less data is no progress */
        {"NOT_APPLICABLE", SPOOR_CHECK_FAIL,           "worse"},
        {"NOT_APPLICABLE", SPOOR_CHECK_NO_DATA,        "worse"},
        {"NO_DATA",        SPOOR_CHECK_PASS,           "better"},
        {"NO_DATA",        SPOOR_CHECK_NOT_APPLICABLE, "better"},
        {"NO_DATA",        SPOOR_CHECK_FAIL,           "worse"},
        {"NO_DATA",        SPOOR_CHECK_NO_DATA,        "same"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(earlier) e = {0};
        char line[256];
        snprintf(line, sizeof line, LINE("a", "i-1", "%s"), rows[i].before);
        earlier_read(&e, str_of(line));
        assert_int_equal(e.bad, 0);
        assert_string_equal(earlier_compare(&e, STR("a"), STR("i-1"), rows[i].now), rows[i].change);
        assert_string_equal(earlier_compare(&e, STR("a"), STR("i-2"), rows[i].now), "new");
        assert_string_equal(earlier_compare(&e, STR("b"), STR("i-1"), rows[i].now), "new");
    }
}

static void says_nothing_without_a_baseline(void **state)
{
    (void)state;
    AUTO(earlier) e = {0};
    assert_string_equal(earlier_compare(&e, STR("a"), STR("i-1"), SPOOR_CHECK_FAIL), "");
    earlier_read(&e, STR(""));
    assert_string_equal(earlier_compare(&e, STR("a"), STR("i-1"), SPOOR_CHECK_FAIL), "new");
}

static void counts_what_is_left(void **state)
{
    uint64_t gone, unjudged;
    (void)state;
    AUTO(earlier) e = {0};
    earlier_read(&e,
                 STR(LINE("a", "i-1", "FAIL") LINE("a", "i-2", "FAIL") LINE("a", "i-3", "PASS")
                         LINE("b", "i-1", "FAIL") LINE("c", "i-1", "FAIL") LINE("d", "", "FAIL")));
    earlier_compare(&e, STR("a"), STR("i-1"), SPOOR_CHECK_FAIL);
    earlier_compare(&e, STR("b"), STR(""), SPOOR_CHECK_NO_DATA); /* its export was not given */
    earlier_compare(&e, STR("d"), STR(""), SPOOR_CHECK_NO_DATA); /* met */
    earlier_left(&e, &gone, &unjudged);
    assert_int_equal(gone, 1);     /* a of i-2 */
    assert_int_equal(unjudged, 2); /* b and c */
}

static void counts_bad_lines(void **state)
{
    static const char lines[] =
        "\xef\xbb\xbfnot JSON\n"
        "{\"type\":\"check\"}\n"
        "{\"type\":\"check\",\"id\":\"a\",\"status\":\"fine\",\"resource\":{\"id\":\"i\"}}\n"
        "{\"type\":\"check\",\"id\":\"a\",\"status\":\"FAIL\"}\n"
        "{\"type\":\"incident\"}\n"
        "[1]\n"
        "\n"
        "{\"type\":\"skip\"}\r\n"
        "{\"type\":\"summary\"}\n" LINE("a", "i-1", "FAIL") "{\"type\":\"che";
    (void)state;
    AUTO(earlier) e = {0};
    earlier_read(&e, str_of(lines));
    assert_false(e.failed);
    assert_int_equal(e.bad, 7);
    assert_string_equal(earlier_compare(&e, STR("a"), STR("i-1"), SPOOR_CHECK_PASS), "better");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(says_nothing_without_a_baseline),
        cmocka_unit_test(counts_what_is_left),
        cmocka_unit_test(counts_bad_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
