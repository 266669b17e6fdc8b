/* SPDX-License-Identifier: Apache-2.0
 *
 * test_neighbours.c -- what a new machine gets around that those beside it keep to: each kind, when
 * it tells nothing, and the words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "correlate/machine_size.h"
#include "correlate/neighbours.h"
#include "state/inventory.h"
#include "support/events.h"

enum { CALLS = 6, OTHERS = 8 };

/* clang-format off */
#define ROLE(name) "|instance_identity=arn:aws:iam::1:instance-profile/" name
#define KEPT "|policy_delta=IMDSv2 required; no public address"
#define IN_VPC "; uses network vpc-1; uses security_group sg-1"
#define NEW(refs, fields) {9000, "RunInstances", "mallory", "created instance i" refs, fields, OUTCOME_SUCCESS}
#define GROUP(at, id) {at, "CreateSecurityGroup", "alice", "created security_group " id, "", OUTCOME_SUCCESS}
#define ALLOW(at, id, what) {at, "AuthorizeSecurityGroupIngress", "alice", "target security_group " id, "public_exposure=" what " from 0.0.0.0/0", OUTCOME_SUCCESS}
#define END(id) {8000, "TerminateInstances", "alice", "target instance " id, "", OUTCOME_SUCCESS}

/* Six machines "n0" … in network vpc-1 are made with the refs and fields of `others`, a minute
 * apart; then come the calls, at 9000 s the machine that is compared. Kinds found, in order, with
 * their points. */
