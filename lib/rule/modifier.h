/* SPDX-License-Identifier: Apache-2.0
 *
 * modifier.h -- `field|modifier|modifier: value`: checks the chain, and turns values into
 * predicates.
 *
 *  (1) Every modifier is a row of modifier.def: the kinds that it takes and the kind that it gives
 *      decide what may follow what. A refusal says which modifier had made what of the value.
 *  (2) A value becomes one predicate, or several of which any must hold: offsets of base64, forms
 *      of dashes, values of placeholders.
 *  (3) Field numbers are not known here: `field` is left 0; for RULE_OP_REF the other field's name
 *      is in `text`. Regular expressions are not compiled yet: `text` is all of one, flags as
 *      "(?i)".
 */
#ifndef SPOOR_RULE_MODIFIER_H
#define SPOOR_RULE_MODIFIER_H

#include "base/arena.h"
#include "model/ruleset.h"
#include "rule/pattern.h"
#include "rule/report.h"
#include "rule/sigma.h"
#include "rule/taxonomy.h"

typedef enum modifier_kind { /* what a value has become; also used as bits of a set */
                             MODIFIER_VALUE = 1 << 0,
                             MODIFIER_TEXT = 1 << 1,
                             MODIFIER_BYTES = 1 << 2,
                             MODIFIER_PART = 1 << 3,
                             MODIFIER_REGEX = 1 << 4,
                             MODIFIER_NETWORK = 1 << 5,
                             MODIFIER_COMPARE = 1 << 6,
                             MODIFIER_TIME = 1 << 7,
                             MODIFIER_EXISTS = 1 << 8,
                             MODIFIER_REF = 1 << 9,
} modifier_kind;

enum { MODIFIER_CHAIN = 16 }; /* modifiers of one field at most */

typedef struct modifier_chain {
    modifier_kind kind;
    rule_op op; /* EQ, or what a modifier asked for */
    rule_timepart part;
    rule_op order; /* of that part: EQ, or a comparison */
    bool is_all, is_cased, is_negated, expands, is_ref;
    char flags[MODIFIER_CHAIN + 1]; /* of a regular expression */
    uint8_t steps[MODIFIER_CHAIN];  /* changes of the text, in order */
    size_t n_steps;
} modifier_chain;

/* What compiling the values of one item needs. */
typedef struct modifier_context {
    const taxonomy *taxonomy;
    arena *a; /* for the predicates' text and everything between */
    reporter *r;
    size_t n_left; /* predicates that the rule may still have */
} modifier_context;

typedef struct modifier_predicates {
    rule_predicate *items;
    size_t n, cap;
} modifier_predicates;

/* False: reported. */
bool modifier_check(const sigma_item *item, arena *scratch, reporter *r, modifier_chain *ret);

/* Appends the predicates of one value. False: reported, or c->a is out of memory. */
bool modifier_apply(modifier_context *c, const modifier_chain *chain, const sigma_value *value,
                    modifier_predicates *out);

/* Rows of modifier.def, for lists in help texts and for tests. NULL behind the last. */
const char *modifier_name(size_t i);
const char *modifier_doc(size_t i);

#endif
