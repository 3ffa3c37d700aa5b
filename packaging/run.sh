#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and runs two experiments, "Drift, seen" (the bundled tiny model on planted data) and MovieLens-100K with
# SmolLM2-135M; writes their tables and figures, then opens the window on the first if there is a display. Run again: goes
# on where it was, or shows the finished runs. DRIFTSCOPE_PRESET chooses another preset than release.
# Usage: packaging/run.sh [options of setup.sh]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/setup.sh "$@"
# shellcheck source=packaging/build.sh
. packaging/build.sh
preset=${DRIFTSCOPE_PRESET:-release}
build_preset "$preset" driftscope driftscope-cli

results=${XDG_DATA_HOME:-$HOME/.local/share}/driftscope/results
bin=build/$preset/bin

# Runs an experiment, or goes on with it; leaves its table and figures in a folder and its number in $run.
run_experiment() {
    local folder=$results/$1
    mkdir -p "$folder"
    "$bin/driftscope-cli" run "resources/experiments/$1.json" --resume --figures "$folder" | tee "$folder/table.txt"
    run=$(sed -n '1s/^Run \([0-9]*\):.*/\1/p' "$folder/table.txt")
    echo "Table and figures (PDF, SVG, PNG, CSV): $folder"
}

run_experiment drift-seen
shown=$run
"$bin/driftscope-cli" recovery "$shown" --reference oracle | tee "$results/drift-seen/recovery.txt"
run_experiment movielens-smollm2

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$bin/driftscope" --run "$shown"
fi
echo "No display: the window is left out. With one: $bin/driftscope --run $shown"
