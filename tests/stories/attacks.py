# SPDX-License-Identifier: Apache-2.0
"""What intruders do, told with the callers and things of a background.

A story returns what must be found: the level at least (and at most, where more would overstate),
ids that must stand in one incident, and links that must be shown.
"""
from types import SimpleNamespace

import aws
from background import person, scale_out

STORIES = {}


def story(cloud, least, most="critical", gap=None):
    """Registers an attack. `gap`: why it is known not to be found yet."""
    def keep(function):
        STORIES[function.__name__] = SimpleNamespace(cloud=cloud, least=least, most=most, gap=gap, tell=function,
                                                     doc=function.__doc__.splitlines()[0])
        return function
    return keep


def found(together, *links):
    return SimpleNamespace(together=[str(t) for t in together], links=links)


def gone_astray(o, name="dev"):
    """A key that somebody else uses now, from elsewhere."""
    return person(o, name, o.aws.world.address())


def steal(o, caller, victim=None, open_port=22, key=None):
    """The catalogue's chain: copy, instance, mount, way in. Returns snapshot, volume, instance."""
    a, w = o.aws, o.aws.world
    snapshot = a.snapshot(caller, victim or o.volumes[0])
    w.later(60, 200)
    group = a.group
    if open_port:
        group = a.new_group(caller, "tmp")
        w.later(2, 20)
        a.open_group(caller, group, open_port)
        w.later(5, 30)
    instance = a.run(caller, group=group, key=key, public=bool(open_port))[0]
    w.later(30, 120)
    volume = a.volume(caller, snapshot)
    w.later(20, 60)
    a.attach(caller, volume, instance)
    return snapshot, volume, instance


# ---- AWS: the catalogue's own chain, by all its routes

@story("aws", "high")
def aws_crimson(w, o):
    """A leaked key makes an administrator, who copies a disk to an instance and reads data."""
    a, leaked = o.aws, gone_astray(o, "old")
    a.call(leaked, "sts", "GetCallerIdentity", None, None, readOnly=True)
    w.later(20, 60)
    admin = a.new_user(leaked, "svc-" + w.hex(4))
    w.later(200, 400)
    a.look(admin)
    w.later(200, 600)
    made = steal(o, admin)
    w.later(900, 1500)
    for number in range(120):
        a.call(admin, "s3", "GetObject", {"bucketName": "data", "key": f"k{number}"}, None, readOnly=True,
               managementEvent=False, eventCategory="Data")
    return found([*made, admin["arn"]], (made[1], made[0]), (made[1], made[2]))


@story("aws", "high")
def aws_catalogue(w, o):
    """Snapshot, instance, mount, opened group, by a role session from elsewhere."""
    session = o.aws.assume(gone_astray(o), "admin", "x")
    w.later(60)
    made = steal(o, session, key=o.aws.key_pair(session, "k", imported=True))
    return found(made, (made[1], made[0]), (made[1], made[2]))


@story("aws", "high")
def aws_block_device(w, o):
    """The snapshot is mapped into the new instance at once."""
    a, caller = o.aws, gone_astray(o)
    snapshot = a.snapshot(caller, o.volumes[1])
    w.later(200, 500)
    made = a.run(caller, snapshot=snapshot)[0]
    return found([snapshot, made], (made, snapshot))


@story("aws", "high")
def aws_image_route(w, o):
    """An image of a server is run with a key of the intruder's and an opened group."""
    a, caller = o.aws, gone_astray(o)
    image = a.image(caller, o.servers[0])
    w.later(300, 600)
    group = a.new_group(caller, "x")
    a.open_group(caller, group)
    made = a.run(caller, image, group=group, key=a.key_pair(caller, imported=True))[0]
    return found([image, made], (made, image), (image, o.servers[0]))


