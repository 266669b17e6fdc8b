/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.h -- compiled lineage rules: steps, what joins them, and what else must hold.
 *
 * A step is an event of a kind; kinds are shared between rules. What one event says that another
 * may say too (the volume it made, the account it was in) is a value in a slot. A facet is a kind
 * and some slots: what of an event can be looked up. A join says that a step belongs to the chain
 * because one of its equations holds, each between a facet of that step and one of another.
 *
 *  (1) Immutable; lives in the ruleset's arena.
 *  (2) At most LIMIT_LINEAGE_STEPS steps, so that a set of steps is a number.
 *  (3) The owner of a join stands on the left of all its equations. A step is proven when all joins
 *      it owns are; a chain hangs together by equations that hold.
 */
#ifndef SPOOR_MODEL_LINEAGE_H
#define SPOOR_MODEL_LINEAGE_H

#include "base/base.h"
#include "base/limits.h"
#include "model/entity.h"

/* Slots: the relations of entity.h, then these. */
enum {
    LINEAGE_ACTOR = RELATION_COUNT, /* who is behind the call, as far as the logs show */
    LINEAGE_PRINCIPAL,              /* whom the record names */
    LINEAGE_CREDENTIAL,             /* key, secret or session that was used */
    LINEAGE_MACHINE,                /* the instance as whose role the call was made */
    LINEAGE_ACCOUNT,
    LINEAGE_REGION,
    LINEAGE_ADDRESS,
    LINEAGE_SLOTS
};

/* A word that names one slot or several. */
typedef struct lineage_key {
    const char *text; /* "parent" */
    uint16_t slots;   /* bits */
    bool is_thing;    /* may be followed by a kind of thing: "created.snapshot" */
    const char *doc;  /* as said of a step *: "what * was made from" */
} lineage_key;

size_t lineage_key_count(void);
const lineage_key *lineage_key_at(size_t i);
/* The key called `text`; NULL: there is none. */
const lineage_key *lineage_key_find(str text);
const char *lineage_slot_text(unsigned slot);

typedef enum lineage_need { LINEAGE_MANDATORY, LINEAGE_OPTIONAL, LINEAGE_ABSENT } lineage_need;

/* How much of something there must be; n 0: no bound. */
typedef struct lineage_bound {
    uint8_t compare; /* rule_compare */
    double number;
} lineage_bound;

typedef struct lineage_bounds {
    lineage_bound items[2];
    size_t n;
} lineage_bounds;

bool lineage_bounds_hold(const lineage_bounds *b, double value);
/* The bounds that, once they hold, no further event can break: gt, gte. */
bool lineage_bounds_reached(const lineage_bounds *b, double value);

/* Habits of an actor. */
enum { LINEAGE_NEW_OPERATION = 1, LINEAGE_NEW_REGION = 2, LINEAGE_NEW_ADDRESS = 4 };

extern const char *const lineage_habit_texts[3]; /* by bit */

typedef struct lineage_use {
    uint32_t lineage;
    uint8_t step;
} lineage_use;

/* What an event must be to play a step. */
typedef struct lineage_kind {
    const uint8_t *operations; /* bits, by row of the operation table; NULL: none */
    const uint32_t *rules;     /* or matched by one of these */
    size_t n_rules;
    uint8_t outcomes;   /* bits; 0: any */
    uint8_t first_seen; /* bits: new habits */
    lineage_bounds age; /* nanoseconds since its actor was made */
    const lineage_use *uses;
    size_t n_uses;
    const uint32_t *facets;
    size_t n_facets;
} lineage_kind;

typedef struct lineage_facet {
    uint32_t kind;
    uint16_t slots;
    uint8_t type; /* entity_type; ENTITY_NONE: any */
} lineage_facet;

typedef struct lineage_side {
    uint8_t step;
    uint32_t facet;
} lineage_side;

/* The two sides have a value in common. side[0] is the owner. */
typedef struct lineage_equation {
    lineage_side side[2];
    str text; /* "disk.parent = copy.created" */
} lineage_equation;

/* One of its equations must hold. */
typedef struct lineage_join {
    uint8_t owner;
    const lineage_equation *equations;
    size_t n;
} lineage_join;

typedef struct lineage_step {
    str name;
    uint32_t kind;
    uint8_t need;          /* lineage_need */
    uint16_t after;        /* steps that must come before it, where they are there */
    int64_t within_ns;     /* time between it and what proves it, at most; 0: the timespan's */
    lineage_bounds count;  /* events that could stand here */
    lineage_bounds things; /* what these made or acted on */
    str what;              /* "snapshot.create", or titles of rules */
} lineage_step;

typedef struct lineage {
    uint32_t info; /* rule_info: title, id, level … (root 0) */
    const lineage_step *steps;
    size_t n_steps;
    const lineage_join *joins;
    size_t n_joins;
    uint16_t mandatory, optional, absent; /* sets of steps */
    int64_t timespan_ns;                  /* from its first event to its last */
    uint16_t chosen;                      /* of these optional steps … */
    uint8_t least_chosen;                 /* … so many must be there */
} lineage;

static inline bool lineage_has(uint16_t set, unsigned step)
{
    return set >> step & 1;
}

#endif
