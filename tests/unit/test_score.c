/* SPDX-License-Identifier: Apache-2.0
 *
 * test_score.c -- the levels that stories reach, told as calls; and that reasons add up to the
 * score.
 *
 * Each trial is one log that gives one story of one actor, "mallory" unless it says otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <math.h>

#include <cmocka.h>

#include "support/chain.h"
#include "support/random.h"

enum { CALLS_MAX = 16 };

typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    spoor_level least, most;
} trial;

#define ASG "AWSServiceRoleForAutoScaling/AutoScaling"
#define ASG_MARKS "src_service=autoscaling.amazonaws.com|tags=aws:autoscaling:groupName=web"

/* clang-format off */
static const trial trials[] = {
    {"an instance alone", {INSTANCE(0, M)}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"two hundred times", {{0, "RunInstances", M, "created instance i1; created instance i2; created instance i3", "count=200", 0}}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"an instance, and a rule for the office", {GROUP(0, M), OFFICE(5, M), INSTANCE(9, M)}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"an instance, and a network opened", {GROUP(0, M), OPEN(5, M), INSTANCE(9, M)}, SPOOR_LOW, SPOOR_LOW},
    {"the console's launch: the image's own snapshot is named, a key pair made, a network opened",
     {{0, "CreateKeyPair", M, "created key_pair k", "", 0}, GROUP(1, M), OPEN(5, M),
      {9, "RunInstances", M, "created instance i-1; parent image ami; parent snapshot of-the-image; uses security_group g", "", 0}}, SPOOR_LOW, SPOOR_MEDIUM},
    {"a snapshot a night", {SNAPSHOT(0, M)}, SPOOR_INFORMATIONAL, SPOOR_LOW},
    {"a restore drill: snapshot, volume, attach", {SNAPSHOT(0, M), VOLUME(60, M), INSTANCE(80, M), ATTACH(90, M)}, SPOOR_MEDIUM, SPOOR_MEDIUM},
    {"a snapshot mapped into a new instance",
     {SNAPSHOT(0, M), {300, "RunInstances", M, "created instance i-1; parent image ami; parent snapshot snap-1", "", 0}}, SPOOR_LOW, SPOOR_MEDIUM},
    {"the same, with a network opened", {SNAPSHOT(0, M), VOLUME(60, M), OPEN(70, M), INSTANCE(80, M), ATTACH(90, M)}, SPOOR_HIGH, SPOOR_HIGH},
    {"the same, and somebody got in",
     {SNAPSHOT(0, M), VOLUME(60, M), INSTANCE(80, M), ATTACH(90, M), {99, "SendSSHPublicKey", M, "target instance i-1", "", 0}}, SPOOR_HIGH, SPOOR_HIGH},
    {"a key pair lets nobody in",
     {SNAPSHOT(0, M), VOLUME(60, M), {70, "ImportKeyPair", M, "created key_pair k", "", 0}, INSTANCE(80, M), ATTACH(90, M)}, SPOOR_MEDIUM, SPOOR_MEDIUM},
    {"an image of the victim, run, with a network opened",
     {{0, "CreateImage", M, "created image m; parent instance victim", "", 0}, {700, "RunInstances", M, "created instance i-1; parent image m; uses security_group g", "", 0}, OPEN(720, M)}, SPOOR_HIGH, SPOOR_HIGH},
    {"the same, and logging stopped",
     {SNAPSHOT(0, M), {20, "StopLogging", M, "", "", 0}, VOLUME(60, M), OPEN(70, M), INSTANCE(80, M), ATTACH(90, M)}, SPOOR_CRITICAL, SPOOR_CRITICAL},
    {"the same, and the snapshot shared", {SNAPSHOT(0, M), VOLUME(60, M), OPEN(70, M), INSTANCE(80, M), ATTACH(90, M), SHARE(99, M)}, SPOOR_CRITICAL, SPOOR_CRITICAL},
    {"a snapshot shared", {SNAPSHOT(0, M), SHARE(60, M)}, SPOOR_MEDIUM, SPOOR_HIGH},
    {"a share taken back is none", {SNAPSHOT(0, M), {60, "ModifySnapshotAttribute", M, "target snapshot snap-1", "", 0}}, SPOOR_INFORMATIONAL, SPOOR_LOW},
    {"a new user with a new key makes an instance",
     {NEW_USER(0, M, "u"), NEW_KEY(10, M, "u", "AKIA1"), ADMIN(20, M, "u"), INSTANCE(600, "u+AKIA1")}, SPOOR_HIGH, SPOOR_HIGH},
    {"a user made long ago is no new identity",
     {NEW_USER(0, M, "u"), INSTANCE(8 * 86400, "u")}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"everything was refused",
     {{0, "AttachVolume", M, "attached volume v; target instance i-1", "", OUTCOME_DENIED}, {5, "ModifySnapshotAttribute", M, "target snapshot snap-1", "share_to=999", OUTCOME_DENIED},
      {9, "AuthorizeSecurityGroupIngress", M, "target security_group g", "public_exposure=x", OUTCOME_DENIED}, {12, "StopLogging", M, "", "", OUTCOME_DENIED},
      {14, "CreateUser", M, "", "", OUTCOME_DENIED}, {16, "SendCommand", M, "", "", OUTCOME_DENIED}}, SPOOR_LOW, SPOOR_LOW},
    {"one thing was refused", {{0, "AttachVolume", M, "attached volume v; target instance i-1", "", OUTCOME_DENIED}}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"an image build: all is the builder's own",
     {{0, "CreateKeyPair", "CI/packer", "created key_pair packer_1", "", 0}, GROUP(1, "CI/packer"), OPEN(2, "CI/packer"), INSTANCE(5, "CI/packer"),
      {300, "StopInstances", "CI/packer", "target instance i-1", "", 0}, {310, "CreateImage", "CI/packer", "created image m; parent instance i-1", "", 0},
      {900, "TerminateInstances", "CI/packer", "target instance i-1", "", 0}}, SPOOR_LOW, SPOOR_MEDIUM},
    {"a scaling group", {{0, "RunInstances", ASG, "created instance i-1; parent image ami", ASG_MARKS, 0}}, SPOOR_INFORMATIONAL, SPOOR_INFORMATIONAL},
    {"a scaling group whose network somebody opened, with all marks",
     {GROUP(0, ASG), OPEN(1, ASG), {4, "CreateSnapshot", ASG, "created snapshot snap-1; parent volume vol-0", ASG_MARKS, 0}, {5, "CreateVolume", ASG, "created volume vol-1; parent snapshot snap-1", ASG_MARKS, 0},
      {6, "RunInstances", ASG, "created instance i-1; parent image ami; uses security_group g", ASG_MARKS, 0}, ATTACH(9, ASG)}, SPOOR_LOW, SPOOR_LOW},
    {"the same with one mark only",
     {GROUP(0, ASG), OPEN(1, ASG), SNAPSHOT(4, ASG), VOLUME(5, ASG), INSTANCE(6, ASG), ATTACH(9, ASG)}, SPOOR_HIGH, SPOOR_HIGH},
    {"another account used our snapshot",
     {SNAPSHOT(0, M), {300, "SharedSnapshotCopyInitiated", "", "target snapshot snap-1", "actor_type=AWSAccount|actor_account=999", 0}}, SPOOR_CRITICAL, SPOOR_CRITICAL},
    {"we used it ourselves",
     {SNAPSHOT(0, M), {300, "SharedSnapshotVolumeCreated", "", "target snapshot snap-1", "actor_account=" EVENTS_ACCOUNT, 0}}, SPOOR_INFORMATIONAL, SPOOR_LOW},
    {"the whole of it: new admin, snapshot, volume, instance, network, export",
     {NEW_USER(60, M, "u"), NEW_KEY(64, M, "u", "AKIA1"), ADMIN(70, M, "u"), SNAPSHOT(1200, "u+AKIA1"), GROUP(1300, "u+AKIA1"), OPEN(1310, "u+AKIA1"),
      INSTANCE(1400, "u+AKIA1"), VOLUME(1500, "u+AKIA1"), ATTACH(1560, "u+AKIA1"), SHARE(1600, "u+AKIA1")}, SPOOR_CRITICAL, SPOOR_CRITICAL},
    {"the same without an export: no weight makes up for it",
     {NEW_USER(60, M, "u"), NEW_KEY(64, M, "u", "AKIA1"), ADMIN(70, M, "u"), SNAPSHOT(1200, "u+AKIA1"), GROUP(1300, "u+AKIA1"), OPEN(1310, "u+AKIA1"),
      INSTANCE(1400, "u+AKIA1"), VOLUME(1500, "u+AKIA1"), ATTACH(1560, "u+AKIA1")}, SPOOR_HIGH, SPOOR_HIGH},
    {"Azure: a snapshot and a link to download it",
     {{0, "microsoft.compute/snapshots/write", "eve", "created snapshot snap-1; parent volume d", "", 0}, {30, "microsoft.compute/snapshots/begingetaccess/action", "eve", "target snapshot snap-1", "", 0}}, SPOOR_HIGH, SPOOR_HIGH},
    {"Azure: a copied disk goes to an old machine by a write of the machine; a network is opened",
     {{0, "microsoft.compute/snapshots/write", "eve", "created snapshot snap-1; parent volume d", "", 0}, {30, "microsoft.compute/disks/write", "eve", "created volume c; parent snapshot snap-1", "", 0},
      {50, "microsoft.network/networksecuritygroups/securityrules/write", "eve", "target security_group g", "public_exposure=tcp/22 from *", 0},
      {60, "microsoft.compute/virtualmachines/write (update)", "eve", "target instance vm; attached volume c", "", 0}}, SPOOR_HIGH, SPOOR_HIGH},
    {"GCP: a new key makes eight instances",
     {{0, "google.iam.admin.v1.CreateServiceAccount", "eve", "created principal id-of-sa", "", 0}, {10, "google.iam.admin.v1.SetIAMPolicy", "eve", "target principal id-of-sa", "policy_delta=+roles/editor", 0},
      {20, "google.iam.admin.v1.CreateServiceAccountKey", "eve", "created credential k; target principal id-of-sa", "", 0}, {600, "compute.instances.bulkInsert", "sa+k", "created instance i1; created instance i2", "", 0}}, SPOOR_HIGH, SPOOR_HIGH},
};
/* clang-format on */

