/* SPDX-License-Identifier: Apache-2.0
 *
 * field.c -- the rows of field.def.
 */
#include "model/field.h"

#include <assert.h>

static const field_info rows[FIELD_COUNT] = {
#define FIELD(name, type, ocsf, ecs, doc) {#name, FIELD_TYPE_##type, #type, ocsf, ecs, doc},
#include "model/field.def"
#undef FIELD
};

/* With lengths: a name is looked up for each `set` of a known call. */
static const str names[FIELD_COUNT] = {
#define FIELD(name, type, ocsf, ecs, doc) STR_INIT(#name),
#include "model/field.def"
#undef FIELD
};

const field_info *field_describe(field f)
{
    assert((unsigned)f < FIELD_COUNT);
    return &rows[f];
}

field field_from_text(str name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (str_eq(name, names[i]))
            return (field)i;
    }
    return FIELD_COUNT;
}
