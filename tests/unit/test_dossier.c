/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_dossier.c -- what is written down of one thing: trees, proofs, calls, ends, limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/limits.h"
#include "correlate/dossier.h"
#include "correlate/track.h"
#include "support/events.h"
#include "support/failing_alloc.h"

/* clang-format off */
static const call chain[] = {
    {0,  "CreateUser",         "carol+AKIACAROL", "created principal arn:aws:iam::111122223333:user/eve", "", OUTCOME_SUCCESS},
    {1,  "CreateAccessKey",    "carol+AKIACAROL", "created credential AKIAEVE; target principal arn:aws:iam::111122223333:user/eve", "", OUTCOME_SUCCESS},
    {2,  "CreateSnapshot",     "eve+AKIAEVE",     "created snapshot snap-1; parent volume vol-1", "", OUTCOME_SUCCESS},
    {3,  "CreateVolume",       "eve+AKIAEVE",     "created volume vol-2; parent snapshot snap-1@requestParameters.snapshotId", "", OUTCOME_SUCCESS},
    {4,  "RunInstances",       "eve+AKIAEVE",     "created instance i-1; parent image ami-1", "", OUTCOME_SUCCESS},
    {5,  "AttachVolume",       "eve+AKIAEVE",     "target instance i-1; attached volume vol-2", "", OUTCOME_SUCCESS},
    {6,  "TerminateInstances", "carol+AKIACAROL", "target instance i-1", "", OUTCOME_DENIED},
    {7,  "TerminateInstances", "carol+AKIACAROL", "target instance i-1", "", OUTCOME_SUCCESS},
};
/* clang-format on */

static void write(const state *s, uint32_t thing, arena *a, spoor_dossier *ret)
{
    static const char *const names[] = {"log"};
    static const correlate_result none;
    static const mentions nobody;
    const dossier_source from = {s, &none, &nobody, "", names};
    assert_true(thing > 0);
    assert_true(dossier_write(&from, thing, a, ret));
}

static void tell(const spoor_node *nodes, size_t n, buf *out)
{
    for (size_t i = 1; i < n; i++)
        buf_printf(out, "%s%s %s %s%s", i > 1 ? "; " : "", nodes[nodes[i].parent].id,
                   nodes[i].relation, nodes[i].id, nodes[i].is_again ? " ^" : "");
    buf_putc(out, '\0');
}

static void expect_tree(const spoor_node *nodes, size_t n, const char *wanted)
{
    AUTO(buf) got = {0};
    tell(nodes, n, &got);
    assert_string_equal(got.p, wanted);
}

static void test_a_machine_leads_back_to_who_made_its_maker(void **unused)
{
    AUTO(arena) a = {0};
    spoor_dossier d;
    state s;
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, chain, ARRAY_LEN(chain));
    write(&s, events_entity(&s, ENTITY_INSTANCE, "i-1"), &a, &d);
    expect_tree(d.origin, d.n_origin,
                "i-1 made_by AKIAEVE; AKIAEVE made_by AKIACAROL; "
                "AKIACAROL acts_for arn:aws:iam::111122223333:user/carol; "
                "AKIAEVE acts_for arn:aws:iam::111122223333:user/eve; "
                "arn:aws:iam::111122223333:user/eve made_by AKIACAROL ^; "
                "i-1 made_from ami-1; i-1 carries vol-2; vol-2 made_from snap-1; "
                "snap-1 made_from vol-1");
    expect_tree(d.offspring, d.n_offspring, "");
    assert_string_equal(d.kind, "instance");
    assert_string_equal(d.born->operation, "RunInstances");
    assert_string_equal(d.born->actor, "eve");
    assert_string_equal(d.ended->operation, "TerminateInstances");
    assert_string_equal(d.ended->actor, "carol");
    assert_int_equal(d.n_touched, 4);
    assert_string_equal(d.touched[2].outcome, "denied");
    assert_int_equal(d.n_acts, 0);
    const spoor_node *copy = &d.origin[d.n_origin - 2];
    assert_string_equal(copy->id, "snap-1");
    assert_string_equal(copy->field, "requestParameters.snapshotId");
    assert_string_equal(copy->operation, "CreateVolume");
    assert_true(d.origin[d.n_origin - 1].is_before);
    assert_false(copy->is_before);
    state_done(&s);
}

