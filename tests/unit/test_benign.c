/* SPDX-License-Identifier: Apache-2.0
 *
 * test_benign.c -- automation is known by two independent kinds of marks, by no less, and not when
 * somebody else takes a hand.
 *
 * Every row of the table is told three times at least: as it is, with a mark forged or lacking, and
 * with what takes the explanation back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "correlate/benign.h"
#include "correlate/benign_table.h"
#include "model/settings.h"
#include "state/baseline.h"
#include "support/chain.h"

enum { CALLS_MAX = 7, USUAL_TIMES = 30 };

typedef enum told { ACCEPTED, FORGED, VETOED, TOLD_COUNT } told;

typedef struct trial {
    const char *row; /* its id */
    told is;
    const char *why; /* is part of what is said of the row */
    bool is_usual;   /* so did the first call's caller for thirty days before, from the office */
    call calls[CALLS_MAX];
} trial;

/* clang-format off */
#define FROM_OFFICE "|src_ip=198.51.100.7"
#define FROM_ELSEWHERE "|src_ip=203.0.113.9"
#define LINKED(service) "benign_class=aws-service-role/" service
#define BOTH(service) LINKED(service) "|src_service=" service
#define POD "idp=arn:aws:iam::" EVENTS_ACCOUNT ":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
#define APP(id) "credential=appid:" id "/certificate|actor_type=ServicePrincipal"
#define ROLE "AWSServiceRoleForX/x" /* a session of the automation's role */

/* What automation does. */
#define MAKES(fields)     CALLED(0, "RunInstances", ROLE, "created instance i-1; parent image ami; uses security_group g; parent template lt-1", fields)
#define COPIES(fields)    CALLED(0, "CreateSnapshot", ROLE, "created snapshot snap-1; parent volume vol-0", fields)
#define AZURE_MAKES(id, fields) CALLED(0, "microsoft.compute/virtualmachines/write", "sp", "created instance " id, fields)
#define AZURE_COPIES(id, fields) CALLED(0, "microsoft.compute/snapshots/write", "sp", "created snapshot " id "; parent volume disk-0", fields)
#define GCP_MAKES(who, fields) CALLED(0, "compute.instances.insert", who, "created instance projects/p/zones/z/instances/gke-1", fields)
#define GCP_COPIES(who, fields) CALLED(0, "compute.snapshots.insert", who, "created snapshot projects/p/global/snapshots/s; parent volume projects/p/zones/z/disks/d", fields)

/* What it never does. */
#define RETEMPLATES CALLED(-720, "CreateLaunchTemplateVersion", M, "target template lt-1", "")
#define OPENS       OPEN(60, M)
#define ENTERS      CALLED(60, "SendSSHPublicKey", M, "target instance i-1", "")
#define SHARES      SHARE(60, ROLE)
#define OTHER_SHARES SHARE(60, M)
#define STOPS_LOGS  CALLED(60, "StopLogging", ROLE, "", "")
#define AZURE_RUNS(id)    CALLED(60, "microsoft.compute/virtualmachines/runcommand/action", M, "target instance " id, "")
#define AZURE_EXPORTS(id) CALLED(60, "microsoft.compute/snapshots/begingetaccess/action", M, "target snapshot " id, "")
#define GCP_ENTERS  CALLED(60, "compute.instances.setMetadata", M, "target instance projects/p/zones/z/instances/gke-1", "")
#define GCP_SHARES  CALLED(60, "compute.snapshots.setIamPolicy", M, "target snapshot projects/p/global/snapshots/s", "share_to=user:eve@example.org|policy_delta=+roles/compute.storageAdmin:user:eve@example.org")

#define NOBODY_EXPLAINS "nothing explains"

/* A service with a role of its own: known by role and service, not by names; taken back when somebody gets into its machine. */
#define SERVICE_ROW(id, service)                                                                              \
    {id, ACCEPTED, "called by the service-linked role of " service, false, {MAKES(BOTH(service))}},           \
    {id, FORGED, "one kind of mark", false, {MAKES("src_service=" service)}},                                 \
    {id, VETOED, "somebody else took a hand: SendSSHPublicKey by mallory", false, {MAKES(BOTH(service)), ENTERS}}, \
    {id, VETOED, "opened a network to the world", false, {MAKES(BOTH(service)), OPENS}}
#define COPIER_ROW(id, service)                                                                               \
    {id, ACCEPTED, "called by the service-linked role of " service, false, {COPIES(BOTH(service))}},          \
    {id, FORGED, "one kind of mark", false, {COPIES(LINKED(service))}},                                       \
    {id, VETOED, "shared with 999, which the settings do not trust", false, {COPIES(BOTH(service)), OTHER_SHARES}}
#define AZURE_ROW(id, app, thing, fields)                                                                     \
    {id, ACCEPTED, "the provider's own application " app, false, {AZURE_MAKES(thing, APP(app) fields)}},      \
    {id, FORGED, "anyone may choose that", false, {AZURE_MAKES(thing, "issuer_id=" app "|actor_type=User" fields)}}, \
    {id, VETOED, "somebody else took a hand", false, {AZURE_MAKES(thing, APP(app) fields), AZURE_RUNS(thing)}}
