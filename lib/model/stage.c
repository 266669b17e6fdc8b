/* SPDX-License-Identifier: Apache-2.0
 *
 * stage.c -- the rows of stage.def.
 */
#include "model/stage.h"

#include <assert.h>

static const stage_info rows[STAGE_COUNT] = {
#define STAGE(name, tactic, doc) {#name, tactic, doc},
#include "model/stage.def"
#undef STAGE
};

const stage_info *stage_describe(stage s)
{
    assert((unsigned)s < STAGE_COUNT);
    return &rows[s];
}

stage stage_from_text(str s)
{
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        if (str_is(s, rows[i].name))
            return (stage)i;
    }
    return STAGE_NONE;
}
