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

#include "access/access.h"
#include "fact/facts.h"
#include "fact/principal.h"
#include "fact/reading.h"
#include "access/usage.h"
#include <spoor/spoor.h>

typedef struct audit audit; /* as in check.h */
typedef struct check check;

typedef struct audit_input {
    str name;
    uint64_t bytes;
    uint64_t unknown;  /* items that no reader knows */
    export_id export_; /* the first that was recognised; EXPORT_NONE: none */
    str skipped;       /* why nothing was read; empty: something was */
    bool is_unread;    /* the caller could not read it */
} audit_input;

struct audit {
    facts facts;
    access access;
    principal_index principals;
    usage usage;
    reading reading;
    const struct spoor_settings *settings; /* may be NULL */
    int64_t now_ns;                        /* against which ages are measured */
    uint64_t exports[EXPORT_COUNT];
    audit_input *inputs;
    size_t n_inputs, cap_inputs;
    uint64_t bytes;
    buf text;                /* of the input in hand, what was not read yet */
    const line_shape *lines; /* reads it line by line; NULL: it is read whole, or not known yet */
    line_memory line_memory;
    bool is_line_known; /* whether it is read line by line was decided */
    bool is_too_long;
    /* verdicts as they are pulled */
    size_t next_check;
    uint32_t next_fact;
    bool has_told;         /* of the check in hand something was delivered */
    buf seen, wanted, fix; /* of the verdict */
    bool failed;
};

typedef struct verdict {
    const check *check;
    const fact *fact; /* NULL: of the check as a whole */
    spoor_check_status status;
    str seen, wanted, fix; /* valid until the next verdict */
} verdict;

bool audit_init(audit *a); /* false: out of memory; audit_done is needed in any case */
void audit_done(audit *a);
/* An input that the caller could not read. */
void audit_skip(audit *a, str name, str reason);
void audit_begin(audit *a, str name);
void audit_feed(audit *a, str bytes);
void audit_end(audit *a);
bool audit_finish(audit *a);                          /* false: out of memory */
bool audit_next(audit *a, verdict *ret);              /* false: there are no more */
excess audit_excess(const audit *a);                  /* after audit_finish: what did not fit */
bool audit_has_cloud(const audit *a, provider cloud); /* an export of its was given */
/* The verdict of one check on one fact; false when it does not apply to it. */
bool audit_judge(const audit *a, const check *row, const fact *x, buf *seen,
                 spoor_check_status *ret);

#endif
