/* SPDX-License-Identifier: Apache-2.0
 *
 * test_audit_cases.c -- the cases of every check, tests/audit/NAME.case, through the public
 * interface.
 *
 *     check: ID                       begins the cases of a check
 *     now: TIME                       of the audit; holds until the next
 *     --- KIND                        begins a case; KIND begins with fail, pass, no-data,
 *                                     malformed or not-applicable
 *     settings: YAML                  on one line
 *     logs: NAME                      what follows is a log: what it shows of uses goes into the
 *     audit
 *     file: NAME                      what follows, up to the next line of these, is its content
 *     expect: STATUS ID "SEEN"        ID "-": the check as a whole; SEEN: a part of what was seen
 *
 * What the check says must be what is expected, no more and no less. Every check needs a case of
 * each of the first four kinds. Lines that begin with '#' outside files are remarks.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "audit/check.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

enum { FILES_MAX = 16, EXPECT_MAX = 32, FAILURES_SHOWN = 40 };

typedef struct part {
    str name, text;
    bool is_log;
} part;

typedef struct expectation {
    str status, id, seen;
    bool is_met;
} expectation;

typedef struct audit_case {
    const char *file;
    size_t line;
    str check, kind, settings;
    int64_t now_ns;
    part files[FILES_MAX];
    size_t n_files;
    expectation expect[EXPECT_MAX];
    size_t n_expect;
} audit_case;

static size_t n_cases, n_failed;

static void complain(audit_case *c, const char *what, str more)
{
    if (++n_failed <= FAILURES_SHOWN)
        print_error("%s:%zu: %.*s, %.*s: %s %.*s\n", c->file, c->line, (int)c->check.n, c->check.p,
                    (int)c->kind.n, c->kind.p, what, (int)more.n, more.p);
}

/* ---- running --------------------------------------------------------------------------------- */

static bool meets(expectation *e, const spoor_check *c)
{
    str id = str_of(c->resource.id[0] ? c->resource.id : "-");
    char needle[512];
    snprintf(needle, sizeof needle, "%.*s", (int)e->seen.n, e->seen.p);
    return !e->is_met && str_is(e->status, spoor_check_status_text(c->status)) &&
           str_eq(e->id, id) && text_has(str_of(c->seen), needle);
}

static void compare(audit_case *c, const spoor_check *found)
{
    char text[1024];
    for (size_t i = 0; i < c->n_expect; i++) {
        if (meets(&c->expect[i], found)) {
            c->expect[i].is_met = true;
            return;
        }
    }
    snprintf(text, sizeof text, "%s %s \"%s\"", spoor_check_status_text(found->status),
             found->resource.id[0] ? found->resource.id : "-", found->seen);
    complain(c, "not expected:", str_of(text));
}

static void deliver(audit_case *c, spoor_audit *audit)
{
    const spoor_finding *f;
    bool has_malformed = false;
    while (spoor_audit_next(audit, &f) == SPOOR_OK) {
        if (f->type == SPOOR_FINDING_CHECK && str_is(c->check, f->as.check.id))
            compare(c, &f->as.check);
        has_malformed = has_malformed || f->type == SPOOR_FINDING_SKIP;
    }
    for (size_t i = 0; i < c->n_expect; i++)
        if (!c->expect[i].is_met)
            complain(c, "is missing:", c->expect[i].id);
    if (text_starts(c->kind, "malformed") && !has_malformed)
        complain(c, "what is malformed was not told", STR(""));
}

