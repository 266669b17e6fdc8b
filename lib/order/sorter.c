/* SPDX-License-Identifier: Apache-2.0
 *
 * sorter.c -- runs, chunks and a heap over them: a textbook external merge sort.
 *
 * A spilled run is a list of chunks; a chunk holds whole items (header, then packed bytes), so that
 * reading one back is one call and no item straddles two.
 */
#include "order/sorter.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/time.h"

enum {
    CHUNK_BYTES = 64 * 1024,            /* what one run needs in memory while merging */
    RUN_BYTES_MAX = 1024 * 1024 * 1024, /* offsets in a run are 32 bits */
};

typedef struct slot {
    int64_t time_ns;
    uint64_t uid_hash;
    uint32_t offset; /* in run.packed */
    uint32_t n : 31;
    uint32_t is_match : 1;
} slot;

typedef struct chunk {
    uint64_t offset; /* in the spill */
    size_t n;
} chunk;

typedef struct run {
    slot *slots;
    size_t n_slots, cap_slots;
    buf packed;
    chunk *chunks; /* spilled: slots and packed are empty */
    size_t n_chunks, cap_chunks;
} run;

struct sorter {
    size_t memory_bytes;
    sorter_spill spill;
    run *runs; /* the last one is being filled */
    size_t n_runs, cap_runs;
};

typedef struct item_header {
    int64_t time_ns;
    uint64_t uid_hash;
    uint32_t n;
    uint32_t is_match;
} item_header;

static void run_done(run *r)
{
    free(r->slots);
    free(r->chunks);
    buf_done(&r->packed);
    *r = (run){0};
}

void sorter_free(sorter *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_runs; i++)
        run_done(&s->runs[i]);
    free(s->runs);
    free(s);
}

static bool add_run(sorter *s)
{
    run *runs = array_room(s->runs, s->n_runs, &s->cap_runs, 64, sizeof *runs);
    if (!runs)
        return false;
    s->runs = runs;
    s->runs[s->n_runs++] = (run){0};
    return true;
}

void sorter_limit(sorter *s, size_t memory_bytes)
{
    s->memory_bytes = memory_bytes < RUN_BYTES_MAX ? memory_bytes : RUN_BYTES_MAX;
}

sorter *sorter_new(size_t memory_bytes, const sorter_spill *spill)
{
    sorter *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    sorter_limit(s, memory_bytes);
    s->spill = *spill;
    if (add_run(s))
        return s;
    sorter_free(s);
    return NULL;
}

static int compare_keys(int64_t time_a, uint64_t uid_a, int64_t time_b, uint64_t uid_b)
{
    if (time_a != time_b)
        return time_a < time_b ? -1 : 1;
    return uid_a < uid_b ? -1 : uid_a > uid_b;
}

static int compare_slots(const void *a, const void *b)
{
    const slot *x = a, *y = b;
    return compare_keys(x->time_ns, x->uid_hash, y->time_ns, y->uid_hash);
}

/* Asks for large pages, so that filling megabytes is not a fault for each 4 KiB. Only advice: a
 * refusal changes nothing. */
static void advise_large(void *p, size_t n)
{
    enum { PAGE = 4096, WORTH_BYTES = 4 * 1024 * 1024 };
    uintptr_t first = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE;
    uintptr_t end = ((uintptr_t)p + n) / PAGE * PAGE;
    if (n >= WORTH_BYTES)
        madvise((void *)first, end - first, MADV_HUGEPAGE);
}

/* ---- sorting a run --------------------------------------------------------------------------- */

enum {
    DIGIT_BITS = 11, /* two weeks of whole seconds have two digits */
    DIGITS = 1 << DIGIT_BITS,
    TIES_FEW = 16, /* fewer are ordered faster by insertion than by qsort */
};

/* Where times are counted from, and in what. */
typedef struct scale {
    int64_t least;
    bool is_seconds; /* all are whole ones, as many clouds write them */
    uint64_t most;   /* on this scale */
} scale;

static uint64_t on_scale(const scale *c, int64_t time_ns)
{
    uint64_t since = (uint64_t)time_ns - (uint64_t)c->least;
    return c->is_seconds ? since / (uint64_t)TIME_SECOND : since;
}

