/* SPDX-License-Identifier: Apache-2.0
 *
 * array.h -- room at the end of an array that grows.
 *
 * The array, how many elements it holds and how many have room stay three variables of their owner.
 *
 *  (1) An array begins as NULL with a cap of 0; its owner frees it.
 *  (2) It doubles, so that adding n elements one by one moves each of them a few times at the most.
 *  (3) What fails changes nothing: the array and its cap are as they were.
 */
#ifndef SPOOR_BASE_ARRAY_H
#define SPOOR_BASE_ARRAY_H

#include "base/base.h"

/* The full array with room for more elements; array_room is what others call. */
void *array_grow(void *array, size_t *cap, size_t least, size_t size);

/* Room for one more element of `size` bytes behind the n there are: the array, moved or not, with
 * *cap updated. The first allocation holds `least` elements. NULL: out of memory, or too large. */
static inline void *array_room(void *array, size_t n, size_t *cap, size_t least, size_t size)
{
    return LIKELY(n < *cap) ? array : array_grow(array, cap, least, size);
}

#endif
