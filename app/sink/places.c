/* SPDX-License-Identifier: Apache-2.0
 *
 * places.c -- gathering skips by reason.
 */
#include "sink/places.h"

#include <inttypes.h>
#include <string.h>

void places_done(places *p)
{
    for (size_t i = 0; i < p->n; i++) {
        strbuf_done(&p->rows[i].reason);
        for (size_t k = 0; k < PLACES_SHOWN; k++)
            strbuf_done(&p->rows[i].shown[k]);
    }
    p->n = 0;
}

static size_t find(const places *p, const char *reason)
{
    size_t i = 0;
    while (i < p->n && strcmp(strbuf_text(&p->rows[i].reason), reason) != 0)
        i++;
    return i;
}

const places_row *places_of(const places *p, const char *reason)
{
    size_t i = find(p, reason);
    return i < p->n ? &p->rows[i] : NULL;
}

static places_row *row_for(places *p, const char *reason)
{
    size_t i = find(p, reason);
    if (i == PLACES_REASONS)
        return NULL;
    if (i == p->n) {
        p->rows[p->n++] = (places_row){0};
        strbuf_puts(&p->rows[i].reason, reason);
    }
    return &p->rows[i];
}

static void put_place(strbuf *out, const spoor_skip *s)
{
    strbuf_puts(out, s->source);
    if (s->first_record == 0)
        return;
    if (s->last_record > s->first_record)
        strbuf_printf(out, " records %" PRIu64 "-%" PRIu64, s->first_record, s->last_record);
    else
        strbuf_printf(out, " record %" PRIu64, s->first_record);
}

void places_add(places *p, const spoor_skip *skip)
{
    places_row *row = row_for(p, skip->reason);
    if (!row)
        return;
    row->pieces += skip->count;
    row->bytes += skip->bytes;
    if (row->n < PLACES_SHOWN)
        put_place(&row->shown[row->n], skip);
    row->n++;
}
