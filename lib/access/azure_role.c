/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_role.c -- what Azure's roles allow, and where.
 *
 *  (1) Matching takes at most pattern times action steps for each star between slashes, and
 *      patterns
 *      have a limit.
 */
#include "access/azure_role.h"

#include <assert.h>

#include "base/limits.h"
#include "base/text.h"

/* ---- actions --------------------------------------------------------------------------------- */

#define AZURE_WORDS(name, text, aws, azure, gcp, doc) azure " "
static const char words[] =
#define POWER AZURE_WORDS
#include "access/power.def"
#undef POWER
    "";

/* Takes the next action of power.def; '+' and ' ' both end one. */
static bool next_action(str *rest, str *ret)
{
    size_t i = 0;
    while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '+'))
        i++;
    *rest = str_from(*rest, i);
    for (i = 0; i < rest->n && rest->p[i] != ' ' && rest->p[i] != '+';)
        i++;
    *ret = str_upto(*rest, i);
    *rest = str_from(*rest, i);
    return ret->n > 0;
}

unsigned azure_action_count(void)
{
    unsigned n = 0;
    str rest = str_of(words), action;
    while (next_action(&rest, &action))
        n++;
    assert(n <= 64);
    return n;
}

str azure_action(unsigned i)
{
    str rest = str_of(words), action = STR_NONE;
    for (unsigned n = 0; n <= i; n++)
        next_action(&rest, &action);
    return action;
}

unsigned azure_action_find(str action)
{
    unsigned i = 0;
    str rest = str_of(words), known;
    while (next_action(&rest, &known)) {
        if (text_eq_nocase(known, action))
            return i;
        i++;
    }
    return i;
}

/* ---- patterns -------------------------------------------------------------------------------- */

static bool has_slash_star(str pattern, size_t at)
{
    return at + 2 < pattern.n && pattern.p[at] == '/' && pattern.p[at + 1] == '*' &&
           pattern.p[at + 2] == '/';
}

/* '*' stands for any text. Where `skip` points to a slash before "*" and a slash, both are left
 * out. */