@story("aws", "critical")
def aws_share_and_use(w, o):
    """A snapshot is shared with another account, which makes a volume of it."""
    a, caller, foreign = o.aws, gone_astray(o), w.digits(12)
    snapshot = a.snapshot(caller, o.volumes[0])
    w.later(60, 200)
    a.share_snapshot(caller, snapshot, foreign)
    w.later(200, 900)
    taker = {"type": "AWSService", "accountId": foreign, "invokedBy": "ec2.amazonaws.com", "ip": "ec2.amazonaws.com", "agent": "ec2.amazonaws.com"}
    a.call(taker, "ec2", "SharedSnapshotVolumeCreated", None, None, eventType="AwsServiceEvent",
           serviceEventDetails={"snapshotId": snapshot}, sharedEventID=w.uuid())
    return found([snapshot, foreign], (snapshot, o.volumes[0]))


@story("aws", "high")
def aws_copy_region(w, o):
    """The copy goes to another region first and is mounted there."""
    a, caller = o.aws, gone_astray(o)
    first = a.snapshot(caller, o.volumes[2])
    far = a.other(region="ap-southeast-2")
    w.later(300, 900)
    second = far.copy_snapshot(caller, first, a.region)
    w.later(300, 900)
    volume = far.volume(caller, second)
    w.later(30)
    made = far.run(caller, public=True)[0]
    w.later(30)
    far.attach(caller, volume, made)
    return found([first, second, volume, made], (second, first), (volume, second))


@story("aws", "high")
def aws_database(w, o):
    """A database is snapshotted, its copy restored and opened to the world, and shared."""
    a, caller = o.aws, gone_astray(o)
    arn = f"arn:aws:rds:{a.region}:{a.account}"
    snapshot = "copy-" + w.hex(4)
    a.call(caller, "rds", "CreateDBSnapshot", {"dBSnapshotIdentifier": snapshot, "dBInstanceIdentifier": "orders"},
           {"dBSnapshotIdentifier": snapshot, "dBInstanceIdentifier": "orders", "dBSnapshotArn": f"{arn}:snapshot:{snapshot}"})
    w.later(300, 900)
    a.call(caller, "rds", "ModifyDBSnapshotAttribute", {"dBSnapshotIdentifier": snapshot, "attributeName": "restore",
                                                       "valuesToAdd": [w.digits(12)]},
           {"dBSnapshotIdentifier": snapshot})
    return found([f"{arn}:snapshot:{snapshot}"])


@story("aws", "medium")
def aws_direct_read(w, o):
    """The blocks of a fresh snapshot are read through the EBS direct interface."""
    a, caller = o.aws, gone_astray(o)
    snapshot = a.snapshot(caller, o.volumes[0])
    w.later(300)
    a.call(caller, "ebs", "ListSnapshotBlocks", {"snapshotId": snapshot}, None, readOnly=True)
    for number in range(5):
        a.call(caller, "ebs", "GetSnapshotBlock", {"snapshotId": snapshot, "blockIndex": number}, None, readOnly=True)
    return found([snapshot])


@story("aws", "high")
def aws_root_volume(w, o):
    """A server's root volume is replaced by an old snapshot after logging was stopped."""
    a, caller = o.aws, gone_astray(o)
    snapshot = a.snapshot(caller, o.volumes[0])
    w.later(100)
    a.call(caller, "cloudtrail", "StopLogging", {"name": "org-trail"}, None)
    w.later(100)
    a.call(caller, "ec2", "CreateReplaceRootVolumeTask",
           {"CreateReplaceRootVolumeTaskRequest": {"InstanceId": o.servers[1], "SnapshotId": snapshot}},
           {"CreateReplaceRootVolumeTaskResponse": {"replaceRootVolumeTask": {
               "instanceId": o.servers[1], "snapshotId": snapshot, "replaceRootVolumeTaskId": "replacevol-0" + w.hex(16)}}})
    return found([snapshot, o.servers[1]])


@story("aws", "high")
def aws_template_group(w, o):
    """A new user puts a stolen image into a launch template and a scaling group."""
    a = o.aws
    user = a.new_user(gone_astray(o, "old"), "build")
    w.later(300)
    image = a.image(user, o.servers[2])
    w.later(300)
    template = "lt-0" + w.hex(16)
    a.call(user, "ec2", "CreateLaunchTemplate",
           {"CreateLaunchTemplateRequest": {"LaunchTemplateName": "t", "LaunchTemplateData": {"ImageId": image, "InstanceType": "c5.large"}}},
           {"CreateLaunchTemplateResponse": {"launchTemplate": {"launchTemplateId": template, "launchTemplateName": "t"}}})
    w.later(60)
    a.call(user, "autoscaling", "CreateAutoScalingGroup",
           {"autoScalingGroupName": "g-" + w.hex(3), "launchTemplate": {"launchTemplateId": template}, "maxSize": 10, "minSize": 5}, None)
    return found([image, template, user["arn"]], (image, o.servers[2]), (template, image))


