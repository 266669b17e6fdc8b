/* SPDX-License-Identifier: Apache-2.0
 *
 * incident.c -- steps, lists, links, reasons and words of one incident.
 */
#include "correlate/incident.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "correlate/chain_story.h"
#include "correlate/benign.h"
#include "correlate/explain.h"
#include "correlate/what_if.h"

/* One incident being written. */
typedef struct draft {
    const state *s;
    const story *t;
    const score_result *r;    /* NULL: steps weigh nothing */
    const char *const *names; /* of inputs */
    arena *out;
    spoor_incident *in;
    struct chain *chains; /* or NULL */
} draft;

static const char *z(arena *a, str s)
{
    return explain_z(a, s);
}

static const char *entity_kind(const state *s, uint32_t e)
{
    return entity_describe((entity_type)graph_at(&s->graph, e)->type)->text;
}

static const entry *step_entry(const draft *d, size_t i)
{
    return journal_at(&d->s->journal, d->t->steps[i].entry);
}

/* The kept event of an entry; its refs live in `a`. */
static bool open_entry(const entry *n, arena *a, event *ret)
{
    size_t n_refs = event_packed_refs(journal_packed(n));
    event_ref *refs = arena_alloc(a, (n_refs + 1) * sizeof *refs);
    return refs && journal_event(n, ret, refs, n_refs);
}

static const char *source_of(const draft *d, const event *e)
{
    return z(d->out, arena_printf(d->out, "%s:%u", d->names[e->file], e->record));
}

/* ---- steps ----------------------------------------------------------------------------------- */

static const char *via_of(const draft *d, const entry *n)
{
    const graph *g = &d->s->graph;
    if (n->via == 0 || n->via == n->root)
        return "";
    str principal = n->actor != n->root ? graph_name(g, n->actor) : STR_NONE;
    str text = principal.n ? arena_printf(d->out, "%s %.*s of %.*s", entity_kind(d->s, n->via),
                                          (int)graph_name(g, n->via).n, graph_name(g, n->via).p,
                                          (int)principal.n, principal.p)
                           : arena_printf(d->out, "%s %.*s", entity_kind(d->s, n->via),
                                          (int)graph_name(g, n->via).n, graph_name(g, n->via).p);
    return z(d->out, text);
}

/* What the call did beyond its name: opened, shared, granted; else why it failed. */
static str detail_of(const event *e)
{
    static const field order[] = {FIELD_public_exposure, FIELD_share_to, FIELD_policy_delta,
                                  FIELD_error_code};
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        if (e->field[order[i]].n > 0)
            return e->field[order[i]];
    return STR_NONE;
}

enum {
    ALIKE_LEAST = 6,     /* so many like steps in a row become one */
    ALIKE_RESOURCES = 20 /* things that a step of several calls names */
};
#define ALIKE_GAP (10 * TIME_MINUTE)

/* Steps [from, to) of the story, shown as one. */
typedef struct step_run {
    size_t from, to;
} step_run;

static bool is_alike(const draft *d, size_t i, size_t k)
{
    const entry *a = step_entry(d, i), *b = step_entry(d, k);
    return a->operation == b->operation && a->outcome == b->outcome && a->root == b->root &&
           a->via == b->via && b->time_ns - a->last_ns <= ALIKE_GAP;
}

static step_run next_run(const draft *d, size_t from)
{
    step_run run = {from, from + 1};
    while (run.to < d->t->n_steps && is_alike(d, run.to - 1, run.to))
        run.to++;
    if (run.to - run.from < ALIKE_LEAST)
        run.to = from + 1;
    return run;
}

static void fill_resources(const draft *d, const step_run *run, spoor_step *ret)
{
    size_t most = step_entry(d, run->from)->n_touches;
    if (run->to - run->from > 1)
        most = ALIKE_RESOURCES;
    spoor_resource *list = arena_alloc(d->out, (most + 1) * sizeof *list);
    if (!list)
        return;
    for (size_t i = run->from; i < run->to; i++) {
        const entry *n = step_entry(d, i);
        for (size_t k = 0; k < n->n_touches && ret->n_resources < most; k++) {
            uint32_t e = n->touches[k].entity;
            list[ret->n_resources++] =
                (spoor_resource){z(d->out, graph_id(&d->s->graph, e)), entity_kind(d->s, e)};
        }
    }
    ret->resources = list;
}

