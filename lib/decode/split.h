/* SPDX-License-Identifier: Apache-2.0
 *
 * split.h -- bytes to records, in constant memory, however the bytes were cut.
 *
 * Understands, by looking at the text only:
 *   * JSON values one after another: one a line, pretty-printed, or with nothing between them;
 *   * one array of values: each element is a record;
 *   * one object with a big array in it (CloudTrail's {"Records":[...]}): each element is a record,
 *     and `container` says which key held it. The keys are those of the table in split_wrapper.c;
 *   * CSV with a header line (RFC 4180): each row becomes a JSON object of strings, header as keys.
 *
 *  (1) A brace, bracket or quote inside a string never splits a record.
 *  (2) Items come out in input order and their spans never overlap.
 *  (3) bytes_in == bytes_records + bytes_skipped + bytes_framing once split_finish was drained.
 *  (4) How the input is cut into split_commit calls never changes the items.
 *  (5) A broken record costs that record: reading goes on at the next line that can begin one. A
 *      record that misses closing brackets ends where an object begins that cannot be its own.
 */
#ifndef SPOOR_DECODE_SPLIT_H
#define SPOOR_DECODE_SPLIT_H

#include "base/base.h"
#include "base/json.h"

typedef enum split_kind {
    SPLIT_RECORD,    /* a JSON object (balanced; not yet parsed), or a CSV row made into one */
    SPLIT_SCALAR,    /* a JSON value that is not an object: no log record */
    SPLIT_BROKEN,    /* text that cannot be JSON; no bytes: a wrapper object was never closed */
    SPLIT_CUT,       /* the input ends inside a record; no bytes: between those of an array */
    SPLIT_TOO_LONG,  /* longer than LIMIT_RECORD_BYTES; text holds its beginning only */
    SPLIT_NOT_A_LOG, /* the whole input is neither JSON nor CSV: one item, nothing else follows */
} split_kind;

typedef struct split_item {
    split_kind kind;
    str text;              /* BUF_PADDING readable bytes follow; valid until the next call */
    const char *container; /* key of the wrapping array, e.g. "Records", or NULL */
    uint64_t number;       /* 1, 2, 3 … over all items of this input */
    uint64_t offset;       /* of its first byte in the (inflated) input */
    uint64_t bytes;        /* it covers in the input (a CSV row's JSON is longer than the row) */
    json_index index;      /* of a record's text, where the scan came by it; lives as long */
} split_item;

typedef struct split_count {
    uint64_t bytes_in, bytes_records, bytes_skipped, bytes_framing;
    uint64_t items;
} split_count;

typedef struct split split;

split *split_new(void); /* NULL: out of memory */
/* The same without vector code: the portable way, and the slow twin of the tests. */
split *split_new_scalar(void);
void split_free(split *s);
void split_reset(split *s); /* for the next input; keeps the memory */

/* Where to put more input: at least `want` bytes of room. NULL: out of memory. Ends the life of
 * items. Take all items first: what was not taken stays in the buffer, and it grows. */
char *split_room(split *s, size_t want, size_t *ret_room);
void split_commit(split *s, size_t n);

/* The next item that is complete. False: feed more, or after split_finish: there is no more. */
bool split_next(split *s, split_item *ret);
void split_finish(split *s); /* no more input will come */

bool split_failed(const split *s); /* out of memory: items are missing */
split_count split_counts(const split *s);

#endif
