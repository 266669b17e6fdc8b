/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cloudtrail.c -- CloudTrail records of every shape, and the facts that must come out of them.
 *
 * Records are written with ' for ", and share a head. Facts are those of support/decoded.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support/decoded.h"

extern const decoder decoder_cloudtrail;

#define HOME "111111111111"
#define AWAY "222222222222"
#define TIME "'eventVersion':'1.08','eventTime':'2024-05-01T10:00:00Z',"
#define PLACE "'awsRegion':'eu-west-1','recipientAccountId':'" HOME "','eventID':'e-1',"
#define CALL(source, name, rest)                                                                   \
    "{" TIME PLACE "'eventSource':'" source ".amazonaws.com','eventName':'" name "'," rest "}"
#define EC2(name, rest) CALL("ec2", name, rest)
#define IAM(name, rest) CALL("iam", name, rest)
#define STYLE_B(name, asked, answered)                                                             \
    EC2(name, "'requestParameters':{'" name "Request':{" asked "}},'responseElements':{'" name     \
              "Response':{'xmlns':'x'," answered "}}")
#define WHO(members) CALL("sts", "GetCallerIdentity", "'userIdentity':{" members "}")
#define FAILED(code) EC2("RunInstances", "'errorCode':'" code "','errorMessage':'no'")

typedef struct record_case {
    const char *name, *record, *facts;
} record_case;

/* ---- what calls make and touch --------------------------------------------------------------- */

/* clang-format off */
static const record_case resources[] = {
    {"style A: instances, with what they are made of",
     EC2("RunInstances",
         "'requestParameters':{'instancesSet':{'items':[{'imageId':'ami-0aaaaaaaaaaaaaaa1','keyName':'laptop','minCount':1,'maxCount':3}]},"
         "'instanceType':{'value':'p3.2xlarge'},"
         "'blockDeviceMapping':{'items':[{'ebs':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1'}}]},"
         "'networkInterfaceSet':{'items':[{'associatePublicIpAddress':true,'subnetId':'subnet-0aaaaaaaaaaaaaaa1','groupSet':{'items':[{'groupId':'sg-0aaaaaaaaaaaaaaa1'}]}}]},"
         "'tagSpecificationSet':{'items':[{'resourceType':'instance','tags':[{'key':'Name','value':'x'},{'key':'aws:autoscaling:groupName','value':'web'}]}]}},"
         "'responseElements':{'instancesSet':{'items':[{'instanceId':'i-0aaaaaaaaaaaaaaa1','imageId':'ami-0aaaaaaaaaaaaaaa1','placement':{'availabilityZone':'eu-west-1b'},"
         "'iamInstanceProfile':{'arn':'arn:aws:iam::" HOME ":instance-profile/p/web'}},{'instanceId':'i-0aaaaaaaaaaaaaaa2','imageId':'ami-0aaaaaaaaaaaaaaa1'}]}}"),
     "outcome=success\nclass=instance.create\ncreated=instance:i-0aaaaaaaaaaaaaaa1\ncreated=instance:i-0aaaaaaaaaaaaaaa2\n"
     "created@responseElements.instancesSet[].instanceId\nparent=image:ami-0aaaaaaaaaaaaaaa1\n"
     "instance_type=p3.2xlarge\nimage=ami-0aaaaaaaaaaaaaaa1\nnetwork=subnet-0aaaaaaaaaaaaaaa1\nzone=eu-west-1b\ncount=3\n"
     "instance_identity=arn:aws:iam::" HOME ":instance-profile/web\npublic_exposure=public address\ntags=Name=x;aws:autoscaling:groupName=web\n"
     "region=eu-west-1\naccount=" HOME "\nuid=e-1\nservice=ec2.amazonaws.com\noperation=RunInstances\ndenied=false\n!time_ingest\n!share_to\n!policy_delta"},
    {"instance type as a string; no maxCount, so as many as were made",
     EC2("RunInstances", "'requestParameters':{'instanceType':'t3.micro'},'responseElements':{'instancesSet':{'items':[{'instanceId':'i-0aaaaaaaaaaaaaaa1'},{'instanceId':'i-0aaaaaaaaaaaaaaa2'}]}}"),
     "instance_type=t3.micro\ncount=2\n!public_exposure"},
    {"style B: a list of one is an object, its ids a list",
     STYLE_B("CreateFleet", "'LaunchTemplateConfigs':{'LaunchTemplateSpecification':{'LaunchTemplateId':'lt-0aaaaaaaaaaaaaaa1','Version':1},'tag':1},"
             "'TargetCapacitySpecification':{'TotalTargetCapacity':2}",
             "'fleetInstanceSet':{'item':{'instanceIds':{'item':['i-0aaaaaaaaaaaaaaa1','i-0aaaaaaaaaaaaaaa2']}}}"),
     "created=instance:i-0aaaaaaaaaaaaaaa1\ncreated=instance:i-0aaaaaaaaaaaaaaa2\ncount=2"},
    {"style B: one id is a scalar",
     STYLE_B("CreateFleet", "'LaunchTemplateConfigs':[]", "'fleetInstanceSet':{'item':{'instanceIds':{'item':'i-0aaaaaaaaaaaaaaa1'}}}"),
     "created=instance:i-0aaaaaaaaaaaaaaa1"},
    {"style B: an absent list is an empty string",
     STYLE_B("CreateFleet", "'LaunchTemplateConfigs':''", "'fleetInstanceSet':''"), "outcome=success\n!created"},
    {"style B: snapshots and their volumes",
     STYLE_B("CreateSnapshots", "'InstanceSpecification':{'InstanceId':'i-0aaaaaaaaaaaaaaa1'}",
             "'snapshotSet':{'item':[{'snapshotId':'snap-0aaaaaaaaaaaaaaa1','volumeId':'vol-0aaaaaaaaaaaaaaa1'},{'snapshotId':'snap-0aaaaaaaaaaaaaaa2','volumeId':'vol-0aaaaaaaaaaaaaaa2'}]}"),
     "created=snapshot:snap-0aaaaaaaaaaaaaaa1\ncreated=snapshot:snap-0aaaaaaaaaaaaaaa2\nparent=volume:vol-0aaaaaaaaaaaaaaa2"},
    {"snapshot", EC2("CreateSnapshot", "'requestParameters':{'volumeId':'vol-0aaaaaaaaaaaaaaa1'},'responseElements':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1'}"),
     "created=snapshot:snap-0aaaaaaaaaaaaaaa1\nparent=volume:vol-0aaaaaaaaaaaaaaa1\nparent@requestParameters.volumeId"},
    {"copied snapshot", EC2("CopySnapshot", "'requestParameters':{'sourceSnapshotId':'snap-0aaaaaaaaaaaaaaa1','sourceRegion':'us-east-1'},'responseElements':{'snapshotId':'snap-0aaaaaaaaaaaaaaa2'}"),
     "created=snapshot:snap-0aaaaaaaaaaaaaaa2\nparent=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"volume from a snapshot", EC2("CreateVolume", "'requestParameters':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1','zone':'eu-west-1a'},'responseElements':{'volumeId':'vol-0aaaaaaaaaaaaaaa2'}"),
     "created=volume:vol-0aaaaaaaaaaaaaaa2\nparent=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"empty volume", EC2("CreateVolume", "'requestParameters':{'size':'8'},'responseElements':{'volumeId':'vol-0aaaaaaaaaaaaaaa2'}"),
     "created=volume:vol-0aaaaaaaaaaaaaaa2\n!parent"},
    {"terminated", EC2("TerminateInstances", "'requestParameters':{'instancesSet':{'items':[{'instanceId':'i-0aaaaaaaaaaaaaaa1'}]}}"),
     "target=instance:i-0aaaaaaaaaaaaaaa1"},
    {"access key", IAM("CreateAccessKey", "'responseElements':{'accessKey':{'accessKeyId':'AKIAEXAMPLE','userName':'bob','status':'Active'}}"),
     "created=credential:AKIAEXAMPLE"},
    {"assumed role", CALL("sts", "AssumeRole", "'requestParameters':{'roleArn':'arn:aws:iam::" AWAY ":role/x/ops','roleSessionName':'s'},"
                          "'responseElements':{'credentials':{'accessKeyId':'ASIAEXAMPLE'},'assumedRoleUser':{'arn':'arn:aws:sts::" AWAY ":assumed-role/ops/s'}}"),
     "created=credential:ASIAEXAMPLE"},
    {"database snapshot", CALL("rds", "CreateDBSnapshot", "'requestParameters':{'dBSnapshotIdentifier':'s','dBInstanceIdentifier':'prod'},'responseElements':{'dBSnapshotArn':'arn:aws:rds:eu-west-1:" HOME ":snapshot:s'}"),
     "created=snapshot:arn:aws:rds:eu-west-1:" HOME ":snapshot:s"},
    {"lightsail", CALL("lightsail", "CreateInstances", "'requestParameters':{'instanceNames':['vm'],'bundleId':'nano_2_0','blueprintId':'ubuntu','availabilityZone':'eu-west-1a'}"),
     "created=instance:arn:aws:lightsail:eu-west-1:" HOME ":instance/vm\ninstance_type=nano_2_0\nimage=ubuntu\nzone=eu-west-1a\ncount=1"},
    {"bytes and target type", CALL("s3", "GetObject", "'requestParameters':{'bucketName':'b','key':'k'},'additionalEventData':{'bytesTransferredIn':0.0,'bytesTransferredOut':544},'resources':[{'type':'AWS::S3::Object','ARN':'arn:aws:s3:::b/k'}],'readOnly':true,'managementEvent':false"),
     "target=bucket:b\nbytes=544\ntarget_type=AWS::S3::Object\nread_only=true\nlog_kind=data"},
    {"name with a space behind it", CALL("ec2", "TerminateInstances ", "'eventCategory':'Management','requestID':'r-1','apiVersion':'2016-11-15','vpcEndpointId':'vpce-1'"),
     "operation=TerminateInstances\nlog_kind=management\nrequest_uid=r-1\napi_version=2016-11-15\nsrc_net=vpce-1"},
};

