/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_tally.c -- a chained hash table of counted texts.
 *
 *  (1) There are at least as many buckets as entries, so a chain is one entry long on average.
 */
#include "correlate/sigma_tally.h"

#include <stdlib.h>

#include "base/hash.h"

enum { BUCKETS_MIN = 4 };

static sigma_tally_entry **bucket_of(const sigma_tally *t, uint64_t hash)
{
    return &t->bucket[hash & (t->n_buckets - 1)];
}

static bool grow(sigma_tally *t, size_t *bytes)
{
    sigma_tally bigger = {.n_buckets = t->n_buckets ? t->n_buckets * 2 : BUCKETS_MIN, .n = t->n};
    bigger.bucket = calloc(bigger.n_buckets, sizeof(sigma_tally_entry *));
    if (!bigger.bucket)
        return false;
    for (size_t i = 0; i < t->n_buckets; i++)
        for (sigma_tally_entry *e = t->bucket[i], *next; e; e = next) {
            next = e->next;
            sigma_tally_entry **home = bucket_of(&bigger, e->hash);
            e->next = *home;
            *home = e;
        }
    *bytes += (bigger.n_buckets - t->n_buckets) * sizeof(sigma_tally_entry *);
    free(t->bucket);
    *t = bigger;
    return true;
}

static sigma_tally_entry *create(sigma_tally *t, str text, uint64_t hash, size_t *bytes)
{
    if (t->n == t->n_buckets && !grow(t, bytes))
        return NULL;
    sigma_tally_entry *e = malloc(sizeof *e + text.n);
    if (!e)
        return NULL;
    sigma_tally_entry **home = bucket_of(t, hash);
    e->next = *home;
    e->hash = hash;
    e->count = 1;
    e->n = text.n;
    if (text.n > 0)
        memcpy(e->p, text.p, text.n);
    *home = e;
    t->n++;
    *bytes += sizeof *e + text.n;
    return e;
}

sigma_tally_entry *sigma_tally_add(sigma_tally *t, str text, size_t *bytes)
{
    uint64_t hash = hash_str(text, 0);
    sigma_tally_entry *e = t->n_buckets ? *bucket_of(t, hash) : NULL;
    while (e && !(e->hash == hash && str_eq((str){e->p, e->n}, text)))
        e = e->next;
    if (!e)
        return create(t, text, hash, bytes);
    e->count++;
    return e;
}

static void release(sigma_tally_entry *e, size_t *bytes)
{
    *bytes -= sizeof *e + e->n;
    free(e);
}

void sigma_tally_drop(sigma_tally *t, sigma_tally_entry *e, size_t *bytes)
{
    if (--e->count > 0)
        return;
    sigma_tally_entry **link = bucket_of(t, e->hash);
    while (*link != e)
        link = &(*link)->next;
    *link = e->next;
    t->n--;
    release(e, bytes);
}

void sigma_tally_done(sigma_tally *t, size_t *bytes)
{
    for (size_t i = 0; i < t->n_buckets; i++)
        for (sigma_tally_entry *e = t->bucket[i], *next; e; e = next) {
            next = e->next;
            release(e, bytes);
        }
    *bytes -= t->n_buckets * sizeof(sigma_tally_entry *);
    free(t->bucket);
    *t = (sigma_tally){0};
}
