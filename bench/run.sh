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

SIZE=${SIZE:-256M}
BUILD=${BUILD:-build}
RUNS=${RUNS:-3}
[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run.sh [--check]" >&2; exit 2; }

dir=${TMPDIR:-/tmp}/spoor-bench-$SIZE
tree=$dir/tree

die() { echo "run.sh: $*" >&2; exit 1; }

for program in spoor bench/gen bench/bench_parse; do
    [ -x "$BUILD/$program" ] || die "$BUILD/$program is missing: run make first"
done
command -v igzip >/dev/null || die "igzip is missing: install the package isal"
command -v python3 >/dev/null || die "python3 is missing"

# Made under another name and moved, so that a broken run leaves nothing that looks complete. The
# generator's own sum is part of the name's meaning: another generator makes another archive.
stamp=$(cksum <"$BUILD/bench/gen")
if [ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ]; then
    echo "making $SIZE of logs in $dir" >&2
    rm -rf "$dir" "$dir.new"
    mkdir -p "$dir.new"
    "$BUILD/bench/gen" --size "$SIZE" --seed 1 --out "$dir.new/tree" >"$dir.new/facts"
    mv "$dir.new" "$dir"
    find "$tree" -name '*.json.gz' | LC_ALL=C sort >"$dir/list"
    echo "$stamp" >"$dir/stamp"
fi

exec python3 - "$BUILD" "$dir" "$RUNS" "$@" <<'PYTHON'
"""Runs the candidates in turn, several times, and prints the medians side by side."""
import os
import statistics
import subprocess
import sys
import time

BUILD, DIR, RUNS = sys.argv[1], sys.argv[2], int(sys.argv[3])
CHECK = "--check" in sys.argv[4:]
MAX_CPU_RATIO, MIN_SPEEDUP, MAX_RSS_MB = 3.0, 1.7, 300


def scan(jobs):
    return [f"{BUILD}/spoor", "scan", "--jobs", str(jobs), "--format", "jsonl", f"{DIR}/tree"]


# The list is text, so what is inside one shell costs two processes, not one for each file.
CANDIDATES = {
    "a": ("igzip -dc", ["xargs", "-d", "\n", "igzip", "-dc"]),
    "b": ("inflate + simdjson", [f"{BUILD}/bench/bench_parse"]),
    "c": ("scan --jobs 1", scan(1)),
    "d": ("scan --jobs 2", scan(2)),
}


def run(name, argv):
    """(cpu seconds, wall seconds, peak MB) of one run; output is thrown away."""
    with open(f"{DIR}/list", "rb") as names, open(os.devnull, "wb") as nowhere:
        start = time.monotonic()
        child = subprocess.Popen(argv, stdin=names, stdout=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"run.sh: {name} failed: {' '.join(argv)}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def facts():
    """What the generator said: bytes, records and the like."""
    with open(f"{DIR}/facts") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {row[0]: float(row[1]) for row in rows if row[0] != "story"}


def medians():
    for name, argv in CANDIDATES.values():  # warms the page cache
        run(name, argv)
    taken = {key: [] for key in CANDIDATES}
    for _ in range(RUNS):
        for key, (name, argv) in CANDIDATES.items():
            taken[key].append(run(name, argv))
    return {key: [statistics.median(column) for column in zip(*rows)]
            for key, rows in taken.items()}


def table(result, told):
    print(f"{told['bytes'] / 1e6:.0f} MB of JSON, {told['records']:.0f} records in "
          f"{told['files']:.0f} files, gzip {told['gzip_ratio']:.1f} : 1; "
          f"medians of {RUNS} interleaved runs, warm cache, {os.cpu_count()} processors\n")
    print(f"{'':24}{'cpu s':>8}{'wall s':>8}{'MB/s':>8}{'events/s':>11}{'peak MB':>9}")
    for key, (name, _) in CANDIDATES.items():
        cpu, wall, peak = result[key]
        print(f"({key}) {name:20}{cpu:8.2f}{wall:8.2f}{told['bytes'] / 1e6 / wall:8.0f}"
              f"{told['records'] / wall:11.0f}{peak:9.0f}")


def verdicts(result):
    """Prints measured beside required; whether all is met."""
    cpu = {key: row[0] for key, row in result.items()}
    speedup = result["c"][1] / result["d"][1]
    rows = [
        ("cpu c/a", cpu["c"] / cpu["a"], "<=", MAX_CPU_RATIO),
        ("cpu c/b", cpu["c"] / cpu["b"], "", None),
        ("wall c/d", speedup, ">=", MIN_SPEEDUP),
        ("peak MB of c", result["c"][2], "<=", MAX_RSS_MB),
        ("peak MB of d", result["d"][2], "<=", MAX_RSS_MB),
    ]
    print(f"\n{'':24}{'measured':>10}   required")
    all_met = True
    for name, value, sense, limit in rows:
        met = limit is None or (value <= limit if sense == "<=" else value >= limit)
        all_met = all_met and met
        wanted = "" if limit is None else f"{sense} {limit:<6}{'met' if met else 'MISSED'}"
        print(f"{name:24}{value:10.2f}   {wanted}".rstrip())
    return all_met


result = medians()
table(result, facts())
if not verdicts(result) and CHECK:
    sys.exit(1)
PYTHON
