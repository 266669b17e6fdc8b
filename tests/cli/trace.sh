#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# spoor trace: one thing's track in three clouds, back to the root and on to what came of it; which
# thing is meant; hostile names; the same bytes whatever the order, the repeats and the jobs.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
cat >"$work/make.py" <<'END'
import json, os, sys
ACCOUNT = "123456789012"
calls = 0

def aws(at, who, name, asks=None, gives=None, service="ec2", ip="198.51.100.7", error=None):
    global calls
    calls += 1
    r = {"eventVersion": "1.08", "eventTime": f"2026-01-02T{at}:00Z", "eventName": name,
         "eventSource": service + ".amazonaws.com", "awsRegion": "eu-west-1",
         "sourceIPAddress": ip, "userAgent": "aws-cli", "eventType": "AwsApiCall",
         "eventID": f"00000000-0000-4000-8000-{calls:012d}", "recipientAccountId": ACCOUNT,
         "userIdentity": who, "requestParameters": asks, "responseElements": gives}
    if error:
        r["errorCode"] = error
    return r

def user(name, key):
    return {"type": "IAMUser", "accountId": ACCOUNT, "principalId": "AIDA" + name.upper(),
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "userName": name, "accessKeyId": key}

def role(name, session, key):
    return {"type": "AssumedRole", "accountId": ACCOUNT, "accessKeyId": key,
            "principalId": f"AROA{name.upper()}:{session}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
            "sessionContext": {"sessionIssuer": {
                "type": "Role", "principalId": "AROA" + name.upper(), "accountId": ACCOUNT,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "userName": name}}}

carol, mallory = user("carol", "AKIACAROL00000000000"), user("mallory", "AKIAMALLORY000000000")
deep = role("Deploy", "mallory-1", "ASIADEEP000000000000")
machine = role("AppRole", "i-0aaa0000000000001", "ASIAMACHINE000000000")
one = {"instancesSet": {"items": [{"instanceId": "i-0aaa0000000000001",
                                   "imageId": "ami-0aaa0000000000001"}]}}
many = {"instancesSet": {"items": [{"instanceId": f"i-0bbb{i:013d}",
                                    "imageId": "ami-0aaa0000000000001"} for i in range(42)]}}
