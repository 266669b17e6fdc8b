# SPDX-License-Identifier: Apache-2.0
"""What organisations do that looks like the chain, and is not: none of it may reach medium.

A story with a habit did the same on earlier days of its background, as the real ones do.
"""
from types import SimpleNamespace

import aws
import background as life
from background import OFFICE, RUNNERS, person, pipeline

STORIES = {}


def story(cloud, gap=None):
    """Registers a harmless story. `gap`: why it is known to be taken for an incident."""
    def keep(function):
        STORIES[function.__name__] = SimpleNamespace(cloud=cloud, gap=gap, tell=function, doc=function.__doc__.splitlines()[0])
        return function
    return keep


def used_to(w, what, every=1, hour=11):
    """Does something on each of the earlier days, then goes on to the day of the story."""
    for day in range(0, life.DAYS, every):
        w.at(day, hour)
        what()
    w.at(life.DAYS, hour)


# ---- AWS

def service_run(o, role, session, host, tags, **options):
    a = o.aws
    return a.run(a.service(role, session, host), o.image, tags=tags, **options)


def pod_of(a):
    """What a session says that a cluster issued to one of its pods."""
    return {"federatedProvider": f"arn:aws:iam::{a.account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E", "attributes": {}}


@story("aws")
def aws_scaling_burst(w, o):
    """Black Friday: the scaling group adds sixty machines."""
    for _ in range(60):
        w.later(1, 9)
        life.scale_out(o)


@story("aws")
def aws_karpenter(w, o):
    """Karpenter adds nodes."""
    a = o.aws
    karpenter = a.role("KarpenterController", "1700000000", w.address("10.0.7"), "karpenter.sh-v0.34")
    karpenter["sessionContext"]["webIdFederationData"] = pod_of(a)
    used_to(w, lambda: a.run(karpenter, o.image, template=o.template, tags={"karpenter.sh/nodepool": "default", "kubernetes.io/cluster/prod": "owned"}))
    for _ in range(12):
        w.later(5, 60)
        a.run(karpenter, o.image, template=o.template, tags={"karpenter.sh/nodepool": "default", "kubernetes.io/cluster/prod": "owned"})


@story("aws")
def aws_csi(w, o):
    """The cluster's driver restores a volume snapshot and attaches it."""
    a = o.aws

    def provision():
        csi = a.role("AmazonEKS_EBS_CSI_DriverRole", w.digits(10), w.address("10.0.7"), "aws-ebs-csi-driver/v1.28")
        csi["sessionContext"]["webIdFederationData"] = pod_of(a)
        tags = {"ebs.csi.aws.com/cluster": "true", "CSIVolumeName": "pvc-" + w.hex(6)}
        snapshot = a.snapshot(csi, o.volumes[4], tags=tags)
        w.later(30, 60)
        volume = a.volume(csi, snapshot, tags=tags)
        w.later(30, 60)
        a.attach(csi, volume, o.servers[5])
    used_to(w, provision, 2)
    provision()


@story("aws")
def aws_lifecycle(w, o):
    """The lifecycle manager's night."""
    life.nightly(o)


@story("aws")
def aws_backup_restore(w, o):
    """AWS Backup restores a server on request."""
    a = o.aws
    role = a.role("AWSBackupDefaultServiceRole", "AWSBackup-AWSBackup", "backup.amazonaws.com", "backup.amazonaws.com", "service-role/")
    role["invokedBy"] = "backup.amazonaws.com"
    tags = {"aws:backup:source-resource": o.servers[0]}
    used_to(w, lambda: a.snapshot(role, o.volumes[2], tags=tags))
    snapshot = a.snapshot(role, o.volumes[2], tags=tags)
    w.later(600)
    volume = a.volume(role, snapshot, tags=tags)
    w.later(60)
    made = a.run(role, o.image, tags=tags)[0]
    w.later(60)
    a.attach(role, volume, made)


@story("aws")
def aws_packer(w, o):
    """The weekly image build."""
    life.bake(o)


