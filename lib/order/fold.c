/* SPDX-License-Identifier: Apache-2.0
 *
 * fold.c -- a queue of actions that may still get another record.
 *
 * Each held action owns its packed event. A record that belongs to one is merged by unpacking both
 * and packing the union again: merging is rare next to passing through. Passing through is one
 * copy, into the group: from there to the queue and on to the reader its buffer is handed over.
 */
#include "order/fold.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"

typedef struct held {
    buf packed;
    int64_t open_until_ns; /* may get another record until then */
    uint64_t fold_hash;
} held;

struct fold {
    const char *const *names;
    held *ring;
    uint32_t cap, first, next;
    map by_hash; /* fold_hash -> number in the ring */
    int64_t now_ns;
    bool is_finished;
    bool failed;
    /* The group of equal records being read: the original to keep, and the addendum to it. */
    bool has_group;
    bool is_parted; /* `group` is known to be no addendum */
    int64_t group_time_ns;
    uint64_t group_uid;
    buf group, addendum;
    buf spare; /* the next group's memory */
    /* What fold_next handed out. */
    buf out_packed;
    event_ref *out_refs;
    size_t out_cap;
    event out;
    fold_count count;
};

/* An unpacked event with room for its refs. */
typedef struct opened {
    event e;
    event_ref *refs;
} opened;

static void opened_done(opened *o)
{
    free(o->refs);
}

static void swap_bufs(buf *a, buf *b)
{
    buf swap = *a;
    *a = *b;
    *b = swap;
}

/* The parts of an event that stand one behind the other. */
static event_packed parts_of(const buf *b)
{
    return event_packed_parts(buf_str(b));
}

static void put_parts(buf *to, event_packed packed)
{
    if (!buf_reserve(to, packed.caller.n + packed.rest.n))
        return;
    buf_putstr(to, packed.caller);
    buf_putstr(to, packed.rest);
}

static bool open_packed(event_packed packed, opened *ret)
{
    size_t n = event_packed_refs(packed);
    ret->refs = calloc(n + 1, sizeof *ret->refs);
    return ret->refs && event_unpack(packed, &ret->e, ret->refs, n);
}

fold *fold_new(const char *const *names)
{
    fold *f = calloc(1, sizeof *f);
    if (f)
        f->names = names;
    return f;
}

void fold_free(fold *f)
{
    if (!f)
        return;
    for (uint32_t i = f->first; i < f->next; i++)
        buf_done(&f->ring[i & (f->cap - 1)].packed);
    free(f->ring);
    map_done(&f->by_hash);
    buf_done(&f->group);
    buf_done(&f->addendum);
    buf_done(&f->spare);
    buf_done(&f->out_packed);
    free(f->out_refs);
    free(f);
}

fold_count fold_counts(const fold *f)
{
    return f->count;
}

/* ---- merging two records --------------------------------------------------------------------- */

static bool has_ref(const event *e, const event_ref *ref)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == ref->relation && e->refs[i].type == ref->type &&
            str_eq(e->refs[i].id, ref->id))
            return true;
    return false;
}

/* refs of a, then those of b that a does not have. The caller frees *ret_refs. */
static bool join_refs(const event *a, const event *b, event_ref **ret_refs, size_t *ret_n)
{
    event_ref *refs = calloc(a->n_refs + b->n_refs + 1, sizeof *refs);
    size_t n = a->n_refs;
    if (!refs)
        return false;
    if (n > 0)
        memcpy(refs, a->refs, n * sizeof *refs);
    for (size_t i = 0; i < b->n_refs && n < LIMIT_REFS; i++)
        if (!has_ref(a, &b->refs[i]))
            refs[n++] = b->refs[i];
    *ret_refs = refs;
    *ret_n = n;
    return true;
}

/* The later phase knows how it ended; whatever was denied or failed stays so. */
static void join_outcome(event *a, const event *b)
{
    if (a->outcome == OUTCOME_PENDING || a->outcome == OUTCOME_SUCCESS)
        if (b->outcome != OUTCOME_PENDING)
            a->outcome = b->outcome;
    bool has_end = a->phase == PHASE_END || b->phase == PHASE_END || b->phase == PHASE_COMPLETE;
    if (has_end)
        a->phase = PHASE_COMPLETE;
    else if (a->phase == PHASE_START)
        a->phase = b->phase;
}

