/* SPDX-License-Identifier: Apache-2.0
 *
 * test_yaml_json.c -- YAML that people write, as the JSON that it stands for; and what is refused.
 */
#include "base/yaml_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/words.h"

/* False: refused. */
static bool convert(const char *yaml, strbuf *out)
{
    yaml_parser_t parser;
    yaml_document_t doc;
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, strlen(yaml));
    assert_true(yaml_parser_load(&parser, &doc));
    bool is_json = yaml_json_put(out, &doc, yaml_document_get_root_node(&doc));
    yaml_document_delete(&doc);
    yaml_parser_delete(&parser);
    return is_json;
}

static void converts(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *yaml, *json; } rows[] = {
        {"a",                         "\"a\""},
        {"{a: 1, b: -0.5e+3}",        "{\"a\":1,\"b\":-0.5e+3}"},
        {"[01, 1., .5, 0x1f, 1e, -]", "[\"01\",\"1.\",\".5\",\"0x1f\",\"1e\",\"-\"]"},
        {"[1e5, 0, -0, 10E-2, 1.5]",  "[1e5,0,-0,10E-2,1.5]"},
        {"[~, null, NULL, Null]",     "[null,null,null,null]"},
        {"{a: , b: ''}",              "{\"a\":null,\"b\":\"\"}"},
        {"[true, False, yes, no, on]", "[true,false,\"yes\",\"no\",\"on\"]"},
        {"['true', \"1\", 'null']",   "[\"true\",\"1\",\"null\"]"},
        {"\"q\\\"b\\\\n\\n\\0\"",     "\"q\\\"b\\\\n\\u000a\\u0000\""},
        {"a: &x {b: [c]}\nd: *x",     "{\"a\":{\"b\":[\"c\"]},\"d\":{\"b\":[\"c\"]}}"},
        {"{\"a\": [1, {\"b\": null}]}", "{\"a\":[1,{\"b\":null}]}"},
        {"1: {true: x}",              "{\"1\":{\"true\":\"x\"}}"},
        {"\xc3\xa9",                  "\"\xc3\xa9\""},
        {"[]",                        "[]"},
        {"{}",                        "{}"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(strbuf) out = {0};
        assert_true(convert(rows[i].yaml, &out));
        assert_string_equal(strbuf_text(&out), rows[i].json);
    }
}

static void refuses(void **state)
{
    (void)state;
    AUTO(strbuf) deep = {0};
    AUTO(strbuf) wide = {0};
    AUTO(strbuf) out = {0};
    assert_false(convert("&a [*a]", &out));
    assert_false(convert("? [a]\n: b", &out));
    strbuf_repeat(&deep, "[", YAML_JSON_DEPTH + 2);
    strbuf_repeat(&deep, "]", YAML_JSON_DEPTH + 2);
    assert_false(convert(strbuf_text(&deep), &out));
    /* Ten lists of ten of the list before: 10^9 words, were they all written. */
    strbuf_puts(&wide, "- &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
        strbuf_printf(&wide, "- &l%d [*l%d", i, i - 1);
        for (int k = 1; k < 10; k++)
            strbuf_printf(&wide, ", *l%d", i - 1);
        strbuf_puts(&wide, "]\n");
    }
    strbuf_reset(&out);
    assert_false(convert(strbuf_text(&wide), &out));
    assert_true(out.n < 2 * YAML_JSON_BYTES);
}

static void finds_keys(void **state)
{
    (void)state;
    static const char yaml[] = "{a: 1, [b]: 2, c: [3]}";
    yaml_parser_t parser;
    yaml_document_t doc;
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, strlen(yaml));
    assert_true(yaml_parser_load(&parser, &doc));
    const yaml_node_t *root = yaml_document_get_root_node(&doc);
    assert_string_equal(yaml_json_text(yaml_json_get(&doc, root, "a")), "1");
    assert_null(yaml_json_get(&doc, root, "b"));
    assert_null(yaml_json_text(yaml_json_get(&doc, root, "c")));
    assert_null(yaml_json_get(&doc, yaml_json_get(&doc, root, "a"), "x"));
    assert_null(yaml_json_get(&doc, NULL, "x"));
    assert_null(yaml_json_text(NULL));
    yaml_document_delete(&doc);
    yaml_parser_delete(&parser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts),
        cmocka_unit_test(refuses),
        cmocka_unit_test(finds_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