static bool glob(str pattern, str action, size_t skip)
{
    size_t p = 0, a = 0, star = SIZE_MAX, mark = 0;
    while (a < action.n) {
        if (p == skip)
            p += 2;
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = a;
        } else if (p < pattern.n && text_lower(pattern.p[p]) == text_lower(action.p[a])) {
            p++;
            a++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            a = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

bool azure_pattern_matches(str pattern, str action)
{
    if (pattern.n > LIMIT_AZURE_PATTERN)
        return false;
    if (glob(pattern, action, SIZE_MAX))
        return true;
    for (size_t i = 0; i < pattern.n; i++)
        if (has_slash_star(pattern, i) && glob(pattern, action, i))
            return true;
    return false;
}

bool azure_block_allows(str block, str action, bool is_data, str *ret_condition)
{
    str line;
    bool is_given = false;
    char plus = is_data ? '>' : '+', minus = is_data ? '<' : '-';
    *ret_condition = STR_NONE;
    while (text_next(&block, '\n', &line)) {
        if (line.n < 2)
            continue;
        str rest = str_from(line, 1);
        if (line.p[0] == minus && azure_pattern_matches(rest, action))
            return false;
        if (line.p[0] == plus && !is_given)
            is_given = azure_pattern_matches(rest, action);
        if (line.p[0] == '?')
            *ret_condition = rest;
    }
    return is_given;
}

azure_actions azure_block_actions(str block, str *ret_condition)
{
    unsigned i = 0;
    azure_actions all = 0;
    str rest = str_of(words), action;
    while (next_action(&rest, &action))
        all |= (azure_actions)azure_block_allows(block, action, false, ret_condition) << i++;
    return all;
}

/* ---- scopes ---------------------------------------------------------------------------------- */

bool azure_scope_covers(str scope, str inner)
{
    if (str_is(scope, "/"))
        return true;
    if (scope.n == 0 || scope.n > inner.n || memcmp(scope.p, inner.p, scope.n) != 0)
        return false;
    return scope.n == inner.n || inner.p[scope.n] == '/';
}

/* ---- decisions ------------------------------------------------------------------------------- */

typedef enum denial { DENIAL_NONE, DENIAL_SOMETIMES, DENIAL_ALWAYS } denial;

static denial denial_of(const azure_rights *rights, azure_actions bit, str scope)
{
    denial worst = DENIAL_NONE;
    for (size_t i = 0; i < rights->n_denies && worst != DENIAL_ALWAYS; i++) {
        const azure_deny *d = &rights->denies[i];
        bool is_here =
            d->is_here_only ? str_eq(d->scope, scope) : azure_scope_covers(d->scope, scope);
        if (is_here && (d->actions & bit))
            worst = d->is_conditional ? DENIAL_SOMETIMES : DENIAL_ALWAYS;
    }
    return worst;
}

static access_verdict verdict_of(const azure_grant *g, bool is_limited)
{
    if (g->is_eligible)
        return ACCESS_ELIGIBLE;
    return is_limited ? ACCESS_CONDITIONAL : ACCESS_ALLOWED;
}

bool azure_decide(const azure_rights *rights, unsigned action, str scope, azure_answer *ret)
{
    bool is_found = false;
    azure_actions bit = (azure_actions)1 << action;
    denial taken = denial_of(rights, bit, scope);
    if (taken == DENIAL_ALWAYS)
        return false;
    for (size_t i = 0; i < rights->n_grants; i++) {
        const azure_grant *g = &rights->grants[i];
        if (!((g->always | g->limited) & bit) || !azure_scope_covers(g->scope, scope))
            continue;
        bool is_limited = g->is_conditional || !(g->always & bit) || taken == DENIAL_SOMETIMES;
        access_verdict verdict = verdict_of(g, is_limited);
        if (is_found && verdict >= ret->verdict)
            continue;
        *ret = (azure_answer){verdict, i, is_limited};
        is_found = true;
    }
    return is_found;
}

/* ---- known roles ----------------------------------------------------------------------------- */

static const azure_role roles[] = {
#define AZURE_ROLE(name, id, permissions) {name, id, permissions},
#define ENTRA_ROLE(name, id, powers, doc)
#include "access/azure_roles.def"
#undef AZURE_ROLE
#undef ENTRA_ROLE
};

/* Powers, as the table of roles names them. */
enum {
    GRANT = 1 << POWER_GRANT,
    NEW_CREDENTIAL = 1 << POWER_NEW_CREDENTIAL,
};

static const entra_role entra_roles[] = {
#define AZURE_ROLE(name, id, permissions)
#define ENTRA_ROLE(name, id, powers, doc) {name, id, powers, doc},
#include "access/azure_roles.def"
#undef AZURE_ROLE
#undef ENTRA_ROLE
};

size_t azure_role_count(void)
{
    return ARRAY_LEN(roles);
}

const azure_role *azure_role_at(size_t i)
{
    assert(i < ARRAY_LEN(roles));
    return &roles[i];
}

const azure_role *azure_role_find(str guid)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (text_eq_nocase(guid, str_of(roles[i].id)))
            return &roles[i];
    return NULL;
}

size_t entra_role_count(void)
{
    return ARRAY_LEN(entra_roles);
}

const entra_role *entra_role_at(size_t i)
{
    assert(i < ARRAY_LEN(entra_roles));
    return &entra_roles[i];
}

const entra_role *entra_role_find(str template_id)
{
    for (size_t i = 0; i < ARRAY_LEN(entra_roles); i++)
        if (text_eq_nocase(template_id, str_of(entra_roles[i].id)))
            return &entra_roles[i];
    return NULL;
}

str azure_role_guid(str id)
{
    return text_after_last(id, '/');
}
