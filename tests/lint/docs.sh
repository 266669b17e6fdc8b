#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The reference tables in docs/ are what the program lists.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x "${SPOOR:-build/spoor}" ] || { echo "skipped: no spoor yet"; exit 77; }
SPOOR=${SPOOR:-build/spoor} tools/docs --check
