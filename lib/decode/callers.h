/* SPDX-License-Identifier: Apache-2.0
 *
 * callers.h -- what records say of their caller, remembered by the words that say it.
 *
 * Records that follow one another mostly have one of few callers, whom they name in the same words.
 * Who that is, is read from these words once.
 *
 *  (1) A caller is found by the whole text and by how it was read; his fields depend on nothing
 *      else. So a memo never changes an answer, only its cost.
 *  (2) It holds CALLERS_MAX callers of CALLER_BYTES_MAX at the most: a newer one takes the place of
 *      an older one.
 *  (3) Numbers are not 0, and a memo never gives one to two callers.
 */
#ifndef SPOOR_DECODE_CALLERS_H
#define SPOOR_DECODE_CALLERS_H

#include "base/base.h"
#include "model/event.h"

enum { CALLERS_MAX = 128, CALLER_BYTES_MAX = 4096 };

typedef struct callers callers;

callers *callers_new(void); /* NULL: out of memory */
void callers_free(callers *m);

/* Fills in what the text says, and the caller's number, as the event had them when callers_learn
 * was called; fields that the event has already stay. False: he is not known. */
bool callers_recall(const callers *m, str text, bool is_whole, event *e);

/* Remembers the event's fields that are of its caller, and gives it his number. They must come from
 * the text alone, and from the same parts of it whenever is_whole is the same. */
void callers_learn(callers *m, str text, bool is_whole, event *e);

#endif
