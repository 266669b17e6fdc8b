/* SPDX-License-Identifier: Apache-2.0
 *
 * test_rule_words.c -- rules in words, why they match, what they cost, through the public header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <spoor/spoor.h>

#include "base/base.h"

#define LOGSOURCE "logsource: {product: aws, service: cloudtrail}\n"

static spoor_ruleset *compile(const char *yaml)
{
    spoor_compiler *c;
    spoor_ruleset *rules;
    spoor_error err;
    assert_int_equal(spoor_compiler_new(&c), SPOOR_OK);
    assert_int_equal(spoor_compiler_add(c, "r.yml", yaml, strlen(yaml), &err), SPOOR_OK);
    assert_int_equal(spoor_compiler_finish(c, NULL, &rules, &err), SPOOR_OK);
    spoor_compiler_free(&c);
    assert_true(spoor_ruleset_count(rules) > 0);
    return rules;
}

static spoor_ruleset *compile_selection(const char *selection)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "title: T\n" LOGSOURCE "detection:\n  sel: %s\n  condition: sel\n",
             selection);
    return compile(yaml);
}

static void says_each_operation(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *selection, *words; } rows[] = {
        {"{a: X}",                  "  a equals \"x\"\n"},
        {"{a|cased: X}",            "  a equals \"X\" (letter case counts)\n"},
        {"{a: 5}",                  "  a equals 5\n"},
        {"{a|neq: x}",              "  a is there and does not equal \"x\"\n"},
        {"{a|startswith: x}",       "  a starts with \"x\"\n"},
        {"{a|endswith: x}",         "  a ends with \"x\"\n"},
        {"{a|contains: x}",         "  a contains \"x\"\n"},
        {"{a: 'x*y?z'}",            "  a is like \"x*y?z\"\n"},
        {"{a|re: '^x'}",            "  a matches the regular expression \"^x\"\n"},
        {"{a|cidr: 10.0.0.0/8}",    "  a is an address in \"10.0.0.0/8\"\n"},
        {"{a|lt: 5}",               "  a is a number below 5\n"},
        {"{a|lte: 5}",              "  a is a number up to 5\n"},
        {"{a|gt: 5}",               "  a is a number above 5\n"},
        {"{a|gte: 5}",              "  a is a number from 5\n"},
        {"{a|hour: 5}",             "  a is a time of which the hour is 5\n"},
        {"{a|exists: true}",        "  a is there\n"},
        {"{a|exists: false}",       "  a is not there\n"},
        {"{a: null}",               "  a is absent or null\n"},
        {"{a|fieldref: b}",         "  a equals the value of b\n"},
        {"{a|fieldref|endswith: b}", "  a ends with the value of b\n"},
        {"['word']",                "  any value of the record contains \"word\"\n"},
        {"{a: [x, y]}",             "  a equals one of \"x\", \"y\"\n"},
        {"{a|contains|all: [x, y]}", "  all of these:\n    a contains \"x\"\n    a contains \"y\"\n"},
        {"{a: \"q\\\"\\n\"}",       "  a equals \"q\\\"\\n\"\n"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        spoor_ruleset *rules = compile_selection(rows[i].selection);
        char *text;
        assert_int_equal(spoor_ruleset_explain(rules, 0, &text), SPOOR_OK);
        if (!strstr(text, rows[i].words))
            fail_msg("%s lacks %s in:\n%s", rows[i].selection, rows[i].words, text);
        free(text);
        spoor_ruleset_unref(rules);
    }
}

static void counts_what_it_leaves_out(void **state)
{
    (void)state;
    spoor_ruleset *rules = compile_selection("{a: [b, c, d, e, f, g, h, i, j, k, l, m, n, o]}");
    char *text;
    assert_int_equal(spoor_ruleset_explain(rules, 0, &text), SPOOR_OK);
    assert_non_null(strstr(text, "\"m\" and 2 more\n"));
    assert_int_equal(spoor_ruleset_explain(rules, 1, &text), SPOOR_END);
    free(text);
    spoor_ruleset_unref(rules);
}

static void says_why(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *family, *record, *words; int matches; spoor_status status; }
    rows[] = {
        {"cloudtrail", "{\"a\":\"X\",\"b\":3}", "yes  a equals \"x\"  -- it is \"X\"",   1, SPOOR_OK},
        {"cloudtrail", "{\"a\":\"z\",\"b\":3}", "no   a equals \"x\"  -- it is \"z\"",   0, SPOOR_OK},
        {"cloudtrail", "{\"a\":\"x\"}", "no   b is a number above 2  -- it has no value here", 0,
         SPOOR_OK},
        {"entra_audit", "{\"a\":\"x\",\"b\":3}", "its logsource is of other log families", 0,
         SPOOR_OK},
        {"generic", "{\"a\":\"x\",\"b\":3}\n{\"a\":1}", "record 2, generic: it does not match", 1,
         SPOOR_OK},
        {"cloudtrail", "no json", "it does not match", 0, SPOOR_OK},
        {NULL, "{\"a\":\"x\"}", "of no log family that is known", 0, SPOOR_EINVAL},
        {NULL, "", "the record is empty", 0, SPOOR_EINVAL},
        {"nonsense", "{}", "no log family is called \"nonsense\"", 0, SPOOR_EINVAL},
    };
    /* clang-format on */
    spoor_ruleset *rules = compile_selection("{a: x, b|gt: 2}");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        spoor_error err = {0};
        char *text = NULL;
        int matches = -1;
        spoor_status status = spoor_ruleset_why(rules, 0, rows[i].family, rows[i].record,
                                                strlen(rows[i].record), &text, &matches, &err);
        assert_int_equal(status, rows[i].status);
        const char *said = status == SPOOR_OK ? text : err.message;
        if (!strstr(said, rows[i].words))
            fail_msg("row %zu lacks %s in:\n%s", i, rows[i].words, said);
        if (status == SPOOR_OK)
            assert_int_equal(matches, rows[i].matches);
        free(text);
    }
    spoor_ruleset_unref(rules);
}

