/* SPDX-License-Identifier: Apache-2.0
 *
 * test_routes_aws.c -- every way from one disk, image or machine of AWS to another leaves edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"
#include "support/route.h"

/* clang-format off */
#define SNAP(n)  "snap-0000000000000000" n
#define VOL(n)   "vol-0000000000000000" n
#define INST(n)  "i-0000000000000000" n
#define AMI(n)   "ami-0000000000000000" n
#define LT(n)    "lt-0000000000000000" n
#define FLEET    "fleet-00000000-0000-0000-0000-00000000000f"
#define SFR      "sfr-00000000-0000-0000-0000-00000000000f"

#define SNAPSHOT(time, n, volume) EC2(time, "CreateSnapshot", "{'volumeId':'" volume "'}", "{'snapshotId':'" SNAP(n) "','volumeId':'" volume "'}")
#define RUN_AS(time, who, request, n, answer) AWS(time, who, "ec2", "RunInstances", request, "{'instancesSet':{'items':[{'instanceId':'" INST(n) "','imageId':'" AMI("9") "'" answer "}]}}")
#define RUN(time, request, n) RUN_AS(time, EVE, request, n, "")
#define TAG(key, value) ",'tagSet':{'items':[{'key':'Name','value':'x'},{'key':'" key "','value':'" value "'}]}"
#define SCALING AWS_SERVICE_ROLE("AWSServiceRoleForAutoScaling", "AutoScaling", "autoscaling")
#define SPOT AWS_SERVICE_ROLE("AWSServiceRoleForEC2Spot", "spot", "spot")
#define FLEET_ROLE AWS_SERVICE_ROLE("AWSServiceRoleForEC2Fleet", "fleet", "ec2fleet")
#define TEMPLATE(time, n, name) EC2(time, "CreateLaunchTemplate", "{'CreateLaunchTemplateRequest':{'LaunchTemplateName':'" name "','LaunchTemplateData':{'ImageId':'" AMI("1") "'}}}", \
    "{'CreateLaunchTemplateResponse':{'launchTemplate':{'launchTemplateId':'" LT(n) "','launchTemplateName':'" name "'}}}")
#define GROUP(time, request) AWS(time, EVE, "autoscaling", "CreateAutoScalingGroup", request, "null")

