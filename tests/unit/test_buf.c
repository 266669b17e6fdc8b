/* SPDX-License-Identifier: Apache-2.0
 *
 * test_buf.c -- growth, padding, the sticky failure, and JSON strings against a slow twin.
 */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_text(const buf *b, str want)
{
    assert_false(b->failed);
    assert_int_equal(b->n, want.n);
    if (want.n)
        assert_memory_equal(b->p, want.p, want.n);
}

static void writes_in_order(void **state)
{
    (void)state;
    AUTO(buf) b = {0};
    buf_put(&b, "ab", 2);
    buf_put(&b, NULL, 0);
    buf_putc(&b, 'c');
    buf_puts(&b, "de");
    buf_puts(&b, "");
    buf_putstr(&b, STR("f"));
    buf_putstr(&b, STR_NONE);
    buf_printf(&b, "%d%%", 7);
    assert_text(&b, STR("abcdef7%"));
    assert_true(str_is(buf_str(&b), "abcdef7%"));
    buf_reset(&b);
    assert_int_equal(b.n, 0);
    assert_true(b.cap > 0);
    buf_done(&b);
    assert_null(b.p);
    assert_int_equal(b.cap, 0);
}

static void keeps_padding_while_growing(void **state)
{
    (void)state;
    AUTO(buf) b = {0};
    for (size_t i = 0; i < 5000; i++) {
        buf_putc(&b, (char)(i % 251));
        assert_true(b.cap >= b.n + BUF_PADDING);
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal((unsigned char)b.p[i], i % 251);
    memset(b.p + b.n, 0, BUF_PADDING); /* the sanitizer would object */
}

static void reserve_makes_padding_readable(void **state)
{
    (void)state;
    static const size_t extras[] = {0, 1, 191, 192, 193, 100000};
    for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
        AUTO(buf) b = {0};
        assert_true(buf_reserve(&b, extras[i]));
        assert_true(b.cap >= extras[i] + BUF_PADDING);
        assert_int_equal(b.n, 0);
    }
}

static void prints_any_length(void **state)
{
    (void)state;
    for (int n = 0; n < 700; n += 1) {
        AUTO(buf) b = {0};
        buf_putc(&b, '<');
        buf_printf(&b, "%0*d", n, 0);
        buf_putc(&b, '>');
        assert_int_equal(b.n, (n ? n : 1) + 2);
        assert_int_equal(b.p[b.n - 2], '0');
        assert_int_equal(b.p[b.n - 1], '>');
        assert_true(b.cap >= b.n + BUF_PADDING);
    }
}

static void fails_once_and_stays_failed(void **state)
{
    (void)state;
    static const size_t extras[] = {SIZE_MAX, SIZE_MAX - BUF_PADDING, PTRDIFF_MAX};
    for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
        AUTO(buf) b = {0};
        buf_puts(&b, "kept");
        assert_false(buf_reserve(&b, extras[i]));
        assert_true(b.failed);
        buf_putc(&b, 'x');
        buf_puts(&b, "x");
        buf_printf(&b, "x");
        buf_json_string(&b, STR("x"));
        assert_false(buf_reserve(&b, 0));
        assert_true(str_is(buf_str(&b), "kept"));
        buf_reset(&b);
        buf_puts(&b, "again");
        assert_text(&b, STR("again"));
    }
}

static void drops_the_front(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *left;
    } row[] = {{0, "abcdef"}, {1, "bcdef"}, {3, "ef"}, {2, ""}, {0, ""}};
    AUTO(buf) b = {0};
    buf_drop_front(&b, 0);
    buf_puts(&b, "abcdef");
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        buf_drop_front(&b, row[i].n);
        assert_true(str_is(buf_str(&b), row[i].left));
    }
}

#define BAD "\xef\xbf\xbd"

