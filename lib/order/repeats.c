/* SPDX-License-Identifier: Apache-2.0
 *
 * repeats.c -- runs of sorted keys, and a heap over them.
 *
 * Any order will do, as long as it is one: keys are ordered digit by digit by their high bits, then
 * the few of equal high bits among themselves.
 */
#include "order/repeats.h"

#include <stdlib.h>

#include "base/array.h"

enum {
    CHUNK_KEYS = 8 * 1024, /* 64 KiB: what one run needs in memory while summing */
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS,
    LOW_BITS = 64 - 2 * DIGIT_BITS, /* below the digits */
    TIES_FEW = 16,                  /* fewer are ordered faster by insertion than by qsort */
};

/* Keys in the space for spilling. */
typedef struct chunk {
    uint64_t offset;
    size_t n;
} chunk;

typedef struct run {
    chunk *chunks;
    size_t n_chunks, cap_chunks;
} run;

struct repeats {
    size_t keys_max;
    sorter_spill spill;
    uint64_t *keys; /* the run being filled */
    size_t n, cap;
    run *runs; /* spilled */
    size_t n_runs, cap_runs;
};

repeats *repeats_new(const sorter_spill *spill)
{
    repeats *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->spill = *spill;
    r->keys_max = SIZE_MAX;
    return r;
}

void repeats_free(repeats *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_runs; i++)
        free(r->runs[i].chunks);
    free(r->runs);
    free(r->keys);
    free(r);
}

void repeats_limit(repeats *r, size_t memory_bytes)
{
    size_t keys = memory_bytes / sizeof *r->keys;
    r->keys_max = keys > 0 ? keys : 1;
}

/* ---- sorting --------------------------------------------------------------------------------- */

/* Moves the keys to `to`, ordered by one digit; equal ones keep their order. */
static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t n, unsigned shift)
{
    size_t start[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++)
        start[(from[i] >> shift) % DIGITS + 1]++;
    for (size_t i = 0; i < DIGITS; i++)
        start[i + 1] += start[i];
    for (size_t i = 0; i < n; i++)
        to[start[(from[i] >> shift) % DIGITS]++] = from[i];
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void sort_few(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t moved = keys[i];
        size_t to = i;
        for (; to > 0 && keys[to - 1] > moved; to--)
            keys[to] = keys[to - 1];
        keys[to] = moved;
    }
}

/* Orders those that have the same digits. */
static void sort_ties(uint64_t *keys, size_t n)
{
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && keys[end] >> LOW_BITS == keys[i] >> LOW_BITS; end++)
            continue;
        if (end - i <= TIES_FEW)
            sort_few(&keys[i], end - i);
        else
            qsort(&keys[i], end - i, sizeof *keys, compare_keys);
    }
}

/* False: out of memory. */
static bool sort_keys(uint64_t *keys, size_t n)
{
    if (n < 2)
        return true;
    uint64_t *other = malloc(n * sizeof *other);
    if (!other)
        return false;
    sort_by_digit(keys, other, n, LOW_BITS);
    sort_by_digit(other, keys, n, LOW_BITS + DIGIT_BITS);
    free(other);
    sort_ties(keys, n);
    return true;
}

/* ---- filling --------------------------------------------------------------------------------- */

static sorter_status spill_chunk(repeats *r, run *to, const uint64_t *keys, size_t n)
{
    chunk *chunks = array_room(to->chunks, to->n_chunks, &to->cap_chunks, 64, sizeof *chunks);
    if (!chunks)
        return SORTER_NO_MEMORY;
    to->chunks = chunks;
    chunk *c = &chunks[to->n_chunks];
    c->n = n;
    if (r->spill.write(r->spill.user, keys, n * sizeof *keys, &c->offset) != 0)
        return SORTER_SPILL_FAILED;
    to->n_chunks++;
    return SORTER_OK;
}

static sorter_status spill_run(repeats *r)
{
    run *runs = array_room(r->runs, r->n_runs, &r->cap_runs, 16, sizeof *runs);
    if (!runs || !sort_keys(r->keys, r->n))
        return SORTER_NO_MEMORY;
    r->runs = runs;
    run *to = &r->runs[r->n_runs++];
    *to = (run){0};
    for (size_t i = 0; i < r->n; i += CHUNK_KEYS) {
        size_t n = r->n - i < CHUNK_KEYS ? r->n - i : CHUNK_KEYS;
        sorter_status status = spill_chunk(r, to, r->keys + i, n);
        if (status != SORTER_OK)
            return status;
    }
    r->n = 0;
    return SORTER_OK;
}

/* Times are whole seconds and near each other: the factor spreads them over all bits before they
 * meet the hash, the second one brings every bit into the high ones, by which keys are ordered. */
