/* SPDX-License-Identifier: Apache-2.0
 *
 * bridge.c -- pairs, reach of firewall rules, and missing hops.
 */
#include "state/bridge.h"

#include "base/text.h"
#include "base/time.h"

#define BRIDGE_WAIT (15 * TIME_MINUTE) /* between the two sides of a missing hop */

enum {
    BRIDGE_CALLS = 32, /* calls looked back at */
    BRIDGE_EDGES = 64, /* edges of one thing looked through */
};

static graph *graph_of(const bridge *b)
{
    return &b->s->graph;
}

static uint8_t type_of(const bridge *b, uint32_t thing)
{
    return graph_at(graph_of(b), thing)->type;
}

static bool has_effect(uint8_t outcome)
{
    return outcome == OUTCOME_SUCCESS || outcome == OUTCOME_PENDING;
}

/* ---- named together -------------------------------------------------------------------------- */

/* One event makes a thing and acts on another; the edge goes from the first to the second, or
 * back. */
typedef struct pair_row {
    uint8_t made, target;
    uint8_t kind;
    bool is_backwards;
    const char *doc;
} pair_row;

/* clang-format off */
static const pair_row pairs[] = {
    {ENTITY_CREDENTIAL, ENTITY_PRINCIPAL, EDGE_ISSUED,      true,  "a key and whose it is"},
    {ENTITY_ADDRESS,    ENTITY_NETWORK,   EDGE_ATTACHED_TO, false, "an address made for an interface"},
};
/* clang-format on */

static void link_pair(const bridge *b, size_t i, size_t k)
{
    const event_ref *made = &b->e->refs[i], *target = &b->e->refs[k];
    for (size_t r = 0; r < ARRAY_LEN(pairs); r++) {
        const pair_row *row = &pairs[r];
        if (made->type != row->made || target->type != row->target)
            continue;
        uint32_t from = b->thing[row->is_backwards ? k : i];
        uint32_t to = b->thing[row->is_backwards ? i : k];
        const event_ref *shown = row->is_backwards ? made : target;
        graph_link(graph_of(b), from, to, (edge_kind)row->kind, b->entry, shown->path);
    }
}

static void link_pairs(const bridge *b)
{
    for (size_t i = 0; i < b->e->n_refs; i++)
        for (size_t k = 0; b->e->refs[i].relation == RELATION_CREATED && k < b->e->n_refs; k++)
            if (b->e->refs[k].relation == RELATION_TARGET)
                link_pair(b, i, k);
}

/* ---- firewall rules -------------------------------------------------------------------------- */

static bool uses(const graph *g, uint32_t from, uint32_t to)
{
    uint32_t i = graph_at(g, from)->first_edge_out;
    for (int steps = 0; i && steps < BRIDGE_EDGES; steps++, i = g->edges[i].next_out)
        if (g->edges[i].kind == EDGE_USES && g->edges[i].to == to)
            return true;
    return false;
}

/* What a rule is limited to, besides its network: tags and service accounts. */
static bool is_aim(uint8_t type)
{
    return type == ENTITY_OTHER || type == ENTITY_PRINCIPAL;
}

/* The edge that shows that the rule reaches the machine: of one of its aims that the machine has,
 * or `network` when it has no aim. NULL: it does not. */
static const edge *find_reach(const graph *g, uint32_t rule, uint32_t machine, const edge *network)
{
    const edge *shown = network;
    uint32_t i = graph_at(g, rule)->first_edge_out;
    for (int steps = 0; i && steps < BRIDGE_EDGES; steps++, i = g->edges[i].next_out) {
        const edge *x = &g->edges[i];
        if (x->kind != EDGE_USES || !is_aim(graph_at(g, x->to)->type))
            continue;
        if (uses(g, machine, x->to))
            return x;
        shown = NULL;
    }
    return shown;
}

static void link_reach(const bridge *b, uint32_t rule, uint32_t machine, const edge *network)
{
    graph *g = graph_of(b);
    const edge *x = find_reach(g, rule, machine, network);
    if (x)
        graph_link(g, machine, rule, EDGE_USES, b->entry, intern_text(&g->text, x->path));
}

/* `thing` is set up in `network`: meets what else is. A machine meets rules, a rule machines. */
static void meet(const bridge *b, uint32_t thing, uint32_t network)
{
    graph *g = graph_of(b);
    bool is_rule = type_of(b, thing) == ENTITY_SECURITY_GROUP;
    uint8_t wanted = is_rule ? ENTITY_INSTANCE : ENTITY_SECURITY_GROUP;
    uint32_t i = graph_at(g, network)->first_edge_in;
    for (int steps = 0; i && steps < BRIDGE_EDGES; steps++, i = g->edges[i].next_in) {
        edge x = g->edges[i]; /* linking may move the edges */
        if (x.kind == EDGE_USES && type_of(b, x.from) == wanted)
            link_reach(b, is_rule ? thing : x.from, is_rule ? x.from : thing, &x);
    }
}

