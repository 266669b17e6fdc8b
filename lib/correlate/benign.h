/* SPDX-License-Identifier: Apache-2.0
 *
 * benign.h -- automation that makes instances and snapshots all day, known by provenance.
 *
 *  (1) An explanation is accepted only when every call of the story's lineages that makes a thing
 *      carries at least two independent kinds of marks of it (who called, from where, what it wrote
 *      on the thing), and every other call, which can write nothing, at least one.
 *  (2) A user agent is never a mark: the caller chooses it.
 *  (3) Explanations that were tested and found wanting are reported too, with what was lacking.
 */
#ifndef SPOOR_CORRELATE_BENIGN_H
#define SPOOR_CORRELATE_BENIGN_H

#include "correlate/story.h"
#include <spoor/spoor.h>

typedef struct benign_result {
    spoor_benign *list;
    size_t n;
    const char *accepted; /* sentence for the score, or NULL */
} benign_result;

/* Everything in *ret lives in `a`. False: out of memory. */
bool benign_test(const state *s, const story *t, arena *a, benign_result *ret);

#endif
