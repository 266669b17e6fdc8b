/* SPDX-License-Identifier: Apache-2.0
 *
 * entity.c -- the rows of entity.def, and the names of relations.
 *
 * The operation table is written in these names: a spec item is `relation type path`.
 */
#include "model/entity.h"

#include <assert.h>

static const entity_info rows[ENTITY_COUNT] = {
#define ENTITY(name, text, doc) {text, doc},
#include "model/entity.def"
#undef ENTITY
};

/* With lengths: a type is looked up for each ref of a known call. */
static const str texts[ENTITY_COUNT] = {
#define ENTITY(name, text, doc) STR_INIT(text),
#include "model/entity.def"
#undef ENTITY
};

static const char *const relations[RELATION_COUNT] = {
    [RELATION_NONE] = "none",           [RELATION_CREATED] = "created",
    [RELATION_PARENT] = "parent",       [RELATION_TARGET] = "target",
    [RELATION_USES] = "uses",           [RELATION_ATTACHED] = "attached",
    [RELATION_SHARED_TO] = "shared_to", [RELATION_GRANTED] = "granted",
    [RELATION_ALIAS] = "alias",
};

const entity_info *entity_describe(entity_type t)
{
    assert((unsigned)t < ENTITY_COUNT);
    return &rows[t];
}

entity_type entity_from_text(str s)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (str_eq(s, texts[i]))
            return (entity_type)i;
    }
    return ENTITY_NONE;
}

const char *relation_text(relation r)
{
    assert((unsigned)r < RELATION_COUNT);
    return relations[r];
}

relation relation_from_text(str s)
{
    for (size_t i = 0; i < RELATION_COUNT; i++) {
        if (str_is(s, relations[i]))
            return (relation)i;
    }
    return RELATION_NONE;
}

bool entity_is_lineage(uint8_t type)
{
    return type == ENTITY_SNAPSHOT || type == ENTITY_VOLUME || type == ENTITY_IMAGE ||
           type == ENTITY_TEMPLATE || type == ENTITY_INSTANCE;
}
