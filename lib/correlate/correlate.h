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
#include "base/map.h"
#include <spoor/spoor.h>
#include "state/state.h"

struct spoor_settings; /* model/settings.h */
struct chain;          /* chain.h */

typedef struct correlate_options {
    const char *const *names; /* of inputs */
    spoor_level min_level;
    const struct spoor_settings *settings; /* the operator's, or NULL */
    struct chain *chains;                  /* lineage rules at work, or NULL */
    const struct relay_helper *helper;     /* base/relay.h: makes stories ready ahead; or NULL */
    int64_t closed_before_ns; /* judge only stories whose last anchor is older; INT64_MAX: all */
} correlate_options;

/* Grows over several runs, when a long input is judged piece by piece: a story that is judged again
 * (because a later call continued it) takes the place of what it was, unless it was higher: what
 * was forgotten since takes nothing back. Nothing is added after
 * correlate_sort. */
typedef struct correlate_result {
    spoor_incident *incidents; /* malloc'ed; their texts live in the arena given to correlate_run */
    size_t n_incidents, cap_incidents;
    map index_of; /* hash of an incident's id -> index in incidents */
    map level_of; /* hash of a story's first anchor -> level it was counted as */
    uint64_t per_level[SPOOR_CRITICAL + 1];
} correlate_result;

/* Judges the stories that options ask for, marks their anchors as judged, and all calls of the
 * others as open. False: out of memory. */
bool correlate_run(state *s, const correlate_options *options, arena *out, correlate_result *ret);
void correlate_sort(correlate_result *r); /* into the order of (1) */
void correlate_done(correlate_result *r);

#endif
