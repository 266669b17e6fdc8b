/* SPDX-License-Identifier: Apache-2.0
 *
 * csv.c -- rows of comma-separated values to JSON objects.
 *
 *  (1) csv_row_end and take_cell read quotes alike: a quote opens quotes only at the start of a
 *      cell, and text behind the closing quote belongs to the cell as it stands.
 */
#include "base/csv.h"

#include <string.h>

void csv_done(csv *c)
{
    buf_done(&c->names);
    buf_done(&c->cell);
    c->n_columns = 0;
}

static csv_place place_after(csv_place place, char c)
{
    if (place == CSV_IN_QUOTES)
        return c == '"' ? CSV_BEHIND_QUOTE : CSV_IN_QUOTES;
    if (c == '"' && place != CSV_IN_PLAIN)
        return CSV_IN_QUOTES;
    return c == ',' ? CSV_CELL_START : CSV_IN_PLAIN;
}

size_t csv_row_end(csv_place *place, const char *p, size_t n)
{
    size_t i = 0;
    while (i < n) {
        if (*place == CSV_IN_QUOTES) {
            const char *quote = memchr(p + i, '"', n - i);
            if (!quote)
                return n;
            i = (size_t)(quote - p);
        } else if (p[i] == '\n') {
            return i;
        }
        *place = place_after(*place, p[i]);
        i++;
    }
    return n;
}

/* Moves the quoted part at the front of *rest, without its quotes, to `cell`. */
static void take_quoted(str *rest, buf *cell)
{
    *rest = str_from(*rest, 1);
    while (rest->n > 0) {
        const char *quote = memchr(rest->p, '"', rest->n);
        size_t n = quote ? (size_t)(quote - rest->p) : rest->n;
        buf_put(cell, rest->p, n);
        *rest = str_from(*rest, n + 1);
        if (!quote || rest->n == 0 || rest->p[0] != '"')
            return;
        buf_putc(cell, '"');
        *rest = str_from(*rest, 1);
    }
}

/* Takes one cell and the comma behind it off *rest; *ret_is_last: there was no comma. */
static str take_cell(str *rest, buf *cell, bool *ret_is_last)
{
    bool is_quoted = rest->n > 0 && rest->p[0] == '"';
    buf_reset(cell);
    if (is_quoted)
        take_quoted(rest, cell);
    const char *comma = rest->n > 0 ? memchr(rest->p, ',', rest->n) : NULL;
    str plain = str_upto(*rest, comma ? (size_t)(comma - rest->p) : rest->n);
    *ret_is_last = !comma;
    *rest = str_from(*rest, plain.n + 1);
    if (!is_quoted)
        return plain;
    buf_putstr(cell, plain);
    return buf_str(cell);
}

static bool is_name_byte(char c)
{
    bool is_alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return is_alnum || (c != '\0' && strchr("_.-@ []()/", c) != NULL);
}

static bool is_name(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_name_byte(s.p[i]))
            return false;
    return s.n > 0;
}

bool csv_take_header(csv *c, str line, csv_knows *knows)
{
    bool is_last = false;
    bool is_known = !knows;
    buf_reset(&c->names);
    c->n_columns = 0;
    while (!is_last) {
        str name = take_cell(&line, &c->cell, &is_last);
        bool is_row_number = c->n_columns == 0 && name.n == 0; /* as data frames are written */
        if ((!is_name(name) && !is_row_number) || c->n_columns == LIMIT_CSV_COLUMNS)
            return false;
        is_known = is_known || knows(name);
        buf_json_string(&c->names, name);
        c->name_end[c->n_columns++] = c->names.n;
    }
    c->names.failed = c->names.failed || c->cell.failed;
    return is_known && c->n_columns >= 2 && !c->names.failed;
}

static str column_name(const csv *c, size_t column)
{
    size_t start = column == 0 ? 0 : c->name_end[column - 1];
    return (str){c->names.p + start, c->name_end[column] - start};
}

static void put_member(buf *out, str json_name, str value)
{
    if (out->n > 1)
        buf_putc(out, ',');
    buf_putstr(out, json_name);
    buf_putc(out, ':');
    buf_json_string(out, value);
}

csv_status csv_row_json(csv *c, str row, buf *out)
{
    bool is_last = false;
    buf_reset(out);
    buf_putc(out, '{');
    for (size_t column = 0; !is_last; column++) {
        str cell = take_cell(&row, &c->cell, &is_last);
        if (c->cell.failed)
            return CSV_NO_MEMORY;
        if (column >= c->n_columns)
            return CSV_TOO_MANY_CELLS;
        if (cell.n > 0)
            put_member(out, column_name(c, column), cell);
    }
    buf_putc(out, '}');
    return out->failed ? CSV_NO_MEMORY : CSV_OK;
}
