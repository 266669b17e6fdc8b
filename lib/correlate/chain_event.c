/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_event.c -- takes the values out of an event, with the ids that the graph knows things by.
 */
#include "correlate/chain_event.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "state/state.h"

enum {
    EDGES_MAX = 8,      /* that are followed from a session to its machine */
    POSTING_BYTES = 64, /* about what listing one value takes */
};

typedef struct picking {
    const chain_caller *from;
    chain_value *values;
    size_t n, cap, text_bytes;
    bool failed;
} picking;

static uint64_t hash_value(uint8_t provider, uint8_t type, str id)
{
    return hash_mix(hash_str(id, 0), (uint64_t)provider << 8 | type);
}

static void add(picking *p, chain_value v, uint8_t provider)
{
    if (v.id.n == 0)
        return;
    chain_value *values = array_room(p->values, p->n, &p->cap, 16, sizeof *values);
    if (!values) {
        p->failed = true;
        return;
    }
    v.hash = hash_value(provider, v.type, v.id);
    p->values = values;
    p->values[p->n++] = v;
    p->text_bytes += v.id.n + v.path.n;
}

/* By the id under which the graph found the thing first: it may have several. */
static void add_entity(picking *p, uint8_t slot, uint32_t e, str path)
{
    const graph *g = &p->from->s->graph;
    const entity *x = graph_at(g, e);
    if (e)
        add(p, (chain_value){0, graph_id(g, e), path, slot, x->type}, x->provider);
}

static void add_refs(picking *p, bool is_update)
{
    const event *e = p->from->e;
    const graph *g = &p->from->s->graph;
    for (size_t i = 0; i < e->n_refs; i++) {
        const event_ref *ref = &e->refs[i];
        bool was_there = is_update && ref->relation == RELATION_CREATED;
        uint8_t slot = was_there ? RELATION_TARGET : ref->relation;
        uint32_t thing = graph_find(g, e->provider, (entity_type)ref->type, ref->id);
        if (thing)
            add_entity(p, slot, thing, ref->path);
        else
            add(p, (chain_value){0, ref->id, ref->path, slot, ref->type}, e->provider);
    }
}

/* The instance whose role session made the call. */
static uint32_t find_machine(const graph *g, uint32_t session)
{
    uint32_t i = graph_at(g, session)->first_edge_in;
    for (int n = 0; i && n < EDGES_MAX; n++, i = g->edges[i].next_in)
        if (g->edges[i].kind == EDGE_RUNS_AS)
            return g->edges[i].from;
    return 0;
}

static void add_caller(picking *p, const entry *n)
{
    const event *e = p->from->e;
    const graph *g = &p->from->s->graph;
    uint32_t session = graph_find(g, e->provider, ENTITY_SESSION, e->field[FIELD_session_id]);
    add_entity(p, LINEAGE_ACTOR, n->root, STR_NONE);
    add_entity(p, LINEAGE_PRINCIPAL, n->actor, STR_NONE);
    add_entity(p, LINEAGE_CREDENTIAL, n->via, STR_NONE);
    add_entity(p, LINEAGE_MACHINE, session ? find_machine(g, session) : 0, STR_NONE);
    add(p, (chain_value){0, e->field[FIELD_account], STR_NONE, LINEAGE_ACCOUNT, ENTITY_ACCOUNT},
        e->provider);
    add(p, (chain_value){0, e->field[FIELD_region], STR_NONE, LINEAGE_REGION, ENTITY_NONE}, 0);
    add(p, (chain_value){0, e->field[FIELD_src_ip], STR_NONE, LINEAGE_ADDRESS, ENTITY_NONE}, 0);
}

static int compare_values(const void *a, const void *b)
{
    const chain_value *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    size_t n = x->path.n < y->path.n ? x->path.n : y->path.n;
    int by_path = n ? memcmp(x->path.p, y->path.p, n) : 0;
    return by_path ? by_path : (x->path.n > y->path.n) - (x->path.n < y->path.n);
}

static str put_text(char **at, str s)
{
    str copy = {*at, s.n};
    if (s.n)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return copy;
}

