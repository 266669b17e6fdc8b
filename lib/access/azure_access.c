/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_access.c -- who may do what in Azure: grants, roles, groups, denials and eligibilities,
 * put together.
 *
 *  (1) A right is told for each scope at which a grant stands, not for all that lies below it.
 *  (2) The parts of a power that needs several actions may come from several roles; the right
 *      stands
 *      where all of them do.
 *  (3) A holder that no export describes is its grant: the right is told there, and not lost.
 *  (4) A role whose definition nobody gave, and that is none of azure_roles.def, says nothing:
 *      its name
 *      goes to AZURE_UNKNOWN_ROLE of the holder, and checks have no data.
 *  (5) Denials beyond LIMIT_AZURE_DENIALS are not looked at: that tells of too many rights, never
 *      too few.
 */
#include "access/azure_access.h"

#include <assert.h>
#include <stdlib.h>

#include "access/azure_role.h"
#include "base/limits.h"
#include "base/text.h"

/* What a role allows. */
typedef struct role_view {
    azure_actions always, limited;
    uint32_t name, condition; /* interned */
    bool is_known;
} role_view;

/* A grant by the text of its holder. */
typedef struct held {
    uint32_t holder; /* interned */
    uint32_t grant;  /* fact */
} held;

/* A grant as one principal has it. */
typedef struct own {
    azure_grant grant;
    const role_view *role;
    uint32_t group; /* fact; FACT_NONE: directly */
    uint32_t at;    /* the grant's fact */
} own;

enum { WAYS_MAX = 8 };

/* The ways to a power; of each all actions are needed. */
typedef struct power_view {
    azure_actions way[WAYS_MAX];
    azure_actions any; /* of all ways */
    size_t n;
} power_view;

typedef struct builder {
    access *a;
    facts *f;
    role_view *roles; /* of the role definitions in the exports */
    uint32_t first_role;
    role_view *known; /* of azure_roles.def */
    azure_actions all;
    power_view powers[POWER_COUNT];
    held *held;
    size_t n_held;
    uint32_t *stamp;  /* of each fact: the principal that it was last met for, plus one */
    uint32_t *groups; /* of the principal in hand */
    size_t n_groups;
    own *own;
    azure_grant *here; /* those of them that cover the scope in hand */
    uint32_t *here_of; /* and which they are */
    size_t n_own;
    azure_deny denies[LIMIT_AZURE_DENIALS];
    size_t n_denies;
} builder;

static void builder_done(builder *b)
{
    free(b->roles);
    free(b->known);
    free(b->held);
    free(b->stamp);
    free(b->groups);
    free(b->own);
    free(b->here);
    free(b->here_of);
}

/* The text's number; where memory is short the facts have failed. */
static uint32_t keep(builder *b, str text)
{
    uint32_t id = intern_id(&b->f->text, text);
    if (!id && text.n > 0)
        b->f->failed = true;
    return id;
}

/* ---- roles ----------------------------------------------------------------------------------- */

static void add_block(builder *b, role_view *role, str block)
{
    str condition;
    azure_actions actions = azure_block_actions(block, &condition);
    *(condition.n ? &role->limited : &role->always) |= actions;
    if (condition.n)
        role->condition = keep(b, condition);
    role->is_known = true;
}

static void view_definitions(builder *b, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(b->f, i);
        role_view *role = &b->roles[i - from];
        fact_iter it = facts_iter(b->f, x, ATTR_AZURE_PERMISSION);
        if (x->provider != PROVIDER_AZURE)
            continue;
        role->name = x->name ? x->name : x->id;
        while (facts_next(&it))
            add_block(b, role, it.value.text);
    }
}

static void view_known(builder *b)
{
    for (size_t i = 0; i < azure_role_count(); i++) {
        const azure_role *row = azure_role_at(i);
        b->known[i].name = keep(b, str_of(row->name));
        add_block(b, &b->known[i], str_of(row->permissions));
    }
}

