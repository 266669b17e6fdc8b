# SPDX-License-Identifier: Apache-2.0
"""Two weeks of what an organisation does anyway, before and around a story.

Each function makes the people, machines and automation of one cloud, logs fourteen days of them and
returns them, so that a story can be told with the same callers.
"""
from types import SimpleNamespace

import aws
import azure
import gcp

DAYS = 14
OFFICE = "198.51.100"  # where people sit
RUNNERS = "203.0.113"  # where pipelines run


# ---- AWS

def aws_life(w):
    a = aws.Aws(w)
    o = SimpleNamespace(aws=a, volumes=[a.volume_id() for _ in range(6)], servers=["i-0" + w.hex(16) for _ in range(6)])
    o.keys = {name: "AKIA" + w.token(16) for name in ("anna", "dba", "ops", "dev", "old")}
    o.image, o.template = "ami-0" + w.hex(16), "lt-0" + w.hex(16)
    for day in range(DAYS):
        aws_day(w, o, day)
    w.at(DAYS, 9)
    return o


def person(o, name, ip=None):
    """A user of the organisation, from the office unless told otherwise."""
    w = o.aws.world
    return o.aws.user(name, ip or w.address(OFFICE), key=o.keys[name])


def pipeline(o, ip=None):
    return o.aws.role("ci-deploy", "gha-" + o.aws.world.hex(8), ip or o.aws.world.address(RUNNERS), aws.TERRAFORM)


def scaling(o):
    return o.aws.service("AWSServiceRoleForAutoScaling", "AutoScaling", "autoscaling.amazonaws.com")


def scale_out(o):
    a = o.aws
    return a.run(scaling(o), o.image, profile="web", template=o.template,
                 tags={"aws:autoscaling:groupName": "web", "Name": "web"})


def nightly(o):
    """Snapshots by the lifecycle manager."""
    a, w = o.aws, o.aws.world
    dlm = a.role("AWSDataLifecycleManagerDefaultRole", "policy-0" + w.hex(16), "dlm.amazonaws.com", "dlm.amazonaws.com", "service-role/")
    dlm["invokedBy"] = "dlm.amazonaws.com"
    for volume in o.volumes[:4]:
        w.later(1, 20)
        a.snapshot(dlm, volume, tags={"aws:dlm:lifecycle-policy-id": "policy-1", "aws:dlm:managed": "true"})


def drill(o, caller=None):
    """The database is restored from a fresh snapshot, looked at, and thrown away: the things made."""
    a, w = o.aws, o.aws.world
    caller = caller or person(o, "dba")
    made = [a.snapshot(caller, o.volumes[5])]
    w.later(300, 600)
    made.append(a.volume(caller, made[0]))
    w.later(30, 90)
    made += a.run(caller, o.image)
    w.later(60, 120)
    a.attach(caller, made[1], made[2])
    w.later(1800, 3600)
    a.terminate(caller, made[2])
    return made


def deploy(o):
    """The pipeline changes a server and its group."""
    a, w = o.aws, o.aws.world
    ci = pipeline(o)
    a.look(ci)
    group = a.new_group(ci, "app-" + w.hex(4))
    w.later(1, 5)
    a.open_group(ci, group, 443, "10.0.0.0/8")
    w.later(1, 5)
    made = a.run(ci, o.image, group=group, profile="app", tags={"managed-by": "terraform"})
    w.later(600, 900)
    a.terminate(ci, made[0])
    return made


def bake(o):
    """An image build: key, group, instance and image; all but the image are gone in the end."""
    a, w = o.aws, o.aws.world
    packer = a.role("packer-build", "packer-" + w.hex(6), w.address(RUNNERS), "HashiCorp-Packer/1.10")
    name = "packer_" + w.hex(12)
    a.key_pair(packer, name)
    group = a.new_group(packer, name)
    w.later(1, 4)
    a.open_group(packer, group, 22, "0.0.0.0/0")
    w.later(1, 4)
    made = a.run(packer, o.image, group=group, key=name, public=True)[0]
    w.later(240, 600)
    a.instance(packer, "StopInstances", made)
    w.later(30, 60)
    image = a.image(packer, made)
    w.later(120, 240)
    a.terminate(packer, made)
    a.call(packer, "ec2", "DeleteSecurityGroup", {"groupId": group}, {"_return": True})
    a.call(packer, "ec2", "DeleteKeyPair", {"keyName": name}, {"_return": True})
    return [made, image]


def aws_day(w, o, day):
    a = o.aws
    w.at(day, 2)
    nightly(o)
    for hour in (8, 10, 14, 17):
        w.at(day, hour)
        for made in scale_out(o):
            w.later(1200, 2400)
            a.terminate(scaling(o), made)
    for name, hour in (("anna", 9), ("ops", 10), ("dev", 11), ("dba", 13)):
        w.at(day, hour)
        who = person(o, name)
        a.call(who, "signin", "ConsoleLogin", None, {"ConsoleLogin": "Success"}, eventType="AwsConsoleSignIn",
               additionalEventData={"MFAUsed": "Yes"})
        a.look(who)
        a.instance(who, "StopInstances", o.servers[day % 6])
        w.later(60, 300)
        a.instance(who, "StartInstances", o.servers[day % 6])
    w.at(day, 12)
    deploy(o)
    if day % 3 == 1:
        w.at(day, 15)
        drill(o)
    if day % 7 == 2:
        w.at(day, 6)
        bake(o)
    w.at(day, 16)
    a.open_group(person(o, "ops"), a.group, 443, f"{OFFICE}.0/24")


# ---- Azure

