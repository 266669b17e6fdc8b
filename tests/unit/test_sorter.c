/* SPDX-License-Identifier: Apache-2.0
 *
 * test_sorter.c -- whatever the run size, and spilled or not, what comes out is what one big sort
 * gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"
#include "order/sorter.h"
#include "support/events.h"
#include "support/random.h"
#include "support/space.h"

enum { SORTERS_MAX = 4 };

/* ---- random events --------------------------------------------------------------------------- */

/* Who an event's caller is; every other one has a number. */
static const char *const callers[] = {"", "ann", "bob", "a role with a name that is longer"};

static const char *caller_of(uint32_t record)
{
    return callers[record % 5 % ARRAY_LEN(callers)];
}

/* Few different keys, so that equal ones occur. */
static event random_event(uint64_t *seed, uint32_t record, int64_t step_ns, str text)
{
    uint64_t r = random_next(seed);
    event e = {.time_ns = ((int64_t)(r % 50) - 20) * step_ns,
               .uid_hash = 1 + (r >> 8) % 4,
               .record = record,
               .operation = r % 4 ? events_operation("RunInstances") : OPERATION_NONE};
    e.field[FIELD_user_agent] = str_upto(text, (size_t)(r >> 16) % (text.n + 1));
    e.field[FIELD_actor_arn] = str_of(caller_of(record));
    e.caller_number = record % 2 ? 1 + record % 5 % ARRAY_LEN(callers) : 0;
    return e;
}

/* ---- the slow twin: all keys and records, one qsort ------------------------------------------ */

typedef struct row {
    int64_t time_ns;
    uint64_t uid_hash;
    uint32_t record;
} row;

static int compare_rows(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->uid_hash != y->uid_hash)
        return x->uid_hash < y->uid_hash ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

static row row_of(const sorter_item *item)
{
    row r = {item->time_ns, item->uid_hash, 0};
    event e;
    assert_true(event_unpack(item->packed, &e, NULL, 0));
    assert_int_equal(e.time_ns, item->time_ns);
    assert_true(str_is(e.field[FIELD_actor_arn], caller_of(e.record)));
    r.record = e.record;
    return r;
}

/* What the merger gives, its keys checked to be in order as they come. */
static size_t drain(sorter *const *sorters, size_t n, row *ret)
{
    merger *m = NULL;
    const sorter_item *item;
    size_t n_rows = 0;
    assert_int_equal(merger_new(sorters, n, &m), SORTER_OK);
    while (merger_next(m, &item) == SORTER_OK) {
        ret[n_rows] = row_of(item);
        if (n_rows > 0) {
            row before = ret[n_rows - 1], now = ret[n_rows];
            before.record = now.record = 0;
            assert_true(compare_rows(&before, &now) <= 0);
        }
        n_rows++;
    }
    assert_int_equal(merger_next(m, &item), SORTER_END);
    merger_free(m);
    return n_rows;
}

typedef struct trial {
    const char *name;
    size_t events, sorters, memory_bytes, text_bytes;
    bool is_spilled;
    int64_t step_ns; /* between times */
} trial;

/* clang-format off */
static const trial trials[] = {
    {"nothing at all",               0,    1, 1 << 20, 0,      false, 1},
    {"no sorter",                    0,    0, 1 << 20, 0,      false, 1},
    {"one event",                    1,    1, 1 << 20, 10,     true,  1},
    {"one run in memory",            500,  1, 1 << 20, 20,     false, 1},
    {"many runs in memory",          3000, 3, 2000,    40,     false, 1},
    {"many runs spilled",            3000, 4, 2000,    40,     true,  1},
    {"each event a run of its own",  40,   1, 1,       40,     true,  1},
    {"items larger than a chunk",    40,   2, 300000,  200000, true,  1},
    {"runs of several chunks",       400,  2, 400000,  3000,   true,  1},
    {"whole seconds",                3000, 2, 20000,   20,     true,  TIME_SECOND},
    {"weeks of whole seconds",       3000, 1, 1 << 20, 20,     false, TIME_DAY},
    {"years, to the nanosecond",     3000, 1, 1 << 20, 20,     false, 400 * TIME_DAY + 1},
};
/* clang-format on */

