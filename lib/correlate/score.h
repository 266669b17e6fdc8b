/* SPDX-License-Identifier: Apache-2.0
 *
 * score.h -- what the steps of a story weigh, and the level the story reaches by it.
 *
 * Points: a step weighs ln(severity), more the rarer it is for its caller (rarity.h), less when it
 * was refused; a stage is
 * its heaviest step plus a little for the others; later stages weigh more; a weaker bond and a
 * longer time to the story weigh less; steps in an intruder's usual order give a bonus. What level
 * the points and the evidence allow is told in level.h.
 *
 *  (1) cents is the sum of all reasons' cents, exactly.
 */
#ifndef SPOOR_CORRELATE_SCORE_H
#define SPOOR_CORRELATE_SCORE_H

#include "correlate/story.h"
#include <spoor/spoor.h>

/* How unusual a story is for those who call, see unusual.h. */
typedef struct unusual {
    bool is_usual;    /* all its lineage's calls are what the caller does as a rule */
    bool is_stranger; /* a caller from where he never came, who breaks other habits, too */
    bool is_familiar; /* others do so in the account as a rule, and he is where he always is */
    uint32_t broken;  /* rows of the table in unusual.c, as bits: habits that its calls break */
    unsigned n_broken;
} unusual;

/* What the evidence holds; facts that gates, titles and verdicts are made from. */
typedef struct score_facts {
    bool has_instance; /* an instance was made */
    bool has_victim;   /* a copy was made of a volume, snapshot or instance that was there before */
    bool is_mounted;   /* that copy ended in, or on, an instance */
    bool is_attached;  /* it did so by being attached */
    bool has_new_identity; /* an identity or credential made in STORY_IDENTITY acts in it */
    bool is_away;  /* an instance's own session acted from elsewhere: its credentials were taken */
    bool is_fresh; /* the new identity was made within STORY_FRESH before the story's calls */
    bool has_new_factor;  /* a second factor was registered within STORY_FACTOR before */
    bool has_destruction; /* several things that others made were deleted */
    bool has_network;     /* a network was opened to the world, or a group swapped */
    bool has_access;      /* someone got into an instance; a key pair alone lets nobody in */
    bool has_exfil;       /* something was shared or exported */
    bool has_foreign_use; /* another account used a snapshot of ours */
    bool has_evasion;
    bool has_privesc;
    bool has_staging;
    bool has_success;        /* at least one anchor was not refused */
    unusual unusual;         /* for those who call */
    unsigned other_stages;   /* stages other than INSTANCE with evidence, firmly linked */
    unsigned tried_stages;   /* stages that were refused or failed, firmly linked */
    unsigned deleted;        /* calls that deleted what others made */
    uint32_t instances;      /* made */
    uint32_t victim;         /* entity: what was copied */
    uint32_t copy;           /* entity: the copy */
    uint32_t foreign;        /* entity: the snapshot that another account used */
    uint32_t instance;       /* entity: the instance that matters most */
    uint32_t exfil;          /* entity: what was shared or exported first */
    bool is_export;          /* it was exported, not shared */
    uint32_t identity;       /* entity: the new identity or credential */
    uint32_t identity_entry; /* journal entry that made it */
} score_facts;

typedef struct score_reason {
    str text;
    int64_t cents;
} score_reason;

typedef struct score_result {
    score_facts facts;
    spoor_level level;
    int64_t cents;
    score_reason *reasons;
    size_t n_reasons, cap_reasons;
    int64_t *step_cents; /* step_cents[i] of story.steps[i] */
} score_result;

/* What bears on a story besides its steps. */
typedef struct score_context {
    const char *harmless;      /* the benign explanation that was accepted, or NULL */
    double factor;             /* what is left of the points by it; 1: there is none */
    const score_reason *extra; /* reasons found elsewhere */
    size_t n_extra;
    stage_set without;   /* judge as if the calls of these stages had not been made */
    bool without_habits; /* and as if the rest were nothing new for their callers */
    bool without_extra;
} score_context;

/* All but the level; level_judge gives that, too. Everything in *ret lives in `a`. False: out of
 * memory. */
bool score_story(const state *s, const story *t, const score_context *context, arena *a,
                 score_result *ret);

void score_give(score_result *r, str text, int64_t cents, arena *a);

#endif
