/* SPDX-License-Identifier: Apache-2.0
 *
 * plain.h -- refs of the calls that make up most of a log, without building a tree.
 *
 * Data events, role assumptions and secret reads name what they touch in plain members
 * (requestParameters.bucketName). For each such row of the operation table the paths become small
 * tries, one for each part of the record, and the part's own bytes are projected through its trie.
 *
 *  (1) A row is plain when it belongs to a talkative stage and no path of it goes through a list.
 *  (2) plain_collect gives the refs and fields that refs_collect gives for the same row; a test holds
 *      them against each other.
 */
#ifndef SPOOR_DECODE_PLAIN_H
#define SPOOR_DECODE_PLAIN_H

#include "decode/decoder.h"
#include "decode/refs.h"

typedef struct plain_plan plain_plan; /* immutable; shared by threads */

plain_plan *plain_plan_new(void); /* NULL: out of memory */
void plain_plan_free(plain_plan *p);
bool plain_has(const plain_plan *p, uint16_t operation);

/* Parts of a record that paths of plain rows begin in. */
typedef enum plain_part {
    PLAIN_REQUEST,  /* requestParameters */
    PLAIN_RESPONSE, /* responseElements */
    PLAIN_EXTRA,    /* additionalEventData */
    PLAIN_PARTS
} plain_part;

/* parts: as they stand in the record (objects, or absent). */
void plain_collect(decode_ctx *ctx, const json_value *const parts[PLAIN_PARTS],
                   refs_canon_fn *canon, event *e);

#endif
