# SPDX-License-Identifier: Apache-2.0
"""Intrusions that were reported in public, and the routes that attacks.py does not take.

They stand beside attacks.py in the same register. Where a report names calls and not their order or
times, these are chosen by chance or by what the calls need.
"""
import aws
import gcp
from attacks import (azure_front, found, gone_astray, lower, steal, stolen_azure, stolen_gcp,
                     story)
from background import person

SPOT = "spot.amazonaws.com"


# ---- AWS

def backup_of(o, volume):
    """A snapshot that the lifecycle manager took the night before."""
    a, w = o.aws, o.aws.world
    now = w.now
    w.at(13, 3)
    host = "dlm.amazonaws.com"
    manager = a.role("AWSDataLifecycleManagerDefaultRole", "policy-1", host, host, "service-role/")
    manager["invokedBy"] = host
    made = a.snapshot(manager, volume, tags={"aws:dlm:lifecycle-policy-id": "policy-1"})
    w.now = now
    return made


@story("aws", "high")
def aws_backup_mounted(w, o):
    """BrowserStack 2014: a forgotten key, a new user, and a backup that was there already."""
    a = o.aws
    backup = backup_of(o, o.volumes[0])
    user = a.new_user(gone_astray(o, "old"), "qa-" + w.hex(3))
    w.later(120, 600)
    group = a.new_group(user, "temp")
    a.open_group(user, group, 22, f"{user['ip']}/32")
    w.later(5, 30)
    made = a.run(user, group=group, public=True)[0]
    w.later(60, 200)
    volume = a.volume(user, backup)
    w.later(20, 60)
    a.attach(user, volume, made)
    return found([backup, volume, made, user["arn"]], (volume, backup), (volume, made),
                 (backup, o.volumes[0]))


@story("aws", "high")
def aws_sugarcrm(w, o):
    """SugarCRM 2023: database shared; a server stopped, imaged, run anew with an own key."""
    a, caller = o.aws, gone_astray(o)
    a.look(caller)
    name = "orders-" + w.hex(3)
    a.call(caller, "rds", "CreateDBSnapshot",
           {"dBSnapshotIdentifier": name, "dBInstanceIdentifier": "orders"},
           {"dBSnapshotIdentifier": name, "dBInstanceIdentifier": "orders",
            "dBSnapshotArn": f"arn:aws:rds:{a.region}:{a.account}:snapshot:{name}"})
    w.later(200, 500)
    group = a.new_group(caller, "rdp")
    a.open_group(caller, group, 3389)
    key = a.key_pair(caller, "k-" + w.hex(3), imported=True)
    w.later(60, 200)
    a.instance(caller, "StopInstances", o.servers[1])
    w.later(60, 120)
    image = a.image(caller, o.servers[1])
    w.later(60, 120)
    a.instance(caller, "StartInstances", o.servers[1])
    w.later(200, 500)
    made = a.run(caller, image, group=group, key=key, public=True)[0]
    w.later(200, 300)
    a.call(caller, "ec2", "GetPasswordData", {"instanceId": made}, None, readOnly=True)
    return found([image, made], (image, o.servers[1]), (made, image))


@story("aws", "high")
def aws_dangerdev(w, o):
    """DangerDev 2024: an administrator like a mail address, quotas, machines, and tidying up."""
    a = o.aws
    user = a.new_user(gone_astray(o, "old"), "DangerDev@protonmail.me")
    w.later(300, 900)
    far = a.other(region="us-east-2")
    far.call(user, "ec2", "CreateDefaultVpc", {"CreateDefaultVpcRequest": ""},
             {"CreateDefaultVpcResponse": {"vpc": {"vpcId": "vpc-0" + w.hex(16), "isDefault": True}}})
    far.call(user, "servicequotas", "RequestServiceQuotaIncrease",
             {"serviceCode": "ec2", "quotaCode": "L-1216C47A", "desiredValue": 512},
             {"requestedQuota": {"id": w.hex(32), "status": "PENDING"}})
    w.later(600, 2000)
    group = far.new_group(user, "launch-wizard-1")
    far.open_group(user, group, 3389)
    made = far.run(user, group=group, key=far.key_pair(user, "dd"), public=True, kind="c5a.24xlarge")
    w.later(3000, 9000)
    far.terminate(user, made[0])
    a.iam(gone_astray(o, "old"), "DeleteUser", {"userName": "DangerDev@protonmail.me"})
    return found([made[0], user["arn"]])