/* One record for each further kind of call that the operation table takes ids from. */
static const record_case classes[] = {
    {"attached volume", CALL("ec2", "AttachVolume", "'requestParameters':{'volumeId':'vol-0aaaaaaaaaaaaaaa1','instanceId':'i-0aaaaaaaaaaaaaaa1','device':'/dev/sdf'}"),
     "class=volume.attach\ntarget=instance:i-0aaaaaaaaaaaaaaa1\nattached=volume:vol-0aaaaaaaaaaaaaaa1"},
    {"detached volume", CALL("ec2", "DetachVolume", "'requestParameters':{'volumeId':'vol-0aaaaaaaaaaaaaaa1'}"),
     "class=volume.detach\ntarget=volume:vol-0aaaaaaaaaaaaaaa1"},
    {"image of an instance", CALL("ec2", "CreateImage", "'requestParameters':{'instanceId':'i-0aaaaaaaaaaaaaaa1'},'responseElements':{'imageId':'ami-0aaaaaaaaaaaaaaa1'}"),
     "class=image.create\ncreated=image:ami-0aaaaaaaaaaaaaaa1\nparent=instance:i-0aaaaaaaaaaaaaaa1"},
    {"image of a snapshot", CALL("ec2", "RegisterImage", "'requestParameters':{'blockDeviceMapping':{'items':[{'ebs':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1'}}]}},'responseElements':{'imageId':'ami-0aaaaaaaaaaaaaaa1'}"),
     "class=image.create\ncreated=image:ami-0aaaaaaaaaaaaaaa1\nparent=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"copied image", CALL("ec2", "CopyImage", "'requestParameters':{'sourceImageId':'ami-0aaaaaaaaaaaaaaa1'},'responseElements':{'imageId':'ami-0aaaaaaaaaaaaaaa2'}"),
     "class=image.copy\ncreated=image:ami-0aaaaaaaaaaaaaaa2\nparent=image:ami-0aaaaaaaaaaaaaaa1"},
    {"direct snapshot", CALL("ebs", "StartSnapshot", "'requestParameters':{'parentSnapshotId':'snap-0aaaaaaaaaaaaaaa1'},'responseElements':{'snapshotId':'snap-0aaaaaaaaaaaaaaa2'}"),
     "class=snapshot.create.direct\ncreated=snapshot:snap-0aaaaaaaaaaaaaaa2\nparent=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"snapshot block", CALL("ebs", "GetSnapshotBlock", "'requestParameters':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1'}"),
     "class=snapshot.read\ntarget=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"reverted", CALL("ec2", "CreateReplaceRootVolumeTask", "'requestParameters':{'CreateReplaceRootVolumeTaskRequest':{'InstanceId':'i-0aaaaaaaaaaaaaaa1','SnapshotId':'snap-0aaaaaaaaaaaaaaa1'}}"),
     "class=instance.revert\ntarget=instance:i-0aaaaaaaaaaaaaaa1\nparent=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"profile", CALL("ec2", "AssociateIamInstanceProfile", "'requestParameters':{'AssociateIamInstanceProfileRequest':{'InstanceId':'i-0aaaaaaaaaaaaaaa1','IamInstanceProfile':{'Name':'web'}}}"),
     "class=instance.role\ntarget=instance:i-0aaaaaaaaaaaaaaa1\ngranted=role:arn:aws:iam::" HOME ":instance-profile/web"},
    {"address", CALL("ec2", "AssociateAddress", "'requestParameters':{'allocationId':'eipalloc-0aaaaaaaaaaaaaaa1','instanceId':'i-0aaaaaaaaaaaaaaa1'}"),
     "class=net.public\ntarget=instance:i-0aaaaaaaaaaaaaaa1\nattached=public_address:eipalloc-0aaaaaaaaaaaaaaa1"},
    {"interface", CALL("ec2", "ModifyNetworkInterfaceAttribute", "'requestParameters':{'networkInterfaceId':'eni-0aaaaaaaaaaaaaaa1','groupSet':{'items':[{'groupId':'sg-0aaaaaaaaaaaaaaa1'}]}}"),
     "class=net.sg.swap\ntarget=network:eni-0aaaaaaaaaaaaaaa1\nuses=security_group:sg-0aaaaaaaaaaaaaaa1"},
    {"security group", CALL("ec2", "CreateSecurityGroup", "'requestParameters':{'vpcId':'vpc-0aaaaaaaaaaaaaaa1'},'responseElements':{'groupId':'sg-0aaaaaaaaaaaaaaa1'}"),
     "class=net.sg.create\ncreated=security_group:sg-0aaaaaaaaaaaaaaa1\nuses=network:vpc-0aaaaaaaaaaaaaaa1"},
    {"key pair", CALL("ec2", "CreateKeyPair", "'responseElements':{'keyName':'laptop'}"),
     "class=cred.ssh\ncreated=key_pair:arn:aws:ec2:eu-west-1:" HOME ":key-pair/laptop"},
    {"ssh key", CALL("ec2-instance-connect", "SendSSHPublicKey ", "'requestParameters':{'instanceId':'i-0aaaaaaaaaaaaaaa1','osUser':'root'}"),
     "class=access.ssh\ntarget=instance:i-0aaaaaaaaaaaaaaa1"},
    {"command", CALL("ssm", "SendCommand", "'requestParameters':{'instanceIds':['i-0aaaaaaaaaaaaaaa1','i-0aaaaaaaaaaaaaaa2']}"),
     "class=access.exec\ntarget=instance:i-0aaaaaaaaaaaaaaa1\ntarget=instance:i-0aaaaaaaaaaaaaaa2"},
    {"session on a machine", CALL("ssm", "StartSession", "'requestParameters':{'target':'i-0aaaaaaaaaaaaaaa1'}"),
     "class=access.exec\ntarget=instance:i-0aaaaaaaaaaaaaaa1"},
    {"user", CALL("iam", "CreateUser", "'requestParameters':{'userName':'bob'},'responseElements':{'user':{'userName':'bob','arn':'arn:aws:iam::" HOME ":user/eng/bob'}}"),
     "class=identity.create\ncreated=principal:arn:aws:iam::" HOME ":user/bob"},
    {"used snapshot", CALL("ec2", "SharedSnapshotVolumeCreated", "'eventType':'AwsServiceEvent','serviceEventDetails':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1'}"),
     "class=snapshot.used\ntarget=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"flow logs", CALL("ec2", "DeleteFlowLogs", "'requestParameters':{'DeleteFlowLogsRequest':{'FlowLogId':{'content':'fl-0aaaaaaaaaaaaaaa1','tag':1}}}"),
     "class=log.stop\ntarget=resource:fl-0aaaaaaaaaaaaaaa1"},
    {"trail", CALL("cloudtrail", "StopLogging", "'requestParameters':{'name':'main'}"),
     "class=log.stop\ntarget=resource:arn:aws:cloudtrail:eu-west-1:" HOME ":trail/main"},
    {"scaling group", CALL("autoscaling", "CreateAutoScalingGroup", "'requestParameters':{'autoScalingGroupName':'web','desiredCapacity':4,'launchTemplate':{'launchTemplateId':'lt-0aaaaaaaaaaaaaaa1'}}"),
     "class=asg.create\ncount=4\ncreated=template:arn:aws:autoscaling:eu-west-1:" HOME ":autoScalingGroupName/web\nparent=template:lt-0aaaaaaaaaaaaaaa1"},
    {"restored database", CALL("rds", "RestoreDBInstanceFromDBSnapshot", "'requestParameters':{'dBSnapshotIdentifier':'s'},'responseElements':{'dBInstanceArn':'arn:aws:rds:eu-west-1:" HOME ":db:new'}"),
     "class=instance.create.db\ncreated=instance:arn:aws:rds:eu-west-1:" HOME ":db:new\nparent=snapshot:arn:aws:rds:eu-west-1:" HOME ":snapshot:s"},
    {"bucket", CALL("s3", "CreateBucket", "'requestParameters':{'bucketName':'loot'}"),
     "class=staging.create\ncreated=bucket:loot"},
};

