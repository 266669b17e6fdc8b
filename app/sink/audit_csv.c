/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_csv.c -- cells, quoted and made harmless.
 */
#include "sink/audit_csv.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/words.h"

static const char titles[] =
    "status,severity,check,title,mitigation,heading,cloud,account,region,resource,kind,name,seen,"
    "wanted,why,fix,references,source,change,exception\r\n";

/* What the usual spreadsheets take for the beginning of a formula, full-width forms included. */
static bool is_formula(const char *text)
{
    static const char *const begins[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

static void put_code(strbuf *out, const char *text, size_t n, uint32_t code)
{
    if (n == 0)
        strbuf_puts(out, "\xef\xbf\xbd");
    else if (code == '"')
        strbuf_puts(out, "\"\"");
    else if (code == '\n' || code == '\r' || code == '\t')
        strbuf_put(out, text, n);
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        strbuf_printf(out, "\\x%02x", (unsigned)code);
    else
        strbuf_put(out, text, n);
}

static void put_cell(strbuf *out, const char *text)
{
    bool is_quoted = text[strcspn(text, "\",\r\n")] != '\0';
    strbuf_puts(out, is_quoted ? "\"" : "");
    strbuf_puts(out, is_formula(text) ? "'" : "");
    for (size_t left = strlen(text), n; left; text += n ? n : 1, left -= n ? n : 1) {
        uint32_t code = 0;
        n = utf8_decode(text, left, &code);
        put_code(out, text, n, code);
    }
    strbuf_puts(out, is_quoted ? "\"" : "");
}

static void put_row(strbuf *out, const spoor_check *c)
{
    AUTO(strbuf) references = {0};
    for (size_t i = 0; i < c->n_references; i++)
        strbuf_printf(&references, "%s%s", i ? "; " : "", c->references[i]);
    out->failed = out->failed || references.failed;
    const char *const cells[] = {
        spoor_check_status_text(c->status),
        spoor_level_text(c->severity),
        c->id,
        c->title,
        c->mitigation,
        c->heading,
        c->cloud,
        c->account,
        c->region,
        c->resource.id,
        c->resource.kind,
        c->name,
        c->seen,
        c->wanted,
        c->why,
        c->fix,
        strbuf_text(&references),
        c->source,
        c->change,
        c->exception,
    };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        strbuf_puts(out, i ? "," : "");
        put_cell(out, cells[i]);
    }
    strbuf_puts(out, "\r\n");
}

void audit_csv_put(audit_csv *a, strbuf *out, const spoor_finding *finding)
{
    if (!a->has_titles)
        strbuf_puts(out, titles);
    a->has_titles = true;
    if (finding->type == SPOOR_FINDING_CHECK)
        put_row(out, &finding->as.check);
}