static void run_trial(const trial *t, uint64_t seed)
{
    sorter *sorters[SORTERS_MAX] = {NULL};
    AUTO(buf) text = {0};
    space disk = {0};
    sorter_spill spill = t->is_spilled ? space_lend(&disk) : (sorter_spill){0};
    row *expected = calloc(t->events + 1, sizeof *expected);
    row *got = calloc(t->events + 1, sizeof *got);
    assert_true(expected && got);
    for (size_t i = 0; i < t->text_bytes; i++)
        buf_putc(&text, (char)('a' + i % 26));
    for (size_t i = 0; i < t->sorters; i++)
        assert_non_null(sorters[i] = sorter_new(t->memory_bytes, &spill));
    for (size_t i = 0; i < t->events; i++) {
        event e = random_event(&seed, (uint32_t)i + 1, t->step_ns, buf_str(&text));
        expected[i] = (row){e.time_ns, e.uid_hash, e.record};
        assert_int_equal(sorter_add(sorters[i % t->sorters], &e), SORTER_OK);
    }
    qsort(expected, t->events, sizeof *expected, compare_rows);
    assert_int_equal(drain(sorters, t->sorters, got), t->events);
    qsort(got, t->events, sizeof *got, compare_rows);
    for (size_t i = 0; i < t->events; i++)
        assert_int_equal(compare_rows(&got[i], &expected[i]), 0);
    for (size_t i = 0; i < t->sorters; i++)
        sorter_free(sorters[i]);
    space_done(&disk);
    free(expected);
    free(got);
}

static void test_merged_order_is_that_of_one_sort(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            print_message("# %s\n", trials[i].name);
            run_trial(&trials[i], seed * 7919);
        }
}

static void test_failing_write_is_told_at_once(void **unused)
{
    (void)unused;
    space disk = {.bad_write = 2};
    sorter_spill spill = space_lend(&disk);
    sorter *s = sorter_new(1, &spill);
    event e = {.time_ns = 1, .uid_hash = 1};
    assert_int_equal(sorter_add(s, &e), SORTER_OK);
    assert_int_equal(sorter_add(s, &e), SORTER_SPILL_FAILED);
    sorter_free(s);
    space_done(&disk);
}

static void test_failing_read_is_told_by_the_merger(void **unused)
{
    (void)unused;
    space disk = {0};
    sorter_spill spill = space_lend(&disk);
    sorter *s = sorter_new(1, &spill);
    merger *m = NULL;
    event e = {.time_ns = 1, .uid_hash = 1};
    assert_int_equal(sorter_add(s, &e), SORTER_OK);
    disk.is_unreadable = true;
    assert_int_equal(merger_new(&s, 1, &m), SORTER_SPILL_FAILED);
    assert_null(m);
    sorter_free(s);
    space_done(&disk);
}

/* The last of many runs is spilled when merging begins. */
static void test_failing_last_write_is_told_by_the_merger(void **unused)
{
    (void)unused;
    space disk = {0};
    sorter_spill spill = space_lend(&disk);
    sorter *s = sorter_new(600, &spill); /* of ten events or so */
    merger *m = NULL;
    for (uint32_t i = 0; disk.writes < 6 || i % 11; i++) {
        event e = {.time_ns = i, .uid_hash = 1};
        assert_int_equal(sorter_add(s, &e), SORTER_OK);
    }
    disk.bad_write = disk.writes + 1;
    assert_int_equal(merger_new(&s, 1, &m), SORTER_SPILL_FAILED);
    assert_null(m);
    sorter_free(s);
    space_done(&disk);
}

/* A later chunk that cannot be read is told when the merger comes to it. */
static void test_failing_read_of_a_later_chunk(void **unused)
{
    (void)unused;
    space disk = {0};
    sorter_spill spill = space_lend(&disk);
    sorter *s = sorter_new(240000, &spill); /* several chunks */
    merger *m = NULL;
    const sorter_item *item;
    sorter_status status;
    for (uint32_t i = 0; i < 10000; i++) {
        event e = {.time_ns = i, .uid_hash = 1};
        assert_int_equal(sorter_add(s, &e), SORTER_OK);
    }
    assert_true(disk.writes > 1);
    assert_int_equal(merger_new(&s, 1, &m), SORTER_OK);
    disk.is_unreadable = true;
    while ((status = merger_next(m, &item)) == SORTER_OK)
        continue;
    assert_int_equal(status, SORTER_SPILL_FAILED);
    merger_free(m);
    sorter_free(s);
    space_done(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merged_order_is_that_of_one_sort),
        cmocka_unit_test(test_failing_write_is_told_at_once),
        cmocka_unit_test(test_failing_read_is_told_by_the_merger),
        cmocka_unit_test(test_failing_last_write_is_told_by_the_merger),
        cmocka_unit_test(test_failing_read_of_a_later_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