/* ---- who calls ------------------------------------------------------------------------------- */

static const record_case callers[] = {
    {"IAM user", WHO("'type':'IAMUser','principalId':'AIDAX','arn':'arn:aws:iam::" HOME ":user/eng/bob','accountId':'" HOME "','accessKeyId':'AKIAX','userName':'bob'"),
     "actor_type=IAMUser\nactor_id=AIDAX\nactor_name=bob\nactor_arn=arn:aws:iam::" HOME ":user/bob\nactor_account=" HOME "\ncredential=AKIAX\n!session_id\n!mfa\n!issuer_id"},
    {"assumed role", WHO("'type':'AssumedRole','principalId':'AROAX:s','arn':'arn:aws:sts::" AWAY ":assumed-role/ops/s','accountId':'" AWAY "','accessKeyId':'ASIAX',"
                         "'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROAX','arn':'arn:aws:iam::" AWAY ":role/p/ops','accountId':'" AWAY "','userName':'ops'},"
                         "'attributes':{'creationDate':'2024-05-01T09:00:00Z','mfaAuthenticated':'true'},'sourceIdentity':'alice','webIdFederationData':{'federatedProvider':'idp.example'}}")
     , "actor_type=AssumedRole\nactor_id=AROAX\nactor_name=ops\nactor_arn=arn:aws:iam::" AWAY ":role/ops\nactor_account=" AWAY "\naccount=" HOME "\ncredential=ASIAX\n"
       "session_id=arn:aws:sts::" AWAY ":assumed-role/ops/s\nsession_start=2024-05-01T09:00:00Z\nmfa=true\nissuer_id=AROAX\nissuer_name=arn:aws:iam::" AWAY ":role/ops\n"
       "source_identity=alice\nidp=idp.example"},
    {"assumed role without an issuer", WHO("'type':'AssumedRole','principalId':'AROAX:s','arn':'arn:aws:sts::" HOME ":assumed-role/ops/s'"),
     "actor_name=ops\nactor_id=AROAX\nactor_account=" HOME},
    {"federated user", WHO("'type':'FederatedUser','principalId':'" HOME ":eve','arn':'arn:aws:sts::" HOME ":federated-user/eve','accountId':'" HOME "','accessKeyId':'ASIAX',"
                           "'sessionContext':{'sessionIssuer':{'type':'IAMUser','principalId':'AIDAX','arn':'arn:aws:iam::" HOME ":user/bob','userName':'bob'},'attributes':{'creationDate':'2024-05-01T09:00:00Z','mfaAuthenticated':'false'}}"),
     "actor_name=eve\nactor_id=" HOME ":eve\nactor_arn=arn:aws:sts::" HOME ":federated-user/eve\nissuer_name=arn:aws:iam::" HOME ":user/bob\nsession_id=arn:aws:sts::" HOME ":federated-user/eve\nmfa=false"},
    {"root", WHO("'type':'Root','principalId':'" HOME "','arn':'arn:aws:iam::" HOME ":root','accountId':'" HOME "'"),
     "actor_name=root\nactor_id=" HOME "\nactor_arn=arn:aws:iam::" HOME ":root\n!credential"},
    {"service", WHO("'type':'AWSService','invokedBy':'autoscaling.amazonaws.com'") , "actor_type=AWSService\nactor_id=autoscaling.amazonaws.com\nactor_name=autoscaling.amazonaws.com\ninvoked_by=autoscaling.amazonaws.com\n!actor_arn"},
    {"service without a type", WHO("'invokedBy':'ec2.amazonaws.com'"), "actor_type=AWSService\nactor_name=ec2.amazonaws.com"},
    {"other account", WHO("'type':'AWSAccount','principalId':'AROAX:s','accountId':'" AWAY "'"), "actor_id=AROAX\nactor_name=" AWAY "\nactor_account=" AWAY "\naccount=" HOME},
    {"SAML user", CALL("sts", "AssumeRoleWithSAML", "'userIdentity':{'type':'SAMLUser','principalId':'qual:bob','userName':'bob','identityProvider':'qual'}"),
     "actor_id=qual:bob\nactor_name=bob\nidp=qual\n!actor_account"},
    {"web identity", CALL("sts", "AssumeRoleWithWebIdentity", "'userIdentity':{'type':'WebIdentityUser','principalId':'accounts.google.com:client:sub','userName':'sub','identityProvider':'accounts.google.com'}"),
     "actor_id=accounts.google.com:client:sub\nactor_name=sub\nidp=accounts.google.com"},
    {"identity center", WHO("'type':'IdentityCenterUser','accountId':'" HOME "','onBehalfOf':{'userId':'u-1','identityStoreArn':'x'},'credentialId':'c'"), "actor_type=IdentityCenterUser\nactor_id=u-1\nactor_name=u-1"},
    {"nobody", CALL("sts", "GetCallerIdentity", "'userIdentity':null"), "outcome=success\n!actor_type\n!actor_id\naccount=" HOME},
    {"no identity at all", CALL("sts", "GetCallerIdentity", "'x':1"), "outcome=success\n!actor_type"},
    {"unknown", WHO("'type':'Unknown','principalId':''"), "actor_type=Unknown\n!actor_id"},
    {"masked key", WHO("'type':'IAMUser','arn':'arn:aws:iam::" HOME ":user/bob','accessKeyId':'ASIA************','sessionContext':{'attributes':{'creationDate':'2024-05-01T09:00:00Z'}}"),
     "credential=arn:aws:iam::" HOME ":user/bob@2024-05-01T09:00:00Z"},
    {"misspelt key", WHO("'type':'IAMUser','accesKeyId':'AKIAX'"), "credential=AKIAX"},
    {"identity as JSON text", CALL("sts", "GetCallerIdentity", "'userIdentity':'{\\'type\\':\\'IAMUser\\',\\'userName\\':\\'bob\\'}'"), "actor_type=IAMUser\nactor_name=bob"},
    {"console session from an address",
     CALL("sts", "GetCallerIdentity", "'sourceIPAddress':'2001:db8::1','userAgent':'[aws-cli/2.1 Botocore/2]','sessionCredentialFromConsole':'true'"),
     "src_ip=2001:db8::1\n!src_service\nuser_agent=[aws-cli/2.1 Botocore/2]\nua_tool=aws-cli\nvia_console=true"},
    {"service in place of an address", CALL("sts", "GetCallerIdentity", "'sourceIPAddress':'AWS Internal','userAgent':'cloudformation.amazonaws.com'"), "src_service=AWS Internal\n!src_ip\nua_tool=CloudFormation"},
    {"library", CALL("sts", "GetCallerIdentity", "'userAgent':'aws-sdk-go-v2/1.2 os/linux'"), "ua_tool=aws-sdk-go-v2"},
    {"terraform over a library", CALL("sts", "GetCallerIdentity", "'userAgent':'APN/1.0 HashiCorp/1.0 Terraform/1.5 aws-sdk-go/1.44'"), "ua_tool=Terraform"},
    {"browser", CALL("sts", "GetCallerIdentity", "'userAgent':'Mozilla/5.0 (X11)'"), "ua_tool=console"},
    {"some service", CALL("sts", "GetCallerIdentity", "'userAgent':'eks.amazonaws.com'"), "ua_tool=aws-service"},
    {"unknown agent", CALL("sts", "GetCallerIdentity", "'userAgent':'curl/8'"), "!ua_tool"},
};

