/* SPDX-License-Identifier: Apache-2.0
 *
 * test_condition.c -- conditions to expressions, compared with truth tables; places of mistakes.
 */
#include "rule/condition.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static const str NAMES[] = {
    STR_INIT("a"),     STR_INIT("b"),     STR_INIT("sel_x"),
    STR_INIT("sel_y"), STR_INIT("sel_z"), STR_INIT("_hidden"),
};
enum { N_NAMES = ARRAY_LEN(NAMES), WORLDS = 1 << N_NAMES };

typedef struct fixture {
    arena a;
    diag_list diags;
    diag_source source;
    bool used[N_NAMES];
    reporter r;
} fixture;

static void fixture_done(fixture *f)
{
    arena_done(&f->a);
    diag_done(&f->diags);
}

static expr *parse(fixture *f, const char *text)
{
    expr *leaf[N_NAMES];
    for (uint32_t i = 0; i < N_NAMES; i++)
        leaf[i] = expr_leaf(&f->a, i);
    f->source = (diag_source){"rule.yml", str_of(text)};
    f->r = (reporter){&f->diags, &f->source, false};
    sigma_text condition = {str_of(text), {1, 1}};
    condition_names names = {"search", NAMES, leaf, N_NAMES, f->used};
    return condition_parse(&f->a, &condition, &names, &f->r);
}

static bool holds(const expr *e, unsigned world)
{
    size_t n = 0;
    for (size_t i = 0; i < e->n; i++)
        n += holds(e->kids[i], world);
    switch (e->kind) {
    case RULE_NODE_TRUE:
        return true;
    case RULE_NODE_AND:
        return n == e->n;
    case RULE_NODE_OR:
        return n > 0;
    case RULE_NODE_NOT:
        return n == 0;
    default:
        return world >> e->leaf & 1;
    }
}

#define A (w & 1)
#define B (w >> 1 & 1)
#define X (w >> 2 & 1)
#define Y (w >> 3 & 1)
#define Z (w >> 4 & 1)
#define H (w >> 5 & 1)
#define TRUTH(name, e)                                                                             \
    static bool name(unsigned w)                                                                   \
    {                                                                                              \
        return e;                                                                                  \
    }
TRUTH(only_a, A)
TRUTH(or_binds_least, A || (B && X))
TRUTH(and_or, (A && B) || X)
TRUTH(not_binds_more, !A && B)
TRUTH(not_group, !(A && B))
TRUTH(any_sel, X || Y || Z)
TRUTH(all_sel, X &&Y &&Z)
TRUTH(two_sel, X + Y + Z >= 2)
TRUTH(no_sel, A && !(X || Y || Z))
TRUTH(any_them, A || B || X || Y || Z)
TRUTH(two_them, A + B + X + Y + Z >= 2)
TRUTH(three_them, A + B + X + Y + Z >= 3)
TRUTH(four_them, A + B + X + Y + Z >= 4)
TRUTH(hidden, H)
TRUTH(not_any, !(X || Y || Z) && A)

static void means_what_it_says(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        bool (*truth)(unsigned world);
    } row[] = {
        {"a",                           only_a},
        {" ((a)) ",                     only_a},
        {"not not a",                   only_a},
        {"a or b and sel_x",            or_binds_least},
        {"a OR b AND sel_x",            or_binds_least},
        {"a and b or sel_x",            and_or},
        {"not a and b",                 not_binds_more},
        {"NOT (a and b)",               not_group},
        {"1 of sel_*",                  any_sel},
        {"any of sel_*",                any_sel},
        {"all of sel_*",                all_sel},
        {"3 of sel_*",                  all_sel},
        {"2 of sel_*",                  two_sel},
        {"2 Of s*l_*",                  two_sel},
        {"a and not 1 of sel_*",        no_sel},
        {"a\n  and not\n1 of sel_*",    no_sel},
        {"1 of them",                   any_them},
        {"1 of *",                      any_them},
        {"any of THEM",                 any_them},
        {"2 of them",                   two_them},
        {"3 of them",                   three_them},
        {"4 of them",                   four_them},
        {"1 of _*",                     hidden},
        {"_hidden",                     hidden},
        {"not 1 of sel_* and a",        not_any},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        const expr *e = parse(&f, row[i].text);
        if (!e || f.diags.n)
            fail_msg("%s: %s", row[i].text, f.diags.n ? f.diags.items[0].message : "");
        for (unsigned w = 0; w < WORLDS; w++) {
            if (holds(e, w) != row[i].truth(w))
                fail_msg("%s is wrong in world %u", row[i].text, w);
        }
    }
}

