/* SPDX-License-Identifier: Apache-2.0
 *
 * state.h -- what is remembered: graph, journal, waiting sessions, habits;
 * and how an event changes them.
 *
 *  (1) Events come in the one total order of event_compare, each action once.
 *  (2) Only what succeeded (or is still pending) makes edges; what was refused is remembered as
 *      tried.
 *  (3) "Born" means: the call that made it is in these logs. What was there before is a victim's,
 *      or a provider's; lineages join through born things only, so two stories never merge because
 *      both began at one production volume or one public image. Nor do they because both began at
 *      one image or server that a third made: of what others made, only snapshots and attached
 *      disks join.
 */
#ifndef SPOOR_STATE_STATE_H
#define SPOOR_STATE_STATE_H

#include "model/event.h"
#include "model/operation.h"
#include "state/graph.h"
#include "state/journal.h"
#include "state/session.h"

/* What the logs hold at all: from it is told what they cannot show. */
typedef struct state_seen {
    int64_t first_ns[PROVIDER_COUNT], last_ns[PROVIDER_COUNT]; /* first > last: no event */
    uint64_t calls[PROVIDER_COUNT][STAGE_COUNT];
} state_seen;

struct away;
struct baseline;
struct inventory;
struct inventory_feeders;

typedef struct state {
    graph graph;
    journal journal;
    session_store sessions;
    struct away *away;
    struct baseline *baseline; /* NULL: calls are remembered again, they are learned already */
    uint16_t *update_of;       /* operation -> its "(update)" row, or OPERATION_NONE */
    state_seen seen;
    struct inventory *inventory; /* NULL: the same */
    struct inventory_feeders *feeders;
    bool is_tracing; /* compaction keeps what it can, not what a chain may need */
    bool failed;
} state;

bool state_init(state *s);
void state_done(state *s);
/* Returns the entry that holds it; GRAPH_NO_ENTRY: it is not in the journal (yet). */
uint32_t state_add(state *s, const event *e);
bool state_failed(const state *s); /* out of memory: what is remembered is incomplete */

#endif
