/* SPDX-License-Identifier: Apache-2.0
 *
 * threshold.c -- the table of thresholds.
 */
#include "model/threshold.h"

#include <assert.h>

static const threshold_info table[] = {
#define THRESHOLD(name, value, unit, doc) {#name, value, unit, doc},
#include "model/threshold.def"
#undef THRESHOLD
};

const threshold_info *threshold_describe(threshold t)
{
    assert(t < THRESHOLD_COUNT);
    return &table[t];
}
