/* SPDX-License-Identifier: Apache-2.0
 *
 * track.c -- depth first; one table says which edges are followed, and what they are called.
 */
#include "correlate/track.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "base/text.h"
#include "correlate/explain.h"
#include "correlate/resolve.h"

typedef enum direction { OUT, IN } direction;

/* How far an edge is followed. */
typedef enum reach {
    ON,         /* and what lies behind it */
    END,        /* its other end, and no further */
    FIRST,      /* from the thing itself and its interfaces, and no further */
    TO_THE_END, /* from the thing itself and from whoever acts: the end, and what lies behind it */
} reach;

typedef struct rule {
    direction direction;
    uint8_t kind; /* edge_kind */
    reach reach;
    const char *relation;
} rule;

/* clang-format off */
static const rule origin_rules[] = {
    {OUT, EDGE_CREATED_BY,   TO_THE_END, "made_by"},
    {IN,  EDGE_ISSUED,       ON,         "issued_by"},
    {IN,  EDGE_RUNS_AS,      ON,         "session_of"},
    {OUT, EDGE_SAME_AS,      ON,         "same_as"},
    {IN,  EDGE_SAME_AS,      ON,         "same_as"},
    {OUT, EDGE_DERIVED_FROM, ON,         "made_from"},
    {IN,  EDGE_ATTACHED_TO,  ON,         "carries"},
    {OUT, EDGE_GRANTED,      FIRST,      "granted"},
    {OUT, EDGE_USES,         FIRST,      "uses"},
};
static const rule offspring_rules[] = {
    {IN,  EDGE_DERIVED_FROM, ON,         "made_into"},
    {OUT, EDGE_ATTACHED_TO,  ON,         "attached_to"},
    {OUT, EDGE_ISSUED,       ON,         "issued"},
    {OUT, EDGE_RUNS_AS,      ON,         "runs_as"},
    {OUT, EDGE_SAME_AS,      ON,         "same_as"},
    {IN,  EDGE_SAME_AS,      ON,         "same_as"},
    {IN,  EDGE_CREATED_BY,   ON,         "made"},
    {OUT, EDGE_SHARED_TO,    END,        "shared_with"},
    {IN,  EDGE_GRANTED,      FIRST,      "given_to"},
    {IN,  EDGE_USES,         FIRST,      "used_by"},
};
static const struct { const rule *rules; size_t n; } rules_of[] = {
    [TRACK_ORIGIN]    = {origin_rules,    ARRAY_LEN(origin_rules)},
    [TRACK_OFFSPRING] = {offspring_rules, ARRAY_LEN(offspring_rules)},
};
/* clang-format on */

/* One connection from the node being looked at. */
typedef struct hop {
    uint32_t thing;
    uint32_t entry; /* that proves it, or GRAPH_NO_ENTRY */
    uint32_t path;
    size_t rank; /* in `origin`, of its rule: who made it is read before what it uses */
    const char *relation;
    bool goes_on, is_inferred;
} hop;

typedef struct hop_list {
    hop *hop;
    size_t n, cap;
    map has; /* things in it */
} hop_list;

typedef struct walk {
    const state *s;
    const char *const *names;
    arena *out;
    track *track;
    track_way way;
    uint8_t *is_met; /* by entity */
    size_t cap_nodes, cap_things;
    bool failed;
} walk;

/* ---- hops ------------------------------------------------------------------------------------ */

static void hop_list_done(hop_list *l)
{
    free(l->hop);
    map_done(&l->has);
}

static void add_hop(walk *w, hop_list *l, const hop *h)
{
    if (map_get(&l->has, h->thing) != MAP_NONE)
        return;
    hop *more = array_room(l->hop, l->n, &l->cap, 16, sizeof *more);
    l->hop = more ? more : l->hop;
    if (!more || !map_put(&l->has, h->thing, (uint32_t)l->n)) {
        w->failed = true;
        return;
    }
    l->hop[l->n++] = *h;
}

