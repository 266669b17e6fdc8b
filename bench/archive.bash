# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# archive.bash -- makes the archive that the scripts here measure on. Sourced, from the project's
# root, with SIZE and BUILD in the environment; sets dir, with tree/, list and facts in it.

SIZE=${SIZE:-256M}
BUILD=${BUILD:-build}
RUNS=${RUNS:-3}
dir=${TMPDIR:-/tmp}/spoor-bench-$SIZE
export PYTHONDONTWRITEBYTECODE=1

die() { echo "${0##*/}: $*" >&2; exit 1; }

# need PROGRAM...: what must have been built. Nothing here runs without python3.
need() {
    local program
    for program in "$@"; do
        [ -x "$BUILD/$program" ] || die "$BUILD/$program is missing: run make first"
    done
    command -v python3 >/dev/null || die "python3 is missing"
}

# Made under another name and moved, so that a broken run leaves nothing that looks complete. The
# generator's own sum is part of the name's meaning: another generator makes another archive.
make_archive() {
    local stamp
    stamp=$(cksum <"$BUILD/bench/gen")
    [ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ] || return 0
    echo "making $SIZE of logs in $dir" >&2
    rm -rf "$dir" "$dir.new"
    mkdir -p "$dir.new"
    "$BUILD/bench/gen" --size "$SIZE" --seed 1 --out "$dir.new/tree" >"$dir.new/facts"
    mv "$dir.new" "$dir"
    find "$dir/tree" -name '*.json.gz' | LC_ALL=C sort >"$dir/list"
    echo "$stamp" >"$dir/stamp"
}