trail = [
    aws("09:00", carol, "CreateUser", {"userName": "mallory"},
        {"user": {"userName": "mallory", "arn": f"arn:aws:iam::{ACCOUNT}:user/mallory"}}, "iam"),
    aws("09:01", carol, "CreateAccessKey", {"userName": "mallory"},
        {"accessKey": {"userName": "mallory", "accessKeyId": "AKIAMALLORY000000000"}}, "iam"),
    aws("09:02", mallory, "AssumeRole",
        {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/Deploy", "roleSessionName": "mallory-1"},
        {"credentials": {"accessKeyId": "ASIADEEP000000000000"}, "assumedRoleUser": {
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/mallory-1"}}, "sts"),
    aws("09:03", deep, "CreateSnapshot", {"volumeId": "vol-0aaa0000000000001"},
        {"snapshotId": "snap-0aaa0000000000001", "volumeId": "vol-0aaa0000000000001"}),
    aws("09:04", deep, "RunInstances", {"instanceType": "t3.micro"}, one),
    aws("09:05", deep, "CreateVolume", {"snapshotId": "snap-0aaa0000000000001"},
        {"volumeId": "vol-0aaa0000000000002", "snapshotId": "snap-0aaa0000000000001"}),
    aws("09:06", deep, "AttachVolume", {"volumeId": "vol-0aaa0000000000002",
                                        "instanceId": "i-0aaa0000000000001"}, {}),
    aws("09:07", deep, "DescribeInstanceTopology", {"instanceId": "i-0aaa0000000000001"}),
    aws("09:08", deep, "DescribeInstanceTopology", {"instanceId": "i-0aaa0000000000001"}),
    aws("09:10", machine, "GetSecretValue", {"secretId": "db"}, None, "secretsmanager", "198.51.100.50"),
    aws("09:20", machine, "CreateSnapshot", {"volumeId": "vol-0aaa0000000000001"},
        {"snapshotId": "snap-0aaa0000000000009"}, ip="203.0.113.66"),
    aws("09:30", carol, "TerminateInstances",
        {"instancesSet": {"items": [{"instanceId": "i-0aaa0000000000001"}]}}, None,
        error="Client.UnauthorizedOperation"),
    aws("09:40", carol, "TerminateInstances",
        {"instancesSet": {"items": [{"instanceId": "i-0aaa0000000000001"}]}},
        {"instancesSet": {"items": [{"instanceId": "i-0aaa0000000000001"}]}}),
    aws("10:00", carol, "RunInstances", {"instanceType": "t3.micro"}, many),
    aws("10:10", user("ev\x1b]0;pwn\x07\u202e\"];x\\", "AKIAEVIL000000000000"), "CreateSnapshot",
        {"volumeId": "vol-0eee0000000000001"}, {"snapshotId": "snap-0eee0000000000001"}),
]
for i, r in enumerate(trail):
    with open(f"aws-{i:02d}.json", "w") as f:
        json.dump({"Records": [r]}, f)

SUB = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft."
def azure(n, operation, resource, body):
    return {"time": f"2026-01-02T11:{n:02d}:00.0000000Z", "resourceId": SUB + resource,
            "operationName": "Microsoft." + operation, "category": "Administrative",
            "resultType": "Accept", "resultSignature": "Accept.Created",
            "callerIpAddress": "203.0.113.9", "correlationId": f"c-{n}",
            "identity": {"claims": {
                "http://schemas.microsoft.com/identity/claims/objectidentifier":
                    "aaaaaaaa-0000-0000-0000-00000000000e",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "eve@example.com",
                "uti": "uti-eve"}},
            "properties": {"eventDataId": f"az-{n}", "responseBody": body}}
rules = {"properties": {"securityRules": [{"name": "ssh", "properties": {
    "protocol": "Tcp", "destinationPortRange": "22", "sourceAddressPrefix": "*",
    "access": "Allow", "direction": "Inbound"}}]}}
with open("azure.json", "w") as f:
    for r in [
        azure(0, "Network/networkSecurityGroups/write", "Network/networkSecurityGroups/nsg", rules),
        azure(1, "Network/networkInterfaces/write", "Network/networkInterfaces/nic",
              {"properties": {"networkSecurityGroup": {"id": SUB + "Network/networkSecurityGroups/nsg"}}}),
        azure(2, "Compute/virtualMachines/write", "Compute/virtualMachines/Jump",
              {"properties": {"networkProfile": {"networkInterfaces": [
                  {"id": SUB + "Network/networkInterfaces/nic"}]}}}),
        azure(3, "Compute/virtualMachines/delete", "Compute/virtualMachines/Jump", {})]:
        f.write(json.dumps(r) + "\n")

def gcp(n, method, resource, request):
    return {"insertId": f"g-{n}", "timestamp": f"2026-01-02T12:{n:02d}:00.5Z", "severity": "NOTICE",
            "logName": "projects/lab/logs/cloudaudit.googleapis.com%2Factivity",
            "resource": {"type": "gce", "labels": {"project_id": "lab", "zone": "europe-west1-b"}},
            "protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                "serviceName": "compute.googleapis.com", "methodName": "v1.compute." + method,
                "resourceName": "projects/lab/" + resource, "request": request,
                "authenticationInfo": {"principalEmail": "gil@example.com"},
                "requestMetadata": {"callerIp": "198.51.100.4"}}}
Z = "zones/europe-west1-b/"
with open("gcp.json", "w") as f:
    for r in [
        gcp(0, "disks.createSnapshot", Z + "disks/secret", {"name": "s"}),
        gcp(1, "disks.insert", Z + "disks/loot", {"name": "loot", "sourceSnapshot": "global/snapshots/s"}),
        gcp(2, "instances.insert", Z + "instances/web", {"name": "web"}),
        gcp(3, "instances.attachDisk", Z + "instances/web",
            {"source": "https://www.googleapis.com/compute/v1/projects/lab/" + Z + "disks/loot"}),
        gcp(4, "disks.insert", Z + "disks/web", {"name": "web"})]:
        f.write(json.dumps(r) + "\n")
END
python3 "$work/make.py"

# An instance: who made it, by which session of whom; its disk back to the volume that was there.
run 0 trace i-0aaa0000000000001 .
has "$out" "instance  i-0aaa0000000000001"
has "$out" "2026-01-02 09:04:00  RunInstances by mallory"
has "$out" "2026-01-02 09:40:00  TerminateInstances by carol"
has "$out" "made by ASIADEEP000000000000"
has "$out" "issued by AKIAMALLORY000000000"
has "$out" "made by AKIACAROL00000000000"
has "$out" "carries vol-0aaa0000000000002"
has "$out" "made from snap-0aaa0000000000001"
has "$out" "made from vol-0aaa0000000000001"
has "$out" "denied"
has "$out" "DescribeInstanceTopology  ec2.amazonaws.com  2"

# What its role did, and that the session was used elsewhere.
has "$out" "Done by its role (UTC)"
has "$out" "GetSecretValue"
has "$out" "used away from the instance: 1 call"

# A volume, forward; a user, a key, a role and a session.
run 0 trace vol-0aaa0000000000001 .
has "$out" "made into snap-0aaa0000000000001"
has "$out" "made into vol-0aaa0000000000002"
has "$out" "attached to i-0aaa0000000000001"
has "$out" "the call that made it is not in these logs"
run 0 trace mallory .
has "$out" "user  arn:aws:iam::123456789012:user/mallory"
has "$out" "CreateUser by carol via credential AKIACAROL00000000000 from"
has "$out" "issued ASIADEEP000000000000"
has "$out" "AttachVolume"
run 0 trace AKIAMALLORY000000000 .
has "$out" "CreateAccessKey by carol"
has "$out" "acts for mallory"
run 0 trace arn:aws:iam::123456789012:role/Deploy .
has "$out" "role  arn:aws:iam::123456789012:role/Deploy"
has "$out" "AssumeRole"
run 0 trace Deploy/mallory-1 .
has "$out" "session  arn:aws:sts::123456789012:assumed-role/Deploy/mallory-1"
has "$out" "CreateVolume"

# Forty-two of a kind are one line.
run 0 trace carol .
has "$out" "made i-0bbb0000000000000"
has "$out" "and 41 more like it"
lacks "$out" "i-0bbb0000000000041  instance"

# Azure: any case, the last part, and how the world reaches it.
run 0 trace jump .
has "$out" "/virtualmachines/jump"
has "$out" "uses /subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg/providers/microsoft.network/networkinterfaces/nic"
has "$out" "   └─ uses /subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg/providers/microsoft.network/networksecuritygroups/nsg"
has "$out" "tcp/22"
lacks "$out" "session uti-eve is not in these logs"
has "$out" "microsoft.compute/virtualmachines/delete by eve@example.com"
cp "$out" "$work/jump"
run 0 trace /SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/JUMP .
cmp -s <(head -30 "$out") <(head -30 "$work/jump") || fail "the case of an id matters"

# Google Cloud; two things of one name need --kind.
run 2 trace web .
has "$err" "'web' may mean one of these; give more of it, or --kind:"
has "$err" "projects/lab/zones/europe-west1-b/instances/web"
has "$err" "projects/lab/zones/europe-west1-b/disks/web"
[ ! -s "$out" ] || fail "a dossier of something that may be something else"
run 0 trace web . --kind instance
has "$out" "made by gil@example.com"
has "$out" "carries projects/lab/zones/europe-west1-b/disks/loot"
has "$out" "made from projects/lab/global/snapshots/s"
run 0 trace web . -k disk
has "$out" "volume  projects/lab/zones/europe-west1-b/disks/web"
run 0 trace https://www.googleapis.com/compute/v1/projects/lab/zones/europe-west1-b/disks/loot .
has "$out" "volume  projects/lab/zones/europe-west1-b/disks/loot"

# What is meant by nothing, or wrongly asked.
run 2 trace malory .
has "$err" "nothing is called 'malory' among the "
has "$err" "near to it are:"
has "$err" "arn:aws:iam::123456789012:user/mallory"
run 2 trace no-such-thing-anywhere .
has "$err" "nothing is called 'no-such-thing-anywhere'"
lacks "$err" "near to it"
run 2 trace web . --kind gadget
has "$err" 'nothing is of kind "gadget"'
run 2 trace web
has "$err" "trace takes an id and the paths of logs"
run 2 trace "" .
run 3 trace mallory . missing.json
has "$out" "user  arn:aws:iam::123456789012:user/mallory"
has "$err" "missing.json"
run 0 trace --help
has "$out" "Usage: spoor trace [options] ID PATH..."

# Hostile names are shown as what they are, and end no string of a graph.
run 0 trace snap-0eee0000000000001 .
if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$out"; then fail "a control character"; fi
lacks "$out" $'\u202e'
has "$out" '\x1b]0;pwn\x07'
run 2 trace $'\x1b]0;pwn\x07' .
if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$err"; then fail "a control character in a message"; fi

# A graph: nodes, edges and quoted strings only; edges end at nodes that are there.
for id in snap-0eee0000000000001 i-0aaa0000000000001 carol; do
    run 0 trace "$id" . --format dot
    python3 - "$out" <<'END' || fail "not a graph that Graphviz reads"
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
word = r'"(?:[^"\\\x00-\x1f]|\\.)*"'
lines = text.split("\n")
assert lines[0] == "digraph spoor {" and lines[-2:] == ["}", ""], lines
nodes, edges = set(), []
for line in lines[3:-2]:
    node = re.fullmatch(rf'  ({word}) \[label={word}(?:, style=[a-z]+)?\];', line)
    edge = re.fullmatch(rf'  ({word}) -> ({word}) \[label={word}(?:, style=[a-z]+)?\];', line)
    assert node or edge, line
    nodes.update(node.groups() if node else [])
    edges += [edge.groups()] if edge else []
assert edges and all(end in nodes for edge in edges for end in edge)
END
done

# For machines: the dossier, then the summary.
run 0 trace i-0aaa0000000000001 . --format jsonl
python3 - "$out" <<'END' || fail "the dossier is not as it is documented"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert [line["type"] for line in lines] == ["dossier", "summary"], lines
d = lines[0]
assert d["kind"] == "instance" and d["provider"] == "aws" and d["account"] == "123456789012"
assert d["born"]["operation"] == "RunInstances" and d["ended"]["operation"] == "TerminateInstances"
for tree in d["origin"], d["offspring"]:
    assert tree[0]["relation"] == "" and tree[0]["depth"] == 0
    for i, node in enumerate(tree[1:], 1):
        assert node["parent"] < i and node["depth"] == tree[node["parent"]]["depth"] + 1
        assert node["event_uid"] and node["source"], node
proof = {node["id"]: node for node in d["origin"]}["vol-0aaa0000000000002"]
assert proof["relation"] == "carries" and proof["field"] == "requestParameters.volumeId", proof
assert d["searched"] == "i-0aaa0000000000001"
assert [m["operation"] for m in d["mentions"]] == ["DescribeInstanceTopology"]
assert d["mentions"][0]["count"] == 2
assert [s["outcome"] for s in d["touched"]].count("denied") == 1
assert [p["address"] for p in d["places"]] == ["198.51.100.50", "203.0.113.66"]
assert d["incidents"], d
END

# Order, repeats and jobs change nothing.
for id in i-0aaa0000000000001 carol; do
    run 0 trace "$id" . --format jsonl -j 1
    head -1 "$out" >"$work/straight"
    mkdir "$work/mixed"
    printf '%s\n' * | sort -r | while read -r f; do cp "$f" "$work/mixed/$f"; done
    run 0 trace "$id" . . --format jsonl -j 4
    cmp -s "$work/straight" <(head -1 "$out") || fail "jobs change the dossier of $id"
    for f in *.json; do cp "$f" "$work/mixed/again-$f"; done
    (cd "$work/mixed" && "$SPOOR" trace "$id" . --format jsonl >"$out" 2>"$err") || fail "again"
    sed -i 's/again-//g' "$out"
    sed 's/again-//g' "$work/straight" >"$work/plain"
    cmp -s "$work/plain" <(head -1 "$out") || fail "repeats change the dossier of $id"
    rm -r "$work/mixed"
done

# A file may take the output; one that cannot be written is no success.
run 0 trace carol . -o "$work/file" --format dot
[ ! -s "$out" ] || fail "something went to standard output, too"
has "$work/file" "digraph spoor {"
run 3 trace carol . -o "$work/missing/file"
