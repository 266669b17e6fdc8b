#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# formatted.sh [-0] -- the files that clang-format decides about, one a line (or NUL-separated).
set -euo pipefail
cd "$(dirname "$0")/.."

end=-print
[ "${1:-}" != -0 ] || end=-print0
for dir in lib app include tests fuzz bench examples; do
    [ -d "$dir" ] || continue
    find "$dir" -type f \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) "$end"
done
