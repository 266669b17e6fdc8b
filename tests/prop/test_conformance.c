/* SPDX-License-Identifier: Apache-2.0
 *
 * test_conformance.c -- the written cases of tests/sigma, from YAML to findings.
 *
 *   === name                 a case begins
 *   --- detection            what stands below `detection:`, or below one search, a filter or a
 *   --- selection            correlation; the rest of the document is filled in. `rule` is a whole
 *   --- rule …               file of its own, as are `pipeline` and `placeholders`
 *   --- events               one JSON object a line; `cloudtrail`: CloudTrail records
 *   --- expect               what comes of it, line by line
 *
 *  (1) An event without `id` is called event-N, N from 1. Without `time` it happens `at` seconds
 *      after the start, or N.
 *  (2) Lines and columns are those of the block as it is written here; 0:0 is the document.
 *  (3) A correlation has three rules to name: a, b and c match events of that `kind`.
 *      A `lineage` is the rest of a correlation of that type; it fires "at T, step N …, count N".
 *  (4) An expected diagnostic or firing may leave out its end, matches must be complete.
 *  (5) Every answer of the engine is compared with the slow twin's, and with what the explanation
 *      of the rule says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/rules.h"
#include "rule/modifier.h"
#include "support/naive.h"

enum { BLOCKS_MAX = 12, EVENTS_MAX = 64, RULES_MAX = 16, LEAST_CASES = 300 };

static const char *const files[] = {
    "tests/sigma/structure.case",   "tests/sigma/values.case",      "tests/sigma/modifiers.case",
    "tests/sigma/conditions.case",  "tests/sigma/fields.case",      "tests/sigma/documents.case",
    "tests/sigma/correlation.case", "tests/sigma/diagnostics.case", "tests/sigma/lineage.case",
};

typedef struct form {
    const char *kind, *head;
    unsigned indent;
} form;

#define HEAD "title: rule\nlogsource:\n    category: test\n"

static const form forms[] = {
    {"rule", "", 0},
    {"detection", HEAD "detection:\n", 4},
    {"selection", HEAD "detection:\n    condition: selection\n    selection:\n", 8},
    {"filter", "title: filter\nlogsource:\n    category: test\nfilter:\n", 4},
    {"correlation", "title: correlation\ncorrelation:\n", 4},
    {"lineage", "title: lineage\ncorrelation:\n    type: lineage\n", 4},
    {"pipeline", "", 0},
    {"placeholders", "", 0},
};

#define BASE_RULE(name)                                                                            \
    "title: rule " name "\nname: " name "\nlogsource: {category: test}\n"                          \
    "detection: {selection: {kind: " name "}, condition: selection}\n"

static const char base_rules[] = BASE_RULE("a") "---\n" BASE_RULE("b") "---\n" BASE_RULE("c");

typedef struct block {
    str kind, text;
    const form *form; /* NULL: events, or what is expected */
} block;

typedef struct run {
    const char *file;
    size_t line;
    str name;
    block block[BLOCKS_MAX];
    size_t n_blocks;
    spoor_compiler *compiler;
    spoor_ruleset *rules;
    buf event[EVENTS_MAX];
    family family[EVENTS_MAX];
    size_t n_events;
    buf matches[RULES_MAX];
    bool is_match[RULES_MAX][EVENTS_MAX];
    size_t n_fired[RULES_MAX];
    buf diagnostics, firings, outcome;
} run;

static int64_t start_ns(void)
{
    return time_parse(STR("2026-01-01T00:00:00Z"));
}

/* ---- cases ----------------------------------------------------------------------------------- */

static str line_of(str *rest)
{
    str line = text_before(*rest, '\n');
    *rest = str_from(*rest, line.n + 1);
    return line;
}

static const form *form_of(str kind)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (str_is(kind, forms[i].kind))
            return &forms[i];
    }
    return NULL;
}

