/* SPDX-License-Identifier: Apache-2.0
 *
 * test_baseline.c -- habits agree with a slow twin that counts texts; what is learned depends
 * neither on the order of records, nor on repeats, nor on where logs were cut between two runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/map.h"
#include "state/baseline.h"
#include "state/habit.h"
#include "support/events.h"
#include "support/random.h"

enum { EVENTS = 3000, LINES = 400 };

static const char *pick(uint64_t *seed, const char *const *list, size_t n)
{
    return list[random_next(seed) % n];
}

#define PICK(seed, list) pick(seed, list, ARRAY_LEN(list))

/* A call of few actors who do a little of everything; later than the one before. */
static event random_event(uint64_t *seed, uint32_t number, arena *a)
{
    static const char *const names[] = {"CreateSnapshot", "RunInstances", "DeleteSnapshot",
                                        "CopySnapshot", "CreateUser"};
    static const char *const who[] = {"a", "b", "c+AKIA1", "Ops/x", "Ops/y"};
    static const char *const regions[] = {"eu-west-1", "us-east-1", ""};
    static const char *const addresses[] = {
        "192.0.2.1",       "192.0.2.2", "198.51.100.1", "2001:db8::1", "2001:db8:0:5::1",
        "x.amazonaws.com", ""};
    static const char *const tools[] = {"aws-cli/2", "Boto3/1 x", "curl", ""};
    static const char *const types[] = {"m5.large", "m5.xlarge", "p4d.24xlarge", ""};
    static const char *const accounts[] = {"111122223333", "444455556666", ""};
    char refs[96];
    snprintf(refs, sizeof refs, "created snapshot s%u; parent volume v%u", number,
             (unsigned)(random_next(seed) % 5));
    const call c = {(int64_t)number * 1800,
                    PICK(seed, names),
                    PICK(seed, who),
                    "",
                    "",
                    random_next(seed) % 4 ? OUTCOME_SUCCESS : OUTCOME_DENIED};
    call with_refs = c;
    with_refs.refs = arena_printf(a, "%s", refs).p;
    event e = events_make(&with_refs, number, a);
    e.field[FIELD_region] = str_of(PICK(seed, regions));
    e.field[FIELD_src_ip] = str_of(PICK(seed, addresses));
    e.field[FIELD_user_agent] = str_of(PICK(seed, tools));
    e.field[FIELD_instance_type] = str_of(PICK(seed, types));
    e.field[FIELD_image] = str_of(PICK(seed, types));
    e.field[FIELD_account] = str_of(PICK(seed, accounts));
    return e;
}

/* ---- the slow twin --------------------------------------------------------------------------- */

/* Counts by text: "whom|habit|value" is how often, "whom|habit|" how many values. */
typedef struct twin {
    intern texts;
    uint32_t count[EVENTS * 40];
} twin;

static uint32_t *twin_at(twin *t, str whom, const char *what, str value)
{
    char text[512];
    int n = snprintf(text, sizeof text, "%.*s|%s|%.*s", (int)whom.n, whom.p, what, (int)value.n,
                     value.p);
    assert_true(n > 0 && (size_t)n < sizeof text);
    uint32_t id = intern_id(&t->texts, (str){text, (size_t)n});
    assert_true(id > 0 && id < ARRAY_LEN(t->count));
    return &t->count[id];
}

static bool is_effective(const event *e)
{
    return e->outcome == OUTCOME_SUCCESS;
}

static bool has_part(const event *e, uint8_t total)
{
    str name = str_of(operation_at(e->operation)->name);
    if (total == TOTAL_ACTOR_COPIES || total == TOTAL_ACCOUNT_COPIES)
        return is_effective(e) && (str_is(name, "CreateSnapshot") || str_is(name, "CopySnapshot"));
    return total != TOTAL_ACCOUNT_LAUNCHES || (is_effective(e) && str_is(name, "RunInstances"));
}

static void check_habit(twin *t, const event *e, habit h, const habits *known)
{
    AUTO(arena) a = {0};
    const habit_info *info = habit_describe(h);
    str whom = e->field[info->is_of_account ? FIELD_account : FIELD_actor_arn];
    str value = habit_text(e, h, &a);
    bool has = whom.n > 0 && value.n > 0 && has_part(e, info->total);
    assert_int_equal(known->key[h] != 0, has);
    if (!has)
        return;
    uint32_t *n = twin_at(t, whom, info->name, value);
    uint32_t *values = twin_at(t, whom, info->name, STR(""));
    assert_int_equal(known->n[h], *n);
    if (*n < HABIT_OFTEN)
        assert_int_equal(known->values[h], *values);
    *values += *n == 0;
    ++*n;
}

