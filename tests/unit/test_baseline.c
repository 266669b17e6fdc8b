/* SPDX-License-Identifier: Apache-2.0
 *
 * test_baseline.c -- cells and their bytes: what is counted, held apart, forgotten, saved and read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/limits.h"
#include "state/baseline.h"

enum { DAY = 20000, DAY_SECONDS = 24 * 60 * 60 };

#define NEWEST (INT64_C(20142) * DAY_SECONDS + 5)

static uint64_t key(uint64_t i)
{
    return baseline_key(hash_mix(7, i), CELL_HABIT + HABIT_TOOL);
}

static void count(baseline *b, uint64_t key, uint16_t day, uint32_t n)
{
    assert_true(baseline_reserve(b));
    baseline_cell_of(b, key, day)->count += n;
}

static uint32_t counted(const baseline *b, uint64_t key)
{
    const baseline_cell *c = baseline_find(b, key);
    return c ? c->count : 0;
}

static void test_counts(void **unused)
{
    enum { MANY = 5000 };
    AUTO(baseline) b = {0};
    (void)unused;
    assert_null(baseline_find(&b, key(1)));
    for (uint32_t i = 0; i < MANY; i++)
        count(&b, key(i), DAY, i + 1);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(counted(&b, key(i)), i + 1);
    assert_null(baseline_find(&b, key(MANY)));
    count(&b, key(3), DAY + 2, 1);
    assert_int_equal(baseline_find(&b, key(3))->first_day, DAY);
    assert_int_equal(baseline_find(&b, key(3))->last_day, DAY + 2);
    count(&b, key(3), DAY - 1, 1); /* a late call */
    assert_int_equal(baseline_find(&b, key(3))->first_day, DAY - 1);
    assert_int_equal(baseline_find(&b, key(3))->last_day, DAY + 2);
    assert_int_equal(b.forgotten, 0);
}

static void test_the_longest_unmet_go_first_and_totals_last(void **unused)
{
    enum { LIMIT = 256 };
    AUTO(baseline) b = {.limit = LIMIT};
    uint64_t total = baseline_key(9, CELL_TOTAL);
    (void)unused;
    count(&b, total, DAY, 1);
    for (uint32_t i = 0; i < LIMIT; i++)
        count(&b, key(i), (uint16_t)(DAY + i), 1);
    assert_true(b.n <= LIMIT);
    assert_true(b.forgotten >= BASELINE_ROOM);
    assert_int_equal(b.forgotten + b.n, LIMIT + 1);
    assert_int_equal(counted(&b, key(0)), 0);
    assert_int_equal(counted(&b, key(LIMIT - 1)), 1);
    for (uint32_t i = 1; i < LIMIT; i++)
        assert_true(counted(&b, key(i)) >= counted(&b, key(i - 1)));

    AUTO(baseline) same_day = {.limit = LIMIT};
    count(&same_day, total, DAY, 1);
    for (uint32_t i = 0; i < LIMIT; i++)
        count(&same_day, key(i), DAY, 2);
    assert_true(same_day.forgotten > 0);
    assert_int_equal(counted(&same_day, total), 1);
}

static void test_quarantine(void **unused)
{
    AUTO(baseline) b = {0};
    uint64_t values = baseline_key(5, CELL_VALUES + HABIT_TOOL);
    const quarantined third[] = {{key(2), values, 3}, {key(1), values, 3}};
    const quarantined first[] = {{key(1), values, 1}};
    (void)unused;
    count(&b, key(1), DAY, 3);
    count(&b, key(2), DAY, 1);
    count(&b, values, DAY, 2);
    baseline_hold(&b, third, ARRAY_LEN(third));
    baseline_hold(&b, first, ARRAY_LEN(first));
    assert_int_equal(baseline_held(&b, key(1), 1), 0);
    assert_int_equal(baseline_held(&b, key(1), 2), 1);
    assert_int_equal(baseline_held(&b, key(1), 3), 1);
    assert_int_equal(baseline_held(&b, key(1), 4), 2);
    assert_int_equal(baseline_held(&b, key(2), 4), 1);
    assert_int_equal(baseline_held(&b, key(3), 4), 0);
    assert_int_equal(counted(&b, key(1)), 3);
    baseline_settle(&b);
    assert_int_equal(counted(&b, key(1)), 1);
    assert_int_equal(counted(&b, key(2)), 0);
    assert_int_equal(counted(&b, values), 1); /* key(2) was one of two */
    assert_int_equal(baseline_held(&b, key(1), 4), 0);
    assert_false(b.failed);
}

