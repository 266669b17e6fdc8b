/* SPDX-License-Identifier: Apache-2.0
 *
 * anchor.c -- sets of predicates, from the leaves up.
 *
 *  (1) A set is sorted and holds each predicate once. No set (n 0) means that there are no anchors.
 *  (2) Shared expressions are visited once: the set is kept in the note.
 */
#include "rule/anchor.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/text.h"
#include "rule/number.h"

typedef struct anchor_set {
    uint32_t *ids;
    size_t n;
    unsigned rank; /* of its worst field; lower is better */
} anchor_set;

typedef struct finder {
    const ruleset *r;
    const uint32_t *ids;
    arena *a;
} finder;

static const anchor_set NO_SET = {0};
enum { RANK_OTHER = 2 };

/* By the last part of the field's name, whatever stands before it. */
static unsigned rank_of(str name)
{
    /* clang-format off */
    static const struct { const char *last; unsigned rank; } row[] = {
        {"eventName",           0}, {"operationName",         0}, {"operationNameValue", 0},
        {"operation",           0}, {"methodName",            0}, {"method_name",        0},
        {"activityDisplayName", 0}, {"activityType",          0}, {"action",             0},
        {"eventSource",         1}, {"serviceName",           1}, {"service_name",       1},
        {"provider",            1}, {"ResourceProviderValue", 1}, {"resourceProvider",   1},
        {"loggedByService",     1}, {"category",              1}, {"workload",           1},
    };
    /* clang-format on */
    str last = text_after_last(name, '.');
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (text_eq_nocase(last, str_of(row[i].last)))
            return row[i].rank;
    }
    return RANK_OTHER;
}

/* A path with an index or a quantifier tests something else than "any value equals". */
static bool is_plain_path(const char *path)
{
    return !strchr(path, '[');
}

static bool has_plain_paths(const rule_field *f)
{
    size_t n = 0;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        for (size_t k = 0; k < f->in[i].n; k++, n++) {
            if (!is_plain_path(f->in[i].path[k]))
                return false;
        }
    }
    return n > 0;
}

/* Numbers are equal in several spellings, so their text is no anchor. */
static bool is_anchor(const ruleset *r, const rule_predicate *p)
{
    return p->op == RULE_OP_EQ && !p->is_negated && !p->is_number &&
           !number_parse(p->text, &(number){0}) && has_plain_paths(&r->fields[p->field]);
}

static const anchor_set *of_leaf(finder *f, const expr *e)
{
    uint32_t id = f->ids[e->leaf];
    const rule_predicate *p = &f->r->predicates[id];
    if (!is_anchor(f->r, p))
        return &NO_SET;
    anchor_set *set = arena_alloc(f->a, sizeof *set);
    uint32_t *ids = arena_alloc(f->a, sizeof *ids);
    if (!set || !ids)
        return &NO_SET;
    ids[0] = id;
    *set = (anchor_set){ids, 1, rank_of(f->r->fields[p->field].name)};
    return set;
}

static bool is_better(const anchor_set *a, const anchor_set *b)
{
    if (a->n == 0 || b->n == 0)
        return a->n > 0;
    return a->rank != b->rank ? a->rank < b->rank : a->n < b->n;
}

static int compare_ids(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static size_t drop_repeated(uint32_t *ids, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || ids[kept - 1] != ids[i])
            ids[kept++] = ids[i];
    }
    return kept;
}

static const anchor_set *of_all(finder *f, const expr *e)
{
    size_t total = 0;
    anchor_set *set = arena_alloc(f->a, sizeof *set);
    for (size_t i = 0; i < e->n; i++) {
        const anchor_set *kid = e->kids[i]->note;
        if (kid->n == 0 || (total += kid->n) > (size_t)ANCHORS_MOST * 16)
            return &NO_SET;
    }
    uint32_t *ids = arena_alloc(f->a, total * sizeof *ids);
    if (!set || !ids)
        return &NO_SET;
    *set = (anchor_set){.ids = ids};
    for (size_t i = 0; i < e->n; i++) {
        const anchor_set *kid = e->kids[i]->note;
        memcpy(ids + set->n, kid->ids, kid->n * sizeof *ids);
        set->n += kid->n;
        set->rank = kid->rank > set->rank ? kid->rank : set->rank;
    }
    qsort(ids, set->n, sizeof *ids, compare_ids);
    set->n = drop_repeated(ids, set->n);
    return set->n > ANCHORS_MOST ? &NO_SET : set;
}

static const anchor_set *of_best(const expr *e)
{
    const anchor_set *best = &NO_SET;
    for (size_t i = 0; i < e->n; i++) {
        const anchor_set *kid = e->kids[i]->note;
        if (is_better(kid, best))
            best = kid;
    }
    return best;
}

static void visit(finder *f, expr *e)
{
    if (e->note)
        return;
    for (size_t i = 0; i < e->n; i++)
        visit(f, e->kids[i]);
    if (e->kind == RULE_NODE_PREDICATE)
        e->note = of_leaf(f, e);
    else if (e->kind == RULE_NODE_AND)
        e->note = of_best(e);
    else
        e->note = e->kind == RULE_NODE_OR ? of_all(f, e) : &NO_SET;
}

/* A cased text is found by its folded form: what equals the one equals the other. */
static str anchor_text(arena *a, const rule_predicate *p)
{
    CLEANUP(buf_done) buf folded = {0};
    if (!p->is_cased)
        return p->text;
    fold_text(p->text, &folded);
    return arena_dup_buf(a, &folded);
}

size_t anchor_choose(ruleset *r, expr *root, const uint32_t *ids, arena *scratch,
                     const rule_anchor **ret)
{
    finder f = {r, ids, scratch};
    visit(&f, root);
    const anchor_set *set = root->note;
    rule_anchor *anchors = arena_alloc(&r->text, set->n * sizeof *anchors);
    for (size_t i = 0; anchors && i < set->n; i++) {
        const rule_predicate *p = &r->predicates[set->ids[i]];
        anchors[i] = (rule_anchor){p->field, anchor_text(&r->text, p)};
    }
    *ret = anchors;
    return anchors ? set->n : 0;
}
