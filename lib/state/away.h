/* SPDX-License-Identifier: Apache-2.0
 *
 * away.h -- the session of an instance's role, used away from the instance.
 *
 * An instance calls from the address that its network gives it. Who took its credentials calls from
 * somewhere else.
 *
 *  (1) At home is the public address (one for IPv4, one for IPv6) that a session was first seen
 *      with. Also at home is where any other instance is: gateways have several addresses, and
 *      instances take turns.
 *  (2) Private addresses, calls through an endpoint of the network and calls by a service on the
 *      session's behalf say nothing of where the caller is.
 *  (3) At most LIMIT_HOMES sessions are known; those that come later are counted and never away.
 */
#ifndef SPOOR_STATE_AWAY_H
#define SPOOR_STATE_AWAY_H

#include "base/base.h"
#include "base/map.h"
#include "model/event.h"

typedef struct away {
    map home;  /* session and family -> address, by their hashes */
    map homes; /* address -> 1: somebody's home */
    uint64_t forgotten;
    bool failed;
} away;

away *away_new(void); /* NULL: out of memory */
void away_free(away *a);
/* Whether the event, made in an instance's own session, came from away; learns the home. */
bool away_is(away *a, const event *e);

#endif
