/* SPDX-License-Identifier: Apache-2.0
 *
 * unite.c -- compares subjects, and makes two lists of deeds one.
 */
#include "state/unite.h"

#include "base/text.h"

/* ---- two persons become one ------------------------------------------------------------------ */

static entry *entry_of(const state *s, uint32_t number)
{
    return journal_at(&s->journal, number);
}

/* Puts the two lists, newest first, into one, which is `keep`'s. */
static void merge_acts(state *s, uint32_t keep, uint32_t gone)
{
    uint32_t a = graph_at(&s->graph, keep)->last_act, b = graph_at(&s->graph, gone)->last_act;
    uint32_t newer = GRAPH_NO_ENTRY, first = GRAPH_NO_ENTRY;
    while (entry_of(s, a) || entry_of(s, b)) {
        bool is_a = entry_of(s, a) && (!entry_of(s, b) || a > b);
        uint32_t number = is_a ? a : b;
        entry *n = entry_of(s, number);
        if (is_a)
            a = n->next_act;
        else
            b = n->next_act;
        n->root = keep;
        n->newer_act = newer;
        n->next_act = GRAPH_NO_ENTRY;
        if (entry_of(s, newer))
            entry_of(s, newer)->next_act = number;
        else
            first = number;
        newer = number;
    }
    graph_at(&s->graph, keep)->last_act = first;
    graph_at(&s->graph, gone)->last_act = GRAPH_NO_ENTRY;
}

void unite(state *s, uint32_t a, uint32_t b)
{
    a = graph_person(&s->graph, a);
    b = graph_person(&s->graph, b);
    if (!a || !b || a == b)
        return;
    uint32_t keep = a < b ? a : b, gone = a < b ? b : a;
    graph_at(&s->graph, gone)->person = keep;
    merge_acts(s, keep, gone);
}

/* ---- subjects -------------------------------------------------------------------------------- */

enum { GUID_CHARS = 36 };

/* A name that is one person's everywhere: an address of a directory, or a directory's GUID. */
static bool is_telling(str name)
{
    size_t dashes = 0;
    for (size_t i = 0; i < name.n; i++)
        dashes += name.p[i] == '-';
    return (name.n > 0 && memchr(name.p, '@', name.n)) || (name.n == GUID_CHARS && dashes == 4);
}

/* Whoever else goes by that name. The first to do so is noted under it. */
static uint32_t meet(state *s, uint32_t who, str name)
{
    graph *g = &s->graph;
    AUTO(buf) lower = {0};
    if (!who || !is_telling(name))
        return 0;
    for (size_t i = 0; i < name.n; i++)
        buf_putc(&lower, text_lower(name.p[i]));
    uint32_t known = graph_find(g, PROVIDER_NONE, ENTITY_PRINCIPAL, buf_str(&lower));
    if (!known)
        graph_alias(g, who, PROVIDER_NONE, ENTITY_PRINCIPAL, buf_str(&lower));
    return known;
}

/* A directory knows its users apart: two of them are two, whatever they are called. */
static uint32_t meet_user(state *s, uint32_t who, const event *e)
{
    static const uint8_t names[] = {FIELD_actor_name, FIELD_actor_id};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        uint32_t other = meet(s, who, e->field[names[i]]);
        if (other && graph_at(&s->graph, other)->provider != PROVIDER_AZURE)
            return other;
    }
    return 0;
}

/* ---- each cloud's callers -------------------------------------------------------------------- */

static bool is_federated(const event *e)
{
    return str_is(e->field[FIELD_actor_type], "SAMLUser") ||
           str_is(e->field[FIELD_actor_type], "WebIdentityUser");
}

/* The subject of Google's own tokens is the number of a service account. */
static bool is_googles(const event *e)
{
    return is_federated(e) && str_is(e->field[FIELD_idp], "accounts.google.com");
}

/* The service names these sessions after the directory's user. */
static bool is_single_sign_on(const event *e)
{
    return text_has(e->field[FIELD_session_id], ":assumed-role/AWSReservedSSO_");
}

static bool is_switch(const event *e)
{
    return e->provider == PROVIDER_AWS &&
           str_is(str_of(operation_at(e->operation)->name), "SwitchRole");
}

/* The console's switch of roles says who switched. */
static uint32_t find_switcher(const state *s, const event *e)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_PARENT && e->refs[i].type == ENTITY_PRINCIPAL)
            return graph_find(&s->graph, e->provider, ENTITY_PRINCIPAL, e->refs[i].id);
    return 0;
}

static uint32_t unite_aws(state *s, const event *e, uint32_t who)
{
    if (is_googles(e))
        return graph_find(&s->graph, PROVIDER_GCP, ENTITY_PRINCIPAL, e->field[FIELD_actor_name]);
    if (is_federated(e))
        return meet(s, who, e->field[FIELD_actor_name]);
    if (is_single_sign_on(e))
        return meet(s, who, text_after_last(e->field[FIELD_session_id], '/'));
    return is_switch(e) ? find_switcher(s, e) : 0;
}

/* A pool passes the ARN on by which AWS knows its caller. */
static uint32_t find_arn(state *s, str arn)
{
    graph *g = &s->graph;
    if (!text_has(arn, ":assumed-role/"))
        return graph_entity(g, PROVIDER_AWS, ENTITY_PRINCIPAL, arn);
    uint32_t session = graph_entity(g, PROVIDER_AWS, ENTITY_SESSION, arn);
    uint32_t issuer = graph_at(g, session)->issuer;
    return issuer ? issuer : session;
}

static uint32_t unite_gcp(state *s, uint32_t who)
{
    static const char mark[] = "/subject/";
    str id = graph_id(&s->graph, who), subject = STR_NONE;
    for (size_t i = 0; i + sizeof mark - 1 < id.n && subject.n == 0; i++)
        if (text_starts(str_from(id, i), mark))
            subject = str_from(id, i + sizeof mark - 1);
    AUTO(buf) copy = {0}; /* making an entity may move the text */
    buf_putstr(&copy, subject);
    subject = buf_str(&copy);
    return text_starts(subject, "arn:") ? find_arn(s, subject) : meet(s, who, subject);
}

static uint32_t find_other(state *s, const event *e, uint32_t who)
{
    if (e->provider == PROVIDER_AWS)
        return unite_aws(s, e, who);
    if (e->provider == PROVIDER_GCP)
        return unite_gcp(s, who);
    return e->provider == PROVIDER_AZURE ? meet_user(s, who, e) : 0;
}

uint32_t unite_caller(state *s, const event *e, uint32_t who)
{
    entity *x = graph_at(&s->graph, who);
    if (!who || (x->is_met && !is_switch(e)))
        return 0;
    /* A directory's user may first show an id alone, and a name later. */
    x->is_met = e->provider != PROVIDER_AZURE || is_telling(e->field[FIELD_actor_name]);
    uint32_t other = find_other(s, e, who);
    if (!other || graph_person(&s->graph, other) == graph_person(&s->graph, who))
        return 0;
    unite(s, who, other);
    return other;
}
