/* SPDX-License-Identifier: Apache-2.0
 *
 * events.h -- events told in one line each, without a record or a decoder.
 *
 *     {60, "CreateVolume", "alice", "created volume vol-2; parent snapshot snap-1", "",
 *     OUTCOME_SUCCESS}
 *
 * `who` is read by its spelling: "alice" is a user, "alice+AKIA1" a user with that key, "Ops/bob"
 * the session bob of role Ops, "Ops/bob+ASIA1" that session with its credential, "x.amazonaws.com"
 * a service. Azure and GCP callers are "name" or "name+credential".
 */
#ifndef SPOOR_TESTS_EVENTS_H
#define SPOOR_TESTS_EVENTS_H

#include "correlate/correlate.h"
#include "correlate/story.h"
#include "model/event.h"
#include "state/state.h"

#define EVENTS_START (INT64_C(1767323045) * TIME_SECOND) /* 2026-01-02T03:04:05Z */
#define EVENTS_ACCOUNT "111122223333"

typedef struct call {
    int64_t at_s;     /* after EVENTS_START */
    const char *name; /* in the operation table */
    const char *who;
    const char *refs;   /* "relation type id[@path][#item]; …" */
    const char *fields; /* "field=text|field=text" */
    uint8_t outcome;
} call;

/* How many calls a row of at most so many has: those before the first without a name. */
size_t events_count(const call *calls, size_t most);

/* Row of the table by name alone; the test fails when there is none. */
uint16_t events_operation(const char *name);

/* The event that the call is; `number` makes its uid. Text lives in `a` and in the call. */
event events_make(const call *c, uint32_t number, arena *a);

/* Adds all calls to an initialised state, in the order given. */
void events_add(state *s, const call *calls, size_t n);

/* In order, and in `a` as a whole: nothing is left to free. Empties *r. */
correlate_result events_settle(correlate_result *r, arena *a);
/* Judges a log of nothing but these calls, at every level; the result lives in `a`. */
correlate_result events_judge(const call *calls, size_t n, arena *a);

/* Tells the calls to an initialised state and builds its first story (by order of its strands);
 * returns how many stories there are. What *ret points to lives in `a`. */
size_t events_story(state *s, const call *calls, size_t n, arena *a, story *ret);

/* Entity by id in any provider; 0 when there is none. */
uint32_t events_entity(const state *s, entity_type type, const char *id);

#endif
