/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_action.c -- `action: global`, `reset` and `repeat` of Sigma 1.
 *
 *   global  is merged into all documents that follow; several add up
 *   reset   forgets them
 *   repeat  is the document before it once more, with this one merged into it
 *
 *  (1) Maps are merged key by key, at any depth. Where both have a value that is not two maps, the
 *      later document's counts: what is said closer is meant.
 *  (2) Merging is bounded like aliases are: a short text must not make large documents many times
 *      over.
 */
#include "rule/sigma_parts.h"

#include "base/limits.h"
#include "base/map.h"

static const yaml_node *merge(arena *a, const yaml_node *base, const yaml_node *over);

static bool number_keys(intern *keys, const yaml_node *map)
{
    for (size_t i = 0; i < map->n; i++) {
        if (!intern_id(keys, map->pair[i].key))
            return false;
    }
    return true;
}

static bool is_mergeable(const yaml_node *a, const yaml_node *b)
{
    return a->kind == YAML_MAP && b->kind == YAML_MAP;
}

/* base's keys in their order, then those that only `over` has. keys: over's, numbered from 1. */
static size_t merge_pairs(arena *a, const intern *keys, const yaml_node *base,
                          const yaml_node *over, yaml_pair *pair)
{
    size_t n = 0;
    AUTO(intern) of_base = {0};
    for (size_t i = 0; i < base->n; i++) {
        const yaml_pair *b = &base->pair[i];
        uint32_t id = intern_find(keys, b->key);
        pair[n] = id ? over->pair[id - 1] : *b;
        if (id && is_mergeable(b->value, pair[n].value))
            pair[n].value = merge(a, b->value, pair[n].value);
        n++;
    }
    a->failed |= !number_keys(&of_base, base);
    for (size_t i = 0; i < over->n; i++) {
        if (!intern_find(&of_base, over->pair[i].key))
            pair[n++] = over->pair[i];
    }
    return n;
}

/* Depth is that of YAML: limited. */
static const yaml_node *merge(arena *a, const yaml_node *base, const yaml_node *over)
{
    yaml_node *merged = arena_alloc(a, sizeof *merged);
    yaml_pair *pair = arena_alloc(a, (base->n + over->n) * sizeof *pair);
    AUTO(intern) keys = {0};
    if (!merged || !pair || !number_keys(&keys, over)) {
        a->failed = true;
        return over;
    }
    *merged = (yaml_node){
        .kind = YAML_MAP, .pos = over->pos, .pair = pair, .weight = base->weight + over->weight};
    merged->n = merge_pairs(a, &keys, base, over, pair);
    return merged;
}

static const yaml_node *combine(node_reader *r, sigma_actions *s, const yaml_node *base,
                                const yaml_node *over)
{
    s->merged_nodes += base->weight + over->weight;
    if (s->merged_nodes > LIMIT_RULE_NODES) {
        report_error(&r->report, over->pos, "split the file",
                     "merging the documents of this file makes more than %d YAML nodes",
                     LIMIT_RULE_NODES);
        return NULL;
    }
    return merge(r->a, base, over);
}

static const yaml_node *no_action(node_reader *r, sigma_actions *s, const yaml_node *root)
{
    const yaml_node *doc = s->global ? combine(r, s, s->global, root) : root;
    s->previous = doc;
    return doc;
}

static const yaml_node *act_global(node_reader *r, sigma_actions *s, const yaml_node *root)
{
    s->global = s->global ? combine(r, s, s->global, root) : root;
    return NULL;
}

static const yaml_node *act_reset(node_reader *r, sigma_actions *s, const yaml_node *root)
{
    s->global = NULL;
    if (root->n > 1)
        report_warning(&r->report, root->pos, "put it into a document of its own, behind ---",
                       "what stands beside `action: reset` is ignored");
    return NULL;
}

static const yaml_node *act_repeat(node_reader *r, sigma_actions *s, const yaml_node *root)
{
    if (!s->previous) {
        report_error(&r->report, root->pos, "", "`action: repeat` has no document before it");
        return NULL;
    }
    s->previous = combine(r, s, s->previous, root);
    return s->previous;
}

static const struct {
    str name;
    const yaml_node *(*act)(node_reader *, sigma_actions *, const yaml_node *);
} known[] = {
    {STR_INIT("global"), act_global},
    {STR_INIT("reset"), act_reset},
    {STR_INIT("repeat"), act_repeat},
};

const yaml_node *sigma_act(node_reader *r, sigma_actions *s, const yaml_node *root)
{
    const yaml_node *action = node_get(root, "action");
    str names[ARRAY_LEN(known)], name = STR_NONE;
    if (!action)
        return no_action(r, s, root);
    if (!node_text(r, action, "`action`", &name))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (node_is_key(name, known[i].name.p))
            return known[i].act(r, s, root);
        names[i] = known[i].name;
    }
    report_error(&r->report, action->pos, report_nearest(r->a, name, names, ARRAY_LEN(known)),
                 "unknown action `%.*s`: global, reset and repeat are known",
                 (int)str_upto(name, 80).n, name.p);
    return NULL;
}
