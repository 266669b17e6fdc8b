# SPDX-License-Identifier: Apache-2.0
"""Azure Activity, Entra audit and sign-in records of one tenant and subscription.

An Activity call is kept neutral ("op", "resource", "phase" …): rest() and diagnostic() write it in
the two shapes that it has in files. Ids of resources come back as Azure writes them; Spoor shows
them in lower case.
"""
import json

from world import iso

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
BACKUP = "262044b1-e2ce-469f-a196-69ab7ada62d3"
CLAIMS = "http://schemas.microsoft.com/identity/claims/"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
METHODS = "http://schemas.microsoft.com/claims/authnmethodsreferences"
ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class Azure:
    """One subscription, with a resource group to work in."""

    def __init__(self, world, tenant=None, group="rg-app"):
        self.world = world
        self.tenant = tenant or world.uuid()
        self.subscription = world.uuid()
        self.rg = group

    def resource(self, kind, name, group=None):
        """kind: "Microsoft.Compute/disks" """
        return f"/subscriptions/{self.subscription}/resourceGroups/{group or self.rg}/providers/{kind}/{name}"

    # ---- callers

    def user(self, name, ip=None, app=AZURE_CLI):
        return {"kind": "User", "oid": self.world.uuid(), "upn": f"{name}@example.com", "app": app,
                "ip": ip or self.world.address(), "uti": self.world.token(22)}

    def application(self, name, ip=None, app=None):
        return {"kind": "ServicePrincipal", "oid": self.world.uuid(), "name": name, "uti": self.world.token(22),
                "app": app or self.world.uuid(), "ip": ip or self.world.address()}

    # ---- activity

    def call(self, caller, op, resource, body=None, request=None, failed=None, phases=("Start", "Accept", "Success"), update=False):
        """An action with its phases. The body comes with Accept, the request with Start. A write creates unless
        it is an update."""
        w = self.world
        correlation, caller = w.uuid(), dict(caller)
        phases = ("Start", "Failure") if failed else phases
        for number, phase in enumerate(phases):
            w.now += w.rng.uniform(0.4, 3) if number else 0
            w.log("azure", "activity", {
                "op": op, "resource": resource, "caller": caller, "phase": phase, "time": w.now,
                "correlation": correlation, "id": w.uuid(), "tenant": self.tenant, "failed": failed,
                "created": op.endswith("/write") and not update,
                "subscription": self.subscription, "request": request if phase == "Start" else None,
                "body": body if phase == "Accept" or phases == ("Success",) else None})
        return resource

    def snapshot(self, caller, disk, name=None, group=None, failed=None, tags=None):
        made = self.resource("Microsoft.Compute/snapshots", name or "snap-" + self.world.hex(6), group)
        body = {"tags": tags or {}, "properties": {
            "creationData": {"createOption": "Copy", "sourceResourceId": disk},
            "timeCreated": iso(self.world.now), "provisioningState": "Updating"}}
        return self.call(caller, "Microsoft.Compute/snapshots/write", made, body, body, failed)

    def disk(self, caller, source, name=None, group=None):
        made = self.resource("Microsoft.Compute/disks", name or "disk-" + self.world.hex(6), group)
        body = {"properties": {"creationData": {"createOption": "Copy", "sourceResourceId": source},
                               "timeCreated": iso(self.world.now), "provisioningState": "Updating"}}
        return self.call(caller, "Microsoft.Compute/disks/write", made, body, body)

    def machine(self, caller, name=None, nic=None, os_disk=None, data_disks=(), group=None, **options):
        """A machine made, or with update=True written again."""
        made = self.resource("Microsoft.Compute/virtualMachines", name or "vm-" + self.world.hex(6), group)
        made = options.get("id", made)
        storage = {"dataDisks": [{"lun": n, "managedDisk": {"id": d}} for n, d in enumerate(data_disks)]}
        if os_disk:
            storage["osDisk"] = {"managedDisk": {"id": os_disk}, "createOption": "Attach"}
        else:
            storage["imageReference"] = {"publisher": "Canonical", "offer": "jammy", "sku": "22_04"}
        if options.get("image"):
            storage["imageReference"] = {"id": options["image"]}
        body = {"tags": options.get("tags", {}), "properties": {
            "hardwareProfile": {"vmSize": options.get("size", "Standard_B2s")}, "storageProfile": storage,
            "networkProfile": {"networkInterfaces": [{"id": nic}] if nic else []},
            "timeCreated": iso(self.world.now - (90 * 86400 if options.get("update") else 0)),
            "provisioningState": "Updating" if options.get("update") else "Creating"}}
        return self.call(caller, "Microsoft.Compute/virtualMachines/write", made, body, body,
                         update=options.get("update", False))

    def link(self, caller, what):
        """A link to download a snapshot or disk."""
        return self.call(caller, what.split("/providers/")[1].rsplit("/", 1)[0] + "/beginGetAccess/action", what,
                         phases=("Start", "Accept", "Success"))

    def open_group(self, caller, nsg, port=22, source="*"):
        rule = f"{nsg}/securityRules/allow-{port}"
        body = {"properties": {"protocol": "Tcp", "direction": "Inbound", "access": "Allow", "priority": 100,
                               "sourceAddressPrefix": source, "sourcePortRange": "*", "destinationPortRange": str(port),
                               "destinationAddressPrefix": "*"}}
        self.call(caller, "Microsoft.Network/networkSecurityGroups/securityRules/write", rule, body, body)

    def new_group(self, caller, group=None):
        made = self.resource("Microsoft.Network/networkSecurityGroups", "nsg-" + self.world.hex(5), group)
        return self.call(caller, "Microsoft.Network/networkSecurityGroups/write", made, {"properties": {"securityRules": []}})

    def address(self, caller, group=None):
        made = self.resource("Microsoft.Network/publicIPAddresses", "pip-" + self.world.hex(5), group)
        return self.call(caller, "Microsoft.Network/publicIPAddresses/write", made,
                         {"properties": {"publicIPAllocationMethod": "Static", "ipAddress": self.world.address("20.50.7")}})

    def nic(self, caller, nsg=None, pip=None, group=None):
        made = self.resource("Microsoft.Network/networkInterfaces", "nic-" + self.world.hex(5), group)
        config = {"subnet": {"id": self.resource("Microsoft.Network/virtualNetworks", "vnet/subnets/default")}}
        if pip:
            config["publicIPAddress"] = {"id": pip}
        properties = {"ipConfigurations": [{"properties": config}]}
        if nsg:
            properties["networkSecurityGroup"] = {"id": nsg}
        return self.call(caller, "Microsoft.Network/networkInterfaces/write", made, {"properties": properties})

    def grant(self, caller, principal, role="8e3af657-a8ff-443c-a75c-2fe8c4bcb635"):
        """A role assignment in the subscription: Owner unless told otherwise."""
        scope = f"/subscriptions/{self.subscription}"
        body = {"properties": {"principalId": principal, "scope": scope, "principalType": "User",
                               "roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{role}"}}
        self.call(caller, "Microsoft.Authorization/roleAssignments/write",
                  f"{scope}/providers/Microsoft.Authorization/roleAssignments/{self.world.uuid()}", body, body,
                  phases=("Start", "Success"))

    # ---- Entra

    def audit(self, caller, activity, targets, category="UserManagement", result="success", properties=()):
        w = self.world
        initiated = {"user": {"id": caller["oid"], "userPrincipalName": caller.get("upn", ""), "ipAddress": caller["ip"]}}
        if caller["kind"] != "User":
            initiated = {"app": {"servicePrincipalId": caller["oid"], "displayName": caller["name"], "appId": caller["app"]}}
        w.log("azure", "audit", {
            "id": "Directory_" + w.uuid(), "activityDisplayName": activity, "activityDateTime": iso(w.now, 7),
            "category": category, "correlationId": w.uuid(), "result": result, "loggedByService": "Core Directory",
            "initiatedBy": initiated, "tenant": self.tenant,
            "targetResources": [{"id": t["oid"], "type": t["kind"], "userPrincipalName": t.get("upn"),
                                 "displayName": t.get("name"), "modifiedProperties": list(properties)} for t in targets]})

    def new_user(self, caller, name, role="Global Administrator", ip=None):
        made = self.user(name, ip or caller["ip"])
        self.audit(caller, "Add user", [made])
        if role:
            self.world.later(10, 60)
            self.audit(caller, "Add member to role", [made], "RoleManagement", properties=[
                {"displayName": "Role.DisplayName", "oldValue": None, "newValue": f'"{role}"'}])
        return made

    def sign_in(self, caller, error=0, ip=None):
        w = self.world
        w.log("azure", "signin", {
            "id": w.uuid(), "createdDateTime": iso(w.now, 7), "userPrincipalName": caller.get("upn", ""),
            "userId": caller["oid"], "appId": caller["app"], "appDisplayName": "Microsoft Azure CLI",
            "ipAddress": ip or caller["ip"], "clientAppUsed": "Mobile Apps and Desktop clients",
            "correlationId": w.uuid(), "conditionalAccessStatus": "success", "isInteractive": True,
            "uniqueTokenIdentifier": caller["uti"], "tenant": self.tenant, "userAgent": "Mozilla/5.0",
            "status": {"errorCode": error, "failureReason": "Other." if not error else "denied"},
            "location": {"city": "X", "countryOrRegion": "NL"}, "resourceDisplayName": "Azure Resource Manager"})


