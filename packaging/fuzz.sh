#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the fuzz targets (tests/fuzz) one after another under libFuzzer; needs clang, neither Qt nor libtorch.
# What was learnt stays in build/fuzz/corpus; an input that fails is written to build/fuzz/NAME-crash-... and ends the run.
# Usage: packaging/fuzz.sh [SECONDS a target, 600] [TARGET...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-600}
[[ $seconds =~ ^[0-9]+$ ]] || { sed -n '/^# Usage/s/^# //p' "$0" >&2; exit 2; }
targets=("${@:2}")
((${#targets[@]})) || targets=(safetensors gguf tokenizer config adapter prompt)
command -v clang++ >/dev/null || { echo "fuzz: clang++ is missing: sudo apt-get install clang" >&2; exit 1; }

# shellcheck source=packaging/build.sh
. packaging/build.sh
build_preset fuzz
for target in "${targets[@]}"; do
    learnt=build/fuzz/corpus/$target
    mkdir -p "$learnt"
    echo "fuzz: $target for $seconds s"
    # No input is longer than 128 KB: one allocation of 64 MB, or 1 GB in all, is far more than it can ask for.
    build/fuzz/tests/bin/fuzz_"$target" "$learnt" "tests/fuzz/corpus/$target" -dict="tests/fuzz/$target.dict" \
        -max_total_time="$seconds" -max_len=131072 -timeout=20 -malloc_limit_mb=64 -rss_limit_mb=1024 \
        -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 2> "build/fuzz/$target.log" ||
        { tail -n 40 "build/fuzz/$target.log" >&2; exit 1; }
    grep -E '^(Done|stat::number_of_executed_units)' "build/fuzz/$target.log"
    grep ' cov: ' "build/fuzz/$target.log" | tail -n 1
done
