/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier.c -- identity, what was done to the thing and by it, from where, and what it is part of.
 */
#include "correlate/dossier.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "correlate/explain.h"
#include "correlate/incident.h"
#include "correlate/neighbours.h"
#include "correlate/resolve.h"
#include "correlate/track.h"

/* One dossier being written. */
typedef struct file {
    const dossier_source *from;
    const state *s;
    uint32_t thing;
    arena *out;
    spoor_dossier *d;
    uint8_t *is_hand; /* by entity: what it does, the thing does */
    bool has_sessions;
    text_list notes, missing;
} file;

/* Numbers of journal entries. */
typedef struct number_list {
    uint32_t *number;
    size_t n, cap;
    bool failed;
} number_list;

static void number_list_done(number_list *l)
{
    free(l->number);
}

static void add_number(number_list *l, uint32_t number)
{
    uint32_t *more = array_room(l->number, l->n, &l->cap, 64, sizeof *more);
    if (!more) {
        l->failed = true;
        return;
    }
    l->number = more;
    l->number[l->n++] = number;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static const char *z(const file *f, str s)
{
    return explain_z(f->out, s);
}

static entity *subject(const file *f)
{
    return graph_at(&f->s->graph, f->thing);
}

/* ---- which calls ----------------------------------------------------------------------------- */

/* The calls that name the thing, oldest first. */
static void find_touches(const file *f, number_list *ret)
{
    uint32_t number = subject(f)->last_touch;
    const touch *t = journal_touch_at(&f->s->journal, number, f->thing);
    while (t) {
        add_number(ret, number);
        number = t->next;
        t = journal_touch_at(&f->s->journal, number, f->thing);
    }
    if (ret->n > 1)
        qsort(ret->number, ret->n, sizeof *ret->number, compare_numbers);
}

/* Whose calls are the thing's own: its own, and of an instance those of its role's sessions. */
static void find_hands(file *f)
{
    const graph *g = &f->s->graph;
    f->is_hand[f->thing] = subject(f)->type != ENTITY_INSTANCE;
    for (uint32_t e = subject(f)->first_edge_out; e; e = g->edges[e].next_out)
        if (g->edges[e].kind == EDGE_RUNS_AS)
            f->is_hand[g->edges[e].to] = true;
    for (uint32_t i = 1; i < g->n; i++)
        f->has_sessions =
            f->has_sessions || (f->is_hand[i] && g->entities[i].type == ENTITY_SESSION);
}

/* An entry says which credential was used; which session that was stands in its event. */
static bool is_in_session(const file *f, const entry *n)
{
    event e;
    if (!f->has_sessions || !event_unpack_fields(journal_packed(n), &e))
        return false;
    return f
        ->is_hand[graph_find(&f->s->graph, n->provider, ENTITY_SESSION, e.field[FIELD_session_id])];
}

static void find_acts(const file *f, number_list *ret)
{
    const journal *j = &f->s->journal;
    for (uint32_t i = j->first; i < j->next; i++) {
        const entry *n = journal_at(j, i);
        if (f->is_hand[n->actor] || f->is_hand[n->root] || f->is_hand[n->via] ||
            is_in_session(f, n))
            add_number(ret, i);
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool write_steps(const file *f, const uint32_t *numbers, size_t n, const spoor_step **ret,
                        size_t *ret_n)
{
    story t = {.steps = arena_alloc(f->out, (n + 1) * sizeof *t.steps), .n_steps = n};
    for (size_t i = 0; t.steps && i < n; i++)
        t.steps[i].entry = numbers[i];
    return t.steps && incident_steps(f->s, &t, f->from->names, f->out, ret, ret_n);
}

static void miss(file *f, str text)
{
    text_list_add(f->out, &f->missing, text.p ? text.p : "");
}

/* The newest of the calls. */
static bool write_list(file *f, const number_list *l, const spoor_step **ret, size_t *ret_n)
{
    size_t from = l->n > LIMIT_TRACE_STEPS ? l->n - LIMIT_TRACE_STEPS : 0;
    if (from > 0)
        miss(f, arena_printf(f->out, "%zu older calls are not listed (limit trace_steps)", from));
    return !l->failed && write_steps(f, l->number + from, l->n - from, ret, ret_n);
}

static bool write_one(const file *f, uint32_t number, const spoor_step **ret)
{
    size_t n;
    return !journal_at(&f->s->journal, number) || write_steps(f, &number, 1, ret, &n);
}

static bool is_end(const file *f, uint32_t number)
{
    const entry *n = journal_at(&f->s->journal, number);
    str class_name = str_of(operation_at(n->operation)->class_name);
    const touch *t = journal_touch_at(&f->s->journal, number, f->thing);
    return text_ends(class_name, ".delete") && t && t->relation == RELATION_TARGET &&
           (n->outcome == OUTCOME_SUCCESS || n->outcome == OUTCOME_PENDING);
}

/* The last call that deleted the thing, unless it was made once more since. */
static uint32_t find_end(const file *f, const number_list *touches)
{
    for (size_t i = touches->n; i-- > 0;) {
        uint32_t number = touches->number[i];
        const touch *t = journal_touch_at(&f->s->journal, number, f->thing);
        const entry *n = journal_at(&f->s->journal, number);
        if (is_end(f, number))
            return number;
        if (t->relation == RELATION_CREATED && n->outcome == OUTCOME_SUCCESS)
            return GRAPH_NO_ENTRY;
    }
    return GRAPH_NO_ENTRY;
}

static void span(file *f, const number_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        const entry *n = journal_at(&f->s->journal, l->number[i]);
        bool is_first = f->d->first_ns == SPOOR_TIME_NONE || n->time_ns < f->d->first_ns;
        f->d->first_ns = is_first ? n->time_ns : f->d->first_ns;
        f->d->last_ns = n->last_ns > f->d->last_ns ? n->last_ns : f->d->last_ns;
    }
}

/* ---- places ---------------------------------------------------------------------------------- */

enum { PLACES_AWAY = 8 };

typedef struct place_list {
    spoor_place *place;
    size_t n, most;
    uint64_t left_out; /* calls from further places */
} place_list;

/* NULL: the list is full. */
static spoor_place *place_of(const file *f, place_list *l, str address)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_is(address, l->place[i].address))
            return &l->place[i];
    if (l->n == l->most)
        return NULL;
    l->place[l->n] = (spoor_place){.address = z(f, address)};
    return &l->place[l->n++];
}

