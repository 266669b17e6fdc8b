/* SPDX-License-Identifier: Apache-2.0
 *
 * stage.h -- where a call stands in a chain (stage.def).
 */
#ifndef SPOOR_MODEL_STAGE_H
#define SPOOR_MODEL_STAGE_H

#include "base/base.h"

typedef enum stage {
#define STAGE(name, tactic, doc) STAGE_##name,
#include "model/stage.def"
#undef STAGE
    STAGE_COUNT
} stage;

/* Stages as bits. */
typedef uint32_t stage_set;

#define STAGE_SET(s) ((stage_set)1 << (s))

static inline bool stage_set_has(stage_set set, stage s)
{
    return set >> s & 1;
}

typedef struct stage_info {
    const char *name;
    const char *tactic;
    const char *doc;
} stage_info;

const stage_info *stage_describe(stage s);
stage stage_from_text(str s); /* STAGE_NONE when unknown */

#endif
