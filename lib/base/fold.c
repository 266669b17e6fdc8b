/* SPDX-License-Identifier: Apache-2.0
 *
 * fold.c -- eight ASCII bytes at a time; a table of runs for the rest of Unicode.
 *
 *  (1) Folding makes a text at most half as long again (two bytes become three); fold_table.py
 *      refuses to write a table for which that is not so.
 */
#include "base/fold.h"

#define EACH_BYTE(c) (0x0101010101010101ULL * (unsigned char)(c))

typedef struct fold_run {
    uint32_t first, last;
    uint32_t step;
    int32_t delta;
} fold_run;

static const fold_run runs[] = {
#define FOLD(first, last, step, delta) {first, last, step, delta},
#include "base/fold_table.def"
#undef FOLD
};

static uint64_t load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* The top bit of each byte that is a capital; the bytes must be ASCII, so no sum carries over. */
static uint64_t capitals(uint64_t word)
{
    uint64_t from_a = word + EACH_BYTE(0x80 - 'A'), past_z = word + EACH_BYTE(0x80 - 'Z' - 1);
    return from_a & ~past_z & EACH_BYTE(0x80);
}

static bool is_ascii(uint64_t word)
{
    return (word & EACH_BYTE(0x80)) == 0;
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool fold_is_ascii_lower(str s)
{
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word = load(s.p + i);
        if (!is_ascii(word) || capitals(word))
            return false;
    }
    for (; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80 || is_capital(s.p[i]))
            return false;
    }
    return true;
}

/* Folds the ASCII that s begins with; how many bytes. */
static size_t fold_ascii(str s, char *to)
{
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word = load(s.p + i);
        if (!is_ascii(word))
            break;
        word |= capitals(word) >> 2; /* 0x80 becomes 0x20 */
        memcpy(to + i, &word, sizeof word);
    }
    for (; i < s.n && (unsigned char)s.p[i] < 0x80; i++)
        to[i] = (char)(is_capital(s.p[i]) ? s.p[i] | 0x20 : s.p[i]);
    return i;
}

static uint32_t fold_code(uint32_t code)
{
    size_t low = 0, high = ARRAY_LEN(runs);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (runs[middle].last < code)
            low = middle + 1;
        else
            high = middle;
    }
    const fold_run *r = &runs[low];
    if (low == ARRAY_LEN(runs) || code < r->first || (code - r->first) % r->step != 0)
        return code;
    return (uint32_t)((int32_t)code + r->delta);
}

/* Reads the letter that s begins with, not an ASCII one; its bytes, or 0 when it is no UTF-8. */
static size_t read_code(str s, uint32_t *ret_code)
{
    unsigned char lead = (unsigned char)s.p[0];
    size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.n < n)
        return 0;
    uint32_t code = lead & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s.p[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)s.p[i] & 0x3F);
    }
    bool is_overlong = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
    *ret_code = code;
    return is_overlong ? 0 : n;
}

static size_t write_code(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)((0xF00u >> n & 0xF0) | code);
    return n;
}

/* Folds the letter that s begins with. Adds to *to what it wrote; returns the bytes of s it took.
 * */
static size_t fold_letter(str s, char **to)
{
    uint32_t code;
    size_t n = read_code(s, &code);
    if (n == 0) {
        *(*to)++ = s.p[0];
        return 1;
    }
    uint32_t folded = fold_code(code);
    if (folded != code) {
        *to += write_code(folded, *to);
        return n;
    }
    memcpy(*to, s.p, n);
    *to += n;
    return n;
}

void fold_text(str s, buf *out)
{
    size_t most;
    if (!add_ok(s.n, s.n / 2, &most) || !buf_reserve(out, most))
        return;
    char *to = out->p + out->n;
    while (s.n > 0) {
        size_t n = fold_ascii(s, to);
        to += n;
        s = str_from(s, n);
        if (s.n > 0)
            s = str_from(s, fold_letter(s, &to));
    }
    out->n = (size_t)(to - out->p);
}
