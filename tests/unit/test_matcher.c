/* SPDX-License-Identifier: Apache-2.0
 *
 * test_matcher.c -- rules against records: anchors, families, memory between records, what was
 * seen, limits, and want of memory.
 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/matcher.h"
#include "support/failing_alloc.h"
#include "support/rules.h"

enum { CLOUDTRAIL = 1 << FAMILY_cloudtrail, GENERIC = 1 << FAMILY_generic };

typedef struct world {
    rules r;
    uint32_t name, region, any, number;
    matcher *m;
} world;

/* Rule 0: eventName is RunInstances or StopLogging, region eu. 1: any value contains "secret".
 * 2: generic logs only, no region. 3: count is 5, anchored by a spelling. */
static void world_make(world *w)
{
    rules_init(&w->r);
    w->name = rules_field(&w->r, "eventName", FAMILY_ALL, "eventName");
    w->region = rules_field(&w->r, "region", FAMILY_ALL, "awsRegion|region");
    w->any = rules_field(&w->r, "", FAMILY_ALL, "");
    w->number = rules_field(&w->r, "count", FAMILY_ALL, "count");

    uint32_t names[] = {rules_text(&w->r, RULE_OP_EQ, w->name, "RunInstances"),
                        rules_text(&w->r, RULE_OP_EQ, w->name, "StopLogging")};
    uint32_t both[] = {rules_node(&w->r, RULE_NODE_OR, names, 2),
                       rules_text(&w->r, RULE_OP_STARTS, w->region, "eu-")};
    rules_add(&w->r, CLOUDTRAIL, rules_node(&w->r, RULE_NODE_AND, both, 2));
    rules_anchor(&w->r, w->name, "RunInstances");
    rules_anchor(&w->r, w->name, "StopLogging");

    rules_add(&w->r, CLOUDTRAIL | GENERIC, rules_text(&w->r, RULE_OP_CONTAINS, w->any, "Secret"));
    rules_add(&w->r, GENERIC,
              rules_predicate(&w->r, (rule_predicate){.op = RULE_OP_NULL, .field = w->region}));
    rules_add(&w->r, CLOUDTRAIL, rules_text(&w->r, RULE_OP_EQ, w->number, "5.0"));
    rules_anchor(&w->r, w->number, "5.0");
}

static int setup(void **state)
{
    static world w;
    world_make(&w);
    w.m = matcher_new(&w.r.set);
    *state = &w;
    return w.m ? 0 : -1;
}

static int teardown(void **state)
{
    world *w = *state;
    matcher_free(w->m);
    rules_done(&w->r);
    return 0;
}

/* The rules that match, as digits. */
static const char *run(matcher *m, family f, const char *text, const char *operation)
{
    static char shown[64];
    AUTO(buf) room = {0};
    const uint32_t *found;
    size_t n;
    buf_puts(&room, text);
    matcher_record record = {buf_str(&room), f, str_of(operation), STR_NONE};
    if (!matcher_run(m, &record, &found, &n))
        return "no memory";
    for (size_t i = 0; i < n; i++)
        shown[i] = (char)('0' + found[i]);
    shown[n] = 0;
    return shown;
}

static void test_records(void **state)
{
    static const struct {
        family family;
        const char *text, *operation, *rules;
    } table[] = {
        {FAMILY_cloudtrail, "{\"eventName\":\"RunInstances\",\"awsRegion\":\"eu-west-1\"}", "",
         "0"},
        {FAMILY_cloudtrail, "{\"eventName\":\"RUNinstances\",\"awsRegion\":\"EU-west-1\"}", "",
         "0"},
        {FAMILY_cloudtrail, "{\"eventName\":\"stopLogging\",\"region\":\"eu-\"}", "", "0"},
        {FAMILY_cloudtrail, "{\"eventName\":\"RunInstances\",\"awsRegion\":\"us-east-1\"}", "", ""},
        {FAMILY_cloudtrail, "{\"eventName\":\"Other\",\"awsRegion\":\"eu-west-1\"}", "", ""},
        {FAMILY_generic, "{\"eventName\":\"RunInstances\",\"awsRegion\":\"eu-west-1\"}", "", ""},
        {FAMILY_gcp_audit, "{\"eventName\":\"RunInstances\",\"x\":\"secret\"}", "", ""},
        {FAMILY_generic, "{\"x\":[{\"y\":\"top SECRET\"}]}", "", "12"},
        {FAMILY_generic, "{\"secret\":1,\"region\":\"x\"}", "", ""},
        {FAMILY_cloudtrail,
         "{\"eventName\":\"RunInstances\",\"awsRegion\":\"eu-secret\",\"count\":5}", "RunInstances",
         "013"},
        {FAMILY_cloudtrail, "{\"count\":5}", "", "3"},
        {FAMILY_cloudtrail, "{\"count\":\"5.0\"}", "", "3"},
        {FAMILY_cloudtrail, "{\"count\":\"5\"}", "", ""},
        {FAMILY_generic, "{\"broken\"", "", ""},
        {FAMILY_generic, "", "", ""},
        {FAMILY_generic, "[]", "", "2"},
    };
    world *w = *state;
    for (size_t lap = 0; lap < 2; lap++) {
        for (size_t i = 0; i < ARRAY_LEN(table); i++)
            assert_string_equal(run(w->m, table[i].family, table[i].text, table[i].operation),
                                table[i].rules);
    }
}

