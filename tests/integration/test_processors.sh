#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that bootstrap weights and weighted sums are the same on 64-bit ARM, which qemu emulates, as here with each set
# of instructions. It needs Debian's gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user, and is skipped without
# them.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for program in aarch64-linux-gnu-gcc qemu-aarch64 cc; do
    if ! command -v "$program" >/dev/null; then
        echo "skipped: $program is not installed"
        exit 77
    fi
done
if [ ! -e /usr/include/xxhash.h ] || [ ! -e /usr/include/Random123/philox.h ]; then
    echo "skipped: xxhash.h and Random123 are not in /usr/include"
    exit 77
fi

# These libraries are headers alone, which any compiler can use without the others of this machine.
mkdir "$work/include"
ln -s /usr/include/Random123 /usr/include/xxh*.h "$work/include"

# Builds the program with a compiler.
build() {
    local compiler=$1 name sources=("$IHP_SOURCE/tests/integration/sum_weights.c" "$IHP_SOURCE/src/base/error.c")
    shift
    for name in cell_sums cells loops loops_avx2 loops_avx512 loops_avx512vnni loops_plain sums weights; do
        sources+=("$IHP_SOURCE/src/resample/$name.c")
    done
    run "$compiler" -std=c11 -O3 -ffp-contract=off -D_POSIX_C_SOURCE=200809L -DXXH_INLINE_ALL "$@" \
        -I"$IHP_SOURCE/src" -I"$IHP_SOURCE/include" -I"$work/include" "${sources[@]}"
    ok "build with $compiler" succeeds
}

build cc -o "$work/here"
build aarch64-linux-gnu-gcc -static -o "$work/there"
run qemu-aarch64 "$work/there"
ok "64-bit ARM" succeeds
cut -d' ' -f2 "$out" >"$work/arm"
ok "there is a digest" [ "$(wc -c <"$work/arm")" = 17 ]
run "$work/here"
ok "here" succeeds
ok "here: same weights and sums" diff "$work/arm" <(cut -d' ' -f2 "$out")
IHP_INSTRUCTIONS=none run "$work/here"
ok "the names here" says "$err" "use one of "
read -r -a names <<<"$(sed 's/.*use one of //; s/, or do not.*//; s/,//g' "$err")"
for name in "${names[@]}"; do
    IHP_INSTRUCTIONS=$name run "$work/here"
    ok "$name: used" says "$out" "$name "
    ok "$name: same weights and sums" diff "$work/arm" <(cut -d' ' -f2 "$out")
done
finish