@story("aws")
def aws_terraform_stack(w, o):
    """The pipeline applies a new service: role, group, instance."""
    a, ci = o.aws, pipeline(o)
    a.iam(ci, "CreateRole", {"roleName": "svc-role", "assumeRolePolicyDocument": '{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'},
          {"role": {"roleName": "svc-role", "arn": f"arn:aws:iam::{a.account}:role/svc-role"}})
    w.later(2, 5)
    a.iam(ci, "AttachRolePolicy", {"roleName": "svc-role", "policyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"})
    w.later(2, 5)
    group = a.new_group(ci, "svc")
    a.open_group(ci, group, 443, "0.0.0.0/0")
    w.later(2, 5)
    a.run(ci, o.image, group=group, profile="svc-role", tags={"managed-by": "terraform"})


@story("aws")
def aws_scanner(w, o):
    """An agentless scanner copies disks every night and shares them with its own account."""
    a, vendor = o.aws, w.digits(12)

    def scan():
        scanner = a.role("CloudScannerRole", "scan-" + w.hex(6), w.address("52.9.9"), "Boto3/1.34")
        for volume in o.volumes[:3]:
            snapshot = a.snapshot(scanner, volume)
            w.later(20, 60)
            a.share_snapshot(scanner, snapshot, vendor)
    used_to(w, scan, hour=3)
    scan()


@story("aws")
def aws_veeam(w, o):
    """The backup appliance restores to its worker, as it does every other night."""
    a = o.aws

    def restore():
        veeam = a.role("VeeamBackupRole", "veeam-" + w.hex(6), w.address(RUNNERS), "veeam/7.0")
        snapshot = a.snapshot(veeam, o.volumes[1])
        w.later(60, 90)
        volume = a.volume(veeam, snapshot)
        w.later(60, 90)
        made = a.run(veeam, o.image)[0]
        w.later(60, 90)
        a.attach(veeam, volume, made)
        w.later(900, 1200)
        a.terminate(veeam, made)
    used_to(w, restore, 2, hour=23)
    restore()


@story("aws")
def aws_public_image(w, o):
    """A launch from a public image, and the notice that its snapshot was used."""
    a, dev = o.aws, person(o, "dev")
    a.run(dev)
    w.later(2, 4)
    own = {"type": "AWSAccount", "principalId": a.account, "accountId": a.account, "ip": "ec2.amazonaws.com", "agent": "ec2.amazonaws.com"}
    a.call(own, "ec2", "SharedSnapshotVolumeCreated", None, None, eventType="AwsServiceEvent",
           serviceEventDetails={"snapshotId": "snap-0" + w.hex(16)}, sharedEventID=w.uuid())


@story("aws")
def aws_drill(w, o):
    """The restore drill, as every third day."""
    life.drill(o)


@story("aws")
def aws_first_drill(w, o):
    """An operator does the drill for the first time, from the office."""
    life.drill(o, person(o, "ops"))


@story("aws")
def aws_office_port(w, o):
    """An administrator opens a port to the office, and starts a machine."""
    a, ops = o.aws, person(o, "ops")
    group = a.new_group(ops, "bastion")
    a.open_group(ops, group, 22, f"{OFFICE}.0/24")
    w.later(30)
    a.run(ops, o.image, group=group)


@story("aws")
def aws_web_port(w, o):
    """A developer opens 443 of a new web server."""
    a, dev = o.aws, person(o, "dev")
    group = a.new_group(dev, "www")
    a.open_group(dev, group, 443)
    w.later(30)
    a.run(dev, o.image, group=group)


