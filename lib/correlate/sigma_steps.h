/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_steps.h -- which rules of a temporal correlation one group has seen, and in which order.
 *
 * For temporal and temporal_ordered. Without a negation the condition is asked after each event,
 * for the timespan that ends there. With a negation ("a and not b") it cannot be known before the
 * window is over: each event of a rule that stands there unnegated opens a window [its time, its
 * time + timespan], and the condition is asked when that closes.
 *
 *  (1) Of each rule only the newest event is kept, so memory does not depend on the traffic.
 *  (2) temporal_ordered keeps for each step the latest time at which a sequence began that has come
 *      that far. That sequence is inside a window if any is.
 *  (3) The events of a sequence are of different records, one behind the other in log order, also
 *      when their times are equal. An inner correlation's event counts as the record that completed
 *      it.
 *  (4) An ordered condition with `or` is a choice of sequences: each takes its rules in the order
 *      in which the correlation lists them.
 */
#ifndef SPOOR_CORRELATE_SIGMA_STEPS_H
#define SPOOR_CORRELATE_SIGMA_STEPS_H

#include "base/arena.h"
#include "base/base.h"
#include "correlate/sigma_ring.h"
#include "model/ruleset.h"

enum { SIGMA_SEQUENCES = 256 }; /* choices of one ordered condition; further ones are left out */

/* One sequence: rules (positions in rule_correlation.rules) that must come in this order, and rules
 * that must not come at all. */
typedef struct sigma_sequence {
    const uint32_t *rules, *absent;
    size_t n_rules, n_absent;
} sigma_sequence;

/* What is known of a temporal correlation before any event. */
typedef struct sigma_steps_plan {
    const ruleset *set;
    const rule_correlation *rule;
    bool is_ordered;
    bool is_negated;         /* the condition is asked when windows close */
    const bool *is_positive; /* for each rule: it stands unnegated somewhere */
    const sigma_sequence *sequences;
    size_t n_sequences;
    size_t n_slots; /* steps of all sequences */
} sigma_steps_plan;

/* An event of a sequence, and the ones before it. */
typedef struct sigma_link {
    uint32_t refs;
    uint32_t length;
    int64_t start_ns; /* of the sequence's first event */
    sigma_uid *uid;
    struct sigma_link *back;
} sigma_link;

typedef struct sigma_slot {
    sigma_link *now;    /* the sequence that reached this step and began last */
    sigma_link *before; /* the same before the present record */
    uint64_t record;    /* that `before` belongs to */
} sigma_slot;

typedef struct sigma_seen {
    int64_t time_ns; /* SIGMA_NEVER, or of the newest event */
    uint64_t record;
    sigma_uid *uid;
} sigma_seen;

#define SIGMA_NEVER INT64_MIN

typedef struct sigma_steps {
    const sigma_steps_plan *plan;
    sigma_seen *seen;  /* for each rule */
    sigma_slot *slot;  /* those of the first sequence, of the second … */
    int64_t opened_ns; /* negated: the newest window's begin, or SIGMA_NEVER */
    int64_t closed_ns; /* negated: that of the window closed last, or SIGMA_NEVER */
    bool has_fired;    /* in the present stretch */
} sigma_steps;

bool sigma_steps_plan_init(sigma_steps_plan *p, const ruleset *set, const rule_correlation *rule,
                           arena *a); /* false: out of memory */

bool sigma_steps_init(sigma_steps *s, const sigma_steps_plan *plan, size_t *bytes);
void sigma_steps_done(sigma_steps *s, size_t *bytes);

/* Lets what is before since_ns leave; the stretch ends when the condition fails at any moment of
 * it. */
void sigma_steps_expire(sigma_steps *s, int64_t since_ns, size_t *bytes);

typedef struct sigma_step_event {
    uint32_t rule; /* position in rule_correlation.rules */
    int64_t time_ns;
    uint64_t record; /* rises from record to record */
    sigma_uid *uid;
} sigma_step_event;

bool sigma_steps_add(sigma_steps *s, const sigma_step_event *e, size_t *bytes);

/* Whether the condition holds for what came at since_ns or later. */
bool sigma_steps_hold(const sigma_steps *s, int64_t since_ns);

/* Rules seen since then, or the length of the sequence that is complete. */
size_t sigma_steps_count(const sigma_steps *s, int64_t since_ns);

/* The identities of the events that made the condition hold, oldest first; returns how many there
 * are, of which at most `max` are written. */
size_t sigma_steps_uids(const sigma_steps *s, int64_t since_ns, str *ret_uids, size_t max);

#endif