/* ---- how it ends ----------------------------------------------------------------------------- */

static const record_case outcomes[] = {
    {"no code", EC2("RunInstances", "'errorCode':null"), "outcome=success\ndenied=false\nphase=complete\ntime_ms=1714557600000\n!timeless"},
    {"empty code", FAILED(""), "outcome=success\n!error_code"},
    {"denied by EC2", FAILED("Client.UnauthorizedOperation"), "outcome=denied\ndenied=true\nerror_code=Client.UnauthorizedOperation\nerror_message=no"},
    {"denied", FAILED("AccessDenied"), "outcome=denied"},
    {"denied by an exception", FAILED("AccessDeniedException"), "outcome=denied"},
    {"denied by an endpoint", FAILED("VpceAccessDenied"), "outcome=denied"},
    {"probe", FAILED("Client.DryRunOperation"), "outcome=dry_run\ndenied=false"},
    {"quota", FAILED("Client.VcpuLimitExceeded"), "outcome=capacity"},
    {"quota of instances", FAILED("Client.InstanceLimitExceeded"), "outcome=capacity"},
    {"capacity", FAILED("Server.InsufficientInstanceCapacity"), "outcome=capacity"},
    {"throttled", FAILED("Client.RequestLimitExceeded"), "outcome=failed"},
    {"bad call", FAILED("Client.InvalidParameterValue"), "outcome=failed"},
    {"login", CALL("signin", "ConsoleLogin", "'eventType':'AwsConsoleSignIn','responseElements':{'ConsoleLogin':'Success'},'additionalEventData':{'MFAUsed':'No','SamlProviderArn':'arn:aws:iam::1:saml-provider/p'}"),
     "outcome=success\nmfa=false\nvia_console=true\nidp=arn:aws:iam::1:saml-provider/p"},
    {"failed login", CALL("signin", "ConsoleLogin", "'errorMessage':'Failed authentication','userIdentity':{'type':'IAMUser','accountId':'" HOME "','accessKeyId':'','userName':'bob'},'responseElements':{'ConsoleLogin':'Failure'},'additionalEventData':{'MFAUsed':'Yes'}"),
     "outcome=failed\nmfa=true\nactor_arn=arn:aws:iam::" HOME ":user/bob\nerror_message=Failed authentication\n!credential"},
    {"failed login of a hidden user", CALL("signin", "ConsoleLogin", "'userIdentity':{'type':'IAMUser','userName':'HIDDEN_DUE_TO_SECURITY_REASONS'},'responseElements':{'ConsoleLogin':'Failure'}"),
     "outcome=failed\n!actor_name"},
};

