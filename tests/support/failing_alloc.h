/* SPDX-License-Identifier: Apache-2.0
 *
 * failing_alloc.h -- malloc, calloc and realloc that fail when a test says so.
 *
 * A test that includes this asks the linker for it, near its top:
 *
 *     link: --wrap=malloc --wrap=calloc --wrap=realloc    (as a comment of its own)
 *
 *  (1) Other tests keep C's allocator: the object is part of an archive, and only a test that calls
 *      one of these functions takes it out.
 *  (2) One allocation fails at the most; those before and behind it succeed.
 *  (3) Only C's allocations fail; those of C++ go through operator new.
 *  (4) One thread allocates while a failure is due.
 */
#ifndef SPOOR_TESTS_FAILING_ALLOC_H
#define SPOOR_TESTS_FAILING_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the n-th allocation fails, 1 being the next; with 0 none does. */
void failing_alloc_at(size_t n);
/* All succeed again. Returns whether one has failed since failing_alloc_at. */
bool failing_alloc_end(void);

#endif
