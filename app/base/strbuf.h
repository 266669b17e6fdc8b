/* SPDX-License-Identifier: Apache-2.0
 *
 * strbuf.h -- text that grows.
 *
 *  (1) A zeroed strbuf is valid and empty, and strbuf_text of it is "".
 *  (2) The text always ends in a NUL that n does not count.
 *  (3) After a failed allocation `failed` stays set and writes are ignored: check once, at the end.
 */
#ifndef SPOOR_APP_STRBUF_H
#define SPOOR_APP_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct strbuf {
    char *p;
    size_t n;
    size_t cap;
    bool failed;
} strbuf;

void strbuf_done(strbuf *b);
void strbuf_reset(strbuf *b); /* forgets the text, keeps the memory */
void strbuf_put(strbuf *b, const char *bytes, size_t n);
void strbuf_puts(strbuf *b, const char *text);
void strbuf_repeat(strbuf *b, const char *text, size_t times);
void strbuf_printf(strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *strbuf_text(const strbuf *b);

#endif
