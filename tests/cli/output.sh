#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What is printed: valid JSON lines; a table without colour or control characters when piped,
# whatever the logs say; sums that add up; exit codes; failing to write is no success.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

trail 1 2 3 >good.json
printf 'not json at all\n{"a":1}\n' >bad.json
{ trail 1 | gzip; } >again.json.gz
# ESC, a C1 control, an override that turns text around, a newline, in a user's name.
record 4 "$(printf 'ev\\u001b]0;pwn\\u0007\\u009b31m\\u202e\\nil\\u200b')" >hostile.json

# Machine output: every line is a JSON object with its type, the summary is the last.
run 0 scan -q -f jsonl --min-level informational .
python3 - "$out" <<'END' || fail "not valid JSON lines"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
types = [line["type"] for line in lines]
assert types[-1] == "summary" and types.count("summary") == 1, types
assert set(types) <= {"incident", "match", "skip", "summary"}, types
assert "incident" in types and "skip" in types, types
END
[ ! -s "$err" ] || fail "piped, yet something on standard error"

# Table output: no escape sequence, no control character, no direction mark reaches it.
run 0 scan --min-level informational .
[ ! -s "$err" ] || fail "progress without a terminal"
if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$out"; then fail "a control character"; fi
for mark in $'\u202e' $'\u009b' $'\u200b'; do
    lacks "$out" "$mark"
done
has "$out" '\x1b]0;pwn\x07'
has "$out" '\u202e'
has "$out" '\nil'

# Colour only when asked for; NO_COLOR does not overrule the command line.
run 0 scan -q --color always --min-level informational .
has "$out" $'\033['
NO_COLOR=1 run 0 scan -q --color always .
has "$out" $'\033['
run 0 scan -q --color never .
lacks "$out" $'\033'
if script -qec true /dev/null >/dev/null 2>&1; then
    on_terminal() # ENVIRONMENT
    {
        env "$@" script -qec "$SPOOR scan $quiet ." /dev/null </dev/null >"$out"
    }
    quiet=-q
    on_terminal TERM=xterm
    has "$out" $'\033[1m'
    on_terminal TERM=dumb
    lacks "$out" $'\033'
    on_terminal TERM=xterm NO_COLOR=1
    lacks "$out" $'\033'
    lacks "$out" "putting events in order"
    quiet=
    on_terminal TERM=xterm
    has "$out" "putting events in order"
fi

# ASCII where the locale has nothing else.
LC_ALL=C run 0 scan -q --min-level informational .
if LC_ALL=C grep -q $'[\200-\377]' "$out"; then fail "not ASCII"; fi

# The sums of the summary add up, in both outputs.
run 0 scan -q .
python3 - "$out" <<'END' || fail "sums"
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
def numbers(name):
    line = re.search(rf"^  {name} +(.* = .*)$", text, re.M).group(1)
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", line)]
for name in ("bytes", "records"):
    total, *parts = numbers(name)
    assert total == sum(parts) and len(parts) == 3, (name, total, parts)
assert numbers("records")[0] == 5, numbers("records")
END
has "$out" "bad.json"
run 0 scan -q -f jsonl .
is 4 's["events"]'
is 1 's["duplicates"]'

# A calm sentence when there is nothing.
run 0 scan -q bad.json
has "$out" "No audit events were found in this input."

# --fail-on: 1 when there is such an incident; 3 wins over it.
run 1 scan -q --fail-on informational good.json
run 0 scan -q --fail-on critical good.json
run 3 scan -q --fail-on informational good.json missing.json

# --output; an output that cannot be written.
run 0 scan -q -o "$work/result" good.json
[ ! -s "$out" ] || fail "--output writes to standard output too"
grep -q "^Summary" "$work/result" || fail "--output"
run 0 scan -q -o - good.json
has "$out" "Summary"
run 3 scan -q -o "$work/no/such/directory" good.json
has "$err" "No such file or directory"
if [ -w /dev/full ]; then
    code=0
    "$SPOOR" scan -q good.json >/dev/full 2>"$err" || code=$?
    [ "$code" = 3 ] || fail "a full disk is exit code $code"
    has "$err" "No space left on device"
    run 3 scan -q -o /dev/full good.json
fi
# Nobody reads on: no message, no signal.
{ "$SPOOR" scan -q -f jsonl . 2>"$err" || echo "$?" >"$work/code"; } | true
[ ! -s "$err" ] || fail "a message on a closed pipe"
[ ! -f "$work/code" ] || [ "$(cat "$work/code")" = 3 ] || fail "closed pipe: $(cat "$work/code")"

# Little memory: the rest goes to a temporary file that leaves no name behind.
seq 0 59 | while read -r n; do record "$n"; echo; done >many.jsonl
run 0 scan -q -f jsonl --memory 1K many.jsonl
is 60 's["events"]'
[ -z "$(find "$work" -maxdepth 1 -name 'spoor*')" ] || fail "a temporary file is left"
