/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier.c -- the sections of a dossier, in the order in which one reads them.
 *
 *  (1) A section without content is left out, heading and all.
 */
#include "sink/dossier.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/node_tree.h"
#include "sink/timeline.h"

enum { INDENT = 2, ALIASES_MAX = 6, ROWS_MAX = 120, MENTIONS_MAX = 20, PLACES_MAX = 12 };

/* ---- what it is ------------------------------------------------------------------------------ */

static void add_fact(grid *g, style look, const char *name, strbuf *value)
{
    if (value->n) {
        grid_add(g, STYLE_FAINT, name);
        grid_add(g, look, strbuf_text(value));
    }
    strbuf_reset(value);
}

static void put_period(strbuf *out, int64_t first_ns, int64_t last_ns)
{
    human_time(out, first_ns);
    if (last_ns > first_ns) {
        strbuf_puts(out, " to ");
        human_time(out, last_ns);
        strbuf_puts(out, " UTC, ");
        human_duration(out, last_ns - first_ns);
    } else {
        strbuf_puts(out, " UTC");
    }
}

static void put_call(strbuf *out, const spoor_step *s)
{
    if (!s)
        return;
    human_time(out, s->time_ns);
    strbuf_printf(out, "  %s by %s", s->operation, s->actor[0] ? s->actor : "(nobody named)");
    if (s->via[0])
        strbuf_printf(out, " via %s", s->via);
    if (s->address[0])
        strbuf_printf(out, " from %s", s->address);
}