@story("aws", "high")
def aws_browser_of_buckets(w, o):
    """GUI-vil 2023: a policy of all rights, a key for another user, machines half an hour later."""
    a = o.aws
    leaked = {**gone_astray(o, "old"), "agent": "S3 Browser/9.5.5 (https://s3browser.com)"}
    a.call(leaked, "s3", "ListBuckets", None, None, readOnly=True)
    w.later(300, 600)
    policy = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    user = a.new_user(leaked, "dr-" + w.hex(3), admin=False)
    w.later(20, 60)
    a.iam(leaked, "PutUserPolicy", {"userName": user["userName"], "policyName": "dq",
                                    "policyDocument": policy})
    w.later(1500, 2000)
    group = a.new_group(user, "launch-wizard-" + w.digits(1))
    a.open_group(user, group, 22)
    made = a.run(user, group=group, key=a.key_pair(user), kind="p3.16xlarge", public=True)[0]
    return found([made, user["arn"]])


@story("aws", "high")
def aws_taken_over(w, o):
    """LUCR-3 2023: a new password for a colleague, a stronger role for a server, no more guards."""
    a, caller = o.aws, gone_astray(o)
    a.iam(caller, "UpdateLoginProfile", {"userName": "anna"})
    w.later(20, 60)
    a.iam(caller, "CreateAccessKey", {"userName": "anna"},
          {"accessKey": {"accessKeyId": "AKIA" + w.token(16), "userName": "anna", "status": "Active"}})
    w.later(300, 900)
    server = o.servers[2]
    association = {"associationId": "iip-assoc-0" + w.hex(16), "instanceId": server,
                   "iamInstanceProfile": {"arn": f"arn:aws:iam::{a.account}:instance-profile/admin"}}
    a.call(caller, "ec2", "ReplaceIamInstanceProfileAssociation",
           {"ReplaceIamInstanceProfileAssociationRequest": {
               "AssociationId": association["associationId"],
               "IamInstanceProfile": {"Name": "admin"}}},
           {"ReplaceIamInstanceProfileAssociationResponse": {
               "iamInstanceProfileAssociation": association}})
    w.later(60, 200)
    a.call(caller, "ec2", "EnableSerialConsoleAccess", None, {"serialConsoleAccessEnabled": True})
    a.call(caller, "ec2-instance-connect", "SendSerialConsoleSSHPublicKey",
           {"instanceId": server, "serialPort": 0}, {"success": True})
    w.later(60, 200)
    a.call(caller, "guardduty", "DeleteDetector", {"detectorId": w.hex(32)}, None)
    a.call(caller, "cloudtrail", "StopLogging", {"name": "org-trail"}, None)
    return found([server])


@story("aws", "medium")
def aws_one_login(w, o):
    """OneLogin 2017: stolen keys start several machines from which the rest is looked at."""
    a, caller = o.aws, gone_astray(o)
    a.look(caller)
    group = a.new_group(caller, "tmp")
    a.open_group(caller, group, 22, f"{caller['ip']}/32")
    made = []
    for _ in range(w.pick(3, 4, 5)):
        w.later(30, 300)
        made += a.run(caller, group=group, public=True)
    a.look(caller)
    return found([made[0], made[-1]])


@story("aws", "high")
def aws_everything_deleted(w, o):
    """Code Spaces 2014: users as a way back, then machines, snapshots, disks and images go."""
    a, caller = o.aws, gone_astray(o, "ops")
    user = a.new_user(caller, "bk-" + w.hex(3))
    w.later(600, 2000)
    a.terminate(user, *o.servers)
    for volume in o.volumes:
        w.later(2, 9)
        a.call(user, "ec2", "DeleteVolume", {"volumeId": volume}, {"_return": True})
    for _ in range(12):
        w.later(1, 4)
        a.call(user, "ec2", "DeleteSnapshot", {"snapshotId": "snap-0" + w.hex(16)}, {"_return": True})
    a.call(user, "ec2", "DeregisterImage", {"imageId": o.image}, {"_return": True})
    return found([o.servers[0], o.volumes[0], user["arn"]])


@story("aws", "medium")
def aws_grouper(w, o):
    """EC2 Grouper: like-named groups without rules, and machines, by a script of PowerShell."""
    a = o.aws
    caller = {**gone_astray(o), "agent": "AWSPowerShell.Common/4.1.90.0 .NET_Core/6.0.9 OS/Windows"}
    made = []
    for number in range(5):
        far = a.other(region=("us-east-1", "us-west-2", "eu-west-1", "sa-east-1", "ap-south-1")[number])
        group = far.new_group(caller, "ec2group" + (str(number) if number else ""))
        w.later(2, 9)
        made += far.run(caller, group=group, kind="c6a.32xlarge")
        w.later(20, 60)
    return found([made[0], made[4]])


