/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_search.h -- whether an event completes a chain: puts events in the steps of one lineage,
 * along its joins, from a given event on.
 *
 * A chain is events in all mandatory steps and in some of the optional ones, none twice, such that
 *   * every join whose owner is there has an equation that holds between steps that are there,
 *   * they hang together by equations that hold,
 *   * they are in the order asked for, and no further apart than the timespan,
 *   * counts that must be reached are, and what must be absent has not been seen.
 *
 *  (1) Of several events for a step the newest is tried first.
 *  (2) At most `tries` events are tried; then the search gives up, and says so.
 */
#ifndef SPOOR_CORRELATE_CHAIN_SEARCH_H
#define SPOOR_CORRELATE_CHAIN_SEARCH_H

#include "correlate/chain_store.h"

/* Events in the steps of a lineage. */
typedef struct chain_cast {
    chain_event *at[LIMIT_LINEAGE_STEPS];
    uint16_t set; /* steps that have one */
} chain_cast;

typedef struct chain_search {
    const chain_store *store;
    const lineage *rule;
    chain_cast cast;
    uint16_t deferred; /* steps that are not to be filled from the steps there are */
    uint32_t tries;    /* left */
    unsigned enough;   /* mandatory steps to be content with; 0: a whole chain is wanted */
    bool is_cut;       /* gave up */
    bool failed;       /* out of memory */
    /* The most mandatory steps that were ever filled, and how. */
    chain_cast best;
    unsigned best_n;
} chain_search;

/* Whether there is a chain with e in `step`, of e and earlier events: in x->cast. */
bool chain_search_from(chain_search *x, unsigned step, chain_event *e);

/* Fills optional steps with events of a number above `after`. */
void chain_search_enrich(chain_search *x, uint64_t after);

/* Whether one of the steps that must be absent is there, with a number above `after`. */
bool chain_search_has_absent(chain_search *x, uint64_t after);

/* Events with a number above `after` that could stand in `step` instead of its own, that included,
 * and how many things they made or acted on. */
typedef struct chain_count {
    size_t events, things;
} chain_count;

chain_count chain_search_count(chain_search *x, unsigned step, uint64_t after);

/* An event with which `step` could follow from earlier ones: one that its joins hold with. True,
 * too, where joins do not lead to earlier steps only. */
bool chain_search_may_follow(const chain_store *s, const lineage *l, unsigned step,
                             const chain_event *e);

/* The equation of a join that holds, and the value that its sides share; false: none does, or its
 * owner is not there. */
bool chain_search_proof(const chain_search *x, const lineage_join *join,
                        const lineage_equation **ret, const chain_value **ret_value);

#endif