@story("aws", "high")
def aws_fleet_by_new_user(w, o):
    """A new user asks for a fleet of large machines in a region where nobody works."""
    user = o.aws.new_user(gone_astray(o, "old"), "batch")
    far, a = o.aws.other(region="sa-east-1"), o.aws
    w.later(300)
    made = ["i-0" + w.hex(16) for _ in range(8)]
    fleet = "fleet-" + w.uuid()
    far.call(user, "ec2", "CreateFleet",
             {"CreateFleetRequest": {"Type": "instant", "TargetCapacitySpecification": {"TotalTargetCapacity": 8}}},
             {"CreateFleetResponse": {"fleetId": fleet, "fleetInstanceSet": {"item": {"instanceType": "p3.8xlarge", "instanceIds": {"item": made}}}}})
    return found([made[0], made[7], user["arn"]], (made[0], fleet) if False else (fleet, fleet))


@story("aws", "high")
def aws_gpu_miner(w, o):
    """Stolen instance credentials make a user and forty-two machines."""
    a = o.aws
    stolen = a.role("app", o.servers[3], w.address())
    user = a.new_user(stolen, "deploy" + w.hex(2))
    w.later(100)
    a.run(user, kind="p3.16xlarge", error="Client.VcpuLimitExceeded")
    made = []
    for _ in range(42):
        w.later(1, 4)
        made += a.run(user, kind="c5.18xlarge")
    return found([made[0], made[41], user["arn"]])


def mount_quietly(w, o):
    """The chain without an opened network: account, caller, and what was made."""
    caller = gone_astray(o)
    made = steal(o, caller, open_port=None)
    w.later(60)
    return o.aws, caller, made


@story("aws", "high")
def aws_serial_console(w, o):
    """The copy is mounted, and the instance entered through the serial console."""
    a, caller, made = mount_quietly(w, o)
    a.call(caller, "ec2", "EnableSerialConsoleAccess", None, {"serialConsoleAccessEnabled": True})
    a.call(caller, "ec2-instance-connect", "SendSerialConsoleSSHPublicKey", {"instanceId": made[2], "serialPort": 0}, {"success": True})
    return found(made, (made[1], made[2]))


@story("aws", "high")
def aws_instance_connect(w, o):
    """The copy is mounted, and the instance entered with a pushed key."""
    a, caller, made = mount_quietly(w, o)
    a.call(caller, "ec2-instance-connect", "SendSSHPublicKey", {"instanceId": made[2], "instanceOSUser": "ec2-user"}, {"success": True})
    return found(made, (made[1], made[2]))


@story("aws", "high")
def aws_run_command(w, o):
    """The copy is mounted, and commands are sent to the instance."""
    a, caller, made = mount_quietly(w, o)
    a.call(caller, "ssm", "SendCommand", {"instanceIds": [made[2]], "documentName": "AWS-RunShellScript"}, {"command": {"commandId": w.uuid()}})
    return found(made, (made[1], made[2]))


@story("aws", "critical")
def aws_silence(w, o):
    """Logging is stopped before the disk is copied and mounted, with a port opened."""
    a, caller = o.aws, gone_astray(o)
    a.call(caller, "cloudtrail", "StopLogging", {"name": "org-trail"}, None)
    w.later(60)
    made = steal(o, caller)
    return found(made, (made[1], made[0]))


@story("aws", "high")
def aws_slow(w, o):
    """The copy is mounted by the same intruder twelve days after it was made."""
    a, caller = o.aws, gone_astray(o)
    snapshot = a.snapshot(caller, o.volumes[0])
    for _ in range(12):
        w.later(80000, 90000)
        scale_out(o)
    group = a.new_group(caller, "x")
    a.open_group(caller, group)
    made = a.run(caller, group=group)[0]
    w.later(60)
    volume = a.volume(caller, snapshot)
    w.later(60)
    a.attach(caller, volume, made)
    return found([snapshot, volume, made], (volume, snapshot), (volume, made))


