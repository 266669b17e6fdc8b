/* SPDX-License-Identifier: Apache-2.0
 *
 * threshold.h -- the numbers that checks compare with; the operator may give others.
 */
#ifndef SPOOR_MODEL_THRESHOLD_H
#define SPOOR_MODEL_THRESHOLD_H

typedef enum threshold {
#define THRESHOLD(name, value, unit, doc) THRESHOLD_##name,
#include "model/threshold.def"
#undef THRESHOLD
    THRESHOLD_COUNT
} threshold;

typedef struct threshold_info {
    const char *name;
    double value; /* as built */
    const char *unit;
    const char *doc;
} threshold_info;

const threshold_info *threshold_describe(threshold t);

#endif
