/* SPDX-License-Identifier: Apache-2.0
 *
 * state.c -- one event at a time: resolve the actor, name the things, prove the edges.
 */
#include "state/state.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "state/actor.h"
#include "state/away.h"
#include "state/bridge.h"
#include "state/baseline.h"
#include "state/habit.h"
#include "state/inventory_feed.h"

enum { CAST_FEW = 16 }; /* refs that need no allocation */

/* How long what services make from a template is put down to whoever made or changed it. */
#define TEMPLATE_FRESH (1 * TIME_DAY)

/* Scratch for one event's entities; refs are bounded by LIMIT_REFS. */
typedef struct cast {
    state *s;
    const event *e;
    uint32_t *thing; /* thing[i] is what e->refs[i] names */
    uint32_t entry;
    actor actor;
} cast;

/* Pairs each write with the row that says what it is when the thing was there before. */
static bool find_updates(state *s)
{
    static const char suffix[] = " (update)";
    size_t n = operation_count();
    s->update_of = calloc(n, sizeof *s->update_of);
    if (!s->update_of)
        return false;
    for (size_t i = 1; i < n; i++) {
        const operation_info *o = operation_at(i);
        str name = str_of(o->name);
        if (!text_ends(name, suffix))
            continue;
        str plain = str_upto(name, name.n - (sizeof suffix - 1));
        s->update_of[operation_find(o->provider, str_of(o->source), plain)] = (uint16_t)i;
    }
    s->update_of[OPERATION_NONE] = OPERATION_NONE;
    return true;
}

bool state_init(state *s)
{
    *s = (state){0};
    for (size_t i = 0; i < PROVIDER_COUNT; i++) {
        s->seen.first_ns[i] = INT64_MAX;
        s->seen.last_ns[i] = INT64_MIN;
    }
    s->baseline = calloc(1, sizeof *s->baseline);
    s->inventory = calloc(1, sizeof *s->inventory);
    s->feeders = inventory_feeders_new();
    s->away = away_new();
    if (s->away && s->baseline && s->inventory && s->feeders && inventory_init(s->inventory) &&
        graph_init(&s->graph) && find_updates(s))
        return true;
    state_done(s);
    return false;
}

void state_done(state *s)
{
    graph_done(&s->graph);
    journal_done(&s->journal);
    session_done(&s->sessions);
    away_free(s->away);
    baseline_free(s->baseline);
    inventory_free(s->inventory);
    inventory_feeders_free(s->feeders);
    free(s->update_of);
    *s = (state){0};
}

bool state_failed(const state *s)
{
    return s->failed || s->graph.failed || s->journal.failed || s->sessions.failed ||
           (s->away && s->away->failed) || (s->baseline && s->baseline->failed) ||
           (s->inventory && s->inventory->failed);
}

static bool has_effect(const event *e)
{
    return e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
}

/* The first credential that the call issued for a session; STR_NONE when it is no such call. */
static str issued_credential(const event *e)
{
    if (operation_at(e->operation)->stage != STAGE_SESSION &&
        !operation_is(e->operation, "session"))
        return STR_NONE;
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED && e->refs[i].type == ENTITY_CREDENTIAL)
            return e->refs[i].id;
    return STR_NONE;
}

/* ---- edges ----------------------------------------------------------------------------------- */

static bool is_born(const cast *c, uint32_t thing)
{
    return graph_at(&c->s->graph, thing)->born != GRAPH_NO_ENTRY;
}

/* True for a service that acts by itself: a role of its own, or no role at all. */
static bool is_service(const event *e)
{
    str arn = e->field[FIELD_actor_arn];
    return str_is(e->field[FIELD_actor_type], "AWSService") ||
           str_is(e->field[FIELD_actor_type], "serviceAgent") ||
           text_has(arn, ":role/AWSServiceRoleFor");
}

/* True when somebody who is no service made or changed the template lately: what a service makes
 * from it now is his. A group's machines of later days are the group's own daily life. */
