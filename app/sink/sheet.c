/* SPDX-License-Identifier: Apache-2.0
 *
 * sheet.c -- a grid of two columns.
 */
#include "sink/sheet.h"

#include "base/words.h"
#include "sink/human.h"

enum { INDENT = 2, LISTED_MAX = 10 };

sheet sheet_on(const terminal *t)
{
    static const grid_column columns[] = {{0}, {0}};
    return (sheet){.grid = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)}};
}

void sheet_done(sheet *s)
{
    grid_done(&s->grid);
    strbuf_done(&s->value);
}

void sheet_row(sheet *s, const char *name)
{
    grid_add(&s->grid, STYLE_FAINT, name);
    grid_add(&s->grid, STYLE_PLAIN, strbuf_text(&s->value));
    strbuf_reset(&s->value);
}

void sheet_counted(strbuf *out, uint64_t n, const char *one, const char *many)
{
    human_count(out, n);
    strbuf_printf(out, " %s", n == 1 ? one : many);
}

void sheet_counts(sheet *s, const char *name, const spoor_count *counts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        strbuf_printf(&s->value, "%s%s ", i ? ", " : "", counts[i].name);
        human_count(&s->value, counts[i].count);
    }
    if (n)
        sheet_row(s, name);
}

void sheet_texts(sheet *s, const char *name, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n && i < LISTED_MAX; i++)
        strbuf_printf(&s->value, "%s%s", i ? ", " : "", texts[i]);
    if (n > LISTED_MAX)
        strbuf_printf(&s->value, " and %zu more", n - LISTED_MAX);
    if (n)
        sheet_row(s, name);
}

void sheet_draw(sheet *s, strbuf *out)
{
    grid_draw(&s->grid, out, INDENT);
}
