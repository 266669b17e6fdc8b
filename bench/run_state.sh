#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run_state.sh -- what it costs to remember and to judge, and that memory ends where it is said to.
#
#     SIZE=256M EVENTS=10000000 BUILD=build bench/run_state.sh [--check]
#
# First the archive of run.sh, with and without incidents, in pairs. Then EVENTS events of which one
# in ten names a new thing, and a fifth as many of which each does. The latter two are made once and
# kept in ${TMPDIR:-/tmp}. --check fails when a requirement is missed. See bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/archive.bash

EVENTS=${EVENTS:-10000000}
[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run_state.sh [--check]" >&2; exit 2; }
need spoor bench/gen
make_archive

# flood NAME EVENTS THINGS: sets flood_NAME to a directory that holds them.
flood() {
    local where=${TMPDIR:-/tmp}/spoor-flood-$2-$3
    if [ ! -d "$where" ]; then
        echo "making $2 events with $3 things in $where" >&2
        rm -rf "$where.new"
        python3 bench/gen_flood.py --events "$2" --things "$3" --out "$where.new"
        mv "$where.new" "$where"
    fi
    printf -v "flood_$1" %s "$where"
}
flood_many='' flood_only=''
flood many "$EVENTS" $((EVENTS / 10))
flood only $((EVENTS / 5)) $((EVENTS / 5))

exec python3 - "$BUILD" "$dir" "$RUNS" "$flood_many" "$flood_only" "$@" <<'PYTHON'
"""Runs the pairs and the floods, and prints what they cost."""
import sys

sys.path.insert(0, "bench")
from measure import medians, verdicts

BUILD, DIR, RUNS, MANY, ONLY = sys.argv[1:6]
CHECK = "--check" in sys.argv[6:]
MAX_SHARE, MAX_RSS_MB = 0.25, 1000


def scan(where, *options):
    return [f"{BUILD}/spoor", "scan", "--no-builtin", "--jobs", "1", *options,
            "--min-level", "high", "--format", "jsonl", where]


share = medians({"all": scan(f"{DIR}/tree"), "none": scan(f"{DIR}/tree", "--no-chains")},
                int(RUNS), f"{DIR}/list")
floods = medians({"many": scan(MANY), "only": scan(ONLY)}, 1, f"{DIR}/list")
print(f"{'':32}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}")
for name, row in (("scan", share["all"]), ("scan --no-chains", share["none"]),
                  ("one event in ten is a new thing", floods["many"]),
                  ("every event is a new thing", floods["only"])):
    print(f"{name:32}{row[0]:8.2f}{row[1]:8.2f}{row[2]:9.0f}")
all_met = verdicts([
    ("share of remembering, judging", 1 - share["none"][0] / share["all"][0], "<=", MAX_SHARE),
    ("peak MB, one in ten", floods["many"][2], "<=", MAX_RSS_MB),
    ("peak MB, every one", floods["only"][2], "<=", MAX_RSS_MB),
])
sys.exit(1 if CHECK and not all_met else 0)
PYTHON
