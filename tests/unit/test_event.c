/* SPDX-License-Identifier: Apache-2.0
 *
 * test_event.c -- text of fields, order, and that what is packed comes out again.
 */
#include "model/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"
#include "model/operation.h"
#include "support/random.h"

enum { REFS_MAX = 40, POOL = 70000 };

static char pool[POOL]; /* text of random events: every byte value occurs */

static uint64_t next(uint64_t *seed)
{
    return random_next(seed) >> 33;
}

static str random_text(uint64_t *seed)
{
    static const size_t lengths[] = {0, 1, 2, 17, 127, 128, 129, 300, 16383, 16384, 20000};
    size_t n = lengths[next(seed) % (next(seed) % 16 ? 8 : ARRAY_LEN(lengths))];
    return (str){pool + next(seed) % (POOL - n), n};
}

/* Mostly the words of the operation's row, which are packed as their place in it. */
static str random_path(uint64_t *seed, const operation_info *o)
{
    size_t from = next(seed) % (o->refs_n + 1u);
    if (next(seed) % 4 == 0)
        return random_text(seed);
    return str_upto((str){o->refs + from, o->refs_n - from}, next(seed) % (o->refs_n + 1u));
}

static event random_event(uint64_t *seed, event_ref *refs)
{
    event e = {
        .time_ns = next(seed) % 8 ? (int64_t)(next(seed) << 31 | next(seed)) : TIME_NONE,
        .uid_hash = next(seed) << 33 | next(seed),
        .fold_hash = next(seed) % 2 ? next(seed) << 33 | 1 : 0,
        .file = (uint32_t)(next(seed) % 3 ? next(seed) % 200 : UINT32_MAX),
        .record = (uint32_t)next(seed),
        .operation = (uint16_t)(next(seed) % operation_count()),
        .provider = (uint8_t)(next(seed) % PROVIDER_COUNT),
        .outcome = (uint8_t)(next(seed) % OUTCOME_COUNT),
        .phase = (uint8_t)(next(seed) % PHASE_COUNT),
        .is_update = next(seed) % 2,
        .is_shared_view = next(seed) % 2,
        .is_new = next(seed) % 2,
        .is_existing = next(seed) % 2,
    };
    unsigned one_in = next(seed) % 4 ? 9 : 1;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        e.field[f] = next(seed) % one_in ? STR_NONE : random_text(seed);
    if (next(seed) % 2)
        e.field[FIELD_account] = e.field[FIELD_actor_account];
    e.n_refs = next(seed) % 2 ? next(seed) % REFS_MAX : 0;
    e.refs = e.n_refs ? refs : NULL;
    for (size_t i = 0; i < e.n_refs; i++)
        refs[i] = (event_ref){.id = random_text(seed),
                              .path = random_path(seed, operation_at(e.operation)),
                              .relation = (uint8_t)(next(seed) % RELATION_COUNT),
                              .type = (uint8_t)(next(seed) % ENTITY_COUNT),
                              .item = (uint16_t)next(seed)};
    return e;
}

static void assert_same_heads(const event *a, const event *b)
{
    assert_true(a->time_ns == b->time_ns && a->uid_hash == b->uid_hash);
    assert_true(a->fold_hash == b->fold_hash);
    assert_true(a->file == b->file && a->record == b->record);
    assert_true(a->operation == b->operation && a->provider == b->provider);
    assert_true(a->outcome == b->outcome && a->phase == b->phase);
    assert_true(a->is_update == b->is_update && a->is_shared_view == b->is_shared_view);
    assert_true(a->is_new == b->is_new && a->is_existing == b->is_existing);
}

/* What an event says of itself; where it leaves out service and operation, its row says it. */
static str field_of(const event *e, field f)
{
    if (e->field[f].n > 0 || e->operation == OPERATION_NONE)
        return e->field[f];
    if (f == FIELD_service)
        return str_of(operation_at(e->operation)->source);
    return f == FIELD_operation ? str_of(operation_at(e->operation)->name) : STR_NONE;
}

static void assert_same(const event *a, const event *b)
{
    assert_same_heads(a, b);
    for (size_t f = 0; f < FIELD_COUNT; f++)
        assert_true(str_eq(field_of(a, (field)f), b->field[f]));
    assert_int_equal(a->n_refs, b->n_refs);
    for (size_t i = 0; i < a->n_refs; i++) {
        const event_ref *x = &a->refs[i], *y = &b->refs[i];
        assert_true(str_eq(x->id, y->id) && str_eq(x->path, y->path));
        assert_true(x->relation == y->relation && x->type == y->type && x->item == y->item);
    }
}

/* A copy of exactly n bytes, so that a sanitizer sees every read beyond them. */
static char *exact_copy(str s, size_t n)
{
    char *p = malloc(n ? n : 1);
    assert_non_null(p);
    memcpy(p, s.p, n);
    return p;
}

static event_packed parts(const char *p, size_t n)
{
    return event_packed_parts((str){p, n});
}

/* What must hold of a random event and its bytes, which it may change. */
typedef void packed_check(const event *e, buf *packed, uint64_t *seed);

