/* SPDX-License-Identifier: Apache-2.0
 *
 * places.c -- gathering skips by reason.
 */
#include "sink/places.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "sink/human.h"

enum { REASON_INDENT = 2, LINE_INDENT = 6 };

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

/* ---- drawing --------------------------------------------------------------------------------- */

static void put_line(const terminal *t, strbuf *out, style look, const char *text)
{
    strbuf_repeat(out, " ", LINE_INDENT);
    terminal_say(t, out, look, text);
    strbuf_puts(out, "\n");
}

static void put_places(const terminal *t, strbuf *out, const places_row *where)
{
    AUTO(strbuf) more = {0};
    for (size_t i = 0; i < where->n && i < PLACES_SHOWN; i++)
        put_line(t, out, STYLE_FAINT, strbuf_text(&where->shown[i]));
    strbuf_puts(&more, "and ");
    human_count(&more, where->n > PLACES_SHOWN ? where->n - PLACES_SHOWN : 0);
    strbuf_puts(&more, " more; --format jsonl lists all");
    if (where->n > PLACES_SHOWN)
        put_line(t, out, STYLE_FAINT, strbuf_text(&more));
}

void places_draw(const terminal *t, strbuf *out, const spoor_count *reason, const places_row *where)
{
    AUTO(strbuf) line = {0};
    strbuf_printf(&line, "%s: ", reason->name);
    human_count(&line, reason->count);
    strbuf_puts(&line, reason->count == 1 ? " piece" : " pieces");
    if (where && where->bytes) {
        strbuf_puts(&line, ", ");
        human_bytes(&line, where->bytes);
    }
    strbuf_repeat(out, " ", REASON_INDENT);
    terminal_say(t, out, STYLE_PLAIN, strbuf_text(&line));
    strbuf_puts(out, "\n");
    if (where)
        put_places(t, out, where);
}
