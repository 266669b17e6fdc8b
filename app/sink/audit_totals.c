/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_totals.c -- sums that the reader can check, and what to ask for next.
 */
#include "sink/audit_totals.h"

#include <string.h>

#include "base/words.h"
#include "sink/human.h"
#include "sink/sheet.h"

/* The clouds whose checks looked at something: " (aws, gcp)". */
static void put_clouds(strbuf *out, const audit_tally *tally)
{
    static const char *const clouds[] = {"aws", "azure", "gcp"};
    const char *before = " (";
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++) {
        bool is_there = false;
        for (size_t k = 0; k < tally->n && !is_there; k++)
            is_there = strcmp(audit_tally_text(tally, tally->rows[k].cloud), clouds[i]) == 0 &&
                       !tally->rows[k].is_whole;
        if (is_there) {
            strbuf_printf(out, "%s%s", before, clouds[i]);
            before = ", ";
        }
    }
    strbuf_puts(out, *before == ',' ? ")" : "");
}

void audit_totals_title(strbuf *out, const spoor_audit_summary *sum, const audit_tally *tally)
{
    uint64_t documents = 0;
    for (size_t i = 0; i < sum->n_exports; i++)
        documents += sum->exports[i].count;
    strbuf_puts(out, "Audit of ");
    sheet_counted(out, documents, "export", "exports");
    strbuf_puts(out, " of ");
    sheet_counted(out, sum->n_exports, "kind", "kinds");
    put_clouds(out, tally);
    strbuf_puts(out, ", as of ");
    human_time(out, sum->now_ns);
    strbuf_puts(out, " UTC");
}

static void add_checks(sheet *s, const spoor_audit_summary *sum, const audit_tally *tally)
{
    static const char *const words[AUDIT_OUTCOMES] = {"passed", "failed", "excepted", "no data",
                                                      "not applicable"};
    size_t n[AUDIT_OUTCOMES] = {0};
    for (size_t i = 0; i < tally->n; i++)
        n[audit_row_outcome(&tally->rows[i])]++;
    human_count(&s->value, sum->checks);
    strbuf_puts(&s->value, " run");
    if (tally->n < sum->checks) {
        strbuf_puts(&s->value, ", shown: ");
        human_count(&s->value, tally->n);
    }
    for (size_t i = 0; i < AUDIT_OUTCOMES; i++)
        if (n[i]) {
            strbuf_puts(&s->value, ", ");
            human_count(&s->value, n[i]);
            strbuf_printf(&s->value, " %s", words[i]);
        }
    sheet_row(s, "checks");
}

static void add_failures(sheet *s, const spoor_audit_summary *sum)
{
    uint64_t excepted = 0;
    for (size_t i = 0; i < sum->n_headings; i++)
        excepted += sum->headings[i].excepted;
    for (int level = SPOOR_CRITICAL; level >= SPOOR_INFORMATIONAL; level--)
        if (sum->failed[level]) {
            strbuf_puts(&s->value, s->value.n ? ", " : "");
            human_count(&s->value, sum->failed[level]);
            strbuf_printf(&s->value, " %s", spoor_level_text((spoor_level)level));
        }
    if (s->value.n == 0)
        strbuf_puts(&s->value, "none");
    if (excepted) {
        strbuf_puts(&s->value, "; ");
        human_count(&s->value, excepted);
        strbuf_puts(&s->value, " excepted");
    }
    sheet_row(s, "failures");
}

static void add_verdicts(sheet *s, const spoor_audit_summary *sum)
{
    static const char *const words[] = {"pass", "fail", "not applicable", "no data"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        strbuf_puts(&s->value, i ? ", " : "");
        human_count(&s->value, sum->status[i]);
        strbuf_printf(&s->value, " %s", words[i]);
    }
    sheet_row(s, "verdicts");
}