/* Google's rules are of a network and name whom they reach by tag or account. */
static void link_rules(const bridge *b)
{
    if (b->e->provider != PROVIDER_GCP)
        return;
    for (size_t i = 0; i < b->e->n_refs; i++) {
        const event_ref *ref = &b->e->refs[i];
        bool is_about = ref->relation == RELATION_CREATED || ref->relation == RELATION_TARGET;
        if (!is_about || (ref->type != ENTITY_SECURITY_GROUP && ref->type != ENTITY_INSTANCE))
            continue;
        for (size_t k = 0; k < b->e->n_refs; k++)
            if (b->e->refs[k].relation == RELATION_USES && b->e->refs[k].type == ENTITY_NETWORK)
                meet(b, b->thing[i], b->thing[k]);
    }
}

/* ---- deployments ----------------------------------------------------------------------------- */

/* Azure gives a deployment and all that it makes one correlation id. Other tools use one for all
 * they do, so it says something only where a deployment is. */
static void link_deployment(const bridge *b)
{
    graph *g = graph_of(b);
    str id = b->e->field[FIELD_shared_uid];
    AUTO(buf) key = {0};
    if (b->e->provider != PROVIDER_AZURE || id.n == 0)
        return;
    buf_puts(&key, "correlation:");
    buf_putstr(&key, id);
    bool is_deployment = operation_is(b->e->operation, "deploy");
    uint32_t of = graph_find(g, b->e->provider, ENTITY_TEMPLATE, buf_str(&key));
    for (size_t i = 0; i < b->e->n_refs; i++) {
        const event_ref *ref = &b->e->refs[i];
        if (ref->relation != RELATION_CREATED || !entity_is_lineage(ref->type))
            continue;
        if (is_deployment && ref->type == ENTITY_TEMPLATE) {
            graph_alias(g, b->thing[i], b->e->provider, ENTITY_TEMPLATE, buf_str(&key));
            return;
        }
        graph_infer(g, b->thing[i], of, EDGE_DERIVED_FROM, b->entry, STR("correlationId"));
        if (of)
            graph_join(g, b->thing[i], of);
    }
}

/* ---- missing hops ---------------------------------------------------------------------------- */

static bool has_made(const bridge *b, const entry *n, uint8_t type)
{
    for (size_t i = 0; i < n->n_touches; i++)
        if (n->touches[i].relation == RELATION_CREATED && type_of(b, n->touches[i].entity) == type)
            return true;
    return false;
}

static bool has_source(const bridge *b, const entry *n)
{
    for (size_t i = 0; i < n->n_touches; i++)
        if (n->touches[i].relation == RELATION_PARENT &&
            entity_is_lineage(type_of(b, n->touches[i].entity)))
            return true;
    return false;
}

/* True when calls of the row make things of the type. */
static bool makes(uint16_t operation, uint8_t type)
{
    str spec = str_of(operation_at(operation)->refs), item = STR_NONE;
    while (text_next(&spec, ';', &item)) {
        item = text_trim(item);
        if (text_starts(item, "created ") && str_is(text_before(text_after(item, ' '), ' '),
                                                    entity_describe((entity_type)type)->text))
            return true;
    }
    return false;
}

typedef bool fits_fn(const bridge *b, const entry *n, uint8_t type);

/* The call just before, by the same caller, that fits; GRAPH_NO_ENTRY when there is none, or more
 * than one. */
static uint32_t find_only(const bridge *b, fits_fn *fits, uint8_t type)
{
    const journal *j = &b->s->journal;
    uint32_t found = GRAPH_NO_ENTRY, number = journal_at(j, b->entry)->next_act;
    const entry *n = journal_at(j, number);
    for (int i = 0; n && i < BRIDGE_CALLS; i++, number = n->next_act, n = journal_at(j, number)) {
        if (b->e->time_ns - n->time_ns > BRIDGE_WAIT)
            break;
        if (n->via != b->actor->via || !has_effect(n->outcome) || !fits(b, n, type))
            continue;
        if (found != GRAPH_NO_ENTRY)
            return GRAPH_NO_ENTRY;
        found = number;
    }
    return found;
}

/* The thing comes from what the earlier call names as its sources. */
static void infer_sources(const bridge *b, uint32_t thing, uint32_t number)
{
    graph *g = graph_of(b);
    const entry *n = journal_at(&b->s->journal, number);
    for (size_t i = 0; i < n->n_touches; i++) {
        const touch *t = &n->touches[i];
        if (t->relation != RELATION_PARENT || !entity_is_lineage(type_of(b, t->entity)))
            continue;
        graph_infer(g, thing, t->entity, EDGE_DERIVED_FROM, number, intern_text(&g->text, t->path));
        if (graph_at(g, t->entity)->born != GRAPH_NO_ENTRY)
            graph_join(g, thing, t->entity);
    }
}

