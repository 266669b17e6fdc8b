/* SPDX-License-Identifier: Apache-2.0
 *
 * test_order.c -- in whatever order records stand, and in whichever input, and however many of them
 * come twice: the incidents are the same, but for where their records are found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "support/random.h"
#include "support/story.h"

enum { LINES_MAX = 1000, ROUNDS = 60 };

typedef struct lines {
    str line[LINES_MAX];
    size_t n;
} lines;

static void collect_lines(const story *s, lines *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < s->n; i++) {
        str rest = buf_str(&s->inputs[i].text), line = STR_NONE;
        while (text_next(&rest, '\n', &line)) {
            assert_true(ret->n < LINES_MAX);
            ret->line[ret->n++] = line;
        }
    }
}

static void shuffle(lines *all, uint64_t *seed)
{
    for (size_t i = all->n; i > 1; i--) {
        size_t k = random_next(seed) % i;
        str line = all->line[i - 1];
        all->line[i - 1] = all->line[k];
        all->line[k] = line;
    }
}

/* 30 % of the records once more, anywhere. */
static void repeat_some(lines *all, uint64_t *seed)
{
    size_t n = all->n;
    for (size_t i = 0; i < n; i++) {
        if (random_next(seed) % 10 >= 3)
            continue;
        assert_true(all->n < LINES_MAX);
        all->line[all->n++] = all->line[i];
    }
}

/* The records, dealt to inputs whose names say nothing. */
static void deal(const lines *all, uint64_t *seed, story *ret)
{
    buf text[9] = {{0}};
    size_t n_files = 1 + random_next(seed) % ARRAY_LEN(text);
    for (size_t i = 0; i < all->n; i++) {
        buf *to = &text[random_next(seed) % n_files];
        buf_putstr(to, all->line[i]);
        buf_putc(to, '\n');
    }
    for (size_t i = 0; i < n_files; i++) {
        char name[20];
        snprintf(name, sizeof name, "%llx", (unsigned long long)random_next(seed) & 0xffffff);
        story_add(ret, name, NULL, buf_str(&text[i]));
        buf_done(&text[i]);
    }
    assert_false(ret->failed);
}

/* Appends the line without its members `"source":"…"`. */
static void put_without_source(buf *out, str line)
{
    static const char key[] = "\"source\":\"";
    while (line.n > 0) {
        if (!text_starts(line, key)) {
            buf_putc(out, line.p[0]);
            line = str_from(line, 1);
            continue;
        }
        line = str_from(line, sizeof key - 1);
        while (line.n > 0 && line.p[0] != '"')
            line = str_from(line, line.p[0] == '\\' ? 2 : 1);
        line = str_from(line, 1);
    }
    buf_putc(out, '\n');
}

static void read_incidents(const story *s, buf *out)
{
    AUTO(buf) all = {0};
    str line = STR_NONE;
    buf_reset(out);
    assert_int_equal(story_read(s, &(story_way){0}, &all), SPOOR_OK);
    str rest = buf_str(&all);
    while (text_next(&rest, '\n', &line))
        if (text_starts(line, "{\"type\":\"incident\"") || text_starts(line, "{\"type\":\"chain\""))
            put_without_source(out, line);
    buf_putc(out, '\0');
    assert_false(out->failed);
}

static void incidents_do_not_depend_on_order(void **state)
{
    (void)state;
    static lines sorted, all;
    AUTO(story) s = {0};
    AUTO(buf) wanted = {0};
    AUTO(buf) got = {0};
    uint64_t seed = 7;
    story_add_attack(&s);
    story_add_traffic(&s, 3, 60);
    story_add_chains(&s);
    assert_false(s.failed);
    read_incidents(&s, &wanted);
    assert_non_null(strstr(wanted.p, "\"type\":\"incident\""));
    assert_non_null(strstr(wanted.p, "\"title\":\"a copy that a rule matches\""));
    assert_non_null(strstr(wanted.p, "\"title\":\"a copy on a machine\""));
    collect_lines(&s, &sorted);
    for (size_t round = 0; round < ROUNDS; round++) {
        AUTO(story) dealt = {.rules = spoor_ruleset_ref(s.rules)};
        all = sorted;
        if (round % 2 == 1)
            repeat_some(&all, &seed);
        shuffle(&all, &seed);
        deal(&all, &seed, &dealt);
        read_incidents(&dealt, &got);
        assert_string_equal(got.p, wanted.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(incidents_do_not_depend_on_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
