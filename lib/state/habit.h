/* SPDX-License-Identifier: Apache-2.0
 *
 * habit.h -- what a call says about habits (habit.def), and what was known of them before it.
 *
 *  (1) Whose habit, and what it is, is read from the event alone, never from what these logs happen
 *      to show before it: cells mean the same in every run.
 *  (2) What is known before a call is read first; then the call is learned.
 *  (3) An account's calls that are not newer than what earlier runs learned of it are not learned
 *      again.
 *  (4) Learned are the calls that the journal has entries for: known calls, like ones of a day
 *      once. Calls that were refused are among an actor's calls; launches and copies are what had
 *      an effect.
 */
#ifndef SPOOR_STATE_HABIT_H
#define SPOOR_STATE_HABIT_H

#include "base/arena.h"
#include "base/time.h"
#include "model/event.h"
#include "state/baseline.h"

struct state;

enum {
    HABIT_ENOUGH = 20, /* calls from which on a habit can be told */
    HABIT_DAYS = 7,    /* and days */
    HABIT_OFTEN = 8,   /* so often, it is one */
};

/* What was known when a call was made, and by which keys. */
typedef struct habits {
    uint64_t sequence;            /* 1, 2, … in the order calls were met */
    uint64_t key[HABIT_COUNT];    /* of the cell; 0: the call has no such habit */
    uint64_t actor, account;      /* hashes of whose they are; 0: not named */
    uint16_t n[HABIT_COUNT];      /* how often it was met, at most UINT16_MAX */
    uint16_t values[HABIT_COUNT]; /* different values the context had; 0 where n is HABIT_OFTEN */
    uint32_t total[TOTAL_COUNT];
    uint16_t day;                    /* since 1970 */
    uint16_t actor_day, account_day; /* first ones seen; `day` when there were none */
    bool is_part[TOTAL_COUNT];       /* of what the call is one */
    bool is_learned;
    bool is_held; /* in the quarantine */
} habits;

typedef struct habit_info {
    bool is_of_account;
    uint8_t total;
    const char *name, *doc;
} habit_info;

const habit_info *habit_describe(habit h);

/* Reads what is known before the call, then learns it. False: out of memory. */
bool habit_meet(baseline *b, const event *e, habits *ret);

/* Puts the call of an entry into the quarantine, once. */
void habit_hold(struct state *s, uint32_t entry);

/* What is known of one habit of an entry's call, incidents taken away. */
typedef struct habit_known {
    uint32_t n;      /* calls like it */
    uint32_t total;  /* of so many */
    uint32_t values; /* of so many different kinds; 0 when n is HABIT_OFTEN or more */
    uint32_t days;   /* since the actor or account was seen first */
    bool is_deep;    /* total and days are enough to tell a habit */
} habit_known;

/* False: the call has no such habit, or none was read (of calls that issue sessions). */
bool habit_before(const struct state *s, uint32_t entry, habit h, habit_known *ret);
/* True when there is a habit, and the call has no part in it. */
bool habit_is_first(const struct state *s, uint32_t entry, habit h);

/* How long the principal of an entry's call had been there, in these logs or, by days, in those
 * learned before: since it was made, or was seen first. -1: not known. *ret_is_made: its making was
 * seen. */
int64_t habit_actor_age_ns(const struct state *s, uint32_t entry, bool *ret_is_made);
/* How long the account's logs had been there, by days; -1: not known. */
int64_t habit_account_age_ns(const struct state *s, uint32_t entry);

/* Of earlier runs: the last day on which somebody made a call, and the first day on which his
 * account was seen, since 1970. 0: never. `actor` as records have it: an ARN without session, an
 * id. */
uint16_t habit_last_day(const baseline *b, provider cloud, str actor, uint16_t operation);
uint16_t habit_first_day(const baseline *b, provider cloud, str account);

/* What the event says of a habit, for people: "network 192.0.2.0/24". STR_NONE: nothing. */
str habit_text(const event *e, habit h, arena *a);

#endif
