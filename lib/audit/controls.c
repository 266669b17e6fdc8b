/* SPDX-License-Identifier: Apache-2.0
 *
 * controls.c -- which controls would have stopped an incident.
 */
#include "audit/controls.h"

#include <stdlib.h>

#include "audit/audit.h"
#include "audit/check.h"
#include "fact/principal.h"
#include "audit/rights.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fact/aws_words.h"
#include "base/text.h"
#include "model/stage.h"

enum { CONTROLS_TRIED = 512 };

/* One incident being looked at. */
typedef struct look {
    const audit *a;
    const spoor_incident *in;
    arena *out;
    stage_set stages;
    spoor_control found[CONTROLS_TRIED];
    size_t n;
    buf text;
} look;

static const char *z(look *l, str s)
{
    str copy = s.n > 0 ? arena_dup(l->out, s) : STR_NONE;
    return copy.p ? copy.p : "";
}

static bool is_told(const look *l, const char *check, const char *resource)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->found[i].check, check) == 0 && strcmp(l->found[i].resource, resource) == 0)
            return true;
    return false;
}

/* How people are shown it. An AWS key may have no id but a long path: whose it is says more. */
static const char *name_of(look *l, const fact *x)
{
    const facts *f = &l->a->facts;
    if (x->kind != FACT_KEY || x->provider != PROVIDER_AWS || x->name)
        return z(l, facts_name(f, x));
    str holder = aws_arn_name(aws_holder(facts_id(f, x)));
    return z(l, arena_printf(l->out, "key of %.*s", (int)holder.n, holder.p));
}

/* ---- checks ---------------------------------------------------------------------------------- */

static void try_check(look *l, const check *row, const fact *x)
{
    spoor_check_status status;
    bool is_judged = audit_judge(l->a, row, x, &l->text, &status);
    if (!is_judged || status != SPOOR_CHECK_FAIL || l->n == CONTROLS_TRIED)
        return;
    const char *id = z(l, facts_id(&l->a->facts, x));
    if (is_told(l, row->id, id))
        return;
    l->found[l->n++] = (spoor_control){.check = row->id,
                                       .title = row->title,
                                       .severity = row->severity,
                                       .resource = id,
                                       .name = name_of(l, x),
                                       .seen = z(l, buf_str(&l->text))};
}

static bool stops(const look *l, const check *row)
{
    return (row->stops & l->stages) != 0;
}

/* What fails of an actor matters whatever he did, unless it is a matter of order only. */
static bool is_grave(const check *row)
{
    return row->severity >= SPOOR_MEDIUM;
}

/* All failures of the fact that matter; `is_actor`: it is one who acted, or a key of his. */
static void try_fact(look *l, const fact *x, bool is_actor)
{
    for (size_t i = 0; i < check_count(); i++) {
        const check *row = check_at(i);
        bool is_meant = row->subject == x->kind && row->cloud == x->provider;
        if (is_meant && ((is_actor && is_grave(row)) || stops(l, row)))
            try_check(l, row, x);
    }
}

/* ---- rights ---------------------------------------------------------------------------------- */

static void put_text(look *l, const char *before, uint32_t text)
{
    if (!text)
        return;
    buf_puts(&l->text, before);
    buf_putstr(&l->text, intern_text(&l->a->facts.text, text));
}

static void tell_right(look *l, const right *r)
{
    buf_reset(&l->text);
    put_text(l, "through ", r->right->via);
    put_text(l, " in ", r->right->scope);
    put_text(l, ", when ", r->right->condition);
    if (r->mark == '-')
        buf_puts(&l->text, "; never used before");
    l->found[l->n++] = (spoor_control){
        .check = "right",
        .title = z(l, arena_printf(l->out, "May %s", power_describe(r->power)->text)),
        .severity = r->right->is_admin ? SPOOR_HIGH : SPOOR_MEDIUM,
        .resource = z(l, facts_id(&l->a->facts, r->principal)),
        .name = z(l, facts_name(&l->a->facts, r->principal)),
        .seen = z(l, buf_str(&l->text))};
}

static bool did(const look *l, power p)
{
    for (size_t i = 0; i < l->in->n_steps; i++)
        if (usage_is_use(p, l->in->steps[i].class_name))
            return true;
    return false;
}

static void try_rights(look *l, uint32_t principal)
{
    right r;
    for (int p = 0; p < POWER_COUNT && l->n < CONTROLS_TRIED; p++)
        if (did(l, (power)p) && rights_of(l->a, principal, (power)p, &r) && r.right)
            tell_right(l, &r);
}

/* ---- what an incident is about --------------------------------------------------------------- */

/* The id of an AWS key says whose it is. */
static bool is_key_of(const look *l, const fact *key, str holder)
{
    if (key->provider == PROVIDER_AWS)
        return str_eq(aws_holder(facts_id(&l->a->facts, key)), holder);
    return str_eq(facts_get_text(&l->a->facts, key, ATTR_HOLDER), holder);
}