/* Many calls of incidents, in no order; more than the quarantine holds are unlearned at once. */
static void test_full_quarantine(void **unused)
{
    enum { CALLS = LIMIT_BASELINE_QUARANTINE / 32, KINDS = 100 };
    AUTO(baseline) b = {0};
    (void)unused;
    for (uint32_t i = 0; i < KINDS; i++)
        count(&b, key(i), DAY, 2 * LIMIT_BASELINE_QUARANTINE);
    for (uint32_t i = 0; i < CALLS; i++) {
        quarantined cells[32];
        for (uint32_t k = 0; k < ARRAY_LEN(cells); k++)
            cells[k] = (quarantined){key((i + k) % KINDS), 0, 1 + i * 7919 % CALLS};
        baseline_hold(&b, cells, ARRAY_LEN(cells));
        if (i % 1000 == 999)
            for (size_t k = 1; k < b.n_merged; k++)
                assert_true(b.held[k - 1].key <= b.held[k].key);
    }
    assert_int_equal(b.released_early, 0);
    uint32_t held = 0, half = 0;
    for (uint32_t i = 0; i < KINDS; i++) {
        held += baseline_held(&b, key(i), CALLS + 1);
        half += baseline_held(&b, key(i), CALLS / 2 + 1);
    }
    assert_int_equal(held, LIMIT_BASELINE_QUARANTINE);
    assert_int_equal(half, LIMIT_BASELINE_QUARANTINE / 2);
    baseline_hold(&b, &(quarantined){key(1), 0, 1}, 1);
    assert_int_equal(b.released_early, LIMIT_BASELINE_QUARANTINE);
    assert_int_equal(baseline_held(&b, key(1), 2), 1);
    uint64_t left = 0;
    for (uint32_t i = 0; i < KINDS; i++)
        left += counted(&b, key(i));
    assert_int_equal(left, (2 * KINDS - 1) * (uint64_t)LIMIT_BASELINE_QUARANTINE);
}

/* One run learns calls of an account; `out` is what it saved. */
static void run_of(const recent_call *calls, size_t n, str known, buf *out)
{
    AUTO(baseline) b = {0};
    assert_true(known.n == 0 || !baseline_load(&b, known));
    for (size_t i = 0; i < n; i++) {
        assert_true(baseline_reserve(&b));
        baseline_note(&b, 3, calls[i].second, calls[i].uid_hash);
    }
    baseline_settle(&b);
    assert_true(baseline_save(&b, out));
}

/* Late calls of today and yesterday are news once; older ones, and those of other accounts, as
 * their own newest call says. */
static void test_nothing_is_news_twice(void **unused)
{
    const uint32_t midnight = (uint32_t)(NEWEST - 5), yesterday = midnight - DAY_SECONDS;
    const recent_call first[] = {{1, yesterday - 10}, {2, yesterday}, {3, midnight + 5}};
    const recent_call second[] = {{4, yesterday + 7}};
    AUTO(buf) one = {0};
    AUTO(buf) two = {0};
    AUTO(baseline) b = {0};
    (void)unused;
    run_of(first, ARRAY_LEN(first), STR_NONE, &one);
    run_of(second, ARRAY_LEN(second), buf_str(&one), &two);
    assert_null(baseline_load(&b, buf_str(&two)));
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        assert_false(baseline_is_news(&b, 3, first[i].second, first[i].uid_hash));
    assert_false(baseline_is_news(&b, 3, second[0].second, second[0].uid_hash));
    assert_true(baseline_is_news(&b, 3, yesterday + 7, 5));
    assert_true(baseline_is_news(&b, 3, yesterday, 6));
    assert_false(baseline_is_news(&b, 3, yesterday - 1, 7));
    assert_true(baseline_is_news(&b, 3, midnight + 6, 3));
    assert_true(baseline_is_news(&b, 4, yesterday - 1, 7));
}

static void fill(baseline *b)
{
    for (uint32_t i = 0; i < 40; i++)
        count(b, key(i), (uint16_t)(DAY + i % 7), 1 + i * i);
    count(b, baseline_key(3, CELL_TOTAL + TOTAL_ACCOUNT_CALLS), DAY, 20);
    count(b, baseline_key(3, CELL_TOTAL + TOTAL_ACCOUNT_CALLS), DAY + 142, 1);
    assert_true(baseline_reserve(b));
    baseline_note(b, 3, NEWEST, 77);
    baseline_settle(b);
}

