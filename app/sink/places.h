/* SPDX-License-Identifier: Apache-2.0
 *
 * places.h -- where the skipped pieces of input stand, the first few of every reason.
 *
 * Skips are delivered one by one before the summary that they belong to; a folder of the wrong
 * files gives millions of them.
 *
 *  (1) At most PLACES_REASONS reasons and PLACES_SHOWN places of each are kept; the rest is
 *      counted.
 */
#ifndef SPOOR_APP_PLACES_H
#define SPOOR_APP_PLACES_H

#include <stddef.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { PLACES_REASONS = 64, PLACES_SHOWN = 5 };

typedef struct places_row {
    strbuf reason;
    strbuf shown[PLACES_SHOWN]; /* "a.json record 3", "b.json records 7-9" */
    uint64_t n, bytes, pieces;
} places_row;

typedef struct places {
    places_row rows[PLACES_REASONS];
    size_t n;
} places;

void places_done(places *p);
void places_add(places *p, const spoor_skip *skip);
/* The pieces of one reason, and under it the places; where may be NULL. */
void places_draw(const terminal *t, strbuf *out, const spoor_count *reason,
                 const places_row *where);
const places_row *places_of(const places *p, const char *reason); /* NULL: none kept */

#endif
