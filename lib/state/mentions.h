/* SPDX-License-Identifier: Apache-2.0
 *
 * mentions.h -- calls whose records hold the text that is being traced, by what they are.
 *
 * The journal has the calls that chains are made of. What is traced occurs in others, too, of which
 * nothing but name and time is known: those are counted here, so that a dossier can say so.
 *
 *  (1) Each action counts once. Rows are in the order in which their first calls came.
 *  (2) At most LIMIT_MENTIONS rows are kept; calls beyond are counted in `left_out`.
 */
#ifndef SPOOR_STATE_MENTIONS_H
#define SPOOR_STATE_MENTIONS_H

#include "base/map.h"
#include "model/event.h"

typedef struct mention {
    uint32_t service, operation; /* in mentions.text; 0: the record does not say */
    uint32_t file, record;       /* of the first */
    int64_t first_ns, last_ns;
    uint64_t count;
    uint8_t provider;
} mention;

typedef struct mentions {
    intern text;
    map row_of; /* service and operation -> row */
    mention *rows;
    size_t n, cap;
    uint64_t calls;    /* all that hold the text, those in the journal included */
    uint64_t left_out; /* calls beyond the rows */
    bool failed;       /* out of memory */
} mentions;

void mentions_done(mentions *m);
/* Counts the event when it is a mention; makes a row of it when its operation is not known. */
void mentions_add(mentions *m, const event *e);

#endif
