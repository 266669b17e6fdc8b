/* SPDX-License-Identifier: Apache-2.0
 *
 * entity.h -- kinds of things (entity.def), and how one call relates to a thing.
 */
#ifndef SPOOR_MODEL_ENTITY_H
#define SPOOR_MODEL_ENTITY_H

#include "base/base.h"

typedef enum entity_type {
#define ENTITY(name, text, doc) ENTITY_##name,
#include "model/entity.def"
#undef ENTITY
    ENTITY_COUNT
} entity_type;

typedef struct entity_info {
    const char *text;
    const char *doc;
} entity_info;

const entity_info *entity_describe(entity_type t);
/* True for the kinds of things that lineage runs through. */
bool entity_is_lineage(uint8_t type);
entity_type entity_from_text(str s); /* ENTITY_NONE when unknown */

/* How an event relates to a resource it names. */
typedef enum relation {
    RELATION_NONE,
    RELATION_CREATED,   /* the call made it */
    RELATION_PARENT,    /* what the created one was made from */
    RELATION_TARGET,    /* acted on */
    RELATION_USES,      /* the created one or target is set up with it: group, key, role, subnet */
    RELATION_ATTACHED,  /* joined to the target: volume to instance, address to instance */
    RELATION_SHARED_TO, /* whom the target was shared with */
    RELATION_GRANTED,   /* role or policy given to the target */
    RELATION_ALIAS,     /* another id of the created one or target */
    RELATION_COUNT
} relation;

const char *relation_text(relation r);
relation relation_from_text(str s); /* RELATION_NONE when unknown */

#endif
