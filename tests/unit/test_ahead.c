/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ahead.c -- what a helper prepares is what the sequence gives without one, and a helper is
 * stopped wherever its reader stops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"
#include "order/ahead.h"
#include "support/events.h"
#include "support/lent.h"
#include "support/random.h"
#include "support/space.h"

enum { LANES = 2 };

static const char *const names[] = {"a.json", "b.json"};

/* ---- a thread to lend ------------------------------------------------------------------------ */

static relay_helper lend(lent *l)
{
    return (relay_helper){l, lent_start, lent_join};
}

/* ---- what is read ---------------------------------------------------------------------------- */

typedef struct input {
    size_t items;
    size_t run_bytes; /* 0: nothing is spilled */
    bool has_steps;
    size_t most_text;
} input;

typedef struct filled {
    sequence_lane lanes[LANES];
    space space;
    sequence_options options;
} filled;

static void filled_done(filled *f)
{
    for (size_t i = 0; i < LANES; i++) {
        sorter_free(f->lanes[i].sorter);
        repeats_free(f->lanes[i].counted);
    }
    space_done(&f->space);
}

static void add_match(sorter *s, int64_t time_ns, uint64_t key)
{
    char text[32];
    int n = snprintf(text, sizeof text, "match %u", (unsigned)key);
    assert_int_equal(sorter_add_match(s, time_ns, key, (str){text, (size_t)n}), SORTER_OK);
}

/* Calls of which some come twice, phases, calls without a row, and a match for every fifth. */
static void fill(filled *f, const input *in)
{
    AUTO(buf) text = {0};
    uint64_t seed = 11;
    sorter_spill spill = space_lend(&f->space);
    if (in->run_bytes == 0)
        spill = (sorter_spill){0};
    for (size_t i = 0; i < in->most_text; i++)
        buf_putc(&text, (char)('a' + i % 26));
    size_t run_bytes = in->run_bytes ? in->run_bytes : 1 << 24;
    for (size_t i = 0; i < LANES; i++) {
        assert_non_null(f->lanes[i].sorter = sorter_new(run_bytes, &spill));
        assert_non_null(f->lanes[i].counted = repeats_new(&spill));
    }
    for (size_t i = 0; i < in->items; i++) {
        uint64_t r = random_next(&seed);
        const str agent = str_upto(buf_str(&text), (size_t)(r >> 20) % (text.n + 1));
        const event_ref ref = {.id = STR("i-1"),
                               .path = STR("requestParameters.instanceId"),
                               .relation = RELATION_TARGET,
                               .type = ENTITY_INSTANCE};
        event e = {.time_ns = (int64_t)(r % 500) * TIME_SECOND,
                   .uid_hash = 1 + (r >> 16) % 7,
                   .fold_hash = r % 3 ? 0 : 1 + r % 5,
                   .phase = r % 3 ? PHASE_COMPLETE : PHASE_START,
                   .record = (uint32_t)i + 1,
                   .file = (uint32_t)(i % LANES),
                   .operation = r % 4 ? events_operation("StopInstances") : OPERATION_NONE,
                   .refs = &ref,
                   .n_refs = 1};
        e.field[FIELD_user_agent] = agent;
        e.field[FIELD_actor_arn] = STR("arn:aws:iam::111122223333:user/ann");
        const sequence_lane *lane = &f->lanes[i % LANES];
        assert_int_equal(repeats_add(lane->counted, e.time_ns, e.uid_hash), SORTER_OK);
        if (e.operation != OPERATION_NONE)
            assert_int_equal(sorter_add(lane->sorter, &e), SORTER_OK);
        if (i % 5 == 0)
            add_match(lane->sorter, e.time_ns, r % 100);
    }
    f->options = (sequence_options){
        .lanes = f->lanes, .n_lanes = LANES, .names = names, .has_steps = in->has_steps};
}

static void put_item(const sequence_item *item, buf *out)
{
    if (item->is_match) {
        buf_printf(out, "%lld %llu ", (long long)item->time_ns, (unsigned long long)item->key);
        buf_putstr(out, item->match);
    } else {
        buf_printf(out, "event %lld ", (long long)item->event->time_ns);
        event_pack(item->event, out);
    }
    buf_putc(out, '\n');
}

/* Everything to the end, as bytes; returns the status that ended it. */
static sorter_status read_all(const filled *f, const relay_helper *helper, buf *out,
                              fold_count *ret_counts)
{
    ahead *a = NULL;
    sequence_item item;
    sorter_status status = ahead_new(&f->options, helper, &a);
    if (status != SORTER_OK)
        return status;
    while ((status = ahead_next(a, &item)) == SORTER_OK)
        put_item(&item, out);
    assert_int_equal(ahead_next(a, &item), status); /* and stays so */
    *ret_counts = ahead_counts(a);
    ahead_free(a);
    return status;
}