/* ---- what is opened, shared, granted --------------------------------------------------------- */

#define RULE(members) EC2("AuthorizeSecurityGroupIngress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1'," members "}")
#define RULES(ranges) RULE("'ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':22,'toPort':22,'groups':{},'ipRanges':{" ranges "},'ipv6Ranges':{},'prefixListIds':{}}]}")
#define ACL(members) EC2("CreateNetworkAclEntry", "'requestParameters':{'networkAclId':'acl-0aaaaaaaaaaaaaaa1','cidrBlock':'0.0.0.0/0','portRange':{'from':22,'to':80},'aclProtocol':'6'," members "}")

static const record_case exposures[] = {
    {"list", RULES("'items':[{'cidrIp':'0.0.0.0/0'},{'cidrIp':'10.0.0.0/8'}]"), "public_exposure=tcp/22 from 0.0.0.0/0\ntarget=security_group:sg-0aaaaaaaaaaaaaaa1"},
    {"bounded network", RULES("'items':[{'cidrIp':'203.0.113.0/24'}]"), "!public_exposure"},
    {"private network", RULES("'items':[{'cidrIp':'10.0.0.0/8'}]"), "!public_exposure"},
    {"prefix decides, not digits", RULES("'items':[{'cidrIp':'208.236.235.254/0'}]"), "public_exposure=tcp/22 from 208.236.235.254/0"},
    {"two halves", RULES("'items':[{'cidrIp':'0.0.0.0/1'},{'cidrIp':'128.0.0.0/1'}]"), "public_exposure=tcp/22 from 0.0.0.0/1; tcp/22 from 128.0.0.0/1"},
    {"flat", RULE("'cidrIp':'0.0.0.0/0','fromPort':3000,'toPort':4000,'ipProtocol':'udp'"), "public_exposure=udp/3000-4000 from 0.0.0.0/0"},
    {"all traffic, v6", RULE("'ipPermissions':{'items':[{'ipProtocol':'-1','ipv6Ranges':{'items':[{'cidrIpv6':'::/0'}]}}]}"), "public_exposure=all traffic from ::/0"},
    {"only the response shows it", EC2("AuthorizeSecurityGroupIngress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1'},'responseElements':{'securityGroupRuleSet':{'items':[{'isEgress':false,'cidrIpv4':'0.0.0.0/0','ipProtocol':'tcp','fromPort':22,'toPort':22},{'isEgress':true,'cidrIpv6':'::/0','ipProtocol':'-1'}]}}"),
     "public_exposure=tcp/22 from 0.0.0.0/0"},
    {"going out", EC2("AuthorizeSecurityGroupEgress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1','cidrIp':'0.0.0.0/0','ipProtocol':'-1'}"), "!public_exposure"},
    {"style B", STYLE_B("ModifySecurityGroupRules", "'GroupId':'sg-0aaaaaaaaaaaaaaa1','SecurityGroupRule':{'tag':1,'SecurityGroupRuleId':'sgr-1','SecurityGroupRule':{'IpProtocol':'tcp','FromPort':3389,'ToPort':3389,'CidrIpv4':'0.0.0.0/0'}}", "'return':true"),
     "public_exposure=tcp/3389 from 0.0.0.0/0"},
    {"network list", ACL("'ruleAction':'allow','egress':false"), "public_exposure=tcp/22-80 from 0.0.0.0/0"},
    {"network list that denies", ACL("'ruleAction':'deny','egress':false"), "!public_exposure"},
    {"network list going out", ACL("'ruleAction':'allow','egress':true"), "!public_exposure"},
    {"metadata service", STYLE_B("ModifyInstanceMetadataOptions", "'InstanceId':'i-0aaaaaaaaaaaaaaa1','HttpTokens':'optional'", "'return':true"), "public_exposure=IMDSv1 allowed\ntarget=instance:i-0aaaaaaaaaaaaaaa1"},
    {"metadata service kept safe", STYLE_B("ModifyInstanceMetadataOptions", "'InstanceId':'i-0aaaaaaaaaaaaaaa1','HttpTokens':'required'", "'return':true"), "!public_exposure\npolicy_delta=IMDSv2 required"},
    {"metadata service of a new machine", EC2("RunInstances", "'requestParameters':{'metadataOptions':{'httpTokens':'optional'}}"), "public_exposure=IMDSv1 allowed\n!policy_delta"},
    {"metadata service and address of a new machine", EC2("RunInstances", "'requestParameters':{'metadataOptions':{'httpTokens':'required'},'networkInterfaceSet':{'items':[{'associatePublicIpAddress':false}]}}"), "!public_exposure\npolicy_delta=IMDSv2 required; no public address"},
    {"metadata service of a template", STYLE_B("CreateLaunchTemplate", "'LaunchTemplateData':{'MetadataOptions':{'HttpTokens':'required'},'NetworkInterface':{'tag':1,'AssociatePublicIpAddress':true}}", "'launchTemplate':{'launchTemplateId':'lt-0aaaaaaaaaaaaaaa1'}"), "created=template:lt-0aaaaaaaaaaaaaaa1\npublic_exposure=public address\npolicy_delta=IMDSv2 required"},
    {"rules have names", EC2("AuthorizeSecurityGroupIngress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':22,'toPort':22,'ipRanges':{'items':[{'cidrIp':'0.0.0.0/0'},{'cidrIp':'10.0.0.0/8'}]}}]}},"
         "'responseElements':{'securityGroupRuleSet':{'items':[{'securityGroupRuleId':'sgr-1','isEgress':false,'cidrIpv4':'0.0.0.0/0','ipProtocol':'tcp','fromPort':22,'toPort':22},{'securityGroupRuleId':'sgr-2','isEgress':false,'cidrIpv4':'10.0.0.0/8','ipProtocol':'tcp','fromPort':22,'toPort':22}]}}"),
     "public_exposure=tcp/22 from 0.0.0.0/0\npolicy_delta=rule sgr-1: tcp/22 from 0.0.0.0/0"},
    {"a rule is changed", STYLE_B("ModifySecurityGroupRules", "'GroupId':'sg-0aaaaaaaaaaaaaaa1','SecurityGroupRule':[{'tag':1,'SecurityGroupRuleId':'sgr-1','SecurityGroupRule':{'IpProtocol':'tcp','FromPort':22,'ToPort':22,'CidrIpv4':'10.0.0.0/8'}},{'tag':2,'SecurityGroupRuleId':'sgr-2','SecurityGroupRule':{'IpProtocol':'-1','CidrIpv6':'::/0'}}]", "'return':true"),
     "public_exposure=all traffic from ::/0\npolicy_delta=rule sgr-1; rule sgr-2: all traffic from ::/0"},
    {"rules are taken away", EC2("RevokeSecurityGroupIngress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':22,'toPort':22,'ipRanges':{'items':[{'cidrIp':'0.0.0.0/0'}]}}]}}"),
     "class=net.close\ntarget=security_group:sg-0aaaaaaaaaaaaaaa1\npublic_exposure=tcp/22 from 0.0.0.0/0\n!policy_delta"},
    {"rules are taken away by name", EC2("RevokeSecurityGroupIngress", "'requestParameters':{'groupId':'sg-0aaaaaaaaaaaaaaa1','securityGroupRuleIds':{'items':[{'securityGroupRuleId':'sgr-1'}]}},'responseElements':{'_return':true,'revokedSecurityGroupRuleSet':{'items':[{'securityGroupRuleId':'sgr-2'}]}}"),
     "!public_exposure\npolicy_delta=rule sgr-2; rule sgr-1"},
    {"an address is given", EC2("AssociateAddress", "'requestParameters':{'instanceId':'i-0aaaaaaaaaaaaaaa1','allocationId':'eipalloc-1'},'responseElements':{'associationId':'eipassoc-1'}"), "target=instance:i-0aaaaaaaaaaaaaaa1\npolicy_delta=association eipassoc-1"},
    {"an address is taken", EC2("DisassociateAddress", "'requestParameters':{'associationId':'eipassoc-1'}"), "class=net.close.address\npolicy_delta=association eipassoc-1"},
    {"addresses for all of a subnet", EC2("ModifySubnetAttribute", "'requestParameters':{'subnetId':'subnet-0aaaaaaaaaaaaaaa1','mapPublicIpOnLaunch':{'value':true}}"), "class=net.subnet\ntarget=network:subnet-0aaaaaaaaaaaaaaa1\npublic_exposure=public addresses by default"},
};

