/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_store.c -- a list of events and one hash table of postings, both rebuilt when half of the
 * events are over: so nothing is ever unlinked.
 */
#include "correlate/chain_store.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"
#include "model/ruleset.h"

enum { SWEEP_LEAST = 4096 };

void chain_store_init(chain_store *s, const ruleset *rules)
{
    *s = (chain_store){.rules = rules,
                       .n_postings = 1,
                       .next_number = 1,
                       .sweep_at = SWEEP_LEAST,
                       .limit_bytes = LIMIT_CHAIN_BYTES};
}

void chain_store_done(chain_store *s)
{
    for (size_t i = 0; i < s->n_events; i++)
        chain_event_free(s->events[i]);
    free(s->events);
    free(s->postings);
    map_done(&s->heads);
    *s = (chain_store){0};
}

static uint64_t key_of(uint32_t facet, const chain_value *v)
{
    return hash_mix(v->hash, facet + 1);
}

uint32_t chain_store_first(const chain_store *s, uint32_t facet, const chain_value *v)
{
    uint32_t first = map_get(&s->heads, key_of(facet, v));
    return first == MAP_NONE ? 0 : first;
}

/* ---- listing --------------------------------------------------------------------------------- */

static bool post(chain_store *s, chain_event *e, uint32_t facet, const chain_value *v)
{
    uint32_t first = chain_store_first(s, facet, v);
    if (first && s->postings[first].event == e)
        return true;
    chain_posting *postings =
        array_room(s->postings, s->n_postings, &s->cap_postings, 1024, sizeof *postings);
    if (!postings)
        return false;
    s->postings = postings;
    if (s->n_postings >= UINT32_MAX)
        return false;
    s->postings[s->n_postings] = (chain_posting){e, first};
    return map_put(&s->heads, key_of(facet, v), (uint32_t)s->n_postings++);
}

static bool post_facet(chain_store *s, chain_event *e, uint32_t facet)
{
    for (size_t i = 0; i < e->n_values; i++)
        if (chain_value_is_in(&e->values[i], &s->rules->facets[facet]) &&
            !post(s, e, facet, &e->values[i]))
            return false;
    return true;
}

static bool list_event(chain_store *s, chain_event *e)
{
    for (size_t i = 0; i < e->n_kinds; i++) {
        const lineage_kind *k = &s->rules->kinds[e->kinds[i]];
        for (size_t f = 0; f < k->n_facets; f++)
            if (!post_facet(s, e, k->facets[f]))
                return false;
    }
    return true;
}

/* ---- letting go ------------------------------------------------------------------------------ */

/* What is over, and, over the limit, the oldest: down to half of it, so that the next time is far.
 * Events that chains stand on stay. */
static void drop(chain_store *s, int64_t now_ns)
{
    size_t n = 0, most_bytes = s->bytes > s->limit_bytes ? s->limit_bytes / 2 : SIZE_MAX;
    for (size_t i = 0; i < s->n_events; i++) {
        chain_event *e = s->events[i];
        bool is_over = e->keep_until_ns<now_ns, is_surplus = s->bytes> most_bytes;
        if (e->pins > 0 || (!is_over && !is_surplus)) {
            s->events[n++] = e;
            continue;
        }
        s->forgotten += !is_over;
        s->bytes -= e->bytes;
        chain_event_free(e);
    }
    s->n_events = n;
}

static bool relist(chain_store *s)
{
    map_done(&s->heads);
    s->n_postings = 1;
    for (size_t i = 0; i < s->n_events; i++)
        if (!list_event(s, s->events[i]))
            return false;
    return true;
}

static bool sweep(chain_store *s, int64_t now_ns)
{
    drop(s, now_ns);
    s->sweep_at = s->n_events * 2 > SWEEP_LEAST ? s->n_events * 2 : SWEEP_LEAST;
    return relist(s);
}

bool chain_store_add(chain_store *s, chain_event *e)
{
    bool is_due = s->n_events >= s->sweep_at || s->bytes > s->limit_bytes;
    if (is_due && !sweep(s, e->time_ns)) {
        chain_event_free(e);
        s->failed = true;
        return false;
    }
    chain_event **events =
        array_room(s->events, s->n_events, &s->cap_events, 256, sizeof(chain_event *));
    if (!events) {
        chain_event_free(e);
        s->failed = true;
        return false;
    }
    s->events = events;
    e->number = s->next_number++;
    s->events[s->n_events++] = e;
    s->bytes += e->bytes;
    s->failed = s->failed || !list_event(s, e);
    return !s->failed;
}

void chain_store_pin(chain_store *s, chain_event *e)
{
    if (e->pins++ == 0)
        s->pinned_bytes += e->bytes;
}

void chain_store_unpin(chain_store *s, chain_event *e)
{
    if (--e->pins == 0)
        s->pinned_bytes -= e->bytes;
}