static void add_place(const file *f, place_list *l, const entry *x)
{
    event e;
    if (!event_unpack_fields(journal_packed(x), &e) || e.field[FIELD_src_ip].n == 0)
        return;
    spoor_place *at = place_of(f, l, e.field[FIELD_src_ip]);
    if (!at) {
        l->left_out += x->count;
        return;
    }
    at->first_ns = at->calls ? at->first_ns : x->time_ns;
    at->last_ns = x->last_ns > at->last_ns || !at->calls ? x->last_ns : at->last_ns;
    at->calls += x->count;
}

static void note(file *f, str text)
{
    text_list_add(f->out, &f->notes, text.p ? text.p : "");
}

/* Calls in sessions of an instance's role that did not come from the instance. */
static void note_away(file *f, const number_list *acts)
{
    spoor_place list[PLACES_AWAY] = {0};
    place_list l = {.place = list, .most = PLACES_AWAY};
    for (size_t i = 0; i < acts->n; i++) {
        const entry *x = journal_at(&f->s->journal, acts->number[i]);
        if (x->is_away)
            add_place(f, &l, x);
    }
    for (size_t i = 0; i < l.n; i++)
        note(f, arena_printf(f->out,
                             "a session of an instance's role was used away from the instance: "
                             "%llu call%s from %s",
                             (unsigned long long)list[i].calls, list[i].calls == 1 ? "" : "s",
                             list[i].address));
    if (l.left_out)
        note(f, arena_printf(f->out, "the same from further addresses: %llu call%s",
                             (unsigned long long)l.left_out, l.left_out == 1 ? "" : "s"));
}

