/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h -- ASCII case, search, trimming, splitting, base64, percent-decoding.
 *
 * Identifiers in cloud logs are ASCII; letters outside it are compared as they are.
 */
#ifndef SPOOR_BASE_TEXT_H
#define SPOOR_BASE_TEXT_H

#include "base/base.h"
#include "base/buf.h"

static inline char text_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

str text_trim_space(str s); /* text_trim, where there may be something to trim */

/* ASCII white space off both ends. Nearly no text has any. */
static inline str text_trim(str s)
{
    bool is_bare = s.n == 0 || (s.p[0] > ' ' && s.p[s.n - 1] > ' ');
    return is_bare ? s : text_trim_space(s);
}

bool text_eq_nocase(str a, str b);

/* Here, so that of a literal prefix only a comparison of a few bytes is left. */
static inline bool text_starts(str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

static inline bool text_ends(str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

bool text_starts_nocase(str s, const char *prefix);
bool text_ends_nocase(str s, const char *suffix);
bool text_has(str s, const char *needle);
bool text_has_nocase(str s, const char *needle);
int text_compare(str a, str b);     /* bytewise: <0, 0, >0 */
str text_before(str s, char c);     /* up to the first c, or all of s */
str text_after(str s, char c);      /* behind the first c, or STR_NONE */
str text_after_last(str s, char c); /* behind the last c, or all of s */
/* Takes the next piece of *rest up to `c`; false at the end. An empty last piece is not one. */
bool text_next(str *rest, char c, str *ret_piece);
bool text_to_int(str s, int64_t *ret);

/* Standard or URL alphabet, padding optional, white space ignored. False (nothing appended) when s
 * is not base64. */
bool text_base64_decode(str s, buf *out);

/* %41 -> A. A '%' that begins no escape stays. */
void text_percent_decode(str s, buf *out);

#endif
