/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_story.h -- what lineage rules say of a story: which found a chain in it, and which nearly
 * did.
 */
#ifndef SPOOR_CORRELATE_CHAIN_STORY_H
#define SPOOR_CORRELATE_CHAIN_STORY_H

#include "correlate/chain.h"

typedef struct arena arena;
typedef struct story story;
typedef struct text_list text_list;

/* The chains, whole or near, in which an entry of the journal stands; at most `cap`. */
size_t chain_matches(chain *c, const state *s, uint32_t entry, chain_part *ret, size_t cap);

/* A line for each rule that lacks a step, unless it found a chain in the story, too. */
void chain_near_misses(chain *c, const state *s, const story *t, arena *a, text_list *ret);

#endif