static bool fill_places(file *f, const number_list *acts)
{
    place_list l = {.most = LIMIT_TRACE_PLACES};
    l.place = arena_alloc(f->out, LIMIT_TRACE_PLACES * sizeof *l.place);
    if (!l.place)
        return false;
    for (size_t i = 0; i < acts->n; i++)
        add_place(f, &l, journal_at(&f->s->journal, acts->number[i]));
    if (l.left_out)
        miss(f, arena_printf(f->out, "addresses of %llu calls are not listed (limit trace_places)",
                             (unsigned long long)l.left_out));
    f->d->places = l.place;
    f->d->n_places = l.n;
    note_away(f, acts);
    return true;
}

/* ---- identity -------------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void fill_aliases(file *f)
{
    const graph *g = &f->s->graph;
    text_list all = {0};
    for (size_t i = 0; i < g->by_key.cap; i++) {
        uint32_t text = (uint32_t)g->by_key.slot[i].key;
        if (g->by_key.slot[i].value == f->thing && text != subject(f)->id &&
            text != subject(f)->name)
            text_list_add(f->out, &all, z(f, intern_text(&g->text, text)));
    }
    if (all.n > 1)
        qsort(all.text, all.n, sizeof *all.text, compare_texts);
    f->d->aliases = all.text;
    f->d->n_aliases = all.n;
}

static void fill_identity(file *f)
{
    const graph *g = &f->s->graph;
    const entity *x = subject(f);
    *f->d = (spoor_dossier){.id = z(f, graph_id(g, f->thing)),
                            .name = x->name ? z(f, graph_name(g, f->thing)) : "",
                            .kind = resolve_kind(f->s, f->thing),
                            .provider = provider_text((provider)x->provider),
                            .account = x->account ? z(f, intern_text(&g->text, x->account)) : "",
                            .first_ns = SPOOR_TIME_NONE,
                            .last_ns = SPOOR_TIME_NONE,
                            .exposure = "",
                            .searched = f->from->searched,
                            .named = f->from->mentions->calls};
    if (x->type == ENTITY_INSTANCE)
        f->d->exposure = z(f, exposure_text(f->s, f->thing, f->out));
    fill_aliases(f);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static bool fill_mentions(file *f)
{
    const mentions *m = f->from->mentions;
    spoor_mention *list = arena_alloc(f->out, (m->n + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < m->n; i++) {
        const mention *x = &m->rows[i];
        str source = arena_printf(f->out, "%s:%u", f->from->names[x->file], x->record);
        list[i] = (spoor_mention){.service = z(f, intern_text(&m->text, x->service)),
                                  .operation = z(f, intern_text(&m->text, x->operation)),
                                  .count = x->count,
                                  .first_ns = x->first_ns,
                                  .last_ns = x->last_ns,
                                  .source = z(f, source)};
    }
    f->d->mentions = list;
    f->d->n_mentions = m->n;
    if (m->left_out)
        miss(f, arena_printf(f->out, "%llu calls that name it are not listed (limit mentions)",
                             (unsigned long long)m->left_out));
    return true;
}

static bool is_part(const spoor_incident *in, const char *id)
{
    for (size_t i = 0; i < in->n_resources; i++)
        if (strcmp(in->resources[i].id, id) == 0)
            return true;
    for (size_t i = 0; i < in->n_actors; i++)
        if (strcmp(in->actors[i].id, id) == 0)
            return true;
    for (size_t i = 0; i < in->n_steps; i++)
        for (size_t k = 0; k < in->steps[i].n_resources; k++)
            if (strcmp(in->steps[i].resources[k].id, id) == 0)
                return true;
    return false;
}

static bool fill_incidents(file *f)
{
    const correlate_result *found = f->from->found;
    spoor_involvement *list = arena_alloc(f->out, (found->n_incidents + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < found->n_incidents; i++) {
        const spoor_incident *in = &found->incidents[i];
        if (is_part(in, f->d->id))
            list[f->d->n_incidents++] = (spoor_involvement){in->id, in->title, in->level};
    }
    f->d->incidents = list;
    return true;
}

/* ---- trees ----------------------------------------------------------------------------------- */

