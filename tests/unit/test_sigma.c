/* SPDX-License-Identifier: Apache-2.0
 *
 * test_sigma.c -- Sigma documents: what comes out, and what is said of what does not.
 */
#include "rule/sigma.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/time.h"

typedef struct parsed {
    arena a;
    sigma_docs docs;
    diag_list diags;
} parsed;

static void parsed_done(parsed *p)
{
    diag_done(&p->diags);
    arena_done(&p->a);
}

static void parse(parsed *p, const char *text)
{
    assert_true(sigma_parse(&p->a, "t.yml", str_of(text), &p->docs, &p->diags));
}

static void assert_str(str s, const char *want)
{
    assert_int_equal(s.n, strlen(want));
    assert_memory_equal(s.p ? s.p : "", want, s.n);
}

static const char RULE[] = "title: Snapshot shared\n"
                           "id: 0a4b1c1e-7d5e-4c8a-9a55-0f3a6f8f2b11\n"
                           "name: shared\n"
                           "status: Experimental\n"
                           "description: |\n"
                           "  Two\n"
                           "  lines\n"
                           "author: [Ann, Bob]\n"
                           "date: 2026/01/02\n"
                           "level: HIGH\n"
                           "tags:\n"
                           "  - attack.t1578.001\n"
                           "falsepositives: backups\n"
                           "team: blue\n"
                           "logsource:\n"
                           "  product: AWS\n"
                           "  service: CloudTrail\n"
                           "detection:\n"
                           "  selection:\n"
                           "    eventName: ModifySnapshotAttribute\n"
                           "    a.b c|contains|all: ['x\\*', 5, true]\n"
                           "    gone: null\n"
                           "  maps:\n"
                           "    - a: 1\n"
                           "    - b: ''\n"
                           "  words:\n"
                           "    - one\n"
                           "    - '|re': t.o\n"
                           "  single: three\n"
                           "  condition:\n"
                           "    - selection and maps\n"
                           "    - 'words'\n";

static void reads_what_describes_a_rule(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, RULE);
    assert_int_equal(p.docs.n, 1);
    assert_int_equal(p.diags.n, 0);
    const sigma_doc *d = &p.docs.items[0];
    assert_int_equal(d->kind, SIGMA_RULE);
    assert_str(d->title, "Snapshot shared");
    assert_str(d->id, "0a4b1c1e-7d5e-4c8a-9a55-0f3a6f8f2b11");
    assert_str(d->name, "shared");
    assert_str(d->status, "experimental");
    assert_str(d->description, "Two\nlines\n");
    assert_str(d->author, "Ann, Bob");
    assert_str(d->date, "2026/01/02");
    assert_int_equal(d->level, SPOOR_HIGH);
    assert_true(d->has_level);
    assert_int_equal(d->n_tags, 1);
    assert_str(d->tags[0], "attack.t1578.001");
    assert_str(d->falsepositives[0], "backups");
    assert_str(d->logsource.product, "aws");
    assert_str(d->logsource.service, "cloudtrail");
    assert_str(d->logsource.category, "");
    assert_int_equal(d->logsource.pos.line, 16);
    assert_string_equal(d->source->file, "t.yml");
}

static void reads_items(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, RULE);
    const sigma_group *g = &p.docs.items[0].detection.searches[0].groups[0];
    assert_int_equal(g->n_items, 3);
    assert_false(g->items[0].is_list);
    assert_str(g->items[0].values[0].text, "ModifySnapshotAttribute");
    const sigma_item *item = &g->items[1];
    assert_str(item->field, "a.b c");
    assert_int_equal(item->n_modifiers, 2);
    assert_str(item->modifiers[0], "contains");
    assert_str(item->modifiers[1], "all");
    assert_true(item->is_list);
    assert_int_equal(item->n_values, 3);
    assert_str(item->values[0].text, "x\\*");
    assert_int_equal(item->values[1].kind, SIGMA_NUMBER);
    assert_int_equal(item->values[2].kind, SIGMA_BOOL);
    assert_int_equal(item->pos.line, 21);
    assert_int_equal(item->pos.column, 5);
    assert_int_equal(item->values[1].pos.column, 33);
    assert_int_equal(g->items[2].values[0].kind, SIGMA_NULL);
}

