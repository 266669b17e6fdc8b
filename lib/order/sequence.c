/* SPDX-License-Identifier: Apache-2.0
 *
 * sequence.c -- the merger feeds fold; what fold lets go of comes first.
 */
#include "order/sequence.h"

#include <stdlib.h>

#include "base/limits.h"

struct sequence {
    sequence_options options;
    merger *merger;
    fold *fold;
    const sorter_item *item; /* from the merger, not looked at yet */
    repeats **of_lanes;
    repeats_sum counted; /* over all lanes, once all is merged */
    uint64_t n_kept;     /* records that went into fold */
    bool is_leaving;     /* fold may have actions that leave now */
    bool is_drained;     /* the merger has no more */
    int64_t held_ns;     /* time of the actions that are held back for their matches */
    size_t n_held;
};

void sequence_free(sequence *q)
{
    if (!q)
        return;
    merger_free(q->merger);
    fold_free(q->fold);
    free(q->of_lanes);
    free(q);
}

/* Parts the lanes into what is merged and what is only counted. */
static sorter_status begin(sequence *q)
{
    size_t n = q->options.n_lanes;
    sorter **sorters = calloc(n + 1, sizeof(sorter *));
    q->of_lanes = calloc(n + 1, sizeof(repeats *));
    sorter_status status = SORTER_NO_MEMORY;
    if (sorters && q->of_lanes) {
        for (size_t i = 0; i < n; i++) {
            sorters[i] = q->options.lanes[i].sorter;
            q->of_lanes[i] = q->options.lanes[i].counted;
        }
        status = merger_new(sorters, n, &q->merger);
    }
    free(sorters);
    return status;
}

sorter_status sequence_new(const sequence_options *options, sequence **ret)
{
    sequence *q = calloc(1, sizeof *q);
    if (!q)
        return SORTER_NO_MEMORY;
    q->options = *options;
    q->fold = fold_new(options->names);
    sorter_status status = q->fold ? begin(q) : SORTER_NO_MEMORY;
    if (status != SORTER_OK) {
        sequence_free(q);
        return status;
    }
    *ret = q;
    return SORTER_OK;
}

fold_count sequence_counts(const sequence *q)
{
    fold_count n = fold_counts(q->fold);
    uint64_t calls_kept = q->n_kept - n.duplicates;
    if (q->counted.calls > calls_kept)
        n.events += q->counted.calls - calls_kept;
    n.duplicates = q->counted.repeats;
    return n;
}

/* Actions leave when time goes on, or when fold would hold too many. */
static bool must_wait(sequence *q)
{
    q->held_ns = q->item->time_ns;
    return q->options.has_steps && ++q->n_held < LIMIT_FOLD_HELD / 4;
}

static sorter_status drain(sequence *q)
{
    q->is_drained = q->is_leaving = true;
    if (!fold_finish(q->fold))
        return SORTER_NO_MEMORY;
    return repeats_count(q->of_lanes, q->options.n_lanes, &q->counted);
}

static sorter_status fetch(sequence *q)
{
    if (q->item)
        return SORTER_OK;
    if (q->is_drained)
        return SORTER_END;
    return merger_next(q->merger, &q->item);
}

/* Takes one item. SORTER_OK: look again what may leave; with ret->is_match it is the next. */
static sorter_status take(sequence *q, sequence_item *ret)
{
    sorter_status status = fetch(q);
    if (status == SORTER_END && !q->is_drained)
        return drain(q);
    if (status != SORTER_OK)
        return status;
    if (q->n_held > 0 && q->item->time_ns != q->held_ns) {
        q->is_leaving = true;
        return SORTER_OK;
    }
    const sorter_item *item = q->item;
    ret->is_match = item->is_match;
    if (item->is_match) {
        ret->time_ns = item->time_ns;
        ret->key = item->uid_hash;
        ret->match = item->packed.rest;
    } else {
        if (!fold_push(q->fold, item))
            return SORTER_NO_MEMORY;
        q->n_kept++;
        q->is_leaving = !must_wait(q);
    }
    q->item = NULL;
    return SORTER_OK;
}

static bool leave(sequence *q, bool is_packed, sequence_item *ret)
{
    bool has_left = q->is_leaving && (is_packed ? fold_next_packed(q->fold, &ret->packed)
                                                : fold_next(q->fold, &ret->event));
    if (!has_left) {
        q->n_held = q->is_leaving ? 0 : q->n_held;
        q->is_leaving = false;
    }
    return has_left;
}

static sorter_status next(sequence *q, bool is_packed, sequence_item *ret)
{
    *ret = (sequence_item){0};
    while (!leave(q, is_packed, ret)) {
        if (fold_failed(q->fold))
            return SORTER_NO_MEMORY;
        sorter_status status = take(q, ret);
        if (status != SORTER_OK || ret->is_match)
            return status;
    }
    return SORTER_OK;
}

sorter_status sequence_next(sequence *q, sequence_item *ret)
{
    return next(q, false, ret);
}

sorter_status sequence_next_packed(sequence *q, sequence_item *ret)
{
    return next(q, true, ret);
}