@story("aws", "high")
def aws_eight_minutes(w, o):
    """From a leaked key to a mounted copy in eight minutes, by a script."""
    a, leaked = o.aws, gone_astray(o, "old")
    admin = a.new_user(leaked, "x")
    w.later(5, 10)
    made = steal(o, admin)
    return found([*made, admin["arn"]], (made[1], made[2]))


@story("aws", "high")
def aws_role_chain(w, o):
    """Key, role, second role, then the copy and the instance."""
    a = o.aws
    first = a.assume(gone_astray(o, "old"), "developer", "a")
    w.later(30)
    second = a.assume(first, "platform-admin", "b")
    w.later(30)
    made = steal(o, second)
    return found(made, (made[1], made[0]))


@story("aws", "high")
def aws_multi_volume(w, o):
    """All disks of a server are copied in one call and mounted on one instance."""
    a, caller = o.aws, gone_astray(o)
    snapshots = a.snapshots(caller, o.servers[0], o.volumes[:2])
    w.later(200)
    group = a.new_group(caller, "x")
    a.open_group(caller, group, 3389, "::/0")
    made = a.run(caller, group=group)[0]
    volumes = []
    for snapshot in snapshots:
        w.later(20, 40)
        volumes.append(a.volume(caller, snapshot))
        w.later(20, 40)
        a.attach(caller, volumes[-1], made)
    return found([*snapshots, *volumes, made], (volumes[0], snapshots[0]), (volumes[1], made))


@story("aws", "high")
def aws_registered_image(w, o):
    """The copy becomes an image, and the image an instance that is open to the world."""
    a, caller = o.aws, gone_astray(o)
    snapshot = a.snapshot(caller, o.volumes[3])
    w.later(200)
    image = a.register_image(caller, snapshot)
    w.later(200)
    group = a.new_group(caller, "x")
    a.open_group(caller, group)
    made = a.run(caller, image, group=group)[0]
    return found([snapshot, image, made], (image, snapshot), (made, image))


@story("aws", "high")
def aws_shared_image(w, o):
    """An image of a server is given to another account."""
    a, caller = o.aws, gone_astray(o)
    image = a.image(caller, o.servers[1])
    w.later(600)
    a.share_image(caller, image, w.digits(12))
    return found([image], (image, o.servers[1]))


@story("aws", "high")
def aws_console_federation(w, o):
    """A stolen key becomes a console session, which does the rest."""
    a, leaked = o.aws, gone_astray(o, "old")
    made_key = "ASIA" + w.token(16)
    a.call(leaked, "sts", "GetFederationToken", {"name": "adm", "durationSeconds": 43200},
           {"credentials": {"accessKeyId": made_key}, "federatedUser": {
               "federatedUserId": f"{a.account}:adm", "arn": f"arn:aws:sts::{a.account}:federated-user/adm"}})
    w.later(60)
    fed = {"type": "FederatedUser", "principalId": f"{a.account}:adm", "arn": f"arn:aws:sts::{a.account}:federated-user/adm",
           "accountId": a.account, "accessKeyId": made_key, "ip": leaked["ip"], "agent": aws.CONSOLE,
           "sessionContext": {"sessionIssuer": {"type": "IAMUser", "principalId": leaked["principalId"], "arn": leaked["arn"],
                                                "accountId": a.account, "userName": leaked["userName"]},
                              "attributes": {"creationDate": "2026-03-16T09:00:00Z", "mfaAuthenticated": "false"}}}
    made = steal(o, fed)
    return found(made, (made[1], made[0]))


