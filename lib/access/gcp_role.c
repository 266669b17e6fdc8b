/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_role.c -- see gcp_role.h.
 */
#include "access/gcp_role.h"

#include "base/text.h"
#include "base/time.h"

/* ---- permissions ----------------------------------------------------------------------------- */

typedef struct permission_row {
    const char *text;
    const char *on;
} permission_row;

static const permission_row permissions[] = {
#define GCP_PERMISSION(name, text, on, doc) {text, on},
#include "access/gcp_permission.def"
#undef GCP_PERMISSION
};

_Static_assert(GCP_PERMISSION_COUNT <= 32, "a set of permissions has 32 bits");

const char *gcp_permission_text(gcp_permission p)
{
    return permissions[p].text;
}

gcp_permissions gcp_permission_find(str text)
{
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        if (str_is(text, permissions[i].text))
            return UINT32_C(1) << i;
    }
    return 0;
}

/* "*" stands for any text. What the last one took grows by a byte when the rest does not fit, so
 * the time is bounded by the product of both lengths. */
static bool fits(str pattern, str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, taken = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            taken = t;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

/* The service of a permission as deny rules write it; "cloudresourcemanager" is
 * "resourcemanager". */
static bool is_service(str written, str known)
{
    return str_eq(written, known) ||
           (str_is(written, "cloudresourcemanager") && str_is(known, "resourcemanager"));
}

gcp_permissions gcp_permission_denied(str text)
{
    gcp_permissions found = 0;
    str service = text_before(text, '/'), rest = text_after(text, '/');
    if (rest.n == 0)
        return gcp_permission_find(text);
    if (!text_ends(service, ".googleapis.com"))
        return 0;
    service = text_before(service, '.');
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        str known = str_of(permissions[i].text);
        if (is_service(service, text_before(known, '.')) && fits(rest, text_after(known, '.')))
            found |= UINT32_C(1) << i;
    }
    return found;
}

/* ---- roles ----------------------------------------------------------------------------------- */

typedef struct role_row {
    const char *name;
    gcp_permissions permissions;
} role_row;

static const role_row roles[] = {
#define P(name) GCP_BIT(name)
#define GCP_ROLE(name, permissions) {name, permissions},
#include "access/gcp_roles.def"
#undef GCP_ROLE
#undef P
};

bool gcp_role_is_custom(str role)
{
    return text_starts(role, "projects/") || text_starts(role, "organizations/");
}

bool gcp_role_is_owner(str role)
{
    return str_is(role, "roles/owner");
}

bool gcp_role_is_basic(str role)
{
    return gcp_role_is_owner(role) || str_is(role, "roles/editor");
}

bool gcp_role_is_admin(str role)
{
    return gcp_role_is_basic(role) || (!gcp_role_is_custom(role) && text_has_nocase(role, "admin"));
}

gcp_permissions gcp_role_predefined(str role)
{
    size_t from = 0, to = ARRAY_LEN(roles);
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = text_compare(role, str_of(roles[middle].name));
        if (order == 0)
            return roles[middle].permissions;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return 0;
}

/* ---- places ---------------------------------------------------------------------------------- */

bool gcp_scope_is_account(str scope)
{
    str rest = text_after(scope, '/');
    return memchr(rest.p ? rest.p : "", '/', rest.n) == NULL;
}

str gcp_scope_project(str scope)
{
    str name = text_before(text_after(scope, '/'), '/');
    if (!text_starts(scope, "projects/") || name.n == 0)
        return STR_NONE;
    return str_upto(scope, sizeof("projects/") - 1 + name.n);
}

/* Whether `words`, with " " between them, holds the word. */
static bool has_word(const char *words, str word)
{
    str rest = str_of(words), piece;
    while (text_next(&rest, ' ', &piece)) {
        if (str_eq(piece, word))
            return true;
    }
    return false;
}

/* The last but one part of a path: "disks" of "projects/p/zones/z/disks/d". */
static str collection(str scope)
{
    size_t end = scope.n - text_after_last(scope, '/').n;
    return end == 0 ? STR_NONE : text_after_last(str_upto(scope, end - 1), '/');
}

gcp_permissions gcp_scope_permissions(str scope)
{
    gcp_permissions found = 0;
    if (gcp_scope_is_account(scope))
        return UINT32_MAX;
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        if (has_word(permissions[i].on, collection(scope)))
            found |= UINT32_C(1) << i;
    }
    return found;
}

/* ---- powers ---------------------------------------------------------------------------------- */

static gcp_permissions all_of(str alternative)
{
    gcp_permissions bits = 0;
    str piece;
    while (text_next(&alternative, '+', &piece))
        bits |= gcp_permission_find(piece);
    return bits;
}

void gcp_powers_init(gcp_powers *ret)
{
    *ret = (gcp_powers){0};
    for (int p = 0; p < POWER_COUNT; p++) {
        str rest = str_of(power_describe((power)p)->action[PROVIDER_GCP]), piece;
        while (ret->n[p] < GCP_ALTERNATIVES && text_next(&rest, ' ', &piece))
            ret->any_of[p][ret->n[p]++] = all_of(piece);
    }
}