#define SNAPSHOT_SHARE(members) EC2("ModifySnapshotAttribute", "'requestParameters':{'snapshotId':'snap-0aaaaaaaaaaaaaaa1','createVolumePermission':{" members "},'attributeType':'CREATE_VOLUME_PERMISSION'}")
#define IMAGE_SHARE(members) EC2("ModifyImageAttribute", "'requestParameters':{'imageId':'ami-0aaaaaaaaaaaaaaa1','launchPermission':{" members "}}")
#define BUCKET_POLICY(policy) CALL("s3", "PutBucketPolicy", "'requestParameters':{'bucketName':'b','bucketPolicy':" policy "}")

static const record_case grants[] = {
    {"snapshot to an account", SNAPSHOT_SHARE("'add':{'items':[{'userId':'" AWAY "'}]}"), "share_to=" AWAY "\ntarget=snapshot:snap-0aaaaaaaaaaaaaaa1"},
    {"snapshot to all", SNAPSHOT_SHARE("'add':{'items':[{'userId':'" AWAY "'},{'group':'all'}]}"), "share_to=" AWAY ";all"},
    {"snapshot taken back", SNAPSHOT_SHARE("'remove':{'items':[{'userId':'" AWAY "'}]}"), "!share_to"},
    {"image to an organisation", IMAGE_SHARE("'add':{'items':[{'organizationArn':'arn:aws:organizations::1:organization/o-1'}]}"), "share_to=arn:aws:organizations::1:organization/o-1"},
    {"database snapshot", CALL("rds", "ModifyDBSnapshotAttribute", "'requestParameters':{'dBSnapshotIdentifier':'s','attributeName':'restore','valuesToAdd':['all']}"), "share_to=all\ntarget=snapshot:arn:aws:rds:eu-west-1:" HOME ":snapshot:s"},
    {"open bucket", BUCKET_POLICY("{'Statement':[{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}]}"),
     "share_to=all\nshared_to=account:all\nshared_to@requestParameters.bucketPolicy\npolicy_delta=Allow s3:GetObject on arn:aws:s3:::b/* to AWS *"},
    {"bucket open under a condition", BUCKET_POLICY("{'Statement':{'Effect':'Allow','Principal':{'AWS':'*'},'Action':['s3:*'],'Resource':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}}}"),
     "!share_to\n!shared_to\npolicy_delta=Allow s3:* on * to AWS * (with conditions)"},
    {"bucket policy as text, to another account", BUCKET_POLICY("'{\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':{\\'AWS\\':[\\'arn:aws:iam::" AWAY ":root\\',\\'" HOME "\\']},\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}]}'"),
     "share_to=" AWAY "\npolicy_delta=Allow *:* on * to AWS arn:aws:iam::" AWAY ":root"},
    {"bucket that refuses", BUCKET_POLICY("{'Statement':[{'Effect':'Deny','Principal':'*','Action':'*','Resource':'*'}]}"), "!share_to\n!shared_to\n!policy_delta"},
    {"managed policy", IAM("AttachUserPolicy", "'requestParameters':{'userName':'bob','policyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}"), "policy_delta=arn:aws:iam::aws:policy/AdministratorAccess"},
    {"inline policy", IAM("PutUserPolicy", "'requestParameters':{'userName':'bob','policyName':'p','policyDocument':'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Action\\':[\\'s3:GetObject\\',\\'iam:*\\'],\\'Resource\\':\\'*\\'}]}'}"),
     "policy_delta=Allow iam:*, s3:GetObject on *\n!share_to"},
    {"many actions", IAM("PutUserPolicy", "'requestParameters':{'policyDocument':{'Statement':{'Effect':'Allow','Action':['a:1','a:2','a:3','a:4','a:5','a:6','*'],'Resource':['r1','r2']}}}"),
     "policy_delta=Allow *:*, a:1, a:2, a:3, a:4 and 2 more on r1, r2"},
    {"all but", IAM("PutUserPolicy", "'requestParameters':{'policyDocument':{'Statement':[{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}]}}"), "policy_delta=Allow all but iam:* on *"},
    {"group", IAM("AddUserToGroup", "'requestParameters':{'userName':'bob','groupName':'admins'}"), "policy_delta=group admins"},
    {"trust in another account, URL-encoded", IAM("CreateRole", "'requestParameters':{'roleName':'r','assumeRolePolicyDocument':'%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A" AWAY "%3Aroot%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D'},'responseElements':{'role':{'arn':'arn:aws:iam::" HOME ":role/p/r'}}"),
     "policy_delta=trusts AWS arn:aws:iam::" AWAY ":root\nshare_to=" AWAY "\nshared_to=account:" AWAY},
    {"trust in a service", IAM("CreateRole", "'requestParameters':{'roleName':'r','assumeRolePolicyDocument':'{\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':{\\'Service\\':\\'ec2.amazonaws.com\\'},\\'Action\\':\\'sts:AssumeRole\\'}]}'}"), "!policy_delta"},
    {"trust in the own account", IAM("CreateRole", "'requestParameters':{'assumeRolePolicyDocument':'{\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':{\\'AWS\\':\\'" HOME "\\'},\\'Action\\':\\'sts:AssumeRole\\'}]}'}"), "!policy_delta"},
};