/* What the calls of the run have together: their count, their points. */
static void add_up(const draft *d, const step_run *run, spoor_step *ret)
{
    int64_t cents = 0;
    for (size_t i = run->from; i < run->to; i++) {
        ret->count += step_entry(d, i)->count;
        cents += d->r ? d->r->step_cents[i] : 0;
    }
    ret->points = (double)cents / 100;
}

static bool fill_step(const draft *d, const step_run *run, spoor_step *ret)
{
    const entry *n = step_entry(d, run->from);
    const operation_info *o = operation_at(n->operation);
    event e;
    if (!open_entry(n, d->out, &e))
        return false;
    str address = e.field[FIELD_src_ip].n ? e.field[FIELD_src_ip] : e.field[FIELD_src_service];
    *ret = (spoor_step){.time_ns = n->time_ns,
                        .stage = stage_describe((stage)o->stage)->name,
                        .operation = o->name,
                        .class_name = o->class_name,
                        .actor = n->root ? z(d->out, graph_name(&d->s->graph, n->root)) : "",
                        .via = via_of(d, n),
                        .address = z(d->out, address),
                        .region = z(d->out, e.field[FIELD_region]),
                        .outcome = outcome_text((outcome)n->outcome),
                        .detail = z(d->out, detail_of(&e)),
                        .event_uid = z(d->out, e.field[FIELD_uid]),
                        .source = source_of(d, &e)};
    add_up(d, run, ret);
    fill_resources(d, run, ret);
    return true;
}

