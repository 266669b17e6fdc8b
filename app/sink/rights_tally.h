/* SPDX-License-Identifier: Apache-2.0
 *
 * rights_tally.h -- who may do what a rogue machine takes, and whether he does: counts by power,
 * and the first few rights that nobody uses and uses that nothing permits.
 *
 *  (1) At most RIGHTS_POWERS powers and RIGHTS_SHOWN examples of a mark are kept; all rights of
 *      these powers are counted.
 */
#ifndef SPOOR_APP_RIGHTS_TALLY_H
#define SPOOR_APP_RIGHTS_TALLY_H

#include <stddef.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { RIGHTS_POWERS = 32, RIGHTS_SHOWN = 5, RIGHTS_MARKS = 4 };

typedef struct rights_power {
    strbuf name;
    uint64_t all, conditional, mark[RIGHTS_MARKS];
} rights_power;

typedef struct rights_tally {
    rights_power powers[RIGHTS_POWERS];
    size_t n;
    strbuf unused[RIGHTS_SHOWN], unpermitted[RIGHTS_SHOWN]; /* in words */
    uint64_t n_unused, n_unpermitted;
} rights_tally;

void rights_tally_done(rights_tally *t);
void rights_tally_add(rights_tally *t, const spoor_right *r);
void rights_tally_draw(const rights_tally *t, const terminal *screen, strbuf *out);

#endif
