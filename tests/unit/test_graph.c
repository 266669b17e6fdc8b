/* SPDX-License-Identifier: Apache-2.0
 *
 * test_graph.c -- entities, aliases, edges with their proof, components, and the limits of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "model/event.h"
#include "state/graph.h"

static int open_graph(void **ret)
{
    static graph g;
    *ret = &g;
    return graph_init(&g) ? 0 : -1;
}

static int close_graph(void **g)
{
    graph_done(*g);
    return 0;
}

static uint32_t thing(graph *g, const char *id)
{
    return graph_entity(g, PROVIDER_AWS, ENTITY_VOLUME, str_of(id));
}

static uint32_t numbered(graph *g, unsigned i)
{
    AUTO(buf) id = {0};
    buf_printf(&id, "vol-%u", i);
    return graph_entity(g, PROVIDER_AWS, ENTITY_VOLUME, buf_str(&id));
}

static void test_entity_is_its_provider_type_and_id(void **with)
{
    graph *g = *with;
    uint32_t volume = thing(g, "x");
    assert_int_not_equal(volume, 0);
    assert_int_equal(thing(g, "x"), volume);
    assert_int_not_equal(graph_entity(g, PROVIDER_GCP, ENTITY_VOLUME, STR("x")), volume);
    assert_int_not_equal(graph_entity(g, PROVIDER_AWS, ENTITY_SNAPSHOT, STR("x")), volume);
    assert_int_equal(graph_find(g, PROVIDER_AWS, ENTITY_VOLUME, STR("x")), volume);
    assert_int_equal(graph_find(g, PROVIDER_AWS, ENTITY_VOLUME, STR("y")), 0);
    assert_true(str_is(graph_id(g, volume), "x"));
    assert_true(str_is(graph_name(g, volume), "x"));
    assert_int_equal(graph_at(g, volume)->born, GRAPH_NO_ENTRY);
}

static void test_nothing_is_entity_zero(void **with)
{
    graph *g = *with;
    uint32_t volume = thing(g, "x");
    assert_int_equal(graph_entity(g, PROVIDER_AWS, ENTITY_VOLUME, STR_NONE), 0);
    assert_int_equal(graph_entity(g, PROVIDER_AWS, ENTITY_NONE, STR("x")), 0);
    assert_int_equal(graph_id(g, 0).n, 0);
    graph_alias(g, 0, PROVIDER_AWS, ENTITY_VOLUME, STR("z"));
    assert_int_equal(graph_find(g, PROVIDER_AWS, ENTITY_VOLUME, STR("z")), 0);
    graph_link(g, 0, volume, EDGE_USES, 1, STR("p"));
    graph_link(g, volume, 0, EDGE_USES, 1, STR("p"));
    graph_link(g, volume, volume, EDGE_USES, 1, STR("p"));
    graph_join(g, 0, volume);
    assert_int_equal(g->n_edges, 1);
    assert_int_equal(graph_component(g, volume), volume);
}

static void test_newest_alias_wins(void **with)
{
    graph *g = *with;
    uint32_t old = thing(g, "old"), new = thing(g, "new");
    graph_alias(g, old, PROVIDER_AWS, ENTITY_VOLUME, STR("name"));
    assert_int_equal(thing(g, "name"), old);
    graph_alias(g, new, PROVIDER_AWS, ENTITY_VOLUME, STR("name"));
    assert_int_equal(thing(g, "name"), new);
    assert_true(str_is(graph_id(g, new), "new"));
}

static void test_edge_holds_its_proof_once(void **with)
{
    graph *g = *with;
    uint32_t a = thing(g, "a"), b = thing(g, "b");
    graph_link(g, a, b, EDGE_DERIVED_FROM, 7, STR("requestParameters.snapshotId"));
    graph_link(g, a, b, EDGE_DERIVED_FROM, 8, STR("elsewhere"));
    graph_link(g, a, b, EDGE_USES, 9, STR_NONE);
    assert_int_equal(g->n_edges, 3);
    const edge *e = &g->edges[g->edges[graph_at(g, a)->first_edge_out].next_out];
    assert_int_equal(e->from, a);
    assert_int_equal(e->to, b);
    assert_int_equal(e->entry, 7);
    assert_true(str_is(intern_text(&g->text, e->path), "requestParameters.snapshotId"));
    assert_int_equal(e->next_out, 0);
    assert_int_equal(graph_at(g, b)->first_edge_in, graph_at(g, a)->first_edge_out);
    assert_int_equal(graph_at(g, a)->degree, 2);
    assert_string_equal(edge_kind_text((edge_kind)e->kind), "derived_from");
}

static void test_oldest_member_stands_for_a_component(void **with)
{
    graph *g = *with;
    uint32_t a = thing(g, "a"), b = thing(g, "b"), c = thing(g, "c"), d = thing(g, "d");
    graph_join(g, d, c);
    graph_join(g, b, c);
    assert_int_equal(graph_component(g, d), b);
    assert_int_equal(graph_component(g, a), a);
    graph_join(g, d, a);
    assert_int_equal(graph_component(g, c), a);
}

static void test_hub_joins_nothing_any_more(void **with)
{
    graph *g = *with;
    uint32_t hub = thing(g, "hub"), late = thing(g, "late");
    for (unsigned i = 0; i <= LIMIT_HUB_DEGREE; i++)
        graph_link(g, numbered(g, i), hub, EDGE_DERIVED_FROM, i, STR_NONE);
    graph_join(g, late, hub);
    graph_join(g, hub, late);
    assert_int_equal(graph_component(g, late), late);
    assert_int_equal(graph_component(g, hub), hub);
}

static void test_entities_are_limited_and_counted(void **with)
{
    graph *g = *with;
    uint32_t first = numbered(g, 0);
    for (unsigned i = 1; i < LIMIT_ENTITIES; i++)
        numbered(g, i);
    assert_int_equal(g->refused, 0);
    assert_int_equal(thing(g, "one too many"), 0);
    assert_int_equal(numbered(g, 0), first);
    assert_int_equal(g->refused, 1);
    assert_false(g->failed);
}

#define graph_test(f) cmocka_unit_test_setup_teardown(f, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        graph_test(test_entity_is_its_provider_type_and_id),
        graph_test(test_nothing_is_entity_zero),
        graph_test(test_newest_alias_wins),
        graph_test(test_edge_holds_its_proof_once),
        graph_test(test_oldest_member_stands_for_a_component),
        graph_test(test_hub_joins_nothing_any_more),
        graph_test(test_entities_are_limited_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
