/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_held.c -- from grants, groups and deny rules to what each principal holds where.
 */
#include <stdlib.h>

#include "access/gcp_eval.h"
#include "fact/gcp_place.h"
#include "base/array.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

/* ---- numbers --------------------------------------------------------------------------------- */

static uint64_t number_key(fact_kind kind, uint32_t text)
{
    return (uint64_t)kind << 32 | text;
}

static void learn_numbers(gcp_eval *e, fact_kind kind)
{
    uint32_t from, to;
    facts_range(e->facts, kind, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        str number = facts_get_text(e->facts, facts_at(e->facts, i), ATTR_GCP_NUMBER);
        uint32_t id = number.n > 0 ? intern_id(&e->facts->text, number) : 0;
        e->failed |= number.n > 0 && id == 0;
        if (id != 0 && !map_put(&e->by_number, number_key(kind, id), i))
            e->failed = true;
    }
}

/* The fact that has this number; FACT_NONE: none. */
static uint32_t of_number(const gcp_eval *e, fact_kind kind, str number)
{
    uint32_t id = intern_find(&e->facts->text, number);
    uint32_t at = id == 0 ? MAP_NONE : map_get(&e->by_number, number_key(kind, id));
    return at == MAP_NONE ? FACT_NONE : at;
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static void put_project(gcp_eval *e, str name)
{
    uint32_t at = gcp_is_number(name) ? of_number(e, FACT_ACCOUNT, name) : FACT_NONE;
    if (at != FACT_NONE)
        name = gcp_project(facts_id(e->facts, facts_at(e->facts, at)));
    buf_puts(&e->text, "projects/");
    buf_putstr(&e->text, name);
}

static void put_rest(gcp_eval *e, str rest)
{
    static const char accounts[] = "/serviceAccounts/";
    str name = text_starts(rest, accounts) ? str_from(rest, sizeof accounts - 1) : STR_NONE;
    uint32_t at = gcp_is_number(name) ? of_number(e, FACT_SERVICE, name) : FACT_NONE;
    if (at == FACT_NONE) {
        buf_putstr(&e->text, rest);
        return;
    }
    buf_puts(&e->text, accounts);
    buf_putstr(&e->text, facts_id(e->facts, facts_at(e->facts, at)));
}

uint32_t gcp_scope_intern(gcp_eval *e, str scope)
{
    str project = gcp_scope_project(scope);
    buf_reset(&e->text);
    if (project.n > 0) {
        put_project(e, gcp_project(scope));
        put_rest(e, str_from(scope, project.n));
    } else {
        buf_putstr(&e->text, scope);
    }
    uint32_t id = e->text.failed ? 0 : intern_id(&e->facts->text, buf_str(&e->text));
    e->failed |= id == 0;
    return id;
}

static void add_above(gcp_eval *e, gcp_scope_row *row, uint32_t scope)
{
    for (uint32_t i = 0; i < row->n; i++) {
        if (e->above[row->first + i] == scope)
            return;
    }
    if (row->n >= LIMIT_ABOVE) {
        e->access->lost.n[EXCESS_above]++;
        return;
    }
    uint32_t *all = array_room(e->above, e->n_above, &e->cap_above, 64, sizeof *all);
    if (all == NULL || scope == 0) {
        e->failed = true;
        return;
    }
    e->above = all;
    all[e->n_above++] = scope;
    row->n++;
}

/* What the exports say stands above a project, folder or organization. */
static void add_ancestors(gcp_eval *e, gcp_scope_row *row, uint32_t scope)
{
    str id = intern_text(&e->facts->text, scope);
    uint32_t at = facts_find(e->facts, FACT_ACCOUNT, PROVIDER_GCP, id);
    if (at == FACT_NONE)
        return;
    fact_iter it = facts_iter(e->facts, facts_at(e->facts, at), ATTR_GCP_ANCESTOR);
    while (facts_next(&it)) {
        uint32_t above = intern_id(&e->facts->text, it.value.text);
        if (above != scope)
            add_above(e, row, above);
    }
}

static gcp_scope_row climb(gcp_eval *e, uint32_t scope)
{
    gcp_scope_row row = {scope, (uint32_t)e->n_above, 0};
    str text = intern_text(&e->facts->text, scope);
    str project = gcp_scope_project(text);
    if (!gcp_scope_is_account(text) && project.n > 0)
        add_above(e, &row, intern_id(&e->facts->text, project));
    else
        add_ancestors(e, &row, scope);
    for (uint32_t i = 0; i < row.n && !e->failed; i++)
        add_ancestors(e, &row, e->above[row.first + i]);
    return row;
}

const gcp_scope_row *gcp_scope_find(gcp_eval *e, uint32_t scope)
{
    uint32_t at = map_get(&e->scope_at, scope);
    if (at != MAP_NONE)
        return &e->scopes[at];
    gcp_scope_row *rows = array_room(e->scopes, e->n_scopes, &e->cap_scopes, 64, sizeof *rows);
    if (rows)
        e->scopes = rows;
    if (!rows || !map_put(&e->scope_at, scope, (uint32_t)e->n_scopes)) {
        e->failed = true;
        return NULL;
    }
    rows[e->n_scopes] = climb(e, scope);
    return &rows[e->n_scopes++];
}

/* ---- grants ---------------------------------------------------------------------------------- */

static gcp_permissions defined(const facts *f, const fact *role)
{
    gcp_permissions bits = 0;
    fact_iter it = facts_iter(f, role, ATTR_GCP_PERMISSION);
    while (facts_next(&it))
        bits |= gcp_permission_find(it.value.text);
    return bits;
}

/* What a role gives. False: it is the customer's own, and the exports do not hold it. */
static bool permissions_of(const facts *f, str role, gcp_permissions *ret)
{
    uint32_t at = facts_find(f, FACT_ROLE_DEFINITION, PROVIDER_GCP, role);
    const fact *x = at == FACT_NONE ? NULL : facts_at(f, at);
    bool is_defined = x && facts_get(f, x, ATTR_GCP_PERMISSIONS).is_set;
    fact_value is_on = x ? facts_get(f, x, ATTR_ENABLED) : (fact_value){0};
    *ret = is_defined ? defined(f, x) : gcp_role_predefined(role);
    if (is_on.is_set && !is_on.flag)
        *ret = 0;
    return is_defined || !gcp_role_is_custom(role);
}

static uint32_t find_principal(const facts *f, str id)
{
    static const fact_kind kinds[] = {FACT_USER, FACT_SERVICE, FACT_GROUP};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        uint32_t at = facts_find(f, kinds[i], PROVIDER_GCP, id);
        if (at != FACT_NONE)
            return at;
    }
    return FACT_NONE;
}

