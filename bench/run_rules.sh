#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run_rules.sh -- what Sigma rules cost `spoor scan` when there are many of them.
#
#     SIZE=256M BUILD=build bench/run_rules.sh [--check]
#
# The same archive as run.sh, scanned with 50 to 5000 rules of gen_rules.py. Loading the rules is
# measured apart, by a scan of one file. --check fails when the requirement is missed. See
# bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/archive.bash

[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run_rules.sh [--check]" >&2; exit 2; }
need spoor bench/gen
make_archive

# Written anew each time: it takes a second, and is then what the generator writes today.
rm -rf "$dir/rules"
for count in 50 200 1000 5000; do
    python3 bench/gen_rules.py --count "$count" --out "$dir/rules/$count"
done
python3 bench/gen_rules.py --count 5000 --busy --out "$dir/rules/busy"
python3 bench/gen_rules.py --count 5000 --loose 20 --out "$dir/rules/loose"

exec python3 - "$BUILD" "$dir" "$RUNS" "$@" <<'PYTHON'
"""Scans with each set of rules and prints the medians side by side."""
import json
import os
import sys

sys.path.insert(0, "bench")
from measure import facts, medians, run, verdicts

BUILD, DIR, RUNS = sys.argv[1], sys.argv[2], int(sys.argv[3])
CHECK = "--check" in sys.argv[4:]
MAX_RATIO = 1.3  # of scanning with 5000 rules to scanning with 50
SETS = {
    "50": "50 rules",
    "200": "200 rules",
    "1000": "1000 rules",
    "5000": "5000 rules",
    "busy": "5000, on frequent calls, too",
    "loose": "5000, of which 2 % on no call",
}


def scan(rules, path):
    return [f"{BUILD}/spoor", "scan", "--no-builtin", "--jobs", "1", "--format", "jsonl",
            "--rules", f"{DIR}/rules/{rules}", path]


def summary(rules):
    """The counts of one scan: rules that loaded, matches."""
    out = f"{DIR}/rules/out"
    run(scan(rules, f"{DIR}/tree"), stdout_path=out)
    with open(out, encoding="utf-8") as lines:
        return json.loads(lines.readlines()[-1])


with open(f"{DIR}/list", encoding="utf-8") as names:
    one_file = names.readline().rstrip("\n")
candidates = {("all", name): scan(name, f"{DIR}/tree") for name in SETS}
candidates |= {("load", name): scan(name, one_file) for name in SETS}
result = medians(candidates, RUNS)
total = {name: result["all", name][0] for name in SETS}
load = {name: result["load", name][0] for name in SETS}
scanning = {name: total[name] - load[name] for name in SETS}

told = facts(DIR)
print(f"{told['bytes'] / 1e6:.0f} MB of JSON, {told['records']:.0f} records; medians of {RUNS} "
      f"interleaved runs, warm cache, {os.cpu_count()} processors; cpu seconds\n")
print(f"{'':32}{'load':>8}{'scan':>8}{'total':>8}{'peak MB':>9}{'matches':>9}")
matches = set()
for name, title in SETS.items():
    counts = summary(name)
    matches.add(counts["matches"])
    if counts["rules"] != int(title.split()[0].rstrip(",")):
        sys.exit(f"run_rules.sh: {counts['rules']} rules were loaded for: {title}")
    print(f"{title:32}{load[name]:8.2f}{scanning[name]:8.2f}{total[name]:8.2f}"
          f"{result['all', name][2]:9.0f}{counts['matches']:9}")
if len(matches) != 1:
    sys.exit("run_rules.sh: the sets match different records, so they cannot be compared")

all_met = verdicts([
    ("scan 5000/50", scanning["5000"] / scanning["50"], "<=", MAX_RATIO),
    ("total 5000/50", total["5000"] / total["50"], "", None),
    ("scan busy/50", scanning["busy"] / scanning["50"], "", None),
    ("scan loose/50", scanning["loose"] / scanning["50"], "", None),
    ("load, ms for 1000 rules", load["5000"] * 200, "", None),
])
sys.exit(1 if CHECK and not all_met else 0)
PYTHON
