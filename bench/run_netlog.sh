#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run_netlog.sh -- what it costs to add up a network log, and that memory does not grow with it.
#
#     MB=200 BUILD=build bench/run_netlog.sh [--check]
#
# A conn.log of MB and one of half of it are made once and kept in ${TMPDIR:-/tmp}. --check fails when
# a requirement is missed. See bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."

MB=${MB:-200}
BUILD=${BUILD:-build}
[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run_netlog.sh [--check]" >&2; exit 2; }
[ -x "$BUILD/spoor" ] || { echo "run_netlog.sh: no $BUILD/spoor: run make first" >&2; exit 1; }

log() # NAME MB
{
    local where=${TMPDIR:-/tmp}/spoor-conn-$2.log
    if [ ! -f "$where" ]; then
        echo "making $2 MB of conn.log in $where" >&2
        python3 bench/gen_netlog.py --mb "$2" --out "$where.new"
        mv "$where.new" "$where"
    fi
    printf -v "log_$1" %s "$where"
}
log_whole='' log_half='' # set by log
log whole "$MB"
log half $((MB / 2))

exec python3 - "$BUILD" "$log_whole" "$log_half" "$MB" "$@" <<'PYTHON'
"""Runs both logs in turn, and prints what they cost."""
import sys

sys.path.insert(0, "bench")
from measure import medians, verdicts

BUILD, WHOLE, HALF, MB = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
CHECK = "--check" in sys.argv[5:]
MIN_MB_A_SECOND, MAX_GROWTH = 20, 1.1


def audit(log):
    return [f"{BUILD}/spoor", "audit", "--format", "jsonl", log]


cost = medians({"whole": audit(WHOLE), "half": audit(HALF)}, 3)
print(f"{'':32}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}")
for name, row in ((f"{MB} MB of conn.log", cost["whole"]), (f"{MB // 2} MB", cost["half"])):
    print(f"{name:32}{row[0]:8.2f}{row[1]:8.2f}{row[2]:9.0f}")
all_met = verdicts([
    ("MB a second", MB / cost["whole"][0], ">=", MIN_MB_A_SECOND),
    ("memory, whole to half", cost["whole"][2] / cost["half"][2], "<=", MAX_GROWTH),
])
sys.exit(1 if CHECK and not all_met else 0)
PYTHON
