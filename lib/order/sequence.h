/* SPDX-License-Identifier: Apache-2.0
 *
 * sequence.h -- what all lanes gave, as one sequence of actions and matches in event-time order.
 *
 *  (1) Actions come as fold.h says, matches as they lie in the sorters, repeats included.
 *  (2) With has_steps all matches of a time come before the actions of that time, but where more
 *      actions have one time than fold may hold.
 */
#ifndef SPOOR_ORDER_SEQUENCE_H
#define SPOOR_ORDER_SEQUENCE_H

#include "order/fold.h"
#include "order/repeats.h"
#include "order/sorter.h"

/* What one lane gave. */
typedef struct sequence_lane {
    sorter *sorter;
    repeats *counted; /* all events of the lane, those in the sorter among them */
} sequence_lane;

typedef struct sequence_options {
    const sequence_lane *lanes; /* lent, as what is in them, until the sequence is freed */
    size_t n_lanes;
    const char *const *names; /* of inputs, for fold */
    bool has_steps;           /* matches are waited for by the actions of their time */
} sequence_options;

/* An action, or a match. Of the action one form is given, as the next function was asked for. */
typedef struct sequence_item {
    bool is_match;
    const event *event;  /* an action, opened */
    event_packed packed; /* an action as bytes */
    int64_t time_ns;     /* of a match, as its key and bytes: see sorter_add_match */
    uint64_t key;
    str match;
} sequence_item;

typedef struct sequence sequence;

sorter_status sequence_new(const sequence_options *options, sequence **ret);
void sequence_free(sequence *q);
/* The next item; valid until the next call. SORTER_END after the last. */
sorter_status sequence_next(sequence *q, sequence_item *ret);
/* The same, actions as bytes. */
sorter_status sequence_next_packed(sequence *q, sequence_item *ret);

/* With the calls that were only counted, once sequence_next said SORTER_END. */
fold_count sequence_counts(const sequence *q);

#endif
