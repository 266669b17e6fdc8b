/* SPDX-License-Identifier: Apache-2.0
 *
 * progress.h -- one line on a terminal that says how far the reading is.
 *
 *  (1) Nothing is written unless standard error is a terminal, and no more than five times a
 *      second.
 *  (2) progress_end erases the line: what stays on the screen is the result.
 *  (3) Any thread may tell of bytes read; the one that finds the line outdated draws it.
 */
#ifndef SPOOR_APP_PROGRESS_H
#define SPOOR_APP_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    bool is_shown;
    uint64_t total_bytes; /* 0: unknown */
    int64_t began_ns;
    _Atomic uint64_t bytes;
    _Atomic int64_t drawn_ns;
} progress;

int64_t progress_now_ns(void); /* of a clock that only goes forward */
void progress_begin(progress *p, bool is_wanted, uint64_t total_bytes);
void progress_add(progress *p, uint64_t bytes);
void progress_say(progress *p, const char *text); /* instead of numbers, until the end */
void progress_end(progress *p);

#endif
