/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_group.h -- what is remembered of one combination of group-by values, and forgetting it.
 *
 *  (1) A group is found by its correlation and its key: the items of its values in a row.
 *  (2) The groups of a correlation stand in the order of their newest events. One whose events have
 *      all left the window is dropped: nothing is lost, it would begin anew.
 *  (3) When memory runs over the limit, the group that was idle longest goes, of all correlations,
 *      and is counted.
 */
#ifndef SPOOR_CORRELATE_SIGMA_GROUP_H
#define SPOOR_CORRELATE_SIGMA_GROUP_H

#include "base/base.h"
#include "correlate/sigma_plan.h"
#include "correlate/sigma_steps.h"
#include "correlate/sigma_window.h"

typedef struct sigma_group {
    struct sigma_group *next;          /* of the same bucket */
    struct sigma_group *newer, *older; /* of the same correlation */
    uint64_t hash;
    uint64_t touched;  /* the number of the event that touched it last */
    int64_t newest_ns; /* the time of that event */
    size_t n_open;     /* negated: its windows that wait for their end */
    uint32_t correlation;
    bool has_entered; /* that event is in the window, with its values; negated: it opens one */
    bool is_dropped;  /* out of the table; waits here for n_open to become 0 */
    union {
        sigma_window window;
        sigma_steps steps;
    } of;
    size_t n_key;
    char key[];
} sigma_group;

typedef struct sigma_group_list {
    sigma_group *newest, *oldest;
} sigma_group_list;

typedef struct sigma_groups {
    const sigma_plan *plan;
    sigma_group **bucket;
    size_t n_buckets, n;
    sigma_group_list *list; /* for each correlation */
    size_t bytes;           /* of all windows */
    uint64_t n_forgotten;
} sigma_groups;

bool sigma_groups_init(sigma_groups *t, const sigma_plan *plan); /* false: out of memory */
void sigma_groups_done(sigma_groups *t);

/* The group, made when it is not there, as the newest of its correlation. NULL: out of memory. */
sigma_group *sigma_groups_get(sigma_groups *t, uint32_t correlation, str key, int64_t now_ns);

void sigma_groups_expire(sigma_groups *t, uint32_t correlation, int64_t now_ns);
void sigma_groups_limit(sigma_groups *t, size_t limit_bytes, int64_t now_ns);

/* One of the group's windows is over. Afterwards the group may be gone. */
void sigma_group_closed(sigma_groups *t, sigma_group *g);

/* The time a correlation's window that ends now begins. */
static inline int64_t sigma_since(const rule_correlation *c, int64_t now_ns)
{
    int64_t since_ns;
    return __builtin_sub_overflow(now_ns, c->timespan_ns, &since_ns) ? INT64_MIN : since_ns;
}

#endif
