/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_lineage.h -- a lineage rule as it was written: `correlation:` of `type: lineage`.
 *
 *  (1) Steps are numbers already, in the order written; only the rules that they name are texts.
 */
#ifndef SPOOR_RULE_SIGMA_LINEAGE_H
#define SPOOR_RULE_SIGMA_LINEAGE_H

#include "model/lineage.h"
#include "rule/sigma.h"

/* One step of a lineage rule. Only its rules are still names. */
typedef struct sigma_step {
    str name;
    diag_pos pos;
    str what;                  /* its classes, as written; empty when rules are named */
    const uint8_t *operations; /* bits, by row of the operation table; NULL: none */
    sigma_text *rules;         /* by id, name or title */
    size_t n_rules;
    uint8_t outcomes;
    lineage_need need;
    int64_t within_ns;
    lineage_bounds count, things, age;
    uint8_t first_seen;
    uint16_t after;
} sigma_step;

typedef struct sigma_side {
    uint8_t step;
    uint16_t slots;
    uint8_t type;
    diag_pos pos;
} sigma_side;

typedef struct sigma_equation {
    sigma_side side[2];
    str text;
} sigma_equation;

typedef struct sigma_join {
    sigma_equation *equations;
    size_t n;
    diag_pos pos;
} sigma_join;

struct sigma_lineage {
    sigma_step *steps;
    size_t n_steps;
    sigma_join *joins;
    size_t n_joins;
    int64_t timespan_ns;
    uint16_t chosen; /* of these optional steps so many must be there */
    uint8_t least_chosen;
};

#endif
