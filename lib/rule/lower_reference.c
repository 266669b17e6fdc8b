/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_reference.c -- rules named by id, name or title, and which filters apply to which rules.
 *
 *  (1) An id counts before a name, a name before a title. Titles are not made to be references, but
 *      are used so: accepted with a warning, when one rule is meant.
 */
#include "rule/lowering.h"

#include "base/limits.h"
#include "base/text.h"

typedef bool is_called_fn(const sigma_doc *doc, str word);

static bool has_id(const sigma_doc *doc, str word)
{
    return doc->id.n && text_eq_nocase(doc->id, word);
}

static bool has_name(const sigma_doc *doc, str word)
{
    return doc->name.n && str_eq(doc->name, word);
}

static bool has_title(const sigma_doc *doc, str word)
{
    return doc->title.n && text_eq_nocase(doc->title, word);
}

/* clang-format off */
static const struct {
    is_called_fn *is_called;
    const char *what;
    bool is_odd; /* accepted with a warning */
} WAYS[] = {
    {has_id,    "id",    false},
    {has_name,  "name",  false},
    {has_title, "title", true},
};
/* clang-format on */

static void refuse_ambiguous(lowering *l, reporter *r, const sigma_text *ref, size_t way)
{
    CLEANUP(buf_done) buf list = {0};
    const sigma_docs *docs = l->docs;
    for (size_t i = 0; i < docs->n; i++) {
        const sigma_doc *doc = &docs->items[i];
        if (doc->kind == SIGMA_FILTER || !WAYS[way].is_called(doc, ref->text))
            continue;
        const char *file = doc->source && doc->source->file ? doc->source->file : "?";
        buf_printf(&list, "%s%s:%u", list.n ? ", " : "", file, doc->pos.line);
    }
    report_error(r, ref->pos, "name it by its id", "several rules have the %s `%.*s`: %.*s",
                 WAYS[way].what, (int)ref->text.n, ref->text.p, (int)list.n, list.p ? list.p : "");
}

static void refuse_unknown(lowering *l, reporter *r, const sigma_text *ref)
{
    const sigma_docs *docs = l->docs;
    str *names = arena_alloc(&l->scratch, docs->n * 3 * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; names && i < docs->n; i++) {
        const sigma_doc *doc = &docs->items[i];
        const str called[] = {doc->id, doc->name, doc->title};
        for (size_t k = 0; k < ARRAY_LEN(called) && doc->kind != SIGMA_FILTER; k++) {
            if (called[k].n)
                names[n++] = called[k];
        }
    }
    const char *hint = names ? report_nearest(&l->scratch, ref->text, names, n) : "";
    report_error(r, ref->pos, hint, "no rule has the id, name or title `%.*s`", (int)ref->text.n,
                 ref->text.p ? ref->text.p : "");
}

uint32_t lower_reference(lowering *l, reporter *r, const sigma_text *ref)
{
    for (size_t way = 0; way < ARRAY_LEN(WAYS); way++) {
        size_t n = 0;
        uint32_t found = LOWER_NO_RULE;
        for (size_t i = 0; i < l->docs->n; i++) {
            const sigma_doc *doc = &l->docs->items[i];
            if (doc->kind == SIGMA_FILTER || !WAYS[way].is_called(doc, ref->text))
                continue;
            found = (uint32_t)i;
            n++;
        }
        if (n > 1) {
            refuse_ambiguous(l, r, ref, way);
            return LOWER_NO_RULE;
        }
        if (n == 1 && WAYS[way].is_odd)
            report_warning(r, ref->pos, "name it by its id", "a rule is named by its title");
        if (n == 1)
            return found;
    }
    refuse_unknown(l, r, ref);
    return LOWER_NO_RULE;
}

/* ---- filters --------------------------------------------------------------------------------- */

static bool covers_part(str filter, str rule)
{
    return filter.n == 0 || text_eq_nocase(filter, rule);
}

static bool covers(const sigma_logsource *filter, const sigma_logsource *rule)
{
    return covers_part(filter->category, rule->category) &&
           covers_part(filter->product, rule->product) &&
           covers_part(filter->service, rule->service);
}

bool lower_filter_targets(lowering *l, uint32_t filter)
{
    const sigma_doc *doc = &l->docs->items[filter];
    lower_state *state = &l->states[filter];
    reporter r = {l->diags, doc->source, false};
    state->targets = arena_alloc(&l->keep, doc->filter.n_rules * sizeof(uint32_t));
    for (size_t i = 0; state->targets && i < doc->filter.n_rules; i++) {
        uint32_t found = lower_reference(l, &r, &doc->filter.rules[i]);
        if (found == LOWER_NO_RULE)
            continue;
        state->targets[state->n_targets++] = found;
        const sigma_doc *rule = &l->docs->items[found];
        if (rule->kind != SIGMA_RULE || !covers(&doc->logsource, &rule->logsource))
            report_warning(&r, doc->filter.rules[i].pos, "",
                           "the filter does not apply to this rule: its logsource is another");
    }
    arena_reset(&l->scratch);
    return state->targets;
}

bool lower_filter_applies(const lowering *l, uint32_t filter, uint32_t rule)
{
    const sigma_doc *doc = &l->docs->items[filter];
    const lower_state *state = &l->states[filter];
    if (state->is_bad || !covers(&doc->logsource, &l->docs->items[rule].logsource))
        return false;
    bool is_named = doc->filter.n_rules == 0;
    for (size_t i = 0; i < state->n_targets; i++)
        is_named = is_named || state->targets[i] == rule;
    return is_named;
}

bool lower_check_filter(lowering *l, uint32_t filter)
{
    const sigma_doc *doc = &l->docs->items[filter];
    reporter r = {l->diags, doc->source, false};
    draft d = {.taxonomy = l->options->taxonomy,
               .source = &doc->logsource,
               .a = &l->scratch,
               .r = &r,
               .n_left = LIMIT_RULE_VALUES};
    lower_detection(&d, &doc->filter.detection, doc->pos);
    l->states[filter].is_bad = r.has_error;
    bool is_whole = !l->scratch.failed;
    draft_done(&d);
    arena_reset(&l->scratch);
    return is_whole;
}
