/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_engine.h -- Sigma correlations over matches in event-time order.
 *
 *  (1) Matches come in the one total order (time, uid, rule). Each record's match of a rule comes
 *      once.
 *  (2) Windows slide over event time; an event exactly `timespan` after the first is inside.
 *  (3) A correlation fires once per stretch in which its condition holds for a group: when it
 *      becomes true, and again only after it was false.
 *  (4) A match without a value for a group-by key belongs to no group; an array fans out over its
 *      values; groups differ by letter case and by type. No group-by: one group.
 *  (5) Memory is bounded by LIMIT_CORRELATION_BYTES; the group that was idle longest is forgotten
 *      first, and counted.
 *  (6) Matches of one record (same time, same uid) are one event, judged when all of them are
 *      known: with the next record, or with sigma_engine_advance. When advance is called, and
 *      whether at all, changes neither firings nor their order.
 *  (7) A condition is asked when an event arrives; that it failed is also noticed when events leave
 *      the window in between. No condition holds for an empty window. Events without a value
 *      (value_count: for one of its fields) are not in the window.
 *  (8) A temporal condition with a negation ("a and not b") is asked when a window is over that
 *      began with an event of a rule that stands there unnegated; the firing has the time of the
 *      window's end. An extended condition made of negations alone never fires.
 *  (9) An inner correlation's firing is an event of its own, directly behind the record that
 *      completed it, with its group values under the names of its group-by keys.
 * (10) Bounds of a temporal rule without an extended condition compare the number of rules seen;
 *      without bounds all must be. temporal_ordered always needs all its rules, or those of its
 *      condition.
 */
#ifndef SPOOR_CORRELATE_SIGMA_ENGINE_H
#define SPOOR_CORRELATE_SIGMA_ENGINE_H

#include "base/arena.h"
#include "base/base.h"
#include "model/ruleset.h"

/* One match of one rule on one record. keys: for each (correlation, rule) pair that the engine
 * listens to, the values captured at match time, in the form of matcher_values. */
typedef struct sigma_match {
    int64_t time_ns;
    uint32_t rule;
    str event_uid;
    str captured; /* see sigma_engine_wants */
} sigma_match;

typedef struct sigma_firing {
    uint32_t correlation; /* index in ruleset.correlations */
    int64_t time_ns;      /* of the event that completed it; with a negation: of the window's end */
    double
        count; /* what the condition compared: events, values, sum … (rules seen, for temporal) */
    const str *group_names, *group_values; /* pairs */
    size_t n_group;
    const str *event_uids; /* of the window (temporal: that satisfied it), oldest first; at most
                            * SIGMA_FIRING_UIDS */
    size_t n_uids;
    uint64_t n_events;
} sigma_firing;

enum { SIGMA_FIRING_UIDS = 100 };

typedef struct sigma_engine sigma_engine;
typedef bool sigma_fire_fn(void *user, const sigma_firing *f); /* false: stop, out of memory */

sigma_engine *sigma_engine_new(const ruleset *r, sigma_fire_fn *fn, void *user);
void sigma_engine_free(sigma_engine *e);

/* The fields whose values must be captured for a match of `rule`, in order; captured is for each
 * field a varint length and the bytes of matcher_values. NULL, 0: nothing listens. */
const uint32_t *sigma_engine_wants(const ruleset *r, uint32_t rule, arena *a, size_t *ret_n);

/* False: out of memory, or fn said stop; the engine then only fails. A match older than the one
 * before it counts at that one's time. */
bool sigma_engine_add(sigma_engine *e, const sigma_match *m);

/* No match before before_ns will come any more: judges what waited for that. */
bool sigma_engine_advance(sigma_engine *e, int64_t before_ns);

/* No match will come any more: windows that are still open end as if nothing came until their end.
 * */
bool sigma_engine_finish(sigma_engine *e);

void sigma_engine_limit(sigma_engine *e,
                        size_t limit_bytes);            /* instead of LIMIT_CORRELATION_BYTES */
uint64_t sigma_engine_forgotten(const sigma_engine *e); /* groups */
uint64_t sigma_engine_cut(
    const sigma_engine *e); /* events' combinations beyond LIMIT_CORRELATION_FANOUT */
uint64_t sigma_engine_ignored(
    const sigma_engine *e); /* values that were to be numbers and are none */

#endif