@story("aws", "high")
def aws_miner_protected(w, o):
    """Mining of November 2025: quota read, dry run, group of machines that cannot be terminated."""
    a = o.aws
    user = a.new_user(gone_astray(o, "old"), "ops-" + w.hex(3))
    a.call(user, "servicequotas", "GetServiceQuota", {"serviceCode": "ec2"}, None, readOnly=True)
    a.run(user, kind="g4dn.12xlarge", error="Client.DryRunOperation")
    w.later(60, 200)
    group = a.new_group(user, "g")
    a.open_group(user, group, 22)
    made = []
    for _ in range(8):
        w.later(3, 20)
        made += a.run(user, kind="g4dn.12xlarge", group=group, public=True)
        a.call(user, "ec2", "ModifyInstanceAttribute",
               {"instanceId": made[-1], "disableApiTermination": {"value": True}}, {"_return": True})
    return found([made[0], made[7], user["arn"]])


@story("aws", "high")
def aws_cloned_volume(w, o):
    """A disk is cloned without a snapshot and mounted on an instance that is open to the world."""
    a, caller, volume = o.aws, gone_astray(o), o.aws.volume_id()
    a.call(caller, "ec2", "CopyVolumes", {"CopyVolumesRequest": {"SourceVolumeId": o.volumes[0]}},
           {"CopyVolumesResponse": {"volumeSet": {"item": {"volumeId": volume}}}})
    w.later(60, 200)
    group = a.new_group(caller, "x")
    a.open_group(caller, group)
    made = a.run(caller, group=group, public=True)[0]
    w.later(30, 90)
    a.attach(caller, volume, made)
    return found([volume, made], (volume, o.volumes[0]), (volume, made))


@story("aws", "high")
def aws_spot_image(w, o):
    """An image of a server is run by a spot request, whose machine the service launches."""
    a, caller = o.aws, gone_astray(o)
    image = a.image(caller, o.servers[0])
    w.later(300, 600)
    group = a.new_group(caller, "x")
    a.open_group(caller, group)
    request = "sir-" + w.hex(8)
    a.call(caller, "ec2", "RequestSpotInstances",
           {"instanceCount": 1, "launchSpecification": {
               "imageId": image, "instanceType": "m5.large",
               "groupSet": {"items": [{"groupId": group}]}}},
           {"spotInstanceRequestSet": {"items": [{"spotInstanceRequestId": request}]}})
    w.later(3, 20)
    spot = a.service("AWSServiceRoleForEC2Spot", "spot-" + w.hex(4), SPOT)
    made = a.run(spot, image, group=group, tags={"aws:ec2spot:fleet-request-id": request})[0]
    return found([image, made], (image, o.servers[0]), (made, image))


@story("aws", "critical")
def aws_other_account(w, o):
    """A snapshot is shared with an account whose logs are here too, and mounted there."""
    a, caller = o.aws, gone_astray(o)
    there = a.other(account=w.digits(12))
    snapshot = a.snapshot(caller, o.volumes[0])
    w.later(60, 200)
    a.share_snapshot(caller, snapshot, there.account)
    w.later(300, 900)
    taker = there.user("x" + w.hex(3), caller["ip"])
    volume = there.volume(taker, snapshot)
    both = w.uuid()
    service = {"type": "AWSService", "accountId": there.account, "invokedBy": "ec2.amazonaws.com",
               "ip": "ec2.amazonaws.com", "agent": "ec2.amazonaws.com"}
    a.call(service, "ec2", "SharedSnapshotVolumeCreated", None, None, eventType="AwsServiceEvent",
           serviceEventDetails={"snapshotId": snapshot}, sharedEventID=both)
    w.later(30, 90)
    made = there.run(taker, public=True)[0]
    w.later(30, 90)
    there.attach(taker, volume, made)
    return found([snapshot, volume, made], (volume, snapshot), (volume, made),
                 (snapshot, o.volumes[0]))


@story("aws", "high")
def aws_lightsail(w, o):
    """A new user runs copies of a Lightsail machine, which no EC2 inventory shows."""
    a = o.aws
    user = a.new_user(gone_astray(o, "old"), "web-" + w.hex(3))
    w.later(200, 600)
    copy, made = "copy-" + w.hex(4), "ls-" + w.hex(4)
    a.call(user, "lightsail", "CreateInstanceSnapshot",
           {"instanceName": "shop", "instanceSnapshotName": copy}, {"operations": []})
    w.later(300, 600)
    a.call(user, "lightsail", "CreateInstancesFromSnapshot",
           {"instanceNames": [made], "instanceSnapshotName": copy, "bundleId": "xlarge_2_0",
            "availabilityZone": a.region + "a"}, {"operations": []})
    arn = f"arn:aws:lightsail:{a.region}:{a.account}:"
    source, copy, made = (arn + "instance/shop", arn + "instance-snapshot/" + copy,
                          arn + "instance/" + made)
    return found([copy, made, user["arn"]], (copy, source), (made, copy))


