/* SPDX-License-Identifier: Apache-2.0
 *
 * ruleset.c -- the words of correlations, and the end of a ruleset.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/ruleset.h"

#include <assert.h>
#include <stdlib.h>

#include <pcre2.h>

/* clang-format off */
static const char *const correlation_texts[] = {
    [RULE_EVENT_COUNT]      = "event_count",
    [RULE_VALUE_COUNT]      = "value_count",
    [RULE_TEMPORAL]         = "temporal",
    [RULE_TEMPORAL_ORDERED] = "temporal_ordered",
    [RULE_VALUE_SUM]        = "value_sum",
    [RULE_VALUE_AVG]        = "value_avg",
    [RULE_VALUE_PERCENTILE] = "value_percentile",
    [RULE_VALUE_MEDIAN]     = "value_median",
};
_Static_assert(ARRAY_LEN(correlation_texts) == RULE_CORRELATION_TYPES, "a row for each type");

static const char *const compare_texts[RULE_COMPARES] = {
    [RULE_LT]  = "lt",
    [RULE_LTE] = "lte",
    [RULE_GT]  = "gt",
    [RULE_GTE] = "gte",
    [RULE_EQ]  = "eq",
    [RULE_NEQ] = "neq",
};
/* clang-format on */

const char *rule_correlation_text(rule_correlation_type t)
{
    assert((unsigned)t < RULE_CORRELATION_TYPES);
    return correlation_texts[t];
}

const char *rule_compare_text(rule_compare c)
{
    assert((unsigned)c < RULE_COMPARES);
    return compare_texts[c];
}

void ruleset_free(ruleset *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_predicates; i++)
        pcre2_code_free((pcre2_code *)r->predicates[i].regex);
    arena_done(&r->text);
    free(r);
}