static void test_what_is_saved_is_read(void **unused)
{
    AUTO(baseline) b = {0};
    AUTO(baseline) again = {0};
    AUTO(buf) bytes = {0};
    AUTO(buf) twice = {0};
    (void)unused;
    fill(&b);
    assert_true(baseline_save(&b, &bytes));
    assert_null(baseline_load(&again, buf_str(&bytes)));
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(counted(&again, key(i)), 1 + i * i);
    assert_false(baseline_is_news(&again, 3, NEWEST, 77));
    assert_true(baseline_is_news(&again, 3, NEWEST + 1, 78));
    baseline_sums sums = baseline_sum(&again);
    assert_int_equal(sums.accounts, 1);
    assert_int_equal(sums.actors, 0);
    assert_int_equal(sums.days, 143);
    assert_int_equal(sums.cells, 41);
    assert_true(baseline_save(&again, &twice));
    assert_int_equal(twice.n, bytes.n);
    assert_memory_equal(twice.p, bytes.p, bytes.n);
}

static void test_an_empty_one_is_saved_too(void **unused)
{
    AUTO(baseline) b = {0};
    AUTO(baseline) again = {0};
    AUTO(buf) bytes = {0};
    (void)unused;
    baseline_settle(&b);
    assert_true(baseline_save(&b, &bytes));
    assert_null(baseline_load(&again, buf_str(&bytes)));
    assert_int_equal(baseline_sum(&again).cells, 0);
}

/* Every shorter text, and every text with one byte changed, is refused; none is a crash. */
static void test_damage_is_told(void **unused)
{
    AUTO(baseline) b = {0};
    AUTO(buf) bytes = {0};
    (void)unused;
    fill(&b);
    assert_true(baseline_save(&b, &bytes));
    for (size_t n = 0; n < bytes.n; n++) {
        AUTO(baseline) cut = {0};
        assert_non_null(baseline_load(&cut, (str){bytes.p, n}));
        assert_null(cut.cells);
    }
    for (size_t i = 0; i < bytes.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            AUTO(baseline) flipped = {0};
            bytes.p[i] ^= (char)(1 << bit);
            assert_non_null(baseline_load(&flipped, buf_str(&bytes)));
            bytes.p[i] ^= (char)(1 << bit);
        }
}

/* Bytes with a right check that say nonsense. */
static void test_nonsense_is_told(void **unused)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
        const char *problem;
    } trials[] = {
        {"later version", "SPOORBL\n\x02\x00", 10, "another version"},
        {"no number of cells", "SPOORBL\n\x01", 9, "damaged"},
        {"more cells than there are", "SPOORBL\n\x01\x02\x40\x01\x01\x00", 14, "damaged"},
        {"fewer cells than there are", "SPOORBL\n\x01\x00\x40\x01\x01\x00", 14, "damaged"},
        {"a key twice", "SPOORBL\n\x01\x02\x40\x01\x01\x00\x00\x01\x01\x00", 18, "damaged"},
        {"a count of none", "SPOORBL\n\x01\x01\x40\x00\x01\x00", 14, "damaged"},
        {"no kind of cell", "SPOORBL\n\x01\x01\x3f\x01\x01\x00", 14, "damaged"},
        {"a day too late", "SPOORBL\n\x01\x01\x40\x01\xff\xff\x03\x01", 16, "damaged"},
        {"more than a limit", "SPOORBL\n\x01\xff\xff\xff\xff\x0f", 14, "damaged"},
        {"no number", "SPOORBL\n\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 19, "damaged"},
        {"fine", "SPOORBL\n\x01\x01\x40\x01\x01\x00", 14, NULL},
    };
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(baseline) b = {0};
        AUTO(buf) bytes = {0};
        print_message("# %s\n", trials[i].name);
        buf_put(&bytes, trials[i].bytes, trials[i].n);
        uint64_t check = hash_bytes(bytes.p, bytes.n, 31);
        for (int k = 0; k < 8; k++)
            buf_putc(&bytes, (char)(check >> (8 * k)));
        const char *problem = baseline_load(&b, buf_str(&bytes));
        if (!trials[i].problem)
            assert_null(problem);
        else
            assert_non_null(problem ? strstr(problem, trials[i].problem) : NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_the_longest_unmet_go_first_and_totals_last),
        cmocka_unit_test(test_quarantine),
        cmocka_unit_test(test_full_quarantine),
        cmocka_unit_test(test_nothing_is_news_twice),
        cmocka_unit_test(test_what_is_saved_is_read),
        cmocka_unit_test(test_an_empty_one_is_saved_too),
        cmocka_unit_test(test_damage_is_told),
        cmocka_unit_test(test_nonsense_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
