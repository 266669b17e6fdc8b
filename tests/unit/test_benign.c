/* SPDX-License-Identifier: Apache-2.0
 *
 * test_benign.c -- automation is known by two independent kinds of marks, and by no less.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "correlate/benign.h"
#include "support/events.h"

enum { CALLS_MAX = 3 };

typedef struct trial {
    const char *name;
    call calls[CALLS_MAX];
    const char *reason; /* NULL: no explanation was even tested */
    bool is_accepted;
} trial;

#define RUN(who, fields)                                                                           \
    {                                                                                              \
        0, "RunInstances", who, "created instance i; parent image ami", fields, 0                  \
    }

/* clang-format off */
static const trial trials[] = {
    {"nothing of the kind",         {RUN("alice", "")}, NULL, false},
    {"a user agent is no mark",     {RUN("alice", "user_agent=autoscaling.amazonaws.com")}, NULL, false},
    {"scaling: who and where",      {RUN("AWSServiceRoleForAutoScaling/AutoScaling", "src_service=autoscaling.amazonaws.com")}, "EC2 Auto Scaling", true},
    {"scaling: who and tag",        {RUN("AWSServiceRoleForAutoScaling/AutoScaling", "tags=aws:autoscaling:groupName=web")}, "EC2 Auto Scaling", true},
    {"one mark",                    {RUN("AWSServiceRoleForAutoScaling/AutoScaling", "")}, "EC2 Auto Scaling", false},
    {"two marks of one kind",       {RUN("alice", "src_service=cloudformation.amazonaws.com|invoked_by=cloudformation.amazonaws.com")}, "CloudFormation", false},
    {"and one of another",          {RUN("alice", "src_service=cloudformation.amazonaws.com|tags=aws:cloudformation:stack-name=x")}, "CloudFormation", true},
    {"every call that makes something must carry them",
     {RUN("AWSServiceRoleForAutoScaling/AutoScaling", "src_service=autoscaling.amazonaws.com"), {5, "CreateVolume", "AWSServiceRoleForAutoScaling/AutoScaling", "created volume v", "", 0}},
     "EC2 Auto Scaling", false},
    {"a call that can write nothing needs one",
     {{0, "CreateVolume", "ebs-csi/x", "created volume v; parent snapshot s", "tags=ebs.csi.aws.com/cluster=true", 0}, {5, "AttachVolume", "ebs-csi/x", "attached volume v; target instance i", "", 0}},
     "EBS CSI driver", true},
    {"but one at least",
     {{0, "CreateVolume", "ebs-csi/x", "created volume v; parent snapshot s", "tags=ebs.csi.aws.com/cluster=true", 0}, {5, "AttachVolume", "mallory", "attached volume v; target instance i", "", 0}},
     "EBS CSI driver", false},
    {"and does not do alone",       {{5, "AttachVolume", "ebs-csi/x", "attached volume v; target instance i", "", 0}}, "EBS CSI driver", false},
    {"a snapshot schedule",         {{0, "CreateSnapshots", "AWSDataLifecycleManagerDefaultRole/p", "created snapshot s", "tags=aws:dlm:lifecycle-policy-id=p", 0}}, "Data Lifecycle Manager", true},
    {"a backup",                    {{0, "CreateSnapshot", "AWSBackupDefaultServiceRole/AWSBackup-x", "created snapshot s; parent volume v", "invoked_by=backup.amazonaws.com", 0}}, "AWS Backup", true},
    {"a cluster's nodes in Azure",  {{0, "microsoft.compute/virtualmachines/write", "sp", "created instance /subscriptions/x/resourcegroups/mc_rg/providers/aks-1", "actor_type=ServicePrincipal", 0}}, "AKS or scale set", true},
    {"a cluster's nodes in GCP",    {{0, "compute.instances.insert", "service-1@container-engine-robot.iam.gserviceaccount.com", "created instance projects/p/zones/z/instances/gke-1", "", 0}}, "GKE", true},
};
/* clang-format on */

static void test_explanations(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        const trial *t = &trials[i];
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        benign_result r;
        story told;
        print_message("# %s\n", t->name);
        assert_true(state_init(&s));
        events_story(&s, t->calls, events_count(t->calls, CALLS_MAX), &a, &told);
        assert_true(benign_test(&s, &told, &a, &r));
        assert_int_equal(r.n, t->reason != NULL);
        assert_int_equal(r.accepted != NULL, t->is_accepted);
        if (!t->reason)
            continue;
        assert_string_equal(r.list[0].reason, t->reason);
        assert_int_equal(r.list[0].accepted, t->is_accepted);
        assert_non_null(strstr(r.list[0].why, t->is_accepted ? "; every call" : "; but not every"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_explanations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
