/* SPDX-License-Identifier: Apache-2.0
 *
 * test_modifier.c -- chains of modifiers: what they make of a value, and why others are refused.
 */
#include "rule/modifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"

enum { MODIFIERS_MOST = 8 };

typedef struct fixture {
    arena a;
    diag_list diags;
    diag_source source;
    reporter r;
    modifier_chain chain;
    modifier_predicates got;
} fixture;

static void fixture_done(fixture *f)
{
    arena_done(&f->a);
    diag_done(&f->diags);
}

static taxonomy *make_taxonomy(void)
{
    taxonomy *t = taxonomy_new();
    diag_list diags = {0};
    assert_non_null(t);
    assert_true(taxonomy_add_placeholders(
        t, "values.yml", STR("admins: [ann, 'b*']\nnets: [10.0.0.0/8]\n"), &diags));
    assert_int_equal(diags.n, 0);
    diag_done(&diags);
    return t;
}

/* Compiles "field|modifier|…" with one value. */
static bool compile(fixture *f, const char *key, sigma_value value)
{
    static str modifiers[MODIFIERS_MOST * 4];
    sigma_item item = {.has_field = true, .modifiers = modifiers, .pos = {1, 1}};
    f->source = (diag_source){"rule.yml", str_of(key)};
    f->r = (reporter){&f->diags, &f->source, false};
    str rest = str_of(key);
    assert_true(text_next(&rest, '|', &item.field));
    while (text_next(&rest, '|', &modifiers[item.n_modifiers]))
        item.n_modifiers++;
    item.values = (sigma_value[]){value, value};
    item.n_values = text_has(str_of(key), "|all") ? 2 : 1;
    if (!modifier_check(&item, &f->a, &f->r, &f->chain))
        return false;
    taxonomy *t = make_taxonomy();
    modifier_context c = {t, &f->a, &f->r, LIMIT_RULE_VALUES};
    bool is_done = modifier_apply(&c, &f->chain, &value, &f->got);
    assert_true(!is_done || c.n_left + f->got.n == LIMIT_RULE_VALUES);
    taxonomy_free(t);
    return is_done;
}

static sigma_value text_value(const char *text)
{
    return (sigma_value){SIGMA_TEXT, str_of(text), {1, 40}};
}

