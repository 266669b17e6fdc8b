#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Rules in a scan: matches and correlations, filters, choice of rules by level and tag, exit codes; and
# that a broken rule stops nothing.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
mkdir rules

cat >rules/machines.yml <<'END'
title: A machine is made
id: 11111111-1111-4111-8111-111111111111
level: low
tags: [attack.t1578.002]
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventName: RunInstances}
  condition: sel
---
title: Many machines
id: 22222222-2222-4222-8222-222222222222
level: critical
tags: [attack.t1496]
correlation:
  type: event_count
  rules: [11111111-1111-4111-8111-111111111111]
  group-by: [userIdentity.userName]
  timespan: 5m
  condition: {gte: 3}
  generate: true
END
cat >rules/agent.yml <<'END'
title: Command line
id: 33333333-3333-4333-8333-333333333333
level: high
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventName: RunInstances, userAgent|startswith: aws}
  condition: sel
---
title: Not the builder
logsource: {product: aws, service: cloudtrail}
filter:
  rules: [33333333-3333-4333-8333-333333333333]
  selection: {userIdentity.userName: builder}
  condition: not selection
END
trail 1 2 3 30 >a.json
{ record 10 builder; } >b.json

scan() # EXPECTED CODE, ARGUMENTS
{
    local code=$1
    shift
    run "$code" scan -q --no-builtin --rules rules "$@" a.json b.json
}

found() # TYPE TITLE: how many
{
    python3 -c 'import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print(sum(l["type"] == sys.argv[2] and l["rule"]["title"] == sys.argv[3] for l in lines))' \
        "$out" "$1" "$2"
}

want() # NUMBER TYPE TITLE
{
    [ "$(found "$2" "$3")" = "$1" ] || fail "$3: $(found "$2" "$3") found, not $1"
}

scan 0 -f jsonl
want 5 match "A machine is made"
want 1 correlation "Many machines"
is 3 's["rules"]'
is 1 's["correlations"]'
python3 - "$out" <<'END' || fail "the correlation's line"
import json, sys
line = next(json.loads(l) for l in open(sys.argv[1]) if '"correlation"' in l[:22])
assert line["group"] == {"userIdentity.userName": "alice"} and line["count"] == 3, line
assert line["time"] == "2026-01-02T03:03:00Z" and len(line["event_uids"]) == 3, line
END

# The filter: what it leaves of the rule's matches.
without=$(found match "Command line")
sed -i '/^---$/,$d' rules/agent.yml
scan 0 -f jsonl
want 5 match "Command line"
if [ "$without" -ge 5 ] || [ "$without" -le 0 ]; then
    fail "the filter leaves $without of 5 matches"
fi

# Which rules are used.
scan 0 -f jsonl --rule-level high
want 0 match "A machine is made"
want 5 match "Command line"
want 1 correlation "Many machines"
scan 0 -f jsonl --tags attack.t1578.002
want 5 match "A machine is made"
want 0 match "Command line"
scan 0 -f jsonl --tags attack.t9999,attack.t1578.002
want 5 match "A machine is made"
scan 0 -f jsonl --tags attack.t9999
is 0 's["rules"]'

# Incidents and rules, or rules only.
scan 0 -f jsonl --min-level informational
has "$out" '"type":"incident"'
scan 0 -f jsonl --min-level informational --no-chains
lacks "$out" '"type":"incident"'
want 5 match "A machine is made"

# For people: highest level first, three examples, the rest counted.
scan 0
python3 - "$out" <<'END' || fail "the block of rules"
import sys
text = open(sys.argv[1], encoding="utf-8").read()
block = text[text.index("\nRules\n"):text.index("\nSummary\n")]
places = [block.index(x) for x in ("[CRITICAL]  Many machines", "[HIGH]  Command line",
                                   "[LOW]  A machine is made")]
