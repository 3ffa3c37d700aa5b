#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and runs all tests; the last lines are ctest's. DRIFTSCOPE_PRESET chooses another preset than release.
# Usage: packaging/test.sh [options of setup.sh]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/setup.sh "$@"
# shellcheck source=packaging/build.sh
. packaging/build.sh
preset=${DRIFTSCOPE_PRESET:-release}
build_preset "$preset"
ctest --preset "$preset"