@story("aws")
def aws_new_hire(w, o):
    """A user is made for a colleague, who starts his first machine the day after."""
    a, ops = o.aws, person(o, "ops")
    a.iam(ops, "CreateUser", {"userName": "ben"}, {"user": {"userName": "ben", "arn": f"arn:aws:iam::{a.account}:user/ben", "userId": "AIDA" + w.token(17)}})
    a.iam(ops, "CreateLoginProfile", {"userName": "ben"}, {"loginProfile": {"userName": "ben"}})
    a.iam(ops, "AddUserToGroup", {"userName": "ben", "groupName": "developers"})
    w.later(80000, 90000)
    ben = a.user("ben", w.address(OFFICE), aws.CONSOLE)
    a.call(ben, "signin", "ConsoleLogin", None, {"ConsoleLogin": "Success"}, eventType="AwsConsoleSignIn", additionalEventData={"MFAUsed": "Yes"})
    w.later(600)
    a.run(ben, o.image)


@story("aws")
def aws_key_rotation(w, o):
    """A key is rotated, and the new one starts a machine."""
    a, dev = o.aws, person(o, "dev")
    fresh = "AKIA" + w.token(16)
    a.iam(dev, "CreateAccessKey", {"userName": "dev"}, {"accessKey": {"accessKeyId": fresh, "userName": "dev", "status": "Active"}})
    w.later(600)
    a.iam(dev, "DeleteAccessKey", {"userName": "dev", "accessKeyId": dev["accessKeyId"]})
    o.keys["dev"] = fresh
    w.later(3000)
    a.run(person(o, "dev"), o.image)


@story("aws")
def aws_blue_green(w, o):
    """Three deployments in a row."""
    for _ in range(3):
        life.deploy(o)
        w.later(600)


@story("aws")
def aws_emr(w, o):
    """A cluster of twelve nodes comes and goes."""
    a = o.aws
    emr = a.role("EMR_DefaultRole", "CCSSession", "elasticmapreduce.amazonaws.com", "elasticmapreduce.amazonaws.com")
    emr["invokedBy"] = "elasticmapreduce.amazonaws.com"
    made = a.run(emr, o.image, count=12, tags={"aws:elasticmapreduce:job-flow-id": "j-X"})
    w.later(3000)
    a.terminate(emr, *made)


@story("aws")
def aws_batch(w, o):
    """A batch queue starts machines."""
    service_run(o, "AWSServiceRoleForBatch", "aws-batch", "batch.amazonaws.com", {"AWSBatchServiceTag": "batch"}, count=4)


@story("aws")
def aws_cloudformation(w, o):
    """A stack makes its resources."""
    a = o.aws
    stack = a.role("ci-deploy", "AWSCloudFormation", "cloudformation.amazonaws.com", "cloudformation.amazonaws.com")
    stack["invokedBy"] = "cloudformation.amazonaws.com"
    a.call(pipeline(o), "cloudformation", "CreateStack", {"stackName": "shop"}, {"stackId": f"arn:aws:cloudformation:{a.region}:{a.account}:stack/shop/1"})
    w.later(5, 9)
    group = a.new_group(stack, "shop")
    a.open_group(stack, group, 443)
    w.later(5, 9)
    a.run(stack, o.image, group=group, tags={"aws:cloudformation:stack-name": "shop"})


@story("aws")
def aws_disaster_recovery(w, o):
    """Elastic Disaster Recovery copies a disk and launches a drill instance."""
    a = o.aws
    drs = a.service("AWSServiceRoleForElasticDisasterRecovery", "drs", "drs.amazonaws.com")
    tags = {"AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com"}
    snapshot = a.snapshot(drs, o.volumes[0], tags=tags)
    w.later(60)
    volume = a.volume(drs, snapshot, tags=tags)
    w.later(60)
    made = a.run(drs, o.image, tags=tags)[0]
    w.later(60)
    a.attach(drs, volume, made)


@story("aws")
def aws_guardduty(w, o):
    """GuardDuty scans a disk for malware."""
    a = o.aws
    guard = a.service("AWSServiceRoleForAmazonGuardDutyMalwareProtection", "scan", "malware-protection.guardduty.amazonaws.com")
    snapshot = a.snapshot(guard, o.volumes[0], tags={"GuardDutyScanId": "1"})
    w.later(60)
    a.share_snapshot(guard, snapshot, "579284063073")


