/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_store.h -- the events that a lineage may still need, found by what they have in common.
 *
 * Under each value that a facet of one of its kinds shows, an event is listed, newest first.
 *
 *  (1) An event is kept until no rule can need it any more (keep_until_ns), and as long as a chain
 *      stands on it. What is over is let go of now and then; until then it may still be listed.
 *  (2) At most `limit_bytes` of events; the oldest go first and are counted.
 */
#ifndef SPOOR_CORRELATE_CHAIN_STORE_H
#define SPOOR_CORRELATE_CHAIN_STORE_H

#include "base/map.h"
#include "correlate/chain_event.h"

typedef struct ruleset ruleset;

typedef struct chain_posting {
    chain_event *event;
    uint32_t next; /* older, or 0 */
} chain_posting;

typedef struct chain_store {
    const ruleset *rules;
    chain_event **events; /* in order */
    size_t n_events, cap_events;
    chain_posting *postings; /* [0] is none */
    size_t n_postings, cap_postings;
    map heads; /* facet and value -> newest posting */
    uint64_t next_number;
    size_t sweep_at; /* events */
    size_t bytes, pinned_bytes, limit_bytes;
    uint64_t forgotten; /* by the limit */
    bool failed;
} chain_store;

void chain_store_init(chain_store *s, const ruleset *rules);
void chain_store_done(chain_store *s);
/* Takes the event over, and lists it. False: out of memory (the event is freed). */
bool chain_store_add(chain_store *s, chain_event *e);

/* A chain stands on it; stands on it no more. */
void chain_store_pin(chain_store *s, chain_event *e);
void chain_store_unpin(chain_store *s, chain_event *e);

/* Events that show v in the facet, newest first. */
uint32_t chain_store_first(const chain_store *s, uint32_t facet, const chain_value *v);

static inline const chain_posting *chain_store_at(const chain_store *s, uint32_t posting)
{
    return &s->postings[posting];
}

#endif
