/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.c -- inputs to facts, facts to verdicts.
 */
#include "audit/audit.h"

#include <stdlib.h>
#include <string.h>

#include "audit/document.h"
#include "audit/place.h"
#include "base/array.h"
#include "base/text.h"

enum { HEAD_BYTES = 4096 };

bool audit_init(audit *a)
{
    *a = (audit){0};
    a->reading.json = json_reader_new();
    a->reading.row_json = json_reader_new();
    a->reading.facts = &a->facts;
    a->reading.exports = a->exports;
    return a->reading.json && a->reading.row_json;
}

void audit_done(audit *a)
{
    facts_done(&a->facts);
    access_done(&a->access);
    json_reader_free(a->reading.json);
    json_reader_free(a->reading.row_json);
    free(a->reading.problems);
    buf_done(&a->reading.scratch);
    buf_done(&a->reading.inner);
    arena_done(&a->line_memory.text);
    free(a->inputs);
    buf_done(&a->text);
    buf_done(&a->seen);
    buf_done(&a->wanted);
    buf_done(&a->fix);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static audit_input *add_input(audit *a, str name)
{
    audit_input *all = array_room(a->inputs, a->n_inputs, &a->cap_inputs, 16, sizeof *all);
    if (all)
        a->inputs = all;
    str copy = all ? arena_dup(&a->facts.documents, name) : STR_NONE;
    if (!copy.p) {
        a->failed = true;
        return NULL;
    }
    all[a->n_inputs] = (audit_input){.name = copy};
    return &all[a->n_inputs++];
}

void audit_skip(audit *a, str name, str reason)
{
    audit_input *input = add_input(a, name);
    if (!input)
        return;
    input->skipped = arena_dup(&a->facts.documents, reason);
    input->is_unread = true;
}

void audit_begin(audit *a, str name)
{
    reading *r = &a->reading;
    const audit_input *input = add_input(a, name);
    if (!input)
        return;
    r->input = (uint32_t)(a->n_inputs - 1);
    r->input_name = input->name;
    r->account = place_account(input->name);
    r->region = place_region(input->name);
    r->unknown = 0;
    r->export_ = EXPORT_NONE;
    buf_reset(&a->text);
    arena_done(&a->line_memory.text);
    a->line_memory = (line_memory){0};
    a->lines = NULL;
    a->is_line_known = false;
    a->is_too_long = false;
}

static void decide(audit *a)
{
    a->lines = document_lines(buf_str(&a->text));
    a->is_line_known = true;
    if (a->lines) {
        a->exports[a->lines->export_]++;
        a->reading.n_read++;
        a->reading.export_ = a->lines->export_;
    }
}

static void read_line(audit *a, str line)
{
    if (text_ends(line, "\r"))
        line.n--;
    a->line_memory.lines++;
    a->lines->line(&a->reading, line, &a->line_memory);
}

/* Reads the whole lines there are, and drops them. */
static void read_lines(audit *a)
{
    str rest = buf_str(&a->text);
    const char *end;
    while (rest.n > 0 && (end = memchr(rest.p, '\n', rest.n))) {
        size_t n = (size_t)(end - rest.p);
        read_line(a, str_upto(rest, n));
        rest = str_from(rest, n + 1);
    }
    buf_drop_front(&a->text, a->text.n - rest.n);
}

void audit_feed(audit *a, str bytes)
{
    size_t limit = a->lines ? LIMIT_RECORD_BYTES : LIMIT_EXPORT_BYTES;
    a->bytes += bytes.n;
    if (a->n_inputs > 0)
        a->inputs[a->n_inputs - 1].bytes += bytes.n;
    a->is_too_long = a->is_too_long || a->text.n + bytes.n > limit;
    if (a->is_too_long)
        return;
    buf_put(&a->text, bytes.p, bytes.n);
    if (!a->is_line_known && a->text.n >= HEAD_BYTES)
        decide(a);
    if (a->lines)
        read_lines(a);
}

static str read_rest(audit *a)
{
    if (!a->is_line_known)
        decide(a);
    if (a->is_too_long)
        return a->lines ? STR("a line is longer than 16 MiB (limit record_bytes)")
                        : STR("longer than 1 GiB (limit export_bytes)");
    if (!a->lines)
        return str_of(document_read(&a->reading, buf_str(&a->text)));
    read_lines(a);
    if (a->text.n > 0)
        read_line(a, buf_str(&a->text));
    return STR_NONE;
}

void audit_end(audit *a)
{
    if (a->n_inputs == 0 || a->failed)
        return;
    str skipped = a->text.failed ? STR_NONE : read_rest(a);
    audit_input *input = &a->inputs[a->n_inputs - 1];
    input->skipped = skipped;
    input->unknown = skipped.n > 0 ? 0 : a->reading.unknown;
    input->export_ = a->reading.export_;
    a->failed = a->failed || a->text.failed || a->facts.failed || a->reading.failed ||
                a->reading.scratch.failed || a->reading.inner.failed;
    buf_done(&a->text);
}

bool audit_finish(audit *a)
{
    place_settle(&a->facts);
    a->failed = a->failed || !facts_sort(&a->facts) || !access_build(&a->access, &a->facts);
    return !a->failed;
}

/* ---- verdicts -------------------------------------------------------------------------------- */

bool audit_has_cloud(const audit *a, provider cloud)
{
    for (int e = EXPORT_NONE + 1; e < EXPORT_COUNT; e++)
        if (a->exports[e] > 0 && export_describe((export_id)e)->cloud == cloud)
            return true;
    return false;
}

bool audit_judge(const audit *a, const check *row, const fact *x, buf *seen,
                 spoor_check_status *ret)
{
    bool is_meant = x->kind == row->subject && x->provider == row->cloud &&
                    (!row->applies || row->applies(a, row, x));
    buf_reset(seen);
    if (is_meant)
        *ret = row->test(a, row, x, seen);
    return is_meant;
}

/* The first export that the check cannot do without and nobody gave; EXPORT_NONE: it can be judged. */
static export_id lacking(const audit *a, const check *row)
{
    bool has_any = row->needs_any[0] == EXPORT_NONE;
    for (size_t i = 0; i < CHECK_NEEDS && row->needs[i]; i++)
        if (!check_has_export(a, row->needs[i]))
            return row->needs[i];
    for (size_t i = 0; i < CHECK_NEEDS && row->needs_any[i]; i++)
        has_any = has_any || check_has_export(a, row->needs_any[i]);
    return has_any ? EXPORT_NONE : row->needs_any[0];
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_./:@=+,-", c) != NULL);
}

/* The text as one word of a shell: it comes from exports, and people paste commands. */
static void put_quoted(buf *out, str text)
{
    bool is_bare = text.n > 0;
    for (size_t i = 0; i < text.n; i++)
        is_bare = is_bare && is_plain(text.p[i]);
    if (is_bare) {
        buf_putstr(out, text);
        return;
    }
    buf_putc(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            buf_puts(out, "'\\''");
        else if ((unsigned char)text.p[i] >= ' ')
            buf_putc(out, text.p[i]);
    }
    buf_putc(out, '\'');
}

static bool put_placeholder(const audit *a, const check *row, const fact *x, str name, buf *out)
{
    if (str_is(name, "threshold"))
        buf_printf(out, "%.15g", check_threshold(a, row->threshold));
    else if (!x)
        return false;
    else if (str_is(name, "id"))
        put_quoted(out, facts_id(&a->facts, x));
    else if (str_is(name, "name"))
        put_quoted(out, facts_name(&a->facts, x));
    else if (str_is(name, "account"))
        put_quoted(out, facts_account(&a->facts, x));
    else if (str_is(name, "region"))
        put_quoted(out, facts_region(&a->facts, x));
    else
        return false;
    return true;
}

/* The words of a row with what {…} stands for. */
static void fill_in(const audit *a, const check *row, const fact *x, const char *words, buf *out)
{
    str rest = str_of(words ? words : "");
    buf_reset(out);
    while (rest.n > 0) {
        const char *open = memchr(rest.p, '{', rest.n);
        size_t n = open ? (size_t)(open - rest.p) : rest.n;
        buf_put(out, rest.p, n);
        rest = str_from(rest, n);
        const char *close = rest.n > 0 ? memchr(rest.p, '}', rest.n) : NULL;
        size_t length = close ? (size_t)(close - rest.p) : 0;
        if (close && put_placeholder(a, row, x, (str){rest.p + 1, length - 1}, out)) {
            rest = str_from(rest, length + 1);
        } else if (rest.n > 0) {
            buf_putc(out, '{');
            rest = str_from(rest, 1);
        }
    }
}

static void tell(audit *a, const check *row, const fact *x, spoor_check_status status, verdict *ret)
{
    a->has_told = true;
    fill_in(a, row, x, row->wanted, &a->wanted);
    fill_in(a, row, x, row->fix, &a->fix);
    *ret = (verdict){.check = row,
                     .fact = x,
                     .status = status,
                     .seen = buf_str(&a->seen),
                     .wanted = buf_str(&a->wanted),
                     .fix = buf_str(&a->fix)};
}

static void tell_lacking(audit *a, const check *row, export_id e, verdict *ret)
{
    const export_info *info = export_describe(e);
    buf_reset(&a->seen);
    buf_printf(&a->seen, "%s was not given", info->name);
    tell(a, row, NULL, SPOOR_CHECK_NO_DATA, ret);
    buf_reset(&a->fix);
    buf_puts(&a->fix, info->command);
    ret->fix = buf_str(&a->fix);
}

/* The next fact that the check in hand is about. */
static bool next_of_check(audit *a, const check *row, verdict *ret)
{
    uint32_t from, to;
    spoor_check_status status;
    facts_range(&a->facts, row->subject, &from, &to);
    for (uint32_t at = from + a->next_fact; at < to; at++) {
        const fact *x = facts_at(&a->facts, at);
        a->next_fact++;
        if (audit_judge(a, row, x, &a->seen, &status)) {
            tell(a, row, x, status, ret);
            return true;
        }
    }
    return false;
}

/* What the check in hand says next; false: it has said all. */
static bool next_verdict(audit *a, const check *row, verdict *ret)
{
    export_id missing = lacking(a, row);
    if (missing && a->has_told)
        return false;
    if (missing) {
        tell_lacking(a, row, missing, ret);
        return true;
    }
    if (next_of_check(a, row, ret))
        return true;
    if (a->has_told)
        return false;
    buf_reset(&a->seen);
    buf_printf(&a->seen, "there is no such %s", fact_kind_text(row->subject));
    tell(a, row, NULL, SPOOR_CHECK_NOT_APPLICABLE, ret);
    return true;
}

bool audit_next(audit *a, verdict *ret)
{
    const check *row;
    while ((row = check_at(a->next_check))) {
        if (audit_has_cloud(a, row->cloud) && next_verdict(a, row, ret)) {
            a->failed = a->failed || a->seen.failed || a->wanted.failed || a->fix.failed;
            return true;
        }
        a->next_check++;
        a->next_fact = 0;
        a->has_told = false;
    }
    return false;
}