/* ---- what exporters make of records ---------------------------------------------------------- */

static const record_case exports[] = {
    {"Lake columns with structs",
     "{'eventtime':'2024-05-01 10:00:00.000','eventsource':'ec2.amazonaws.com','eventname':'CreateSnapshot','awsregion':'eu-west-1','eventid':'e-1','recipientaccountid':'" HOME "','readonly':'false','managementevent':'true',"
     "'useridentity':'{type=IAMUser, principalid=AIDAX, arn=arn:aws:iam::" HOME ":user/bob, accountid=" HOME ", accesskeyid=ASIAX, username=bob, sessioncontext={attributes={creationdate=2024-05-01 09:00:00.000, mfaauthenticated=false}, sessionissuer=null}}',"
     "'requestparameters':'{volumeId=vol-0aaaaaaaaaaaaaaa1, description=a, b}','responseelements':'{\\'snapshotId\\':\\'snap-0aaaaaaaaaaaaaaa1\\'}'}",
     "time_ms=1714557600000\nactor_name=bob\nactor_type=IAMUser\ncredential=ASIAX\nsession_start=2024-05-01T09:00:00Z\nmfa=false\ncreated=snapshot:snap-0aaaaaaaaaaaaaaa1\nparent=volume:vol-0aaaaaaaaaaaaaaa1\nread_only=false\nlog_kind=management"},
    {"login with its answer as text", "{" TIME PLACE "'eventsource':'signin.amazonaws.com','eventname':'ConsoleLogin','responseelements':'{ConsoleLogin=Failure}'}", "outcome=failed"},
    {"Panther", "{'eventTime':'2024-05-01 10:00:00','eventSource':'ec2.amazonaws.com','eventName':'CreateVolume','p_log_type':'AWS.CloudTrail','p_any_ip_addresses':['1.2.3.4'],'responseElements':{'volumeId':'vol-0aaaaaaaaaaaaaaa1'}}",
     "time_ms=1714557600000\ncreated=volume:vol-0aaaaaaaaaaaaaaa1"},
    {"OpenSearch", "{'@timestamp':'2024-06-01T00:00:00Z','aws':{'cloudtrail':" EC2("TerminateInstances", "'requestParameters':{'instancesSet':{'items':[{'instanceId':'i-0aaaaaaaaaaaaaaa1'}]}},'userIdentity':{'type':'IAMUser','userName':'bob'}") "}}",
     "time_ms=1714557600000\nactor_name=bob\ntarget=instance:i-0aaaaaaaaaaaaaaa1\ntarget@aws.cloudtrail.requestParameters.instancesSet[].instanceId"},
    {"Elastic",
     "{'@timestamp':'2024-05-01T10:00:00Z','event':{'provider':'ec2.amazonaws.com','action':'TerminateInstances','id':'e-1','outcome':'failure'},'cloud':{'account':{'id':'" HOME "'},'region':'eu-west-1'},"
     "'source':{'ip':'203.0.113.9'},'user_agent':{'original':'Boto3/1.2 Botocore/1'},'user':{'id':'AROAX:s','name':'ops'},"
     "'aws':{'cloudtrail':{'event_type':'AwsApiCall','error_code':'Client.UnauthorizedOperation','user_identity':{'type':'AssumedRole','arn':'arn:aws:sts::" HOME ":assumed-role/ops/s','access_key_id':'ASIAX','session_context':{'creation_date':'2024-05-01T09:00:00Z','mfa_authenticated':'true'}},"
     "'request_parameters':'{instancesSet={items=[{instanceId=i-0aaaaaaaaaaaaaaa1}]}}'}}}",
     "uid=e-1\noutcome=denied\naccount=" HOME "\nregion=eu-west-1\nsrc_ip=203.0.113.9\nua_tool=Boto3\nactor_id=AROAX\nactor_name=ops\ncredential=ASIAX\nmfa=true\n"
     "target=instance:i-0aaaaaaaaaaaaaaa1\ntarget@aws.cloudtrail.requestParameters.instancesSet[].instanceId"},
    {"Elastic with flattened keys",
     "{'@timestamp':'2024-05-01T10:00:00Z','event.dataset':'aws.cloudtrail','event.provider':'ec2.amazonaws.com','event.action':'TerminateInstances','event.outcome':'failure','cloud.account.id':'" HOME "','source.ip':'203.0.113.9','user.name':'bob',"
     "'aws.cloudtrail.user_identity.type':'IAMUser','aws.cloudtrail.user_identity.arn':'arn:aws:iam::" HOME ":user/bob','aws.cloudtrail.flattened.request_parameters':{'instancesSet':{'items':[{'instanceId':'i-0aaaaaaaaaaaaaaa1'}]}}}",
     "outcome=failed\nactor_type=IAMUser\nactor_name=bob\nactor_arn=arn:aws:iam::" HOME ":user/bob\nsrc_ip=203.0.113.9\ntarget=instance:i-0aaaaaaaaaaaaaaa1"},
};
/* clang-format on */

