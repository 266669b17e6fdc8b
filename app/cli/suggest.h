/* SPDX-License-Identifier: Apache-2.0
 *
 * suggest.h -- what somebody probably meant.
 */
#ifndef SPOOR_APP_SUGGEST_H
#define SPOOR_APP_SUGGEST_H

#include <stddef.h>

/* The nearest so far to `typed`; begin with best = NULL and distance = 0. */
typedef struct suggest {
    const char *typed;
    const char *best; /* NULL: nothing is within two edits */
    size_t distance;
} suggest;

void suggest_try(suggest *s, const char *candidate);

#endif
