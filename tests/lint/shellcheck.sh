#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Shell scripts parse, and shellcheck (where there is one) has nothing to say.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t scripts < <(grep -rlI -m1 '^#!/bin/\(ba\)\?sh' . \
    --exclude-dir=.git --exclude-dir='build*' --exclude-dir=node_modules | sort)
for script in "${scripts[@]}"; do
    bash -n "$script"
done
command -v shellcheck >/dev/null ||
    { echo "${#scripts[@]} scripts parse (no shellcheck here)"; exit 0; }
shellcheck --severity=style -x -P SCRIPTDIR --exclude=SC1091 "${scripts[@]}"
