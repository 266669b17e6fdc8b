#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `spoor rules explain` and `why`: rules by id, title and file; the lowered form; which part fails on
# which value; wrapped records; exit codes.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

cat >rule.yml <<'END'
title: Alice makes machines
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: {product: aws, service: cloudtrail}
detection:
  sel:
    eventName: [RunInstances, CreateFleet]
    userIdentity.userName|startswith: ali
  net:
    sourceIPAddress|cidr: 10.0.0.0/8
  condition: sel and not net
---
title: Often
id: 22222222-2222-4222-8222-222222222222
correlation:
  type: value_count
  rules: [11111111-1111-4111-8111-111111111111]
  group-by: [recipientAccountId]
  timespan: 90m
  condition: {field: awsRegion, gt: 3}
END
record 1 >yes.json
record 2 bob >no.json
{ printf '{"Records":['; record 1; printf ,; record 2 bob; printf ']}'; } >both.json

for rule in 11111111-1111-4111-8111-111111111111 'alice MAKES machines'; do
    run 0 rules explain "$rule" rule.yml
    has "$out" 'eventName equals one of "runinstances", "createfleet"'
    has "$out" 'userIdentity.userName starts with "ali"'
    has "$out" 'not this:'
    has "$out" 'sourceIPAddress is an address in "10.0.0.0/8"'
    has "$out" '    cloudtrail: userIdentity.userName'
    has "$out" 'anchor: eventName = "runinstances" or eventName = "createfleet"'
    has "$out" 'can fire on: cloudtrail'
    has "$out" 'silent: a correlation names it'
    lacks "$out" Often
done
run 0 rules explain rule.yml .
has "$out" "title: Often"
has "$out" "value_count over the matches of:"
has "$out" "within: 90 min"
has "$out" "for each: recipientAccountId"
has "$out" "values of: awsRegion"
has "$out" "fires when the number of different values is above 3"
run 2 rules explain 'Alice makes machine' rule.yml
has "$err" "did you mean 'Alice makes machines'?"
run 2 rules explain

run 0 rules why 'Alice makes machines' yes.json rule.yml
has "$out" "record 1, cloudtrail: it matches"
has "$out" 'yes  userIdentity.userName starts with "ali"  -- it is "alice"'
run 1 rules why 11111111-1111-4111-8111-111111111111 no.json rule.yml
has "$out" "record 1, cloudtrail: it does not match"
has "$out" 'yes  eventName equals one of "runinstances", "createfleet"  -- it is "RunInstances"'
has "$out" 'no   userIdentity.userName starts with "ali"  -- it is "bob"'
has "$out" 'no   sourceIPAddress is an address in "10.0.0.0/8"  -- it is "198.51.100.7"'

# Wrappers are opened; each record is told of.
run 0 rules why 'Alice makes machines' both.json rule.yml
has "$out" "record 1, cloudtrail: it matches"
has "$out" "record 2, cloudtrail: it does not match"
run 0 rules why 'Alice makes machines' - rule.yml <yes.json

# A record of another family, any JSON, and what is none.
echo '{"eventName":"RunInstances","userIdentity":{"userName":"alice"}}' >any.json
run 2 rules why 'Alice makes machines' any.json rule.yml
has "$err" "nothing to match: JSON, but of no log family that is known"
run 0 rules why --family generic 'Alice makes machines' any.json rule.yml
has "$out" "record 1, generic: it matches"
has "$out" "it has no value here"
run 1 rules why --family gcp_audit 'Alice makes machines' any.json rule.yml
has "$out" "its logsource is of other log families"
run 2 rules why --family nonsense 'Alice makes machines' any.json rule.yml
has "$err" 'no log family is called "nonsense"'
run 2 rules why Often yes.json rule.yml
has "$err" "a correlation matches no single record"
run 3 rules why 'Alice makes machines' missing.json rule.yml
echo 'not json' >text
run 2 rules why 'Alice makes machines' text rule.yml
has "$err" "nothing to match"

# Hostile text stays text.
record 3 "$(printf 'ali\\u001b[31m\\n\\u202e')" >evil.json
run 0 rules why 'Alice makes machines' evil.json rule.yml
lacks "$out" $'\033'
lacks "$out" $'\u202e'
