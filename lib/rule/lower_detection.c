/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_detection.c -- searches and conditions to an expression over predicates.
 *
 *   values of an item   any of them; with `all` every one; with `neq` none of them
 *   items of a map      all of them
 *   maps of a list      any of them
 *   conditions          any of them
 */
#include "rule/lowering.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/limits.h"
#include "rule/condition.h"

enum { REGEX_MESSAGE_BYTES = 128 };

void draft_done(draft *d)
{
    for (size_t i = 0; i < d->predicates.n; i++)
        pcre2_code_free((pcre2_code *)d->predicates.items[i].regex);
    d->predicates = (modifier_predicates){0};
}

/* ---- regular expressions --------------------------------------------------------------------- */

static bool refuse_regex(draft *d, const sigma_value *v, int code, size_t offset)
{
    char why[REGEX_MESSAGE_BYTES];
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why) < 0)
        why[0] = 0;
    report_error(d->r, report_inside(d->r, v->pos, v->text, offset), "",
                 "regular expression, byte %zu: %s", offset, why);
    return false;
}

static bool compile_text(draft *d, const sigma_value *v, rule_predicate *p,
                         pcre2_compile_context *context)
{
    int code;
    PCRE2_SIZE offset;
    pcre2_set_max_pattern_length(context, LIMIT_FIELD_BYTES);
    pcre2_code *regex = pcre2_compile((PCRE2_SPTR)p->text.p, p->text.n,
                                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &offset, context);
    if (!regex && code == PCRE2_ERROR_HEAP_FAILED) {
        d->a->failed = true;
        return false;
    }
    if (!regex) {
        size_t flags = p->text.n - v->text.n; /* "(?i)" before what the rule says */
        return refuse_regex(d, v, code, offset > flags ? offset - flags : 0);
    }
    pcre2_jit_compile(regex, PCRE2_JIT_COMPLETE); /* where there is none, it is interpreted */
    p->regex = regex;
    return true;
}

static void free_context(pcre2_compile_context **context)
{
    pcre2_compile_context_free(*context);
}

static bool compile_regex(draft *d, const sigma_value *v, rule_predicate *p)
{
    CLEANUP(free_context) pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) {
        d->a->failed = true;
        return false;
    }
    return compile_text(d, v, p, context);
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool add_field(draft *d, str field)
{
    if (d->n_fields == d->cap_fields) {
        size_t cap = d->cap_fields ? d->cap_fields * 2 : 16;
        str *fields = arena_alloc(d->a, cap * sizeof *fields);
        if (!fields)
            return false;
        if (d->n_fields)
            memcpy(fields, d->fields, d->n_fields * sizeof *fields);
        d->fields = fields;
        d->cap_fields = cap;
    }
    d->fields[d->n_fields++] = field;
    return true;
}

/* `neq: null` asks for a value; "no value is null, and there is one" would say the same twice. */
static expr *leaf_of(draft *d, size_t i)
{
    rule_predicate *p = &d->predicates.items[i];
    bool is_not = p->op == RULE_OP_NULL && p->is_negated;
    if (is_not)
        p->is_negated = false;
    expr *leaf = expr_leaf(d->a, (uint32_t)i);
    return is_not ? expr_not(d->a, leaf) : leaf;
}

static expr *lower_value(draft *d, const modifier_chain *chain, const sigma_value *v)
{
    modifier_context c = {d->taxonomy, d->a, d->r, d->n_left};
    size_t first = d->predicates.n;
    if (!modifier_apply(&c, chain, v, &d->predicates))
        return NULL;
    d->n_left = c.n_left;
    size_t n = d->predicates.n - first;
    expr **kids = arena_alloc(d->a, n * sizeof(expr *));
    for (size_t i = 0; kids && i < n; i++) {
        rule_predicate *p = &d->predicates.items[first + i];
        p->field = (uint32_t)(d->n_fields - 1);
        if (p->op == RULE_OP_REGEX && !compile_regex(d, v, p))
            return NULL;
        kids[i] = leaf_of(d, first + i);
    }
    rule_node_kind kind = chain->is_negated ? RULE_NODE_AND : RULE_NODE_OR;
    return kids ? expr_join(d->a, kind, kids, n) : NULL;
}

/* Keywords are looked for inside of values, unless a modifier says otherwise. */
static bool adapt_to_keyword(draft *d, const sigma_item *item, modifier_chain *chain)
{
    unsigned texts = MODIFIER_VALUE | MODIFIER_TEXT | MODIFIER_BYTES;
    if (chain->kind == MODIFIER_EXISTS || chain->kind == MODIFIER_REF) {
        report_error(d->r, item->pos, "", "this modifier needs a field, and a keyword has none");
        return false;
    }
    if (chain->kind & texts) {
        chain->kind = MODIFIER_PART;
        chain->op = RULE_OP_CONTAINS;
    }
    return true;
}

static bool check_nulls(draft *d, const sigma_item *item, bool is_keyword)
{
    for (size_t i = 0; i < item->n_values; i++) {
        if (item->values[i].kind != SIGMA_NULL || (!item->is_list && !is_keyword))
            continue;
        report_error(d->r, item->values[i].pos, "test for null in a search of its own",
                     is_keyword ? "a keyword cannot be null" : "null cannot stand in a list");
        return false;
    }
    return true;
}

