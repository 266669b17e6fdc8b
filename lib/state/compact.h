/* SPDX-License-Identifier: Apache-2.0
 *
 * compact.h -- forgetting what can no longer matter, so that a year of logs needs no more memory
 * than a week.
 *
 * The events that may still matter are replayed into a fresh state; graph, texts and journal of
 * the old one go. What may still matter: calls of stories that are not closed; calls that name
 * what a later chain may start from, as long as the table in compact.c says; and the calls that
 * issued the sessions which those were made with.
 *
 *  (1) Happens at numbers of events and at event times only, so it depends on the logs alone.
 *  (2) What was made longer ago than it is remembered counts as having been there before.
 */
#ifndef SPOOR_STATE_COMPACT_H
#define SPOOR_STATE_COMPACT_H

#include "state/state.h"

/* now_ns: time of the newest event. False: out of memory; the state is then incomplete. */
bool state_compact(state *s, int64_t now_ns);

#endif