static void feed_log(const part *log, spoor_audit *audit)
{
    spoor_engine *engine = NULL;
    spoor_stream *stream = NULL;
    spoor_options options = SPOOR_OPTIONS_INIT;
    const spoor_finding *f;
    options.usage = 1;
    assert_int_equal(spoor_engine_open(&engine, &options, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_open(&stream, engine, "log", NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_feed(stream, log->text.p, log->text.n, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_finish(engine, NULL), SPOOR_OK);
    while (spoor_engine_next(engine, &f) == SPOOR_OK)
        ;
    assert_int_equal(spoor_audit_use(audit, engine, NULL), SPOOR_OK);
    spoor_engine_close(&engine);
}

static void feed_files(audit_case *c, spoor_audit *audit)
{
    char name[512];
    for (size_t i = 0; i < c->n_files; i++) {
        if (c->files[i].is_log) {
            feed_log(&c->files[i], audit);
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)c->files[i].name.n, c->files[i].name.p);
        assert_int_equal(spoor_audit_begin(audit, name, NULL), SPOOR_OK);
        assert_int_equal(spoor_audit_feed(audit, c->files[i].text.p, c->files[i].text.n, NULL),
                         SPOOR_OK);
        assert_int_equal(spoor_audit_end(audit, NULL), SPOOR_OK);
    }
}

/* An unrelated, empty export of the check's cloud, so that the check is run when a case has no
 * file. */
static void feed_cloud(audit_case *c, spoor_audit *audit, const check *row)
{
    for (int e = EXPORT_NONE + 1; c->n_files == 0 && e < EXPORT_COUNT; e++) {
        const export_info *info = export_describe((export_id)e);
        bool is_needed = false;
        for (size_t i = 0; i < CHECK_NEEDS; i++)
            is_needed =
                is_needed || row->needs[i] == (export_id)e || row->needs_any[i] == (export_id)e;
        if (is_needed || info->cloud != row->cloud)
            continue;
        assert_int_equal(spoor_audit_begin(audit, info->name, NULL), SPOOR_OK);
        assert_int_equal(spoor_audit_feed(audit, "[]", 2, NULL), SPOOR_OK);
        assert_int_equal(spoor_audit_end(audit, NULL), SPOOR_OK);
        return;
    }
}

static void run_case(audit_case *c)
{
    spoor_audit *audit = NULL;
    spoor_settings *settings = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    const check *row = check_find(c->check);
    n_cases++;
    if (!row) {
        complain(c, "there is no such check", STR(""));
        return;
    }
    if (c->settings.n > 0)
        assert_int_equal(
            spoor_settings_parse("case", c->settings.p, c->settings.n, NULL, &settings, NULL),
            SPOOR_OK);
    options.now_ns = c->now_ns;
    options.settings = settings;
    assert_int_equal(spoor_audit_open(&audit, &options, NULL), SPOOR_OK);
    feed_files(c, audit);
    feed_cloud(c, audit, row);
    assert_int_equal(spoor_audit_finish(audit, NULL), SPOOR_OK);
    deliver(c, audit);
    spoor_audit_close(&audit);
    spoor_settings_unref(settings);
}

/* ---- parsing --------------------------------------------------------------------------------- */

static bool take(str line, const char *word, str *ret)
{
    if (!text_starts(line, word))
        return false;
    *ret = text_trim(str_from(line, strlen(word)));
    return true;
}

static void take_expectation(audit_case *c, str text)
{
    assert_true(c->n_expect < EXPECT_MAX);
    expectation *e = &c->expect[c->n_expect++];
    str rest = text_trim(text_after(text, ' '));
    *e = (expectation){.status = text_before(text, ' ')};
    const char *quote = memchr(rest.p, '"', rest.n);
    e->id = text_trim(quote ? str_upto(rest, (size_t)(quote - rest.p)) : rest);
    if (quote)
        e->seen = text_before(str_from(rest, (size_t)(quote - rest.p) + 1), '"');
}

static void take_file(audit_case *c, str name)
{
    assert_true(c->n_files < FILES_MAX);
    c->files[c->n_files++] = (part){.name = name};
}

static void end_case(audit_case *c)
{
    if (c->kind.n > 0)
        run_case(c);
    c->kind = c->settings = STR_NONE;
    c->n_files = c->n_expect = 0;
}

static void take_line(audit_case *c, str line, bool *in_file)
{
    str value;
    bool was_in_file = *in_file;
    *in_file = false;
    if (take(line, "check:", &value)) {
        end_case(c);
        c->check = value;
    } else if (take(line, "--- ", &value)) {
        end_case(c);
        c->kind = value;
    } else if (take(line, "now:", &value)) {
        c->now_ns = time_parse(value);
    } else if (take(line, "settings:", &value)) {
        c->settings = value;
    } else if (take(line, "expect:", &value)) {
        take_expectation(c, value);
    } else if (take(line, "file:", &value) || take(line, "logs:", &value)) {
        take_file(c, value);
        c->files[c->n_files - 1].is_log = text_starts(line, "logs:");
        *in_file = true;
    } else if (was_in_file) {
        part *p = &c->files[c->n_files - 1];
        p->text = p->text.p ? (str){p->text.p, (size_t)(line.p + line.n - p->text.p)} : line;
        *in_file = true;
    } else if (text_trim(line).n > 0 && line.p[0] != '#') {
        complain(c, "what is this line?", line);
    }
}

static void run_text(const char *file, str text)
{
    audit_case c = {.file = file, .now_ns = 0};
    bool in_file = false;
    str line;
    while (text_next(&text, '\n', &line)) {
        c.line++;
        take_line(&c, line, &in_file);
    }
    end_case(&c);
}

static void load(const char *path, buf *out)
{
    char bytes[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
        buf_put(out, bytes, n);
    fclose(f);
}

static void each_file(void (*use)(const char *file, str text))
{
    glob_t found = {0};
    assert_int_equal(glob("tests/audit/*.case", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        buf text = {0};
        load(found.gl_pathv[i], &text);
        use(found.gl_pathv[i], buf_str(&text));
        buf_done(&text);
    }
    globfree(&found);
}

static void test_cases(void **state)
{
    (void)state;
    n_cases = n_failed = 0;
    each_file(run_text);
    print_message("%zu cases\n", n_cases);
    assert_int_equal(n_failed, 0);
}

/* ---- each check has all kinds ---------------------------------------------------------------- */

static const char *const kinds[] = {"fail", "pass", "no-data", "malformed"};
static unsigned *seen_kinds;

static void note_kinds(const char *file, str text)
{
    str line, value, check_id = STR_NONE;
    (void)file;
    while (text_next(&text, '\n', &line)) {
        if (take(line, "check:", &value))
            check_id = value;
        if (!take(line, "--- ", &value))
            continue;
        for (size_t i = 0; i < check_count(); i++)
            for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
                if (str_is(check_id, check_at(i)->id) && text_starts(value, kinds[k]))
                    seen_kinds[i] |= 1u << k;
    }
}

static void test_kinds(void **state)
{
    (void)state;
    size_t lacking = 0;
    seen_kinds = calloc(check_count() + 1, sizeof *seen_kinds);
    assert_non_null(seen_kinds);
    each_file(note_kinds);
    for (size_t i = 0; i < check_count(); i++) {
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            if (seen_kinds[i] & (1u << k))
                continue;
            print_error("%s has no case of kind %s\n", check_at(i)->id, kinds[k]);
            lacking++;
        }
    }
    free(seen_kinds);
    assert_int_equal(lacking, 0);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool is_id(const char *id)
{
    size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return id[0] != '\0' && id[n] == '\0';
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < check_count(); i++) {
        const check *row = check_at(i);
        bool is_whole = is_id(row->id) && row->title && row->wanted && row->why && row->fix &&
                        row->references && row->test;
        bool needs = row->needs[0] != EXPORT_NONE || row->needs_any[0] != EXPORT_NONE;
        if (!is_whole || !needs)
            print_error("the row of %s is not whole\n", row->id);
        assert_true(is_whole && needs);
        assert_ptr_equal(check_find(str_of(row->id)), row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
