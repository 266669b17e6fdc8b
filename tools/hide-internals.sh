#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# hide-internals.sh IN.a OUT.a -- a static library in which only spoor_* can be seen.
#
# One partial link binds the internal names to each other, then they become local: `arena_alloc`
# of an embedder does not meet ours. Section groups are dissolved first, because a local copy of an
# inline C++ function must not be dropped in favour of an embedder's copy of the same name.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: hide-internals.sh IN.a OUT.a" >&2; exit 2; }

object=$2.o
trap 'rm -f "$object"' EXIT
ld -r --force-group-allocation --whole-archive "$1" -o "$object"
objcopy --localize-hidden --wildcard --keep-global-symbol='spoor_*' "$object"
rm -f "$2"
ar rcsD "$2" "$object"
