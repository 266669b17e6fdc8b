/* SPDX-License-Identifier: Apache-2.0
 *
 * build.c -- interning by content, and moving the finished arrays into the ruleset's arena.
 *
 *  (1) `next_…` chains the entries of one hash, newest first.
 */
#include "rule/build.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/array.h"
#include "base/hash.h"

static bool reserve(build *b, void *array, size_t n, size_t *cap, size_t size)
{
    void *items;
    memcpy(&items, array, sizeof items); /* `array` points to a pointer of any type */
    items = n <= UINT32_MAX / 4 ? array_room(items, n, cap, 64, size) : NULL;
    if (!items) {
        b->failed = true;
        return false;
    }
    memcpy(array, &items, sizeof items);
    return true;
}

bool build_init(build *b)
{
    *b = (build){.r = calloc(1, sizeof(ruleset))};
    if (!b->r || !reserve(b, &b->r->nodes, 0, &b->cap_nodes, sizeof *b->r->nodes))
        return false;
    b->r->refs = 1;
    b->r->nodes[b->r->n_nodes++] = (rule_node){.kind = RULE_NODE_TRUE};
    return true;
}

void build_done(build *b)
{
    ruleset *r = b->r;
    for (size_t i = 0; r && i < r->n_predicates; i++)
        pcre2_code_free((pcre2_code *)r->predicates[i].regex);
    if (r) {
        free(r->rules);
        free(r->fields);
        free(r->predicates);
        free(r->nodes);
        free(r->children);
        free(r->correlations);
        arena_done(&r->text);
        free(r);
    }
    map_done(&b->field_by_hash);
    map_done(&b->predicate_by_hash);
    free(b->next_field);
    free(b->next_predicate);
    free(b->answers);
    intern_done(&b->asked);
    buf_done(&b->key);
    arena_done(&b->scratch);
    *b = (build){0};
}

/* ---- fields ---------------------------------------------------------------------------------- */

static uint64_t hash_field(const rule_field *f)
{
    uint64_t h = hash_str(f->name, 0);
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        h = hash_mix(h, f->in[i].n);
        for (size_t k = 0; k < f->in[i].n; k++)
            h = hash_str(str_of(f->in[i].path[k]), h);
    }
    return h;
}

static bool same_paths(const rule_paths *a, const rule_paths *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = str_is(str_of(a->path[i]), b->path[i]);
    return same;
}

static bool same_field(const rule_field *a, const rule_field *b)
{
    bool same = str_eq(a->name, b->name);
    for (size_t i = 0; same && i < FAMILY_COUNT; i++)
        same = same_paths(&a->in[i], &b->in[i]);
    return same;
}

static bool copy_paths(arena *a, rule_paths *paths)
{
    const char **copy = arena_alloc(a, paths->n * sizeof(char *));
    for (size_t i = 0; copy && i < paths->n; i++)
        copy[i] = arena_dup(a, str_of(paths->path[i])).p;
    paths->path = copy;
    return copy && !a->failed;
}

static uint32_t add_field(build *b, rule_field f, uint64_t hash, uint32_t next)
{
    ruleset *r = b->r;
    f.name = arena_dup(&r->text, f.name);
    bool is_copied = !r->text.failed;
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        is_copied = is_copied && copy_paths(&r->text, &f.in[i]);
    if (!is_copied || !reserve(b, &r->fields, r->n_fields, &b->cap_fields, sizeof f) ||
        !reserve(b, &b->next_field, r->n_fields, &b->cap_next_field, sizeof(uint32_t)) ||
        !map_put(&b->field_by_hash, hash, (uint32_t)r->n_fields)) {
        b->failed = true;
        return 0;
    }
    b->next_field[r->n_fields] = next;
    r->fields[r->n_fields] = f;
    return (uint32_t)r->n_fields++;
}

