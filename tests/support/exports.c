/* SPDX-License-Identifier: Apache-2.0
 *
 * exports.c -- reads the cases of the audit, and audits their files.
 */
#include "support/exports.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"

/* ---- cases ----------------------------------------------------------------------------------- */

static void add_case(exports *e, str check, str kind)
{
    export_case *all = array_room(e->cases, e->n_cases, &e->cap_cases, 64, sizeof *all);
    str id = arena_dup(&e->text, check), what = arena_dup(&e->text, kind);
    if (!all || !id.p || !what.p) {
        e->failed = true;
        return;
    }
    e->cases = all;
    all[e->n_cases++] = (export_case){id.p, what.p, e->n_files, 0};
}

static void add_file(exports *e, str name)
{
    export_file *all = array_room(e->files, e->n_files, &e->cap_files, 64, sizeof *all);
    str copy = arena_dup(&e->text, name);
    if (!all || !copy.p || e->n_cases == 0) {
        e->failed = true;
        return;
    }
    e->files = all;
    all[e->n_files++] = (export_file){copy.p, STR_NONE};
    e->cases[e->n_cases - 1].n++;
}

static void add_line(exports *e, str line)
{
    str *text = &e->files[e->n_files - 1].text;
    *text = text->p ? (str){text->p, (size_t)(line.p + line.n - text->p)} : line;
}

/* Whether a line is one of the case's own, not one of a file. */
static bool is_heading(str line)
{
    static const char *const words[] = {"check:", "now:", "settings:", "expect:", "logs:"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_starts(line, words[i]))
            return true;
    return false;
}

static void read_cases(exports *e, str text)
{
    str line, check = STR_NONE;
    bool is_in_file = false;
    while (text_next(&text, '\n', &line)) {
        if (text_starts(line, "check:"))
            check = text_trim(text_after(line, ':'));
        if (text_starts(line, "--- "))
            add_case(e, check, text_trim(str_from(line, 4)));
        else if (text_starts(line, "file:"))
            add_file(e, text_trim(text_after(line, ':')));
        else if (is_in_file && !is_heading(line))
            add_line(e, line);
        is_in_file = text_starts(line, "file:") ||
                     (is_in_file && !is_heading(line) && !text_starts(line, "--- "));
    }
}

/* The text stays: files point into it. */
static void read_file(exports *e, const char *path)
{
    AUTO(buf) text = {0};
    char bytes[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    e->failed = e->failed || !f;
    while (f && (n = fread(bytes, 1, sizeof bytes, f)) > 0)
        buf_put(&text, bytes, n);
    if (f)
        fclose(f);
    read_cases(e, arena_dup_buf(&e->text, &text));
}

bool exports_load(exports *e)
{
    glob_t found = {0};
    e->failed = glob("tests/audit/*.case", 0, NULL, &found) != 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        read_file(e, found.gl_pathv[i]);
    globfree(&found);
    return !e->failed && !e->text.failed;
}

void exports_done(exports *e)
{
    arena_done(&e->text);
    free(e->files);
    free(e->cases);
    *e = (exports){0};
}

/* ---- audits ---------------------------------------------------------------------------------- */

static spoor_status feed(spoor_audit *audit, const export_file *file, const exports_way *way)
{
    str rest = file->text;
    size_t piece = way->first_cut ? way->first_cut : way->most ? way->most : rest.n;
    spoor_status status = spoor_audit_begin(audit, file->name, NULL);
    while (status == SPOOR_OK && rest.n > 0) {
        size_t n = piece < rest.n ? piece : rest.n;
        status = spoor_audit_feed(audit, rest.p, n, NULL);
        rest = str_from(rest, n);
        piece = way->most ? way->most : rest.n;
    }
    return status == SPOOR_OK ? spoor_audit_end(audit, NULL) : status;
}

static spoor_status put(const spoor_finding *f, const exports_way *way, buf *out)
{
    char *json = NULL;
    size_t n = 0;
    bool is_wanted =
        way->is_told || f->type == SPOOR_FINDING_CHECK || f->type == SPOOR_FINDING_RIGHT;
    spoor_status status = is_wanted ? spoor_finding_json(f, &json, &n) : SPOOR_OK;
    if (status == SPOOR_OK && is_wanted) {
        buf_put(out, json, n);
        buf_putc(out, '\n');
    }
    free(json);
    return status;
}

static spoor_status tell(spoor_audit *audit, const exports_way *way, buf *out)
{
    const spoor_finding *f;
    spoor_status status = spoor_audit_finish(audit, NULL);
    if (status != SPOOR_OK)
        return spoor_audit_next(audit, &f); /* says the same */
    while (status == SPOOR_OK && (status = spoor_audit_next(audit, &f)) == SPOOR_OK)
        status = put(f, way, out);
    return status == SPOOR_END ? SPOOR_OK : status;
}

spoor_status exports_judge(const export_file *files, size_t n, const exports_way *way,
                           buf *ret_jsonl)
{
    spoor_audit *audit = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    options.now_ns = INT64_C(1780272000) * 1000000000; /* 2026-06-01 */
    spoor_status status = spoor_audit_open(&audit, &options, NULL);
    for (size_t i = 0; i < n && status == SPOOR_OK; i++)
        status = feed(audit, &files[i], way);
    if (status == SPOOR_OK)
        status = tell(audit, way, ret_jsonl);
    spoor_audit_close(&audit);
    return status;
}
