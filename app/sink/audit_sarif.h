/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_sarif.h -- verdicts as SARIF 2.1.0, which code scanning and many trackers read.
 *
 *  (1) Results are written as they come; what could not be read and the rules follow behind them.
 *  (2) NO_DATA is a result of kind "open", never a pass; a failure that the operator lives with is
 *      suppressed, with his words.
 *  (3) A result's fingerprint is of its check and its resource: the same in every run.
 */
#ifndef SPOOR_APP_AUDIT_SARIF_H
#define SPOOR_APP_AUDIT_SARIF_H

#include <stdbool.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/audit_tally.h"

typedef struct audit_sarif {
    audit_tally rules;
    strbuf notes; /* what could not be read: of logs it comes before the results */
    uint64_t results;
    bool has_begun;
} audit_sarif;

void audit_sarif_done(audit_sarif *a);
void audit_sarif_put(audit_sarif *a, strbuf *out, const spoor_finding *finding);

#endif