static bool is_fresh_template(const cast *c, uint32_t thing)
{
    enum { LOOK_BACK = 64 };
    const journal *j = &c->s->journal;
    uint32_t number = graph_at(&c->s->graph, thing)->last_touch;
    const touch *t = journal_touch_at(j, number, thing);
    for (int i = 0; t && i < LOOK_BACK; i++, t = journal_touch_at(j, number, thing)) {
        const entry *e = journal_at(j, number);
        if (c->e->time_ns - e->time_ns > TEMPLATE_FRESH)
            return false;
        bool is_change = t->relation == RELATION_CREATED || t->relation == RELATION_TARGET;
        if (is_change && !e->is_by_service && number != c->entry &&
            (e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING))
            return true;
        number = t->next;
    }
    return false;
}

/* True when the thing was shared with the very account that now takes it up. */
static bool is_shared_here(const cast *c, uint32_t thing)
{
    const graph *g = &c->s->graph;
    uint32_t here = graph_find(g, c->e->provider, ENTITY_ACCOUNT, c->e->field[FIELD_account]);
    for (uint32_t i = graph_at(g, thing)->first_edge_out; i && here; i = g->edges[i].next_out)
        if (g->edges[i].kind == EDGE_SHARED_TO && g->edges[i].to == here)
            return true;
    return false;
}

/* A lineage goes on through what its caller made, and through snapshots and attached disks whoever
 * made them. A golden image that a hundred people launch, or a server that the nightly backup
 * copies, is where lineages begin, not what joins them. Templates are launched by services; and an
 * image that was shared with an account is meant for it. */
static bool goes_on(const cast *c, const event_ref *to, uint32_t thing)
{
    const entry *birth = journal_at(&c->s->journal, graph_at(&c->s->graph, thing)->born);
    if (to->type == ENTITY_TEMPLATE && is_service(c->e))
        return is_fresh_template(c, thing);
    if (!is_born(c, thing) || to->type == ENTITY_SNAPSHOT || to->relation == RELATION_ATTACHED)
        return is_born(c, thing);
    if (!birth)
        return false;
    return birth->root == c->actor.root || (birth->actor && birth->actor == c->actor.principal) ||
           is_shared_here(c, thing);
}

/* Edges from one thing (made or acted on) to what it came from, uses, was given. */
static void link_one(cast *c, size_t i)
{
    static const edge_kind kinds[RELATION_COUNT] = {
        [RELATION_PARENT] = EDGE_DERIVED_FROM,
        [RELATION_USES] = EDGE_USES,
        [RELATION_SHARED_TO] = EDGE_SHARED_TO,
        [RELATION_GRANTED] = EDGE_GRANTED,
    };
    graph *g = &c->s->graph;
    const event_ref *from = &c->e->refs[i];
    for (size_t k = 0; k < c->e->n_refs; k++) {
        const event_ref *to = &c->e->refs[k];
        bool is_pair = !from->item || !to->item || from->item == to->item;
        if (to->relation == RELATION_CREATED || to->relation == RELATION_TARGET ||
            to->relation == RELATION_ALIAS || to->relation == RELATION_NONE || !is_pair)
            continue;
        if (to->relation == RELATION_ATTACHED)
            graph_link(g, c->thing[k], c->thing[i], EDGE_ATTACHED_TO, c->entry, to->path);
        else
            graph_link(g, c->thing[i], c->thing[k], kinds[to->relation], c->entry, to->path);
        bool is_lineage = entity_is_lineage(from->type) && entity_is_lineage(to->type) &&
                          (to->relation == RELATION_PARENT || to->relation == RELATION_ATTACHED);
        if (is_lineage && is_born(c, c->thing[i]) && goes_on(c, to, c->thing[k]))
            graph_join(g, c->thing[i], c->thing[k]);
    }
}

static void bear(cast *c, size_t i)
{
    graph *g = &c->s->graph;
    uint32_t thing = c->thing[i];
    entity *e = graph_at(g, thing);
    if (e->born == GRAPH_NO_ENTRY)
        e->born = c->entry;
    graph_link(g, thing, c->actor.root, EDGE_CREATED_BY, c->entry, c->e->refs[i].path);
}

/* One call made several things: they are one lineage. */
static void join_siblings(cast *c)
{
    uint32_t first = 0;
    for (size_t i = 0; i < c->e->n_refs; i++) {
        const event_ref *ref = &c->e->refs[i];
        if (ref->relation != RELATION_CREATED || !entity_is_lineage(ref->type))
            continue;
        if (first)
            graph_join(&c->s->graph, first, c->thing[i]);
        else
            first = c->thing[i];
    }
}

