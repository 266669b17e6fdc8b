/* SPDX-License-Identifier: Apache-2.0
 *
 * encode.c -- base64 with its three offsets, UTF-16 in three forms, dashes in five.
 *
 *  (1) base64 is the standard alphabet with padding; the offset variants are cut where the
 *      neighbours' bits begin, so they never hold padding.
 */
#include "rule/encode.h"

#include <assert.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { GROUP_BYTES = 3, GROUP_LETTERS = 4 };

static uint32_t group_bits(const unsigned char *p, size_t n)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < GROUP_BYTES; i++)
        bits = bits << 8 | (i < n ? p[i] : 0u);
    return bits;
}

void encode_base64(str s, buf *out)
{
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n; i += GROUP_BYTES) {
        size_t n = s.n - i < GROUP_BYTES ? s.n - i : GROUP_BYTES;
        uint32_t bits = group_bits(p + i, n);
        for (size_t k = 0; k < GROUP_LETTERS; k++)
            buf_putc(out, k <= n ? ALPHABET[bits >> (18 - 6 * k) & 63] : '=');
    }
}

void encode_base64_offset(str s, unsigned offset, buf *out)
{
    /* Letters at the front that hold bits of what stands before; letters at the end (padding
     * counted) that hold bits of what follows, by the size of the last group. */
    static const uint8_t front[ENCODE_OFFSETS] = {0, 2, 3};
    static const uint8_t back[GROUP_BYTES] = {0, 3, 2};
    assert(offset < ENCODE_OFFSETS);
    CLEANUP(buf_done) buf plain = {0}, coded = {0};
    buf_put(&plain, "  ", offset);
    buf_putstr(&plain, s);
    encode_base64(buf_str(&plain), &coded);
    if (plain.failed || coded.failed) {
        out->failed = true;
        return;
    }
    size_t cut = (size_t)front[offset] + back[plain.n % GROUP_BYTES];
    if (coded.n > cut)
        buf_put(out, coded.p + front[offset], coded.n - cut);
}

/* Takes one character off the front of *s; false when it is not valid UTF-8. */
static bool next_character(str *s, uint32_t *ret)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = (unsigned char)s->p[0];
    size_t n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > s->n)
        return false;
    uint32_t code = n == 1 ? c : c & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        unsigned char more = (unsigned char)s->p[i];
        if (more >> 6 != 2)
            return false;
        code = code << 6 | (more & 63u);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return false;
    *s = str_from(*s, n);
    *ret = code;
    return true;
}

static void put_unit(buf *out, uint32_t unit, bool is_big)
{
    buf_putc(out, (char)(is_big ? unit >> 8 : unit & 255));
    buf_putc(out, (char)(is_big ? unit & 255 : unit >> 8));
}

bool encode_utf16(str s, encode_utf16_form form, buf *out)
{
    bool is_big = form == ENCODE_UTF16BE;
    if (form == ENCODE_UTF16BOM)
        put_unit(out, 0xfeff, false);
    while (s.n) {
        uint32_t code;
        if (!next_character(&s, &code))
            return false;
        if (code > 0xffff) {
            put_unit(out, 0xd800 + ((code - 0x10000) >> 10), is_big);
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
        }
        put_unit(out, code, is_big);
    }
    return true;
}

static const str DASH[ENCODE_DASH_FORMS] = {
    STR_INIT("-"),
    STR_INIT("/"),
    STR_INIT("\xe2\x80\x93"),
    STR_INIT("\xe2\x80\x94"),
    STR_INIT("\xe2\x80\x95"),
};

/* Bytes of the dash that s begins with; 0: none. */
static size_t dash_bytes(str s)
{
    for (size_t i = 0; i < ENCODE_DASH_FORMS; i++) {
        if (s.n >= DASH[i].n && memcmp(s.p, DASH[i].p, DASH[i].n) == 0)
            return DASH[i].n;
    }
    return 0;
}

size_t encode_count_dashes(str s)
{
    size_t count = 0;
    while (s.n) {
        size_t n = dash_bytes(s);
        count += n > 0;
        s = str_from(s, n ? n : 1);
    }
    return count;
}

void encode_dashes(str s, size_t variant, buf *out)
{
    while (s.n) {
        size_t n = dash_bytes(s);
        if (n == 0) {
            buf_putc(out, s.p[0]);
            s = str_from(s, 1);
            continue;
        }
        buf_putstr(out, DASH[variant % ENCODE_DASH_FORMS]);
        variant /= ENCODE_DASH_FORMS;
        s = str_from(s, n);
    }
}