static bool is_actor(const state *s, uint32_t thing)
{
    uint8_t type = graph_at(&s->graph, thing)->type;
    return type == ENTITY_PRINCIPAL || type == ENTITY_CREDENTIAL || type == ENTITY_SESSION;
}

/* What an interface uses, and what is attached to it, is the machine's. */
static bool is_network(const walk *w, uint32_t thing)
{
    return w->way == TRACK_ORIGIN && graph_at(&w->s->graph, thing)->type == ENTITY_NETWORK;
}

static bool is_followed(const walk *w, const rule *r, uint32_t from, unsigned depth)
{
    if (r->reach == FIRST)
        return depth == 0 || is_network(w, from);
    return r->reach != TO_THE_END || depth == 0 || is_actor(w->s, from);
}

/* Whoever made or issued a thing acted with a credential: that hop comes first, and the caller
 * behind it is found from there. */
static void add_edge(walk *w, hop_list *l, const rule *r, const edge *e)
{
    const entry *n = journal_at(&w->s->journal, e->entry);
    hop h = {.thing = r->direction == OUT ? e->to : e->from,
             .entry = e->entry,
             .path = e->path,
             .rank = w->way == TRACK_ORIGIN ? (size_t)(r - origin_rules) : 0,
             .relation = r->relation,
             .is_inferred = e->is_inferred};
    h.goes_on = r->reach == ON || r->reach == TO_THE_END || is_network(w, h.thing);
    bool is_maker =
        w->way == TRACK_ORIGIN && (e->kind == EDGE_CREATED_BY || e->kind == EDGE_ISSUED);
    uint32_t made = r->direction == OUT ? e->from : e->to;
    if (is_maker && n && n->via && n->via != h.thing && n->via != made)
        h.thing = n->via;
    add_hop(w, l, &h);
}

/* Of a credential or session in `origin`: for whom it acts, as its calls say. */
static void add_owner(walk *w, hop_list *l, uint32_t thing)
{
    const journal *j = &w->s->journal;
    uint8_t type = graph_at(&w->s->graph, thing)->type;
    if (w->way != TRACK_ORIGIN || (type != ENTITY_CREDENTIAL && type != ENTITY_SESSION))
        return;
    for (uint32_t i = j->first; i < j->next; i++) {
        const entry *n = journal_at(j, i);
        if (n->via != thing || !n->root || n->root == thing)
            continue;
        add_hop(w, l,
                &(hop){.thing = n->root,
                       .entry = i,
                       .rank = SIZE_MAX,
                       .relation = "acts_for",
                       .goes_on = true});
        return;
    }
}

static void list_hops(walk *w, uint32_t thing, unsigned depth, hop_list *l)
{
    const graph *g = &w->s->graph;
    for (size_t i = 0; i < rules_of[w->way].n; i++) {
        const rule *r = &rules_of[w->way].rules[i];
        if (!is_followed(w, r, thing, depth))
            continue;
        const entity *x = graph_at(g, thing);
        uint32_t e = r->direction == OUT ? x->first_edge_out : x->first_edge_in;
        for (; e; e = r->direction == OUT ? g->edges[e].next_out : g->edges[e].next_in)
            if (g->edges[e].kind == r->kind)
                add_edge(w, l, r, &g->edges[e]);
    }
    add_owner(w, l, thing);
}

