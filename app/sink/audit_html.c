/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_html.c -- cards, then a foldable block for each check, then the sums.
 */
#include "sink/audit_html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/audit_html_text.h"
#include "sink/audit_totals.h"
#include "sink/human.h"

typedef struct page {
    const audit_tally *tally;
    strbuf *out;
    const audit_row **picked; /* room for all rows */
} page;

/* clang-format off */
static const struct { audit_outcome outcome; const char *text, *css; bool is_open; } outcomes[] = {
    {AUDIT_FAILED,   "failed",         "failed",   true},
    {AUDIT_EXCEPTED, "excepted",       "excepted", false},
    {AUDIT_UNKNOWN,  "no data",        "unknown",  false},
    {AUDIT_PASSED,   "passed",         "passed",   false},
    {AUDIT_NOTHING,  "not applicable", "nothing",  false},
};
/* clang-format on */

/* ---- text ------------------------------------------------------------------------------------ */

/* Text of anybody: safe inside elements and quoted attributes. */
static void put_text(strbuf *out, const char *text)
{
    static const terminal screen = {.has_utf8 = true};
    AUTO(strbuf) safe = {0};
    terminal_escape(&screen, &safe, text);
    for (const char *c = strbuf_text(&safe); *c; c++) {
        switch (*c) {
        case '<':
            strbuf_puts(out, "&lt;");
            break;
        case '>':
            strbuf_puts(out, "&gt;");
            break;
        case '&':
            strbuf_puts(out, "&amp;");
            break;
        case '"':
            strbuf_puts(out, "&quot;");
            break;
        case '\'':
            strbuf_puts(out, "&#39;");
            break;
        default:
            strbuf_put(out, c, 1);
        }
    }
    out->failed = out->failed || safe.failed;
}

/* Text between an opening and a closing tag of ours. */
static void put_in(strbuf *out, const char *open, const char *text, const char *close)
{
    strbuf_puts(out, open);
    put_text(out, text);
    strbuf_puts(out, close);
}

static void put(const page *p, const char *open, audit_text at, const char *close)
{
    put_in(p->out, open, audit_tally_text(p->tally, at), close);
}

/* "Least privilege" */
static void put_title(strbuf *out, const char *text)
{
    char first[2] = {(char)toupper((unsigned char)*text), '\0'};
    put_text(out, first);
    put_text(out, *text ? text + 1 : "");
}

/* ---- cards ----------------------------------------------------------------------------------- */

static size_t sum_of(const size_t n[AUDIT_OUTCOMES])
{
    size_t all = 0;
    for (size_t i = 0; i < AUDIT_OUTCOMES; i++)
        all += n[i];
    return all;
}

static void put_counts(strbuf *out, const size_t n[AUDIT_OUTCOMES])
{
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        size_t count = n[outcomes[i].outcome];
        if (count)
            strbuf_printf(out, "%s%zu %s", between, count, outcomes[i].text);
        between = count ? " · " : between;
    }
}

static void put_bar(strbuf *out, const size_t n[AUDIT_OUTCOMES])
{
    strbuf_puts(out, "<div class=\"bar\">");
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        if (n[outcomes[i].outcome])
            strbuf_printf(out, "<i class=\"%s\" style=\"flex:%zu\"></i>", outcomes[i].css,
                          n[outcomes[i].outcome]);
    strbuf_puts(out, "</div>");
}

static void put_cards(const page *p, const spoor_audit_summary *sum, const char *mitigation)
{
    strbuf_printf(p->out, "<h2>%s %s</h2>\n<div class=\"cards\">\n", mitigation,
                  audit_mitigation_name(mitigation));
    for (size_t i = 0; i < sum->n_headings; i++) {
        size_t n[AUDIT_OUTCOMES];
        audit_tally_count(p->tally, &sum->headings[i], n);
        if (strcmp(sum->headings[i].mitigation, mitigation) != 0 || sum_of(n) == 0)
            continue;
        strbuf_printf(p->out, "<div class=\"card\"><a href=\"#h%zu\">", i);
        put_title(p->out, sum->headings[i].heading);
        strbuf_puts(p->out, "</a>");
        put_bar(p->out, n);
        strbuf_puts(p->out, "<span class=\"faint\">");
        put_counts(p->out, n);
        strbuf_puts(p->out, "</span></div>\n");
    }
    strbuf_puts(p->out, "</div>\n");
}