static void view_powers(builder *b)
{
    for (unsigned p = 0; p < POWER_COUNT; p++) {
        power_view *view = &b->powers[p];
        str ways = str_of(power_describe((power)p)->action[PROVIDER_AZURE]), way, action;
        while (text_next(&ways, ' ', &way)) {
            assert(view->n < WAYS_MAX);
            while (text_next(&way, '+', &action))
                view->way[view->n] |= (azure_actions)1 << azure_action_find(action);
            view->any |= view->way[view->n++];
        }
    }
}

/* What the exports say of a role goes before what azure_roles.def says. */
static const role_view *role_of(const builder *b, str guid)
{
    const role_view *told = NULL;
    uint32_t at = facts_find(b->f, FACT_ROLE_DEFINITION, PROVIDER_AZURE, guid);
    if (at != FACT_NONE)
        told = &b->roles[at - b->first_role];
    if (told && told->is_known)
        return told;
    for (size_t i = 0; i < azure_role_count(); i++)
        if (text_eq_nocase(guid, str_of(azure_role_at(i)->id)))
            return &b->known[i];
    return told;
}

/* ---- grants by holder ------------------------------------------------------------------------ */

static int compare_held(const void *a, const void *b)
{
    const held *x = a, *y = b;
    if (x->holder != y->holder)
        return x->holder < y->holder ? -1 : 1;
    return x->grant < y->grant ? -1 : x->grant > y->grant;
}

static void index_grants(builder *b, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(b->f, i);
        uint32_t holder = intern_find(&b->f->text, facts_get_text(b->f, x, ATTR_HOLDER));
        if (x->provider == PROVIDER_AZURE && holder)
            b->held[b->n_held++] = (held){holder, i};
    }
    if (b->n_held > 0)
        qsort(b->held, b->n_held, sizeof *b->held, compare_held);
}

static size_t first_held(const builder *b, uint32_t holder)
{
    size_t low = 0, high = b->n_held;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->held[middle].holder < holder)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t powers_of(const builder *b, azure_actions actions)
{
    uint32_t powers = 0;
    for (unsigned p = 0; p < POWER_COUNT; p++)
        powers |= (uint32_t)((b->powers[p].any & actions) != 0) << p;
    return powers;
}

/* Which powers the role of a grant gives, conditions and denials aside: checks ask for it. */
static void note_powers(builder *b, uint32_t at)
{
    const fact *grant = facts_at(b->f, at);
    str guid = facts_get_text(b->f, grant, ATTR_GRANTED);
    const entra_role *directory = entra_role_find(guid);
    const role_view *role = role_of(b, guid);
    bool is_directory = facts_is(b->f, grant, ATTR_AZURE_IS_DIRECTORY);
    if (is_directory && directory)
        facts_put_number(b->f, at, ATTR_AZURE_POWERS, directory->powers);
    else if (!is_directory && role && role->is_known)
        facts_put_number(b->f, at, ATTR_AZURE_POWERS, powers_of(b, role->always | role->limited));
}

