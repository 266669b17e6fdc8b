/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_correlation.c -- correlations: what they name, in which order they stand, what they read.
 *
 *  (1) A correlation of which a rule is missing, or left out, is left out.
 *  (2) An inner correlation hands up its group: of its fields an outer one can read only those
 *      that it groups by.
 */
#include "rule/lowering.h"

#include "base/limits.h"
#include "base/text.h"
#include "rule/condition.h"

/* ---- names and order ------------------------------------------------------------------------- */

/* Fills refs and targets; marks what is named. */
static bool resolve(lowering *l, uint32_t doc, reporter *r)
{
    const sigma_correlation *c = &l->docs->items[doc].correlation;
    lower_state *state = &l->states[doc];
    size_t n = c->n_rules;
    state->refs = c->rules;
    state->n_targets = n;
    state->targets = arena_alloc(&l->keep, n * sizeof(uint32_t));
    if (!state->targets)
        return false;
    if (n == 0)
        report_error(r, l->docs->items[doc].pos, "", "the correlation names no rules");
    for (size_t i = 0; i < n; i++) {
        uint32_t found = lower_reference(l, r, &state->refs[i]);
        state->targets[i] = found;
        if (found != LOWER_NO_RULE)
            l->states[found].is_needed = true;
    }
    arena_reset(&l->scratch); /* hints */
    return true;
}

static bool visit(lowering *l, uint32_t doc, size_t depth);

static bool visit_inner(lowering *l, uint32_t doc, size_t i, size_t depth, reporter *r)
{
    lower_state *state = &l->states[doc];
    uint32_t target = state->targets[i];
    if (target != LOWER_NO_RULE && l->docs->items[target].kind == SIGMA_LINEAGE)
        report_error(r, state->refs[i].pos, "", "a correlation cannot name a lineage");
    if (target == LOWER_NO_RULE || l->docs->items[target].kind != SIGMA_CORRELATION)
        return true;
    if (l->states[target].visit == LOWER_OPEN) {
        report_error(r, state->refs[i].pos, "", "correlations name each other in a circle");
        return true;
    }
    if (depth >= LIMIT_RULE_DEPTH) {
        report_error(r, state->refs[i].pos, "", "correlations nest at most %d deep",
                     LIMIT_RULE_DEPTH);
        return true;
    }
    return visit(l, target, depth + 1);
}

/* Inner ones first. */
static bool visit(lowering *l, uint32_t doc, size_t depth)
{
    lower_state *state = &l->states[doc];
    reporter r = {l->diags, l->docs->items[doc].source, false};
    if (state->visit != LOWER_NEW)
        return true;
    state->visit = LOWER_OPEN;
    if (!resolve(l, doc, &r))
        return false;
    for (size_t i = 0; i < state->n_targets; i++) {
        if (!visit_inner(l, doc, i, depth, &r))
            return false;
    }
    state->visit = LOWER_DONE;
    state->is_bad = r.has_error;
    l->order[l->n_order++] = doc;
    return true;
}

bool lower_order_correlations(lowering *l)
{
    for (uint32_t i = 0; i < l->docs->n; i++) {
        bool is_wanted = l->docs->items[i].kind == SIGMA_CORRELATION && l->states[i].is_selected;
        if (is_wanted && !visit(l, i, 0))
            return false;
    }
    return true;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool means_rule(const lowering *l, uint32_t target, const sigma_text *ref, str word)
{
    const sigma_doc *doc = &l->docs->items[target];
    return str_eq(ref->text, word) || (doc->id.n && text_eq_nocase(doc->id, word)) ||
           (doc->name.n && str_eq(doc->name, word)) ||
           (doc->title.n && text_eq_nocase(doc->title, word));
}

/* The field that `name` means in events of the k-th rule. */
static str field_behind(const lowering *l, uint32_t doc, size_t k, str name)
{
    const sigma_correlation *c = &l->docs->items[doc].correlation;
    const lower_state *state = &l->states[doc];
    for (size_t i = 0; i < c->n_aliases; i++) {
        const sigma_alias_row *row = &c->aliases[i];
        if (str_eq(row->alias, name) &&
            means_rule(l, state->targets[k], &state->refs[k], row->rule))
            return row->field;
    }
    return name;
}

static bool groups_by(const sigma_correlation *c, str name)
{
    for (size_t i = 0; i < c->n_group_by; i++) {
        if (str_eq(c->group_by[i], name))
            return true;
    }
    return false;
}

static uint32_t lower_key_field(lowering *l, uint32_t doc, size_t k, str name, reporter *r)
{
    const sigma_doc *inner = &l->docs->items[l->states[doc].targets[k]];
    if (inner->kind == SIGMA_RULE)
        return build_field(&l->b, l->options->taxonomy, &inner->logsource,
                           field_behind(l, doc, k, name));
    if (!groups_by(&inner->correlation, name))
        report_error(r, l->states[doc].refs[k].pos, "", "this correlation does not group by `%.*s`",
                     (int)name.n, name.p);
    return UINT32_MAX;
}

static rule_key *lower_keys(lowering *l, uint32_t doc, const str *names, size_t n, reporter *r)
{
    arena *a = &l->b.r->text;
    size_t n_rules = l->states[doc].n_targets;
    rule_key *keys = arena_alloc(a, n * sizeof *keys);
    for (size_t i = 0; keys && i < n; i++) {
        uint32_t *fields = arena_alloc(a, n_rules * sizeof *fields);
        for (size_t k = 0; fields && k < n_rules; k++)
            fields[k] = lower_key_field(l, doc, k, names[i], r);
        keys[i] = (rule_key){arena_dup(a, names[i]), fields};
    }
    return keys;
}

static bool is_referred(const lowering *l, uint32_t doc, str word)
{
    const lower_state *state = &l->states[doc];
    for (size_t k = 0; k < state->n_targets; k++) {
        if (means_rule(l, state->targets[k], &state->refs[k], word))
            return true;
    }
    return false;
}

static void check_aliases(lowering *l, uint32_t doc, reporter *r)
{
    const sigma_doc *in = &l->docs->items[doc];
    for (size_t i = 0; i < in->correlation.n_aliases; i++) {
        str word = in->correlation.aliases[i].rule;
        diag_pos pos = in->correlation.aliases[i].pos;
        if (!is_referred(l, doc, word))
            report_error(r, pos, "", "an alias names `%.*s`, which is none of its rules",
                         (int)word.n, word.p ? word.p : "");
    }
}

/* ---- the extended condition ------------------------------------------------------------------ */

static bool is_word(const sigma_text *words, size_t n, str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(words[i].text, name))
            return true;
    }
    return false;
}

