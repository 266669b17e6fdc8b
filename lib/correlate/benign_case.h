/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_case.h -- a story as it looks to whoever asks whether automation explains it: the calls
 * that it is about, opened once, and the marks on them.
 *
 *  (1) What a call is compared by is read from the call alone, but for the course of a session's
 *      calls and for habits, which are those known before the story.
 *  (2) Names are compared whole or from one end, never somewhere in the middle.
 */
#ifndef SPOOR_CORRELATE_BENIGN_CASE_H
#define SPOOR_CORRELATE_BENIGN_CASE_H

#include "correlate/benign_table.h"
#include "correlate/story.h"

struct spoor_settings; /* model/settings.h */

/* One call that the story is about. */
typedef struct benign_call {
    uint32_t number;
    const entry *n;
    event e;
    bool makes;        /* something: so it could have been marked */
    bool is_habit;     /* of its caller */
    bool is_mine;      /* explained by the row that is being tried */
    bool is_explained; /* by one of the rows that were not taken back */
} benign_call;

typedef struct benign_case {
    const state *s;
    const story *t;
    const struct spoor_settings *settings; /* or NULL */
    arena *a;                              /* for what is read and said */
    benign_call *calls;
    size_t n;
    bool is_shared_in_trust, is_build, is_burst;
} benign_case;

/* Opens the calls; texts live in `a`. False: out of memory. */
bool benign_case_make(const state *s, const story *t, const struct spoor_settings *of, arena *a,
                      benign_case *ret);

bool benign_call_has(const benign_case *c, const benign_call *call, const mark *m);
/* True when the call is one of its caller's habits: known long enough, and often enough from there.
 */
bool benign_is_habit(const benign_case *c, uint32_t number);
/* True for calls that only a provider's own service can have made. */
bool benign_is_service(const event *e);

#endif
