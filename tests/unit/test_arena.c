/* SPDX-License-Identifier: Apache-2.0
 *
 * test_arena.c -- what arena.h promises: zeroed, aligned, immovable, one failure flag.
 */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is_aligned_and_zeroed(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 8, 9, 4095, 4096, 4097, 100000, 3000000, 1};
    AUTO(arena) a = {0};
    for (int round = 0; round < 2; round++) { /* the second round reuses dirty memory */
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            unsigned char *p = arena_alloc(&a, sizes[i]);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 8, 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xee, sizes[i]);
        }
        assert_true(a.used_bytes >= 3000000);
        arena_reset(&a);
        assert_int_equal(a.used_bytes, 0);
    }
}

static void keeps_what_it_gave(void **state)
{
    (void)state;
    enum { N = 5000 };
    static uint32_t *given[N];
    AUTO(arena) a = {0};
    for (uint32_t i = 0; i < N; i++) {
        given[i] = arena_alloc(&a, sizeof(uint32_t) * (1 + i % 7));
        *given[i] = i;
    }
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(*given[i], i);
}

static void empty_allocations_differ(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    void *p = arena_alloc(&a, 0), *q = arena_alloc(&a, 0);
    assert_non_null(p);
    assert_ptr_not_equal(p, q);
}

static void refuses_impossible_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 8, PTRDIFF_MAX};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(arena) a = {0};
        assert_null(arena_alloc(&a, sizes[i]));
        assert_true(a.failed);
        assert_non_null(arena_alloc(&a, 8));
        assert_true(a.failed);
        arena_reset(&a);
        assert_false(a.failed);
    }
    AUTO(arena) a = {0};
    assert_null(arena_dup(&a, (str){"x", SIZE_MAX}).p);
    assert_true(a.failed);
}

static void reset_keeps_the_largest_block(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    arena_alloc(&a, 100);
    char *large = arena_alloc(&a, 5000000);
    arena_alloc(&a, 100);
    arena_reset(&a);
    assert_ptr_equal(arena_alloc(&a, 4000000), large);
}

static void copies_text(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *same, *lower;
    } row[] = {
        {STR_INIT(""), "", ""},
        {{NULL, 0}, "", ""},
        {STR_INIT("AbC09-Z[@`{"), "AbC09-Z[@`{", "abc09-z[@`{"},
        {STR_INIT("\xc3\x84"), "\xc3\x84", "\xc3\x84"},
        {{"cut here", 3}, "cut", "cut"},
    };
    AUTO(arena) a = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        str same = arena_dup(&a, row[i].in), lower = arena_dup_lower(&a, row[i].in);
        assert_int_equal(same.n, row[i].in.n);
        assert_int_equal(lower.n, row[i].in.n);
        assert_string_equal(same.p, row[i].same);
        assert_string_equal(lower.p, row[i].lower);
    }
}

static void prints(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    str s = arena_printf(&a, "%s-%d", "vm", 42);
    assert_int_equal(s.n, 5);
    assert_string_equal(s.p, "vm-42");
    str wide = arena_printf(&a, "%9000d", 7);
    assert_int_equal(wide.n, 9000);
    assert_string_equal(wide.p + 8999, "7");
    assert_string_equal(arena_printf(&a, "%s", "").p, "");
}

static void done_is_for_all(void **state)
{
    (void)state;
    arena a = {0};
    arena_reset(&a);
    arena_done(&a);
    arena_alloc(&a, 10);
    arena_done(&a);
    assert_null(a.first);
    assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_aligned_and_zeroed),
        cmocka_unit_test(keeps_what_it_gave),
        cmocka_unit_test(empty_allocations_differ),
        cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(reset_keeps_the_largest_block),
        cmocka_unit_test(copies_text),
        cmocka_unit_test(prints),
        cmocka_unit_test(done_is_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
