/* SPDX-License-Identifier: Apache-2.0
 *
 * journal.h -- the events that a chain may need, in event-time order, with what they touched.
 *
 *  (1) Entries are numbered 0, 1, 2 … and never renumbered. At most LIMIT_JOURNAL are kept: the
 *      oldest is forgotten first and counted. journal_at answers NULL for one that was forgotten.
 *  (2) Like calls in a row (same operation, outcome, root actor, credential and first target,
 *      within a day) of the talkative stages are one entry with a count: reading data a million
 *      times is one fact.
 *  (3) A touch ties an entry to an entity; the touches of one entity are a list, newest first, as
 *      are the entries of one root actor. A list ends at the first forgotten entry: what follows is
 *      older.
 *  (4) The packed caller of an entry is kept once for all that have the same, and as long as the
 *      journal.
 */
#ifndef SPOOR_STATE_JOURNAL_H
#define SPOOR_STATE_JOURNAL_H

#include "base/base.h"
#include "base/map.h"
#include "model/event.h"
#include "state/graph.h"

struct habits;

typedef struct touch {
    uint32_t entity;
    uint32_t entry;
    uint32_t next; /* older touch of the same entity, or GRAPH_NO_ENTRY */
    uint32_t path; /* in graph.text */
    uint16_t item;
    uint8_t relation;
} touch;

typedef struct entry {
    int64_t time_ns, last_ns;
    uint32_t actor;     /* entity: the principal that the record names */
    uint32_t root;      /* entity: who is behind it, as far as the logs show */
    uint32_t via;       /* entity: credential or session that was used, or 0 */
    uint32_t subject;   /* entity: the thing of a lineage that the call is about, or 0 */
    uint32_t count;     /* calls in this entry */
    uint32_t next_act;  /* older entry of the same root, or GRAPH_NO_ENTRY */
    uint32_t newer_act; /* newer entry of the same root, or GRAPH_NO_ENTRY */
    uint16_t operation;
    uint8_t provider, outcome;
    uint16_t n_touches;
    touch *touches;
    const char *caller; /* event_pack_caller of the first call: in journal.callers */
    char *rest;         /* event_pack_rest of it */
    uint32_t n_caller, n_rest;
    struct habits *habits; /* what was known before the call; NULL: not asked */
    uint64_t like;         /* key in journal.like, or 0 */
    bool is_away;          /* in an instance's session, and not from the instance: see away.h */
    bool is_by_service;    /* a service called, by itself */
    bool is_mention;       /* the record holds the text that is being traced */
    bool is_open;          /* part of a story that may still grow */
    bool is_judged;        /* an anchor of a story that was judged */
} entry;

typedef struct journal {
    entry *ring;
    uint32_t cap;       /* a power of two */
    uint32_t first;     /* oldest kept */
    uint32_t next;      /* number of the next entry */
    map like;           /* hash of what makes calls alike -> newest such entry */
    intern callers;     /* what entries of one caller have in common */
    struct store *kept; /* what entries have for themselves: see store.h */
    uint64_t forgotten;
    bool failed;
} journal;

void journal_done(journal *j);

/* Adds the event, or counts it into a like entry. Returns the entry's number, GRAPH_NO_ENTRY when
 * out of memory. *ret_is_new: a new entry, whose touches are still to be added. */
uint32_t journal_add(journal *j, const event *e, uint32_t actor, uint32_t root, uint32_t via,
                     bool *ret_is_new);
/* Ties the newest entry to the entities its refs name: refs[i] is entities[i] (0: none). */
void journal_touch(journal *j, graph *g, const event *e, const uint32_t *entities);

/* Room that lives as long as the newest entry, as it comes. NULL: out of memory. */
void *journal_room(journal *j, size_t n);

/* Lets go of the oldest entry, as something that is not needed any more. */
void journal_drop_first(journal *j);

entry *journal_at(const journal *j, uint32_t number);

static inline event_packed journal_packed(const entry *n)
{
    return (event_packed){{n->caller, n->n_caller}, {n->rest, n->n_rest}};
}

/* The kept event of an entry; text and refs point into the entry and into `refs`. */
bool journal_event(const entry *n, event *ret, event_ref *refs, size_t refs_cap);

/* Newest touch of an entity, then older ones; NULL at the end. */
const touch *journal_touch_at(const journal *j, uint32_t number, uint32_t entity);

#endif
