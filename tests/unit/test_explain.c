/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain.c -- the exact sentences for the main shapes of stories, and commands that are safe
 * to paste whatever an attacker called his things.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "correlate/explain.h"
#include "support/chain.h"

enum { CALLS_MAX = 12 };

typedef struct trial {
    call calls[CALLS_MAX];
    const char *title;
    const char *verdict;
} trial;

/* clang-format off */
static const trial trials[] = {
    {{INSTANCE(0, M)}, "Instance i-1 was made", "mallory made an instance."},
    {{{0, "RunInstances", M, "created instance i-1; created instance i-2", "", 0}}, "2 instances were made", "mallory made 2 instances."},
    {{OPEN(0, M), INSTANCE(540, M)}, "Instance i-1 was made and a network opened", "mallory opened a network and made an instance, within 9 min."},
    {{OFFICE(0, M), INSTANCE(5, M)}, "Instance i-1 was made", "mallory made an instance, within 5 s."},
    {{SNAPSHOT(0, M)}, "Volume vol-0 was copied", "mallory took a snapshot; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, M), INSTANCE(7500, M)}, "Volume vol-0 was copied, and instance i-1 made",
     "mallory took a snapshot and made an instance, within 2 h 5 min; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, M), VOLUME(60, M), INSTANCE(80, M), ATTACH(7200, M)}, "Copy of volume vol-0 was put on instance i-1",
     "mallory took a snapshot, made a disk, made an instance and attached a disk, within 2 h; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, M), VOLUME(60, M), INSTANCE(80, M), ATTACH(90, M), SHARE(100, M)}, "Copy of volume vol-0 was put on instance i-1, and shared or exported",
     "mallory took a snapshot, made a disk, made an instance, attached a disk and shared a snapshot, within 1 min; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, M), SHARE(259200, M)}, "Copy of volume vol-0 was shared or exported",
     "mallory took a snapshot and shared a snapshot, within 3 days; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, M), {60, "SharedSnapshotVolumeCreated", "", "target snapshot snap-1", "actor_account=999", 0}}, "Snapshot snap-1 was used by another account",
     "mallory took a snapshot, within 1 min; volume vol-0 was there before and is not theirs; another account used snapshot snap-1."},
    {{NEW_USER(0, M, "u"), {5, "AttachUserPolicy", M, "target principal " USER("u"), "policy_delta=AdministratorAccess", 0}, INSTANCE(600, "u")},
     "Instance i-1 was made by a new identity", "u (an identity made 10 min earlier by mallory, and given rights) made an instance, within 10 min."},
    {{{0, "CreateAccessKey", M, "created credential AKIA1; target principal other", "", 0}, INSTANCE(600, "u+AKIA1")},
     "Instance i-1 was made by a new identity", "u (with a credential made 10 min earlier by mallory) made an instance, within 10 min."},
    {{{0, "AttachVolume", M, "attached volume v; target instance i", "", OUTCOME_DENIED}}, "AttachVolume was tried and refused", "mallory was refused whatever it tried."},
    {{{0, "AttachVolume", M, "attached volume v; target instance i", "", 0}}, "AttachVolume", "mallory attached a disk."},
    {{{0, "ModifySnapshotAttribute", M, "target snapshot old", "share_to=all", 0}}, "Snapshot old was shared", "mallory shared a snapshot."},
    {{SNAPSHOT(0, M), VOLUME(9, "b")}, "Volume vol-0 was copied",
     "mallory and 1 other actor took a snapshot and made a disk, within 9 s; volume vol-0 was there before and is not theirs."},
    {{SNAPSHOT(0, "")}, "Volume vol-0 was copied", "an unnamed caller took a snapshot; volume vol-0 was there before and is not theirs."},
    {{{0, "microsoft.compute/snapshots/write", "eve", "created snapshot /sub/s; parent volume /subscriptions/1/disks/data", "", 0},
      {30, "microsoft.compute/snapshots/begingetaccess/action", "eve", "target snapshot /sub/s", "", 0}},
     "Copy of disk data was shared or exported", "eve took a snapshot and exported a snapshot, within 30 s; disk data was there before and is not theirs."},
    {{SNAPSHOT(0, M), {1, "StopLogging", M, "", "", 0}, {2, "GetSnapshotBlock", M, "target snapshot snap-1", "", 0}, VOLUME(3, M), OPEN(4, M), INSTANCE(5, M), ATTACH(6, M),
      {7, "SendCommand", M, "target instance i-1", "", 0}, SHARE(8, M)}, "Copy of volume vol-0 was put on instance i-1, and shared or exported",
     "mallory took a snapshot, weakened logging, read the data of a snapshot, made a disk, opened a network, made an instance, attached a disk and 2 more kinds of steps, within 8 s; "
     "volume vol-0 was there before and is not theirs."},
};
/* clang-format on */

