/* SPDX-License-Identifier: Apache-2.0
 *
 * test_predicate.c -- op by op: which value a predicate takes. Each row is also asked of the slow
 * twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "match/literal.h"
#include "match/matcher.h"
#include "support/naive.h"
#include "support/rules.h"

enum { N = 1, I = 2, CASED = 4, NOT = 8 }; /* number, integer (in `integer`), cased, negated */

typedef struct row {
    rule_op op;
    unsigned flags;
    const char *text;
    double number;
    int64_t integer;
    const char *value; /* of the field; NULL: the field is absent */
    bool holds;
    const char *doc;
} row;

#define BIG 9007199254740993 /* 2^53 + 1: no double */
#define NEAR_BIG 9007199254740992.0

/* clang-format off */
static const row rows[] = {
    {RULE_OP_EQ, 0,     "RunInstances", 0, 0, "\"runINSTANCES\"", true,  "case does not count"},
    {RULE_OP_EQ, 0,   "stra\xC3\x9F" "e", 0, 0, "\"STRA\xE1\xBA\x9E" "E\"", true, "in no alphabet"},
    {RULE_OP_EQ, CASED, "RunInstances", 0, 0, "\"runInstances\"", false, "cased"},
    {RULE_OP_EQ, CASED, "Run",          0, 0, "\"Run\"",          true,  "cased"},
    {RULE_OP_EQ, 0,     "run",          0, 0, "\"runs\"",         false, "the whole value"},
    {RULE_OP_EQ, 0,     "",             0, 0, "\"\"",             true,  "the empty text"},
    {RULE_OP_EQ, 0,  "",             0, 0, "null",             false, "null is not the empty text"},
    {RULE_OP_EQ, 0,     "",             0, 0, NULL,               false, "nor is absence"},
    {RULE_OP_EQ, 0,    "null",         0, 0, "null",             false, "null is not its spelling"},
    {RULE_OP_EQ, 0,     "b",            0, 0, "[\"a\",[\"B\"]]",  true,  "any element"},
    {RULE_OP_EQ, 0,     "True",         0, 0, "true",             true,  "a boolean by its text"},
    {RULE_OP_EQ, 0,     "true",         0, 0, "\"True\"",         true,  "and the other way round"},
    {RULE_OP_EQ, N | I, "5",  5, 5,          "5",     true,  "number by value"},
    {RULE_OP_EQ, N | I, "5",  5, 5,          "5.0",   true,  "in another spelling"},
    {RULE_OP_EQ, N | I, "5",  5, 5,          "\"5\"", true,  "by text"},
    {RULE_OP_EQ, N | I, "5",  5, 5,          "\"5.0\"", false, "a text is compared as text"},
    {RULE_OP_EQ, N,     "5.5", 5.5, 0,       "5.50",  true,  "fractions"},
    {RULE_OP_EQ, 0,  "5",   0, 0,         "5",     true,  "text of the rule, number of the record"},
    {RULE_OP_EQ, 0,     "5.0", 0, 0,         "5",     true,  "spelt otherwise"},
    {RULE_OP_EQ, 0,     "1e3", 0, 0,         "1000",  true,  "spelt otherwise"},
    {RULE_OP_EQ, N | I, "9007199254740993", NEAR_BIG, BIG, "9007199254740993", true, "exact"},
    {RULE_OP_EQ, N | I, "9007199254740993", NEAR_BIG, BIG, "9007199254740992", false, "exact"},
    {RULE_OP_EQ, 0,     "9007199254740993", 0, 0,     "9007199254740992", false, "as text, too"},

    {RULE_OP_STARTS,   0,     "RUN", 0, 0, "\"RunInstances\"", true,  "starts"},
    {RULE_OP_STARTS,   0,     "un",  0, 0, "\"RunInstances\"", false, "starts"},
    {RULE_OP_ENDS,     0,     "CES", 0, 0, "\"RunInstances\"", true,  "ends"},
    {RULE_OP_ENDS,     0,     "ce",  0, 0, "\"RunInstances\"", false, "ends"},
    {RULE_OP_ENDS,     0,     "long text", 0, 0, "\"text\"",   false, "longer than the value"},
    {RULE_OP_CONTAINS, 0,     "INST", 0, 0, "\"RunInstances\"", true,  "contains"},
    {RULE_OP_CONTAINS, CASED, "INST", 0, 0, "\"RunInstances\"", false, "contains, cased"},
    {RULE_OP_CONTAINS, 0,    "", 0, 0, "\"\"",                true,  "everything contains nothing"},
    {RULE_OP_CONTAINS, 0,     "", 0, 0, NULL,                  false, "but absence"},
    {RULE_OP_CONTAINS, 0,     "23", 0, 0, "1234",              true,  "digits of a number"},
    {RULE_OP_CONTAINS, 0,     "\"b\":1", 0, 0, "{\"b\": 1}",   true,  "an object's JSON text"},

    {RULE_OP_GLOB, 0, "a\1c",   0, 0, "\"ABBBC\"", true,  "'*'"},
    {RULE_OP_GLOB, 0, "a\1c",   0, 0, "\"abbb\"",  false, "'*'"},
    {RULE_OP_GLOB, 0, "a\2c",   0, 0, "\"abc\"",   true,  "'?' is one"},
    {RULE_OP_GLOB, 0, "a\2c",   0, 0, "\"ac\"",    false, "'?' is not none"},
    {RULE_OP_GLOB, 0, "a\2c", 0, 0, "\"a\xE2\x82\xAC" "c\"", true, "'?' is three bytes"},
    {RULE_OP_GLOB, 0, "\2\2",   0, 0, "\"\xE2\x82\xAC\"", false, "one letter is not two"},
    {RULE_OP_GLOB, 0, "\1ab\1", 0, 0, "\"aaab\"",  true,  "takes a step back"},
    {RULE_OP_GLOB, 0, "\1",     0, 0, "\"\"",      true,  "'*' is also nothing"},
    {RULE_OP_GLOB, 0, "\1",     0, 0, "null",      false, "but not null"},
    {RULE_OP_GLOB, 0, "\1a\2\1b", 0, 0, "\"xaab\"", true, "both"},

    {RULE_OP_LT,  N | I, "", 5, 5, "4",     true,  "below"},
    {RULE_OP_LT,  N | I, "", 5, 5, "5",     false, "below"},
    {RULE_OP_LTE, N | I, "", 5, 5, "5.0",   true,  "at most"},
    {RULE_OP_GT,  N | I, "", 5, 5, "\"6\"", true,  "a text that spells a number"},
    {RULE_OP_GT,  N | I, "", 5, 5, "\"6x\"", false, "a text that does not"},
    {RULE_OP_GT,  N | I, "", 0, 0, "true",  false, "a boolean has no order"},
    {RULE_OP_GTE, N,     "", 5.5, 0, "5.5", true,  "at least"},
    {RULE_OP_GT,  N | I, "", NEAR_BIG, BIG, "9007199254740994", true, "exact above 2^53"},
    {RULE_OP_GT,  N | I, "", NEAR_BIG, BIG, "9007199254740992", false, "exact"},
    {RULE_OP_GT,  N | I, "", 0x1p63, INT64_MAX, "9223372036854775808", true, "beyond 64 bits"},
    {RULE_OP_LT,  N | I, "", -0x1p63, INT64_MIN, "-9223372036854775809", true, "beyond 64 bits"},

    {RULE_OP_EXISTS, I, "", 0, 0, "\"\"", true,  "an empty text is there"},
    {RULE_OP_EXISTS, I, "", 0, 0, "null", true,  "so is null"},
    {RULE_OP_EXISTS, I, "", 0, 0, "[]",   true,  "and an empty list"},
    {RULE_OP_EXISTS, 0, "", 0, 0, NULL,   true,  "not wanted, not there"},
    {RULE_OP_NULL,   0, "", 0, 0, "null", true,  "null"},
    {RULE_OP_NULL,   0, "", 0, 0, NULL,   true,  "absent"},
    {RULE_OP_NULL,   0, "", 0, 0, "\"\"", false, "the empty text is not null"},
    {RULE_OP_NULL, NOT, "", 0, 0, "1",    true,  "not null"},

    {RULE_OP_EQ, NOT, "a", 0, 0, "\"b\"",         true,  "neq"},
    {RULE_OP_EQ, NOT, "a", 0, 0, "[\"b\",\"a\"]", false, "neq: no element"},
    {RULE_OP_EQ, NOT, "a", 0, 0, NULL,            false, "neq needs a value"},
    {RULE_OP_EQ, NOT, "a", 0, 0, "null",          false, "null is none"},
};
/* clang-format on */