static void makes_one_predicate(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *key;
        sigma_value_kind kind;
        const char *value;
        rule_predicate want; /* op, flags, text */
    } row[] = {
        {"f",                     SIGMA_TEXT,   "AbC",    {.op = RULE_OP_EQ, .text = STR_INIT("abc")}},
        {"f",                     SIGMA_TEXT,   "",       {.op = RULE_OP_EQ}},
        {"f",                     SIGMA_TEXT,   "A*",     {.op = RULE_OP_STARTS, .text = STR_INIT("a")}},
        {"f",                     SIGMA_TEXT,   "\xc3\x84", {.op = RULE_OP_EQ, .text = STR_INIT("\xc3\xa4")}},
        {"f|cased",               SIGMA_TEXT,   "AbC",    {.op = RULE_OP_EQ, .is_cased = true, .text = STR_INIT("AbC")}},
        {"f|contains|cased",      SIGMA_TEXT,   "AbC",    {.op = RULE_OP_CONTAINS, .is_cased = true, .text = STR_INIT("AbC")}},
        {"f|contains",            SIGMA_TEXT,   "a*",     {.op = RULE_OP_CONTAINS, .text = STR_INIT("a")}},
        {"f|contains",            SIGMA_TEXT,   "a?",     {.op = RULE_OP_GLOB, .text = STR_INIT("\001a\002\001")}},
        {"f|contains",            SIGMA_NUMBER, "12",     {.op = RULE_OP_CONTAINS, .text = STR_INIT("12")}},
        {"f|startswith",          SIGMA_TEXT,   "a",      {.op = RULE_OP_STARTS, .text = STR_INIT("a")}},
        {"f|startswith",          SIGMA_TEXT,   "*a",     {.op = RULE_OP_CONTAINS, .text = STR_INIT("a")}},
        {"f|endswith",            SIGMA_TEXT,   "\\\\x", {.op = RULE_OP_ENDS, .text = STR_INIT("\\x")}},
        {"f|all|contains",        SIGMA_TEXT,   "a",      {.op = RULE_OP_CONTAINS, .text = STR_INIT("a")}},
        {"f|Contains",            SIGMA_TEXT,   "a",      {.op = RULE_OP_CONTAINS, .text = STR_INIT("a")}},
        {"f|neq",                 SIGMA_TEXT,   "a",      {.op = RULE_OP_EQ, .is_negated = true, .text = STR_INIT("a")}},
        {"f",                     SIGMA_BOOL,   "true",   {.op = RULE_OP_EQ, .text = STR_INIT("true")}},
        {"f",                     SIGMA_NULL,   "",       {.op = RULE_OP_NULL}},
        {"f|exists",              SIGMA_BOOL,   "true",   {.op = RULE_OP_EXISTS, .wants = true}},
        {"f|exists",              SIGMA_BOOL,   "false",  {.op = RULE_OP_EXISTS}},
        {"f|re",                  SIGMA_TEXT,   "^A.*\\d", {.op = RULE_OP_REGEX, .is_cased = true, .text = STR_INIT("^A.*\\d")}},
        {"f|re|i",                SIGMA_TEXT,   "A",      {.op = RULE_OP_REGEX, .is_cased = true, .text = STR_INIT("(?i)A")}},
        {"f|re|i|m|s",            SIGMA_TEXT,   "A",      {.op = RULE_OP_REGEX, .is_cased = true, .text = STR_INIT("(?ims)A")}},
        {"f|re|dotall|multiline", SIGMA_TEXT,   "A",      {.op = RULE_OP_REGEX, .is_cased = true, .text = STR_INIT("(?sm)A")}},
        {"f|base64",              SIGMA_TEXT,   "foo",    {.op = RULE_OP_EQ, .text = STR_INIT("zm9v")}},
        {"f|base64|contains|cased", SIGMA_TEXT, "foo",    {.op = RULE_OP_CONTAINS, .is_cased = true, .text = STR_INIT("Zm9v")}},
        {"f|base64|contains|cased", SIGMA_TEXT, "\\*",  {.op = RULE_OP_CONTAINS, .is_cased = true, .text = STR_INIT("Kg==")}},
        {"f|wide|contains",       SIGMA_TEXT,   "aB",     {.op = RULE_OP_CONTAINS, .text = STR_INIT("a\0b\0")}},
        {"f|utf16be",             SIGMA_TEXT,   "\xc4\x80", {.op = RULE_OP_EQ, .text = STR_INIT("\x01\x00")}},
        {"f|utf16|base64|cased",  SIGMA_TEXT,   "a",      {.op = RULE_OP_EQ, .is_cased = true, .text = STR_INIT("//5hAA==")}},
        {"f|fieldref",            SIGMA_TEXT,   "Other",  {.op = RULE_OP_REF, .part = RULE_OP_EQ, .text = STR_INIT("Other")}},
        {"f|fieldref|endswith",   SIGMA_TEXT,   "o",      {.op = RULE_OP_REF, .part = RULE_OP_ENDS, .text = STR_INIT("o")}},
        {"f|startswith|fieldref", SIGMA_TEXT,   "o",      {.op = RULE_OP_REF, .part = RULE_OP_STARTS, .text = STR_INIT("o")}},
        {"f|fieldref|neq",        SIGMA_TEXT,   "o",      {.op = RULE_OP_REF, .is_negated = true, .text = STR_INIT("o")}},
        {"f|neq|fieldref|contains", SIGMA_TEXT, "o",      {.op = RULE_OP_REF, .part = RULE_OP_CONTAINS, .is_negated = true, .text = STR_INIT("o")}},
        {"f|expand",              SIGMA_TEXT,   "100%",   {.op = RULE_OP_EQ, .text = STR_INIT("100%")}},
        {"f|expand|cidr",         SIGMA_TEXT,   "%nets%", {.op = RULE_OP_CIDR, .text = STR_INIT("10.0.0.0/8")}},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        sigma_value v = {row[i].kind, str_of(row[i].value), {1, 1}};
        if (!compile(&f, row[i].key, v))
            fail_msg("%s: %s", row[i].key, f.diags.items[0].message);
        assert_int_equal(f.got.n, 1);
        const rule_predicate *p = &f.got.items[0], *want = &row[i].want;
        if (p->op != want->op || !str_eq(p->text, want->text) || p->is_cased != want->is_cased ||
            p->is_negated != want->is_negated || p->part != want->part || p->wants != want->wants)
            fail_msg("%s: %s: op %u, %.*s", row[i].key, row[i].value, p->op, (int)p->text.n,
                     p->text.p);
    }
}

