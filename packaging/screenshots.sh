#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes pictures of every page, empty, loaded, running and in error, at 1100x700 and 1920x1080, light and dark, with sheets
# of all pages, and lists what is cut or overlaps. Needs no display. The bundled model ranks; with --fake-model a stand-in.
# DRIFTSCOPE_PRESET chooses another preset than release.
# Usage: packaging/screenshots.sh [FOLDER (default: build/screenshots)] [--fake-model] [--one-look]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=packaging/build.sh
. packaging/build.sh
preset=${DRIFTSCOPE_PRESET:-release}
build_preset "$preset" driftscope_windowpictures driftscope-engine

folder=build/screenshots
if [[ $# -gt 0 && $1 != -* ]]; then
    folder=$1
    shift
fi
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} "build/$preset/bin/driftscope_windowpictures" "$folder" "$@"
