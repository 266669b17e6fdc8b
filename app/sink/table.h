/* SPDX-License-Identifier: Apache-2.0
 *
 * table.h -- findings for people: a block for every incident, what rules found, then the totals.
 */
#ifndef SPOOR_APP_TABLE_H
#define SPOOR_APP_TABLE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/places.h"
#include "sink/rule_tally.h"
#include "sink/terminal.h"

typedef struct table {
    terminal terminal;
    places skipped;
    rule_tally rules;
    bool has_no_incidents; /* they were not asked for */
    size_t n_incidents;
} table;

void table_done(table *t);
void table_put(table *t, strbuf *out, const spoor_finding *finding);

#endif
