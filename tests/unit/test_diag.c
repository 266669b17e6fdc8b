/* SPDX-License-Identifier: Apache-2.0
 *
 * test_diag.c -- diagnostics: what is kept, what is shown, what a misspelt word was meant to be.
 */
#include "base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const diag_source source = {"a.yml", STR_INIT("first\r\n\tsecond: x\nthird")};

static void shows_the_line(void **state)
{
    (void)state;
    static const struct {
        uint32_t line;
        const char *excerpt;
    } row[] = {
        {0, ""}, {1, "first"}, {2, " second: x"}, {3, "third"}, {4, ""}, {UINT32_MAX, ""},
    };
    CLEANUP(diag_done) diag_list l = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        diag_add(&l, &source, (diag_pos){row[i].line, 1}, DIAG_ERROR, "", "problem %zu", i);
        assert_string_equal(l.items[i].excerpt, row[i].excerpt);
        assert_int_equal(l.items[i].pos.line, row[i].line);
    }
    assert_string_equal(l.items[2].message, "problem 2");
    assert_int_equal(l.n_errors, ARRAY_LEN(row));
    assert_int_equal(l.n_warnings, 0);
}

static void outlives_its_source(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list l = {0};
    char *file = strdup("b.yml"), *line = strdup("abc");
    diag_source s = {file, {line, 3}};
    diag_add(&l, &s, (diag_pos){1, 2}, DIAG_WARNING, "a hint", "what");
    diag_add(&l, &s, (diag_pos){1, 3}, DIAG_WARNING, "", "more");
    free(file);
    free(line);
    assert_string_equal(l.items[0].file, "b.yml");
    assert_string_equal(l.items[0].hint, "a hint");
    assert_string_equal(l.items[1].excerpt, "abc");
    assert_ptr_equal(l.items[0].file, l.items[1].file);
    assert_int_equal(l.n_warnings, 2);
}

static void prints_as_it_is(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list l = {0};
    diag_source s = {"c.yml", STR("a\x1b[2Jb\x7f")};
    diag_add(&l, &s, (diag_pos){1, 1}, DIAG_ERROR, "", "key `%s`", "x\ny\x1b");
    assert_string_equal(l.items[0].message, "key `x y `");
    assert_string_equal(l.items[0].excerpt, "a [2Jb ");
}

static void bounds_what_input_makes_long(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list l = {0};
    char *huge = malloc(100001);
    memset(huge, 'x', 100000);
    huge[100000] = 0;
    huge[507] = '\xc3'; /* where the message is cut: a character of two bytes */
    huge[508] = '\xa4';
    diag_source s = {"d.yml", {huge, 100000}};
    diag_add(&l, &s, (diag_pos){1, 50000}, DIAG_ERROR, "", "%s", huge);
    free(huge);
    assert_string_equal(l.items[0].excerpt, "");
    assert_int_equal(strlen(l.items[0].message), 510);
    assert_string_equal(l.items[0].message + 506, "x\xe2\x80\xa6");
}

static void cuts_a_flood_per_file(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list l = {0};
    for (size_t i = 0; i < 3 * DIAG_MAX_OF_FILE; i++)
        diag_add(&l, &source, (diag_pos){1, 1}, DIAG_ERROR, "", "again");
    assert_int_equal(l.n, DIAG_MAX_OF_FILE);
    assert_int_equal(l.n_errors, 3 * DIAG_MAX_OF_FILE);
    assert_string_equal(l.items[l.n - 1].message, "further problems of this file are not shown");
    diag_source other = {"other.yml", STR("x")};
    diag_add(&l, &other, (diag_pos){1, 1}, DIAG_ERROR, "", "seen");
    assert_string_equal(l.items[l.n - 1].message, "seen");
}

static void finds_the_nearest_word(void **state)
{
    (void)state;
    static const char *const words[] = {"contains", "startswith", "endswith", "re",
                                        "gte",      "detection",  "cidr",     "all"};
    static const struct {
        str word;
        const char *nearest;
    } row[] = {
        {STR_INIT("contains"), "contains"},
        {STR_INIT("Contains"), "contains"},
        {STR_INIT("contain"), "contains"},
        {STR_INIT("conatins"), "contains"},
        {STR_INIT("detectoin"), "detection"},
        {STR_INIT("startwith"), "startswith"},
        {STR_INIT("gt"), "gte"},
        {STR_INIT("cidrs"), "cidr"},
        {STR_INIT("al"), "all"},
        {STR_INIT("x"), NULL},
        {STR_INIT("zzzz"), NULL},
        {STR_INIT(""), NULL},
        {STR_INIT("banana"), NULL},
        {STR_INIT("cxdx"), NULL},
        {STR_INIT("cobtaxnz"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *found = diag_nearest(row[i].word, words, ARRAY_LEN(words));
        if (row[i].nearest)
            assert_string_equal(found, row[i].nearest);
        else
            assert_null(found);
    }
    char longest[200];
    memset(longest, 'a', sizeof longest);
    assert_null(diag_nearest((str){longest, sizeof longest}, words, ARRAY_LEN(words)));
    assert_null(diag_nearest(STR("all"), words, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_line),        cmocka_unit_test(outlives_its_source),
        cmocka_unit_test(prints_as_it_is),       cmocka_unit_test(bounds_what_input_makes_long),
        cmocka_unit_test(cuts_a_flood_per_file), cmocka_unit_test(finds_the_nearest_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
