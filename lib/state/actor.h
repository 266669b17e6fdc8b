/* SPDX-License-Identifier: Apache-2.0
 *
 * actor.h -- from what a record says of its caller to who is behind it.
 *
 * credential -> session -> … -> root principal: a session's credential leads to the call that
 * issued it, that call's credential to the one before, for LIMIT_ACTOR_HOPS hops at most. Where the
 * logs do not hold the issuing call, the role session itself is the root: two people in one role
 * stay two. So it is where a service issued it (EC2 for its instances, Lambda): the service is
 * nobody's accomplice.
 */
#ifndef SPOOR_STATE_ACTOR_H
#define SPOOR_STATE_ACTOR_H

#include "state/state.h"

typedef struct actor {
    uint32_t principal; /* whom the record names */
    uint32_t root;      /* who is behind it */
    uint32_t via;       /* the credential or session used, or 0 */
    uint32_t session;   /* the role session, or 0 */
    uint32_t instance;  /* the instance whose own role session it is, or 0 */
    uint32_t who, same; /* found just now to be one person, see unite.h; or 0 */
} actor;

actor actor_resolve(state *s, const event *e);
/* The waiting call that issued the credential is remembered now, not when the credential acts. */
void actor_wake(state *s, str credential);
/* Shows what is known by the actor's call, which is `entry` in the journal: the session of an
 * instance's role, and one person under two names. */
void actor_prove(state *s, const actor *a, uint32_t entry);

#endif
