/* SPDX-License-Identifier: Apache-2.0
 *
 * timeline.c -- when, who, what, with what result, to what.
 *
 *  (1) Who acted is a row of its own over the steps, again whenever that is somebody else, or in
 *      another way, or on another day: a change of hands is what one looks for.
 *  (2) Long ids are shown by the part that tells them apart; chain and resources have them whole.
 */
#include "sink/timeline.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/short_id.h"

enum { INDENT = 2, ID_COLUMNS = 60, DETAIL_COLUMNS = 400, RESOURCES_MAX = 4 };

/* clang-format off */
static const struct { const char *outcome; style look; bool is_silent; } looks[] = {
    {"success",  STYLE_PLAIN, true},
    {"denied",   STYLE_BAD,   false},
    {"failed",   STYLE_BAD,   false},
    {"capacity", STYLE_WARN,  false},
    {"dry_run",  STYLE_WARN,  false},
    {"pending",  STYLE_WARN,  false},
};
/* clang-format on */

static void add_outcome(grid *g, const char *outcome)
{
    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (strcmp(looks[i].outcome, outcome) == 0) {
            grid_add(g, looks[i].look, looks[i].is_silent ? "" : outcome);
            return;
        }
    grid_add(g, STYLE_PLAIN, outcome);
}

static void add_clock(grid *g, const spoor_step *s)
{
    AUTO(strbuf) clock = {0};
    strbuf_puts(&clock, "  ");
    human_clock(&clock, s->time_ns);
    grid_add(g, STYLE_FAINT, strbuf_text(&clock));
}

static bool is_same_hand(const spoor_step *a, const spoor_step *b)
{
    return strcmp(a->actor, b->actor) == 0 && strcmp(a->via, b->via) == 0 &&
           strcmp(a->address, b->address) == 0;
}

static bool is_same_day(const spoor_step *a, const spoor_step *b)
{
    AUTO(strbuf) day = {0};
    AUTO(strbuf) other = {0};
    human_date(&day, a->time_ns);
    human_date(&other, b->time_ns);
    return strcmp(strbuf_text(&day), strbuf_text(&other)) == 0;
}

static void add_hand(grid *g, const spoor_step *s)
{
    AUTO(strbuf) who = {0};
    human_date(&who, s->time_ns);
    strbuf_printf(&who, "  %s", s->actor[0] ? s->actor : "(nobody named)");
    if (s->via[0])
        strbuf_printf(&who, " via %s", s->via);
    if (s->address[0])
        strbuf_printf(&who, " from %s", s->address);
    grid_span(g, STYLE_PLAIN, strbuf_text(&who));
}

static void add_operation(grid *g, const spoor_step *s)
{
    AUTO(strbuf) call = {0};
    strbuf_puts(&call, s->operation);
    if (s->count > 1)
        strbuf_printf(&call, " ×%" PRIu64, s->count);
    grid_add(g, STYLE_STRONG, strbuf_text(&call));
}

static void put_id(const terminal *t, strbuf *out, const char *id)
{
    AUTO(strbuf) text = {0};
    const char *part = short_id(id);
    if (part != id)
        strbuf_puts(&text, t->has_utf8 ? "…" : "...");
    terminal_escape(t, &text, part);
    terminal_shorten(t, out, strbuf_text(&text), ID_COLUMNS);
}

/* The resources, but for one that the detail names anyway. */
static void put_resources(const terminal *t, strbuf *out, const spoor_step *s)
{
    size_t shown = 0, left = 0;
    for (size_t i = 0; i < s->n_resources; i++) {
        if (strcmp(s->resources[i].id, s->detail) == 0)
            continue;
        if (shown == RESOURCES_MAX) {
            left++;
            continue;
        }
        strbuf_puts(out, shown++ ? ", " : "");
        put_id(t, out, s->resources[i].id);
    }
    if (left)
        strbuf_printf(out, " and %zu more", left);
}

static void add_objects(grid *g, const spoor_step *s)
{
    AUTO(strbuf) safe = {0};
    AUTO(strbuf) detail = {0};
    put_resources(g->terminal, &safe, s);
    if (s->detail[0]) {
        strbuf_puts(&safe, safe.n ? ": " : "");
        terminal_escape(g->terminal, &detail, s->detail);
        terminal_shorten(g->terminal, &safe, strbuf_text(&detail), DETAIL_COLUMNS);
    }
    grid_add_safe(g, STYLE_PLAIN, strbuf_text(&safe));
}

void timeline_rows(const terminal *t, strbuf *out, const spoor_step *steps, size_t n)
{
    static const grid_column columns[] = {{.keep = true}, {.max = 36}, {.keep = true}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < n; i++) {
        const spoor_step *s = &steps[i];
        if (i == 0 || !is_same_day(s, s - 1) || !is_same_hand(s, s - 1))
            add_hand(&g, s);
        add_clock(&g, s);
        add_operation(&g, s);
        add_outcome(&g, s->outcome);
        add_objects(&g, s);
    }
    grid_draw(&g, out, INDENT);
}

void timeline_draw(const terminal *t, strbuf *out, const spoor_incident *in)
{
    if (in->n_steps == 0)
        return;
    terminal_heading(t, out, "Timeline (UTC)");
    timeline_rows(t, out, in->steps, in->n_steps);
}
