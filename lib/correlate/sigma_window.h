/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_window.h -- the last `timespan` of one group, and the number its condition compares.
 *
 * For event_count, value_count, value_sum, value_avg, value_percentile and value_median.
 *
 *  (1) Events are added in the order of their times. An event leaves as soon as it is older than
 *      the timespan; one that is exactly that old is still inside.
 *  (2) Adding and expiring do not depend on how many events are inside (ranks: logarithmically).
 *  (3) A sum is never corrected by subtraction, so numbers that left leave no rounding behind.
 *  (4) No condition holds for an empty window.
 */
#ifndef SPOOR_CORRELATE_SIGMA_WINDOW_H
#define SPOOR_CORRELATE_SIGMA_WINDOW_H

#include "base/base.h"
#include "correlate/sigma_rank.h"
#include "correlate/sigma_ring.h"
#include "correlate/sigma_tally.h"
#include "model/ruleset.h"

typedef struct sigma_window_event {
    int64_t time_ns;
    sigma_uid *uid;
    size_t n_values; /* of the oldest values, once it is the oldest event */
} sigma_window_event;

typedef struct sigma_window {
    const rule_correlation *rule;
    sigma_ring events; /* sigma_window_event */
    sigma_ring values; /* double (sum, avg) or sigma_tally_entry * (count) */
    size_t n_front;    /* that many values, the oldest, hold the sum of themselves and all younger
                        * ones among these; the others hold themselves, together `back` */
    double back;
    sigma_tally tally;
    sigma_rank rank;
    bool has_fired; /* in the present stretch */
} sigma_window;

/* One value of an event: a text for value_count, a number for the others. */
typedef struct sigma_value {
    str text;
    double number;
} sigma_value;

void sigma_window_init(sigma_window *w, const rule_correlation *rule);
void sigma_window_done(sigma_window *w, size_t *bytes);

/* Lets the events before since_ns leave; the stretch ends when the condition fails at any moment of
 * that. False: out of memory. */
bool sigma_window_expire(sigma_window *w, int64_t since_ns, size_t *bytes);

/* Adds an event without a value yet; then its values one by one. False: out of memory. */
bool sigma_window_add(sigma_window *w, int64_t time_ns, sigma_uid *uid, size_t *bytes);
bool sigma_window_add_value(sigma_window *w, sigma_value v, size_t *bytes);

double sigma_window_number(const sigma_window *w); /* the window is not empty */
bool sigma_window_holds(const sigma_window *w);

/* Whether `number` satisfies all bounds of a rule. */
bool sigma_bounds_hold(const rule_correlation *rule, double number);

#endif
