/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml.h -- YAML text to a tree of nodes that know where they stand.
 *
 * libyaml scans; this adds what rules need and a loader must guard: positions, limits, and the
 * scalar words of YAML 1.2.
 *
 *  (1) Everything a document holds lives in the arena, its own copy of the text included.
 *  (2) Limits: LIMIT_RULE_FILE_BYTES of text, LIMIT_RULE_DEPTH levels, LIMIT_RULE_NODES nodes. An
 *      alias counts as all the nodes it stands for, each time, so no short text makes a large tree
 *      to walk.
 *  (3) A key stands once in a map; a second one is an error that names both places. Keys are
 *      scalars. Merge keys (`<<` of YAML 1.1) are refused: taken as a name they would silently
 *      match nothing.
 *  (4) Plain scalars: true/false (three spellings each) are booleans, null, ~ and nothing are
 *      null, 1.2's numbers are numbers (0x1f, 0o17, 1e3, .5), but .inf and .nan, which no log
 *      holds, are text, as are yes, on, off, no and whatever is quoted or a block. Tags do not
 *      count (a warning).
 *  (5) A document that is not well formed is left out, with a diagnostic. What the scanner refuses
 *      ends the file (there is no telling where the next document would begin), and so do limits:
 *      libyaml takes quadratic time for deep nesting.
 */
#ifndef SPOOR_RULE_YAML_H
#define SPOOR_RULE_YAML_H

#include "base/arena.h"
#include "base/diag.h"

typedef enum yaml_kind {
    YAML_NULL,
    YAML_BOOL,   /* text is "true" or "false" */
    YAML_NUMBER, /* text holds it as written */
    YAML_TEXT,
    YAML_LIST,
    YAML_MAP,
} yaml_kind;

typedef struct yaml_node yaml_node;

typedef struct yaml_pair {
    str key;
    diag_pos key_pos;
    const yaml_node *value;
} yaml_pair;

struct yaml_node {
    yaml_kind kind;
    diag_pos pos;                 /* of an aliased node: where it was written out */
    str text;                     /* scalars; a plain null keeps its spelling */
    const yaml_node *const *item; /* YAML_LIST */
    const yaml_pair *pair;        /* YAML_MAP, in the order written */
    size_t n;                     /* items or pairs */
    size_t weight;                /* this node and all below it, keys too, aliases expanded */
    bool is_quoted;               /* the text begins one column behind pos */
};

typedef struct yaml_docs {
    const yaml_node **root; /* never NULL; a document without content is no document */
    size_t n, cap;
} yaml_docs;

/* Appends the documents of `source`. False: out of memory. */
bool yaml_load(arena *a, const diag_source *source, yaml_docs *docs, diag_list *diags);

/* The value under `key` (letter case counts); NULL when it is not there or n is no map. */
const yaml_node *yaml_get(const yaml_node *n, const char *key);
bool yaml_is_scalar(const yaml_node *n);
const char *yaml_kind_text(yaml_kind k); /* "a list": for messages */

#endif
