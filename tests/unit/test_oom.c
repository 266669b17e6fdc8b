/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_oom.c -- allocation 1, 2, 3 … fails in turn, until a run needs no more of them.
 *
 * Each scenario says with its return value whether it was told of the failure, and checks itself
 * that what it holds is still whole and usable. Leaks are found by LeakSanitizer at exit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/text.h"
#include "support/starved.h"

static bool fill_arena(void)
{
    AUTO(arena) a = {0};
    str kept = arena_dup(&a, STR("kept"));
    bool is_ok = kept.p != NULL;
    for (size_t n = 1; n < 20000; n *= 3)
        is_ok = arena_alloc(&a, n) && is_ok;
    is_ok = arena_dup(&a, (str){"x", 1}).p && is_ok;
    is_ok = arena_dup_lower(&a, STR("UPPER")).p && is_ok;
    is_ok = arena_printf(&a, "%20000d", 1).p && is_ok;
    assert_int_equal(a.failed, !is_ok);
    if (kept.p)
        assert_string_equal(kept.p, "kept");
    arena_reset(&a);
    assert_false(a.failed);
    return is_ok;
}

static bool fill_buf(void)
{
    AUTO(buf) b = {0};
    AUTO(buf) decoded = {0};
    bool is_reserved = buf_reserve(&b, 10);
    assert_int_equal(is_reserved, !b.failed);
    for (int i = 0; i < 300; i++) {
        buf_puts(&b, "0123456789");
        buf_printf(&b, "%d", 7);
        buf_json_string(&b, STR("\n\xff"));
    }
    buf_printf(&b, "%9000d", 1);
    if (!b.failed)
        assert_int_equal(b.n, 300 * (11 + 7) + 9000);
    bool is_decoded = text_base64_decode(STR("Zm9v"), &decoded);
    assert_int_equal(is_decoded, !decoded.failed);
    assert_true(str_is(buf_str(&decoded), is_decoded ? "foo" : ""));
    return !b.failed && is_decoded;
}

static bool fill_map(void)
{
    AUTO(map) m = {0};
    bool is_ok = true;
    size_t n = 0;
    for (uint32_t key = 0; key < 500; key++) {
        bool is_put = map_put(&m, key, key);
        is_ok = is_ok && is_put;
        n += is_put;
        assert_int_equal(m.n, n);
        assert_int_equal(map_get(&m, key), is_put ? key : MAP_NONE);
    }
    assert_true(is_ok ? n == 500 : n == 499);
    return is_ok;
}

static bool fill_intern(void)
{
    AUTO(intern) t = {0};
    bool is_ok = true;
    uint32_t n = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        char name[32];
        str s = {name, (size_t)snprintf(name, sizeof name, "vm-%u", i)};
        uint32_t id = intern_id(&t, s);
        assert_int_equal(intern_find(&t, s), id);
        assert_int_equal(t.by_hash.n, t.n);
        if (id == 0) { /* it works again when memory does, as if nothing had been tried */
            is_ok = false;
            id = intern_id(&t, s);
        }
        assert_int_equal(id, ++n);
        assert_true(str_eq(intern_text(&t, id), s));
    }
    return is_ok;
}

static void arena_survives(void **state)
{
    (void)state;
    starved_run(fill_arena, 3);
}

static void buf_survives(void **state)
{
    (void)state;
    starved_run(fill_buf, 5);
}

static void map_survives(void **state)
{
    (void)state;
    starved_run(fill_map, 5);
}

static void intern_survives(void **state)
{
    (void)state;
    starved_run(fill_intern, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_survives),
        cmocka_unit_test(buf_survives),
        cmocka_unit_test(map_survives),
        cmocka_unit_test(intern_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
