/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_statement.c -- the elements of a statement.
 */
#include "policy/aws_reading.h"
#include "base/text.h"

/* ---- Action and Resource --------------------------------------------------------------------- */

static bool is_action(const aws_pattern *p, const void *user)
{
    (void)user;
    return p->is_all || (p->text.n && memchr(p->text.p, ':', p->text.n));
}

static bool is_resource(const aws_pattern *p, const void *user)
{
    (void)user;
    return p->is_all || p->has_variable || text_starts(p->text, "arn:") ||
           (p->text.n && p->has_wildcard);
}

static void read_action(aws_reading *r, json_node n, bool is_not)
{
    const aws_element e = {is_not ? "NotAction" : "Action", AWS_PATTERN_ACTION, is_action, NULL};
    if (r->now->actions.items) {
        aws_reading_refuse(r, "Action and NotAction stand side by side, or twice");
        return;
    }
    r->now->actions = aws_reading_patterns(r, &e, n);
    r->now->is_not_action = is_not;
}

static void on_action(aws_reading *r, json_node n)
{
    read_action(r, n, false);
}

static void on_not_action(aws_reading *r, json_node n)
{
    read_action(r, n, true);
}

static void read_resource(aws_reading *r, json_node n, bool is_not)
{
    const aws_element e = {is_not ? "NotResource" : "Resource", AWS_PATTERN_RESOURCE, is_resource,
                           NULL};
    if (r->now->has_resource) {
        aws_reading_refuse(r, "Resource and NotResource stand side by side, or twice");
        return;
    }
    r->now->resources = aws_reading_patterns(r, &e, n);
    r->now->has_resource = true;
    r->now->is_not_resource = is_not;
}

static void on_resource(aws_reading *r, json_node n)
{
    read_resource(r, n, false);
}

static void on_not_resource(aws_reading *r, json_node n)
{
    read_resource(r, n, true);
}

/* ---- Principal ------------------------------------------------------------------------------- */

static void on_principal(aws_reading *r, json_node n)
{
    aws_reading_principal(r, n, false);
}

static void on_not_principal(aws_reading *r, json_node n)
{
    aws_reading_principal(r, n, true);
}

/* ---- Condition ------------------------------------------------------------------------------- */

static bool is_accepted(const aws_pattern *p, const void *user)
{
    return aws_condition_accepts(user, p);
}

static void add_condition(aws_reading *r, str name, json_iter *key, aws_condition *items)
{
    aws_condition c = {.key = arena_dup(r->a, key->key)};
    if (!aws_condition_operator(name, &c)) {
        aws_reading_problem(r, "unknown condition operator `%.*s`", aws_reading_quoted(name),
                            name.p);
        c.op = NULL;
    }
    const aws_element e = {"Condition", aws_condition_kind(c.op), is_accepted, c.op};
    aws_patterns values = aws_reading_patterns(r, &e, key->value);
    c.values = values.items;
    c.n_values = values.n;
    items[r->now->n_conditions++] = c;
}

static size_t count_conditions(json_node n)
{
    size_t count = 0;
    for (json_iter it = json_iter_of(n); json_iter_next(&it);)
        count += json_node_size(it.value);
    return count;
}

static void on_condition(aws_reading *r, json_node n)
{
    if (json_node_type(n) != JSON_OBJECT || r->now->conditions) {
        aws_reading_refuse(r, "Condition is no object, or stands twice");
        return;
    }
    aws_condition *items = arena_alloc(r->a, count_conditions(n) * sizeof *items);
    r->now->conditions = items;
    for (json_iter op = json_iter_of(n); items && json_iter_next(&op);) {
        if (json_node_type(op.value) != JSON_OBJECT) {
            aws_reading_refuse(r, "a condition operator without keys");
            return;
        }
        for (json_iter key = json_iter_of(op.value); json_iter_next(&key);)
            add_condition(r, op.key, &key, items);
    }
}

/* ---- statements ------------------------------------------------------------------------------ */

static void on_sid(aws_reading *r, json_node n)
{
    if (json_node_type(n) == JSON_STRING && r->now->sid.n == 0)
        r->now->sid = arena_dup(r->a, json_node_string(n));
}

static void on_effect(aws_reading *r, json_node n)
{
    str text = json_node_string(n);
    r->has_effect = true;
    r->now->is_allow = text_eq_nocase(text, STR("Allow"));
    if (!r->now->is_allow && !text_eq_nocase(text, STR("Deny")))
        aws_reading_refuse(r, "Effect is neither Allow nor Deny");
}

/* clang-format off */
static const struct {
    const char *name;
    void (*read)(aws_reading *r, json_node n);
} statement_elements[] = {
    {"Sid",          on_sid},
    {"Effect",       on_effect},
    {"Action",       on_action},
    {"NotAction",    on_not_action},
    {"Resource",     on_resource},
    {"NotResource",  on_not_resource},
    {"Principal",    on_principal},
    {"NotPrincipal", on_not_principal},
    {"Condition",    on_condition},
};
/* clang-format on */

static void read_element(aws_reading *r, const json_iter *it)
{
    for (size_t i = 0; i < ARRAY_LEN(statement_elements); i++) {
        if (text_eq_nocase(it->key, str_of(statement_elements[i].name))) {
            statement_elements[i].read(r, it->value);
            return;
        }
    }
    aws_reading_problem(r, "unknown element `%.*s`", aws_reading_quoted(it->key), it->key.p);
}

/* Problems of the other elements name it. */
static void read_sid(aws_reading *r, json_node n)
{
    for (json_iter it = json_iter_of(n); json_iter_next(&it);) {
        if (text_eq_nocase(it.key, STR("Sid")))
            on_sid(r, it.value);
    }
}

static void check_whole(aws_reading *r)
{
    if (r->is_broken)
        return;
    if (!r->has_effect)
        aws_reading_refuse(r, "there is no Effect");
    else if (!r->now->actions.items)
        aws_reading_refuse(r, "there is neither Action nor NotAction");
    else if (!r->now->has_resource && !r->now->has_principal)
        aws_reading_refuse(r, "there is neither Resource nor Principal");
}

bool aws_reading_statement(aws_reading *r, json_node n)
{
    r->is_broken = r->has_effect = false;
    if (json_node_type(n) != JSON_OBJECT) {
        aws_reading_refuse(r, "it is no object");
        return false;
    }
    read_sid(r, n);
    for (json_iter it = json_iter_of(n); json_iter_next(&it);)
        read_element(r, &it);
    check_whole(r);
    return !r->is_broken;
}
