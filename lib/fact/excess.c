/* SPDX-License-Identifier: Apache-2.0
 *
 * excess.c -- what did not fit, by the limit that was hit.
 */
#include "fact/excess.h"

#include <assert.h>

#include "base/limits.h"

static const excess_info rows[EXCESS_COUNT] = {
#define EXCESS(name, limit, text) {#name, limit, text},
#include "fact/excess.def"
#undef EXCESS
};

const excess_info *excess_describe(excess_id e)
{
    assert(e < EXCESS_COUNT);
    return &rows[e];
}

void excess_add(excess *to, const excess *from)
{
    for (int i = 0; i < EXCESS_COUNT; i++)
        to->n[i] += from->n[i];
}
