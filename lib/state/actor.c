/* SPDX-License-Identifier: Apache-2.0
 *
 * actor.c -- resolves callers, and turns waiting sessions into remembered ones when they first act.
 */
#include "state/actor.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "state/unite.h"

static actor resolve(state *s, const event *e, int hops);

static void name_entity(state *s, uint32_t e, str name)
{
    if (e && name.n > 0)
        graph_at(&s->graph, e)->name = intern_id(&s->graph.text, name);
}

void actor_prove(state *s, const actor *a, uint32_t entry)
{
    static const str shown[PROVIDER_COUNT] = {
        [PROVIDER_AWS] = STR_INIT("userIdentity"),
        [PROVIDER_AZURE] = STR_INIT("claims"),
        [PROVIDER_GCP] = STR_INIT("protoPayload.authenticationInfo"),
    };
    graph_link(&s->graph, a->instance, a->session, EDGE_RUNS_AS, entry, STR("userIdentity.arn"));
    graph_link(&s->graph, a->who, a->same, EDGE_SAME_AS, entry,
               shown[graph_at(&s->graph, a->who)->provider]);
}

/* True when another cloud passed the session's name on: whoever is behind the session is behind
 * that, too. */
static bool is_known_elsewhere(const state *s, uint32_t session)
{
    const graph *g = &s->graph;
    for (uint32_t i = graph_at(g, session)->first_edge_in; i; i = g->edges[i].next_in)
        if (g->edges[i].kind == EDGE_SAME_AS)
            return true;
    return false;
}

/* The waiting call that issued `credential` becomes a journal entry; what it issued become
 * entities. */
static void remember_issue(state *s, const event *issue, int hops)
{
    bool is_new;
    actor by = resolve(s, issue, hops);
    uint32_t number = journal_add(&s->journal, issue, by.principal, by.root, by.via, &is_new);
    AUTO(buf) ids = {0};
    buf_reserve(&ids, issue->n_refs * sizeof(uint32_t));
    uint32_t *entities = (uint32_t *)(void *)ids.p;
    if (number == GRAPH_NO_ENTRY || ids.failed || issue->n_refs == 0)
        return;
    bool is_service = str_is(issue->field[FIELD_actor_type], "AWSService");
    actor_prove(s, &by, number);
    for (size_t i = 0; i < issue->n_refs; i++) {
        const event_ref *ref = &issue->refs[i];
        uint32_t thing = graph_entity(&s->graph, issue->provider, ref->type, ref->id);
        entities[i] = thing;
        if (ref->relation != RELATION_CREATED || !thing)
            continue;
        graph_at(&s->graph, thing)->born = number;
        graph_at(&s->graph, thing)->issuer = is_service ? 0 : by.root;
        graph_link(&s->graph, by.root, thing, EDGE_ISSUED, number, ref->path);
        if (ref->type == ENTITY_SESSION && !is_service && is_known_elsewhere(s, thing))
            unite(s, thing, by.root);
    }
    if (is_new)
        journal_touch(&s->journal, &s->graph, issue, entities);
}

static void wake_session(state *s, str credential, int hops)
{
    str packed = session_take(&s->sessions, credential);
    if (!packed.p)
        return;
    event_packed parts = event_packed_parts(packed);
    size_t n_refs = event_packed_refs(parts);
    event_ref *refs = calloc(n_refs ? n_refs : 1, sizeof *refs);
    event issue;
    if (!refs)
        s->failed = true;
    else if (event_unpack(parts, &issue, refs, n_refs))
        remember_issue(s, &issue, hops);
    free(refs);
}

static uint32_t find_credential(state *s, const event *e, int hops)
{
    str id = e->field[FIELD_credential];
    if (id.n == 0)
        return 0;
    uint32_t c = graph_find(&s->graph, e->provider, ENTITY_CREDENTIAL, id);
    if (c)
        return c;
    if (hops < LIMIT_ACTOR_HOPS)
        wake_session(s, id, hops + 1);
    return graph_entity(&s->graph, e->provider, ENTITY_CREDENTIAL, id);
}

/* Other ids by which the principal is known. Told once for each new spelling: every call names it.
 * */
