/* SPDX-License-Identifier: Apache-2.0
 *
 * level.h -- from points and evidence to the level of an incident.
 *
 *  (1) level = the lower of what the points reach and what the evidence allows, then caps and one
 *      floor; each that decided is a reason with 0 points.
 *  (2) An instance alone is informational, whatever it weighs.
 */
#ifndef SPOOR_CORRELATE_LEVEL_H
#define SPOOR_CORRELATE_LEVEL_H

#include "correlate/score.h"

/* Points x 100 that a story needs for the level. */
int64_t level_cents_of(spoor_level level);

/* Scores the story and decides its level; as score_story. */
bool level_judge(const state *s, const story *t, const score_context *context, arena *a,
                 score_result *ret);

#endif
