/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_tally.h -- the verdicts of an audit, gathered by check: how many, and the first few of
 * them.
 *
 * Verdicts come one by one, by millions where accounts are large; what a person reads is a line for
 * each check. Terminal and web page are drawn from this when the summary comes.
 *
 *  (1) At most `shown` failures and as many excepted ones are kept of each check; all are counted.
 *  (2) Texts are copied into one pool and known by their place in it; place 0 is "".
 *  (3) Out of memory is sticky in `failed`.
 */
#ifndef SPOOR_APP_AUDIT_TALLY_H
#define SPOOR_APP_AUDIT_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"

typedef size_t audit_text; /* place in audit_tally.pool */

typedef enum audit_outcome {
    AUDIT_PASSED,
    AUDIT_FAILED,
    AUDIT_EXCEPTED, /* it fails only where the operator lives with it */
    AUDIT_UNKNOWN,  /* nothing fails, but not everything could be judged */
    AUDIT_NOTHING,  /* there is nothing that it is about */
    AUDIT_OUTCOMES
} audit_outcome;

typedef struct audit_sample {
    audit_text id, name, account, region, seen, change, exception;
} audit_sample;

typedef struct audit_samples {
    audit_sample *items;
    size_t n, cap;
} audit_samples;

typedef struct audit_row {
    audit_text id, title, mitigation, heading, cloud, wanted, why;
    audit_text fix;        /* of the first failure */
    audit_text references; /* " · " between them */
    audit_text unknown;    /* what the first resource without data says */
    audit_text command;    /* that gets what is lacking */
    spoor_level severity;
    uint64_t status[SPOOR_CHECK_NO_DATA + 1]; /* resources */
    uint64_t excepted;                        /* of those that fail */
    bool is_whole;                            /* one verdict of no resource: the check as a whole */
    audit_samples failures, excuses;
} audit_row;

typedef struct audit_tally {
    size_t shown;
    strbuf pool;
    audit_row *rows;
    size_t n, cap;
    uint64_t better, worse, added; /* verdicts by their change against an earlier audit */
    bool is_compared;
    bool failed;
} audit_tally;

void audit_tally_done(audit_tally *t);
void audit_tally_add(audit_tally *t, const spoor_check *c);

const char *audit_tally_text(const audit_tally *t, audit_text at);
audit_outcome audit_row_outcome(const audit_row *row);
/* Resources that the check looked at. */
uint64_t audit_row_resources(const audit_row *row);

/* The rows of a heading whose outcome is `outcome`, worst first: by severity, then by number of
 * failures; returns how many. `out` has room for t->n. */
size_t audit_tally_pick(const audit_tally *t, const spoor_heading_count *heading,
                        audit_outcome outcome, const audit_row **out);
/* How many rows of a heading have each outcome. */
void audit_tally_count(const audit_tally *t, const spoor_heading_count *heading,
                       size_t ret[AUDIT_OUTCOMES]);

/* "M1018" -> "User Account Management"; "" for others. */
const char *audit_mitigation_name(const char *id);

#endif
