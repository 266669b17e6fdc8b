/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h -- credentials that were issued and have not been used yet.
 *
 * A large account assumes roles millions of times and hardly ever does anything with them that a
 * chain needs. So the call that issued a credential waits here, packed, until the credential acts;
 * only then does it become part of journal and graph.
 *
 *  (1) What is kept is first in, first out by event time, until it can act no more:
 *      SESSION_ROLE_LIFE for a role's session (the longest that AWS allows), SESSION_LIFE for
 *      others (36 h is the maximum of GetFederationToken). A long-lived one at the front keeps
 *      those behind it, too.
 *  (2) At most LIMIT_SESSIONS wait; the oldest is forgotten first and counted.
 */
#ifndef SPOOR_STATE_SESSION_H
#define SPOOR_STATE_SESSION_H

#include "base/base.h"
#include "base/map.h"
#include "base/time.h"
#include "model/event.h"

#define SESSION_LIFE (36 * TIME_HOUR)
#define SESSION_ROLE_LIFE (12 * TIME_HOUR)

typedef struct session_wait {
    uint64_t key;
    int64_t until_ns;
    const char *packed; /* NULL: taken */
    uint32_t n_packed;
} session_wait;

typedef struct session_store {
    session_wait *ring;
    uint32_t cap; /* a power of two */
    uint32_t first, next;
    map by_key;
    struct store *kept; /* what is packed: see store.h */
    uint64_t forgotten; /* pushed out by the limit, not by age */
    bool failed;
} session_store;

void session_done(session_store *s);
void session_put(session_store *s, str credential, const event *issued_by);
/* Takes the call that issued `credential` out of the store: its packed event, which is there until
 * the next is put. STR_NONE when it is not there. */
str session_take(session_store *s, str credential);

#endif