/* {"field":VALUE, …} */
static void put_record(buf *out, const char *value, const char *more)
{
    buf_putc(out, '{');
    if (value)
        buf_printf(out, "\"field\":%s%s", value, *more ? "," : "");
    buf_printf(out, "%s}", more);
    assert_true(buf_reserve(out, 1));
}

/* The only rule of the set on the record; the twin must agree. */
static bool ask(const ruleset *r, str text)
{
    matcher *m = matcher_new(r);
    matcher_record record = {.text = text, .family = FAMILY_generic};
    const uint32_t *found;
    size_t n;
    assert_non_null(m);
    assert_true(matcher_run(m, &record, &found, &n));
    matcher_free(m);
    assert_int_equal(naive_matches(r, 0, FAMILY_generic, text), n == 1);
    return n == 1;
}

static void check(rule_predicate p, const char *value, const char *more, bool wanted,
                  const char *doc)
{
    static rules r;
    AUTO(buf) text = {0};
    rules_init(&r);
    p.field = rules_field(&r, "field", FAMILY_ALL, "field");
    p.other = rules_field(&r, "other", FAMILY_ALL, "other");
    rules_add(&r, FAMILY_ALL, rules_predicate(&r, p));
    put_record(&text, value, more);
    if (ask(&r.set, buf_str(&text)) != wanted)
        fail_msg("%s: '%s' of %s", doc, p.text.p ? p.text.p : "", value ? value : "nothing");
    rules_done(&r);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const row *row = &rows[i];
        rule_predicate p = {
            .op = (uint8_t)row->op,
            .is_cased = row->flags & CASED,
            .is_number = row->flags & N,
            .is_integer = row->flags & N && row->flags & I,
            .is_negated = row->flags & NOT,
            .wants = row->flags & I,
            .text = str_of(row->text),
            .number = row->number,
            .integer = row->integer,
        };
        check(p, row->value, "", row->holds, row->doc);
    }
}