static int64_t cents(double points)
{
    return llround(points * 100);
}

static void check_sum(const spoor_incident *in)
{
    int64_t sum = 0;
    for (size_t i = 0; i < in->n_reasons; i++) {
        assert_true(in->reasons[i].text[0] != '\0');
        sum += cents(in->reasons[i].points);
    }
    assert_int_equal(sum, cents(in->score));
}

static void print_incident(const spoor_incident *in)
{
    print_message("#   %s %.2f: %s\n#   %s\n", spoor_level_text(in->level), in->score, in->title,
                  in->verdict);
    for (size_t i = 0; i < in->n_reasons; i++)
        print_message("#     %6.2f %s\n", in->reasons[i].points, in->reasons[i].text);
}

static void test_stories_reach_their_level(void **unused)
{
    (void)unused;
    bool is_right = true;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(arena) a = {0};
        print_message("# %s\n", t->name);
        correlate_result r = events_judge(t->calls, events_count(t->calls, CALLS_MAX), &a);
        assert_true(r.n_incidents >= 1);
        const spoor_incident *in = &r.incidents[0];
        print_incident(in);
        bool is_expected = in->level >= t->least && in->level <= t->most;
        if (!is_expected)
            print_message("#   wanted %s to %s\n", spoor_level_text(t->least),
                          spoor_level_text(t->most));
        is_right = is_right && is_expected;
        check_sum(in);
    }
    assert_true(is_right);
}