static void reads_searches(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, RULE);
    const sigma_detection *d = &p.docs.items[0].detection;
    assert_int_equal(d->n_searches, 4);
    assert_str(d->searches[1].name, "maps");
    assert_int_equal(d->searches[1].pos.line, 23);
    assert_int_equal(d->searches[1].n_groups, 2);
    assert_int_equal(d->searches[1].groups[1].items[0].values[0].kind, SIGMA_TEXT);
    const sigma_search *words = &d->searches[2];
    assert_int_equal(words->n_groups, 2);
    assert_false(words->groups[0].items[0].has_field);
    assert_str(words->groups[0].items[0].values[0].text, "one");
    assert_false(words->groups[1].items[0].has_field);
    assert_str(words->groups[1].items[0].modifiers[0], "re");
    assert_int_equal(d->searches[3].n_groups, 1);
    assert_int_equal(d->n_conditions, 2);
    assert_str(d->conditions[0].text, "selection and maps");
    assert_int_equal(d->conditions[1].pos.line, 32);
}

/* ---- problems -------------------------------------------------------------------------------- */

#define W DIAG_WARNING
#define E DIAG_ERROR
#define LOG "logsource: {product: aws}\n"
#define DETECTS "detection: {s: {a: b}, condition: s}\n"

/* The text has one problem, and one document when it is a warning. */
typedef struct problem {
    const char *text;
    diag_severity severity;
    uint32_t line, column;
    const char *message, *hint;
} problem;

static void check_problem(const problem *want, const char *text)
{
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, text);
    for (size_t i = 0; i < p.diags.n && p.diags.n != 1; i++)
        print_error("%s-> %s\n", text, p.diags.items[i].message);
    assert_int_equal(p.diags.n, 1);
    const diag *d = &p.diags.items[0];
    assert_non_null(strstr(d->message, want->message));
    assert_non_null(strstr(d->hint, want->hint));
    assert_int_equal(d->severity, want->severity);
    assert_int_equal(d->pos.line, want->line);
    assert_int_equal(d->pos.column, want->column);
    assert_int_equal(p.docs.n, want->severity == DIAG_WARNING);
}

