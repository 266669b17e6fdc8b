/* SPDX-License-Identifier: Apache-2.0
 *
 * store.c -- a ring of blocks: filled at the newest, freed at the oldest.
 */
#include "state/store.h"

#include <assert.h>
#include <stdlib.h>

enum { ALIGNMENT = 8, BLOCK_BYTES = 64 * 1024 };

/* A block; whoever keeps a store has the newest one, behind which the oldest comes. */
struct store {
    store *next;
    size_t used, cap;
    uint32_t newest; /* number that something in the block belongs to */
    _Alignas(ALIGNMENT) char data[];
};

static store *add_block(store **s, size_t need)
{
    size_t cap = need > BLOCK_BYTES ? need : BLOCK_BYTES;
    store *b = malloc(sizeof *b + cap);
    if (!b)
        return NULL;
    *b = (store){.next = b, .cap = cap};
    if (*s) {
        b->next = (*s)->next;
        (*s)->next = b;
    }
    *s = b;
    return b;
}

void *store_alloc(store **s, uint32_t number, size_t n)
{
    store *b = *s;
    if (n > PTRDIFF_MAX - sizeof *b - ALIGNMENT)
        return NULL;
    size_t need = (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!b || b->cap - b->used < need)
        b = add_block(s, need);
    if (!b)
        return NULL;
    assert(b->used == 0 || number >= b->newest);
    void *p = b->data + b->used;
    b->used += need;
    b->newest = number;
    return p;
}

static void free_oldest(store **s)
{
    store *b = (*s)->next;
    if (b == *s)
        *s = NULL;
    else
        (*s)->next = b->next;
    free(b);
}

void store_drop(store **s, uint32_t number)
{
    while (*s && (*s)->next->newest < number)
        free_oldest(s);
}

void store_free(store *s)
{
    while (s)
        free_oldest(&s);
}
