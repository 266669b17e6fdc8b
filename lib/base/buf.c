/* SPDX-License-Identifier: Apache-2.0
 *
 * buf.c -- bytes that grow by doubling, and the JSON string writer.
 *
 * Writing is the hot end of every output and of the unescaping of every field, so the test for room
 * is one comparison and everything rarer is out of line.
 *
 *  (1) cap is 0 (p is NULL) or at least n + BUF_PADDING.
 *  (2) The padding behind n is where vsnprintf's NUL goes: text is formatted in place.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAP_MIN_BYTES = 256, PRINT_GUESS_BYTES = 96 };

void buf_done(buf *b)
{
    free(b->p);
    *b = (buf){0};
}

void buf_reset(buf *b)
{
    b->n = 0;
    b->failed = false;
}

static bool fail(buf *b)
{
    b->failed = true;
    return false;
}

__attribute__((cold, noinline)) static bool grow(buf *b, size_t extra)
{
    size_t need;
    if (b->failed || !add_ok(b->n, extra, &need) || !add_ok(need, BUF_PADDING, &need))
        return fail(b);
    if (need > PTRDIFF_MAX)
        return fail(b);
    size_t cap = b->cap ? b->cap * 2 : CAP_MIN_BYTES;
    if (cap < need)
        cap = need;
    char *p = realloc(b->p, cap);
    if (!p)
        return fail(b);
    b->p = p;
    b->cap = cap;
    return true;
}

bool buf_reserve(buf *b, size_t extra)
{
    size_t room = b->cap - b->n;
    if (LIKELY(room >= BUF_PADDING && extra <= room - BUF_PADDING && !b->failed))
        return true;
    return grow(b, extra);
}

void buf_put(buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !buf_reserve(b, n))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
}

void buf_putc(buf *b, char c)
{
    if (buf_reserve(b, 1))
        b->p[b->n++] = c;
}

void buf_puts(buf *b, const char *z)
{
    buf_put(b, z, strlen(z));
}

void buf_putstr(buf *b, str s)
{
    buf_put(b, s.p, s.n);
}

/* Formats behind the content without claiming it; the length of the whole text, or < 0. */
static int print(buf *b, const char *format, va_list args)
{
    return vsnprintf(b->p + b->n, b->cap - b->n - BUF_PADDING + 1, format, args);
}

void buf_printf(buf *b, const char *format, ...)
{
    if (!buf_reserve(b, PRINT_GUESS_BYTES))
        return;
    va_list args;
    va_start(args, format);
    int n = print(b, format, args);
    va_end(args);
    if (n < 0 || !buf_reserve(b, (size_t)n)) {
        b->failed = true;
        return;
    }
    if ((size_t)n > PRINT_GUESS_BYTES) { /* it may have been cut: there is room for all of it now */
        va_start(args, format);
        print(b, format, args);
        va_end(args);
    }
    b->n += (size_t)n;
}

void buf_varint(buf *b, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_putc(b, (char)(n | 0x80));
    buf_putc(b, (char)n);
}

void buf_drop_front(buf *b, size_t n)
{
    assert(n <= b->n);
    if (n == 0)
        return;
    b->n -= n;
    memmove(b->p, b->p + n, b->n);
}

/* What becomes of a byte in a JSON string: 0 stands as it is, ESCAPE_HEX is written \u00xx,
 * ESCAPE_WIDE belongs to UTF-8 that must be checked, a letter is written behind a backslash. */
enum { ESCAPE_HEX = 1, ESCAPE_WIDE = 2 };

/* clang-format off */
static const char escape[256] = {
    [0x00 ... 0x07] = ESCAPE_HEX,
    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
    [0x0b] = ESCAPE_HEX,
    ['\f'] = 'f', ['\r'] = 'r',
    [0x0e ... 0x1f] = ESCAPE_HEX,
    ['"'] = '"', ['\\'] = '\\',
    [0x80 ... 0xff] = ESCAPE_WIDE,
};