static void explains_problems_of_rules(void **state)
{
    (void)state;
    /* clang-format off */
    static const problem row[] = {
        {LOG DETECTS,                                 E, 1, 1,  "no `title`", "add"},
        {"title: ''\n" LOG DETECTS,                   E, 1, 8,  "`title` is empty", ""},
        {"title: [a]\n" LOG DETECTS,                  E, 1, 8,  "not a list", ""},
        {"title: t\n" DETECTS,                        E, 1, 1,  "no `logsource`", "add"},
        {"title: t\nlogsource: aws\n" DETECTS,        E, 2, 12, "must be a map", "product"},
        {"title: t\nlogsource: {x: y}\n" DETECTS,     E, 2, 12, "names no category", ""},
        {"title: t\nlogsource: {product: [a]}\n" DETECTS, E, 2, 22, "not a list", ""},
        {"title: t\nlogsource: {product: a, servce: b}\n" DETECTS, W, 2, 25, "`servce`", "`service`"},
        {"title: t\n" LOG,                            E, 1, 1,  "no `detection`", "correlation"},
        {"title: t\nTags: [x]\n" LOG DETECTS,         W, 2, 1,  "`Tags` is read as `tags`", ""},
        {"title: t\nreference: x\n" LOG DETECTS,      W, 2, 1,  "means nothing", "`references`"},
        {"title: t\ntitle_: x\n" LOG DETECTS "Level: low\nlevel: low\n", E, 5, 1, "stands beside", "one"},
        {"title: t\nid: 5\n" LOG DETECTS,             W, 2, 5,  "not a UUID", "-"},
        {"title: t\nlevel: hihg\n" LOG DETECTS,       W, 2, 8,  "medium is taken", "`high`"},
        {"title: t\nlevel: {a: b}\n" LOG DETECTS,     W, 2, 8,  "ignored", ""},
        {"title: t\nstatus: stabel\n" LOG DETECTS,    W, 2, 9,  "unknown status", "`stable`"},
        {"title: t\ntags: [[a], b]\n" LOG DETECTS,    W, 2, 8,  "ignored", ""},
        {"- x\n",                                     E, 1, 1,  "must be a map, not a list", "title"},
        {"title: t\n" LOG DETECTS "filter: {}\n",     E, 1, 1,  "`detection` and `filter`", "---"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        check_problem(&row[i], row[i].text);
}

static void explains_problems_of_detections(void **state)
{
    (void)state;
    /* clang-format off */
    static const problem row[] = {
        {" [a]",                                   E, 3, 12, "must be a map", "indentation"},
        {"\n  condition: s",                       E, 4, 3,  "no search", "selection"},
        {"\n  s: {a: b}",                          E, 4, 3,  "no `condition`", "add"},
        {"\n  s: {a: b}\n  condtion: s",           E, 5, 3,  "no `condition`, only `condtion`", "`condition`"},
        {"\n  s: {a: b}\n  Condition: s",          W, 5, 3,  "is read as `condition`", ""},
        {"\n  s: {a: b}\n  condition:",            E, 5, 13, "`condition` is empty", ""},
        {"\n  s: {a: b}\n  condition: []",         E, 5, 14, "`condition` is empty", ""},
        {"\n  s: {a: b}\n  condition: {s: x}",     E, 5, 14, "not a map", ""},
        {"\n  s: {a: b}\n  condition: 's | count() > 5'", E, 5, 17, "aggregations", "correlation"},
        {"\n  s: {a: b}\n  timeframe: 5m\n  condition: s", W, 5, 14, "ignored", "timespan"},
        {"\n  s:\n  condition: s",                 E, 4, 3,  "search `s` is empty", "indentation"},
        {"\n  s: []\n  condition: s",              E, 4, 3,  "search `s` is empty", ""},
        {"\n  s: {}\n  condition: s",              E, 4, 6,  "map of fields is empty", ""},
        {"\n  s: [null]\n  condition: s",          E, 4, 7,  "null", "field: null"},
        {"\n  s: [[a]]\n  condition: s",           E, 4, 7,  "a list cannot", ""},
        {"\n  s: {a: []}\n  condition: s",         E, 4, 10, "list of values is empty", "null"},
        {"\n  s: {a: [x, ~]}\n  condition: s",     E, 4, 14, "null cannot", ""},
        {"\n  s: {a: {b: c}}\n  condition: s",     E, 4, 10, "map cannot be a value", "dots"},
        {"\n  s: {a: [[b]]}\n  condition: s",      E, 4, 11, "a list cannot", ""},
        {"\n  s: {a||re: x}\n  condition: s",      E, 4, 7,  "modifier is missing", ""},
        {"\n  s: {a: b, a: c}\n  condition: s",    E, 4, 13, "line 4, column 7", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char text[512];
        snprintf(text, sizeof text, "title: t\n" LOG "detection:%s\n", row[i].text);
        check_problem(&row[i], text);
    }
}

static void explains_problems_of_correlations(void **state)
{
    (void)state;
    /* clang-format off */
    static const problem row[] = {
        {"rules: a, timespan: 1h",                                E, 2, 14, "no `type`", ""},
        {"type: event_cuont, rules: a, timespan: 1h",             E, 2, 21, "unknown correlation type", "`event_count`"},
        {"type: Temporal, rules: a, timespan: 1h",                W, 2, 21, "read as `temporal`", ""},
        {"type: temporal, timespan: 1h",                          E, 2, 14, "no `rules`", "id, name or title"},
        {"type: temporal, rules: [], timespan: 1h",               E, 2, 38, "list of rules is empty", ""},
        {"type: temporal, rules: [{a: b}], timespan: 1h",         E, 2, 39, "not a map", ""},
        {"type: temporal, rules: a",                              E, 2, 14, "no `timespan`", "15s"},
        {"type: temporal, rules: a, timespan: 0s",                E, 2, 51, "no time at all", "15s"},
        {"type: temporal, rules: a, timespan: 5x",                E, 2, 51, "not a number and a unit", "15s"},
        {"type: temporal, rules: a, timespan: -5m",               E, 2, 51, "not a number and a unit", ""},
        {"type: temporal, rules: a, timespan: 60",                E, 2, 51, "not a number and a unit", ""},
        {"type: temporal, rules: a, timespan: 99999999999y",      E, 2, 51, "too long", ""},
        {"type: temporal, rules: a, timeframe: 5m",               W, 2, 52, "read as `timespan`", ""},
        {"type: temporal, rules: a, timespan: 5m, group_by: x",   W, 2, 55, "read as `group-by`", ""},
        {"type: temporal, rules: a, timespan: 5m, frobnicate: x", W, 2, 55, "means nothing", ""},
        {"type: temporal, rules: a, timespan: 5m, generate: yes", E, 2, 65, "true or false", "YAML 1.2"},
        {"type: temporal, rules: a, timespan: 5m, aliases: [x]",  E, 2, 64, "must be a map", "alias"},
        {"type: temporal, rules: a, timespan: 5m, aliases: {x: y}", E, 2, 68, "must be a map", ""},
        {"type: temporal, rules: a, timespan: 5m, condition: ''", E, 2, 66, "is empty", ""},
        {"type: temporal, rules: a, timespan: 5m, condition: [a]", E, 2, 66, "or an expression", ""},
        {"type: event_count, rules: a, timespan: 5m",             E, 2, 14, "needs a `condition`", "gte"},
        {"type: event_count, rules: a, timespan: 5m, condition: a and b", E, 2, 69, "only temporal", "gte"},
        {"type: event_count, rules: a, timespan: 5m, condition: {get: 1}", E, 2, 70, "no criterion", "`gt"},
        {"type: event_count, rules: a, timespan: 5m, condition: {gte: x}", E, 2, 75, "must be a number", ""},
        {"type: event_count, rules: a, timespan: 5m, condition: {gte: '1'}", W, 2, 75, "read as a number", "quotes"},
        {"type: event_count, rules: a, timespan: 5m, condition: {gte: 1, field: x}", W, 2, 85, "means nothing", "value_count"},
        {"type: value_count, rules: a, timespan: 5m, condition: {gte: 1}", E, 2, 14, "needs a `field`", ""},
        {"type: value_sum, rules: a, timespan: 5m, condition: {gte: 1, field: [x, y]}", E, 2, 83, "one field", "value_count"},
        {"type: value_percentile, rules: a, timespan: 5m, condition: {gte: 1, field: x}", W, 2, 14, "no `percentile`", "95"},
        {"type: value_percentile, rules: a, timespan: 5m, percentile: 101, condition: {gte: 1, field: x}", E, 2, 75, "between 0 and 100", ""},
        {"type: value_sum, rules: a, timespan: 5m, percentile: 5, condition: {gte: 1, field: x}", W, 2, 68, "means nothing", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char text[512];
        snprintf(text, sizeof text, "title: t\ncorrelation: {%s}\n", row[i].text);
        check_problem(&row[i], text);
    }
    problem flat = {NULL, E, 2, 13, "must be a map, not null", "indentation"};
    check_problem(&flat, "title: t\ncorrelation:\ntype: temporal\n");
}

/* ---- correlations ---------------------------------------------------------------------------- */

static void reads_a_correlation(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, "title: Many\nlevel: critical\ncorrelation:\n  type: value_count\n  rules: [a, b c]\n"
              "  group-by: user\n  timespan: 90m\n  generate: true\n  aliases:\n"
              "    user: {a: src.user, b c: dst}\n"
              "  condition: {gt: 0x10, lte: 2e2, neq: 20.5, field: [x, y]}\n");
    assert_int_equal(p.diags.n, 0);
    assert_int_equal(p.docs.items[0].kind, SIGMA_CORRELATION);
    const sigma_correlation *c = &p.docs.items[0].correlation;
    assert_int_equal(c->type, RULE_VALUE_COUNT);
    assert_int_equal(c->n_rules, 2);
    assert_str(c->rules[1].text, "b c");
    assert_int_equal(c->rules[1].pos.line, 5);
    assert_int_equal(c->rules[1].pos.column, 14);
    assert_int_equal(c->n_group_by, 1);
    assert_str(c->group_by[0], "user");
    assert_int_equal(c->timespan_ns, 90 * TIME_MINUTE);
    assert_true(c->generate);
    assert_int_equal(c->n_aliases, 2);
    assert_str(c->aliases[1].alias, "user");
    assert_str(c->aliases[1].rule, "b c");
    assert_str(c->aliases[1].field, "dst");
    assert_int_equal(c->n_bounds, 3);
    static const sigma_bound bound[] = {{RULE_GT, 16}, {RULE_LTE, 200}, {RULE_NEQ, 20.5}};
    for (size_t i = 0; i < ARRAY_LEN(bound); i++) {
        assert_int_equal(c->bounds[i].compare, bound[i].compare);
        assert_true(c->bounds[i].number == bound[i].number);
    }
    assert_int_equal(c->n_fields, 2);
    assert_str(c->fields[1], "y");
}

static void reads_every_timespan(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } row[] = {{"15s", 15},    {"2m", 120},     {"3h", 10800},    {"'1d'", 86400},
               {"1w", 604800}, {"1M", 2629746}, {"1y", 31556952}, {"010s", 10}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(parsed_done) parsed p = {0};
        char text[128];
        snprintf(text, sizeof text,
                 "title: t\ncorrelation: {type: temporal, rules: a, timespan: %s}", row[i].text);
        parse(&p, text);
        assert_int_equal(p.docs.n, 1);
        assert_int_equal(p.docs.items[0].correlation.timespan_ns, row[i].seconds * TIME_SECOND);
        assert_int_equal(p.docs.items[0].correlation.percentile, 50);
    }
}

static void reads_every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < RULE_CORRELATION_TYPES; i++) {
        CLEANUP(parsed_done) parsed p = {0};
        char text[256];
        snprintf(text, sizeof text,
                 "title: t\ngenerate: true\ncorrelation: {type: %s, rules: a, timespan: 1s, "
                 "condition: {%s: 1, field: x, percentile: 99}}",
                 rule_correlation_text((rule_correlation_type)i),
                 rule_compare_text((rule_compare)(i % RULE_COMPARES)));
        parse(&p, text);
        assert_int_equal(p.docs.n, 1);
        const sigma_correlation *c = &p.docs.items[0].correlation;
        assert_int_equal(c->type, i);
        assert_int_equal(c->bounds[0].compare, i % RULE_COMPARES);
        assert_true(c->percentile == 99);
        assert_true(c->generate);
    }
}

