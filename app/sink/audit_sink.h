/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_sink.h -- an audit in the format that was asked for.
 */
#ifndef SPOOR_APP_AUDIT_SINK_H
#define SPOOR_APP_AUDIT_SINK_H

#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/audit_csv.h"
#include "sink/audit_html.h"
#include "sink/audit_sarif.h"
#include "sink/audit_table.h"
#include "sink/terminal.h"

typedef enum audit_format {
    AUDIT_AS_TABLE,
    AUDIT_AS_JSONL,
    AUDIT_AS_CSV,
    AUDIT_AS_OCSF,
    AUDIT_AS_SARIF,
    AUDIT_AS_HTML
} audit_format;

#define AUDIT_FORMATS "table|jsonl|csv|ocsf|sarif|html" /* in the order of audit_format */

typedef struct audit_sink {
    audit_format format;
    int64_t now_ns; /* as of when */
    audit_table table;
    audit_csv csv;
    audit_sarif sarif;
    audit_html html;
} audit_sink;

void audit_sink_init(audit_sink *s, audit_format format, terminal screen, int64_t now_ns);
void audit_sink_done(audit_sink *s);
void audit_sink_put(audit_sink *s, strbuf *out, const spoor_finding *finding);

#endif