static void says_where_and_what_is_wrong(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        uint32_t column;
        const char *message, *hint;
    } row[] = {
        {"",                    1, "ends where a name", ""},
        {"a and",               6, "ends where a name", ""},
        {"a b",                 3, "`b` where", ""},
        {"(a or b",             1, "not closed", ""},
        {"a or )",              6, "where a name", ""},
        {"a) or b",             2, "`)` where", ""},
        {"a and and b",         7, "an operator", ""},
        {"a and sel_w",         7, "no search is called `sel_w`", "sel_"},
        {"sel_*",               1, "no search is called", "1 of sel_*"},
        {"1 of slection_*",     6, "a name like", ""},
        {"4 of sel_*",          1, "cannot match", ""},
        {"0 of sel_*",          1, "always true", ""},
        {"00 of them",          1, "always true", ""},
        {"1 of (a)",            6, "`of` wants", ""},
        {"1 of",                5, "`of` wants", ""},
        {"a | count() > 5",     3, "aggregations", "correlation"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        assert_null(parse(&f, row[i].text));
        assert_int_equal(f.diags.n, 1);
        const diag *d = &f.diags.items[0];
        if (d->pos.column != row[i].column || !text_has(str_of(d->message), row[i].message) ||
            !text_has(str_of(d->hint), row[i].hint))
            fail_msg("%s: column %u: %s (%s)", row[i].text, d->pos.column, d->message, d->hint);
        assert_true(f.r.has_error);
    }
}

static void accepts_another_letter_case(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    assert_non_null(parse(&f, "a and Sel_X"));
    assert_int_equal(f.diags.n, 1);
    assert_int_equal(f.diags.items[0].severity, DIAG_WARNING);
    assert_int_equal(f.diags.items[0].pos.column, 7);
    assert_true(f.used[2]);
    assert_false(f.used[3]);
}

static void nests_up_to_a_limit(void **state)
{
    (void)state;
    static const struct {
        size_t depth;
        bool is_fine;
    } row[] = {{30, true}, {31, true}, {32, false}, {100000, false}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        CLEANUP(buf_done) buf text = {0};
        for (size_t k = 0; k < row[i].depth; k++)
            buf_putc(&text, '(');
        buf_putc(&text, 'a');
        for (size_t k = 0; k < row[i].depth; k++)
            buf_putc(&text, ')');
        buf_putc(&text, 0);
        assert_int_equal(parse(&f, text.p) != NULL, row[i].is_fine);
    }
}

static void limits_the_size(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    CLEANUP(buf_done) buf text = {0};
    for (size_t k = 0; k < 120000; k++)
        buf_puts(&text, "a or ");
    buf_puts(&text, "a");
    buf_putc(&text, 0);
    assert_null(parse(&f, text.p));
    assert_true(text_has(str_of(f.diags.items[0].message), "too large"));
}

static void lists_words(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    sigma_text text = {STR("a and (not b or a) and 1 of c* or all of them"), {1, 1}};
    diag_source source = {"f", text.text};
    size_t n;
    const sigma_text *words = condition_words(&a, &text, &source, &n);
    assert_int_equal(n, 2);
    assert_true(str_is(words[0].text, "a"));
    assert_true(str_is(words[1].text, "b"));
    assert_int_equal(words[1].pos.column, 12);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_what_it_says),
        cmocka_unit_test(says_where_and_what_is_wrong),
        cmocka_unit_test(accepts_another_letter_case),
        cmocka_unit_test(nests_up_to_a_limit),
        cmocka_unit_test(limits_the_size),
        cmocka_unit_test(lists_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