/* ---- checks ---------------------------------------------------------------------------------- */

static void put_sample(const page *p, const audit_sample *s)
{
    put(p, "<tr><td>", s->id ? s->id : s->name, "</td>");
    put(p, "<td>", s->id ? s->name : 0, "</td>");
    put(p, "<td>", s->account, "</td>");
    put(p, "<td>", s->region, "</td>");
    put(p, "<td>", s->seen, "</td>");
    put(p, "<td>", s->change, "</td>");
    put(p, "<td>", s->exception, "</td></tr>\n");
}

static void put_more(const page *p, uint64_t all, size_t shown)
{
    if (all <= shown)
        return;
    strbuf_puts(p->out, "<p class=\"faint\">and ");
    human_count(p->out, all - shown);
    strbuf_puts(p->out, " more; the formats csv and jsonl have all</p>\n");
}

static void put_samples(const page *p, const audit_row *row)
{
    const audit_samples *lists[] = {&row->failures, &row->excuses};
    if (row->failures.n + row->excuses.n == 0)
        return;
    strbuf_puts(p->out, "<table><tr><th>resource</th><th>name</th><th>account</th><th>region</th>"
                        "<th>seen</th><th>change</th><th>exception</th></tr>\n");
    for (size_t l = 0; l < ARRAY_LEN(lists); l++)
        for (size_t i = 0; i < lists[l]->n; i++)
            put_sample(p, &lists[l]->items[i]);
    strbuf_puts(p->out, "</table>\n");
    put_more(p, row->status[SPOOR_CHECK_FAIL], row->failures.n + row->excuses.n);
}

static void put_term(const page *p, const char *term, audit_text at)
{
    if (!at)
        return;
    strbuf_printf(p->out, "<dt>%s</dt>", term);
    put(p, "<dd>", at, "</dd>\n");
}

static void put_words(const page *p, const audit_row *row)
{
    strbuf_puts(p->out, "<dl>");
    put_term(p, "wanted", row->wanted);
    put_term(p, "why", row->why);
    put_term(p, "no data", row->unknown);
    put_term(p, "check", row->id);
    put_term(p, "references", row->references);
    strbuf_puts(p->out, "</dl>\n");
    if (row->fix)
        put(p, "<pre>", row->fix, "</pre>\n");
    if (row->command)
        put(p, "<pre>", row->command, "</pre>\n");
}

/* "6 of 9 resources" */
static void put_share(strbuf *out, const audit_row *row)
{
    uint64_t all = audit_row_resources(row);
    if (row->is_whole)
        return;
    strbuf_puts(out, " <span class=\"faint\">");
    human_count(out, row->status[SPOOR_CHECK_FAIL]);
    strbuf_puts(out, " of ");
    human_count(out, all);
    strbuf_puts(out, all == 1 ? " resource fails" : " resources fail");
    strbuf_puts(out, "</span>");
}

static void put_check(const page *p, const audit_row *row, size_t outcome)
{
    bool is_failed = outcomes[outcome].outcome == AUDIT_FAILED;
    const char *level = spoor_level_text(row->severity);
    strbuf_printf(p->out, "<details%s><summary>", outcomes[outcome].is_open ? " open" : "");
    strbuf_printf(p->out, "<b class=\"badge %s\">%s</b>",
                  is_failed                                   ? level
                  : outcomes[outcome].outcome == AUDIT_PASSED ? "pass"
                                                              : "none",
                  is_failed ? level : outcomes[outcome].text);
    put(p, "", row->title, "");
    put_share(p->out, row);
    strbuf_puts(p->out, "</summary>\n");
    put_samples(p, row);
    put_words(p, row);
    strbuf_puts(p->out, "</details>\n");
}

static void put_headings(const page *p, const spoor_audit_summary *sum)
{
    for (size_t i = 0; i < sum->n_headings; i++) {
        size_t n[AUDIT_OUTCOMES];
        audit_tally_count(p->tally, &sum->headings[i], n);
        if (sum_of(n) == 0)
            continue;
        strbuf_printf(p->out, "<section><h3 id=\"h%zu\">", i);
        put_title(p->out, sum->headings[i].heading);
        put_in(p->out, " <span class=\"faint\">", sum->headings[i].mitigation, "</span></h3>\n");
        for (size_t k = 0; k < ARRAY_LEN(outcomes); k++) {
            size_t rows =
                audit_tally_pick(p->tally, &sum->headings[i], outcomes[k].outcome, p->picked);
            for (size_t r = 0; r < rows; r++)
                put_check(p, p->picked[r], k);
        }
        strbuf_puts(p->out, "</section>\n");
    }
}

