#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Wrong usage is exit code 2 with one line on standard error that names the mistake and the way out;
# what --help prints is what the parser takes.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

wrong() # MESSAGE, ARGUMENTS
{
    local message=$1
    shift
    run 2 "$@"
    has "$err" "$message"
    [ ! -s "$out" ] || fail "spoor $*: wrote to standard output"
    [ "$(wc -l <"$err")" = 1 ] || fail "spoor $*: not one line of message"
}

wrong "no command is called 'sacn', did you mean 'scan'?" sacn
wrong "no command is called 'frobnicate'; see" frobnicate
wrong "no option is called '--frmat', did you mean '--format'?" scan --frmat table .
wrong "no option is called '--zzzzzz'; see 'spoor scan --help'" scan --zzzzzz .
wrong "no option is called '-x'" scan -x .
wrong "scan takes the paths of logs" scan
wrong "scan takes the paths of logs" scan --quiet --
wrong "--format takes table|jsonl, not 'xml'" scan --format xml .
wrong "--fail-on takes informational|low|medium|high|critical, not 'bad'" scan --fail-on=bad .
wrong "--jobs takes a number from 1 to 64, not '0'" scan --jobs 0 .
wrong "--jobs takes a number from 1 to 64, not '65'" scan -j65 .
wrong "--jobs takes a number from 1 to 64, not '4x'" scan -j 4x .
wrong "--memory takes a size like 64M, not '64Q'" scan --memory 64Q .
wrong "--memory takes a size like 64M, not '99999999999T'" scan --memory 99999999999T .
wrong "a value is missing behind '--output'" scan . --output
wrong "a value is given to an option that takes none: '--quiet=yes'" scan --quiet=yes .
wrong "no table is called 'stage', did you mean 'stages'?" list stage
wrong "list takes the name of one table" list
wrong "list takes the name of one table" list stages fields
wrong "version takes nothing" version now
# The message shows hostile arguments, and does not send them to the terminal.
wrong "no command is called '\\x1b[31mscan'" $'\033[31mscan'

run 2
has "$err" "Usage: spoor COMMAND"
run 0 --help
for command in scan rules list version help; do
    has "$out" "  $command"
done

run 0 scan --help
cp "$out" "$work/help"
run 0 help scan
cmp -s "$out" "$work/help" || fail "'help scan' and 'scan --help' differ"
run 0 scan missing --help --zzz # asking for help is never an error
for option in format output min-level fail-on rules pipeline placeholders rule-level tags no-builtin \
    no-chains state exports now learn input-format jobs memory color quiet help; do
    has "$work/help" "--$option"
done
has "$work/help" "Examples:"
has "$work/help" "Exit code:"
[ "$(awk 'length > 100' "$work/help" | wc -l)" = 0 ] || fail "the help is wider than 100 columns"

run 0 --version
grep -qxE 'spoor [0-9]+\.[0-9]+\.[0-9]+' "$out" || fail "version line"
run 0 version
