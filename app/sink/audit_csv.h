/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_csv.h -- verdicts as a table for spreadsheets: RFC 4180, one row for each resource of each
 * check.
 *
 * Whoever names a machine `=HYPERLINK(…)` has it run by the spreadsheet of whoever audits him.
 *
 *  (1) The first row names the columns; rows end in CRLF.
 *  (2) A cell that a spreadsheet would take for a formula begins with an apostrophe instead.
 *  (3) Control characters, other than line ends and tabs, stand as \x1b; a terminal shows them,
 *      too.
 */
#ifndef SPOOR_APP_AUDIT_CSV_H
#define SPOOR_APP_AUDIT_CSV_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"

typedef struct audit_csv {
    bool has_titles;
} audit_csv;

void audit_csv_put(audit_csv *a, strbuf *out, const spoor_finding *finding);

#endif
