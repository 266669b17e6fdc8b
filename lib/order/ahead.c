/* SPDX-License-Identifier: Apache-2.0
 *
 * ahead.c -- a ring of batches between the helper, who fills them, and the reader.
 *
 * Batch number n lies at n % AHEAD_BATCHES. The helper owns [filled, taken + AHEAD_BATCHES),
 * the reader [taken, filled); the two numbers change under the lock, a batch without it.
 */
#include "order/ahead.h"

#include <pthread.h>
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
    ahead_helper helper;
    bool is_helped;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, taken; /* batches, under the lock */
    bool is_stopped;      /* under the lock: nobody reads any further */
    batch batches[AHEAD_BATCHES];
    /* The reader's own. */
    batch *reading;
    size_t at;
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

static void fill(sequence *from, batch *b)
{
    b->n = 0;
    b->status = SORTER_OK;
    arena_reset(&b->text);
    while (b->n < AHEAD_ITEMS && b->text.used_bytes < AHEAD_BYTES && b->status == SORTER_OK)
        b->status = add_item(from, b);
}

/* The next batch to fill; NULL: nobody reads any further. */
static batch *wait_for_room(ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->filled - a->taken == AHEAD_BATCHES && !a->is_stopped)
        pthread_cond_wait(&a->changed, &a->lock);
    batch *b = a->is_stopped ? NULL : &a->batches[a->filled % AHEAD_BATCHES];
    pthread_mutex_unlock(&a->lock);
    return b;
}

/* Moves one of the numbers on. */
static void advance(ahead *a, size_t *number)
{
    pthread_mutex_lock(&a->lock);
    ++*number;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

static void help(void *arg)
{
    ahead *a = arg;
    sorter_status status = SORTER_OK;
    while (status == SORTER_OK) {
        batch *b = wait_for_room(a);
        if (!b)
            return;
        fill(a->from, b);
        status = b->status;
        advance(a, &a->filled);
    }
}

/* ---- the reader's side ----------------------------------------------------------------------- */

static batch *wait_for_batch(ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->filled == a->taken)
        pthread_cond_wait(&a->changed, &a->lock);
    pthread_mutex_unlock(&a->lock);
    return &a->batches[a->taken % AHEAD_BATCHES];
}

sorter_status ahead_next(ahead *a, sequence_item *ret)
{
    if (!a->is_helped)
        return sequence_next(a->from, ret);
    for (;;) {
        batch *b = a->reading ? a->reading : wait_for_batch(a);
        a->reading = b;
        if (a->at < b->n) {
            *ret = b->items[a->at++];
            return SORTER_OK;
        }
        if (b->status != SORTER_OK)
            return b->status;
        a->reading = NULL;
        a->at = 0;
        advance(a, &a->taken);
    }
}

fold_count ahead_counts(const ahead *a)
{
    return sequence_counts(a->from);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void stop(ahead *a)
{
    pthread_mutex_lock(&a->lock);
    a->is_stopped = true;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
    a->helper.join(a->helper.user);
}

void ahead_free(ahead *a)
{
    if (!a)
        return;
    if (a->is_helped)
        stop(a);
    for (size_t i = 0; i < AHEAD_BATCHES; i++) {
        arena_done(&a->batches[i].text);
        free(a->batches[i].events);
    }
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
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

sorter_status ahead_new(const sequence_options *options, const ahead_helper *helper, ahead **ret)
{
    ahead *a = calloc(1, sizeof *a);
    if (!a)
        return SORTER_NO_MEMORY;
    sorter_status status = sequence_new(options, &a->from);
    if (status != SORTER_OK) {
        free(a);
        return status;
    }
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    a->helper = *helper;
    a->is_helped = helper->start && make_batches(a) && helper->start(helper->user, help, a) == 0;
    *ret = a;
    return SORTER_OK;
}
