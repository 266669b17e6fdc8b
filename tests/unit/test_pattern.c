/* SPDX-License-Identifier: Apache-2.0
 *
 * test_pattern.c -- Sigma's backslashes and wildcards, and the operation that they come to.
 */
#include "rule/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MANY "\001"
#define ONE "\002"

static void chooses_the_operation(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *in;
        rule_op op;
        const char *text;
    } row[] = {
        {"",               RULE_OP_EQ,       ""},
        {"abc",            RULE_OP_EQ,       "abc"},
        {"abc*",           RULE_OP_STARTS,   "abc"},
        {"*abc",           RULE_OP_ENDS,     "abc"},
        {"*abc*",          RULE_OP_CONTAINS, "abc"},
        {"***abc**",       RULE_OP_CONTAINS, "abc"},
        {"*",              RULE_OP_STARTS,   ""},
        {"**",             RULE_OP_STARTS,   ""},
        {"?",              RULE_OP_GLOB,     ONE},
        {"a?c",            RULE_OP_GLOB,     "a" ONE "c"},
        {"a**c",           RULE_OP_GLOB,     "a" MANY "c"},
        {"*a?c*",          RULE_OP_GLOB,     MANY "a" ONE "c" MANY},
        {"?*",             RULE_OP_GLOB,     ONE MANY},
        {"a\\\\b",     RULE_OP_EQ,       "a\\b"},   /* a\\b: one backslash */
        {"a\\b",         RULE_OP_EQ,       "a\\b"},
        {"C:\\dir\\",  RULE_OP_EQ,       "C:\\dir\\"},
        {"a\\*",         RULE_OP_EQ,       "a*"},
        {"a\\?b",        RULE_OP_EQ,       "a?b"},
        {"a\\\\*",     RULE_OP_STARTS,   "a\\"},
        {"\\\\\\\\srv", RULE_OP_EQ,  "\\\\srv"},
        {"a\\*b*",       RULE_OP_STARTS,   "a*b"},
    };
    /* clang-format on */
    AUTO(arena) a = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        pattern p;
        str text;
        assert_true(pattern_parse(&a, str_of(row[i].in), &p));
        rule_op op = pattern_op(&a, &p, &text);
        if (op != row[i].op || !str_is(text, row[i].text))
            fail_msg("%s: op %d, %.*s", row[i].in, op, (int)text.n, text.p);
    }
}

static void refuses_its_own_marks(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    pattern p;
    assert_false(pattern_parse(&a, STR("a" MANY), &p));
    assert_false(pattern_parse(&a, STR(ONE), &p));
}

static void bytes_have_no_wildcards(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    str text;
    pattern p = {.text = STR("\000" MANY), .is_bytes = true, .opens_back = true};
    assert_false(pattern_has_wildcards(&p));
    assert_int_equal(pattern_op(&a, &p, &text), RULE_OP_STARTS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_the_operation),
        cmocka_unit_test(refuses_its_own_marks),
        cmocka_unit_test(bytes_have_no_wildcards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
