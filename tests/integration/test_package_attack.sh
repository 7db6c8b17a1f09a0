#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that nobody can compute the small numbers that data packages hide, from everything that their files which are
# not protected have: of the sample, and of a state of many small IHPs, both with counties of extreme circumstances.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Settles and packages the deck of a folder, and attacks the packages.
attack() {
    ihp settle "$1/deck.yaml" --quiet
    ok "$1: settle" succeeds
    ihp package "$1/deck.yaml"
    ok "$1: package" succeeds
    run "$IHP_PYTHON" "$IHP_SOURCE/tests/integration/attack_package.py" "$1/result" "$1/result/package"
    ok "$1: no small number can be computed" succeeds
    cat "$out"
}

cd "$work"
copy_case "$IHP_SOURCE/inputs/sample" sample
sed -i 's|^store:.*|store: state.h5|; s|^output:.*|output: result|; /^bootstrap:/,$ d' sample/deck.yaml
# Ten members of an IHP with losses, and of one with savings, live there.
printf '%s\n' county,month_from,month_to 27137,2025-03,2025-08 >sample/program/circumstances.csv
ihp import sample/extract -o sample/state.h5
attack sample
ok "sample: an amount that depends on ten members is hidden" grep -q ',losses,.*-[0-9.]*,,1,,0.00,$' \
    sample/result/package/RIVERBEND/settlement.csv
ok "sample: one that does not is shown" grep -q ',savings,.*,0.00,1,2576.48,' \
    sample/result/package/NORTHWOODS/settlement.csv

mkdir synth
ihp synth -o synth/state.h5 --members 1500 --ihps 8 --seed 5
printf '%s\n' county,month_from,month_to 27053,2025-03,2025-05 27123,2025-04,2025-08 27137,2025-02,2025-08 \
    >synth/program/circumstances.csv
attack synth
finish
