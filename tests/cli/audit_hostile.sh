#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Names in exports are an attacker's to choose: control characters, quotes, substitutions, formulas
# and markup stay text in every format, and the commands that are told are safe to paste.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
cd "$work"

python3 - <<'END'
import json, os
bad = ("e\x1b[31m\x07\r\n=cmd|'/C calc'!A0 $(touch pwned1) `touch pwned2` \"q\" '; touch pwned3; '"
       " <script>alert(1)</script> \u202e\u009b\x7f && touch pwned4 #")
account = "111122223333"
def put(name, value):
    path = f"exports/{account}/eu-west-1/{name}.json"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    json.dump(value, open(path, "w"))
def user(name):
    return {"UserName": name, "UserId": "AIDA", "Arn": f"arn:aws:iam::{account}:user/{name}",
            "GroupList": [], "AttachedManagedPolicies": [], "UserPolicyList": [
                {"PolicyName": name, "PolicyDocument": {"Statement": [
                    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}
def role(name):
    return {"RoleName": name, "RoleId": "AROA", "Arn": f"arn:aws:iam::{account}:role/{name}",
            "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*",
                                                        "Action": "sts:AssumeRole"}]},
            "RolePolicyList": user(name)["UserPolicyList"], "AttachedManagedPolicies": [],
            "InstanceProfileList": []}
names = [bad, "--profile=evil", "-x", "=1+1", "@SUM(1)"]
put("authorization", {"UserDetailList": [user(n) for n in names], "GroupDetailList": [],
                      "RoleDetailList": [role(n) for n in names], "Policies": []})
put("instances", {"Reservations": [{"OwnerId": account, "Instances": [
    {"InstanceId": n, "Tags": [{"Key": "Name", "Value": n}], "SecurityGroups": [],
     "NetworkInterfaces": [], "MetadataOptions": {"HttpTokens": n}} for n in names]}]})
put("groups", {"SecurityGroups": [
    {"GroupId": n, "GroupName": n, "OwnerId": account, "VpcId": n, "IpPermissionsEgress": [],
     "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": n}]}]}
    for n in names]})
scope = "/subscriptions/11111111-1111-1111-1111-111111111111"
put("machines", [{"type": "Microsoft.Compute/virtualMachines", "name": n, "location": n,
                  "id": f"{scope}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{n}"}
                 for n in names])
put("assets", [{"assetType": "cloudresourcemanager.googleapis.com/Project",
                "name": "//cloudresourcemanager.googleapis.com/projects/p",
                "iamPolicy": {"bindings": [{"role": "roles/owner",
                                            "members": ["user:" + n for n in names]}]}}])
put("trivy", {"SchemaVersion": 2, "ArtifactName": bad, "ArtifactType": "filesystem", "Results": [
    {"Target": bad, "Class": "os-pkgs", "Vulnerabilities": [
        {"VulnerabilityID": n, "PkgName": n, "InstalledVersion": n, "FixedVersion": n,
         "Severity": "CRITICAL", "Title": n} for n in names]}]})
END

for format in table jsonl csv ocsf sarif html; do
    run 0 audit exports --quiet --color never --now 2026-06-01T00:00:00Z --format $format
    mv "$out" "told.$format"
done

python3 - <<'END'
import csv, io, json, re
control = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
for name in ("table", "html"):
    text = open(f"told.{name}", newline="").read()
    assert not control.search(text), f"{name} has a control character"
assert "<script>alert" not in open("told.html").read()
for name in ("jsonl", "ocsf"):
    for line in open(f"told.{name}", newline="\n"):
        json.loads(line)
json.load(open("told.sarif"))
rows = list(csv.reader(open("told.csv", newline="")))
assert len({len(row) for row in rows}) == 1, "rows of CSV differ in length"
for row in rows:
    for cell in row:
        assert not cell or cell[0] not in "=+-@\t\r", f"a formula: {cell[:40]!r}"
fixes = []
for line in open("told.jsonl", newline="\n"):
    check = json.loads(line)
    if check.get("status") == "FAIL":
        assert "\n" not in check["fix"] and "\x1b" not in check["fix"], check["fix"]
        assert not re.search(r" --profile=evil| -x( |;|$)", check["fix"]), check["fix"]
        fixes.append(check["fix"])
assert len(fixes) > 50 and any("touch pwned1" in fix for fix in fixes)
open("fixes", "w").write("\0".join(fixes) + "\0")
END

# Pasted one after another, where no command exists but the one that names try to run.
mkdir pasted
cat >paste.sh <<'END'
touch() { : >"$1"; }
eval "$1"
END
while IFS= read -r -d '' fix; do
    (cd pasted && PATH=/nonexistent "$BASH" ../paste.sh "$fix") >/dev/null 2>&1 || true
done <fixes
[ -z "$(find . -name 'pwned*')" ] || fail "a pasted command did what a name says"