static void takes_rules_from_the_expression(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, "title: t\ncorrelation:\n  type: temporal\n  timespan: 1h\n"
              "  condition: 'b and NOT (a or c) and b'\n");
    const sigma_correlation *c = &p.docs.items[0].correlation;
    assert_str(c->expression.text, "b and NOT (a or c) and b");
    assert_int_equal(c->n_rules, 3);
    static const struct {
        const char *name;
        uint32_t column;
    } row[] = {{"b", 15}, {"a", 26}, {"c", 31}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_str(c->rules[i].text, row[i].name);
        assert_int_equal(c->rules[i].pos.line, 5);
        assert_int_equal(c->rules[i].pos.column, row[i].column);
    }
}

/* ---- filters --------------------------------------------------------------------------------- */

static void reads_filters(void **state)
{
    (void)state;
    static const struct {
        const char *rules;
        size_t n;
    } row[] = {{"any", 0}, {"ALL", 0}, {"[]", 0}, {"one", 1}, {"[one, two]", 2}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(parsed_done) parsed p = {0};
        char text[256];
        snprintf(text, sizeof text,
                 "title: t\n" LOG "filter:\n  rules: %s\n  s: {a: b}\n  timeframe: {c: d}\n"
                 "  condition: not s\n",
                 row[i].rules);
        parse(&p, text);
        assert_int_equal(p.diags.n, 0);
        const sigma_doc *d = &p.docs.items[0];
        assert_int_equal(d->kind, SIGMA_FILTER);
        assert_int_equal(d->filter.n_rules, row[i].n);
        assert_int_equal(d->filter.detection.n_searches, 2);
        assert_str(d->filter.detection.conditions[0].text, "not s");
        assert_str(d->logsource.product, "aws");
    }
    problem no_rules = {NULL, DIAG_ERROR, 4, 3, "names no `rules`", "any"};
    check_problem(&no_rules, "title: t\n" LOG "filter:\n  s: {a: b}\n  condition: s\n");
}

