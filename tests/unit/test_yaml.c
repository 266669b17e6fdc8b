/* SPDX-License-Identifier: Apache-2.0
 *
 * test_yaml.c -- YAML to nodes: kinds, places, limits, and the sentence for each mistake.
 */
#include "rule/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"

typedef struct loaded {
    arena a;
    diag_source source;
    yaml_docs docs;
    diag_list diags;
} loaded;

static void loaded_done(loaded *l)
{
    diag_done(&l->diags);
    arena_done(&l->a);
}

static void load(loaded *l, str text)
{
    l->source = (diag_source){"t.yml", text};
    assert_true(yaml_load(&l->a, &l->source, &l->docs, &l->diags));
}

static void tells_scalars_apart(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *written;
        yaml_kind kind;
        const char *text;
    } row[] = {
        {"yes",    YAML_TEXT,   "yes"},    {"on",     YAML_TEXT,   "on"},
        {"No",     YAML_TEXT,   "No"},     {"off",    YAML_TEXT,   "off"},
        {"true",   YAML_BOOL,   "true"},   {"True",   YAML_BOOL,   "true"},
        {"TRUE",   YAML_BOOL,   "true"},   {"FALSE",  YAML_BOOL,   "false"},
        {"tRUE",   YAML_TEXT,   "tRUE"},   {"'true'", YAML_TEXT,   "true"},
        {"null",   YAML_NULL,   "null"},   {"~",      YAML_NULL,   "~"},
        {"",       YAML_NULL,   ""},       {"''",     YAML_TEXT,   ""},
        {"\"null\"", YAML_TEXT, "null"},   {"nil",    YAML_TEXT,   "nil"},
        {"12",     YAML_NUMBER, "12"},     {"-1",     YAML_NUMBER, "-1"},
        {"007",    YAML_NUMBER, "007"},    {"0x1F",   YAML_NUMBER, "0x1F"},
        {"0o17",   YAML_NUMBER, "0o17"},   {"0o18",   YAML_TEXT,   "0o18"},
        {"1e3",    YAML_NUMBER, "1e3"},    {".5",     YAML_NUMBER, ".5"},
        {"1.",     YAML_NUMBER, "1."},     {"+1.5E-3", YAML_NUMBER, "+1.5E-3"},
        {".",      YAML_TEXT,   "."},      {"1e",     YAML_TEXT,   "1e"},
        {"0x",     YAML_TEXT,   "0x"},     {".inf",   YAML_TEXT,   ".inf"},
        {"1_000",  YAML_TEXT,   "1_000"},  {"1:30",   YAML_TEXT,   "1:30"},
        {"2024-01-02", YAML_TEXT, "2024-01-02"}, {"'12'", YAML_TEXT, "12"},
        {"|\n  12", YAML_TEXT,  "12"},     {"10.0.0.1", YAML_TEXT, "10.0.0.1"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(loaded_done) loaded l = {0};
        char text[64];
        int n = snprintf(text, sizeof text, "k: %s", row[i].written);
        load(&l, (str){text, (size_t)n});
        assert_int_equal(l.docs.n, 1);
        const yaml_node *value = yaml_get(l.docs.root[0], "k");
        assert_int_equal(value->kind, row[i].kind);
        assert_true(str_is(value->text, row[i].text));
    }
}

static void keeps_order_and_places(void **state)
{
    (void)state;
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, STR("# c\n\xc3\xa4: [x, \xc3\xb6\xc3\xb6, {y: z}]\r\nb:\n  - 'q'\n  - |\n   t\nc:\nd: "
                 "e\n"));
    const yaml_node *root = l.docs.root[0];
    static const struct {
        const char *key;
        uint32_t key_line, key_column, line, column;
    } row[] = {{"\xc3\xa4", 2, 1, 2, 5}, {"b", 3, 1, 4, 3}, {"c", 7, 1, 7, 3}, {"d", 8, 1, 8, 4}};
    assert_int_equal(root->n, ARRAY_LEN(row));
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const yaml_pair *p = &root->pair[i];
        assert_true(str_is(p->key, row[i].key));
        assert_int_equal(p->key_pos.line, row[i].key_line);
        assert_int_equal(p->key_pos.column, row[i].key_column);
        assert_int_equal(p->value->pos.line, row[i].line);
        assert_int_equal(p->value->pos.column, row[i].column);
    }
    const yaml_node *map = root->pair[0].value->item[2]; /* behind two-byte characters */
    assert_int_equal(map->pos.column, 15);
    assert_int_equal(root->pair[1].value->item[1]->pos.line, 5);
}

static void separates_documents(void **state)
{
    (void)state;
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, STR("\xef\xbb\xbf"
                 "a: 1\n---\n# nothing\n---\nb: 2\nb: 3\n---\n- c\n...\n"));
    assert_int_equal(l.docs.n, 2);
    assert_int_equal(l.docs.root[1]->kind, YAML_LIST);
    assert_int_equal(l.diags.n_errors, 1); /* the one with two b */
    assert_string_equal(l.diags.items[0].message,
                        "the key `b` stands here and in line 5, column 1");
    assert_int_equal(l.diags.items[0].pos.line, 6);
}

static void shares_aliases(void **state)
{
    (void)state;
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, STR("a: &x [1, &y k]\nb: *x\nc: {*y : *y}\n"));
    const yaml_node *root = l.docs.root[0];
    assert_ptr_equal(root->pair[0].value, root->pair[1].value);
    assert_true(str_is(root->pair[2].value->pair[0].key, "k"));
    assert_int_equal(root->pair[0].value->weight, 3);
    assert_int_equal(root->weight, 1 + 3 + 3 + 3 + 3); /* root, keys, both lists, the map */
}

