/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_totals.h -- the first line and the last lines of an audit: what was read, and what came of
 * it.
 */
#ifndef SPOOR_APP_AUDIT_TOTALS_H
#define SPOOR_APP_AUDIT_TOTALS_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/audit_tally.h"
#include "sink/places.h"
#include "sink/terminal.h"

/* "Audit of 31 exports of 14 kinds, aws and gcp, as of 2026-06-01 12:00:00 UTC" */
void audit_totals_title(strbuf *out, const spoor_audit_summary *sum, const audit_tally *tally);

void audit_totals_draw(const terminal *t, strbuf *out, const spoor_audit_summary *sum,
                       const audit_tally *tally, const places *skipped);

#endif
