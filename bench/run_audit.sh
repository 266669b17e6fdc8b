#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run_audit.sh -- what an audit of a large account costs, and that twice the account costs twice as much.
#
#     USERS=50000 BUILD=build bench/run_audit.sh [--check]
#
# The account has USERS users with four policies of their own each, a quarter of it is measured beside it.
# Both are made once and kept in ${TMPDIR:-/tmp}. --check fails when a requirement is missed. See
# bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."

USERS=${USERS:-50000} BUILD=${BUILD:-build} RUNS=${RUNS:-3}
[ "$#" -eq 0 ] || [ "$*" = --check ] || { echo "usage: bench/run_audit.sh [--check]" >&2; exit 2; }
[ -x "$BUILD/spoor" ] || { echo "$BUILD/spoor is missing: make build" >&2; exit 2; }

account() # USERS
{
    local where=${TMPDIR:-/tmp}/spoor-account-$1
    [ -d "$where" ] && return
    rm -rf "$where.new"
    python3 bench/gen_exports.py --users "$1" --policies 4 --out "$where.new"
    mv "$where.new" "$where"
}
account "$USERS"
account $((USERS / 4))

exec python3 - "$BUILD" "$USERS" "$RUNS" "${TMPDIR:-/tmp}" "$@" <<'PYTHON'
"""Runs both accounts, and the larger one without judging it."""
import sys

sys.path.insert(0, "bench")
from measure import medians, verdicts

BUILD, USERS, RUNS, TMP = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
CHECK = "--check" in sys.argv[5:]
MAX_GROWTH, MAX_KB_A_USER = 5.0, 16


def audit(users, *options):
    return [f"{BUILD}/spoor", "audit", "--quiet", "--now", "2026-06-01", *options,
            f"{TMP}/spoor-account-{users}"]


result = medians({"all": audit(USERS), "quarter": audit(USERS // 4),
                  "json": audit(USERS, "--format", "jsonl")}, RUNS)
print(f"{'':32}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}")
for name, row in ((f"{USERS} users", result["all"]), (f"{USERS // 4} users", result["quarter"]),
                  ("all, every verdict as JSON", result["json"])):
    print(f"{name:32}{row[0]:8.2f}{row[1]:8.2f}{row[2]:9.0f}")
all_met = verdicts([
    ("cpu of four times the account", result["all"][0] / result["quarter"][0], "<=", MAX_GROWTH),
    ("cpu of telling every verdict", result["json"][0] / result["all"][0], "<=", None),
    ("peak KB a user", result["all"][2] * 1024 / USERS, "<=", MAX_KB_A_USER),
])
sys.exit(1 if CHECK and not all_met else 0)
PYTHON
