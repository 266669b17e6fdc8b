/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_event.h -- an event as lineage rules see it: when it was, which kinds it is of, and the
 * values by which it may be joined to others.
 *
 *  (1) It owns all its text, in one allocation: what state and journal forget is still here.
 *  (2) Values are in the order of their hashes, so that two events are compared in one walk. Equal
 *      hashes are no proof: texts are compared, too.
 *  (3) `marks` tell which chains of which rules it stands in.
 */
#ifndef SPOOR_CORRELATE_CHAIN_EVENT_H
#define SPOOR_CORRELATE_CHAIN_EVENT_H

#include "base/base.h"
#include "model/lineage.h"

typedef struct event event;
typedef struct state state;

typedef struct chain_value {
    uint64_t hash; /* of provider, type and id */
    str id;
    str path; /* where in the record it stands, or empty */
    uint8_t slot;
    uint8_t type; /* entity_type; ENTITY_NONE for regions and addresses */
} chain_value;

/* Which chain of a rule an event stands in. */
typedef struct chain_mark {
    uint32_t lineage;
    uint32_t chain;
    bool is_near;
} chain_mark;

typedef struct chain_event {
    uint64_t number; /* 1, 2, … in the order of events */
    int64_t time_ns;
    int64_t keep_until_ns;
    size_t bytes;
    uint32_t pins; /* chains that stand on it */
    uint32_t file, record;
    uint16_t operation;
    uint8_t outcome;
    str uid, actor; /* name for people */
    const uint32_t *kinds;
    size_t n_kinds;
    const chain_value *values;
    size_t n_values;
    chain_mark *marks;
    size_t n_marks, cap_marks;
} chain_event;

/* What of an event the rules ask for, besides its kinds. */
typedef struct chain_caller {
    const state *s;
    const event *e;
    uint32_t entry; /* of the journal */
} chain_caller;

/* NULL: out of memory. The caller frees it (chain_event_free). */
chain_event *chain_event_new(const chain_caller *from, const uint32_t *kinds, size_t n_kinds);
void chain_event_free(chain_event *e); /* accepts NULL */

bool chain_event_is_of(const chain_event *e, uint32_t kind);
bool chain_value_is_in(const chain_value *v, const lineage_facet *f);

/* The first pair of equal values, a's in facet fa and b's in fb. False: there is none. */
bool chain_event_meet(const chain_event *a, const lineage_facet *fa, const chain_event *b,
                      const lineage_facet *fb, const chain_value **ret);

chain_mark *chain_event_mark(const chain_event *e, uint32_t lineage, bool is_near);
bool chain_event_add_mark(chain_event *e, chain_mark mark); /* false: out of memory */

#endif
