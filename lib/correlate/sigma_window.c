/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_window.c -- a queue of events, a queue of values, and a summary of the values for each
 * type.
 *
 * Sums use two stacks in one queue. Expiring from an empty front turns all values into suffix sums:
 *
 *     values   3  1  4  1  5            front empty, back = 14
 *     turned  14 11 10  6  5            front 5, back = 0: the oldest item is the whole sum
 *     one out    11 10  6  5 | 9  2     front 4, back = 11: the sum is 11 + 11
 *
 *  (1) Each value is turned once, so a step costs constant time on average.
 */
#include "correlate/sigma_window.h"

#include <math.h>

/* What a type does with values. */
typedef struct window_type {
    size_t item; /* bytes of one in `values` */
    bool (*add)(sigma_window *w, sigma_value v, size_t *bytes);
    bool (*drop)(sigma_window *w, size_t *bytes); /* the oldest */
    double (*number)(const sigma_window *w);
    const char *doc;
} window_type;

static double count_events(const sigma_window *w)
{
    return (double)w->events.n;
}

static bool add_text(sigma_window *w, sigma_value v, size_t *bytes)
{
    sigma_tally_entry **item = sigma_ring_push(&w->values, bytes);
    if (!item)
        return false;
    *item = sigma_tally_add(&w->tally, v.text, bytes);
    return *item != NULL;
}

static bool drop_text(sigma_window *w, size_t *bytes)
{
    sigma_tally_drop(&w->tally, *(sigma_tally_entry **)sigma_ring_at(&w->values, 0), bytes);
    sigma_ring_pop(&w->values, bytes);
    return true;
}

static double count_texts(const sigma_window *w)
{
    return (double)w->tally.n;
}

static bool add_number(sigma_window *w, sigma_value v, size_t *bytes)
{
    double *item = sigma_ring_push(&w->values, bytes);
    if (!item)
        return false;
    *item = v.number;
    w->back += v.number;
    return true;
}

static void turn(sigma_window *w)
{
    double sum = 0;
    for (size_t i = w->values.n; i-- > 0;) {
        double *item = sigma_ring_at(&w->values, i);
        sum += *item;
        *item = sum;
    }
    w->n_front = w->values.n;
    w->back = 0;
}

static bool drop_number(sigma_window *w, size_t *bytes)
{
    if (w->n_front == 0)
        turn(w);
    sigma_ring_pop(&w->values, bytes);
    w->n_front--;
    return true;
}

static double sum_numbers(const sigma_window *w)
{
    return (w->n_front > 0 ? *(double *)sigma_ring_at(&w->values, 0) : 0) + w->back;
}

static double average_numbers(const sigma_window *w)
{
    return sum_numbers(w) / (double)w->values.n;
}

static bool add_ranked(sigma_window *w, sigma_value v, size_t *bytes)
{
    return sigma_rank_add(&w->rank, v.number, bytes);
}

static bool drop_ranked(sigma_window *w, size_t *bytes)
{
    return sigma_rank_drop(&w->rank, bytes);
}

static double find_percentile(const sigma_window *w)
{
    return sigma_rank_percentile(&w->rank);
}

static double find_median(const sigma_window *w)
{
    return sigma_rank_median(&w->rank);
}

/* clang-format off */
static const window_type types[] = {
    [RULE_EVENT_COUNT]      = {1, NULL, NULL, count_events, "events"},
    [RULE_VALUE_COUNT]      = {sizeof(sigma_tally_entry *), add_text, drop_text, count_texts,
                               "different values"},
    [RULE_VALUE_SUM]        = {sizeof(double), add_number, drop_number, sum_numbers,
                               "sum of the numbers"},
    [RULE_VALUE_AVG]        = {sizeof(double), add_number, drop_number, average_numbers,
                               "their mean"},
    [RULE_VALUE_PERCENTILE] = {1, add_ranked, drop_ranked, find_percentile,
                               "the number of nearest rank"},
    [RULE_VALUE_MEDIAN]     = {1, add_ranked, drop_ranked, find_median, "the number in the middle"},
};
_Static_assert(ARRAY_LEN(types) == RULE_CORRELATION_TYPES, "a row for each type");
/* clang-format on */

