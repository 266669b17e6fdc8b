/* SPDX-License-Identifier: Apache-2.0
 *
 * arena.c -- a list of blocks, newest first, filled from the front.
 *
 * Blocks double so that a batch of any size costs few allocations, up to a size beyond which a
 * half-used block would waste more than doubling saves.
 *
 *  (1) Only the newest block is filled; the tail of an older one is never used again.
 *  (2) `used` of a block is a multiple of ALIGNMENT.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { ALIGNMENT = 8, BLOCK_MIN_BYTES = 4096, BLOCK_MAX_BYTES = 1 << 20 };

struct arena_block {
    arena_block *next;
    size_t used;
    size_t cap;
    _Alignas(ALIGNMENT) char data[];
};

static const size_t alloc_max_bytes = PTRDIFF_MAX - sizeof(arena_block) - ALIGNMENT;

static void *fail(arena *a)
{
    a->failed = true;
    return NULL;
}

static arena_block *add_block(arena *a, size_t need)
{
    size_t cap = a->first ? a->first->cap * 2 : BLOCK_MIN_BYTES;
    if (cap > BLOCK_MAX_BYTES)
        cap = BLOCK_MAX_BYTES;
    if (cap < need)
        cap = need;
    arena_block *b = malloc(sizeof *b + cap);
    if (!b)
        return fail(a);
    *b = (arena_block){.next = a->first, .cap = cap};
    a->first = b;
    return b;
}

/* Memory as it comes: for callers that overwrite all of it. */
static void *take(arena *a, size_t n)
{
    if (UNLIKELY(n > alloc_max_bytes))
        return fail(a);
    /* An empty allocation gets bytes of its own, so that NULL always means failure. */
    size_t need = n ? (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT;
    arena_block *b = a->first;
    if (UNLIKELY(!b || b->cap - b->used < need))
        b = add_block(a, need);
    if (UNLIKELY(!b))
        return NULL;
    void *p = b->data + b->used;
    b->used += need;
    a->used_bytes += need;
    return p;
}

void *arena_alloc(arena *a, size_t n)
{
    void *p = take(a, n);
    return p ? memset(p, 0, n) : NULL;
}

/* Room for n bytes and a NUL, the NUL already in place. */
static char *take_text(arena *a, size_t n)
{
    size_t n_with_nul;
    char *p = add_ok(n, 1, &n_with_nul) ? take(a, n_with_nul) : fail(a);
    if (p)
        p[n] = '\0';
    return p;
}

str arena_dup(arena *a, str s)
{
    char *p = take_text(a, s.n);
    if (!p)
        return STR_NONE;
    if (s.n)
        memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

str arena_dup_buf(arena *a, const buf *b)
{
    if (!b->failed)
        return arena_dup(a, buf_str(b));
    a->failed = true;
    return STR_NONE;
}

str arena_dup_lower(arena *a, str s)
{
    char *p = take_text(a, s.n);
    if (!p)
        return STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        p[i] = text_lower(s.p[i]);
    return (str){p, s.n};
}

static str print(arena *a, size_t n, const char *format, va_list args)
{
    char *p = take_text(a, n);
    if (!p)
        return STR_NONE;
    vsnprintf(p, n + 1, format, args);
    return (str){p, n};
}

str arena_join(arena *a, const str *parts, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        if (!add_ok(sum, parts[i].n, &sum))
            return STR_NONE;
    char *to = take_text(a, sum);
    if (!to)
        return STR_NONE;
    str joined = {to, sum};
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n > 0)
            memcpy(to, parts[i].p, parts[i].n);
        to += parts[i].n;
    }
    return joined;
}

str arena_printf(arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        a->failed = true;
        return STR_NONE;
    }
    va_start(args, format);
    str s = print(a, (size_t)n, format, args);
    va_end(args);
    return s;
}

/* Takes all blocks off the list, frees all but the largest and returns that one. */
static arena_block *free_smaller_blocks(arena *a)
{
    arena_block *largest = NULL;
    while (a->first) {
        arena_block *b = a->first;
        a->first = b->next;
        bool is_largest = !largest || b->cap > largest->cap;
        free(is_largest ? largest : b);
        if (is_largest)
            largest = b;
    }
    return largest;
}

void arena_reset(arena *a)
{
    arena_block *kept = free_smaller_blocks(a);
    if (kept)
        *kept = (arena_block){.cap = kept->cap};
    *a = (arena){.first = kept};
}

void arena_done(arena *a)
{
    free(free_smaller_blocks(a));
    *a = (arena){0};
}