static void test_a_user_leads_on_to_what_it_made(void **unused)
{
    AUTO(arena) a = {0};
    spoor_dossier d;
    state s;
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, chain, ARRAY_LEN(chain));
    write(&s, events_entity(&s, ENTITY_PRINCIPAL, "arn:aws:iam::111122223333:user/eve"), &a, &d);
    assert_string_equal(d.kind, "user");
    assert_string_equal(d.born->actor, "carol");
    assert_null(d.ended);
    assert_int_equal(d.n_acts, 4);
    assert_string_equal(d.acts[0].operation, "CreateSnapshot");
    AUTO(buf) got = {0};
    tell(d.offspring, d.n_offspring, &got);
    assert_non_null(strstr(got.p, "made snap-1; snap-1 made_into vol-2; vol-2 attached_to i-1"));
    assert_non_null(strstr(got.p, "made i-1 ^"));
    state_done(&s);
}

static void test_what_was_made_once_more_has_not_ended(void **unused)
{
    /* clang-format off */
    static const call again[] = {
        {0, "CreateSnapshot", "eve+AKIAEVE", "created snapshot snap-1", "", OUTCOME_SUCCESS},
        {1, "DeleteSnapshot", "eve+AKIAEVE", "target snapshot snap-1", "", OUTCOME_SUCCESS},
        {2, "CreateSnapshot", "eve+AKIAEVE", "created snapshot snap-1", "", OUTCOME_SUCCESS},
    };
    /* clang-format on */
    for (size_t n = 1; n <= ARRAY_LEN(again); n++) {
        AUTO(arena) a = {0};
        spoor_dossier d;
        state s;
        assert_true(state_init(&s));
        events_add(&s, again, n);
        write(&s, events_entity(&s, ENTITY_SNAPSHOT, "snap-1"), &a, &d);
        assert_int_equal(d.ended != NULL, n == 2);
        state_done(&s);
    }
    (void)unused;
}

/* Links proven by the state's first entry. */
static void link_all(state *s, const uint32_t (*pairs)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        graph_link(&s->graph, pairs[i][0], pairs[i][1], EDGE_DERIVED_FROM, 0, STR("x"));
}

static void test_circles_end(void **unused)
{
    AUTO(arena) a = {0};
    static const char *const names[] = {"log"};
    track t;
    state s;
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, chain, 1);
    uint32_t one = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, STR("one"));
    uint32_t two = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, STR("two"));
    uint32_t three = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, STR("three"));
    link_all(&s, (const uint32_t[][2]){{one, two}, {two, three}, {three, one}}, 3);
    assert_true(track_walk(&s, one, TRACK_ORIGIN, names, &a, &t));
    expect_tree(t.nodes, t.n, "one made_from two; two made_from three; three made_from one ^");
    assert_true(track_walk(&s, one, TRACK_OFFSPRING, names, &a, &t));
    expect_tree(t.nodes, t.n, "one made_into three; three made_into two; two made_into one ^");
    state_done(&s);
}

static void test_trees_have_limits_that_are_told(void **unused)
{
    AUTO(arena) a = {0};
    spoor_dossier d;
    state s;
    char id[32];
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, chain, 1);
    uint32_t root = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_SNAPSHOT, STR("root")), up = root;
    for (int i = 0; i < TRACK_DEPTH + 5; i++) {
        snprintf(id, sizeof id, "deep-%d", i);
        uint32_t down = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_SNAPSHOT, str_of(id));
        link_all(&s, (const uint32_t[][2]){{down, up}}, 1);
        up = down;
    }
    for (int i = 0; i < LIMIT_TRACE_NODES; i++) {
        snprintf(id, sizeof id, "wide-%d", i);
        uint32_t down = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, str_of(id));
        link_all(&s, (const uint32_t[][2]){{down, root}}, 1);
    }
    write(&s, root, &a, &d);
    assert_int_equal(d.n_offspring, LIMIT_TRACE_NODES);
    bool is_told = false;
    for (size_t i = 0; i < d.n_missing; i++)
        is_told =
            is_told ||
            strstr(d.missing[i], "18 things of its offspring are not listed (limit trace_nodes)");
    assert_true(is_told);
    state_done(&s);
}

