#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Packs driftscope-cli with what it needs into a tar.gz for machines that have PyTorch and nothing else of ours: no Qt, no
# package registry. There, after unpacking:
#   driftscope/driftscope-cli ...            any command, with the libtorch of the machine's own PyTorch
#   driftscope/check.sh [--model FOLDER]     scores against references and measures, on the GPU where there is one
# libtorch's C++ interface changes between versions: build against the version that the machine has (setup.sh --libtorch
# DIR, or LIBTORCH_DIR=DIR with the folder of any wheel's torch/); the launcher says so if they differ.
# Usage: packaging/bundle.sh [OUT.tar.gz]; DRIFTSCOPE_PRESET and DRIFTSCOPE_BUILD choose another preset or build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=packaging/build.sh
. packaging/build.sh

out=${1:-build/driftscope-bundle.tar.gz}
preset=${DRIFTSCOPE_PRESET:-core-only}
build=${DRIFTSCOPE_BUILD:-build/$preset}
if [[ -z ${DRIFTSCOPE_BUILD:-} ]]; then build_preset "$preset" driftscope-cli; fi
program=$(find "$build" -name driftscope-cli -type f -perm -u+x | head -n 1)
[[ -n $program ]] || { echo "bundle: there is no driftscope-cli in $build" >&2; exit 1; }

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/driftscope
mkdir -p "$bundle/bin" "$bundle/lib" "$bundle/compiler" "$bundle/references" "$bundle/peers"
cp "$program" "$bundle/bin/"
strip "$bundle/bin/driftscope-cli"

# All shared libraries but those of PyTorch, of NVIDIA and of the C library, which must be the machine's own. The
# compiler's lie apart: the launcher takes them only where the machine's are older.
ldd "$program" | awk '$3 ~ /^\// {print $3}' | sort -u | while read -r library; do
    case $(basename "$library") in
        libtorch*|libc10*|libgomp*|libcu*|libnv*|libshm*) ;;
        libc.so*|libm.so*|libdl.so*|librt.so*|libpthread.so*|ld-linux*) ;;
        libstdc++.so*|libgcc_s.so*) cp -L "$library" "$bundle/compiler/" ;;
        *) cp -L "$library" "$bundle/lib/" ;;
    esac
done

cp -r tests/data/checkpoints/{llama,llama3-rope,smollm2-like} "$bundle/references/"
cp tests/bench/peers/*.py tests/bench/peers/README.md "$bundle/peers/"
cp packaging/bundle/driftscope-cli packaging/bundle/check.sh packaging/bundle/check.py "$bundle/"
cp LICENSE "$bundle/"
grep -o 'libtorch-[0-9.]*[0-9]' "$build/CMakeCache.txt" | head -n 1 | sed 's/libtorch-//' > "$bundle/torch-version" || true
version_file=$(awk -F= '/^LIBTORCH_DIR:/ {print $2}' "$build/CMakeCache.txt")/version.py
[[ -f $version_file ]] && sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$version_file" > "$bundle/torch-version"

mkdir -p "$(dirname "$out")"
tar -C "$stage" -czf "$out" driftscope
echo "$out: $(du -h "$out" | cut -f1), built with libtorch $(cat "$bundle/torch-version")"
