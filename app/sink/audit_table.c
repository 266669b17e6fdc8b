/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_table.c -- headings, the checks that fail under them, what was not judged.
 */
#include "sink/audit_table.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/audit_totals.h"
#include "sink/command.h"
#include "sink/human.h"

enum {
    BAR = 12,
    HEADING_COLUMNS = 32,
    INDENT = 2,
    BODY = 4,
    DETAIL = 8,
    NAME_LEAST = 36,
    SHOWN_LOW = 2,
    UNKNOWN_SHOWN = 6, /* checks without data that are named under a heading */
    PLACE_LEAST = 16,
    LINE = 100
};

/* What is being drawn; `picked` has room for all rows. */
typedef struct page {
    const terminal *t;
    const audit_tally *tally;
    strbuf *out;
    const audit_row **picked;
} page;

static const char *text(const page *p, audit_text at)
{
    return audit_tally_text(p->tally, at);
}

static const char *dot(const page *p)
{
    return p->t->has_utf8 ? "·" : "|";
}

/* ---- a heading ------------------------------------------------------------------------------- */

/* clang-format off */
static const struct { audit_outcome outcome; style look; const char *text; } counted[] = {
    {AUDIT_FAILED,   STYLE_BAD,   "failed"},
    {AUDIT_EXCEPTED, STYLE_WARN,  "excepted"},
    {AUDIT_PASSED,   STYLE_GOOD,  "passed"},
    {AUDIT_UNKNOWN,  STYLE_WARN,  "no data"},
    {AUDIT_NOTHING,  STYLE_FAINT, "not applicable"},
};
/* clang-format on */

/* Cells of the bar for n of `all`; what there is gets one at least. */
static size_t cells(size_t n, size_t all)
{
    size_t share = all ? (n * BAR + all / 2) / all : 0;
    return n && !share ? 1 : share;
}

static void put_cells(const page *p, style look, const char *glyph, size_t n)
{
    AUTO(strbuf) run = {0};
    strbuf_repeat(&run, glyph, n);
    terminal_paint(p->t, p->out, look, strbuf_text(&run), run.n);
}

/* Full: passed; half: failed; light: not judged, or nothing to judge. */
static void draw_bar(const page *p, const size_t n[AUDIT_OUTCOMES])
{
    size_t all = n[AUDIT_PASSED] + n[AUDIT_FAILED] + n[AUDIT_EXCEPTED] + n[AUDIT_UNKNOWN];
    size_t failed = cells(n[AUDIT_FAILED], all);
    size_t unknown = cells(n[AUDIT_UNKNOWN] + n[AUDIT_EXCEPTED], all);
    if (failed + unknown > BAR)
        *(failed > unknown ? &failed : &unknown) -= failed + unknown - BAR;
    size_t passed = all ? BAR - failed - unknown : 0;
    if (passed && !n[AUDIT_PASSED]) { /* rounding left a cell over */
        *(failed ? &failed : &unknown) += passed;
        passed = 0;
    }
    put_cells(p, STYLE_GOOD, p->t->has_utf8 ? "█" : "#", passed);
    put_cells(p, STYLE_BAD, p->t->has_utf8 ? "▒" : "x", failed);
    put_cells(p, STYLE_FAINT, p->t->has_utf8 ? "░" : ".", BAR - passed - failed);
}

static void put_counts(const page *p, const size_t n[AUDIT_OUTCOMES])
{
    const char *between = "  ";
    for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
        AUTO(strbuf) part = {0};
        if (n[counted[i].outcome] == 0)
            continue;
        human_count(&part, n[counted[i].outcome]);
        strbuf_printf(&part, " %s", counted[i].text);
        strbuf_puts(p->out, between);
        terminal_paint(p->t, p->out, counted[i].look, strbuf_text(&part), part.n);
        between = p->t->has_utf8 ? " · " : " | ";
    }
    strbuf_puts(p->out, "\n");
}