static scale scale_of(const slot *slots, size_t n)
{
    scale c = {.least = INT64_MAX, .is_seconds = true};
    int64_t most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        int64_t t = slots[i].time_ns;
        c.least = t < c.least ? t : c.least;
        most = t > most ? t : most;
        c.is_seconds = c.is_seconds && t % TIME_SECOND == 0;
    }
    c.most = on_scale(&c, most);
    return c;
}

/* Moves the slots to `to`, ordered by one digit of their time; equal ones keep their order. */
static void sort_by_digit(const scale *c, const slot *from, slot *to, size_t n, unsigned shift)
{
    size_t start[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++)
        start[(on_scale(c, from[i].time_ns) >> shift) % DIGITS + 1]++;
    for (size_t i = 0; i < DIGITS; i++)
        start[i + 1] += start[i];
    for (size_t i = 0; i < n; i++)
        to[start[(on_scale(c, from[i].time_ns) >> shift) % DIGITS]++] = from[i];
}

static void sort_few(slot *slots, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        slot moved = slots[i];
        size_t to = i;
        for (; to > 0 && slots[to - 1].uid_hash > moved.uid_hash; to--)
            slots[to] = slots[to - 1];
        slots[to] = moved;
    }
}

/* Slots of one time are few: ordered by comparison. */
static void sort_ties(slot *slots, size_t n)
{
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && slots[end].time_ns == slots[i].time_ns; end++)
            continue;
        if (end - i <= TIES_FEW)
            sort_few(&slots[i], end - i);
        else
            qsort(&slots[i], end - i, sizeof(slot), compare_slots);
    }
}

/* Orders n slots by time, digit by digit from the lowest, which costs the same whatever the order
 * they came in. Returns where they are now: in `from` or in `to`. */