static bool fill_steps(draft *d)
{
    spoor_step *steps = arena_alloc(d->out, (d->t->n_steps + 1) * sizeof *steps);
    size_t n = 0;
    for (step_run run = {0}; steps && run.to < d->t->n_steps; n++) {
        run = next_run(d, run.to);
        if (!fill_step(d, &run, &steps[n]))
            return false;
    }
    d->in->steps = steps;
    d->in->n_steps = n;
    return steps != NULL;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_texts(text_list *l)
{
    if (l->n > 1)
        qsort(l->text, l->n, sizeof *l->text, compare_texts);
}

static void fill_texts(draft *d)
{
    text_list techniques = {0}, providers = {0}, accounts = {0};
    for (size_t i = 0; i < d->t->n_steps; i++) {
        const entry *n = step_entry(d, i);
        const char *technique = operation_at(n->operation)->technique;
        event e;
        if (technique[0] == 'T')
            text_list_add(d->out, &techniques, technique);
        text_list_add(d->out, &providers, provider_text((provider)n->provider));
        if (open_entry(n, d->out, &e) && e.field[FIELD_account].n > 0)
            text_list_add(d->out, &accounts, z(d->out, e.field[FIELD_account]));
    }
    sort_texts(&techniques);
    sort_texts(&providers);
    sort_texts(&accounts);
    d->in->techniques = techniques.text;
    d->in->n_techniques = techniques.n;
    d->in->providers = providers.text;
    d->in->n_providers = providers.n;
    d->in->accounts = accounts.text;
    d->in->n_accounts = accounts.n;
}

const char *incident_actor_kind(const state *s, uint32_t e)
{
    const entity *x = graph_at(&s->graph, e);
    str id = graph_id(&s->graph, e);
    if (x->type == ENTITY_SESSION)
        return "session";
    if (text_ends(id, ":root"))
        return "root";
    if (text_has(id, ":user/"))
        return "user";
    if (text_has(id, ":role/"))
        return "role";
    if (text_ends(id, ".amazonaws.com"))
        return "service";
    if (text_ends(id, "gserviceaccount.com"))
        return "service account";
    return "principal";
}

static bool fill_actors(draft *d)
{
    spoor_actor *list = arena_alloc(d->out, (d->t->n_roots + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < d->t->n_roots; i++) {
        uint32_t e = d->t->roots[i];
        list[i] =
            (spoor_actor){z(d->out, graph_id(&d->s->graph, e)),
                          z(d->out, graph_name(&d->s->graph, e)), incident_actor_kind(d->s, e)};
    }
    d->in->actors = list;
    d->in->n_actors = d->t->n_roots;
    return true;
}

static bool fill_things(draft *d)
{
    spoor_resource *list = arena_alloc(d->out, (d->t->n_things + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < d->t->n_things; i++) {
        uint32_t e = d->t->things[i];
        list[i] = (spoor_resource){z(d->out, graph_id(&d->s->graph, e)), entity_kind(d->s, e)};
    }
    d->in->resources = list;
    d->in->n_resources = d->t->n_things;
    return true;
}

/* ---- links ----------------------------------------------------------------------------------- */

static void fill_link(const draft *d, const edge *x, spoor_link *ret)
{
    const graph *g = &d->s->graph;
    const entry *n = journal_at(&d->s->journal, x->entry);
    event e = {0};
    if (n)
        open_entry(n, d->out, &e);
    *ret = (spoor_link){.from = z(d->out, graph_id(g, x->from)),
                        .to = z(d->out, graph_id(g, x->to)),
                        .from_kind = entity_kind(d->s, x->from),
                        .to_kind = entity_kind(d->s, x->to),
                        .kind = edge_kind_text((edge_kind)x->kind),
                        .event_uid = z(d->out, e.field[FIELD_uid]),
                        .field = x->path ? z(d->out, intern_text(&g->text, x->path)) : "",
                        .is_inferred = x->is_inferred};
}

typedef struct link_list {
    spoor_link *list;
    size_t n, cap;
} link_list;

/* Edges of `thing` that the entry proves: those that leave it, and those by which it was issued or
 * is run as, for the other end of these need not be named in the record. */
static void add_links(const draft *d, uint32_t thing, uint32_t entry, link_list *l)
{
    const graph *g = &d->s->graph;
    for (uint32_t x = graph_at(g, thing)->first_edge_out; x; x = g->edges[x].next_out)
        if (g->edges[x].entry == entry && g->edges[x].kind != EDGE_ISSUED &&
            g->edges[x].kind != EDGE_RUNS_AS && g->edges[x].kind != EDGE_SAME_AS && l->n < l->cap)
            fill_link(d, &g->edges[x], &l->list[l->n++]);
    uint8_t type = graph_at(g, thing)->type;
    if (type != ENTITY_CREDENTIAL && type != ENTITY_SESSION)
        return;
    for (uint32_t x = graph_at(g, thing)->first_edge_in; x; x = g->edges[x].next_in)
        if (g->edges[x].entry == entry &&
            (g->edges[x].kind == EDGE_ISSUED || g->edges[x].kind == EDGE_RUNS_AS) && l->n < l->cap)
            fill_link(d, &g->edges[x], &l->list[l->n++]);
}

static bool is_touched_before(const entry *e, size_t k)
{
    for (size_t i = 0; i < k; i++)
        if (e->touches[i].entity == e->touches[k].entity)
            return true;
    return false;
}

enum { SAME_MAX = 16 }; /* names of one person that an incident shows */

/* Callers that were found to be one person, by whatever call. */
static void add_same(const draft *d, uint32_t who, uint32_t *seen, size_t *n_seen, link_list *l)
{
    const graph *g = &d->s->graph;
    for (int is_in = 0; who && is_in < 2; is_in++) {
        uint32_t x = is_in ? graph_at(g, who)->first_edge_in : graph_at(g, who)->first_edge_out;
        for (; x && *n_seen < SAME_MAX; x = is_in ? g->edges[x].next_in : g->edges[x].next_out) {
            bool is_new = g->edges[x].kind == EDGE_SAME_AS && l->n < l->cap;
            for (size_t i = 0; i < *n_seen; i++)
                is_new = is_new && seen[i] != x;
            if (!is_new)
                continue;
            seen[(*n_seen)++] = x;
            fill_link(d, &g->edges[x], &l->list[l->n++]);
        }
    }
}

static void add_persons(const draft *d, link_list *l)
{
    uint32_t seen[SAME_MAX];
    size_t n_seen = 0;
    for (size_t i = 0; i < d->t->n_steps; i++) {
        const entry *step = step_entry(d, i);
        add_same(d, step->root, seen, &n_seen, l);
        add_same(d, step->actor, seen, &n_seen, l);
    }
}

/* Edges that the story's own calls prove, in the order they were proven. */
static bool fill_links(draft *d)
{
    link_list l = {.cap = SAME_MAX};
    for (size_t i = 0; i < d->t->n_steps; i++)
        l.cap += 4 * (size_t)step_entry(d, i)->n_touches + 4;
    l.list = arena_alloc(d->out, (l.cap + 1) * sizeof *l.list);
    if (!l.list)
        return false;
    for (size_t i = 0; i < d->t->n_steps; i++) {
        const entry *step = step_entry(d, i);
        for (size_t k = 0; k < step->n_touches; k++)
            if (!is_touched_before(step, k))
                add_links(d, step->touches[k].entity, d->t->steps[i].entry, &l);
        if (graph_at(&d->s->graph, step->root)->type == ENTITY_SESSION)
            add_links(d, step->root, d->t->steps[i].entry, &l);
    }
    add_persons(d, &l);
    d->in->links = l.list;
    d->in->n_links = l.n;
    return true;
}

/* ---- the incident ---------------------------------------------------------------------------- */

/* Stable: the provider's own id of the earliest call that the story is about. */
static const char *incident_id(const draft *d)
{
    for (size_t i = 0; i < d->t->n_steps; i++) {
        event e;
        if (!d->t->steps[i].is_anchor || !open_entry(step_entry(d, i), d->out, &e))
            continue;
        uint64_t h = hash_mix(hash_str(e.field[FIELD_uid], 21), e.uid_hash);
        return z(d->out, arena_printf(d->out, "SP-%016llx", (unsigned long long)h));
    }
    return "";
}

static bool fill_reasons(draft *d)
{
    spoor_reason *list = arena_alloc(d->out, (d->r->n_reasons + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < d->r->n_reasons; i++)
        list[i] =
            (spoor_reason){z(d->out, d->r->reasons[i].text), (double)d->r->reasons[i].cents / 100};
    d->in->reasons = list;
    d->in->n_reasons = d->r->n_reasons;
    return true;
}

static void fill_words(draft *d)
{
    text_list missing = {0}, near = {0}, next = {0};
    const score_facts *f = &d->r->facts;
    d->in->title = explain_title(d->s, d->t, f, d->out);
    d->in->verdict = explain_verdict(d->s, d->t, f, d->out);
    explain_missing(d->s, d->t, d->out, &missing);
    explain_near(d->s, f, d->out, &near);
    if (d->chains)
        chain_near_misses(d->chains, d->s, d->t, d->out, &near);
    explain_next(d->s, d->t, f, d->out, &next);
    d->in->missing = missing.text;
    d->in->n_missing = missing.n;
    d->in->near_misses = near.text;
    d->in->n_near_misses = near.n;
    d->in->next = next.text;
    d->in->n_next = next.n;
}

bool incident_steps(const state *s, const story *t, const char *const *names, arena *out,
                    const spoor_step **ret, size_t *ret_n)
{
    spoor_incident in = {0};
    draft d = {s, t, NULL, names, out, &in, NULL};
    if (!fill_steps(&d))
        return false;
    *ret = in.steps;
    *ret_n = in.n_steps;
    return !out->failed;
}

bool incident_write(const incident_source *from, arena *out, spoor_incident *ret)
{
    draft d = {from->s, from->t, from->scored, from->names, out, ret, from->chains};
    *ret = (spoor_incident){.level = d.r->level, .score = (double)d.r->cents / 100};
    ret->id = incident_id(&d);
    ret->first_ns = step_entry(&d, 0)->time_ns;
    ret->last_ns = step_entry(&d, d.t->n_steps - 1)->last_ns;
    ret->benign = from->benign->list;
    ret->n_benign = from->benign->n;
    fill_texts(&d);
    fill_words(&d);
    text_list what_ifs = {0};
    if (!what_if_tell(from->s, from->t, from->context, from->scored, out, &what_ifs))
        return false;
    ret->counterfactuals = what_ifs.text;
    ret->n_counterfactuals = what_ifs.n;
    return fill_steps(&d) && fill_actors(&d) && fill_things(&d) && fill_links(&d) &&
           fill_reasons(&d) && !out->failed;
}
