/* SPDX-License-Identifier: Apache-2.0
 *
 * story.h -- which remembered events belong together, and how firmly each is linked.
 *
 * A strand is one lineage: the calls about things that graph components join. A story is the
 * strands of one actor close in time, with what that actor, its identity and the things involved
 * did around them.
 *
 *  (1) Strands are joined by a shared session, or a root actor who is new, within STORY_GAP; by one
 *      who is not within STORY_JOIN; never by an address or an account.
 *      Strands that only make instances are not joined by the actor: each is daily work by itself.
 *      They are when their caller comes from where he was hardly ever seen.
 *      Nor are those of calls that he made at least STORY_HABITUAL times before.
 *  (2) An actor with more than STORY_BUSY strands within STORY_GAP is automation: its strands stay
 *      apart unless they share a session, and its other calls are no context for each of them. An
 *      actor or session that was itself made within STORY_IDENTITY is never taken for automation.
 *      So it is with a session of more than STORY_BUSY_SESSION strands.
 *  (3) Steps are in time order; no entry is in a story twice.
 */
#ifndef SPOOR_CORRELATE_STORY_H
#define SPOOR_CORRELATE_STORY_H

#include "base/arena.h"
#include "base/time.h"
#include "state/state.h"

#define STORY_GAP (72 * TIME_HOUR)
#define STORY_JOIN (24 * TIME_HOUR)
#define STORY_CLOSED                                                                               \
    (STORY_GAP + TIME_HOUR)           /* no call this much later continues a story by its actor */
#define STORY_FACTOR (24 * TIME_HOUR) /* how far back a new second factor counts as new */
#define STORY_FRESH (24 * TIME_HOUR)  /* and a new identity, if nothing else speaks against it */
#define STORY_IDENTITY (7 * TIME_DAY) /* how far back a new identity counts as new */

enum {
    STORY_BUSY = 8,          /* strands of one root actor within STORY_GAP */
    STORY_BUSY_SESSION = 64, /* strands of one session within STORY_GAP */
    STORY_HABITUAL = 3,      /* times that a call was made before, to be a habit of its caller */
};

/* How a step is known to belong to the story, strongest first. */
typedef enum story_bond {
    BOND_LINEAGE,  /* about a thing of the lineage, or what that thing uses */
    BOND_SESSION,  /* same credential or session as a call of the lineage */
    BOND_IDENTITY, /* made or empowered the identity that acts */
    BOND_ACTOR,    /* same root actor, within STORY_GAP */
    BOND_ROLE, /* done by the role of an instance of the story: an application's work as a rule */
    BOND_COUNT
} story_bond;

double bond_weight(story_bond b);
const char *bond_text(story_bond b);

typedef struct story_step {
    uint32_t entry;
    story_bond bond;
    bool is_anchor; /* of a strand: what the story is about */
} story_step;

struct spoor_settings; /* model/settings.h */

typedef struct story {
    const struct spoor_settings *settings; /* the operator's, or NULL */
    story_step *steps;
    size_t n_steps, cap_steps;
    uint32_t *roots; /* root actors of anchors */
    size_t n_roots, cap_roots;
    uint32_t *things; /* lineage entities and what they use */
    size_t n_things, cap_things;
    int64_t first_ns, last_ns; /* of the anchors */
    uint64_t left_out;         /* steps beyond LIMIT_STORY_STEPS */
    bool is_busy;              /* by rule (2) */
    bool is_session_busy;
} story;

typedef struct strand {
    uint32_t component;
    uint32_t *entries; /* in time order */
    size_t n;
    int64_t first_ns, last_ns;
    size_t joined; /* union-find over strands */
    bool is_busy, is_session_busy;
} strand;

typedef struct story_plan {
    strand *strands;
    size_t n_strands;
    uint32_t *entries; /* what the strands' entries point into */
    size_t *order;     /* strands, those of one story next to each other */
} story_plan;

/* Groups all anchors. False: out of memory. */
bool story_plan_make(state *s, story_plan *ret);
void story_plan_done(story_plan *p);

/* Builds the story of strands order[from..to) in `scratch`. False: out of memory. */
bool story_build(state *s, const story_plan *p, size_t from, size_t to, arena *scratch, story *ret);

/* Marks all calls that are part of the story as open, and some more: see entry.is_open. `kept`
 * begins empty and is the same for all stories of a plan. False: out of memory. */
bool story_keep(state *s, const story_plan *p, size_t from, size_t to, map *kept, arena *scratch);

/* True for calls that make a strand: what makes, copies, changes gravely, shares or deletes a thing
 * of a lineage. Ending an instance is not among them: it is how most of them go. */
bool story_is_anchor(const state *s, const entry *e);

/* The disk made in these logs that a change of a machine put under or on it; 0: none. */
uint32_t story_mounted(const state *s, const entry *e);

#endif
