#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The plan is a sound script that only reads: run with clouds' tools that record what they are asked, it
# makes every export of its cloud, stops at no failure, and runs nothing that a resource's name says.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

mkdir "$work/bin"
# A tool of a cloud: it records its arguments, lists two hostile names, and refuses what $REFUSED matches.
cat >"$work/bin/aws" <<'END'
#!/bin/bash
printf '%s\x1f' "$(basename "$0")" "$@" >>"$CALLS"
printf '\n' >>"$CALLS"
[[ -z ${REFUSED:-} || ! "$*" =~ $REFUSED ]] || { echo "An error occurred (NoSuchEntity)" >&2; exit 254; }
case "$*" in
*list-organizational-units-for-parent*) ;; # else units would stand in units for ever
*"--output text"* | *"--output tsv"* | *"value("*) printf 'a$(touch hacked)\tb'"'"';touch hacked;\n' ;;
*) echo '{}' ;;
esac
END
chmod +x "$work/bin/aws"
ln -s aws "$work/bin/az"
ln -s aws "$work/bin/gcloud"
printf '#!/bin/bash\n' >"$work/bin/sleep"
chmod +x "$work/bin/sleep"
export CALLS=$work/calls

run_plan() # CLOUD
{
    run 0 audit --plan "$1"
    cp "$out" "$work/plan.sh"
    bash -n "$work/plan.sh" || fail "--plan $1 is no script"
    if command -v shellcheck >/dev/null; then
        shellcheck --severity=style "$work/plan.sh" || fail "shellcheck of --plan $1"
    fi
    : >"$CALLS"
    rm -rf "$work/exports"
    PATH=$work/bin:$PATH bash "$work/plan.sh" "$work/exports" >"$out" 2>"$err" ||
        fail "the plan of $1 failed"
    [ ! -e hacked ] || fail "a resource's name was run"
}

for cloud in aws azure gcp; do
    run_plan "$cloud"
    "$SPOOR" list exports --format jsonl >"$work/table"
    python3 - "$cloud" "$work/table" "$CALLS" "$work/plan.sh" "$work/exports" <<'END' || fail "$cloud"
import itertools, json, pathlib, re, sys
cloud, table, calls, plan, exports = sys.argv[1:]
tool = {"aws": "aws", "azure": "az", "gcp": "gcloud"}[cloud]
plan = open(plan).read()
made = {re.sub("-.*", "", p.stem) for p in pathlib.Path(exports).rglob("*.json")}
instead = {"aws_users", "aws_roles", "aws_groups", "aws_attached_policies", "aws_inline_policy",
           "aws_policies", "aws_policy_version"}  # aws_authorization tells it all
for row in map(json.loads, open(table)):
    if row["cloud"] != cloud:
        continue
    by_hand = f'# by hand: {row["meaning"]}: {row["command"]}' in plan
    is_command = re.search(f"(^|[(; ]){tool} ", row["command"]) is not None
    assert by_hand != is_command, row
    assert row["export"] in made or by_hand or row["export"] in instead, row["export"]
reads = re.compile(r"(describe|get|list|show|generate|search|query|lookup)([-a-z0-9]*)$")
writes = re.compile(r"(create|delete|put|update|set|add|remove|attach|start|stop|run|modify)(-|$)")
n = 0
for line in open(calls, encoding="utf-8"):
    words = line.rstrip("\n").split("\x1f")[:-1]
    assert words[0] == tool, words
    if words[1:2] == ["rest"]:
        assert words[2:4] == ["--method", "get"] and "--body" not in words, words
    else:
        verbs = list(itertools.takewhile(lambda w: not w.startswith("--"), words[1:]))
        assert any(map(reads.match, verbs)) and not any(map(writes.match, verbs)), words
    n += 1
assert n > 20, n
END
done

# What the account's details tell is asked one by one when they cannot be had, and nothing else stops.
export REFUSED='get-account-authorization-details|describe-instances|get-account-password-policy'
run_plan aws
has "$err" "aws_authorization.json"
has "$err" "aws_instances.json"
find "$work/exports" -name '*.json' -printf '%f\n' >"$work/made"
for name in aws_users aws_roles aws_policies; do
    has "$work/made" "$name.json"
done
lacks "$work/made" aws_authorization.json
find "$work/exports" -name aws_password_policy.json -exec cat {} + >"$work/policy"
has "$work/policy" '{"PasswordPolicy":null}'
unset REFUSED

# Regions that are named are the only ones.
run 0 audit --plan aws --region eu-west-1 --region us-east-1
has "$out" "printf '%s\\n' eu-west-1 us-east-1"
lacks "$out" "describe-regions"
run 2 audit --plan aws --region 'x;rm -rf /'
has "$err" "no region is called"
run 2 audit --plan aws somewhere
run 2 audit --region eu-west-1 somewhere
