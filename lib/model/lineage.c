/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.c -- the words of joins, and bounds.
 */
#include "model/lineage.h"

#include <assert.h>

#include "model/ruleset.h"

#define BIT(slot) (1u << (slot))

/* clang-format off */
static const lineage_key keys[] = {
    {"created",    BIT(RELATION_CREATED),    true,  "what * made"},
    {"parent",     BIT(RELATION_PARENT),     true,  "what * was made from"},
    {"target",     BIT(RELATION_TARGET),     true,  "what * acted on"},
    {"subject",    BIT(RELATION_CREATED) | BIT(RELATION_TARGET) | BIT(RELATION_ATTACHED), true,
                                                    "what * made, acted on or attached"},
    {"attached",   BIT(RELATION_ATTACHED),   true,  "what * attached"},
    {"uses",       BIT(RELATION_USES),       true,  "what * set things up with"},
    {"shared_to",  BIT(RELATION_SHARED_TO),  true,  "whom * shared with"},
    {"granted",    BIT(RELATION_GRANTED),    true,  "the role or policy that * gave"},
    {"thing",      BIT(RELATION_CREATED) | BIT(RELATION_PARENT) | BIT(RELATION_TARGET) |
                   BIT(RELATION_USES) | BIT(RELATION_ATTACHED) | BIT(RELATION_SHARED_TO) |
                   BIT(RELATION_GRANTED),    true,  "a thing that * names"},
    {"actor",      BIT(LINEAGE_ACTOR),       false, "who is behind *"},
    {"principal",  BIT(LINEAGE_PRINCIPAL),   false, "whom the record of * names as caller"},
    {"credential", BIT(LINEAGE_CREDENTIAL),  false, "the key or session of *"},
    {"caller",     BIT(LINEAGE_ACTOR) | BIT(LINEAGE_PRINCIPAL) | BIT(LINEAGE_CREDENTIAL), false,
                                                    "the caller of *, or its key or session"},
    {"machine",    BIT(LINEAGE_MACHINE),     false, "the machine whose role made *"},
    {"account",    BIT(LINEAGE_ACCOUNT),     false, "the account of *"},
    {"region",     BIT(LINEAGE_REGION),      false, "the region of *"},
    {"address",    BIT(LINEAGE_ADDRESS),     false, "the address that * came from"},
};

static const char *const slots[LINEAGE_SLOTS - RELATION_COUNT] = {
    "actor", "principal", "credential", "machine", "account", "region", "address",
};

const char *const lineage_habit_texts[3] = {"operation", "region", "address"};
/* clang-format on */

size_t lineage_key_count(void)
{
    return ARRAY_LEN(keys);
}

const lineage_key *lineage_key_at(size_t i)
{
    assert(i < ARRAY_LEN(keys));
    return &keys[i];
}

const lineage_key *lineage_key_find(str text)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (str_is(text, keys[i].text))
            return &keys[i];
    return NULL;
}

const char *lineage_slot_text(unsigned slot)
{
    assert(slot < LINEAGE_SLOTS);
    return slot < RELATION_COUNT ? relation_text((relation)slot) : slots[slot - RELATION_COUNT];
}

static bool holds(const lineage_bound *b, double value)
{
    switch ((rule_compare)b->compare) {
    case RULE_LT:
        return value < b->number;
    case RULE_LTE:
        return value <= b->number;
    case RULE_GT:
        return value > b->number;
    case RULE_GTE:
        return value >= b->number;
    case RULE_EQ:
        return value == b->number;
    case RULE_NEQ:
        return value != b->number;
    case RULE_COMPARES:
        break;
    }
    return false;
}

bool lineage_bounds_hold(const lineage_bounds *b, double value)
{
    for (size_t i = 0; i < b->n; i++)
        if (!holds(&b->items[i], value))
            return false;
    return true;
}

bool lineage_bounds_reached(const lineage_bounds *b, double value)
{
    for (size_t i = 0; i < b->n; i++) {
        bool is_least = b->items[i].compare == RULE_GT || b->items[i].compare == RULE_GTE;
        if (is_least && !holds(&b->items[i], value))
            return false;
    }
    return true;
}
