/* SPDX-License-Identifier: Apache-2.0
 *
 * test_relay.c -- slots come filled, each once, in order, and never further ahead than there are.
 */
#include "base/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/lent.h"

enum { SLOTS = 3 };

typedef struct counter {
    unsigned slots[SLOTS];
    unsigned n, last; /* the next to be written; after which there is no more */
    atomic_uint taken;
    atomic_bool is_too_far; /* a slot was filled that the reader had not given back */
} counter;

static bool fill(void *user, size_t slot)
{
    counter *c = user;
    if (c->n >= atomic_load(&c->taken) + SLOTS)
        atomic_store(&c->is_too_far, true);
    c->slots[slot] = c->n;
    return c->n++ < c->last;
}

static void all_come_in_order(void **unused)
{
    (void)unused;
    for (unsigned last = 0; last < 2000; last += 1 + last * 3) {
        lent l = {0};
        counter c = {.last = last};
        const relay_helper helper = {&l, lent_start, lent_join};
        relay *r = relay_new(SLOTS, fill, &c, &helper);
        assert_non_null(r);
        for (unsigned i = 0; i <= last; i++) {
            assert_int_equal(c.slots[relay_take(r)], i);
            atomic_store(&c.taken, i + 1);
            relay_give_back(r);
        }
        relay_free(r);
        assert_int_equal(l.joined, 1);
        assert_int_equal(c.n, last + 1);
        assert_false(atomic_load(&c.is_too_far));
    }
}

/* The helper waits for room then, or has not even begun. */
static void a_reader_may_stop_anywhere(void **unused)
{
    (void)unused;
    for (unsigned read = 0; read < 5; read++) {
        lent l = {0};
        counter c = {.last = 1000};
        const relay_helper helper = {&l, lent_start, lent_join};
        relay *r = relay_new(SLOTS, fill, &c, &helper);
        for (unsigned i = 0; i < read; i++) {
            assert_int_equal(c.slots[relay_take(r)], i);
            atomic_store(&c.taken, i + 1);
            relay_give_back(r);
        }
        relay_free(r);
        assert_int_equal(l.joined, 1);
        assert_true(c.n <= read + SLOTS);
    }
}

static void without_a_helper_there_is_no_relay(void **unused)
{
    (void)unused;
    counter c = {0};
    lent busy = {.is_refused = true};
    const relay_helper nobody = {0}, refused = {&busy, lent_start, lent_join};
    assert_null(relay_new(SLOTS, fill, &c, &nobody));
    assert_null(relay_new(SLOTS, fill, &c, &refused));
    assert_int_equal(busy.joined, 0);
    relay_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_come_in_order),
        cmocka_unit_test(a_reader_may_stop_anywhere),
        cmocka_unit_test(without_a_helper_there_is_no_relay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