@story("aws", "low", most="medium")
def aws_denied(w, o):
    """Everything is tried and nothing allowed."""
    a, caller = o.aws, gone_astray(o)
    denied = "Client.UnauthorizedOperation"
    snapshot = "snap-0" + w.hex(16)
    a.snapshot(caller, o.volumes[0], denied)
    w.later(20)
    a.open_group(caller, a.group, error=denied)
    w.later(20)
    a.run(caller, error=denied)
    a.attach(caller, o.volumes[0], o.servers[0], denied)
    a.iam(caller, "CreateUser", {"userName": "x"}, error="AccessDenied")
    a.call(caller, "cloudtrail", "StopLogging", {"name": "t"}, None, "AccessDenied")
    del snapshot
    return found([])


@story("aws", "high")
def aws_login_profile(w, o):
    """An administrator gets a new password, logs in and does it by hand."""
    a, leaked = o.aws, gone_astray(o, "old")
    a.iam(leaked, "CreateUser", {"userName": "helpdesk2"}, {"user": {
        "userName": "helpdesk2", "arn": f"arn:aws:iam::{a.account}:user/helpdesk2", "userId": "AIDA" + w.token(17)}})
    w.later(10)
    a.iam(leaked, "CreateLoginProfile", {"userName": "helpdesk2"}, {"loginProfile": {"userName": "helpdesk2"}})
    w.later(10)
    a.iam(leaked, "AttachUserPolicy", {"userName": "helpdesk2", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})
    w.later(200)
    hand = a.user("helpdesk2", w.address(), aws.CONSOLE, "ASIA" + w.token(16))
    made = steal(o, hand)
    return found([*made, hand["arn"]], (made[1], made[2]))


# ---- Azure

def azure_front(z, caller, w):
    """Group, address and card of a machine that is open to the world."""
    nsg = z.new_group(caller)
    w.later(3, 9)
    z.open_group(caller, nsg)
    pip = z.address(caller)
    w.later(3, 9)
    return z.nic(caller, nsg, pip)


def stolen_azure(o):
    w = o.azure.world
    return {**o.old, "ip": w.address(), "uti": w.token(22)}


def lower(*ids):
    return [i.lower() for i in ids]


@story("azure", "high")
def azure_chain(w, o):
    """Snapshot, disk, machine, opened group, by a stolen administrator."""
    z, caller = o.azure, stolen_azure(o)
    z.sign_in(caller)
    w.later(60)
    snapshot = z.snapshot(caller, o.disks[0])
    w.later(60)
    disk = z.disk(caller, snapshot)
    w.later(60)
    nic = azure_front(z, caller, w)
    vm = z.machine(caller, nic=nic, data_disks=[disk])
    made = lower(snapshot, disk, vm)
    return found(made, (made[1], made[0]), (made[1], made[2]))


@story("azure", "high")
def azure_link(w, o):
    """A snapshot is taken and a link made to download it."""
    z, caller = o.azure, stolen_azure(o)
    snapshot = z.snapshot(caller, o.disks[0])
    w.later(30)
    z.link(caller, snapshot)
    return found(lower(snapshot), (snapshot.lower(), o.disks[0].lower()))


@story("azure", "high")
def azure_spider(w, o):
    """A tired user accepts; a new factor; a machine that is open to the world, with an extension."""
    z, caller = o.azure, stolen_azure(o)
    for _ in range(20):
        z.sign_in(caller, 500121)
        w.later(5, 20)
    z.sign_in(caller)
    w.later(60)
    z.audit(caller, "User registered security info", [caller])
    w.later(600)
    vm = z.machine(caller, nic=azure_front(z, caller, w))
    w.later(300)
    z.call(caller, "Microsoft.Compute/virtualMachines/extensions/write", vm + "/extensions/CustomScript", {"properties": {}})
    return found(lower(vm))


@story("azure", "critical")
def azure_lapsus(w, o):
    """A new global administrator raises himself, makes machines, removes the others."""
    z, caller = o.azure, stolen_azure(o)
    z.sign_in(caller)
    w.later(100)
    new = z.new_user(caller, "svc.sync")
    w.later(300)
    z.sign_in(new)
    z.call(new, "Microsoft.Authorization/elevateAccess/action", "/providers/Microsoft.Authorization", phases=("Success",))
    w.later(300)
    vm = z.machine(new, nic=azure_front(z, new, w))
    w.later(4000)
    z.audit(new, "Delete user", [o.anna])
    z.audit(new, "Delete user", [o.ops])
    w.later(600)
    for n in range(3):
        z.call(new, "Microsoft.Compute/snapshots/delete", z.resource("Microsoft.Compute/snapshots", f"backup{n}"))
    return found([vm.lower(), new["oid"]])