static void lose(builder *b, excess_id e)
{
    b->a->lost.n[e]++;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void add_groups(builder *b, uint32_t member, uint32_t principal)
{
    fact_iter it = facts_iter(b->f, facts_at(b->f, member), ATTR_GROUP);
    while (facts_next(&it)) {
        uint32_t group = facts_find(b->f, FACT_GROUP, PROVIDER_AZURE, it.value.text);
        if (group == FACT_NONE || b->stamp[group] == principal + 1)
            continue;
        if (b->n_groups >= LIMIT_AZURE_GROUPS) {
            lose(b, EXCESS_azure_groups);
            return;
        }
        b->stamp[group] = principal + 1;
        b->groups[b->n_groups++] = group;
    }
}

/* The groups it is in, and those that these are in. */
static void collect_groups(builder *b, uint32_t principal)
{
    b->n_groups = 0;
    b->stamp[principal] = principal + 1;
    add_groups(b, principal, principal);
    for (size_t i = 0; i < b->n_groups; i++)
        add_groups(b, b->groups[i], principal);
}

/* ---- the rights of the directory's roles
 * ------------------------------------------------------- */

static uint32_t say_way(builder *b, str role, uint32_t group, const char *kind)
{
    CLEANUP(buf_done) buf text = {0};
    buf_puts(&text, kind);
    buf_putstr(&text, role);
    if (group != FACT_NONE) {
        buf_puts(&text, ", of group ");
        buf_putstr(&text, facts_name(b->f, facts_at(b->f, group)));
    }
    b->f->failed = b->f->failed || text.failed;
    return keep(b, buf_str(&text));
}

static bool is_for_now(const facts *f, const fact *grant)
{
    return facts_is(f, grant, ATTR_IS_ELIGIBLE) || facts_is(f, grant, ATTR_AZURE_ACTIVATED);
}

static void add_directory_rights(builder *b, uint32_t principal, uint32_t at, uint32_t group)
{
    const fact *grant = facts_at(b->f, at);
    str guid = facts_get_text(b->f, grant, ATTR_GRANTED);
    const entra_role *role = entra_role_find(guid);
    facts_put_text(b->f, principal, ATTR_AZURE_DIRECTORY_ROLE, guid);
    for (unsigned p = 0; role && p < POWER_COUNT; p++) {
        if (!(role->powers >> p & 1))
            continue;
        access_right right = {.principal = principal, .power = (uint8_t)p};
        right.verdict = is_for_now(b->f, grant) ? ACCESS_ELIGIBLE : ACCESS_ALLOWED;
        right.is_admin = role == entra_role_at(0);
        right.via = say_way(b, str_of(role->name), group, "directory role ");
        right.scope = keep(b, facts_get_text(b->f, grant, ATTR_SCOPE));
        access_add(b->a, right);
    }
}

/* ---- the grants of one principal
 * --------------------------------------------------------------- */

static void add_own(builder *b, uint32_t at, uint32_t group)
{
    const fact *grant = facts_at(b->f, at);
    str condition = facts_get_text(b->f, grant, ATTR_CONDITION);
    const role_view *role = role_of(b, facts_get_text(b->f, grant, ATTR_GRANTED));
    if (!role || !role->is_known)
        return;
    if (b->n_own >= LIMIT_AZURE_GRANTS) {
        lose(b, EXCESS_azure_grants);
        return;
    }
    own *one = &b->own[b->n_own++];
    *one = (own){.role = role, .group = group, .at = at};
    one->grant = (azure_grant){
        .scope = facts_get_text(b->f, grant, ATTR_SCOPE),
        .always = role->always,
        .limited = role->limited,
        .condition = condition.n       ? condition
                     : role->condition ? intern_text(&b->f->text, role->condition)
                                       : STR_NONE,
        .is_conditional = condition.n > 0,
        .is_eligible = is_for_now(b->f, grant),
    };
}

static void note_unknown(builder *b, uint32_t principal, const fact *grant)
{
    str guid = facts_get_text(b->f, grant, ATTR_GRANTED);
    const role_view *role = role_of(b, guid);
    if (!role || !role->is_known)
        facts_put_text(b->f, principal, ATTR_AZURE_UNKNOWN_ROLE,
                       role && role->name ? intern_text(&b->f->text, role->name) : guid);
}

static void take_grant(builder *b, uint32_t principal, uint32_t at, uint32_t group)
{
    const fact *grant = facts_at(b->f, at);
    if (facts_is(b->f, grant, ATTR_AZURE_IS_DIRECTORY)) {
        add_directory_rights(b, principal, at, group);
        return;
    }
    note_unknown(b, principal, grant);
    add_own(b, at, group);
}

static void take_grants_of(builder *b, uint32_t principal, uint32_t holder, uint32_t group)
{
    uint32_t id = facts_at(b->f, holder)->id;
    for (size_t i = first_held(b, id); i < b->n_held && b->held[i].holder == id; i++)
        take_grant(b, principal, b->held[i].grant, group);
}

static int compare_own(const void *a, const void *b)
{
    const own *x = a, *y = b;
    int order = text_compare(x->grant.scope, y->grant.scope);
    order = order ? order : (int)x->grant.is_eligible - (int)y->grant.is_eligible;
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* ---- denials --------------------------------------------------------------------------------- */

static bool names_it(const builder *b, const fact *deny, attr a, uint32_t principal)
{
    if (facts_has_text(b->f, deny, a, facts_id(b->f, facts_at(b->f, principal))))
        return true;
    for (size_t i = 0; i < b->n_groups; i++)
        if (facts_has_text(b->f, deny, a, facts_id(b->f, facts_at(b->f, b->groups[i]))))
            return true;
    return false;
}

static bool is_denied(const builder *b, const fact *deny, uint32_t principal)
{
    bool is_for_all =
        facts_has_text(b->f, deny, ATTR_AZURE_DENIED, STR("00000000-0000-0000-0000-000000000000"));
    return (is_for_all || names_it(b, deny, ATTR_AZURE_DENIED, principal)) &&
           !names_it(b, deny, ATTR_AZURE_SPARED, principal);
}

static void collect_denials(builder *b, uint32_t principal)
{
    uint32_t from, to;
    facts_range(b->f, FACT_POLICY, &from, &to);
    b->n_denies = 0;
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(b->f, i);
        if (!facts_is(b->f, x, ATTR_AZURE_IS_DENY) || !is_denied(b, x, principal))
            continue;
        if (b->n_denies >= LIMIT_AZURE_DENIALS) {
            lose(b, EXCESS_azure_denials);
            return;
        }
        azure_deny *one = &b->denies[b->n_denies++];
        str condition;
        fact_iter it = facts_iter(b->f, x, ATTR_AZURE_PERMISSION);
        *one = (azure_deny){.scope = facts_get_text(b->f, x, ATTR_SCOPE),
                            .is_conditional = facts_get(b->f, x, ATTR_CONDITION).is_set,
                            .is_here_only = facts_is(b->f, x, ATTR_AZURE_HERE_ONLY)};
        while (facts_next(&it))
            one->actions |= azure_block_actions(it.value.text, &condition);
    }
}

/* ---- powers ---------------------------------------------------------------------------------- */

/* All these actions at a scope: the weakest of the answers, and the grant that gives the first. */
static bool decide_all(const azure_rights *rights, azure_actions actions, str scope,
                       azure_answer *ret)
{
    azure_answer all = {0};
    bool is_first = true;
    for (; actions; actions &= actions - 1) {
        azure_answer one = {0};
        if (!azure_decide(rights, (unsigned)__builtin_ctzll(actions), scope, &one))
            return false;
        bool was_conditional = all.is_conditional;
        if (is_first)
            all = one;
        all.verdict = one.verdict > all.verdict ? one.verdict : all.verdict;
        all.is_conditional = was_conditional || one.is_conditional;
        is_first = false;
    }
    if (!is_first)
        *ret = all;
    return !is_first;
}

/* The strongest way to a power at a scope. */
static bool decide_power(const azure_rights *rights, const power_view *p, str scope,
                         azure_answer *ret)
{
    bool is_found = false;
    for (size_t i = 0; i < p->n; i++) {
        azure_answer one = {0};
        if (!decide_all(rights, p->way[i], scope, &one) ||
            (is_found && one.verdict >= ret->verdict))
            continue;
        *ret = one;
        is_found = true;
    }
    return is_found;
}

static void add_right(builder *b, uint32_t principal, power p, str scope,
                      const azure_answer *answer)
{
    const own *one = &b->own[b->here_of[answer->grant]];
    str condition = answer->is_conditional ? one->grant.condition : STR_NONE;
    access_right right = {
        .principal = principal,
        .power = (uint8_t)p,
        .verdict = (uint8_t)answer->verdict,
        .is_admin = one->role->always == b->all,
        .via = say_way(b, intern_text(&b->f->text, one->role->name), one->group, "role "),
        .scope = keep(b, scope),
        .condition = condition.n ? keep(b, condition) : 0,
    };
    access_add(b->a, right);
}

static void add_rights_at(builder *b, uint32_t principal, str scope)
{
    azure_rights rights = {.grants = b->here, .denies = b->denies, .n_denies = b->n_denies};
    for (size_t i = 0; i < b->n_own; i++) {
        if (!azure_scope_covers(b->own[i].grant.scope, scope))
            continue;
        b->here[rights.n_grants] = b->own[i].grant;
        b->here_of[rights.n_grants++] = (uint32_t)i;
    }
    for (unsigned p = 0; p < POWER_COUNT; p++) {
        azure_answer answer = {0};
        if (decide_power(&rights, &b->powers[p], scope, &answer) &&
            str_eq(b->here[answer.grant].scope, scope))
            add_right(b, principal, (power)p, scope, &answer);
    }
}

static void add_rights(builder *b, uint32_t principal)
{
    if (b->n_own == 0)
        return;
    qsort(b->own, b->n_own, sizeof *b->own, compare_own);
    collect_denials(b, principal);
    for (size_t i = 0; i < b->n_own; i++)
        if (i == 0 || !str_eq(b->own[i].grant.scope, b->own[i - 1].grant.scope))
            add_rights_at(b, principal, b->own[i].grant.scope);
}

static void build_principal(builder *b, uint32_t principal)
{
    if (facts_at(b->f, principal)->provider != PROVIDER_AZURE)
        return;
    b->n_own = 0;
    collect_groups(b, principal);
    take_grants_of(b, principal, principal, FACT_NONE);
    for (size_t i = 0; i < b->n_groups; i++)
        take_grants_of(b, principal, b->groups[i], b->groups[i]);
    add_rights(b, principal);
}

static bool is_described(const facts *f, str holder)
{
    static const fact_kind kinds[] = {FACT_USER, FACT_GROUP, FACT_SERVICE};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (facts_find(f, kinds[i], PROVIDER_AZURE, holder) != FACT_NONE)
            return true;
    return false;
}

static void build_grant(builder *b, uint32_t grant)
{
    const fact *x = facts_at(b->f, grant);
    if (x->provider == PROVIDER_AZURE)
        note_powers(b, grant);
    if (x->provider != PROVIDER_AZURE || is_described(b->f, facts_get_text(b->f, x, ATTR_HOLDER)))
        return;
    b->n_own = b->n_groups = 0;
    take_grant(b, grant, grant, FACT_NONE);
    add_rights(b, grant);
}

static void build_kind(builder *b, fact_kind kind, void (*build)(builder *, uint32_t))
{
    uint32_t from, to;
    facts_range(b->f, kind, &from, &to);
    for (uint32_t i = from; i < to; i++)
        build(b, i);
}

static bool make_room(builder *b, uint32_t n_roles, uint32_t n_grants)
{
    b->roles = calloc(n_roles + 1, sizeof *b->roles);
    b->known = calloc(azure_role_count(), sizeof *b->known);
    b->held = calloc(n_grants + 1, sizeof *b->held);
    b->stamp = calloc(b->f->n + 1, sizeof *b->stamp);
    b->groups = calloc(LIMIT_AZURE_GROUPS, sizeof *b->groups);
    b->own = calloc(LIMIT_AZURE_GRANTS, sizeof *b->own);
    b->here = calloc(LIMIT_AZURE_GRANTS, sizeof *b->here);
    b->here_of = calloc(LIMIT_AZURE_GRANTS, sizeof *b->here_of);
    return b->roles && b->known && b->held && b->stamp && b->groups && b->own && b->here &&
           b->here_of;
}

static void build_all(builder *b, uint32_t n_roles, uint32_t first_grant, uint32_t last_grant)
{
    str unused;
    b->all = azure_block_actions(STR("+*"), &unused);
    view_powers(b);
    view_definitions(b, b->first_role, b->first_role + n_roles);
    view_known(b);
    index_grants(b, first_grant, last_grant);
    build_kind(b, FACT_USER, build_principal);
    build_kind(b, FACT_GROUP, build_principal);
    build_kind(b, FACT_SERVICE, build_principal);
    build_kind(b, FACT_GRANT, build_grant);
}

bool azure_access_build(access *a, facts *f)
{
    uint32_t from, to, first_grant, last_grant;
    facts_range(f, FACT_ROLE_DEFINITION, &from, &to);
    facts_range(f, FACT_GRANT, &first_grant, &last_grant);
    if (first_grant == last_grant)
        return true;
    builder b = {.a = a, .f = f, .first_role = from};
    bool has_room = make_room(&b, to - from, last_grant - first_grant);
    if (has_room)
        build_all(&b, to - from, first_grant, last_grant);
    builder_done(&b);
    return has_room && !f->failed;
}
