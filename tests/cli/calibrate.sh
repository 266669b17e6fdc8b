#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# --calibrate proposes the points that levels need for logs that are known to be good to give no
# alarm: a tenth above the highest, never less than what they are.
set -euo pipefail
sample=$(cd "$(dirname "$0")/../../sample/logs" && pwd)
. "$(dirname "$0")/helper.bash"

run 0 scan "$sample" --format jsonl --quiet
score=$(python3 -c "
import json
print(max(f['score'] for f in map(json.loads, open('$out')) if f['type'] == 'incident'))")

run 0 scan "$sample" --calibrate --format jsonl --quiet
python3 - "$out" "$score" <<'PYTHON' || fail "the proposal is wrong"
import json
import sys

lines = open(sys.argv[1]).read().splitlines()
assert len(lines) == 1, "findings were printed, too"
told = json.loads(lines[0])
levels = {row["level"]: row for row in told["levels"]}
assert told["type"] == "calibration" and told["stories"] > 0
assert levels["high"]["reached"] == 1 and levels["critical"]["reached"] == 0
wanted = float(sys.argv[2]) * 1.1
assert abs(levels["high"]["proposed"] - wanted) < 0.01, levels
assert levels["critical"]["proposed"] >= levels["high"]["proposed"]
assert levels["low"]["proposed"] == levels["low"]["points"]
PYTHON

run 0 scan "$sample" --calibrate --quiet
has "$out" "false alarms"
has "$out" "levels: {low: 3.00, medium: "
has "$out" "was put on instance i-0c0de000000000003"
lacks "$out" "Timeline"

trail 1 2 3 >a.json
run 0 scan a.json --calibrate --quiet
has "$out" "levels: {low: 3.00, medium: 6.00, high: 8.50, critical: 18.00}"
has "$out" "Less than two weeks"
run 2 scan a.json --calibrate --no-chains
has "$err" "--calibrate judges: it has no use with --learn or --no-chains"
