/* SPDX-License-Identifier: Apache-2.0
 *
 * anchor.h -- which rules can match a record at all, by one look-up for each anchor field.
 *
 *  (1) What is found is a superset of what matches.
 *  (2) Where the decoder has read an anchor field already (the call's name, its service) the record
 *      need not be parsed; see anchor_source.
 *  (3) Correlations are no rules here: records never match them.
 */
#ifndef SPOOR_MATCH_ANCHOR_H
#define SPOOR_MATCH_ANCHOR_H

#include "base/base.h"
#include "model/ruleset.h"

typedef struct anchor_index anchor_index;

anchor_index *anchor_index_new(const ruleset *r); /* NULL: out of memory */
void anchor_index_free(anchor_index *a);

/* Where the values of a field can be had. */
typedef enum anchor_source {
    ANCHOR_RECORD,
    ANCHOR_OPERATION, /* the field is what the decoder calls the operation */
    ANCHOR_SERVICE,
} anchor_source;

typedef struct anchor_field {
    uint32_t field;
    uint8_t source; /* anchor_source */
} anchor_field;

typedef struct anchor_family {
    anchor_field *fields;
    size_t n_fields;
    uint32_t *unanchored; /* rules to be tried on every record, in order */
    size_t n_unanchored;
} anchor_family;

const anchor_family *anchor_family_at(const anchor_index *a, family f);

/* The rules of the family for which field == text is an anchor: calls fn for each. */
typedef void anchor_fn(void *user, uint32_t rule);
void anchor_find(const anchor_index *a, family f, uint32_t field, str folded, anchor_fn *fn,
                 void *user);

#endif
