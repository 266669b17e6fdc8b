/* SPDX-License-Identifier: Apache-2.0
 *
 * bridge.h -- connections that no single ref of a record shows.
 *
 * Some are proven by what a record names together: a key and whose it is, a firewall rule and the
 * network and tags that a machine has, too. Others are missing hops: a deployment and what it made,
 * a call whose answer was cut and the thing that turns up next, a bulk request and its machines.
 *
 *  (1) A missing hop is bridged only when there is one candidate, by the same caller (the same
 *      session where it has one) and within minutes. The edge is marked inferred.
 *  (2) Nothing that is bridged counts as born: an inferred hop makes nobody the owner of a thing.
 */
#ifndef SPOOR_STATE_BRIDGE_H
#define SPOOR_STATE_BRIDGE_H

#include "state/actor.h"

/* An event whose refs are entered in the graph; thing[i] is what e->refs[i] names. */
typedef struct bridge {
    state *s;
    const event *e;
    const uint32_t *thing;
    uint32_t entry;
    const actor *actor;
} bridge;

void bridge_add(const bridge *b);

#endif
