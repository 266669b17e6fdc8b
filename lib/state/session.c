/* SPDX-License-Identifier: Apache-2.0
 *
 * session.c -- a ring of packed events, with an index by credential.
 */
#include "state/session.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/operation.h"
#include "state/store.h"

void session_done(session_store *s)
{
    free(s->ring);
    map_done(&s->by_key);
    store_free(s->kept);
    *s = (session_store){0};
}

static uint64_t key_of(str credential)
{
    return hash_str(credential, 11);
}

static void drop_oldest(session_store *s)
{
    session_wait *w = &s->ring[s->first & (s->cap - 1)];
    if (w->packed && map_get(&s->by_key, w->key) == s->first)
        map_remove(&s->by_key, w->key);
    *w = (session_wait){0};
    s->first++;
    store_drop(&s->kept, s->first);
}

static bool grow(session_store *s)
{
    uint32_t cap = s->cap ? s->cap * 2 : 256;
    session_wait *ring = calloc(cap, sizeof *ring);
    if (!ring)
        return false;
    for (uint32_t i = s->first; i < s->next; i++)
        ring[i & (cap - 1)] = s->ring[i & (s->cap - 1)];
    free(s->ring);
    s->ring = ring;
    s->cap = cap;
    return true;
}

/* A role session lasts twelve hours at most, a federated user's or a session token's longer. */
static int64_t life_of(const event *issued_by)
{
    bool is_role = text_starts(str_of(operation_at(issued_by->operation)->name), "AssumeRole");
    return is_role ? SESSION_ROLE_LIFE : SESSION_LIFE;
}

/* Drops what is too old to be used any more, then makes room for one. */
static bool make_room(session_store *s, int64_t now_ns)
{
    while (s->first < s->next && s->ring[s->first & (s->cap - 1)].until_ns < now_ns)
        drop_oldest(s);
    if (s->next - s->first >= LIMIT_SESSIONS) {
        drop_oldest(s);
        s->forgotten++;
    }
    return s->next - s->first < s->cap || grow(s);
}

/* The packed event in the store's memory; STR_NONE: out of memory. */
static str keep(session_store *s, const event *e)
{
    AUTO(buf) fresh = {0};
    event_packed packed = event_packed_of(e, &fresh);
    size_t n = packed.caller.n + packed.rest.n;
    char *kept = fresh.failed ? NULL : store_alloc(&s->kept, s->next, n);
    if (!kept)
        return STR_NONE;
    memcpy(kept, packed.caller.p, packed.caller.n);
    memcpy(kept + packed.caller.n, packed.rest.p, packed.rest.n);
    return (str){kept, n};
}

void session_put(session_store *s, str credential, const event *issued_by)
{
    str packed = make_room(s, issued_by->time_ns) ? keep(s, issued_by) : STR_NONE;
    if (!packed.p || !map_put(&s->by_key, key_of(credential), s->next)) {
        s->failed = true;
        return;
    }
    s->ring[s->next & (s->cap - 1)] =
        (session_wait){.key = key_of(credential),
                       .until_ns = issued_by->time_ns + life_of(issued_by),
                       .packed = packed.p,
                       .n_packed = (uint32_t)packed.n};
    s->next++;
}

str session_take(session_store *s, str credential)
{
    uint32_t i = map_get(&s->by_key, key_of(credential));
    if (i == MAP_NONE || i < s->first)
        return STR_NONE;
    session_wait *w = &s->ring[i & (s->cap - 1)];
    str taken = {w->packed, w->n_packed};
    map_remove(&s->by_key, w->key);
    w->packed = NULL;
    return taken;
}