static void reads_numbers(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *key;
        sigma_value_kind kind;
        const char *value;
        rule_op op;
        double number;
        int64_t integer;
        bool is_integer;
        const char *text;
    } row[] = {
        {"f",      SIGMA_NUMBER, "4624",  RULE_OP_EQ,  4624, 4624, true,  "4624"},
        {"f",      SIGMA_NUMBER, "0x1F",  RULE_OP_EQ,  31,   31,   true,  "31"},
        {"f",      SIGMA_NUMBER, "1E3",   RULE_OP_EQ,  1000, 1000, true,  "1e3"},
        {"f",      SIGMA_NUMBER, "1.50",  RULE_OP_EQ,  1.5,  0,    false, "1.50"},
        {"f",      SIGMA_NUMBER, "9007199254740993", RULE_OP_EQ, 9007199254740992.0, 9007199254740993, true, "9007199254740993"},
        {"f|gt",   SIGMA_NUMBER, "-.5",   RULE_OP_GT,  -.5,  0,    false, "-.5"},
        {"f|lte",  SIGMA_TEXT,   "7",     RULE_OP_LTE, 7,    7,    true,  "7"},
        {"f|hour", SIGMA_NUMBER, "23",    RULE_OP_TIMEPART, 23, 23, true, "23"},
        {"f|week", SIGMA_TEXT,   "53",    RULE_OP_TIMEPART, 53, 53, true, "53"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        sigma_value v = {row[i].kind, str_of(row[i].value), {1, 1}};
        if (!compile(&f, row[i].key, v))
            fail_msg("%s: %s", row[i].key, f.diags.items[0].message);
        const rule_predicate *p = &f.got.items[0];
        assert_true(p->is_number);
        assert_int_equal(p->op, row[i].op);
        if (p->number != row[i].number || p->integer != row[i].integer ||
            p->is_integer != row[i].is_integer || !str_is(p->text, row[i].text))
            fail_msg("%s: %s", row[i].key, row[i].value);
    }
}

static void reads_networks(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        ip_net net;
    } row[] = {
        {"10.1.2.3/8", {{10}, 8, false}},
        {"10.1.2.3", {{10, 1, 2, 3}, 32, false}},
        {"172.16.5.0/12", {{172, 16}, 12, false}},
        {"FD00::1/8", {{0xfd}, 8, true}},
        {"::ffff:10.0.0.1/104", {{[10] = 0xff, 0xff, 10}, 104, true}},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        assert_true(compile(&f, "f|cidr", text_value(row[i].value)));
        const ip_net *net = &f.got.items[0].net;
        assert_memory_equal(net->byte, row[i].net.byte, sizeof net->byte);
        assert_int_equal(net->prefix, row[i].net.prefix);
        assert_int_equal(net->is_v6, row[i].net.is_v6);
    }
}

static void makes_variants(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *key, *value;
        size_t n;
        size_t at;
        const char *text;
    } row[] = {
        {"f|windash|contains",       "-e",      5,  1, "/e"},
        {"f|contains|windash",       "/e",      5,  0, "-e"},
        {"f|windash",                "a-b -c",  25, 6, "a/b /c"},
        {"f|windash|base64",         "-e",      5,  1, "l2u="},
        {"f|base64offset|contains",  "foobar",  3,  1, "zvb2jhc"},
        {"f|wide|base64offset|contains", "cmd", 3,  0, "ywbtagqa"},
        {"f|expand",                 "%admins%", 2, 1, "b"},
        {"f|contains|expand",        "x%admins%y%admins%z", 4, 0, "xannyannz"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        assert_true(compile(&f, row[i].key, text_value(row[i].value)));
        assert_int_equal(f.got.n, row[i].n);
        str text = f.got.items[row[i].at].text;
        if (!str_is(text, row[i].text))
            fail_msg("%s: %.*s", row[i].key, (int)text.n, text.p);
    }
}