/* The well-formed UTF-8 sequences (Unicode, table 3-7) by their first byte. Only the second byte
 * has a range of its own: that excludes overlong forms, surrogates and what is past U+10FFFF. */
static const struct utf8_row {
    unsigned char first, last, second_min, second_max, n;
} utf8_rows[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, /* U+0080..  */
    {0xe0, 0xe0, 0xa0, 0xbf, 3}, /* U+0800..  */
    {0xe1, 0xec, 0x80, 0xbf, 3}, /* U+1000..  */
    {0xed, 0xed, 0x80, 0x9f, 3}, /* U+D000..D7FF */
    {0xee, 0xef, 0x80, 0xbf, 3}, /* U+E000..  */
    {0xf0, 0xf0, 0x90, 0xbf, 4}, /* U+10000.. */
    {0xf1, 0xf3, 0x80, 0xbf, 4}, /* U+40000.. */
    {0xf4, 0xf4, 0x80, 0x8f, 4}, /* U+100000..10FFFF */
};
/* clang-format on */

/* Measures the sequence s begins with. False when it is not well-formed: then *ret_n bytes (the
 * part that could have begun one, at least 1) are replaced together, as decoders everywhere do. */
static bool measure_utf8(str s, size_t *ret_n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const struct utf8_row *row = utf8_rows, *end = utf8_rows + ARRAY_LEN(utf8_rows);
    while (row < end && (p[0] < row->first || p[0] > row->last))
        row++;
    *ret_n = 1;
    if (row == end || s.n < 2 || p[1] < row->second_min || p[1] > row->second_max)
        return false;
    size_t n = 2;
    while (n < row->n && n < s.n && (p[n] & 0xc0) == 0x80)
        n++;
    *ret_n = n;
    return n == row->n;
}

/* True when all eight bytes at p are printable ASCII other than '"' and '\\'. A byte that is not
 * may taint the ones above it by borrowing, which does not change the answer. */
static bool is_plain8(const char *p)
{
    const uint64_t ones = 0x0101010101010101ULL, tops = ones * 0x80;
    uint64_t w;
    memcpy(&w, p, sizeof w);
    uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
    uint64_t odd = w | (w - ones * 0x20) | (quote - ones) | (slash - ones);
    return (odd & tops) == 0;
}

/* The first place at or behind `i` that cannot be copied as it is, or s.n. */
static size_t skip_plain(str s, size_t i)
{
    while (i < s.n) {
        if (s.n - i >= 8 && is_plain8(s.p + i)) {
            i += 8;
            continue;
        }
        char how = escape[(unsigned char)s.p[i]];
        size_t n = 1;
        if (how == ESCAPE_WIDE && !measure_utf8(str_from(s, i), &n))
            return i;
        if (how != 0 && how != ESCAPE_WIDE)
            return i;
        i += n;
    }
    return s.n;
}

/* Writes what stands for the bytes s begins with, which are not plain; returns their number. */
static size_t put_escaped(buf *b, str s)
{
    unsigned char c = (unsigned char)s.p[0];
    char how = escape[c];
    size_t n = 1;
    if (how == ESCAPE_WIDE) {
        measure_utf8(s, &n);
        buf_puts(b, "\xef\xbf\xbd");
    } else if (how == ESCAPE_HEX) {
        buf_printf(b, "\\u%04x", c);
    } else {
        buf_put(b, (char[]){'\\', how}, 2);
    }
    return n;
}

void buf_json_string(buf *b, str s)
{
    buf_putc(b, '"');
    size_t i = 0;
    while (i < s.n) {
        size_t end = skip_plain(s, i);
        buf_put(b, s.p + i, end - i);
        i = end;
        if (i < s.n)
            i += put_escaped(b, str_from(s, i));
    }
    buf_putc(b, '"');
}
