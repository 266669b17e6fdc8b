/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_chain.h -- what a lineage rule makes of a log: the chains that it finds, and those that lack
 * a step; for `spoor rules why`.
 */
#ifndef SPOOR_APP_RULE_CHAIN_H
#define SPOOR_APP_RULE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"

typedef struct rule_chain_question {
    spoor_ruleset *rules;
    size_t rule;
    const char *source; /* what the log is called */
    const strbuf *log;
} rule_chain_question;

/* Appends the answer, lines of text from the log as it is. *ret_found: a chain is whole. */
spoor_status rule_chain_why(const rule_chain_question *q, strbuf *out, bool *ret_found,
                            spoor_error *err);

#endif
