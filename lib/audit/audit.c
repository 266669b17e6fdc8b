/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.c -- inputs to facts.
 */
#include "audit/audit.h"

#include <stdlib.h>
#include <string.h>

#include "access/aws_role.h"
#include "export/document.h"
#include "fact/place.h"
#include "export/traffic.h"
#include "base/array.h"
#include "base/text.h"

enum { HEAD_BYTES = 4096 };

bool audit_init(audit *a)
{
    *a = (audit){0};
    a->reading.json = json_reader_new();
    a->reading.row_json = json_reader_new();
    a->reading.facts = &a->facts;
    a->reading.usage = &a->usage;
    a->reading.exports = a->exports;
    return a->reading.json && a->reading.row_json;
}

void audit_done(audit *a)
{
    facts_done(&a->facts);
    access_done(&a->access);
    principal_index_done(&a->principals);
    usage_done(&a->usage);
    json_reader_free(a->reading.json);
    json_reader_free(a->reading.row_json);
    free(a->reading.problems);
    traffic_free(a->reading.traffic);
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
    if (!copy.p || !facts_add_input(&a->facts, copy)) {
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
    a->facts.input = r->input;
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
    if (text_starts(buf_str(&a->text), "\xef\xbb\xbf"))
        buf_drop_front(&a->text, 3);
    a->lines = document_lines(str_upto(buf_str(&a->text), HEAD_BYTES));
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
    while (rest.n > 0 && !a->is_too_long && (end = memchr(rest.p, '\n', rest.n))) {
        size_t n = (size_t)(end - rest.p);
        a->is_too_long = n > LIMIT_RECORD_BYTES;
        if (!a->is_too_long)
            read_line(a, str_upto(rest, n));
        rest = str_from(rest, n + 1);
    }
    a->is_too_long = a->is_too_long || rest.n > LIMIT_RECORD_BYTES;
    buf_drop_front(&a->text, a->text.n - rest.n);
}

void audit_feed(audit *a, str bytes)
{
    a->bytes += bytes.n;
    if (a->n_inputs > 0)
        a->inputs[a->n_inputs - 1].bytes += bytes.n;
    a->is_too_long = a->is_too_long || (!a->lines && a->text.n + bytes.n > LIMIT_EXPORT_BYTES);
    if (a->is_too_long)
        return;
    buf_put(&a->text, bytes.p, bytes.n);
    if (!a->is_line_known && a->text.n >= HEAD_BYTES + 3)
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

/* Each of these is sticky where it happened. */
static void note_failure(audit *a, bool has_failed)
{
    const reading *r = &a->reading;
    a->failed = a->failed || has_failed || a->facts.failed || a->facts.documents.failed ||
                a->usage.failed || a->access.failed || r->failed || r->scratch.failed ||
                r->inner.failed;
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
    note_failure(a, a->text.failed);
    buf_done(&a->text);
}

bool audit_finish(audit *a)
{
    a->facts.input = (uint32_t)a->n_inputs; /* what is joined now no input says */
    a->reading.is_joining = true;
    place_settle(&a->facts);
    aws_role_read_trusts(&a->reading);
    traffic_tell(&a->reading);
    usage_settle(&a->usage);
    a->access.reading = &a->reading;
    a->access.now_ns = a->now_ns;
    bool is_built = !a->reading.failed && facts_sort(&a->facts) &&
                    access_build(&a->access, &a->facts) &&
                    principal_index_build(&a->principals, &a->facts);
    reading_sort_problems(&a->reading);
    note_failure(a, !is_built);
    return !a->failed;
}

excess audit_excess(const audit *a)
{
    excess sum = traffic_lost(a->reading.traffic);
    excess_add(&sum, &a->facts.lost);
    excess_add(&sum, &a->access.lost);
    excess_add(&sum, &a->usage.lost);
    sum.n[EXCESS_audit_problems] = a->reading.malformed - a->reading.n_problems;
    return sum;
}