static void draw_heading(const page *p, const char *name, const size_t n[AUDIT_OUTCOMES])
{
    AUTO(strbuf) safe = {0};
    terminal_escape(p->t, &safe, name);
    if (safe.n)
        safe.p[0] = (char)toupper((unsigned char)safe.p[0]);
    size_t used = terminal_measure(strbuf_text(&safe), safe.n);
    strbuf_repeat(p->out, " ", INDENT);
    terminal_paint(p->t, p->out, STYLE_STRONG, strbuf_text(&safe), safe.n);
    strbuf_repeat(p->out, " ", used < HEADING_COLUMNS ? HEADING_COLUMNS - used : 1);
    draw_bar(p, n);
    put_counts(p, n);
}

/* ---- a check that fails ---------------------------------------------------------------------- */

/* A text of an export in one line of at most `columns`. */
static size_t put_short(const page *p, style look, const char *what, size_t columns)
{
    AUTO(strbuf) safe = {0};
    AUTO(strbuf) cut = {0};
    terminal_escape(p->t, &safe, what);
    terminal_shorten(p->t, &cut, strbuf_text(&safe), columns);
    terminal_paint(p->t, p->out, look, strbuf_text(&cut), cut.n);
    return terminal_measure(strbuf_text(&cut), cut.n);
}

/* What is told of a sample. */
typedef audit_text told_fn(const audit_sample *s);

static audit_text seen_of(const audit_sample *s)
{
    return s->seen;
}

static audit_text exception_of(const audit_sample *s)
{
    return s->exception;
}

/* "i-0abc (build 7)", or the id alone where the name says no more. */
static void name_sample(const page *p, const audit_sample *s, strbuf *out)
{
    const char *id = text(p, s->id), *name = text(p, s->name);
    strbuf_puts(out, *id ? id : "as a whole");
    if (*name && !strstr(id, name))
        strbuf_printf(out, " (%s)", name);
}

/* Columns of the text on the screen. */
static size_t columns_of(const page *p, const char *what)
{
    AUTO(strbuf) safe = {0};
    terminal_escape(p->t, &safe, what);
    return terminal_measure(strbuf_text(&safe), safe.n);
}

/* Columns for the samples' names: as many as the longest takes, if what is told of them has
 * room. */
static size_t name_columns(const page *p, const audit_samples *samples, size_t shown, told_fn *told)
{
    size_t most = 0, rest = 0, room = p->t->columns - DETAIL - 2;
    for (size_t i = 0; i < shown; i++) {
        AUTO(strbuf) name = {0};
        name_sample(p, &samples->items[i], &name);
        size_t wide = columns_of(p, strbuf_text(&name));
        size_t told_wide = columns_of(p, text(p, told(&samples->items[i])));
        most = wide > most ? wide : most;
        rest = told_wide > rest ? told_wide : rest;
    }
    size_t left = room > rest ? room - rest : 0;
    left = left > NAME_LEAST ? left : NAME_LEAST;
    return most < left ? most : left;
}

/* Where it is, unless its id says so: "111122223333 eu-west-1". */
static void put_place(strbuf *out, const page *p, const audit_sample *s)
{
    const char *id = text(p, s->id), *account = text(p, s->account), *region = text(p, s->region);
    if (*account && !strstr(id, account))
        strbuf_printf(out, "  %s", account);
    if (*region && !strstr(id, region))
        strbuf_printf(out, "  %s", region);
}