static void test_titles_and_verdicts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(arena) a = {0};
        correlate_result r =
            events_judge(trials[i].calls, events_count(trials[i].calls, CALLS_MAX), &a);
        assert_int_equal(r.n_incidents, 1);
        assert_string_equal(r.incidents[0].title, trials[i].title);
        assert_string_equal(r.incidents[0].verdict, trials[i].verdict);
    }
}

typedef struct span {
    int64_t ns;
    const char *text;
} span;

/* clang-format off */
static const span spans[] = {
    {0, "0 s"}, {59 * TIME_SECOND, "59 s"}, {TIME_MINUTE, "1 min"}, {59 * TIME_MINUTE, "59 min"}, {TIME_HOUR, "1 h"},
    {125 * TIME_MINUTE, "2 h 5 min"}, {47 * TIME_HOUR, "47 h"}, {2 * TIME_DAY, "2 days"}, {9 * TIME_DAY + TIME_HOUR, "9 days"},
};
/* clang-format on */

static void test_durations(void **unused)
{
    AUTO(arena) a = {0};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(spans); i++)
        assert_string_equal(explain_duration(spans[i].ns, &a), spans[i].text);
}

static bool has_text(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static bool has_part(const char *const *list, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(list[i], part))
            return true;
    return false;
}

static void test_commands_look_before_they_contain(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, M), VOLUME(1, M), INSTANCE(2, M), ATTACH(3, M)};
    AUTO(arena) a = {0};
    bool is_containing = false;
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    assert_true(has_text(in->next, in->n_next,
                         "verify: aws ec2 describe-volumes --region eu-west-1 --volume-ids vol-0"));
    assert_true(has_part(in->next, in->n_next,
                         "contain: aws ec2 stop-instances --region eu-west-1 --instance-ids i-1 "));
    for (size_t i = 0; i < in->n_next; i++) {
        bool is_contain = strncmp(in->next[i], "contain: ", 9) == 0;
        assert_true(is_contain || !is_containing);
        is_containing = is_containing || is_contain;
    }
    assert_true(has_part(in->missing, in->n_missing, "no S3 data events"));
    assert_true(has_part(in->near_misses, in->n_near_misses,
                         "no network was opened and nobody was seen entering"));
}

static void test_old_instance_is_not_offered_for_containment(void **unused)
{
    static const call calls[] = {
        {0, "CreateImage", M, "created image m; parent instance i-prod", "", 0}};
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    assert_true(has_part(in->next, in->n_next, "verify: aws ec2 describe-instances"));
    assert_false(has_part(in->next, in->n_next, "contain:"));
}

static void test_new_credential_is_offered_for_containment(void **unused)
{
    static const call calls[] = {
        NEW_USER(0, M, "u"),
        NEW_KEY(1, M, "u", "AKIA1"),
        INSTANCE(600, "u+AKIA1"),
    };
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    assert_true(has_text(in->next, in->n_next,
                         "contain: aws iam update-access-key --user-name u --status Inactive "
                         "--access-key-id AKIA1"));
}

