/* SPDX-License-Identifier: Apache-2.0
 *
 * list.c -- doubles a full array.
 */
#include "base/list.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

void *list_room(void *items, size_t n, size_t *cap, size_t least, size_t size)
{
    assert(least > 0 && size > 0);
    if (n < *cap)
        return items;
    size_t most = PTRDIFF_MAX / size;
    if (*cap > most / 2 || least > most)
        return NULL;
    size_t more = *cap ? *cap * 2 : least;
    void *moved = realloc(items, more * size);
    if (moved)
        *cap = more;
    return moved;
}
