/* SPDX-License-Identifier: Apache-2.0
 *
 * expr.h -- boolean expressions while a rule is compiled.
 *
 *  (1) AND and OR hold no child of their own kind and at least two children; NOT holds no NOT.
 *  (2) Expressions are shared, never changed: a search that a condition names twice is one
 *      expression, and becomes one node.
 *  (3) NULL stands for "out of memory" and is passed through, so only the last result is checked.
 */
#ifndef SPOOR_RULE_EXPR_H
#define SPOOR_RULE_EXPR_H

#include "base/arena.h"
#include "base/base.h"
#include "model/ruleset.h"

#define EXPR_NO_NODE UINT32_MAX

typedef struct expr expr;
struct expr {
    rule_node_kind kind;
    uint32_t leaf;    /* RULE_NODE_PREDICATE: what it stands for is its user's business */
    uint32_t node;    /* where it was emitted, or EXPR_NO_NODE */
    const void *note; /* what its user keeps with it; NULL at first */
    expr **kids;
    size_t n;
};

expr *expr_true(arena *a);
expr *expr_leaf(arena *a, uint32_t leaf);
expr *expr_not(arena *a, expr *e);
/* kind: RULE_NODE_AND or RULE_NODE_OR. Of nothing: true, or false. */
expr *expr_join(arena *a, rule_node_kind kind, expr *const *kids, size_t n);
/* At least `want` of the kids (0 < want <= n). The size grows with n * n * want. */
expr *expr_at_least(arena *a, expr *const *kids, size_t n, size_t want);

#endif
