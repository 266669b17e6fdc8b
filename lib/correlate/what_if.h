/* SPDX-License-Identifier: Apache-2.0
 *
 * what_if.h -- counterfactuals: what the level would be if one kind of evidence were not there.
 *
 *  (1) A counterfactual is the same story judged again without the calls of some stages; nothing is
 *      estimated.
 *  (2) Told are those that lower the level; when none does, that no single one carries it.
 */
#ifndef SPOOR_CORRELATE_WHAT_IF_H
#define SPOOR_CORRELATE_WHAT_IF_H

#include "correlate/score.h"

typedef struct text_list text_list;

/* `scored` is the story as it was, under `context`. Everything lives in `a`; false: out of
 * memory. */
bool what_if_tell(const state *s, const story *t, const score_context *context,
                  const score_result *scored, arena *a, text_list *ret);

#endif
