/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_table.h -- an audit for people who have two minutes: practice by practice, what fails and
 * what to do about it, worst first.
 *
 *  (1) Nothing is drawn before the summary; until then verdicts are gathered (audit_tally.h).
 *  (2) Checks that pass are counted, not listed; what was not judged is always told, with the
 *      command that gets the data.
 */
#ifndef SPOOR_APP_AUDIT_TABLE_H
#define SPOOR_APP_AUDIT_TABLE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/audit_tally.h"
#include "sink/places.h"
#include "sink/rights_tally.h"
#include "sink/terminal.h"

enum { AUDIT_TABLE_SHOWN = 5 }; /* resources of one check */

typedef struct audit_table {
    terminal terminal;
    audit_tally tally;
    rights_tally rights;
    places skipped;
} audit_table;

void audit_table_init(audit_table *t, terminal screen);
void audit_table_done(audit_table *t);
void audit_table_put(audit_table *t, strbuf *out, const spoor_finding *finding);

#endif
