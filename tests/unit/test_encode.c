/* SPDX-License-Identifier: Apache-2.0
 *
 * test_encode.c -- encodings against known values, and the offsets of base64 against their
 * definition.
 */
#include "rule/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void check(buf *got, str want, const char *of)
{
    assert_false(got->failed);
    if (!str_eq(buf_str(got), want))
        fail_msg("%s: %.*s", of, (int)got->n, got->p);
    buf_reset(got);
}

static void writes_base64(void **state)
{
    (void)state;
    static const char *const row[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77"},
    };
    CLEANUP(buf_done) buf got = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        encode_base64(str_of(row[i][0]), &got);
        check(&got, str_of(row[i][1]), row[i][0]);
    }
}

static void knows_the_offsets(void **state)
{
    (void)state;
    static const char *const row[][4] = {
        {"http://", "aHR0cDovL", "h0dHA6Ly", "odHRwOi8v"},
        {"foobar", "Zm9vYmFy", "Zvb2Jhc", "mb29iYX"},
    };
    CLEANUP(buf_done) buf got = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        for (unsigned k = 0; k < ENCODE_OFFSETS; k++) {
            encode_base64_offset(str_of(row[i][0]), k, &got);
            check(&got, str_of(row[i][k + 1]), row[i][0]);
        }
    }
}

/* Whatever stands around the text, one of the three stands in the base64 of all of it. */
static void offsets_are_found_in_every_surrounding(void **state)
{
    (void)state;
    static const char text[] = "powershell";
    CLEANUP(buf_done) buf all = {0}, coded = {0}, part = {0};
    for (size_t before = 0; before < 7; before++) {
        for (size_t after = 0; after < 4; after++) {
            buf_reset(&all);
            buf_reset(&coded);
            buf_reset(&part);
            buf_put(&all, "abcdefg", before);
            buf_puts(&all, text);
            buf_put(&all, "\xff\x00z", after);
            encode_base64(buf_str(&all), &coded);
            encode_base64_offset(str_of(text), (unsigned)(before % 3), &part);
            buf_putc(&part, 0);
            assert_true(text_has(buf_str(&coded), part.p));
        }
    }
}

static void writes_utf16(void **state)
{
    (void)state;
    CLEANUP(buf_done) buf got = {0};
    assert_true(encode_utf16(STR("cmd"), ENCODE_UTF16LE, &got));
    check(&got, STR("c\0m\0d\0"), "le");
    assert_true(encode_utf16(STR("cmd"), ENCODE_UTF16BE, &got));
    check(&got, STR("\0c\0m\0d"), "be");
    assert_true(encode_utf16(STR("c"), ENCODE_UTF16BOM, &got));
    check(&got,
          STR("\xff\xfe"
              "c\0"),
          "bom");
    assert_true(encode_utf16(STR("\xc3\xa9\xf0\x9f\x98\x80"), ENCODE_UTF16BE, &got));
    check(&got, STR("\x00\xe9\xd8\x3d\xde\x00"), "beyond ASCII");
    static const char *const bad[] = {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(encode_utf16(str_of(bad[i]), ENCODE_UTF16LE, &got));
}

static void writes_dashes_in_every_form(void **state)
{
    (void)state;
    static const char *const want[] = {"-a", "/a",
                                       "\xe2\x80\x93"
                                       "a",
                                       "\xe2\x80\x94"
                                       "a",
                                       "\xe2\x80\x95"
                                       "a"};
    CLEANUP(buf_done) buf got = {0};
    assert_int_equal(encode_count_dashes(STR("-a /b\xe2\x80\x94")), 3);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        encode_dashes(STR("/a"), i, &got);
        check(&got, str_of(want[i]), "one dash");
    }
    encode_dashes(STR("-a-b"), 1 + 5 * 2, &got);
    check(&got,
          STR("/a\xe2\x80\x93"
              "b"),
          "two dashes");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_base64),
        cmocka_unit_test(knows_the_offsets),
        cmocka_unit_test(offsets_are_found_in_every_surrounding),
        cmocka_unit_test(writes_utf16),
        cmocka_unit_test(writes_dashes_in_every_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
