/* SPDX-License-Identifier: Apache-2.0
 *
 * test_actor.c -- who is behind a call: keys, sessions, chains of sessions, delegation, instance
 * roles.
 *
 * Each trial is a log; the last call's actor is looked at as the journal kept it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "support/chain.h"

enum { CALLS_MAX = 4 };

typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    const char *principal, *root, *via; /* ids; "" for none */
    uint32_t entries;
} trial;

#define ROLE(name) "arn:aws:iam::" EVENTS_ACCOUNT ":role/" name
#define SESSION(name) "arn:aws:sts::" EVENTS_ACCOUNT ":assumed-role/" name
#define ASSUME(at, who, credential)                                                                \
    {                                                                                              \
        at, "AssumeRole", who, "created credential " credential "@responseElements", "", 0         \
    }

/* clang-format off */
static const trial trials[] = {
    {"a user", {SNAPSHOT(0, "alice")}, USER("alice"), USER("alice"), "", 1},
    {"a user with a key", {SNAPSHOT(0, "alice+AKIA1")}, USER("alice"), USER("alice"), "AKIA1", 1},
    {"a user whose key another user made: the key's user acts",
     {NEW_KEY(0, M, "alice", "AKIA1"), SNAPSHOT(9, "alice+AKIA1")},
     USER("alice"), USER("alice"), "AKIA1", 2},
    {"a session whose origin is not in the logs is its own root", {SNAPSHOT(0, "Ops/bob")}, ROLE("Ops"), SESSION("Ops/bob"), SESSION("Ops/bob"), 1},
    {"with a credential too", {SNAPSHOT(0, "Ops/bob+ASIA1")}, ROLE("Ops"), SESSION("Ops/bob"), "ASIA1", 1},
    {"a user's session", {ASSUME(0, "alice+AKIA1", "ASIA1"), SNAPSHOT(9, "Ops/bob+ASIA1")}, ROLE("Ops"), USER("alice"), "ASIA1", 2},
    {"a session's session", {ASSUME(0, "alice+AKIA1", "ASIA1"), ASSUME(5, "Ops/bob+ASIA1", "ASIA2"), SNAPSHOT(9, "Admin/x+ASIA2")},
     ROLE("Admin"), USER("alice"), "ASIA2", 3},
    {"a refused assumption issues nothing", {{0, "AssumeRole", "alice", "created credential ASIA1", "", OUTCOME_DENIED}, SNAPSHOT(9, "Ops/bob+ASIA1")},
     ROLE("Ops"), SESSION("Ops/bob"), "ASIA1", 2},
    {"a session that a service issued is its own root", {ASSUME(0, "ec2.amazonaws.com", "ASIA1"), SNAPSHOT(9, "Web/i-1+ASIA1")},
     ROLE("Web"), SESSION("Web/i-1"), "ASIA1", 2},
    {"an issue that is never used is not remembered", {ASSUME(0, "alice", "ASIA1"), SNAPSHOT(9, "carol")}, USER("carol"), USER("carol"), "", 1},
    {"a federated user", {{0, "GetFederationToken", "alice+AKIA1", "created credential ASIA9", "", 0},
     {9, "CreateSnapshot", "+ASIA9", "created snapshot s", "actor_type=FederatedUser|actor_arn=arn:aws:sts::1:federated-user/f", 0}},
     "arn:aws:sts::1:federated-user/f", USER("alice"), "ASIA9", 2},
    {"a service", {SNAPSHOT(0, "dlm.amazonaws.com")}, "dlm.amazonaws.com", "dlm.amazonaws.com", "", 1},
    {"a caller without a name", {SNAPSHOT(0, "")}, "", "", "", 1},
    {"a key of a service account", {{0, "compute.disks.insert", "sa@p.iam.gserviceaccount.com+key/1", "created volume d", "", 0}},
     "id-of-sa@p.iam.gserviceaccount.com", "id-of-sa@p.iam.gserviceaccount.com", "key/1", 1},
    {"a delegated service account", {{0, "compute.disks.insert", "sa@p.iam.gserviceaccount.com", "created volume d", "issuer_id=eve@example.com", 0}},
     "id-of-sa@p.iam.gserviceaccount.com", "eve@example.com", "", 1},
    {"an Azure user with a token", {{0, "microsoft.compute/disks/delete", "eve@example.com+uti1", "target volume d", "", 0}},
     "id-of-eve@example.com", "id-of-eve@example.com", "uti1", 1},
};
/* clang-format on */

