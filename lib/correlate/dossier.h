/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier.h -- all that is remembered of one thing, written down.
 *
 *  (1) Everything the dossier points to lives in the arena it was written into, or is static.
 *  (2) Lists of calls are in event-time order and hold the newest LIMIT_TRACE_STEPS; what limits
 *      left out stands in `missing`.
 */
#ifndef SPOOR_CORRELATE_DOSSIER_H
#define SPOOR_CORRELATE_DOSSIER_H

#include "base/arena.h"
#include "correlate/correlate.h"
#include "state/mentions.h"
#include "state/state.h"

typedef struct dossier_source {
    const state *s;
    const correlate_result *found; /* incidents */
    const mentions *mentions;
    const char *searched;     /* the text that they hold */
    const char *const *names; /* of inputs */
} dossier_source;

/* False: out of memory. */
bool dossier_write(const dossier_source *from, uint32_t thing, arena *out, spoor_dossier *ret);

#endif
