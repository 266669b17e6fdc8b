#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `spoor rules test`: cases that pass, and every way for one to fail; nothing passes by accident.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
mkdir cases rules

cat >rules/keys.yml <<'END'
title: A key is made
id: 11111111-1111-4111-8111-111111111111
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventSource: iam.amazonaws.com, eventName: CreateAccessKey}
  condition: sel
---
title: Keys in a row
correlation:
  type: event_count
  rules: [11111111-1111-4111-8111-111111111111]
  group-by: [recipientAccountId]
  timespan: 10m
  condition: {gte: 2}
  generate: true
END

records() # as YAML, in both styles
{
    cat <<'END'
events:
  - {eventVersion: '1.08', eventTime: '2026-01-02T03:01:00Z', eventSource: iam.amazonaws.com,
     eventName: CreateAccessKey, eventID: one, recipientAccountId: '123456789012'}
  - '{"eventVersion":"1.08","eventTime":"2026-01-02T03:02:00Z","eventSource":"iam.amazonaws.com",
      "eventName":"ListUsers","eventID":"two","recipientAccountId":"123456789012"}'
  - eventVersion: '1.08'
    eventTime: '2026-01-02T03:03:00Z'
    eventSource: iam.amazonaws.com
    eventName: CreateAccessKey
    eventID: three
    recipientAccountId: '123456789012'
END
}

{
    echo 'name: two keys'
    echo 'rules: [../rules/keys.yml]'
    records
    echo 'expect: {A key is made: [3, 1], keys IN a row: 1}'
    cat <<'END'
---
name: any JSON, the rule written out, records with names
format: json
rules:
  - title: Large
    logsource: {category: shop}
    detection: {sel: {price|gte: 100, paid: true}, condition: sel}
events:
  dear: {price: 100.5, paid: true, note: "null"}
  cheap: {price: 99, paid: true}
  owed: {price: 500, paid: no}
expect: {Large: [dear]}
---
name: a log
rules: [../rules]
events: ../trail.json
expect: {}
END
} >cases/good.yml
trail 1 2 >trail.json
run 0 rules test cases/good.yml
has "$out" "ok      cases/good.yml:1: two keys"
has "$out" "any JSON, the rule written out"
has "$out" "3 passed, 0 failed"
run 0 rules test -q cases/good.yml
[ "$(cat "$out")" = "3 passed, 0 failed" ] || fail "--quiet tells of what passed"

fails() # MESSAGE; the case is read from standard input
{
    cat >cases/bad.yml
    run 1 rules test cases/bad.yml cases/good.yml
    has "$out" "FAILED  cases/bad.yml:"
    has "$out" "$1"
    has "$out" "3 passed, 1 failed"
}

{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {A key is made: [1, 2], Keys in a row: 1}'; } |
    fails "A key is made: matches 1, 3; expected 1, 2"
{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {A key is made: 2, Keys in a row: 5}'; } |
    fails "Keys in a row: 1 found; expected 5"
{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {A key is made: 2}'; } |
    fails "Keys in a row: 1 found; \`expect\` does not name it"
{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {Nonsense: 2}'; } |
    fails "no rule has the title or id 'Nonsense'"
{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {A key is made: [one]}'; } |
    fails "A key is made: no event is called 'one'"
{ echo 'rules: [../rules/keys.yml]'; records; echo 'expect: {Keys in a row: [1]}'; } |
    fails "Keys in a row: expect a number"
{ echo 'rules: [../rules/missing.yml]'; records; echo 'expect: {}'; } |
    fails "the rules could not be loaded"
sed 's/  generate: true//' rules/keys.yml >silent.yml
{ echo 'rules: [../silent.yml]'; records; echo 'expect: {A key is made: 2}'; } |
    fails "A key is made: is silent, as a correlation names it"
fails "event 1 gives no event: JSON, but of no log family that is known" <<'END'
rules: [../rules/keys.yml]
events: [{hello: world}]
expect: {}
END
fails "there is no modifier \`contians\`" <<'END'
rules:
  - title: Misspelt
    logsource: {product: aws}
    detection: {sel: {a|contians: b}, condition: sel}
events: []
expect: {}
END
fails "not 'evnts'" <<'END'
rules: []
evnts: []
expect: {}
END
fails "this record cannot be written as JSON" <<'END'
rules: []
events: &all [*all]
expect: {}
END
fails "a case is a map" <<'END'
[1, 2]
END
fails "not YAML" <<'END'
rules: [
END
run 3 rules test missing.yml cases/good.yml
has "$out" "3 passed, 0 failed"
run 2 rules test
