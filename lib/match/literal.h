/* SPDX-License-Identifier: Apache-2.0
 *
 * literal.h -- many texts searched for in one pass.
 *
 *  (1) The answers are those of searching one by one.
 *  (2) Immutable once built.
 */
#ifndef SPOOR_MATCH_LITERAL_H
#define SPOOR_MATCH_LITERAL_H

#include "base/base.h"

typedef struct literal {
    str text;   /* not empty; borrowed while building */
    uint8_t op; /* RULE_OP_CONTAINS, RULE_OP_STARTS or RULE_OP_ENDS */
} literal;

typedef struct literal_set literal_set;

/* False: out of memory. *ret_set is NULL when the automaton would be larger than it is worth. */
bool literal_set_new(const literal *literals, size_t n, literal_set **ret_set);
void literal_set_free(literal_set *s);

/* Sets hit[i] for each literal i that the text contains (starts with, ends with). */
void literal_search(const literal_set *s, str text, bool *hit);

#endif