def claims_of(record):
    caller = record["caller"]
    claims = {CLAIMS + "objectidentifier": caller["oid"], CLAIMS + "tenantid": record["tenant"],
              "appid": caller["app"], "appidacr": "0", "uti": caller["uti"], "ipaddr": caller["ip"]}
    if caller["kind"] == "User":
        claims[UPN] = caller["upn"]
        claims[METHODS] = "pwd,mfa"
    return claims


STATUS = {"Start": "Started", "Accept": "Accepted", "Success": "Succeeded", "Failure": "Failed"}


def properties_of(record):
    properties = {"eventCategory": "Administrative", "entity": record["resource"], "message": record["op"]}
    if record["request"]:
        properties["requestbody"] = json.dumps(record["request"])
    if record["body"]:
        properties["responseBody"] = json.dumps(record["body"])
    if record["failed"]:
        properties["statusCode"] = "Forbidden"
        properties["statusMessage"] = json.dumps({"error": {"code": record["failed"], "message": "does not have authorization"}})
    return properties


def outcome_of(record):
    """What HTTP said: 201 for what is new, 200 for what was there."""
    if record["phase"] == "Start":
        return ""
    if record["phase"] == "Failure":
        return "Forbidden"
    return "Created" if record["created"] else "OK"


def rest(record):
    """As the REST interface and the command line give it."""
    caller = record["caller"]
    return {
        "authorization": {"action": record["op"], "scope": record["resource"], "role": "Contributor"},
        "caller": caller.get("upn", caller["oid"]), "claims": claims_of(record),
        "correlationId": record["correlation"], "operationId": record["correlation"], "eventDataId": record["id"],
        "eventName": {"value": "EndRequest" if record["phase"] != "Start" else "BeginRequest"},
        "category": {"value": "Administrative"}, "eventTimestamp": iso(record["time"], 7),
        "submissionTimestamp": iso(record["time"] + 90, 7), "id": f"{record['resource']}/events/{record['id']}",
        "httpRequest": {"clientIpAddress": caller["ip"], "method": "PUT"}, "level": "Informational",
        "operationName": {"value": record["op"], "localizedValue": record["op"]},
        "resourceId": record["resource"], "resourceProviderName": {"value": record["op"].split("/")[0]},
        "resourceType": {"value": record["op"].rsplit("/", 1)[0]}, "properties": properties_of(record),
        "status": {"value": STATUS[record["phase"]]},
        "subStatus": {"value": outcome_of(record)},
        "subscriptionId": record["subscription"], "tenantId": record["tenant"]}


