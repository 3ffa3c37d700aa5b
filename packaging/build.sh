# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced by run.sh and test.sh: configures and builds a preset in build/PRESET.
build_preset() { # preset, targets (none = all)
    local preset=$1
    mkdir -p build
    shift
    cmake --preset "$preset" ${LIBTORCH_DIR:+-DLIBTORCH_DIR="$LIBTORCH_DIR"} > "build/configure-$preset.log" 2>&1 || {
        cat "build/configure-$preset.log" >&2
        return 1
    }
    cmake --build "build/$preset" ${1:+--target "$@"}
}
