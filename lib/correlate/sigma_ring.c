/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_ring.c -- growing and shrinking a ring; sharing the identity of an event.
 *
 *  (1) A move puts the oldest item first, whatever the head was.
 */
#include "correlate/sigma_ring.h"

#include <stdlib.h>

enum { CAP_MIN = 4 };

static bool move_to(sigma_ring *r, size_t cap, size_t *bytes)
{
    if (cap > PTRDIFF_MAX / r->item)
        return false;
    char *p = malloc(cap * r->item);
    if (!p)
        return false;
    size_t until_end = r->cap - r->head < r->n ? r->cap - r->head : r->n;
    if (until_end > 0)
        memcpy(p, r->p + r->head * r->item, until_end * r->item);
    if (r->n > until_end)
        memcpy(p + until_end * r->item, r->p, (r->n - until_end) * r->item);
    free(r->p);
    *bytes += cap * r->item;
    *bytes -= r->cap * r->item;
    r->p = p;
    r->cap = cap;
    r->head = 0;
    return true;
}

bool sigma_ring_grow(sigma_ring *r, size_t *bytes)
{
    return move_to(r, r->cap ? r->cap * 2 : CAP_MIN, bytes);
}

void sigma_ring_shrink(sigma_ring *r, size_t *bytes)
{
    (void)move_to(r, r->cap / 4, bytes); /* without memory it stays large */
}

void sigma_ring_done(sigma_ring *r, size_t *bytes)
{
    *bytes -= r->cap * r->item;
    free(r->p);
    *r = (sigma_ring){.item = r->item};
}

sigma_uid *sigma_uid_new(str text, size_t *bytes)
{
    sigma_uid *u = malloc(sizeof *u + text.n);
    if (!u)
        return NULL;
    u->refs = 1;
    u->n = text.n;
    if (text.n > 0)
        memcpy(u->p, text.p, text.n);
    *bytes += sizeof *u + text.n;
    return u;
}

void sigma_uid_unref(sigma_uid *u, size_t *bytes)
{
    if (!u || --u->refs > 0)
        return;
    *bytes -= sizeof *u + u->n;
    free(u);
}