static int compare_hops(const void *a, const void *b)
{
    const hop *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return x->thing < y->thing ? -1 : x->thing > y->thing;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static const char *z(const walk *w, str s)
{
    return explain_z(w->out, s);
}

static void fill_proof(const walk *w, const hop *h, spoor_node *ret)
{
    const graph *g = &w->s->graph;
    const entry *n = journal_at(&w->s->journal, h->entry);
    event e;
    ret->time_ns = SPOOR_TIME_NONE;
    ret->operation = ret->actor = ret->event_uid = ret->source = ret->field = "";
    if (!n || !event_unpack_fields(journal_packed(n), &e))
        return;
    ret->time_ns = n->time_ns;
    ret->operation = operation_at(n->operation)->name;
    ret->actor = n->root ? z(w, graph_name(g, n->root)) : "";
    ret->event_uid = z(w, e.field[FIELD_uid]);
    ret->source = z(w, arena_printf(w->out, "%s:%u", w->names[e.file], e.record));
    ret->field = h->path ? z(w, intern_text(&g->text, h->path)) : "";
}

/* Index of the new node; SIZE_MAX when there is none. */
static size_t add_node(walk *w, const hop *h, size_t parent, unsigned depth)
{
    track *t = w->track;
    const entity *x = graph_at(&w->s->graph, h->thing);
    if (t->n >= LIMIT_TRACE_NODES) {
        t->left_out++;
        return SIZE_MAX;
    }
    spoor_node *nodes = array_room(t->nodes, t->n, &w->cap_nodes, 64, sizeof *nodes);
    t->nodes = nodes ? nodes : t->nodes;
    uint32_t *things = array_room(t->things, t->n, &w->cap_things, 64, sizeof *things);
    t->things = things ? things : t->things;
    if (!nodes || !things) {
        w->failed = true;
        return SIZE_MAX;
    }
    nodes[t->n] = (spoor_node){.id = z(w, graph_id(&w->s->graph, h->thing)),
                               .name = x->name ? z(w, graph_name(&w->s->graph, h->thing)) : "",
                               .kind = resolve_kind(w->s, h->thing),
                               .relation = h->relation,
                               .parent = parent,
                               .depth = depth,
                               .is_before = !journal_at(&w->s->journal, x->born),
                               .is_again = w->is_met[h->thing],
                               .is_inferred = h->is_inferred};
    fill_proof(w, h, &nodes[t->n]);
    things[t->n] = h->thing;
    return t->n++;
}

/* Recursion ends at TRACK_DEPTH. */
static void visit(walk *w, const hop *h, size_t parent, unsigned depth)
{
    CLEANUP(hop_list_done) hop_list next = {0};
    size_t node = add_node(w, h, parent, depth);
    if (node == SIZE_MAX || w->is_met[h->thing])
        return;
    if (!h->goes_on) /* its branch may yet be shown where it is followed */
        return;
    w->is_met[h->thing] = true;
    list_hops(w, h->thing, depth, &next);
    if (next.n > 1)
        qsort(next.hop, next.n, sizeof *next.hop, compare_hops);
    if (depth == TRACK_DEPTH) {
        w->track->left_out += next.n;
        return;
    }
    for (size_t i = 0; i < next.n && !w->failed; i++)
        if (depth == 0 || next.hop[i].thing != w->track->things[parent])
            visit(w, &next.hop[i], node, depth + 1);
}

/* Moves the arrays, which grew on the heap, to where all of a dossier lives. */
static bool settle(walk *w)
{
    track *t = w->track;
    spoor_node *nodes = arena_alloc(w->out, (t->n + 1) * sizeof *nodes);
    uint32_t *things = arena_alloc(w->out, (t->n + 1) * sizeof *things);
    if (nodes && things && t->n > 0) {
        memcpy(nodes, t->nodes, t->n * sizeof *nodes);
        memcpy(things, t->things, t->n * sizeof *things);
    }
    free(t->nodes);
    free(t->things);
    t->nodes = nodes;
    t->things = things;
    return nodes && things;
}

bool track_walk(const state *s, uint32_t thing, track_way way, const char *const *names, arena *out,
                track *ret)
{
    walk w = {.s = s, .names = names, .out = out, .track = ret, .way = way};
    *ret = (track){0};
    w.is_met = calloc(s->graph.n, 1);
    if (!w.is_met)
        return false;
    visit(&w, &(hop){.thing = thing, .entry = GRAPH_NO_ENTRY, .relation = "", .goes_on = true}, 0,
          0);
    free(w.is_met);
    return settle(&w) && !w.failed && !out->failed;
}
