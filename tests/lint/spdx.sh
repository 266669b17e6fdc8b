#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every source file begins with the licence line (a script: right after its #! line).
set -euo pipefail
cd "$(dirname "$0")/../.."

licence='SPDX-License-Identifier: Apache-2.0'
status=0
while IFS= read -r -d '' file; do
    case $file in
    *.c | *.h | *.cc | *.def | *.map) wanted="/* $licence" ;;
    *) wanted="# $licence" ;;
    esac
    found=$(sed -n '1{/^#!/n;p;q}' "$file")
    [[ $found == "$wanted"* ]] || { echo "$file: does not begin with: $wanted"; status=1; }
done < <(find . \
    -type d \( -name .git -o -name 'build*' -o -name node_modules -o -name golden -o -name seeds \) \
    -prune -o \
    -type f \( -name '*.[ch]' -o -name '*.cc' -o -name '*.def' -o -name '*.map' -o -name '*.py' \
    -o -name '*.sh' -o -name meson.build -o -name meson_options.txt -o -name Makefile \
    -o -path './.ci/run' -o -path './tools/*' ! -name '*.pyc' \) -print0)
exit "$status"