static void draw_sample(const page *p, const audit_sample *s, size_t columns, const char *told)
{
    AUTO(strbuf) name = {0};
    AUTO(strbuf) rest = {0};
    const char *change = text(p, s->change);
    name_sample(p, s, &name);
    strbuf_repeat(p->out, " ", DETAIL);
    size_t used = put_short(p, STYLE_PLAIN, strbuf_text(&name), columns);
    strbuf_repeat(p->out, " ", columns > used ? columns - used + 2 : 2);
    put_place(&rest, p, s);
    if (strcmp(change, "new") == 0 || strcmp(change, "worse") == 0)
        strbuf_printf(&rest, "  [%s]", change);
    size_t room = p->t->columns - DETAIL - columns - 2;
    used = put_short(p, STYLE_WARN, told, room);
    if (room >= used + PLACE_LEAST)
        put_short(p, STYLE_FAINT, strbuf_text(&rest), room - used);
    strbuf_puts(p->out, "\n");
}

static void draw_samples(const page *p, const audit_samples *samples, uint64_t all, size_t most,
                         told_fn *told)
{
    size_t shown = samples->n < most ? samples->n : most;
    size_t columns = name_columns(p, samples, shown, told);
    for (size_t i = 0; i < shown; i++)
        draw_sample(p, &samples->items[i], columns, text(p, told(&samples->items[i])));
    if (all <= shown)
        return;
    AUTO(strbuf) more = {0};
    strbuf_repeat(p->out, " ", DETAIL);
    strbuf_puts(&more, "and ");
    human_count(&more, all - shown);
    strbuf_puts(&more, " more");
    terminal_paint(p->t, p->out, STYLE_FAINT, strbuf_text(&more), more.n);
    strbuf_puts(p->out, "\n");
}

/* "3 of 41 resources" */
static void put_share(strbuf *out, const audit_row *row)
{
    uint64_t failed = row->status[SPOOR_CHECK_FAIL] - row->excepted;
    uint64_t all = audit_row_resources(row);
    if (row->is_whole)
        return;
    human_count(out, failed);
    strbuf_puts(out, " of ");
    human_count(out, all);
    strbuf_puts(out, all == 1 ? " resource" : " resources");
    if (row->status[SPOOR_CHECK_NO_DATA] == 0)
        return;
    strbuf_puts(out, ", ");
    human_count(out, row->status[SPOOR_CHECK_NO_DATA]);
    strbuf_puts(out, " no data");
}

static void draw_title(const page *p, const audit_row *row)
{
    AUTO(strbuf) badge = {0};
    AUTO(strbuf) share = {0};
    const terminal bare = {.has_utf8 = p->t->has_utf8};
    terminal_badge(&bare, &badge, row->severity);
    put_share(&share, row);
    strbuf_puts(p->out, "\n");
    strbuf_repeat(p->out, " ", BODY);
    terminal_badge(p->t, p->out, row->severity);
    strbuf_puts(p->out, "  ");
    size_t room = p->t->columns - BODY - badge.n - 2 - share.n - 2;
    put_short(p, STYLE_STRONG, text(p, row->title), room);
    strbuf_puts(p->out, share.n ? "  " : "");
    terminal_paint(p->t, p->out, STYLE_PLAIN, strbuf_text(&share), share.n);
    strbuf_puts(p->out, "\n");
}

static void draw_command(const page *p, const char *label, audit_text command)
{
    if (command)
        command_draw(p->t, p->out, label, text(p, command), DETAIL);
}

static void draw_foot(const page *p, const audit_row *row)
{
    AUTO(strbuf) foot = {0};
    const char *wanted = text(p, row->wanted), *references = text(p, row->references);
    strbuf_puts(&foot, text(p, row->id));
    if (*wanted)
        strbuf_printf(&foot, " %s wanted: %s", dot(p), wanted);
    if (*references)
        strbuf_printf(&foot, " %s %s", dot(p), references);
    terminal_paragraph(p->t, p->out, STYLE_FAINT, strbuf_text(&foot), DETAIL);
}

