/* SPDX-License-Identifier: Apache-2.0
 *
 * tree.c -- depth first from the roots, branches in order of time.
 */
#include "sink/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"

/* What a drawing carries down: the lines that the ancestors leave open. */
typedef struct pen {
    tree *tree;
    grid *grid;
    const char *open, *shut, *more, *last; /* "│  ", "   ", "├─ ", "└─ " */
    const char *again;
    strbuf prefix;
} pen;

size_t tree_find(const tree *t, const char *id)
{
    for (size_t i = 0; i < t->n_nodes; i++)
        if (strcmp(t->nodes[i].id, id) == 0)
            return i;
    return TREE_NODES;
}

size_t tree_node_of(tree *t, const char *id, const char *kind)
{
    size_t i = tree_find(t, id);
    if (i < TREE_NODES)
        return i;
    if (t->n_nodes == TREE_NODES) {
        t->n_left_out++;
        return TREE_NODES;
    }
    t->nodes[t->n_nodes] = (tree_node){.id = id, .label = id, .kind = kind};
    return t->n_nodes++;
}

void tree_connect(tree *t, size_t parent, size_t child, const spoor_step *step)
{
    if (parent == TREE_NODES || child == TREE_NODES || parent == child)
        return;
    for (size_t i = 0; i < t->n_edges; i++)
        if (t->edges[i].parent == parent && t->edges[i].child == child)
            return;
    if (t->n_edges == TREE_EDGES) {
        t->n_left_out++;
        return;
    }
    t->edges[t->n_edges++] = (tree_edge){parent, child, step};
    t->nodes[child].has_parent = true;
}

static int64_t time_of(const tree_edge *e)
{
    return e->step ? e->step->time_ns : INT64_MAX;
}

static int by_time(const void *a, const void *b)
{
    const tree_edge *x = a, *y = b;
    if (time_of(x) != time_of(y))
        return time_of(x) < time_of(y) ? -1 : 1;
    return x->child < y->child ? -1 : x->child > y->child;
}

static void note_step(const tree *t, strbuf *out, const spoor_step *s)
{
    strbuf_printf(out, "%s ", s->operation);
    if (t->has_dates)
        human_time(out, s->time_ns);
    else
        human_clock(out, s->time_ns);
}

/* One line; `name` is the branch drawn so far and is safe already. */
static void add_line(pen *p, strbuf *name, const tree_node *n, const char *note)
{
    terminal_escape(p->grid->terminal, name, n->label);
    grid_add_safe(p->grid, STYLE_PLAIN, strbuf_text(name));
    grid_add(p->grid, STYLE_FAINT, n->kind);
    grid_add(p->grid, STYLE_PLAIN, note);
    grid_add(p->grid, STYLE_FAINT, strcmp(n->label, n->id) != 0 ? n->id : "");
}

static void add_node(pen *p, const tree_node *n, const char *branch, const spoor_step *step)
{
    AUTO(strbuf) name = {0};
    AUTO(strbuf) note = {0};
    strbuf_puts(&name, strbuf_text(&p->prefix));
    strbuf_puts(&name, branch);
    if (step)
        note_step(p->tree, &note, step);
    else if (!n->has_parent)
        strbuf_puts(&note, p->tree->root_note);
    if (n->is_drawn)
        strbuf_printf(&note, "%s%s", note.n ? "  " : "", p->again);
    add_line(p, &name, n, strbuf_text(&note));
}

static void add_rest(pen *p, size_t n)
{
    AUTO(strbuf) line = {0};
    strbuf_printf(&line, "%s%sand %zu more", strbuf_text(&p->prefix), p->last, n);
    grid_add_safe(p->grid, STYLE_FAINT, strbuf_text(&line));
    for (size_t i = 1; i < p->grid->n_columns; i++)
        grid_add_safe(p->grid, STYLE_PLAIN, "");
}

static size_t count_children(const tree *t, size_t parent)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_edges; i++)
        n += t->edges[i].parent == parent;
    return n;
}

static void draw_node(pen *p, size_t node, const char *branch, const spoor_step *step,
                      size_t depth);

static void draw_children(pen *p, size_t parent, size_t depth)
{
    size_t n = count_children(p->tree, parent), seen = 0;
    size_t shown = depth >= TREE_DEPTH ? 0 : n > TREE_CHILDREN ? TREE_CHILDREN - 1 : n;
    for (size_t i = 0; i < p->tree->n_edges && seen < shown; i++) {
        const tree_edge *e = &p->tree->edges[i];
        if (e->parent != parent)
            continue;
        seen++;
        draw_node(p, e->child, seen == n ? p->last : p->more, e->step, depth + 1);
    }
    if (seen < n)
        add_rest(p, n - seen);
}

/* Recursion ends at TREE_DEPTH. */
static void draw_node(pen *p, size_t node, const char *branch, const spoor_step *step, size_t depth)
{
    tree_node *n = &p->tree->nodes[node];
    add_node(p, n, branch, step);
    if (n->is_drawn)
        return;
    n->is_drawn = true;
    size_t before = p->prefix.n;
    if (*branch)
        strbuf_puts(&p->prefix, branch == p->last ? p->shut : p->open);
    draw_children(p, node, depth);
    p->prefix.n = before;
    if (p->prefix.p)
        p->prefix.p[before] = 0;
}

static pen pen_for(tree *t, grid *g)
{
    if (g->terminal->has_utf8)
        return (pen){t, g, "│  ", "   ", "├─ ", "└─ ", "↑ above", {0}};
    return (pen){t, g, "|  ", "   ", "|- ", "`- ", "^ above", {0}};
}

void tree_draw(tree *t, const terminal *screen, strbuf *out, size_t indent)
{
    static const grid_column columns[] = {
        {.keep = true}, {.keep = true}, {.keep = true}, {.keep = true}};
    AUTO(grid) g = {.terminal = screen, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    qsort(t->edges, t->n_edges, sizeof *t->edges, by_time);
    pen p = pen_for(t, &g);
    for (int circles = 0; circles < 2; circles++) /* a circle has no root: begin anywhere */
        for (size_t i = 0; i < t->n_nodes; i++)
            if (!t->nodes[i].is_drawn && (circles || !t->nodes[i].has_parent))
                draw_node(&p, i, "", t->nodes[i].made, 0);
    grid_draw(&g, out, indent);
    if (t->n_left_out) {
        strbuf_repeat(out, " ", indent);
        strbuf_printf(out, "and %zu more connections; --format jsonl lists all\n", t->n_left_out);
    }
    strbuf_done(&p.prefix);
}