static void prove(cast *c)
{
    for (size_t i = 0; i < c->e->n_refs; i++) {
        uint8_t relation = c->e->refs[i].relation;
        if (!c->thing[i] || (relation != RELATION_CREATED && relation != RELATION_TARGET))
            continue;
        if (relation == RELATION_CREATED)
            bear(c, i);
        link_one(c, i);
    }
    join_siblings(c);
    bridge_add(&(bridge){c->s, c->e, c->thing, c->entry, &c->actor});
}

/* The thing of a lineage that the call is about: what it made, else what it attached, else its
 * target. One subject a call, so that no call belongs to two lineages. */
static uint32_t find_subject(const cast *c)
{
    static const uint8_t order[] = {RELATION_CREATED, RELATION_ATTACHED, RELATION_TARGET};
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < c->e->n_refs; i++)
            if (c->thing[i] && c->e->refs[i].relation == order[k] &&
                entity_is_lineage(c->e->refs[i].type))
                return c->thing[i];
    return 0;
}

/* ---- one event ------------------------------------------------------------------------------- */

/* Azure writes one operation for create and update: known from the record, or from having seen the
 * thing before. An update is judged as the table's "(update)" row says. */
static event as_it_was(state *s, const event *e, event_ref *refs)
{
    event is = *e;
    uint16_t update = s->update_of[e->operation];
    if (!update || e->is_new)
        return is;
    bool was_there = e->is_existing;
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED)
            was_there =
                was_there || graph_find(&s->graph, e->provider, e->refs[i].type, e->refs[i].id);
    if (!was_there)
        return is;
    is.operation = update;
    is.refs = refs;
    is.packed = (event_packed){0};
    for (size_t i = 0; i < e->n_refs; i++) {
        refs[i] = e->refs[i];
        if (refs[i].relation == RELATION_CREATED)
            refs[i].relation = RELATION_TARGET;
    }
    return is;
}

/* Where an id itself says whose the thing is; STR_NONE where it does not. */
static str account_in_id(uint8_t provider, str id)
{
    static const char *const starts[PROVIDER_COUNT] = {[PROVIDER_AZURE] = "/subscriptions/",
                                                       [PROVIDER_GCP] = "projects/",
                                                       [PROVIDER_AWS] = "arn:"};
    const char *start = starts[provider];
    if (!start || !text_starts(id, start))
        return STR_NONE;
    str rest = str_from(id, strlen(start));
    if (provider != PROVIDER_AWS)
        return text_before(rest, '/');
    for (int i = 0; i < 3; i++) /* partition, service, region */
        rest = text_after(rest, ':');
    return text_before(rest, ':');
}

/* A record is of the account where things are made and acted on; what they come from may be
 * another's. Most things are always in one account: to compare its text is cheaper than to look it
 * up. */
static void set_account(const cast *c, size_t i)
{
    graph *g = &c->s->graph;
    const event_ref *ref = &c->e->refs[i];
    entity *x = graph_at(g, c->thing[i]);
    bool is_here = ref->relation == RELATION_CREATED || ref->relation == RELATION_TARGET;
    str account = account_in_id(c->e->provider, ref->id);
    if (account.n == 0 && (is_here || !x->account))
        account = c->e->field[FIELD_account];
    if (account.n > 0 && !str_eq(intern_text(&g->text, x->account), account))
        x->account = intern_id(&g->text, account);
}

/* From now on the thing of that type which the call made, else acted on, has one more id. */
static void add_alias(cast *c, size_t i)
{
    static const uint8_t order[] = {RELATION_CREATED, RELATION_TARGET};
    const event_ref *alias = &c->e->refs[i];
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t of = 0; of < i; of++) {
            const event_ref *ref = &c->e->refs[of];
            if (ref->relation != order[k] || ref->type != alias->type ||
                (alias->item && ref->item != alias->item) || str_eq(ref->id, alias->id))
                continue;
            graph_alias(&c->s->graph, c->thing[of], c->e->provider, alias->type, alias->id);
            return;
        }
}