static void check_list(const char *const *list, size_t n, const char *const *wanted,
                       size_t n_wanted)
{
    for (size_t i = 0; i < n; i++)
        print_message("#   %s\n", list[i]);
    assert_int_equal(n, n_wanted);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(list[i], wanted[i]);
}

/* The level of a stolen disk with an opened network hangs on three things. */
static void test_counterfactuals_say_what_the_level_hangs_on(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, M), VOLUME(60, M), OPEN(70, M), INSTANCE(80, M),
                                 ATTACH(90, M)};
    static const char *const wanted[] = {
        "without the copied disk: low (6.92)",
        "without the opened network: medium (10.69)",
    };
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    check_list(in->counterfactuals, in->n_counterfactuals, wanted, ARRAY_LEN(wanted));
}

static void test_no_counterfactual_for_what_is_low(void **unused)
{
    static const call calls[] = {GROUP(0, M), OPEN(5, M), INSTANCE(9, M)};
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    assert_int_equal(r.incidents[0].level, SPOOR_LOW);
    assert_int_equal(r.incidents[0].n_counterfactuals, 0);
}

static void test_evidence_that_is_there_twice_carries_no_level_alone(void **unused)
{
    static const call calls[] = {NEW_USER(0, "boss", "mallory"),
                                 ADMIN(5, "boss", "mallory"),
                                 SNAPSHOT(10, M),
                                 VOLUME(60, M),
                                 OPEN(70, M),
                                 INSTANCE(80, M),
                                 ATTACH(90, M),
                                 {99, "SendSSHPublicKey", M, "target instance i-1", "", 0}};
    static const char *const wanted[] = {
        "no single kind of evidence carries the level: without any one it stays high"};
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    assert_int_equal(r.incidents[0].level, SPOOR_HIGH);
    check_list(r.incidents[0].counterfactuals, r.incidents[0].n_counterfactuals, wanted, 1);
}

/* clang-format off */
static const struct {
    call calls[CALLS_MAX];
    const char *text; /* NULL: nothing is nearly there */
} nears[] = {
    {{INSTANCE(0, M)}, NULL},
    {{SNAPSHOT(0, M), INSTANCE(80, M)},
     "2 of 5 steps of the chain (copy, instance, mount, way in, data out): no instance got the copy within 30 days; no network was opened and nobody was seen entering "
     "within 72 h; nothing was staged, shared or exported within 72 h"},
    {{SNAPSHOT(0, M), VOLUME(60, M), INSTANCE(80, M), ATTACH(90, M), SHARE(100, M)},
     "4 of 5 steps of the chain (copy, instance, mount, way in, data out): no network was opened and nobody was seen entering within 72 h"},
    {{SNAPSHOT(0, M), VOLUME(60, M), OPEN(70, M), INSTANCE(80, M), ATTACH(90, M), SHARE(100, M)}, NULL},
};
/* clang-format on */

static void test_near_misses_count_the_chain(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(nears); i++) {
        AUTO(arena) a = {0};
        correlate_result r =
            events_judge(nears[i].calls, events_count(nears[i].calls, CALLS_MAX), &a);
        const spoor_incident *in = &r.incidents[0];
        check_list(in->near_misses, in->n_near_misses, &nears[i].text, nears[i].text != NULL);
    }
}

static void test_missing_tells_of_the_edges_of_the_logs(void **unused)
{
    static const call calls[] = {{0, "ConsoleLogin", "x", "", "", 0},
                                 SNAPSHOT(90000, M),
                                 INSTANCE(90060, M),
                                 {90180, "ConsoleLogin", "x", "", "", 0}};
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    assert_true(
        has_part(in->missing, in->n_missing,
                 "the AWS logs end 2 min after the last step: what followed may lie behind"));
    assert_false(has_part(in->missing, in->n_missing, "begin"));
    assert_false(has_part(in->missing, in->n_missing, "no log-ins"));
    assert_true(has_part(in->missing, in->n_missing, "what ran on the instance"));
}