static void add_held(gcp_eval *e, gcp_held one)
{
    gcp_held *all = array_room(e->held, e->n_held, &e->cap_held, 64, sizeof *all);
    if (all == NULL) {
        e->failed = true;
        return;
    }
    e->held = all;
    all[e->n_held++] = one;
}

/* Why a grant may not hold; 0: it does. False: it does not hold any more. */
static bool read_condition(gcp_eval *e, const fact *grant, bool is_known, uint32_t *ret)
{
    int64_t until;
    str expression = facts_get_text(e->facts, grant, ATTR_CONDITION);
    str scope = facts_get_text(e->facts, grant, ATTR_SCOPE);
    gcp_condition state = gcp_condition_at(expression, e->access->now_ns, &until);
    *ret = 0;
    if (state == GCP_CONDITION_PAST)
        return false;
    if (!is_known)
        expression = STR("its custom role, which is not in the exports, gives it");
    else if (str_eq(gcp_path(scope), scope) && memchr(scope.p, '/', scope.n) == NULL)
        expression = STR("its policy, which does not say of what it is, is that of a project");
    else if (state == GCP_CONDITION_HOLDS)
        return true;
    *ret = intern_id(&e->facts->text, expression);
    e->failed |= *ret == 0;
    return true;
}

static void read_grant(gcp_eval *e, const fact *grant)
{
    gcp_permissions bits;
    gcp_held one = {0};
    str role = facts_get_text(e->facts, grant, ATTR_GRANTED);
    str scope = facts_get_text(e->facts, grant, ATTR_SCOPE);
    bool is_known = permissions_of(e->facts, role, &bits);
    one.principal = find_principal(e->facts, facts_get_text(e->facts, grant, ATTR_HOLDER));
    bool is_void = one.principal == FACT_NONE || facts_is(e->facts, grant, ATTR_IS_DELETED);
    bits = (is_known ? bits : UINT32_MAX) & gcp_scope_permissions(scope);
    if (is_void || bits == 0 || !read_condition(e, grant, is_known, &one.condition))
        return;
    one.scope = gcp_scope_intern(e, scope);
    one.order = (uint32_t)(grant - facts_at(e->facts, 0));
    one.role = intern_id(&e->facts->text, role);
    e->failed |= one.role == 0;
    one.sure = one.condition == 0 ? bits : 0;
    one.open = bits;
    add_held(e, one);
}