@story("aws", "high")
def aws_left_its_instance(w, o):
    """SCARLETEEL 2023: credentials of an instance are used elsewhere to copy and mount a disk."""
    a = o.aws
    at_home = a.role("app", o.servers[3], "10.0.4.17", "aws-sdk-go/1.44")
    at_home["sessionContext"]["ec2RoleDelivery"] = "2.0"
    for _ in range(3):
        a.call(at_home, "s3", "ListBuckets", None, None, readOnly=True)
        w.later(300, 900)
    abroad = {**at_home, "ip": w.address(), "agent": aws.CLI}
    a.call(abroad, "sts", "GetCallerIdentity", None, None, readOnly=True)
    w.later(60, 200)
    made = steal(o, abroad)
    return found([*made, o.servers[3]], (made[1], made[0]), (made[1], made[2]))


# ---- Azure

@story("azure", "high")
def azure_restore_point(w, o):
    """A restore point of a machine is made, and links to download its disks."""
    z, caller = o.azure, stolen_azure(o)
    z.sign_in(caller)
    w.later(60)
    points = z.resource("Microsoft.Compute/restorePointCollections", "rpc-" + w.hex(3))
    point = points + "/restorePoints/rp1"
    kind = "Microsoft.Compute/restorePointCollections"
    z.call(caller, f"{kind}/write", points, {"properties": {"source": {
        "id": z.resource("Microsoft.Compute/virtualMachines", "vm1")}}})
    w.later(20, 60)
    z.call(caller, f"{kind}/restorePoints/write", point, {"properties": {"sourceMetadata": {
        "storageProfile": {"osDisk": {"managedDisk": {"id": o.disks[1]}}}}}})
    w.later(60, 200)
    z.call(caller, f"{kind}/restorePoints/retrieveSasUris/action", point)
    return found(lower(point), (point.lower(), o.disks[1].lower()))


@story("azure", "high")
def azure_other_subscription(w, o):
    """The copy is mounted on a machine in another subscription of the tenant."""
    z, caller = o.azure, stolen_azure(o)
    snapshot = z.snapshot(caller, o.disks[0])
    w.later(60, 200)
    there = type(z)(w, z.tenant, "rg-lab")
    disk = there.disk(caller, snapshot)
    w.later(60, 200)
    vm = there.machine(caller, nic=azure_front(there, caller, w), data_disks=[disk])
    made = lower(snapshot, disk, vm)
    return found(made, (made[1], made[0]), (made[1], made[2]))


@story("azure", "high")
def azure_serial_console(w, o):
    """The copy is mounted, and the machine entered through its serial console."""
    z, caller = o.azure, stolen_azure(o)
    snapshot = z.snapshot(caller, o.disks[0])
    w.later(60, 200)
    disk = z.disk(caller, snapshot)
    w.later(60, 200)
    vm = z.machine(caller, nic=z.nic(caller), data_disks=[disk])
    w.later(60, 200)
    z.call(caller, "Microsoft.SerialConsole/serialPorts/connect/action",
           f"{vm}/providers/Microsoft.SerialConsole/serialPorts/0", phases=("Start", "Success"))
    made = lower(snapshot, disk, vm)
    return found(made, (made[1], made[0]), (made[1], made[2]))


# ---- Google

def delegated(g, caller, account):
    """A token of a service account for `caller`: the new caller."""
    g.call(caller, "iamcredentials", "GenerateAccessToken", "projects/-/serviceAccounts/" + account,
           {"name": "projects/-/serviceAccounts/" + account}, single=True, reads=True,
           kind="service_account", labels={"email_id": account})
    return {**caller, "email": account}


@story("gcp", "high")
def gcp_impersonated(w, o):
    """The right to stand in for a service account is given, and the disk copied in its name."""
    g, caller = o.gcp, stolen_gcp(o)
    account = f"deployer@{g.project}.iam.gserviceaccount.com"
    g.grant(caller, "user:" + caller["email"], "roles/iam.serviceAccountTokenCreator")
    w.later(60, 200)
    stand_in = delegated(g, caller, account)
    w.later(60, 200)
    snapshot = g.snapshot(stand_in, o.disks[0])
    w.later(60, 200)
    disk = g.disk(stand_in, snapshot)
    g.open_firewall(stand_in)
    vm = g.instance(stand_in, disks=[disk], public=True)
    return found([snapshot, disk, vm], (disk, snapshot), (vm, disk))


