/* SPDX-License-Identifier: Apache-2.0
 *
 * test_bridge.c -- missing hops are bridged where one answer is left, marked, and never by guess.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "support/events.h"

enum { CALLS_MAX = 5 };

typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    const char *inferred; /* "from kind to; …": all there are */
    const char *together; /* "a b", or NULL */
} trial;

/* clang-format off */
#define CUT_SNAPSHOT(at, who) {at, "CreateSnapshot", who, "parent volume v0", "", 0}
#define VOLUME_OF(at, who, snapshot) {at, "CreateVolume", who, "created volume v1; parent snapshot " snapshot, "", 0}
#define MAKE(at, who, volume) {at, "CreateVolume", who, "created volume " volume "; parent snapshot old", "", 0}
#define ATTACH(at, who, volume) {at, "AttachVolume", who, "attached volume " volume "; target instance i", "", 0}
#define NEXT "microsoft.compute/disks/write"

static const trial trials[] = {
    {"the answer that names the snapshot was cut", {CUT_SNAPSHOT(0, "a"), VOLUME_OF(60, "a", "s")}, "s derived_from v0", NULL},
    {"a hop in the middle: both ends are one lineage",
     {{0, "CreateSnapshot", "a", "created snapshot s0; parent volume v0", "", 0}, {10, "CopySnapshot", "a", "parent snapshot s0", "", 0}, VOLUME_OF(60, "a", "s")}, "s derived_from s0", "s0 v1"},
    {"two such calls: nobody knows which", {CUT_SNAPSHOT(0, "a"), {5, "CreateSnapshot", "a", "parent volume v9", "", 0}, VOLUME_OF(60, "a", "s")}, "", NULL},
    {"one cut call makes one thing", {CUT_SNAPSHOT(0, "a"), VOLUME_OF(60, "a", "s"), {70, "CreateVolume", "a", "created volume v2; parent snapshot s2", "", 0}}, "s derived_from v0", NULL},
    {"a call that named what it made is no candidate", {{0, "CreateSnapshot", "a", "created snapshot s1; parent volume v0", "", 0}, VOLUME_OF(60, "a", "s")}, "", NULL},
    {"nor is one that failed", {{0, "CreateSnapshot", "a", "parent volume v0", "", OUTCOME_DENIED}, VOLUME_OF(60, "a", "s")}, "", NULL},
    {"nor one by another", {CUT_SNAPSHOT(0, "b"), VOLUME_OF(60, "a", "s")}, "", NULL},
    {"nor one in another session of the same", {CUT_SNAPSHOT(0, "R/x+ASIA1"), VOLUME_OF(60, "R/x+ASIA2", "s")}, "", NULL},
    {"nor one of an hour ago", {CUT_SNAPSHOT(0, "a"), VOLUME_OF(3600, "a", "s")}, "", NULL},
    {"nor when the thing was heard of before", {{0, "DeleteSnapshot", "b", "target snapshot s", "", 0}, CUT_SNAPSHOT(10, "a"), VOLUME_OF(60, "a", "s")}, "", NULL},
    {"in one session, an unknown disk is a copy of the one that was made and not used", {MAKE(0, "a+K", "v1"), ATTACH(60, "a+K", "v2")}, "v2 derived_from v1", "v1 v2"},
    {"not when it was used", {MAKE(0, "a+K", "v1"), ATTACH(30, "a+K", "v1"), ATTACH(60, "a+K", "v2")}, "", NULL},
    {"not when two were made", {MAKE(0, "a+K", "v1"), MAKE(1, "a+K", "v3"), ATTACH(60, "a+K", "v2")}, "", NULL},
    {"not without a session", {MAKE(0, "a", "v1"), ATTACH(60, "a", "v2")}, "", NULL},
    {"a deployment and what has its correlation id",
     {{0, "microsoft.resources/deployments/write", "a", "created template dep", "shared_uid=c", 0}, {1, NEXT, "a", "created volume d", "shared_uid=c", 0}, {2, NEXT, "a", "created volume d2", "shared_uid=other", 0}},
     "d derived_from dep", "d dep"},
};
/* clang-format on */

static void tell_inferred(const state *s, buf *out)
{
    for (uint32_t i = 1; i < s->graph.n_edges; i++) {
        const edge *e = &s->graph.edges[i];
        str from = graph_id(&s->graph, e->from), to = graph_id(&s->graph, e->to);
        if (!e->is_inferred)
            continue;
        buf_printf(out, "%s%.*s %s %.*s", out->n ? "; " : "", (int)from.n, from.p,
                   edge_kind_text((edge_kind)e->kind), (int)to.n, to.p);
    }
    buf_putc(out, '\0');
}

static uint32_t find_thing(const state *s, str id)
{
    for (uint32_t i = 1; i < s->graph.n; i++)
        if (str_eq(graph_id(&s->graph, i), id))
            return i;
    return 0;
}

static void test_missing_hops(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        AUTO(buf) inferred = {0};
        str pair = str_of(t->together ? t->together : "");
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_add(&s, t->calls, events_count(t->calls, CALLS_MAX));
        tell_inferred(&s, &inferred);
        assert_string_equal(inferred.p, t->inferred);
        uint32_t a = find_thing(&s, text_before(pair, ' '));
        uint32_t b = find_thing(&s, text_after(pair, ' '));
        assert_int_equal(graph_component(&s.graph, a), graph_component(&s.graph, b));
    }
}

static void test_proof_takes_the_place_of_inference(void **unused)
{
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    uint32_t a = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, STR("a"));
    uint32_t b = graph_entity(&s.graph, PROVIDER_AWS, ENTITY_VOLUME, STR("b"));
    graph_infer(&s.graph, a, b, EDGE_DERIVED_FROM, 1, STR("x"));
    graph_link(&s.graph, a, b, EDGE_DERIVED_FROM, 2, STR("y"));
    graph_infer(&s.graph, a, b, EDGE_DERIVED_FROM, 3, STR("z"));
    const edge *e = &s.graph.edges[graph_at(&s.graph, a)->first_edge_out];
    assert_int_equal(s.graph.n_edges, 2);
    assert_false(e->is_inferred);
    assert_int_equal(e->entry, 2);
    assert_true(str_is(intern_text(&s.graph.text, e->path), "y"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_hops),
        cmocka_unit_test(test_proof_takes_the_place_of_inference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