assert places == sorted(places), block
assert "userIdentity.userName=alice  3 events" in block, block
assert "1 correlation: 2026-01-02 03:03:00" in block, block
assert "5 matches: 2026-01-02 03:01:00 to 2026-01-02 03:30:00" in block, block
assert block.count("a.json:1\n") == 2 and "and 2 more; --format jsonl lists all" in block, block
END
has "$out" "3 rules, 10 matches, 1 correlation"
scan 0 --no-chains
lacks "$out" "incidents"
lacks "$out" "No machine"
run 0 scan -q --no-builtin --no-chains --tags none --rules rules a.json
has "$out" "Neither incidents nor rules were asked for."

# --fail-on looks at rules, too.
scan 1 --fail-on critical
scan 0 --fail-on critical --tags attack.t1578.002 --no-chains
scan 1 --fail-on low --tags attack.t1578.002 --no-chains

# A broken rule is said, with its place; the others are used. Warnings are only counted.
cat >rules/broken.yml <<'END'
title: Misspelt
logsource: {product: aws, service: cloudtrail}
detection:
  sel:
    eventName|contians: Run
  condition: sel
END
run 0 scan -f jsonl --no-builtin --rules rules a.json
has "$err" "rules/broken.yml:5:15: there is no modifier \`contians\`; did you mean \`contains\`?"
[ "$(wc -l <"$err")" = 1 ] || fail "more than one line of message"
want 4 match "A machine is made"
printf 'title: Odd\nlogsource: {product: aws}\nlevel: High\ndetection: {S: {a: 1}, condition: s}\n' \
    >rules/broken.yml
run 0 scan --no-builtin --rules rules a.json
has "$err" "in the rules; see 'spoor rules check'"
scan 0
[ ! -s "$err" ] || fail "warnings are counted in spite of --quiet"
run 3 scan -q --no-builtin --rules missing.yml a.json
has "$err" "missing.yml"
has "$out" "Summary"

# Placeholders come from a file.
cat >ph.yml <<'END'
title: Placeholder
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {userIdentity.userName|expand: '%people%'}
  condition: sel
END
echo 'people: [builder]' >values.yml
run 0 scan -q -f jsonl --no-builtin --rules ph.yml --placeholders values.yml a.json b.json
want 1 match Placeholder

# The rules that come with the program stand beside it.
mkdir -p "$work/root/bin" "$work/root/share/spoor/rules"
cp "$SPOOR" "$work/root/bin/spoor"
sed -n '1,/^---$/p' rules/machines.yml >"$work/root/share/spoor/rules/own.yml"
with=$SPOOR
SPOOR=$work/root/bin/spoor
run 0 scan -q -f jsonl a.json
want 4 match "A machine is made"
run 0 scan -q -f jsonl --no-builtin a.json
want 0 match "A machine is made"
run 0 rules list -f jsonl
has "$out" '"title":"A machine is made"'
SPOOR=$with

# The same findings on any number of threads.
run 0 scan -q -f jsonl --no-builtin --rules rules -j 1 .
sed 's/"seconds":[0-9.]*//' "$out" >"$work/one"
run 0 scan -q -f jsonl --no-builtin --rules rules -j 4 .
sed 's/"seconds":[0-9.]*//' "$out" | cmp -s - "$work/one" || fail "threads change the findings"

run 0 rules profile rules --logs a.json --logs b.json -f jsonl
python3 - "$out" <<'END' || fail "rules profile"
import json, sys
rows = {r["title"]: r for r in map(json.loads, open(sys.argv[1], encoding="utf-8"))}
assert rows["A machine is made"]["tried"] == 5 == rows["A machine is made"]["matched"], rows
assert "Many machines" not in rows and abs(sum(r["share"] for r in rows.values()) - 1) < 0.01, rows
assert all(r["ns"] > 0 for r in rows.values() if r["tried"]), rows
END
run 0 rules profile rules --logs .
has "$out" "of evaluating in"
run 2 rules profile rules
