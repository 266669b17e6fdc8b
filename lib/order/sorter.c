/* SPDX-License-Identifier: Apache-2.0
 *
 * sorter.c -- runs, chunks and a heap over them: a textbook external merge sort.
 *
 * A run keeps the first part of a packed event, the caller's, once for events that follow one
 * another closely; before the second part stands where in the run the first one is. A spilled run
 * is a list of chunks; a chunk holds whole items (header, caller unless the chunk has him already,
 * the rest), so that reading one back is one call and no item needs two.
 */
#include "order/sorter.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/time.h"

enum {
    CHUNK_BYTES = 64 * 1024,            /* what one run needs in memory while merging */
    RUN_BYTES_MAX = 1024 * 1024 * 1024, /* offsets in a run are 32 bits */
    SPILLED_FEW = 4,                    /* after so many runs the last one is spilled, too */
    CALLERS = 512,                      /* remembered while a run is filled */
    CHUNK_CALLERS = 256,                /* while a chunk is */
};

/* Where a caller's bytes are. */
typedef struct known_caller {
    uint64_t key;       /* his number, or the hash of his bytes */
    uint32_t offset, n; /* n 0: nobody's */
    bool has_number;
} known_caller;

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
    known_caller callers[CALLERS]; /* by key: those in the bytes of the last run */
};

/* In a chunk. An event's caller stands at caller_at, which is directly behind the header where it
 * is the first of its caller's. */
