/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_array.c -- arrays that grow: the library's and the program's keep the same promises.
 */
#include "base/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/list.h"
#include "support/failing_alloc.h"

typedef void *room(void *array, size_t n, size_t *cap, size_t least, size_t size);

static room *const rooms[] = {array_room, list_room};

/* Adds x; false: there was no room for it. */
static bool push(room *of, uint64_t **array, size_t *n, size_t *cap, uint64_t x)
{
    uint64_t *more = of(*array, *n, cap, 3, sizeof *more);
    if (!more)
        return false;
    *array = more;
    more[(*n)++] = x;
    return true;
}

static void check_contents(const uint64_t *array, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(array[i], i * i);
}

static void doubles_and_keeps_what_is_there(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(rooms); k++) {
        uint64_t *array = NULL;
        size_t n = 0, cap = 0, want = 3;
        while (n < 10000) {
            assert_true(push(rooms[k], &array, &n, &cap, n * n));
            want = n > want ? want * 2 : want;
            assert_int_equal(cap, want);
        }
        check_contents(array, n);
        free(array);
    }
}

static void stays_where_it_is_while_there_is_room(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(rooms); k++) {
        char here[4];
        size_t cap = sizeof here;
        for (size_t n = 0; n < sizeof here; n++)
            assert_ptr_equal(rooms[k](here, n, &cap, 1, 1), here);
        assert_int_equal(cap, sizeof here);
    }
}

static void refuses_sizes_beyond_memory(void **state)
{
    (void)state;
    static const struct {
        size_t cap, least, size;
    } row[] = {
        {0, SIZE_MAX, 1},          {0, SIZE_MAX, 8},
        {0, SIZE_MAX / 8 + 2, 8}, /* the product is small again */
        {0, 1, SIZE_MAX},          {0, (size_t)PTRDIFF_MAX + 1, 1},
        {SIZE_MAX, 1, 1},          {SIZE_MAX / 2 + 1, 1, 1}, /* the double is 0 */
        {SIZE_MAX / 16 + 1, 1, 8}, {(size_t)PTRDIFF_MAX / 2 + 1, 1, 1},
    };
    for (size_t k = 0; k < ARRAY_LEN(rooms); k++) {
        uint64_t *array = calloc(1, sizeof *array);
        for (size_t i = 0; i < ARRAY_LEN(row); i++) {
            size_t cap = row[i].cap;
            failing_alloc_at(1); /* none is asked for */
            assert_null(rooms[k](array, cap, &cap, row[i].least, row[i].size));
            assert_false(failing_alloc_end());
            assert_int_equal(cap, row[i].cap);
        }
        assert_int_equal(array[0], 0);
        free(array);
    }
}

static void leaves_all_as_it_was_without_memory(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(rooms); k++) {
        uint64_t *array = NULL;
        size_t n = 0, cap = 0, failures = 0;
        while (n < 100) {
            uint64_t *before = array;
            size_t cap_before = cap;
            failing_alloc_at(1);
            bool is_added = push(rooms[k], &array, &n, &cap, n * n);
            bool has_failed = failing_alloc_end();
            assert_int_equal(is_added, !has_failed);
            assert_ptr_equal(array, before);
            assert_int_equal(cap, cap_before);
            check_contents(array, n);
            failures += has_failed;
            if (has_failed)
                assert_true(push(rooms[k], &array, &n, &cap, n * n));
        }
        assert_int_equal(failures, 7); /* 3, 6, 12 … 192 */
        check_contents(array, n);
        free(array);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_and_keeps_what_is_there),
        cmocka_unit_test(stays_where_it_is_while_there_is_room),
        cmocka_unit_test(refuses_sizes_beyond_memory),
        cmocka_unit_test(leaves_all_as_it_was_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