/* A bulk request: sources, and nothing made. */
static bool is_bulk(const bridge *b, const entry *n, uint8_t type)
{
    return n->operation == b->e->operation && !has_made(b, n, type) && has_source(b, n);
}

static void infer_bulk(const bridge *b)
{
    if (has_source(b, journal_at(&b->s->journal, b->entry)))
        return;
    for (size_t i = 0; i < b->e->n_refs; i++) {
        const event_ref *ref = &b->e->refs[i];
        if (ref->relation != RELATION_CREATED || ref->type != ENTITY_INSTANCE)
            continue;
        uint32_t number = find_only(b, is_bulk, ref->type);
        if (number != GRAPH_NO_ENTRY)
            infer_sources(b, b->thing[i], number);
    }
}

/* A call that makes such a thing, and whose record does not name it. */
static bool is_cut(const bridge *b, const entry *n, uint8_t type)
{
    return !n->subject && makes(n->operation, type) && !has_made(b, n, type);
}

/* A call that made such a thing, of which nothing was heard since. */
static bool is_unused(const bridge *b, const entry *n, uint8_t type)
{
    for (size_t i = 0; i < n->n_touches; i++) {
        const touch *t = &n->touches[i];
        if (t->relation == RELATION_CREATED && type_of(b, t->entity) == type &&
            journal_at(&b->s->journal, graph_at(graph_of(b), t->entity)->last_touch) == n)
            return true;
    }
    return false;
}

static void infer_from_unused(const bridge *b, uint32_t thing, uint32_t number)
{
    graph *g = graph_of(b);
    const entry *n = journal_at(&b->s->journal, number);
    for (size_t i = 0; i < n->n_touches; i++) {
        const touch *t = &n->touches[i];
        if (t->relation != RELATION_CREATED || type_of(b, t->entity) != type_of(b, thing))
            continue;
        graph_infer(g, thing, t->entity, EDGE_DERIVED_FROM, number, intern_text(&g->text, t->path));
        graph_join(g, thing, t->entity);
    }
}

/* True when no call before named the thing. */
static bool is_first_heard_of(const bridge *b, uint32_t thing)
{
    const entity *x = graph_at(graph_of(b), thing);
    const touch *t = journal_touch_at(&b->s->journal, x->last_touch, thing);
    return x->born == GRAPH_NO_ENTRY && t && t->entry == b->entry &&
           (t->next == GRAPH_NO_ENTRY || t->next == b->entry);
}

/* A thing that the logs never saw being made is taken up. The caller's own call just before may
 * have made it: one whose answer does not say what it made; or, in one session, it is a copy of
 * what was made there and not used. */
static bool infer_origin(const bridge *b, size_t i)
{
    uint8_t type = b->e->refs[i].type;
    uint32_t number = find_only(b, is_cut, type);
    if (number != GRAPH_NO_ENTRY) {
        infer_sources(b, b->thing[i], number);
        journal_at(&b->s->journal, number)->subject = b->thing[i];
        return true;
    }
    bool is_disk = type == ENTITY_VOLUME || type == ENTITY_SNAPSHOT;
    number = is_disk && b->actor->via ? find_only(b, is_unused, type) : GRAPH_NO_ENTRY;
    if (number != GRAPH_NO_ENTRY)
        infer_from_unused(b, b->thing[i], number);
    return number != GRAPH_NO_ENTRY;
}

/* What this call makes of a thing that was the caller's own. */
static void join_made(const bridge *b, uint32_t thing)
{
    for (size_t i = 0; i < b->e->n_refs; i++)
        if (b->e->refs[i].relation == RELATION_CREATED && entity_is_lineage(b->e->refs[i].type))
            graph_join(graph_of(b), b->thing[i], thing);
}

static void infer_origins(const bridge *b)
{
    for (size_t i = 0; i < b->e->n_refs; i++) {
        const event_ref *ref = &b->e->refs[i];
        bool is_taken_up = ref->relation == RELATION_PARENT || ref->relation == RELATION_ATTACHED ||
                           ref->relation == RELATION_TARGET;
        if (is_taken_up && b->thing[i] && entity_is_lineage(ref->type) &&
            is_first_heard_of(b, b->thing[i]) && infer_origin(b, i))
            join_made(b, b->thing[i]);
    }
}

void bridge_add(const bridge *b)
{
    link_pairs(b);
    link_rules(b);
    link_deployment(b);
    infer_bulk(b);
    infer_origins(b);
}
