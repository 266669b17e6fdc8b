/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.h -- from the stories in the state to the engine's incidents.
 */
#ifndef SPOOR_ENGINE_JUDGE_H
#define SPOOR_ENGINE_JUDGE_H

#include "engine/engine.h"

typedef struct chain chain;

/* Judges the stories that no event at or after closed_before_ns can continue. `chains`: the
 * lineage rules' events, or NULL. False: out of memory. */
bool judge_until(spoor_engine *e, chain *chains, int64_t closed_before_ns);

/* Judges what is left, and puts all incidents in order. False: out of memory. */
bool judge_all(spoor_engine *e, chain *chains);

#endif
