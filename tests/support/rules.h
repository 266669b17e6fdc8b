/* SPDX-License-Identifier: Apache-2.0
 *
 * rules.h -- rulesets put together by hand, for tests of the matcher that need no YAML.
 *
 *  (1) Predicates and fields are not interned: what is added twice is there twice.
 *  (2) Texts are folded unless cased, as the compiler does.
 */
#ifndef SPOOR_TESTS_RULES_H
#define SPOOR_TESTS_RULES_H

#include "model/ruleset.h"

enum { RULES_MAX = 2048 }; /* of each kind of thing */

typedef struct rules {
    ruleset set;
    void *regexes[RULES_MAX];
    size_t n_regexes;
} rules;

void rules_init(rules *r);
void rules_done(rules *r);

/* A field with the same paths in each of the families; paths are separated by '|'. */
uint32_t rules_field(rules *r, const char *name, family_set families, const char *paths);
/* Both return a node. */
uint32_t rules_predicate(rules *r, rule_predicate p);
uint32_t rules_node(rules *r, rule_node_kind kind, const uint32_t *children, uint32_t n);

/* One `field OP text`. */
uint32_t rules_text(rules *r, rule_op op, uint32_t field, const char *text);
uint32_t rules_regex(rules *r, uint32_t field, const char *pattern);

uint32_t rules_add(rules *r, family_set families, uint32_t root);
/* To the rule added last. */
void rules_anchor(rules *r, uint32_t field, const char *text);

#endif