/* What a pipeline has to say of the item. NULL: nothing, or it was reported. */
static expr *judge(draft *d, const sigma_item *item)
{
    str why;
    taxonomy_verdict verdict = taxonomy_judge_item(d->taxonomy, d->source, item->field, &why);
    if (verdict == TAXONOMY_FAIL)
        report_error(d->r, item->pos, "", "a pipeline refuses the field: %.*s", (int)why.n, why.p);
    return verdict == TAXONOMY_DROP ? expr_true(d->a) : NULL;
}

static expr *lower_item(draft *d, const sigma_item *item)
{
    modifier_chain chain;
    bool is_keyword = !item->has_field || item->field.n == 0;
    expr *dropped = is_keyword ? NULL : judge(d, item);
    if (dropped)
        return dropped;
    if (!modifier_check(item, d->a, d->r, &chain) || !check_nulls(d, item, is_keyword))
        return NULL;
    if (is_keyword && !adapt_to_keyword(d, item, &chain))
        return NULL;
    expr **kids = arena_alloc(d->a, item->n_values * sizeof(expr *));
    if (!kids || !add_field(d, is_keyword ? STR_NONE : item->field))
        return NULL;
    bool is_whole = true;
    for (size_t i = 0; i < item->n_values; i++) {
        kids[i] = lower_value(d, &chain, &item->values[i]);
        is_whole = is_whole && kids[i];
    }
    bool needs_all = chain.is_all || chain.is_negated;
    rule_node_kind kind = needs_all ? RULE_NODE_AND : RULE_NODE_OR;
    return is_whole ? expr_join(d->a, kind, kids, item->n_values) : NULL;
}

/* ---- searches -------------------------------------------------------------------------------- */

static expr *lower_group(draft *d, const sigma_group *group)
{
    expr **kids = arena_alloc(d->a, group->n_items * sizeof(expr *));
    bool is_whole = kids;
    for (size_t i = 0; kids && i < group->n_items; i++) {
        kids[i] = lower_item(d, &group->items[i]);
        is_whole = is_whole && kids[i];
    }
    return is_whole ? expr_join(d->a, RULE_NODE_AND, kids, group->n_items) : NULL;
}

static bool is_empty(const sigma_search *search)
{
    for (size_t i = 0; i < search->n_groups; i++) {
        if (search->groups[i].n_items == 0)
            return true;
    }
    return search->n_groups == 0;
}

static expr *lower_search(draft *d, const sigma_search *search)
{
    if (is_empty(search)) {
        report_error(d->r, search->pos, "", "the search `%.*s` is empty", (int)search->name.n,
                     search->name.p);
        return NULL;
    }
    expr **kids = arena_alloc(d->a, search->n_groups * sizeof(expr *));
    bool is_whole = kids;
    for (size_t i = 0; kids && i < search->n_groups; i++) {
        kids[i] = lower_group(d, &search->groups[i]);
        is_whole = is_whole && kids[i];
    }
    return is_whole ? expr_join(d->a, RULE_NODE_OR, kids, search->n_groups) : NULL;
}

/* Goes on after an error, so that all of them are told at once. */
static bool lower_searches(draft *d, const sigma_detection *in, str *names, expr **meanings)
{
    bool is_whole = true;
    for (size_t i = 0; i < in->n_searches; i++) {
        names[i] = in->searches[i].name;
        meanings[i] = lower_search(d, &in->searches[i]);
        is_whole = is_whole && meanings[i];
    }
    return is_whole;
}

static void warn_of_unused(draft *d, const sigma_detection *in, const bool *used)
{
    for (size_t i = 0; i < in->n_searches; i++) {
        if (!used[i])
            report_warning(d->r, in->searches[i].pos, "", "no condition uses the search `%.*s`",
                           (int)in->searches[i].name.n, in->searches[i].name.p);
    }
}

static expr *lower_conditions(draft *d, const sigma_detection *in, const condition_names *names)
{
    expr **kids = arena_alloc(d->a, in->n_conditions * sizeof(expr *));
    bool is_whole = kids;
    for (size_t i = 0; kids && i < in->n_conditions; i++) {
        kids[i] = condition_parse(d->a, &in->conditions[i], names, d->r);
        is_whole = is_whole && kids[i];
    }
    return is_whole ? expr_join(d->a, RULE_NODE_OR, kids, in->n_conditions) : NULL;
}

expr *lower_detection(draft *d, const sigma_detection *in, diag_pos pos)
{
    if (in->n_searches == 0 || in->n_conditions == 0) {
        report_error(d->r, pos, "", "there is no %s", in->n_searches ? "condition" : "search");
        return NULL;
    }
    str *names = arena_alloc(d->a, in->n_searches * sizeof *names);
    expr **meanings = arena_alloc(d->a, in->n_searches * sizeof(expr *));
    bool *used = arena_alloc(d->a, in->n_searches * sizeof *used);
    if (!names || !meanings || !used || !lower_searches(d, in, names, meanings))
        return NULL;
    condition_names all = {"search", names, meanings, in->n_searches, used};
    expr *e = lower_conditions(d, in, &all);
    if (e)
        warn_of_unused(d, in, used);
    return e;
}