static void read_blocks(run *r, str text)
{
    while (text.n > 0) {
        const char *at = text.p;
        str line = line_of(&text);
        if (text_starts(line, "--- ")) {
            assert_true(r->n_blocks < BLOCKS_MAX);
            str kind = str_from(line, 4);
            r->block[r->n_blocks++] = (block){kind, {text.p, 0}, form_of(kind)};
        } else if (r->n_blocks > 0) {
            str *body = &r->block[r->n_blocks - 1].text;
            body->n = (size_t)(at - body->p) + line.n + (text.n > 0);
        }
    }
}

static const str *expected(const run *r)
{
    for (size_t i = 0; i < r->n_blocks; i++) {
        if (str_is(r->block[i].kind, "expect"))
            return &r->block[i].text;
    }
    fail_msg("%s:%zu: nothing is expected", r->file, r->line);
    return NULL;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static uint32_t lines_in(const char *text)
{
    uint32_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void note(void *user, const spoor_diagnostic *d)
{
    run *r = user;
    const form *f = &forms[0];
    char *end;
    size_t i = strtoul(d->file, &end, 10);
    if (end != d->file && i < r->n_blocks)
        f = r->block[i].form;
    uint32_t head = lines_in(f->head);
    bool is_inside = d->line > head && d->column > f->indent;
    uint32_t line = is_inside ? d->line - head : 0, column = is_inside ? d->column - f->indent : 0;
    buf_printf(&r->diagnostics, "%s %u:%u %s", d->is_error ? "error" : "warning", line, column,
               d->message);
    buf_printf(&r->diagnostics, *d->hint ? " (%s)\n" : "\n", d->hint);
}

static void write_document(const block *b, buf *out)
{
    str rest = b->text;
    buf_puts(out, b->form->head);
    while (rest.n > 0) {
        str line = line_of(&rest);
        for (unsigned i = 0; i < b->form->indent && line.n > 0; i++)
            buf_putc(out, ' ');
        buf_putstr(out, line);
        buf_putc(out, '\n');
    }
}

static void add_document(run *r, size_t i)
{
    const block *b = &r->block[i];
    char file[32];
    AUTO(buf) text = {0};
    write_document(b, &text);
    snprintf(file, sizeof file, "%zu.yml", i);
    spoor_status status;
    if (str_is(b->kind, "pipeline"))
        status = spoor_compiler_add_pipeline(r->compiler, file, text.p, text.n, NULL);
    else if (str_is(b->kind, "placeholders"))
        status = spoor_compiler_add_placeholders(r->compiler, file, text.p, text.n, NULL);
    else
        status = spoor_compiler_add(r->compiler, file, text.p, text.n, NULL);
    assert_int_equal(status, SPOOR_OK);
}

static void compile(run *r)
{
    bool has_correlation = false;
    assert_int_equal(spoor_compiler_new(&r->compiler), SPOOR_OK);
    spoor_compiler_on_diagnostic(r->compiler, note, r);
    for (size_t i = 0; i < r->n_blocks; i++) {
        if (r->block[i].form)
            add_document(r, i);
        has_correlation = has_correlation || str_is(r->block[i].kind, "correlation");
    }
    if (has_correlation)
        spoor_compiler_add(r->compiler, "base.yml", base_rules, strlen(base_rules), NULL);
    assert_int_equal(spoor_compiler_finish(r->compiler, NULL, &r->rules, NULL), SPOOR_OK);
    assert_true(spoor_ruleset_count(r->rules) <= RULES_MAX);
}

/* ---- events ---------------------------------------------------------------------------------- */

static double seconds_of(str line, size_t number)
{
    const char *at = memmem(line.p, line.n, "\"at\":", 5);
    return at ? strtod(at + 5, NULL) : (double)number;
}

static void put_head(buf *out, str line, size_t number, bool is_cloudtrail)
{
    char time[TIME_TEXT_MAX];
    time_format(start_ns() + (int64_t)(seconds_of(line, number) * 1e9), time);
    if (is_cloudtrail)
        buf_printf(out, "\"eventVersion\":\"1.08\",\"awsRegion\":\"us-east-1\",");
    if (!text_has(line, is_cloudtrail ? "\"eventID\":" : "\"id\":"))
        buf_printf(out, "\"%s\":\"event-%zu\",", is_cloudtrail ? "eventID" : "id", number);
    if (!text_has(line, is_cloudtrail ? "\"eventTime\":" : "\"time\":"))
        buf_printf(out, "\"%s\":\"%s\",", is_cloudtrail ? "eventTime" : "time", time);
}

static void read_events(run *r, const block *b)
{
    bool is_cloudtrail = str_is(b->kind, "cloudtrail");
    str rest = b->text;
    while (rest.n > 0) {
        str line = text_trim(line_of(&rest));
        if (line.n == 0)
            continue;
        assert_true(r->n_events < EVENTS_MAX && line.p[0] == '{');
        buf *out = &r->event[r->n_events];
        r->family[r->n_events++] = is_cloudtrail ? FAMILY_cloudtrail : FAMILY_generic;
        buf_putc(out, '{');
        put_head(out, line, r->n_events, is_cloudtrail);
        if (line.n == 2 && out->n > 1)
            out->n--; /* the comma before nothing */
        buf_putstr(out, str_from(line, 1));
    }
}

static void feed(const run *r, spoor_engine *engine, family f)
{
    spoor_stream *stream;
    const char *format = f == FAMILY_generic ? "json" : NULL;
    assert_int_equal(spoor_stream_open(&stream, engine, family_text(f), format, NULL), SPOOR_OK);
    for (size_t i = 0; i < r->n_events; i++) {
        if (r->family[i] != f)
            continue;
        assert_int_equal(spoor_stream_feed(stream, r->event[i].p, r->event[i].n, NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_feed(stream, "\n", 1, NULL), SPOOR_OK);
    }
    assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
}

/* ---- findings -------------------------------------------------------------------------------- */

static const char *number_of(const char *uid)
{
    return strncmp(uid, "event-", 6) == 0 ? uid + 6 : uid;
}

static void take_match(run *r, const spoor_match *m)
{
    const char *number = number_of(m->event_uid);
    size_t i = strtoul(number, NULL, 10);
    buf_printf(&r->matches[m->rule], " %s", number);
    if (i > 0 && i <= r->n_events)
        r->is_match[m->rule][i - 1] = true;
}

static bool is_base(const spoor_rule *rule)
{
    return strcmp(rule->file, "base.yml") == 0;
}

static bool is_alone(const run *r, size_t rule)
{
    spoor_rule mine, other;
    spoor_ruleset_rule(r->rules, rule, &mine);
    size_t n = 0;
    for (size_t i = 0; spoor_ruleset_rule(r->rules, i, &other) == SPOOR_OK; i++) {
        bool is_same_sort = (strcmp(other.kind, "rule") == 0) == (strcmp(mine.kind, "rule") == 0);
        n += is_same_sort && !other.is_silent && !is_base(&other);
    }
    return n == 1;
}

static void take_firing(run *r, const spoor_correlation *c)
{
    buf *out = &r->firings;
    r->n_fired[c->rule]++;
    if (!is_alone(r, c->rule))
        buf_printf(out, "%s ", c->rule_title);
    buf_printf(out, "fires: at %g, count %g", (double)(c->time_ns - start_ns()) / 1e9, c->count);
    for (size_t i = 0; i < c->n_group; i++)
        buf_printf(out, ", %s=%s", c->group_names[i], c->group_values[i]);
    buf_puts(out, ", events");
    for (size_t i = 0; i < c->n_event_uids; i++)
        buf_printf(out, " %s", number_of(c->event_uids[i]));
    buf_putc(out, '\n');
}

static void take_chain(run *r, const spoor_chain *c)
{
    buf *out = &r->firings;
    r->n_fired[c->rule]++;
    buf_printf(out, "fires: at %g", (double)(c->time_ns - start_ns()) / 1e9);
    for (size_t i = 0; i < c->n_steps; i++)
        buf_printf(out, ", %s %s", c->steps[i].name, number_of(c->steps[i].event_uid));
    buf_printf(out, ", count %g\n", (double)c->count);
}

static void find(run *r)
{
    spoor_options options = SPOOR_OPTIONS_INIT;
    spoor_engine *engine;
    const spoor_finding *f;
    options.rules = r->rules;
    options.no_incidents = 1;
    options.memory_bytes = 1 << 20; /* cases are small, and many */
    assert_int_equal(spoor_engine_open(&engine, &options, NULL), SPOOR_OK);
    feed(r, engine, FAMILY_generic);
    feed(r, engine, FAMILY_cloudtrail);
    assert_int_equal(spoor_engine_finish(engine, NULL), SPOOR_OK);
    while (spoor_engine_next(engine, &f) == SPOOR_OK) {
        if (f->type == SPOOR_FINDING_MATCH)
            take_match(r, &f->as.match);
        else if (f->type == SPOOR_FINDING_CORRELATION)
            take_firing(r, &f->as.correlation);
        else if (f->type == SPOOR_FINDING_CHAIN)
            take_chain(r, &f->as.chain);
        else if (f->type == SPOOR_FINDING_SKIP)
            fail_msg("%s:%zu: an event is skipped: %s", r->file, r->line, f->as.skip.reason);
    }
    spoor_engine_close(&engine);
}

static void write_outcome(run *r)
{
    spoor_rule rule;
    buf_putstr(&r->outcome, buf_str(&r->diagnostics));
    for (size_t i = 0; spoor_ruleset_rule(r->rules, i, &rule) == SPOOR_OK; i++) {
        bool is_rule = strcmp(rule.kind, "rule") == 0, is_quiet = rule.is_silent;
        if (is_base(&rule) || (is_quiet && r->matches[i].n == 0) || r->n_fired[i] > 0)
            continue;
        if (!is_alone(r, i))
            buf_printf(&r->outcome, "%s ", rule.title);
        buf_puts(&r->outcome, is_rule ? "matches:" : "fires:");
        if (r->matches[i].n > 0)
            buf_putstr(&r->outcome, buf_str(&r->matches[i]));
        else
            buf_puts(&r->outcome, is_rule ? " none" : " never");
        buf_putc(&r->outcome, '\n');
    }
    buf_putstr(&r->outcome, buf_str(&r->firings));
}

/* ---- comparison ------------------------------------------------------------------------------ */

static bool is_line(str wanted, str got)
{
    if (str_eq(wanted, got))
        return true;
    bool may_end = !text_has(wanted, "matches:") && wanted.n < got.n && wanted.n > 0;
    return may_end && str_eq(str_upto(got, wanted.n), wanted) &&
           (got.p[wanted.n] == ' ' || got.p[wanted.n] == ',');
}

static str next_line(str *rest)
{
    str line = STR_NONE;
    while (rest->n > 0 && line.n == 0)
        line = text_trim(line_of(rest));
    return line;
}

static bool is_as_expected(const run *r)
{
    str wanted = *expected(r), got = buf_str(&r->outcome);
    for (;;) {
        str want = next_line(&wanted), is = next_line(&got);
        if (want.n == 0 && is.n == 0)
            return true;
        if (!is_line(want, is))
            return false;
    }
}

/* What the twin and the explanation say of event i, and a rule that reports its matches. */
static bool agrees(run *r, size_t rule, size_t i)
{
    char *why;
    int matches;
    bool is_match = r->is_match[rule][i];
    str text = buf_str(&r->event[i]);
    bool is_naive = naive_matches(r->rules->compiled, (uint32_t)rule, r->family[i], text);
    assert_int_equal(spoor_ruleset_why(r->rules, rule, family_text(r->family[i]), text.p, text.n,
                                       &why, &matches, NULL),
                     SPOOR_OK);
    free(why);
    if (is_naive == is_match && (matches != 0) == is_match)
        return true;
    print_error("%s:%zu: %.*s\n  event %zu: the engine says %d, the twin %d, the explanation %d\n",
                r->file, r->line, (int)r->name.n, r->name.p, i + 1, is_match, is_naive, matches);
    return false;
}

static bool do_twins_agree(run *r)
{
    spoor_rule rule;
    bool is_fine = true;
    for (size_t k = 0; spoor_ruleset_rule(r->rules, k, &rule) == SPOOR_OK; k++) {
        if (rule.is_silent || strcmp(rule.kind, "rule") != 0)
            continue;
        for (size_t i = 0; i < r->n_events; i++) {
            bool has_own_id = !text_has(buf_str(&r->event[i]), "event-");
            is_fine = (has_own_id || agrees(r, k, i)) && is_fine;
        }
    }
    return is_fine;
}

static void run_done(run *r)
{
    for (size_t i = 0; i < EVENTS_MAX; i++)
        buf_done(&r->event[i]);
    for (size_t i = 0; i < RULES_MAX; i++)
        buf_done(&r->matches[i]);
    buf_done(&r->diagnostics);
    buf_done(&r->firings);
    buf_done(&r->outcome);
    spoor_ruleset_unref(r->rules);
    spoor_compiler_free(&r->compiler);
    memset(r, 0, sizeof *r);
}

static bool passes(const char *file, size_t line, str name, str text)
{
    static run r;
    r.file = file;
    r.line = line;
    r.name = name;
    read_blocks(&r, text);
    compile(&r);
    for (size_t i = 0; i < r.n_blocks; i++) {
        if (str_is(r.block[i].kind, "events") || str_is(r.block[i].kind, "cloudtrail"))
            read_events(&r, &r.block[i]);
    }
    find(&r);
    write_outcome(&r);
    bool is_fine = is_as_expected(&r);
    if (!is_fine)
        print_error("%s:%zu: %.*s\n--- expected\n%.*s--- got\n%.*s---\n", file, line, (int)name.n,
                    name.p, (int)expected(&r)->n, expected(&r)->p, (int)r.outcome.n, r.outcome.p);
    is_fine = do_twins_agree(&r) && is_fine;
    run_done(&r);
    return is_fine;
}

/* ---- the suite ------------------------------------------------------------------------------- */

static void read_file(const char *path, buf *out)
{
    char piece[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be read", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_put(out, piece, n);
    fclose(f);
}

/* What stands before the next line that begins with "=== ". */
static str case_text(str *rest, size_t *line)
{
    str text = {rest->p, 0};
    while (rest->n > 0 && !text_starts(*rest, "=== ")) {
        str next = line_of(rest);
        text.n = (size_t)(next.p - text.p) + next.n;
        (*line)++;
    }
    return text;
}

static size_t run_file(const char *path, size_t *n_failed)
{
    AUTO(buf) text = {0};
    read_file(path, &text);
    str rest = buf_str(&text);
    size_t line = 1, n = 0;
    case_text(&rest, &line); /* what the file says of itself */
    while (rest.n > 0) {
        size_t at = line++;
        str name = str_from(line_of(&rest), 4);
        *n_failed += !passes(path, at, name, case_text(&rest, &line));
        n++;
    }
    return n;
}

static void test_cases(void **state)
{
    (void)state;
    size_t n = 0, n_failed = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        n += run_file(files[i], &n_failed);
    if (n_failed > 0)
        fail_msg("%zu of %zu cases fail", n_failed, n);
    assert_true(n >= LEAST_CASES);
}

/* docs/SIGMA.md has a row for each modifier, and says of it what the program says. */
static void test_manual_lists_modifiers(void **state)
{
    (void)state;
    AUTO(buf) manual = {0};
    read_file("docs/SIGMA.md", &manual);
    buf_putc(&manual, 0);
    for (size_t i = 0; modifier_name(i); i++) {
        AUTO(buf) row = {0};
        buf_printf(&row, "| `%s` | ", modifier_name(i));
        for (const char *c = modifier_doc(i); *c; c++)
            buf_printf(&row, *c == '|' ? "\\%c" : "%c", *c); /* a bar ends a cell */
        buf_puts(&row, " |");
        buf_putc(&row, 0);
        if (!strstr(manual.p, row.p))
            fail_msg("docs/SIGMA.md lacks the row %s", row.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_manual_lists_modifiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