static slot *sort_by_time(slot *from, slot *to, size_t n)
{
    scale c = scale_of(from, n);
    for (unsigned shift = 0; shift < 64 && c.most >> shift; shift += DIGIT_BITS) {
        sort_by_digit(&c, from, to, n, shift);
        slot *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* By time, then ties. The room behind the slots is used when it is enough. False: out of memory. */
static bool sort_run(run *r)
{
    size_t n = r->n_slots;
    if (n < 2)
        return true;
    bool has_room = r->cap_slots - n >= n;
    slot *other = has_room ? r->slots + n : malloc(n * sizeof *other);
    if (!other)
        return false;
    slot *sorted = sort_by_time(r->slots, other, n);
    if (sorted != r->slots)
        memcpy(r->slots, sorted, n * sizeof *sorted);
    if (!has_room)
        free(other);
    sort_ties(r->slots, n);
    return true;
}

/* ---- spilling -------------------------------------------------------------------------------- */

static sorter_status write_chunk(sorter *s, run *r, buf *out)
{
    uint64_t offset;
    if (out->failed)
        return SORTER_NO_MEMORY;
    chunk *chunks = array_room(r->chunks, r->n_chunks, &r->cap_chunks, 64, sizeof *chunks);
    if (!chunks)
        return SORTER_NO_MEMORY;
    r->chunks = chunks;
    if (s->spill.write(s->spill.user, out->p, out->n, &offset) != 0)
        return SORTER_SPILL_FAILED;
    r->chunks[r->n_chunks++] = (chunk){offset, out->n};
    buf_reset(out);
    return SORTER_OK;
}

static sorter_status spill_run(sorter *s, run *r)
{
    AUTO(buf) out = {0};
    for (size_t i = 0; i < r->n_slots; i++) {
        const slot *x = &r->slots[i];
        item_header h = {x->time_ns, x->uid_hash, x->n, x->is_match};
        buf_put(&out, &h, sizeof h);
        if (x->n > 0)
            buf_put(&out, r->packed.p + x->offset, x->n);
        if (out.n < CHUNK_BYTES && i + 1 < r->n_slots)
            continue;
        sorter_status status = write_chunk(s, r, &out);
        if (status != SORTER_OK)
            return status;
    }
    return SORTER_OK;
}

/* Begins the next run in the memory of one that was spilled. */
static void reuse(run *spilled, run *next)
{
    next->slots = STEAL(spilled->slots);
    next->cap_slots = spilled->cap_slots;
    next->packed = spilled->packed;
    spilled->n_slots = spilled->cap_slots = 0;
    spilled->packed = (buf){0};
    buf_reset(&next->packed);
}

/* Ends the run being filled and begins the next. */
static sorter_status seal(sorter *s)
{
    run *r = &s->runs[s->n_runs - 1];
    if (!sort_run(r))
        return SORTER_NO_MEMORY;
    sorter_status status = s->spill.write ? spill_run(s, r) : SORTER_OK;
    if (status != SORTER_OK)
        return status;
    if (!add_run(s))
        return SORTER_NO_MEMORY;
    if (s->spill.write)
        reuse(&s->runs[s->n_runs - 2], &s->runs[s->n_runs - 1]);
    return SORTER_OK;
}

/* Room for a whole run at once: growing would copy what is there, again and again. Pages that are
 * not used cost nothing. */
static bool open_run(const sorter *s, run *r)
{
    r->cap_slots = 1 + s->memory_bytes / (2 * sizeof(slot));
    r->slots = malloc(r->cap_slots * sizeof(slot));
    if (!r->slots || !buf_reserve(&r->packed, s->memory_bytes))
        return false;
    advise_large(r->slots, r->cap_slots * sizeof(slot));
    advise_large(r->packed.p, r->packed.cap);
    return true;
}

/* Adds what was put into the run's bytes since `before`. */
static sorter_status add_slot(sorter *s, slot x, size_t before)
{
    run *r = &s->runs[s->n_runs - 1];
    if (r->packed.failed || r->packed.n > UINT32_MAX || r->packed.n - before > INT32_MAX)
        return SORTER_NO_MEMORY;
    slot *slots = array_room(r->slots, r->n_slots, &r->cap_slots, 64, sizeof *slots);
    if (!slots)
        return SORTER_NO_MEMORY;
    r->slots = slots;
    x.offset = (uint32_t)before;
    x.n = (uint32_t)(r->packed.n - before) & INT32_MAX;
    r->slots[r->n_slots++] = x;
    size_t held = r->n_slots * sizeof(slot) + r->packed.n;
    return held >= s->memory_bytes ? seal(s) : SORTER_OK;
}

/* The run being filled; NULL: out of memory. */
static run *current(sorter *s)
{
    run *r = &s->runs[s->n_runs - 1];
    return r->slots || open_run(s, r) ? r : NULL;
}

sorter_status sorter_count(sorter *s, int64_t time_ns, uint64_t uid_hash)
{
    run *r = current(s);
    if (!r)
        return SORTER_NO_MEMORY;
    return add_slot(s, (slot){.time_ns = time_ns, .uid_hash = uid_hash}, r->packed.n);
}

sorter_status sorter_add(sorter *s, const event *e)
{
    run *r = current(s);
    if (!r)
        return SORTER_NO_MEMORY;
    size_t before = r->packed.n;
    if (e->operation != OPERATION_NONE || e->is_mention)
        event_pack(e, &r->packed);
    return add_slot(s, (slot){.time_ns = e->time_ns, .uid_hash = e->uid_hash}, before);
}

sorter_status sorter_add_match(sorter *s, int64_t time_ns, uint64_t uid_hash, str packed)
{
    run *r = current(s);
    if (!r)
        return SORTER_NO_MEMORY;
    size_t before = r->packed.n;
    buf_putstr(&r->packed, packed);
    return add_slot(s, (slot){.time_ns = time_ns, .uid_hash = uid_hash, .is_match = 1}, before);
}

/* ---- merging --------------------------------------------------------------------------------- */

typedef struct cursor {
    const sorter *from;
    const run *run;
    size_t slot;  /* next slot of a run in memory */
    size_t chunk; /* next chunk of a spilled run */
    buf loaded;   /* the chunk being read */
    size_t at;    /* in loaded */
    sorter_item item;
} cursor;

struct merger {
    cursor *cursors;
    size_t n_cursors;
    cursor **heap; /* smallest item first */
    size_t n_heap;
    cursor *last; /* whose item was handed out and is still in place at heap[0] */
};

static sorter_status load_chunk(cursor *c)
{
    const chunk *next = &c->run->chunks[c->chunk++];
    buf_reset(&c->loaded);
    if (!buf_reserve(&c->loaded, next->n))
        return SORTER_NO_MEMORY;
    if (c->from->spill.read(c->from->spill.user, next->offset, c->loaded.p, next->n) != 0)
        return SORTER_SPILL_FAILED;
    c->loaded.n = next->n;
    c->at = 0;
    return SORTER_OK;
}

static sorter_status advance_spilled(cursor *c)
{
    if (c->at >= c->loaded.n) {
        if (c->chunk >= c->run->n_chunks)
            return SORTER_END;
        sorter_status status = load_chunk(c);
        if (status != SORTER_OK)
            return status;
    }
    item_header h;
    if (c->loaded.n - c->at < sizeof h)
        return SORTER_SPILL_FAILED;
    memcpy(&h, c->loaded.p + c->at, sizeof h);
    c->at += sizeof h;
    if (c->loaded.n - c->at < h.n)
        return SORTER_SPILL_FAILED;
    c->item = (sorter_item){h.time_ns, h.uid_hash, {c->loaded.p + c->at, h.n}, h.is_match != 0};
    c->at += h.n;
    return SORTER_OK;
}

static sorter_status advance(cursor *c)
{
    if (c->run->n_chunks > 0)
        return advance_spilled(c);
    if (c->slot >= c->run->n_slots)
        return SORTER_END;
    const slot *x = &c->run->slots[c->slot++];
    str packed = x->n ? (str){c->run->packed.p + x->offset, x->n} : STR_NONE;
    c->item = (sorter_item){x->time_ns, x->uid_hash, packed, x->is_match};
    return SORTER_OK;
}

static bool is_before(const cursor *a, const cursor *b)
{
    return compare_keys(a->item.time_ns, a->item.uid_hash, b->item.time_ns, b->item.uid_hash) < 0;
}

static void sift_down(merger *m, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1;
        for (size_t k = left; k < left + 2 && k < m->n_heap; k++)
            if (is_before(m->heap[k], m->heap[least]))
                least = k;
        if (least == i)
            return;
        cursor *swap = m->heap[i];
        m->heap[i] = m->heap[least];
        m->heap[least] = swap;
        i = least;
    }
}

void merger_free(merger *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->n_cursors; i++)
        buf_done(&m->cursors[i].loaded);
    free(m->cursors);
    free(m->heap);
    free(m);
}