static void put_aliases(strbuf *out, const spoor_dossier *d)
{
    for (size_t i = 0; i < d->n_aliases && i < ALIASES_MAX; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", d->aliases[i]);
    if (d->n_aliases > ALIASES_MAX)
        strbuf_printf(out, " and %zu more", d->n_aliases - ALIASES_MAX);
}

static void draw_identity(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    static const grid_column columns[] = {{0}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    AUTO(strbuf) value = {0};
    strbuf_puts(&value, strcmp(d->name, d->id) == 0 ? "" : d->name);
    add_fact(&g, STYLE_PLAIN, "name", &value);
    put_aliases(&value, d);
    add_fact(&g, STYLE_PLAIN, "also", &value);
    strbuf_printf(&value, "%s%s%s", d->provider, d->account[0] ? "  " : "", d->account);
    add_fact(&g, STYLE_PLAIN, "where", &value);
    if (d->first_ns != SPOOR_TIME_NONE)
        put_period(&value, d->first_ns, d->last_ns);
    add_fact(&g, STYLE_PLAIN, "seen", &value);
    put_call(&value, d->born);
    add_fact(&g, STYLE_PLAIN, "born", &value);
    if (d->born)
        strbuf_printf(&value, "%s  %s", d->born->event_uid, d->born->source);
    add_fact(&g, STYLE_FAINT, "proof", &value);
    put_call(&value, d->ended);
    add_fact(&g, STYLE_PLAIN, "ended", &value);
    strbuf_puts(&value, d->exposure);
    add_fact(&g, STYLE_WARN, "exposure", &value);
    grid_draw(&g, out, INDENT);
}

static void draw_head(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    terminal_say(t, out, STYLE_FAINT, d->kind);
    strbuf_puts(out, "  ");
    terminal_say(t, out, STYLE_STRONG, d->id);
    strbuf_puts(out, "\n\n");
    draw_identity(t, out, d);
}

static void draw_incidents(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    if (d->n_incidents)
        terminal_heading(t, out, "Part of");
    for (size_t i = 0; i < d->n_incidents; i++) {
        strbuf_repeat(out, " ", INDENT);
        terminal_badge(t, out, d->incidents[i].level);
        strbuf_puts(out, "  ");
        terminal_say(t, out, STYLE_PLAIN, d->incidents[i].title);
        strbuf_puts(out, "  ");
        terminal_say(t, out, STYLE_FAINT, d->incidents[i].incident);
        strbuf_puts(out, "\n");
    }
}

/* ---- what happened --------------------------------------------------------------------------- */

/* The first and the last rows, when there are too many to read. */
static void draw_calls(const terminal *t, strbuf *out, const char *title, const spoor_step *steps,
                       size_t n)
{
    size_t head = n > ROWS_MAX ? ROWS_MAX / 2 : n, tail = n - head < head ? n - head : head;
    if (n == 0)
        return;
    terminal_heading(t, out, title);
    timeline_rows(t, out, steps, head);
    if (head + tail < n) {
        strbuf_repeat(out, " ", INDENT);
        strbuf_printf(out, "and %zu more between; --format jsonl lists all\n", n - head - tail);
    }
    timeline_rows(t, out, steps + n - tail, tail);
}

static void draw_acts(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    bool is_machine = strcmp(d->kind, "instance") == 0;
    draw_calls(t, out, is_machine ? "Done by its role (UTC)" : "Done by it (UTC)", d->acts,
               d->n_acts);
}

static void add_counted(grid *g, const char *what, uint64_t count, int64_t first, int64_t last)
{
    AUTO(strbuf) number = {0};
    AUTO(strbuf) when = {0};
    human_count(&number, count);
    put_period(&when, first, last);
    grid_add(g, STYLE_PLAIN, what);
    grid_add(g, STYLE_PLAIN, strbuf_text(&number));
    grid_add(g, STYLE_FAINT, strbuf_text(&when));
}

static void add_more(grid *g, size_t n)
{
    AUTO(strbuf) line = {0};
    if (n == 0)
        return;
    strbuf_printf(&line, "and %zu more; --format jsonl lists all", n);
    grid_span(g, STYLE_FAINT, strbuf_text(&line));
}

static const grid_column counted[] = {{0}, {.is_right = true}, {0}};

static void draw_places(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    AUTO(grid) g = {.terminal = t, .columns = counted, .n_columns = ARRAY_LEN(counted)};
    size_t shown = d->n_places < PLACES_MAX ? d->n_places : PLACES_MAX;
    for (size_t i = 0; i < shown; i++) {
        const spoor_place *p = &d->places[i];
        add_counted(&g, p->address, p->calls, p->first_ns, p->last_ns);
    }
    add_more(&g, d->n_places - shown);
    if (shown == 0)
        return;
    terminal_heading(t, out, "Acted from");
    grid_draw(&g, out, INDENT);
}

static void draw_mentions(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    static const grid_column columns[] = {{0}, {0}, {.is_right = true}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    size_t shown = d->n_mentions < MENTIONS_MAX ? d->n_mentions : MENTIONS_MAX;
    for (size_t i = 0; i < shown; i++) {
        const spoor_mention *m = &d->mentions[i];
        grid_add(&g, STYLE_PLAIN, m->operation[0] ? m->operation : "(no name)");
        add_counted(&g, m->service, m->count, m->first_ns, m->last_ns);
    }
    add_more(&g, d->n_mentions - shown);
    if (shown == 0)
        return;
    terminal_heading(t, out, "Other calls that name it");
    grid_draw(&g, out, INDENT);
}

static void draw_foot(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    if (!d->searched[0])
        return;
    strbuf_puts(out, "\n");
    human_count(out, d->named);
    strbuf_printf(out, " call%s in these logs name%s ", d->named == 1 ? "" : "s",
                  d->named == 1 ? "s" : "");
    terminal_say(t, out, STYLE_PLAIN, d->searched);
    strbuf_puts(out, "\n");
}

void dossier_draw(const terminal *t, strbuf *out, const spoor_dossier *d)
{
    draw_head(t, out, d);
    draw_incidents(t, out, d);
    node_tree_draw(t, out, "Came from", d->origin, d->n_origin);
    node_tree_draw(t, out, "Led to", d->offspring, d->n_offspring);
    draw_calls(t, out, "Done to it (UTC)", d->touched, d->n_touched);
    draw_acts(t, out, d);
    draw_places(t, out, d);
    draw_mentions(t, out, d);
    grid_list(t, out, "Note", d->notes, d->n_notes);
    grid_list(t, out, "Could not be seen", d->missing, d->n_missing);
    draw_foot(t, out, d);
}
