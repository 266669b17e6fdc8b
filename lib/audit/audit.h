/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.h -- exports in, verdicts of checks out.
 *
 *      inputs ──document──▶ facts ──sort──▶ access ──▶ checks ──pull──▶ verdicts
 *
 *  (1) Inputs come one after another; each is given in pieces, cut anywhere.
 *  (2) Nothing is judged before audit_finish; then verdicts are computed as they are pulled, in the
 *      order of checks, then of facts.
 *  (3) Equal inputs give equal verdicts, whatever their order and cut.
 */
#ifndef SPOOR_AUDIT_AUDIT_H
#define SPOOR_AUDIT_AUDIT_H

#include "audit/access.h"
#include "audit/check.h"
#include "audit/facts.h"
#include "audit/reading.h"
#include "model/settings.h"

typedef struct audit_input {
    str name;
    uint64_t bytes;
    uint64_t malformed; /* values of a wrong type */
    uint32_t first_problem, n_problems;
    export_id export_;   /* the one most of it was; EXPORT_NONE: none */
    const char *skipped; /* why nothing was read; NULL: something was */
} audit_input;

struct audit {
    facts facts;
    access access;
    reading reading;
    const settings *settings; /* may be NULL */
    int64_t now_ns;           /* against which ages are measured */
    uint64_t exports[EXPORT_COUNT];
    audit_input *inputs;
    size_t n_inputs, cap_inputs;
    /* verdicts as they are pulled */
    size_t next_check;
    uint32_t next_fact;
    bool has_told; /* of the check in hand something was delivered */
    bool failed;
};

typedef struct verdict {
    const check *check;
    const fact *fact; /* NULL: of the check as a whole */
    spoor_check_status status;
    str seen, wanted, fix; /* valid until the next verdict */
} verdict;

void audit_done(audit *a);
void audit_begin(audit *a, str name);
void audit_feed(audit *a, str bytes);
void audit_end(audit *a);
bool audit_finish(audit *a); /* false: out of memory */
bool audit_next(audit *a, verdict *ret);
/* The verdict of one check on one fact; false when it does not apply to it. */
bool audit_judge(const audit *a, const check *row, const fact *x, buf *seen,
                 spoor_check_status *ret);

#endif