static void check_total(twin *t, const event *e, uint8_t total, const habits *known)
{
    char name[16];
    bool is_of_account = total >= TOTAL_ACCOUNT_CALLS;
    str whom = e->field[is_of_account ? FIELD_account : FIELD_actor_arn];
    if (whom.n == 0 || !has_part(e, total))
        return;
    snprintf(name, sizeof name, "%u", total);
    uint32_t *n = twin_at(t, whom, name, STR("total"));
    assert_int_equal(known->total[total], *n);
    ++*n;
}

static void habits_agree_with_the_twin(void **unused)
{
    (void)unused;
    AUTO(baseline) b = {0};
    AUTO(arena) a = {0};
    twin *t = calloc(1, sizeof *t);
    uint64_t seed = 11;
    assert_non_null(t);
    for (uint32_t i = 1; i <= EVENTS; i++) {
        habits known;
        event e = random_event(&seed, i, &a);
        assert_true(habit_meet(&b, &e, &known));
        for (unsigned k = 0; k < TOTAL_COUNT; k++)
            check_total(t, &e, (uint8_t)k, &known);
        for (int h = 0; h < HABIT_COUNT; h++)
            check_habit(t, &e, (habit)h, &known);
    }
    intern_done(&t->texts);
    free(t);
}

/* ---- two runs -------------------------------------------------------------------------------- */

/* Learns events from..to of the sequence, beginning with what `known` says. */
static void learn(uint32_t from, uint32_t to, str known, buf *out)
{
    AUTO(baseline) b = {0};
    AUTO(arena) a = {0};
    uint64_t seed = 11;
    if (known.n > 0)
        assert_null(baseline_load(&b, known));
    for (uint32_t i = 1; i <= to; i++) {
        habits unused;
        event e = random_event(&seed, i, &a);
        if (i >= from)
            assert_true(habit_meet(&b, &e, &unused));
    }
    baseline_settle(&b);
    assert_true(baseline_save(&b, out));
}

static void check_two_runs(uint32_t cut, uint32_t overlap)
{
    AUTO(buf) whole = {0};
    AUTO(buf) half = {0};
    AUTO(buf) both = {0};
    learn(1, EVENTS, STR_NONE, &whole);
    learn(1, cut, STR_NONE, &half);
    learn(cut + 1 - overlap, EVENTS, buf_str(&half), &both);
    assert_int_equal(both.n, whole.n);
    assert_memory_equal(both.p, whole.p, whole.n);
}

static void two_runs_learn_what_one_learns(void **unused)
{
    (void)unused;
    static const uint32_t cuts[] = {1, 2, 700, EVENTS / 2, EVENTS - 1};
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        check_two_runs(cuts[i], 0);
        check_two_runs(cuts[i], 1);
    }
    check_two_runs(EVENTS / 2, EVENTS / 4);
}

/* Learns those events of the sequence for which is_late is as said. */
static void learn_some(bool is_late, str known, baseline *b)
{
    enum { CUT = EVENTS / 2, LATEST = 40 }; /* of half an hour each: less than a day */
    AUTO(arena) a = {0};
    uint64_t seed = 11, chance = 3;
    assert_true(known.n == 0 || !baseline_load(b, known));
    for (uint32_t i = 1; i <= EVENTS; i++) {
        habits unused;
        event e = random_event(&seed, i, &a);
        bool comes_late = i > CUT || (i > CUT - LATEST && random_next(&chance) % 2);
        if (comes_late == is_late)
            assert_true(habit_meet(b, &e, &unused));
    }
    baseline_settle(b);
}

static void check_counts(const baseline *some, const baseline *others)
{
    for (size_t i = 0; i < some->cap; i++) {
        const baseline_cell *c = &some->cells[i];
        const baseline_cell *other = baseline_find(others, c->key);
        if (c->key && c->count > 0)
            assert_int_equal(other ? other->count : 0, c->count);
    }
}

