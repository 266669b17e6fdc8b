/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_oom.c -- one allocation of a whole run fails: the run says so, or its output is complete.
 *
 *  (1) The first allocations fail one by one, later ones by leaps that grow, so that the test is
 *      quick and still reaches every part of a run.
 *  (2) Leaks are found by LeakSanitizer at exit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support/failing_alloc.h"
#include "support/story.h"

/* Grows enough beforehand that the test's own writing never needs memory. Returns whether an
 * allocation failed. */
static bool read_whole(const story *s, size_t fail_at, spoor_status *ret_status, buf *out)
{
    buf_reset(out);
    assert_true(buf_reserve(out, 4u << 20));
    failing_alloc_at(fail_at);
    *ret_status = story_read(s, &(story_way){0}, out);
    bool has_failed = failing_alloc_end();
    buf_putc(out, '\0');
    assert_false(out->failed);
    return has_failed;
}

static void run(const story *s)
{
    AUTO(buf) wanted = {0};
    AUTO(buf) got = {0};
    spoor_status status;
    read_whole(s, 0, &status, &wanted);
    assert_int_equal(status, SPOOR_OK);
    bool has_failed = true;
    for (size_t i = 1; has_failed; i += 1 + i / 200) {
        has_failed = read_whole(s, i, &status, &got);
        if (has_failed && status == SPOOR_ENOMEM)
            continue;
        if (status != SPOOR_OK || strcmp(got.p, wanted.p) != 0)
            print_error("allocation %zu failed\n", i);
        assert_int_equal(status, SPOOR_OK);
        assert_string_equal(got.p, wanted.p);
    }
}

static void a_story_survives(void **state)
{
    (void)state;
    AUTO(story) s = {0};
    story_add_attack(&s);
    story_add_traffic(&s, 2, 20);
    assert_false(s.failed);
    run(&s);
}

static void chains_survive(void **state)
{
    (void)state;
    AUTO(story) s = {0};
    story_add_attack(&s);
    story_add_chains(&s);
    assert_false(s.failed);
    run(&s);
}

static void samples_survive(void **state)
{
    (void)state;
    AUTO(story) s = {0};
    story_add_samples(&s);
    assert_false(s.failed);
    run(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_survives),
        cmocka_unit_test(chains_survive),
        cmocka_unit_test(samples_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
