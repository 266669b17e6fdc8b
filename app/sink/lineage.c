/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.c -- which links make which tree, and which end of a link is the parent.
 */
#include "sink/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/tree.h"

enum { INDENT = 2, NAMED_MAX = 8 };

/* A link of this kind joins two nodes. only_from: the kind of thing it must begin at, or NULL. */
typedef struct rule {
    const char *kind;
    bool from_is_parent;
    const char *only_from;
} rule;

/* clang-format off */
static const rule chain_rules[] = {
    {"derived_from", false, NULL}, /* snapshot -> volume: the volume was first */
    {"attached_to",  true,  NULL}, /* volume -> instance: the instance got it */
};
static const rule actor_rules[] = {
    {"issued",       true,  NULL},
    {"created_by",   false, "principal"},
    {"created_by",   false, "credential"},
};
/* clang-format on */

static const spoor_step *step_of(const spoor_incident *in, const char *event_uid)
{
    for (size_t i = 0; i < in->n_steps; i++)
        if (strcmp(in->steps[i].event_uid, event_uid) == 0)
            return &in->steps[i];
    return NULL;
}

static bool obeys(const spoor_link *l, const rule *r)
{
    return strcmp(l->kind, r->kind) == 0 &&
           (!r->only_from || strcmp(l->from_kind, r->only_from) == 0);
}

static void add_link(tree *t, const spoor_incident *in, const spoor_link *l, bool from_is_parent)
{
    size_t from = tree_node_of(t, l->from, l->from_kind);
    size_t to = tree_node_of(t, l->to, l->to_kind);
    const spoor_step *step = step_of(in, l->event_uid);
    tree_connect(t, from_is_parent ? from : to, from_is_parent ? to : from, step);
}

static void add_links(tree *t, const spoor_incident *in, const rule *rules, size_t n_rules)
{
    for (size_t i = 0; i < in->n_links; i++)
        for (size_t r = 0; r < n_rules; r++)
            if (obeys(&in->links[i], &rules[r]))
                add_link(t, in, &in->links[i], rules[r].from_is_parent);
}

/* Which call made a thing that was made from nothing: who created it is a link too. */
static void note_births(tree *t, const spoor_incident *in)
{
    for (size_t i = 0; i < in->n_links; i++) {
        const spoor_link *l = &in->links[i];
        size_t node = tree_find(t, l->from);
        if (node < TREE_NODES && strcmp(l->kind, "created_by") == 0)
            t->nodes[node].made = step_of(in, l->event_uid);
    }
}

static tree *tree_for(const spoor_incident *in, const char *root_note)
{
    tree *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    AUTO(strbuf) first = {0};
    AUTO(strbuf) last = {0};
    human_date(&first, in->first_ns);
    human_date(&last, in->last_ns);
    t->has_dates = strcmp(strbuf_text(&first), strbuf_text(&last)) != 0;
    t->root_note = root_note;
    return t;
}

static bool is_first_of_kind(const spoor_incident *in, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(in->resources[k].kind, in->resources[i].kind) == 0)
            return false;
    return true;
}

/* The ids of one kind that are not in the tree. */
static void join_kind(strbuf *out, const spoor_incident *in, const char *kind, const tree *chain)
{
    size_t n = 0;
    for (size_t i = 0; i < in->n_resources; i++) {
        const spoor_resource *r = &in->resources[i];
        if (strcmp(r->kind, kind) != 0 || tree_find(chain, r->id) < TREE_NODES)
            continue;
        if (n++ < NAMED_MAX)
            strbuf_printf(out, "%s%s", out->n ? ", " : "", r->id);
    }
    if (n > NAMED_MAX)
        strbuf_printf(out, " and %zu more", n - NAMED_MAX);
}

static void draw_others(const terminal *t, strbuf *out, const spoor_incident *in, const tree *chain)
{
    static const grid_column columns[] = {{0}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    AUTO(strbuf) ids = {0};
    for (size_t i = 0; i < in->n_resources; i++) {
        if (!is_first_of_kind(in, i))
            continue;
        strbuf_reset(&ids);
        join_kind(&ids, in, in->resources[i].kind, chain);
        if (ids.n == 0)
            continue;
        grid_add(&g, STYLE_FAINT, in->resources[i].kind);
        grid_add(&g, STYLE_PLAIN, strbuf_text(&ids));
    }
    if (g.n == 0)
        return;
    terminal_heading(t, out, chain->n_nodes ? "Also touched" : "Touched");
    grid_draw(&g, out, INDENT);
}

void lineage_draw_chain(const terminal *t, strbuf *out, const spoor_incident *in)
{
    tree *chain = tree_for(in, "(was there before)");
    if (!chain) {
        out->failed = true;
        return;
    }
    add_links(chain, in, chain_rules, ARRAY_LEN(chain_rules));
    note_births(chain, in);
    if (chain->n_nodes) {
        terminal_heading(t, out, "Chain");
        tree_draw(chain, t, out, INDENT);
    }
    draw_others(t, out, in, chain);
    free(chain);
}

void lineage_draw_actors(const terminal *t, strbuf *out, const spoor_incident *in)
{
    tree *actors = tree_for(in, "");
    if (!actors) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < in->n_actors; i++) {
        size_t node = tree_node_of(actors, in->actors[i].id, in->actors[i].kind);
        if (node < TREE_NODES && in->actors[i].name[0])
            actors->nodes[node].label = in->actors[i].name;
    }
    add_links(actors, in, actor_rules, ARRAY_LEN(actor_rules));
    if (actors->n_nodes) {
        terminal_heading(t, out, "Who");
        tree_draw(actors, t, out, INDENT);
    }
    free(actors);
}
