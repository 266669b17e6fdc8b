/* SPDX-License-Identifier: Apache-2.0
 *
 * store.h -- memory for what is numbered, comes in order, and goes in order.
 *
 * A journal adds at one end and forgets at the other, a million times over. Here that costs a few
 * large allocations, instead of some for each entry.
 *
 *  (1) Numbers never fall. What belongs to a number stays where it is until all numbers up to it
 *      are dropped.
 *  (2) More than what lives is held by less than one block at either end, and by the ends of blocks
 *      that were too short for what came.
 */
#ifndef SPOOR_STATE_STORE_H
#define SPOOR_STATE_STORE_H

#include "base/base.h"

typedef struct store store;

/* n bytes that belong to `number`, aligned to 8, as they come. *s is NULL until something is kept.
 * NULL: out of memory. */
void *store_alloc(store **s, uint32_t number, size_t n);
/* Lets go of what belongs to numbers below `number`. */
void store_drop(store **s, uint32_t number);
void store_free(store *s);

#endif