static void test_long_lists_keep_the_newest_calls(void **unused)
{
    AUTO(arena) a = {0};
    spoor_dossier d;
    state s;
    size_t shown = 0;
    (void)unused;
    assert_true(state_init(&s));
    call many = {0,  "AttachVolume", "eve", "target instance i-1; attached volume v",
                 "", OUTCOME_FAILED};
    call other = {0,  "DetachVolume", "eve", "target instance i-1; attached volume v",
                  "", OUTCOME_FAILED};
    for (int i = 0; i < LIMIT_TRACE_STEPS + 3; i++) {
        many.at_s = other.at_s = i;
        events_add(&s, i % 2 ? &many : &other, 1);
    }
    write(&s, events_entity(&s, ENTITY_INSTANCE, "i-1"), &a, &d);
    for (size_t i = 0; i < d.n_touched; i++)
        shown += d.touched[i].count;
    assert_int_equal(shown, LIMIT_TRACE_STEPS);
    assert_int_equal(d.touched[d.n_touched - 1].time_ns,
                     EVENTS_START + (int64_t)(LIMIT_TRACE_STEPS + 2) * TIME_SECOND);
    assert_string_equal(d.missing[0], "3 older calls are not listed (limit trace_steps)");
    state_done(&s);
}

static void test_addresses_have_a_limit_that_is_told(void **unused)
{
    AUTO(arena) a = {0};
    spoor_dossier d;
    state s;
    char fields[64];
    (void)unused;
    assert_true(state_init(&s));
    for (int i = 0; i < LIMIT_TRACE_PLACES + 2; i++) {
        snprintf(fields, sizeof fields, "src_ip=10.0.%d.%d", i / 256, i % 256);
        events_add(&s, &(call){i, "AttachVolume", "eve", "target instance i-1", fields, 0}, 1);
    }
    write(&s, events_entity(&s, ENTITY_PRINCIPAL, "arn:aws:iam::111122223333:user/eve"), &a, &d);
    assert_int_equal(d.n_places, LIMIT_TRACE_PLACES);
    assert_string_equal(d.places[0].address, "10.0.0.0");
    assert_string_equal(d.missing[0], "addresses of 2 calls are not listed (limit trace_places)");
    state_done(&s);
}

static void test_want_of_memory_is_told(void **unused)
{
    static const char *const names[] = {"log"};
    static const correlate_result none;
    static const mentions nobody;
    state s;
    size_t i = 0;
    bool has_failed = true;
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, chain, ARRAY_LEN(chain));
    const dossier_source from = {&s, &none, &nobody, "", names};
    uint32_t thing = events_entity(&s, ENTITY_INSTANCE, "i-1");
    while (has_failed) {
        AUTO(arena) a = {0};
        spoor_dossier d;
        failing_alloc_at(++i);
        bool is_fine = dossier_write(&from, thing, &a, &d);
        has_failed = failing_alloc_end();
        assert_int_equal(is_fine, !has_failed);
        assert_true(i < 1000);
    }
    assert_true(i > 5);
    state_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_machine_leads_back_to_who_made_its_maker),
        cmocka_unit_test(test_a_user_leads_on_to_what_it_made),
        cmocka_unit_test(test_what_was_made_once_more_has_not_ended),
        cmocka_unit_test(test_circles_end),
        cmocka_unit_test(test_trees_have_limits_that_are_told),
        cmocka_unit_test(test_long_lists_keep_the_newest_calls),
        cmocka_unit_test(test_addresses_have_a_limit_that_is_told),
        cmocka_unit_test(test_want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
