/* SPDX-License-Identifier: Apache-2.0
 *
 * strbuf.c -- text that grows by doubling.
 */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAP_MIN_BYTES = 128 };

void strbuf_done(strbuf *b)
{
    free(b->p);
    *b = (strbuf){0};
}

void strbuf_reset(strbuf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = 0;
}

/* Makes room for `extra` bytes and the NUL. */
static bool reserve(strbuf *b, size_t extra)
{
    if (b->failed || extra > PTRDIFF_MAX - b->n - 1) {
        b->failed = true;
        return false;
    }
    size_t need = b->n + extra + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : CAP_MIN_BYTES;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    char *p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void strbuf_put(strbuf *b, const char *bytes, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = 0;
}

void strbuf_puts(strbuf *b, const char *text)
{
    strbuf_put(b, text, strlen(text));
}

void strbuf_repeat(strbuf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        strbuf_puts(b, text);
}

void strbuf_printf(strbuf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(b, (size_t)n)) {
        b->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
    va_end(args);
    b->n += (size_t)n;
}

const char *strbuf_text(const strbuf *b)
{
    return b->p && b->n ? b->p : "";
}
