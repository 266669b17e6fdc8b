#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The harness of the stories sees what is wrong; told to spoor, every attack reaches its level in one
# incident with its links, and no daily work is taken for one. `make stories` does so with more seeds.
set -euo pipefail
: "${SPOOR:?the path of the program}"
[ "${FLAVOUR:-release}" = release ] || { echo "skipped: slow in this build"; exit 77; }
stories=$(cd "$(dirname "$0")/../stories" && pwd)

python3 "$stories/check.py" --spoor "$SPOOR" --harness
python3 "$stories/run.py" --spoor "$SPOOR" --seeds 2