/* ---- several documents ----------------------------------------------------------------------- */

static void keeps_the_good_documents(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, "title: one\n" LOG DETECTS
              "---\ntitle: two\n---\n# nothing\n---\ntitle: three\n" LOG DETECTS);
    assert_int_equal(p.docs.n, 2);
    assert_str(p.docs.items[0].title, "one");
    assert_str(p.docs.items[1].title, "three");
    assert_int_equal(p.docs.items[1].pos.line, 9);
    assert_ptr_equal(p.docs.items[0].source, p.docs.items[1].source);
    parse(&p, "title: four\n" LOG DETECTS);
    assert_int_equal(p.docs.n, 3);
    assert_int_equal(p.diags.n_errors, 2);
}

static void merges_global_documents(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    parse(&p, "action: global\ntitle: all\nlevel: low\n" LOG
              "detection: {s: {a: b, c: d}, condition: s}\n"
              "---\nlevel: high\n"
              "---\naction: global\ntags: x\n"
              "---\ntitle: own\ndetection: {s: {a: [e]}, t: {u: v}}\n"
              "---\naction: repeat\ntitle: again\n"
              "---\naction: reset\n"
              "---\ntitle: alone\n" LOG DETECTS);
    assert_int_equal(p.diags.n, 0);
    assert_int_equal(p.docs.n, 4);
    const sigma_doc *d = p.docs.items;
    assert_str(d[0].title, "all");
    assert_int_equal(d[0].level, SPOOR_HIGH);
    assert_int_equal(d[0].n_tags, 0);
    assert_str(d[1].title, "own");
    assert_int_equal(d[1].level, SPOOR_LOW);
    assert_int_equal(d[1].n_tags, 1);
    assert_int_equal(d[1].detection.n_searches, 2);
    const sigma_group *s = &d[1].detection.searches[0].groups[0];
    assert_int_equal(s->n_items, 2);
    assert_str(s->items[0].values[0].text, "e");
    assert_str(s->items[1].values[0].text, "d");
    assert_str(d[2].title, "again");
    assert_int_equal(d[2].detection.n_searches, 2);
    assert_str(d[3].title, "alone");
    assert_int_equal(d[3].level, SPOOR_MEDIUM);
    assert_false(d[3].has_level);
}