/* ---- properties over random stories ---------------------------------------------------------- */

/* Any of the calls above, at any time within two days, some refused. */
static size_t random_calls(uint64_t *seed, call *ret)
{
    static const call palette[] = {
        SNAPSHOT(0, M),
        VOLUME(0, M),
        INSTANCE(0, M),
        ATTACH(0, M),
        OPEN(0, M),
        OFFICE(0, M),
        GROUP(0, M),
        SHARE(0, M),
        NEW_USER(0, M, M),
        NEW_KEY(0, M, M, "AKIA1"),
        ADMIN(0, M, M),
        INSTANCE(0, M "+AKIA1"),
        {0, "StopLogging", M, "", "", 0},
        {0, "TerminateInstances", M, "target instance i-1", "", 0},
    };
    size_t n = 1 + random_next(seed) % CALLS_MAX;
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        ret[i] = palette[random_next(seed) % ARRAY_LEN(palette)];
        ret[i].at_s = at += (int64_t)(random_next(seed) % 20000);
        ret[i].outcome = random_next(seed) % 5 ? OUTCOME_SUCCESS : OUTCOME_DENIED;
    }
    return n;
}

static void check_story(const spoor_incident *in)
{
    double steps = 0;
    bool is_done = false;
    check_sum(in);
    for (size_t i = 0; i < in->n_steps; i++) {
        steps += in->steps[i].points;
        is_done = is_done || strcmp(in->steps[i].outcome, "success") == 0;
        assert_true(i == 0 || in->steps[i - 1].time_ns <= in->steps[i].time_ns);
    }
    assert_true(cents(steps) <= cents(in->score));
    assert_true(is_done || in->level <= SPOOR_MEDIUM);
}

static void test_reasons_add_up_in_random_stories(void **unused)
{
    uint64_t seed = 88172645463325252U;
    (void)unused;
    for (int round = 0; round < 300; round++) {
        call calls[CALLS_MAX];
        AUTO(arena) a = {0};
        size_t n = random_calls(&seed, calls);
        correlate_result r = events_judge(calls, n, &a);
        uint64_t counted = 0;
        for (size_t i = 0; i <= SPOOR_CRITICAL; i++)
            counted += r.per_level[i];
        assert_int_equal(counted, r.n_incidents);
        for (size_t i = 0; i < r.n_incidents; i++)
            check_story(&r.incidents[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories_reach_their_level),
        cmocka_unit_test(test_reasons_add_up_in_random_stories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