static int compare_held(const void *a, const void *b, void *user)
{
    const gcp_held *x = a, *y = b;
    const facts *f = user;
    const uint32_t left[] = {x->principal, x->scope, x->order};
    const uint32_t right[] = {y->principal, y->scope, y->order};
    for (size_t i = 0; i < ARRAY_LEN(left); i++) {
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    }
    if (x->group == 0 || y->group == 0)
        return (x->group != 0) - (y->group != 0);
    return text_compare(intern_text(&f->text, x->group), intern_text(&f->text, y->group));
}

static bool index_held(gcp_eval *e)
{
    size_t at = 0;
    if (e->n_held > 0)
        qsort_r(e->held, e->n_held, sizeof *e->held, compare_held, e->facts);
    free(e->first);
    e->first = calloc(e->facts->n + 1, sizeof *e->first);
    if (e->first == NULL)
        return false;
    for (size_t i = 0; i <= e->facts->n; i++) {
        while (at < e->n_held && e->held[at].principal < i)
            at++;
        e->first[i] = (uint32_t)at;
    }
    return true;
}

/* ---- groups ---------------------------------------------------------------------------------- */

typedef struct closure {
    uint32_t group[LIMIT_GROUPS_HELD]; /* facts */
    size_t n;
    bool is_full;
} closure;

static void add_group(closure *c, uint32_t group, uint32_t self)
{
    if (group == FACT_NONE || group == self)
        return;
    for (size_t i = 0; i < c->n; i++) {
        if (c->group[i] == group)
            return;
    }
    if (c->n < ARRAY_LEN(c->group))
        c->group[c->n++] = group;
    else
        c->is_full = true;
}

/* A group's fact by its address or its resource name. */
static uint32_t find_group(const gcp_eval *e, str name)
{
    uint32_t at = facts_find(e->facts, FACT_GROUP, PROVIDER_GCP, name);
    return at != FACT_NONE ? at : of_number(e, FACT_GROUP, name);
}

/* Everybody of a domain: a binding for it is one for each of its users. */
static uint32_t find_domain(gcp_eval *e, const fact *x)
{
    str domain = gcp_member_domain(facts_id(e->facts, x));
    if (x->kind != FACT_USER || domain.n == 0)
        return FACT_NONE;
    buf_reset(&e->text);
    buf_puts(&e->text, "domain:");
    buf_putstr(&e->text, domain);
    e->failed |= e->text.failed;
    return facts_find(e->facts, FACT_GROUP, PROVIDER_GCP, buf_str(&e->text));
}

static void add_groups_of(gcp_eval *e, closure *c, uint32_t principal, uint32_t self)
{
    fact_iter it = facts_iter(e->facts, facts_at(e->facts, principal), ATTR_GROUP);
    while (facts_next(&it))
        add_group(c, find_group(e, it.value.text), self);
}

