/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules_check.c -- `spoor rules check`: each rule with its problems, where they are, and a
 * hint.
 */
#include "cli/cmd_rules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "cli/rule_report.h"
#include "sink/jsonl.h"
#include "sink/terminal.h"

enum { AS_TABLE, AS_JSONL, INDENT = 2, GUTTER = 9, LEFT_OF_CARET = 48 };

/* clang-format off */
static const struct { const char *word; style look; } statuses[RULE_STATUSES] = {
    [RULE_OK]      = {"ok",      STYLE_GOOD},
    [RULE_WARNING] = {"warning", STYLE_WARN},
    [RULE_ERROR]   = {"error",   STYLE_BAD},
};
/* clang-format on */

static const char hidden[] = "not compiled, as an error before it in the file hides it";
static const char unanchored[] = "is tried on every record: no equality on a field picks it";

typedef struct check {
    int format, colour;
    bool is_strict, is_quiet;
    rule_request request;
    rule_load load;
    rule_report report;
    terminal screen;
    size_t n_of[RULE_STATUSES], n_unanchored;
} check;

static bool is_unanchored(const rule_doc *doc)
{
    return doc->is_compiled && !*doc->rule.anchor && strcmp(doc->rule.kind, "rule") == 0;
}

static const char *title_of(const rule_report *r, const rule_doc *doc)
{
    return doc->is_compiled ? doc->rule.title : rule_report_text(r, doc->title);
}

static const char *id_of(const rule_report *r, const rule_doc *doc)
{
    return doc->is_compiled ? doc->rule.id : rule_report_text(r, doc->id);
}

/* ---- for people ------------------------------------------------------------------------------ */

