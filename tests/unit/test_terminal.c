/* SPDX-License-Identifier: Apache-2.0
 *
 * test_terminal.c -- nothing that a log says can drive the terminal, and text fits where it is put.
 */
#include "sink/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/words.h"
#include "sink/human.h"

static const terminal utf8 = {.has_utf8 = true, .columns = 80};
static const terminal ascii = {.columns = 80};

static void escapes_what_is_hidden(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *in, *on_utf8, *on_ascii;
    } row[] = {
        {"",                            "",                     ""},
        {"alice",                       "alice",                "alice"},
        {"a\\b",                        "a\\b",                 "a\\b"},
        {"\033[31mred",                 "\\x1b[31mred",         "\\x1b[31mred"},
        {"\033]0;title\a",              "\\x1b]0;title\\x07",   "\\x1b]0;title\\x07"},
        {"two\nlines\tand\rback",       "two\\nlines\\tand\\rback", "two\\nlines\\tand\\rback"},
        {"\x7f",                        "\\x7f",                "\\x7f"},
        {"\xc2\x9b" "31m",              "\\u009b31m",           "\\u009b31m"}, /* C1 CSI */
        {"\xe2\x80\xae" "gpj.exe",      "\\u202egpj.exe",       "\\u202egpj.exe"},
        {"\xe2\x81\xa6x\xe2\x81\xa9",   "\\u2066x\\u2069",      "\\u2066x\\u2069"},
        {"a\xe2\x80\x8b" "b",           "a\\u200bb",            "a\\u200bb"},
        {"\xef\xbb\xbf",                "\\ufeff",              "\\ufeff"},
        {"\xf3\xa0\x81\xa1",            "\\U000e0061",          "\\U000e0061"}, /* tag letter */
        {"J\xc3\xbcrgen",               "J\xc3\xbcrgen",        "J\\u00fcrgen"},
        {"key AKIA\xe2\x80\xa6",        "key AKIA\xe2\x80\xa6", "key AKIA..."},
        {"\xff\xfe",                    "\\xff\\xfe",           "\\xff\\xfe"},
        {"\xc0\xaf",                    "\\xc0\\xaf",           "\\xc0\\xaf"},  /* overlong '/' */
        {"\xed\xa0\x80",                "\\xed\\xa0\\x80",      "\\xed\\xa0\\x80"}, /* surrogate */
        {"cut \xe2\x80",                "cut \\xe2\\x80",       "cut \\xe2\\x80"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO(strbuf) out = {0};
        terminal_escape(&utf8, &out, row[i].in);
        assert_string_equal(strbuf_text(&out), row[i].on_utf8);
        strbuf_reset(&out);
        terminal_escape(&ascii, &out, row[i].in);
        assert_string_equal(strbuf_text(&out), row[i].on_ascii);
    }
}

/* The slow twin of the table of hidden code points: what must never get through, spelled out. */
static bool is_dangerous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0x61c ||
           c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

static size_t encode(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

static void lets_no_dangerous_code_point_through(void **state)
{
    (void)state;
    AUTO(strbuf) out = {0};
    for (uint32_t c = 1; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        char text[8] = {0};
        size_t n = encode(text, c);
        uint32_t back = 0;
        assert_int_equal(utf8_decode(text, n, &back), n);
        assert_int_equal(back, c);
        strbuf_reset(&out);
        terminal_escape(&utf8, &out, text);
        assert_true(out.n > 0);
        if (is_dangerous(c))
            assert_true(strbuf_text(&out)[0] == '\\' && out.n > 1);
    }
}

static void measures_columns(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        size_t columns;
    } row[] = {
        {"", 0}, {"abc", 3}, {"J\xc3\xbcrgen", 6},
        {"\xe6\x97\xa5\xe6\x9c\xac", 4}, /* two ideographs */
        {"e\xcc\x81", 1},                /* e and a combining accent */
        {"\xf0\x9f\x98\x80", 2},         /* a face */
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_int_equal(terminal_measure(row[i].text, strlen(row[i].text)), row[i].columns);
}

static void wraps(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        size_t columns, n, next;
    } row[] = {
        {"",                  10, 0,  0},
        {"fits",              10, 4,  4},
        {"one two three",     8,  7,  8},  /* the space belongs to neither line */
        {"one two three",     7,  7,  8},
        {"arn:aws:iam::1234", 10, 8,  8},  /* behind a colon */
        {"abcdefghij",        4,  4,  4},  /* nowhere better */
        {"\xe6\x97\xa5\xe6\x9c\xac", 1, 3, 3}, /* at least one character */
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        size_t next = 99;
        assert_int_equal(terminal_wrap(row[i].text, row[i].columns, &next), row[i].n);
        assert_int_equal(next, row[i].next);
    }
}

static void shortens_in_the_middle(void **state)
{
    (void)state;
    AUTO(strbuf) out = {0};
    terminal_shorten(&utf8, &out, "abcdefghij", 10);
    assert_string_equal(strbuf_text(&out), "abcdefghij");
    strbuf_reset(&out);
    terminal_shorten(&utf8, &out, "abcdefghij", 7);
    assert_string_equal(strbuf_text(&out), "abc\xe2\x80\xa6hij");
    strbuf_reset(&out);
    terminal_shorten(&ascii, &out, "abcdefghij", 7);
    assert_string_equal(strbuf_text(&out), "ab...ij");
}

static void paints_only_where_there_is_colour(void **state)
{
    (void)state;
    terminal colour = {.has_colour = true, .has_utf8 = true, .columns = 80};
    AUTO(strbuf) out = {0};
    terminal_say(&utf8, &out, STYLE_BAD, "no\033");
    assert_string_equal(strbuf_text(&out), "no\\x1b");
    strbuf_reset(&out);
    terminal_say(&colour, &out, STYLE_BAD, "no\033");
    assert_string_equal(strbuf_text(&out), "\033[31mno\\x1b\033[0m");
}

static void writes_numbers_for_people(void **state)
{
    (void)state;
    const int64_t s = 1000000000;
    AUTO(strbuf) out = {0};
    human_count(&out, 1234567);
    strbuf_puts(&out, "|");
    human_count(&out, 999);
    strbuf_puts(&out, "|");
    human_bytes(&out, 999);
    strbuf_puts(&out, "|");
    human_bytes(&out, 1234567);
    strbuf_puts(&out, "|");
    human_bytes(&out, 999999);
    strbuf_puts(&out, "|");
    human_duration(&out, 65 * s);
    strbuf_puts(&out, "|");
    human_duration(&out, 86400 * s + 59 * s);
    strbuf_puts(&out, "|");
    human_time(&out, -1); /* just before the epoch is not after it */
    strbuf_puts(&out, "|");
    human_time(&out, SPOOR_TIME_NONE);
    assert_string_equal(strbuf_text(&out), "1,234,567|999|999 B|1.2 MB|1.0 MB|1 min 5 s|1 d|"
                                           "1969-12-31 23:59:59|unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_what_is_hidden),
        cmocka_unit_test(lets_no_dangerous_code_point_through),
        cmocka_unit_test(measures_columns),
        cmocka_unit_test(wraps),
        cmocka_unit_test(shortens_in_the_middle),
        cmocka_unit_test(paints_only_where_there_is_colour),
        cmocka_unit_test(writes_numbers_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
