/* SPDX-License-Identifier: Apache-2.0
 *
 * lanes.h -- what the engine asks of stream.c, which owns the lanes.
 */
#ifndef SPOOR_ENGINE_LANES_H
#define SPOOR_ENGINE_LANES_H

#include "engine/engine.h"
#include "order/sorter.h"

void lanes_free(spoor_engine *e);
/* The sorters of all lanes, in an array for the caller to free; NULL: out of memory. */
sorter **lanes_sorters(const spoor_engine *e, size_t *ret_n);

/* What each rule cost, over all lanes, in the engine's arena. NULL: out of memory. */
const spoor_rule_cost *lanes_rule_costs(spoor_engine *e);

#endif
