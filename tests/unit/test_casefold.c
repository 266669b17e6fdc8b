/* SPDX-License-Identifier: Apache-2.0
 *
 * test_casefold.c -- simple case folding: ASCII of every length, the odd letters of Unicode, and
 * bytes that are no UTF-8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"

typedef struct row {
    const char *text, *folded;
    const char *doc;
} row;

/* clang-format off */
static const row rows[] = {
    {"",                        "",                        "nothing"},
    {"RunInstances",            "runinstances",            "more than eight bytes"},
    {"@AZ[`az{",                "@az[`az{",                "the neighbours of letters stay"},
    {"\xC3\x84\xC3\x96\xC3\x9C", "\xC3\xA4\xC3\xB6\xC3\xBC", "umlauts"},
    {"STRA\xC3\x9F" "E",        "stra\xC3\x9F" "e",        "sharp s stays one letter"},
    {"\xE1\xBA\x9E",            "\xC3\x9F",                "capital sharp s: three bytes to two"},
    {"\xC4\xB0",                "\xC4\xB0",                "dotted capital I stays"},
    {"\xC4\xB1",                "\xC4\xB1",                "dotless i stays"},
    {"\xE2\x84\xAA",            "k",                       "Kelvin sign: three bytes to one"},
    {"\xC8\xBA",                "\xE2\xB1\xA5",            "two bytes to three"},
    {"\xCE\xA3\xCF\x82\xCF\x83", "\xCF\x83\xCF\x83\xCF\x83", "all three sigmas"},
    {"\xEA\xAD\xB0\xE1\x8E\xA0", "\xE1\x8E\xA0\xE1\x8E\xA0", "Cherokee folds to capitals"},
    {"\xE1\xBE\x88",            "\xE1\xBE\x80",            "simple where full has two letters"},
    {"\xC4\x80\xC4\x81\xC4\xAE", "\xC4\x81\xC4\x81\xC4\xAF", "every other letter"},
    {"\xF0\x90\x90\x80",        "\xF0\x90\x90\xA8",        "Deseret: four bytes"},
    {"\xE4\xBD\xA0\xE5\xA5\xBD", "\xE4\xBD\xA0\xE5\xA5\xBD", "letters without case"},
    {"A\xFF" "B\xC3",           "a\xFF" "b\xC3",           "bytes that are no UTF-8"},
    {"\xE0\x83\x80X",           "\xE0\x83\x80x",           "an overlong letter is none"},
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf) out = {0}, again = {0};
        fold_text(str_of(rows[i].text), &out);
        fold_text(buf_str(&out), &again);
        if (!str_is(buf_str(&out), rows[i].folded))
            fail_msg("%s: got '%.*s'", rows[i].doc, (int)out.n, out.p);
        assert_true(str_eq(buf_str(&out), buf_str(&again)));
    }
}

/* One capital at each place of texts of each length around the word size. */
static void test_places(void **state)
{
    (void)state;
    char text[32];
    for (size_t n = 1; n < sizeof text; n++) {
        for (size_t at = 0; at < n; at++) {
            AUTO(buf) out = {0};
            memset(text, 'q', n);
            assert_true(fold_is_ascii_lower((str){text, n}));
            text[at] = 'Q';
            assert_false(fold_is_ascii_lower((str){text, n}));
            fold_text((str){text, n}, &out);
            text[at] = 'q';
            assert_memory_equal(out.p, text, n);
            text[at] = (char)0xC3;
            assert_false(fold_is_ascii_lower((str){text, n}));
        }
    }
}

static void test_appends(void **state)
{
    (void)state;
    AUTO(buf) out = {0};
    for (size_t i = 0; i < 1000; i++)
        fold_text(STR("\xC8\xBA"), &out);
    assert_int_equal(out.n, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_appends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
