/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_group.c -- a chained hash table of groups, and a list of them by age for each correlation.
 *
 *  (1) A group in the table is in the list of its correlation, and the other way round.
 */
#include "correlate/sigma_group.h"

#include <stdlib.h>

#include "base/hash.h"

enum { BUCKETS_MIN = 64 };

bool sigma_groups_init(sigma_groups *t, const sigma_plan *plan)
{
    *t = (sigma_groups){.plan = plan, .n_buckets = BUCKETS_MIN};
    t->bucket = calloc(t->n_buckets, sizeof(sigma_group *));
    t->list = calloc(plan->set->n_correlations + 1, sizeof *t->list);
    t->bytes = t->n_buckets * sizeof(sigma_group *);
    return t->bucket && t->list;
}

static sigma_group **bucket_of(sigma_group **bucket, size_t n_buckets, uint64_t hash)
{
    return &bucket[hash & (n_buckets - 1)];
}

static void release(sigma_groups *t, sigma_group *g)
{
    if (t->plan->correlation[g->correlation].is_temporal)
        sigma_steps_done(&g->of.steps, &t->bytes);
    else
        sigma_window_done(&g->of.window, &t->bytes);
}

static void destroy(sigma_groups *t, sigma_group *g)
{
    t->bytes -= sizeof *g + g->n_key;
    free(g);
}

static void unlist(sigma_group_list *l, sigma_group *g)
{
    *(g->newer ? &g->newer->older : &l->newest) = g->older;
    *(g->older ? &g->older->newer : &l->oldest) = g->newer;
}

static void enlist(sigma_group_list *l, sigma_group *g)
{
    g->newer = NULL;
    g->older = l->newest;
    *(g->older ? &g->older->newer : &l->oldest) = g;
    l->newest = g;
}

static void drop(sigma_groups *t, sigma_group *g)
{
    sigma_group **link = bucket_of(t->bucket, t->n_buckets, g->hash);
    while (*link != g)
        link = &(*link)->next;
    *link = g->next;
    t->n--;
    unlist(&t->list[g->correlation], g);
    release(t, g);
    g->is_dropped = true;
    if (g->n_open == 0)
        destroy(t, g);
}

void sigma_groups_done(sigma_groups *t)
{
    for (size_t i = 0; t->list && i < t->plan->set->n_correlations; i++)
        while (t->list[i].oldest)
            drop(t, t->list[i].oldest);
    free(t->bucket);
    free(t->list);
    *t = (sigma_groups){0};
}

static bool grow(sigma_groups *t)
{
    size_t n_buckets = t->n_buckets * 2;
    sigma_group **bucket = calloc(n_buckets, sizeof *bucket);
    if (!bucket)
        return false;
    for (size_t i = 0; i < t->n_buckets; i++)
        for (sigma_group *g = t->bucket[i], *next; g; g = next) {
            next = g->next;
            sigma_group **home = bucket_of(bucket, n_buckets, g->hash);
            g->next = *home;
            *home = g;
        }
    t->bytes += (n_buckets - t->n_buckets) * sizeof *bucket;
    free(t->bucket);
    t->bucket = bucket;
    t->n_buckets = n_buckets;
    return true;
}

static bool begin(sigma_groups *t, sigma_group *g)
{
    const sigma_correlation_plan *p = &t->plan->correlation[g->correlation];
    if (p->is_temporal)
        return sigma_steps_init(&g->of.steps, &p->steps, &t->bytes);
    sigma_window_init(&g->of.window, p->rule);
    return true;
}

static sigma_group *create(sigma_groups *t, uint32_t correlation, str key, uint64_t hash)
{
    if (t->n == t->n_buckets && !grow(t))
        return NULL;
    sigma_group *g = calloc(1, sizeof *g + key.n);
    if (!g)
        return NULL;
    g->hash = hash;
    g->correlation = correlation;
    g->n_key = key.n;
    if (key.n > 0)
        memcpy(g->key, key.p, key.n);
    if (!begin(t, g)) {
        free(g);
        return NULL;
    }
    t->bytes += sizeof *g + key.n;
    sigma_group **home = bucket_of(t->bucket, t->n_buckets, hash);
    g->next = *home;
    *home = g;
    t->n++;
    enlist(&t->list[correlation], g);
    return g;
}

sigma_group *sigma_groups_get(sigma_groups *t, uint32_t correlation, str key, int64_t now_ns)
{
    uint64_t hash = hash_str(key, correlation);
    sigma_group *g = *bucket_of(t->bucket, t->n_buckets, hash);
    while (g && !(g->hash == hash && g->correlation == correlation &&
                  str_eq((str){g->key, g->n_key}, key)))
        g = g->next;
    if (!g)
        g = create(t, correlation, key, hash);
    if (!g)
        return NULL;
    g->newest_ns = now_ns;
    if (g->newer) {
        unlist(&t->list[correlation], g);
        enlist(&t->list[correlation], g);
    }
    return g;
}

static bool is_over(const sigma_groups *t, const sigma_group *g, int64_t now_ns)
{
    return g->n_open == 0 &&
           g->newest_ns < sigma_since(t->plan->correlation[g->correlation].rule, now_ns);
}

void sigma_groups_expire(sigma_groups *t, uint32_t correlation, int64_t now_ns)
{
    sigma_group_list *l = &t->list[correlation];
    while (l->oldest && is_over(t, l->oldest, now_ns))
        drop(t, l->oldest);
}

static sigma_group *find_idlest(const sigma_groups *t)
{
    sigma_group *idlest = NULL;
    for (size_t i = 0; i < t->plan->set->n_correlations; i++) {
        sigma_group *g = t->list[i].oldest;
        if (g && (!idlest || g->newest_ns < idlest->newest_ns))
            idlest = g;
    }
    return idlest;
}

void sigma_groups_limit(sigma_groups *t, size_t limit_bytes, int64_t now_ns)
{
    for (sigma_group *g; t->bytes > limit_bytes && (g = find_idlest(t)) != NULL;) {
        t->n_forgotten += !is_over(t, g, now_ns);
        drop(t, g);
    }
}

void sigma_group_closed(sigma_groups *t, sigma_group *g)
{
    if (--g->n_open == 0 && g->is_dropped)
        destroy(t, g);
}