static void refuses_with_a_reason(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *key;
        sigma_value_kind kind;
        const char *value;
        uint32_t column;
        const char *message, *hint;
    } row[] = {
        {"field|cidr|contains",   SIGMA_TEXT,   "10.0.0.0/8", 12, "`contains` works on text, and `cidr` has already made a network of it", ""},
        {"f|contains|startswith", SIGMA_TEXT,   "a",    12, "`contains` has already made a part of a text", ""},
        {"f|contains|base64",     SIGMA_TEXT,   "a",    12, "`contains` has already", ""},
        {"f|contains|re",         SIGMA_TEXT,   "a",    12, "`re` works on text", ""},
        {"f|re|contains",         SIGMA_TEXT,   "a",    6,  "a regular expression of it", ""},
        {"f|re|cased",            SIGMA_TEXT,   "a",    6,  "a regular expression of it", ""},
        {"f|i",                   SIGMA_TEXT,   "a",    3,  "nothing before it makes one", "re"},
        {"f|lt|gt",               SIGMA_NUMBER, "1",    6,  "a comparison of numbers", ""},
        {"f|lt|neq",              SIGMA_NUMBER, "1",    6,  "a comparison of numbers", ""},
        {"f|exists|contains",     SIGMA_BOOL,   "true", 10, "a test for presence", ""},
        {"f|fieldref|base64",     SIGMA_TEXT,   "a",    12, "a reference to a field", ""},
        {"f|fieldref|contains|startswith", SIGMA_TEXT, "a", 21, "a reference to a field", ""},
        {"f|contians",            SIGMA_TEXT,   "a",    3,  "no modifier `contians`", "did you mean `contains`?"},
        {"f|base64ofset",         SIGMA_TEXT,   "a",    3,  "no modifier", "base64offset"},
        {"f|zzzzzz",              SIGMA_TEXT,   "a",    3,  "no modifier `zzzzzz`", ""},
        {"f|base64",              SIGMA_TEXT,   "a*",   40, "wildcards cannot be encoded", "contains"},
        {"f|wide",                SIGMA_TEXT,   "a?b",  40, "wildcards cannot be encoded", "contains"},
        {"f|base64offset",        SIGMA_TEXT,   "",     40, "too short", ""},
        {"f",                     SIGMA_TEXT,   "\001", 40, "control character", ""},
        {"f|cidr",                SIGMA_TEXT,   "10.0.0/8/9", 40, "no network", ""},
        {"f|cidr",                SIGMA_TEXT,   "10.0.0.0/33", 40, "no network", ""},
        {"f|lt",                  SIGMA_TEXT,   "five", 40, "wants a number", ""},
        {"f|lt",                  SIGMA_BOOL,   "true", 40, "wants a number", ""},
        {"f|hour",                SIGMA_NUMBER, "24",   40, "from 0 to 23", ""},
        {"f|day",                 SIGMA_NUMBER, "0",    40, "from 1 to 31", ""},
        {"f|month",               SIGMA_NUMBER, "1.5",  40, "whole number", ""},
        {"f|exists",              SIGMA_TEXT,   "yes",  40, "`true` or `false`", ""},
        {"f|contains",            SIGMA_NULL,   "",     40, "`null` takes no modifier", ""},
        {"f|fieldref",            SIGMA_NUMBER, "1",    40, "name of a field", ""},
        {"f|expand",              SIGMA_TEXT,   "%nobody%", 40, "placeholder `nobody` has no values", "file"},
        {"f|windash",             SIGMA_TEXT,   "--------", 40, "at most 100000 values", ""},
        {"f|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased|cased", SIGMA_TEXT, "a", 1, "at most 16 modifiers", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        sigma_value v = {row[i].kind, str_of(row[i].value), {1, 40}};
        if (compile(&f, row[i].key, v))
            fail_msg("accepted: %s: %s", row[i].key, row[i].value);
        assert_int_equal(f.diags.n, 1);
        const diag *d = &f.diags.items[0];
        if (d->pos.column != row[i].column || !text_has(str_of(d->message), row[i].message) ||
            !text_has(str_of(d->hint), row[i].hint) || d->severity != DIAG_ERROR)
            fail_msg("%s: column %u: %s (%s)", row[i].key, d->pos.column, d->message, d->hint);
    }
}

static void all_wants_a_list(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {.r = {0}};
    str all = STR("all");
    sigma_value value = text_value("a");
    sigma_item item = {STR("f"), true, &all, 1, &value, 1, true, {1, 1}};
    f.r.diags = &f.diags;
    f.r.source = &f.source;
    assert_false(modifier_check(&item, &f.a, &f.r, &f.chain));
    assert_true(text_has(str_of(f.diags.items[0].message), "at least two"));
    item.n_values = 0;
    assert_false(modifier_check(&item, &f.a, &f.r, &f.chain));
}

static void every_row_has_a_doc_and_one_name(void **state)
{
    (void)state;
    size_t n = 0;
    for (; modifier_name(n); n++) {
        assert_true(strlen(modifier_doc(n)) > 0);
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(modifier_name(i), modifier_name(n));
    }
    assert_true(n > 30);
    assert_null(modifier_doc(n));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_one_predicate),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_networks),
        cmocka_unit_test(makes_variants),
        cmocka_unit_test(refuses_with_a_reason),
        cmocka_unit_test(all_wants_a_list),
        cmocka_unit_test(every_row_has_a_doc_and_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
