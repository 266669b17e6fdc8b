/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_sigma.c -- Sigma documents from arbitrary bytes.
 *
 *  (1) Nothing crashes, whatever the bytes, and time and memory stay bounded.
 *  (2) What comes out is complete: a title, searches with groups with items with values,
 *      conditions; a correlation has rules and a timespan, a
 *      lineage steps and joins.
 *  (3) Every place is inside the text.
 */
#include "rule/sigma.h"

#include <assert.h>

#include "rule/sigma_lineage.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_pos(const sigma_doc *doc, diag_pos pos)
{
    str rest = doc->source->text;
    assert(pos.line > 0 && pos.column > 0);
    for (uint32_t line = 1; line < pos.line; line++) {
        const char *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
        assert(end);
        rest = str_from(rest, (size_t)(end - rest.p) + 1);
    }
    assert(pos.column <= rest.n + 1);
}

static void check_item(const sigma_doc *doc, const sigma_item *item)
{
    check_pos(doc, item->pos);
    assert(item->n_values > 0 && (item->n_values == 1 || item->is_list));
    assert(item->has_field == (item->field.n > 0));
    for (size_t i = 0; i < item->n_modifiers; i++)
        assert(item->modifiers[i].n > 0);
    for (size_t i = 0; i < item->n_values; i++)
        assert(item->values[i].kind != SIGMA_NULL || !item->is_list);
}

static void check_search(const sigma_doc *doc, const sigma_search *search)
{
    check_pos(doc, search->pos);
    assert(search->n_groups > 0);
    for (size_t i = 0; i < search->n_groups; i++) {
        assert(search->groups[i].n_items > 0);
        for (size_t j = 0; j < search->groups[i].n_items; j++)
            check_item(doc, &search->groups[i].items[j]);
    }
}

static void check_detection(const sigma_doc *doc, const sigma_detection *d)
{
    assert(d->n_searches > 0 && d->n_conditions > 0);
    for (size_t i = 0; i < d->n_searches; i++)
        check_search(doc, &d->searches[i]);
    for (size_t i = 0; i < d->n_conditions; i++)
        check_pos(doc, d->conditions[i].pos);
}

static void check_correlation(const sigma_doc *doc)
{
    const sigma_correlation *c = &doc->correlation;
    assert(c->timespan_ns > 0);
    assert(c->percentile >= 0 && c->percentile <= 100);
    assert(c->n_rules > 0 || c->expression.text.n > 0);
    for (size_t i = 0; i < c->n_rules; i++)
        check_pos(doc, c->rules[i].pos);
}

static void check_lineage(const sigma_doc *doc)
{
    const sigma_lineage *l = doc->lineage;
    assert(l && l->n_steps >= 2 && l->n_steps <= LIMIT_LINEAGE_STEPS);
    assert(l->timespan_ns > 0 && l->n_joins > 0);
    for (size_t i = 0; i < l->n_steps; i++) {
        check_pos(doc, l->steps[i].pos);
        assert((l->steps[i].operations != NULL) != (l->steps[i].n_rules > 0));
        assert(!lineage_has(l->steps[i].after, (unsigned)i));
    }
    for (size_t i = 0; i < l->n_joins; i++) {
        check_pos(doc, l->joins[i].pos);
        assert(l->joins[i].n > 0);
        for (size_t k = 0; k < l->joins[i].n; k++)
            assert(l->joins[i].equations[k].side[0].step < l->n_steps &&
                   l->joins[i].equations[k].side[1].step < l->n_steps);
    }
}

static void check_doc(const sigma_doc *doc)
{
    check_pos(doc, doc->pos);
    assert(doc->title.n > 0);
    if (doc->kind == SIGMA_RULE)
        check_detection(doc, &doc->detection);
    if (doc->kind == SIGMA_FILTER)
        check_detection(doc, &doc->filter.detection);
    if (doc->kind == SIGMA_CORRELATION)
        check_correlation(doc);
    else if (doc->kind == SIGMA_LINEAGE)
        check_lineage(doc);
    else
        assert(doc->logsource.category.n + doc->logsource.product.n + doc->logsource.service.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    arena a = {0};
    sigma_docs docs = {0};
    diag_list diags = {0};
    if (sigma_parse(&a, "fuzz.yml", (str){(const char *)bytes, n}, &docs, &diags)) {
        for (size_t i = 0; i < docs.n; i++)
            check_doc(&docs.items[i]);
    }
    diag_done(&diags);
    arena_done(&a);
    return 0;
}
