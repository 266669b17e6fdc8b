/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_values.c -- reading what the matcher captured.
 *
 *  (1) Numbers are read by the grammar of JSON with an optional '+' and leading zeros, so that text
 *      such as "0x10", "nan" or "1 " is no number, whatever strtod makes of it.
 */
#include "correlate/sigma_values.h"

#include <math.h>
#include <stdlib.h>

enum { TYPE_BYTES = 1, NUMBER_BYTES = 64 };

static bool take_length(str *rest, size_t *ret)
{
    size_t n = 0;
    for (unsigned shift = 0; shift < 56 && rest->n > 0; shift += 7) {
        unsigned char byte = (unsigned char)rest->p[0];
        *rest = str_from(*rest, 1);
        n |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = n;
            return true;
        }
    }
    return false;
}

bool sigma_block_next(str *rest, str *ret_block)
{
    size_t n;
    if (!take_length(rest, &n) || n > rest->n)
        return false;
    *ret_block = str_upto(*rest, n);
    *rest = str_from(*rest, n);
    return true;
}

bool sigma_item_next(str *rest, str *ret_item)
{
    str behind = str_from(*rest, TYPE_BYTES), text;
    if (!sigma_block_next(&behind, &text))
        return false;
    *ret_item = str_upto(*rest, rest->n - behind.n);
    *rest = behind;
    return true;
}

str sigma_item_text(str item)
{
    str rest = str_from(item, TYPE_BYTES), text = STR_NONE;
    (void)sigma_block_next(&rest, &text);
    return text;
}

static size_t count_digits(str s, size_t from)
{
    size_t n = 0;
    while (from + n < s.n && s.p[from + n] >= '0' && s.p[from + n] <= '9')
        n++;
    return n;
}

static bool spells_number(str s)
{
    size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
    size_t n = count_digits(s, i);
    i += n;
    if (n == 0)
        return false;
    if (i < s.n && s.p[i] == '.') {
        n = count_digits(s, i + 1);
        i += 1 + n;
    }
    if (n == 0)
        return false;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        i += i < s.n && (s.p[i] == '-' || s.p[i] == '+');
        n = count_digits(s, i);
        i += n;
    }
    return n > 0 && i == s.n;
}

bool sigma_item_number(str item, double *ret)
{
    str text = sigma_item_text(item);
    char z[NUMBER_BYTES];
    if (item.n == 0 || item.p[0] == 'b' || text.n >= sizeof z || !spells_number(text))
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    char *end;
    double number = strtod(z, &end);
    if (*end != '\0' || !isfinite(number))
        return false;
    *ret = number;
    return true;
}

static bool restart(sigma_cursor *c)
{
    c->rest = c->list;
    return sigma_item_next(&c->rest, &c->item);
}

bool sigma_combine_first(sigma_cursor *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!restart(&c[i]))
            return false;
    return true;
}

bool sigma_combine_next(sigma_cursor *c, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (sigma_item_next(&c[i].rest, &c[i].item))
            return true;
        (void)restart(&c[i]);
    }
    return false;
}

void sigma_combine_text(const sigma_cursor *c, size_t n, buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_putstr(out, c[i].item);
}
