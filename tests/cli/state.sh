#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# --state keeps what is usual from one scan to the next; --learn learns logs that are known to be
# good. A state that cannot be read or written is said, and loses nothing.
set -euo pipefail
. "$(dirname "$0")/helper.bash"
state=$work/usual.spoor

trail 1 2 3 >a.json
trail 4 5 >b.json

run 0 scan a.json --state "$state" --format jsonl --quiet
is "3 0 1 1" "'%(learned)d %(known_already)d %(actors)d %(accounts)d' % s['baseline']"
[ ! -s "$err" ] || fail "--quiet said something"
[ "$(stat -c %a "$state")" = 600 ] || fail "a new state is not its owner's alone"
cp "$state" "$work/first"

# The same logs teach nothing again, and leave equal bytes.
run 0 scan a.json --state "$state" --format jsonl --quiet
is "0 3" "'%(learned)d %(known_already)d' % s['baseline']"
cmp -s "$state" "$work/first" || fail "the same logs changed the state"

# Part by part is the same as all at once.
chmod 640 "$state"
run 0 scan b.json --state "$state" --quiet
has "$out" "learned    2 known calls; habits of 1 actor in 1 account, 1 day"
[ "$(stat -c %a "$state")" = 640 ] || fail "the mode was lost"
run 0 scan a.json b.json --state "$work/whole"
has "$err" "$work/whole is not there yet: nothing is known before these logs"
cmp -s "$state" "$work/whole" || fail "part by part is not the same as all at once"

run 0 scan a.json b.json --learn --state "$work/learned" --quiet
lacks "$out" "incidents"
lacks "$out" "rules"
has "$out" "learned   5 known calls; habits of 1 actor in 1 account, 1 day"
cmp -s "$work/learned" "$work/whole" || fail "harmless logs are learned otherwise with --learn"

# What is wrong is said; the file stays as it is.
head -c 20 "$work/first" >"$work/damaged"
run 3 scan a.json --state "$work/damaged"
has "$err" "$work/damaged: the state is damaged"
[ "$(stat -c %s "$work/damaged")" = 20 ] || fail "a damaged state was replaced"
run 3 scan b.json --state a.json
has "$err" "a.json: the state is not a baseline that spoor saved"
run 3 scan a.json --state "$work/missing/usual"
has "$err" "cannot write $work/missing/usual: No such file or directory"
run 3 scan a.json --state "$work"
has "$err" "$work: Is a directory"
run 2 scan a.json --learn
has "$err" "--learn needs --state FILE to learn into"
run 2 scan a.json --state "$state" --no-chains
has "$err" "--state has no use with --no-chains"
[ -z "$(find "$work" -name 'usual.spoor.*')" ] || fail "a temporary file was left"