static sorter_status start_cursors(merger *m, sorter *const *sorters, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sorters[i]->n_runs; k++) {
            cursor *c = &m->cursors[m->n_cursors++];
            c->from = sorters[i];
            c->run = &sorters[i]->runs[k];
            if (!sort_run(&sorters[i]->runs[k]))
                return SORTER_NO_MEMORY;
            sorter_status status = advance(c);
            if (status == SORTER_OK)
                m->heap[m->n_heap++] = c;
            else if (status != SORTER_END)
                return status;
        }
    }
    for (size_t i = m->n_heap / 2; i-- > 0;)
        sift_down(m, i);
    return SORTER_OK;
}

sorter_status merger_new(sorter *const *sorters, size_t n, merger **ret)
{
    size_t runs = 0;
    for (size_t i = 0; i < n; i++)
        runs += sorters[i]->n_runs;
    merger *m = calloc(1, sizeof *m);
    if (!m)
        return SORTER_NO_MEMORY;
    m->cursors = calloc(runs + 1, sizeof *m->cursors);
    m->heap = calloc(runs + 1, sizeof(cursor *));
    sorter_status status = m->cursors && m->heap ? start_cursors(m, sorters, n) : SORTER_NO_MEMORY;
    if (status != SORTER_OK) {
        merger_free(m);
        return status;
    }
    *ret = m;
    return SORTER_OK;
}

/* Moves past the item handed out last. */
static sorter_status step(merger *m)
{
    sorter_status status = advance(m->last);
    m->last = NULL;
    if (status == SORTER_END)
        m->heap[0] = m->heap[--m->n_heap];
    else if (status != SORTER_OK)
        return status;
    sift_down(m, 0);
    return SORTER_OK;
}

sorter_status merger_next(merger *m, sorter_item *ret)
{
    sorter_status status = m->last ? step(m) : SORTER_OK;
    if (status != SORTER_OK)
        return status;
    if (m->n_heap == 0)
        return SORTER_END;
    m->last = m->heap[0];
    *ret = m->last->item;
    return SORTER_OK;
}
