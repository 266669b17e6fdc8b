/* SPDX-License-Identifier: Apache-2.0
 *
 * node_tree.c -- nodes come parents first, so each is drawn as it comes.
 */
#include "sink/node_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"

enum { INDENT = 2, ALIKE_LEAST = 4, LINES_MAX = 200 };

typedef struct pen {
    const spoor_node *nodes;
    size_t n;
    size_t *last; /* last[i]: the last child of node i; 0: it has none */
    grid *grid;
    const char *open, *shut, *more, *end; /* "│  ", "   ", "├─ ", "└─ " */
    const char *again;
} pen;

static pen pen_for(grid *g)
{
    if (g->terminal->has_utf8)
        return (pen){.grid = g,
                     .open = "│  ",
                     .shut = "   ",
                     .more = "├─ ",
                     .end = "└─ ",
                     .again = "↑ above"};
    return (pen){
        .grid = g, .open = "|  ", .shut = "   ", .more = "|- ", .end = "`- ", .again = "^ above"};
}

/* The lines that the ancestors of node i leave open. Recursion ends at the depth of the tree. */
static void put_lines(const pen *p, strbuf *out, size_t i)
{
    const spoor_node *x = &p->nodes[i];
    if (x->depth == 0)
        return;
    put_lines(p, out, x->parent);
    strbuf_puts(out, p->last[x->parent] == i ? p->shut : p->open);
}

static void put_branch(const pen *p, strbuf *out, size_t i, bool is_last)
{
    if (p->nodes[i].depth == 0)
        return;
    put_lines(p, out, p->nodes[i].parent);
    strbuf_puts(out, is_last ? p->end : p->more);
}

/* "made_from" as one says it. */
static void put_relation(strbuf *out, const char *relation)
{
    for (; *relation; relation++)
        strbuf_put(out, *relation == '_' ? " " : relation, 1);
}

/* Of what a thing is set up with it goes without saying. */
static bool is_from_before(const spoor_node *x)
{
    static const char *const silent[] = {"uses", "granted", "runs_as", "shared_with", "given_to"};
    for (size_t i = 0; i < ARRAY_LEN(silent); i++)
        if (strcmp(x->relation, silent[i]) == 0)
            return false;
    return x->is_before && !x->is_again;
}

static void put_proof(strbuf *out, const pen *p, const spoor_node *x)
{
    if (x->operation[0]) {
        strbuf_printf(out, "%s ", x->operation);
        human_time(out, x->time_ns);
        strbuf_printf(out, "%s%s", x->actor[0] ? " by " : "", x->actor);
    }
    if (is_from_before(x))
        strbuf_printf(out, "%s(was there before)", x->operation[0] ? "  " : "");
    if (x->is_inferred)
        strbuf_puts(out, "  (inferred)");
    if (x->is_again)
        strbuf_printf(out, "  %s", p->again);
}

static void add_node(const pen *p, size_t i, bool is_last)
{
    const spoor_node *x = &p->nodes[i];
    const char *label = x->name[0] ? x->name : x->id;
    AUTO(strbuf) branch = {0};
    AUTO(strbuf) proof = {0};
    put_branch(p, &branch, i, is_last);
    put_relation(&branch, x->relation);
    strbuf_puts(&branch, x->relation[0] ? " " : "");
    terminal_escape(p->grid->terminal, &branch, label);
    put_proof(&proof, p, x);
    grid_add_safe(p->grid, x->depth ? STYLE_PLAIN : STYLE_STRONG, strbuf_text(&branch));
    grid_add(p->grid, STYLE_FAINT, x->kind);
    grid_add(p->grid, STYLE_PLAIN, strbuf_text(&proof));
    grid_add(p->grid, STYLE_FAINT, label == x->id || strcmp(label, x->id) == 0 ? "" : x->id);
}

static void add_rest(const pen *p, size_t like, size_t n, bool is_last)
{
    AUTO(strbuf) line = {0};
    put_branch(p, &line, like, is_last);
    strbuf_printf(&line, "and %zu more like it", n);
    grid_add_safe(p->grid, STYLE_FAINT, strbuf_text(&line));
    for (size_t i = 1; i < p->grid->n_columns; i++)
        grid_add_safe(p->grid, STYLE_PLAIN, "");
}

static bool is_alike(const spoor_node *a, const spoor_node *b)
{
    return a->parent == b->parent && a->depth == b->depth &&
           strcmp(a->relation, b->relation) == 0 && strcmp(a->operation, b->operation) == 0 &&
           strcmp(a->kind, b->kind) == 0 && strcmp(a->actor, b->actor) == 0;
}

/* Where the run of like leaves that begins at i ends. */
static size_t run_end(const pen *p, size_t i)
{
    size_t end = i + 1;
    while (end < p->n && p->last[end - 1] == 0 && is_alike(&p->nodes[i], &p->nodes[end]))
        end++;
    if (end < p->n && p->last[end - 1] != 0)
        end--; /* it has a branch of its own to draw */
    return end - i < ALIKE_LEAST ? i + 1 : end;
}

static void add_nodes(const pen *p)
{
    size_t lines = 0, i = 0;
    while (i < p->n && lines < LINES_MAX) {
        size_t end = run_end(p, i);
        bool is_last = p->last[p->nodes[i].parent] == end - 1;
        add_node(p, i, is_last && end == i + 1);
        if (end > i + 1)
            add_rest(p, i, end - i - 1, is_last);
        lines += end > i + 1 ? 2 : 1;
        i = end;
    }
    if (i < p->n) {
        AUTO(strbuf) line = {0};
        strbuf_printf(&line, "and %zu more; --format jsonl lists all", p->n - i);
        grid_span(p->grid, STYLE_FAINT, strbuf_text(&line));
    }
}

void node_tree_draw(const terminal *t, strbuf *out, const char *title, const spoor_node *nodes,
                    size_t n)
{
    static const grid_column columns[] = {
        {.keep = true}, {.keep = true}, {.keep = true}, {.keep = true}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    if (n < 2)
        return;
    pen p = pen_for(&g);
    p.nodes = nodes;
    p.n = n;
    p.last = calloc(n, sizeof *p.last);
    if (!p.last) {
        out->failed = true;
        return;
    }
    for (size_t i = 1; i < n; i++)
        p.last[nodes[i].parent] = i;
    add_nodes(&p);
    terminal_heading(t, out, title);
    grid_draw(&g, out, INDENT);
    free(p.last);
}
