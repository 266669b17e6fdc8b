/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_rank.h -- the value of one rank among numbers that come and go in the same order.
 *
 *     low: a heap with its greatest on top     high: a heap with its least on top
 *     ------------------------------------ | ------------------------------------
 *     the k least numbers, k the rank asked    all greater ones
 *
 *  (1) No number of low is above one of high; low holds k numbers, so its top is the answer.
 *  (2) A number that left stays in its heap until it comes to the top, or until more than half of
 *      the heap has left: then the heap is built anew. Adding and dropping cost O(log n) amortised.
 *  (3) k = ceil(percentile/100 * n), at least 1: the nearest-rank definition. The median of an even
 *      number of values is the mean of the two in the middle.
 */
#ifndef SPOOR_CORRELATE_SIGMA_RANK_H
#define SPOOR_CORRELATE_SIGMA_RANK_H

#include "base/base.h"
#include "correlate/sigma_ring.h"

typedef struct sigma_rank_item {
    double value;
    uint64_t number; /* how many were added before it */
} sigma_rank_item;

typedef struct sigma_rank_heap {
    sigma_rank_item *item;
    size_t n, cap; /* those that left counted */
    size_t n_live;
} sigma_rank_heap;

typedef struct sigma_rank {
    double percentile; /* 0 … 100 */
    sigma_ring is_low; /* of bool: for each number, oldest first, which heap holds it */
    uint64_t n_dropped;
    sigma_rank_heap low, high;
} sigma_rank;

void sigma_rank_init(sigma_rank *r, double percentile);
void sigma_rank_done(sigma_rank *r, size_t *bytes);
bool sigma_rank_add(sigma_rank *r, double value, size_t *bytes); /* false: out of memory */
bool sigma_rank_drop(sigma_rank *r, size_t *bytes);              /* the oldest; likewise */
double sigma_rank_percentile(const sigma_rank *r);               /* at least one number is there */
double sigma_rank_median(const sigma_rank *r);                   /* likewise, percentile being 50 */

#endif
