/* SPDX-License-Identifier: Apache-2.0
 *
 * taxonomy_table.h -- the built-in taxonomy as data: taxonomy_*.def.
 *
 *  (1) A row says where one name of rules stands in the records of one family, and why.
 *  (2) No two rows have one family and names that are equal as keys.
 *  (3) Only static data: rows, and the texts they point to, live for ever.
 */
#ifndef SPOOR_RULE_TAXONOMY_TABLE_H
#define SPOOR_RULE_TAXONOMY_TABLE_H

#include "base/base.h"
#include "model/family.h"
#include "model/field.h"

typedef enum taxonomy_how {
    TAXONOMY_FIRST,  /* the first path that is there */
    TAXONOMY_ANY,    /* values of all paths count */
    TAXONOMY_ABSENT, /* no exporter writes it: found only in records that something else enriched */
} taxonomy_how;

typedef struct taxonomy_row {
    const char *name;
    const char *doc; /* what it is, or why it is absent */
    const char *const *paths;
    size_t n_paths; /* at least 1 */
    family family;
    taxonomy_how how;
} taxonomy_row;

typedef enum taxonomy_rest {
    TAXONOMY_SAME_REST,
    TAXONOMY_ONE_KEY,  /* the rest stands in one key: its dots are part of it */
    TAXONOMY_NO_SNAKE, /* written in snake_case, stands in camelCase */
} taxonomy_rest;

/* `from` at the head of a name becomes `to`. All rows of a family with the first `from` that fits
 * are used, in order, behind the name as it stands. */
typedef struct taxonomy_prefix {
    family family;
    taxonomy_rest rest;
    const char *from, *to;
    const char *doc;
} taxonomy_prefix;

/* A field of the event model (by its own, its OCSF or its ECS name) is what `name` means. */
typedef struct taxonomy_same {
    family family;
    field field;
    const char *name;
} taxonomy_same;

typedef struct taxonomy_source {
    const char *product, *service; /* "": the logsource has none */
    family_set families;           /* without generic, which every logsource has */
    const char *doc;
} taxonomy_source;

const taxonomy_row *taxonomy_rows(size_t *ret_n);
const taxonomy_prefix *taxonomy_prefixes(size_t *ret_n);
const taxonomy_same *taxonomy_sames(size_t *ret_n);
const taxonomy_source *taxonomy_sources(size_t *ret_n);

const char *taxonomy_how_text(taxonomy_how how); /* "first", "any", "absent" */

/* Heads of paths below which some exporter writes snake_case: each such path has a twin. NULL
 * ends. */
const char *const *taxonomy_snake_heads(void);

/* The row for a name; NULL when the family has none. */
const taxonomy_row *taxonomy_find_row(family f, str name);

#endif
