#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The C and C++ files are as clang-format would write them (`make fmt` makes them so), and no line
# is over 100 columns but in tables aligned by hand, between `clang-format off` and `on`.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v clang-format-14 >/dev/null || { echo "skipped: no clang-format-14"; exit 77; }

status=0
while IFS= read -r -d '' file; do
    clang-format-14 --style=file "$file" |
        diff -u --label "$file" --label "$file, formatted" "$file" - | head -20 || status=1
done < <(tools/formatted.sh -0)

tools/formatted.sh -0 | xargs -0 -r python3 -c '
import sys
long = 0
for path in sys.argv[1:]:
    by_hand = False
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        by_hand = "clang-format off" in line or by_hand and "clang-format on" not in line
        if len(line.rstrip("\n")) > 100 and not by_hand:
            print(f"{path}:{number}: {len(line) - 1} columns, the limit is 100")
            long = 1
sys.exit(long)' || status=1
exit "$status"
