/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cut.c -- however the input is cut, every finding is the same, the summary included.
 *
 *  (1) Short inputs are cut in two at every byte, longer ones at some; all inputs together into
 *      pieces by chance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support/samples.h"
#include "support/story.h"

enum { SHORT_BYTES = 160, CUTS = 24 };

static void read_way(const story *s, const story_way *way, buf *out)
{
    buf_reset(out);
    assert_int_equal(story_read(s, way, out), SPOOR_OK);
    buf_putc(out, '\0');
    assert_false(out->failed);
}

static void cut_in_two(const sample *from)
{
    AUTO(story) s = {0};
    AUTO(buf) text = {0};
    AUTO(buf) whole = {0};
    AUTO(buf) cut = {0};
    assert_true(sample_make(from, &text));
    size_t step = text.n <= SHORT_BYTES ? 1 : text.n / CUTS;
    story_add(&s, from->name, from->format, buf_str(&text));
    assert_false(s.failed);
    read_way(&s, &(story_way){0}, &whole);
    for (size_t at = 1; at < text.n; at += step) {
        read_way(&s, &(story_way){.first_cut = at}, &cut);
        if (strcmp(cut.p, whole.p) != 0)
            print_error("%s, cut at %zu\n", from->name, at);
        assert_string_equal(cut.p, whole.p);
    }
    read_way(&s, &(story_way){.most = 1}, &cut);
    assert_string_equal(cut.p, whole.p);
}

static void inputs_may_be_cut_in_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count(); i++)
        cut_in_two(sample_at(i));
}

static void inputs_may_be_cut_by_chance(void **state)
{
    (void)state;
    AUTO(story) s = {0};
    AUTO(buf) whole = {0};
    AUTO(buf) cut = {0};
    story_add_samples(&s);
    story_add_attack(&s);
    story_add_traffic(&s, 3, 40);
    story_add_chains(&s);
    assert_false(s.failed);
    read_way(&s, &(story_way){0}, &whole);
    assert_non_null(strstr(whole.p, "\"type\":\"incident\""));
    for (uint64_t round = 1; round <= 40; round++) {
        story_way way = {.most = round % 4 == 0 ? 7 : 40 * round, .seed = round};
        read_way(&s, &way, &cut);
        assert_string_equal(cut.p, whole.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_may_be_cut_in_two),
        cmocka_unit_test(inputs_may_be_cut_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
