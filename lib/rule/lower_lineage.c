/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_lineage.c -- lineage rules: the rules that their steps name, and what they have in common.
 *
 *  (1) Equal kinds and equal facets are one, whichever rules they came from: an event is tried, and
 *      indexed, once for each.
 *  (2) A lineage of which a rule is missing, or left out, is left out.
 */
#include "rule/lowering.h"

#include "base/text.h"
#include "model/operation.h"
#include "rule/sigma_lineage.h"

/* All lineages; the arrays have room for what the documents can need at most. */
typedef struct weaving {
    lowering *l;
    lineage *lineages;
    lineage_kind *kinds;
    lineage_facet *facets;
    size_t n_lineages, n_kinds, n_facets;
} weaving;

/* ---- names ----------------------------------------------------------------------------------- */

static size_t count_rules(const sigma_lineage *in)
{
    size_t n = 0;
    for (size_t i = 0; i < in->n_steps; i++)
        n += in->steps[i].n_rules;
    return n;
}

static void resolve_rule(lowering *l, lower_state *state, const sigma_text *ref, reporter *r)
{
    uint32_t found = lower_reference(l, r, ref);
    state->refs[state->n_targets] = *ref;
    state->targets[state->n_targets++] = found;
    if (found == LOWER_NO_RULE)
        return;
    l->states[found].is_needed = true;
    if (l->docs->items[found].kind != SIGMA_RULE)
        report_error(r, ref->pos, "name the rules that it is made of",
                     "a step is a rule, and this is a %s",
                     l->docs->items[found].kind == SIGMA_LINEAGE ? "lineage" : "correlation");
}

bool lower_lineage_targets(lowering *l, uint32_t doc)
{
    const sigma_lineage *in = l->docs->items[doc].lineage;
    lower_state *state = &l->states[doc];
    reporter r = {l->diags, l->docs->items[doc].source, false};
    size_t n = count_rules(in);
    state->refs = arena_alloc(&l->keep, n * sizeof *state->refs);
    state->targets = arena_alloc(&l->keep, n * sizeof *state->targets);
    if (!state->refs || !state->targets)
        return false;
    for (size_t i = 0; i < in->n_steps; i++)
        for (size_t k = 0; k < in->steps[i].n_rules; k++)
            resolve_rule(l, state, &in->steps[i].rules[k], &r);
    arena_reset(&l->scratch); /* hints */
    state->is_bad = r.has_error;
    return true;
}

/* ---- what joins nothing ---------------------------------------------------------------------- */

static bool is_known_call(str text)
{
    for (size_t i = 1; i < operation_count(); i++)
        if (text_ends_nocase(text, operation_at(i)->name))
            return true;
    return false;
}

/* An event has things, and an actor, when the operation table has a row for the call. */
static void check_rule(lowering *l, const sigma_text *ref, uint32_t rule, reporter *r)
{
    const rule_info *info = &l->b.r->rules[rule];
    bool is_known = info->n_anchors == 0;
    for (size_t i = 0; i < info->n_anchors; i++)
        is_known = is_known || is_known_call(info->anchors[i].text);
    if (!is_known)
        report_warning(r, ref->pos, "`spoor list operations` shows the calls that are known",
                       "this rule's events name no things: no call that it picks is known");
}

static void check_rules(lowering *l, uint32_t doc, reporter *r)
{
    const lower_state *state = &l->states[doc];
    for (size_t i = 0; i < state->n_targets; i++) {
        uint32_t rule = l->states[state->targets[i]].rule;
        if (rule == LOWER_NO_RULE)
            report_error(r, state->refs[i].pos, "",
                         "this rule is left out, because it has an "
                         "error");
        else
            check_rule(l, &state->refs[i], rule, r);
    }
}

/* ---- kinds and facets ------------------------------------------------------------------------ */

static bool same_bounds(const lineage_bounds *a, const lineage_bounds *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same =
            a->items[i].compare == b->items[i].compare && a->items[i].number == b->items[i].number;
    return same;
}

static bool same_kind(const lineage_kind *a, const lineage_kind *b)
{
    bool same_calls = a->operations && b->operations
                          ? memcmp(a->operations, b->operations, operation_count() / 8 + 1) == 0
                          : a->operations == b->operations;
    return same_calls && a->n_rules == b->n_rules && a->outcomes == b->outcomes &&
           a->first_seen == b->first_seen && same_bounds(&a->age, &b->age) &&
           (a->n_rules == 0 || memcmp(a->rules, b->rules, a->n_rules * sizeof *a->rules) == 0);
}

