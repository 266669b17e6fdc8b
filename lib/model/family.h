/* SPDX-License-Identifier: Apache-2.0
 *
 * family.h -- log families by number and name (family.def).
 */
#ifndef SPOOR_MODEL_FAMILY_H
#define SPOOR_MODEL_FAMILY_H

#include "base/base.h"

typedef enum family {
#define FAMILY(name) FAMILY_##name,
#include "model/family.def"
#undef FAMILY
    FAMILY_COUNT
} family;

/* Set of families, bit by number. */
typedef uint16_t family_set;
#define FAMILY_ALL ((family_set)((1u << FAMILY_COUNT) - 1))

const char *family_text(family f);
family family_from_text(str s); /* FAMILY_COUNT when unknown */

#endif