static void test_cidr(void **state)
{
    static const struct {
        const char *net, *value;
        bool holds;
    } table[] = {
        {"10.0.0.0/8", "\"10.1.2.3\"", true},
        {"10.9.9.9/8", "\"10.1.2.3\"", true},
        {"10.0.0.0/8", "\"11.1.2.3\"", false},
        {"10.1.2.3", "\"10.1.2.3\"", true},
        {"10.0.0.0/8", "[\"1.1.1.1\",\"10.0.0.1\"]", true},
        {"10.0.0.0/8", "\"10.0.0.0/16\"", true},
        {"10.0.0.0/8", "\"0.0.0.0/0\"", false},
        {"10.0.0.0/8", "10", false},
        {"10.0.0.0/8", "\"ec2.amazonaws.com\"", false},
        {"10.0.0.0/8", "\"::ffff:10.1.2.3\"", false},
        {"2001:db8::/32", "\"2001:DB8::1\"", true},
        {"::/0", "\"10.1.2.3\"", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        rule_predicate p = {.op = RULE_OP_CIDR, .text = str_of(table[i].net)};
        assert_true(ip_parse(p.text, &p.net));
        check(p, table[i].value, "", table[i].holds, "cidr");
    }
}

static void test_timepart(void **state)
{
    static const struct {
        rule_timepart part;
        int64_t wanted;
        const char *value;
    } table[] = {
        {RULE_MINUTE, 59, "\"2024-12-30T23:59:58Z\""},
        {RULE_HOUR, 21, "\"2024-12-30T23:59:58+02:00\""},
        {RULE_DAY, 31, "\"2024-12-30T23:59:58-02:00\""},
        {RULE_MONTH, 5, "\"5/14/2024, 1:02:03 PM\""},
        {RULE_HOUR, 13, "\"5/14/2024, 1:02:03 PM\""},
        {RULE_YEAR, 2024, "1735603198"},
        {RULE_YEAR, 2024, "1735603198000"},
        {RULE_WEEK, 1, "\"2024-12-30T00:00:00Z\""},
        {RULE_WEEK, 53, "\"2021-01-03T23:59:59Z\""},
        {RULE_WEEK, 1, "\"2021-01-04T00:00:00Z\""},
        {RULE_WEEK, 52, "\"2024-12-29T00:00:00Z\""},
        {RULE_WEEK, 1, "\"1970-01-01T00:00:00Z\""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        rule_predicate p = {.op = RULE_OP_TIMEPART,
                            .part = (uint8_t)table[i].part,
                            .is_number = true,
                            .is_integer = true,
                            .integer = table[i].wanted};
        check(p, table[i].value, "", true, "time part");
        p.integer++;
        check(p, table[i].value, "", false, "time part, one more");
        check(p, "\"soon\"", "", false, "no time");
    }
}

static void test_ref(void **state)
{
    static const struct {
        rule_op part;
        bool is_cased, is_negated;
        const char *value, *other;
        bool holds;
    } table[] = {
        {RULE_OP_EQ, false, false, "\"Abc\"", "\"other\":\"aBC\"", true},
        {RULE_OP_EQ, true, false, "\"Abc\"", "\"other\":\"aBC\"", false},
        {RULE_OP_EQ, false, false, "5", "\"other\":\"5\"", true},
        {RULE_OP_EQ, false, false, "\"a\"", "\"other\":[\"b\",\"A\"]", true},
        {RULE_OP_EQ, false, false, "\"a\"", "", false},
        {RULE_OP_EQ, false, true, "\"a\"", "\"other\":\"b\"", true},
        {RULE_OP_EQ, false, true, "\"a\"", "\"other\":\"a\"", false},
        {RULE_OP_STARTS, false, false, "\"abc\"", "\"other\":\"AB\"", true},
        {RULE_OP_STARTS, false, false, "\"ab\"", "\"other\":\"abc\"", false},
        {RULE_OP_ENDS, false, false, "\"abc\"", "\"other\":\"BC\"", true},
        {RULE_OP_CONTAINS, false, false, "\"abcd\"", "\"other\":\"bc\"", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        rule_predicate p = {.op = RULE_OP_REF,
                            .part = (uint8_t)table[i].part,
                            .is_cased = table[i].is_cased,
                            .is_negated = table[i].is_negated};
        check(p, table[i].value, table[i].other, table[i].holds, "ref");
    }
}

/* An element of [all] needs a value that matches; neq bars every value, of [all] too. */
static void test_all(void **state)
{
    static const struct {
        const char *record;
        bool holds, holds_not;
    } table[] = {
        {"{\"list\":[{\"c\":\"a\"},{\"c\":[\"b\",\"A\"]}]}", true, false},
        {"{\"list\":[{\"c\":\"a\"},{\"c\":\"b\"}]}", false, false},
        {"{\"list\":[{\"c\":\"a\"},{}]}", false, false},
        {"{\"list\":[]}", false, false},
        {"{\"list\":{\"c\":\"a\"}}", true, false},
        {"{\"list\":[{\"c\":\"b\"},{}]}", false, true},
    };
    (void)state;
    static rules r;
    for (size_t i = 0; i < 2 * ARRAY_LEN(table); i++) {
        AUTO(buf) text = {0};
        bool is_negated = i % 2;
        rules_init(&r);
        uint32_t f = rules_field(&r, "f", FAMILY_ALL, "list[all].c");
        rule_predicate p = {
            .op = RULE_OP_EQ, .field = f, .text = STR("a"), .is_negated = is_negated};
        rules_add(&r, FAMILY_ALL, rules_predicate(&r, p));
        buf_puts(&text, table[i / 2].record);
        bool wanted = is_negated ? table[i / 2].holds_not : table[i / 2].holds;
        assert_int_equal(ask(&r.set, buf_str(&text)), wanted);
        rules_done(&r);
    }
}

static void test_regex(void **state)
{
    static const struct {
        const char *pattern, *value;
        bool holds;
    } table[] = {
        {"^Run", "\"RunInstances\"", true},
        {"^run", "\"RunInstances\"", false},
        {"(?i)^run", "\"RunInstances\"", true},
        {"^.$", "\"\xE2\x82\xAC\"", true},
        {"^\\d+$", "123", true},
        {"a", "null", false},
        {"^$", "\"\"", true},
    };
    (void)state;
    static rules r;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        AUTO(buf) text = {0};
        rules_init(&r);
        uint32_t f = rules_field(&r, "field", FAMILY_ALL, "field");
        rules_add(&r, FAMILY_ALL, rules_regex(&r, f, table[i].pattern));
        put_record(&text, table[i].value, "");
        if (ask(&r.set, buf_str(&text)) != table[i].holds)
            fail_msg("/%s/ on %s", table[i].pattern, table[i].value);
        rules_done(&r);
    }
}

/* Searched together, each literal is found where it is found alone. */
static void test_literals(void **state)
{
    static const literal list[] = {
        {STR_INIT("he"), RULE_OP_CONTAINS},   {STR_INIT("she"), RULE_OP_CONTAINS},
        {STR_INIT("his"), RULE_OP_STARTS},    {STR_INIT("hers"), RULE_OP_ENDS},
        {STR_INIT("he"), RULE_OP_STARTS},     {STR_INIT("he"), RULE_OP_ENDS},
        {STR_INIT("s"), RULE_OP_CONTAINS},    {STR_INIT("sushers"), RULE_OP_CONTAINS},
        {STR_INIT("ushers"), RULE_OP_STARTS}, {STR_INIT("\xC3\xA4"), RULE_OP_CONTAINS},
    };
    static const struct {
        const char *text, *hits;
    } table[] = {
        {"ushers", "1101001010"}, {"", "0000000000"},        {"he", "1000110000"},
        {"hishe", "1110011000"},  {"sushers", "1101001100"}, {"\xC3\xA4x", "0000000001"},
        {"h", "0000000000"},      {"xhex", "1000000000"},
    };
    (void)state;
    literal_set *set = NULL;
    assert_true(literal_set_new(list, ARRAY_LEN(list), &set));
    assert_non_null(set);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        bool hit[ARRAY_LEN(list)] = {false};
        literal_search(set, str_of(table[i].text), hit);
        for (size_t k = 0; k < ARRAY_LEN(list); k++) {
            if (hit[k] != (table[i].hits[k] == '1'))
                fail_msg("literal %zu in '%s'", k, table[i].text);
        }
    }
    literal_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),     cmocka_unit_test(test_cidr),
        cmocka_unit_test(test_timepart), cmocka_unit_test(test_ref),
        cmocka_unit_test(test_all),      cmocka_unit_test(test_regex),
        cmocka_unit_test(test_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
