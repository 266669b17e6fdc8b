# SPDX-License-Identifier: Apache-2.0
"""CloudTrail records of one account, in the shapes that AWS writes.

A caller is a dict as userIdentity has it, with "ip" and "agent" beside it. Calls return the ids
that they made.
"""
from world import iso

CLI = "aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64"
TERRAFORM = "APN/1.0 HashiCorp/1.0 Terraform/1.7.4 terraform-provider-aws/5.40.0"
CONSOLE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"


class Aws:
    """One account in one region."""

    def __init__(self, world, account=None, region="eu-central-1"):
        self.world = world
        self.account = account or world.digits(12)
        self.region = region
        self.vpc = "vpc-0" + world.hex(16)
        self.subnet = "subnet-0" + world.hex(16)
        self.group = "sg-0" + world.hex(16)

    def other(self, **changes):
        """The same world in another account or region."""
        twin = Aws(self.world, changes.get("account", self.account), changes.get("region", self.region))
        if "account" not in changes:
            twin.vpc, twin.subnet, twin.group = self.vpc, self.subnet, self.group
        return twin

    # ---- callers

    def user(self, name, ip=None, agent=CLI, key=None):
        w, arn = self.world, f"arn:aws:iam::{self.account}:user/{name}"
        return {"type": "IAMUser", "principalId": w.owned(arn, lambda: "AIDA" + w.token(17)),
                "arn": arn, "accountId": self.account,
                "accessKeyId": key or "AKIA" + self.world.token(16), "userName": name,
                "ip": ip or self.world.address(), "agent": agent}

    def role(self, role, session, ip=None, agent=CLI, path="", key=None):
        w = self.world
        arn = f"arn:aws:iam::{self.account}:role/{path}{role}"
        issuer = {"type": "Role", "principalId": w.owned(arn, lambda: "AROA" + w.token(17)),
                  "userName": role, "arn": arn, "accountId": self.account}
        return {"type": "AssumedRole", "principalId": f"{issuer['principalId']}:{session}",
                "arn": f"arn:aws:sts::{self.account}:assumed-role/{role}/{session}",
                "accountId": self.account, "accessKeyId": key or "ASIA" + w.token(16),
                "sessionContext": {"sessionIssuer": issuer, "webIdFederationData": {}, "attributes": {
                    "creationDate": iso(w.now - 60), "mfaAuthenticated": "false"}},
                "ip": ip or w.address(), "agent": agent}

    def service(self, role, session, host):
        """A service that acts with its service-linked role."""
        caller = self.role(role, session, ip=host, agent=host, path=f"aws-service-role/{host}/")
        caller["invokedBy"] = host
        return caller

    def root(self, ip=None):
        return {"type": "Root", "principalId": self.account, "accountId": self.account,
                "arn": f"arn:aws:iam::{self.account}:root", "accessKeyId": "", "agent": CONSOLE,
                "ip": ip or self.world.address()}

    def assume(self, caller, role, session, ip=None, agent=None):
        """AssumeRole: the new caller."""
        made = self.role(role, session, ip or caller["ip"], agent or caller["agent"])
        issuer = made["sessionContext"]["sessionIssuer"]
        self.call(caller, "sts", "AssumeRole", {"roleArn": issuer["arn"], "roleSessionName": session},
                  {"credentials": {"accessKeyId": made["accessKeyId"], "sessionToken": "t",
                                   "expiration": iso(self.world.now + 3600)},
                   "assumedRoleUser": {"assumedRoleId": made["principalId"], "arn": made["arn"]}},
                  readOnly=True)
        return made

    # ---- any call

    def call(self, caller, service, name, request=None, response=None, error=None, **more):
        w = self.world
        identity = {k: v for k, v in caller.items() if k not in ("ip", "agent", "home")}
        record = {"eventVersion": "1.09", "userIdentity": identity, "eventTime": iso(w.now),
                  "eventSource": f"{service}.amazonaws.com", "eventName": name,
                  "awsRegion": "us-east-1" if service == "iam" else self.region,
                  "sourceIPAddress": caller["ip"], "userAgent": caller["agent"],
                  "requestParameters": request, "responseElements": None if error else response,
                  "requestID": w.uuid(), "eventID": w.uuid(), "readOnly": False,
                  "eventType": "AwsApiCall", "managementEvent": True,
                  "recipientAccountId": self.account, "eventCategory": "Management"}
        if error:
            record["errorCode"] = error
            record["errorMessage"] = "You are not authorized to perform this operation."
        record.update(more)
        w.log("aws", "cloudtrail", record)
        return record

    def look(self, caller, *names):
        """Describe calls: daily noise, and an intruder's first steps."""
        for name in names or ("DescribeInstances", "DescribeVolumes", "DescribeSnapshots",
                              "DescribeSecurityGroups", "DescribeSubnets"):
            self.world.later(0.5, 3)
            self.call(caller, "ec2", name, {}, None, readOnly=True)

    # ---- disks and images

    def volume_id(self):
        return "vol-0" + self.world.hex(16)

    def snapshot(self, caller, volume, error=None, tags=None):
        made = "snap-0" + self.world.hex(16)
        self.call(caller, "ec2", "CreateSnapshot", self._tagged({"volumeId": volume}, "snapshot", tags),
                  {"snapshotId": made, "volumeId": volume, "status": "pending", "volumeSize": "100",
                   "startTime": int(self.world.now * 1000)}, error)
        return made

    def snapshots(self, caller, instance, volumes):
        made = ["snap-0" + self.world.hex(16) for _ in volumes]
        rows = [{"snapshotId": s, "volumeId": v, "state": "pending"} for s, v in zip(made, volumes)]
        self.call(caller, "ec2", "CreateSnapshots",
                  {"CreateSnapshotsRequest": {"InstanceSpecification": {"InstanceId": instance}}},
                  {"CreateSnapshotsResponse": {"snapshotSet": {"item": rows if len(rows) > 1 else rows[0]}}})
        return made

    def copy_snapshot(self, caller, source, source_region=None):
        made = "snap-0" + self.world.hex(16)
        self.call(caller, "ec2", "CopySnapshot",
                  {"sourceRegion": source_region or self.region, "sourceSnapshotId": source},
                  {"snapshotId": made})
        return made

    def share_snapshot(self, caller, snapshot, account):
        add = {"items": [{"group": "all"} if account == "all" else {"userId": account}]}
        self.call(caller, "ec2", "ModifySnapshotAttribute",
                  {"snapshotId": snapshot, "attributeType": "CREATE_VOLUME_PERMISSION",
                   "createVolumePermission": {"add": add}}, {"_return": True})

    def volume(self, caller, snapshot, error=None, tags=None):
        made = self.volume_id()
        self.call(caller, "ec2", "CreateVolume",
                  self._tagged({"snapshotId": snapshot, "zone": self.region + "a", "size": "100"}, "volume", tags),
                  {"volumeId": made, "size": "100", "snapshotId": snapshot, "zone": self.region + "a",
                   "status": "creating"}, error)
        return made

    def attach(self, caller, volume, instance, error=None):
        self.call(caller, "ec2", "AttachVolume",
                  {"volumeId": volume, "instanceId": instance, "device": "/dev/sdf"},
                  {"volumeId": volume, "instanceId": instance, "device": "/dev/sdf", "status": "attaching"}, error)

    def image(self, caller, instance):
        made = "ami-0" + self.world.hex(16)
        self.call(caller, "ec2", "CreateImage", {"instanceId": instance, "name": "img-" + self.world.hex(6), "noReboot": True},
                  {"imageId": made})
        return made

    def register_image(self, caller, snapshot):
        made = "ami-0" + self.world.hex(16)
        self.call(caller, "ec2", "RegisterImage",
                  {"name": "img", "rootDeviceName": "/dev/xvda", "blockDeviceMapping": {"items": [
                      {"deviceName": "/dev/xvda", "ebs": {"snapshotId": snapshot}}]}}, {"imageId": made})
        return made

    def share_image(self, caller, image, account):
        self.call(caller, "ec2", "ModifyImageAttribute",
                  {"imageId": image, "attributeType": "launchPermission",
                   "launchPermission": {"add": {"items": [{"userId": account}]}}}, {"_return": True})

    # ---- instances

    def run(self, caller, image=None, snapshot=None, count=1, error=None, **options):
        """RunInstances: the ids. Options: group, key, profile, kind, tags, public, template."""
        w = self.world
        made = ["i-0" + w.hex(16) for _ in range(count)]
        image = image or "ami-0" + w.hex(16)
        group = options.get("group", self.group)
        request = {"instancesSet": {"items": [{"imageId": image, "minCount": count, "maxCount": count}]},
                   "instanceType": options.get("kind", "t3.medium"), "blockDeviceMapping": {},
                   "monitoring": {"enabled": False}, "disableApiTermination": False,
                   "clientToken": w.uuid(), "metadataOptions": {"httpTokens": options.get("tokens", "required")},
                   "networkInterfaceSet": {"items": [{"deviceIndex": 0, "subnetId": self.subnet,
                       "associatePublicIpAddress": options.get("public", False),
                       "groupSet": {"items": [{"groupId": group}]}}]}}
        if options.get("key"):
            request["instancesSet"]["items"][0]["keyName"] = options["key"]
        if snapshot:
            request["blockDeviceMapping"] = {"items": [{"deviceName": "/dev/sdf", "ebs": {"snapshotId": snapshot}}]}
        if options.get("profile"):
            request["iamInstanceProfile"] = {"arn": f"arn:aws:iam::{self.account}:instance-profile/{options['profile']}"}
        if options.get("template"):
            request["launchTemplate"] = {"launchTemplateId": options["template"], "version": "1"}
        request = self._tagged(request, "instance", options.get("tags"))
        rows = [{"instanceId": i, "imageId": image, "instanceState": {"code": 0, "name": "pending"},
                 "instanceType": request["instanceType"], "subnetId": self.subnet, "vpcId": self.vpc,
                 "launchTime": int(w.now * 1000), "placement": {"availabilityZone": self.region + "a"},
                 "groupSet": {"items": [{"groupId": group, "groupName": "g"}]}} for i in made]
        self.call(caller, "ec2", "RunInstances", request,
                  {"requestId": w.uuid(), "reservationId": "r-0" + w.hex(16), "ownerId": self.account,
                   "groupSet": {}, "instancesSet": {"items": rows}}, error)
        return made

    def terminate(self, caller, *instances):
        items = {"items": [{"instanceId": i} for i in instances]}
        self.call(caller, "ec2", "TerminateInstances", {"instancesSet": items},
                  {"instancesSet": {"items": [{"instanceId": i, "currentState": {"name": "shutting-down"}} for i in instances]}})

    def instance(self, caller, name, instance, **request):
        """A call about one instance: StopInstances, StartInstances …"""
        self.call(caller, "ec2", name, {"instancesSet": {"items": [{"instanceId": instance}]}, **request}, {"_return": True})

    # ---- networks and keys

    def new_group(self, caller, name="web"):
        made = "sg-0" + self.world.hex(16)
        self.call(caller, "ec2", "CreateSecurityGroup",
                  {"groupName": name, "groupDescription": name, "vpcId": self.vpc}, {"_return": True, "groupId": made})
        return made

    def open_group(self, caller, group, port=22, source="0.0.0.0/0", error=None):
        ranges = {"ipv6Ranges": {"items": [{"cidrIpv6": source}]}, "ipRanges": {}} if ":" in source else \
            {"ipRanges": {"items": [{"cidrIp": source}]}, "ipv6Ranges": {}}
        self.call(caller, "ec2", "AuthorizeSecurityGroupIngress",
                  {"groupId": group, "ipPermissions": {"items": [
                      {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {}, "prefixListIds": {}, **ranges}]}},
                  {"_return": True}, error)

    def key_pair(self, caller, name="k", imported=False):
        self.call(caller, "ec2", "ImportKeyPair" if imported else "CreateKeyPair", {"keyName": name},
                  {"keyName": name, "keyFingerprint": "aa:bb", "keyPairId": "key-0" + self.world.hex(16)})
        return name

    # ---- identities

    def iam(self, caller, name, request, response=None, error=None):
        self.call(caller, "iam", name, request, response, error)

    def new_user(self, caller, name, ip=None, agent=CLI, admin=True):
        """CreateUser, CreateAccessKey and a policy: the new caller."""
        made = self.user(name, ip or caller["ip"], agent)
        self.iam(caller, "CreateUser", {"userName": name},
                 {"user": {"userName": name, "arn": made["arn"], "userId": made["principalId"], "path": "/"}})
        self.world.later(2, 30)
        self.iam(caller, "CreateAccessKey", {"userName": name},
                 {"accessKey": {"accessKeyId": made["accessKeyId"], "userName": name, "status": "Active"}})
        if admin:
            self.world.later(2, 30)
            self.iam(caller, "AttachUserPolicy",
                     {"userName": name, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})
        return made

    def _tagged(self, request, kind, tags):
        if tags:
            request["tagSpecificationSet"] = {"items": [{"resourceType": kind, "tags": [
                {"key": k, "value": v} for k, v in tags.items()]}]}
        return request
