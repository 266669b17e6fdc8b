#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# scan --exports: an incident says which controls would have stopped it, and what exports know of its
# things; without exports, and with those of others, it is what it was.
set -euo pipefail
sample=$PWD/sample/logs
. "$(dirname "$0")/helper.bash"
cd "$work"

exports() # ACCOUNT DIRECTORY: a user without a second factor, and whose the copied disk is
{
    mkdir -p "$2/$1/eu-central-1"
    cat >"$2/$1/credentials.csv" <<END
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
svc-backup2,arn:aws:iam::$1:user/ops/svc-backup2,2026-03-03T10:02:40+00:00,true,no_information,2026-03-03T10:02:40+00:00,N/A,false,true,2026-03-03T10:03:20+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
END
    cat >"$2/$1/eu-central-1/instances.json" <<END
{"Reservations":[{"OwnerId":"$1","Instances":[{"InstanceId":"i-0dc0000000000001",
"InstanceType":"m5.large","BlockDeviceMappings":[{"DeviceName":"/dev/xvda","Ebs":
{"VolumeId":"vol-0daba5e0000000001"}}],"Tags":[{"Key":"Name","Value":"payroll-db"},
{"Key":"Owner","Value":"finance-it"}]}]}]}
END
}

exports 210987654321 ours
run 0 scan "$sample/aws" --exports ours --format jsonl --quiet
has "$out" '"controls":[{"check":"aws-user-mfa"'
has "$out" '"resource":"arn:aws:iam::210987654321:user/ops/svc-backup2"'
has "$out" '"known":["instance i-0dc0000000000001: payroll-db, m5.large, owner finance-it"]'
has "$out" '"from":"vol-0daba5e0000000001","to":"i-0dc0000000000001","kind":"attached_to"'
has "$out" '"event_uid":"export ours/210987654321/eu-central-1/instances.json"'

run 0 scan "$sample/aws" --exports ours --color never --quiet
has "$out" "What would have stopped it, and is not so"
has "$out" "i-0dc0000000000001"

# A key says whose it is.
run 0 scan "$sample/aws" --exports ours --now 2027-06-01 --format jsonl --quiet
has "$out" '{"check":"aws-key-age"'
has "$out" '/access-key/2026-03-03T10:03:20Z'

# Exports change nothing of the verdict itself.
run 0 scan "$sample/aws" --format jsonl --quiet
grep -v '"type":"summary"' "$out" >without
lacks without '"controls"'
exports 999999999999 theirs
sed -i 's/vol-0daba5e0000000001/vol-0ffffffffffffffff/' theirs/999999999999/eu-central-1/instances.json
run 0 scan "$sample/aws" --exports theirs --format jsonl --quiet
grep -v '"type":"summary"' "$out" >with
cmp without with || fail "exports of another account change an incident"

run 3 scan "$sample/aws" --exports nowhere --quiet
has "$err" "nowhere: "

# Ages are what they were at the time that --now tells, and what was not yet old is not told as old.
run 0 scan "$sample/aws" --exports "$sample/../exports" --now 2026-03-03T14:00:00Z --color never --quiet
has "$out" "volume vol-0daba5e0000000001: shop-db-data, owner team-orders"
has "$out" "Administrators have a second"
has "$out" "Users cannot make themselves" # ci-deploy, who only made who acted
has "$out" "412 days ago" # the key of ci-deploy
lacks "$out" "Users who can sign in do"
run 0 scan "$sample/aws" --exports "$sample/../exports" --now 2026-11-24 --color never --quiet
has "$out" "677 days ago"
run 2 scan "$sample/aws" --now yesterday
has "$err" "--now takes a time like"