/* To the beginning of the letter that text[at] belongs to. */
static size_t letter_begin(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The line with a caret below the column. The beginning of a long line is left out. */
static void put_excerpt(const terminal *t, strbuf *out, const rule_problem *p, const char *text)
{
    AUTO(strbuf) shown = {0};
    AUTO(strbuf) left = {0};
    size_t at = p->column > 0 ? p->column - 1 : 0, next;
    at = at < strlen(text) ? at : strlen(text);
    size_t from = at > LEFT_OF_CARET ? letter_begin(text, at - LEFT_OF_CARET) : 0;
    strbuf_put(&left, text + from, at - from);
    terminal_escape(t, &shown, strbuf_text(&left));
    size_t caret = terminal_measure(strbuf_text(&shown), shown.n);
    strbuf_reset(&shown);
    terminal_escape(t, &shown, text + from);
    size_t n = terminal_wrap(strbuf_text(&shown), t->columns - GUTTER, &next);
    strbuf_printf(out, "%6u | ", p->line);
    strbuf_put(out, strbuf_text(&shown), n);
    strbuf_puts(out, "\n       | ");
    strbuf_repeat(out, " ", caret);
    terminal_paint(t, out, STYLE_BAD, "^", 1);
    strbuf_puts(out, "\n");
}

static void put_problem(const check *c, strbuf *out, const rule_problem *p)
{
    const rule_report *r = &c->report;
    const char *excerpt = rule_report_text(r, p->excerpt), *hint = rule_report_text(r, p->hint);
    AUTO(strbuf) place = {0};
    strbuf_puts(&place, rule_report_text(r, p->file));
    if (p->line > 0)
        strbuf_printf(&place, ":%u:%u", p->line, p->column);
    strbuf_puts(&place, ": ");
    strbuf_repeat(out, " ", INDENT);
    terminal_say(&c->screen, out, STYLE_STRONG, strbuf_text(&place));
    const char *word = statuses[p->is_error ? RULE_ERROR : RULE_WARNING].word;
    terminal_say(&c->screen, out, statuses[p->is_error ? RULE_ERROR : RULE_WARNING].look, word);
    strbuf_puts(out, ": ");
    terminal_say(&c->screen, out, STYLE_PLAIN, rule_report_text(r, p->message));
    strbuf_puts(out, "\n");
    if (*excerpt)
        put_excerpt(&c->screen, out, p, excerpt);
    if (!*hint)
        return;
    strbuf_puts(out, "         hint: ");
    terminal_say(&c->screen, out, STYLE_PLAIN, hint);
    strbuf_puts(out, "\n");
}

static void put_note(const check *c, strbuf *out, const char *text)
{
    strbuf_repeat(out, " ", INDENT);
    terminal_say(&c->screen, out, STYLE_FAINT, text);
    strbuf_puts(out, "\n");
}

static void put_doc(const check *c, strbuf *out, const rule_doc *doc)
{
    AUTO(strbuf) place = {0};
    const char *word = statuses[doc->status].word;
    if (c->is_quiet && doc->status == RULE_OK)
        return;
    strbuf_printf(&place, "  %s:%u  ", rule_report_text(&c->report, doc->file), doc->line);
    terminal_say(&c->screen, out, statuses[doc->status].look, word);
    strbuf_repeat(out, " ", 7 - strlen(word));
    terminal_say(&c->screen, out, STYLE_PLAIN, strbuf_text(&place));
    terminal_say(&c->screen, out, STYLE_STRONG, title_of(&c->report, doc));
    strbuf_puts(out, "\n");
    for (size_t i = 0; i < doc->n_problems; i++)
        put_problem(c, out, &c->report.problems[doc->first_problem + i]);
    if (doc->status == RULE_ERROR && doc->n_problems == 0)
        put_note(c, out, hidden);
    if (is_unanchored(doc))
        put_note(c, out, unanchored);
}

static void put_totals(const check *c, strbuf *out)
{
    size_t n = c->report.n_docs;
    strbuf_printf(out, "%zu %s: %zu ok, %zu with warnings, %zu with errors", n,
                  n == 1 ? "document" : "documents", c->n_of[RULE_OK], c->n_of[RULE_WARNING],
                  c->n_of[RULE_ERROR]);
    if (c->n_unanchored > 0)
        strbuf_printf(out, "; %zu tried on every record", c->n_unanchored);
    strbuf_puts(out, "\n");
}

/* ---- for machines ---------------------------------------------------------------------------- */

static void put_head(strbuf *out, const char *file, uint32_t at, const char *id, const char *title)
{
    strbuf_puts(out, "{");
    jsonl_member(out, "type", "rule");
    strbuf_puts(out, ",");
    jsonl_member(out, "file", file);
    strbuf_printf(out, ",\"line\":%u,", at);
    jsonl_member(out, "id", id);
    strbuf_puts(out, ",");
    jsonl_member(out, "title", title);
    strbuf_puts(out, ",");
}

static void put_json_problem(const rule_report *r, strbuf *out, const rule_problem *p)
{
    strbuf_printf(out, "{\"line\":%u,\"column\":%u,", p->line, p->column);
    jsonl_member(out, "status", statuses[p->is_error ? RULE_ERROR : RULE_WARNING].word);
    strbuf_puts(out, ",");
    jsonl_member(out, "message", rule_report_text(r, p->message));
    strbuf_puts(out, ",");
    jsonl_member(out, "hint", rule_report_text(r, p->hint));
    strbuf_puts(out, "}");
}

/* The worst problem is the first. */
static void put_tail(const rule_report *r, strbuf *out, rule_status status, const char *anchor,
                     const rule_problem *problems, size_t n)
{
    const char *message = n ? rule_report_text(r, problems->message) : "";
    jsonl_member(out, "status", statuses[status].word);
    strbuf_puts(out, ",");
    jsonl_member(out, "message", status == RULE_ERROR && n == 0 ? hidden : message);
    strbuf_puts(out, ",");
    jsonl_member(out, "anchor", anchor);
    strbuf_puts(out, ",\"problems\":[");
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(out, i ? "," : "");
        put_json_problem(r, out, &problems[i]);
    }
    strbuf_puts(out, "]}\n");
}

static void put_json_doc(const rule_report *r, strbuf *out, const rule_doc *doc)
{
    put_head(out, rule_report_text(r, doc->file), doc->line, id_of(r, doc), title_of(r, doc));
    put_tail(r, out, doc->status, doc->is_compiled ? doc->rule.anchor : "",
             r->problems + doc->first_problem, doc->n_problems);
}

