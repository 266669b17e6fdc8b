/* SPDX-License-Identifier: Apache-2.0
 *
 * test_facts.c -- which calls are evidence of what, and whose the copied thing was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"
#include "correlate/facts.h"
#include "support/chain.h"

enum { CALLS_MAX = 6 };

/* `facts` names those that hold, in the order of `flags`; others must not. */
typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    const char *facts;
    const char *victim; /* "" for none */
} trial;

#define WITH(name, refs, fields) CALLED(9, name, "a", refs, fields)

/* clang-format off */
static const trial trials[] = {
    {"an instance",                          {INSTANCE(2, "a")}, "instance", ""},
    {"a copy",                               {SNAPSHOT(0, "a")}, "victim", "vol-0"},
    {"a copy of a thing made by oneself is none",  {INSTANCE(2, "a"), WITH("CreateImage", "created image m; parent instance i-1", "")}, "instance", ""},
    {"nor by another session of one's role", {{0, "RunInstances", "CI/1", "created instance i-1; parent image ami", "", 0}, {9, "CreateImage", "CI/2", "created image m; parent instance i-1", "", 0}}, "instance", ""},
    {"a copy of a disk of another's snapshot", {{0, "CreateSnapshot", "dlm.amazonaws.com", "created snapshot snap-1", "", 0}, VOLUME(1, "a")}, "victim", "snap-1"},
    {"a copy attached",                      {SNAPSHOT(0, "a"), VOLUME(1, "a"), INSTANCE(2, "a"), ATTACH(3, "a")}, "instance victim mounted", "vol-0"},
    {"an old disk attached is no copy",      {INSTANCE(2, "a"), {3, "AttachVolume", "a", "attached volume old; target instance i-1", "", 0}}, "instance", ""},
    {"an empty disk is no copy",             {WITH("CreateVolume", "created volume v", "")}, "", ""},
    {"a copy mapped into a new instance",    {SNAPSHOT(0, "a"), {2, "RunInstances", "a", "created instance i-1; parent image ami; parent snapshot snap-1", "", 0}}, "instance victim mounted", "vol-0"},
    {"an image's own snapshot is no victim", {{2, "RunInstances", "a", "created instance i-1; parent image ami; parent snapshot of-image", "", 0}}, "instance", ""},
    {"an image of a copy, run",              {SNAPSHOT(0, "a"), WITH("RegisterImage", "created image m; parent snapshot snap-1", ""), {10, "RunInstances", "a", "created instance i-1; parent image m", "", 0}}, "instance victim mounted", "vol-0"},
    {"a snapshot under a running instance",  {WITH("CreateReplaceRootVolumeTask", "target instance i-1; parent snapshot snap-1", "")}, "victim mounted", "snap-1"},
    {"a network for everyone",               {INSTANCE(2, "a"), WITH("AuthorizeSecurityGroupIngress", "target instance i-1", "public_exposure=tcp/22 from 0.0.0.0/0")}, "instance network", ""},
    {"a network for the office",             {INSTANCE(2, "a"), WITH("AuthorizeSecurityGroupIngress", "target instance i-1", "")}, "instance", ""},
    {"a group made with an open rule in it", {{0, "microsoft.compute/virtualmachines/write", "a", "created instance i-1", "", 0}, WITH("microsoft.network/networksecuritygroups/write", "created security_group g", "public_exposure=tcp/22 from *")}, "instance network", ""},
    {"a public address",                     {INSTANCE(2, "a"), WITH("AssociateAddress", "target instance i-1", "public_exposure=public address")}, "instance", ""},
    {"other groups on an interface",         {INSTANCE(2, "a"), WITH("ModifyNetworkInterfaceAttribute", "target network eni", "")}, "instance network", ""},
    {"a command run on it",                  {INSTANCE(2, "a"), WITH("SendCommand", "target instance i-1", "")}, "instance access", ""},
    {"a key pair",                           {INSTANCE(2, "a"), WITH("CreateKeyPair", "created key_pair k", "")}, "instance", ""},
    {"administrator's rights",               {INSTANCE(2, "a"), WITH("AttachUserPolicy", "target principal p", "policy_delta=AdministratorAccess")}, "instance privesc", ""},
    {"rights to read",                       {INSTANCE(2, "a"), WITH("AttachUserPolicy", "target principal p", "policy_delta=ReadOnlyAccess")}, "instance", ""},
    {"logging stopped",                      {INSTANCE(2, "a"), WITH("StopLogging", "", "")}, "instance evasion", ""},
    {"logging stopped, refused",             {INSTANCE(2, "a"), {9, "StopLogging", "a", "", "", OUTCOME_DENIED}}, "instance", ""},
    {"a snapshot shared",                    {SNAPSHOT(0, "a"), WITH("ModifySnapshotAttribute", "target snapshot snap-1", "share_to=999")}, "victim exfil", "vol-0"},
    {"a snapshot's share taken back",        {SNAPSHOT(0, "a"), WITH("ModifySnapshotAttribute", "target snapshot snap-1", "")}, "victim", "vol-0"},
    {"our snapshot used by others",          {SNAPSHOT(0, "a"), WITH("SharedSnapshotVolumeCreated", "target snapshot snap-1", "actor_account=999")}, "victim exfil foreign", "vol-0"},
    {"our snapshot used by ourselves",       {SNAPSHOT(0, "a"), WITH("SharedSnapshotVolumeCreated", "target snapshot snap-1", "actor_account=" EVENTS_ACCOUNT)}, "victim", "vol-0"},
    {"a stranger's snapshot used",           {INSTANCE(2, "a"), WITH("SharedSnapshotVolumeCreated", "target snapshot public", "actor_account=999")}, "instance", ""},
};
/* clang-format on */

