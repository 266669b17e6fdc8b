/* SPDX-License-Identifier: Apache-2.0
 *
 * correlate.h -- from what is remembered to incidents.
 *
 *   story.h    which events belong together, and how firmly each is linked
 *   score.h    what they weigh, and what level they may reach
 *   explain.h  saying so: title, verdict, detail of steps, what to do next
 *
 *  (1) The result depends on the state alone; incidents come highest level first, then by score,
 *      time and id.
 *  (2) Incidents below min_level are counted, not built.
 */
#ifndef SPOOR_CORRELATE_CORRELATE_H
#define SPOOR_CORRELATE_CORRELATE_H

#include "base/arena.h"
#include <spoor/spoor.h>
#include "state/state.h"

typedef struct correlate_options {
    const char *const *names; /* of inputs */
    spoor_level min_level;
} correlate_options;

typedef struct correlate_result {
    spoor_incident *incidents;
    size_t n_incidents;
    uint64_t per_level[SPOOR_CRITICAL + 1];
} correlate_result;

/* Everything in *ret lives in `out`. False: out of memory. */
bool correlate_run(state *s, const correlate_options *options, arena *out, correlate_result *ret);

#endif
