/* SPDX-License-Identifier: Apache-2.0
 *
 * test_fold.c -- records of one action become one event: repeats, addenda, phases, views; and the
 * queue's order, waiting time and limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/limits.h"
#include "order/fold.h"
#include "support/events.h"

static const char *const names[] = {"b.json", "a.json", "c.json"};

/* One record. Records with the same `uid` are equal; with the same `action` one action. */
typedef struct record {
    int64_t at_s;
    const char *uid;
    const char *action; /* NULL: none */
    uint8_t phase;
    uint8_t outcome;
    const char *refs;
    const char *fields;
    uint32_t file, number;
    enum { PLAIN, UPDATE, VIEW } kind;
} record;

static event make(const record *r, arena *a)
{
    const call c = {r->at_s, "RunInstances", "alice", r->refs, r->fields, r->outcome};
    event e = events_make(&c, r->number, a);
    e.field[FIELD_uid] = str_of(r->uid);
    e.uid_hash = hash_str(e.field[FIELD_uid], 1);
    e.fold_hash = r->action ? hash_str(str_of(r->action), 2) : 0;
    e.phase = r->phase;
    e.file = r->file;
    e.is_update = r->kind == UPDATE;
    e.is_shared_view = r->kind == VIEW;
    return e;
}

/* One line for each event: "at outcome phase source refs fields…". */
static void tell(const event *e, buf *out)
{
    buf_printf(out, "%lld %s %s %s:%u", (long long)((e->time_ns - EVENTS_START) / TIME_SECOND),
               outcome_text(e->outcome), phase_text(e->phase), names[e->file], e->record);
    for (size_t i = 0; i < e->n_refs; i++)
        buf_printf(out, " %s=%.*s", relation_text(e->refs[i].relation), (int)e->refs[i].id.n,
                   e->refs[i].id.p);
    if (e->field[FIELD_user_agent].n > 0)
        buf_printf(out, " ua=%.*s", (int)e->field[FIELD_user_agent].n,
                   e->field[FIELD_user_agent].p);
    buf_putc(out, '\n');
}

static void push(fold *f, const event *e)
{
    AUTO(buf) packed = {0};
    event_pack(e, &packed);
    assert_true(fold_push(f, &(sorter_item){.time_ns = e->time_ns,
                                            .uid_hash = e->uid_hash,
                                            .packed = event_packed_parts(buf_str(&packed))}));
}

static void drain(fold *f, buf *out)
{
    const event *e;
    while (fold_next(f, &e))
        tell(e, out);
    assert_false(fold_failed(f));
}

/* All records in the order given, through fold. */
static fold_count run(const record *records, size_t n, buf *out)
{
    AUTO(arena) a = {0};
    fold *f = fold_new(names);
    assert_non_null(f);
    for (size_t i = 0; i < n; i++) {
        event e = make(&records[i], &a);
        push(f, &e);
        drain(f, out);
    }
    assert_true(fold_finish(f));
    drain(f, out);
    fold_count count = fold_counts(f);
    fold_free(f);
    return count;
}

enum { RECORDS_MAX = 4 };

typedef struct trial {
    const char *name;
    record records[RECORDS_MAX];
    const char *events;
    uint64_t duplicates, folded;
} trial;

#define START PHASE_START, OUTCOME_PENDING
#define ACCEPT PHASE_ACCEPT, OUTCOME_PENDING
#define GOOD_END PHASE_END, OUTCOME_SUCCESS
#define BAD_END PHASE_END, OUTCOME_FAILED
#define WHOLE PHASE_COMPLETE, OUTCOME_SUCCESS
#define BODY "created instance vm; parent image img"

