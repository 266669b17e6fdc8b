/* SPDX-License-Identifier: Apache-2.0
 *
 * unite.h -- one person under several names: a directory's user who comes into another cloud.
 *
 * Who is behind a call is a principal of the account that saw it. Where a federated caller's record
 * carries the subject that another cloud's records carry, both are one person, and what they did is
 * one person's.
 *
 *  (1) What is compared stands in the records: the subject of a SAML or web identity, of a workload
 *      or workforce pool, the user of a single sign-on session, a directory user's name or object
 *      id, a service account's number, the ARN that a pool passes on. Never a display name, an
 *      address, or the name that a caller gave to his own session.
 *  (2) The one that was seen first stands for all. Edges say who was found to be whom.
 */
#ifndef SPOOR_STATE_UNITE_H
#define SPOOR_STATE_UNITE_H

#include "state/state.h"

/* Whom the principal or session `who`, as event e names it, is found to be: an entity seen before,
 * which from now on is the same person. 0: nobody else. */
uint32_t unite_caller(state *s, const event *e, uint32_t who);
/* a and b are one person from now on. */
void unite(state *s, uint32_t a, uint32_t b);

#endif
