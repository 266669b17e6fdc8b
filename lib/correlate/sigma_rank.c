/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_rank.c -- two heaps and a line between them.
 *
 *  (1) Between calls both tops are live: what left is taken off as soon as it comes up.
 *  (2) high keeps its numbers negated, so that one heap serves both.
 */
#include "correlate/sigma_rank.h"

#include <math.h>
#include <stdlib.h>

enum { CAP_MIN = 8, SLACK = 16 };

void sigma_rank_init(sigma_rank *r, double percentile)
{
    *r = (sigma_rank){.percentile = percentile, .is_low = {.item = sizeof(bool)}};
}

void sigma_rank_done(sigma_rank *r, size_t *bytes)
{
    *bytes -= (r->low.cap + r->high.cap) * sizeof(sigma_rank_item);
    free(r->low.item);
    free(r->high.item);
    sigma_ring_done(&r->is_low, bytes);
    r->low = r->high = (sigma_rank_heap){0};
}

static bool resize(sigma_rank_heap *h, size_t cap, size_t *bytes)
{
    if (cap > PTRDIFF_MAX / sizeof(sigma_rank_item))
        return false;
    sigma_rank_item *item = realloc(h->item, cap * sizeof *item);
    if (!item)
        return false;
    *bytes += cap * sizeof *item;
    *bytes -= h->cap * sizeof *item;
    h->item = item;
    h->cap = cap;
    return true;
}

static void sift_up(sigma_rank_heap *h, size_t i)
{
    sigma_rank_item moved = h->item[i];
    for (; i > 0 && h->item[(i - 1) / 2].value < moved.value; i = (i - 1) / 2)
        h->item[i] = h->item[(i - 1) / 2];
    h->item[i] = moved;
}

static void sift_down(sigma_rank_heap *h, size_t i)
{
    sigma_rank_item moved = h->item[i];
    for (size_t child; (child = 2 * i + 1) < h->n; i = child) {
        if (child + 1 < h->n && h->item[child + 1].value > h->item[child].value)
            child++;
        if (h->item[child].value <= moved.value)
            break;
        h->item[i] = h->item[child];
    }
    h->item[i] = moved;
}

static bool push(sigma_rank_heap *h, sigma_rank_item item, size_t *bytes)
{
    if (h->n == h->cap && !resize(h, h->cap ? h->cap * 2 : CAP_MIN, bytes))
        return false;
    h->item[h->n++] = item;
    h->n_live++;
    sift_up(h, h->n - 1);
    return true;
}

static void take_top(sigma_rank_heap *h)
{
    h->item[0] = h->item[--h->n];
    if (h->n > 0)
        sift_down(h, 0);
}

/* Moving between heaps takes an item off at once, so only what left the window lies around. */
static bool is_live(const sigma_rank *r, sigma_rank_item item)
{
    return item.number >= r->n_dropped;
}

static void rebuild(const sigma_rank *r, sigma_rank_heap *h, size_t *bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (is_live(r, h->item[i]))
            h->item[n++] = h->item[i];
    h->n = n;
    for (size_t i = n / 2; i-- > 0;)
        sift_down(h, i);
    if (h->cap > 64 && n < h->cap / 8)
        (void)resize(h, h->cap / 4, bytes); /* without memory it stays large */
}

static void tidy(const sigma_rank *r, sigma_rank_heap *h, size_t *bytes)
{
    if (h->n > 2 * h->n_live + SLACK)
        rebuild(r, h, bytes);
    while (h->n > 0 && !is_live(r, h->item[0]))
        take_top(h);
}

static size_t rank_of(const sigma_rank *r, size_t n)
{
    double k = ceil(r->percentile * (double)n / 100.0);
    if (!(k >= 1.0))
        return n > 0;
    return k >= (double)n ? n : (size_t)k;
}

static bool move_top(sigma_rank *r, bool to_low, size_t *bytes)
{
    sigma_rank_heap *from = to_low ? &r->high : &r->low;
    sigma_rank_heap *to = to_low ? &r->low : &r->high;
    sigma_rank_item item = from->item[0];
    item.value = -item.value;
    if (!push(to, item, bytes))
        return false;
    take_top(from);
    from->n_live--;
    *(bool *)sigma_ring_at(&r->is_low, (size_t)(item.number - r->n_dropped)) = to_low;
    tidy(r, from, bytes);
    return true;
}

static bool draw_line(sigma_rank *r, size_t *bytes)
{
    size_t k = rank_of(r, r->is_low.n);
    while (r->low.n_live < k)
        if (!move_top(r, true, bytes))
            return false;
    while (r->low.n_live > k)
        if (!move_top(r, false, bytes))
            return false;
    return true;
}

bool sigma_rank_add(sigma_rank *r, double value, size_t *bytes)
{
    bool goes_low = r->low.n_live > 0 && value <= r->low.item[0].value;
    sigma_rank_item item = {goes_low ? value : -value, r->n_dropped + r->is_low.n};
    bool *is_low = sigma_ring_push(&r->is_low, bytes);
    if (!is_low)
        return false;
    *is_low = goes_low;
    return push(goes_low ? &r->low : &r->high, item, bytes) && draw_line(r, bytes);
}

bool sigma_rank_drop(sigma_rank *r, size_t *bytes)
{
    sigma_rank_heap *h = *(bool *)sigma_ring_at(&r->is_low, 0) ? &r->low : &r->high;
    h->n_live--;
    r->n_dropped++;
    sigma_ring_pop(&r->is_low, bytes);
    tidy(r, &r->low, bytes);
    tidy(r, &r->high, bytes);
    return draw_line(r, bytes);
}

double sigma_rank_percentile(const sigma_rank *r)
{
    return r->low.item[0].value;
}

double sigma_rank_median(const sigma_rank *r)
{
    if (r->is_low.n % 2 == 1)
        return r->low.item[0].value;
    return r->low.item[0].value / 2 - r->high.item[0].value / 2;
}