static void explains_mistakes(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        uint32_t line, column;
        const char *message, *hint;
    } row[] = {
        {"a: b: c",        1, 5,  "a `:` makes a key", "quote"},
        {"a:\n\tb: c",     2, 1,  "tab",               "spaces"},
        {"a: 'b\nc: d\n",  1, 4,  "no end",            "closing quote"},
        {"a: [b\nc: d\n",  1, 4,  "not closed",        "[a, b]"},
        {"a: {b\n",        1, 4,  "not closed",        "{a: b"},
        {"a: b\nfoo\n",    2, 1,  "no `:`",            "|"},
        {"a: @x",          1, 4,  "cannot begin",      "quote"},
        {"a: %x",          1, 4,  "cannot begin",      "quote"},
        {"a: *",           1, 5,  "alias",             "quote"},
        {"a: \"\\d\"",     1, 5,  "escape",            "single quotes"},
        {"a: - b",         1, 4,  "list cannot begin", "line of its own"},
        {"a: !x!y z",      1, 4,  "tag",               "quote"},
        {"a: 1\n- b",      2, 1,  "fits neither",      "indentation"},
        {"a: b\x01",       1, 5,  "control",           "escape"},
        {"a: \xff",        1, 4,  "not UTF-8",         "save"},
        {"a: 1\nb: 2\n'a': 3", 3, 1, "line 1, column 1", "rename"},
        {"a: {b: 1, b: 2}", 1, 11, "line 1, column 5", "rename"},
        {"? [a]\n: b",     1, 3,  "key cannot be a list", "quote"},
        {"~: b\n? \n: c",  2, 2,  "key is missing",    ""},
        {"a: &x {}\n<<: *x", 2, 1, "merge keys",       "write"},
        {"a: *b",          1, 4,  "no anchor `&b`",    "quote"},
        {"a: &b [*b]",     1, 8,  "inside what it names", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(loaded_done) loaded l = {0};
        load(&l, str_of(row[i].text));
        assert_int_equal(l.docs.n, 0);
        assert_int_equal(l.diags.n, 1);
        const diag *d = &l.diags.items[0];
        assert_int_equal(d->severity, DIAG_ERROR);
        assert_non_null(strstr(d->message, row[i].message));
        assert_non_null(strstr(d->hint, row[i].hint));
        assert_int_equal(d->pos.line, row[i].line);
        assert_int_equal(d->pos.column, row[i].column);
    }
}

static void warns_of_tags(void **state)
{
    (void)state;
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, STR("a: !!str 5\nb: !mine [x]\n"));
    assert_int_equal(l.docs.n, 1);
    assert_int_equal(l.diags.n_warnings, 2);
    assert_int_equal(yaml_get(l.docs.root[0], "a")->kind, YAML_NUMBER);
}

static void fails_with(str text, const char *message)
{
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, text);
    assert_int_equal(l.docs.n, 0);
    assert_int_equal(l.diags.n_errors, 1);
    assert_non_null(strstr(l.diags.items[0].message, message));
}

static void bounds_text_and_depth(void **state)
{
    (void)state;
    AUTO(buf) b = {0};
    for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
        buf_putc(&b, '[');
    for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
        buf_putc(&b, ']');
    CLEANUP(loaded_done) loaded l = {0};
    load(&l, buf_str(&b));
    assert_int_equal(l.docs.n, 1);
    assert_int_equal(l.diags.n, 0);
    buf_reset(&b);
    for (size_t i = 0; i <= LIMIT_RULE_DEPTH; i++)
        buf_putc(&b, '[');
    fails_with(buf_str(&b), "nested more than 32 levels");
    while (b.n <= LIMIT_RULE_FILE_BYTES)
        buf_putc(&b, ' ');
    fails_with(buf_str(&b), "longer than 1048576 bytes");
}

/* Each line holds the one before it ten times. */
static void counts_aliases_as_what_they_stand_for(void **state)
{
    (void)state;
    AUTO(buf) b = {0};
    buf_puts(&b, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (size_t i = 1; i < 9; i++) {
        buf_printf(&b, "a%zu: &a%zu [", i, i);
        for (size_t k = 0; k < 10; k++)
            buf_printf(&b, "*a%zu,", i - 1);
        buf_puts(&b, "]\n");
    }
    fails_with(buf_str(&b), "more than 1000000 YAML nodes");
}

static void counts_levels_behind_aliases(void **state)
{
    (void)state;
    AUTO(buf) b = {0};
    buf_puts(&b, "a0: &a0 x\n");
    for (size_t i = 1; i <= LIMIT_RULE_DEPTH; i++)
        buf_printf(&b, "a%zu: &a%zu [*a%zu]\n", i, i, i - 1);
    fails_with(buf_str(&b), "nested more than 32 levels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_scalars_apart),
        cmocka_unit_test(keeps_order_and_places),
        cmocka_unit_test(separates_documents),
        cmocka_unit_test(shares_aliases),
        cmocka_unit_test(explains_mistakes),
        cmocka_unit_test(warns_of_tags),
        cmocka_unit_test(bounds_text_and_depth),
        cmocka_unit_test(counts_aliases_as_what_they_stand_for),
        cmocka_unit_test(counts_levels_behind_aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
