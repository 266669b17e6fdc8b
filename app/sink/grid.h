/* SPDX-License-Identifier: Apache-2.0
 *
 * grid.h -- text in columns.
 *
 *  (1) Cells are added row by row; their text is escaped on the way in.
 *  (2) The grid fits the terminal: the widest columns give way first, and cells wrap inside
 *      theirs, so nothing is cut off. A column with `keep` neither gives way nor wraps: a cell
 *      that is wider than GRID_KEEP columns pushes what follows to the right in its own row only.
 *  (3) A column without text takes no room.
 */
#ifndef SPOOR_APP_GRID_H
#define SPOOR_APP_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { GRID_COLUMNS = 8, GRID_KEEP = 56 };

typedef struct grid_column {
    size_t max; /* 0: any width */
    bool is_right;
    bool keep;
} grid_column;

typedef struct grid_cell {
    size_t at; /* offset in grid.text, of NUL-terminated text */
    style look;
    bool spans; /* the only cell of its row, over all columns */
} grid_cell;

typedef struct grid {
    const terminal *terminal;
    const grid_column *columns;
    size_t n_columns;
    strbuf text;
    grid_cell *cells;
    size_t n, cap;
    bool failed;
} grid;

void grid_done(grid *g);
void grid_add(grid *g, style look, const char *text);
void grid_add_safe(grid *g, style look, const char *escaped);
void grid_span(grid *g, style look, const char *text); /* at the beginning of a row */
void grid_draw(grid *g, strbuf *out, size_t indent);

/* A title, and under it each text behind a dash; nothing when there are none. */
void grid_list(const terminal *t, strbuf *out, const char *title, const char *const *texts,
               size_t n);

#endif