static void test_who_is_behind_a_call(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_add(&s, t->calls, events_count(t->calls, CALLS_MAX));
        assert_int_equal(s.journal.next, t->entries);
        const entry *last = journal_at(&s.journal, s.journal.next - 1);
        assert_true(str_is(graph_id(&s.graph, last->actor), t->principal));
        assert_true(str_is(graph_id(&s.graph, last->root), t->root));
        assert_true(str_is(graph_id(&s.graph, last->via), t->via));
    }
}

/* Each hop of a chain becomes an entry, with the edge that says who issued what. */
static void test_every_hop_is_remembered_with_its_proof(void **unused)
{
    static const call calls[] = {ASSUME(0, "alice", "ASIA1"), ASSUME(5, "Ops/b+ASIA1", "ASIA2"),
                                 SNAPSHOT(9, "Admin/x+ASIA2")};
    static const char *const credentials[] = {"ASIA1", "ASIA2"};
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    uint32_t alice = events_entity(&s, ENTITY_PRINCIPAL, USER("alice"));
    for (size_t i = 0; i < ARRAY_LEN(credentials); i++) {
        uint32_t c = events_entity(&s, ENTITY_CREDENTIAL, credentials[i]);
        const edge *e = &s.graph.edges[graph_at(&s.graph, c)->first_edge_in];
        assert_int_equal(graph_at(&s.graph, c)->issuer, alice);
        assert_int_equal(e->kind, EDGE_ISSUED);
        assert_int_equal(e->from, alice);
        assert_int_equal(e->entry, graph_at(&s.graph, c)->born);
        assert_int_equal(journal_at(&s.journal, e->entry)->time_ns,
                         EVENTS_START + calls[i].at_s * TIME_SECOND);
    }
}

static void test_instance_is_tied_to_its_roles_session(void **unused)
{
    static const call calls[] = {
        {0, "RunInstances", "alice", "created instance i-1; parent image ami", "", 0},
        {9, "GetCallerIdentity", "Web/i-1+ASIA1", "", "", 0},
        {10, "GetCallerIdentity", "Web/i-1+ASIA1", "", "", 0},
        {11, "GetCallerIdentity", "Web/i-unknown", "", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    assert_true(state_init(&s));
    events_add(&s, calls, ARRAY_LEN(calls));
    uint32_t instance = events_entity(&s, ENTITY_INSTANCE, "i-1");
    const edge *e = &s.graph.edges[graph_at(&s.graph, instance)->first_edge_out];
    assert_int_equal(e->kind, EDGE_RUNS_AS);
    assert_int_equal(e->to, events_entity(&s, ENTITY_SESSION, SESSION("Web/i-1")));
    assert_int_equal(e->entry, 1);
    assert_int_equal(graph_at(&s.graph, instance)->degree,
                     3); /* the others: who made it, its image */
}

/* A chain longer than the limit ends in a root of its own, and does not recurse without end. */
static void test_chain_of_sessions_is_limited(void **unused)
{
    enum { HOPS = LIMIT_ACTOR_HOPS + 5 };
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    (void)unused;
    assert_true(state_init(&s));
    for (uint32_t i = 0; i <= HOPS; i++) {
        str who = i ? arena_printf(&a, "R%u/s+ASIA%u", i, i) : STR("alice");
        str refs = arena_printf(&a, "created credential ASIA%u", i + 1);
        call c = {i, "AssumeRole", who.p, refs.p, "", 0};
        if (i == HOPS)
            c = (call){i, "CreateSnapshot", who.p, "created snapshot s", "", 0};
        event e = events_make(&c, i + 1, &a);
        state_add(&s, &e);
    }
    const entry *last = journal_at(&s.journal, s.journal.next - 1);
    assert_int_equal(s.journal.next, LIMIT_ACTOR_HOPS + 1);
    assert_int_equal(graph_at(&s.graph, last->root)->type, ENTITY_SESSION);
    assert_true(str_is(graph_id(&s.graph, last->root), SESSION("R5/s")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_behind_a_call),
        cmocka_unit_test(test_every_hop_is_remembered_with_its_proof),
        cmocka_unit_test(test_instance_is_tied_to_its_roles_session),
        cmocka_unit_test(test_chain_of_sessions_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