static closure groups_of(gcp_eval *e, uint32_t principal)
{
    closure c = {0};
    add_groups_of(e, &c, principal, principal);
    add_group(&c, find_domain(e, facts_at(e->facts, principal)), principal);
    for (size_t i = 0; i < c.n; i++)
        add_groups_of(e, &c, c.group[i], principal);
    e->access->lost.n[EXCESS_groups_held] += c.is_full;
    return c;
}

/* Copies what a group holds to one of its members. Only what was there before groups were looked
 * at. */
static void add_through(gcp_eval *e, uint32_t member, uint32_t group)
{
    uint32_t id = facts_at(e->facts, group)->id;
    for (size_t i = e->first[group]; i < e->first[group + 1]; i++) {
        gcp_held one = e->held[i];
        one.principal = member;
        one.group = id;
        add_held(e, one);
    }
}

static void add_membership(gcp_eval *e, uint32_t principal, uint32_t group)
{
    gcp_membership *all = array_room(e->members, e->n_members, &e->cap_members, 64, sizeof *all);
    if (all == NULL) {
        e->failed = true;
        return;
    }
    e->members = all;
    all[e->n_members++] = (gcp_membership){principal, group};
}

/* Memberships were added in the order of principals: that of facts. */
static bool index_members(gcp_eval *e)
{
    size_t at = 0;
    e->first_member = calloc(e->facts->n + 1, sizeof *e->first_member);
    if (e->first_member == NULL)
        return false;
    for (size_t i = 0; i <= e->facts->n; i++) {
        while (at < e->n_members && e->members[at].principal < i)
            at++;
        e->first_member[i] = (uint32_t)at;
    }
    return true;
}

static void inherit_from_groups(gcp_eval *e, fact_kind kind)
{
    uint32_t from, to;
    facts_range(e->facts, kind, &from, &to);
    for (uint32_t i = from; i < to && !e->failed; i++) {
        if (facts_at(e->facts, i)->provider != PROVIDER_GCP)
            continue;
        closure c = groups_of(e, i);
        for (size_t k = 0; k < c.n; k++) {
            add_membership(e, i, c.group[k]);
            add_through(e, i, c.group[k]);
        }
    }
}

/* ---- deny rules ------------------------------------------------------------------------------ */

static gcp_permissions denied_bits(const facts *f, const fact *rule, attr a)
{
    gcp_permissions bits = 0;
    fact_iter it = facts_iter(f, rule, a);
    while (facts_next(&it))
        bits |= gcp_permission_denied(it.value.text);
    return bits;
}

static void read_denial(gcp_eval *e, const fact *rule)
{
    gcp_permissions bits = denied_bits(e->facts, rule, ATTR_GCP_DENIED_PERMISSION);
    bits &= ~denied_bits(e->facts, rule, ATTR_GCP_EXCEPT_PERMISSION);
    if (bits == 0)
        return;
    gcp_denial *all = array_room(e->denials, e->n_denials, &e->cap_denials, 16, sizeof *all);
    if (all == NULL) {
        e->failed = true;
        return;
    }
    e->denials = all;
    all[e->n_denials++] =
        (gcp_denial){rule, gcp_scope_intern(e, facts_get_text(e->facts, rule, ATTR_SCOPE)), bits,
                     facts_get(e->facts, rule, ATTR_CONDITION).is_set};
}

/* "principal://goog/subject/a@example.com", "principalSet://goog/group/ops@example.com",
 * "principalSet://goog/public:all", "principal://iam.googleapis.com/projects/-/serviceAccounts/…",
 * and what principals that are no addresses are called. */
static bool is_same(str written, str id)
{
    return str_is(written, "principalSet://goog/public:all") || str_eq(written, id) ||
           text_eq_nocase(text_after_last(written, '/'), id);
}

