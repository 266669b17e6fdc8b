/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma.h -- Sigma documents as they were written: rules, correlations, filters.
 *
 * YAML text goes in, typed documents come out, with a position for everything a message may point
 * at. Structure is checked here (what must be there, of which kind); meaning (modifiers,
 * conditions, references) is checked by lower.h.
 *
 *  (1) A document with an error is left out, with a diagnostic; the other documents still come out.
 *  (2) All text lives in the arena given to sigma_parse.
 *  (3) `action: global` documents (Sigma 1) are merged into those that follow in the file.
 */
#ifndef SPOOR_RULE_SIGMA_H
#define SPOOR_RULE_SIGMA_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/ruleset.h"
#include <spoor/spoor.h>

typedef enum sigma_value_kind {
    SIGMA_TEXT,
    SIGMA_NUMBER, /* text holds it as written; YAML 1.2: 0x1f, 0o17, +1e3, .5 */
    SIGMA_BOOL,   /* text is "true" or "false" */
    SIGMA_NULL,
} sigma_value_kind;

typedef struct sigma_value {
    sigma_value_kind kind;
    str text; /* as YAML gives it: Sigma's own backslashes are still in it */
    diag_pos pos;
} sigma_value;

/* `field|modifier|modifier: value or values`. A keyword has no field. */
typedef struct sigma_item {
    str field;
    bool has_field;
    str *modifiers;
    size_t n_modifiers;
    sigma_value *values;
    size_t n_values;
    bool is_list; /* the values were written as a list */
    diag_pos pos; /* of the key (of the value for keywords) */
} sigma_item;

/* Items that must all match: one YAML map, or one keyword of a list. */
typedef struct sigma_group {
    sigma_item *items;
    size_t n_items;
} sigma_group;

/* One named search identifier: any group may match. */
typedef struct sigma_search {
    str name;
    sigma_group *groups;
    size_t n_groups;
    diag_pos pos;
} sigma_search;

typedef struct sigma_text { /* text with its place */
    str text;
    diag_pos pos;
} sigma_text;

typedef struct sigma_logsource {
    str category, product, service; /* lower case; STR_NONE: not given */
    diag_pos pos;
} sigma_logsource;

typedef struct sigma_detection {
    sigma_search *searches;
    size_t n_searches;
    sigma_text *conditions; /* any of them */
    size_t n_conditions;
} sigma_detection;

typedef struct sigma_bound { /* one of a correlation's criteria; all must hold */
    rule_compare compare;
    double number;
} sigma_bound;

typedef struct sigma_alias_row {
    str alias, rule, field;
    diag_pos pos; /* of the rule's name */
} sigma_alias_row;

typedef struct sigma_correlation {
    rule_correlation_type type;
    sigma_text *rules; /* by id, name or title; not given: the names in `expression` */
    size_t n_rules;
    str *group_by;
    size_t n_group_by;
    int64_t timespan_ns;
    sigma_bound *bounds;
    size_t n_bounds;
    str *fields; /* condition.field: one, or several for value_count */
    size_t n_fields;
    sigma_text expression; /* extended condition of temporal types ("a and not b"), or empty */
    sigma_alias_row *aliases;
    size_t n_aliases;
    bool generate;
    double percentile; /* 0..100 */
} sigma_correlation;

typedef struct sigma_filter {
    sigma_text *rules; /* by id, name or title; none: any rule */
    size_t n_rules;
    sigma_detection detection;
} sigma_filter;

typedef struct sigma_lineage sigma_lineage; /* sigma_lineage.h */

typedef enum sigma_kind {
    SIGMA_RULE,
    SIGMA_CORRELATION,
    SIGMA_FILTER,
    SIGMA_LINEAGE, /* `correlation` of `type: lineage` */
} sigma_kind;

typedef struct sigma_doc {
    sigma_kind kind;
    const diag_source *source; /* file and text, for messages */
    diag_pos pos;
    str title, id, name, status, description, author, date;
    spoor_level level; /* medium when not given */
    bool has_level;
    str *tags;
    size_t n_tags;
    str *falsepositives;
    size_t n_falsepositives;
    sigma_logsource logsource; /* rules, filters */
    sigma_detection detection; /* rules */
    sigma_correlation correlation;
    sigma_lineage *lineage; /* NULL for the other kinds */
    sigma_filter filter;
} sigma_doc;

typedef struct sigma_docs {
    sigma_doc *items;
    size_t n, cap;
} sigma_docs;

/* Parses one file and appends its documents. False: out of memory. */
bool sigma_parse(arena *a, const char *file, str text, sigma_docs *docs, diag_list *diags);

#endif
