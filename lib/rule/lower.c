/* SPDX-License-Identifier: Apache-2.0
 *
 * lower.c -- documents to a ruleset: what is wanted, rules, correlations, and who stays silent.
 */
#include "rule/lower.h"

#include "base/text.h"
#include "rule/lowering.h"

static bool has_tag(const sigma_doc *doc, str tag)
{
    for (size_t i = 0; i < doc->n_tags; i++) {
        if (text_eq_nocase(doc->tags[i], tag))
            return true;
    }
    return false;
}

static bool is_selected(const sigma_doc *doc, const lower_options *options)
{
    if (doc->kind == SIGMA_FILTER || doc->level < options->min_level)
        return false;
    bool is_tagged = options->n_tags == 0;
    for (size_t i = 0; i < options->n_tags; i++)
        is_tagged = is_tagged || has_tag(doc, options->tags[i]);
    return is_tagged;
}

static bool begin(lowering *l)
{
    size_t n = l->docs->n;
    l->states = arena_alloc(&l->keep, n * sizeof *l->states);
    l->order = arena_alloc(&l->keep, n * sizeof *l->order);
    l->filters = arena_alloc(&l->keep, n * sizeof *l->filters);
    for (size_t i = 0; l->states && i < n; i++) {
        bool is_wanted = is_selected(&l->docs->items[i], l->options);
        l->states[i] = (lower_state){.is_selected = is_wanted, .rule = LOWER_NO_RULE};
    }
    return l->states && l->order && l->filters && build_init(&l->b);
}

static bool lower_filters(lowering *l)
{
    for (uint32_t i = 0; i < l->docs->n; i++) {
        if (l->docs->items[i].kind != SIGMA_FILTER)
            continue;
        l->filters[l->n_filters++] = i;
        if (!lower_filter_targets(l, i) || !lower_check_filter(l, i))
            return false;
    }
    return true;
}

static bool lower_rules(lowering *l)
{
    for (uint32_t i = 0; i < l->docs->n; i++) {
        const lower_state *state = &l->states[i];
        bool is_wanted = state->is_selected || state->is_needed;
        if (l->docs->items[i].kind == SIGMA_RULE && is_wanted && !lower_rule(l, i))
            return false;
    }
    return true;
}

static bool lower_correlations(lowering *l)
{
    for (size_t i = 0; i < l->n_order; i++) {
        if (!lower_correlation(l, l->order[i]))
            return false;
    }
    return true;
}

static bool resolve_lineages(lowering *l)
{
    for (uint32_t i = 0; i < l->docs->n; i++) {
        bool is_wanted = l->docs->items[i].kind == SIGMA_LINEAGE && l->states[i].is_selected;
        if (is_wanted && !lower_lineage_targets(l, i))
            return false;
    }
    return true;
}

/* What only a correlation wants makes no finding of its own. */
static void silence(lowering *l)
{
    for (size_t i = 0; i < l->docs->n; i++) {
        const lower_state *state = &l->states[i];
        if (state->rule == LOWER_NO_RULE)
            continue;
        rule_info *info = &l->b.r->rules[state->rule];
        info->is_correlated = state->is_correlated;
        info->is_step = state->is_step;
        info->is_silent = !state->is_selected || (state->is_correlated && !state->is_generated);
    }
}

static void end(lowering *l)
{
    build_done(&l->b);
    arena_done(&l->keep);
    arena_done(&l->scratch);
}

bool lower_docs(const sigma_docs *docs, const lower_options *options, diag_list *diags,
                ruleset **ret)
{
    CLEANUP(end) lowering l = {.docs = docs, .options = options, .diags = diags};
    if (!begin(&l) || !lower_filters(&l) || !lower_order_correlations(&l) ||
        !resolve_lineages(&l) || !lower_rules(&l) || !lower_correlations(&l) || !lower_lineages(&l))
        return false;
    silence(&l);
    ruleset *r = build_finish(&l.b);
    if (!r)
        return false;
    *ret = r;
    return true;
}
