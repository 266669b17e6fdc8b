/* SPDX-License-Identifier: Apache-2.0
 *
 * graph.h -- things, and the proven connections between them.
 *
 *  (1) An entity is found by (provider, type, id) or by an alias; ids are interned and never
 *      change. Entity 0 is "none": every function accepts it and does nothing.
 *  (2) An edge is never without proof: it names the journal entry and the field that show it, or
 *      from which it is inferred.
 *  (3) Components hold what is one lineage: graph_join is called for exact lineage only, never
 *      because two things have an actor, an address or an account in common.
 *      So it is with persons: one is another only where a record says so (see unite.h).
 *  (4) Events come in event-time order, so ids, edges and components depend on the logs alone.
 *  (5) At most LIMIT_ENTITIES entities; what comes later is counted in `refused` and is entity 0.
 */
#ifndef SPOOR_STATE_GRAPH_H
#define SPOOR_STATE_GRAPH_H

#include "base/base.h"
#include "base/map.h"
#include "model/entity.h"

enum { GRAPH_NO_ENTRY = UINT32_MAX };

typedef enum edge_kind {
    EDGE_CREATED_BY,   /* resource -> actor */
    EDGE_DERIVED_FROM, /* snapshot -> volume, volume -> snapshot, instance -> image … */
    EDGE_ATTACHED_TO,  /* volume -> instance, address -> instance */
    EDGE_USES,         /* instance -> security group, key pair, role, network */
    EDGE_ISSUED,       /* principal or session -> credential, session */
    EDGE_RUNS_AS,      /* instance -> session of its role */
    EDGE_SHARED_TO,    /* snapshot, image -> account */
    EDGE_GRANTED,      /* principal -> role or policy */
    EDGE_SAME_AS,      /* principal or session -> the same person, as another account knows him */
    EDGE_KIND_COUNT
} edge_kind;

const char *edge_kind_text(edge_kind k);

typedef struct entity {
    uint32_t id;      /* in graph.text */
    uint32_t name;    /* in graph.text, or 0: shown instead of id for people */
    uint32_t alias;   /* in graph.text, or 0: the newest other id */
    uint32_t account; /* in graph.text, or 0 */
    uint32_t born;    /* journal entry of the successful call that made it, or GRAPH_NO_ENTRY */
    uint32_t issuer;  /* credential, session: entity that it acts for one hop up, or 0 */
    uint32_t first_edge_out, first_edge_in;
    uint32_t degree;
    uint32_t last_touch; /* newest journal reference to it, or GRAPH_NO_ENTRY */
    uint32_t last_act;   /* newest journal entry whose root actor it is, or GRAPH_NO_ENTRY */
    uint32_t joined;     /* union-find: one lineage */
    uint32_t person;     /* who it stands for since they were found to be one, or 0: itself */
    uint8_t type;
    uint8_t provider;
    bool is_met; /* compared with those who go by its name elsewhere */
    bool is_run; /* an edge of EDGE_RUNS_AS leads here */
} entity;

typedef struct edge {
    uint32_t from, to;
    uint32_t entry; /* journal entry that proves it */
    uint32_t path;  /* in graph.text: the field that proves it */
    uint32_t next_out, next_in;
    uint8_t kind;
    bool is_inferred; /* no record says so: see bridge.h */
} edge;

typedef struct graph {
    intern text;
    map by_key;
    entity *entities; /* [0] is "none" */
    edge *edges;      /* [0] is "none" */
    uint32_t n, n_edges;
    size_t cap, cap_edges;
    uint64_t refused;
    bool failed; /* out of memory */
} graph;

bool graph_init(graph *g);
void graph_done(graph *g);

uint32_t graph_entity(graph *g, uint8_t provider, entity_type type, str id); /* makes it if new */
uint32_t graph_find(const graph *g, uint8_t provider, entity_type type, str id);
/* From now on `alias` finds e too. The newest alias wins (names are reused). */
void graph_alias(graph *g, uint32_t e, uint8_t provider, entity_type type, str alias);
void graph_link(graph *g, uint32_t from, uint32_t to, edge_kind kind, uint32_t entry, str path);
/* The same for what no record says by itself; `entry` and `path` show what it is inferred from. A
 * proof that comes later takes its place. */
void graph_infer(graph *g, uint32_t from, uint32_t to, edge_kind kind, uint32_t entry, str path);
void graph_join(graph *g, uint32_t a, uint32_t b);
uint32_t graph_component(graph *g, uint32_t e);    /* its representative */
uint32_t graph_person(const graph *g, uint32_t e); /* who it is, as one of those it is known as */

static inline entity *graph_at(const graph *g, uint32_t e)
{
    return &g->entities[e];
}

str graph_id(const graph *g, uint32_t e);
str graph_name(const graph *g, uint32_t e); /* the name, else the id */

#endif
