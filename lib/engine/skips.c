/* SPDX-License-Identifier: Apache-2.0
 *
 * skips.c -- a growing list of rows.
 */
#include "engine/skips.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"

void skips_done(skips *s)
{
    free(s->rows);
    *s = (skips){0};
}

void skips_reset(skips *s)
{
    s->n = 0;
    s->unlisted = 0;
    s->failed = false;
}

static void push(skips *s, const skip_row *row)
{
    if (s->n >= LIMIT_SKIP_PLACES) {
        s->unlisted += row->count;
        return;
    }
    skip_row *rows = array_room(s->rows, s->n, &s->cap, 16, sizeof *rows);
    if (!rows) {
        s->failed = true;
        return;
    }
    s->rows = rows;
    s->rows[s->n++] = *row;
}

static bool continues(const skip_row *last, const skip_row *row)
{
    bool is_next =
        row->first_record == last->last_record || row->first_record == last->last_record + 1;
    return last->file == row->file && is_next && strcmp(last->reason, row->reason) == 0;
}

void skips_add(skips *s, const skip_row *row)
{
    skip_row *last = s->n > 0 ? &s->rows[s->n - 1] : NULL;
    if (!last || !continues(last, row)) {
        push(s, row);
        return;
    }
    last->last_record = row->last_record;
    last->bytes += row->bytes;
    last->count += row->count;
}

void skips_append(skips *s, const skips *more)
{
    for (size_t i = 0; i < more->n; i++)
        push(s, &more->rows[i]);
    s->unlisted += more->unlisted;
    s->failed = s->failed || more->failed;
}
