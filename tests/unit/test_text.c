/* SPDX-License-Identifier: Apache-2.0
 *
 * test_text.c -- one table per word of text.h.
 */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void compares_without_case(void **state)
{
    (void)state;
    static const struct {
        str a, b;
        bool is_equal;
    } row[] = {
        {STR_INIT("RunInstances"), STR_INIT("runinstances"), true},
        {STR_INIT("a"), STR_INIT("ab"), false},
        {STR_INIT(""), {NULL, 0}, true},
        {STR_INIT("@[`{"), STR_INIT("`{@["), false}, /* neighbours of the letters */
        {STR_INIT("\xc3\x84"), STR_INIT("\xc3\xa4"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(text_eq_nocase(row[i].a, row[i].b), row[i].is_equal);
        assert_int_equal(text_eq_nocase(row[i].b, row[i].a), row[i].is_equal);
    }
}

/* Columns: the plain answer, then the answer without case. */
static void finds_parts(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        str s;
        const char *part;
        bool starts[2], ends[2], has[2];
    } row[] = {
        {STR_INIT("i-0abc"),  "i-",      {1, 1}, {0, 0}, {1, 1}},
        {STR_INIT("i-0abc"),  "I-",      {0, 1}, {0, 0}, {0, 1}},
        {STR_INIT("i-0abc"),  "BC",      {0, 0}, {0, 1}, {0, 1}},
        {STR_INIT("i-0abc"),  "0A",      {0, 0}, {0, 0}, {0, 1}},
        {STR_INIT("i-0abc"),  "bc",      {0, 0}, {1, 1}, {1, 1}},
        {STR_INIT("i-0abc"),  "i-0abc",  {1, 1}, {1, 1}, {1, 1}},
        {STR_INIT("i-0abc"),  "i-0abcd", {0, 0}, {0, 0}, {0, 0}},
        {STR_INIT("aab"),     "AB",      {0, 0}, {0, 1}, {0, 1}},
        {STR_INIT("abc"),     "",        {1, 1}, {1, 1}, {1, 1}},
        {STR_INIT(""),        "",        {1, 1}, {1, 1}, {1, 1}},
        {{NULL, 0},           "",        {1, 1}, {1, 1}, {1, 1}},
        {{NULL, 0},           "a",       {0, 0}, {0, 0}, {0, 0}},
        {{"abcdef", 3},       "cd",      {0, 0}, {0, 0}, {0, 0}},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(text_starts(row[i].s, row[i].part), row[i].starts[0]);
        assert_int_equal(text_starts_nocase(row[i].s, row[i].part), row[i].starts[1]);
        assert_int_equal(text_ends(row[i].s, row[i].part), row[i].ends[0]);
        assert_int_equal(text_ends_nocase(row[i].s, row[i].part), row[i].ends[1]);
        assert_int_equal(text_has(row[i].s, row[i].part), row[i].has[0]);
        assert_int_equal(text_has_nocase(row[i].s, row[i].part), row[i].has[1]);
    }
}

static void orders_bytewise(void **state)
{
    (void)state;
    static const str rising[] = {{NULL, 0},      STR_INIT("A"), STR_INIT("a"),
                                 STR_INIT("ab"), STR_INIT("b"), STR_INIT("\x80")};
    for (size_t i = 0; i < ARRAY_LEN(rising); i++) {
        for (size_t k = 0; k < ARRAY_LEN(rising); k++) {
            int order = text_compare(rising[i], rising[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void trims(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *out;
    } row[] = {
        {STR_INIT(" \t\r\n\v\fa b \n"), "a b"},
        {STR_INIT("a"), "a"},
        {STR_INIT(" \t "), ""},
        {STR_INIT(""), ""},
        {{NULL, 0}, ""},
        {STR_INIT("\0 "), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        str want = row[i].out ? str_of(row[i].out) : (str){"", 1}; /* NUL is not white space */
        assert_true(str_eq(text_trim(row[i].in), want));
    }
}

static void cuts_at_a_character(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *before, *after, *after_last;
    } row[] = {
        {STR_INIT("a/b/c"), "a", "b/c", "c"}, {STR_INIT("abc"), "abc", "", "abc"},
        {STR_INIT("/a"), "", "a", "a"},       {STR_INIT("a/"), "a", "", ""},
        {STR_INIT(""), "", "", ""},           {{NULL, 0}, "", "", ""},
        {{"ab/c", 2}, "ab", "", "ab"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_true(str_is(text_before(row[i].in, '/'), row[i].before));
        assert_true(str_is(text_after(row[i].in, '/'), row[i].after));
        assert_true(str_is(text_after_last(row[i].in, '/'), row[i].after_last));
    }
}

static void splits(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *out; /* the pieces, each followed by '|' */
    } row[] = {
        {STR_INIT("a,b,c"), "a|b|c|"},
        {STR_INIT("a,,b"), "a||b|"},
        {STR_INIT(",a"), "|a|"},
        {STR_INIT("a,"), "a|"},
        {STR_INIT(","), "|"},
        {STR_INIT(""), ""},
        {{NULL, 0}, ""},
        {STR_INIT("abc"), "abc|"},
        {{"a,b,c", 3}, "a|b|"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO(buf) pieces = {0};
        str rest = row[i].in, piece;
        while (text_next(&rest, ',', &piece)) {
            buf_putstr(&pieces, piece);
            buf_putc(&pieces, '|');
        }
        assert_true(str_is(buf_str(&pieces), row[i].out));
    }
}

static void reads_integers(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        bool is_int;
        int64_t value;
    } row[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"+17", true, 17},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+-1", false, 0},
        {"1 ", false, 0},
        {"1.5", false, 0},
        {"0x1", false, 0},
        {"1\xff", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t value = 4711;
        assert_int_equal(text_to_int(str_of(row[i].in), &value), row[i].is_int);
        assert_true(value == (row[i].is_int ? row[i].value : 4711));
    }
}

static void decodes_base64(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        str in;
        const char *out; /* NULL: not base64 */
        const char *doc;
    } row[] = {
        {STR_INIT(""),             "",         "nothing"},
        {{NULL, 0},                "",         "absent"},
        {STR_INIT("Zg=="),         "f",        "one byte"},
        {STR_INIT("Zm8="),         "fo",       "two bytes"},
        {STR_INIT("Zm9v"),         "foo",      "three bytes"},
        {STR_INIT("Zm9vYmFy"),     "foobar",   "six bytes"},
        {STR_INIT("Zg"),           "f",        "no padding"},
        {STR_INIT("Zm8"),          "fo",       "no padding"},
        {STR_INIT(" Z\nm9v\tYg =\r\n= "), "foob", "white space anywhere"},
        {STR_INIT("+/+/"),         "\xfb\xff\xbf", "standard alphabet"},
        {STR_INIT("-_-_"),         "\xfb\xff\xbf", "URL alphabet"},
        {STR_INIT("Z"),            NULL,       "six bits are no byte"},
        {STR_INIT("Zm9vY"),        NULL,       "six bits over"},
        {STR_INIT("Zg="),          NULL,       "padding cut"},
        {STR_INIT("Zm9v="),        NULL,       "padding too much"},
        {STR_INIT("Zm8=="),        NULL,       "padding too much"},
        {STR_INIT("Zg==="),        NULL,       "padding too much"},
        {STR_INIT("===="),         NULL,       "padding of nothing"},
        {STR_INIT("Zg==Zg=="),     NULL,       "two texts"},
        {STR_INIT("#!/bin/sh"),    NULL,       "a script"},
        {STR_INIT("Zm9\xc3"),      NULL,       "not ASCII"},
        {STR_INIT("Zm9\0"),        NULL,       "NUL"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO(buf) out = {0};
        buf_puts(&out, ">");
        bool is_base64 = text_base64_decode(row[i].in, &out);
        AUTO(buf) want = {0};
        buf_printf(&want, ">%s", row[i].out ? row[i].out : "");
        if (is_base64 != (row[i].out != NULL) || !str_eq(buf_str(&out), buf_str(&want)))
            fail_msg("%s: %.*s", row[i].doc, (int)out.n, out.p);
    }
}

static void decodes_percents(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *out;
    } row[] = {
        {STR_INIT("%41%2f%2Fz"), "A//z"}, {STR_INIT("100%"), "100%"}, {STR_INIT("%4"), "%4"},
        {STR_INIT("%zz%41"), "%zzA"},     {STR_INIT("%%41"), "%A"},   {STR_INIT("%4g"), "%4g"},
        {STR_INIT("%25%34%31"), "%41"},   {STR_INIT(""), ""},         {{NULL, 0}, ""},
        {STR_INIT("%C3%A4"), "\xc3\xa4"}, {STR_INIT("a+b"), "a+b"},   {{"%41", 2}, "%4"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO(buf) out = {0};
        text_percent_decode(row[i].in, &out);
        assert_true(str_is(buf_str(&out), row[i].out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_without_case), cmocka_unit_test(finds_parts),
        cmocka_unit_test(orders_bytewise),       cmocka_unit_test(trims),
        cmocka_unit_test(cuts_at_a_character),   cmocka_unit_test(splits),
        cmocka_unit_test(reads_integers),        cmocka_unit_test(decodes_base64),
        cmocka_unit_test(decodes_percents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
