/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_ring.h -- a queue of equal items, and the account of the memory that correlations hold.
 *
 *  (1) A ring with only `item` set is valid and empty.
 *  (2) The room is 0 or a power of two; it grows by doubling and shrinks when seven eighths are
 *      free, so a burst that has left the window does not keep its memory.
 *  (3) Every allocation of a window is booked in `bytes`, and taken off when it is released.
 */
#ifndef SPOOR_CORRELATE_SIGMA_RING_H
#define SPOOR_CORRELATE_SIGMA_RING_H

#include "base/base.h"

typedef struct sigma_ring {
    char *p;
    size_t item; /* bytes of one */
    size_t head, n, cap;
} sigma_ring;

bool sigma_ring_grow(sigma_ring *r, size_t *bytes);
void sigma_ring_shrink(sigma_ring *r, size_t *bytes);
void sigma_ring_done(sigma_ring *r, size_t *bytes);

/* The i-th oldest; i below n. */
static inline void *sigma_ring_at(const sigma_ring *r, size_t i)
{
    return r->p + ((r->head + i) & (r->cap - 1)) * r->item;
}

/* Room for a new youngest item, with undefined content; NULL: out of memory. */
static inline void *sigma_ring_push(sigma_ring *r, size_t *bytes)
{
    if (UNLIKELY(r->n == r->cap) && !sigma_ring_grow(r, bytes))
        return NULL;
    return sigma_ring_at(r, r->n++);
}

/* Forgets the oldest. */
static inline void sigma_ring_pop(sigma_ring *r, size_t *bytes)
{
    r->head = (r->head + 1) & (r->cap - 1);
    r->n--;
    if (UNLIKELY(r->cap > 64 && r->n < r->cap / 8))
        sigma_ring_shrink(r, bytes);
}

/* The identity of an event, shared by all windows that hold it. */
typedef struct sigma_uid {
    uint32_t refs;
    size_t n;
    char p[];
} sigma_uid;

sigma_uid *sigma_uid_new(str text, size_t *bytes); /* with one reference; NULL: out of memory */
void sigma_uid_unref(sigma_uid *u, size_t *bytes);

static inline sigma_uid *sigma_uid_ref(sigma_uid *u)
{
    u->refs++;
    return u;
}

static inline str sigma_uid_text(const sigma_uid *u)
{
    return (str){u->p, u->n};
}

#endif