@story("aws")
def aws_no_capacity(w, o):
    """A group asks for machines that are not there, twenty times."""
    for _ in range(20):
        w.later(20, 60)
        o.aws.run(life.scaling(o), o.image, error="Server.InsufficientInstanceCapacity")


@story("aws")
def aws_gpu_notebook(w, o):
    """A data scientist starts a large machine, as every other day."""
    a, dev = o.aws, person(o, "dev")
    used_to(w, lambda: a.terminate(dev, *a.run(dev, o.image, kind="g5.12xlarge")), 2)
    a.run(dev, o.image, kind="g5.12xlarge")


@story("aws")
def aws_old_snapshots(w, o):
    """The lifecycle manager deletes what is old."""
    a = o.aws
    dlm = a.role("AWSDataLifecycleManagerDefaultRole", "policy-1", "dlm.amazonaws.com", "dlm.amazonaws.com", "service-role/")
    dlm["invokedBy"] = "dlm.amazonaws.com"
    for _ in range(30):
        w.later(1, 3)
        a.call(dlm, "ec2", "DeleteSnapshot", {"snapshotId": "snap-0" + w.hex(16)}, {"_return": True})


@story("aws")
def aws_new_region(w, o):
    """The pipeline brings the service to another region."""
    far, ci = o.aws.other(region="eu-north-1"), pipeline(o)
    group = far.new_group(ci, "app")
    far.open_group(ci, group, 443, "10.0.0.0/8")
    w.later(9)
    far.run(ci, group=group, profile="app", tags={"managed-by": "terraform"})


@story("aws")
def aws_session_manager(w, o):
    """An operator looks at a server through a session."""
    a, ops = o.aws, person(o, "ops")
    a.call(ops, "ssm", "StartSession", {"target": o.servers[2]}, {"sessionId": "ops-0" + w.hex(8)})
    w.later(900)
    a.instance(ops, "StopInstances", o.servers[2])
    w.later(60)
    a.instance(ops, "StartInstances", o.servers[2])


@story("aws")
def aws_golden_image(w, o):
    """The pipeline shares the weekly image with the organisation's other account."""
    a, other = o.aws, w.digits(12)

    def publish():
        image = life.bake(o)[1]
        w.later(60)
        a.share_image(a.role("packer-build", "packer-" + w.hex(6), w.address(RUNNERS), "HashiCorp-Packer/1.10"), image, other)
    used_to(w, publish, 2)
    publish()


@story("aws")
def aws_volume_grown(w, o):
    """A volume is snapshotted before it is changed."""
    a, ops = o.aws, person(o, "ops")
    a.snapshot(ops, o.volumes[3])
    w.later(600)
    a.call(ops, "ec2", "ModifyVolume", {"ModifyVolumeRequest": {"VolumeId": o.volumes[3], "Size": 200}}, {})


# ---- Azure

@story("azure")
def azure_nodes(w, o):
    """The cluster adds six nodes."""
    for _ in range(6):
        w.later(30, 90)
        life.aks_node(o)


@story("azure")
def azure_backup(w, o):
    """The backup service's night."""
    life.backup_run(o)


@story("azure")
def azure_databricks(w, o):
    """Databricks starts the machines of a job."""
    z = o.azure
    bricks = z.application("AzureDatabricks", w.address("20.42.1"), "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d")

    def job():
        for _ in range(3):
            z.machine(bricks, group="databricks-rg-shop-x1", nic=z.nic(bricks, group="databricks-rg-shop-x1"), tags={"Vendor": "Databricks"})
    used_to(w, job, 2)
    job()


@story("azure")
def azure_deployment(w, o):
    """The pipeline's daily deployment."""
    life.azure_deploy(o)


@story("azure")
def azure_drill(w, o):
    """The restore drill, as every third day."""
    life.azure_drill(o)