typedef struct item_header {
    int64_t time_ns;
    uint64_t uid_hash;
    uint32_t n : 31;
    uint32_t is_match : 1;
    uint32_t caller_at;
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
    memset(s->callers, 0, sizeof s->callers);
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

/* Memory in large pages, where the system has some: filling megabytes is no fault for each 4 KiB
 * then. What is not a few megabytes is not worth it. */
static void *alloc_large(size_t n)
{
    enum { PAGE = 2 * 1024 * 1024, WORTH_BYTES = 2 * PAGE };
    if (n < WORTH_BYTES)
        return malloc(n);
    size_t whole = n / PAGE * PAGE;
    void *p = aligned_alloc(PAGE, whole + PAGE);
    if (p)
        madvise(p, whole, MADV_HUGEPAGE); /* advice: a refusal changes nothing */
    return p;
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

/* ---- items of a run in memory ---------------------------------------------------------------- */

static uint32_t caller_offset(const run *r, const slot *x)
{
    uint32_t offset;
    memcpy(&offset, r->packed.p + x->offset, sizeof offset);
    return offset;
}

static sorter_item item_of(const run *r, const slot *x)
{
    sorter_item item = {.time_ns = x->time_ns, .uid_hash = x->uid_hash, .is_match = x->is_match};
    item.packed.rest = (str){r->packed.p + x->offset, x->n};
    if (x->is_match)
        return item;
    item.packed.rest = str_from(item.packed.rest, sizeof(uint32_t));
    item.packed.caller =
        event_packed_parts(str_from(buf_str(&r->packed), caller_offset(r, x))).caller;
    return item;
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

/* Which callers of a run a chunk has already, by their offset in the run. */
typedef struct chunk_callers {
    uint32_t offset[CHUNK_CALLERS]; /* UINT32_MAX: none */
    uint32_t at[CHUNK_CALLERS];     /* in the chunk */
} chunk_callers;

/* True when the chunk has the caller; else he will stand at `at`. *ret_at is where he stands. */
static bool find_in_chunk(chunk_callers *c, uint32_t offset, uint32_t at, uint32_t *ret_at)
{
    size_t place = (offset * 0x9e3779b9u) >> 24;
    bool is_there = c->offset[place] == offset;
    if (!is_there) {
        c->offset[place] = offset;
        c->at[place] = at;
    }
    *ret_at = c->at[place];
    return is_there;
}

static void put_item(const run *r, const slot *x, chunk_callers *known, buf *out)
{
    sorter_item item = item_of(r, x);
    item_header h = {x->time_ns, x->uid_hash, x->n, x->is_match, 0};
    bool is_new = false;
    if (!x->is_match) {
        uint32_t behind = (uint32_t)(out->n + sizeof h);
        is_new = !find_in_chunk(known, caller_offset(r, x), behind, &h.caller_at);
        h.n = (uint32_t)item.packed.rest.n & INT32_MAX;
    }
    buf_put(out, &h, sizeof h);
    if (is_new)
        buf_putstr(out, item.packed.caller);
    buf_putstr(out, item.packed.rest);
}

static sorter_status spill_run(sorter *s, run *r)
{
    AUTO(buf) out = {0};
    chunk_callers known;
    memset(&known, 0xff, sizeof known);
    for (size_t i = 0; i < r->n_slots; i++) {
        put_item(r, &r->slots[i], &known, &out);
        if (out.n < CHUNK_BYTES && i + 1 < r->n_slots)
            continue;
        sorter_status status = write_chunk(s, r, &out);
        if (status != SORTER_OK)
            return status;
        memset(&known, 0xff, sizeof known);
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
    r->slots = alloc_large(r->cap_slots * sizeof(slot));
    r->packed.p = alloc_large(s->memory_bytes + BUF_PADDING);
    r->packed.cap = r->packed.p ? s->memory_bytes + BUF_PADDING : 0;
    return r->slots && r->packed.p;
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

/* Of one who has no number the bytes decide; they are the newest in the run. */
static bool is_known(const run *r, const known_caller *known, uint64_t key, str bytes)
{
    return known->key == key && !known->has_number &&
           str_eq((str){r->packed.p + known->offset, known->n}, bytes);
}

/* Puts the event's caller into the run's bytes, unless he is found there. Returns where he is. */
static uint32_t put_caller(sorter *s, run *r, const event *e)
{
    uint64_t key = e->caller_number;
    known_caller *known = &s->callers[key % CALLERS];
    if (key && known->key == key && known->has_number)
        return known->offset;
    size_t at = r->packed.n;
    event_pack_caller(e, &r->packed);
    str bytes = str_from(buf_str(&r->packed), at);
    if (!key) {
        key = hash_str(bytes, 0);
        known = &s->callers[key % CALLERS];
        if (is_known(r, known, key, bytes)) {
            r->packed.n = at;
            return known->offset;
        }
    }
    *known = (known_caller){key, (uint32_t)at, (uint32_t)bytes.n, e->caller_number != 0};
    return (uint32_t)at;
}

sorter_status sorter_add(sorter *s, const event *e)
{
    run *r = current(s);
    if (!r)
        return SORTER_NO_MEMORY;
    uint32_t caller = put_caller(s, r, e);
    size_t before = r->packed.n;
    buf_put(&r->packed, &caller, sizeof caller);
    event_pack_rest(e, &r->packed);
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

/* The next n bytes of the chunk, or as many as there are. */
static str take(cursor *c, size_t n)
{
    str taken = str_upto(str_from(buf_str(&c->loaded), c->at), n);
    c->at += taken.n;
    return taken;
}

/* The caller that stands at `at`; where that is here, he is taken. */
static str take_caller(cursor *c, uint32_t at)
{
    str caller = event_packed_parts(str_from(buf_str(&c->loaded), at)).caller;
    if (at == c->at)
        c->at += caller.n;
    return caller;
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
    str left = take(c, sizeof h);
    if (left.n < sizeof h)
        return SORTER_SPILL_FAILED;
    memcpy(&h, left.p, sizeof h);
    c->item = (sorter_item){.time_ns = h.time_ns, .uid_hash = h.uid_hash, .is_match = h.is_match};
    if (!h.is_match)
        c->item.packed.caller = take_caller(c, h.caller_at);
    c->item.packed.rest = take(c, h.n);
    return c->item.packed.rest.n == h.n ? SORTER_OK : SORTER_SPILL_FAILED;
}

/* Items lie in memory in the order they came, which is another one: each would be waited for. */
static inline void fetch_ahead(const cursor *c)
{
    enum { AHEAD = 8, LINE = 64, LINES = 4 };
    if (c->slot + AHEAD >= c->run->n_slots)
        return;
    const slot *x = &c->run->slots[c->slot + AHEAD];
    for (size_t i = 0; i < LINES; i++)
        __builtin_prefetch(c->run->packed.p + x->offset + i * LINE);
}

static sorter_status advance(cursor *c)
{
    if (c->run->n_chunks > 0)
        return advance_spilled(c);
    if (c->slot >= c->run->n_slots)
        return SORTER_END;
    fetch_ahead(c);
    c->item = item_of(c->run, &c->run->slots[c->slot++]);
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

/* No more events will come. When most of them were spilled anyway, the memory of the last run is
 * given back: what merged events become needs it. */
static sorter_status end_last_run(sorter *s)
{
    run *r = &s->runs[s->n_runs - 1];
    if (!sort_run(r))
        return SORTER_NO_MEMORY;
    if (!s->spill.write || s->n_runs <= SPILLED_FEW)
        return SORTER_OK;
    sorter_status status = spill_run(s, r);
    free(STEAL(r->slots));
    r->n_slots = r->cap_slots = 0;
    buf_done(&r->packed);
    return status;
}

static sorter_status start_cursors(merger *m, sorter *const *sorters, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sorter_status status = end_last_run(sorters[i]);
        if (status != SORTER_OK)
            return status;
        for (size_t k = 0; k < sorters[i]->n_runs; k++) {
            cursor *c = &m->cursors[m->n_cursors++];
            c->from = sorters[i];
            c->run = &sorters[i]->runs[k];
            status = advance(c);
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

sorter_status merger_next(merger *m, const sorter_item **ret)
{
    sorter_status status = m->last ? step(m) : SORTER_OK;
    if (status != SORTER_OK)
        return status;
    if (m->n_heap == 0)
        return SORTER_END;
    m->last = m->heap[0];
    *ret = &m->last->item;
    return SORTER_OK;
}