/* A paragraph that is set in as far as its label. */
static void draw_words(const page *p, const char *label, const char *words)
{
    AUTO(strbuf) lines = {0};
    terminal_paragraph(p->t, &lines, STYLE_PLAIN, words, DETAIL + strlen(label));
    if (lines.n > DETAIL + strlen(label)) { /* over the blanks of its first line */
        strbuf_repeat(p->out, " ", DETAIL);
        terminal_paint(p->t, p->out, STYLE_FAINT, label, strlen(label));
        strbuf_puts(p->out, lines.p + DETAIL + strlen(label));
    }
}

/* Whether a check above it under the same heading shows the same fix. */
static bool is_fix_above(const page *p, const audit_row *const *rows, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(text(p, rows[i]->fix), text(p, rows[at]->fix)) == 0)
            return true;
    return false;
}

static void draw_failed(const page *p, const audit_row *const *rows, size_t at)
{
    const audit_row *row = rows[at];
    size_t most = row->severity > SPOOR_LOW ? AUDIT_TABLE_SHOWN : SHOWN_LOW;
    draw_title(p, row);
    draw_samples(p, &row->failures, row->status[SPOOR_CHECK_FAIL] - row->excepted, most, seen_of);
    draw_words(p, "why   ", text(p, row->why));
    if (is_fix_above(p, rows, at))
        draw_words(p, "fix   ", "as above");
    else
        draw_command(p, "fix   ", row->fix);
    draw_foot(p, row);
}

/* ---- what the operator lives with, and what was not judged ----------------------------------- */

static void draw_excused(const page *p, const audit_row *row)
{
    AUTO(strbuf) line = {0};
    strbuf_puts(p->out, "\n");
    strbuf_printf(&line, "excepted: %s, ", text(p, row->title));
    human_count(&line, row->excepted);
    strbuf_puts(&line, row->excepted == 1 ? " failure" : " failures");
    terminal_paragraph(p->t, p->out, STYLE_WARN, strbuf_text(&line), BODY);
    draw_samples(p, &row->excuses, row->excepted, AUDIT_TABLE_SHOWN, exception_of);
}

static void draw_excepted(const page *p, const spoor_heading_count *h)
{
    static const audit_outcome outcomes[] = {AUDIT_FAILED, AUDIT_EXCEPTED, AUDIT_UNKNOWN};
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        size_t n = audit_tally_pick(p->tally, h, outcomes[i], p->picked);
        for (size_t k = 0; k < n; k++)
            if (p->picked[k]->excepted)
                draw_excused(p, p->picked[k]);
    }
}

/* The commands of the rows, each once. */
static void draw_commands(const page *p, const audit_row *const *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *command = text(p, rows[i]->command);
        size_t k = 0;
        while (k < i && strcmp(text(p, rows[k]->command), command) != 0)
            k++;
        if (k == i)
            draw_command(p, "run   ", rows[i]->command);
    }
}

/* "Users have a second factor (3 of 12 resources)" */
static void say_unknown(const page *p, const audit_row *row, const char *before, strbuf *out)
{
    uint64_t all = audit_row_resources(row);
    strbuf_printf(out, "%s%s", before, text(p, row->title));
    if (row->is_whole)
        return;
    strbuf_puts(out, " (");
    human_count(out, row->status[SPOOR_CHECK_NO_DATA]);
    strbuf_puts(out, " of ");
    human_count(out, all);
    strbuf_puts(out, all == 1 ? " resource)" : " resources)");
}

static void draw_unknown(const page *p, const audit_row *const *rows, size_t n)
{
    AUTO(strbuf) line = {0};
    if (n == 0)
        return;
    size_t shown =
        n > UNKNOWN_SHOWN + 1 ? UNKNOWN_SHOWN : n; /* one more is not worth leaving out */
    strbuf_puts(&line, "not judged for want of data: ");
    for (size_t i = 0; i < shown; i++)
        say_unknown(p, rows[i], i ? "; " : "", &line);
    if (shown < n)
        strbuf_printf(&line, "; and %zu more (--status no-data --format jsonl)", n - shown);
    strbuf_puts(p->out, "\n");
    terminal_paragraph(p->t, p->out, STYLE_WARN, strbuf_text(&line), BODY);
    draw_commands(p, rows, n);
}

