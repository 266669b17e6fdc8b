/* SPDX-License-Identifier: Apache-2.0
 *
 * test_store.c -- what is kept stays as it was until it is dropped, and memory does not pile up.
 *
 * Freed memory that is still read, and memory that is never freed, the sanitizers see.
 */
#include "state/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/random.h"

enum { LIVE = 500, ROUNDS = 20000, PIECES = 3 };

typedef struct piece {
    unsigned char *p;
    size_t n;
} piece;

static void check(const piece *x, uint32_t number)
{
    for (size_t i = 0; i < x->n; i++)
        assert_int_equal(x->p[i], (unsigned char)(number + i));
}

static void test_a_queue_of_pieces(void **state)
{
    static piece kept[LIVE][PIECES];
    uint64_t seed = 1;
    store *s = NULL;
    (void)state;
    for (uint32_t number = 0; number < ROUNDS; number++) {
        piece *mine = kept[number % LIVE];
        for (int k = 0; k < PIECES && number >= LIVE; k++)
            check(&mine[k], number - LIVE);
        if (number >= LIVE)
            store_drop(&s, number - LIVE + 1);
        for (int k = 0; k < PIECES; k++) {
            size_t n = (random_next(&seed) >> 33) % (number % 1000 ? 300 : 100000);
            mine[k] = (piece){store_alloc(&s, number, n), n};
            assert_non_null(mine[k].p);
            assert_int_equal((uintptr_t)mine[k].p % 8, 0);
            for (size_t i = 0; i < n; i++)
                mine[k].p[i] = (unsigned char)(number + i);
        }
    }
    store_free(s);
}

static void test_all_dropped_is_empty(void **state)
{
    store *s = NULL;
    (void)state;
    store_drop(&s, 7);
    for (uint32_t number = 0; number < 5000; number++)
        assert_non_null(store_alloc(&s, number, 100));
    store_drop(&s, 5000);
    assert_null(s);
    assert_non_null(store_alloc(&s, 5000, 1));
    store_free(s);
}

static void test_too_much_is_refused(void **state)
{
    store *s = NULL;
    (void)state;
    assert_null(store_alloc(&s, 0, SIZE_MAX));
    assert_null(store_alloc(&s, 0, SIZE_MAX / 2));
    store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_queue_of_pieces),
        cmocka_unit_test(test_all_dropped_is_empty),
        cmocka_unit_test(test_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
