/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_parts.h -- the parts of a Sigma document: detection (also a filter's), correlation, and
 * what Sigma 1's actions make of several documents.
 *
 *  (1) A part with an error marks the reader's report; what it returns is then incomplete and not
 *      used.
 */
#ifndef SPOOR_RULE_SIGMA_PARTS_H
#define SPOOR_RULE_SIGMA_PARTS_H

#include "rule/node.h"

void sigma_read_detection(node_reader *r, const yaml_node *n, sigma_detection *ret);
void sigma_read_filter(node_reader *r, const yaml_node *n, sigma_filter *ret);
void sigma_read_correlation(node_reader *r, const yaml_node *n, sigma_correlation *ret);
/* True when `type: lineage` stands in the correlation. */
bool sigma_is_lineage(const yaml_node *correlation);
sigma_lineage *sigma_read_lineage(node_reader *r, const yaml_node *n); /* NULL: no memory */
/* `join`, once the steps are known. */
void sigma_read_joins(node_reader *r, const yaml_node *n, sigma_lineage *ret);

/* "15m": a number and a unit. `what` names it in messages: "timespan". */
bool sigma_read_span(node_reader *r, const yaml_node *n, const char *what, int64_t *ret_ns);

/* Zeroed at the begin of a file. */
typedef struct sigma_actions {
    const yaml_node *global;   /* merged into each document that follows; NULL: none */
    const yaml_node *previous; /* what `repeat` repeats */
    size_t merged_nodes;       /* made by merging, so far; at most LIMIT_RULE_NODES */
} sigma_actions;

/* The document to read for `root`: itself, or merged with others. NULL: none, or reported. */
const yaml_node *sigma_act(node_reader *r, sigma_actions *s, const yaml_node *root);

#endif
