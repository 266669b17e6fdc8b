#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Which inputs are read: files, trees with hidden files and links, patterns, standard input, fifos;
# and what cannot be read ends nothing and is exit code 3.
set -euo pipefail
. "$(dirname "$0")/helper.bash"

scan() # CODE, PATHS
{
    local code=$1
    shift
    run "$code" scan --format jsonl --quiet "$@"
}

trail 1 >one.json
trail 2 3 >two.json
mkdir -p tree/deep/er tree/.hidden
trail 4 >tree/deep/er/four.json
trail 5 >tree/.hidden/.five.json
trail 6 | gzip >tree/six.json.gz

# One file; two; one named three ways is read once.
scan 0 one.json
is 1 's["files"]'
is 1 's["events"]'
scan 0 one.json two.json
is 3 's["events"]'
scan 0 one.json two.json ./one.json .//one.json
is 2 's["files"]'
is 0 's["duplicates"]'

# A tree: hidden files, compressed ones, a link to a file; no link to a directory, so no circle.
scan 0 tree
is 3 's["events"]'
ln -s ../two.json tree/link.json
ln -s ../tree tree/circle
scan 0 tree/
is 5 's["events"]'
has "$err" "spoor: tree/circle: a symbolic link to a directory: not followed"
scan 0 .
is 6 's["events"]'
# The threads take turns as they like; the findings do not tell.
cp "$out" "$work/four"
for jobs in 1 2 7; do
    scan 0 --jobs "$jobs" .
    diff <(sed 's/"seconds":[^,}]*//' "$out") <(sed 's/"seconds":[^,}]*//' "$work/four") ||
        fail "--jobs $jobs changes the findings"
done

# Patterns are expanded when no file is called so.
scan 0 '*.json'
is 3 's["events"]'
scan 0 'tree/de*/*/*.json'
is 1 's["events"]'
trail 7 >'od[d]*.json'
scan 0 'od[d]*.json'
is 1 's["events"]'
scan 3 'no*thing.json' one.json
is 1 's["events"]'
has "$err" "spoor: no*thing.json: no file matches this pattern"

# Standard input, plain and compressed; a file called "-".
scan 0 - <two.json
is 2 's["events"]'
gzip <two.json >"$work/two.gz"
scan 0 - <"$work/two.gz"
is 2 's["events"]'
trail 8 >-
scan 0 ./- </dev/null
is 1 's["events"]'
rm ./-

# A fifo that is named is read; one in a tree would block and is not.
mkfifo pipe
cat one.json >pipe &
scan 0 pipe
is 1 's["events"]'
wait
scan 0 .
has "$err" "spoor: pipe: a fifo, not a file"
rm pipe

# Missing, dangling: the rest is read, the message says which, the findings have it too.
scan 3 one.json missing.json
is 1 's["events"]'
is 1 's["files_failed"]'
has "$err" "spoor: missing.json: No such file or directory"
has "$out" '"missing.json"'
ln -s nowhere tree/dangling.json
scan 3 tree
has "$err" "spoor: tree/dangling.json: No such file or directory"
is 5 's["events"]'
rm tree/dangling.json
if [ "$(id -u)" != 0 ]; then
    mkdir closed && chmod 0 closed
    scan 3 closed one.json
    has "$err" "spoor: closed: Permission denied"
    is 1 's["events"]'
    rmdir closed
fi
# Errors come in the order of the paths, whatever the order on the command line.
scan 3 zzz one.json aaa
[ "$(cut -d' ' -f2 "$err" | tr -d '\n')" = "aaa:zzz:" ] || fail "order of messages"

# Nothing at all is not an error.
mkdir empty
scan 0 empty
is 0 's["files"]'
run 0 scan --quiet empty
has "$out" "No audit events were found"

# Any JSON, when asked for.
printf '{"id":"a","time":"2026-01-02T03:04:05Z","x":1}\n' >any.log
scan 0 --input-format json any.log
is 1 's["events"]'
