/* SPDX-License-Identifier: Apache-2.0
 *
 * test_map.c -- the table against a plain array, the numbering of texts, and the hash beneath both.
 */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"

static void empty_map_answers(void **state)
{
    (void)state;
    AUTO(map) m = {0};
    assert_int_equal(map_get(&m, 0), MAP_NONE);
    map_remove(&m, 0);
    assert_int_equal(m.cap, 0);
}

static void holds_any_key(void **state)
{
    (void)state;
    static const uint64_t keys[] = {0, 1, UINT32_MAX, UINT64_MAX, UINT64_MAX - 1, 1ULL << 63};
    AUTO(map) m = {0};
    for (uint32_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_true(map_put(&m, keys[i], i));
    assert_true(map_put(&m, 0, MAP_NONE - 1));
    assert_int_equal(m.n, ARRAY_LEN(keys));
    assert_int_equal(map_get(&m, 0), MAP_NONE - 1);
    for (uint32_t i = 1; i < ARRAY_LEN(keys); i++)
        assert_int_equal(map_get(&m, keys[i]), i);
    assert_int_equal(map_get(&m, 2), MAP_NONE);
}

static void stays_within_its_load(void **state)
{
    (void)state;
    AUTO(map) m = {0};
    for (uint32_t i = 0; i < 20000; i++) {
        assert_true(map_put(&m, (uint64_t)i << 40, i)); /* keys that differ in high bits only */
        assert_true(m.n * 10 <= m.cap * 7);
        assert_int_equal(m.cap & (m.cap - 1), 0);
    }
    for (uint32_t i = 0; i < 20000; i++)
        assert_int_equal(map_get(&m, (uint64_t)i << 40), i);
}

/* Few keys, so that puts, replacements and removals meet in the same runs of slots. */
static void agrees_with_an_array(void **state)
{
    (void)state;
    enum { KEYS = 400 };
    uint32_t value[KEYS];
    memset(value, 0xff, sizeof value);
    AUTO(map) m = {0};
    uint32_t seed = 7;
    size_t n = 0;
    for (uint32_t step = 0; step < 60000; step++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t key = (seed >> 8) % KEYS;
        bool is_put = seed >> 31;
        n += (size_t)(is_put && value[key] == MAP_NONE) -
             (size_t)(!is_put && value[key] != MAP_NONE);
        value[key] = is_put ? step : MAP_NONE;
        if (is_put)
            assert_true(map_put(&m, key, step));
        else
            map_remove(&m, key);
        assert_int_equal(m.n, n);
        uint32_t probe = (seed >> 12) % KEYS;
        assert_int_equal(map_get(&m, probe), value[probe]);
    }
    for (uint32_t key = 0; key < KEYS; key++)
        assert_int_equal(map_get(&m, key), value[key]);
}

static void numbers_texts_in_order(void **state)
{
    (void)state;
    static const struct {
        str text;
        uint32_t id;
    } row[] = {
        {STR_INIT("vm"), 1}, {STR_INIT(""), 2},     {STR_INIT("vm"), 1},
        {{NULL, 0}, 2},      {STR_INIT("VM"), 3},   {STR_INIT("v\0m"), 4},
        {{"vmx", 2}, 1},     {STR_INIT("v\0n"), 5}, {STR_INIT("v"), 6},
    };
    AUTO(intern) t = {0};
    assert_int_equal(intern_find(&t, STR("vm")), 0);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(intern_id(&t, row[i].text), row[i].id);
        assert_int_equal(intern_find(&t, row[i].text), row[i].id);
        assert_true(str_eq(intern_text(&t, row[i].id), row[i].text));
    }
    assert_int_equal(intern_find(&t, STR("other")), 0);
    assert_null(intern_text(&t, 0).p);
    assert_null(intern_text(&t, 7).p);
}

static void text_never_moves(void **state)
{
    (void)state;
    AUTO(intern) t = {0};
    const char *first = intern_text(&t, intern_id(&t, STR("first"))).p;
    char name[32];
    for (uint32_t i = 0; i < 10000; i++) {
        int n = snprintf(name, sizeof name, "i-%08x", i);
        assert_int_equal(intern_id(&t, (str){name, (size_t)n}), i + 2);
    }
    assert_ptr_equal(intern_text(&t, 1).p, first);
    assert_string_equal(first, "first");
    assert_int_equal(intern_find(&t, STR("i-0000000a")), 12);
}

/* Colliding texts are hard to find, so the table is told that three others hash like the first. */
static void colliding_texts_stay_apart(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c"};
    AUTO(intern) t = {0};
    assert_int_equal(intern_id(&t, STR("a")), 1);
    assert_true(map_put(&t.by_hash, hash_str(STR("b"), 0), 1));
    assert_true(map_put(&t.by_hash, hash_str(STR("c"), 0), 1));
    assert_int_equal(intern_find(&t, STR("b")), 0);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
            assert_int_equal(intern_id(&t, str_of(names[i])), i + 1);
    }
    assert_int_equal(t.next[0], 2);
    assert_int_equal(t.next[1], 3);
    assert_int_equal(t.next[2], 0);
    assert_int_equal(intern_find(&t, STR("c")), 3);
}

static void hash_depends_on_all_of_its_input(void **state)
{
    (void)state;
    assert_true(hash_str(STR_NONE, 0) == hash_str(STR(""), 0));
    assert_true(hash_str(STR(""), 0) == 0x2d06800538d394c2ULL); /* published for XXH3, seed 0 */
    assert_true(hash_str(STR("a"), 0) != hash_str(STR("b"), 0));
    assert_true(hash_str(STR("a"), 0) != hash_str(STR("a"), 1));
    assert_true(hash_mix(1, 2) != hash_mix(2, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_map_answers),
        cmocka_unit_test(holds_any_key),
        cmocka_unit_test(stays_within_its_load),
        cmocka_unit_test(agrees_with_an_array),
        cmocka_unit_test(numbers_texts_in_order),
        cmocka_unit_test(text_never_moves),
        cmocka_unit_test(colliding_texts_stay_apart),
        cmocka_unit_test(hash_depends_on_all_of_its_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
