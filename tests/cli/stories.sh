#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The harness of the stories sees what is wrong, and every story can be told: generated, read whole
# and scanned. What is made of them is in the report of `make stories`.
set -euo pipefail
: "${SPOOR:?the path of the program}"
[ "${FLAVOUR:-release}" = release ] || { echo "skipped: slow in this build"; exit 77; }
stories=$(cd "$(dirname "$0")/../stories" && pwd)

python3 "$stories/check.py" --spoor "$SPOOR" --harness
report=$(python3 "$stories/run.py" --spoor "$SPOOR" --report)
! grep -qE 'spoor failed|not all was read' <<<"$report" || { echo "$report"; exit 1; }
