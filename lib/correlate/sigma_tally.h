/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_tally.h -- how many different texts there are among texts that come and go.
 *
 *  (1) A zeroed tally is valid and empty.
 *  (2) Texts are compared byte by byte: equal hashes never make two texts one.
 *  (3) Whoever adds a text gets its entry and gives that back to drop it.
 */
#ifndef SPOOR_CORRELATE_SIGMA_TALLY_H
#define SPOOR_CORRELATE_SIGMA_TALLY_H

#include "base/base.h"

typedef struct sigma_tally_entry {
    struct sigma_tally_entry *next; /* of the same bucket */
    uint64_t hash;
    uint64_t count;
    size_t n;
    char p[];
} sigma_tally_entry;

typedef struct sigma_tally {
    sigma_tally_entry **bucket;
    size_t n_buckets; /* a power of two, or 0 */
    size_t n;         /* different texts */
} sigma_tally;

sigma_tally_entry *sigma_tally_add(sigma_tally *t, str text, size_t *bytes); /* NULL: no memory */
void sigma_tally_drop(sigma_tally *t, sigma_tally_entry *e, size_t *bytes);
void sigma_tally_done(sigma_tally *t, size_t *bytes);

#endif
