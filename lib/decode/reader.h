/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.h -- one piece of input (split_item) to the events in it.
 *
 * Wrappers are opened, as deep as LIMIT_UNWRAP; what is inside is split and read the same way. The
 * decoder that took the last record is asked first, so that a file of one family costs one
 * projection a record.
 *
 *  (1) A piece gives at least one event, or one skip that says why it gives none.
 *  (2) A piece inside a wrapper that gives no event is a skip too. Its bytes belong to the wrapper,
 *      which counts as read as soon as one event came out of it; then the skips have 0 bytes. When
 *      none came out the last skip has the bytes of the whole.
 */
#ifndef SPOOR_DECODE_READER_H
#define SPOOR_DECODE_READER_H

#include "base/base.h"
#include "decode/decoder.h"
#include "decode/split.h"
#include "model/event.h"

/* Immutable tables that all readers share. */
typedef struct reader_tables reader_tables;

reader_tables *reader_tables_new(void); /* NULL: out of memory */
void reader_tables_free(reader_tables *t);

size_t reader_family_count(void);
const decoder *reader_family_at(size_t i);

typedef struct reader_skip {
    const char *reason; /* static text */
    uint64_t record, offset, bytes;
    bool is_malformed;
} reader_skip;

/* Where events and skips go. Both return false to stop (out of memory). */
typedef struct reader_sink {
    void *user;
    bool (*event)(void *user, event *e, size_t family);
    bool (*skip)(void *user, const reader_skip *skip);
} reader_sink;

typedef struct reader reader;

reader *reader_new(const reader_tables *t); /* NULL: out of memory */
void reader_free(reader *r);
/* Before each input. is_any_json: every object is one event of the generic family. */
void reader_begin(reader *r, bool is_any_json);
/* Reads one piece; *ret_gave_event tells whether its bytes count as read or as skipped. False: out
 * of memory, or the sink stopped. */
bool reader_item(reader *r, const split_item *item, const reader_sink *sink, bool *ret_gave_event);

#endif
