/* SPDX-License-Identifier: Apache-2.0
 *
 * test_resolve.c -- which thing a text means: by id, alias, name, last part, end; or nearly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/base.h"
#include "correlate/resolve.h"
#include "support/events.h"

/* clang-format off */
static const call calls[] = {
    {0,  "RunInstances",   "alice+AKIAALICE00000001", "created instance i-0aaa111", "", OUTCOME_SUCCESS},
    {1,  "RunInstances",   "Ops/bob",                 "created instance i-0bbb111", "", OUTCOME_SUCCESS},
    {2,  "CreateSnapshot", "alice+AKIAALICE00000001", "created snapshot snap-0ccc; parent volume vol-0ddd", "", OUTCOME_SUCCESS},
    {3,  "CreateVolume",   "alice+AKIAALICE00000001", "created volume same; parent snapshot snap-0ccc", "", OUTCOME_SUCCESS},
    {4,  "RunInstances",   "alice+AKIAALICE00000001", "created instance same", "", OUTCOME_SUCCESS},
};

/* What each text finds: ids in order of kind and id, "~" before those that are only near. */
static const struct { const char *text, *kind, *found; } rows[] = {
    {"i-0aaa111",           "",         "i-0aaa111"},
    {"I-0AAA111",           "",         "i-0aaa111"},
    {"0aaa111",             "",         "i-0aaa111"},
    {"aa111",               "",         ""},
    {"alice",               "",         "arn:aws:iam::111122223333:user/alice"},
    {"user/alice",          "",         "arn:aws:iam::111122223333:user/alice"},
    {"AKIAALICE00000001",   "",         "AKIAALICE00000001"},
    {"AKIAALICE00000001",   "key",      "AKIAALICE00000001"},
    {"AKIAALICE00000001",   "user",     ""},
    {"Ops",                 "role",     "arn:aws:iam::111122223333:role/Ops"},
    {"bob",                 "",         "arn:aws:sts::111122223333:assumed-role/Ops/bob"},
    {"same",                "",         "same same"},
    {"same",                "instance", "same"},
    {"same",                "disk",     "same"},
    {"same",                "vm",       "same"},
    {"arn:aws:ec2:eu-west-1:111122223333:instance/i-0bbb111", "", "i-0bbb111"},
    {"i-0aaa112",           "",         "~ i-0aaa111"},
    {"snap-0cc",            "",         "~ snap-0ccc"},
    {"alise",               "",         "~ arn:aws:iam::111122223333:user/alice"},
    {"vol",                 "",         ""},
    {"",                    "",         ""},
};
/* clang-format on */

static void tell(const state *s, const resolve_result *r, buf *out)
{
    buf_puts(out, r->n && r->are_near ? "~ " : "");
    for (size_t i = 0; i < r->n; i++) {
        buf_puts(out, i ? " " : "");
        buf_putstr(out, graph_id(&s->graph, r->thing[i]));
    }
    buf_putc(out, '\0');
}

static void test_the_best_way_of_matching_decides(void **unused)
{
    state s;
    resolve_result r;
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf) got = {0};
        assert_true(resolve_text(&s, str_of(rows[i].text), str_of(rows[i].kind), &r));
        tell(&s, &r, &got);
        if (strcmp(got.p, rows[i].found) != 0)
            fail_msg("\"%s\" of kind \"%s\" found \"%s\"", rows[i].text, rows[i].kind, got.p);
    }
    state_done(&s);
}

static void test_many_matches_are_listed_in_order_and_counted(void **unused)
{
    enum { MANY = LIMIT_TRACE_MATCHES + 10 };
    state s;
    resolve_result r;
    char id[32];
    (void)unused;
    assert_true(state_init(&s));
    for (int i = MANY; i-- > 0;) {
        snprintf(id, sizeof id, "p%03d/web", i);
        assert_int_not_equal(graph_entity(&s.graph, PROVIDER_GCP, ENTITY_INSTANCE, str_of(id)), 0);
    }
    assert_true(resolve_text(&s, STR("web"), STR_NONE, &r));
    assert_int_equal(r.n, LIMIT_TRACE_MATCHES);
    assert_int_equal(r.left_out, 10);
    for (size_t i = 0; i < r.n; i++) {
        snprintf(id, sizeof id, "p%03zu/web", i);
        assert_true(str_is(graph_id(&s.graph, r.thing[i]), id));
    }
    state_done(&s);
}

static void test_kinds_are_those_of_entities_and_actors(void **unused)
{
    (void)unused;
    assert_true(resolve_knows_kind(STR("snapshot")));
    assert_true(resolve_knows_kind(STR("role")));
    assert_true(resolve_knows_kind(STR("key")));
    assert_false(resolve_knows_kind(STR("gadget")));
    assert_false(resolve_knows_kind(STR("none")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_best_way_of_matching_decides),
        cmocka_unit_test(test_many_matches_are_listed_in_order_and_counted),
        cmocka_unit_test(test_kinds_are_those_of_entities_and_actors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
