#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The tables that spoor prints about itself: titles first, one object a line for machines, and the
# same rows in both.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

for table in fields operations stages entities formats habits checks exports thresholds; do
    run 0 list "$table"
    cp "$out" "$work/table"
    lacks "$work/table" $'\033'
    [ "$(awk 'length > 100' "$work/table" | wc -l)" = 0 ] || fail "$table is wider than 100 columns"
    run 0 list --format jsonl "$table"
    python3 - "$out" "$work/table" <<'END' || fail "list $table"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
table = open(sys.argv[2], encoding="utf-8").read().splitlines()
titles = list(rows[0])
assert rows and all(list(row) == titles for row in rows), titles
assert table[0].split() == titles[:6], (table[0], titles)  # people are shown six columns
assert len({line.split()[0] for line in table[1:]}) > 0
END
done
run 0 list formats
has "$out" cloudtrail
run 0 list operations
has "$out" RunInstances
