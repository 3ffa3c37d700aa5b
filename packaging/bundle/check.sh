#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Scores against references and measures, on this machine's GPU where there is one. See check.py --help.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "${PYTHON:-python3}" "$here/check.py" "$@"
