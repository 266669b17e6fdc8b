# SPDX-License-Identifier: Apache-2.0
"""gen_exports.py -- makes the exports of a large AWS account: users, groups, roles and their policies.

    python3 bench/gen_exports.py --users 50000 --policies 4 --out DIR

DIR/111122223333/authorization.json holds what `aws iam get-account-authorization-details` prints, with so many
policies of its own for each user and a role for every ten; credential-report.csv what belongs to it. Equal
arguments make equal files.
"""
import argparse
import json
import os
import random

ACCOUNT = "111122223333"
SERVICES = {
    "ec2": ["RunInstances", "DescribeInstances", "CreateSnapshot", "StartInstances", "CreateTags",
            "AuthorizeSecurityGroupIngress", "Describe*", "*"],
    "s3": ["GetObject", "PutObject", "ListBucket", "*"],
    "iam": ["PassRole", "GetRole", "ListUsers", "CreateAccessKey", "AttachUserPolicy"],
    "dynamodb": ["GetItem", "Query", "PutItem", "*"],
    "logs": ["PutLogEvents", "CreateLogStream", "Describe*"],
    "sqs": ["SendMessage", "ReceiveMessage", "*"],
    "lambda": ["InvokeFunction", "UpdateFunctionCode"],
    "ssm": ["GetParameter", "SendCommand", "StartSession"],
}


def condition(rng):
    return rng.choice([
        {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
        {"StringLike": {"aws:PrincipalTag/team": "${aws:username}*"}},
    ])


def statement(rng, n):
    service = rng.choice(list(SERVICES))
    made = {"Sid": f"S{n}", "Effect": "Deny" if rng.random() < 0.08 else "Allow",
            "Action": [f"{service}:{a}" for a in rng.sample(SERVICES[service], rng.randint(1, 2))],
            "Resource": "*" if rng.random() < 0.5 else f"arn:aws:{service}:eu-west-1:{ACCOUNT}:thing/team-{n}/*"}
    if rng.random() < 0.2:
        made["Condition"] = condition(rng)
    return made


def policy(rng, name):
    return {"PolicyName": name, "PolicyDocument": {
        "Version": "2012-10-17", "Statement": [statement(rng, n) for n in range(rng.randint(1, 4))]}}


def user(rng, i, policies, groups):
    return {"Path": "/staff/", "UserName": f"user{i:06}", "UserId": f"AIDA{i:016}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:user/staff/user{i:06}", "CreateDate": "2024-01-02T03:04:05+00:00",
            "UserPolicyList": [policy(rng, f"p{n}") for n in range(policies)],
            "GroupList": [f"group{rng.randrange(groups):04}"], "AttachedManagedPolicies": [],
            "Tags": [{"Key": "Owner", "Value": f"team{i % 97}"}]}


def role(rng, i):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                     "Principal": {"Service": "ec2.amazonaws.com"}}]}
    return {"Path": "/", "RoleName": f"role{i:06}", "RoleId": f"AROA{i:016}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/role{i:06}", "CreateDate": "2024-01-02T03:04:05+00:00",
            "AssumeRolePolicyDocument": trust, "InstanceProfileList": [], "RolePolicyList": [policy(rng, "own")],
            "AttachedManagedPolicies": [], "Tags": [], "RoleLastUsed": {"LastUsedDate": "2026-05-20T00:00:00+00:00"}}


def group(rng, i):
    return {"Path": "/", "GroupName": f"group{i:04}", "GroupId": f"AGPA{i:016}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:group/group{i:04}", "CreateDate": "2024-01-02T03:04:05+00:00",
            "GroupPolicyList": [policy(rng, "team")], "AttachedManagedPolicies": []}


COLUMNS = ("user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
           "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
           "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
           "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
           "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,"
           "cert_2_active,cert_2_last_rotated")


def credential_row(rng, u):
    day = f"2026-05-{rng.randint(1, 28):02}T00:00:00+00:00"
    return ",".join([u["UserName"], u["Arn"], u["CreateDate"], "true", day, day, "N/A",
                     rng.choice(["true", "false"]), "true", day, day, "eu-west-1", "ec2", "false", "N/A", "N/A",
                     "N/A", "N/A", "false", "N/A", "false", "N/A"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=50000)
    parser.add_argument("--policies", type=int, default=4, help="of each user")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rng = random.Random(1)
    groups = max(1, args.users // 100)
    where = os.path.join(args.out, ACCOUNT)
    os.makedirs(where, exist_ok=True)
    users = [user(rng, i, args.policies, groups) for i in range(args.users)]
    made = {"UserDetailList": users, "GroupDetailList": [group(rng, i) for i in range(groups)],
            "RoleDetailList": [role(rng, i) for i in range(args.users // 10)], "Policies": []}
    with open(os.path.join(where, "authorization.json"), "w", encoding="utf-8") as out:
        json.dump(made, out)
    with open(os.path.join(where, "credential-report.csv"), "w", encoding="utf-8") as out:
        out.write("\n".join([COLUMNS] + [credential_row(rng, u) for u in users]) + "\n")


if __name__ == "__main__":
    main()
