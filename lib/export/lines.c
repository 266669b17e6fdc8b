/* SPDX-License-Identifier: Apache-2.0
 *
 * lines.c -- headers, cells and numbers of network logs in lines.
 */
#include "export/lines.h"

#include <assert.h>

#include "base/text.h"

enum { TOLD = 3, NUMBER_MAX = 40, MEMBERS_DEEP = 3 };

static bool is_mark(char c)
{
    return c == '_' || c == '-' || c == '.' || c == ' ';
}

static bool is_same_name(str column, const char *normal)
{
    for (size_t i = 0; i < column.n; i++) {
        if (is_mark(column.p[i]))
            continue;
        if (*normal == '\0' || text_lower(column.p[i]) != *normal)
            return false;
        normal++;
    }
    return *normal == '\0';
}

uint8_t line_meaning(line_names names, str column)
{
    for (size_t i = 0; i < names.n; i++)
        if (is_same_name(column, names.rows[i].name))
            return names.rows[i].meaning;
    return 0;
}

static str bare(str cell)
{
    cell = text_trim(cell);
    if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"')
        return (str){cell.p + 1, cell.n - 2};
    return cell;
}

/* Takes the next cell of *rest; unlike text_next an empty last one counts. */
static bool take_cell(str *rest, char separator, bool *is_last, str *ret)
{
    if (*is_last)
        return false;
    const char *end = rest->n > 0 ? memchr(rest->p, separator, rest->n) : NULL;
    *ret = str_upto(*rest, end ? (size_t)(end - rest->p) : rest->n);
    *rest = str_from(*rest, ret->n + 1);
    *is_last = !end;
    return true;
}

size_t line_take_header(line_memory *m, line_names names, str header)
{
    size_t n_known = 0;
    bool is_last = false;
    str cell;
    m->n_columns = 0;
    while (take_cell(&header, m->separator, &is_last, &cell)) {
        uint8_t meaning = line_meaning(names, bare(cell));
        assert(meaning < LINE_MEANINGS);
        n_known += meaning != 0;
        if (m->n_columns < LIMIT_LINE_COLUMNS)
            m->meaning[m->n_columns++] = meaning;
    }
    return n_known;
}

static bool is_unset(const line_memory *m, str cell)
{
    return cell.n == 0 || str_eq(cell, m->unset) || str_is(cell, "(empty)");
}

bool line_take_cells(const line_memory *m, str line, line_cells *ret)
{
    bool is_last = false;
    size_t n = 0;
    str cell;
    *ret = (line_cells){0};
    while (take_cell(&line, m->separator, &is_last, &cell)) {
        uint8_t meaning = n < m->n_columns ? m->meaning[n] : 0;
        n++;
        if (!meaning)
            continue;
        cell = bare(cell);
        if (ret->cell[meaning].n == 0 && !is_unset(m, cell))
            ret->cell[meaning] = cell;
    }
    return n == m->n_columns || (m->n_columns == LIMIT_LINE_COLUMNS && n > m->n_columns);
}

static str scalar(reading *r, json_node v)
{
    size_t start = r->scratch.n;
    switch (json_node_type(v)) {
    case JSON_STRING:
        return json_node_string(v);
    case JSON_NUMBER:
    case JSON_BOOL:
        if (r->scratch.cap < start + NUMBER_MAX + BUF_PADDING)
            return STR_NONE;
        json_node_text(v, &r->scratch);
        return (str){r->scratch.p + start, r->scratch.n - start};
    default:
        return STR_NONE;
    }
}

static void take_members(reading *r, line_names names, json_node node, line_cells *cells, int deep)
{
    json_iter it = json_iter_of(node);
    while (json_node_type(node) == JSON_OBJECT && json_iter_next(&it)) {
        uint8_t meaning = line_meaning(names, it.key);
        str text = meaning && cells->cell[meaning].n == 0 ? scalar(r, it.value) : STR_NONE;
        if (text.n > 0 && !str_is(text, "-"))
            cells->cell[meaning] = text;
        if (deep < MEMBERS_DEEP)
            take_members(r, names, it.value, cells, deep + 1);
    }
}

void line_take_members(reading *r, line_names names, json_node node, line_cells *ret)
{
    *ret = (line_cells){0};
    r->failed = r->failed || r->scratch.failed;
    reading_reset(r);
    /* Room for every number there can be: texts must not move once they were given out. */
    if (!buf_reserve(&r->scratch, (size_t)NUMBER_MAX * 4 * LIMIT_LINE_COLUMNS)) {
        r->failed = true;
        return;
    }
    take_members(r, names, node, ret, 0);
}

bool line_number(str cell, uint64_t *ret)
{
    int64_t value;
    str fraction = text_after(cell, '.');
    for (size_t i = 0; i < fraction.n; i++)
        if (fraction.p[i] != '0')
            return false;
    if (!text_to_int(text_before(cell, '.'), &value) || value < 0)
        return false;
    *ret = (uint64_t)value;
    return true;
}

void line_wrong(reading *r, line_memory *m, const char *what)
{
    uint64_t before = m->wrong++;
    if (before < TOLD)
        reading_wrong(r, "line %llu: %s", (unsigned long long)m->lines, what);
    else
        r->malformed++;
}
