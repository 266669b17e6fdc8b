/* SPDX-License-Identifier: Apache-2.0
 *
 * repeats.h -- how many records repeat another.
 *
 * Most records are of calls that no chain cares about. Of those nothing is asked but how many there
 * are, each once: eight bytes of each record are kept, sorted, spilled when they are many, and
 * compared. Those of other calls are among them: one wrapper may hide what a call is.
 *
 *  (1) Records with equal time and uid_hash are one call. So are two whose keys, 64 bits made of
 *      both, agree by chance: for ten million calls the odds are one in three hundred thousand.
 *  (2) Memory: the run being filled; while summing one chunk for each spilled run.
 */
#ifndef SPOOR_ORDER_REPEATS_H
#define SPOOR_ORDER_REPEATS_H

#include "order/sorter.h"

typedef struct repeats repeats; /* of one lane */

repeats *repeats_new(const sorter_spill *spill); /* NULL: out of memory */
void repeats_free(repeats *r);
/* From the next record on a run is full at so many bytes. Without space to spill there is no such
 * limit. */
void repeats_limit(repeats *r, size_t memory_bytes);
sorter_status repeats_add(repeats *r, int64_t time_ns, uint64_t uid_hash);

typedef struct repeats_sum {
    uint64_t calls;   /* different ones */
    uint64_t repeats; /* records beyond the first of each */
} repeats_sum;

/* Over all lanes; nothing is added after it. */
sorter_status repeats_count(repeats *const *all, size_t n, repeats_sum *ret);

#endif
