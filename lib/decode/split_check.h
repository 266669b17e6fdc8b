/* SPDX-License-Identifier: Apache-2.0
 *
 * split_check.h -- whether an object may begin at a place inside a record.
 *
 * A record that misses one closing brace is balanced only together with what follows it, so the
 * scan would take all of that for a part of it. What gives it away is the next record's '{': it
 * stands where JSON wants a key.
 *
 *  (1) Each byte of a record is looked at once, however often it is asked about.
 *  (2) In sound JSON the answer is always yes. It is also yes where this is too deep to tell.
 */
#ifndef SPOOR_DECODE_SPLIT_CHECK_H
#define SPOOR_DECODE_SPLIT_CHECK_H

#include "base/base.h"

enum { SPLIT_CHECK_DEPTH = 256 };

typedef struct split_check {
    size_t at; /* bytes of the record seen */
    size_t depth;
    uint64_t is_array[SPLIT_CHECK_DEPTH / 64]; /* one bit an open container, outermost first */
    char last;                                 /* newest byte that is not white space */
    bool in_string, is_escaped;
    bool is_mismatched; /* a container was closed by the other kind of bracket */
    bool is_too_deep;
} split_check;

void split_check_begin(split_check *c);

/* `text` is the record up to the '{' in question: what was asked last time, and more. */
bool split_check_object(split_check *c, str text);

/* The column of the first thing on the second line of `text` (that is not blank): there stand the
 * members of a pretty-printed record. Columns are bytes. */
uint64_t split_check_column(str text);

#endif
