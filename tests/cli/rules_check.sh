#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `spoor rules check` and `list`: what is wrong stands where it is, with a caret and a hint; a broken
# rule hides no other; exit codes; the same for machines.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
mkdir -p rules/deep/.hidden

cat >rules/good.yml <<'END'
title: Root makes a key
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
logsource: {product: aws, service: cloudtrail}
detection:
  sel:
    eventName: CreateAccessKey
  condition: sel
END
cat >rules/deep/everywhere.yaml <<'END'
title: Command line
logsource: {product: aws, service: cloudtrail}
level: low
detection:
  sel:
    userAgent|contains: aws-cli
  condition: sel
END
echo 'not: a rule' >rules/readme.txt
echo 'title: [' >rules/deep/.hidden/x.yml

run 0 rules check rules
has "$out" "ok       rules/good.yml:1  Root makes a key"
has "$out" "ok       rules/deep/everywhere.yaml:1  Command line"
has "$out" "is tried on every record: no equality on a field picks it"
has "$out" "2 documents: 2 ok, 0 with warnings, 0 with errors; 1 tried on every record"
lacks "$out" hidden
lacks "$out" readme
run 0 rules check -q rules/good.yml
lacks "$out" "Root makes a key"
[ ! -s "$err" ] || fail "something on standard error"

cat >bad.yml <<'END'
# two rules, then broken YAML
title: Misspelt
id: 22222222-2222-4222-8222-222222222222
logsource: {product: aws, service: cloudtrail}
detection:
  sel:
    eventName|contians: Run
  condition: sel
---
title: Fine
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventName: RunInstances}
  condition: sel
---
title: [never closed
logsource: x
---
title: Behind it
logsource: {product: aws, service: cloudtrail}
detection:
  sel: {eventName: RunInstances}
  condition: sel
END
run 1 rules check bad.yml rules
has "$out" "error    bad.yml:2  Misspelt"
has "$out" "  bad.yml:7:15: error: there is no modifier \`contians\`"
has "$out" "hint: did you mean \`contains\`?"
has "$out" "ok       bad.yml:10  Fine"
has "$out" "bad.yml:16:"
has "$out" "error    bad.yml:19  Behind it"
has "$out" "not compiled, as an error before it in the file hides it"
has "$out" "6 documents: 3 ok, 0 with warnings, 3 with errors"
caret=$(grep -A1 'eventName|contians' "$out" | tail -1)
[ "$caret" = "       |               ^" ] || fail "the caret stands elsewhere: '$caret'"

run 1 rules check -f jsonl bad.yml rules
python3 - "$out" <<'END' || fail "rules check --format jsonl"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert [row["status"] for row in rows] == ["error", "ok", "error", "error", "ok", "ok"], rows
first = rows[0]
assert list(first)[:8] == ["type", "file", "line", "id", "title", "status", "message", "anchor"]
assert first["type"] == "rule" and first["file"] == "bad.yml" and first["line"] == 2
assert first["id"].startswith("22222222") and first["title"] == "Misspelt"
problem = first["problems"][0]
assert (problem["line"], problem["column"]) == (7, 15) and "contains" in problem["hint"]
assert rows[1]["anchor"].startswith("eventName = ") and rows[4]["anchor"] == "", rows
END

# A warning is an error only when asked for.
cat >warn.yml <<'END'
title: Odd level
level: High
logsource: {product: aws, service: cloudtrail}
detection:
  SEL: {eventName: RunInstances}
  condition: sel
END
run 0 rules check warn.yml
has "$out" "warning  warn.yml:1  Odd level"
run 1 rules check --strict warn.yml
run 0 rules check --strict rules

# A long line is shown around the column.
{ printf 'title: Long\nlogsource: {product: aws}\ndetection:\n  sel: {'
  for i in $(seq 12); do printf 'field%d: value, ' "$i"; done
  printf 'name|nosuch: x}\n  condition: sel\n'; } >long.yml
run 1 rules check long.yml
[ "$(awk 'length > 100' "$out" | wc -l)" = 0 ] || fail "wider than 100 columns"
python3 - "$out" <<'END' || fail "the caret of a long line"
import sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
at = next(i for i, line in enumerate(lines) if line.strip(" |") == "^")
assert lines[at - 1][lines[at].index("^"):].startswith("nosuch"), lines[at - 1:at + 1]
END

# Hostile text reaches no terminal.
printf 'title: "a\\e[31mb"\nlogsource: {product: aws}\ndetection: {s: {x: 1}, condition: s}\n' >esc.yml
run 0 rules check esc.yml
lacks "$out" $'\033'

# What cannot be read.
run 3 rules check missing.yml rules
has "$err" "missing.yml: No such file"
has "$out" "Root makes a key"
head -c 1100000 /dev/zero | tr '\0' '#' >huge.yml
run 3 rules check huge.yml
has "$err" "limit rule_file_bytes"
run 2 rules check
run 2 rules chekc rules
has "$err" "did you mean 'check'?"
run 2 rules
for command in check list explain why test profile; do
    has "$err" "  $command"
    run 0 rules "$command" --help
    has "$out" "Usage: spoor rules $command"
    has "$out" "Exit code:"
    [ "$(awk 'length > 100' "$out" | wc -l)" = 0 ] || fail "the help of $command is too wide"
    run 2 rules
done
run 0 help rules

run 0 rules list rules
has "$out" "Command line"
has "$out" "(every record)"
run 0 rules list --rule-level high -f jsonl rules
python3 - "$out" <<'END' || fail "rules list --format jsonl"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert [row["title"] for row in rows] == ["Root makes a key"], rows
assert rows[0]["level"] == "high" and "cloudtrail" in rows[0]["families"]
END
