#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds, runs the MovieLens experiment with SmolLM2-135M, writes its table and figures, then opens the window on
# that run if there is a display. Run again: goes on where it was, or shows the finished run.
# DRIFTSCOPE_PRESET chooses another preset than release. Usage: packaging/run.sh [options of setup.sh]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/setup.sh "$@"
# shellcheck source=packaging/build.sh
. packaging/build.sh
preset=${DRIFTSCOPE_PRESET:-release}
build_preset "$preset" driftscope driftscope-cli

results=${XDG_DATA_HOME:-$HOME/.local/share}/driftscope/results/movielens-smollm2
bin=build/$preset/bin
mkdir -p "$results"
"$bin/driftscope-cli" run resources/experiments/movielens-smollm2.json --resume --figures "$results" | tee "$results/table.txt"
echo "Table and figures (PDF, SVG, PNG, CSV): $results"

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$bin/driftscope" --run last
fi
echo "No display: the window is left out. With one: $bin/driftscope --run last"