static bool names(const gcp_eval *e, const fact *rule, attr a, uint32_t principal)
{
    fact_iter it = facts_iter(e->facts, rule, a);
    str own = facts_id(e->facts, facts_at(e->facts, principal));
    while (facts_next(&it)) {
        if (is_same(it.value.text, own))
            return true;
        for (size_t i = e->first_member[principal]; i < e->first_member[principal + 1]; i++) {
            const fact *group = facts_at(e->facts, e->members[i].group);
            if (is_same(it.value.text, facts_id(e->facts, group)))
                return true;
        }
    }
    return false;
}

static bool is_above(const gcp_eval *e, const gcp_scope_row *row, uint32_t scope)
{
    for (uint32_t i = 0; i < row->n; i++) {
        if (e->above[row->first + i] == scope)
            return true;
    }
    return row->scope == scope;
}

static void deny(gcp_eval *e, uint32_t principal, const gcp_scope_row *row, gcp_effect *effect)
{
    for (size_t i = 0; i < e->n_denials; i++) {
        const gcp_denial *d = &e->denials[i];
        if ((effect->open & d->bits) == 0 || !is_above(e, row, d->scope) ||
            !names(e, d->rule, ATTR_GCP_DENIED_PRINCIPAL, principal) ||
            names(e, d->rule, ATTR_GCP_EXCEPT_PRINCIPAL, principal))
            continue;
        effect->sure &= ~d->bits;
        if (!d->is_open)
            effect->open &= ~d->bits;
    }
}

/* ---- what is held ---------------------------------------------------------------------------- */

static size_t lower_bound(const gcp_eval *e, size_t from, size_t to, uint32_t scope)
{
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (e->held[middle].scope < scope)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void gcp_held_range(const gcp_eval *e, uint32_t principal, uint32_t scope, size_t *ret_from,
                    size_t *ret_to)
{
    size_t end = e->first[principal + 1];
    *ret_from = lower_bound(e, e->first[principal], end, scope);
    *ret_to = lower_bound(e, *ret_from, end, scope + 1);
}

static void gather(const gcp_eval *e, uint32_t principal, uint32_t scope, gcp_effect *effect)
{
    size_t from, to;
    gcp_held_range(e, principal, scope, &from, &to);
    for (size_t i = from; i < to; i++) {
        effect->sure |= e->held[i].sure;
        effect->open |= e->held[i].open;
    }
}

gcp_effect gcp_effect_on(gcp_eval *e, uint32_t principal, uint32_t scope, bool only_above)
{
    gcp_effect effect = {0, 0};
    const gcp_scope_row *row = gcp_scope_find(e, scope);
    if (row == NULL)
        return effect;
    if (!only_above)
        gather(e, principal, scope, &effect);
    for (uint32_t i = 0; i < row->n; i++)
        gather(e, principal, e->above[row->first + i], &effect);
    deny(e, principal, row, &effect);
    return effect;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void each(gcp_eval *e, fact_kind kind, void (*use)(gcp_eval *e, const fact *x))
{
    uint32_t from, to;
    facts_range(e->facts, kind, &from, &to);
    for (uint32_t i = from; i < to && !e->failed; i++) {
        const fact *x = facts_at(e->facts, i);
        if (x->provider == PROVIDER_GCP)
            use(e, x);
    }
}

bool gcp_eval_init(gcp_eval *e, access *a, facts *f)
{
    *e = (gcp_eval){.access = a, .facts = f};
    gcp_powers_init(&e->powers);
    learn_numbers(e, FACT_ACCOUNT);
    learn_numbers(e, FACT_SERVICE);
    learn_numbers(e, FACT_GROUP);
    each(e, FACT_GRANT, read_grant);
    each(e, FACT_POLICY, read_denial);
    if (e->failed || !index_held(e))
        return false;
    inherit_from_groups(e, FACT_USER);
    inherit_from_groups(e, FACT_SERVICE);
    return !e->failed && index_held(e) && index_members(e);
}

void gcp_eval_done(gcp_eval *e)
{
    map_done(&e->by_number);
    map_done(&e->scope_at);
    free(e->scopes);
    free(e->above);
    free(e->held);
    free(e->first);
    free(e->members);
    free(e->first_member);
    free(e->denials);
    buf_done(&e->text);
}
