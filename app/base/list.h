/* SPDX-License-Identifier: Apache-2.0
 *
 * list.h -- room at the end of an array that grows.
 *
 * Text has strbuf; this is for arrays of everything else. Array, count and capacity stay variables
 * of their owner.
 *
 *  (1) An array begins as NULL with a cap of 0; its owner frees it.
 *  (2) What fails changes nothing: the array and its cap are as they were.
 */
#ifndef SPOOR_APP_LIST_H
#define SPOOR_APP_LIST_H

#include <stddef.h>

/* Room for one more item of `size` bytes behind the n there are: the array, moved or not, with *cap
 * updated. The first allocation holds `least` items. NULL: out of memory, or too large. */
void *list_room(void *items, size_t n, size_t *cap, size_t least, size_t size);

#endif
