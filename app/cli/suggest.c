/* SPDX-License-Identifier: Apache-2.0
 *
 * suggest.c -- edit distance: letters added, lost, changed.
 */
#include "cli/suggest.h"

#include <string.h>

enum { WORD_MAX = 32, EDITS_MAX = 2 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* A row of the table at a time: row[k] is the distance from a's first i letters to b's first k. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1], n = strlen(b);
    if (n > WORD_MAX || strlen(a) > WORD_MAX)
        return WORD_MAX;
    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t above = row[k];
            row[k] = least(above + 1, row[k - 1] + 1, diagonal + (a[i - 1] != b[k - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

void suggest_try(suggest *s, const char *candidate)
{
    size_t d = distance(s->typed, candidate);
    if (d > EDITS_MAX || d >= strlen(candidate) || (s->best && d >= s->distance))
        return;
    s->best = candidate;
    s->distance = d;
}