static void alias_principal(state *s, const event *e, uint32_t p, str id)
{
    str other = e->field[FIELD_actor_id];
    str name = e->field[FIELD_actor_name];
    entity *x = graph_at(&s->graph, p);
    if (!x->name)
        name_entity(s, p, name);
    if (e->provider == PROVIDER_AZURE && name.n > 0 && !str_eq(name, id) &&
        graph_find(&s->graph, e->provider, ENTITY_PRINCIPAL, name) != p)
        graph_alias(&s->graph, p, e->provider, ENTITY_PRINCIPAL, name);
    if (other.n == 0 || str_eq(other, id) ||
        (x->alias && str_eq(other, intern_text(&s->graph.text, x->alias))))
        return;
    graph_alias(&s->graph, p, e->provider, ENTITY_PRINCIPAL, other);
    x->alias = intern_id(&s->graph.text, other);
}

static uint32_t find_principal(state *s, const event *e)
{
    const str *f = e->field;
    str id = f[FIELD_actor_arn].n ? f[FIELD_actor_arn] : f[FIELD_actor_id];
    if (id.n == 0)
        id = f[FIELD_actor_name];
    uint32_t p = graph_entity(&s->graph, e->provider, ENTITY_PRINCIPAL, id);
    if (p)
        alias_principal(s, e, p, id);
    return p;
}

/* Role sessions that are named after an instance are that instance's own: the metadata service
 * names them so. */
static uint32_t find_instance(const state *s, const event *e)
{
    str name = text_after_last(e->field[FIELD_session_id], '/');
    return text_starts(name, "i-") ? graph_find(&s->graph, e->provider, ENTITY_INSTANCE, name) : 0;
}

/* Other accounts know a role's session by the role's own id: AROA…:NAME. */
static void alias_session(state *s, const event *e, uint32_t session)
{
    AUTO(buf) id = {0};
    if (!text_starts(e->field[FIELD_actor_id], "AROA") ||
        !text_has(e->field[FIELD_session_id], ":assumed-role/"))
        return;
    buf_putstr(&id, e->field[FIELD_actor_id]);
    buf_putc(&id, ':');
    buf_putstr(&id, text_after_last(e->field[FIELD_session_id], '/'));
    graph_alias(&s->graph, session, e->provider, ENTITY_SESSION, buf_str(&id));
}

static uint32_t find_session(state *s, const event *e)
{
    str id = e->field[FIELD_session_id];
    uint32_t session = graph_entity(&s->graph, e->provider, ENTITY_SESSION, id);
    if (!session)
        return 0;
    /* arn:aws:sts::A:assumed-role/ROLE/NAME -> ROLE/NAME */
    if (e->provider == PROVIDER_AWS && !graph_at(&s->graph, session)->name) {
        name_entity(s, session, text_after(id, '/'));
        alias_session(s, e, session);
    }
    return session;
}

static actor resolve_aws(state *s, const event *e, int hops)
{
    uint32_t principal = find_principal(s, e);
    uint32_t credential = find_credential(s, e, hops);
    uint32_t session = find_session(s, e);
    /* Another account's record of a session shows no credential. */
    uint32_t issuer = graph_at(&s->graph, credential ? credential : session)->issuer;
    uint32_t owner = issuer ? issuer : session ? session : principal;
    /* A user's own key was issued by whoever made it, but it acts for the user. */
    bool is_user = str_is(e->field[FIELD_actor_type], "IAMUser");
    return (actor){.principal = principal,
                   .root = is_user ? principal : owner,
                   .via = credential ? credential : session,
                   .session = session,
                   .instance = session ? find_instance(s, e) : 0};
}

static actor resolve_gcp(state *s, const event *e, int hops)
{
    uint32_t principal = find_principal(s, e);
    uint32_t credential = find_credential(s, e, hops);
    uint32_t issuer =
        graph_entity(&s->graph, e->provider, ENTITY_PRINCIPAL, e->field[FIELD_issuer_id]);
    return (actor){.principal = principal, .root = issuer ? issuer : principal, .via = credential};
}

static actor resolve_named(state *s, const event *e, int hops)
{
    if (e->provider == PROVIDER_AWS)
        return resolve_aws(s, e, hops);
    if (e->provider == PROVIDER_GCP)
        return resolve_gcp(s, e, hops);
    uint32_t principal = find_principal(s, e);
    return (actor){.principal = principal, .root = principal, .via = find_session(s, e)};
}

static actor resolve(state *s, const event *e, int hops)
{
    actor a = resolve_named(s, e, hops);
    uint32_t who = a.session ? a.session : e->provider == PROVIDER_GCP ? a.root : a.principal;
    a.same = unite_caller(s, e, who);
    a.who = a.same ? who : 0;
    a.root = graph_person(&s->graph, a.root);
    return a;
}

actor actor_resolve(state *s, const event *e)
{
    return resolve(s, e, 0);
}

void actor_wake(state *s, str credential)
{
    wake_session(s, credential, 1);
}