/* clang-format off */
static const input inputs[] = {
    {0,    0,     false, 10},
    {1,    0,     false, 10},
    {127,  0,     false, 10},
    {128,  0,     true,  10},
    {5000, 0,     false, 40},
    {5000, 0,     true,  40},
    {5000, 20000, false, 40},
    {300,  20000, true,  90000}, /* a batch of few */
};
/* clang-format on */

/* ---- tests ----------------------------------------------------------------------------------- */

static void helped_is_unhelped(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        CLEANUP(filled_done) filled f = {0};
        AUTO(buf) alone = {0};
        AUTO(buf) helped = {0};
        fold_count count_alone, count_helped;
        lent l = {0};
        const relay_helper nobody = {0}, somebody = lend(&l);
        fill(&f, &inputs[i]);
        assert_int_equal(read_all(&f, &nobody, &alone, &count_alone), SORTER_END);
        assert_int_equal(read_all(&f, &somebody, &helped, &count_helped), SORTER_END);
        assert_true(str_eq(buf_str(&alone), buf_str(&helped)));
        assert_memory_equal(&count_alone, &count_helped, sizeof count_alone);
        assert_int_equal(count_alone.events + count_alone.folded + count_alone.duplicates,
                         inputs[i].items);
        assert_int_equal(l.started, 1);
        assert_int_equal(l.joined, 1);
    }
}

/* With steps, a match comes before the calls of its time; both kinds are in time order. */
static void matches_come_before_the_calls_of_their_time(void **unused)
{
    (void)unused;
    CLEANUP(filled_done) filled f = {0};
    lent l = {0};
    const relay_helper helper = lend(&l);
    ahead *a = NULL;
    sequence_item item;
    int64_t last_ns = INT64_MIN, called_ns = INT64_MIN;
    size_t matches = 0, calls = 0;
    fill(&f, &(input){4000, 0, true, 10});
    assert_int_equal(ahead_new(&f.options, &helper, &a), SORTER_OK);
    while (ahead_next(a, &item) == SORTER_OK) {
        if (item.is_match) {
            assert_true(item.time_ns >= last_ns && item.time_ns > called_ns);
            last_ns = item.time_ns;
            matches++;
            continue;
        }
        if (item.event->time_ns > called_ns)
            called_ns = item.event->time_ns;
        calls++;
    }
    ahead_free(a);
    assert_int_equal(matches, 800);
    assert_true(calls > 1000);
}

static void a_helper_that_does_not_come_is_not_needed(void **unused)
{
    (void)unused;
    CLEANUP(filled_done) filled f = {0};
    AUTO(buf) alone = {0};
    AUTO(buf) refused = {0};
    fold_count counts;
    lent l = {.is_refused = true};
    const relay_helper nobody = {0}, busy = lend(&l);
    fill(&f, &inputs[4]);
    assert_int_equal(read_all(&f, &nobody, &alone, &counts), SORTER_END);
    assert_int_equal(read_all(&f, &busy, &refused, &counts), SORTER_END);
    assert_true(str_eq(buf_str(&alone), buf_str(&refused)));
    assert_int_equal(l.joined, 0);
}

static void a_reader_may_stop_anywhere(void **unused)
{
    (void)unused;
    static const size_t stops[] = {0, 1, 128, 129, 700};
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        CLEANUP(filled_done) filled f = {0};
        lent l = {0};
        const relay_helper helper = lend(&l);
        ahead *a = NULL;
        sequence_item item;
        fill(&f, &inputs[4]);
        assert_int_equal(ahead_new(&f.options, &helper, &a), SORTER_OK);
        for (size_t n = 0; n < stops[i]; n++)
            assert_int_equal(ahead_next(a, &item), SORTER_OK);
        ahead_free(a);
        assert_int_equal(l.joined, 1);
    }
    ahead_free(NULL);
}

/* What was read before space failed is given first. */
static void space_that_cannot_be_read_is_told(void **unused)
{
    (void)unused;
    CLEANUP(filled_done) filled f = {0};
    lent l = {0};
    const relay_helper helper = lend(&l);
    ahead *a = NULL;
    sequence_item item;
    sorter_status status;
    size_t n = 0;
    fill(&f, &(input){9000, 400000, false, 3000});
    assert_int_equal(ahead_new(&f.options, &helper, &a), SORTER_OK);
    atomic_store(&f.space.is_unreadable, true);
    while ((status = ahead_next(a, &item)) == SORTER_OK)
        n++;
    assert_int_equal(status, SORTER_SPILL_FAILED);
    assert_true(n < 9000);
    ahead_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helped_is_unhelped),
        cmocka_unit_test(matches_come_before_the_calls_of_their_time),
        cmocka_unit_test(a_helper_that_does_not_come_is_not_needed),
        cmocka_unit_test(a_reader_may_stop_anywhere),
        cmocka_unit_test(space_that_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
