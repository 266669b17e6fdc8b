/* SPDX-License-Identifier: Apache-2.0
 *
 * buf.h -- growable bytes, and writing JSON into them.
 *
 *  (1) A zeroed buf is valid and empty.
 *  (2) Capacity is always at least n + BUF_PADDING once anything was written, and the padding may
 *      be read (not relied on) by vector code, so a buf can be given to the JSON bridge as it is.
 *  (3) After a failed allocation `failed` stays set and writes are ignored: check once, at the end.
 */
#ifndef SPOOR_BASE_BUF_H
#define SPOOR_BASE_BUF_H

#include "base/base.h"

enum { BUF_PADDING = 64 }; /* >= SIMDJSON_PADDING, and one vector block for the splitter */

typedef struct buf {
    char *p;
    size_t n;
    size_t cap;
    bool failed;
} buf;

void buf_done(buf *b);  /* releases; leaves a valid empty buf */
void buf_reset(buf *b); /* forgets the content and the failure, keeps the memory */

/* Makes room for `extra` more bytes (plus padding). False, with `failed` set, when out of
 * memory. */
bool buf_reserve(buf *b, size_t extra);

void buf_put(buf *b, const void *bytes, size_t n);
void buf_putc(buf *b, char c);
void buf_puts(buf *b, const char *z);
void buf_putstr(buf *b, str s);
void buf_printf(buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes n in the variable-length form: seven bits a byte, the lowest first. */
void buf_varint(buf *b, uint64_t n);

/* Removes the first n bytes, moving the rest down. */
void buf_drop_front(buf *b, size_t n);

/* Writes s as a JSON string with its quotes. Control characters, quotes and backslashes are
 * escaped; bytes that are not valid UTF-8 become U+FFFD, so the output is always valid JSON. */
void buf_json_string(buf *b, str s);

static inline str buf_str(const buf *b)
{
    return (str){b->p, b->n};
}

#endif