def diagnostic(record):
    """As diagnostic settings send it to storage and event hubs."""
    caller = record["caller"]
    return {
        "time": iso(record["time"], 7), "resourceId": record["resource"].upper(), "operationName": record["op"].upper(),
        "category": "Administrative", "resultType": record["phase"],
        "resultSignature": f"{STATUS[record['phase']]}.{outcome_of(record)}",
        "durationMs": "0", "callerIpAddress": caller["ip"], "correlationId": record["correlation"],
        "identity": {"authorization": {"scope": record["resource"], "action": record["op"],
                                       "evidence": {"role": "Contributor", "principalType": caller["kind"]}},
                     "claims": claims_of(record)},
        "level": "Information", "location": "global", "tenantId": record["tenant"], "properties": properties_of(record)}


def entra_diagnostic(kind, record):
    """A directory audit or a sign-in as diagnostic settings send it."""
    body = {k: v for k, v in record.items() if k != "tenant"}
    audit = kind == "audit"
    return {"time": record["activityDateTime" if audit else "createdDateTime"],
            "resourceId": f"/tenants/{record['tenant']}/providers/Microsoft.aadiam", "tenantId": record["tenant"],
            "operationName": record["activityDisplayName"] if audit else "Sign-in activity",
            "category": "AuditLogs" if audit else "SignInLogs", "correlationId": record["correlationId"],
            "resultType": "" if audit else str(record["status"]["errorCode"]), "properties": body}
