/* SPDX-License-Identifier: Apache-2.0
 *
 * graph.c -- the store of entities and edges: flat arrays, linked by index.
 */
#include "state/graph.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"

/* clang-format off */
static const char *const kind_texts[EDGE_KIND_COUNT] = {
    [EDGE_CREATED_BY]   = "created_by",
    [EDGE_DERIVED_FROM] = "derived_from",
    [EDGE_ATTACHED_TO]  = "attached_to",
    [EDGE_USES]         = "uses",
    [EDGE_ISSUED]       = "issued",
    [EDGE_RUNS_AS]      = "runs_as",
    [EDGE_SHARED_TO]    = "shared_to",
    [EDGE_GRANTED]      = "granted",
    [EDGE_SAME_AS]      = "same_as",
};
/* clang-format on */

const char *edge_kind_text(edge_kind k)
{
    return kind_texts[k];
}

/* Exact: interned ids are below 2^32, providers and types are small. */
static uint64_t key_of(uint8_t provider, entity_type type, uint32_t id)
{
    return (uint64_t)provider << 56 | (uint64_t)type << 48 | id;
}

static bool reserve_entity(graph *g)
{
    entity *entities = array_room(g->entities, g->n, &g->cap, 1024, sizeof *entities);
    if (entities)
        g->entities = entities;
    return entities != NULL;
}

static bool reserve_edge(graph *g)
{
    edge *edges = array_room(g->edges, g->n_edges, &g->cap_edges, 1024, sizeof *edges);
    if (edges)
        g->edges = edges;
    return edges != NULL;
}

bool graph_init(graph *g)
{
    *g = (graph){0};
    if (!reserve_entity(g) || !reserve_edge(g)) {
        graph_done(g);
        return false;
    }
    g->entities[0] =
        (entity){.born = GRAPH_NO_ENTRY, .last_touch = GRAPH_NO_ENTRY, .last_act = GRAPH_NO_ENTRY};
    g->edges[0] = (edge){.entry = GRAPH_NO_ENTRY};
    g->n = g->n_edges = 1;
    return true;
}

void graph_done(graph *g)
{
    intern_done(&g->text);
    map_done(&g->by_key);
    free(g->entities);
    free(g->edges);
    *g = (graph){0};
}

uint32_t graph_find(const graph *g, uint8_t provider, entity_type type, str id)
{
    uint32_t text = id.n ? intern_find(&g->text, id) : 0;
    uint32_t e = text ? map_get(&g->by_key, key_of(provider, type, text)) : MAP_NONE;
    return e == MAP_NONE ? 0 : e;
}

uint32_t graph_entity(graph *g, uint8_t provider, entity_type type, str id)
{
    uint32_t e = graph_find(g, provider, type, id);
    if (e || id.n == 0 || type == ENTITY_NONE)
        return e;
    if (g->n > LIMIT_ENTITIES) {
        g->refused++;
        return 0;
    }
    uint32_t text = intern_id(&g->text, id);
    if (!text || !reserve_entity(g) || !map_put(&g->by_key, key_of(provider, type, text), g->n)) {
        g->failed = true;
        return 0;
    }
    g->entities[g->n] = (entity){.id = text,
                                 .type = (uint8_t)type,
                                 .provider = provider,
                                 .born = GRAPH_NO_ENTRY,
                                 .last_touch = GRAPH_NO_ENTRY,
                                 .last_act = GRAPH_NO_ENTRY,
                                 .joined = g->n};
    return g->n++;
}

void graph_alias(graph *g, uint32_t e, uint8_t provider, entity_type type, str alias)
{
    if (!e || alias.n == 0)
        return;
    uint32_t text = intern_id(&g->text, alias);
    if (!text || !map_put(&g->by_key, key_of(provider, type, text), e))
        g->failed = true;
}

static edge *find_link(const graph *g, uint32_t from, uint32_t to, edge_kind kind)
{
    /* Only the newest few: a repeated edge is harmless, a long walk is not. */
    uint32_t i = g->entities[from].first_edge_out;
    for (int steps = 0; i && steps < 32; steps++, i = g->edges[i].next_out)
        if (g->edges[i].to == to && g->edges[i].kind == kind)
            return &g->edges[i];
    return NULL;
}

static void add_link(graph *g, const edge *x, str path)
{
    uint32_t from = x->from, to = x->to;
    edge *old = from && to && from != to ? find_link(g, from, to, (edge_kind)x->kind) : NULL;
    if (!from || !to || from == to || (old && (x->is_inferred || !old->is_inferred)))
        return;
    uint32_t text = path.n ? intern_id(&g->text, path) : 0;
    if (old) {
        old->entry = x->entry;
        old->path = text;
        old->is_inferred = false;
        return;
    }
    if (!reserve_edge(g)) {
        g->failed = true;
        return;
    }
    entity *a = &g->entities[from], *b = &g->entities[to];
    g->edges[g->n_edges] = (edge){.from = from,
                                  .to = to,
                                  .kind = x->kind,
                                  .is_inferred = x->is_inferred,
                                  .entry = x->entry,
                                  .path = text,
                                  .next_out = a->first_edge_out,
                                  .next_in = b->first_edge_in};
    a->first_edge_out = b->first_edge_in = g->n_edges++;
    a->degree++;
    b->degree++;
    b->is_run = b->is_run || x->kind == EDGE_RUNS_AS;
}

void graph_link(graph *g, uint32_t from, uint32_t to, edge_kind kind, uint32_t entry, str path)
{
    add_link(g, &(edge){.from = from, .to = to, .kind = (uint8_t)kind, .entry = entry}, path);
}

void graph_infer(graph *g, uint32_t from, uint32_t to, edge_kind kind, uint32_t entry, str path)
{
    const edge x = {
        .from = from, .to = to, .kind = (uint8_t)kind, .entry = entry, .is_inferred = true};
    add_link(g, &x, path);
}

uint32_t graph_component(graph *g, uint32_t e)
{
    while (g->entities[e].joined != e) {
        uint32_t up = g->entities[e].joined;
        g->entities[e].joined = g->entities[up].joined; /* halve the path */
        e = up;
    }
    return e;
}

uint32_t graph_person(const graph *g, uint32_t e)
{
    while (g->entities[e].person)
        e = g->entities[e].person;
    return e;
}

void graph_join(graph *g, uint32_t a, uint32_t b)
{
    if (!a || !b || g->entities[a].degree > LIMIT_HUB_DEGREE ||
        g->entities[b].degree > LIMIT_HUB_DEGREE)
        return;
    a = graph_component(g, a);
    b = graph_component(g, b);
    /* The smaller index stands for both: it was seen first, so the choice is the logs' own. */
    if (a < b)
        g->entities[b].joined = a;
    else
        g->entities[a].joined = b;
}

str graph_id(const graph *g, uint32_t e)
{
    return e ? intern_text(&g->text, g->entities[e].id) : STR_NONE;
}

str graph_name(const graph *g, uint32_t e)
{
    uint32_t name = g->entities[e].name;
    return name ? intern_text(&g->text, name) : graph_id(g, e);
}
