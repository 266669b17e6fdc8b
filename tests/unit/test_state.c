/* SPDX-License-Identifier: Apache-2.0
 *
 * test_state.c -- what events prove: edges, births, lineages; and what they must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "support/events.h"

enum { CALLS_MAX = 4 };

/* `together` and `apart` are pairs of ids, "a b; c d", that must or must not be of one lineage. */
typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    const char *edges; /* "from kind to; …": all there are but created_by */
    const char *together, *apart;
} trial;

#define VM_WRITE "microsoft.compute/virtualmachines/write"

/* clang-format off */
static const trial trials[] = {
    {"snapshot, volume, attachment",
     {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", 0}, {1, "CreateVolume", "a", "created volume v1; parent snapshot s", "", 0},
      {2, "RunInstances", "a", "created instance i; parent image ami", "", 0}, {3, "AttachVolume", "a", "attached volume v1; target instance i", "", 0}},
     "s derived_from v0; v1 derived_from s; i derived_from ami; v1 attached_to i", "s v1; v1 i", "s v0; i ami"},
    {"a snapshot mapped straight into a new instance",
     {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", 0}, {1, "RunInstances", "a", "created instance i; parent image ami; parent snapshot s", "", 0}},
     "s derived_from v0; i derived_from ami; i derived_from s", "s i", "s v0; i ami"},
    {"an image registered from a snapshot",
     {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", 0}, {1, "RegisterImage", "a", "created image m; parent snapshot s", "", 0},
      {2, "RunInstances", "a", "created instance i; parent image m", "", 0}},
     "s derived_from v0; m derived_from s; i derived_from m", "s m; m i", "s v0"},
    {"instances of one call are one lineage; their parents are paired by item",
     {{0, "RunInstances", "a", "created instance i1#1; created instance i2#2; parent image m1#1; parent image m2#2; uses security_group g", "", 0}},
     "i1 derived_from m1; i1 uses g; i2 derived_from m2; i2 uses g", "i1 i2", "i1 m1; i1 g"},
    {"a victim's volume joins no two lineages",
     {{0, "CreateSnapshot", "a", "created snapshot s1; parent volume v0", "", 0}, {1, "CreateSnapshot", "b", "created snapshot s2; parent volume v0", "", 0}},
     "s1 derived_from v0; s2 derived_from v0", "", "s1 s2; s1 v0"},
    {"nor does an old instance that two volumes are attached to",
     {{0, "CreateVolume", "a", "created volume v1; parent snapshot old", "", 0}, {1, "CreateVolume", "b", "created volume v2; parent snapshot old", "", 0},
      {2, "AttachVolume", "a", "attached volume v1; target instance old-i", "", 0}, {3, "AttachVolume", "b", "attached volume v2; target instance old-i", "", 0}},
     "v1 derived_from old; v2 derived_from old; v1 attached_to old-i; v2 attached_to old-i", "", "v1 v2; v1 old-i"},
    {"a golden image that others made joins nobody's lineages",
     {{0, "RegisterImage", "ci", "created image m; parent snapshot old", "", 0}, {1, "RunInstances", "a", "created instance i1; parent image m", "", 0},
      {2, "RunInstances", "b", "created instance i2; parent image m", "", 0}},
     "m derived_from old; i1 derived_from m; i2 derived_from m", "", "i1 i2; i1 m"},
    {"nor does a server that another made and the backup copies",
     {{0, "RunInstances", "ci", "created instance i; parent image ami", "", 0}, {1, "CreateImage", "backup", "created image m1; parent instance i", "", 0},
      {2, "CreateImage", "mallory", "created image m2; parent instance i", "", 0}},
     "i derived_from ami; m1 derived_from i; m2 derived_from i", "", "m1 m2; m1 i"},
    {"a snapshot joins whoever took it", {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", 0}, {1, "CreateVolume", "b", "created volume v1; parent snapshot s", "", 0}},
     "s derived_from v0; v1 derived_from s", "s v1", ""},
    {"two sessions of one role are one caller",
     {{0, "RunInstances", "CI/1", "created instance i; parent image ami", "", 0}, {1, "CreateImage", "CI/2", "created image m; parent instance i", "", 0}},
     "i derived_from ami; m derived_from i", "m i", ""},
    {"what was refused proves nothing",
     {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", OUTCOME_DENIED}, {1, "AttachVolume", "a", "attached volume v1; target instance i", "", OUTCOME_FAILED}},
     "", "", "s v0; v1 i"},
    {"what is pending does", {{0, "CreateSnapshot", "a", "created snapshot s; parent volume v0", "", OUTCOME_PENDING}}, "s derived_from v0", "", ""},
    {"sharing and granting",
     {{0, "ModifySnapshotAttribute", "a", "target snapshot s; shared_to account 999", "", 0}, {1, "AttachUserPolicy", "a", "target principal u; granted role p", "", 0}},
     "s shared_to 999; u granted p", "", ""},
    {"an Azure write of what was there before is an update",
     {{0, VM_WRITE, "a", "created instance vm; parent volume d0", "", 0}, {1, VM_WRITE, "a", "created instance vm; parent volume d1", "", 0}},
     "vm derived_from d0; vm derived_from d1", "", "vm d0"},
};
/* clang-format on */

static const uint8_t types[] = {
    ENTITY_SNAPSHOT,       ENTITY_VOLUME,  ENTITY_IMAGE,     ENTITY_INSTANCE,
    ENTITY_SECURITY_GROUP, ENTITY_ACCOUNT, ENTITY_PRINCIPAL, ENTITY_ROLE};

static uint32_t find(const state *s, str id)
{
    AUTO(buf) z = {0};
    buf_putstr(&z, id);
    buf_putc(&z, '\0');
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        uint32_t e = events_entity(s, types[i], z.p);
        if (e)
            return e;
    }
    fail_msg("nothing is called %s", z.p);
    return 0;
}

static void tell_edges(const state *s, buf *out)
{
    for (uint32_t i = 1; i < s->graph.n_edges; i++) {
        const edge *e = &s->graph.edges[i];
        if (e->kind == EDGE_CREATED_BY)
            continue;
        if (out->n > 0)
            buf_puts(out, "; ");
        buf_putstr(out, graph_id(&s->graph, e->from));
        buf_printf(out, " %s ", edge_kind_text((edge_kind)e->kind));
        buf_putstr(out, graph_id(&s->graph, e->to));
    }
    buf_putc(out, '\0');
}

static void check_pairs(state *s, const char *pairs, bool is_together)
{
    str rest = str_of(pairs), pair = STR_NONE;
    while (text_next(&rest, ';', &pair)) {
        pair = text_trim(pair);
        uint32_t a = find(s, text_before(pair, ' ')), b = find(s, text_after(pair, ' '));
        bool is_joined = graph_component(&s->graph, a) == graph_component(&s->graph, b);
        if (is_joined != is_together)
            fail_msg("%.*s", (int)pair.n, pair.p);
    }
}

static void test_edges_and_lineages(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        AUTO(buf) edges = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_add(&s, t->calls, events_count(t->calls, CALLS_MAX));
        tell_edges(&s, &edges);
        assert_string_equal(edges.p, t->edges);
        check_pairs(&s, t->together, true);
        check_pairs(&s, t->apart, false);
    }
}

static void test_birth_is_the_first_call_that_made_it(void **unused)
{
    static const call calls[] = {
        {0, "CreateSnapshot", "a", "created snapshot s; parent volume v", "", OUTCOME_DENIED},
        {1, "CreateSnapshot", "a", "created snapshot s; parent volume v", "", 0},
        {2, "CompleteSnapshot", "a", "target snapshot s", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    const entity *snapshot = graph_at(&s.graph, events_entity(&s, ENTITY_SNAPSHOT, "s"));
    const edge *by = &s.graph.edges[snapshot->first_edge_out];
    assert_int_equal(snapshot->born, 1);
    assert_int_equal(snapshot->last_touch, 2);
    assert_int_equal(graph_at(&s.graph, events_entity(&s, ENTITY_VOLUME, "v"))->born,
                     GRAPH_NO_ENTRY);
    while (by->kind != EDGE_CREATED_BY)
        by = &s.graph.edges[by->next_out];
    assert_true(text_ends(graph_id(&s.graph, by->to), ":user/a"));
}

typedef struct subject_trial {
    const char *name;
    call call;
    const char *subject; /* "" for none */
} subject_trial;

/* clang-format off */
static const subject_trial subject_trials[] = {
    {"what it made",              {0, "CreateVolume", "a", "parent snapshot s; created volume v", "", 0},     "v"},
    {"what it attached",          {0, "AttachVolume", "a", "target instance i; attached volume v", "", 0},    "v"},
    {"what it acted on",          {0, "DeleteSnapshot", "a", "target snapshot s", "", 0},                     "s"},
    {"nothing of a lineage",      {0, "CreateSecurityGroup", "a", "created security_group g", "", 0},         ""},
    {"refused before it made one", {0, "CreateSnapshot", "a", "parent volume v", "", OUTCOME_DENIED},         ""},
};
/* clang-format on */

static void test_a_call_is_about_one_thing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(subject_trials); i++) {
        const subject_trial *t = &subject_trials[i];
        AUTO(state) s = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_add(&s, &t->call, 1);
        str id = graph_id(&s.graph, journal_at(&s.journal, 0)->subject);
        assert_true(str_is(id, t->subject));
    }
}

typedef struct write_trial {
    const char *name;
    bool is_seen_before, is_new, is_existing;
    bool is_update;
} write_trial;

/* clang-format off */
static const write_trial write_trials[] = {
    {"never seen, nothing known: it made it",      false, false, false, false},
    {"seen before: an update",                     true,  false, false, true},
    {"never seen, but the record tells: an update", false, false, true, true},
    {"seen before, but the record tells: made anew", true, true, false, false},
};
/* clang-format on */

static void test_azure_write_makes_or_updates(void **unused)
{
    const call write = {1, VM_WRITE, "a", "created instance vm", "", 0};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(write_trials); i++) {
        const write_trial *t = &write_trials[i];
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        if (t->is_seen_before)
            events_add(&s, &write, 1);
        event e = events_make(&write, 2, &a);
        e.is_new = t->is_new;
        e.is_existing = t->is_existing;
        state_add(&s, &e);
        const entry *last = journal_at(&s.journal, s.journal.next - 1);
        bool is_update = last->operation == events_operation(VM_WRITE " (update)");
        assert_int_equal(is_update, t->is_update);
        assert_int_equal(last->touches[0].relation,
                         t->is_update ? RELATION_TARGET : RELATION_CREATED);
    }
}

static void test_calls_without_a_row_leave_no_trace(void **unused)
{
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    state_add(&s, &(event){.operation = OPERATION_NONE});
    assert_int_equal(s.journal.next, 0);
    assert_int_equal(s.graph.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges_and_lineages),
        cmocka_unit_test(test_birth_is_the_first_call_that_made_it),
        cmocka_unit_test(test_a_call_is_about_one_thing),
        cmocka_unit_test(test_azure_write_makes_or_updates),
        cmocka_unit_test(test_calls_without_a_row_leave_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