/* Rules go in an expression by what `rules` calls them, or by name when it uses ids or titles. */
static expr *parse_expression(lowering *l, uint32_t doc, reporter *r)
{
    const sigma_text *text = &l->docs->items[doc].correlation.expression;
    const lower_state *state = &l->states[doc];
    size_t n = state->n_targets, n_words;
    arena *a = &l->scratch;
    const sigma_text *words = condition_words(a, text, r->source, &n_words);
    str *names = arena_alloc(a, n * sizeof *names);
    expr **meanings = arena_alloc(a, n * sizeof(expr *));
    bool *used = arena_alloc(a, n * sizeof *used);
    if (!words || !names || !meanings || !used)
        return NULL;
    for (size_t k = 0; k < n; k++) {
        str name = l->docs->items[state->targets[k]].name;
        bool is_by_name = name.n && !is_word(words, n_words, state->refs[k].text);
        names[k] = is_by_name ? name : state->refs[k].text;
        meanings[k] = expr_leaf(a, (uint32_t)k);
        if (!meanings[k])
            return NULL;
    }
    condition_names all = {"rule of this correlation", names, meanings, n, used};
    expr *e = condition_parse(a, text, &all, r);
    for (size_t k = 0; e && k < n; k++) {
        if (!used[k])
            report_warning(r, state->refs[k].pos, "", "the condition does not use this rule");
    }
    return e;
}

static bool lower_expression(lowering *l, uint32_t doc, reporter *r, uint32_t *ret)
{
    *ret = 0;
    if (l->docs->items[doc].correlation.expression.text.n == 0)
        return true;
    expr *e = parse_expression(l, doc, r);
    if (e && !r->has_error)
        *ret = build_expr(&l->b, e, NULL);
    bool is_whole = !l->scratch.failed && !l->b.failed;
    arena_reset(&l->scratch);
    return is_whole;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void check_rules(lowering *l, uint32_t doc, reporter *r)
{
    const lower_state *state = &l->states[doc];
    for (size_t k = 0; k < state->n_targets; k++) {
        if (l->states[state->targets[k]].rule == LOWER_NO_RULE)
            report_error(r, state->refs[k].pos, "",
                         "this rule is left out, because it has an error");
    }
}

static uint32_t *lower_rule_list(lowering *l, uint32_t doc)
{
    const lower_state *state = &l->states[doc];
    uint32_t *rules = arena_alloc(&l->b.r->text, state->n_targets * sizeof *rules);
    for (size_t k = 0; rules && k < state->n_targets; k++)
        rules[k] = l->states[state->targets[k]].rule;
    return rules;
}

static const struct rule_bound *lower_bounds(lowering *l, const sigma_correlation *c)
{
    struct rule_bound *bounds = arena_alloc(&l->b.r->text, c->n_bounds * sizeof *bounds);
    for (size_t i = 0; bounds && i < c->n_bounds; i++)
        bounds[i] = (struct rule_bound){(uint8_t)c->bounds[i].compare, c->bounds[i].number};
    return bounds;
}

static bool add_correlation(lowering *l, uint32_t doc, uint32_t expression, reporter *r)
{
    const sigma_doc *in = &l->docs->items[doc];
    const sigma_correlation *c = &in->correlation;
    lower_state *state = &l->states[doc];
    rule_correlation made = {.type = (uint8_t)c->type,
                             .rules = lower_rule_list(l, doc),
                             .n_rules = state->n_targets,
                             .group_by = lower_keys(l, doc, c->group_by, c->n_group_by, r),
                             .n_group_by = c->n_group_by,
                             .values = lower_keys(l, doc, c->fields, c->n_fields, r),
                             .n_values = c->n_fields,
                             .timespan_ns = c->timespan_ns,
                             .bounds = lower_bounds(l, c),
                             .n_bounds = c->n_bounds,
                             .percentile = c->percentile,
                             .expression = expression};
    if (r->has_error)
        return true;
    rule_info info = lower_info(l, in);
    made.info = build_rule(&l->b, &info);
    state->rule = made.info;
    state->correlation = build_correlation(&l->b, &made);
    for (size_t k = 0; k < state->n_targets; k++) {
        l->states[state->targets[k]].is_correlated = true;
        l->states[state->targets[k]].is_generated |= c->generate;
    }
    return true;
}

bool lower_correlation(lowering *l, uint32_t doc)
{
    reporter r = {l->diags, l->docs->items[doc].source, false};
    uint32_t expression;
    if (l->states[doc].is_bad)
        return true;
    check_rules(l, doc, &r);
    check_aliases(l, doc, &r);
    if (!lower_expression(l, doc, &r, &expression))
        return false;
    bool is_done = r.has_error || add_correlation(l, doc, expression, &r);
    l->states[doc].is_bad = r.has_error;
    return is_done && !l->b.failed && !l->b.r->text.failed;
}
