/* SPDX-License-Identifier: Apache-2.0
 *
 * prepare.h -- the part of a judgement that looks at nothing that judging changes.
 *
 * What is known of habits changes from one judged story to the next (see habit_hold). What a story
 * consists of, and what sets its machines apart, does not: that can be made ready beforehand.
 */
#ifndef SPOOR_CORRELATE_PREPARE_H
#define SPOOR_CORRELATE_PREPARE_H

#include "base/arena.h"
#include "correlate/score.h"
#include "correlate/story.h"

struct spoor_settings; /* model/settings.h */

enum { EXTRAS_MAX = 64 }; /* of which each kind has its share */

/* Reasons that are not read from steps: what sets the story's machines apart, how the world reaches
 * them, and what the operator's settings say. */
typedef struct extras {
    score_reason list[EXTRAS_MAX];
    size_t n;
} extras;

typedef struct prepared {
    arena scratch; /* what the others point to, and room for whoever judges */
    story story;
    extras more;     /* empty for routine */
    bool is_routine; /* no incident at any level */
    bool failed;     /* out of memory */
} prepared;

void prepared_done(prepared *p);

/* Strands order[from..to) of the plan, as one story. *ret is a zeroed one, or was used before. The
 * state is only read. */
void prepare_story(state *s, const story_plan *plan, size_t from, size_t to,
                   const struct spoor_settings *settings, prepared *ret);

#endif