@story("azure")
def azure_office_rule(w, o):
    """An operator opens a port to the office and makes a machine."""
    z = o.azure
    nsg = z.new_group(o.ops)
    z.open_group(o.ops, nsg, 22, f"{OFFICE}.0/24")
    w.later(60)
    z.machine(o.ops, nic=z.nic(o.ops, nsg))


@story("azure")
def azure_new_hire(w, o):
    """A user is made for a colleague, who makes his first machine the day after."""
    z = o.azure
    ben = z.new_user(o.ops, "ben", role=None, ip=w.address(OFFICE))
    w.later(80000, 90000)
    z.sign_in(ben)
    z.audit(ben, "User registered security info", [ben])
    w.later(3000)
    z.machine(ben, nic=z.nic(ben))


@story("azure")
def azure_agents(w, o):
    """The build service makes its agents every day."""
    z = o.azure
    agents = z.application("devops-agents", w.address("20.60.1"))
    used_to(w, lambda: z.machine(agents, nic=z.nic(agents)))
    for _ in range(4):
        z.machine(agents, nic=z.nic(agents))


@story("azure")
def azure_scanner(w, o):
    """Defender's agentless scanner copies disks and reads them, every day."""
    z = o.azure
    scanner = z.application("Microsoft Defender for Cloud Servers Scanner Resource Provider", w.address("20.70.1"), "0c7668b5-3260-4ad0-9f53-34ed54fa19b2")

    def scan():
        scanner["uti"] = w.token(22)
        for disk in o.disks[:2]:
            z.link(scanner, z.snapshot(scanner, disk, tags={"CreatedBy": "Microsoft Defender for Cloud"}))
    used_to(w, scan)
    scan()


@story("azure")
def azure_snapshot_before_change(w, o):
    """A snapshot before an upgrade."""
    o.azure.snapshot(o.ops, o.disks[2])


# ---- Google

@story("gcp")
def gcp_scaling(w, o):
    """The instance group adds ten machines."""
    for _ in range(10):
        w.later(5, 30)
        life.mig_scale(o)


@story("gcp")
def gcp_nodes(w, o):
    """The cluster adds nodes."""
    for _ in range(5):
        w.later(5, 30)
        life.gke_node(o)


@story("gcp")
def gcp_schedule(w, o):
    """Snapshots on a schedule."""
    life.scheduled(o)


@story("gcp")
def gcp_deployment(w, o):
    """The pipeline's daily deployment."""
    life.gcp_deploy(o)


@story("gcp")
def gcp_drill(w, o):
    """The restore drill, as every third day."""
    life.gcp_drill(o)


@story("gcp")
def gcp_office_rule(w, o):
    """An operator opens a port to the office and makes a machine."""
    o.gcp.open_firewall(o.ops, "22", f"{OFFICE}.0/24")
    w.later(60)
    o.gcp.instance(o.ops)


@story("gcp")
def gcp_dataproc(w, o):
    """A cluster comes and goes."""
    g = o.gcp
    robot = g.agent(f"service-{g.number}@dataproc-accounts.iam.gserviceaccount.com", "dataproc")
    for n in range(4):
        g.instance(robot, f"cluster-w-{n}", labels=[{"key": "goog-dataproc-cluster-name", "value": "c"}])


@story("gcp")
def gcp_pipeline_account(w, o):
    """The pipeline makes the service account of a new service, and its machine."""
    g = o.gcp
    g.new_account(o.ci, "svc-" + w.hex(3), role=None)
    w.later(20)
    g.instance(o.ci)


@story("gcp")
def gcp_keys_by_hand(w, o):
    """An operator puts his key on a machine, as every other day."""
    g = o.gcp
    used_to(w, lambda: g.metadata(o.ops, g.zonal("instances", "app-1")), 2)
    g.metadata(o.ops, g.zonal("instances", "app-2"))


@story("gcp")
def gcp_snapshot_before_change(w, o):
    """A snapshot before an upgrade."""
    o.gcp.snapshot(o.ops, o.disks[1])