static void cast_things(cast *c)
{
    for (size_t i = 0; i < c->e->n_refs; i++) {
        const event_ref *ref = &c->e->refs[i];
        c->thing[i] = 0;
        if (ref->relation == RELATION_ALIAS) {
            if (has_effect(c->e))
                add_alias(c, i);
            continue;
        }
        c->thing[i] = graph_entity(&c->s->graph, c->e->provider, ref->type, ref->id);
        if (c->thing[i])
            set_account(c, i);
    }
}

/* What was known before the call goes into its entry; then it is learned. */
static void learn(cast *c)
{
    if (!c->s->baseline)
        return;
    habits *known = journal_room(&c->s->journal, sizeof *known);
    journal_at(&c->s->journal, c->entry)->habits = known;
    if (!known || !habit_meet(c->s->baseline, c->e, known))
        c->s->failed = true;
}

/* The metadata service names an instance's sessions after it. */
static bool is_away(state *s, const event *e)
{
    str name = text_after_last(e->field[FIELD_session_id], '/');
    return text_starts(name, "i-") && away_is(s->away, e);
}

static uint32_t remember(state *s, const event *e, uint32_t *things)
{
    bool is_new;
    cast c = {.s = s, .e = e, .thing = things, .actor = actor_resolve(s, e)};
    cast_things(&c);
    c.entry = journal_add(&s->journal, e, c.actor.principal, c.actor.root, c.actor.via, &is_new);
    if (c.entry == GRAPH_NO_ENTRY)
        return c.entry;
    entry *n = journal_at(&s->journal, c.entry);
    n->is_by_service = is_service(e);
    n->is_away = is_away(s, e) || n->is_away; /* an entry may stand for several calls */
    actor_prove(s, &c.actor, c.entry);
    if (s->inventory && has_effect(e))
        inventory_feed(s->inventory, s->feeders, e, graph_name(&s->graph, c.actor.root));
    if (!is_new)
        return c.entry;
    learn(&c);
    entity *root = graph_at(&s->graph, c.actor.root);
    entry *older = journal_at(&s->journal, root->last_act);
    if (older)
        older->newer_act = c.entry;
    journal_at(&s->journal, c.entry)->next_act = root->last_act;
    root->last_act = c.entry;
    journal_touch(&s->journal, &s->graph, e, things);
    journal_at(&s->journal, c.entry)->subject = find_subject(&c);
    if (has_effect(e))
        prove(&c);
    return c.entry;
}

/* refs and things: room for the event's refs. */
static uint32_t remember_as(state *s, const event *e, event_ref *refs, uint32_t *things)
{
    if (s->update_of[e->operation] == OPERATION_NONE)
        return remember(s, e, things);
    event is = as_it_was(s, e, refs);
    return remember(s, &is, things);
}

static void see(state_seen *seen, const event *e)
{
    if (e->time_ns < seen->first_ns[e->provider])
        seen->first_ns[e->provider] = e->time_ns;
    if (e->time_ns > seen->last_ns[e->provider])
        seen->last_ns[e->provider] = e->time_ns;
    seen->calls[e->provider][operation_at(e->operation)->stage]++;
}

uint32_t state_add(state *s, const event *e)
{
    see(&s->seen, e);
    if (e->operation == OPERATION_NONE)
        return GRAPH_NO_ENTRY;
    str credential = has_effect(e) ? issued_credential(e) : STR_NONE;
    if (credential.n > 0) {
        session_put(&s->sessions, credential, e);
        if (e->is_mention) /* who traces a role wants to see who took it, used or not */
            actor_wake(s, credential);
        return GRAPH_NO_ENTRY;
    }
    if (e->n_refs <= CAST_FEW) {
        event_ref refs[CAST_FEW];
        uint32_t things[CAST_FEW];
        return remember_as(s, e, refs, things);
    }
    event_ref *refs = calloc(e->n_refs, sizeof *refs);
    uint32_t *things = calloc(e->n_refs, sizeof *things);
    uint32_t entry = GRAPH_NO_ENTRY;
    if (refs && things)
        entry = remember_as(s, e, refs, things);
    else
        s->failed = true;
    free(refs);
    free(things);
    return entry;
}
