/* SPDX-License-Identifier: Apache-2.0
 *
 * node.h -- typed things off YAML nodes, with a message when they are something else.
 *
 *  (1) A key in another letter case, or with '_' for '-', is the key that it looks like;
 *      node_check_keys warns of it. The exact spelling wins.
 *  (2) What a function returns on failure is "not there"; why has been reported.
 */
#ifndef SPOOR_RULE_NODE_H
#define SPOOR_RULE_NODE_H

#include "rule/report.h"
#include "rule/sigma.h"
#include "rule/yaml.h"

typedef struct node_reader {
    arena *a;
    reporter report;
} node_reader;

typedef struct node_list {
    sigma_text *items;
    size_t n;
} node_list;

bool node_is_key(str written, const char *key);

/* The value under `key`; NULL when it is not there or map is no map. */
const yaml_node *node_get(const yaml_node *map, const char *key);
/* True when there is a value under `key`: neither absent nor null. */
bool node_has(const yaml_node *map, const char *key);

/* A scalar that is not null, as text. `what` names it in messages: "`title`". */
bool node_text(node_reader *r, const yaml_node *n, const char *what, str *ret);
/* true or false. */
bool node_bool(node_reader *r, const yaml_node *n, const char *what, bool *ret);
/* A list of scalars, or one. Null: an empty list. Entries that are something else are left out and
 * reported with `severity`. */
node_list node_texts(node_reader *r, const yaml_node *n, const char *what, diag_severity severity);
/* The same without places. */
str *node_strs(node_reader *r, const node_list *list);

/* True when p's key is one of `known`; warns when it is spelt differently, which is an error when
 * the exact key stands in the map, too. */
bool node_check_spelling(node_reader *r, const yaml_node *map, const yaml_pair *p, const str *known,
                         size_t n_known);
/* Warns of keys that are nearly one of `known`, and of all others when `is_closed`. */
void node_check_keys(node_reader *r, const yaml_node *map, const str *known, size_t n_known,
                     bool is_closed);

#endif