static void put_json_loose(const rule_report *r, strbuf *out, const rule_problem *p)
{
    put_head(out, rule_report_text(r, p->file), p->line, "", "");
    put_tail(r, out, p->is_error ? RULE_ERROR : RULE_WARNING, "", p, 1);
}

/* ---- the command ----------------------------------------------------------------------------- */

static void count(check *c)
{
    for (size_t i = 0; i < c->report.n_docs; i++) {
        c->n_of[c->report.docs[i].status]++;
        c->n_unanchored += is_unanchored(&c->report.docs[i]);
    }
}

static void put_all(const check *c, writer *w)
{
    const rule_report *r = &c->report;
    bool is_json = c->format == AS_JSONL;
    for (size_t i = 0; i < r->n_problems && r->problems[i].doc < 0; i++)
        is_json ? put_json_loose(r, &w->text, &r->problems[i])
                : put_problem(c, &w->text, &r->problems[i]);
    for (size_t i = 0; i < r->n_docs; i++) {
        is_json ? put_json_doc(r, &w->text, &r->docs[i]) : put_doc(c, &w->text, &r->docs[i]);
        writer_settle(w);
    }
    if (!is_json)
        put_totals(c, &w->text);
}

/* What pipelines and placeholders are told counts as well. */
static bool is_wrong(const check *c)
{
    bool is_found = c->n_of[RULE_ERROR] > 0 || (c->is_strict && c->n_of[RULE_WARNING] > 0);
    for (size_t i = 0; i < c->report.n_problems && c->report.problems[i].doc < 0; i++)
        is_found = is_found || c->is_strict || c->report.problems[i].is_error;
    return is_found;
}

static int run(check *c)
{
    rule_listener listener = rule_report_listen(&c->report);
    c->load = rule_files_load(&c->request, &listener);
    if (!c->load.rules)
        return EXIT_UNREAD;
    rule_report_settle(&c->report, c->load.rules);
    if (c->report.failed) {
        opt_complain("out of memory");
        return EXIT_UNREAD;
    }
    AUTO(writer) w = {.fd = STDOUT_FILENO};
    c->screen = terminal_probe(w.fd, (terminal_colour)c->colour);
    count(c);
    put_all(c, &w);
    int code = rules_flush(&w);
    return code ? code : c->load.is_partial ? EXIT_UNREAD : is_wrong(c) ? EXIT_FOUND : EXIT_FINE;
}

static opt_result parse(check *c, int argc, char **argv, int *ret_n)
{
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &c->format, 0},
        {0, OPT_FLAG, "strict", NULL,
         "warnings count as errors", &c->is_strict, 0},
        {'q', OPT_FLAG, "quiet", NULL,
         "only rules with problems", &c->is_quiet, 0},
        {0, OPT_LIST, "pipeline", "FILE",
         "a pySigma processing pipeline; repeatable", &c->request.pipelines, 0},
        {0, OPT_TEXT, "placeholders", "FILE",
         "values for %placeholders%: YAML, name: [values]", &c->request.placeholders, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &c->colour, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "rules check",
        "PATH...",
        "Compiles Sigma rules and says what is wrong with each: where, and what was probably "
        "meant.\n"
        "PATH is a file or a directory (all *.yml and *.yaml in it).",
        "Exit code: 0 fine, 1 there are errors (with --strict: or warnings), 2 wrong usage,\n"
        "3 something could not be read.\n",
        options,
        ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

int rules_check(int argc, char **argv)
{
    check c = {0};
    int n, code = EXIT_USAGE;
    opt_result result = parse(&c, argc, argv, &n);
    if (result == OPT_HELPED)
        code = EXIT_FINE;
    else if (result == OPT_RUN && n == 0)
        opt_complain("rules check takes the paths of rules; see 'spoor rules check --help'");
    else if (result == OPT_RUN)
        code = rules_take_paths(&c.request, argv + 1, n) ? run(&c) : EXIT_UNREAD;
    rule_report_done(&c.report);
    rule_load_done(&c.load);
    rule_request_done(&c.request);
    return code;
}