/* What the decoder read is looked up; whether the rule matches is for the record to say. */
static void test_operation(void **state)
{
    world *w = *state;
    const char *text = "{\"eventName\":\"RunInstances\",\"awsRegion\":\"eu-west-1\"}";
    assert_string_equal(run(w->m, FAMILY_cloudtrail, text, "runINSTANCES"), "0");
    assert_string_equal(run(w->m, FAMILY_cloudtrail, text, "StopLogging"), "0");
    assert_string_equal(run(w->m, FAMILY_cloudtrail, text, "DescribeInstances"), "");
    assert_string_equal(
        run(w->m, FAMILY_cloudtrail, "{\"eventName\":\"x\",\"awsRegion\":\"eu-1\"}", "StopLogging"),
        "");
}

/* A union may have values that the decoder did not read. */
static void test_union_is_parsed(void **state)
{
    world *w = *state;
    w->r.set.fields[w->name].is_union = true;
    matcher *m = matcher_new(&w->r.set);
    const char *text = "{\"eventName\":\"RunInstances\",\"awsRegion\":\"eu-west-1\"}";
    assert_string_equal(run(m, FAMILY_cloudtrail, text, "DescribeInstances"), "0");
    matcher_free(m);
}

static void test_values(void **state)
{
    world *w = *state;
    AUTO(buf) room = {0}, out = {0};
    const uint32_t *found;
    size_t n;
    char wanted[256] = "n\1"
                       "5s\1"
                       "xb\4trues\xC8\1";
    memset(wanted + 15, 'z', 200);
    buf_printf(&room, "{\"count\":[5,\"x\",[true,null],\"%s\"]}", wanted + 15);
    matcher_record record = {.text = buf_str(&room), .family = FAMILY_gcp_audit};
    assert_true(matcher_run(w->m, &record, &found, &n));
    matcher_values(w->m, w->number, &out);
    assert_int_equal(out.n, 215);
    assert_memory_equal(out.p, wanted, 215);
    matcher_values(w->m, w->region, &out);
    assert_int_equal(out.n, 215);
}

static void note(void *user, uint32_t predicate, bool holds, str seen)
{
    buf_printf(user, "%u %s '%.*s'\n", predicate, holds ? "yes" : "no", (int)seen.n, seen.p);
}

static void test_why(void **state)
{
    world *w = *state;
    AUTO(buf) room = {0}, out = {0};
    bool matches = true;
    buf_puts(&room, "{\"eventName\":[\"a\",\"StopLogging\"],\"region\":\"us\"}");
    matcher_record record = {.text = buf_str(&room), .family = FAMILY_cloudtrail};
    assert_true(matcher_why(w->m, &record, 0, note, &out, &matches));
    assert_false(matches);
    assert_true(str_is(buf_str(&out), "0 no 'a'\n1 yes 'StopLogging'\n2 no 'us'\n"));
    buf_reset(&out);
    assert_true(matcher_why(w->m, &record, 2, note, &out, &matches));
    assert_false(matches);
    record.family = FAMILY_generic;
    record.text.n = 0;
    assert_true(matcher_why(w->m, &record, 2, note, &out, &matches));
    assert_false(matches);
}

static void test_regex_limit(void **state)
{
    static rules r;
    AUTO(buf) text = {0};
    (void)state;
    rules_init(&r);
    uint32_t f = rules_field(&r, "f", FAMILY_ALL, "f");
    rules_add(&r, FAMILY_ALL, rules_regex(&r, f, "^(a|a?)+$"));
    matcher *m = matcher_new(&r.set);
    assert_string_equal(run(m, FAMILY_generic, "{\"f\":\"aaa\"}", ""), "0");
    assert_int_equal(matcher_regex_limited(m), 0);
    buf_printf(&text, "{\"f\":\"%0200d\"}", 0);
    for (char *p = text.p; p < text.p + text.n; p++)
        *p = *p == '0' ? 'a' : *p;
    text.p[text.n - 3] = 'b';
    assert_string_equal(run(m, FAMILY_generic, text.p, ""), "");
    assert_int_equal(matcher_regex_limited(m), 1);
    matcher_free(m);
    rules_done(&r);
}

