/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_engine.h -- Sigma correlations over matches in event-time order.
 *
 *  (1) Matches come in the one total order (time, uid, rule). Each record's match of a rule comes once.
 *  (2) Windows slide over event time; an event exactly `timespan` after the first is inside.
 *  (3) A correlation fires once per stretch in which its condition holds for a group: when it becomes
 *      true, and again only after it was false.
 *  (4) A match without a value for a group-by key belongs to no group; an array fans out over its
 *      values; groups differ by letter case and by type. No group-by: one group.
 *  (5) Memory is bounded by LIMIT_CORRELATION_BYTES; the group that was idle longest is forgotten first,
 *      and counted.
 */
#ifndef SPOOR_CORRELATE_SIGMA_ENGINE_H
#define SPOOR_CORRELATE_SIGMA_ENGINE_H

#include "base/arena.h"
#include "base/base.h"
#include "model/ruleset.h"

/* One match of one rule on one record. keys: for each (correlation, rule) pair that the engine listens
 * to, the values captured at match time, in the form of matcher_values. */
typedef struct sigma_match {
    int64_t time_ns;
    uint32_t rule;
    str event_uid;
    str captured; /* see sigma_engine_wants */
} sigma_match;

typedef struct sigma_firing {
    uint32_t correlation; /* index in ruleset.correlations */
    int64_t time_ns;      /* of the event that completed it */
    double count;         /* what the condition compared: events, values, sum … (rules seen, for temporal) */
    const str *group_names, *group_values; /* pairs */
    size_t n_group;
    const str *event_uids; /* of the window, oldest first; at most SIGMA_FIRING_UIDS */
    size_t n_uids;
    uint64_t n_events;
} sigma_firing;

enum { SIGMA_FIRING_UIDS = 100 };

typedef struct sigma_engine sigma_engine;
typedef bool sigma_fire_fn(void *user, const sigma_firing *f); /* false: stop, out of memory */

sigma_engine *sigma_engine_new(const ruleset *r, sigma_fire_fn *fn, void *user);
void sigma_engine_free(sigma_engine *e);

/* The fields whose values must be captured for a match of `rule`, in order; captured is for each field
 * a varint length and the bytes of matcher_values. NULL, 0: nothing listens. */
const uint32_t *sigma_engine_wants(const ruleset *r, uint32_t rule, arena *a, size_t *ret_n);

bool sigma_engine_add(sigma_engine *e, const sigma_match *m);
bool sigma_engine_finish(sigma_engine *e);
uint64_t sigma_engine_forgotten(const sigma_engine *e);

#endif
