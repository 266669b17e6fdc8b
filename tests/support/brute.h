/* SPDX-License-Identifier: Apache-2.0
 *
 * brute.h -- Sigma correlations without any cleverness: the twin that the engine is compared with.
 *
 *  (1) All events are kept, and every window is computed anew from all of them: O(n^2).
 *  (2) It shares no code with the engine; it stops the test when memory or its own limits run out.
 */
#ifndef SPOOR_TESTS_BRUTE_H
#define SPOOR_TESTS_BRUTE_H

#include "correlate/sigma_engine.h"
#include "model/ruleset.h"

enum { BRUTE_TEXT = 512 };

typedef struct brute_firing {
    uint32_t correlation;
    int64_t time_ns;
    double count;
    uint64_t n_events;
    char group[BRUTE_TEXT]; /* name=value; … */
    char uids[BRUTE_TEXT];  /* in the order of the firing; empty for temporal_ordered */
} brute_firing;

typedef struct brute brute;

/* All matches at once, in order. */
brute *brute_run(const ruleset *set, const sigma_match *matches, size_t n);
const brute_firing *brute_firings(const brute *b, size_t *ret_n);
void brute_free(brute *b);

#endif
