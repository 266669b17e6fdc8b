/* SPDX-License-Identifier: Apache-2.0
 *
 * utf8.c -- decoding by the length that the first byte tells, then checking the value against it.
 */
#include "base/utf8.h"

#include <stdbool.h>

#include "base/words.h"

typedef struct range {
    uint32_t first, last;
} range;

/* clang-format off */
static const range wide[] = {
    {0x1100, 0x115f},   /* Hangul Jamo */
    {0x2e80, 0x303e},   /* CJK radicals, punctuation */
    {0x3041, 0xa4cf},   /* kana, CJK, Yi */
    {0xac00, 0xd7a3},   /* Hangul */
    {0xf900, 0xfaff},   /* CJK compatibility */
    {0xfe30, 0xfe6f},   /* CJK forms */
    {0xff00, 0xff60},   /* full width */
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, /* pictographs */
    {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd}, /* CJK extensions */
};
static const range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
};
/* clang-format on */

static bool is_in(const range *ranges, size_t n, uint32_t code)
{
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static size_t length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if ((first & 0xf0) == 0xe0)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t utf8_decode(const char *p, size_t n, uint32_t *ret_code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)p[0];
    size_t want = length_of(first);
    if (want == 0 || want > n)
        return 0;
    uint32_t code = want == 1 ? first : first & (0x7fU >> want);
    for (size_t i = 1; i < want; i++) {
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)p[i] & 0x3f);
    }
    if (code < least[want] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *ret_code = code;
    return want;
}

size_t utf8_columns(uint32_t code)
{
    if (code < 0x300)
        return 1;
    if (is_in(combining, ARRAY_LEN(combining), code))
        return 0;
    return is_in(wide, ARRAY_LEN(wide), code) ? 2 : 1;
}
