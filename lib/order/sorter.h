/* SPDX-License-Identifier: Apache-2.0
 *
 * sorter.h -- any number of events into event-time order, in bounded memory.
 *
 * A sorter collects events of one lane (one thread at a time) in a run; a full run is sorted and,
 * when the caller lent space for it, spilled. A merger then reads all runs of all lanes as one
 * sequence.
 *
 *  (1) The order is (time_ns, uid_hash). Records with equal keys are the same event read twice;
 *      they come out next to each other, in no particular order: fold.h decides between them.
 *  (2) Memory: the run being filled; while merging one chunk for each spilled run, and the run that
 *      was filled last if few were spilled before it.
 *  (3) What events have in common with others of their caller is kept once for many of them.
 */
#ifndef SPOOR_ORDER_SORTER_H
#define SPOOR_ORDER_SORTER_H

#include "base/base.h"
#include "model/event.h"

/* Same meaning as spoor_spill. write == NULL: runs stay in memory. */
typedef struct sorter_spill {
    void *user;
    int (*write)(void *user, const void *bytes, size_t n, uint64_t *ret_offset);
    int (*read)(void *user, uint64_t offset, void *bytes, size_t n);
} sorter_spill;

typedef enum sorter_status {
    SORTER_OK,
    SORTER_END,
    SORTER_NO_MEMORY,
    SORTER_SPILL_FAILED,
} sorter_status;

typedef struct sorter sorter;

sorter *sorter_new(size_t memory_bytes, const sorter_spill *spill); /* NULL: out of memory */
void sorter_free(sorter *s);
/* From the next event on a run is full at so many bytes. */
void sorter_limit(sorter *s, size_t memory_bytes);
sorter_status sorter_add(sorter *s, const event *e);
/* A rule's match: bytes that go with a time and a key of their own. */
sorter_status sorter_add_match(sorter *s, int64_t time_ns, uint64_t uid_hash, str packed);

typedef struct sorter_item {
    int64_t time_ns;
    uint64_t uid_hash;
    event_packed packed;
    bool is_match; /* not an event: packed.rest is what sorter_add_match was given */
} sorter_item;

typedef struct merger merger;

/* Takes what the sorters hold; they stay owned by the caller and must outlive the merger. */
sorter_status merger_new(sorter *const *sorters, size_t n, merger **ret);
void merger_free(merger *m);
/* The next item; valid until the next call. SORTER_END after the last. */
sorter_status merger_next(merger *m, const sorter_item **ret);

#endif
