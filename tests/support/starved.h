/* SPDX-License-Identifier: Apache-2.0
 *
 * starved.h -- allocation 1, 2, 3 … fails in turn, until a run needs no more of them.
 *
 * A test that includes this asks the linker for failing allocations, see failing_alloc.h.
 */
#ifndef SPOOR_TESTS_STARVED_H
#define SPOOR_TESTS_STARVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* play: true when every call succeeded. It must be false whenever an allocation failed, and make
 * more than `least` allocations. */
void starved_run(bool (*play)(void), uint32_t least);

typedef struct starved_file {
    const char *text;
    const char *name; /* NULL: it does not matter */
} starved_file;

typedef struct starved_least {
    uint64_t rights, failures; /* as many of these are told when memory is not short */
} starved_least;

/* An audit of the files either says that memory was short, or tells as many rights and verdicts
 * of each status as it does when it is not. */
void starved_audit(const starved_file *files, size_t n, starved_least least);

#endif
