/* SPDX-License-Identifier: Apache-2.0
 *
 * plain.h -- refs of the calls that make up most of a log, without building a tree.
 *
 * Data events, role assumptions and secret reads name what they touch in plain members
 * (requestParameters.bucketName). A decoder that lists such paths among its own has their values in
 * slots already; the plan says which slot each item of an operation's row is in.
 *
 *  (1) A row is plain when it belongs to a talkative stage and the decoder lists every path of it.
 *  (2) plain_collect gives the refs and fields that refs_collect gives for the same row; a test
 *      holds them against each other.
 */
#ifndef SPOOR_DECODE_PLAIN_H
#define SPOOR_DECODE_PLAIN_H

#include "decode/decoder.h"
#include "decode/refs.h"

typedef struct plain_plan plain_plan; /* immutable; shared by threads */

/* For the AWS rows of the operation table and the paths of `d`. NULL: out of memory. */
plain_plan *plain_plan_new(const decoder *d);
void plain_plan_free(plain_plan *p);
bool plain_has(const plain_plan *p, uint16_t operation);

/* For an event that has no refs yet. */
void plain_collect(decode_ctx *ctx, const json_value *slots, refs_canon_fn *canon, event *e);

#endif
