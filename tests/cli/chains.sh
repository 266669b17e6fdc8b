#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Lineage rules from the outside: found in the sample whatever the order, number of threads and
# repetitions; left out with --no-chains; explained; near misses told by `rules why` and asked for
# by `rules test`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/cli/helper.bash"

title='Copy of a disk reaches a new machine'
chains() { grep '"type":"chain"' "$out" | sed 's/"source":"[^"]*"//g'; }

# The same records in any order, twice, and on any number of threads.
find "$root/sample/logs/aws" -name '*.json' -print0 | sort -z | xargs -0 python3 -c '
import json, sys
records = [r for name in sys.argv[1:] for r in json.load(open(name))["Records"]]
for name, order in (("all.json", records), ("mixed.json", records[::-1] + records)):
    open(name, "w").writelines(json.dumps(r) + "\n" for r in order)
'
run 0 scan --no-builtin --rules "$root/rules" --format jsonl --jobs 1 all.json
has "$out" "$title"
chains >"$work/first"
[ "$(wc -l <"$work/first")" -ge 4 ] || fail 'the sample has few chains'
for jobs in 1 3; do
    for log in mixed.json "$root/sample/logs/aws"; do
        run 0 scan --no-builtin --rules "$root/rules" --format jsonl --jobs $jobs "$log"
        chains | cmp - "$work/first" || fail "other chains of $log with $jobs threads"
    done
done
grep -q '"chains":0' "$out" && fail 'the summary counts no chains'

# For people, and not at all.
run 0 scan all.json
has "$out" "$title"
run 0 scan --no-chains --format jsonl all.json
lacks "$out" '"type":"chain"'
lacks "$out" '"type":"incident"'
has "$out" '"type":"match"'

# Words.
run 0 rules explain "$title"
has "$out" 'joined when what disk was made from is what copy made'
has "$out" 'or when what vm made is what mount acted on'
has "$out" 'within: 7 d from the first event to the last'
run 0 rules list
has "$out" 'lineage'
run 0 rules why "$title" all.json
has "$out" 'disk.parent = copy.created: snapshot snap-0c0de000000000001'
grep -v RunInstances all.json >less.json
run 1 rules why "$title" less.json
has "$out" 'nearly found, 1 of 2 steps: no instance.create (vm) that is joined within 7 d'
run 1 rules why 'New account takes rights, copies a disk and makes a machine of it' less.json
has "$out" 'nearly found, 3 of 4 steps: no instance.create (vm)'
echo '{"a": 1}' >nothing.json
run 1 rules why "$title" nothing.json
has "$out" 'no event of this log can be a step of it'

# Cases ask for near misses.
cat >case.yml <<END
name: nearly
rules: ["$root/rules/chains/disk_copied_to_machine.yml"]
events: less.json
expect: {$title: 0}
near: {$title: no instance.create}
END
run 0 rules test case.yml
sed -i 's/no instance.create/no mount/' case.yml
run 1 rules test case.yml
has "$out" "near misses are: 1 of 2 steps: no instance.create (vm)"
sed -i "s/^near: .*/near: {Nothing: no mount}/" case.yml
run 1 rules test case.yml
has "$out" "no rule has the title or id 'Nothing'"