/* What came a few hours late is learned by the next run. */
static void late_calls_are_learned_too(void **unused)
{
    (void)unused;
    AUTO(buf) whole = {0};
    AUTO(buf) first = {0};
    AUTO(baseline) all = {0};
    AUTO(baseline) half = {0};
    AUTO(baseline) both = {0};
    learn(1, EVENTS, STR_NONE, &whole);
    assert_null(baseline_load(&all, buf_str(&whole)));
    learn_some(false, STR_NONE, &half);
    assert_true(baseline_save(&half, &first));
    learn_some(true, buf_str(&first), &both);
    assert_int_equal(both.known_already, 0);
    check_counts(&all, &both);
    check_counts(&both, &all);
}

/* ---- the engine ------------------------------------------------------------------------------ */

static void put_line(buf *out, unsigned i)
{
    buf_printf(out,
               "{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-01-%02uT%02u:%02u:00Z\","
               "\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"%s\",\"awsRegion\":\"%s\","
               "\"sourceIPAddress\":\"192.0.%u.7\",\"userAgent\":\"aws-cli/2\","
               "\"eventID\":\"00000000-0000-4000-8000-%012u\",\"eventType\":\"AwsApiCall\","
               "\"recipientAccountId\":\"%s\",\"userIdentity\":{\"type\":\"IAMUser\","
               "\"principalId\":\"AIDA%u\",\"arn\":\"arn:aws:iam::1:user/u%u\","
               "\"userName\":\"u%u\"},\"requestParameters\":{\"volumeId\":\"vol-%u\","
               "\"instanceType\":\"m%u.large\"},\"responseElements\":{\"snapshotId\":\"snap-%u\"}}",
               1 + i / 24, i % 24, i * 7 % 60, i % 3 ? "CreateSnapshot" : "RunInstances",
               i % 5 ? "eu-west-1" : "us-east-1", i % 4, i,
               i % 11 ? "111122223333" : "444455556666", i % 6, i % 6, i % 6, i % 9, i % 4, i);
    buf_putc(out, '\n');
}

/* Reads the lines that `order` names, spread over some inputs, and tells what was learned. */
static void read_lines(const uint32_t *order, size_t n, unsigned n_inputs, buf *out)
{
    spoor_engine *engine = NULL;
    char *bytes = NULL;
    size_t n_bytes = 0;
    const spoor_finding *f;
    assert_int_equal(spoor_engine_open(&engine, NULL, NULL), SPOOR_OK);
    for (unsigned input = 0; input < n_inputs; input++) {
        AUTO(buf) text = {0};
        spoor_stream *stream = NULL;
        for (size_t i = input; i < n; i += n_inputs)
            put_line(&text, order[i]);
        assert_int_equal(spoor_stream_open(&stream, engine, "x", NULL, NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_feed(stream, text.p, text.n, NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
    }
    assert_int_equal(spoor_engine_finish(engine, NULL), SPOOR_OK);
    while (spoor_engine_next(engine, &f) == SPOOR_OK)
        continue;
    assert_int_equal(spoor_engine_state(engine, &bytes, &n_bytes, NULL), SPOOR_OK);
    buf_put(out, bytes, n_bytes);
    free(bytes);
    spoor_engine_close(&engine);
}

static void order_and_repeats_teach_nothing(void **unused)
{
    (void)unused;
    enum { REPEATS = LINES / 3 };
    uint32_t order[LINES + REPEATS];
    uint64_t seed = 5;
    AUTO(buf) wanted = {0};
    for (uint32_t i = 0; i < LINES; i++)
        order[i] = i;
    read_lines(order, LINES, 1, &wanted);
    assert_true(wanted.n > 1000);
    for (unsigned round = 0; round < 20; round++) {
        AUTO(buf) got = {0};
        for (size_t i = 0; i < REPEATS; i++)
            order[LINES + i] = (uint32_t)(random_next(&seed) % LINES);
        for (uint32_t i = 0; i < LINES; i++)
            order[i] = i;
        for (size_t i = ARRAY_LEN(order); i > 1; i--) {
            size_t k = random_next(&seed) % i;
            uint32_t other = order[i - 1];
            order[i - 1] = order[k];
            order[k] = other;
        }
        read_lines(order, ARRAY_LEN(order), 1 + round % 5, &got);
        assert_int_equal(got.n, wanted.n);
        assert_memory_equal(got.p, wanted.p, wanted.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(habits_agree_with_the_twin),
        cmocka_unit_test(two_runs_learn_what_one_learns),
        cmocka_unit_test(late_calls_are_learned_too),
        cmocka_unit_test(order_and_repeats_teach_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
