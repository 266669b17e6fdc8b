/* SPDX-License-Identifier: Apache-2.0
 *
 * ahead.h -- a sequence that is prepared on another thread while what came before is worked on.
 *
 *  (1) The items are those of the sequence, in its order; only who prepares them differs.
 *  (2) Without a helper, or where it could not start, the reader's own thread prepares them.
 *  (3) At most AHEAD_BATCHES batches of AHEAD_ITEMS items wait, or of AHEAD_BYTES and one item.
 */
#ifndef SPOOR_ORDER_AHEAD_H
#define SPOOR_ORDER_AHEAD_H

#include "base/relay.h"
#include "order/sequence.h"

enum { AHEAD_BATCHES = 8, AHEAD_ITEMS = 128, AHEAD_BYTES = 256 * 1024 };

typedef struct ahead ahead;

sorter_status ahead_new(const sequence_options *options, const relay_helper *helper, ahead **ret);
/* Stops the helper wherever it is. */
void ahead_free(ahead *a);
/* The next item, events opened; valid until the next call. SORTER_END after the last: then the
 * helper is free for other work. */
sorter_status ahead_next(ahead *a, sequence_item *ret);
/* Once ahead_next said SORTER_END. */
fold_count ahead_counts(const ahead *a);

#endif
