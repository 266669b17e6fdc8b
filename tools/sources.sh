#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# sources.sh -- which files belong to a part of the build, so that adding a file is no edit to it.
#
# Prints paths relative to the project, sorted, one a line; nothing for a part that has no files.
# `sources.sh all` prints every part: tools/configure compares it with the last run.
# `sources.sh link FILE` prints the linker options that a test asks for near its top, as in
# /* link: --wrap=malloc --wrap=calloc */.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

list() # DIRECTORY PATTERN [MORE FIND TESTS]
{
    local dir=$1 pattern=$2
    shift 2
    [ -d "$dir" ] || return 0
    find "$dir" -type f -name "$pattern" "$@" | sort
}

part()
{
    case $1 in
    lib) list lib '*.c'; list lib '*.cc' ;;
    app) list app '*.c' ! -name main.c ;;
    main) list app main.c ;;
    unit) list tests/unit 'test_*.c' ;;
    prop) list tests/prop 'test_*.c' ;;
    support) list tests/support '*.c' ;;
    fuzz) list fuzz 'fuzz_*.c' ;;
    bench) list bench 'bench_*.c'; list bench gen.c ;;
    bench_cpp) list bench 'bench_*.cc' ;;
    public) list include/spoor '*.h' ;;
    *) echo "sources.sh: no part called '$1'" >&2; return 2 ;;
    esac
}

link_options() # FILES
{
    sed -n 's|^/\* link: \(.*\) \*/$|\1|p' "$@" | tr -s ' ' '\n' | sed 's|^--|-Wl,--|'
}

[ $# -ge 1 ] || { echo "usage: tools/sources.sh PART" >&2; exit 2; }
case $1 in
link) link_options "$2" ;;
all)
    for name in lib app main unit prop support fuzz bench bench_cpp public; do
        part "$name"
    done
    { part unit; part prop; } | while read -r test; do
        link_options "$test"
    done
    ;;
*) part "$1" ;;
esac
