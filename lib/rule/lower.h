/* SPDX-License-Identifier: Apache-2.0
 *
 * lower.h -- Sigma documents to a ruleset: the compiler's second half.
 *
 *   modifier.h   the table after the bar: checks a chain, turns values into predicates
 *   condition.h  'sel and not 1 of filter_*' to an expression
 *   taxonomy.h   (logsource, field name) to paths in the records of each family; user pipelines
 *
 *  (1) A rule with an error is left out, with a diagnostic; the others are compiled.
 *  (2) The order of rules is that of documents, so findings do not depend on hashing.
 */
#ifndef SPOOR_RULE_LOWER_H
#define SPOOR_RULE_LOWER_H

#include "model/ruleset.h"
#include "rule/sigma.h"
#include "rule/taxonomy.h"

typedef struct lower_options {
    const taxonomy *taxonomy;
    spoor_level
        min_level;   /* rules below are left out (kept silently when a correlation names them) */
    const str *tags; /* any of them, case ignored; none: all rules */
    size_t n_tags;
} lower_options;

/* False: out of memory. *ret is owned by the caller (ruleset_free). */
bool lower_docs(const sigma_docs *docs, const lower_options *options, diag_list *diags,
                ruleset **ret);

#endif
