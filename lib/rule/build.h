/* SPDX-License-Identifier: Apache-2.0
 *
 * build.h -- a ruleset under construction: fields, predicates and expressions, each once.
 *
 *  (1) What is added stays: only rules that have no error are added.
 *  (2) `failed` is sticky: out of memory. Numbers returned after it are of no use.
 *  (3) Regular expressions of predicates belong to the build, and after build_finish to the
 *      ruleset.
 */
#ifndef SPOOR_RULE_BUILD_H
#define SPOOR_RULE_BUILD_H

#include "base/buf.h"
#include "base/map.h"
#include "model/ruleset.h"
#include "rule/expr.h"
#include "rule/sigma.h"
#include "rule/taxonomy.h"

typedef struct build {
    ruleset *r; /* its arrays grow by malloc until build_finish */
    size_t cap_rules, cap_fields, cap_predicates, cap_nodes, cap_children, cap_correlations;
    map field_by_hash, predicate_by_hash; /* first of those with the hash */
    uint32_t *next_field, *next_predicate;
    size_t cap_next_field, cap_next_predicate;
    intern asked; /* logsources with names: what taxonomies were asked, once each */
    uint32_t *answers;
    size_t n_answers, cap_answers;
    buf key;
    arena scratch;
    bool failed;
} build;

bool build_init(build *b);
void build_done(build *b); /* releases everything that build_finish has not handed over */

/* t is the same, and unchanged, for all of a build. */
uint32_t build_field(build *b, const taxonomy *t, const sigma_logsource *source, str name);
/* p's text is copied; p's regex is taken. */
uint32_t build_predicate(build *b, const rule_predicate *p);
/* ids[leaf] is what a leaf becomes; NULL: the leaf itself. */
uint32_t build_expr(build *b, expr *e, const uint32_t *ids);
uint32_t build_rule(build *b, const rule_info *info);
uint32_t build_correlation(build *b, const rule_correlation *c);

/* NULL: out of memory. */
ruleset *build_finish(build *b);

#endif
