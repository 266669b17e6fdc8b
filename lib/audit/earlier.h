/* SPDX-License-Identifier: Apache-2.0
 *
 * earlier.h -- what an earlier audit said, to tell what became better and what worse.
 *
 *  (1) A verdict is known by its check and the id of its resource.
 *  (2) What could not be judged is never better than what was: less data is no progress.
 *  (3) A failure that does not come back counts as gone only when its check was judged this time.
 *  (4) Lines that are no finding are counted; of a verdict told twice the last counts.
 */
#ifndef SPOOR_AUDIT_EARLIER_H
#define SPOOR_AUDIT_EARLIER_H

#include "base/map.h"
#include <spoor/spoor.h>

typedef struct earlier {
    intern checks, resources;
    map verdicts;    /* (check, resource) -> status, and whether it was met again */
    bool *is_judged; /* by check; NULL before the first comparison */
    bool is_given;
    uint64_t bad; /* lines that are no finding */
    bool failed;  /* out of memory */
} earlier;

void earlier_done(earlier *e);
/* Reads findings as JSON lines. */
void earlier_read(earlier *e, str lines);
/* "new", "better", "worse" or "same"; "" when there is nothing to compare with. */
const char *earlier_compare(earlier *e, str check, str resource, spoor_check_status now);
/* Of the failures that were not met again: those that are gone, and those that could not be
 * judged. */
void earlier_left(const earlier *e, uint64_t *ret_gone, uint64_t *ret_unjudged);

#endif