static void check_random(packed_check *check, size_t n_rounds, uint64_t seed)
{
    for (size_t round = 0; round < n_rounds; round++) {
        event_ref refs[REFS_MAX];
        event e = random_event(&seed, refs);
        AUTO(buf) packed = {0};
        event_pack(&e, &packed);
        assert_false(packed.failed);
        check(&e, &packed, &seed);
    }
}

static void comes_out_again(const event *e, buf *packed, uint64_t *seed)
{
    event_ref room[REFS_MAX];
    event got;
    (void)seed;
    char *copy = exact_copy(buf_str(packed), packed->n);
    assert_int_equal(event_packed_refs(parts(copy, packed->n)), e->n_refs);
    assert_true(event_unpack(parts(copy, packed->n), &got, room, e->n_refs));
    assert_same(e, &got);
    free(copy);
}

static void test_packed_events_come_out_again(void **state)
{
    (void)state;
    check_random(comes_out_again, 500, 1);
}

/* The first part is about the caller alone: of two events with one caller it is the same, and goes
 * with the rest of either. */
static void parts_are_independent(const event *e, buf *packed, uint64_t *seed)
{
    event_ref refs[REFS_MAX], room[REFS_MAX];
    event other = random_event(seed, refs), got;
    AUTO(buf) caller = {0};
    AUTO(buf) rest = {0};
    (void)packed;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (event_is_of_caller((field)f))
            other.field[f] = e->field[f];
    event_pack_caller(e, &caller);
    event_pack_rest(&other, &rest);
    const event_packed both = {buf_str(&caller), buf_str(&rest)};
    assert_true(event_unpack(both, &got, room, REFS_MAX));
    assert_same(&other, &got);
    assert_true(event_unpack_fields(both, &got));
    assert_true(str_eq(got.field[FIELD_actor_arn], other.field[FIELD_actor_arn]));
}

static void test_a_caller_goes_with_any_of_his_events(void **state)
{
    (void)state;
    check_random(parts_are_independent, 300, 5);
}

static void test_an_unknown_call_packs_small(void **state)
{
    event e = {.time_ns = 1, .uid_hash = 2, .record = 100, .provider = PROVIDER_AWS};
    AUTO(buf) b = {0};
    (void)state;
    event_pack(&e, &b);
    assert_in_range(b.n, 1, 33);
}

static void test_too_few_refs(void **state)
{
    event_ref refs[3] = {{.id = STR_INIT("i-1")}, {.id = STR_INIT("i-2")}, {.id = STR_INIT("i-3")}};
    event e = {.refs = refs, .n_refs = 3}, got = {.record = 77};
    event_ref room[3];
    AUTO(buf) b = {0};
    (void)state;
    event_pack(&e, &b);
    assert_false(event_unpack(parts(b.p, b.n), &got, room, 2));
    assert_false(event_unpack(parts(b.p, b.n), &got, NULL, 0));
    assert_int_equal(got.record, 77);
    assert_true(event_unpack(parts(b.p, b.n), &got, room, 3));
}

static void is_refused_when_cut(const event *e, buf *packed, uint64_t *seed)
{
    event_ref room[REFS_MAX];
    event got;
    size_t step = packed->n > 2000 ? packed->n / 997 : 1;
    (void)e;
    (void)seed;
    for (size_t n = 0; n < packed->n; n += n < 200 ? 1 : step) {
        char *copy = exact_copy(buf_str(packed), n);
        assert_false(event_unpack(parts(copy, n), &got, room, REFS_MAX));
        assert_true(event_packed_refs(parts(copy, n)) <= n);
        free(copy);
    }
    buf_putc(packed, 0);
    assert_false(event_unpack(parts(packed->p, packed->n), &got, room, REFS_MAX));
}

static void test_every_truncation_is_refused(void **state)
{
    (void)state;
    check_random(is_refused_when_cut, 20, 7);
}

/* Damage may go unnoticed (a letter of a text), but never gives an event out of its bounds. */
static void stays_in_bounds(const event *e, buf *packed, uint64_t *seed)
{
    event_ref room[REFS_MAX];
    event got;
    size_t n = packed->n;
    (void)e;
    packed->p[next(seed) % (next(seed) % 2 ? 40 < n ? 40 : n : n)] ^= (char)(1 + next(seed) % 255);
    char *copy = exact_copy(buf_str(packed), n);
    if (event_unpack(parts(copy, n), &got, room, REFS_MAX)) {
        assert_true(got.operation < operation_count() && got.provider < PROVIDER_COUNT);
        assert_true(got.outcome < OUTCOME_COUNT && got.phase < PHASE_COUNT);
        assert_true(got.n_refs <= REFS_MAX);
        for (size_t i = 0; i < got.n_refs; i++)
            assert_true(got.refs[i].relation < RELATION_COUNT && got.refs[i].type < ENTITY_COUNT);
    }
    free(copy);
}

static void test_damage_stays_in_bounds(void **state)
{
    (void)state;
    check_random(stays_in_bounds, 2000, 11);
}

