/* SPDX-License-Identifier: Apache-2.0
 *
 * test_path.c -- which values a path finds in a record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/path.h"
#include "support/rules.h"

typedef struct row {
    const char *paths;
    const char *record;
    const char *values; /* each followed by ';'; a set as ALL( ANY(…) … ) */
} row;

/* clang-format off */
static const row rows[] = {
    /* keys */
    {"a.b",        "{'a':{'b':'x'}}",                            "x;"},
    {"a.b",        "{'A':{'B':'x'}}",                            "x;"},
    {"a",          "{'A':'x','a':'y'}",                          "y;"},
    {"a",          "{'a':null,'A':'x'}",                         "x;"},
    {"a",          "{'a':null,'a':'x','a':'y'}",                 "x;"},
    {"a_b",        "{'ab':'x'}",                                 ""},
    {"a.b",        "{'a':'x'}",                                  ""},
    {"a b.@c",     "{'a b':{'@c':1}}",                           "1;"},
    {"",           "{'a':1}",                                    "{'a':1};"},
    /* keys with dots */
    {"a.b.c",      "{'a':{'b':{'c':1}},'a.b.c':2}",              "2;"},
    {"a.b.c",      "{'a':{'b':{'c':1}},'A.b':{'c':3}}",          "3;"},
    {"a.b.c",      "{'a':{'b.c':4}}",                            "4;"},
    {"a.b",        "{'a':{'b':1},'a.b':null}",                   "1;"},
    {"a\\.b",      "{'a':{'b':1},'a.b':2}",                      "2;"},
    {"a\\.b.c",    "{'a.b':{'c':2}}",                            "2;"},
    {"a[0].b",     "{'a[0]':{'b':1},'a':[{'b':2}]}",             "2;"},
    {"a[x].b",     "{'a[x]':{'b':1}}",                           "1;"},
    /* arrays */
    {"a",          "{'a':[1,[2,[3]],null]}",                     "1;2;3;"},
    {"a.b",        "{'a':[{'b':1},{'c':2},[{'b':[3,4]}]]}",      "1;3;4;"},
    {"a[1]",       "{'a':[1,[2,3],4]}",                          "2;3;"},
    {"a[1].b",     "{'a':[{'b':1},{'b':2}]}",                    "2;"},
    {"a[0]",       "{'a':7}",                                    "7;"},
    {"a[1]",       "{'a':7}",                                    ""},
    {"a[any].b",   "{'a':[{'b':1},{'b':2}]}",                    "1;2;"},
    {"a[all]",     "{'a':[1,2]}",                                "ALL(ANY(1;)ANY(2;))"},
    {"a[ALL].b",   "{'a':[{'b':1},{},{'b':[2,3]}]}",             "ALL(ANY(1;)ANY()ANY(2;3;))"},
    {"a[all].b[all]", "{'a':[{'b':[1]}]}",                       "ALL(ANY(ALL(ANY(1;))))"},
    {"a[all]",     "{'a':5}",                                    "5;"},
    {"a",          "{'a':[]}",                                   ""},
    /* what values are */
    {"a",          "{'a':[true,'',-1.5,null,9007199254740993]}", "true;;-1.5;9007199254740993;"},
    {"a",          "{'a':{'b': [1, 2]}}",                        "{'b':[1,2]};"},
    /* the first path with a value */
    {"a|b",        "{'a':null,'b':2}",                           "2;"},
    {"a|b",        "{'a':[],'b':2}",                             "2;"},
    {"a|b",        "{'a':'','b':2}",                             ";"},
    {"a[all]|b",   "{'a':[null],'b':2}",                         "2;"},
    {"a.b|a",      "{'a':'x'}",                                  "x;"},
    /* JSON in strings */
    {"a.b",        "{'a':'{\\'b\\':1}'}",                        "1;"},
    {"a",          "{'a':'{\\'b\\':1}'}",                        "{'b':1};"},
    {"a.b",        "{'a':' [{\\'b\\':1},{\\'b\\':2}]'}",         "1;2;"},
    {"a[1]",       "{'a':'[5,6]'}",                              "6;"},
    {"a.b",        "{'a':'%7B%22b%22%3A1%7D'}",                  "1;"},
    {"a.b",        "{'a':'{nothing'}",                           ""},
    {"a.b.c",      "{'a':'{\\'b\\':\\'{\\\\\\'c\\\\\\':1}\\'}'}", "1;"},
};
/* clang-format on */

