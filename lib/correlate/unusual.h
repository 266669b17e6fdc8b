/* SPDX-License-Identifier: Apache-2.0
 *
 * unusual.h -- how unusual a story is as a whole for who made it.
 *
 *  (1) Habits are those known before the story, see rarity.h. Where nothing is known of them, a
 *      story is neither usual nor unusual.
 *  (2) A habit is broken when it is known well and a call of the lineage has no part in it. Only
 *      habits that are worth something by themselves count: not the tool, which callers choose,
 *      nor the hour.
 */
#ifndef SPOOR_CORRELATE_UNUSUAL_H
#define SPOOR_CORRELATE_UNUSUAL_H

#include "correlate/score.h"

unusual unusual_of(const state *s, const story *t);

/* "a call that its caller never made, a network never used" for what is broken. Lives in `a`. */
str unusual_text(const unusual *u, arena *a);

#endif
