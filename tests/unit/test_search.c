/* SPDX-License-Identifier: Apache-2.0
 *
 * test_search.c -- finding one id in text; against a search that looks everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/search.h"
#include "base/text.h"
#include "support/random.h"

typedef struct row {
    const char *wanted, *text;
    bool is_found;
} row;

/* clang-format off */
static const row rows[] = {
    {"i-0a1",  "{\"instanceId\":\"i-0a1\"}",     true},
    {"i-0a1",  "I-0A1",                          true},
    {"I-0A1",  "x i-0a1",                        true},
    {"i-0a1",  "i-0a1b",                         false},
    {"i-0a1",  "vi-0a1",                         false},
    {"i-0a1",  "i-0a1b i-0a1",                   true},
    {"alice",  "user/alice@example.com",         true},
    {"alice",  "alice-2 alice_2 malice",         false},
    {"a",      "",                               false},
    {"a",      "a",                              true},
    {"ab",     "a",                              false},
    {"",       "text",                           false},
    {"aa",     "aaa aa",                         true},
    {"/x/y",   "\"/X/Y\"",                       true},
    {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9",   true},
};
/* clang-format on */

static bool finds(const char *wanted, str text)
{
    search s;
    search_init(&s, str_of(wanted));
    return search_finds(&s, text);
}

static void test_occurrences_that_stand_alone_are_found(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (finds(rows[i].wanted, str_of(rows[i].text)) != rows[i].is_found)
            fail_msg("\"%s\" in \"%s\": not as told", rows[i].wanted, rows[i].text);
}

static bool is_word(char c)
{
    return (text_lower(c) >= 'a' && text_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static bool finds_slowly(str wanted, str text)
{
    for (size_t at = 0; at + wanted.n <= text.n; at++) {
        size_t end = at + wanted.n;
        if (text_eq_nocase((str){text.p + at, wanted.n}, wanted) &&
            (at == 0 || !is_word(text.p[at - 1])) && (end == text.n || !is_word(text.p[end])))
            return true;
    }
    return false;
}

static void fill(char *to, size_t n, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++)
        to[i] = "aAbB -"[random_next(seed) % 6];
}

static void test_the_fast_way_agrees_with_the_slow_one(void **unused)
{
    uint64_t seed = 7, found = 0;
    (void)unused;
    for (int round = 0; round < 50000; round++) {
        char wanted[4], text[16];
        search s;
        str w = {wanted, 1 + random_next(&seed) % sizeof wanted};
        str t = {text, random_next(&seed) % sizeof text};
        fill(wanted, w.n, &seed);
        fill(text, t.n, &seed);
        search_init(&s, w);
        assert_int_equal(search_finds(&s, t), finds_slowly(w, t));
        found += finds_slowly(w, t);
    }
    assert_in_range(found, 1000, 49000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_occurrences_that_stand_alone_are_found),
        cmocka_unit_test(test_the_fast_way_agrees_with_the_slow_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