static uint32_t ask(build *b, const taxonomy *t, const sigma_logsource *source, str name)
{
    arena_reset(&b->scratch);
    rule_field f = {.name = name};
    if (name.n && !taxonomy_field(t, &b->scratch, source, name, &f)) {
        b->failed = true;
        return 0;
    }
    f.name = name;
    uint64_t hash = hash_field(&f);
    uint32_t first = map_get(&b->field_by_hash, hash);
    for (uint32_t i = first; i != MAP_NONE; i = b->next_field[i]) {
        if (same_field(&b->r->fields[i], &f))
            return i;
    }
    return add_field(b, f, hash, first);
}

/* The number of a question, 1, 2, … as they are new; 0: out of memory. */
static uint32_t question(build *b, const sigma_logsource *source, str name)
{
    const str parts[] = {source->category, source->product, source->service, name};
    buf_reset(&b->key);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_varint(&b->key, parts[i].n);
        buf_putstr(&b->key, parts[i]);
    }
    return b->key.failed ? 0 : intern_id(&b->asked, buf_str(&b->key));
}

/* Thousands of rules ask for the same few fields, and the taxonomy's tables are long. */
uint32_t build_field(build *b, const taxonomy *t, const sigma_logsource *source, str name)
{
    uint32_t asked = question(b, source, name);
    if (asked > 0 && asked <= b->n_answers)
        return b->answers[asked - 1];
    uint32_t answer = ask(b, t, source, name);
    if (asked == 0 || !reserve(b, &b->answers, b->n_answers, &b->cap_answers, sizeof answer)) {
        b->failed = true;
        return 0;
    }
    b->answers[b->n_answers++] = answer;
    return answer;
}

/* ---- predicates ------------------------------------------------------------------------------ */

static uint64_t hash_predicate(const rule_predicate *p)
{
    uint64_t h = hash_str(p->text, p->op);
    h = hash_mix(h, (uint64_t)p->field << 32 | p->other);
    h = hash_mix(h, (uint64_t)p->integer);
    unsigned flags = p->is_cased | p->is_number << 1 | p->is_integer << 2 | p->is_negated << 3 |
                     p->wants << 4 | (unsigned)p->part << 5 | (unsigned)p->order << 13;
    return hash_mix(hash_bytes(p->net.byte, sizeof p->net.byte, h), flags);
}

static bool same_flags(const rule_predicate *a, const rule_predicate *b)
{
    return a->op == b->op && a->is_cased == b->is_cased && a->is_number == b->is_number &&
           a->is_integer == b->is_integer && a->is_negated == b->is_negated && a->part == b->part &&
           a->order == b->order && a->wants == b->wants;
}

static bool same_net(const ip_net *a, const ip_net *b)
{
    return memcmp(a->byte, b->byte, sizeof a->byte) == 0 && a->prefix == b->prefix &&
           a->is_v6 == b->is_v6;
}

static bool same_predicate(const rule_predicate *a, const rule_predicate *b)
{
    return same_flags(a, b) && a->field == b->field && a->other == b->other &&
           str_eq(a->text, b->text) && a->number == b->number && a->integer == b->integer &&
           same_net(&a->net, &b->net);
}

