/* SPDX-License-Identifier: Apache-2.0
 *
 * number.c -- reading numbers.
 */
#include "rule/number.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

enum { NUMBER_BYTES = 128 };
static const double exact_most = 9007199254740992.0; /* 2^53: beyond it a double skips integers */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(str *s)
{
    size_t n = 0;
    while (n < s->n && is_digit(s->p[n]))
        n++;
    *s = str_from(*s, n);
    return n;
}

static bool skip_one(str *s, const char *any_of)
{
    if (s->n == 0 || !strchr(any_of, s->p[0]) || s->p[0] == 0)
        return false;
    *s = str_from(*s, 1);
    return true;
}

static bool is_decimal(str s)
{
    skip_one(&s, "+-");
    size_t digits = skip_digits(&s);
    if (skip_one(&s, "."))
        digits += skip_digits(&s);
    if (digits == 0)
        return false;
    if (!skip_one(&s, "eE"))
        return s.n == 0;
    skip_one(&s, "+-");
    return skip_digits(&s) > 0 && s.n == 0;
}

static int digit_of(char c)
{
    char lower = text_lower(c);
    return is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* 0x… or 0o…: no sign, 63 bits. */
static bool read_based(str s, number *ret)
{
    int base = text_starts(s, "0x") ? 16 : text_starts(s, "0o") ? 8 : 0;
    int64_t value = 0;
    if (base == 0 || s.n == 2)
        return false;
    for (size_t i = 2; i < s.n; i++) {
        int digit = digit_of(s.p[i]);
        if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *ret = (number){.value = (double)value, .integer = value, .is_integer = true};
    return true;
}

bool number_parse(str s, number *ret)
{
    int64_t integer;
    char z[NUMBER_BYTES];
    if (text_to_int(s, &integer)) {
        *ret = (number){.value = (double)integer, .integer = integer, .is_integer = true};
        return true;
    }
    if (!is_decimal(s))
        return read_based(s, ret);
    if (s.n >= sizeof z)
        return false;
    memcpy(z, s.p, s.n);
    z[s.n] = 0;
    double value = strtod(z, NULL);
    if (!isfinite(value))
        return false;
    bool is_integer = fabs(value) <= exact_most && value == floor(value);
    *ret = (number){.value = value, .is_integer = is_integer};
    ret->integer = is_integer ? (int64_t)value : 0;
    return true;
}