static const route routes[] = {
    {"a snapshot, a volume of it, attached",
     {SNAPSHOT("10:00", "1", VOL("0")), EC2("10:01", "CreateVolume", "{'snapshotId':'" SNAP("1") "'}", "{'volumeId':'" VOL("1") "'}"),
      RUN("10:02", "{}", "1"), EC2("10:03", "AttachVolume", "{'volumeId':'" VOL("1") "','instanceId':'" INST("1") "'}", "{}")},
     SNAP("1") " derived_from " VOL("0") " requestParameters.volumeId; " VOL("1") " derived_from " SNAP("1") "; " VOL("1") " attached_to " INST("1"),
     SNAP("1") " " VOL("1") " " INST("1"), VOL("0") " " SNAP("1"), "user/eve"},
    {"snapshots of all volumes of a machine",
     {EC2("10:00", "CreateSnapshots", "{'CreateSnapshotsRequest':{'InstanceSpecification':{'InstanceId':'" INST("0") "'}}}",
      "{'CreateSnapshotsResponse':{'snapshotSet':{'item':[{'snapshotId':'" SNAP("1") "','volumeId':'" VOL("1") "'},{'snapshotId':'" SNAP("2") "','volumeId':'" VOL("2") "'}]}}}")},
     SNAP("1") " derived_from " VOL("1") "; " SNAP("2") " derived_from " VOL("2") "; !" SNAP("1") " derived_from " VOL("2") "; " SNAP("1") " derived_from " INST("0"),
     SNAP("1") " " SNAP("2"), NULL, NULL},
    {"the same of one volume: a list of one is no list",
     {EC2("10:00", "CreateSnapshots", "{'CreateSnapshotsRequest':{'InstanceSpecification':{'InstanceId':'" INST("0") "'}}}",
      "{'CreateSnapshotsResponse':{'snapshotSet':{'item':{'snapshotId':'" SNAP("1") "','volumeId':'" VOL("1") "'}}}}")},
     SNAP("1") " derived_from " VOL("1"), NULL, NULL, NULL},
    {"the same without what newer calls have around them",
     {EC2("10:00", "CreateSnapshots", "{'instanceSpecification':{'instanceId':'" INST("0") "'}}",
      "{'snapshotSet':{'items':[{'snapshotId':'" SNAP("1") "','volumeId':'" VOL("1") "'}]}}")},
     SNAP("1") " derived_from " VOL("1") "; " SNAP("1") " derived_from " INST("0"), NULL, NULL, NULL},
    {"a copy of a snapshot in another region", {SNAPSHOT("10:00", "1", VOL("0")), EC2("10:01", "CopySnapshot", "{'sourceRegion':'eu-west-1','sourceSnapshotId':'" SNAP("1") "'}", "{'snapshotId':'" SNAP("2") "'}")},
     SNAP("2") " derived_from " SNAP("1") " requestParameters.sourceSnapshotId", SNAP("1") " " SNAP("2"), NULL, NULL},
    {"a volume cloned without a snapshot",
     {EC2("10:00", "CopyVolumes", "{'CopyVolumesRequest':{'SourceVolumeId':'" VOL("0") "'}}", "{'CopyVolumesResponse':{'volumeSet':{'item':{'volumeId':'" VOL("1") "'}}}}"),
      RUN("10:02", "{}", "1"), EC2("10:03", "AttachVolume", "{'volumeId':'" VOL("1") "','instanceId':'" INST("1") "'}", "{}")},
     VOL("1") " derived_from " VOL("0"), VOL("1") " " INST("1"), NULL, NULL},
    {"a snapshot mapped into a new machine",
     {SNAPSHOT("10:00", "1", VOL("0")), RUN("10:01", "{'blockDeviceMapping':{'items':[{'deviceName':'/dev/sdf','ebs':{'snapshotId':'" SNAP("1") "'}}]}}", "1")},
     INST("1") " derived_from " SNAP("1") " requestParameters.blockDeviceMapping[].ebs.snapshotId", SNAP("1") " " INST("1"), NULL, NULL},
    {"an image of a machine, copied, launched",
     {EC2("10:00", "CreateImage", "{'instanceId':'" INST("0") "'}", "{'imageId':'" AMI("1") "'}"), EC2("10:01", "CopyImage", "{'sourceRegion':'eu-west-1','sourceImageId':'" AMI("1") "'}", "{'imageId':'" AMI("9") "'}"),
      RUN("10:02", "{}", "1")},
     AMI("1") " derived_from " INST("0") "; " AMI("9") " derived_from " AMI("1") "; " INST("1") " derived_from " AMI("9"), AMI("1") " " AMI("9") " " INST("1"), INST("0") " " AMI("1"), NULL},
    {"an image registered from a snapshot",
     {SNAPSHOT("10:00", "1", VOL("0")), EC2("10:01", "RegisterImage", "{'name':'x','blockDeviceMapping':{'items':[{'ebs':{'snapshotId':'" SNAP("1") "'}}]}}", "{'imageId':'" AMI("9") "'}"),
      RUN("10:02", "{}", "1")},
     AMI("9") " derived_from " SNAP("1"), SNAP("1") " " AMI("9") " " INST("1"), NULL, NULL},
    {"a template by id",
     {TEMPLATE("10:00", "1", "t"), RUN("10:01", "{'launchTemplate':{'launchTemplateId':'" LT("1") "','version':'1'}}", "1")},
     LT("1") " derived_from " AMI("1") "; " INST("1") " derived_from " LT("1"), LT("1") " " INST("1"), NULL, NULL},
    {"a template by name",
     {TEMPLATE("10:00", "1", "t"), RUN("10:01", "{'launchTemplate':{'launchTemplateName':'t'}}", "1")},
     INST("1") " derived_from " LT("1") " requestParameters.launchTemplate.launchTemplateName", LT("1") " " INST("1"), NULL, NULL},
    {"template, scaling group, machine: whoever made the group is behind it",
     {TEMPLATE("10:00", "1", "t"), GROUP("10:01", "{'autoScalingGroupName':'g','launchTemplate':{'launchTemplateName':'t'}}"), RUN_AS("10:02", SCALING, "{}", "1", TAG("aws:autoscaling:groupName", "g"))},
     "autoScalingGroupName/g derived_from " LT("1") "; " INST("1") " derived_from autoScalingGroupName/g", LT("1") " autoScalingGroupName/g " INST("1"), NULL, NULL},
    {"tags as the request has them",
     {GROUP("10:01", "{'autoScalingGroupName':'g'}"),
      RUN_AS("10:02", SCALING, "{'tagSpecificationSet':{'items':[{'resourceType':'instance','tags':[{'key':'aws:autoscaling:groupName','value':'g'}]}]}}", "1", "")},
     INST("1") " derived_from autoScalingGroupName/g", "autoScalingGroupName/g " INST("1"), NULL, NULL},
    {"a group of mixed machines",
     {TEMPLATE("10:00", "1", "t"),
      GROUP("10:01", "{'autoScalingGroupName':'g','mixedInstancesPolicy':{'launchTemplate':{'launchTemplateSpecification':{'launchTemplateName':'t'},'overrides':[{'instanceType':'c5.large','launchTemplateSpecification':{'launchTemplateId':'" LT("2") "'}}]}}}")},
     "autoScalingGroupName/g derived_from " LT("1") "; autoScalingGroupName/g derived_from " LT("2"), LT("1") " autoScalingGroupName/g", NULL, NULL},
    {"a group that copies a machine", {GROUP("10:01", "{'autoScalingGroupName':'g','instanceId':'" INST("0") "'}")}, "autoScalingGroupName/g derived_from " INST("0"), NULL, NULL, NULL},
    {"a launch configuration and its group",
     {AWS("10:00", EVE, "autoscaling", "CreateLaunchConfiguration", "{'launchConfigurationName':'c','imageId':'" AMI("1") "'}", "null"), GROUP("10:01", "{'autoScalingGroupName':'g','launchConfigurationName':'c'}")},
     "launchConfigurationName/c derived_from " AMI("1") "; autoScalingGroupName/g derived_from launchConfigurationName/c", "launchConfigurationName/c autoScalingGroupName/g", NULL, NULL},
    {"a new version of a template, which the group of another launches",
     {EC2("10:00", "CreateLaunchTemplateVersion", "{'CreateLaunchTemplateVersionRequest':{'LaunchTemplateId':'" LT("1") "','LaunchTemplateData':{'ImageId':'" AMI("1") "'}}}",
      "{'CreateLaunchTemplateVersionResponse':{'launchTemplateVersion':{'launchTemplateId':'" LT("1") "'}}}"),
      RUN_AS("10:05", SCALING, "{'launchTemplate':{'launchTemplateId':'" LT("1") "','version':'4'}}", "1", TAG("aws:autoscaling:groupName", "g"))},
     LT("1") " derived_from " AMI("1") "; " INST("1") " derived_from " LT("1"), LT("1") " " INST("1"), NULL, NULL},
    {"another's template that nobody changed joins nothing",
     {RUN_AS("10:05", SCALING, "{'launchTemplate':{'launchTemplateId':'" LT("1") "','version':'4'}}", "1", TAG("aws:autoscaling:groupName", "g")),
      RUN_AS("10:06", SCALING, "{'launchTemplate':{'launchTemplateId':'" LT("1") "','version':'4'}}", "2", TAG("aws:autoscaling:groupName", "g"))},
     INST("1") " derived_from " LT("1") "; " INST("2") " derived_from autoScalingGroupName/g", NULL, LT("1") " " INST("1") " " INST("2"), NULL},
    {"an instant fleet",
     {TEMPLATE("10:00", "1", "t"),
      EC2("10:01", "CreateFleet", "{'CreateFleetRequest':{'Type':'instant','LaunchTemplateConfigs':{'LaunchTemplateSpecification':{'LaunchTemplateName':'t'},'tag':1}}}",
      "{'CreateFleetResponse':{'fleetId':'" FLEET "','fleetInstanceSet':{'item':{'instanceIds':{'item':'" INST("1") "'},'instanceType':'c5.large'}}}}")},
     FLEET " derived_from " LT("1") "; " INST("1") " derived_from " LT("1"), LT("1") " " FLEET " " INST("1"), NULL, NULL},
    {"a fleet whose machines come later",
     {EC2("10:01", "CreateFleet", "{'CreateFleetRequest':{'LaunchTemplateConfigs':[{'LaunchTemplateSpecification':{'LaunchTemplateId':'" LT("1") "'}}]}}", "{'CreateFleetResponse':{'fleetId':'" FLEET "','fleetInstanceSet':''}}"),
      RUN_AS("10:02", FLEET_ROLE, "{}", "1", TAG("aws:ec2:fleet-id", FLEET))},
     INST("1") " derived_from " FLEET, FLEET " " INST("1"), NULL, NULL},
    {"spot",
     {EC2("10:01", "RequestSpotInstances", "{'instanceCount':1,'launchSpecification':{'imageId':'" AMI("1") "'}}", "{'spotInstanceRequestSet':{'items':[{'spotInstanceRequestId':'sir-abcdefg1'}]}}"),
      RUN_AS("10:02", SPOT, "{}", "1", ",'instanceLifecycle':'spot','spotInstanceRequestId':'sir-abcdefg1'")},
     "sir-abcdefg1 derived_from " AMI("1") "; " INST("1") " derived_from sir-abcdefg1", "sir-abcdefg1 " INST("1"), NULL, NULL},
    {"spot as newer calls are written",
     {EC2("10:01", "RequestSpotInstances", "{'RequestSpotInstancesRequest':{'InstanceCount':1,'LaunchSpecification':{'ImageId':'" AMI("1") "'}}}",
      "{'RequestSpotInstancesResponse':{'spotInstanceRequestSet':{'item':{'spotInstanceRequestId':'sir-abcdefg1'}}}}")},
     "sir-abcdefg1 derived_from " AMI("1") " requestParameters.RequestSpotInstancesRequest.launchSpecification.imageId", NULL, NULL, NULL},
    {"a spot fleet",
     {EC2("10:01", "RequestSpotFleet", "{'spotFleetRequestConfig':{'launchSpecifications':[{'imageId':'" AMI("1") "'}]}}", "{'spotFleetRequestId':'" SFR "'}"),
      RUN_AS("10:02", SPOT, "{}", "1", TAG("aws:ec2spot:fleet-request-id", SFR))},
     SFR " derived_from " AMI("1") "; " INST("1") " derived_from " SFR, SFR " " INST("1"), NULL, NULL},
    {"a spot fleet as newer calls are written",
     {EC2("10:01", "RequestSpotFleet", "{'RequestSpotFleetRequest':{'SpotFleetRequestConfig':{'LaunchTemplateConfigs':{'LaunchTemplateSpecification':{'LaunchTemplateId':'" LT("1") "'}}}}}",
      "{'RequestSpotFleetResponse':{'spotFleetRequestId':'" SFR "'}}")},
     SFR " derived_from " LT("1"), NULL, NULL, NULL},
    {"a stack's machine",
     {AWS("10:00", EVE, "cloudformation", "CreateStack", "{'stackName':'s'}", "{'stackId':'arn:aws:cloudformation:us-east-1:111111111111:stack/s/1'}"),
      RUN_AS("10:02", EVE, "{}", "1", TAG("aws:cloudformation:stack-id", "arn:aws:cloudformation:us-east-1:111111111111:stack/s/1"))},
     INST("1") " derived_from stack/s/1", "stack/s/1 " INST("1"), NULL, NULL},
    {"a root disk replaced from a snapshot",
     {SNAPSHOT("10:00", "1", VOL("0")), RUN("10:01", "{}", "1"),
      EC2("10:02", "CreateReplaceRootVolumeTask", "{'CreateReplaceRootVolumeTaskRequest':{'InstanceId':'" INST("1") "','SnapshotId':'" SNAP("1") "'}}", "{}")},
     INST("1") " derived_from " SNAP("1"), SNAP("1") " " INST("1"), NULL, NULL},
    {"a root disk replaced from an image",
     {EC2("10:02", "CreateReplaceRootVolumeTask", "{'CreateReplaceRootVolumeTaskRequest':{'InstanceId':'" INST("1") "','ImageId':'" AMI("1") "'}}", "{}")}, INST("1") " derived_from " AMI("1"), NULL, NULL, NULL},
    {"a database: snapshot, copy, share, restore",
     {AWS("10:00", EVE, "rds", "CreateDBSnapshot", "{'dBInstanceIdentifier':'Prod','dBSnapshotIdentifier':'s1'}", "{'dBSnapshotArn':'arn:aws:rds:us-east-1:111111111111:snapshot:s1'}"),
      AWS("10:01", EVE, "rds", "CopyDBSnapshot", "{'sourceDBSnapshotIdentifier':'s1','targetDBSnapshotIdentifier':'s2'}", "{'dBSnapshotArn':'arn:aws:rds:us-east-1:111111111111:snapshot:s2'}"),
      AWS("10:02", EVE, "rds", "ModifyDBSnapshotAttribute", "{'dBSnapshotIdentifier':'s2','attributeName':'restore','valuesToAdd':['222222222222']}", "{}"),
      AWS("10:03", EVE, "rds", "RestoreDBInstanceFromDBSnapshot", "{'dBInstanceIdentifier':'loot','dBSnapshotIdentifier':'s2'}", "{'dBInstanceArn':'arn:aws:rds:us-east-1:111111111111:db:loot'}")},
     "snapshot:s1 derived_from db:prod; snapshot:s2 derived_from snapshot:s1; snapshot:s2 shared_to 222222222222; db:loot derived_from snapshot:s2", "snapshot:s1 snapshot:s2 db:loot", NULL, NULL},
    {"a database's snapshot in a bucket",
     {AWS("10:00", EVE, "rds", "CreateDBSnapshot", "{'dBInstanceIdentifier':'prod','dBSnapshotIdentifier':'s1'}", "{'dBSnapshotArn':'arn:aws:rds:us-east-1:111111111111:snapshot:s1'}"),
      AWS("10:01", EVE, "rds", "StartExportTask", "{'sourceArn':'arn:aws:rds:us-east-1:111111111111:snapshot:s1','s3BucketName':'loot'}", "{}")},
     "snapshot:s1 shared_to loot", NULL, NULL, NULL},
    {"a cluster: snapshot, copy, restore, its machine",
     {AWS("10:00", EVE, "rds", "CreateDBClusterSnapshot", "{'dBClusterIdentifier':'prod','dBClusterSnapshotIdentifier':'s1'}", "{'dBClusterSnapshotArn':'arn:aws:rds:us-east-1:111111111111:cluster-snapshot:s1'}"),
      AWS("10:01", EVE, "rds", "CopyDBClusterSnapshot", "{'sourceDBClusterSnapshotIdentifier':'s1','targetDBClusterSnapshotIdentifier':'s2'}", "{'dBClusterSnapshotArn':'arn:aws:rds:us-east-1:111111111111:cluster-snapshot:s2'}"),
      AWS("10:02", EVE, "rds", "ModifyDBClusterSnapshotAttribute", "{'dBClusterSnapshotIdentifier':'s2','attributeName':'restore','valuesToAdd':['all']}", "{}"),
      AWS("10:03", EVE, "rds", "RestoreDBClusterFromSnapshot", "{'dBClusterIdentifier':'loot','snapshotIdentifier':'s2'}", "{'dBClusterArn':'arn:aws:rds:us-east-1:111111111111:cluster:loot'}"),
      AWS("10:04", EVE, "rds", "CreateDBInstance", "{'dBInstanceIdentifier':'m','dBClusterIdentifier':'loot'}", "{'dBInstanceArn':'arn:aws:rds:us-east-1:111111111111:db:m'}")},
     "cluster-snapshot:s1 derived_from cluster:prod; cluster-snapshot:s2 derived_from cluster-snapshot:s1; cluster-snapshot:s2 shared_to all; cluster:loot derived_from cluster-snapshot:s2; db:m derived_from cluster:loot",
     "cluster-snapshot:s1 cluster-snapshot:s2 cluster:loot db:m", NULL, NULL},
    {"a database as it was at a point in time",
     {AWS("10:03", EVE, "rds", "RestoreDBInstanceToPointInTime", "{'sourceDBInstanceIdentifier':'prod','targetDBInstanceIdentifier':'loot'}", "{'dBInstanceArn':'arn:aws:rds:us-east-1:111111111111:db:loot'}")},
     "db:loot derived_from db:prod", NULL, NULL, NULL},
    {"blocks of a snapshot, read; and written",
     {SNAPSHOT("10:00", "1", VOL("0")), AWS("10:01", EVE, "ebs", "ListSnapshotBlocks", "{'snapshotId':'" SNAP("1") "'}", "null"), AWS("10:02", EVE, "ebs", "GetSnapshotBlock", "{'snapshotId':'" SNAP("1") "'}", "null"),
      AWS("10:03", EVE, "ebs", "StartSnapshot", "{'parentSnapshotId':'" SNAP("1") "'}", "{'snapshotId':'" SNAP("2") "'}"), AWS("10:04", EVE, "ebs", "CompleteSnapshot", "{'snapshotId':'" SNAP("2") "'}", "null")},
     SNAP("2") " derived_from " SNAP("1"), SNAP("1") " " SNAP("2"), NULL, NULL},
    {"Lightsail: snapshot, machine of it, its ports, out to EC2",
     {AWS("10:00", EVE, "lightsail", "CreateInstanceSnapshot", "{'instanceName':'web','instanceSnapshotName':'s1'}", "{}"),
      AWS("10:01", EVE, "lightsail", "CreateInstancesFromSnapshot", "{'instanceNames':['loot'],'instanceSnapshotName':'s1','availabilityZone':'us-east-1a'}", "{}"),
      AWS("10:02", EVE, "lightsail", "PutInstancePublicPorts", "{'instanceName':'loot','portInfos':[{'fromPort':22,'toPort':22,'protocol':'tcp','cidrs':['0.0.0.0/0']}]}", "{}"),
      AWS("10:03", EVE, "lightsail", "GetInstanceAccessDetails", "{'instanceName':'loot'}", "null"),
      AWS("10:04", EVE, "lightsail", "ExportSnapshot", "{'sourceSnapshotName':'s1'}", "{}")},
     "instance-snapshot/s1 derived_from instance/web; instance/loot derived_from instance-snapshot/s1", "instance-snapshot/s1 instance/loot", "instance/web instance/loot", NULL},
    {"Lightsail: a disk's snapshot, a disk of it, attached",
     {AWS("10:00", EVE, "lightsail", "CreateDiskSnapshot", "{'diskName':'data','diskSnapshotName':'s1'}", "{}"), AWS("10:01", EVE, "lightsail", "CreateDiskFromSnapshot", "{'diskName':'d2','diskSnapshotName':'s1'}", "{}"),
      AWS("10:02", EVE, "lightsail", "CreateInstances", "{'instanceNames':['loot'],'blueprintId':'ubuntu_22_04'}", "{}"), AWS("10:03", EVE, "lightsail", "AttachDisk", "{'diskName':'d2','instanceName':'loot'}", "{}")},
     "disk-snapshot/s1 derived_from disk/data; disk/d2 derived_from disk-snapshot/s1; disk/d2 attached_to instance/loot", "disk-snapshot/s1 disk/d2 instance/loot", NULL, NULL},
    {"both accounts' views of one share are one action, and the taker's volume goes on from it",
     {SNAPSHOT("10:00", "1", VOL("0")),
      AWS_RECORD("10:01", EVE, "ec2", "ModifySnapshotAttribute", "{'snapshotId':'" SNAP("1") "','createVolumePermission':{'add':{'items':[{'userId':'222222222222'}]}}}", "{}", ",'sharedEventID':'sh-1'" AWS_IN(AWS_ACCOUNT)),
      AWS_RECORD("10:01", EVE, "ec2", "ModifySnapshotAttribute", "{'snapshotId':'" SNAP("1") "','createVolumePermission':{'add':{'items':[{'userId':'222222222222'}]}}}", "{}", ",'sharedEventID':'sh-1'" AWS_IN(AWS_OTHER)),
      AWS_RECORD("10:02", AWS_USER(AWS_OTHER, "mallory"), "ec2", "CreateVolume", "{'snapshotId':'" SNAP("1") "'}", "{'volumeId':'" VOL("1") "'}", AWS_IN(AWS_OTHER)),
      AWS_RECORD("10:02", "{'type':'AWSAccount','accountId':'222222222222','principalId':'222222222222'}", "ec2", "SharedSnapshotVolumeCreated", "null", "null", ",'sharedEventID':'sh-2','serviceEventDetails':{'snapshotId':'" SNAP("1") "'}" AWS_IN(AWS_ACCOUNT))},
     SNAP("1") " shared_to 222222222222; " VOL("1") " derived_from " SNAP("1"), SNAP("1") " " VOL("1"), NULL, NULL},
    {"a shared image, copied and launched elsewhere",
     {EC2("10:00", "CreateImage", "{'instanceId':'" INST("0") "'}", "{'imageId':'" AMI("1") "'}"), EC2("10:01", "ModifyImageAttribute", "{'imageId':'" AMI("1") "','launchPermission':{'add':{'items':[{'userId':'222222222222'}]}}}", "{}"),
      AWS_RECORD("10:02", AWS_USER(AWS_OTHER, "mallory"), "ec2", "CopyImage", "{'sourceImageId':'" AMI("1") "'}", "{'imageId':'" AMI("9") "'}", AWS_IN(AWS_OTHER)),
      AWS_RECORD("10:03", AWS_USER(AWS_OTHER, "mallory"), "ec2", "RunInstances", "{}", "{'instancesSet':{'items':[{'instanceId':'" INST("1") "','imageId':'" AMI("9") "'}]}}", AWS_IN(AWS_OTHER))},
     AMI("1") " shared_to 222222222222; " AMI("9") " derived_from " AMI("1") "; " INST("1") " derived_from " AMI("9"), AMI("1") " " AMI("9") " " INST("1"), NULL, NULL},
};
/* clang-format on */

static void test_routes(void **unused)
{
    (void)unused;
    routes_check(routes, ARRAY_LEN(routes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