@story("gcp", "high")
def gcp_template_group(w, o):
    """An image of a disk goes into a template, and a group makes machines of it."""
    g, caller = o.gcp, stolen_gcp(o)
    image = g.image(caller, o.disks[0])
    w.later(60, 200)
    template = g.wide("instanceTemplates", "t-" + w.hex(3))
    g.call(caller, "compute", "v1.compute.instanceTemplates.insert", template,
           {"name": template.rsplit("/", 1)[1], "properties": {
               "machineType": "n2-standard-8",
               "disks": [{"boot": True, "initializeParams": {"sourceImage": image}}]}},
           kind="gce_instance_template")
    w.later(20, 60)
    g.open_firewall(caller)
    group = g.zonal("instanceGroupManagers", "m-" + w.hex(3))
    g.call(caller, "compute", "v1.compute.instanceGroupManagers.insert", group,
           {"name": group.rsplit("/", 1)[1], "instanceTemplate": template, "targetSize": 3},
           kind="gce_instance_group_manager")
    return found([image, template, group], (image, o.disks[0]), (template, image),
                 (group, template))


@story("gcp", "high")
def gcp_project_keys(w, o):
    """The copy is mounted, and a key put on every machine of the project."""
    g, caller = o.gcp, stolen_gcp(o)
    snapshot = g.snapshot(caller, o.disks[0])
    w.later(60, 200)
    disk = g.disk(caller, snapshot)
    vm = g.instance(caller, disks=[disk])
    w.later(60, 200)
    g.call(caller, "compute", "v1.compute.projects.setCommonInstanceMetadata",
           f"projects/{g.project}", {"metadata": {"items": [{"key": "ssh-keys"}]}},
           kind="gce_project")
    return found([snapshot, disk, vm], (disk, snapshot), (vm, disk))


@story("gcp", "high")
def gcp_bulk_by_new_account(w, o):
    """A new service account with a key asks for eight machines in one call."""
    g, caller = o.gcp, stolen_gcp(o)
    new = g.new_account(caller, "batch-" + w.hex(3))
    w.later(200, 900)
    far = gcp.Gcp(w, g.project, "us-central1-b")
    made = [far.zonal("instances", f"gpu-{n}-" + w.hex(3)) for n in range(8)]
    far.call(new, "compute", "v1.compute.instances.bulkInsert", f"projects/{g.project}/zones/{far.zone}",
             {"count": 8, "namePattern": "gpu-####", "instanceProperties": {
                 "machineType": "a2-highgpu-8g",
                 "disks": [{"boot": True, "initializeParams": {
                     "sourceImage": "projects/debian-cloud/global/images/debian-12"}}]}},
             single=True, kind="audited_resource")
    for name in made:
        far.call(new, "compute", "v1.compute.instances.bulkInsert", name, {}, single=True,
                 labels={"instance_id": w.digits(19)})
    return found([made[0], made[7]])


# ---- Two clouds

@story("aws", "high")
def two_clouds(w, o):
    """A service account made in Google's cloud assumes a role here, and copies a disk."""
    g = gcp.Gcp(w)
    new = g.new_account(g.user("anna"), "bridge-" + w.hex(3))
    w.later(300, 900)
    a = o.aws
    subject = new["unique"]
    made = a.role("federated-ops", "bridge", new["ip"])
    web = {"type": "WebIdentityUser", "principalId": f"accounts.google.com:aud:{subject}",
           "userName": subject, "identityProvider": "accounts.google.com",
           "ip": new["ip"], "agent": aws.CLI}
    issuer = made["sessionContext"]["sessionIssuer"]
    a.call(web, "sts", "AssumeRoleWithWebIdentity",
           {"roleArn": issuer["arn"], "roleSessionName": "bridge"},
           {"credentials": {"accessKeyId": made["accessKeyId"]}, "provider": "accounts.google.com",
            "subjectFromWebIdentityToken": subject,
            "assumedRoleUser": {"assumedRoleId": made["principalId"], "arn": made["arn"]}},
           readOnly=True)
    w.later(60, 200)
    stolen = steal(o, made)
    return found([*stolen, new["email"]], (stolen[1], stolen[0]), (stolen[1], stolen[2]))


@story("aws", "informational", most="low")
def aws_instance_alone(w, o):
    """A known user starts one machine from an unknown address: no chain, so no more than a note."""
    o.aws.run(person(o, "dev", w.address()))
    return found([])
