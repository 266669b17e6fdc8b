/* SPDX-License-Identifier: Apache-2.0
 *
 * space.h -- memory that stands in for a temporary file, for one sorter or several of one thread.
 */
#ifndef SPOOR_TESTS_SPACE_H
#define SPOOR_TESTS_SPACE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "order/sorter.h"

/* A zeroed one is empty. */
typedef struct space {
    buf bytes;
    unsigned writes;
    unsigned bad_write; /* this write fails, counted from 1; 0: none */
    atomic_bool is_unreadable;
} space;

void space_done(space *s);
sorter_spill space_lend(space *s);

#endif