static void assert_field(const event *e, field f, const char *want)
{
    AUTO(buf) b = {0};
    event_field_text(e, f, &b);
    assert_true(str_is(buf_str(&b), want));
}

static void test_fields_of_members(void **state)
{
    event_ref refs[] = {
        {.id = STR_INIT("snap-1"), .relation = RELATION_CREATED},
        {.id = STR_INIT("vol-1"), .relation = RELATION_PARENT},
        {.id = STR_INIT("snap-2"), .relation = RELATION_CREATED},
        {.id = STR_INIT("snap-1"), .relation = RELATION_CREATED},
        {.id = STR_INIT("i-1"), .relation = RELATION_TARGET},
    };
    event e = {.time_ns = 1500 * INT64_C(1000000),
               .provider = PROVIDER_AWS,
               .outcome = OUTCOME_DENIED,
               .phase = PHASE_ACCEPT,
               .file = 3,
               .record = 14,
               .refs = refs,
               .n_refs = ARRAY_LEN(refs)};
    (void)state;
    e.operation = operation_find(PROVIDER_AWS, STR("ec2.amazonaws.com"), STR("CreateSnapshots"));
    e.field[FIELD_region] = STR("eu-west-1");
    assert_field(&e, FIELD_time, "1970-01-01T00:00:01.500Z");
    assert_field(&e, FIELD_provider, "aws");
    assert_field(&e, FIELD_class, "snapshot.create");
    assert_field(&e, FIELD_stage, "SNAPSHOT");
    assert_field(&e, FIELD_technique, "T1578.001");
    assert_field(&e, FIELD_outcome, "denied");
    assert_field(&e, FIELD_denied, "true");
    assert_field(&e, FIELD_phase, "accept");
    assert_field(&e, FIELD_created, "snap-1;snap-2");
    assert_field(&e, FIELD_parents, "vol-1");
    assert_field(&e, FIELD_targets, "i-1");
    assert_field(&e, FIELD_raw_ref, "3:14");
    assert_field(&e, FIELD_region, "eu-west-1");
    e.field[FIELD_raw_ref] = STR("a.json.gz:14");
    assert_field(&e, FIELD_raw_ref, "a.json.gz:14");
}

static void test_fields_of_an_empty_event(void **state)
{
    event e = {.time_ns = TIME_NONE};
    (void)state;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        if (f == FIELD_outcome || f == FIELD_denied || f == FIELD_phase)
            continue;
        assert_field(&e, (field)f, "");
    }
    assert_field(&e, FIELD_outcome, "success");
    assert_field(&e, FIELD_denied, "false");
    assert_field(&e, FIELD_phase, "complete");
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(provider_text(PROVIDER_OTHER), "other");
    assert_string_equal(outcome_text(OUTCOME_PENDING), "pending");
    assert_string_equal(outcome_text(OUTCOME_CAPACITY), "capacity");
    assert_string_equal(phase_text(PHASE_PART), "part");
    assert_string_equal(phase_text(PHASE_END), "end");
}

/* Each row comes before the next, by one criterion that outweighs all behind it. */
static void test_order(void **state)
{
    static const event rows[] = {
        {.time_ns = TIME_NONE, .provider = 4, .uid_hash = 9, .phase = 3, .record = 9},
        {.time_ns = -1, .provider = 4, .uid_hash = 9, .phase = 3, .record = 9},
        {.time_ns = 5, .provider = 1, .uid_hash = UINT64_MAX, .phase = 3, .record = 9},
        {.time_ns = 5, .provider = 2, .uid_hash = 1, .phase = 3, .is_update = true, .file = 9},
        {.time_ns = 5, .provider = 2, .uid_hash = UINT64_MAX, .phase = 1, .is_update = true},
        {.time_ns = 5, .provider = 2, .uid_hash = UINT64_MAX, .phase = 2, .file = UINT32_MAX},
        {.time_ns = 5,
         .provider = 2,
         .uid_hash = UINT64_MAX,
         .phase = 2,
         .is_update = true,
         .record = UINT32_MAX},
        {.time_ns = 5,
         .provider = 2,
         .uid_hash = UINT64_MAX,
         .phase = 2,
         .is_update = true,
         .file = 1,
         .record = 1},
        {.time_ns = 5,
         .provider = 2,
         .uid_hash = UINT64_MAX,
         .phase = 2,
         .is_update = true,
         .file = 1,
         .record = 2},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t j = 0; j < ARRAY_LEN(rows); j++) {
            int order = event_compare(&rows[i], &rows[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static int fill_pool(void **state)
{
    uint64_t seed = 3;
    (void)state;
    for (size_t i = 0; i < POOL; i++)
        pool[i] = (char)next(&seed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed_events_come_out_again),
        cmocka_unit_test(test_a_caller_goes_with_any_of_his_events),
        cmocka_unit_test(test_an_unknown_call_packs_small),
        cmocka_unit_test(test_too_few_refs),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_damage_stays_in_bounds),
        cmocka_unit_test(test_fields_of_members),
        cmocka_unit_test(test_fields_of_an_empty_event),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, fill_pool, NULL);
}
