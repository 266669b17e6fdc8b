/* SPDX-License-Identifier: Apache-2.0
 *
 * benign.h -- automation that makes instances and snapshots all day, known by provenance.
 *
 *   benign.def       the explanations: marks of each, and what makes it suspicious again
 *   benign_case.h    the story's calls and the marks on them
 *   benign_veto.h    what takes an explanation back
 *
 *  (1) A call is explained by a row when it carries marks of two kinds, one of which no caller can
 *      choose. A call that makes nothing can carry few: it is explained when it carries one that
 *      nobody can choose, or its caller made a call that is explained. So is a call that makes
 *      something, with one such mark, by the caller of one that carries all.
 *  (2) A story is explained when each of its calls is, by whichever row, and no veto of that row
 *      holds.
 *  (3) A user agent is never a mark that counts: the caller chooses it.
 *  (4) Explanations that were tested and found wanting are reported too, with what was lacking or
 *      what stood against them.
 *  (5) The operator's own automation (settings.h) is tested like the rows of the table.
 */
#ifndef SPOOR_CORRELATE_BENIGN_H
#define SPOOR_CORRELATE_BENIGN_H

#include "correlate/story.h"
#include <spoor/spoor.h>

struct spoor_settings; /* model/settings.h */

typedef struct benign_result {
    spoor_benign *list;
    size_t n;
    const char *accepted; /* sentence for the score, or NULL */
    /* What the story's calls weigh: 1 nothing explains them, 0.5 each carries one mark that counts,
     * 0.2 they are explained by two kinds each, 0.05 by three or more. */
    double factor;
} benign_result;

/* `of`: the operator's settings, or NULL. Everything in *ret lives in `a`. False: out of memory. */
bool benign_test(const state *s, const story *t, const struct spoor_settings *of, arena *a,
                 benign_result *ret);

#endif