/* clang-format off */
static const trial trials[] = {
    {"different records stay apart",
     {{0, "u1", NULL, WHOLE, "", "", 0, 1, PLAIN}, {1, "u2", NULL, WHOLE, "", "", 0, 2, PLAIN}},
     "0 success complete b.json:1\n1 success complete b.json:2\n", 0, 0},
    {"the same time is not the same record",
     {{0, "u1", NULL, WHOLE, "", "", 0, 1, PLAIN}, {0, "u2", NULL, WHOLE, "", "", 0, 2, PLAIN}},
     "0 success complete b.json:1\n0 success complete b.json:2\n", 0, 0},
    {"a repeat is kept once, by name of the file, then by number",
     {{0, "u1", NULL, WHOLE, "", "", 0, 1, PLAIN}, {0, "u1", NULL, WHOLE, "", "", 1, 9, PLAIN}, {0, "u1", NULL, WHOLE, "", "", 1, 5, PLAIN}},
     "0 success complete a.json:5\n", 2, 0},
    {"an addendum's fields win, its source does not",
     {{0, "u1", NULL, WHOLE, BODY, "user_agent=old", 0, 1, PLAIN}, {0, "u1", NULL, WHOLE, "", "user_agent=new", 1, 2, UPDATE}},
     "0 success complete b.json:1 created=vm parent=img ua=new\n", 1, 0},
    {"an addendum and a repeat of the original",
     {{0, "u1", NULL, WHOLE, BODY, "user_agent=old", 0, 7, PLAIN}, {0, "u1", NULL, WHOLE, "", "user_agent=new", 1, 2, UPDATE},
      {0, "u1", NULL, WHOLE, BODY, "user_agent=old", 0, 3, PLAIN}},
     "0 success complete b.json:3 created=vm parent=img ua=new\n", 2, 0},
    {"an addendum whose original is not in the logs",
     {{0, "u1", NULL, WHOLE, BODY, "user_agent=new", 0, 7, UPDATE}},
     "0 success complete b.json:7 created=vm parent=img ua=new\n", 0, 0},
    {"start, accept, success",
     {{0, "u1", "op", START, "created instance vm", "", 0, 1, PLAIN}, {1, "u2", "op", ACCEPT, BODY, "", 0, 2, PLAIN}, {9, "u3", "op", GOOD_END, "created instance vm", "", 0, 3, PLAIN}},
     "0 success complete b.json:2 created=vm parent=img\n", 0, 2},
    {"a failed end",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {9, "u3", "op", BAD_END, "", "", 0, 3, PLAIN}},
     "0 failed complete b.json:1\n", 0, 1},
    {"no end within the time: pending, and what comes later is another action",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {1801, "u3", "op", GOOD_END, "", "", 0, 3, PLAIN}},
     "0 pending start b.json:1\n1801 success end b.json:3\n", 0, 0},
    {"an end at the last moment",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {1800, "u3", "op", GOOD_END, "", "", 0, 3, PLAIN}},
     "0 success complete b.json:1\n", 0, 1},
    {"an operation's first and last entry: the last names the new instance",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {60, "u2", "op", GOOD_END, BODY, "", 0, 2, PLAIN}},
     "0 success complete b.json:2 created=vm parent=img\n", 0, 1},
    {"parts of a split entry",
     {{0, "u1", "op", PHASE_PART, OUTCOME_SUCCESS, "created instance vm", "", 0, 1, PLAIN}, {0, "u2", "op", PHASE_PART, OUTCOME_SUCCESS, "parent image img", "", 0, 2, PLAIN}},
     "0 success part b.json:1 created=vm parent=img\n", 0, 1},
    {"views of two accounts",
     {{0, "u1", "shared", WHOLE, BODY, "", 0, 1, VIEW}, {2, "u2", "shared", WHOLE, BODY, "user_agent=x", 0, 2, VIEW}},
     "0 success complete b.json:1 created=vm parent=img ua=x\n", 0, 1},
    {"the view of the caller's own account knows him best",
     {{0, "u1", "shared", WHOLE, BODY, "actor_account=999|user_agent=x", 0, 1, VIEW}, {2, "u2", "shared", WHOLE, BODY, "actor_account=" EVENTS_ACCOUNT "|user_agent=y", 0, 2, VIEW}},
     "0 success complete b.json:1 created=vm parent=img ua=y\n", 0, 1},
    {"views that lie further apart than a minute are two",
     {{0, "u1", "shared", WHOLE, "", "", 0, 1, VIEW}, {61, "u2", "shared", WHOLE, "", "", 0, 2, VIEW}},
     "0 success complete b.json:1\n61 success complete b.json:2\n", 0, 0},
    {"what comes behind a waiting action waits with it",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {1, "u9", NULL, WHOLE, "", "", 0, 2, PLAIN}, {9, "u3", "op", GOOD_END, "", "", 0, 3, PLAIN}},
     "0 success complete b.json:1\n1 success complete b.json:2\n", 0, 1},
    {"a failure stays, though a later record says success",
     {{0, "u1", "op", START, "", "", 0, 1, PLAIN}, {1, "u2", "op", BAD_END, "", "", 0, 2, PLAIN}, {1, "u3", "op", GOOD_END, "", "", 0, 3, PLAIN}},
     "0 failed complete b.json:1\n", 0, 2},
};
/* clang-format on */

