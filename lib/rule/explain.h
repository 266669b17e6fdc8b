/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h -- a compiled rule in words: what it came to, as the matcher sees it.
 *
 *  (1) Only the ruleset is read, so what is said is what is run.
 *  (2) One line a thing, indented by depth. Texts of rules and records are quoted as in JSON, so
 *      whatever they hold, a line stays a line.
 *  (3) Alternatives of one field are one line: "field equals one of …", at most EXPLAIN_VALUES of
 *      them; the rest is counted.
 */
#ifndef SPOOR_RULE_EXPLAIN_H
#define SPOOR_RULE_EXPLAIN_H

#include "base/buf.h"
#include "model/ruleset.h"

enum { EXPLAIN_VALUES = 12 };

/* What a predicate came to on a record. */
typedef struct explain_seen {
    bool is_known;
    bool holds;
    str text; /* the value it looked at; empty p: the field has none */
} explain_seen;

/* The condition at `root`. seen: by predicate, NULL when there is no record. */
void explain_condition(const ruleset *r, uint32_t root, const explain_seen *seen, buf *out);

/* What a lineage rule asks for. */
void explain_lineage(const ruleset *r, const lineage *l, buf *out);
/* "7 d" */
void explain_span(buf *out, int64_t ns);

/* Everything about rule i. */
void explain_rule(const ruleset *r, size_t i, buf *out);

#endif
