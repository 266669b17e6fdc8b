/* SPDX-License-Identifier: Apache-2.0
 *
 * array.c -- the rare half of array_room, kept out of the code that adds elements.
 */
#include "base/array.h"

#include <assert.h>
#include <stdlib.h>

void *array_grow(void *array, size_t *cap, size_t least, size_t size)
{
    assert(least > 0 && size > 0);
    size_t most = PTRDIFF_MAX / size;
    if (*cap > most / 2 || least > most)
        return NULL;
    size_t more = *cap ? *cap * 2 : least;
    void *moved = realloc(array, more * size);
    if (moved)
        *cap = more;
    return moved;
}
