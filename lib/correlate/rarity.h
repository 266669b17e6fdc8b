/* SPDX-License-Identifier: Apache-2.0
 *
 * rarity.h -- how rare a call is for who made it and where, 0 to 1, and that in words.
 *
 * Of a context (an actor's calls, an account's launches) of which `total` calls are known, with
 * `values` different values, a call has a value met n times before:
 *
 *     never met     R = log2((total + 1) / (values + 1)) / 6
 *     met n times   R = that / (1 + log2(n + 1)); at most log2((total + values + 1) / (n + 1)) / 6
 *     HABIT_OFTEN   R = 0: it is a habit
 *
 * Who often does something new (backup copies new disks every night) does nothing rare by doing so
 * again; a habit is not rare for being one of many.
 *
 *  (1) A context of fewer than HABIT_ENOUGH calls or HABIT_DAYS days tells nothing. What an actor
 *      does is then half what it is for the account, half RARITY_UNKNOWN; when the account tells
 *      nothing either, RARITY_UNKNOWN.
 *  (2) A call is as rare as the rarest of its habits, each weighed by what it can prove.
 *  (3) A story is compared with what was known before it: of several calls with one habit, the
 *      first counts for all.
 */
#ifndef SPOOR_CORRELATE_RARITY_H
#define SPOOR_CORRELATE_RARITY_H

#include "base/arena.h"
#include "state/habit.h"

struct state;
struct story;

/* How rare a call is while nothing is known of its habits. */
#define RARITY_UNKNOWN 0.4

typedef struct rarity {
    double value; /* 0..1 */
    bool is_known;
    habit habit;       /* the one that decided; HABIT_COUNT: none did, all is as always */
    habit_known known; /* what was known of it before the story; of the account, if not is_known */
} rarity;

rarity rarity_of(const struct state *s, const struct story *t, uint32_t entry);
/* What was known before the story of one habit of its call. False: the call has no such habit. */
bool rarity_known(const struct state *s, const struct story *t, uint32_t entry, habit h,
                  habit_known *ret);

/* A sentence with its depth: "first RunInstances by ci-role in 143 days, 12,331 calls". Lives in
 * `a`; STR_NONE: out of memory. */
str rarity_text(const struct state *s, const rarity *r, uint32_t entry, arena *a);

/* R of the head. */
double rarity_value(const habit_known *k);

#endif
