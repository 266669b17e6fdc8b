/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_reading_principal.c -- who a statement is about.
 *
 * What stands under "AWS" is told apart by its looks: everybody, an account (as number or as its
 * root), an ARN, or the unique id that is left of a principal that was deleted.
 */
#include "policy/aws_reading.h"
#include "base/text.h"

/* clang-format off */
static const struct {
    const char *name;
    aws_principal_kind kind;
} principal_kinds[] = {
    {"AWS",           AWS_PRINCIPAL_ARN},
    {"Service",       AWS_PRINCIPAL_SERVICE},
    {"Federated",     AWS_PRINCIPAL_FEDERATED},
    {"CanonicalUser", AWS_PRINCIPAL_CANONICAL},
};
/* clang-format on */

static bool is_account(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n == 12;
}

/* The account of "arn:aws:iam::111122223333:root"; STR_NONE for other ARNs. */
static str account_of_root(str arn)
{
    str part[6], rest = arn;
    for (size_t i = 0; i < 5; i++) {
        part[i] = text_before(rest, ':');
        rest = str_from(rest, part[i].n + 1);
    }
    bool is_root = str_is(part[0], "arn") && str_is(part[2], "iam") && str_is(rest, "root");
    return is_root && is_account(part[4]) ? part[4] : STR_NONE;
}

static aws_principal principal_of(arena *a, aws_principal_kind kind, str text)
{
    if (str_is(text, "*") && kind != AWS_PRINCIPAL_SERVICE)
        return (aws_principal){AWS_PRINCIPAL_EVERYBODY, STR("*")};
    if (kind != AWS_PRINCIPAL_ARN)
        return (aws_principal){kind, arena_dup(a, text)};
    str account = is_account(text) ? text : account_of_root(text);
    if (account.n)
        return (aws_principal){AWS_PRINCIPAL_ACCOUNT, arena_dup(a, account)};
    kind = text_starts(text, "arn:") ? AWS_PRINCIPAL_ARN : AWS_PRINCIPAL_UNIQUE;
    return (aws_principal){kind, arena_dup(a, text)};
}

static size_t count_principals(json_node n)
{
    size_t count = 1;
    if (json_node_type(n) != JSON_OBJECT)
        return aws_values_of(n).n;
    for (json_iter it = json_iter_of(n); json_iter_next(&it);)
        count += aws_values_of(it.value).n;
    return count;
}

static void add_principals(aws_reading *r, aws_principal_kind kind, json_node n,
                           aws_principal *items)
{
    aws_values v = aws_values_of(n);
    json_node one;
    str text;
    while (aws_values_next(&v, &one)) {
        if (aws_reading_text(r, one, &text))
            items[r->now->n_principals++] = principal_of(r->a, kind, text);
        else
            aws_reading_problem(r, "Principal holds something that is no text");
    }
}

static void add_principal_member(aws_reading *r, str key, json_node n, aws_principal *items)
{
    for (size_t i = 0; i < ARRAY_LEN(principal_kinds); i++) {
        if (text_eq_nocase(key, str_of(principal_kinds[i].name))) {
            add_principals(r, principal_kinds[i].kind, n, items);
            return;
        }
    }
    aws_reading_problem(r, "unknown kind of principal `%.*s`", aws_reading_quoted(key), key.p);
}

void aws_reading_principal(aws_reading *r, json_node n, bool is_not)
{
    if (r->now->has_principal) {
        aws_reading_refuse(r, "Principal and NotPrincipal stand side by side, or twice");
        return;
    }
    aws_principal *items = arena_alloc(r->a, count_principals(n) * sizeof *items);
    r->now->has_principal = true;
    r->now->is_not_principal = is_not;
    r->now->principals = items;
    if (!items)
        return;
    if (json_node_type(n) != JSON_OBJECT) {
        add_principals(r, AWS_PRINCIPAL_ARN, n, items);
        return;
    }
    for (json_iter it = json_iter_of(n); json_iter_next(&it);)
        add_principal_member(r, it.key, it.value, items);
}
