/* SPDX-License-Identifier: Apache-2.0
 *
 * run.h -- everything behind the lanes, pulled: order, fold, remember; matches and correlations.
 *
 *  (1) Items come from the merger in (time, key) order. Events go through fold into the state;
 *      matches of one time are gathered, repeats dropped, put in log order (source, record, rule),
 *      and only then delivered and correlated, so that no finding depends on how inputs were
 *      spread.
 *  (2) Memory: the matches of one point in time, and what fold, state and correlation hold.
 */
#ifndef SPOOR_ENGINE_RUN_H
#define SPOOR_ENGINE_RUN_H

#include <spoor/spoor.h>

#include "correlate/chain.h"
#include "order/fold.h"

typedef struct run run;
typedef struct sequence_lane sequence_lane;

typedef enum run_status {
    RUN_FINDING,
    RUN_END,
    RUN_NO_MEMORY,
    RUN_SPILL_FAILED,
} run_status;

/* The array `lanes` becomes the run's own. RUN_END: ready. */
run_status run_new(spoor_engine *e, sequence_lane *lanes, size_t n_lanes, run **ret);
void run_free(run *r);
/* The next match, correlation or chain; valid until the next call. RUN_END: all events are in the
 * state. */
run_status run_next(run *r, spoor_finding *ret);

typedef struct run_count {
    fold_count fold;
    uint64_t groups_forgotten; /* of correlations, for want of memory */
    uint64_t values_ignored;   /* that a correlation wanted as numbers */
    chain_losses chains;
} run_count;

/* The lineage rules at work; NULL: there are none. */
chain *run_chains(const run *r);

run_count run_counts(const run *r);

#endif