uint32_t build_predicate(build *b, const rule_predicate *p)
{
    ruleset *r = b->r;
    uint64_t hash = hash_predicate(p);
    uint32_t first = map_get(&b->predicate_by_hash, hash);
    for (uint32_t i = first; i != MAP_NONE; i = b->next_predicate[i]) {
        if (!same_predicate(&r->predicates[i], p))
            continue;
        pcre2_code_free((pcre2_code *)p->regex);
        return i;
    }
    rule_predicate copy = *p;
    copy.text = arena_dup(&r->text, p->text);
    if (r->text.failed ||
        !reserve(b, &r->predicates, r->n_predicates, &b->cap_predicates, sizeof copy) ||
        !reserve(b, &b->next_predicate, r->n_predicates, &b->cap_next_predicate,
                 sizeof(uint32_t)) ||
        !map_put(&b->predicate_by_hash, hash, (uint32_t)r->n_predicates)) {
        pcre2_code_free((pcre2_code *)p->regex);
        b->failed = true;
        return 0;
    }
    b->next_predicate[r->n_predicates] = first;
    r->predicates[r->n_predicates] = copy;
    return (uint32_t)r->n_predicates++;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static uint32_t add_node(build *b, rule_node node)
{
    ruleset *r = b->r;
    if (!reserve(b, &r->nodes, r->n_nodes, &b->cap_nodes, sizeof node))
        return 0;
    r->nodes[r->n_nodes] = node;
    return (uint32_t)r->n_nodes++;
}

/* The children's numbers stand together, so children are emitted before any of them is listed. */
static uint32_t add_parent(build *b, expr *e)
{
    ruleset *r = b->r;
    rule_node node = {(uint8_t)e->kind, (uint32_t)r->n_children, (uint32_t)e->n};
    for (size_t i = 0; i < e->n; i++) {
        if (!reserve(b, &r->children, r->n_children, &b->cap_children, sizeof(uint32_t)))
            return 0;
        r->children[r->n_children++] = e->kids[i]->node;
    }
    return add_node(b, node);
}

uint32_t build_expr(build *b, expr *e, const uint32_t *ids)
{
    if (e->kind == RULE_NODE_TRUE)
        e->node = 0;
    if (e->node != EXPR_NO_NODE)
        return e->node;
    for (size_t i = 0; i < e->n; i++)
        build_expr(b, e->kids[i], ids);
    uint32_t leaf = ids && e->kind == RULE_NODE_PREDICATE ? ids[e->leaf] : e->leaf;
    e->node = e->kind == RULE_NODE_PREDICATE ? add_node(b, (rule_node){(uint8_t)e->kind, leaf, 0})
                                             : add_parent(b, e);
    return e->node;
}

/* ---- rules ----------------------------------------------------------------------------------- */

uint32_t build_rule(build *b, const rule_info *info)
{
    ruleset *r = b->r;
    if (!reserve(b, &r->rules, r->n_rules, &b->cap_rules, sizeof *info))
        return 0;
    r->rules[r->n_rules] = *info;
    return (uint32_t)r->n_rules++;
}

uint32_t build_correlation(build *b, const rule_correlation *c)
{
    ruleset *r = b->r;
    if (!reserve(b, &r->correlations, r->n_correlations, &b->cap_correlations, sizeof *c))
        return 0;
    r->correlations[r->n_correlations] = *c;
    return (uint32_t)r->n_correlations++;
}

/* NULL: out of memory. The array that grew is left to its owner. */
static void *settle(arena *a, const void *items, size_t n, size_t size)
{
    void *copy = arena_alloc(a, n * size);
    if (copy && n)
        memcpy(copy, items, n * size);
    return copy;
}

ruleset *build_finish(build *b)
{
    ruleset done = *b->r;
    arena *a = &done.text;
    done.rules = settle(a, done.rules, done.n_rules, sizeof *done.rules);
    done.fields = settle(a, done.fields, done.n_fields, sizeof *done.fields);
    done.predicates = settle(a, done.predicates, done.n_predicates, sizeof *done.predicates);
    done.nodes = settle(a, done.nodes, done.n_nodes, sizeof *done.nodes);
    done.children = settle(a, done.children, done.n_children, sizeof *done.children);
    done.correlations =
        settle(a, done.correlations, done.n_correlations, sizeof *done.correlations);
    ruleset *r = a->failed || b->failed ? NULL : malloc(sizeof *r);
    b->r->text = done.text; /* blocks may have been added */
    if (!r)
        return NULL;
    *r = done;
    b->r->text = (arena){0};
    b->r->n_predicates = 0; /* their regular expressions are the ruleset's now */
    return r;
}