@story("azure", "high")
def azure_swap(w, o):
    """A copied system disk is put under a running machine, and a command run in it."""
    z, caller = o.azure, stolen_azure(o)
    snapshot = z.snapshot(caller, o.disks[0])
    w.later(60)
    disk = z.disk(caller, snapshot)
    w.later(60)
    vm = z.machine(caller, "vm1", os_disk=disk, update=True)
    w.later(60)
    z.call(caller, "Microsoft.Compute/virtualMachines/runCommand/action", vm)
    made = lower(snapshot, disk, vm)
    return found(made, (made[1], made[0]), (made[2], made[1]))


@story("azure", "high")
def azure_gallery(w, o):
    """A machine is captured into an image, the image run and opened."""
    z, caller = o.azure, stolen_azure(o)
    image = z.resource("Microsoft.Compute/images", "img-" + w.hex(4))
    source = z.resource("Microsoft.Compute/virtualMachines", "vm2")
    z.call(caller, "Microsoft.Compute/images/write", image, {"properties": {"sourceVirtualMachine": {"id": source}}})
    w.later(60)
    vm = z.machine(caller, nic=azure_front(z, caller, w), image=image)
    made = lower(image, vm)
    return found(made, (made[1], made[0]), (made[0], source.lower()))


@story("azure", "high")
def azure_guest(w, o):
    """A guest is invited, made owner and copies a disk to a machine of its own."""
    z, caller = o.azure, stolen_azure(o)
    guest = z.user("mallory_evil.test#EXT#", w.address())
    z.audit(caller, "Invite external user", [guest])
    w.later(60)
    z.grant(caller, guest["oid"])
    w.later(3000)
    snapshot = z.snapshot(guest, o.disks[1])
    w.later(60)
    disk = z.disk(guest, snapshot)
    w.later(60)
    vm = z.machine(guest, nic=azure_front(z, guest, w), data_disks=[disk])
    made = lower(snapshot, disk, vm)
    return found([*made, guest["oid"]], (made[1], made[0]))


@story("azure", "high")
def azure_application(w, o):
    """An application gets a new secret and then exports a disk."""
    z, caller = o.azure, stolen_azure(o)
    app = z.application("legacy-sync", w.address())
    z.audit(caller, "Add service principal credentials", [app], "ApplicationManagement", properties=[{
        "displayName": "KeyDescription", "oldValue": "[]",
        "newValue": f'["[KeyIdentifier={w.uuid()},KeyType=Password,KeyUsage=Verify]"]'}])
    w.later(300)
    snapshot = z.snapshot(app, o.disks[0])
    w.later(60)
    z.link(app, snapshot)
    return found([snapshot.lower(), app["oid"]])


@story("azure", "high")
def azure_storm(w, o):
    """Owner by elevation; snapshots and restore points are deleted."""
    z, caller = o.azure, stolen_azure(o)
    z.call(caller, "Microsoft.Authorization/elevateAccess/action", "/providers/Microsoft.Authorization", phases=("Success",))
    w.later(60)
    z.grant(caller, caller["oid"])
    w.later(100)
    snapshot = z.snapshot(caller, o.disks[0])
    z.link(caller, snapshot)
    w.later(60)
    for n in range(6):
        z.call(caller, "Microsoft.Compute/snapshots/delete", z.resource("Microsoft.Compute/snapshots", f"b{n}"))
    return found(lower(snapshot))


@story("azure", "low", most="medium")
def azure_denied(w, o):
    """Everything is tried and nothing allowed."""
    z, caller = o.azure, stolen_azure(o)
    z.snapshot(caller, o.disks[0], failed="AuthorizationFailed")
    w.later(9)
    z.call(caller, "Microsoft.Compute/virtualMachines/write", z.resource("Microsoft.Compute/virtualMachines", "x"), failed="AuthorizationFailed")
    w.later(9)
    z.call(caller, "Microsoft.Network/networkSecurityGroups/securityRules/write",
           z.resource("Microsoft.Network/networkSecurityGroups", "n/securityRules/r"), failed="AuthorizationFailed")
    z.call(caller, "Microsoft.Authorization/roleAssignments/write", z.resource("Microsoft.Authorization/roleAssignments", "r"), failed="AuthorizationFailed")
    return found([])


