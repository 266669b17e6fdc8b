/* SPDX-License-Identifier: Apache-2.0
 *
 * grid.c -- measuring columns, and drawing rows of wrapped cells.
 */
#include "sink/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/words.h"

enum { GAP = 2, NARROWEST = 12, LIST_INDENT = 2 };

void grid_done(grid *g)
{
    strbuf_done(&g->text);
    free(g->cells);
    *g = (grid){0};
}

static void push(grid *g, grid_cell cell)
{
    grid_cell *cells = list_room(g->cells, g->n, &g->cap, 64, sizeof *cells);
    if (!cells) {
        g->failed = true;
        return;
    }
    g->cells = cells;
    g->cells[g->n++] = cell;
}

void grid_add_safe(grid *g, style look, const char *escaped)
{
    push(g, (grid_cell){.at = g->text.n, .look = look});
    strbuf_put(&g->text, escaped, strlen(escaped) + 1);
}

void grid_add(grid *g, style look, const char *text)
{
    push(g, (grid_cell){.at = g->text.n, .look = look});
    terminal_escape(g->terminal, &g->text, text);
    strbuf_put(&g->text, "", 1);
}

void grid_span(grid *g, style look, const char *text)
{
    grid_add(g, look, text);
    if (!g->failed)
        g->cells[g->n - 1].spans = true;
    for (size_t i = 1; i < g->n_columns; i++)
        grid_add_safe(g, STYLE_PLAIN, "");
}

static const char *text_of(const grid *g, size_t cell)
{
    return g->text.p + g->cells[cell].at;
}

static size_t wants(const grid *g, size_t cell)
{
    const char *text = text_of(g, cell);
    size_t columns = g->cells[cell].spans ? 0 : terminal_measure(text, strlen(text));
    const grid_column *c = &g->columns[cell % g->n_columns];
    if (c->keep && columns > GRID_KEEP)
        return 0;
    return c->max && columns > c->max ? c->max : columns;
}

static size_t sum(const size_t *widths, size_t n)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += widths[i] ? widths[i] + GAP : 0;
    return total ? total - GAP : 0;
}

/* The widest column that may give way, or n. */
static size_t widest(const grid *g, const size_t *widths)
{
    size_t found = g->n_columns;
    for (size_t i = 0; i < g->n_columns; i++)
        if (!g->columns[i].keep && widths[i] > NARROWEST &&
            (found == g->n_columns || widths[i] > widths[found]))
            found = i;
    return found;
}

static void measure(const grid *g, size_t room, size_t *widths)
{
    memset(widths, 0, g->n_columns * sizeof *widths);
    for (size_t i = 0; i < g->n; i++) {
        size_t want = wants(g, i), *width = &widths[i % g->n_columns];
        *width = want > *width ? want : *width;
    }
    while (sum(widths, g->n_columns) > room) {
        size_t i = widest(g, widths);
        if (i == g->n_columns)
            return;
        widths[i]--;
    }
}

/* Draws the next line of a cell, padded (unless nothing follows); returns where the rest begins. */
static const char *draw_line(const grid *g, strbuf *out, size_t cell, const char *rest,
                             size_t width)
{
    const grid_column *c = &g->columns[cell % g->n_columns];
    size_t next = 0;
    size_t n = c->keep ? strlen(rest) : terminal_wrap(rest, width, &next);
    next = c->keep ? n : next;
    size_t used = terminal_measure(rest, n), pad = used < width ? width - used : 0;
    if (c->is_right)
        strbuf_repeat(out, " ", pad);
    terminal_paint(g->terminal, out, g->cells[cell].look, rest, n);
    if (!c->is_right)
        strbuf_repeat(out, " ", pad);
    return rest + next;
}

static void end_line(strbuf *out, size_t begin)
{
    while (out->n > begin && out->p[out->n - 1] == ' ')
        out->n--;
    strbuf_puts(out, "\n");
}

static void draw_row(const grid *g, strbuf *out, size_t row, const size_t *widths, size_t indent)
{
    const char *rest[GRID_COLUMNS];
    for (size_t i = 0; i < g->n_columns; i++)
        rest[i] = text_of(g, row + i);
    bool more = true;
    while (more && !out->failed) {
        size_t begin = out->n;
        more = false;
        strbuf_repeat(out, " ", indent);
        for (size_t i = 0; i < g->n_columns; i++) {
            if (widths[i] == 0 && !*rest[i])
                continue;
            rest[i] = draw_line(g, out, row + i, rest[i], widths[i]);
            strbuf_repeat(out, " ", GAP);
            more = more || *rest[i];
        }
        end_line(out, begin);
    }
}

static void draw_span(const grid *g, strbuf *out, size_t cell, size_t indent)
{
    const char *line = text_of(g, cell);
    size_t first = indent;
    for (size_t next; *line; line += next) {
        size_t n = terminal_wrap(line, g->terminal->columns - indent, &next);
        strbuf_repeat(out, " ", indent);
        terminal_paint(g->terminal, out, g->cells[cell].look, line, n);
        strbuf_puts(out, "\n");
        indent = indent == first ? first + 2 * GAP : indent;
    }
}

void grid_draw(grid *g, strbuf *out, size_t indent)
{
    if (g->failed || g->text.failed || g->n == 0) {
        out->failed = out->failed || g->failed || g->text.failed;
        return;
    }
    size_t widths[GRID_COLUMNS];
    measure(g, g->terminal->columns - indent, widths);
    for (size_t row = 0; row + g->n_columns <= g->n; row += g->n_columns) {
        if (g->cells[row].spans)
            draw_span(g, out, row, indent);
        else
            draw_row(g, out, row, widths, indent);
    }
}

void grid_list(const terminal *t, strbuf *out, const char *title, const char *const *texts,
               size_t n)
{
    static const grid_column columns[] = {{0}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < n; i++) {
        grid_add(&g, STYLE_FAINT, "-");
        grid_add(&g, STYLE_PLAIN, texts[i]);
    }
    if (n == 0)
        return;
    terminal_heading(t, out, title);
    grid_draw(&g, out, LIST_INDENT);
}
