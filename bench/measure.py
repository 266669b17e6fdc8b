# SPDX-License-Identifier: Apache-2.0
"""What the scripts here share: running candidates in turn, and saying what was required.

Candidates run interleaved, so that a machine that slows down slows all of them.
"""
import os
import statistics
import subprocess
import sys
import time


def run(argv, stdin_path=os.devnull, stdout_path=os.devnull):
    """(cpu seconds, wall seconds, peak MB) of one run."""
    with open(stdin_path, "rb") as given, open(stdout_path, "wb") as taken:
        start = time.monotonic()
        child = subprocess.Popen(argv, stdin=given, stdout=taken, stderr=subprocess.PIPE)
        complaint = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(argv)} failed: {complaint.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def medians(candidates, rounds, stdin_path=os.devnull):
    """{key: [cpu, wall, peak]} of {key: argv}, after one round that warms the page cache."""
    for argv in candidates.values():
        run(argv, stdin_path)
    taken = {key: [] for key in candidates}
    for _ in range(rounds):
        for key, argv in candidates.items():
            taken[key].append(run(argv, stdin_path))
    return {key: [statistics.median(column) for column in zip(*rows)]
            for key, rows in taken.items()}


def facts(directory):
    """What the generator said: bytes, records and the like."""
    with open(f"{directory}/facts", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {row[0]: float(row[1]) for row in rows if row[0] != "story"}


def verdicts(rows):
    """Prints measured beside required, for (name, value, "<=" or ">=", limit); are all met?"""
    print(f"\n{'':32}{'measured':>10}   required")
    all_met = True
    for name, value, sense, limit in rows:
        met = limit is None or (value <= limit if sense == "<=" else value >= limit)
        all_met = all_met and met
        wanted = "" if limit is None else f"{sense} {limit:<6}{'met' if met else 'MISSED'}"
        print(f"{name:32}{value:10.2f}   {wanted}".rstrip())
    return all_met
