/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_report.c -- where documents begin, and whose problem is whose.
 */
#include "cli/rule_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/words.h"

void rule_report_done(rule_report *r)
{
    strbuf_done(&r->text);
    free(r->docs);
    free(r->problems);
    *r = (rule_report){0};
}

/* Keeps a text with a NUL behind it; returns where. */
static size_t keep(rule_report *r, const char *text, size_t n)
{
    size_t at = r->text.n;
    strbuf_put(&r->text, text, n);
    strbuf_put(&r->text, "", 1);
    return at;
}

/* ---- documents ------------------------------------------------------------------------------- */

typedef struct line {
    const char *p;
    size_t n;
} line;

static bool begins(line l, const char *word)
{
    size_t n = strlen(word);
    return l.n >= n && memcmp(l.p, word, n) == 0;
}

static bool is_separator(line l)
{
    return begins(l, "---") && (l.n == 3 || l.p[3] == ' ' || l.p[3] == '\r');
}

static bool has_content(line l)
{
    size_t i = 0;
    while (i < l.n && (l.p[i] == ' ' || l.p[i] == '\t' || l.p[i] == '\r'))
        i++;
    return i < l.n && l.p[i] != '#' && !is_separator(l);
}

/* The value of "key: value", without the quotes around it. */
static size_t keep_value(rule_report *r, line l, const char *key)
{
    size_t from = strlen(key), to = l.n;
    while (from < to && l.p[from] == ' ')
        from++;
    while (to > from && (l.p[to - 1] == ' ' || l.p[to - 1] == '\r'))
        to--;
    if (to - from >= 2 && (l.p[from] == '\'' || l.p[from] == '"') && l.p[to - 1] == l.p[from]) {
        from++;
        to--;
    }
    return keep(r, l.p + from, to - from);
}

static void note_key(rule_report *r, rule_doc *doc, line l)
{
    if (begins(l, "title:"))
        doc->title = keep_value(r, l, "title:");
    else if (begins(l, "id:"))
        doc->id = keep_value(r, l, "id:");
    else if (begins(l, "detection:") || begins(l, "correlation:"))
        doc->wants_rule = true;
}

static rule_doc *add_doc(rule_report *r, size_t file, uint32_t at)
{
    rule_doc *docs = list_room(r->docs, r->n_docs, &r->cap_docs, 64, sizeof *docs);
    if (!docs) {
        r->failed = true;
        return NULL;
    }
    r->docs = docs;
    size_t none = keep(r, "", 0);
    r->docs[r->n_docs] = (rule_doc){.file = file, .title = none, .id = none, .line = at};
    return &r->docs[r->n_docs++];
}

/* One document more than separators, less those without content; a file without any is one. */
static void index_documents(void *user, const char *path, const char *text, size_t n)
{
    rule_report *r = user;
    size_t file = keep(r, path, strlen(path)), before = r->n_docs;
    rule_doc *doc = NULL;
    uint32_t at = 1;
    for (const char *p = text, *end = text + n; p < end; at++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        line l = {p, (size_t)((stop ? stop : end) - p)};
        if (is_separator(l))
            doc = NULL;
        if (!doc && has_content(l))
            doc = add_doc(r, file, at);
        if (doc)
            note_key(r, doc, l);
        p = stop ? stop + 1 : end;
    }
    if (r->n_docs == before)
        add_doc(r, file, 1);
}

/* The last document of the file that begins at the line or before it, else its first. */
static long find_doc(const rule_report *r, const char *file, uint32_t at)
{
    size_t low = 0, high = r->n_docs;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(rule_report_text(r, r->docs[mid].file), file);
        if (order < 0 || (order == 0 && r->docs[mid].line <= at))
            low = mid + 1;
        else
            high = mid;
    }
    if (low > 0 && strcmp(rule_report_text(r, r->docs[low - 1].file), file) == 0)
        return (long)low - 1;
    if (low < r->n_docs && strcmp(rule_report_text(r, r->docs[low].file), file) == 0)
        return (long)low;
    return RULE_REPORT_LOOSE;
}

/* ---- problems -------------------------------------------------------------------------------- */

static void on_diagnostic(void *user, const spoor_diagnostic *d)
{
    rule_report *r = user;
    rule_problem *problems =
        list_room(r->problems, r->n_problems, &r->cap_problems, 64, sizeof *problems);
    if (!problems) {
        r->failed = true;
        return;
    }
    r->problems = problems;
    r->problems[r->n_problems] = (rule_problem){.doc = find_doc(r, d->file, d->line),
                                                .line = d->line,
                                                .column = d->column,
                                                .is_error = d->is_error != 0,
                                                .file = keep(r, d->file, strlen(d->file)),
                                                .message = keep(r, d->message, strlen(d->message)),
                                                .hint = keep(r, d->hint, strlen(d->hint)),
                                                .excerpt = keep(r, d->excerpt, strlen(d->excerpt))};
    r->n_problems++;
}

rule_listener rule_report_listen(rule_report *r)
{
    return (rule_listener){r, index_documents, on_diagnostic};
}

static int by_document(const void *a, const void *b)
{
    const rule_problem *x = a, *y = b;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    if (x->is_error != y->is_error)
        return x->is_error ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static void take_problem(rule_report *r, size_t i)
{
    const rule_problem *p = &r->problems[i];
    if (p->doc < 0)
        return;
    rule_doc *doc = &r->docs[p->doc];
    if (doc->n_problems++ == 0)
        doc->first_problem = i;
    if (p->is_error)
        doc->status = RULE_ERROR;
    else if (doc->status == RULE_OK)
        doc->status = RULE_WARNING;
}

void rule_report_settle(rule_report *r, const spoor_ruleset *rules)
{
    spoor_rule rule;
    for (size_t i = 0; spoor_ruleset_rule(rules, i, &rule) == SPOOR_OK; i++) {
        long doc = find_doc(r, rule.file, rule.line);
        if (doc < 0)
            continue;
        r->docs[doc].is_compiled = true;
        r->docs[doc].rule = rule;
    }
    if (r->n_problems > 1)
        qsort(r->problems, r->n_problems, sizeof *r->problems, by_document);
    for (size_t i = 0; i < r->n_problems; i++)
        take_problem(r, i);
    for (size_t i = 0; i < r->n_docs; i++)
        if (r->docs[i].wants_rule && !r->docs[i].is_compiled)
            r->docs[i].status = RULE_ERROR;
    r->failed = r->failed || r->text.failed;
}
