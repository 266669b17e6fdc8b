/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.h -- lineage rules at work: events come in order, chains come out.
 *
 * When an event completes a chain of a rule, the chain is found. It then waits until no event can
 * add to it, or take it back (a step that must be absent), and is told with all its optional steps.
 *
 *  (1) A completion that has an event in common with a chain that was found by the same rule is
 *      counted there: one finding for a snapshot from which ten machines are made.
 *  (2) A rule of three mandatory steps or more remembers chains that lack one of them, unless
 *      their events come to stand in a whole one.
 *  (3) What limits make it forget, or not try, is counted.
 */
#ifndef SPOOR_CORRELATE_CHAIN_H
#define SPOOR_CORRELATE_CHAIN_H

#include "base/base.h"
#include "base/buf.h"

typedef struct chain chain;
typedef struct event event;
typedef struct ruleset ruleset;
typedef struct spoor_chain spoor_chain;
typedef struct state state;

chain *chain_new(const ruleset *r); /* NULL: out of memory */
void chain_free(chain *c);
/* Remember what is near of rules of two steps, too, and what lacks more than one step. */
void chain_keep_all_near(chain *c);
void chain_limit(chain *c, size_t limit_bytes); /* instead of LIMIT_CHAIN_BYTES */

/* A rule that is a step matched a record. Comes before the record's event. fold_hash may be 0. */
typedef struct chain_match {
    int64_t time_ns;
    uint64_t uid_hash, fold_hash;
    uint32_t rule;
} chain_match;

bool chain_mark_event(chain *c, const chain_match *m); /* false: out of memory */
/* The next event, which is in the state as `entry`. False: out of memory. */
bool chain_take(chain *c, const state *s, const event *e, uint32_t entry);
/* No event will come any more. */
bool chain_finish(chain *c);
bool chain_failed(const chain *c); /* out of memory: what it says is incomplete */

/* After chain_finish: what was found, in the order of time; those that lack a step behind the
 * others. names: of inputs, by number. Texts live as long as the chain. False: out of memory. */
bool chain_tell(chain *c, const char *const *names, const spoor_chain **ret, size_t *ret_n);

/* In which chains an event stands, by its id: whole ones (is_near false), or those that lack a
 * step. Any time; of chains as they are then. */
typedef struct chain_part {
    uint32_t rule;  /* rule_info */
    uint32_t chain; /* equal for events of one chain */
    bool is_near;
    unsigned n_steps, of_steps; /* mandatory ones */
} chain_part;

size_t chain_parts_of(chain *c, str event_uid, chain_part *ret, size_t cap);

/* "Copy of a disk …: 3 of 4 steps: no volume.attach (mount) that is joined within 7 d", of a near
 * one. */
void chain_part_words(const chain *c, const chain_part *p, buf *out);

typedef struct chain_losses {
    uint64_t events;   /* forgotten by the limit on bytes */
    uint64_t searches; /* given up */
    uint64_t early;    /* chains told before their time was over */
    uint64_t near;     /* near ones that were not remembered */
    uint64_t marks;    /* matches whose event came too late */
    uint64_t habits;   /* first uses not remembered */
    uint64_t untold;   /* chains beyond LIMIT_CHAIN_FINDINGS */
    uint64_t nameless; /* matches of steps on calls that are not known */
} chain_losses;

chain_losses chain_lost(const chain *c);

#endif
