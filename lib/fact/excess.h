/* SPDX-License-Identifier: Apache-2.0
 *
 * excess.h -- what did not fit, by the limit that was hit.
 *
 *  (1) Each store counts for itself; the audit adds them up and tells them with the limit's name.
 */
#ifndef SPOOR_FACT_EXCESS_H
#define SPOOR_FACT_EXCESS_H

#include <stdint.h>

typedef enum excess_id {
#define EXCESS(name, limit, text) EXCESS_##name,
#include "fact/excess.def"
#undef EXCESS
    EXCESS_COUNT
} excess_id;

typedef struct excess {
    uint64_t n[EXCESS_COUNT];
} excess;

typedef struct excess_info {
    const char *name; /* of the limit: "facts" */
    uint64_t limit;
    const char *text; /* of what there is more: "things are told of" */
} excess_info;

const excess_info *excess_describe(excess_id e);
void excess_add(excess *to, const excess *from);

#endif