/* Each rule wants its own text of one field: the first few are searched for alone, the others
 * together. Negated ones, too. */
static void test_many_literals(void **state)
{
    static rules r;
    AUTO(buf) text = {0};
    const uint32_t *found;
    size_t n;
    enum { MANY = 40 };
    (void)state;
    rules_init(&r);
    uint32_t f = rules_field(&r, "f", FAMILY_ALL, "f");
    for (unsigned i = 0; i < MANY; i++) {
        char word[16];
        snprintf(word, sizeof word, "w%u.", i);
        rules_add(&r, FAMILY_ALL,
                  rules_predicate(&r, (rule_predicate){.op = RULE_OP_CONTAINS,
                                                       .field = f,
                                                       .is_negated = i % 4 == 3,
                                                       .text = str_of(word)}));
    }
    buf_puts(&text, "{\"f\":[\"W1.\",\"-w3.-\",\"w30.w33.w35.w3\"]}");
    matcher *m = matcher_new(&r.set);
    matcher_record record = {.text = buf_str(&text), .family = FAMILY_generic};
    assert_true(matcher_run(m, &record, &found, &n));
    bool wanted[MANY];
    for (unsigned i = 0; i < MANY; i++)
        wanted[i] = (i == 1 || i == 3 || i == 30 || i == 33 || i == 35) != (i % 4 == 3);
    for (unsigned i = 0, k = 0; i < MANY; i++) {
        bool is_found = k < n && found[k] == i;
        k += is_found;
        assert_int_equal(is_found, wanted[i]);
    }
    matcher_free(m);
    rules_done(&r);
}

/* Searching together knows no [all]: such a field is asked one by one. */
static void test_many_literals_of_all(void **state)
{
    static rules r;
    (void)state;
    rules_init(&r);
    uint32_t f = rules_field(&r, "f", FAMILY_ALL, "f[all]");
    for (unsigned i = 0; i < 12; i++) {
        char word[16];
        snprintf(word, sizeof word, "w%u.", i);
        rules_add(&r, FAMILY_ALL, rules_text(&r, RULE_OP_CONTAINS, f, word));
    }
    matcher *m = matcher_new(&r.set);
    assert_string_equal(run(m, FAMILY_generic, "{\"f\":[\"w9.w1.\",\"w9.w11.\"]}", ""), "9");
    matcher_free(m);
    rules_done(&r);
}

/* A correlation's info stands among the rules; no record matches it. */
static void test_correlation(void **state)
{
    world *w = *state;
    rule_correlation c = {.info = rules_add(&w->r, FAMILY_ALL, 0)};
    w->r.set.correlations = &c;
    w->r.set.n_correlations = 1;
    matcher *m = matcher_new(&w->r.set);
    assert_string_equal(run(m, FAMILY_generic, "{}", ""), "2");
    matcher_free(m);
    w->r.set.n_correlations = 0;
}

/* Fails each allocation in turn: an answer is right, or there is none. */
static void test_no_memory(void **state)
{
    world *w = *state;
    AUTO(buf) text = {0};
    size_t n, n_failed = 0;
    const uint32_t *found;
    buf_puts(&text,
             "{\"eventName\":\"RUNINSTANCES\",\"awsRegion\":\"EU-1\",\"x\":\"\xC3\x84 SECRET\"}");
    for (size_t k = 1;; k++) {
        matcher_record record = {.text = buf_str(&text), .family = FAMILY_cloudtrail};
        failing_alloc_at(k);
        matcher *m = matcher_new(&w->r.set);
        bool ok = m && matcher_run(m, &record, &found, &n);
        bool is_over = !failing_alloc_end();
        if (ok)
            assert_true(n == 2 && found[0] == 0 && found[1] == 1);
        n_failed += !ok;
        matcher_free(m);
        if (is_over)
            break;
    }
    assert_true(n_failed > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_records, setup, teardown),
        cmocka_unit_test_setup_teardown(test_operation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_union_is_parsed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_why, setup, teardown),
        cmocka_unit_test(test_regex_limit),
        cmocka_unit_test(test_many_literals),
        cmocka_unit_test(test_many_literals_of_all),
        cmocka_unit_test_setup_teardown(test_correlation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
