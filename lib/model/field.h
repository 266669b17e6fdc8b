/* SPDX-License-Identifier: Apache-2.0
 *
 * field.h -- the fields of the one event model (field.def).
 */
#ifndef SPOOR_MODEL_FIELD_H
#define SPOOR_MODEL_FIELD_H

#include "base/base.h"

typedef enum field {
#define FIELD(name, type, ocsf, ecs, doc) FIELD_##name,
#include "model/field.def"
#undef FIELD
    FIELD_COUNT
} field;

typedef enum field_type {
    FIELD_TYPE_TIME,
    FIELD_TYPE_TEXT,
    FIELD_TYPE_BOOL,
    FIELD_TYPE_INT,
    FIELD_TYPE_IP,
    FIELD_TYPE_ENUM,
    FIELD_TYPE_LIST,
} field_type;

typedef struct field_info {
    const char *name;
    field_type type;
    const char *type_text;
    const char *ocsf;
    const char *ecs;
    const char *doc;
} field_info;

const field_info *field_describe(field f);
/* The field called `name`; FIELD_COUNT when there is none. */
field field_from_text(str name);

#endif