static const uint8_t *keep_operations(lowering *l, const uint8_t *operations)
{
    size_t n = operation_count() / 8 + 1;
    uint8_t *copy = operations ? arena_alloc(&l->b.r->text, n) : NULL;
    if (copy)
        memcpy(copy, operations, n);
    return copy;
}

static uint32_t intern_kind(weaving *w, const sigma_step *in, const uint32_t *rules)
{
    lineage_kind kind = {.operations = in->operations,
                         .rules = rules,
                         .n_rules = in->n_rules,
                         .outcomes = in->outcomes,
                         .first_seen = in->first_seen,
                         .age = in->age};
    for (size_t i = 0; i < w->n_kinds; i++)
        if (same_kind(&w->kinds[i], &kind))
            return (uint32_t)i;
    kind.operations = keep_operations(w->l, in->operations);
    w->kinds[w->n_kinds] = kind;
    return (uint32_t)w->n_kinds++;
}

static uint32_t intern_facet(weaving *w, uint32_t kind, const sigma_side *in)
{
    for (size_t i = 0; i < w->n_facets; i++)
        if (w->facets[i].kind == kind && w->facets[i].slots == in->slots &&
            w->facets[i].type == in->type)
            return (uint32_t)i;
    w->facets[w->n_facets] = (lineage_facet){kind, in->slots, in->type};
    return (uint32_t)w->n_facets++;
}

/* ---- one lineage ----------------------------------------------------------------------------- */

/* The class, or the titles of the rules. */
static str step_words(lowering *l, const sigma_step *in, const uint32_t *rules)
{
    AUTO(buf) words = {0};
    if (in->n_rules == 0)
        return arena_dup(&l->b.r->text, in->what);
    for (size_t i = 0; i < in->n_rules; i++) {
        buf_puts(&words, i ? " or " : "");
        buf_putstr(&words, l->b.r->rules[rules[i]].title);
    }
    return arena_dup_buf(&l->b.r->text, &words);
}

static const lineage_step *weave_steps(weaving *w, uint32_t doc)
{
    lowering *l = w->l;
    arena *a = &l->b.r->text;
    const sigma_lineage *in = l->docs->items[doc].lineage;
    const lower_state *state = &l->states[doc];
    lineage_step *steps = arena_alloc(a, in->n_steps * sizeof *steps);
    uint32_t *rules = arena_alloc(a, state->n_targets * sizeof *rules);
    for (size_t i = 0; rules && i < state->n_targets; i++)
        rules[i] = l->states[state->targets[i]].rule;
    for (size_t i = 0; steps && rules && i < in->n_steps; rules += in->steps[i++].n_rules) {
        const sigma_step *s = &in->steps[i];
        steps[i] = (lineage_step){.name = arena_dup(a, s->name),
                                  .kind = intern_kind(w, s, rules),
                                  .need = (uint8_t)s->need,
                                  .after = s->after,
                                  .within_ns = s->within_ns,
                                  .count = s->count,
                                  .things = s->things,
                                  .what = step_words(l, s, rules)};
    }
    return rules ? steps : NULL;
}

static const lineage_equation *weave_equations(weaving *w, const sigma_join *in,
                                               const lineage_step *steps)
{
    arena *a = &w->l->b.r->text;
    lineage_equation *equations = arena_alloc(a, in->n * sizeof *equations);
    for (size_t i = 0; equations && i < in->n; i++) {
        equations[i].text = arena_dup(a, in->equations[i].text);
        for (int k = 0; k < 2; k++) {
            const sigma_side *side = &in->equations[i].side[k];
            equations[i].side[k] =
                (lineage_side){side->step, intern_facet(w, steps[side->step].kind, side)};
        }
    }
    return equations;
}

static const lineage_join *weave_joins(weaving *w, const sigma_lineage *in,
                                       const lineage_step *steps)
{
    lineage_join *joins = arena_alloc(&w->l->b.r->text, in->n_joins * sizeof *joins);
    for (size_t i = 0; joins && i < in->n_joins; i++)
        joins[i] = (lineage_join){.owner = in->joins[i].equations[0].side[0].step,
                                  .equations = weave_equations(w, &in->joins[i], steps),
                                  .n = in->joins[i].n};
    return joins;
}

