/* SPDX-License-Identifier: Apache-2.0
 *
 * predicate.h -- what one predicate says of the values of its field.
 *
 *  (1) Any value may match; a set of [all] wants each of its elements to. Negated: the field has a
 *      value, and none matches.
 *  (2) Numbers and booleans are compared by value and by their text. Integers are exact, however
 *      large. A string that spells a number has an order, as a number has.
 *  (3) '?' of a pattern is one letter, not one byte.
 *  (4) A field that is null, or a list without values, is there, but has no value.
 *  (5) An IPv4 address and the IPv6 address it is mapped to are two.
 */
#ifndef SPOOR_MATCH_PREDICATE_H
#define SPOOR_MATCH_PREDICATE_H

#include "match/path.h"
#include "match/regex.h"
#include "model/ruleset.h"

typedef struct predicate_ctx {
    path_record *record;
    regex_finder *regex;
} predicate_ctx;

/* True when this value matches (is_negated is not looked at); not for EXISTS and NULL. */
bool predicate_value(const predicate_ctx *ctx, const rule_predicate *p, path_item *value,
                     path_items other);

/* `other` is the second field of RULE_OP_REF. */
bool predicate_holds(const predicate_ctx *ctx, const rule_predicate *p, path_items field,
                     path_items other);

/* What holds, once it is known whether a value matches and whether there is one. */
static inline bool predicate_result(const rule_predicate *p, bool is_any_match, size_t n_values)
{
    return p->is_negated ? n_values > 0 && !is_any_match : is_any_match;
}

#endif
