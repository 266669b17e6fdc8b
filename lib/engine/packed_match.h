/* SPDX-License-Identifier: Apache-2.0
 *
 * packed_match.h -- a match as a lane hands it to its sorter and the run takes it out again.
 *
 *  (1) The bytes are for this process, or its spill: they follow the machine's order of bytes.
 */
#ifndef SPOOR_ENGINE_PACKED_MATCH_H
#define SPOOR_ENGINE_PACKED_MATCH_H

#include "base/base.h"
#include "base/buf.h"

typedef struct packed_match {
    uint32_t file, record, rule;
    uint8_t family;
    uint64_t uid_hash, fold_hash; /* of the record's event */
    str event_uid;
    str captured; /* for the correlations that listen */
    str event;    /* the record, for any-JSON input */
} packed_match;

void packed_match_put(const packed_match *m, buf *out);

/* Texts point into `bytes`. False: these are no packed match. */
bool packed_match_take(str bytes, packed_match *ret);

#endif