/* The quotes around `out` are added by the test. */
static void writes_json_strings(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        str in;
        const char *out, *doc;
    } row[] = {
        {STR_INIT(""),                      "",                     "empty"},
        {{NULL, 0},                         "",                     "absent"},
        {STR_INIT("plain text, 18 long"),   "plain text, 18 long",  "one run"},
        {STR_INIT("\"\\/"),                 "\\\"\\\\/",             "quote and backslash, not /"},
        {STR_INIT("\b\f\n\r\t"),            "\\b\\f\\n\\r\\t",      "short escapes"},
        {STR_INIT("\0\x01\x0b"),            "\\u0000\\u0001\\u000b", "controls"},
        {STR_INIT("\x1f\x7f"),              "\\u001f\x7f",          "DEL is plain"},
        {STR_INIT("1234567\"1234567890\\"), "1234567\\\"1234567890\\\\", "ends of eight bytes"},
        {STR_INIT("\xc2\x80\xdf\xbf"),      "\xc2\x80\xdf\xbf",     "two bytes"},
        {STR_INIT("\xe0\xa0\x80"),          "\xe0\xa0\x80",         "three bytes, least"},
        {STR_INIT("\xed\x9f\xbf"),          "\xed\x9f\xbf",         "last before the surrogates"},
        {STR_INIT("\xee\x80\x80"),          "\xee\x80\x80",         "first behind the surrogates"},
        {STR_INIT("\xef\xbf\xbf"),          "\xef\xbf\xbf",         "three bytes, most"},
        {STR_INIT("\xf0\x90\x80\x80"),      "\xf0\x90\x80\x80",     "four bytes, least"},
        {STR_INIT("\xf4\x8f\xbf\xbf"),      "\xf4\x8f\xbf\xbf",     "four bytes, most"},
        {STR_INIT("\x80"),                  BAD,                    "continuation alone"},
        {STR_INIT("a\xff\xfe" "b"),         "a" BAD BAD "b",        "never bytes of UTF-8"},
        {STR_INIT("\xc0\xaf"),              BAD BAD,                "overlong /"},
        {STR_INIT("\xc1\xbf"),              BAD BAD,                "overlong DEL"},
        {STR_INIT("\xe0\x9f\xbf"),          BAD BAD BAD,            "overlong, three bytes"},
        {STR_INIT("\xf0\x8f\xbf\xbf"),      BAD BAD BAD BAD,        "overlong, four bytes"},
        {STR_INIT("\xed\xa0\x80"),          BAD BAD BAD,            "surrogate D800"},
        {STR_INIT("\xed\xbf\xbf"),          BAD BAD BAD,            "surrogate DFFF"},
        {STR_INIT("\xf4\x90\x80\x80"),      BAD BAD BAD BAD,        "past U+10FFFF"},
        {STR_INIT("\xf5\x80\x80\x80"),      BAD BAD BAD BAD,        "no such first byte"},
        {STR_INIT("\xc3"),                  BAD,                    "cut after 1 of 2"},
        {STR_INIT("\xe2\x82"),              BAD,                    "cut after 2 of 3: one mark"},
        {STR_INIT("\xf0\x9f\x98"),          BAD,                    "cut after 3 of 4: one mark"},
        {STR_INIT("\xf0\x9f\x98" "a"),      BAD "a",                "cut by a letter"},
        {STR_INIT("\xe2\x82\xe2\x82\xac"),  BAD "\xe2\x82\xac",     "cut by a good one"},
        {STR_INIT("\xc3\""),                BAD "\\\"",             "a quote is not swallowed"},
        {{"\xc3\xa4", 1},                   BAD,                    "cut by the end of the view"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO(buf) b = {0};
        AUTO(buf) want = {0};
        buf_printf(&want, "\"%s\"", row[i].out);
        buf_json_string(&b, row[i].in);
        if (!str_eq(buf_str(&b), buf_str(&want)))
            fail_msg("%s: %.*s", row[i].doc, (int)b.n, b.p);
    }
}

/* ---- the slow twin: decodes code points and looks at their values ---------------------------- */

/* The code point of the n bytes at p, or -1 when they are not one well-formed sequence. */
static int64_t decode(const unsigned char *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
    bool has_length = n == 1 ? p[0] < 0x80 : p[0] >> (7 - n) == (1 << (n + 1)) - 2;
    if (!has_length)
        return -1;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (p[i] & 0x3f);
    }
    return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? -1 : (int64_t)c;
}

/* True when some bytes behind the n at p would make a well-formed sequence. */
static bool may_begin(const unsigned char *p, size_t n)
{
    for (size_t more = 1; n + more <= 4; more++) {
        for (int fill = 0x80; fill <= 0xbf; fill++) {
            unsigned char whole[4];
            memcpy(whole, p, n);
            memset(whole + n, fill, more);
            if (decode(whole, n + more) >= 0)
                return true;
        }
    }
    return false;
}

static void slow_json_string(buf *b, const unsigned char *p, size_t n)
{
    static const char raw[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    buf_putc(b, '"');
    for (size_t i = 0, used; i < n; i += used) {
        used = 0;
        for (size_t k = 1; k <= 4 && i + k <= n && !used; k++)
            used = decode(p + i, k) >= 0 ? k : 0;
        const char *at = used == 1 && p[i] ? strchr(raw, p[i]) : NULL;
        if (at) {
            buf_printf(b, "\\%c", letter[at - raw]);
        } else if (used == 1 && p[i] < 0x20) {
            buf_printf(b, "\\u%04x", p[i]);
        } else if (used) {
            buf_put(b, p + i, used);
        } else {
            for (used = 1; used < 3 && i + used < n && may_begin(p + i, used + 1);)
                used++;
            buf_puts(b, BAD);
        }
    }
    buf_putc(b, '"');
}

static void agrees_with_the_slow_twin(void **state)
{
    (void)state;
    static const unsigned char odd[] = {'"',  '\\', '\n', 0,    0x1f, 0x20, 0x7f, 0x80, 0x8f, 0x90,
                                        0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef,
                                        0xf0, 0xf1, 0xf4, 0xf5, 0xff, 'b',  'n',  'a'};
    uint32_t seed = 1;
    AUTO(buf) fast = {0};
    AUTO(buf) slow = {0};
    for (int round = 0; round < 4000; round++) {
        unsigned char in[40];
        size_t n = (size_t)round % sizeof in;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            in[i] = round % 2 && seed >> 30 ? 'x' : odd[(seed >> 16) % sizeof odd];
        }
        buf_reset(&fast);
        buf_reset(&slow);
        buf_json_string(&fast, (str){(const char *)in, n});
        slow_json_string(&slow, in, n);
        assert_text(&fast, buf_str(&slow));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_in_order),
        cmocka_unit_test(keeps_padding_while_growing),
        cmocka_unit_test(reserve_makes_padding_readable),
        cmocka_unit_test(prints_any_length),
        cmocka_unit_test(fails_once_and_stays_failed),
        cmocka_unit_test(drops_the_front),
        cmocka_unit_test(writes_json_strings),
        cmocka_unit_test(agrees_with_the_slow_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
