/* SPDX-License-Identifier: Apache-2.0
 *
 * ahead.c -- batches that a relay hands from the helper to the reader.
 */
#include "order/ahead.h"

#include <stdlib.h>

#include "base/arena.h"

/* Items and all they point to. */
typedef struct batch {
    arena text;
    event *events; /* AHEAD_ITEMS */
    sequence_item items[AHEAD_ITEMS];
    size_t n;
    sorter_status status; /* what comes behind the items: SORTER_OK, one more batch */
} batch;

struct ahead {
    sequence *from;
    batch batches[AHEAD_BATCHES];
    relay *relay; /* NULL: the reader works alone, or all is read */
    batch *reading;
    size_t at;
    sorter_status end; /* once the relay was let go of */
};

/* ---- the helper's side ----------------------------------------------------------------------- */

static str keep(batch *b, str bytes)
{
    return bytes.n > 0 ? arena_dup(&b->text, bytes) : STR_NONE;
}

static bool keep_event(batch *b, event_packed packed, sequence_item *to)
{
    event_packed copy = {keep(b, packed.caller), keep(b, packed.rest)};
    event *e = &b->events[b->n];
    size_t n = event_packed_refs(copy);
    event_ref *refs = n > 0 ? arena_alloc(&b->text, n * sizeof *refs) : NULL;
    if (b->text.failed || !event_unpack(copy, e, refs, n))
        return false;
    *to = (sequence_item){.event = e};
    return true;
}

static bool keep_match(batch *b, const sequence_item *from, sequence_item *to)
{
    *to = *from;
    to->match = keep(b, from->match);
    return !b->text.failed;
}

static sorter_status add_item(sequence *from, batch *b)
{
    sequence_item item;
    sorter_status status = sequence_next_packed(from, &item);
    if (status != SORTER_OK)
        return status;
    sequence_item *to = &b->items[b->n];
    bool is_kept = item.is_match ? keep_match(b, &item, to) : keep_event(b, item.packed, to);
    b->n += is_kept;
    return is_kept ? SORTER_OK : SORTER_NO_MEMORY;
}

static bool fill(void *user, size_t slot)
{
    ahead *a = user;
    batch *b = &a->batches[slot];
    b->n = 0;
    b->status = SORTER_OK;
    arena_reset(&b->text);
    while (b->n < AHEAD_ITEMS && b->text.used_bytes < AHEAD_BYTES && b->status == SORTER_OK)
        b->status = add_item(a->from, b);
    return b->status == SORTER_OK;
}

/* ---- the reader's side ----------------------------------------------------------------------- */

/* All is read: the helper is free for other work. */
static sorter_status finish(ahead *a, sorter_status status)
{
    relay_free(STEAL(a->relay));
    a->end = status;
    return status;
}

sorter_status ahead_next(ahead *a, sequence_item *ret)
{
    while (a->relay) {
        if (!a->reading)
            a->reading = &a->batches[relay_take(a->relay)];
        if (a->at < a->reading->n) {
            *ret = a->reading->items[a->at++];
            return SORTER_OK;
        }
        if (a->reading->status != SORTER_OK)
            return finish(a, a->reading->status);
        a->reading = NULL;
        a->at = 0;
        relay_give_back(a->relay);
    }
    return a->end == SORTER_OK ? sequence_next(a->from, ret) : a->end;
}

fold_count ahead_counts(const ahead *a)
{
    return sequence_counts(a->from);
}

/* ---- life ------------------------------------------------------------------------------------ */

void ahead_free(ahead *a)
{
    if (!a)
        return;
    relay_free(a->relay);
    for (size_t i = 0; i < AHEAD_BATCHES; i++) {
        arena_done(&a->batches[i].text);
        free(a->batches[i].events);
    }
    sequence_free(a->from);
    free(a);
}

/* False: out of memory, and there will be no help. */
static bool make_batches(ahead *a)
{
    for (size_t i = 0; i < AHEAD_BATCHES; i++) {
        a->batches[i].events = calloc(AHEAD_ITEMS, sizeof(event));
        if (!a->batches[i].events)
            return false;
    }
    return true;
}

sorter_status ahead_new(const sequence_options *options, const relay_helper *helper, ahead **ret)
{
    ahead *a = calloc(1, sizeof *a);
    if (!a)
        return SORTER_NO_MEMORY;
    sorter_status status = sequence_new(options, &a->from);
    if (status != SORTER_OK) {
        free(a);
        return status;
    }
    if (helper->start && make_batches(a))
        a->relay = relay_new(AHEAD_BATCHES, fill, a, helper);
    *ret = a;
    return SORTER_OK;
}