# ---- Google

def stolen_gcp(o):
    return {**o.anna, "ip": o.gcp.world.address()}


@story("gcp", "high")
def gcp_chain(w, o):
    """Snapshot, disk, instance with an open firewall and a key of the intruder's."""
    g, caller = o.gcp, stolen_gcp(o)
    snapshot = g.snapshot(caller, o.disks[0])
    w.later(60)
    disk = g.disk(caller, snapshot)
    w.later(30)
    g.open_firewall(caller)
    vm = g.instance(caller, disks=[disk], public=True)
    w.later(60)
    g.metadata(caller, vm)
    return found([snapshot, disk, vm], (snapshot, o.disks[0]), (disk, snapshot), (vm, disk))


@story("gcp", "high")
def gcp_key_bulk(w, o):
    """A new service account with a key makes eight instances."""
    g, caller = o.gcp, stolen_gcp(o)
    new = g.new_account(caller, "metrics-" + w.hex(3))
    w.later(300)
    made = [g.instance(new, size="a2-highgpu-1g") for _ in range(8)]
    return found([made[0], made[7]])


@story("gcp", "high")
def gcp_shared(w, o):
    """A snapshot is given to somebody outside."""
    g, caller = o.gcp, stolen_gcp(o)
    snapshot = g.snapshot(caller, o.disks[1])
    w.later(60)
    g.share(caller, snapshot, "user:mallory@evil.test")
    return found([snapshot], (snapshot, o.disks[1]))


@story("gcp", "high")
def gcp_image_route(w, o):
    """A disk becomes an image, the image an instance that is open to the world."""
    g, caller = o.gcp, stolen_gcp(o)
    image = g.image(caller, o.disks[2])
    w.later(100)
    disk = g.disk(caller, image=image)
    w.later(30)
    g.open_firewall(caller, "3389")
    vm = g.instance(caller, disks=[disk], public=True)
    return found([image, disk, vm], (image, o.disks[2]), (disk, image), (vm, disk))


@story("gcp", "high")
def gcp_clone_project(w, o):
    """A disk is cloned into another project and attached to an instance there."""
    import gcp as shapes
    g, caller = o.gcp, stolen_gcp(o)
    far = shapes.Gcp(w, "p-else-" + w.hex(4), "us-east1-b")
    snapshot = g.snapshot(caller, o.disks[0])
    w.later(60)
    disk = far.disk(caller, snapshot)
    w.later(60)
    far.open_firewall(caller)
    vm = far.instance(caller, public=True)
    w.later(30)
    far.attach(caller, disk, vm)
    return found([snapshot, disk, vm], (disk, snapshot), (disk, vm))


@story("gcp", "high")
def gcp_machine_image(w, o):
    """A machine image of a server is run with a public address and an open firewall."""
    g, caller = o.gcp, stolen_gcp(o)
    server = g.zonal("instances", "db-server")
    image = g.call(caller, "compute", "v1.compute.machineImages.insert", g.wide("machineImages", "mi-" + w.hex(3)),
                   {"name": "mi", "sourceInstance": server})
    w.later(100)
    g.open_firewall(caller)
    vm = g.instance(caller, machine_image=image, public=True)
    return found([image, vm], (image, server), (vm, image))


@story("gcp", "low", most="medium")
def gcp_denied(w, o):
    """Everything is tried and nothing allowed."""
    g, caller = o.gcp, stolen_gcp(o)
    g.snapshot(caller, o.disks[0], denied=True)
    w.later(9)
    g.instance(caller, denied=True)
    g.call(caller, "compute", "v1.compute.firewalls.insert", g.wide("firewalls", "x"), {}, denied=True)
    g.call(caller, "iam", "google.iam.admin.v1.CreateServiceAccount", f"projects/{g.project}", {}, denied=True)
    return found([])
