#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Includes obey tools/layers.txt: the law of who may know whom.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 tools/layers.py
