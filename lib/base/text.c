/* SPDX-License-Identifier: Apache-2.0
 *
 * text.c -- the ASCII toolbox: compare, search, cut, decode.
 *
 *  (1) Every function accepts STR_NONE and never passes its NULL on to the C library.
 *  (2) What is returned as a `str` is a part of the argument, or STR_NONE.
 */
#include "base/text.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool text_eq_nocase(str a, str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (text_lower(a.p[i]) != text_lower(b.p[i]))
            return false;
    }
    return true;
}

static str last_bytes(str s, size_t n)
{
    return n < s.n ? str_from(s, s.n - n) : s;
}

bool text_starts_nocase(str s, const char *prefix)
{
    str want = str_of(prefix);
    return text_eq_nocase(str_upto(s, want.n), want);
}

bool text_ends_nocase(str s, const char *suffix)
{
    str want = str_of(suffix);
    return want.n == 0 || text_eq_nocase(last_bytes(s, want.n), want);
}

bool text_has(str s, const char *needle)
{
    str want = str_of(needle);
    return want.n == 0 || (want.n <= s.n && memmem(s.p, s.n, want.p, want.n) != NULL);
}

bool text_has_nocase(str s, const char *needle)
{
    str want = str_of(needle);
    if (want.n == 0)
        return true;
    for (size_t i = 0; i + want.n <= s.n; i++) {
        if (text_lower(s.p[i]) == text_lower(*want.p) &&
            text_eq_nocase((str){s.p + i, want.n}, want))
            return true;
    }
    return false;
}

int text_compare(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

str text_trim_space(str s)
{
    while (s.n && is_space(s.p[0]))
        s = str_from(s, 1);
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Where the first c is, or s.n. */
static size_t find(str s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? (size_t)(at - s.p) : s.n;
}

str text_before(str s, char c)
{
    return str_upto(s, find(s, c));
}

str text_after(str s, char c)
{
    size_t at = find(s, c);
    return at < s.n ? str_from(s, at + 1) : STR_NONE;
}

str text_after_last(str s, char c)
{
    const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;
    return at ? str_from(s, (size_t)(at - s.p) + 1) : s;
}

bool text_next(str *rest, char c, str *ret_piece)
{
    if (rest->n == 0)
        return false;
    size_t at = find(*rest, c);
    *ret_piece = str_upto(*rest, at);
    *rest = at < rest->n ? str_from(*rest, at + 1) : STR_NONE;
    return true;
}

bool text_to_int(str s, int64_t *ret)
{
    bool is_negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_from(s, 1);
    if (s.n == 0)
        return false;
    int64_t value = 0; /* kept negative: INT64_MIN has no positive twin */
    for (size_t i = 0; i < s.n; i++) {
        int digit = s.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!is_negative && value == INT64_MIN)
        return false;
    *ret = is_negative ? value : -value;
    return true;
}

/* The six bits a character stands for, in either alphabet; -1 for others. */
static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/* True for an ending (spaces aside) that may follow n_digits digits: no '=', or as many as complete
 * the last group of four. */
static bool is_padding(str s, size_t n_digits)
{
    size_t n_pad = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '=')
            n_pad++;
        else if (!is_space(s.p[i]))
            return false;
    }
    size_t over = n_digits % 4;
    return over != 1 && (n_pad == 0 || (over != 0 && n_pad == 4 - over));
}

bool text_base64_decode(str s, buf *out)
{
    if (!buf_reserve(out, s.n / 4 * 3 + 3))
        return false;
    size_t i = 0, n = out->n, n_digits = 0;
    uint32_t bits = 0;
    for (; i < s.n; i++) {
        int six = sextet(s.p[i]);
        if (six < 0 && !is_space(s.p[i]))
            break;
        if (six < 0)
            continue;
        bits = bits << 6 | (uint32_t)six;
        /* Each digit but the first of four completes a byte; 6, 4, 2, 0 bits are left over. */
        if (n_digits % 4 != 0)
            out->p[n++] = (char)(bits >> (6 - n_digits % 4 * 2) & 0xff);
        n_digits++;
    }
    if (!is_padding(str_from(s, i), n_digits))
        return false;
    out->n = n;
    return true;
}

static int hex_digit(char c)
{
    char lower = text_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that "%41" at the start of s stands for; -1 when no escape is there. */
static int escaped_byte(str s)
{
    if (s.n < 3 || s.p[0] != '%')
        return -1;
    int high = hex_digit(s.p[1]), low = hex_digit(s.p[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

void text_percent_decode(str s, buf *out)
{
    while (s.n) {
        size_t n = find(s, '%');
        buf_put(out, s.p, n);
        s = str_from(s, n);
        if (s.n == 0)
            return;
        int byte = escaped_byte(s);
        buf_putc(out, byte < 0 ? '%' : (char)byte);
        s = str_from(s, byte < 0 ? 1 : 3);
    }
}
