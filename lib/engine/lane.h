/* SPDX-License-Identifier: Apache-2.0
 *
 * lane.h -- all that decoding one input needs, with the sorter its events go to, and what counts
 * them.
 *
 *  (1) A lane serves one stream at a time and is kept for the next, so there are as many lanes as
 *      streams were ever open at once. Its stream's thread alone touches it meanwhile.
 *  (2) Lanes live until everything was read back from their sorters.
 */
#ifndef SPOOR_ENGINE_LANE_H
#define SPOOR_ENGINE_LANE_H

#include "base/buf.h"
#include "engine/engine.h"

typedef struct inflate inflate;
typedef struct matcher matcher;
typedef struct reader reader;
typedef struct repeats repeats;
typedef struct sequence_lane sequence_lane;
typedef struct sorter sorter;
typedef struct split split;

struct lane {
    inflate *inflate;
    split *split;
    reader *reader;
    sorter *sorter;
    repeats *counted;
    matcher *matcher;     /* NULL: no rules */
    buf captured, packed; /* scratch for matches */
    skips skips;
    lane *next_free, *next;
};

/* The next two with the engine's lock held. NULL: out of memory. */
lane *lane_take(spoor_engine *e);
void lane_return(spoor_engine *e, lane *l);

void lanes_free(spoor_engine *e);
/* What each lane gave (n_lanes of them), in an array for the caller to free; NULL: out of memory.
 */
sequence_lane *lanes_given(const spoor_engine *e);

/* What each rule cost, over all lanes, in the engine's arena. NULL: out of memory. */
const spoor_rule_cost *lanes_rule_costs(spoor_engine *e);
/* Values on which a regular expression ran into its limits, over all lanes. */
uint64_t lanes_regex_limited(const spoor_engine *e);

#endif