static size_t count_records(const trial *t)
{
    size_t n = 0;
    while (n < RECORDS_MAX && t->records[n].uid)
        n++;
    return n;
}

static void test_records_become_events(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(buf) out = {0};
        size_t n = count_records(t);
        print_message("# %s\n", t->name);
        fold_count c = run(t->records, n, &out);
        buf_putc(&out, '\0');
        assert_string_equal(out.p, t->events);
        assert_int_equal(c.duplicates, t->duplicates);
        assert_int_equal(c.folded, t->folded);
        assert_int_equal(c.events, n - t->duplicates - t->folded);
        assert_int_equal(c.known, c.events);
        assert_int_equal(c.early, 0);
    }
}

/* All orders of up to four records that the sorter may give: those with equal keys, or equal times.
 * */
static void check_orders(const record *records, size_t n, const char *expected)
{
    size_t orders = 1;
    for (size_t i = 2; i <= n; i++)
        orders *= i;
    for (size_t k = 0; k < orders; k++) {
        record mixed[RECORDS_MAX];
        AUTO(buf) out = {0};
        size_t code = k;
        memcpy(mixed, records, n * sizeof *mixed);
        for (size_t i = n; i > 1; i--) {
            record swap = mixed[i - 1];
            mixed[i - 1] = mixed[code % i];
            mixed[code % i] = swap;
            code /= i;
        }
        run(mixed, n, &out);
        buf_putc(&out, '\0');
        assert_string_equal(out.p, expected);
    }
}

static void test_arrival_order_of_equal_records_does_not_matter(void **unused)
{
    /* clang-format off */
    static const record equal[] = {
        {0, "u1", NULL, WHOLE, BODY, "user_agent=old", 0, 7, PLAIN}, {0, "u1", NULL, WHOLE, BODY, "user_agent=old", 1, 9, PLAIN},
        {0, "u1", NULL, WHOLE, "", "user_agent=new", 2, 2, UPDATE}, {0, "u1", NULL, WHOLE, "", "user_agent=old", 0, 3, PLAIN},
    };
    /* clang-format on */
    (void)unused;
    check_orders(equal, 4, "0 success complete a.json:9 created=vm parent=img ua=new\n");
}

static void test_phases_of_one_second_come_in_any_order(void **unused)
{
    /* clang-format off */
    static const record good[] = {
        {0, "u1", "op", START, "", "", 0, 1, PLAIN}, {0, "u2", "op", ACCEPT, BODY, "", 0, 2, PLAIN}, {0, "u3", "op", GOOD_END, "", "", 0, 3, PLAIN},
    };
    static const record bad[] = {
        {0, "u1", "op", START, "", "", 0, 1, PLAIN}, {0, "u2", "op", ACCEPT, BODY, "", 0, 2, PLAIN}, {0, "u3", "op", BAD_END, "", "", 0, 3, PLAIN},
    };
    /* clang-format on */
    (void)unused;
    check_orders(good, 3, "0 success complete b.json:2 created=vm parent=img\n");
    check_orders(bad, 3, "0 failed complete b.json:2 created=vm parent=img\n");
}