/* ---- the page -------------------------------------------------------------------------------- */

static void put_head(strbuf *out, const char *title)
{
    strbuf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"" AUDIT_HTML_POLICY
                     "\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n");
    put_in(out, "<title>", title, "</title>\n");
    strbuf_puts(out, "<style>" AUDIT_HTML_STYLE "</style></head>\n<body>\n");
    put_in(out, "<h1>", title, "</h1>\n");
    strbuf_puts(out,
                "<input id=\"find\" type=\"search\" placeholder=\"find checks: words of title, "
                "resource, severity, cloud\" aria-label=\"find checks\">\n");
}

static void put_skips(const page *p, const places *skipped)
{
    if (skipped->n)
        strbuf_puts(p->out, "<h2>Not read, or not as it should be</h2>\n<dl>");
    for (size_t i = 0; i < skipped->n; i++) {
        const places_row *row = &skipped->rows[i];
        put_in(p->out, "<dt>", strbuf_text(&row->reason), "</dt><dd>");
        for (size_t k = 0; k < row->n && k < PLACES_SHOWN; k++)
            put_in(p->out, k ? ", " : "", strbuf_text(&row->shown[k]), "");
        if (row->n > PLACES_SHOWN)
            strbuf_printf(p->out, " and %llu more", (unsigned long long)(row->n - PLACES_SHOWN));
        strbuf_puts(p->out, "</dd>\n");
    }
    strbuf_puts(p->out, skipped->n ? "</dl>\n" : "");
}

static void put_counted(strbuf *out, const char *term, const spoor_count *counts, size_t n)
{
    if (n == 0)
        return;
    strbuf_printf(out, "<dt>%s</dt><dd>", term);
    for (size_t i = 0; i < n; i++) {
        put_in(out, i ? ", " : "", counts[i].name, " ");
        human_count(out, counts[i].count);
    }
    strbuf_puts(out, "</dd>\n");
}

static void put_sums(const page *p, const spoor_audit_summary *sum)
{
    strbuf_puts(p->out, "<h2>Summary</h2>\n<dl>");
    put_counted(p->out, "exports", sum->exports, sum->n_exports);
    put_counted(p->out, "resources", sum->resources, sum->n_resources);
    for (size_t i = 0; i < sum->n_clouds_left_out; i++)
        put_in(p->out, "<dt>no export of</dt><dd>", sum->clouds_left_out[i], "</dd>\n");
    strbuf_puts(p->out, "<dt>by</dt><dd>");
    put_in(p->out, "spoor ", spoor_version(), "</dd></dl>\n");
}

static void put_page(audit_html *a, strbuf *out, const spoor_audit_summary *sum)
{
    AUTO(strbuf) title = {0};
    const page p = {&a->tally, out, calloc(a->tally.n + 1, sizeof(audit_row *))};
    out->failed = out->failed || a->tally.failed || !p.picked;
    if (!p.picked)
        return;
    audit_totals_title(&title, sum, &a->tally);
    put_head(out, strbuf_text(&title));
    put_cards(&p, sum, "M1018");
    put_cards(&p, sum, "M1047");
    strbuf_puts(out, "<h2>Checks</h2>\n");
    put_headings(&p, sum);
    put_skips(&p, &a->skipped);
    put_sums(&p, sum);
    strbuf_puts(out, "<script>" AUDIT_HTML_SCRIPT "</script>\n</body></html>\n");
    free(p.picked);
}

void audit_html_init(audit_html *a)
{
    *a = (audit_html){.tally = {.shown = AUDIT_HTML_SHOWN}};
}

void audit_html_done(audit_html *a)
{
    audit_tally_done(&a->tally);
    places_done(&a->skipped);
}

void audit_html_put(audit_html *a, strbuf *out, const spoor_finding *finding)
{
    if (finding->type == SPOOR_FINDING_CHECK)
        audit_tally_add(&a->tally, &finding->as.check);
    else if (finding->type == SPOOR_FINDING_SKIP)
        places_add(&a->skipped, &finding->as.skip);
    else if (finding->type == SPOOR_FINDING_AUDIT)
        put_page(a, out, &finding->as.audit);
}
