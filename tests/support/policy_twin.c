/* SPDX-License-Identifier: Apache-2.0
 *
 * policy_twin.c -- the definition of an evaluation, written down.
 */
#include "support/policy_twin.h"

#include <assert.h>

#include "base/text.h"

/* No, perhaps, yes. */
typedef enum tri { NO, PERHAPS, YES } tri;

static tri both(tri a, tri b)
{
    return a < b ? a : b;
}

static tri either(tri a, tri b)
{
    return a > b ? a : b;
}

/* ---- wildcards ------------------------------------------------------------------------------- */

typedef enum rule { ANYTHING, RESOURCE } rule;

static size_t colons_before(str pattern, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++)
        n += pattern.p[i] == ':';
    return n;
}

/* Whether the wildcard at `at` may stand for a colon. */
static bool may_be_colon(str pattern, size_t at, rule r)
{
    if (r == ANYTHING || colons_before(pattern, at) >= 5)
        return true;
    bool is_last = at + 1 == pattern.n, is_partition = colons_before(pattern, at) == 1;
    bool ends_part = is_last || (pattern.p[at + 1] == ':' && !is_partition);
    return pattern.p[at] == '*' && ends_part;
}

static bool glob(str pattern, size_t i, str text, size_t j, rule r)
{
    if (i == pattern.n)
        return j == text.n;
    char c = pattern.p[i];
    if (c == '*' && glob(pattern, i + 1, text, j, r))
        return true;
    if (j == text.n)
        return false;
    bool is_wild = c == '*' || c == '?';
    if (is_wild && text.p[j] == ':' && !may_be_colon(pattern, i, r))
        return false;
    if (!is_wild && c != text.p[j])
        return false;
    return glob(pattern, c == '*' ? i : i + 1, text, j + 1, r);
}

/* ---- values ---------------------------------------------------------------------------------- */

static const aws_context_entry *entry_of(const aws_context *c, str key)
{
    for (size_t i = 0; i < c->n; i++) {
        if (text_eq_nocase(c->entries[i].key, key))
            return &c->entries[i];
    }
    return NULL;
}

/* The only variable that the tests use. */
static const str variable = {"${aws:username}", 15};

/* The pattern with the variable replaced; NO: it has no value; PERHAPS: none is known. */
static tri replace(str pattern, const aws_context *c, buf *out)
{
    const char *at = memmem(pattern.p, pattern.n, variable.p, variable.n);
    buf_reset(out);
    if (!at) {
        buf_putstr(out, pattern);
        return YES;
    }
    size_t before = (size_t)(at - pattern.p);
    const aws_context_entry *e = entry_of(c, STR("aws:username"));
    bool is_known = e && e->n_values == 1;
    if (!is_known && (e || c->is_complete))
        return NO;
    buf_putstr(out, str_upto(pattern, before));
    buf_putstr(out, is_known ? e->values[0] : STR("*"));
    buf_putstr(out, str_from(pattern, before + variable.n));
    return is_known ? YES : PERHAPS;
}

static tri matches(str pattern, str text, rule r, const aws_context *c)
{
    AUTO(buf) plain = {0};
    tri t = replace(pattern, c, &plain);
    return t != NO && glob(buf_str(&plain), 0, text, 0, r) ? t : NO;
}

/* The n-th value of an element that may be a list or one value. */
static bool value_at(json_node n, size_t at, json_node *ret)
{
    if (json_node_type(n) != JSON_ARRAY) {
        *ret = n;
        return at == 0;
    }
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it)) {
        if (at-- == 0) {
            *ret = it.value;
            return true;
        }
    }
    return false;
}

/* ---- statements ------------------------------------------------------------------------------ */

static bool names_action(json_node list, str action)
{
    json_node v;
    for (size_t i = 0; value_at(list, i, &v); i++) {
        char lower[80];
        str s = json_node_string(v);
        assert(s.n <= sizeof lower);
        for (size_t k = 0; k < s.n; k++)
            lower[k] = text_lower(s.p[k]);
        if (glob((str){lower, s.n}, 0, action, 0, ANYTHING))
            return true;
    }
    return false;
}

static tri names_resource(json_node list, str resource, const aws_context *c)
{
    json_node v;
    tri t = NO;
    for (size_t i = 0; value_at(list, i, &v); i++)
        t = either(t, matches(json_node_string(v), resource, RESOURCE, c));
    return t;
}

