# SPDX-License-Identifier: Apache-2.0
"""Writes Sigma rules for CloudTrail, to measure what many of them cost.

    gen_rules.py --count 5000 --out DIR [--busy] [--loose PER_MILLE]

 (1) The same arguments give the same bytes. Rule number i is the same whatever the count, so a
     larger set holds the smaller ones.
 (2) The first rules (COMMON) match a few hundred records of the generated archive; no other rule
     matches any. All sets therefore find the same, and differ in what was looked at in vain.
 (3) Rules have the shapes of published ones: an event source and some names, mostly; a part has
     further fields, one in two has filters. One in seven asks for a change that the archive has,
     and fails on another field: these are tried on records, the others only looked up. With
     --busy it may be any call, also those that the archive is full of.
 (4) With --loose, that many of a thousand name no call. Such rules are tried on every record.
"""
import argparse
import os
import random
import re
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
PRESENT_SHARE, DETAIL_SHARE, FILTER_SHARE = 1 / 7, 0.5, 0.5

# (event source, names, further fields): what intruders and people of the archive do, and rarely.
COMMON = [
    ("iam", ["CreateUser"], []),
    ("iam", ["CreateAccessKey"], []),
    ("iam", ["CreateUser", "CreateAccessKey", "CreateLoginProfile"], []),
    ("iam", ["AttachUserPolicy"], [("requestParameters.policyArn|endswith", "Access")]),
    ("iam", ["AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"], []),
    ("ec2", ["CreateVolume"], []),
    ("ec2", ["AttachVolume"], []),
    ("ec2", ["AttachVolume", "DetachVolume"], [("requestParameters.device|startswith", "/dev/")]),
    ("ec2", ["CreateVolume"], [("requestParameters.snapshotId|startswith", "snap-")]),
    ("signin", ["ConsoleLogin"], [("responseElements.ConsoleLogin", "Failure")]),
]

