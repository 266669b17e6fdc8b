/* SPDX-License-Identifier: Apache-2.0
 *
 * condition.h -- 'selection and not 1 of filter_*' to an expression over the names that it uses.
 *
 *   or < and < not < 'N of', '1 of', 'any of', 'all of' < parentheses
 *
 *  (1) A name stands for an expression, which is shared by all places that name it.
 *  (2) Operators may be written in capitals. A name in another letter case is accepted with a
 *      warning when only one name is meant.
 *  (3) 'them' and patterns leave out names that begin with '_', unless the pattern does, too.
 *  (4) Nesting is limited by LIMIT_RULE_DEPTH.
 */
#ifndef SPOOR_RULE_CONDITION_H
#define SPOOR_RULE_CONDITION_H

#include "base/arena.h"
#include "rule/expr.h"
#include "rule/report.h"
#include "rule/sigma.h"

typedef struct condition_names {
    const char *what; /* what the names are, for messages: "search", "rule" */
    const str *names;
    expr *const *meanings; /* what each name stands for */
    size_t n;
    bool *used; /* out: set for each name that a condition names */
} condition_names;

/* NULL: reported as an error, or `a` is out of memory. */
expr *condition_parse(arena *a, const sigma_text *text, const condition_names *names, reporter *r);

/* The names that a condition uses, in order, each once. NULL: out of memory. */
sigma_text *condition_words(arena *a, const sigma_text *text, const diag_source *source,
                            size_t *ret_n);

/* Name patterns: '*' any number of characters, everything else itself. */
bool condition_name_matches(str pattern, str name);

#endif
