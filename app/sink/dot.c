/* SPDX-License-Identifier: Apache-2.0
 *
 * dot.c -- nodes are named by what they are (kind and id), edges point the way events went.
 */
#include "sink/dot.h"

#include <string.h>

#include "base/words.h"
#include "sink/human.h"
#include "sink/terminal.h"

/* Escaped as the terminal wants it, then for a quoted string. */
static void put_text(strbuf *out, const char *text)
{
    static const terminal screen = {.has_utf8 = true};
    AUTO(strbuf) safe = {0};
    terminal_escape(&screen, &safe, text);
    for (const char *c = strbuf_text(&safe); *c; c++) {
        if (*c == '"' || *c == '\\')
            strbuf_puts(out, "\\");
        strbuf_put(out, c, 1);
    }
}

static void put_name(strbuf *out, const spoor_node *x)
{
    strbuf_puts(out, "\"");
    put_text(out, x->kind);
    strbuf_puts(out, " ");
    put_text(out, x->id);
    strbuf_puts(out, "\"");
}

static void put_node(strbuf *out, const spoor_node *x)
{
    strbuf_puts(out, "  ");
    put_name(out, x);
    strbuf_puts(out, " [label=\"");
    put_text(out, x->name[0] ? x->name : x->id);
    strbuf_puts(out, "\\n");
    put_text(out, x->kind);
    strbuf_puts(out, x->depth == 0  ? "\", style=bold];\n"
                     : x->is_before ? "\", style=dashed];\n"
                                    : "\"];\n");
}

static void put_label(strbuf *out, const spoor_node *x)
{
    put_text(out, x->relation);
    if (!x->operation[0])
        return;
    strbuf_puts(out, "\\n");
    put_text(out, x->operation);
    strbuf_puts(out, "\\n");
    human_time(out, x->time_ns);
}

static void put_edge(strbuf *out, const spoor_node *from, const spoor_node *to, const spoor_node *x)
{
    strbuf_puts(out, "  ");
    put_name(out, from);
    strbuf_puts(out, " -> ");
    put_name(out, to);
    strbuf_puts(out, " [label=\"");
    put_label(out, x);
    strbuf_puts(out, x->is_inferred ? "\", style=dotted];\n" : "\"];\n");
}

/* What was there first points to what came of it, in both trees. */
static void put_tree(strbuf *out, const spoor_node *nodes, size_t n, bool is_origin)
{
    for (size_t i = 0; i < n; i++)
        if (!nodes[i].is_again && (i > 0 || is_origin))
            put_node(out, &nodes[i]);
    for (size_t i = 1; i < n; i++) {
        const spoor_node *x = &nodes[i], *parent = &nodes[x->parent];
        put_edge(out, is_origin ? x : parent, is_origin ? parent : x, x);
    }
}

void dot_put(strbuf *out, const spoor_dossier *d)
{
    strbuf_puts(out, "digraph spoor {\n  rankdir=LR;\n  node [shape=box];\n");
    put_tree(out, d->origin, d->n_origin, true);
    put_tree(out, d->offspring, d->n_offspring, false);
    strbuf_puts(out, "}\n");
}
