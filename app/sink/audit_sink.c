/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_sink.c -- the table of formats.
 */
#include "sink/audit_sink.h"

#include "sink/audit_ocsf.h"
#include "sink/jsonl.h"

void audit_sink_init(audit_sink *s, audit_format format, terminal screen, int64_t now_ns)
{
    *s = (audit_sink){.format = format, .now_ns = now_ns};
    audit_table_init(&s->table, screen);
    audit_html_init(&s->html);
}

void audit_sink_done(audit_sink *s)
{
    audit_table_done(&s->table);
    audit_sarif_done(&s->sarif);
    audit_html_done(&s->html);
}

void audit_sink_put(audit_sink *s, strbuf *out, const spoor_finding *finding)
{
    switch (s->format) {
    case AUDIT_AS_TABLE:
        audit_table_put(&s->table, out, finding);
        break;
    case AUDIT_AS_JSONL:
        jsonl_put(out, finding);
        break;
    case AUDIT_AS_CSV:
        audit_csv_put(&s->csv, out, finding);
        break;
    case AUDIT_AS_OCSF:
        audit_ocsf_put(out, finding, s->now_ns);
        break;
    case AUDIT_AS_SARIF:
        audit_sarif_put(&s->sarif, out, finding);
        break;
    case AUDIT_AS_HTML:
        audit_html_put(&s->html, out, finding);
        break;
    }
}
