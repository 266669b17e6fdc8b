#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Functions stay short.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 tools/fnlen.py
