#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What the libraries show to a linker is what spoor.h declares, no more and no less; and no name is
# defined both in lib/ and in app/, since tests link the two together.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=${BUILD:-build}
header=include/spoor/spoor.h
if [ ! -f "$header" ] || [ ! -f "$build/libspoor.so" ]; then
    echo "skipped: no library yet"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Comments out, then the name before the first parenthesis of every SPOOR_API declaration.
gcc -fpreprocessed -dD -E -P -w "$header" | grep -v '^#' | tr '\n' ' ' |
    grep -oE '\bSPOOR_API\b[^;]*;' | grep -oE '\bspoor_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u >"$work/declared"
nm -D --defined-only "$build/libspoor.so" | awk '{print $NF}' | sort -u >"$work/so"
nm -g --defined-only "$build/libspoor.a" | awk 'NF == 3 {print $NF}' | sort -u >"$work/a"

status=0
complain() # TEXT FILE
{
    [ ! -s "$2" ] || { sed "s|^|$1: |" "$2"; status=1; }
}
for library in so a; do
    comm -13 "$work/declared" "$work/$library" >"$work/extra"
    comm -23 "$work/declared" "$work/$library" >"$work/lacking"
    complain "libspoor.$library shows what spoor.h does not declare" "$work/extra"
    complain "libspoor.$library lacks what spoor.h declares" "$work/lacking"
done

if [ -f "$build/app/libspoor_app.a" ]; then
    for archive in lib/libspoor_internal.a app/libspoor_app.a; do
        nm -g --defined-only "$build/$archive" 2>/dev/null |
            awk 'NF == 3 && $2 != "W" && $2 != "V" {print $NF}' | sort -u >"$work/$(basename "$archive")"
    done
    comm -12 "$work/libspoor_internal.a" "$work/libspoor_app.a" >"$work/both"
    complain "defined in lib/ and in app/" "$work/both"
fi
echo "$(wc -l <"$work/declared") public functions"
exit "$status"
