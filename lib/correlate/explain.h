/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h -- title and verdict in plain words, what could not be seen, what to do next.
 *
 *  (1) Every sentence is made of facts that the steps prove; a guess is worded as one.
 *  (2) Commands are text for a person to read and run. Ids in them are quoted for a POSIX shell,
 *      for an attacker may have chosen them.
 */
#ifndef SPOOR_CORRELATE_EXPLAIN_H
#define SPOOR_CORRELATE_EXPLAIN_H

#include "correlate/score.h"
#include "correlate/story.h"

typedef struct text_list {
    const char **text;
    size_t n, cap;
} text_list;

/* All results live in `a`. Text from logs has its NUL bytes replaced. */
const char *explain_z(arena *a, str s);
void text_list_add(arena *a, text_list *l, const char *text); /* each text once */

const char *explain_title(const state *s, const story *t, const score_facts *f, arena *a);
const char *explain_verdict(const state *s, const story *t, const score_facts *f, arena *a);
void explain_missing(const state *s, const story *t, arena *a, text_list *ret);
void explain_near(const state *s, const score_facts *f, arena *a, text_list *ret);
void explain_next(const state *s, const story *t, const score_facts *f, arena *a, text_list *ret);

/* "9 min", "2 h 5 min", "3 days" */
const char *explain_duration(int64_t ns, arena *a);

#endif