#define GCP_ROW(id, domain, tag)                                                                              \
    {id, ACCEPTED, "called by the service agent of " domain, false, {GCP_MAKES("service-1@" domain, "tags=" tag "=x")}}, \
    {id, FORGED, "anyone may choose that", false, {GCP_MAKES("service-1@evil-" domain, "tags=" tag "=x")}},   \
    {id, VETOED, "somebody else took a hand", false, {GCP_MAKES("service-1@" domain, "tags=" tag "=x"), GCP_ENTERS}}

static const trial trials[] = {
    SERVICE_ROW("AUTOSCALING", "autoscaling.amazonaws.com"),
    {"AUTOSCALING", ACCEPTED, "has the reserved tag aws:autoscaling:groupName", false, {MAKES("src_service=autoscaling.amazonaws.com|tags=aws:autoscaling:groupName=web")}},
    {"AUTOSCALING", VETOED, "lt-1, which it makes machines from, was changed 12 min before by mallory", false, {RETEMPLATES, MAKES(BOTH("autoscaling.amazonaws.com"))}},
    {"AUTOSCALING", VETOED, NOBODY_EXPLAINS, false, {MAKES(BOTH("autoscaling.amazonaws.com")), CALLED(5, "CreateVolume", ROLE, "created volume v; parent instance i-1", "")}},
    SERVICE_ROW("FLEET", "ec2fleet.amazonaws.com"),
    {"FLEET", ACCEPTED, "reserved tag aws:ec2spot:fleet-request-id", false, {MAKES("invoked_by=spotfleet.amazonaws.com|tags=aws:ec2spot:fleet-request-id=sfr-1")}},
    SERVICE_ROW("NODEGROUP", "eks-nodegroup.amazonaws.com"),
    {"KARPENTER", ACCEPTED, "a session that a cluster issued to a pod", false, {CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1; uses security_group g", POD "|tags=karpenter.sh/nodepool=default")}},
    {"KARPENTER", FORGED, "anyone may choose that", false, {CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1", "tags=karpenter.sh/nodepool=default|ua_tool=Karpenter")}},
    {"KARPENTER", FORGED, "anyone may choose that", false, {CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1", "tags=karpenter.sh/nodepool=default|idp=accounts.example.org/oidc-provider/oidc.eks.x")}},
    {"KARPENTER", VETOED, "somebody else took a hand", false, {CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1; uses security_group g", POD "|tags=karpenter.sh/nodepool=default"), ENTERS}},
    {"KARPENTER", VETOED, "never came from the network of 203.0.113.9 in 30 days", true,
     {CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1", POD "|tags=karpenter.sh/nodepool=default" FROM_ELSEWHERE)}},
    {"KARPENTER", VETOED, "was made 60 min before by mallory", false,
     {CALLED(-3600, "CreateRole", M, "created principal arn:aws:iam::" EVENTS_ACCOUNT ":role/KarpenterController-x", ""), CALLED(0, "RunInstances", "KarpenterController-x/1", "created instance i-1", POD "|tags=karpenter.sh/nodepool=default")}},
    {"CLUSTER_AUTOSCALER", ACCEPTED, "tag k8s.io/cluster-autoscaler/enabled", false, {CALLED(0, "RunInstances", "ca/1", "created instance i-1; uses security_group g", POD "|tags=k8s.io/cluster-autoscaler/enabled=true")}},
    {"CLUSTER_AUTOSCALER", FORGED, "one kind of mark", false, {CALLED(0, "RunInstances", "ca/1", "created instance i-1", POD "|ua_tool=cluster-autoscaler")}},
    {"CLUSTER_AUTOSCALER", VETOED, "opened a network", false, {CALLED(0, "RunInstances", "ca/1", "created instance i-1; uses security_group g", POD "|tags=k8s.io/cluster-autoscaler/enabled=true"), OPENS}},
    SERVICE_ROW("EMR", "elasticmapreduce.amazonaws.com"),
    SERVICE_ROW("BATCH", "batch.amazonaws.com"),
    SERVICE_ROW("ECS", "ecs.amazonaws.com"),
    SERVICE_ROW("GLUE", "glue.amazonaws.com"),
    SERVICE_ROW("BEANSTALK", "elasticbeanstalk.amazonaws.com"),

    {"EBS_CSI", ACCEPTED, "tag ebs.csi.aws.com/cluster", false,
     {CALLED(0, "CreateVolume", "csi/1", "created volume vol-1; parent snapshot s", POD "|tags=ebs.csi.aws.com/cluster=true"), CALLED(5, "AttachVolume", "csi/1", "attached volume vol-1; target instance i-9", "")}},
    {"EBS_CSI", FORGED, "anyone may choose that", false, {CALLED(0, "CreateVolume", "csi/1", "created volume vol-1; parent snapshot s", "tags=ebs.csi.aws.com/cluster=true|ua_tool=aws-ebs-csi-driver")}},
    {"EBS_CSI", VETOED, "attached to i-1, which mallory made", false,
     {CALLED(-60, "RunInstances", M, "created instance i-1", ""), CALLED(0, "CreateVolume", "csi/1", "created volume vol-1; parent snapshot s", POD "|tags=ebs.csi.aws.com/cluster=true"), CALLED(5, "AttachVolume", "csi/1", "attached volume vol-1; target instance i-1", POD)}},
    {"EBS_CSI", VETOED, NOBODY_EXPLAINS, false,
     {CALLED(0, "CreateVolume", "csi/1", "created volume vol-1; parent snapshot s", POD "|tags=ebs.csi.aws.com/cluster=true"), CALLED(5, "AttachVolume", M, "attached volume vol-1; target instance i-9", "")}},
    COPIER_ROW("DLM", "dlm.amazonaws.com"),
    {"DLM", ACCEPTED, "reserved tag aws:dlm:lifecycle-policy-id", false, {CALLED(0, "CreateSnapshots", "AWSDataLifecycleManagerDefaultRole/p", "created snapshot s; parent volume v", "tags=aws:dlm:lifecycle-policy-id=p")}},
    {"DLM", FORGED, "anyone may choose that", false, {CALLED(0, "CreateSnapshots", "AWSDataLifecycleManagerDefaultRole/p", "created snapshot s; parent volume v", "tags=dlm:managed=true")}},
    {"DLM", VETOED, "shared with 999, which the settings do not trust", false, {COPIES(BOTH("dlm.amazonaws.com")), SHARES}},
    COPIER_ROW("AWS_BACKUP", "backup.amazonaws.com"),
    {"AWS_BACKUP", ACCEPTED, "the role is called AWSBackupDefaultServiceRole", false, {CALLED(0, "CreateSnapshot", "AWSBackupDefaultServiceRole/AWSBackup-x", "created snapshot s; parent volume v", "invoked_by=backup.amazonaws.com")}},
    {"AWS_BACKUP", VETOED, "part of it was made in account", false, {COPIES(BOTH("backup.amazonaws.com")), CALLED(5, "CreateVolume", ROLE, "created volume v; parent snapshot snap-1", BOTH("backup.amazonaws.com") "|account=444455556666")}},
    COPIER_ROW("DISASTER_RECOVERY", "drs.amazonaws.com"),
    COPIER_ROW("STORAGE_GATEWAY", "storagegateway.amazonaws.com"),
    {"VENDOR_BACKUP", ACCEPTED, "its caller does so from there as a rule", true, {COPIES("tags=cpm_policy_name=daily" FROM_OFFICE)}},
    {"VENDOR_BACKUP", FORGED, "anyone may choose that", false, {COPIES("tags=cpm_policy_name=daily" FROM_OFFICE)}},
    {"VENDOR_BACKUP", VETOED, "shared with 999", true, {COPIES("tags=cpm_policy_name=daily" FROM_OFFICE), SHARES}},
    {"GUARDDUTY", ACCEPTED, "tag GuardDutyScanId", false, {COPIES(LINKED("malware-protection.guardduty.amazonaws.com") "|tags=GuardDutyScanId=1")}},
    {"GUARDDUTY", FORGED, "anyone may choose that", false, {CALLED(0, "CreateSnapshot", "AWSServiceRoleForAmazonGuardDutyMalwareProtection/x", "created snapshot s; parent volume v", "tags=GuardDutyScanId=1")}},
    {"GUARDDUTY", VETOED, "logging or detection was weakened", false, {COPIES(BOTH("malware-protection.guardduty.amazonaws.com")), STOPS_LOGS}},
    {"INSPECTOR", ACCEPTED, "tag InspectorScan", false, {COPIES(LINKED("agentless.inspector2.amazonaws.com") "|tags=InspectorScan=1")}},
    {"INSPECTOR", FORGED, "anyone may choose that", false, {COPIES("tags=InspectorScan=1")}},
    {"INSPECTOR", VETOED, "somebody else took a hand", false, {COPIES(BOTH("agentless.inspector2.amazonaws.com")), OTHER_SHARES}},
    {"VENDOR_SCANNER", ACCEPTED, "shared with trusted accounts only", false, {COPIES("tags=wiz=auto"), CALLED(60, "ModifySnapshotAttribute", ROLE, "target snapshot snap-1; shared_to account 777788889999", "share_to=777788889999")}},
    {"VENDOR_SCANNER", FORGED, "one kind of mark", false, {COPIES(""), CALLED(60, "ModifySnapshotAttribute", ROLE, "target snapshot snap-1; shared_to account 777788889999", "share_to=777788889999")}},
    {"VENDOR_SCANNER", FORGED, "anyone may choose that", false, {COPIES("tags=wiz=auto"), SHARES}},
    {"VENDOR_SCANNER", VETOED, "opened a network", false, {COPIES("tags=wiz=auto"), CALLED(60, "ModifySnapshotAttribute", ROLE, "target snapshot snap-1; shared_to account 777788889999", "share_to=777788889999"), CALLED(70, "RunInstances", ROLE, "created instance i-1; parent snapshot snap-1; uses security_group g", "tags=wiz=auto"), OPEN(80, M)}},
    {"PUBLIC_IMAGE", ACCEPTED, "used by the account itself", false, {CALLED(0, "SharedSnapshotVolumeCreated", "", "target snapshot snap-9", "actor_account=" EVENTS_ACCOUNT)}},
    {"PUBLIC_IMAGE", FORGED, "one kind of mark", false, {CALLED(0, "SharedSnapshotVolumeCreated", "", "target snapshot snap-9", "actor_account=999")}},
    {"PUBLIC_IMAGE", VETOED, "shared with 999", false, {CALLED(-50, "ModifySnapshotAttribute", M, "target snapshot snap-9; shared_to account 999", "share_to=999"), CALLED(0, "SharedSnapshotVolumeCreated", "", "target snapshot snap-9", "actor_account=" EVENTS_ACCOUNT)}},

    {"CLOUDFORMATION", ACCEPTED, "as a rule", true, {CALLED(0, "RunInstances", "ci/1", "created instance i-1", "src_service=cloudformation.amazonaws.com|tags=aws:cloudformation:stack-name=x")}},
    {"CLOUDFORMATION", FORGED, "whoever may call that service gets the rest", false, {CALLED(0, "RunInstances", "ci/1", "created instance i-1", "src_service=cloudformation.amazonaws.com|tags=aws:cloudformation:stack-name=x")}},
    {"CLOUDFORMATION", VETOED, "somebody else took a hand", true, {CALLED(0, "RunInstances", "ci/1", "created instance i-1", "src_service=cloudformation.amazonaws.com|tags=aws:cloudformation:stack-name=x"), ENTERS}},
    {"INFRASTRUCTURE_CODE", ACCEPTED, "one session made three kinds of things", true,
     {CALLED(0, "RunInstances", "ci/1", "created instance i-1; uses security_group g", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "CreateSecurityGroup", "ci/1", "created security_group g", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "CreateKeyPair", "ci/1", "created key_pair k", "ua_tool=Terraform" FROM_OFFICE)}},
    {"INFRASTRUCTURE_CODE", FORGED, "the caller chooses that himself", false, {CALLED(0, "RunInstances", "ci/1", "created instance i-1", "ua_tool=Terraform" FROM_OFFICE)}},
    {"INFRASTRUCTURE_CODE", FORGED, "anyone may choose that", false,
     {CALLED(-20, "CreateSecurityGroup", "ci/1", "created security_group g", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "CreateKeyPair", "ci/1", "created key_pair k", "ua_tool=Terraform" FROM_OFFICE), CALLED(0, "RunInstances", "ci/1", "created instance i-1; uses security_group g", "ua_tool=Terraform" FROM_OFFICE)}},
    {"INFRASTRUCTURE_CODE", VETOED, "logging or detection was weakened", true,
     {CALLED(0, "RunInstances", "ci/1", "created instance i-1; uses security_group g", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "CreateSecurityGroup", "ci/1", "created security_group g", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "CreateKeyPair", "ci/1", "created key_pair k", "ua_tool=Terraform" FROM_OFFICE), CALLED(60, "StopLogging", "ci/1", "", "")}},

#define PACKER_RUN   CALLED(0, "RunInstances", "ci/1", "created instance i-1; parent image ami; uses security_group g; uses key_pair packer_5", "ua_tool=Packer" FROM_OFFICE)
#define PACKER_GROUP CALLED(-30, "CreateSecurityGroup", "ci/1", "created security_group g", FROM_OFFICE_ONLY)
#define FROM_OFFICE_ONLY "src_ip=198.51.100.7"
#define PACKER_IMAGE CALLED(600, "CreateImage", "ci/1", "created image ami-1; parent instance i-1", FROM_OFFICE_ONLY)
#define PACKER_END   CALLED(900, "TerminateInstances", "ci/1", "target instance i-1", FROM_OFFICE_ONLY)
#define PACKER_CLEAN CALLED(960, "DeleteSecurityGroup", "ci/1", "target security_group g", FROM_OFFICE_ONLY)
#define LATER        CALLED(20000, "StopInstances", "alice", "target instance i-77", "")
    {"PACKER", ACCEPTED, "an image taken of it and the instance deleted", true, {PACKER_RUN, PACKER_GROUP, OPEN(30, "ci/1"), PACKER_IMAGE, PACKER_END, PACKER_CLEAN, LATER}},
    {"PACKER", ACCEPTED, "an image taken of it and the instance deleted", false, {PACKER_RUN, PACKER_GROUP, PACKER_IMAGE, PACKER_END, PACKER_CLEAN, LATER}},
    {"PACKER", FORGED, "one kind of mark is not enough", false,
     {CALLED(0, "RunInstances", "ci/1", "created instance i-1; parent image ami; uses security_group g", FROM_OFFICE_ONLY), PACKER_GROUP, PACKER_IMAGE, PACKER_END, PACKER_CLEAN, LATER}},
    {"PACKER", VETOED, "g of the build is there two hours later", true, {PACKER_RUN, PACKER_GROUP, PACKER_IMAGE, PACKER_END, LATER}},
    {"PACKER", VETOED, "i-1 of the build is there two hours later", true, {PACKER_RUN, PACKER_IMAGE, LATER}},
    {"PACKER", VETOED, "vol-7, which the build did not make", true, {PACKER_RUN, CALLED(300, "AttachVolume", "ci/1", "attached volume vol-7; target instance i-1", FROM_OFFICE_ONLY), PACKER_IMAGE, PACKER_END}},
    COPIER_ROW("IMAGE_BUILDER", "imagebuilder.amazonaws.com"),
    {"SSM_AUTOMATION", ACCEPTED, "called from ssm.amazonaws.com", true, {MAKES("invoked_by=ssm.amazonaws.com|src_service=ssm.amazonaws.com")}},
    {"SSM_AUTOMATION", FORGED, "whoever may call that service", false, {MAKES(BOTH("ssm.amazonaws.com"))}},
    {"SSM_AUTOMATION", VETOED, "somebody else took a hand", true, {MAKES("invoked_by=ssm.amazonaws.com|src_service=ssm.amazonaws.com"), ENTERS}},

#define NODE "/subscriptions/x/resourcegroups/mc_rg/providers/microsoft.compute/virtualmachines/aks-1"
    AZURE_ROW("AKS", "7319c514-987d-4e9b-ac3d-d38c4f427f4c", NODE, ""),
    {"AKS", ACCEPTED, "the managed identity of", false, {AZURE_MAKES(NODE, "benign_class=/subscriptions/x/resourcegroups/r/providers/Microsoft.ContainerService/managedClusters/c")}},
    {"SCALE_SET", ACCEPTED, "log for what the provider does itself, Autoscale", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/vmss_1", APP("60e6cd67-9c8c-4951-9b3c-23c25a2169af") "|log_kind=Autoscale")}},
    {"SCALE_SET", FORGED, "one kind of mark", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/vmss_1", APP("60e6cd67-9c8c-4951-9b3c-23c25a2169af"))}},
    {"SCALE_SET", VETOED, "somebody else took a hand", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/vmss_1", APP("60e6cd67-9c8c-4951-9b3c-23c25a2169af") "|log_kind=Autoscale"), AZURE_RUNS("/subscriptions/x/resourcegroups/r/vmss_1")}},
    AZURE_ROW("DATABRICKS", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d", "/subscriptions/x/resourcegroups/databricks-rg-w-1/vm", "|tags=Vendor=Databricks"),
    AZURE_ROW("AZURE_BACKUP", "262044b1-e2ce-469f-a196-69ab7ada62d3", "/subscriptions/x/resourcegroups/azurebackuprg_we_1/vm", ""),
    {"AZURE_BACKUP", VETOED, "somebody else exported it: microsoft.compute/snapshots/begingetaccess/action by mallory", false, {AZURE_COPIES("/subscriptions/x/resourcegroups/azurebackuprg_we_1/s", APP("262044b1-e2ce-469f-a196-69ab7ada62d3")), AZURE_EXPORTS("/subscriptions/x/resourcegroups/azurebackuprg_we_1/s")}},
    AZURE_ROW("SITE_RECOVERY", "b8340c3b-9267-498f-b21a-15d5547fd85e", "/subscriptions/x/resourcegroups/r/disks/d-asrreplica", ""),
    AZURE_ROW("DEFENDER", "0c7668b5-3260-4ad0-9f53-34ed54fa19b2", "/subscriptions/x/resourcegroups/r/vm", "|tags=CreatedBy=Microsoft Defender for Cloud"),
    AZURE_ROW("DEVOPS", "499b84ac-1321-427f-aa17-267ca6975798", "/subscriptions/x/resourcegroups/r/vm", "|tags=__AzureDevOpsElasticPool=pool"),
    AZURE_ROW("AZURE_BATCH", "ddbf3205-c6bd-46ae-8127-60eb93363864", "/subscriptions/x/resourcegroups/azurebatch-1/vm", ""),
    AZURE_ROW("AZURE_IMAGE_BUILDER", "cf32a0cc-373c-47c9-9156-0db11f6a6dfc", "/subscriptions/x/resourcegroups/it_1/vm", ""),
#define ASSIGNMENT "benign_class=/subscriptions/x/providers/Microsoft.Authorization/policyAssignments/a"
    {"AZURE_POLICY", ACCEPTED, "managed identity of", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/policydeployment_1", ASSIGNMENT)}},
    {"AZURE_POLICY", FORGED, "anyone may choose that", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/policydeployment_1", "")}},
    {"AZURE_POLICY", VETOED, "somebody else took a hand", false, {AZURE_MAKES("/subscriptions/x/resourcegroups/r/policydeployment_1", ASSIGNMENT), AZURE_RUNS("/subscriptions/x/resourcegroups/r/policydeployment_1")}},

    {"AZURE_CODE", ACCEPTED, "one session made three kinds of things", true,
     {CALLED(0, "microsoft.compute/virtualmachines/write", "sp", "created instance /subscriptions/x/resourcegroups/r/vm; attached volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "microsoft.network/networksecuritygroups/write", "sp", "created security_group /subscriptions/x/resourcegroups/r/nsg", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "microsoft.compute/disks/write", "sp", "created volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE)}},
    {"AZURE_CODE", FORGED, "anyone may choose that", false,
     {CALLED(0, "microsoft.compute/virtualmachines/write", "sp", "created instance /subscriptions/x/resourcegroups/r/vm; attached volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "microsoft.network/networksecuritygroups/write", "sp", "created security_group /subscriptions/x/resourcegroups/r/nsg", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "microsoft.compute/disks/write", "sp", "created volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE)}},
    {"AZURE_CODE", VETOED, "somebody else took a hand", true,
     {CALLED(0, "microsoft.compute/virtualmachines/write", "sp", "created instance /subscriptions/x/resourcegroups/r/vm; attached volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "microsoft.network/networksecuritygroups/write", "sp", "created security_group /subscriptions/x/resourcegroups/r/nsg", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "microsoft.compute/disks/write", "sp", "created volume /subscriptions/x/resourcegroups/r/d", "ua_tool=Terraform" FROM_OFFICE), AZURE_RUNS("/subscriptions/x/resourcegroups/r/vm")}},
    {"GCP_CODE", ACCEPTED, "one session made three kinds of things", true,
     {CALLED(0, "compute.instances.insert", "ci@p.iam.gserviceaccount.com", "created instance projects/p/zones/z/instances/gke-1; attached volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "compute.firewalls.insert", "ci@p.iam.gserviceaccount.com", "created security_group projects/p/global/firewalls/f", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "compute.disks.insert", "ci@p.iam.gserviceaccount.com", "created volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE)}},
    {"GCP_CODE", FORGED, "anyone may choose that", false,
     {CALLED(0, "compute.instances.insert", "ci@p.iam.gserviceaccount.com", "created instance projects/p/zones/z/instances/gke-1; attached volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "compute.firewalls.insert", "ci@p.iam.gserviceaccount.com", "created security_group projects/p/global/firewalls/f", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "compute.disks.insert", "ci@p.iam.gserviceaccount.com", "created volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE)}},
    {"GCP_CODE", VETOED, "somebody else took a hand", true,
     {CALLED(0, "compute.instances.insert", "ci@p.iam.gserviceaccount.com", "created instance projects/p/zones/z/instances/gke-1; attached volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE), CALLED(-20, "compute.firewalls.insert", "ci@p.iam.gserviceaccount.com", "created security_group projects/p/global/firewalls/f", "ua_tool=Terraform" FROM_OFFICE), CALLED(-10, "compute.disks.insert", "ci@p.iam.gserviceaccount.com", "created volume projects/p/zones/z/disks/d", "ua_tool=Terraform" FROM_OFFICE), GCP_ENTERS}},

    {"INSTANCE_GROUP", ACCEPTED, "the record itself names a managed instance group", false, {GCP_MAKES("1@cloudservices.gserviceaccount.com", "benign_class=managed instance group")}},
    {"INSTANCE_GROUP", FORGED, "one kind of mark", false, {GCP_MAKES("1@cloudservices.gserviceaccount.com.example.org", "benign_class=managed instance group")}},
    {"INSTANCE_GROUP", VETOED, "somebody else took a hand", false, {GCP_MAKES("1@cloudservices.gserviceaccount.com", "benign_class=managed instance group"), GCP_ENTERS}},
    GCP_ROW("GKE", "container-engine-robot.iam.gserviceaccount.com", "goog-gke-node"),
    GCP_ROW("DATAPROC", "dataproc-accounts.iam.gserviceaccount.com", "goog-dataproc-cluster-name"),
    GCP_ROW("DATAFLOW", "dataflow-service-producer-prod.iam.gserviceaccount.com", "goog-dataflow-job-id"),
    GCP_ROW("COMPOSER", "cloudcomposer-accounts.iam.gserviceaccount.com", "goog-composer-environment"),
    GCP_ROW("CLOUD_BUILD", "gcp-sa-cloudbuild.iam.gserviceaccount.com", "goog-cloudbuild"),
    {"SNAPSHOT_SCHEDULE", ACCEPTED, "the record itself names a snapshot schedule", false, {GCP_COPIES("", "log_kind=system_event|benign_class=snapshot schedule")}},
    {"SNAPSHOT_SCHEDULE", FORGED, "one kind of mark", false, {GCP_COPIES(M, "log_kind=activity|benign_class=snapshot schedule")}},
    {"SNAPSHOT_SCHEDULE", VETOED, "shared with user:eve@example.org", false, {GCP_COPIES("", "log_kind=system_event|benign_class=snapshot schedule"), GCP_SHARES}},
    GCP_ROW("BACKUP_DR", "gcp-sa-backupdr.iam.gserviceaccount.com", "goog-backupdr"),
    {"DEPLOYMENT_MANAGER", ACCEPTED, "as a rule", true, {GCP_MAKES("1@cloudservices.gserviceaccount.com", "user_agent=Google-Deployment-Manager" FROM_OFFICE)}},
    {"DEPLOYMENT_MANAGER", FORGED, "whoever may call that service", false, {GCP_MAKES("1@cloudservices.gserviceaccount.com", "tags=goog-dm=x|user_agent=Google-Deployment-Manager" FROM_OFFICE)}},
    {"DEPLOYMENT_MANAGER", VETOED, "somebody else took a hand", true, {GCP_MAKES("1@cloudservices.gserviceaccount.com", "user_agent=Google-Deployment-Manager" FROM_OFFICE), GCP_ENTERS}},
    {"INFRA_MANAGER", ACCEPTED, "as a rule", true, {GCP_MAKES("service-1@gcp-sa-config.iam.gserviceaccount.com", "tags=goog-terraform-provisioned=true" FROM_OFFICE)}},
    {"INFRA_MANAGER", FORGED, "whoever may call that service", false, {GCP_MAKES("service-1@gcp-sa-config.iam.gserviceaccount.com", "tags=goog-terraform-provisioned=true" FROM_OFFICE)}},
    {"INFRA_MANAGER", VETOED, "somebody else took a hand", true, {GCP_MAKES("service-1@gcp-sa-config.iam.gserviceaccount.com", "tags=goog-terraform-provisioned=true" FROM_OFFICE), GCP_ENTERS}},
    GCP_ROW("MIGRATE", "gcp-sa-vmmigration.iam.gserviceaccount.com", "vmmigration"),
};
/* clang-format on */

static const benign_row *row_called(const char *id)
{
    for (size_t i = 0; i < benign_row_count(); i++)
        if (strcmp(benign_row_at(i)->id, id) == 0)
            return benign_row_at(i);
    fail_msg("no row is called %s", id);
    return NULL;
}

/* The fields of a call that is made from elsewhere, made from the office. */
static const char *from_office(const char *fields, arena *a)
{
    const char *elsewhere = strstr(fields, FROM_ELSEWHERE);
    if (!elsewhere)
        return fields;
    return arena_printf(a, "%.*s" FROM_OFFICE, (int)(elsewhere - fields), fields).p;
}

/* One more day of what the first call's caller does, as a run of its own: things are made anew. */
static void learn_day(const call *calls, size_t n, int day, buf *bytes)
{
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    assert_true(state_init(&s));
    if (bytes->n > 0)
        assert_null(baseline_load(s.baseline, buf_str(bytes)));
    for (size_t i = 0; i < n; i++) {
        call c = calls[i];
        c.at_s -= (int64_t)day * 86400;
        c.fields = from_office(c.fields, &a);
        if (strcmp(c.who, calls[0].who) == 0)
            events_add(&s, &c, 1);
    }
    baseline_settle(s.baseline);
    buf_reset(bytes);
    assert_true(baseline_save(s.baseline, bytes));
}

static void learn(state *s, const call *calls, size_t n)
{
    AUTO(buf) bytes = {0};
    for (int day = USUAL_TIMES; day > 0; day--)
        learn_day(calls, n, day, &bytes);
    assert_null(baseline_load(s->baseline, buf_str(&bytes)));
}

static int compare_calls(const void *a, const void *b)
{
    const call *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* What the table says of the story that the calls tell. */
static benign_result judge(const trial *t, const settings *of, state *s, arena *a)
{
    story told;
    benign_result r;
    call calls[CALLS_MAX];
    size_t n = events_count(t->calls, CALLS_MAX);
    memcpy(calls, t->calls, sizeof calls);
    assert_true(state_init(s));
    qsort(calls, n, sizeof *calls, compare_calls);
    if (t->is_usual)
        learn(s, calls, n);
    events_story(s, calls, n, a, &told);
    assert_true(benign_test(s, &told, of, a, &r));
    return r;
}

static const spoor_benign *find(const benign_result *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->list[i].reason, name) == 0)
            return &r->list[i];
    return NULL;
}

static void test_rows(void **unused)
{
    static const str trusted[] = {STR_INIT("777788889999")};
    settings of = {.list[SETTING_trusted_accounts] = {trusted, 1}};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        benign_result r = judge(&trials[i], &of, &s, &a);
        const spoor_benign *b = find(&r, row_called(trials[i].row)->name);
        print_message("# %s %d: %s\n", trials[i].row, trials[i].is, b ? b->why : "not tried");
        assert_non_null(b);
        assert_int_equal(b->accepted, trials[i].is == ACCEPTED);
        assert_int_equal(r.accepted != NULL, trials[i].is == ACCEPTED);
        assert_non_null(strstr(b->why, trials[i].why));
    }
}

/* A row that no test tells is a row nobody knows to work. */
static void test_every_row_is_told(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < benign_row_count(); i++) {
        bool is_told[TOLD_COUNT] = {false};
        for (size_t k = 0; k < ARRAY_LEN(trials); k++)
            if (strcmp(trials[k].row, benign_row_at(i)->id) == 0)
                is_told[trials[k].is] = true;
        for (int k = 0; k < TOLD_COUNT; k++)
            if (!is_told[k])
                fail_msg("%s is not told %d", benign_row_at(i)->id, k);
    }
}

/* ---- the operator's own ---------------------------------------------------------------------- */

/* clang-format off */
#define OWN_MAKES(fields) {CALLED(0, "RunInstances", "ci/1", "created instance i-1", fields)}
static const trial own_trials[] = {
    {"own", ACCEPTED, "it deploys; 1 of 1 calls: called from a network that the settings name, called by whom the settings call automation", false, OWN_MAKES("ua_tool=Terraform" FROM_OFFICE)},
    {"own", FORGED, "from elsewhere or with another tool", false, OWN_MAKES("ua_tool=Terraform" FROM_ELSEWHERE)},
    {"own", FORGED, "from elsewhere or with another tool", false, OWN_MAKES("ua_tool=Boto3" FROM_OFFICE)},
    {"own", FORGED, "from elsewhere or with another tool", true, OWN_MAKES("ua_tool=Boto3" FROM_OFFICE)},
    {"own", VETOED, "logging or detection was weakened", false, {CALLED(0, "RunInstances", "ci/1", "created instance i-1", "ua_tool=Terraform" FROM_OFFICE), CALLED(60, "StopLogging", "ci/1", "", "")}},
    {"habit", ACCEPTED, "does so from there as a rule", true, {CALLED(0, "RunInstances", "batch/1", "created instance i-1", "src_ip=198.51.100.7")}},
    {"habit", FORGED, "one kind of mark is not enough", false, {CALLED(0, "RunInstances", "batch/1", "created instance i-1", "src_ip=198.51.100.7")}},
};
/* clang-format on */

static void test_own_automation(void **unused)
{
    static const str ci[] = {STR_INIT("arn:aws:iam::" EVENTS_ACCOUNT ":role/ci")};
    static const str batch[] = {STR_INIT("*:role/bat?h")}, tool[] = {STR_INIT("Terraform")};
    ip_net office;
    (void)unused;
    assert_true(ip_parse(STR("198.51.100.0/24"), &office));
    const settings_automation own[] = {{.name = STR("own"),
                                        .reason = STR("it deploys"),
                                        .actors = {ci, 1},
                                        .networks = &office,
                                        .n_networks = 1,
                                        .tools = {tool, 1}},
                                       {.name = STR("habit"), .actors = {batch, 1}}};
    settings of = {.automation = own, .n_automation = ARRAY_LEN(own)};
    for (size_t i = 0; i < ARRAY_LEN(own_trials); i++) {
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        benign_result r = judge(&own_trials[i], &of, &s, &a);
        const spoor_benign *b = find(&r, own_trials[i].row);
        print_message("# %s %d: %s\n", own_trials[i].row, own_trials[i].is, b ? b->why : "-");
        assert_int_equal(b->accepted, own_trials[i].is == ACCEPTED);
        assert_non_null(strstr(b->why, own_trials[i].why));
    }
}

/* The more speaks for it, the less its calls weigh. */
static void test_factor(void **unused)
{
    /* clang-format off */
    static const struct {
        double factor;
        trial of;
    } rows[] = {
        {1,    {"", FORGED, "", false, {MAKES("")}}},
        {1,    {"", FORGED, "", false, {MAKES("tags=GuardDutyScanId=1|ua_tool=Terraform")}}},
        {0.5,  {"", FORGED, "", false, {MAKES("src_service=autoscaling.amazonaws.com")}}},
        {0.2,  {"", FORGED, "", false, {MAKES(BOTH("autoscaling.amazonaws.com"))}}},
        {0.05, {"", FORGED, "", false, {MAKES(BOTH("autoscaling.amazonaws.com") "|tags=aws:autoscaling:groupName=w")}}},
        {1,    {"", FORGED, "", false, {MAKES(BOTH("autoscaling.amazonaws.com")), ENTERS}}},
    };
    /* clang-format on */
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        benign_result r = judge(&rows[i].of, NULL, &s, &a);
        assert_true(r.factor > rows[i].factor - 1e-9 && r.factor < rows[i].factor + 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_row_is_told),
        cmocka_unit_test(test_own_automation),
        cmocka_unit_test(test_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
