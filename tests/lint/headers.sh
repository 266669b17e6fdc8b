#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every header compiles alone and twice, as C17; one that speaks C++ (extern "C") also as C++17. The
# public header compiles as C99, C17 and C++17 in the strictest mode. Every C file names the system
# headers it needs: it compiles without the force-included base/banned.h, which brings some along.
set -euo pipefail
cd "$(dirname "$0")/../.."

common=(-fsyntax-only -D_GNU_SOURCE -Wall -Wextra -Werror)
status_file="${TMPDIR:-/tmp}/headers.$$"
trap 'rm -f "$status_file"' EXIT

try() # WHAT COMPILER FLAGS... ; reads the text from stdin
{
    local what=$1
    shift
    "$@" "${common[@]}" - || { echo "$what: does not compile"; echo bad >>"$status_file"; }
}

twice()
{
    printf '#include "%s"\n#include "%s"\n' "$1" "$1"
}

for tree in lib app; do
    [ -d "$tree" ] || continue
    while IFS= read -r file; do
        name=${file#"$tree"/}
        [ "$name" != base/banned.h ] || continue
        twice "$name" | try "$file" gcc -x c -std=gnu17 -I"$tree" -Iinclude
        grep -q __cplusplus "$file" || continue
        twice "$name" | try "$file as C++" g++ -x c++ -std=gnu++17 -I"$tree" -Iinclude
    done < <(find "$tree" -name '*.h' | sort)
    while IFS= read -r file; do
        try "$file without banned.h" gcc -x c -std=gnu17 -I"$tree" -Iinclude <"$file"
    done < <(find "$tree" -name '*.c' | sort)
done

if [ -f include/spoor/spoor.h ]; then
    common=(-fsyntax-only -Wall -Wextra -Werror -pedantic -Wshadow -Iinclude)
    for compiler in 'gcc -x c -std=c99' 'gcc -x c -std=c17' 'g++ -x c++ -std=c++17' \
        'clang-14 -x c -std=c99' 'clang++-14 -x c++ -std=c++17'; do
        read -r -a words <<<"$compiler"
        command -v "${words[0]}" >/dev/null || continue
        twice spoor/spoor.h | try "spoor.h with $compiler" "${words[@]}"
    done
fi
[ ! -s "$status_file" ]