static json_node get(json_node n, const char *name)
{
    return json_node_get(n, str_of(name));
}

static bool has(json_node n, const char *name)
{
    return json_node_type(get(n, name)) != JSON_NONE;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static tri value_fits(str op, str wanted, str have, const aws_context *c)
{
    double a, b;
    if (text_has(op, "Numeric"))
        return json_text_number(have, &a) && json_text_number(wanted, &b) && a < b ? YES : NO;
    if (text_has(op, "Bool"))
        return text_eq_nocase(wanted, have) ? YES : NO;
    if (text_has(op, "Like"))
        return matches(wanted, have, ANYTHING, c);
    AUTO(buf) plain = {0};
    tri t = replace(wanted, c, &plain);
    if (t == PERHAPS) /* nothing but the variable is unknown: compare as a wildcard */
        return matches(wanted, have, ANYTHING, c);
    return t == YES && str_eq(buf_str(&plain), have) ? YES : NO;
}

static tri some_value_fits(str op, json_node wanted, str have, const aws_context *c)
{
    json_node v;
    tri t = NO;
    for (size_t i = 0; value_at(wanted, i, &v); i++)
        t = either(t, value_fits(op, json_node_string(v), have, c));
    return t;
}

static tri condition(str op, str key, json_node wanted, const aws_context *c)
{
    const aws_context_entry *e = entry_of(c, key);
    bool is_negated = text_has(op, "Not"), is_all = text_starts(op, "ForAllValues:");
    bool is_any = text_starts(op, "ForAnyValue:"), if_exists = text_ends(op, "IfExists");
    if (!e && !c->is_complete)
        return PERHAPS;
    bool is_absent = !e || e->n_values == 0;
    if (text_starts(op, "Null"))
        return some_value_fits(STR("Bool"), wanted, is_absent ? STR("true") : STR("false"), c);
    if (is_absent)
        return if_exists || is_all || (is_negated && !is_any) ? YES : NO;
    tri t = is_all ? YES : NO;
    for (size_t i = 0; i < e->n_values; i++) {
        tri one = some_value_fits(op, wanted, e->values[i], c);
        if (is_negated && (is_all || is_any))
            one = (tri)(YES - one);
        t = is_all ? both(t, one) : either(t, one);
    }
    return is_negated && !is_all && !is_any ? (tri)(YES - t) : t;
}

static tri conditions(json_node statement, const aws_context *c)
{
    tri t = YES;
    json_iter op = json_iter_of(get(statement, "Condition"));
    while (json_iter_next(&op)) {
        json_iter key = json_iter_of(op.value);
        while (json_iter_next(&key))
            t = both(t, condition(op.key, key.key, key.value, c));
    }
    return t;
}

static tri applies(json_node s, str action, str resource, const aws_context *c)
{
    bool is_named = has(s, "Action") ? names_action(get(s, "Action"), action)
                                     : !names_action(get(s, "NotAction"), action);
    tri where = has(s, "Resource")
                    ? names_resource(get(s, "Resource"), resource, c)
                    : (tri)(YES - names_resource(get(s, "NotResource"), resource, c));
    return is_named ? both(where, conditions(s, c)) : NO;
}

/* ---- all together ---------------------------------------------------------------------------- */

static void ask(json_node policy, str action, str resource, const aws_context *c, tri *allow,
                tri *deny)
{
    json_node s;
    for (size_t i = 0; value_at(get(policy, "Statement"), i, &s); i++) {
        tri t = applies(s, action, resource, c);
        if (str_is(json_node_string(get(s, "Effect")), "Allow"))
            *allow = either(*allow, t);
        else
            *deny = either(*deny, t);
    }
}

twin_verdict policy_twin(const twin_set *set, str action, str resource, const aws_context *c)
{
    tri allow = YES, deny = NO;
    for (size_t l = 0; l < set->n_layers; l++) {
        tri layer = NO;
        for (size_t i = 0; i < set->n[l]; i++)
            ask(set->policies[l][i], action, resource, c, &layer, &deny);
        allow = both(allow, layer);
    }
    if (deny == YES)
        return TWIN_EXPLICIT;
    tri answer = both(allow, (tri)(YES - deny));
    return answer == YES ? TWIN_ALLOWED : answer == PERHAPS ? TWIN_IF : TWIN_IMPLICIT;
}
