#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the packages that building and testing ihp require and this machine lacks (Debian 12 and similar).
#
#   scripts/install-deps.sh --tests   for building, running and testing
#   scripts/install-deps.sh           without the tests (cmake -DBUILD_TESTING=OFF)
#
# It prints what it installs. If nothing is missing, it does nothing and requires neither network nor root.
set -euo pipefail

build_packages=(
    build-essential cmake ninja-build pkg-config
    libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
    libyaml-dev libjansson-dev libcsv-dev libxxhash-dev zlib1g-dev libarchive-dev
    libgsl-dev librandom123-dev libsmartcols-dev libreadstat-dev libxlsxwriter-dev
    libisal-dev # gzip files several times faster; without it zlib reads them
    gnuplot-nox # the pictures of ihp report; without it the report has tables alone
)
test_packages=(
    libcmocka-dev python3 hdf5-tools zstd slurm-wlm munge man-db zsh
    clang libclang-rt-dev clang-format shellcheck cppcheck
    python3-h5py python3-pandas r-base-core r-cran-hdf5r # the examples of docs/reading-results.md
)

fail() {
    echo "install-deps: error: $*" >&2
    exit 1
}

packages=("${build_packages[@]}")
case "${1-}" in
    '') ;;
    --tests) packages+=("${test_packages[@]}") ;;
    *) fail "unknown option '$1'; the only option is --tests" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is not a Debian-like system (it has no dpkg and apt-get); install the contents of these" \
        "Debian packages by hand: ${packages[*]}"
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) || state=none
    if [[ $state != installed ]]; then
        missing+=("$package")
    fi
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
    command -v sudo >/dev/null ||
        fail "these packages are missing, and installing them requires root or sudo: ${missing[*]}"
    as_root=(sudo "${as_root[@]}")
fi

# A new machine has no package lists, and another may have old ones.
echo "install-deps: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq || fail "the package lists cannot be fetched (apt-get update); check the network"
"${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" ||
    fail "these packages cannot be installed: ${missing[*]}"
