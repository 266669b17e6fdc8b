/* SPDX-License-Identifier: Apache-2.0
 *
 * test_threads.c -- on any number of threads, and with any memory, the output is the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support/story.h"

enum { FILES = 33, RECORDS = 150 }; /* more than two lanes hold of the least memory */

static void make_story(story *s)
{
    story_add_samples(s); /* among them many that are skipped */
    story_add_attack(s);
    story_add_traffic(s, FILES, RECORDS);
    story_add_chains(s);
    assert_false(s->failed);
}

static void read_way(const story *s, const story_way *way, buf *out)
{
    buf_reset(out);
    assert_int_equal(story_read(s, way, out), SPOOR_OK);
    buf_putc(out, '\0');
    assert_false(out->failed);
}

static void output_does_not_depend_on_threads(void **state)
{
    (void)state;
    static const unsigned counts[] = {2, 8, 8, 3, 16};
    AUTO(story) s = {0};
    AUTO(buf) wanted = {0};
    AUTO(buf) got = {0};
    make_story(&s);
    read_way(&s, &(story_way){.n_threads = 1}, &wanted);
    assert_non_null(strstr(wanted.p, "\"type\":\"incident\""));
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        read_way(&s, &(story_way){.n_threads = counts[i]}, &got);
        assert_string_equal(got.p, wanted.p);
    }
}

static void output_does_not_depend_on_memory(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 8};
    AUTO(story) s = {0};
    AUTO(buf) wanted = {0};
    AUTO(buf) got = {0};
    make_story(&s);
    read_way(&s, &(story_way){.n_threads = 1}, &wanted);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        AUTO(story_spill) spill;
        assert_true(story_spill_init(&spill));
        story_way way = {.n_threads = counts[i], .memory_bytes = 1, .spill = &spill};
        read_way(&s, &way, &got);
        assert_string_equal(got.p, wanted.p);
        if (counts[i] == 1)
            assert_true(spill.n_writes > 1);
        way.spill = NULL; /* everything stays in memory, in as many runs */
        read_way(&s, &way, &got);
        assert_string_equal(got.p, wanted.p);
    }
}

static void a_spill_that_fails_is_reported(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        AUTO(story) s = {0};
        AUTO(buf) out = {0};
        AUTO(story_spill) spill;
        make_story(&s);
        assert_true(story_spill_init(&spill));
        spill.refuses_writes = i % 2 == 0;
        spill.refuses_reads = i % 2 == 1;
        story_way way = {.n_threads = i < 2 ? 1 : 2, .memory_bytes = 1, .spill = &spill};
        assert_int_equal(story_read(&s, &way, &out), SPOOR_EIO);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_does_not_depend_on_threads),
        cmocka_unit_test(output_does_not_depend_on_memory),
        cmocka_unit_test(a_spill_that_fails_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
