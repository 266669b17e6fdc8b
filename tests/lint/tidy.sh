#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy has nothing to say (.clang-tidy holds the choice of checks). Tests are spared the
# analyzer: it does not know that a cmocka assertion ends the case. One file a process: with
# several, clang-tidy 14 takes every va_list of the second and later ones for uninitialised.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v clang-tidy-14 >/dev/null || { echo "skipped: no clang-tidy-14"; exit 77; }

build=${BUILD:-build}
[ -f "$build/compile_commands.json" ] || { echo "nothing is built: run make first"; exit 1; }

# What gcc is told and clang does not know.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed 's/ -mstringop-strategy=[a-z]*//g' "$build/compile_commands.json" >"$commands/compile_commands.json"

tidy() # DIRECTORIES -- MORE OPTIONS
{
    local dirs=()
    while [ "$1" != -- ]; do
        [ ! -d "$1" ] || dirs+=("$1")
        shift
    done
    shift
    [ ${#dirs[@]} -gt 0 ] || return 0
    find "${dirs[@]}" -name '*.c' -print0 | sort -z |
        xargs -0 -r -P 2 -n 1 clang-tidy-14 -p "$commands" --quiet --extra-arg=-Wno-unknown-warning-option "$@" \
            2> >(grep -v 'warnings\? generated\|^Suppressed\|^Use -header-filter' >&2)
}

tidy lib app fuzz bench --
tidy tests -- --checks='-clang-analyzer-*'