/* The union of two records of one action. b's fields win when `b_wins`, else fill gaps. */
static bool join_events(const event *a, const event *b, bool b_wins, buf *out)
{
    event u = *a;
    event_ref *refs;
    size_t n;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (b->field[i].n > 0 && (b_wins || u.field[i].n == 0))
            u.field[i] = b->field[i];
    join_outcome(&u, b);
    u.is_mention = a->is_mention || b->is_mention;
    u.is_new = a->is_new || b->is_new;
    u.is_existing = a->is_existing || b->is_existing;
    u.is_update = false;
    if (b->n_refs > a->n_refs) {
        u.file = b->file;
        u.record = b->record;
        if (b->field[FIELD_uid].n > 0)
            u.field[FIELD_uid] = b->field[FIELD_uid];
    }
    if (!join_refs(a, b, &refs, &n))
        return false;
    u.refs = refs;
    u.n_refs = n;
    event_pack(&u, out);
    free(refs);
    return !out->failed;
}

/* ---- equal records --------------------------------------------------------------------------- */

/* Which of two equal records is kept depends on their sources alone. */
static bool is_preferred(const fold *f, const event *a, const event *b)
{
    int by_name = a->file == b->file ? 0 : strcmp(f->names[a->file], f->names[b->file]);
    return by_name ? by_name < 0 : a->record < b->record;
}

/* Puts the record in `best` unless what is there already is preferred. */
static bool keep_better(const fold *f, buf *best, event_packed packed, const event *e)
{
    event kept;
    if (best->n > 0 && !event_peek(parts_of(best), &kept))
        return false;
    if (best->n > 0 && !is_preferred(f, e, &kept))
        return true;
    buf_reset(best);
    put_parts(best, packed);
    return !best->failed;
}

/* The first record of a group was taken unseen: an addendum moves to its place. */
static bool part_group(fold *f)
{
    event first;
    if (f->is_parted)
        return true;
    if (!event_peek(parts_of(&f->group), &first))
        return false;
    f->is_parted = true;
    if (first.is_update)
        swap_bufs(&f->addendum, &f->group);
    return true;
}

static bool add_to_group(fold *f, const sorter_item *item)
{
    event more;
    f->count.duplicates++;
    if (!part_group(f) || !event_peek(item->packed, &more))
        return false;
    return keep_better(f, more.is_update ? &f->addendum : &f->group, item->packed, &more);
}

static bool join_pair(fold *f)
{
    CLEANUP(opened_done) opened original = {0};
    CLEANUP(opened_done) opened addendum = {0};
    AUTO(buf) out = {0};
    if (!open_packed(parts_of(&f->group), &original) ||
        !open_packed(parts_of(&f->addendum), &addendum) ||
        !join_events(&original.e, &addendum.e, true, &out))
        return false;
    swap_bufs(&f->group, &out);
    return true;
}

/* The original with the addendum's fields over its own; each alone where there is no other. */
static bool join_group(fold *f)
{
    if (f->addendum.n > 0 && f->group.n > 0)
        return join_pair(f);
    if (f->addendum.n > 0)
        swap_bufs(&f->group, &f->addendum);
    return true;
}

/* ---- the queue ------------------------------------------------------------------------------- */

static held *held_at(fold *f, uint32_t number)
{
    return &f->ring[number & (f->cap - 1)];
}

static bool grow(fold *f)
{
    uint32_t cap = f->cap ? f->cap * 2 : 256;
    held *ring = calloc(cap, sizeof *ring);
    if (!ring)
        return false;
    for (uint32_t i = f->first; i < f->next; i++)
        ring[i & (cap - 1)] = *held_at(f, i);
    free(f->ring);
    f->ring = ring;
    f->cap = cap;
    return true;
}

/* How long an action may get further records. */
static int64_t open_until(const event *e)
{
    if (e->phase == PHASE_START || e->phase == PHASE_ACCEPT || e->phase == PHASE_PART)
        return e->time_ns + FOLD_WAIT;
    if (e->is_shared_view)
        return e->time_ns + TIME_MINUTE;
    return e->time_ns;
}

/* The group becomes the newest held action; head is what it unpacks to. */
static bool enqueue(fold *f, const event *head)
{
    if (f->next - f->first == f->cap && !grow(f))
        return false;
    if (head->fold_hash && !map_put(&f->by_hash, head->fold_hash, f->next))
        return false;
    *held_at(f, f->next++) =
        (held){.packed = f->group, .open_until_ns = open_until(head), .fold_hash = head->fold_hash};
    f->group = f->spare;
    f->spare = (buf){0};
    f->count.events++;
    f->count.known += head->operation != OPERATION_NONE;
    return true;
}

