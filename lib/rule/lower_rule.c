/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_rule.c -- a rule with its filters: draft first, then into the build.
 */
#include "rule/lowering.h"

#include "base/limits.h"
#include "rule/anchor.h"

static str keep(lowering *l, str s)
{
    return s.n ? arena_dup(&l->b.r->text, s) : STR_NONE;
}

static str *keep_all(lowering *l, const str *list, size_t n)
{
    str *kept = arena_alloc(&l->b.r->text, n * sizeof *kept);
    for (size_t i = 0; kept && i < n; i++)
        kept[i] = keep(l, list[i]);
    return kept;
}

rule_info lower_info(lowering *l, const sigma_doc *doc)
{
    const char *file = doc->source && doc->source->file ? doc->source->file : "";
    return (rule_info){
        .title = keep(l, doc->title),
        .id = keep(l, doc->id),
        .name = keep(l, doc->name),
        .description = keep(l, doc->description),
        .status = keep(l, doc->status),
        .file = arena_dup(&l->b.r->text, str_of(file)).p,
        .line = doc->pos.line,
        .level = doc->level,
        .tags = keep_all(l, doc->tags, doc->n_tags),
        .n_tags = doc->n_tags,
    };
}

/* A filter takes away what its condition selects. It was checked before, so it does not
 * complain. */
static expr *apply_filters(lowering *l, draft *d, uint32_t rule, expr *root)
{
    reporter muted = {.source = NULL}, *loud = d->r;
    for (size_t i = 0; root && i < l->n_filters; i++) {
        const sigma_doc *doc = &l->docs->items[l->filters[i]];
        if (!lower_filter_applies(l, l->filters[i], rule))
            continue;
        d->r = &muted;
        expr *selected = lower_detection(d, &doc->filter.detection, doc->pos);
        d->r = loud;
        if (!selected && !d->a->failed)
            report_error(loud, l->docs->items[rule].pos, "",
                         "with its filters the rule is too large");
        expr *both[] = {root, expr_not(d->a, selected)};
        root = expr_join(d->a, RULE_NODE_AND, both, 2);
    }
    return root;
}

/* Numbers of the draft's fields and predicates in the ruleset. */
static uint32_t *intern_predicates(lowering *l, draft *d, const sigma_logsource *source)
{
    const taxonomy *t = l->options->taxonomy;
    uint32_t *fields = arena_alloc(&l->scratch, d->n_fields * sizeof *fields);
    uint32_t *ids = arena_alloc(&l->scratch, d->predicates.n * sizeof *ids);
    if (!fields || !ids)
        return NULL;
    for (size_t i = 0; i < d->n_fields; i++)
        fields[i] = build_field(&l->b, t, source, d->fields[i]);
    for (size_t i = 0; i < d->predicates.n && !l->b.failed; i++) {
        rule_predicate *p = &d->predicates.items[i];
        rule_predicate taken = *p;
        taken.field = fields[p->field];
        if (p->op == RULE_OP_REF)
            taken.other = build_field(&l->b, t, source, p->text);
        p->regex = NULL; /* the build's, from here on */
        ids[i] = build_predicate(&l->b, &taken);
    }
    return l->b.failed ? NULL : ids;
}

static bool add_rule(lowering *l, draft *d, uint32_t doc, expr *root)
{
    const sigma_doc *in = &l->docs->items[doc];
    const uint32_t *ids = intern_predicates(l, d, &in->logsource);
    if (!ids)
        return false;
    rule_info info = lower_info(l, in);
    info.families = taxonomy_families(l->options->taxonomy, &in->logsource);
    info.n_anchors = anchor_choose(l->b.r, root, ids, &l->scratch, &info.anchors);
    info.root = build_expr(&l->b, root, ids);
    l->states[doc].rule = build_rule(&l->b, &info);
    return !l->b.failed && !l->scratch.failed && !l->b.r->text.failed;
}

static bool is_refused(draft *d, diag_pos pos)
{
    str why;
    if (taxonomy_judge_rule(d->taxonomy, d->source, &why) != TAXONOMY_FAIL)
        return false;
    report_error(d->r, pos, "", "a pipeline refuses the rule: %.*s", (int)why.n, why.p);
    return true;
}

static bool compile(lowering *l, draft *d, uint32_t doc)
{
    const sigma_doc *in = &l->docs->items[doc];
    expr *root = NULL;
    if (!is_refused(d, in->pos))
        root = lower_detection(d, &in->detection, in->pos);
    root = apply_filters(l, d, doc, root);
    if (d->a->failed)
        return false;
    l->states[doc].is_bad = d->r->has_error;
    return d->r->has_error || add_rule(l, d, doc, root);
}

bool lower_rule(lowering *l, uint32_t doc)
{
    reporter r = {l->diags, l->docs->items[doc].source, false};
    draft d = {.taxonomy = l->options->taxonomy,
               .source = &l->docs->items[doc].logsource,
               .a = &l->scratch,
               .r = &r,
               .n_left = LIMIT_RULE_VALUES};
    bool is_done = compile(l, &d, doc);
    draft_done(&d);
    arena_reset(&l->scratch);
    return is_done;
}