static void test_missing_tells_whose_session_it_was(void **unused)
{
    static const call calls[] = {SNAPSHOT(0, "Admin/eve")};
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    const spoor_incident *in = &r.incidents[0];
    assert_true(has_part(in->missing, in->n_missing,
                         "the call that issued session Admin/eve is not in these logs"));
    assert_true(has_part(in->missing, in->n_missing, "no log-ins and no assumed roles"));
    assert_false(has_part(in->missing, in->n_missing, "what ran on the instance"));
}

/* Forty-two launches are one line; five are five. */
static void test_like_calls_are_one_step(void **unused)
{
    static const size_t many[] = {5, 42};
    (void)unused;
    for (size_t k = 0; k < ARRAY_LEN(many); k++) {
        call calls[42];
        AUTO(arena) a = {0};
        for (size_t i = 0; i < many[k]; i++)
            calls[i] = (call){.at_s = (int64_t)i,
                              .name = "RunInstances",
                              .who = "Admin/eve",
                              .refs = arena_printf(&a, "created instance i-%zu", i).p};
        correlate_result r = events_judge(calls, many[k], &a);
        const spoor_incident *in = &r.incidents[0];
        assert_int_equal(in->n_steps, many[k] == 42 ? 1 : 5);
        assert_int_equal(in->steps[0].count, many[k] == 42 ? 42 : 1);
        assert_int_equal(in->n_resources, many[k]);
        assert_int_equal(in->steps[0].n_resources, many[k] == 42 ? 20 : 1);
    }
}

typedef struct hostile {
    str id;
    const char *title;
    const char *command; /* behind "--instance-ids " */
} hostile;

/* clang-format off */
static const hostile hostiles[] = {
    {STR_INIT("i-0abc"),             "Instance i-0abc was made",             "i-0abc"},
    {STR_INIT("i-; rm -rf ~"),       "Instance i-; rm -rf ~ was made",       "'i-; rm -rf ~'"},
    {STR_INIT("i-$(id)`id`"),        "Instance i-$(id)`id` was made",        "'i-$(id)`id`'"},
    {STR_INIT("i-a'b"),              "Instance i-a'b was made",              "'i-a'\\''b'"},
    {STR_INIT("--i-profile"),        "Instance --i-profile was made",        "'--i-profile'"},
    {STR_INIT("i-a\nb"),             "Instance i-a\nb was made",             "'i-a\nb'"},
    {STR_INIT("i-a\0b"),             "Instance i-a\xEF\xBF\xBD" "b was made", "'i-a\xEF\xBF\xBD" "b'"},
    {STR_INIT("i-%s%n"),             "Instance i-%s%n was made",             "'i-%s%n'"},
};
/* clang-format on */

static void judge_hostile(str id, arena *a, correlate_result *ret)
{
    static const char *const names[] = {"test.json"};
    const correlate_options options = {
        .names = names, .min_level = SPOOR_INFORMATIONAL, .closed_before_ns = INT64_MAX};
    const call run = {0, "RunInstances", M, "created instance x", "", 0};
    event e = events_make(&run, 1, a);
    const event_ref ref = {.id = id, .relation = RELATION_CREATED, .type = ENTITY_INSTANCE};
    AUTO(state) s = {0};
    e.refs = &ref;
    assert_true(state_init(&s));
    state_add(&s, &e);
    correlate_result r = {0};
    assert_true(correlate_run(&s, &options, a, &r));
    *ret = events_settle(&r, a);
}

