/* SPDX-License-Identifier: Apache-2.0
 *
 * expr.c -- building expressions in their simplest form.
 */
#include "rule/expr.h"

#include <assert.h>

static expr *make(arena *a, rule_node_kind kind, size_t n)
{
    expr *e = arena_alloc(a, sizeof *e);
    expr **kids = n ? arena_alloc(a, n * sizeof(expr *)) : NULL;
    if (!e || (n && !kids))
        return NULL;
    *e = (expr){.kind = kind, .node = EXPR_NO_NODE, .kids = kids, .n = n};
    return e;
}

expr *expr_true(arena *a)
{
    return make(a, RULE_NODE_TRUE, 0);
}

expr *expr_leaf(arena *a, uint32_t leaf)
{
    expr *e = make(a, RULE_NODE_PREDICATE, 0);
    if (e)
        e->leaf = leaf;
    return e;
}

expr *expr_not(arena *a, expr *e)
{
    if (!e || e->kind == RULE_NODE_NOT)
        return e ? e->kids[0] : NULL;
    expr *not_e = make(a, RULE_NODE_NOT, 1);
    if (not_e)
        not_e->kids[0] = e;
    return not_e;
}

/* What `e` adds to a join of `kind`: its own children when it is one, nothing when it is
 * neutral. */
static size_t width_in(const expr *e, rule_node_kind kind)
{
    if (e->kind == RULE_NODE_TRUE && kind == RULE_NODE_AND)
        return 0;
    return e->kind == kind ? e->n : 1;
}

static void fill(expr *joined, expr *const *kids, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t width = width_in(kids[i], joined->kind);
        if (kids[i]->kind == joined->kind)
            memcpy(joined->kids + at, kids[i]->kids, width * sizeof(expr *));
        else if (width)
            joined->kids[at] = kids[i];
        at += width;
    }
}

expr *expr_join(arena *a, rule_node_kind kind, expr *const *kids, size_t n)
{
    assert(kind == RULE_NODE_AND || kind == RULE_NODE_OR);
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        if (!kids[i])
            return NULL;
        total += width_in(kids[i], kind);
    }
    if (total == 0)
        return kind == RULE_NODE_AND ? expr_true(a) : expr_not(a, expr_true(a));
    expr *joined = make(a, kind, total);
    if (!joined)
        return NULL;
    fill(joined, kids, n);
    return total == 1 ? joined->kids[0] : joined;
}

/* row[i]: at least `want - 1` of kids[i ..], or NULL when too few are left. Returns the same for
 * `want`, which must be in the last place first: row[i] needs row[i + 1] of the round before. */
static bool raise_row(arena *a, expr *const *kids, size_t n, size_t want, expr **row)
{
    expr **either = arena_alloc(a, n * sizeof(expr *));
    if (!either)
        return false;
    size_t last = n - want; /* beyond it too few are left */
    for (size_t i = last + 1; i-- > 0;) {
        expr *both[] = {kids[i], row[i + 1]};
        either[i] = expr_join(a, RULE_NODE_AND, both, 2);
    }
    for (size_t i = 0; i <= last; i++)
        row[i] = expr_join(a, RULE_NODE_OR, either + i, last + 1 - i);
    return true;
}

expr *expr_at_least(arena *a, expr *const *kids, size_t n, size_t want)
{
    assert(want > 0 && want <= n);
    if (want == n || want == 1)
        return expr_join(a, want == 1 ? RULE_NODE_OR : RULE_NODE_AND, kids, n);
    expr **row = arena_alloc(a, (n + 1) * sizeof(expr *));
    for (size_t i = 0; row && i <= n; i++)
        row[i] = expr_true(a);
    for (size_t k = 1; row && k <= want; k++) {
        if (!raise_row(a, kids, n, k, row))
            return NULL;
    }
    return row ? row[0] : NULL;
}
