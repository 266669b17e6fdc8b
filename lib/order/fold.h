/* SPDX-License-Identifier: Apache-2.0
 *
 * fold.h -- many records, one action.
 *
 * In: records in (time, uid_hash) order. Out: events, each action once, in the order of the first
 * record of each. Folded are
 *   * repeats: two trails in one bucket, a file read twice (equal time and uid_hash);
 *   * addenda: CloudTrail's re-issue of an event; its fields win;
 *   * phases: Azure Start/Accept/Success by correlation id, GCP operation first/last, split
 *     entries;
 *   * views: the records of one action in several accounts (sharedEventID).
 *
 *  (1) An action waits for its other records for FOLD_WAIT of event time, then goes on as it is;
 *      one whose end never came stays "pending".
 *  (2) Events leave in the order in which their first records came: what comes behind a waiting
 *      action waits with it. At most LIMIT_FOLD_HELD wait; then the oldest leaves early and is
 *      counted.
 *  (3) Of several records the one that names most resources is the source an analyst is pointed to.
 *  (4) Which of two equal records is kept depends on their source's name and number only.
 */
#ifndef SPOOR_ORDER_FOLD_H
#define SPOOR_ORDER_FOLD_H

#include "base/base.h"
#include "base/time.h"
#include "model/event.h"
#include "order/sorter.h"

#define FOLD_WAIT (30 * TIME_MINUTE)

typedef struct fold_count {
    uint64_t events;     /* actions */
    uint64_t known;      /* of these, with a row in the operation table */
    uint64_t duplicates; /* records that repeat another */
    uint64_t folded;     /* records that are a further phase or view */
    uint64_t early;      /* actions that left early for want of room */
} fold_count;

typedef struct fold fold;

/* names[file] is the name of input `file`; borrowed. NULL: out of memory. */
fold *fold_new(const char *const *names);
void fold_free(fold *f);

/* Takes the next record in order. False: out of memory. */
bool fold_push(fold *f, const sorter_item *item);
bool fold_finish(fold *f); /* no more records: everything may leave */
/* The next event that may leave; valid until the next call of any fold function. False: none now,
 * or fold_failed. */
bool fold_next(fold *f, const event **ret);
bool fold_next_packed(fold *f, event_packed *ret); /* the same, as bytes */
bool fold_failed(const fold *f);                   /* out of memory: events are missing */

fold_count fold_counts(const fold *f);

#endif