static int64_t tick(void *user)
{
    return *(int64_t *)user += 10;
}

static void counts_costs(void **state)
{
    (void)state;
    static const char yaml[] =
        "title: Anchored\n" LOGSOURCE "detection: {sel: {a: x}, condition: sel}\n---\n"
        "title: Everywhere\n" LOGSOURCE "detection: {sel: {b|gt: 2}, condition: sel}\n";
    static const char log[] =
        "{\"id\":\"1\",\"a\":\"x\",\"b\":3}\n{\"id\":\"2\",\"a\":\"y\",\"b\":1}\n"
        "{\"id\":\"3\",\"b\":4}\n";
    int64_t now = 0;
    spoor_options options = SPOOR_OPTIONS_INIT;
    spoor_engine *e;
    spoor_rule_cost cost;
    options.rules = compile(yaml);
    options.clock_ns = tick;
    options.clock_user = &now;
    assert_int_equal(spoor_engine_open(&e, &options, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_rule_cost(e, 0, &cost), SPOOR_EINVAL);
    for (int i = 0; i < 2; i++) { /* two streams of one lane: costs are summed */
        spoor_stream *s;
        assert_int_equal(spoor_stream_open(&s, e, "log", "json", NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_feed(s, log, sizeof log - 1, NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_OK);
    }
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_rule_cost(e, 0, &cost), SPOOR_OK);
    assert_int_equal(cost.tried, 2);
    assert_int_equal(cost.matched, 2);
    assert_int_equal(cost.ns, 20);
    assert_int_equal(spoor_engine_rule_cost(e, 1, &cost), SPOOR_OK);
    assert_int_equal(cost.tried, 6);
    assert_int_equal(cost.matched, 4);
    assert_int_equal(cost.ns, 60);
    assert_int_equal(spoor_engine_rule_cost(e, 2, &cost), SPOOR_END);
    spoor_engine_close(&e);
    spoor_ruleset_unref(options.rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_each_operation),
        cmocka_unit_test(counts_what_it_leaves_out),
        cmocka_unit_test(says_why),
        cmocka_unit_test(counts_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