static void explains_actions(void **state)
{
    (void)state;
    static const problem row[] = {
        {"action: globl\n", DIAG_ERROR, 1, 9, "unknown action", "`global`"},
        {"action: repeat\n", DIAG_ERROR, 1, 1, "no document before", ""},
        {"title: t\n" LOG DETECTS "---\naction: reset\nlevel: low\n", DIAG_WARNING, 5, 1, "ignored",
         "---"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        check_problem(&row[i], row[i].text);
}

/* A long global document, and many short ones that it is merged into. */
static void bounds_merging(void **state)
{
    (void)state;
    CLEANUP(parsed_done) parsed p = {0};
    AUTO(buf) b = {0};
    buf_puts(&b, "action: global\ntitle: t\n" LOG "detection:\n  condition: s\n  s:\n    a:\n");
    for (size_t i = 0; i < 50000; i++)
        buf_puts(&b, "    - x\n");
    for (size_t i = 0; i < 100; i++)
        buf_puts(&b, "---\nlevel: low\n");
    buf_putc(&b, 0);
    parse(&p, b.p);
    assert_int_equal(p.docs.n, 19);
    assert_int_equal(p.diags.n_errors, 81);
    assert_non_null(strstr(p.diags.items[0].message, "more than 1000000 YAML nodes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_describes_a_rule),
        cmocka_unit_test(reads_items),
        cmocka_unit_test(reads_searches),
        cmocka_unit_test(explains_problems_of_rules),
        cmocka_unit_test(explains_problems_of_detections),
        cmocka_unit_test(explains_problems_of_correlations),
        cmocka_unit_test(reads_a_correlation),
        cmocka_unit_test(reads_every_timespan),
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(takes_rules_from_the_expression),
        cmocka_unit_test(reads_filters),
        cmocka_unit_test(keeps_the_good_documents),
        cmocka_unit_test(merges_global_documents),
        cmocka_unit_test(explains_actions),
        cmocka_unit_test(bounds_merging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
