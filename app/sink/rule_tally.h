/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_tally.h -- what rules found, for people: a paragraph for each rule, however often it
 * matched.
 *
 *  (1) Memory goes with the rules that matched, not with their matches: the first
 *      RULE_TALLY_SHOWN are kept as text, the others are counted.
 *  (2) Rules are drawn highest level first, then by count, then by title.
 */
#ifndef SPOOR_APP_RULE_TALLY_H
#define SPOOR_APP_RULE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { RULE_TALLY_SHOWN = 3 };

typedef struct rule_tally_row {
    const char *one, *many; /* "match", "matches" */
    spoor_level level;
    strbuf title;
    uint64_t count;
    int64_t first_ns, last_ns;
    strbuf shown[RULE_TALLY_SHOWN];
} rule_tally_row;

typedef struct rule_tally {
    rule_tally_row *rows; /* by index of the rule; count 0: it found nothing */
    size_t n;
    bool failed; /* out of memory */
} rule_tally;

void rule_tally_done(rule_tally *t);
void rule_tally_match(rule_tally *t, const spoor_match *m);
void rule_tally_correlation(rule_tally *t, const spoor_correlation *c);
void rule_tally_chain(rule_tally *t, const spoor_chain *c);
void rule_tally_draw(const rule_tally *t, const terminal *screen, strbuf *out);

#endif
