#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# fuzz.sh SECONDS [NOUN] -- runs build-fuzz/fuzz/fuzz_NOUN, or every target in turn.
#
# What is found grows in build-fuzz/corpus/NOUN; fuzz/seeds/NOUN is read and never written. A crash
# is left in build-fuzz/crash-NOUN-*: once understood it belongs among the seeds.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?usage: tools/fuzz.sh SECONDS [NOUN]}
if [ -n "${2:-}" ]; then
    nouns=("$2")
else
    mapfile -t nouns < <(tools/sources.sh fuzz | sed 's|.*/fuzz_||; s|\.c$||')
fi

for noun in "${nouns[@]+"${nouns[@]}"}"; do
    program=build-fuzz/fuzz/fuzz_$noun
    [ -x "$program" ] || { echo "fuzz: there is no fuzz/fuzz_$noun.c" >&2; exit 2; }
    corpus=(build-fuzz/corpus/"$noun")
    mkdir -p "${corpus[0]}"
    [ ! -d fuzz/seeds/"$noun" ] || corpus+=(fuzz/seeds/"$noun")
    options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        -artifact_prefix="build-fuzz/crash-$noun-")
    [ ! -f fuzz/"$noun".dict ] || options+=(-dict=fuzz/"$noun".dict)
    echo "== $noun, $seconds s"
    "$program" "${options[@]}" "${corpus[@]}"
done
