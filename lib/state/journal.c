/* SPDX-License-Identifier: Apache-2.0
 *
 * journal.c -- a ring of entries; what belongs to one lies in a store that is let go of in the same
 * order.
 */
#include "state/journal.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/time.h"
#include "model/operation.h"
#include "state/store.h"

void journal_done(journal *j)
{
    free(j->ring);
    map_done(&j->like);
    intern_done(&j->callers);
    store_free(j->kept);
    *j = (journal){0};
}

entry *journal_at(const journal *j, uint32_t number)
{
    if (number < j->first || number >= j->next)
        return NULL;
    return &j->ring[number & (j->cap - 1)];
}

static bool grow(journal *j)
{
    uint32_t cap = j->cap ? j->cap * 2 : 1024;
    entry *ring = calloc(cap, sizeof *ring);
    if (!ring)
        return false;
    for (uint32_t i = j->first; i < j->next; i++)
        ring[i & (cap - 1)] = j->ring[i & (j->cap - 1)];
    free(j->ring);
    j->ring = ring;
    j->cap = cap;
    return true;
}

void journal_drop_first(journal *j)
{
    entry *n = &j->ring[j->first & (j->cap - 1)];
    if (n->like && map_get(&j->like, n->like) == j->first)
        map_remove(&j->like, n->like);
    *n = (entry){0};
    j->first++;
    store_drop(&j->kept, j->first);
}

static void forget_oldest(journal *j)
{
    journal_drop_first(j);
    j->forgotten++;
}

static bool make_room(journal *j)
{
    if (j->next - j->first < j->cap && j->next - j->first < LIMIT_JOURNAL)
        return true;
    if (j->next - j->first < LIMIT_JOURNAL)
        return grow(j);
    forget_oldest(j);
    return true;
}

static bool is_talkative(const event *e)
{
    uint8_t s = operation_at(e->operation)->stage;
    return s == STAGE_COLLECT || s == STAGE_STAGE || s == STAGE_DISCOVERY || s == STAGE_SESSION ||
           s == STAGE_CREDACC || s == STAGE_NONE;
}

static uint64_t likeness(const event *e, uint32_t root, uint32_t via)
{
    uint64_t h = hash_mix((uint64_t)root << 32 | via, (uint64_t)e->operation << 8 | e->outcome);
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_TARGET)
            return hash_mix(h, hash_str(e->refs[i].id, e->refs[i].type));
    return h;
}

/* Counts e into the entry it is like. */
static uint32_t merge(journal *j, const event *e, uint64_t like)
{
    uint32_t number = map_get(&j->like, like);
    entry *n = number == MAP_NONE ? NULL : journal_at(j, number);
    if (!n || e->time_ns - n->time_ns > TIME_DAY)
        return GRAPH_NO_ENTRY;
    n->count++;
    if (e->time_ns > n->last_ns) /* a waking session's call may be older than the newest like it */
        n->last_ns = e->time_ns;
    return number;
}

static bool pack(journal *j, entry *n, const event *e)
{
    AUTO(buf) fresh = {0};
    event_packed packed = event_packed_of(e, &fresh);
    str caller = intern_text(&j->callers, intern_id(&j->callers, packed.caller));
    n->caller = caller.p;
    n->n_caller = (uint32_t)caller.n;
    n->n_rest = (uint32_t)packed.rest.n;
    n->rest = fresh.failed || !caller.p ? NULL : store_alloc(&j->kept, j->next, packed.rest.n);
    if (n->rest)
        memcpy(n->rest, packed.rest.p, packed.rest.n);
    return n->rest != NULL;
}

uint32_t journal_add(journal *j, const event *e, uint32_t actor, uint32_t root, uint32_t via,
                     bool *ret_is_new)
{
    uint64_t like = is_talkative(e) ? likeness(e, root, via) : 0;
    uint32_t merged = like ? merge(j, e, like) : GRAPH_NO_ENTRY;
    *ret_is_new = merged == GRAPH_NO_ENTRY;
    if (merged != GRAPH_NO_ENTRY)
        return merged;
    entry fresh = {.time_ns = e->time_ns,
                   .last_ns = e->time_ns,
                   .actor = actor,
                   .root = root,
                   .via = via,
                   .count = 1,
                   .next_act = GRAPH_NO_ENTRY,
                   .newer_act = GRAPH_NO_ENTRY,
                   .operation = e->operation,
                   .provider = e->provider,
                   .like = like,
                   .is_mention = e->is_mention,
                   .outcome = e->outcome};
    if (!make_room(j) || !pack(j, &fresh, e) || (like && !map_put(&j->like, like, j->next))) {
        j->failed = true;
        *ret_is_new = false;
        return GRAPH_NO_ENTRY;
    }
    j->ring[j->next & (j->cap - 1)] = fresh;
    return j->next++;
}

void *journal_room(journal *j, size_t n)
{
    assert(j->next > j->first);
    return store_alloc(&j->kept, j->next - 1, n);
}

void journal_touch(journal *j, graph *g, const event *e, const uint32_t *entities)
{
    uint32_t number = j->next - 1;
    entry *n = journal_at(j, number);
    size_t count = e->n_refs < UINT16_MAX ? e->n_refs : UINT16_MAX;
    if (!n || count == 0)
        return;
    n->touches = journal_room(j, count * sizeof *n->touches);
    if (!n->touches) {
        j->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!entities[i])
            continue;
        entity *thing = graph_at(g, entities[i]);
        uint32_t path = intern_id(&g->text, e->refs[i].path);
        n->touches[n->n_touches++] = (touch){.entity = entities[i],
                                             .entry = number,
                                             .next = thing->last_touch,
                                             .path = path,
                                             .item = e->refs[i].item,
                                             .relation = e->refs[i].relation};
        thing->last_touch = number;
    }
}

bool journal_event(const entry *n, event *ret, event_ref *refs, size_t refs_cap)
{
    return event_unpack(journal_packed(n), ret, refs, refs_cap);
}

const touch *journal_touch_at(const journal *j, uint32_t number, uint32_t entity)
{
    const entry *n = journal_at(j, number);
    for (size_t i = 0; n && i < n->n_touches; i++)
        if (n->touches[i].entity == entity)
            return &n->touches[i];
    return NULL;
}
