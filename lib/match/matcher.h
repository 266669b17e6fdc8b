/* SPDX-License-Identifier: Apache-2.0
 *
 * matcher.h -- a ruleset against one record.
 *
 *  (1) Stateless between records; one matcher a thread, the ruleset shared.
 *  (2) The record's anchors pick the few rules that can match; only then is the record parsed.
 *      Rules without an anchor are evaluated on every record of their families.
 *  (3) Rules match in ruleset order. Predicates are evaluated at most once a record.
 *  (4) Semantics are those of docs/SIGMA.md: any element of an array; `not` and neq mean no
 *      element; absent and null are one and match nothing but null, only that null exists; text
 *      compares without case (Unicode simple folding) unless cased.
 *  (5) Regular expressions run under match and heap limits; one that hits them does not match, and
 *      is counted.
 */
#ifndef SPOOR_MATCH_MATCHER_H
#define SPOOR_MATCH_MATCHER_H

#include "base/base.h"
#include "base/buf.h"
#include "model/ruleset.h"

typedef struct matcher matcher;

matcher *matcher_new(const ruleset *r); /* NULL: out of memory */
void matcher_free(matcher *m);

/* What is matched: the record's text (BUF_PADDING readable bytes behind it), its family, and what
 * the decoder has already read of it: the call's name and service, for the anchor's look-up (both
 * may be empty: then the record is parsed to look). */
typedef struct matcher_record {
    str text;
    family family;
    str operation;
    str service;
} matcher_record;

/* Indexes of the rules that match, in order; valid until the next call. False: out of memory. */
bool matcher_run(matcher *m, const matcher_record *record, const uint32_t **ret_rules,
                 size_t *ret_n);

/* Appends the values of a field of the record last run: each as type byte ('s' text, 'n' number,
 * 'b' boolean), varint length, text. Nothing when the field is absent or null. */
void matcher_values(matcher *m, uint32_t field, buf *out);

/* What a rule cost since the matcher was made. Shared predicates are paid for by the first rule
 * that needs them; ns stays 0 without a clock. */
typedef struct matcher_cost {
    uint64_t tried, matched, ns;
} matcher_cost;

typedef int64_t matcher_clock_fn(void *user);
void matcher_set_clock(matcher *m, matcher_clock_fn *clock, void *user);
matcher_cost matcher_cost_of(const matcher *m, uint32_t rule);

uint64_t matcher_regex_limited(const matcher *m); /* times that (5) happened */

/* Why a rule does or does not match: calls fn for each predicate of the rule with what it saw. */
typedef void matcher_why_fn(void *user, uint32_t predicate, bool holds, str seen);
bool matcher_why(matcher *m, const matcher_record *record, uint32_t rule, matcher_why_fn *fn,
                 void *user, bool *ret_matches);

#endif
