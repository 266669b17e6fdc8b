/* SPDX-License-Identifier: Apache-2.0
 *
 * engine.h -- the engine's own parts, which the files of this directory share.
 *
 *  (1) Everything below `lock` is touched only with the lock held while streams are open.
 */
#ifndef SPOOR_ENGINE_ENGINE_H
#define SPOOR_ENGINE_ENGINE_H

#include <pthread.h>
#include <spoor/spoor.h>

#include "access/usage.h"
#include "base/map.h"
#include "base/search.h"
#include "engine/skips.h"
#include "state/mentions.h"

enum { ENGINE_FAMILIES_MAX = 16, ENGINE_SEEN_MAX = 1000 };

typedef struct correlate_result correlate_result;
typedef struct lane lane;
typedef struct reader_tables reader_tables;
typedef struct run run;
typedef struct run_count run_count;
typedef struct state state;

/* Texts seen, sorted when the summary is made; at most ENGINE_SEEN_MAX. */
typedef struct seen {
    intern texts;
    uint32_t last; /* the newest: most events name it again */
} seen;

struct spoor_engine {
    spoor_options options;
    reader_tables *tables;
    search traced; /* options.trace; finds nothing without it */
    arena text;    /* names, and everything findings point to */

    pthread_mutex_t lock;
    lane *lanes, *free_lanes; /* lane.h */
    size_t n_lanes;
    const char **names;
    uint32_t n_names;
    size_t cap_names;
    size_t open_streams;
    spoor_summary summary;
    uint64_t per_family[ENGINE_FAMILIES_MAX];
    skips skips;
    bool failed; /* out of memory somewhere: reported by the next call that can */
    bool spill_failed;

    bool is_finished;
    run *run;         /* from finish until all events are in the state */
    bool has_finding; /* `finding` was pulled and not delivered yet */
    state *state;
    seen accounts, regions;
    bool has_before;                   /* habits of earlier runs were given */
    usage usage;                       /* with options.usage */
    mentions mentions;                 /* of what is traced */
    const spoor_rule_cost *rule_costs; /* one for each rule, from finish on; NULL: no rules */
    correlate_result *found;           /* incidents so far; in order once all events are in */
    size_t next_finding;
    spoor_finding finding;
};

/* report.c: fills the summary's lists; sorts the skips. False: out of memory. */
bool report_finish(spoor_engine *e, const run_count *counts);

#endif