static void put(buf *out, const char *name, bool holds)
{
    if (holds)
        buf_printf(out, "%s%s", out->n ? " " : "", name);
}

static void tell(const score_facts *f, buf *out)
{
    put(out, "instance", f->has_instance);
    put(out, "victim", f->has_victim);
    put(out, "mounted", f->is_mounted);
    put(out, "identity", f->has_new_identity);
    put(out, "network", f->has_network);
    put(out, "access", f->has_access);
    put(out, "exfil", f->has_exfil);
    put(out, "foreign", f->has_foreign_use);
    put(out, "evasion", f->has_evasion);
    put(out, "privesc", f->has_privesc);
    put(out, "staging", f->has_staging);
    buf_putc(out, '\0');
}

static score_facts facts_of_calls(state *s, const call *calls, size_t n)
{
    AUTO(arena) a = {0};
    story t;
    assert_true(state_init(s));
    events_story(s, calls, n, &a, &t);
    return facts_of(s, &t, 0);
}

static void test_what_calls_prove(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        AUTO(buf) told = {0};
        print_message("# %s\n", t->name);
        score_facts f = facts_of_calls(&s, t->calls, events_count(t->calls, CALLS_MAX));
        tell(&f, &told);
        assert_string_equal(told.p, t->facts);
        assert_true(str_is(graph_id(&s.graph, f.victim), t->victim));
    }
}

/* In the logs of a young server both its making and the theft are seen: two stories, and a victim.
 * */
static void test_thing_made_by_others_is_a_victim(void **unused)
{
    static const call calls[] = {
        {0, "RunInstances", "ci", "created instance i; parent image ami", "", 0},
        {60, "CreateImage", "mallory", "created image m; parent instance i", "", 0},
        {90, "RunInstances", "mallory", "created instance copy; parent image m", "", 0},
        {95, "AuthorizeSecurityGroupIngress", "mallory", "target security_group g",
         "public_exposure=tcp/22 from 0.0.0.0/0", 0},
    };
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    assert_int_equal(r.n_incidents, 2);
    assert_int_equal(r.incidents[0].level, SPOOR_HIGH);
    assert_string_equal(r.incidents[0].title, "Copy of instance i was put on instance copy");
    assert_int_equal(r.incidents[1].level, SPOOR_INFORMATIONAL);
}

static void test_new_identity_is_known_by_its_birth(void **unused)
{
    static const call calls[] = {
        {0, "CreateAccessKey", "a", "created credential AKIA1; target principal u", "", 0},
        {600, "RunInstances", "u+AKIA1", "created instance i", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    score_facts f = facts_of_calls(&s, calls, ARRAY_LEN(calls));
    assert_true(f.has_new_identity);
    assert_true(str_is(graph_id(&s.graph, f.identity), "AKIA1"));
    assert_int_equal(f.identity_entry, 0);
    assert_int_equal(f.other_stages, 1);
}

static void test_instances_are_counted_and_the_attached_one_matters(void **unused)
{
    static const call calls[] = {
        SNAPSHOT(0, "a"),
        VOLUME(1, "a"),
        {2, "RunInstances", "a", "created instance i1; created instance i2; parent image m", "", 0},
        {3, "AttachVolume", "a", "attached volume vol-1; target instance i2", "", 0},
        {4, "RunInstances", "a", "created instance i3; parent image m", "", 0},
    };
    AUTO(state) s = {0};
    (void)unused;
    score_facts f = facts_of_calls(&s, calls, ARRAY_LEN(calls));
    assert_int_equal(f.instances, 3);
    assert_true(str_is(graph_id(&s.graph, f.instance), "i2"));
    assert_true(str_is(graph_id(&s.graph, f.copy), "snap-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_calls_prove),
        cmocka_unit_test(test_thing_made_by_others_is_a_victim),
        cmocka_unit_test(test_new_identity_is_known_by_its_birth),
        cmocka_unit_test(test_instances_are_counted_and_the_attached_one_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