static bool weave(weaving *w, uint32_t doc)
{
    lowering *l = w->l;
    const sigma_lineage *in = l->docs->items[doc].lineage;
    lineage made = {.n_steps = in->n_steps,
                    .n_joins = in->n_joins,
                    .timespan_ns = in->timespan_ns,
                    .chosen = in->chosen,
                    .least_chosen = in->least_chosen};
    made.steps = weave_steps(w, doc);
    made.joins = made.steps ? weave_joins(w, in, made.steps) : NULL;
    if (!made.joins || l->b.r->text.failed)
        return false;
    for (size_t i = 0; i < in->n_steps; i++) {
        uint16_t bit = (uint16_t)(1u << i);
        made.mandatory |= in->steps[i].need == LINEAGE_MANDATORY ? bit : 0;
        made.optional |= in->steps[i].need == LINEAGE_OPTIONAL ? bit : 0;
        made.absent |= in->steps[i].need == LINEAGE_ABSENT ? bit : 0;
    }
    rule_info info = lower_info(l, &l->docs->items[doc]);
    made.info = l->states[doc].rule = build_rule(&l->b, &info);
    for (size_t i = 0; i < l->states[doc].n_targets; i++)
        l->states[l->states[doc].targets[i]].is_step = true;
    w->lineages[w->n_lineages++] = made;
    return !l->b.failed;
}

static bool lower_lineage(weaving *w, uint32_t doc)
{
    lowering *l = w->l;
    lower_state *state = &l->states[doc];
    reporter r = {l->diags, l->docs->items[doc].source, false};
    if (l->docs->items[doc].kind != SIGMA_LINEAGE || !state->is_selected || state->is_bad)
        return true;
    check_rules(l, doc, &r);
    state->is_bad = r.has_error;
    return r.has_error || weave(w, doc);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool begin(weaving *w)
{
    size_t n_lineages = 0, n_steps = 0, n_sides = 0;
    arena *a = &w->l->b.r->text;
    for (size_t i = 0; i < w->l->docs->n; i++) {
        const sigma_lineage *in = w->l->docs->items[i].lineage;
        if (!in)
            continue;
        n_lineages++;
        n_steps += in->n_steps;
        for (size_t k = 0; k < in->n_joins; k++)
            n_sides += 2 * in->joins[k].n;
    }
    w->lineages = arena_alloc(a, n_lineages * sizeof *w->lineages);
    w->kinds = arena_alloc(a, n_steps * sizeof *w->kinds);
    w->facets = arena_alloc(a, n_sides * sizeof *w->facets);
    return w->lineages && w->kinds && w->facets;
}

static bool plays(const weaving *w, size_t lineage, size_t step, size_t kind)
{
    return step < w->lineages[lineage].n_steps && w->lineages[lineage].steps[step].kind == kind;
}

/* Which steps a kind plays. */
static bool list_uses(weaving *w, size_t kind)
{
    lineage_kind *k = &w->kinds[kind];
    for (size_t i = 0; i < w->n_lineages; i++)
        for (size_t s = 0; s < LIMIT_LINEAGE_STEPS; s++)
            k->n_uses += plays(w, i, s, kind);
    lineage_use *uses = arena_alloc(&w->l->b.r->text, k->n_uses * sizeof *uses);
    k->uses = uses;
    for (size_t i = 0; uses && i < w->n_lineages; i++)
        for (size_t s = 0; s < LIMIT_LINEAGE_STEPS; s++)
            if (plays(w, i, s, kind))
                *uses++ = (lineage_use){(uint32_t)i, (uint8_t)s};
    return k->uses;
}

/* What of a kind is looked up. */
static bool list_facets(weaving *w, size_t kind)
{
    lineage_kind *k = &w->kinds[kind];
    for (size_t f = 0; f < w->n_facets; f++)
        k->n_facets += w->facets[f].kind == kind;
    uint32_t *facets = arena_alloc(&w->l->b.r->text, k->n_facets * sizeof *facets);
    k->facets = facets;
    for (uint32_t f = 0; facets && f < w->n_facets; f++)
        if (w->facets[f].kind == kind)
            *facets++ = f;
    return k->facets;
}

bool lower_lineages(lowering *l)
{
    weaving w = {.l = l};
    if (!begin(&w))
        return false;
    for (uint32_t i = 0; i < l->docs->n; i++)
        if (!lower_lineage(&w, i))
            return false;
    for (size_t i = 0; i < w.n_kinds; i++)
        if (!list_uses(&w, i) || !list_facets(&w, i))
            return false;
    ruleset *r = l->b.r;
    r->lineages = w.lineages;
    r->n_lineages = w.n_lineages;
    r->kinds = w.kinds;
    r->n_kinds = w.n_kinds;
    r->facets = w.facets;
    r->n_facets = w.n_facets;
    return !l->b.failed && !r->text.failed;
}
