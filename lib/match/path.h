/* SPDX-License-Identifier: Apache-2.0
 *
 * path.h -- the values of a rule's field in one record.
 *
 *  (1) A key of a path means the member with that very key, else one that differs in ASCII case
 *      only. Keys of the record may hold dots: one that spells several keys of the path at once
 *      wins over nesting. A member that is null gives way to any other.
 *  (2) Arrays are entered by themselves, nested ones too: the field has the values of all elements.
 *      [N] takes one element, [any] says what is the case anyway, [all] makes a set of which each
 *      element must have a value that matches. What is no array is one of a single element.
 *  (3) A string that is JSON (URL-encoded or not) is entered when the path goes on below it. At
 *      most PATH_DOCUMENTS_MAX are opened in one record; the others are plain text.
 *  (4) Values are strings, numbers, booleans, and objects at which a path ends, as JSON text. Null,
 *      and an array without values, is the same as absent.
 *  (5) Of several paths the first that has a value counts; of a union, all.
 */
#ifndef SPOOR_MATCH_PATH_H
#define SPOOR_MATCH_PATH_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/json.h"
#include "model/ruleset.h"

enum { PATH_DOCUMENTS_MAX = 256 };

typedef struct path_step {
    uint8_t kind;        /* path_step_kind */
    uint32_t index;      /* [N] */
    uint32_t start, end; /* of the key, in `keys` of its path */
    uint32_t n_keys;     /* keys that follow each other from here on, this one counted */
} path_step;

typedef struct path {
    const char *keys; /* joined by dots, without escapes and brackets */
    const path_step *step;
    size_t n;
} path;

/* One field in records of one family. */
typedef struct path_list {
    const path *path;
    size_t n;
    bool has_all;     /* a path holds [all] */
    bool is_keywords; /* all values of the record */
    bool is_union;    /* see rule_field */
} path_list;

/* False: out of memory. */
bool path_parse(arena *a, const rule_field *field, family f, path_list *ret);

typedef enum path_item_kind {
    PATH_VALUE,
    PATH_ANY, /* the items up to `end`: one of them must match */
    PATH_ALL, /* the items up to `end`: each of them must match, and there must be one */
} path_item_kind;

typedef struct path_item {
    uint8_t kind;
    bool has_text, has_folded;
    uint8_t type; /* json_type of a value */
    uint32_t end; /* of a set: items from its start to behind its last, itself counted */
    json_node node;
    str text, folded; /* see path_text, path_folded */
} path_item;

/* Items of one field: values, and sets that stand before what is in them. */
typedef struct path_items {
    path_item *item;
    size_t n;
    size_t n_values;
    bool is_there; /* a path leads to something: a value, null, or a list without values */
} path_items;

/* Where a list of items stands, while others are still added. */
typedef struct path_span {
    uint32_t first, n, n_values;
    bool is_there;
} path_span;

/* The members of an object that was walked through, listed for the next path that comes by. */
typedef struct path_object {
    json_node node;
    uint32_t epoch; /* current when it is that of the record */
    uint32_t first, n;
} path_object;

typedef struct path_member {
    str key;
    json_node node;
    bool is_null;
} path_member;

enum { PATH_OBJECTS = 64 }; /* a power of two */

typedef struct path_document {
    json_node from, inside;
} path_document;

/* The record at hand. */
typedef struct path_record {
    json_reader *json;
    arena scratch;
    buf room;
    json_node root;
    path_item *item;
    size_t n, cap;
    size_t n_values;
    bool is_there;                              /* of the field at hand */
    path_document document[PATH_DOCUMENTS_MAX]; /* strings that were opened */
    size_t n_documents;
    path_object object[PATH_OBJECTS]; /* by a hash of its place */
    uint32_t epoch;                   /* of `object`; never 0 */
    path_member *member;
    size_t n_members, members_cap;
    bool failed; /* out of memory, until the next record */
} path_record;

bool path_record_init(path_record *r); /* false: out of memory */
void path_record_done(path_record *r);
/* False: not JSON, or out of memory (`failed`). Items of the record before are gone. */
bool path_record_begin(path_record *r, str text);

path_span path_resolve(path_record *r, const path_list *list);
/* Valid until the next path_resolve. */
path_items path_items_at(const path_record *r, path_span span);

str path_text(path_record *r, path_item *value);
str path_folded(path_record *r, path_item *value);

#endif
