#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# --config reads the operator's settings; a file with an error is not used, and nothing is read that
# was not named.
set -euo pipefail
sample=$PWD/sample
. "$(dirname "$0")/helper.bash"

run 0 scan "$sample/logs/aws" --config "$sample/spoor.yml" --format jsonl --quiet
grep -q "vol-0daba5e0000000001 is part of it, which the settings call sensitive" "$out" ||
    fail "a sensitive volume is not told"

cd "$work"
printf 'sensitive: [vol-0daba5e0000000001]\n' >spoor.yml
run 0 scan "$sample/logs/aws" --format jsonl --quiet
! grep -q "the settings" "$out" || fail "a file that merely lies about was read"

printf 'regions: [a]\nsensitiv: [b]\n' >broken.yml
run 3 scan "$sample/logs/aws" --config broken.yml --quiet
has "$err" "broken.yml:2:1: the key \`sensitiv\` means nothing here; did you mean \`sensitive\`?"
has "$err" "broken.yml has errors: it is not used"
[ ! -s "$out" ] || fail "it was scanned all the same"

run 3 scan "$sample/logs/aws" --config nowhere.yml --quiet
has "$err" "nowhere.yml: "

run 0 list settings
has "$out" "trusted_accounts"
run 0 list benign --format jsonl
has "$out" '"case":"EC2 Auto Scaling"'