/* A session whose issuing call is not there hides who is behind it. */
static void miss_issuers(file *f, const track *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const entity *x = graph_at(&f->s->graph, t->things[i]);
        bool is_leaf = i + 1 == t->n || t->nodes[i + 1].parent != i;
        if (x->type == ENTITY_SESSION && is_leaf && t->nodes[i].is_before && !t->nodes[i].is_again)
            miss(f, arena_printf(f->out,
                                 "the call that issued session %s is not in these logs: who is "
                                 "behind it could not be seen",
                                 t->nodes[i].name[0] ? t->nodes[i].name : t->nodes[i].id));
    }
}

static bool fill_tree(file *f, track_way way, const spoor_node **ret, size_t *ret_n)
{
    track t;
    if (!track_walk(f->s, f->thing, way, f->from->names, f->out, &t))
        return false;
    if (way == TRACK_ORIGIN)
        miss_issuers(f, &t);
    if (t.left_out)
        miss(f, arena_printf(f->out, "%llu things of its %s are not listed (limit trace_nodes)",
                             (unsigned long long)t.left_out,
                             way == TRACK_ORIGIN ? "origin" : "offspring"));
    *ret = t.nodes;
    *ret_n = t.n;
    return true;
}

/* ---- the dossier ----------------------------------------------------------------------------- */

/* Of these kinds the call that makes one is in the logs, when they reach back so far. */
static bool is_made(uint8_t type)
{
    return type != ENTITY_ACCOUNT && type != ENTITY_OTHER && type != ENTITY_ROLE;
}

static void fill_missing(file *f, const number_list *touches)
{
    const state *s = f->s;
    story t = {.things = &f->thing, .n_things = 1};
    t.steps = arena_alloc(f->out, (touches->n + 1) * sizeof *t.steps);
    for (size_t i = 0; t.steps && i < touches->n; i++)
        t.steps[t.n_steps++].entry = touches->number[i];
    if (!f->d->born && is_made(subject(f)->type))
        miss(f, STR("the call that made it is not in these logs"));
    if (s->journal.forgotten)
        miss(f, arena_printf(f->out, "%llu calls were forgotten (limit journal)",
                             (unsigned long long)s->journal.forgotten));
    if (s->graph.refused)
        miss(f, arena_printf(f->out, "%llu further things were not remembered (limit entities)",
                             (unsigned long long)s->graph.refused));
    if (t.n_steps)
        explain_missing(s, &t, f->out, &f->missing);
}

static bool fill_calls(file *f)
{
    CLEANUP(number_list_done) number_list touches = {0};
    CLEANUP(number_list_done) number_list acts = {0};
    spoor_dossier *d = f->d;
    find_touches(f, &touches);
    find_hands(f);
    find_acts(f, &acts);
    if (touches.failed || acts.failed)
        return false;
    span(f, &touches);
    span(f, &acts);
    if (!write_list(f, &touches, &d->touched, &d->n_touched) ||
        !write_list(f, &acts, &d->acts, &d->n_acts) || !fill_places(f, &acts) ||
        !write_one(f, subject(f)->born, &d->born) ||
        !write_one(f, find_end(f, &touches), &d->ended))
        return false;
    fill_missing(f, touches.n ? &touches : &acts);
    return true;
}

bool dossier_write(const dossier_source *from, uint32_t thing, arena *out, spoor_dossier *ret)
{
    file f = {.from = from, .s = from->s, .thing = thing, .out = out, .d = ret};
    f.is_hand = calloc(from->s->graph.n, 1);
    if (!f.is_hand)
        return false;
    fill_identity(&f);
    bool is_fine = fill_tree(&f, TRACK_ORIGIN, &ret->origin, &ret->n_origin) &&
                   fill_tree(&f, TRACK_OFFSPRING, &ret->offspring, &ret->n_offspring) &&
                   fill_calls(&f) && fill_mentions(&f) && fill_incidents(&f) && !out->failed;
    free(f.is_hand);
    ret->notes = f.notes.text;
    ret->n_notes = f.notes.n;
    ret->missing = f.missing.text;
    ret->n_missing = f.missing.n;
    return is_fine;
}
