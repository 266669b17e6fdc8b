/* SPDX-License-Identifier: Apache-2.0
 *
 * utf16.c -- texts in UTF-16 into UTF-8.
 */
#include "base/utf16.h"

#include <assert.h>

enum { REPLACEMENT = 0xFFFD };

static bool is_little(str bytes)
{
    return (unsigned char)bytes.p[0] == 0xFF;
}

bool utf16_is(str bytes)
{
    if (bytes.n < 2)
        return false;
    unsigned char a = (unsigned char)bytes.p[0], b = (unsigned char)bytes.p[1];
    return (a == 0xFF && b == 0xFE) || (a == 0xFE && b == 0xFF);
}

static uint32_t unit_at(str bytes, size_t at, bool little)
{
    unsigned char a = (unsigned char)bytes.p[at], b = (unsigned char)bytes.p[at + 1];
    return little ? (uint32_t)b << 8 | a : (uint32_t)a << 8 | b;
}

static void put_character(uint32_t c, buf *out)
{
    char text[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--) {
        text[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    text[0] = (char)(lead[n] | c);
    buf_put(out, text, n);
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

void utf16_put(str bytes, buf *out)
{
    assert(utf16_is(bytes));
    bool little = is_little(bytes);
    size_t at = 2;
    buf_reserve(out, bytes.n / 2);
    while (at + 1 < bytes.n) {
        uint32_t c = unit_at(bytes, at, little);
        bool has_more = is_high(c) && at + 3 < bytes.n;
        uint32_t low = has_more ? unit_at(bytes, at + 2, little) : 0;
        at += 2;
        if (is_low(low)) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        } else if (is_high(c) || is_low(c)) {
            c = REPLACEMENT;
        }
        put_character(c, out);
    }
    if (at < bytes.n)
        put_character(REPLACEMENT, out);
}