static void add_changes(sheet *s, const spoor_audit_summary *sum, const audit_tally *tally)
{
    if (!tally->is_compared)
        return;
    sheet_counted(&s->value, tally->better, "verdict better", "verdicts better");
    strbuf_puts(&s->value, ", ");
    human_count(&s->value, tally->worse);
    strbuf_puts(&s->value, " worse, ");
    human_count(&s->value, tally->added);
    strbuf_puts(&s->value, " new; ");
    human_count(&s->value, sum->gone);
    strbuf_puts(&s->value, sum->gone == 1 ? " failure is gone" : " failures are gone");
    if (sum->unjudged) {
        strbuf_puts(&s->value, ", ");
        human_count(&s->value, sum->unjudged);
        strbuf_puts(&s->value, " not judged any more");
    }
    if (sum->baseline_bad) {
        strbuf_puts(&s->value, "; ");
        sheet_counted(&s->value, sum->baseline_bad, "line", "lines");
        strbuf_puts(&s->value, " of the baseline not understood");
    }
    sheet_row(s, "changes");
}

static void add_read(sheet *s, const spoor_audit_summary *sum)
{
    sheet_counted(&s->value, sum->files - sum->files_failed, "input", "inputs");
    strbuf_puts(&s->value, ", ");
    human_bytes(&s->value, sum->bytes);
    if (sum->malformed) {
        strbuf_puts(&s->value, "; ");
        sheet_counted(&s->value, sum->malformed, "value is", "values are");
        strbuf_puts(&s->value, " not what it should be");
    }
    sheet_row(s, "read");
    if (sum->files_failed) {
        sheet_counted(&s->value, sum->files_failed, "input", "inputs");
        sheet_row(s, "not read");
    }
}

static void add_time(sheet *s, const spoor_audit_summary *sum)
{
    if (sum->seconds < 0)
        return;
    strbuf_printf(&s->value, "%.2f s", sum->seconds);
    sheet_row(s, "took");
}

static void draw_skips(const terminal *t, strbuf *out, const places *skipped)
{
    if (skipped->n)
        terminal_heading(t, out, "Not read, or not as it should be");
    for (size_t i = 0; i < skipped->n; i++) {
        const places_row *row = &skipped->rows[i];
        const spoor_count reason = {strbuf_text(&row->reason), row->pieces};
        places_draw(t, out, &reason, row);
    }
}

/* What the reader may want next. */
static void draw_hint(const terminal *t, strbuf *out, const spoor_audit_summary *sum)
{
    AUTO(strbuf) line = {0};
    int level = SPOOR_CRITICAL;
    while (level > SPOOR_INFORMATIONAL && !sum->failed[level])
        level--;
    if (sum->failed[level])
        strbuf_printf(&line, "--fail-on %s exits with 1; ", spoor_level_text((spoor_level)level));
    strbuf_puts(&line, "--format jsonl, csv, ocsf, sarif or html tells of every resource.");
    strbuf_puts(out, "\n");
    terminal_paragraph(t, out, STYLE_FAINT, strbuf_text(&line), 0);
}

void audit_totals_draw(const terminal *t, strbuf *out, const spoor_audit_summary *sum,
                       const audit_tally *tally, const places *skipped)
{
    AUTO(sheet) s = sheet_on(t);
    add_checks(&s, sum, tally);
    add_verdicts(&s, sum);
    add_failures(&s, sum);
    add_changes(&s, sum, tally);
    add_read(&s, sum);
    sheet_counts(&s, "exports", sum->exports, sum->n_exports);
    sheet_counts(&s, "resources", sum->resources, sum->n_resources);
    sheet_texts(&s, "ended", sum->expired, sum->n_expired);
    sheet_texts(&s, "left out", sum->clouds_left_out, sum->n_clouds_left_out);
    add_time(&s, sum);
    draw_skips(t, out, skipped);
    terminal_heading(t, out, "Summary");
    sheet_draw(&s, out);
    draw_hint(t, out, sum);
}
