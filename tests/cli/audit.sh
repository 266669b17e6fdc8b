#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# spoor audit: what is read, judged, chosen, excepted and compared, and what the exit code says of it.
set -euo pipefail
sample=$PWD/sample
. "$(dirname "$0")/helper.bash"

exports=$work/exports
mkdir -p "$exports/111122223333/eu-west-1"
machine() # ID TOKENS
{
    printf '{"InstanceId":"%s","MetadataOptions":{"HttpTokens":"%s"}}' "$1" "$2"
}
machines() # JSON OF MACHINES: writes the export
{
    printf '{"Reservations":[{"OwnerId":"111122223333","Instances":[%s]}]}\n' "$1" \
        >"$exports/111122223333/eu-west-1/instances.json"
}
audit() # EXPECTED CODE, OPTIONS
{
    run "$1" audit "$exports" --quiet --now 2026-06-01T00:00:00Z "${@:2}"
}
change() # ID: how its check compares with the earlier audit
{
    python3 -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    f = json.loads(line)
    if f["type"] == "check" and f["id"] == "aws-instance-imdsv2" and f["resource"]["id"] == sys.argv[2]:
        print(f["change"])' "$out" "$1"
}
imds=(--check aws-instance-imdsv2)

# The report: what fails is told with its fix, what passes is counted.
machines "$(machine i-0a optional),$(machine i-0b required)"
audit 0 "${imds[@]}"
has "$out" "Audit of 1 export of 1 kind (aws), as of 2026-06-01 00:00:00 UTC"
has "$out" "1 of 2 resources"
has "$out" "i-0a  optional  111122223333  eu-west-1"
has "$out" "aws ec2 modify-instance-metadata-options"
lacks "$out" "i-0b"
lacks "$out" $'\033'
audit 0 "${imds[@]}" --color always
has "$out" $'\033'

# Exit codes, and what --fail-on sees.
audit 1 "${imds[@]}" --fail-on low
audit 1 "${imds[@]}" --fail-on low --status pass
audit 0 --check aws-instance-imdsv2 --fail-on critical
audit 0 --check 'aws-trail-*' --fail-on low
audit 0 "${imds[@]}" --status no-data,PASS --format csv
[ "$(wc -l <"$out")" = 2 ] || fail "--status shows more than it should"
audit 0 --cloud gcp --format csv
[ "$(wc -l <"$out")" = 1 ] || fail "--cloud judges by others"
audit 0 --heading 'configuration' --status fail,pass,no-data,not-applicable --format csv
! grep -v '^status' "$out" | grep -qv 'configuration audit' || fail "--heading judges by others"

# Words that choose nothing are mistakes.
audit 2 --check aws-instance-imdsv
has "$err" "did you mean 'aws-instance-imdsv2'?"
audit 2 --heading nonsense
audit 2 --cloud aw
has "$err" "did you mean 'aws'?"
audit 2 --status failed
has "$err" "--status takes"
audit 2 --now yesterday
run 2 audit
has "$err" "audit takes the paths of exports"

# Nothing is passed for want of data, and nothing is silently unread.
audit 0 --check 'aws-trail-*' --status pass --format csv
[ "$(wc -l <"$out")" = 1 ] || fail "a check passes without its export"
echo 'no export' >"$exports/notes.txt"
run 3 audit "$exports" "$exports/nowhere" --quiet "${imds[@]}"
has "$err" "nowhere"
has "$out" "notes.txt"
has "$out" "nowhere"
rm "$exports/notes.txt"

# An earlier audit: better, worse, new, the same, gone, not judged any more.
machines "$(machine i-0a optional),$(machine i-0b required),$(machine i-0c optional),$(machine i-0d optional)"
audit 0 "${imds[@]}" --format jsonl --output "$work/old.jsonl"
printf 'not a finding\n' >>"$work/old.jsonl"
machines "$(machine i-0a required),$(machine i-0b optional),$(machine i-0d optional),$(machine i-0e optional)"
audit 0 "${imds[@]}" --baseline "$work/old.jsonl" --format jsonl
[ "$(change i-0a) $(change i-0b) $(change i-0d) $(change i-0e)" = "better worse same new" ] ||
    fail "changes are told wrong"
is 1 's["gone"]'
is 1 's["baseline_bad"]'
audit 0 "${imds[@]}" --baseline "$work/old.jsonl"
has "$out" "1 verdict better, 1 worse, 1 new; 1 failure is gone"
has "$out" "i-0b  optional  111122223333  eu-west-1  [worse]"
audit 3 --baseline "$work/nowhere.jsonl"

# Thresholds, and exceptions for as long as they hold.
cat >"$work/spoor.yml" <<'END'
exceptions:
  - {check: aws-instance-imdsv2, resource: i-0b, reason: old software, until: 2026-06-01}
  - {check: aws-instance-*, resource: i-0d, reason: is gone soon, until: 2026-05-31}
END
machines "$(machine i-0b optional)"
audit 0 "${imds[@]}" --config "$work/spoor.yml" --fail-on low
has "$out" "excepted: "
has "$out" "old software; until 2026-06-01"
run 1 audit "$exports" --quiet "${imds[@]}" --now 2026-06-02 --config "$work/spoor.yml" --fail-on low
has "$out" "aws-instance-imdsv2 on i-0b: old software; until 2026-06-01"
machines "$(machine i-0d optional)"
audit 1 "${imds[@]}" --config "$work/spoor.yml" --fail-on low
printf 'audit: {key_day: 3}\n' >"$work/spoor.yml"
audit 3 --config "$work/spoor.yml"
has "$err" "did you mean \`key_days\`?"

# The same exports say the same, in any layout that names the same places.
run 0 audit "$sample/exports" --quiet --now 2026-03-03T14:00:00Z --format jsonl --output "$work/one"
run 0 audit "$sample/exports" --quiet --now 2026-03-03T14:00:00Z --format jsonl --output "$work/two"
grep -v '"type":"summary"' "$work/one" >"$work/a"
grep -v '"type":"summary"' "$work/two" >"$work/b"
cmp -s "$work/a" "$work/b" || fail "two audits of the same exports differ"
[ "$(awk 'length > 400' "$work/a" | wc -l)" -gt 0 ] || fail "the sample gives no findings"
