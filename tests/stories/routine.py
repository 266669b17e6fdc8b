# SPDX-License-Identifier: Apache-2.0
"""More of what organisations do: the look-alikes that benign.py does not tell.

They stand beside benign.py in the same register, under the same law: none may reach medium.
"""
import background as life
from background import OFFICE, RUNNERS, person
from benign import story, used_to

SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets"


# ---- AWS

@story("aws")
def aws_managed_nodes(w, o):
    """A managed node group of a cluster grows, through its scaling group."""
    a = o.aws
    nodes = a.service("AWSServiceRoleForAmazonEKSNodegroup", "EKS", "eks-nodegroup.amazonaws.com")
    tags = {"eks:nodegroup-name": "main", "eks:cluster-name": "prod",
            "kubernetes.io/cluster/prod": "owned"}
    used_to(w, lambda: a.run(nodes, o.image, template=o.template, tags=tags), 2)
    for _ in range(w.pick(4, 6, 8)):
        w.later(5, 60)
        a.run(nodes, o.image, template=o.template, tags=tags)


@story("aws")
def aws_spot_taken_back(w, o):
    """Spot machines are taken back by the service, which launches others in their place."""
    a = o.aws
    spot = a.service("AWSServiceRoleForEC2Spot", "spot-1", "spot.amazonaws.com")
    tags = {"aws:ec2spot:fleet-request-id": "sfr-" + w.uuid()}
    evicting = {"type": "AWSService", "invokedBy": "ec2.amazonaws.com", "ip": "ec2.amazonaws.com",
                "agent": "ec2.amazonaws.com"}

    def replaced():
        made = a.run(spot, o.image, tags=tags)
        w.later(1800, 4000)
        a.call(evicting, "ec2", "BidEvictedEvent", None, None, eventType="AwsServiceEvent",
               serviceEventDetails={"instanceIdSet": made})
        w.later(20, 90)
        a.run(spot, o.image, tags=tags)
    used_to(w, replaced, 3)
    replaced()


@story("aws")
def aws_image_builder(w, o):
    """Image Builder bakes its image once a week, with its service-linked role."""
    a = o.aws
    builder = a.service("AWSServiceRoleForImageBuilder", "Ec2ImageBuilder",
                        "imagebuilder.amazonaws.com")
    tags = {"CreatedBy": "EC2 Image Builder"}

    def baked():
        made = a.run(builder, o.image, tags=tags)[0]
        w.later(600, 1200)
        a.instance(builder, "StopInstances", made)
        w.later(30, 90)
        a.image(builder, made)
        w.later(60, 200)
        a.terminate(builder, made)
    used_to(w, baked, 7, hour=4)
    baked()


@story("aws")
def aws_template_bumped(w, o):
    """The pipeline writes a new version of the template, and the group rolls to it."""
    a, ci = o.aws, life.pipeline(o)
    a.call(ci, "ec2", "CreateLaunchTemplateVersion",
           {"CreateLaunchTemplateVersionRequest": {
               "LaunchTemplateId": o.template, "LaunchTemplateData": {"ImageId": o.image}}},
           {"CreateLaunchTemplateVersionResponse": {"launchTemplateVersion": {
               "launchTemplateId": o.template, "versionNumber": 2}}})
    for _ in range(3):
        w.later(60, 200)
        life.scale_out(o)


@story("aws")
def aws_forbidden_by_mistake(w, o):
    """A developer tries to copy a production disk, is refused, and asks a colleague."""
    a, dev = o.aws, person(o, "dev")
    a.snapshot(dev, o.volumes[0], "Client.UnauthorizedOperation")
    w.later(900, 2000)
    a.snapshot(person(o, "dba"), o.volumes[0])


# ---- Azure

@story("azure")
def azure_contractor(w, o):
    """A contractor is invited, may make machines in one group, and makes one two days later."""
    z = o.azure
    guest = z.user("kim_partner.test#EXT#", w.address("192.0.2"))
    z.audit(o.ops, "Invite external user", [guest])
    w.later(600, 3000)
    z.grant(o.ops, guest["oid"], "9980e02c-c2be-4d73-94e8-173b1dc7cf3c")
    w.later(150000, 180000)
    z.sign_in(guest)
    w.later(300, 900)
    z.machine(guest, nic=z.nic(guest))


@story("azure")
def azure_scale_set(w, o):
    """A scale set is resized by the autoscale service, as on every day."""
    z = o.azure
    scaler = z.application("Microsoft Insights Autoscale", w.address("20.48.2"))
    resource = z.resource(SCALE_SETS, "web")

    def resized():
        z.call(scaler, f"{SCALE_SETS}/write", resource, {"sku": {"capacity": w.pick(3, 4, 5, 6)}})
    used_to(w, resized)
    resized()


@story("azure")
def azure_secret_renewed(w, o):
    """The pipeline's secret is renewed by an operator, before the daily deployment."""
    z = o.azure
    z.audit(o.ops, "Update application – Certificates and secrets management ", [o.ci],
            "ApplicationManagement", properties=[{
                "displayName": "KeyDescription", "oldValue": "[]",
                "newValue": f'["[KeyIdentifier={w.uuid()},KeyType=Password,KeyUsage=Verify]"]'}])
    w.later(1200, 3000)
    life.azure_deploy(o)


# ---- Google

@story("gcp")
def gcp_backup_service(w, o):
    """The backup service restores a machine for a test, once in two days."""
    g = o.gcp
    robot = g.agent(f"service-{g.number}@gcp-sa-backupdr.iam.gserviceaccount.com", "backupdr")

    def restored():
        snapshot = g.snapshot(robot, o.disks[2])
        w.later(60, 200)
        disk = g.disk(robot, snapshot)
        w.later(60, 200)
        made = g.instance(robot, disks=[disk])
        w.later(900, 1800)
        g.call(robot, "compute", "v1.compute.instances.delete", made)
    used_to(w, restored, 2)
    restored()


@story("gcp")
def gcp_key_renewed(w, o):
    """The pipeline's key is renewed, and the new one used from the same runners."""
    g = o.gcp
    fresh = g.new_key(o.ops, o.ci["email"])
    w.later(1200, 3000)
    o.ci = {**o.ci, "key": fresh, "ip": w.address(RUNNERS)}
    life.gcp_deploy(o)


@story("gcp")
def gcp_notebook(w, o):
    """A data scientist starts a machine with a GPU, as every other day."""
    g = o.gcp
    who = g.user("lena", w.address(OFFICE))

    def session():
        made = g.instance(who, "notebook-" + w.hex(3), size="a2-highgpu-1g")
        w.later(3000, 9000)
        g.call(who, "compute", "v1.compute.instances.delete", made)
    used_to(w, session, 2)
    session()
