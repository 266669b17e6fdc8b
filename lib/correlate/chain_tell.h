/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_tell.h -- what chain.c and chain_tell.c share: the chains that were found, and those that
 * nearly were.
 */
#ifndef SPOOR_CORRELATE_CHAIN_TELL_H
#define SPOOR_CORRELATE_CHAIN_TELL_H

#include "base/arena.h"
#include "base/map.h"
#include "correlate/chain.h"
#include "correlate/chain_search.h"

typedef struct chain_found {
    uint32_t rule; /* index of the lineage */
    chain_cast cast;
    int64_t time_ns;  /* of the event that completed it */
    int64_t close_ns; /* until then events may add to it */
    uint64_t last;    /* number of that event */
    uint64_t count;   /* completions that have an event in common */
    uint32_t events[LIMIT_LINEAGE_STEPS], things[LIMIT_LINEAGE_STEPS]; /* of counted steps */
    bool is_open, is_told;
} chain_found;

typedef struct chain_near {
    uint32_t rule;
    chain_cast cast;
    unsigned n;    /* mandatory steps that are there */
    bool is_whole; /* one of its events came to stand in a whole chain */
} chain_near;

/* A rule matched a record. */
typedef struct chain_rule_mark {
    int64_t time_ns;
    uint64_t key; /* of the record, or of what it is a part of */
    uint32_t rule;
    uint32_t older; /* mark of the same key, or MAP_NONE */
} chain_rule_mark;

struct chain {
    const ruleset *rules;
    chain_store store;
    uint32_t *of_operation;    /* kinds; those of an operation stand together … */
    uint32_t *of_operation_at; /* … from here on */
    int64_t *keep_ns;          /* by kind */
    int64_t *last_ns;          /* time of the newest event, by kind; INT64_MIN: none */
    uint32_t *kinds;           /* of the event at hand */
    size_t rule_kinds;         /* kinds that ask for matches of rules */
    uint8_t asked_habits;
    map habits;
    chain_rule_mark *marks; /* a ring */
    uint32_t cap_marks, first_mark, next_mark;
    map mark_by_key;
    chain_found *found;
    size_t n_found, cap_found, first_open, n_open;
    int64_t next_close_ns;
    chain_near *near;
    size_t n_near, cap_near;
    bool keeps_all_near;
    chain_losses lost;
    /* Events in chains, by id; made anew when `named_of` is no longer the state of the chains. */
    chain_event **named;
    size_t n_named, cap_named, named_of;
    map by_uid;
    spoor_chain *told;
    size_t n_told;
    arena text;
    bool failed;
};

#endif
