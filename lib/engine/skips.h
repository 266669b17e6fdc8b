/* SPDX-License-Identifier: Apache-2.0
 *
 * skips.h -- the account of what gave no event.
 *
 *  (1) Pieces that follow each other in one input with one reason are one row with a count.
 *  (2) At most LIMIT_SKIP_PLACES rows are kept; pieces beyond are counted in `unlisted`.
 */
#ifndef SPOOR_ENGINE_SKIPS_H
#define SPOOR_ENGINE_SKIPS_H

#include "base/base.h"

typedef struct skip_row {
    const char *reason;
    uint32_t file; /* index of the input's name */
    uint64_t first_record, last_record;
    uint64_t offset, bytes, count;
    bool is_malformed;
} skip_row;

typedef struct skips {
    skip_row *rows;
    size_t n, cap;
    uint64_t unlisted;
    bool failed;
} skips;

void skips_done(skips *s);
void skips_reset(skips *s);
void skips_add(skips *s, const skip_row *row);  /* joins the last row where (1) allows it */
void skips_append(skips *s, const skips *more); /* as they are */

#endif
