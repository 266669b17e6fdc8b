/* SPDX-License-Identifier: Apache-2.0
 *
 * test_repeats.c -- however many lanes and runs there are, and spilled or not, as many calls are
 * different as one big sort finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "order/repeats.h"
#include "support/random.h"
#include "support/space.h"

enum { LANES_MAX = 3 };

/* ---- the slow twin --------------------------------------------------------------------------- */

typedef struct record {
    int64_t time_ns;
    uint64_t uid_hash;
} record;

static int compare_records(const void *a, const void *b)
{
    const record *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->uid_hash < y->uid_hash ? -1 : x->uid_hash > y->uid_hash;
}

static repeats_sum count_slowly(record *all, size_t n)
{
    repeats_sum sum = {0};
    if (n > 0)
        qsort(all, n, sizeof *all, compare_records);
    for (size_t i = 0; i < n; i++) {
        bool is_repeat = i > 0 && compare_records(&all[i - 1], &all[i]) == 0;
        sum.repeats += is_repeat;
        sum.calls += !is_repeat;
    }
    return sum;
}

/* ---- trials ---------------------------------------------------------------------------------- */

typedef struct trial {
    const char *name;
    size_t records, lanes, run_bytes; /* 0: nothing is spilled */
    uint64_t times, uids;             /* how many different ones there are */
} trial;

/* clang-format off */
static const trial trials[] = {
    {"no lane",                  0,      0, 0,      1,      1},
    {"nothing",                  0,      2, 100,    1,      1},
    {"one",                      1,      1, 0,      1,      1},
    {"all the same",             3000,   2, 800,    1,      1},
    {"few different",            5000,   3, 0,      10,     10},
    {"each a run of its own",    50,     2, 1,      10,     3},
    {"many runs",                20000,  3, 4096,   300,    40},
    {"runs of several chunks",   60000,  2, 160000, 100000, 2},
    {"nearly all different",     60000,  1, 0,      1u << 30, 1u << 30},
};
/* clang-format on */

static void run_trial(const trial *t, uint64_t seed)
{
    repeats *lanes[LANES_MAX] = {NULL};
    space disk = {0};
    sorter_spill spill = t->run_bytes ? space_lend(&disk) : (sorter_spill){0};
    record *all = calloc(t->records + 1, sizeof *all);
    repeats_sum got;
    assert_non_null(all);
    for (size_t i = 0; i < t->lanes; i++) {
        assert_non_null(lanes[i] = repeats_new(&spill));
        if (t->run_bytes)
            repeats_limit(lanes[i], t->run_bytes);
    }
    for (size_t i = 0; i < t->records; i++) {
        all[i].time_ns = (int64_t)(random_next(&seed) % t->times) - 5;
        all[i].uid_hash = 1 + random_next(&seed) % t->uids;
        repeats *lane = lanes[random_next(&seed) % t->lanes];
        assert_int_equal(repeats_add(lane, all[i].time_ns, all[i].uid_hash), SORTER_OK);
    }
    const repeats_sum wanted = count_slowly(all, t->records);
    assert_int_equal(repeats_count(lanes, t->lanes, &got), SORTER_OK);
    assert_int_equal(got.calls, wanted.calls);
    assert_int_equal(got.repeats, wanted.repeats);
    assert_int_equal(got.calls + got.repeats, t->records);
    assert_true(t->run_bytes == 0 || t->records == 0 || disk.writes > 0);
    for (size_t i = 0; i < t->lanes; i++)
        repeats_free(lanes[i]);
    space_done(&disk);
    free(all);
}

static void as_many_are_different_as_one_sort_finds(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            print_message("# %s\n", trials[i].name);
            run_trial(&trials[i], seed * 7919);
        }
}

static void space_that_fails_is_told(void **unused)
{
    (void)unused;
    space disk = {.is_unreadable = true};
    sorter_spill spill = space_lend(&disk);
    repeats *r = repeats_new(&spill);
    repeats_sum sum;
    repeats_limit(r, 2 * sizeof(uint64_t));
    assert_int_equal(repeats_add(r, 1, 1), SORTER_OK);
    assert_int_equal(repeats_add(r, 2, 1), SORTER_OK);
    assert_int_equal(repeats_count(&r, 1, &sum), SORTER_SPILL_FAILED);
    disk.bad_write = disk.writes + 1;
    assert_int_equal(repeats_add(r, 3, 1), SORTER_OK);
    assert_int_equal(repeats_add(r, 4, 1), SORTER_SPILL_FAILED);
    repeats_free(r);
    repeats_free(NULL);
    space_done(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_are_different_as_one_sort_finds),
        cmocka_unit_test(space_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