SERVICES = {
    "acm": "Certificate CertificateTags AccountConfiguration",
    "apigateway": "Api Stage Deployment Authorizer DomainName UsagePlan ApiKey VpcLink",
    "athena": "WorkGroup DataCatalog NamedQuery PreparedStatement QueryExecution",
    "backup": "BackupVault BackupPlan RecoveryPoint BackupSelection CopyJob VaultLock",
    "bedrock": "Guardrail Model Agent KnowledgeBase ProvisionedModelThroughput DataSource",
    "cloudformation": "Stack StackSet ChangeSet StackInstances TypeConfiguration",
    "cloudfront": "Distribution OriginAccessControl Function KeyGroup PublicKey CachePolicy",
    "cloudtrail": "Trail EventDataStore EventSelectors Channel InsightSelectors",
    "codebuild": "Project Webhook ReportGroup SourceCredentials Fleet",
    "cognito-idp": "UserPool UserPoolClient IdentityProvider ResourceServer Group",
    "config": "ConfigurationRecorder DeliveryChannel ConfigRule Aggregator RetentionSettings",
    "dynamodb": "Table Backup GlobalTable ContinuousBackups ResourcePolicy Export",
    "ec2": "Instance Image Snapshot Volume KeyPair LaunchTemplate FlowLogs Vpc Subnet NatGateway "
           "RouteTable NetworkAcl InternetGateway VpcPeering TransitGateway VpnConnection Address "
           "SpotFleet CapacityReservation NetworkInterface PrefixList IpamPool ClientVpnEndpoint",
    "ecr": "Repository LifecyclePolicy RepositoryPolicy RegistryPolicy PullThroughCacheRule",
    "ecs": "Cluster Service TaskSet CapacityProvider TaskDefinition AccountSetting",
    "eks": "Cluster Nodegroup FargateProfile Addon AccessEntry IdentityProviderConfig",
    "elasticfilesystem": "FileSystem MountTarget AccessPoint FileSystemPolicy",
    "elasticloadbalancing": "LoadBalancer Listener Rule TargetGroup TrustStore SecurityPolicy",
    "elasticmapreduce": "JobFlow SecurityConfiguration Studio InstanceFleet",
    "glue": "Job Crawler Database Connection DevEndpoint Trigger SecurityConfiguration",
    "guardduty": "Detector Filter IPSet ThreatIntelSet Members PublishingDestination",
    "iam": "Role Group Policy PolicyVersion SAMLProvider OpenIDConnectProvider InstanceProfile "
           "VirtualMFADevice ServerCertificate SSHPublicKey AccountAlias LoginProfile",
    "kms": "Key Alias Grant KeyPolicy CustomKeyStore KeyRotation",
    "lambda": "Function EventSourceMapping LayerVersion Alias FunctionUrlConfig Permission",
    "logs": "LogGroup MetricFilter SubscriptionFilter ResourcePolicy Delivery RetentionPolicy",
    "macie2": "MacieSession ClassificationJob FindingsFilter AllowList Member",
    "organizations": "Account Policy OrganizationalUnit DelegatedAdministrator Handshake",
    "rds": "DBInstance DBSnapshot DBCluster DBParameterGroup DBProxy OptionGroup ExportTask",
    "redshift": "Cluster ClusterSnapshot ClusterParameterGroup DatashareConsumer",
    "route53": "HostedZone HealthCheck KeySigningKey TrafficPolicy QueryLoggingConfig",
    "s3": "BucketPolicy BucketReplication BucketLogging BucketVersioning BucketEncryption "
          "BucketLifecycle PublicAccessBlock AccessPoint BucketWebsite BucketCors",
    "sagemaker": "NotebookInstance Domain UserProfile TrainingJob Endpoint Model Pipeline",
    "secretsmanager": "Secret ResourcePolicy RotationSchedule SecretVersion",
    "securityhub": "Hub Insight ActionTarget AutomationRule StandardsSubscription",
    "ses": "Identity ReceiptRule ConfigurationSet EmailTemplate SendingAuthorization",
    "sns": "Topic Subscription PlatformApplication SMSAttributes",
    "sqs": "Queue QueueAttributes MessageMoveTask QueuePermission",
    "ssm": "Document Parameters Activation MaintenanceWindow PatchBaseline Association",
    "sso": "PermissionSet AccountAssignment Application TrustedTokenIssuer InstanceAttributes",
    "states": "StateMachine Activity MapRun StateMachineAlias",
    "wafv2": "WebACL IPSet RuleGroup RegexPatternSet LoggingConfiguration",
}
VERBS = ["Create", "Delete", "Update", "Modify", "Put", "Describe", "List", "Get", "Enable",
         "Disable", "Associate", "Disassociate", "Import", "Export", "Restore", "Copy", "Start",
         "Stop", "Tag", "Untag"]

# What tells tools from people, none of which the archive has.
TOOLS = ["pacu", "cloudfox", "scoutsuite", "trufflehog", "kali", "parrot", "s3browser", "nuclei",
         "weirdaal", "cloudmapper", "prowler", "steampipe", "peirates", "enumerate-iam"]
NAMES = ["breakglass", "legacy", "vendor", "temp", "scanner", "sandbox", "migration", "audit"]
LEVELS = ["low", "medium", "high", "critical"]


def present_calls(only_changes):
    """(service, name) of what the archive holds; names that COMMON has are left out."""
    with open(f"{HERE}/gen_events.def", encoding="utf-8") as file:
        ops = re.findall(r'^OP\(\w+, "([\w-]+)", "(\w+)", ([A-Z |]+)', file.read(), re.M)
    taken = {name for _, names, _ in COMMON for name in names}
    return sorted({(service, name) for service, name, flags in ops
                   if name not in taken and not (only_changes and not is_change(flags))})


def is_change(flags):
    return "WRITE" in flags and "DATA" not in flags