/* ---- the page -------------------------------------------------------------------------------- */

static void draw_practice(const page *p, const spoor_heading_count *h,
                          const size_t n[AUDIT_OUTCOMES])
{
    draw_heading(p, h->heading, n);
    size_t before = p->out->n;
    size_t failed = audit_tally_pick(p->tally, h, AUDIT_FAILED, p->picked);
    for (size_t i = 0; i < failed; i++)
        draw_failed(p, p->picked, i);
    draw_excepted(p, h);
    draw_unknown(p, p->picked, audit_tally_pick(p->tally, h, AUDIT_UNKNOWN, p->picked));
    if (p->out->n > before) /* headings that only pass stand close together */
        strbuf_puts(p->out, "\n");
}

static void draw_mitigation(const page *p, const char *id)
{
    AUTO(strbuf) title = {0};
    AUTO(strbuf) rule = {0};
    strbuf_printf(&title, "%s  %s", id, audit_mitigation_name(id));
    terminal_heading(p->t, p->out, strbuf_text(&title));
    strbuf_repeat(&rule, p->t->has_utf8 ? "─" : "-", p->t->columns);
    terminal_paint(p->t, p->out, STYLE_FAINT, strbuf_text(&rule), rule.n);
    strbuf_puts(p->out, "\n");
}

static void draw_headings(const page *p, const spoor_audit_summary *sum)
{
    const char *last = "";
    for (size_t i = 0; i < sum->n_headings; i++) {
        const spoor_heading_count *h = &sum->headings[i];
        size_t n[AUDIT_OUTCOMES], all = 0;
        audit_tally_count(p->tally, h, n);
        for (size_t k = 0; k < AUDIT_OUTCOMES; k++)
            all += n[k];
        if (all == 0)
            continue;
        if (strcmp(last, h->mitigation) != 0)
            draw_mitigation(p, h->mitigation);
        last = h->mitigation;
        draw_practice(p, h, n);
    }
}

static void draw(audit_table *t, strbuf *out, const spoor_audit_summary *sum)
{
    AUTO(strbuf) title = {0};
    terminal screen = t->terminal;
    screen.columns = screen.columns < LINE ? screen.columns : LINE;
    const page p = {&screen, &t->tally, out, calloc(t->tally.n + 1, sizeof(audit_row *))};
    out->failed = out->failed || t->tally.failed || !p.picked;
    if (p.picked) {
        audit_totals_title(&title, sum, &t->tally);
        terminal_say(&screen, out, STYLE_STRONG, strbuf_text(&title));
        strbuf_puts(out, "\n");
        draw_headings(&p, sum);
        rights_tally_draw(&t->rights, &screen, out);
        audit_totals_draw(&screen, out, sum, &t->tally, &t->skipped);
    }
    free(p.picked);
}

void audit_table_init(audit_table *t, terminal screen)
{
    *t = (audit_table){.terminal = screen, .tally = {.shown = AUDIT_TABLE_SHOWN}};
}

void audit_table_done(audit_table *t)
{
    audit_tally_done(&t->tally);
    rights_tally_done(&t->rights);
    places_done(&t->skipped);
}

void audit_table_put(audit_table *t, strbuf *out, const spoor_finding *finding)
{
    if (finding->type == SPOOR_FINDING_CHECK)
        audit_tally_add(&t->tally, &finding->as.check);
    else if (finding->type == SPOOR_FINDING_RIGHT)
        rights_tally_add(&t->rights, &finding->as.right);
    else if (finding->type == SPOOR_FINDING_SKIP)
        places_add(&t->skipped, &finding->as.skip);
    else if (finding->type == SPOOR_FINDING_AUDIT)
        draw(t, out, &finding->as.audit);
}