def azure_life(w):
    z = azure.Azure(w)
    o = SimpleNamespace(azure=z, disks=[z.resource("Microsoft.Compute/disks", f"vm{n}-os") for n in range(4)])
    o.anna, o.ops = z.user("anna", w.address(OFFICE)), z.user("ops", w.address(OFFICE))
    o.old = z.user("old.admin", w.address(OFFICE))
    o.ci = z.application("ci-deploy", w.address(RUNNERS))
    o.backup = z.application("Azure Backup", w.address("20.38.1"), azure.BACKUP)
    o.aks = z.application("aks-prod", w.address("20.50.1"))
    for day in range(DAYS):
        azure_day(w, o, day)
    w.at(DAYS, 9)
    return o


def backup_run(o):
    z, w = o.azure, o.azure.world
    for disk in o.disks[:2]:
        w.later(5, 30)
        z.snapshot(o.backup, disk, "AzureBackup_" + w.hex(8), "AzureBackupRG_westeurope_1")


def azure_deploy(o):
    z, w = o.azure, o.azure.world
    nsg = z.new_group(o.ci)
    w.later(2, 9)
    z.open_group(o.ci, nsg, 443, "10.0.0.0/8")
    w.later(2, 9)
    return z.machine(o.ci, nic=z.nic(o.ci, nsg))


def azure_drill(o, caller=None):
    z, w = o.azure, o.azure.world
    caller = caller or o.ops
    made = [z.snapshot(caller, o.disks[3])]
    w.later(60, 200)
    made.append(z.disk(caller, made[0]))
    w.later(60, 200)
    made.append(z.machine(caller, nic=z.nic(caller), data_disks=[made[1]]))
    w.later(1800, 3000)
    z.call(caller, "Microsoft.Compute/virtualMachines/delete", made[2])
    return made


def aks_node(o):
    z, w = o.azure, o.azure.world
    made = z.resource("Microsoft.Compute/virtualMachines", "aks-pool-" + w.hex(6), "MC_rg-app_aks-prod_westeurope")
    return z.machine(o.aks, id=made, nic=z.nic(o.aks, group="MC_rg-app_aks-prod_westeurope"))


def azure_day(w, o, day):
    z = o.azure
    w.at(day, 1)
    backup_run(o)
    for hour in (9, 15):
        w.at(day, hour)
        aks_node(o)
    for who, hour in ((o.anna, 9), (o.ops, 10)):
        w.at(day, hour)
        who["uti"] = w.token(22)
        z.sign_in(who)
        w.later(60, 300)
        z.call(who, "Microsoft.Compute/virtualMachines/deallocate/action", z.resource("Microsoft.Compute/virtualMachines", f"vm{day % 4}"))
    w.at(day, 12)
    azure_deploy(o)
    if day % 3 == 1:
        w.at(day, 14)
        azure_drill(o)


# ---- Google

def gcp_life(w):
    g = gcp.Gcp(w)
    o = SimpleNamespace(gcp=g, disks=[g.zonal("disks", f"db-{n}") for n in range(4)])
    o.anna, o.ops = g.user("anna", w.address(OFFICE)), g.user("ops", w.address(OFFICE))
    o.ci = g.account("ci-deploy", w.address(RUNNERS), agent=gcp.TERRAFORM)
    o.mig = g.agent(f"{g.number}@cloudservices.gserviceaccount.com", "managed instance group")
    o.gke = g.agent(f"service-{g.number}@container-engine-robot.iam.gserviceaccount.com", "gke")
    for day in range(DAYS):
        gcp_day(w, o, day)
    w.at(DAYS, 9)
    return o


def mig_scale(o):
    g = o.gcp
    return g.instance(o.mig, "web-" + g.world.hex(4), links=[{
        "type": "MEMBER_OF", "source": f"projects/{g.number}/zones/{g.zone}/instanceGroupManagers/web@1"}])


def gke_node(o):
    g = o.gcp
    return g.instance(o.gke, "gke-prod-pool-" + g.world.hex(8), labels=[{"key": "goog-k8s-cluster-name", "value": "prod"}])


def scheduled(o):
    """Snapshots by a schedule."""
    g = o.gcp
    robot = g.agent("system@google.com", "")
    for disk in o.disks[:2]:
        g.world.later(5, 30)
        g.snapshot(robot, disk, request={"sourceSnapshotSchedulePolicy": "nightly", "autoCreated": True}, system=True)


def gcp_drill(o, caller=None):
    g, w = o.gcp, o.gcp.world
    caller = caller or o.ops
    made = [g.snapshot(caller, o.disks[3])]
    w.later(60, 200)
    made.append(g.disk(caller, made[0]))
    w.later(60, 200)
    made.append(g.instance(caller, disks=[made[1]]))
    w.later(1800, 3000)
    g.call(caller, "compute", "v1.compute.instances.delete", made[2])
    return made


def gcp_deploy(o):
    g, w = o.gcp, o.gcp.world
    g.open_firewall(o.ci, "443", "10.0.0.0/8")
    w.later(2, 9)
    return g.instance(o.ci)


def gcp_day(w, o, day):
    g = o.gcp
    w.at(day, 1)
    scheduled(o)
    for hour in (8, 16):
        w.at(day, hour)
        mig_scale(o)
        gke_node(o)
    for who, hour in ((o.anna, 9), (o.ops, 10)):
        w.at(day, hour)
        g.call(who, "compute", "v1.compute.instances.stop", g.zonal("instances", f"app-{day % 4}"))
    w.at(day, 12)
    gcp_deploy(o)
    if day % 3 == 1:
        w.at(day, 14)
        gcp_drill(o)


LIVES = {"aws": aws_life, "azure": azure_life, "gcp": gcp_life}