void sigma_window_init(sigma_window *w, const rule_correlation *rule)
{
    *w = (sigma_window){.rule = rule,
                        .events = {.item = sizeof(sigma_window_event)},
                        .values = {.item = types[rule->type].item}};
    sigma_rank_init(&w->rank, rule->type == RULE_VALUE_MEDIAN ? 50 : rule->percentile);
}

void sigma_window_done(sigma_window *w, size_t *bytes)
{
    for (size_t i = 0; i < w->events.n; i++)
        sigma_uid_unref(((sigma_window_event *)sigma_ring_at(&w->events, i))->uid, bytes);
    sigma_ring_done(&w->events, bytes);
    sigma_ring_done(&w->values, bytes);
    sigma_tally_done(&w->tally, bytes);
    sigma_rank_done(&w->rank, bytes);
}

static bool drop_oldest(sigma_window *w, size_t *bytes)
{
    sigma_window_event e = *(sigma_window_event *)sigma_ring_at(&w->events, 0);
    sigma_ring_pop(&w->events, bytes);
    sigma_uid_unref(e.uid, bytes);
    for (size_t i = 0; i < e.n_values; i++)
        if (!types[w->rule->type].drop(w, bytes))
            return false;
    return true;
}

bool sigma_window_expire(sigma_window *w, int64_t since_ns, size_t *bytes)
{
    while (w->events.n > 0) {
        int64_t oldest_ns = ((sigma_window_event *)sigma_ring_at(&w->events, 0))->time_ns;
        if (oldest_ns >= since_ns)
            return true;
        /* Events of one time leave at one moment: the condition is not asked in between. */
        do {
            if (!drop_oldest(w, bytes))
                return false;
        } while (w->events.n > 0 &&
                 ((sigma_window_event *)sigma_ring_at(&w->events, 0))->time_ns == oldest_ns);
        if (w->has_fired && !sigma_window_holds(w))
            w->has_fired = false;
    }
    return true;
}

bool sigma_window_add(sigma_window *w, int64_t time_ns, sigma_uid *uid, size_t *bytes)
{
    sigma_window_event *e = sigma_ring_push(&w->events, bytes);
    if (!e)
        return false;
    *e = (sigma_window_event){time_ns, sigma_uid_ref(uid), 0};
    return true;
}

bool sigma_window_add_value(sigma_window *w, sigma_value v, size_t *bytes)
{
    sigma_window_event *e = sigma_ring_at(&w->events, w->events.n - 1);
    e->n_values++;
    return types[w->rule->type].add(w, v, bytes);
}

double sigma_window_number(const sigma_window *w)
{
    return types[w->rule->type].number(w);
}

/* clang-format off */
static bool is_lt(double a, double b)  { return a < b; }
static bool is_lte(double a, double b) { return a <= b; }
static bool is_gt(double a, double b)  { return a > b; }
static bool is_gte(double a, double b) { return a >= b; }
static bool is_eq(double a, double b)  { return !(a < b) && !(a > b); }
static bool is_neq(double a, double b) { return a < b || a > b; }

static bool (*const compare[RULE_COMPARES])(double, double) = {
    [RULE_LT] = is_lt, [RULE_LTE] = is_lte, [RULE_GT]  = is_gt,
    [RULE_GTE] = is_gte, [RULE_EQ] = is_eq, [RULE_NEQ] = is_neq,
};
/* clang-format on */

bool sigma_bounds_hold(const rule_correlation *rule, double number)
{
    if (isnan(number)) /* the sum of both infinities */
        return false;
    for (size_t i = 0; i < rule->n_bounds; i++)
        if (!compare[rule->bounds[i].compare](number, rule->bounds[i].number))
            return false;
    return true;
}

bool sigma_window_holds(const sigma_window *w)
{
    return w->events.n > 0 && sigma_bounds_hold(w->rule, sigma_window_number(w));
}