static const struct {
    const char *name;
    const char *refs, *fields; /* of the others */
    call calls[CALLS];
    const char *found;
} cases[] = {
    {"alike", IN_VPC, "image=a|instance_type=t3.micro" ROLE("web") KEPT, {NEW(IN_VPC, "image=a|instance_type=t3.micro" ROLE("web") KEPT)}, ""},
    {"a port that nobody else opens", IN_VPC, "image=a", {GROUP(1, "sg-1"), ALLOW(2, "sg-1", "tcp/443"), GROUP(3, "sg-2"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2", "image=a")}, "port 100"},
    {"and its address", IN_VPC, "image=a" KEPT, {GROUP(1, "sg-1"), ALLOW(2, "sg-1", "tcp/443"), GROUP(3, "sg-2"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2", "image=a|public_exposure=public address")}, "port 150 address 100"},
    {"the others' groups are not known", IN_VPC, "image=a" KEPT, {GROUP(3, "sg-2"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2", "image=a")}, "port 49"},
    {"the same group", IN_VPC, "image=a", {ALLOW(4, "sg-1", "tcp/22"), NEW(IN_VPC, "image=a")}, ""},
    {"others open more", IN_VPC, "image=a", {ALLOW(2, "sg-1", "tcp/1-1000"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2", "image=a")}, ""},
    {"others open another protocol", IN_VPC, "image=a", {ALLOW(2, "sg-1", "udp/22"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2", "image=a")}, "port 49"},
    {"address", IN_VPC, "image=a" KEPT, {NEW(IN_VPC, "image=a|public_exposure=public address")}, "address 100"},
    {"address, and nothing is known of the others'", IN_VPC, "image=a", {NEW(IN_VPC, "image=a|public_exposure=public address")}, "address 50"},
    {"one other has an address", IN_VPC, "image=a", {{8000, "AssociateAddress", "alice", "target instance n3; attached public_address 3.4.5.6", "", OUTCOME_SUCCESS}, NEW(IN_VPC, "image=a|public_exposure=public address")}, ""},
    {"one that came later has an address", IN_VPC, "image=a" KEPT, {NEW(IN_VPC, "image=a|public_exposure=public address"), {9100, "RunInstances", "alice", "created instance later" IN_VPC, "image=a|public_exposure=public address", OUTCOME_SUCCESS}}, "address 100"},
    {"one that had an address ended", IN_VPC, "image=a", {{8000, "AssociateAddress", "alice", "target instance n3; attached public_address 3.4.5.6", "", OUTCOME_SUCCESS}, {8100, "TerminateInstances", "alice", "target instance n3", "", OUTCOME_SUCCESS}, NEW(IN_VPC, "image=a|public_exposure=public address")}, "address 50"},
    {"metadata without a token", IN_VPC, "image=a" KEPT, {NEW(IN_VPC, "image=a|public_exposure=IMDSv1 allowed")}, "imds 100"},
    {"allowed later", IN_VPC, "image=a" KEPT, {NEW(IN_VPC, "image=a" KEPT), {9001, "ModifyInstanceMetadataOptions", "mallory", "target instance i", "public_exposure=IMDSv1 allowed", OUTCOME_SUCCESS}}, "imds 100"},
    {"metadata with a token", IN_VPC, "image=a|public_exposure=IMDSv1 allowed", {NEW(IN_VPC, "image=a" KEPT)}, ""},
    {"a role where there is none", IN_VPC, "image=a", {NEW(IN_VPC, "image=a" ROLE("web"))}, "role 60"},
    {"a strong role where there is none", IN_VPC, "image=a", {NEW(IN_VPC, "image=a" ROLE("AdminAccess"))}, "role 100"},
    {"a strong role among others", IN_VPC, "image=a" ROLE("web"), {NEW(IN_VPC, "image=a" ROLE("AdminAccess"))}, "role 100"},
    {"another role than all have", IN_VPC, "image=a" ROLE("web"), {NEW(IN_VPC, "image=a" ROLE("db"))}, "role 40"},
    {"no role where there is one", IN_VPC, "image=a" ROLE("web"), {NEW(IN_VPC, "image=a")}, ""},
    {"a key pair where there is none", IN_VPC, "image=a", {NEW(IN_VPC "; uses key_pair k", "image=a")}, "key_pair 60"},
    {"another key pair", IN_VPC "; uses key_pair k0", "image=a", {NEW(IN_VPC "; uses key_pair k", "image=a")}, "key_pair 60"},
    {"another image", IN_VPC, "image=a", {NEW(IN_VPC, "image=b")}, "image 30"},
    {"an image of another owner", IN_VPC, "image=a|image_owner=acme", {NEW(IN_VPC, "image=b|image_owner=evil")}, "image 60"},
    {"another image of the same owner", IN_VPC, "image=a|image_owner=acme", {NEW(IN_VPC, "image=b|image_owner=acme")}, ""},
    {"far larger", IN_VPC, "image=a|instance_type=t3.micro", {NEW(IN_VPC, "image=a|instance_type=c5.24xlarge")}, "size 64"},
    {"a little larger", IN_VPC, "image=a|instance_type=m5.4xlarge", {NEW(IN_VPC, "image=a|instance_type=m5.8xlarge")}, ""},
    {"graphics", IN_VPC, "image=a|instance_type=m5.24xlarge", {NEW(IN_VPC, "image=a|instance_type=p3.2xlarge")}, "size 80"},
    {"another region of a small account", IN_VPC, "image=a", {NEW("; uses network vpc-9", "image=a|region=us-east-1")}, ""},
    {"another network, whose only machine it is", IN_VPC, "image=a" KEPT, {NEW("; uses network vpc-9", "image=a|public_exposure=public address")}, "address 100"},
    {"another account", IN_VPC, "image=a" KEPT, {NEW("; uses network vpc-9", "image=a|account=9|public_exposure=public address")}, ""},
    {"few live, and so those that did count", IN_VPC, "image=a" KEPT, {END("n1"), END("n2"), NEW(IN_VPC, "image=a|public_exposure=public address")}, "address 100"},
    {"too few, and the others ended long ago", IN_VPC, "image=a" KEPT, {END("n1"), END("n2"), {40 * 86400, "RunInstances", "mallory", "created instance i" IN_VPC, "image=a|public_exposure=public address", OUTCOME_SUCCESS}}, ""},
    {"its maker's machine of the day before had an address", IN_VPC, "image=a" KEPT, {{7000, "RunInstances", "mallory", "created instance old" IN_VPC, "image=a|public_exposure=public address", OUTCOME_SUCCESS}, END("old"), NEW(IN_VPC, "image=a|public_exposure=public address")}, ""},
    {"few live, and one of the past that was brief had an address", IN_VPC, "image=a" KEPT, {END("n1"), END("n2"), {8000, "RunInstances", "packer", "created instance old" IN_VPC, "image=a|public_exposure=public address", OUTCOME_SUCCESS}, {8600, "TerminateInstances", "packer", "target instance old", "", OUTCOME_SUCCESS}, NEW(IN_VPC, "image=a|public_exposure=public address")}, "address 100"},
    {"one that ended since", IN_VPC, "image=a" KEPT, {NEW(IN_VPC, "image=a|public_exposure=public address"), {9100, "TerminateInstances", "alice", "target instance n1; target instance n2; target instance n3", "", OUTCOME_SUCCESS}}, "address 100"},
    {"no more than three points", IN_VPC, "image=a|instance_type=t3.micro" KEPT, {GROUP(1, "sg-1"), GROUP(3, "sg-2"), ALLOW(4, "sg-2", "tcp/22"), NEW("; uses network vpc-1; uses security_group sg-2; uses key_pair k", "image=b|instance_type=p3.2xlarge|public_exposure=public address; IMDSv1 allowed" ROLE("admin"))}, "port 150 address 100 imds 50"},
    {"an attempt", IN_VPC, "image=a" KEPT, {{9000, "RunInstances", "mallory", "created instance i" IN_VPC, "image=a|public_exposure=public address", OUTCOME_DENIED}}, ""},
};

static const char *const kind_names[NEIGHBOUR_KIND_COUNT] = {
    [NEIGHBOUR_PORT] = "port",         [NEIGHBOUR_ADDRESS] = "address", [NEIGHBOUR_IMDS] = "imds",
    [NEIGHBOUR_ROLE] = "role",         [NEIGHBOUR_KEY_PAIR] = "key_pair", [NEIGHBOUR_IMAGE] = "image",
    [NEIGHBOUR_SIZE] = "size",         [NEIGHBOUR_REGION] = "region",
};
/* clang-format on */

enum { NEIGHBOURS = 6 };

/* The neighbours come after the calls that set up groups, before the machine that is compared. */
static void tell(state *s, const char *refs, const char *fields, const call *calls, size_t n)
{
    AUTO(arena) a = {0};
    call all[CALLS + NEIGHBOURS];
    size_t n_all = 0, k = 0;
    for (; k < n && calls[k].at_s < 60; k++)
        all[n_all++] = calls[k];
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        str made = arena_printf(&a, "created instance n%zu%s", i, refs);
        all[n_all++] = (call){(int64_t)(60 + 60 * i), "RunInstances", "alice", made.p, fields,
                              OUTCOME_SUCCESS};
    }
    for (; k < n; k++)
        all[n_all++] = calls[k];
    events_add(s, all, n_all);
}

/* Compares what the story that has mallory's machine in it made. */
static neighbour_list compare(state *s, arena *a)
{
    neighbour_list found = {0};
    story_plan plan = {0};
    assert_true(story_plan_make(s, &plan));
    for (size_t i = 0; i < plan.n_strands; i++) {
        story t = {0};
        neighbour_list one;
        assert_true(story_build(s, &plan, i, i + 1, a, &t));
        assert_true(neighbours_compare(s, &t, a, &one));
        if (str_is(graph_name(&s->graph, t.roots[0]), "mallory"))
            found = one;
    }
    story_plan_done(&plan);
    return found;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The sentence of one kind of the only case with that name, and how the machine is reached. */
/* clang-format off */
static const struct {
    const char *name;
    neighbour_kind kind;
    const char *text;
} sentences[] = {
    {"and its address", NEIGHBOUR_PORT, "the 6 others in vpc-1 accept tcp/443 only from the world; this one accepts tcp/22"},
    {"and its address", NEIGHBOUR_ADDRESS, "this machine has a public address; none of the 6 others in vpc-1 has"},
    {"the others' groups are not known", NEIGHBOUR_PORT, "this machine accepts tcp/22 from the world; none of the 6 others in vpc-1 was seen to"},
    {"address, and nothing is known of the others'", NEIGHBOUR_ADDRESS, "this machine has a public address; none of the 6 others in vpc-1 was seen to get one"},
    {"few live, and so those that did count", NEIGHBOUR_ADDRESS, "this machine has a public address; none of the 6 others of 30 days in vpc-1 has"},
    {"one that ended since", NEIGHBOUR_ADDRESS, "this machine has a public address; none of the 6 others in vpc-1 has"},
    {"metadata without a token", NEIGHBOUR_IMDS, "this machine's metadata service answers without a token (IMDSv1); on 6 others in vpc-1 it asks for one"},
    {"a strong role among others", NEIGHBOUR_ROLE, "this machine has the role AdminAccess; none of 6 others in vpc-1 has it"},
    {"a role where there is none", NEIGHBOUR_ROLE, "this machine has the role web; none of 6 others in vpc-1 has a role"},
    {"another key pair", NEIGHBOUR_KEY_PAIR, "this machine lets in the key k; 6 others in vpc-1 all have k0"},
    {"another image", NEIGHBOUR_IMAGE, "its image is b; 6 others in vpc-1 all have a"},
    {"far larger", NEIGHBOUR_SIZE, "it is a c5.24xlarge of about 96 processors; the largest of 6 others in vpc-1 has 2"},
    {"another network, whose only machine it is", NEIGHBOUR_ADDRESS, "this machine has a public address; none of the 6 others in eu-west-1 of account 111122223333 has"},
};
/* clang-format on */

static size_t find_case(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (str_is(str_of(name), cases[i].name))
            return i;
    fail_msg("no case %s", name);
    return 0;
}

static void begin_case(state *s, size_t i)
{
    assert_true(state_init(s));
    tell(s, cases[i].refs, cases[i].fields, cases[i].calls, events_count(cases[i].calls, CALLS));
}

static void test_words(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(sentences); i++) {
        CLEANUP(state_done) state s;
        AUTO(arena) a = {0};
        begin_case(&s, find_case(sentences[i].name));
        neighbour_list found = compare(&s, &a);
        str text = STR_NONE;
        for (size_t k = 0; k < found.n; k++)
            if (found.item[k].kind == sentences[i].kind)
                text = found.item[k].text;
        if (!str_is(text, sentences[i].text))
            fail_msg("%s: %.*s", sentences[i].name, (int)text.n, text.p ? text.p : "");
    }
}

static void test_exposure_in_words(void **unused)
{
    /* clang-format off */
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"and its address", "open to the world on tcp/22: group sg-2 (opened 2026-01-02T03:04:09Z by alice) and a public address (given 2026-01-02T05:34:05Z by mallory)"},
        {"a port that nobody else opens", "would accept from the world tcp/22: group sg-2 (opened 2026-01-02T03:04:09Z by alice); no public address was seen"},
        {"alike", "no rule open to the world was seen; no public address"},
    };
    /* clang-format on */
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(state_done) state s;
        AUTO(arena) a = {0};
        begin_case(&s, find_case(rows[i].name));
        str text = exposure_text(&s, events_entity(&s, ENTITY_INSTANCE, "i"), &a);
        if (!str_is(text, rows[i].text))
            fail_msg("%s: %.*s", rows[i].name, (int)text.n, text.p ? text.p : "");
        assert_int_equal(exposure_text(&s, 0, &a).n, 0);
    }
}

/* An account with many machines in one region, and one in another. */
static void test_region(void **unused)
{
    static const call lonely =
        NEW("; uses network vpc-9", "image=a|region=us-east-1|public_exposure=public address");
    CLEANUP(state_done) state s;
    AUTO(arena) a = {0};
    (void)unused;
    assert_true(state_init(&s));
    for (int i = 0; i < 30; i++) {
        const call one = {
            i,         "RunInstances",
            "alice",   arena_printf(&a, "created instance n%d; uses network vpc-1", i).p,
            "image=a", OUTCOME_SUCCESS};
        event e = events_make(&one, (uint32_t)(i + 1), &a);
        state_add(&s, &e);
    }
    event e = events_make(&lonely, 100, &a);
    state_add(&s, &e);
    neighbour_list found = compare(&s, &a);
    assert_int_equal(found.n, 2);
    assert_true(str_is(found.item[0].text, "it is the only machine in us-east-1; the 30 others of "
                                           "account 111122223333 live elsewhere"));
    assert_true(str_is(found.item[1].text, "this machine has a public address; none of the 30 "
                                           "others in account 111122223333 was seen to get one"));
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void test_sizes(void **unused)
{
    static const struct {
        const char *name;
        unsigned cores;
        bool has_gpu;
    } rows[] = {
        {"t3.micro", 2, false},
        {"m5.xlarge", 4, false},
        {"c5.24xlarge", 96, false},
        {"p3.2xlarge", 8, true},
        {"g4dn.xlarge", 4, true},
        {"m6g.large", 2, false},
        {"inf1.xlarge", 4, true},
        {"i3.metal", 96, false},
        {"Standard_B2s", 2, false},
        {"Standard_D64s_v5", 64, false},
        {"Standard_NC24ads_A100_v4", 24, true},
        {"e2-medium", 2, false},
        {"n1-standard-16", 16, false},
        {"a2-highgpu-1g", 1, true},
        {"g2-standard-4", 4, true},
        {"", 0, false},
        {"something", 0, false},
        {"m5.99999999999999999xlarge", 16384 * 4, false},
    };
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        machine_size s = machine_size_of(str_of(rows[i].name));
        if (i + 1 < ARRAY_LEN(rows) && (s.cores != rows[i].cores || s.has_gpu != rows[i].has_gpu))
            fail_msg("%s: %u %d", rows[i].name, s.cores, s.has_gpu);
        assert_true(s.cores <= rows[i].cores);
    }
}

/* ---- every kind ------------------------------------------------------------------------------ */

static void test_kinds(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(state_done) state s;
        AUTO(arena) a = {0};
        AUTO(buf) text = {0};
        begin_case(&s, i);
        neighbour_list found = compare(&s, &a);
        for (size_t k = 0; k < found.n; k++)
            buf_printf(&text, "%s%s %d", k ? " " : "", kind_names[found.item[k].kind],
                       (int)found.item[k].cents);
        if (!str_is(buf_str(&text), cases[i].found))
            fail_msg("%s: %.*s", cases[i].name, (int)text.n, text.p ? text.p : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_exposure_in_words),
        cmocka_unit_test(test_region),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
