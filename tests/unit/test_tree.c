/* SPDX-License-Identifier: Apache-2.0
 *
 * test_tree.c -- lineage as it is drawn: branches, repeats, circles, limits; and columns that fit.
 */
#include "sink/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/words.h"
#include "sink/grid.h"

static const terminal utf8 = {.has_utf8 = true, .columns = 100};
static const terminal ascii = {.columns = 100};

static tree *fresh(void)
{
    tree *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->root_note = "(before)";
    return t;
}

static void connect_ids(tree *t, const char *parent, const char *child, const spoor_step *step)
{
    size_t from = tree_node_of(t, parent, "volume");
    tree_connect(t, from, tree_node_of(t, child, "disk"), step);
}

/* Draws, compares, releases. */
static void assert_drawn(tree *t, const terminal *screen, const char *expected)
{
    AUTO(strbuf) out = {0};
    tree_draw(t, screen, &out, 0);
    free(t);
    assert_string_equal(strbuf_text(&out), expected);
}

static void draws_branches_in_order_of_time(void **state)
{
    (void)state;
    const spoor_step late = {.operation = "Late", .time_ns = 7200000000000};
    const spoor_step early = {.operation = "Early", .time_ns = 3600000000000};
    tree *t = fresh();
    connect_ids(t, "a", "c", &late);
    connect_ids(t, "a", "b", &early);
    connect_ids(t, "b", "d", NULL);
    assert_drawn(t, &utf8,
                 "a        volume  (before)\n"
                 "├─ b     disk    Early 01:00:00\n"
                 "│  └─ d  disk\n"
                 "└─ c     disk    Late 02:00:00\n");
}

static void draws_in_ascii(void **state)
{
    (void)state;
    tree *t = fresh();
    connect_ids(t, "a", "b\xe2\x80\xae", NULL);
    connect_ids(t, "a", "c", NULL);
    connect_ids(t, "b\xe2\x80\xae", "d", NULL);
    assert_drawn(t, &ascii,
                 "a           volume  (before)\n"
                 "|- b\\u202e  disk\n"
                 "|  `- d     disk\n"
                 "`- c        disk\n");
}

static void marks_what_is_drawn_above(void **state)
{
    (void)state;
    tree *t = fresh();
    connect_ids(t, "a", "x", NULL);
    connect_ids(t, "b", "x", NULL);
    connect_ids(t, "x", "y", NULL);
    assert_drawn(t, &utf8,
                 "a        volume  (before)\n"
                 "└─ x     disk\n"
                 "   └─ y  disk\n"
                 "b        volume  (before)\n"
                 "└─ x     disk    ↑ above\n");
}

static void ends_circles(void **state)
{
    (void)state;
    tree *t = fresh();
    connect_ids(t, "a", "b", NULL);
    connect_ids(t, "b", "a", NULL);
    connect_ids(t, "a", "a", NULL);
    assert_drawn(t, &utf8,
                 "a        volume\n"
                 "└─ b     disk\n"
                 "   └─ a  volume  ↑ above\n");
}

static void says_what_is_over_the_limits(void **state)
{
    (void)state;
    static char ids[TREE_NODES + 10][8];
    tree *t = fresh();
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        snprintf(ids[i], sizeof ids[i], "v%zu", i);
        connect_ids(t, "root", ids[i], NULL);
    }
    AUTO(strbuf) out = {0};
    tree_draw(t, &utf8, &out, 0);
    free(t);
    /* 255 of them found room beside the root; 11 are shown, and 11 found none. */
    assert_non_null(strstr(strbuf_text(&out), "├─ v10 "));
    assert_non_null(strstr(strbuf_text(&out), "└─ and 244 more"));
    assert_non_null(strstr(strbuf_text(&out), "and 11 more connections"));
}

static void ends_deep_chains(void **state)
{
    (void)state;
    static char ids[TREE_DEPTH + 10][8];
    tree *t = fresh();
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        snprintf(ids[i], sizeof ids[i], "v%zu", i);
        if (i)
            connect_ids(t, ids[i - 1], ids[i], NULL);
    }
    AUTO(strbuf) out = {0};
    tree_draw(t, &utf8, &out, 0);
    free(t);
    assert_non_null(strstr(strbuf_text(&out), "└─ and 1 more"));
}

static void wraps_cells_to_fit(void **state)
{
    (void)state;
    static const grid_column columns[] = {{.keep = true}, {0}, {.is_right = true}};
    const terminal narrow = {.has_utf8 = true, .columns = 30};
    AUTO(grid) g = {.terminal = &narrow, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    AUTO(strbuf) out = {0};
    grid_span(&g, STYLE_PLAIN, "over all columns");
    grid_add(&g, STYLE_PLAIN, "key");
    grid_add(&g, STYLE_PLAIN, "many words that do not fit on a line");
    grid_add(&g, STYLE_PLAIN, "7");
    grid_add(&g, STYLE_PLAIN, "k");
    grid_add(&g, STYLE_PLAIN, "few");
    grid_add(&g, STYLE_PLAIN, "12");
    grid_draw(&g, &out, 1);
    assert_string_equal(strbuf_text(&out), " over all columns\n"
                                           " key  many words that do     7\n"
                                           "      not fit on a line\n"
                                           " k    few                   12\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_branches_in_order_of_time),
        cmocka_unit_test(draws_in_ascii),
        cmocka_unit_test(marks_what_is_drawn_above),
        cmocka_unit_test(ends_circles),
        cmocka_unit_test(says_what_is_over_the_limits),
        cmocka_unit_test(ends_deep_chains),
        cmocka_unit_test(wraps_cells_to_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