/* More actions wait than may: the oldest leave early, none is lost, and the order stays. */
static void test_overflow_of_the_queue_is_counted(void **unused)
{
    enum { EXTRA = 10 };
    AUTO(arena) a = {0};
    const event *out;
    uint32_t left = 0;
    (void)unused;
    fold *f = fold_new(names);
    for (uint32_t i = 0; i < LIMIT_FOLD_HELD + EXTRA; i++) {
        const record r = {0, "u", "op", START, "", "", 0, i + 1, PLAIN};
        event e = make(&r, &a);
        e.uid_hash = e.fold_hash = i + 1;
        push(f, &e);
        for (; fold_next(f, &out); left++)
            assert_int_equal(out->record, left + 1);
        arena_reset(&a);
    }
    assert_true(fold_finish(f));
    assert_int_equal(left, EXTRA - 1); /* the last record is still being compared with the next */
    for (; fold_next(f, &out); left++)
        assert_int_equal(out->record, left + 1);
    assert_int_equal(left, LIMIT_FOLD_HELD + EXTRA);
    assert_int_equal(fold_counts(f).early, EXTRA - 1);
    fold_free(f);
}

static void test_freed_with_events_inside(void **unused)
{
    AUTO(arena) a = {0};
    const record r[] = {{0, "u1", "op", START, "", "", 0, 1, PLAIN},
                        {1, "u2", NULL, WHOLE, "", "", 0, 2, PLAIN}};
    (void)unused;
    fold *f = fold_new(names);
    for (size_t i = 0; i < ARRAY_LEN(r); i++) {
        event e = make(&r[i], &a);
        push(f, &e);
    }
    fold_free(f);
    fold_free(NULL);
}

/* The text that is traced may stand in one record of an action only. */
static void test_an_action_is_a_mention_when_a_record_of_it_is(void **unused)
{
    static const record phases[] = {
        {0, "u1", "op", START, "created instance i", "", 0, 1, PLAIN},
        {1, "u2", "op", GOOD_END, "created instance i", "", 0, 2, PLAIN},
    };
    (void)unused;
    for (size_t named = 0; named <= ARRAY_LEN(phases); named++) {
        AUTO(arena) a = {0};
        const event *folded;
        fold *f = fold_new(names);
        assert_non_null(f);
        for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
            event e = make(&phases[i], &a);
            e.is_mention = i == named;
            push(f, &e);
        }
        assert_true(fold_finish(f));
        assert_true(fold_next(f, &folded));
        assert_int_equal(folded->is_mention, named < ARRAY_LEN(phases));
        assert_int_equal(fold_counts(f).folded, 1);
        fold_free(f);
    }
}

/* Of a mention without a row the name is kept; it is known no more for that. */
static void test_a_mention_without_a_row_goes_on(void **unused)
{
    event e = {.time_ns = EVENTS_START, .uid_hash = 5, .is_mention = true};
    const event *out;
    fold *f = fold_new(names);
    (void)unused;
    assert_non_null(f);
    e.field[FIELD_operation] = STR("DescribeImages");
    push(f, &e);
    assert_true(fold_finish(f));
    assert_true(fold_next(f, &out));
    assert_true(out->is_mention && str_is(out->field[FIELD_operation], "DescribeImages"));
    assert_int_equal(fold_counts(f).events, 1);
    assert_int_equal(fold_counts(f).known, 0);
    fold_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_become_events),
        cmocka_unit_test(test_arrival_order_of_equal_records_does_not_matter),
        cmocka_unit_test(test_phases_of_one_second_come_in_any_order),
        cmocka_unit_test(test_overflow_of_the_queue_is_counted),
        cmocka_unit_test(test_freed_with_events_inside),
        cmocka_unit_test(test_an_action_is_a_mention_when_a_record_of_it_is),
        cmocka_unit_test(test_a_mention_without_a_row_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