/* Both ways: rows are written with ' for ". */
static void put_quotes(buf *out, const char *text, char from, char to)
{
    for (; *text; text++)
        buf_putc(out, *text == from ? to : *text);
    buf_putc(out, 0);
    out->n--;
}

static void show(path_record *r, path_item *item, size_t n, buf *out)
{
    size_t step;
    for (size_t i = 0; i < n; i += step) {
        step = item[i].kind == PATH_VALUE ? 1 : item[i].end;
        if (item[i].kind == PATH_VALUE) {
            buf_putstr(out, path_text(r, &item[i]));
            buf_putc(out, ';');
            continue;
        }
        buf_puts(out, item[i].kind == PATH_ALL ? "ALL(" : "ANY(");
        show(r, &item[i + 1], step - 1, out);
        buf_putc(out, ')');
    }
}

static void check(path_record *r, const row *row)
{
    static rules built;
    path_list list;
    AUTO(buf) record = {0}, shown = {0}, wanted = {0};
    rules_init(&built);
    rules_field(&built, "field", 1, row->paths);
    if (row->paths[0] == 0)
        built.set.fields[0].in[0] = (rule_paths){&row->paths, 1};
    assert_true(path_parse(&built.set.text, &built.set.fields[0], (family)0, &list));
    put_quotes(&record, row->record, '\'', '"');
    put_quotes(&wanted, row->values, '\'', '"');
    assert_true(path_record_begin(r, buf_str(&record)));
    path_items items = path_items_at(r, path_resolve(r, &list));
    show(r, items.item, items.n, &shown);
    if (!str_eq(buf_str(&shown), buf_str(&wanted)))
        fail_msg("%s in %s: got %.*s", row->paths, row->record, (int)shown.n, shown.p);
    rules_done(&built);
}

static void test_rows(void **state)
{
    (void)state;
    path_record r;
    assert_true(path_record_init(&r));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&r, &rows[i]);
    path_record_done(&r);
}

/* Of a union all paths count, in order. */
static void test_union(void **state)
{
    (void)state;
    path_record r;
    AUTO(arena) room = {0};
    AUTO(buf) record = {0}, shown = {0};
    path_list list;
    rule_field field = {.name = STR("a"),
                        .in = {{(const char *const[]){"c[all]", "b", "x", "a"}, 4}},
                        .is_union = true};
    assert_true(path_record_init(&r));
    assert_true(path_parse(&room, &field, (family)0, &list));
    put_quotes(&record, "{'a':[1,2],'b':3,'c':[null]}", '\'', '"');
    assert_true(path_record_begin(&r, buf_str(&record)));
    path_items items = path_items_at(&r, path_resolve(&r, &list));
    show(&r, items.item, items.n, &shown);
    assert_true(str_is(buf_str(&shown), "3;1;2;"));
    path_record_done(&r);
}

/* Strings beyond the limit stay text. */
static void test_document_limit(void **state)
{
    (void)state;
    path_record r;
    rule_field field = {.name = STR("a"), .in = {{(const char *const[]){"a.b"}, 1}}};
    AUTO(arena) room = {0};
    AUTO(buf) record = {0};
    path_list list;
    assert_true(path_record_init(&r));
    assert_true(path_parse(&room, &field, (family)0, &list));
    buf_puts(&record, "{\"a\":[");
    for (size_t i = 0; i < PATH_DOCUMENTS_MAX + 10; i++)
        buf_puts(&record, "\"{\\\"b\\\":1}\",");
    buf_puts(&record, "0]}");
    assert_true(path_record_begin(&r, buf_str(&record)));
    assert_int_equal(path_resolve(&r, &list).n_values, PATH_DOCUMENTS_MAX);
    assert_int_equal(path_resolve(&r, &list).n_values, PATH_DOCUMENTS_MAX);
    assert_int_equal(r.n_documents, PATH_DOCUMENTS_MAX);
    path_record_done(&r);
}

static void test_not_json(void **state)
{
    (void)state;
    path_record r;
    char text[BUF_PADDING + 8] = "{\"a\":";
    assert_true(path_record_init(&r));
    assert_false(path_record_begin(&r, (str){text, 5}));
    assert_false(r.failed);
    path_record_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_union),
        cmocka_unit_test(test_document_limit),
        cmocka_unit_test(test_not_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