static void test_hostile_ids_are_one_word_for_a_shell(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(hostiles); i++) {
        AUTO(arena) a = {0};
        correlate_result r = {0};
        judge_hostile(hostiles[i].id, &a, &r);
        const spoor_incident *in = &r.incidents[0];
        str command = arena_printf(
            &a, "verify: aws ec2 describe-instances --region eu-west-1 --instance-ids %s",
            hostiles[i].command);
        assert_string_equal(in->title, hostiles[i].title);
        assert_true(has_text(in->next, in->n_next, command.p));
    }
}

/* "from kind to uid" of a link that must be there. */
static bool has_link(const spoor_incident *in, const char *from, const char *kind, const char *to,
                     const char *uid)
{
    for (size_t i = 0; i < in->n_links; i++) {
        const spoor_link *l = &in->links[i];
        if (strcmp(l->from, from) == 0 && strcmp(l->to, to) == 0 && strcmp(l->kind, kind) == 0)
            return strcmp(l->event_uid, uid) == 0;
    }
    return false;
}

static void test_links_name_the_record_that_proves_them(void **unused)
{
    static const call calls[] = {
        {0, "AssumeRole", M, "created credential ASIA1; target principal role", "", 0},
        SNAPSHOT(9, "Ops/x+ASIA1"),
        VOLUME(10, "Ops/x+ASIA1"),
        INSTANCE(11, "Ops/x+ASIA1"),
        ATTACH(12, "Ops/x+ASIA1"),
        {60, "StopLogging", "Web/i-1+ASIA2", "", "", 0},
    };
    static const char session[] = "arn:aws:sts::" EVENTS_ACCOUNT ":assumed-role/Web/i-1";
    static const char mallory[] = "arn:aws:iam::" EVENTS_ACCOUNT ":user/" M;
    AUTO(arena) a = {0};
    (void)unused;
    correlate_result r = events_judge(calls, ARRAY_LEN(calls), &a);
    assert_int_equal(r.n_incidents, 1);
    const spoor_incident *in = &r.incidents[0];
    assert_true(has_link(in, mallory, "issued", "ASIA1", "uid-1"));
    assert_true(has_link(in, "snap-1", "derived_from", "vol-0", "uid-2"));
    assert_true(has_link(in, "snap-1", "created_by", mallory, "uid-2"));
    assert_true(has_link(in, "vol-1", "derived_from", "snap-1", "uid-3"));
    assert_true(has_link(in, "i-1", "uses", "g", "uid-4"));
    assert_true(has_link(in, "vol-1", "attached_to", "i-1", "uid-5"));
    assert_true(has_link(in, "i-1", "runs_as", session, "uid-6"));
    assert_string_equal(in->steps[1].via, "credential ASIA1 of Ops");
    assert_string_equal(in->steps[1].source, "test.json:2");
}

static void test_list_holds_each_text_once(void **unused)
{
    AUTO(arena) a = {0};
    text_list l = {0};
    (void)unused;
    for (int i = 0; i < 20; i++)
        text_list_add(&a, &l, arena_printf(&a, "%d", i % 10).p);
    assert_int_equal(l.n, 10);
    assert_string_equal(l.text[9], "9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titles_and_verdicts),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_commands_look_before_they_contain),
        cmocka_unit_test(test_old_instance_is_not_offered_for_containment),
        cmocka_unit_test(test_new_credential_is_offered_for_containment),
        cmocka_unit_test(test_counterfactuals_say_what_the_level_hangs_on),
        cmocka_unit_test(test_no_counterfactual_for_what_is_low),
        cmocka_unit_test(test_evidence_that_is_there_twice_carries_no_level_alone),
        cmocka_unit_test(test_near_misses_count_the_chain),
        cmocka_unit_test(test_missing_tells_of_the_edges_of_the_logs),
        cmocka_unit_test(test_missing_tells_whose_session_it_was),
        cmocka_unit_test(test_like_calls_are_one_step),
        cmocka_unit_test(test_hostile_ids_are_one_word_for_a_shell),
        cmocka_unit_test(test_links_name_the_record_that_proves_them),
        cmocka_unit_test(test_list_holds_each_text_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
