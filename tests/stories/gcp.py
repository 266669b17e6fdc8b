# SPDX-License-Identifier: Apache-2.0
"""Google Cloud Audit entries of one project, as a log sink writes them.

Changes that take time are written twice, with operation.first and operation.last.
"""
from world import iso

GCLOUD = "google-cloud-sdk gcloud/469.0.0 command/gcloud.compute.instances.create"
TERRAFORM = "Terraform/1.7.4 terraform-provider-google/5.20.0"


class Gcp:
    """One project in one zone."""

    def __init__(self, world, project=None, zone="europe-west3-a"):
        self.world = world
        self.project = project or "p-" + world.hex(6)
        self.number = world.digits(12)
        self.zone = zone

    def zonal(self, kind, name):
        return f"projects/{self.project}/zones/{self.zone}/{kind}/{name}"

    def wide(self, kind, name):
        return f"projects/{self.project}/global/{kind}/{name}"

    def user(self, name, ip=None, agent=GCLOUD):
        return {"email": f"{name}@example.com", "ip": ip or self.world.address(), "agent": agent}

    def account(self, name, ip=None, key=None, agent=GCLOUD):
        return {"email": f"{name}@{self.project}.iam.gserviceaccount.com", "key": key,
                "ip": ip or self.world.address(), "agent": agent}

    def agent(self, email, agent="", ip="gce-internal-ip"):
        """One of Google's own service agents."""
        return {"email": email, "ip": ip, "agent": agent}

    def call(self, caller, service, method, resource, request=None, response=None, **options):
        """options: denied, single (no first and last), kind, labels, data (serviceData), system"""
        w = self.world
        who = {"principalEmail": caller["email"]}
        if caller.get("key"):
            who["serviceAccountKeyName"] = caller["key"]
        payload = {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": f"{service}.googleapis.com",
                   "methodName": method, "resourceName": resource, "authenticationInfo": who,
                   "requestMetadata": {"callerIp": caller["ip"], "callerSuppliedUserAgent": caller["agent"]},
                   "authorizationInfo": [{"permission": method, "granted": not options.get("denied")}], "status": {}}
        if options.get("denied"):
            payload["status"] = {"code": 7, "message": "PERMISSION_DENIED"}
        if options.get("data"):
            payload["serviceData"] = options["data"]
        operation = "operation-" + w.digits(13)
        whole = {**payload, "request": request or {}, "response": response or {}}
        if options.get("single") or options.get("denied"):
            self._entry(whole, None, options)
            return resource
        self._entry(whole, {"id": operation, "producer": f"{service}.googleapis.com", "first": True}, options)
        w.later(1, 12)
        self._entry(payload, {"id": operation, "producer": f"{service}.googleapis.com", "last": True}, options)
        return resource

    def _entry(self, payload, operation, options):
        w = self.world
        log = "system_event" if options.get("system") else "data_access" if options.get("reads") else "activity"
        entry = {"protoPayload": payload, "insertId": w.hex(13), "timestamp": iso(w.now, 6),
                 "receiveTimestamp": iso(w.now + 1, 6), "severity": "NOTICE",
                 "resource": {"type": options.get("kind", "gce_instance"),
                              "labels": {"project_id": self.project, "zone": self.zone, **options.get("labels", {})}},
                 "logName": f"projects/{self.project}/logs/cloudaudit.googleapis.com%2F{log}"}
        if operation:
            entry["operation"] = operation
        w.log("gcp", "audit", entry)

    # ---- disks and images

    def snapshot(self, caller, disk, name=None, **options):
        name = name or "snap-" + self.world.hex(6)
        self.call(caller, "compute", "v1.compute.disks.createSnapshot", disk, {"name": name, **options.pop("request", {})},
                  {"targetId": self.world.digits(18)}, kind="gce_disk", **options)
        return self.wide("snapshots", name)

    def disk(self, caller, snapshot=None, disk=None, image=None, name=None):
        name = name or "disk-" + self.world.hex(6)
        request = {"name": name}
        for key, source in (("sourceSnapshot", snapshot), ("sourceDisk", disk), ("sourceImage", image)):
            if source:
                request[key] = source
        return self.call(caller, "compute", "v1.compute.disks.insert", self.zonal("disks", name), request, kind="gce_disk")

    def image(self, caller, disk, name=None):
        name = name or "img-" + self.world.hex(6)
        return self.call(caller, "compute", "v1.compute.images.insert", self.wide("images", name),
                         {"name": name, "sourceDisk": disk}, kind="gce_image")

    def share(self, caller, what, member):
        kind = what.split("/")[-2]
        delta = {"policyDelta": {"bindingDeltas": [{"action": "ADD", "role": "roles/compute.storageAdmin", "member": member}]}}
        self.call(caller, "compute", f"v1.compute.{kind}.setIamPolicy", what,
                  {"policy": {"bindings": [{"role": "roles/compute.storageAdmin", "members": [member]}]}}, data=delta, single=True)

    # ---- instances

    def instance(self, caller, name=None, disks=(), **options):
        """options: image, machine_image, public, tags, account, request, links, kind, labels, denied"""
        name = name or "vm-" + self.world.hex(6)
        rows = [{"source": d, "boot": n == 0} for n, d in enumerate(disks)] or \
            [{"boot": True, "initializeParams": {"sourceImage": options.get("image", "projects/debian-cloud/global/images/debian-12")}}]
        network = {"network": self.wide("networks", "default")}
        if options.get("public"):
            network["accessConfigs"] = [{"type": "ONE_TO_ONE_NAT", "name": "External NAT"}]
        request = {"name": name, "machineType": self.zonal("machineTypes", options.get("size", "e2-medium")), "disks": rows,
                   "networkInterfaces": [network], "tags": {"tags": options.get("tags", [])}}
        for key in ("links", "labels"):
            if options.get(key):
                request[key] = options[key]
        if options.get("machine_image"):
            request["sourceMachineImage"] = options["machine_image"]
        if options.get("account"):
            request["serviceAccounts"] = [{"email": options["account"]}]
        return self.call(caller, "compute", "v1.compute.instances.insert", self.zonal("instances", name), request,
                         {"targetId": self.world.digits(18)}, denied=options.get("denied"))

    def attach(self, caller, disk, instance):
        self.call(caller, "compute", "v1.compute.instances.attachDisk", instance, {"source": disk})

    def open_firewall(self, caller, port="22", source="0.0.0.0/0", tags=()):
        name = "fw-" + self.world.hex(5)
        return self.call(caller, "compute", "v1.compute.firewalls.insert", self.wide("firewalls", name),
                         {"name": name, "network": self.wide("networks", "default"), "direction": "INGRESS",
                          "sourceRanges": [source], "alloweds": [{"IPProtocol": "tcp", "ports": [port]}],
                          "targetTags": list(tags)}, kind="gce_firewall_rule")

    def metadata(self, caller, instance, key="ssh-keys"):
        self.call(caller, "compute", "v1.compute.instances.setMetadata", instance,
                  {"metadata": {"items": [{"key": key}]}, "metadataKeyDelta": {"addedMetadataKeys": [key]}})

    # ---- identities

    def new_account(self, caller, name, role="roles/editor", ip=None):
        """A service account, a role in the project and a key: the new caller."""
        made = self.account(name, ip or caller["ip"])
        unique = self.world.digits(21)
        self.call(caller, "iam", "google.iam.admin.v1.CreateServiceAccount", f"projects/{self.project}",
                  {"account_id": name}, {"email": made["email"], "unique_id": unique,
                                         "name": f"projects/{self.project}/serviceAccounts/{made['email']}"},
                  single=True, kind="service_account", labels={"email_id": made["email"], "unique_id": unique})
        self.world.later(5, 20)
        if role:
            self.grant(caller, f"serviceAccount:{made['email']}", role)
            self.world.later(5, 20)
        made["key"] = self.new_key(caller, made["email"], unique)
        made["unique"] = unique
        return made

    def new_key(self, caller, email, unique=None):
        unique = unique or self.world.digits(21)
        key = f"projects/{self.project}/serviceAccounts/{email}/keys/{self.world.hex(40)}"
        self.call(caller, "iam", "google.iam.admin.v1.CreateServiceAccountKey", f"projects/-/serviceAccounts/{unique}",
                  {"name": f"projects/-/serviceAccounts/{email}"}, {"name": key}, single=True,
                  kind="service_account", labels={"email_id": email, "unique_id": unique})
        return "//iam.googleapis.com/" + key

    def grant(self, caller, member, role):
        delta = {"policyDelta": {"bindingDeltas": [{"action": "ADD", "role": role, "member": member}]}}
        self.call(caller, "cloudresourcemanager", "SetIamPolicy", f"projects/{self.project}",
                  {"resource": self.project, "policy": {"bindings": [{"role": role, "members": [member]}]}},
                  data=delta, single=True, kind="project")