gcp_permissions gcp_powers_give(const gcp_powers *p, gcp_permissions have, power which)
{
    for (size_t i = 0; i < p->n[which]; i++) {
        gcp_permissions need = p->any_of[which][i];
        if (need != 0 && (have & need) == need)
            return need;
    }
    return 0;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* What a conjunction says of time, and whether it says anything else. */
typedef struct time_span {
    int64_t from, until;
    bool is_only_time;
} time_span;

typedef struct comparison {
    const char *sign;
    bool is_before;
} comparison;

/* Longer signs first. */
static const comparison comparisons[] = {
    {"<=", true},
    {">=", false},
    {"<", true},
    {">", false},
};

/* Takes a prefix off; white space before it counts for nothing. */
static bool take(str *text, const char *prefix)
{
    str rest = text_trim(*text);
    if (!text_starts(rest, prefix))
        return false;
    *text = str_from(rest, strlen(prefix));
    return true;
}

/* timestamp("2026-01-01T00:00:00Z") */
static bool take_timestamp(str *text, int64_t *ret)
{
    str rest = *text;
    if (!take(&rest, "timestamp(") || (rest = text_trim(rest)).n == 0)
        return false;
    char quote = rest.p[0];
    if (quote != '"' && quote != '\'')
        return false;
    rest = str_from(rest, 1);
    int64_t at = time_parse(text_before(rest, quote));
    rest = text_after(rest, quote);
    if (at == TIME_NONE || !take(&rest, ")"))
        return false;
    *text = rest;
    *ret = at;
    return true;
}

static bool take_comparison(str *text, bool *ret_is_before)
{
    for (size_t i = 0; i < ARRAY_LEN(comparisons); i++) {
        if (take(text, comparisons[i].sign)) {
            *ret_is_before = comparisons[i].is_before;
            return true;
        }
    }
    return false;
}

/* "request.time < timestamp(…)", and the same turned round. */
static bool read_time(str term, bool *ret_is_before, int64_t *ret_at)
{
    bool is_before, is_turned = !take(&term, "request.time");
    if (is_turned && !take_timestamp(&term, ret_at))
        return false;
    if (!take_comparison(&term, &is_before))
        return false;
    bool is_read = is_turned ? take(&term, "request.time") : take_timestamp(&term, ret_at);
    *ret_is_before = is_before != is_turned;
    return is_read && text_trim(term).n == 0;
}

/* Where the parenthesis that begins a text ends, or 0. Quotes hide what is in them. */
static size_t closing(str text)
{
    size_t depth = 0;
    char quote = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0)
            return i;
        if (depth == 0)
            return 0;
    }
    return 0;
}

static str without_parentheses(str term)
{
    term = text_trim(term);
    while (term.n > 1 && term.p[0] == '(' && closing(term) == term.n - 1)
        term = text_trim((str){term.p + 1, term.n - 2});
    return term;
}

/* The length of the first operand of `&&`; the whole text when there is none. *ret_is_or: a `||`
 * or `?` outside of parentheses makes no conjunction of it. */
static size_t first_operand(str text, bool *ret_is_or)
{
    size_t depth = 0;
    char quote = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : 0;
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
        else if (depth == 0 && (c == '?' || (c == '|' && next == '|')))
            *ret_is_or = true;
        else if (depth == 0 && c == '&' && next == '&')
            return i;
    }
    return text.n;
}

static bool is_disjunction(str text)
{
    bool is_or = false;
    while (text.n > 0 && !is_or)
        text = str_from(text, first_operand(text, &is_or) + 2);
    return is_or;
}

static void read_term(str term, time_span *span)
{
    bool is_before = false;
    int64_t at = 0;
    if (!read_time(term, &is_before, &at)) {
        span->is_only_time = false;
        return;
    }
    if (is_before && at < span->until)
        span->until = at;
    if (!is_before && at > span->from)
        span->from = at;
}

static time_span read_span(str text)
{
    time_span span = {INT64_MIN, INT64_MAX, true};
    text = without_parentheses(text);
    if (is_disjunction(text))
        return (time_span){INT64_MIN, INT64_MAX, false};
    while (text.n > 0) {
        bool is_or = false;
        size_t n = first_operand(text, &is_or);
        read_term(without_parentheses(str_upto(text, n)), &span);
        text = str_from(text, n + 2);
    }
    return span;
}

gcp_condition gcp_condition_at(str expression, int64_t now_ns, int64_t *ret_until)
{
    time_span span = read_span(expression);
    *ret_until = span.until == INT64_MAX ? TIME_NONE : span.until;
    if (span.until <= now_ns)
        return GCP_CONDITION_PAST;
    return span.is_only_time && span.from <= now_ns ? GCP_CONDITION_HOLDS : GCP_CONDITION_OPEN;
}
