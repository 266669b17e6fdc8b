/* SPDX-License-Identifier: Apache-2.0
 *
 * arena.h -- bump allocation, released all at once.
 *
 *  (1) A zeroed arena is valid and empty.
 *  (2) What arena_alloc returns is zeroed, aligned to 8, and stays where it is until reset or done.
 *  (3) On failure NULL is returned and `failed` stays set until reset.
 */
#ifndef SPOOR_BASE_ARENA_H
#define SPOOR_BASE_ARENA_H

#include "base/base.h"
#include "base/buf.h"

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *first; /* newest block; the largest is kept on reset */
    size_t used_bytes;  /* handed out since the last reset */
    bool failed;
} arena;

void *arena_alloc(arena *a, size_t n);
str arena_dup(arena *a, str s); /* a copy followed by a NUL; STR_NONE on failure */
/* A copy of what b holds. When b ran out of memory the arena counts as failed, too. */
str arena_dup_buf(arena *a, const buf *b);
/* Like arena_dup, ASCII letters in lower case. */
str arena_dup_lower(arena *a, str s);
/* The n parts one after another, followed by a NUL; much cheaper than arena_printf. */
str arena_join(arena *a, const str *parts, size_t n);
str arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(arena *a);
void arena_done(arena *a);

#endif
