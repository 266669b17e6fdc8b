/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_condition.c -- conditions from arbitrary bytes.
 *
 *  (1) Nothing crashes, and the size of what comes out stays within its limit.
 *  (2) Either there is an expression, or an error was reported; never both.
 *  (3) Expressions are in their simplest form: no join in a join of its kind, no NOT in a NOT.
 */
#include "rule/condition.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const str NAMES[] = {
    STR_INIT("a"), STR_INIT("b"), STR_INIT("sel_x"), STR_INIT("sel_y"), STR_INIT("_z"),
};
enum { N_NAMES = ARRAY_LEN(NAMES) };

/* Shared parts are walked once: `at least` shares much. */
static void check(expr *e)
{
    if (e->node != EXPR_NO_NODE)
        return;
    e->node = 0;
    assert(e->kind == RULE_NODE_PREDICATE || e->kind == RULE_NODE_TRUE || e->n > 0);
    for (size_t i = 0; i < e->n; i++) {
        assert(e->kids[i] && e->kids[i]->kind != e->kind);
        check(e->kids[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    AUTO(arena) a = {0};
    CLEANUP(diag_done) diag_list diags = {.items = NULL};
    str text = arena_dup(&a, (str){(const char *)bytes, n});
    diag_source source = {"fuzz", text};
    reporter r = {&diags, &source, false};
    bool used[N_NAMES] = {false};
    expr *leaf[N_NAMES];
    for (uint32_t i = 0; i < N_NAMES; i++) {
        leaf[i] = expr_leaf(&a, i);
        if (!leaf[i])
            return 0;
    }
    condition_names names = {"search", NAMES, leaf, N_NAMES, used};
    sigma_text condition = {text, {1, 1}};
    expr *e = condition_parse(&a, &condition, &names, &r);
    if (a.failed)
        return 0;
    assert((e != NULL) != r.has_error);
    if (e)
        check(e);
    size_t n_words;
    condition_words(&a, &condition, &source, &n_words);
    return 0;
}
