/* SPDX-License-Identifier: Apache-2.0
 *
 * baseline.h -- how often what was met: the counts behind "first time in 143 days".
 *
 * A cell counts one thing (an actor's calls from one network, an account's launches …). Its key is
 * a hash of whom and what, with the kind of cell in its low bits, so that a cell is 16 bytes
 * whatever it counts, and means the same in every run.
 *
 *  (1) Counts are sums: a call is learned by adding one to each of its cells and unlearned by
 *      taking one away, in any order.
 *  (2) Calls of open incidents stand in the quarantine: they are subtracted from what is asked
 *      about later calls, and unlearned when the run ends or the quarantine is full. Days are
 *      coverage, not habit: they say when logs were there, and stay.
 *  (3) No call is learned twice. What is newer than all that earlier runs learned of its account is
 *      news. So are late ones of the two newest days, whose calls are remembered one by one, at
 *      most LIMIT_BASELINE_RECENT; older ones are not learned.
 *  (4) At most `limit` cells are kept. When there is no room, those not met for longest go, totals
 *      after what they are the total of; which ones depends on the cells alone.
 *  (5) Saved cells are in the order of their keys, so that equal baselines are equal bytes.
 *  (6) Two things share a cell when 58 bits of their hashes agree. For a full baseline the odds are
 *      one in five hundred thousand; what it costs is that something new looks known.
 */
#ifndef SPOOR_STATE_BASELINE_H
#define SPOOR_STATE_BASELINE_H

#include "base/base.h"
#include "base/buf.h"

typedef enum habit {
#define HABIT(name, context, total, doc) HABIT_##name,
#include "state/habit.def"
#undef HABIT
    HABIT_COUNT
} habit;

typedef enum baseline_total {
    TOTAL_ACTOR_CALLS,
    TOTAL_ACTOR_COPIES, /* snapshots and images made */
    TOTAL_ACCOUNT_CALLS,
    TOTAL_ACCOUNT_COPIES,
    TOTAL_ACCOUNT_LAUNCHES,
    TOTAL_COUNT
} baseline_total;

/* Kinds of cells. */
enum {
    CELL_HABIT = 0,               /* + habit: calls with that value */
    CELL_VALUES = HABIT_COUNT,    /* + habit: different values the context has had */
    CELL_TOTAL = 2 * HABIT_COUNT, /* + baseline_total */
    CELL_UNTIL =
        CELL_TOTAL + TOTAL_COUNT, /* newest second that earlier runs learned of an account */
    CELL_FLOOR,  /* second up to which nothing more is learned of what UNTIL covers */
    CELL_SEEN,   /* + nothing: a call learned after that second */
    CELL_NEWEST, /* newest second that this run learned of an account */
    CELL_KIND_COUNT,
    CELL_KIND_MASK = 63,
};

enum { BASELINE_VERSION = 1, BASELINE_ROOM = 64, BASELINE_FILTER = 64 };

typedef struct baseline_cell {
    uint64_t key;   /* 0: free */
    uint32_t count; /* 0: unlearned; as if it were not there */
    uint16_t first_day, last_day;
} baseline_cell;

/* One cell of one call of an incident. */
typedef struct quarantined {
    uint64_t key;
    uint64_t values_key; /* counts the different values; 0: the cell is no habit */
    uint64_t sequence;
} quarantined;

/* A call that was learned in this run. */
typedef struct recent_call {
    uint64_t uid_hash;
    uint32_t second;
} recent_call;

typedef struct baseline {
    baseline_cell *cells;
    size_t cap; /* a power of two, or 0 */
    size_t n;
    size_t limit;      /* cells; 0: LIMIT_BASELINE_CELLS */
    uint64_t sequence; /* of the newest call that was met */
    /* The first n_merged are in the order of key and sequence, and so are the few behind them, so
     * that one more moves few. */
    quarantined *held, *spare;
    size_t n_held, n_merged, cap_held;
    uint64_t may_hold[BASELINE_FILTER]; /* a bit for many keys; of what is held all are set */
    recent_call *recent;                /* a ring, oldest first from recent_at */
    size_t n_recent, cap_recent, recent_at;
    uint32_t floor;          /* second of CELL_FLOOR */
    uint64_t learned;        /* calls */
    uint64_t known_already;  /* calls not learned, by (3) */
    uint64_t forgotten;      /* cells, by the limit */
    uint64_t released_early; /* cells of incidents that left a full quarantine */
    bool failed;
} baseline;

void baseline_done(baseline *b);
void baseline_free(baseline *b); /* of one that was malloc'ed, or NULL */

/* A key from a hash of whom and what. */
static inline uint64_t baseline_key(uint64_t hash, unsigned kind)
{
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93ULL;
    hash ^= hash >> 32;
    hash = (hash & ~(uint64_t)CELL_KIND_MASK) | kind;
    return hash ? hash : CELL_KIND_MASK + 1;
}

static inline unsigned baseline_kind(uint64_t key)
{
    return (unsigned)key & CELL_KIND_MASK;
}

/* Makes room for BASELINE_ROOM more cells: pointers to cells are good until the next call. False:
 * out of memory. */
bool baseline_reserve(baseline *b);
/* The cell of a key, or NULL. */
baseline_cell *baseline_find(const baseline *b, uint64_t key);
/* The cell of a key, made when there is none; only after baseline_reserve. */
baseline_cell *baseline_cell_of(baseline *b, uint64_t key, uint16_t day);

/* Whether a call of an account (by its hash) is to be learned, by (3). */
bool baseline_is_news(const baseline *b, uint64_t account, int64_t second, uint64_t uid_hash);
/* Remembers that it was; only after baseline_reserve. */
void baseline_note(baseline *b, uint64_t account, int64_t second, uint64_t uid_hash);

/* Puts n cells of one call into the quarantine. */
void baseline_hold(baseline *b, const quarantined *cells, size_t n);
/* How often calls before `sequence` that are in the quarantine were counted in a cell. */
uint32_t baseline_held(const baseline *b, uint64_t key, uint64_t sequence);
/* The run is over: unlearns the quarantine, and remembers up to where each account was learned. */
void baseline_settle(baseline *b);

typedef struct baseline_sums {
    uint64_t cells, actors, accounts, days; /* days: of the account that was seen for longest */
} baseline_sums;

baseline_sums baseline_sum(const baseline *b);

/* Appends a settled baseline as bytes. False: out of memory. */
bool baseline_save(const baseline *b, buf *out);
/* Reads what baseline_save wrote into an empty baseline. NULL: done; else what is wrong, as the
 * end of a sentence; *b is then empty. */
const char *baseline_load(baseline *b, str bytes);

#endif