/* The held action that e is a further record of, or NULL. */
static held *partner(fold *f, const event *e)
{
    uint32_t number = e->fold_hash ? map_get(&f->by_hash, e->fold_hash) : MAP_NONE;
    if (number == MAP_NONE || number < f->first)
        return NULL;
    held *h = held_at(f, number);
    return h->open_until_ns >= e->time_ns ? h : NULL;
}

/* The view of the caller's own account: it knows him by name. Others see an account and an id. */
static bool is_callers_view(const event *e)
{
    return e->is_shared_view && e->field[FIELD_actor_account].n > 0 &&
           str_eq(e->field[FIELD_actor_account], e->field[FIELD_account]);
}

static bool merge_into(fold *f, held *h)
{
    CLEANUP(opened_done) opened first = {0};
    CLEANUP(opened_done) opened further = {0};
    AUTO(buf) out = {0};
    if (!open_packed(parts_of(&h->packed), &first) || !open_packed(parts_of(&f->group), &further))
        return false;
    const event *e = &further.e;
    bool is_better = is_callers_view(e) && !is_callers_view(&first.e);
    if (!join_events(&first.e, e, is_better, &out))
        return false;
    swap_bufs(&h->packed, &out);
    if (e->phase == PHASE_END || e->phase == PHASE_COMPLETE)
        h->open_until_ns = e->is_shared_view ? h->open_until_ns : e->time_ns;
    f->count.folded++;
    return true;
}

/* The group of equal records is complete: it becomes an action, or joins one. */
static bool close_group(fold *f)
{
    event head; /* fields and refs are not looked at: most actions join no other */
    if (!f->has_group)
        return true;
    f->has_group = false;
    if (!join_group(f))
        return false;
    if (!event_peek(parts_of(&f->group), &head))
        return false;
    held *h = partner(f, &head);
    return h ? merge_into(f, h) : enqueue(f, &head);
}

bool fold_push(fold *f, const sorter_item *item)
{
    if (f->has_group && item->time_ns == f->group_time_ns && item->uid_hash == f->group_uid)
        return add_to_group(f, item);
    if (!close_group(f))
        return false;
    f->has_group = true;
    f->group_time_ns = item->time_ns;
    f->group_uid = item->uid_hash;
    f->now_ns = item->time_ns;
    f->is_parted = false;
    buf_reset(&f->group);
    buf_reset(&f->addendum);
    put_parts(&f->group, item->packed);
    return !f->group.failed;
}

bool fold_finish(fold *f)
{
    f->is_finished = true;
    return close_group(f);
}

static bool may_leave(fold *f, const held *h)
{
    if (f->is_finished || h->open_until_ns < f->now_ns)
        return true;
    if (f->next - f->first <= LIMIT_FOLD_HELD)
        return false;
    f->count.early++;
    return true;
}

/* Takes the first action's bytes over, to be valid until the next call. */
static event_packed take_first(fold *f)
{
    held *h = held_at(f, f->first);
    if (h->fold_hash && map_get(&f->by_hash, h->fold_hash) == f->first)
        map_remove(&f->by_hash, h->fold_hash);
    buf_done(&f->spare);
    f->spare = f->out_packed;
    f->out_packed = h->packed;
    f->first++;
    return parts_of(&f->out_packed);
}

static bool open_out(fold *f, event_packed packed)
{
    size_t n = event_packed_refs(packed);
    if (n > f->out_cap) {
        event_ref *more = realloc(f->out_refs, n * sizeof *more);
        if (!more)
            return false;
        f->out_refs = more;
        f->out_cap = n;
    }
    return event_unpack(packed, &f->out, f->out_refs, f->out_cap);
}

bool fold_next_packed(fold *f, event_packed *ret)
{
    if (f->first == f->next || !may_leave(f, held_at(f, f->first)))
        return false;
    *ret = take_first(f);
    return true;
}

bool fold_next(fold *f, const event **ret)
{
    event_packed packed;
    if (!fold_next_packed(f, &packed))
        return false;
    if (!open_out(f, packed)) {
        f->failed = true;
        return false;
    }
    *ret = &f->out;
    return true;
}

bool fold_failed(const fold *f)
{
    return f->failed;
}