static uint64_t key_of(int64_t time_ns, uint64_t uid_hash)
{
    uint64_t key = (uid_hash ^ ((uint64_t)time_ns * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL;
    return key ^ key >> 32;
}

sorter_status repeats_add(repeats *r, int64_t time_ns, uint64_t uid_hash)
{
    uint64_t *keys = array_room(r->keys, r->n, &r->cap, CHUNK_KEYS, sizeof *keys);
    if (!keys)
        return SORTER_NO_MEMORY;
    r->keys = keys;
    r->keys[r->n++] = key_of(time_ns, uid_hash);
    return r->spill.write && r->n >= r->keys_max ? spill_run(r) : SORTER_OK;
}

/* ---- summing --------------------------------------------------------------------------------- */

typedef struct cursor {
    const repeats *from;
    const run *run; /* NULL: what is in memory */
    size_t next_chunk;
    uint64_t *loaded; /* a chunk of a spilled run */
    const uint64_t *at, *end;
} cursor;

typedef struct summing {
    cursor *cursors;
    size_t n_cursors;
    cursor **heap; /* smallest key first */
    size_t n_heap;
} summing;

static void summing_done(summing *s)
{
    for (size_t i = 0; i < s->n_cursors; i++)
        free(s->cursors[i].loaded);
    free(s->cursors);
    free(s->heap);
}

static sorter_status load_chunk(cursor *c)
{
    const chunk *next = &c->run->chunks[c->next_chunk++];
    const sorter_spill *spill = &c->from->spill;
    if (!c->loaded)
        c->loaded = malloc(CHUNK_KEYS * sizeof *c->loaded);
    if (!c->loaded)
        return SORTER_NO_MEMORY;
    if (spill->read(spill->user, next->offset, c->loaded, next->n * sizeof *c->loaded) != 0)
        return SORTER_SPILL_FAILED;
    c->at = c->loaded;
    c->end = c->loaded + next->n;
    return SORTER_OK;
}

/* SORTER_END: the run has no more. */
static sorter_status settle(cursor *c)
{
    if (c->at < c->end)
        return SORTER_OK;
    return c->run && c->next_chunk < c->run->n_chunks ? load_chunk(c) : SORTER_END;
}

static void sift_down(summing *s, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1;
        for (size_t k = left; k < left + 2 && k < s->n_heap; k++)
            if (*s->heap[k]->at < *s->heap[least]->at)
                least = k;
        if (least == i)
            return;
        cursor *swap = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = swap;
        i = least;
    }
}

static sorter_status add_cursor(summing *s, cursor c)
{
    cursor *to = &s->cursors[s->n_cursors++];
    *to = c;
    sorter_status status = settle(to);
    if (status == SORTER_OK)
        s->heap[s->n_heap++] = to;
    return status == SORTER_END ? SORTER_OK : status;
}

static sorter_status add_cursors(summing *s, const repeats *r)
{
    sorter_status status = SORTER_OK;
    if (!sort_keys(r->keys, r->n))
        return SORTER_NO_MEMORY;
    if (r->n > 0)
        status = add_cursor(s, (cursor){.from = r, .at = r->keys, .end = r->keys + r->n});
    for (size_t i = 0; i < r->n_runs && status == SORTER_OK; i++)
        status = add_cursor(s, (cursor){.from = r, .run = &r->runs[i]});
    return status;
}

typedef struct counting {
    uint64_t before;
    bool has_before;
    repeats_sum sum;
} counting;

static inline void meet(counting *c, uint64_t key)
{
    bool is_repeat = c->has_before && key == c->before;
    c->sum.repeats += is_repeat;
    c->sum.calls += !is_repeat;
    c->before = key;
    c->has_before = true;
}

static sorter_status count(summing *s, counting *ret)
{
    for (size_t i = s->n_heap / 2; i-- > 0;)
        sift_down(s, i);
    while (s->n_heap > 0) {
        cursor *c = s->heap[0];
        do
            meet(ret, *c->at++);
        while (s->n_heap == 1 && c->at < c->end);
        sorter_status status = settle(c);
        if (status == SORTER_END)
            s->heap[0] = s->heap[--s->n_heap];
        else if (status != SORTER_OK)
            return status;
        sift_down(s, 0);
    }
    return SORTER_OK;
}

static sorter_status sum_up(summing *s, repeats *const *all, size_t n, repeats_sum *ret)
{
    counting counted = {0};
    for (size_t i = 0; i < n; i++) {
        sorter_status status = add_cursors(s, all[i]);
        if (status != SORTER_OK)
            return status;
    }
    sorter_status status = count(s, &counted);
    *ret = counted.sum;
    return status;
}

sorter_status repeats_count(repeats *const *all, size_t n, repeats_sum *ret)
{
    size_t cursors = n;
    for (size_t i = 0; i < n; i++)
        cursors += all[i]->n_runs;
    summing s = {.cursors = calloc(cursors + 1, sizeof *s.cursors),
                 .heap = calloc(cursors + 1, sizeof(cursor *))};
    sorter_status status = SORTER_NO_MEMORY;
    if (s.cursors && s.heap)
        status = sum_up(&s, all, n, ret);
    summing_done(&s);
    return status;
}
