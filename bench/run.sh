#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh -- how fast `spoor scan` reads a CloudTrail archive, against the least that must be done.
#
#     SIZE=256M BUILD=build bench/run.sh [--check]
#
# SIZE is of the JSON, before compression; the archive is made once and kept in
# ${TMPDIR:-/tmp}/spoor-bench-SIZE. RUNS (3) is how often each candidate runs. --check fails when a
# requirement is missed; without it only what could not run is a failure. See bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/archive.bash

[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run.sh [--check]" >&2; exit 2; }
need spoor bench/gen bench/bench_parse
command -v igzip >/dev/null || die "igzip is missing: install the package isal"
make_archive

exec python3 - "$BUILD" "$dir" "$RUNS" "$@" <<'PYTHON'
"""Runs the candidates and prints the medians side by side."""
import os
import sys

sys.path.insert(0, "bench")
from measure import facts, medians, verdicts

BUILD, DIR, RUNS = sys.argv[1], sys.argv[2], int(sys.argv[3])
CHECK = "--check" in sys.argv[4:]
MAX_CPU_RATIO, MIN_SPEEDUP, MAX_RSS_MB = 3.0, 1.7, 300


def scan(*options):
    return [f"{BUILD}/spoor", "scan", *options, "--format", "jsonl", f"{DIR}/tree"]


# The list is text, so what is inside one shell costs two processes, not one for each file.
CANDIDATES = {
    "a": ("igzip -dc", ["xargs", "-d", "\n", "igzip", "-dc"]),
    "b": ("inflate + simdjson", [f"{BUILD}/bench/bench_parse"]),
    "c": ("scan --jobs 1", scan("--no-builtin", "--jobs", "1")),
    "d": ("scan --jobs 2", scan("--no-builtin", "--jobs", "2")),
    "e": ("scan with its rules", scan("--jobs", "1")),
}


def table(result, told):
    print(f"{told['bytes'] / 1e6:.0f} MB of JSON, {told['records']:.0f} records in "
          f"{told['files']:.0f} files, gzip {told['gzip_ratio']:.1f} : 1; "
          f"medians of {RUNS} interleaved runs, warm cache, {os.cpu_count()} processors\n")
    print(f"{'':24}{'cpu s':>8}{'wall s':>8}{'MB/s':>8}{'events/s':>11}{'peak MB':>9}")
    for key, (name, _) in CANDIDATES.items():
        cpu, wall, peak = result[key]
        print(f"({key}) {name:20}{cpu:8.2f}{wall:8.2f}{told['bytes'] / 1e6 / wall:8.0f}"
              f"{told['records'] / wall:11.0f}{peak:9.0f}")


result = medians({key: argv for key, (_, argv) in CANDIDATES.items()}, RUNS, f"{DIR}/list")
table(result, facts(DIR))
cpu = {key: row[0] for key, row in result.items()}
all_met = verdicts([
    ("cpu c/a", cpu["c"] / cpu["a"], "<=", MAX_CPU_RATIO),
    ("cpu c/b", cpu["c"] / cpu["b"], "", None),
    ("cpu e/c", cpu["e"] / cpu["c"], "", None),
    ("wall c/d", result["c"][1] / result["d"][1], ">=", MIN_SPEEDUP),
    ("peak MB of c", result["c"][2], "<=", MAX_RSS_MB),
    ("peak MB of d", result["d"][2], "<=", MAX_RSS_MB),
])
sys.exit(1 if CHECK and not all_met else 0)
PYTHON
