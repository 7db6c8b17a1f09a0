#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building and testing ihp need and this machine lacks (Debian 12 and its like).
#
#   scripts/install-deps.sh --tests   for building, running and testing
#   scripts/install-deps.sh           without the tests (cmake -DBUILD_TESTING=OFF)
#
# Says what it installs. When all is there it does nothing, needs no network and no rights.
set -euo pipefail

build_packages=(
    build-essential cmake ninja-build pkg-config
    libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
    libyaml-dev libjansson-dev libcsv-dev libxxhash-dev zlib1g-dev
    libgsl-dev librandom123-dev libsmartcols-dev
)
test_packages=(libcmocka-dev python3 hdf5-tools slurm-wlm munge man-db zsh)

fail() {
    echo "install-deps: error: $*" >&2
    exit 1
}

wanted=("${build_packages[@]}")
case "${1-}" in
    '') ;;
    --tests) wanted+=("${test_packages[@]}") ;;
    *) fail "'$1' is no option; --tests is the only one" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is no Debian-like system (no dpkg and apt-get); install by hand what these packages of" \
        "Debian hold: ${wanted[*]}"
fi

missing=()
for package in "${wanted[@]}"; do
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
        fail "these packages are missing and installing them takes root or sudo: ${missing[*]}"
    as_root=(sudo "${as_root[@]}")
fi

# A bare machine has no package lists, one in use may have old ones.
echo "install-deps: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq || fail "the package lists could not be fetched (apt-get update)"
"${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" ||
    fail "installing did not succeed: ${missing[*]}"
