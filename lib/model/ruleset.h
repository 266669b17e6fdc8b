/* SPDX-License-Identifier: Apache-2.0
 *
 * ruleset.h -- compiled rules: what matching and correlating need, and nothing else.
 *
 *  (1) Immutable once built; shared by threads; everything lives in its arena, but for compiled
 *      regular expressions, which ruleset_free releases.
 *  (2) Predicates and fields are interned: equal ones are one, whichever rules they came from.
 *  (3) References are indexes. Expression node 0 is "always true".
 *  (4) Each rule is anchored, or listed in `unanchored`. An anchored rule can only match a record
 *      in which one of its anchors holds, so one look-up finds all that need to be evaluated.
 */
#ifndef SPOOR_MODEL_RULESET_H
#define SPOOR_MODEL_RULESET_H

#include "base/arena.h"
#include "base/base.h"
#include "base/ip.h"
#include "base/map.h"
#include "model/family.h"
#include <spoor/spoor.h>

/* lineage.h */
typedef struct lineage lineage;
typedef struct lineage_kind lineage_kind;
typedef struct lineage_facet lineage_facet;

typedef enum rule_op {
#define OP(name, doc) RULE_OP_##name,
#include "model/op.def"
#undef OP
    RULE_OP_COUNT
} rule_op;

typedef enum rule_timepart {
    RULE_MINUTE,
    RULE_HOUR,
    RULE_DAY,
    RULE_WEEK, /* ISO 8601 */
    RULE_MONTH,
    RULE_YEAR,
} rule_timepart;

typedef enum rule_correlation_type {
    RULE_EVENT_COUNT,
    RULE_VALUE_COUNT,
    RULE_TEMPORAL,
    RULE_TEMPORAL_ORDERED,
    RULE_VALUE_SUM,
    RULE_VALUE_AVG,
    RULE_VALUE_PERCENTILE,
    RULE_VALUE_MEDIAN,
    RULE_CORRELATION_TYPES
} rule_correlation_type;

const char *rule_correlation_text(rule_correlation_type t); /* "event_count" */

typedef enum rule_compare {
    RULE_LT,
    RULE_LTE,
    RULE_GT,
    RULE_GTE,
    RULE_EQ,
    RULE_NEQ,
    RULE_COMPARES
} rule_compare;

const char *rule_compare_text(rule_compare c); /* "gte" */

/* Where a field of a rule stands in records of one family: paths in order, the first that is there
 * and not null counts. No path: the field cannot be there. Path syntax: keys joined by '.', "\\."
 * for a dot in a key; arrays are entered by themselves (any element), or by [N], [any], [all]
 * behind a key. */
typedef struct rule_paths {
    const char *const *path;
    size_t n;
} rule_paths;

typedef struct rule_field {
    str name; /* as the rule writes it; empty: all values of the record (keywords) */
    rule_paths in[FAMILY_COUNT];
    /* values of all its paths count, like elements of one array; not the first's only */
    bool is_union;
} rule_field;

typedef struct rule_predicate {
    uint8_t op;
    bool is_cased;
    bool is_number; /* RULE_OP_EQ, LT …: `number` (and integer, when is_integer) is set too */
    bool is_integer;
    bool is_negated; /* neq: no value of the field may match, and the field must have one */
    /* RULE_OP_TIMEPART: rule_timepart; RULE_OP_REF: RULE_OP_EQ, STARTS, ENDS, CONTAINS */
    uint8_t part;
    uint8_t order; /* RULE_OP_TIMEPART: RULE_OP_EQ, LT, LTE, GT, GTE */
    bool wants;    /* RULE_OP_EXISTS: true or false */
    uint32_t field;
    uint32_t other; /* RULE_OP_REF: the field compared with */
    str text; /* lower case unless cased; GLOB: bytes, with 1 for '*' and 2 for '?' (RULE_ANY…) */
    double number;
    int64_t integer;
    ip_net net;
    const void *regex; /* pcre2_code, JIT compiled */
} rule_predicate;

enum { RULE_GLOB_MANY = 1, RULE_GLOB_ONE = 2 }; /* bytes that no valid text of a log needs */

typedef enum rule_node_kind {
    RULE_NODE_TRUE,
    RULE_NODE_AND,
    RULE_NODE_OR,
    RULE_NODE_NOT,
    RULE_NODE_PREDICATE,
} rule_node_kind;

typedef struct rule_node {
    uint8_t kind;
    /* AND, OR, NOT: children[first .. first+n); PREDICATE: index of the predicate */
    uint32_t first;
    uint32_t n;
} rule_node;

/* field == text (lower case) in one family: RULE_OP_EQ, not negated. */
typedef struct rule_anchor {
    uint32_t field;
    str text;
} rule_anchor;

typedef struct rule_info {
    str title, id, name, description, status;
    const char *file;
    uint32_t line;
    spoor_level level;
    const str *tags;
    size_t n_tags;
    family_set families;        /* log families its logsource names */
    uint32_t root;              /* expression node; filters are already in it */
    const rule_anchor *anchors; /* one of them must hold; n 0: unanchored */
    size_t n_anchors;
    bool is_silent;     /* named by a correlation without generate: makes no finding of its own */
    bool is_correlated; /* named by a correlation: its matches must be kept */
    bool is_step;       /* named by a lineage rule: its matches mark events */
} rule_info;

/* A field that a correlation reads of a rule's events. */
typedef struct rule_key {
    str name; /* as written: group-by name or alias */
    const uint32_t
        *fields; /* fields[k]: rule_field index for the correlation's rule k (UINT32_MAX: the
                             * rule is a correlation: take its group value called `name`) */
} rule_key;

typedef struct rule_correlation {
    uint32_t info; /* its rule_info: title, id, level … (root 0) */
    uint8_t type;  /* sigma_correlation_type */
    const uint32_t
        *rules; /* indexes in ruleset.rules; a correlation's info index for chained ones */
    size_t n_rules;
    const rule_key *group_by;
    size_t n_group_by;
    const rule_key *values; /* condition.field, per rule */
    size_t n_values;
    int64_t timespan_ns;
    const struct rule_bound {
        uint8_t compare; /* rule_compare */
        double number;
    } * bounds;
    size_t n_bounds;
    double percentile;
    /* extended condition over rules: node in `nodes` whose PREDICATE indexes are positions in
     * rules[]; 0: all rules */
    uint32_t expression;
} rule_correlation;

typedef struct ruleset {
    arena text;
    uint32_t refs;    /* owners; changed atomically */
    rule_info *rules; /* detection rules, then correlations' infos */
    size_t n_rules;
    rule_field *fields;
    size_t n_fields;
    rule_predicate *predicates;
    size_t n_predicates;
    rule_node *nodes;
    size_t n_nodes;
    uint32_t *children;
    size_t n_children;
    rule_correlation *correlations; /* a chained one stands behind those it names */
    size_t n_correlations;
    const lineage *lineages;
    size_t n_lineages;
    const lineage_kind *kinds;
    size_t n_kinds;
    const lineage_facet *facets;
    size_t n_facets;
} ruleset;

void ruleset_free(ruleset *r);

#endif
