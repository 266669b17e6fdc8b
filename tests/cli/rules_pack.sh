#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The rules that come with spoor: all of them compile without a warning, have what a reader of a
# finding needs, and find what the cases in tests/rules say, no more and no less.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/cli/helper.bash"

"$SPOOR" rules check --help >/dev/null 2>&1 && "$SPOOR" rules test --help >/dev/null 2>&1 || exit 77

run 0 rules check "$root/rules" --strict
run 0 rules test --quiet "$root"/tests/rules/*.yml

# Every rule is a document of its own file, has its cases, and says who it is.
ids=$work/ids
: >"$ids"
for rule in "$root"/rules/*/*.yml; do
    name=${rule#"$root"/rules/}
    name=${name%.yml}
    test=$root/tests/rules/${name/\//_}.yml
    [ -f "$test" ] || fail "no cases for $name: $test"
    for key in title id name status description author date tags falsepositives level; do
        grep -q "^$key:" "$rule" || fail "$name has no $key"
    done
    [ "$(grep -c '^title:' "$rule")" = 1 ] || fail "$name is not one rule"
    grep -q 'attack\.t[0-9]' "$rule" || fail "$name names no technique"
    sed -n 's/^\(id\|name\|title\): //p' "$rule" >>"$ids"
done
[ -s "$ids" ] || fail "there are no rules"
[ -z "$(sort "$ids" | uniq -d)" ] || fail "used twice: $(sort "$ids" | uniq -d)"

# No cases without a rule.
for test in "$root"/tests/rules/*.yml; do
    name=$(basename "$test" .yml)
    [ -f "$root/rules/${name/_/\/}.yml" ] || fail "no rule for the cases $name"
done
