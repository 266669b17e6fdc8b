/* SPDX-License-Identifier: Apache-2.0
 *
 * shape.h -- what a record is when it is not a log record itself: a wrapper around one, or
 * something that is known not to be one.
 *
 *  (1) Rows are tried in order; the first whose needs are all met decides.
 *  (2) A record that no row describes is offered to the decoders.
 */
#ifndef SPOOR_DECODE_SHAPE_H
#define SPOOR_DECODE_SHAPE_H

#include "base/base.h"
#include "base/json.h"

typedef enum shape_kind {
    SHAPE_INSIDE, /* the log is the value at need[0]: an object, an array, or a string of JSON */
    SHAPE_BASE64, /* the log is the base64 text at need[0], perhaps compressed below that */
    SHAPE_TABLES, /* Log Analytics {"tables":[{"columns":[…],"rows":[[…]]}]} */
    SHAPE_SKIP,   /* `doc` says what it is and why it gives no event */
} shape_kind;

typedef enum shape_want {
    SHAPE_WANT_ANY, /* present and not null */
    SHAPE_WANT_STRING,
    SHAPE_WANT_NESTED, /* object, array, or a string that holds one */
    SHAPE_WANT_OBJECT,
    SHAPE_WANT_ARRAY,
} shape_want;

typedef struct shape_need {
    const char *path; /* NULL fills the row */
    shape_want want;
} shape_need;

typedef struct shape {
    const char *name;
    shape_kind kind;
    shape_need need[3];
    const char *doc;
} shape;

enum { SHAPE_MARKS_MAX = 128 };

size_t shape_count(void);
const shape *shape_at(size_t i);
/* The paths of all needs, as a trie: slot 3*i+k is need k of row i. NULL: out of memory. */
json_trie *shape_trie_new(void);
/* The shape that a projection through that trie tells, or NULL. */
const shape *shape_find(const json_value marks[SHAPE_MARKS_MAX]);

#endif
