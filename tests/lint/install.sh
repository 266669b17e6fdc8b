#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What `meson install` leaves is enough for an embedder: a C program that has only the installed
# files compiles, links against the shared and against the static library, and runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=${BUILD:-build}
if [ ! -f include/spoor/spoor.h ] || [ ! -f "$build/libspoor.so" ]; then
    echo "skipped: no library yet"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/root meson install -C "$build" --no-rebuild --quiet
pc=$(find "$work/root" -name spoor.pc)
[ -n "$pc" ] || { echo "no spoor.pc was installed"; exit 1; }
libdir=$(dirname "$(dirname "$pc")")
prefix=$(dirname "$libdir")
export PKG_CONFIG_PATH=${pc%/*}

# Takes the address of every public function: whatever they do, they link.
functions=$(nm -D --defined-only "$build/libspoor.so" |
    awk '$2 == "T" {print "(any_function *)" $NF ","}')
cat >"$work/embed.c" <<END
#include <spoor/spoor.h>
typedef void any_function(void);
any_function *volatile all[] = {$functions};
int arena_alloc(void); /* a clash with the inside of the library would show here */
int arena_alloc(void) { return 0; }
int main(void) { return all[0] ? arena_alloc() : 1; }
END

flags() # PKG-CONFIG OPTIONS
{
    pkg-config --define-variable=prefix="$prefix" --cflags --libs "$@" spoor
}
read -r -a shared < <(flags)
read -r -a static < <(flags --static)
gcc -Wall -Werror "$work/embed.c" "${shared[@]}" -o "$work/shared"
LD_LIBRARY_PATH=$libdir "$work/shared"
mkdir "$work/static-only"
cp "$libdir/libspoor.a" "$work/static-only"
static=("${static[@]/-L$libdir/-L$work/static-only}")
gcc -Wall -Werror "$work/embed.c" "${static[@]}" -o "$work/static"
"$work/static"