/* ---- running them ---------------------------------------------------------------------------- */

static void decode_quoted(decoded *d, const char *record)
{
    AUTO(buf) text = {0};
    for (const char *p = record; *p; p++)
        buf_putc(&text, *p == '\'' ? '"' : *p);
    buf_putc(&text, '\0');
    decoded_init(d, &decoder_cloudtrail, text.p);
}

static void check(const record_case *c)
{
    AUTO(decoded) d;
    decode_quoted(&d, c->record);
    decoded_check(&d, c->name, DECODE_EVENT, c->facts);
}

typedef struct record_list {
    const record_case *cases;
    size_t n;
} record_list;

static void check_list(void **state)
{
    const record_list *list = *state;
    for (size_t i = 0; i < list->n; i++)
        check(&list->cases[i]);
}

static void takes_only_its_own(void **state)
{
    static const struct {
        const char *record;
        decode_status status;
    } rows[] = {
        {"{'eventSource':'x.amazonaws.com','eventName':'Y'}", DECODE_EVENT},
        {"{'eventSource':'x.amazonaws.com'}", DECODE_NOT_MINE},
        {"{'eventName':{'value':'Begin'},'eventSource':{'value':'Microsoft.Compute'}}",
         DECODE_NOT_MINE},
        {"{'event':{'provider':'ec2.amazonaws.com','action':'RunInstances'}}", DECODE_NOT_MINE},
        {"{'eventType':'AwsCloudTrailInsight','insightDetails':{'eventName':'RunInstances'}}",
         DECODE_SKIP},
        {"{}", DECODE_NOT_MINE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(decoded) d;
        decode_quoted(&d, rows[i].record);
        assert_int_equal(d.status, rows[i].status);
    }
}

/* Nothing but the facts by which a call that no chain cares about is ordered and counted. */
static void leaves_unknown_calls_bare(void **state)
{
    (void)state;
    check(&(record_case){
        "unknown",
        CALL("iot", "SearchIndex", "'userIdentity':{'type':'Root'},'errorCode':'AccessDenied'"),
        "provider=aws\ntime_ms=1714557600000\nservice=iot.amazonaws.com\n"
        "operation=SearchIndex\n!account\n!actor_type\n!denied"});
}

static uint64_t uid_of(const char *record)
{
    AUTO(decoded) d;
    decode_quoted(&d, record);
    assert_int_equal(d.status, DECODE_EVENT);
    assert_true(d.uid_hash != 0);
    return d.uid_hash;
}

#define ID(members)                                                                                \
    "{'eventTime':'2024-05-01T10:00:00Z','eventSource':'a.amazonaws.com','eventName':'B'," members \
    "}"

static void tells_duplicates(void **state)
{
    (void)state;
    uint64_t one = uid_of(ID("'eventID':'1','recipientAccountId':'" HOME "'"));
    assert_true(one == uid_of(ID("'recipientAccountId':'" HOME "','eventID':'1','p_row_id':'x'")));
    assert_true(one == uid_of(ID("'eventID':'9','recipientAccountId':'" HOME
                                 "','addendum':{'reason':'UPDATED_DATA','originalEventID':'1'}")));
    assert_true(one != uid_of(ID("'eventID':'2','recipientAccountId':'" HOME "'")));
    assert_true(one != uid_of(ID("'eventID':'1','recipientAccountId':'" AWAY "'")));
    assert_true(uid_of(ID("'x':1")) == uid_of(ID("'x':1"))); /* no id: the same bytes */
    assert_true(uid_of(ID("'x':1")) != uid_of(ID("'x':2")));
}

static void folds_views_of_one_action(void **state)
{
    (void)state;
    AUTO(decoded) home;
    AUTO(decoded) away;
    AUTO(decoded) alone;
    decode_quoted(&home, ID("'eventID':'1','sharedEventID':'s','recipientAccountId':'" HOME "'"));
    decode_quoted(&away, ID("'eventID':'2','sharedEventID':'s','recipientAccountId':'" AWAY "'"));
    decode_quoted(&alone, ID("'eventID':'3'"));
    assert_true(home.fold_hash != 0 && home.fold_hash == away.fold_hash);
    assert_true(home.uid_hash != away.uid_hash);
    assert_true(alone.fold_hash == 0);
}

#define LIST_TEST(cases)                                                                           \
    {                                                                                              \
#cases, check_list, NULL, NULL, &(record_list)                                             \
        {                                                                                          \
            cases, ARRAY_LEN(cases)                                                                \
        }                                                                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIST_TEST(resources),
        LIST_TEST(classes),
        LIST_TEST(callers),
        LIST_TEST(outcomes),
        LIST_TEST(exposures),
        LIST_TEST(grants),
        LIST_TEST(exports),
        cmocka_unit_test(takes_only_its_own),
        cmocka_unit_test(leaves_unknown_calls_bare),
        cmocka_unit_test(tells_duplicates),
        cmocka_unit_test(folds_views_of_one_action),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
