/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h -- reads from a story's steps what they prove.
 */
#ifndef SPOOR_CORRELATE_FACTS_H
#define SPOOR_CORRELATE_FACTS_H

#include "correlate/score.h"

/* `without`: as if the calls of these stages had not been made, nor what only they show. */
score_facts facts_of(const state *s, const story *t, stage_set without);

/* True when the step is evidence of its stage: it succeeded, and it did what the stage says (a rule
 * opened to one office is no loosened network, a read-only policy no escalation). */
bool facts_is_evidence(const state *s, const story *t, const story_step *step);

#endif
