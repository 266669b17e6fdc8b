/* SPDX-License-Identifier: Apache-2.0
 *
 * track.h -- the graph walked from one thing: back to where it came from, on to what came from it.
 *
 *  (1) A node's parent stands before it; children are in the order of their proofs.
 *  (2) A thing that hangs in several places has its branch at the first of them and is `is_again`
 *      at the others. That also ends circles.
 *  (3) At most LIMIT_TRACE_NODES nodes, TRACK_DEPTH deep; what does not fit is counted.
 */
#ifndef SPOOR_CORRELATE_TRACK_H
#define SPOOR_CORRELATE_TRACK_H

#include <spoor/spoor.h>

#include "base/arena.h"
#include "state/state.h"

enum { TRACK_DEPTH = 16 };

typedef enum track_way { TRACK_ORIGIN, TRACK_OFFSPRING } track_way;

typedef struct track {
    spoor_node *nodes; /* in the arena it was walked into */
    uint32_t *things;  /* things[i] is what nodes[i] stands for */
    size_t n;
    uint64_t left_out;
} track;

/* names: of inputs. False: out of memory. */
bool track_walk(const state *s, uint32_t thing, track_way way, const char *const *names, arena *out,
                track *ret);

#endif