/* The event, its kinds, its values and all texts, one behind the other. */
static chain_event *assemble(const picking *p, const uint32_t *kinds, size_t n_kinds, str actor)
{
    const event *e = p->from->e;
    str uid = e->field[FIELD_uid];
    size_t values_bytes = p->n * sizeof(chain_value), kinds_bytes = n_kinds * sizeof *kinds;
    size_t bytes =
        sizeof(chain_event) + values_bytes + kinds_bytes + p->text_bytes + uid.n + actor.n;
    chain_event *made = malloc(bytes);
    if (!made)
        return NULL;
    chain_value *values = (chain_value *)(void *)(made + 1);
    uint32_t *list = (uint32_t *)(void *)(values + p->n);
    char *text = (char *)(list + n_kinds);
    memcpy(list, kinds, kinds_bytes);
    for (size_t i = 0; i < p->n; i++) {
        values[i] = p->values[i];
        values[i].id = put_text(&text, values[i].id);
        values[i].path = put_text(&text, values[i].path);
    }
    *made = (chain_event){.time_ns = e->time_ns,
                          .bytes = bytes + p->n * POSTING_BYTES,
                          .file = e->file,
                          .record = e->record,
                          .outcome = e->outcome,
                          .uid = put_text(&text, uid),
                          .actor = put_text(&text, actor),
                          .kinds = list,
                          .n_kinds = n_kinds,
                          .values = values,
                          .n_values = p->n};
    return made;
}

chain_event *chain_event_new(const chain_caller *from, const uint32_t *kinds, size_t n_kinds)
{
    picking p = {.from = from};
    const entry *n = journal_at(&from->s->journal, from->entry);
    uint16_t operation = n ? n->operation : from->e->operation;
    add_refs(&p, operation != from->e->operation);
    if (n)
        add_caller(&p, n);
    if (p.n > 1)
        qsort(p.values, p.n, sizeof *p.values, compare_values);
    str actor = n ? graph_name(&from->s->graph, n->root) : from->e->field[FIELD_actor_name];
    chain_event *made = p.failed ? NULL : assemble(&p, kinds, n_kinds, actor);
    if (made)
        made->operation = operation;
    free(p.values);
    return made;
}

void chain_event_free(chain_event *e)
{
    if (!e)
        return;
    free(e->marks);
    free(e);
}

bool chain_event_is_of(const chain_event *e, uint32_t kind)
{
    for (size_t i = 0; i < e->n_kinds; i++)
        if (e->kinds[i] == kind)
            return true;
    return false;
}

bool chain_value_is_in(const chain_value *v, const lineage_facet *f)
{
    return lineage_has(f->slots, v->slot) && (f->type == ENTITY_NONE || f->type == v->type);
}

/* Values of b with the hash of `v`, from *at on. */
static bool meets(const chain_value *v, const chain_event *b, size_t at, const lineage_facet *fb)
{
    for (; at < b->n_values && b->values[at].hash == v->hash; at++)
        if (chain_value_is_in(&b->values[at], fb) && str_eq(b->values[at].id, v->id))
            return true;
    return false;
}

bool chain_event_meet(const chain_event *a, const lineage_facet *fa, const chain_event *b,
                      const lineage_facet *fb, const chain_value **ret)
{
    size_t at = 0;
    for (size_t i = 0; i < a->n_values; i++) {
        while (at < b->n_values && b->values[at].hash < a->values[i].hash)
            at++;
        if (!chain_value_is_in(&a->values[i], fa) || !meets(&a->values[i], b, at, fb))
            continue;
        if (ret)
            *ret = &a->values[i];
        return true;
    }
    return false;
}

chain_mark *chain_event_mark(const chain_event *e, uint32_t lineage, bool is_near)
{
    for (size_t i = 0; i < e->n_marks; i++)
        if (e->marks[i].lineage == lineage && e->marks[i].is_near == is_near)
            return &e->marks[i];
    return NULL;
}

bool chain_event_add_mark(chain_event *e, chain_mark mark)
{
    chain_mark *marks = array_room(e->marks, e->n_marks, &e->cap_marks, 2, sizeof *marks);
    if (!marks)
        return false;
    e->marks = marks;
    e->marks[e->n_marks++] = mark;
    return true;
}