static void try_keys(look *l, const fact *actor)
{
    uint32_t from, to;
    str id = facts_id(&l->a->facts, actor);
    facts_range(&l->a->facts, FACT_KEY, &from, &to);
    for (uint32_t i = from; i < to; i++)
        if (is_key_of(l, facts_at(&l->a->facts, i), id))
            try_fact(l, facts_at(&l->a->facts, i), true);
}

/* Somebody and his keys: FACT_NONE when no export tells of him. */
static uint32_t try_principal(look *l, provider cloud, str id)
{
    uint32_t at = principal_find(&l->a->principals, cloud, id);
    if (at == FACT_NONE)
        return at;
    try_fact(l, facts_at(&l->a->facts, at), true);
    try_keys(l, facts_at(&l->a->facts, at));
    return at;
}

static void try_actor(look *l, provider cloud, str id)
{
    uint32_t at = try_principal(l, cloud, id);
    if (at != FACT_NONE)
        try_rights(l, at);
}

/* Whoever made the actors, or what they act with, is no actor: his hands were used, too. */
static void try_makers(look *l, provider cloud)
{
    for (size_t i = 0; i < l->in->n_links; i++)
        if (strcmp(l->in->links[i].kind, "created_by") == 0)
            try_principal(l, cloud, str_of(l->in->links[i].to));
}

static void try_resource(look *l, provider cloud, str id)
{
    for (int kind = 0; kind < FACT_KIND_COUNT; kind++) {
        uint32_t at = facts_find(&l->a->facts, (fact_kind)kind, cloud, id);
        if (at != FACT_NONE)
            try_fact(l, facts_at(&l->a->facts, at), false);
    }
}

static bool is_account_of(const look *l, str account)
{
    for (size_t i = 0; i < l->in->n_accounts; i++)
        if (text_eq_nocase(str_of(l->in->accounts[i]), account))
            return true;
    return false;
}

static bool is_region_of(const look *l, str region)
{
    for (size_t i = 0; i < l->in->n_steps; i++)
        if (str_is(region, l->in->steps[i].region))
            return true;
    return false;
}

/* The accounts of the incident, and their regions in which it happened. */
static void try_places(look *l)
{
    static const fact_kind kinds[] = {FACT_ACCOUNT, FACT_REGION};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        uint32_t from, to;
        facts_range(&l->a->facts, kinds[k], &from, &to);
        for (uint32_t i = from; i < to; i++) {
            const fact *x = facts_at(&l->a->facts, i);
            str account = x->account ? facts_account(&l->a->facts, x) : facts_id(&l->a->facts, x);
            bool is_there =
                kinds[k] == FACT_ACCOUNT || is_region_of(l, facts_region(&l->a->facts, x));
            if (is_there && is_account_of(l, account))
                try_fact(l, x, false);
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const spoor_control *x = a, *y = b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    int order = strcmp(x->check, y->check);
    return order ? order : strcmp(x->resource, y->resource);
}

static bool keep(look *l, spoor_incident *in)
{
    if (l->n > 0)
        qsort(l->found, l->n, sizeof *l->found, compare);
    size_t kept = l->n < LIMIT_CONTROLS ? l->n : LIMIT_CONTROLS;
    spoor_control *list = arena_alloc(l->out, (kept + 1) * sizeof *list);
    if (!list)
        return false;
    memcpy(list, l->found, kept * sizeof *list);
    in->controls = list;
    in->n_controls = kept;
    in->controls_left_out = l->n - kept;
    return true;
}

static provider cloud_of(const char *name)
{
    for (int p = PROVIDER_AWS; p <= PROVIDER_GCP; p++)
        if (strcmp(provider_text((provider)p), name) == 0)
            return (provider)p;
    return PROVIDER_NONE;
}

bool controls_add(const audit *a, spoor_incident *in, arena *out)
{
    look *l = calloc(1, sizeof *l);
    if (!l)
        return false;
    *l = (look){.a = a, .in = in, .out = out};
    for (size_t i = 0; i < in->n_steps; i++)
        l->stages |= STAGE_SET(stage_from_text(str_of(in->steps[i].stage)));
    for (size_t p = 0; p < in->n_providers; p++) {
        provider cloud = cloud_of(in->providers[p]);
        for (size_t i = 0; i < in->n_actors; i++)
            try_actor(l, cloud, str_of(in->actors[i].id));
        try_makers(l, cloud);
        for (size_t i = 0; i < in->n_resources; i++)
            try_resource(l, cloud, str_of(in->resources[i].id));
    }
    try_places(l);
    bool is_kept = !l->text.failed && keep(l, in) && !out->failed;
    buf_done(&l->text);
    free(l);
    return is_kept;
}