def detail(chance):
    """One further field that no record of the archive has with such a value."""
    tool, name = chance.choice(TOOLS), chance.choice(NAMES)
    number = chance.randrange(1000, 9999)
    return chance.choice([
        ("userAgent|contains", [tool, chance.choice(TOOLS)]),
        ("userAgent|startswith", f"{tool}/"),
        ("sourceIPAddress|cidr", [f"45.{chance.randrange(256)}.0.0/16",
                                  f"2001:db8:{number}::/48"]),
        ("userIdentity.arn|contains", f"/{name}-{number}"),
        ("userIdentity.arn|endswith", f":user/{name}{number}"),
        ("userIdentity.type", "Root"),
        ("requestParameters.name|startswith", f"{name}-{number}"),
        ("requestParameters.tags.key|contains", f"{name}-{number}"),
        ("awsRegion|startswith", chance.choice(["cn-", "us-gov-", "me-", "af-"])),
        ("errorCode", chance.choice(["Client.DryRunOperation", "VcpuLimitExceeded"])),
        ("recipientAccountId", f"{number}{number}{number}"),
    ])


def noise(chance):
    """What the author of a rule takes out."""
    return chance.choice([
        ("errorCode", "?*"),
        ("userIdentity.invokedBy", [f"{chance.choice(sorted(SERVICES))}.amazonaws.com",
                                    "backup.amazonaws.com"]),
        ("userIdentity.arn|contains", [":role/aws-reserved/", f"/{chance.choice(NAMES)}-admin"]),
        ("sourceIPAddress|cidr", ["10.0.0.0/8", "172.16.0.0/12"]),
        ("userAgent|startswith", ["Terraform", "cloudformation.amazonaws.com"]),
    ])


PRESENT_NAMES = {name for _, name in present_calls(only_changes=False)}


def absent_call(chance):
    service = chance.choice(sorted(SERVICES))
    nouns = SERVICES[service].split()
    names = {chance.choice(VERBS) + chance.choice(nouns) for _ in range(chance.randrange(1, 5))}
    return service, sorted(names - PRESENT_NAMES) or [f"Purge{nouns[0]}"]


def call(service, names):
    return [("eventSource", f"{service}.amazonaws.com"), ("eventName", names)]


def searches(number, present, loose_per_mille):
    """The maps of a rule: its call and fields, and its filters."""
    chance = random.Random(f"rule {number}")
    if number < len(COMMON):
        service, names, fields = COMMON[number]
        return call(service, names) + fields, []
    if chance.randrange(1000) < loose_per_mille:
        return [detail(chance), ("eventType", "AwsApiCall")], []
    if chance.random() < PRESENT_SHARE:
        service, name = chance.choice(present)
        fields = call(service, [name]) + [detail(chance)]
    else:
        fields = call(*absent_call(chance))
        fields += [detail(chance)] if chance.random() < DETAIL_SHARE else []
    filters = [noise(chance) for _ in range(chance.randrange(1, 3))]
    return fields, filters if chance.random() < FILTER_SHARE else []


def yaml_map(fields):
    lines = []
    for name, value in fields:
        if isinstance(value, list):
            lines += [f"        {name}:"] + [f"            - '{one}'" for one in value]
        else:
            lines.append(f"        {name}: '{value}'")
    return lines


def rule(number, present, loose_per_mille):
    fields, filters = searches(number, present, loose_per_mille)
    lines = [
        f"title: Generated rule {number}",
        f"id: {uuid.uuid5(uuid.NAMESPACE_OID, str(number))}",
        "status: test",
        "description: Made to measure with.",
        "tags:",
        "    - attack.persistence",
        "logsource:",
        "    product: aws",
        "    service: cloudtrail",
        "detection:",
        "    selection:",
        *yaml_map(fields),
    ]
    for i, one in enumerate(filters):
        lines += [f"    filter_{i}:", *yaml_map([one])]
    without = " and not 1 of filter_*" if filters else ""
    lines += [f"    condition: selection{without}", f"level: {LEVELS[number % len(LEVELS)]}", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="writes Sigma rules to measure with")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--loose", type=int, default=0, metavar="PER_MILLE")
    args = parser.parse_args()
    present = present_calls(only_changes=not args.busy)
    os.makedirs(args.out)
    for number in range(args.count):
        with open(f"{args.out}/{number:05}.yml", "w", encoding="utf-8") as file:
            file.write(rule(number, present, args.loose))


main()
