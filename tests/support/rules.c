/* SPDX-License-Identifier: Apache-2.0
 *
 * rules.c -- fixed tables that are filled from the front; a test that needs more is too large.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "support/rules.h"

#include <assert.h>
#include <stdlib.h>

#include <pcre2.h>

#include "base/fold.h"
#include "base/text.h"

void rules_init(rules *r)
{
    memset(r, 0, sizeof *r);
    r->set.rules = calloc(RULES_MAX, sizeof *r->set.rules);
    r->set.fields = calloc(RULES_MAX, sizeof *r->set.fields);
    r->set.predicates = calloc(RULES_MAX, sizeof *r->set.predicates);
    r->set.nodes = calloc(RULES_MAX, sizeof *r->set.nodes);
    r->set.children = calloc(RULES_MAX, sizeof *r->set.children);
    assert(r->set.rules && r->set.fields && r->set.predicates && r->set.nodes && r->set.children);
    r->set.n_nodes = 1; /* always true */
}

void rules_done(rules *r)
{
    for (size_t i = 0; i < r->n_regexes; i++)
        pcre2_code_free(r->regexes[i]);
    free(r->set.rules);
    free(r->set.fields);
    free(r->set.predicates);
    free(r->set.nodes);
    free(r->set.children);
    arena_done(&r->set.text);
}

static str folded(rules *r, str text)
{
    AUTO(buf) out = {0};
    fold_text(text, &out);
    return arena_dup_buf(&r->set.text, &out);
}

uint32_t rules_field(rules *r, const char *name, family_set families, const char *paths)
{
    assert(r->set.n_fields < RULES_MAX);
    const char **list = arena_alloc(&r->set.text, 16 * sizeof *list);
    str rest = str_of(paths), piece;
    size_t n = 0;
    while (text_next(&rest, '|', &piece)) {
        assert(n < 16);
        list[n++] = arena_dup(&r->set.text, piece).p;
    }
    rule_field *f = &r->set.fields[r->set.n_fields];
    f->name = arena_dup(&r->set.text, str_of(name));
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        if (families >> i & 1)
            f->in[i] = (rule_paths){list, n};
    }
    return (uint32_t)r->set.n_fields++;
}

static uint32_t add_node(rules *r, rule_node node)
{
    assert(r->set.n_nodes < RULES_MAX);
    r->set.nodes[r->set.n_nodes] = node;
    return (uint32_t)r->set.n_nodes++;
}

uint32_t rules_predicate(rules *r, rule_predicate p)
{
    assert(r->set.n_predicates < RULES_MAX);
    p.text = p.is_cased ? arena_dup(&r->set.text, p.text) : folded(r, p.text);
    r->set.predicates[r->set.n_predicates] = p;
    return add_node(r, (rule_node){RULE_NODE_PREDICATE, (uint32_t)r->set.n_predicates++, 0});
}

uint32_t rules_node(rules *r, rule_node_kind kind, const uint32_t *children, uint32_t n)
{
    assert(r->set.n_children + n <= RULES_MAX);
    uint32_t first = (uint32_t)r->set.n_children;
    memcpy(r->set.children + first, children, n * sizeof *children);
    r->set.n_children += n;
    return add_node(r, (rule_node){(uint8_t)kind, first, n});
}

uint32_t rules_text(rules *r, rule_op op, uint32_t field, const char *text)
{
    return rules_predicate(
        r, (rule_predicate){.op = (uint8_t)op, .field = field, .text = str_of(text)});
}

uint32_t rules_regex(rules *r, uint32_t field, const char *pattern)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);
    assert(code && r->n_regexes < RULES_MAX);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    r->regexes[r->n_regexes++] = code;
    return rules_predicate(r, (rule_predicate){.op = RULE_OP_REGEX, .field = field, .regex = code});
}

uint32_t rules_add(rules *r, family_set families, uint32_t root)
{
    assert(r->set.n_rules < RULES_MAX);
    r->set.rules[r->set.n_rules] = (rule_info){.families = families, .root = root};
    return (uint32_t)r->set.n_rules++;
}

void rules_anchor(rules *r, uint32_t field, const char *text)
{
    rule_info *info = &r->set.rules[r->set.n_rules - 1];
    rule_anchor *grown = arena_alloc(&r->set.text, (info->n_anchors + 1) * sizeof *grown);
    if (info->n_anchors > 0)
        memcpy(grown, info->anchors, info->n_anchors * sizeof *grown);
    grown[info->n_anchors++] = (rule_anchor){field, folded(r, str_of(text))};
    info->anchors = grown;
}
