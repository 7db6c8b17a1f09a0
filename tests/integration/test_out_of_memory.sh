#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests lack of memory: allocations of an import, a settlement, quality scores, a payment, its reconciliation, a data
# package, notices and answers fail, one in each run, and so do those of libyaml, jansson and, in a sample, HDF5. The
# command then either ends with exit code 1, one error line about memory and no files, or succeeds without that memory.
# tests/memory/fail_allocations.c explains how, and which are chosen.
#
#   test_out_of_memory.sh [PART...]     without a name all parts; each is a test of its own, so that they run in parallel
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ -z ${IHP_FAIL_ALLOCATIONS-} ]]; then
    echo "SKIPPED: this build has only objects for link-time optimisation, whose calls cannot be replaced"
    exit 77
fi

# The children of fail_allocations would each look up the libraries' functions.
export LD_BIND_NOW=1

# Makes a case with a store as $case.
make_case() {
    case=$work/$1
    copy_case "$IHP_SOURCE/tests/cases/$1" "$case"
    ihp import "$case/extract" -o "$case/state.h5"
    ok "$1: import" succeeds
}

every_allocation_fails() {
    rm -rf "$work/out"
    mkdir "$work/out"
    run "$IHP_FAIL_ALLOCATIONS" "$work/out" "$@"
    ok "$1: each allocation fails once" succeeds
    sed 's/^/        /' "$out"
}

# The same with the allocations of a library that ihp uses, and of these every EVERY-th.
allocations_fail_in() {
    rm -rf "$work/out"
    mkdir "$work/out"
    run "$IHP_FAIL_ALLOCATIONS" --in "$1" "$2" "$work/out" "${@:3}"
    ok "$3: allocations fail in $1" succeeds
    sed 's/^/        /' "$out"
}

part_import() {
    make_case tiny
    every_allocation_fails import "$case/extract" -o "$work/out/state.h5"
    allocations_fail_in jansson 7 import "$case/extract" -o "$work/out/state.h5"
    # Not with --compress: there HDF5 damages the memory of the whole process (H5Ocopy), and ihp dies of it later.
    allocations_fail_in libhdf5_openmpi 151 import "$case/extract" -o "$work/out/state.h5"
}

part_layout() {
    make_case tiny
    cat >"$case/layout.yaml" <<'EOT'
claims:
  files: [extract/c*s.csv]
  repeated_rows: keep_one
  columns:
    claim_id: {join: [claim_id, {constant: x}], with: "-"}
    status: {rules: rules.csv, value: code}
    service_class: {lookup: map.csv, from: service_class, key: from, value: to, otherwise: professional}
  leave_out: [{column: status, values: [Z]}, {begins: trailer}]
EOT
    printf 'status,code\nP,P\n*,D\n' >"$case/rules.csv"
    printf 'from,to\noutpatient,outpatient\ninpatient,inpatient\n' >"$case/map.csv"
    every_allocation_fails import "$case/extract" --layout "$case/layout.yaml" -o "$work/out/state.h5"
    allocations_fail_in libyaml 1 import "$case/extract" --layout "$case/layout.yaml" -o "$work/out/state.h5"
}

part_settle() {
    make_case tiny
    every_allocation_fails settle "$case/deck.yaml" -o "$work/out/result" --member-files
    allocations_fail_in libyaml 1 settle "$case/deck.yaml" --dry-run
    allocations_fail_in libhdf5_openmpi 151 settle "$case/deck.yaml" -o "$work/out/result"
    allocations_fail_in jansson 7 settle "$case/deck.yaml" -o "$work/out/result"
}

part_read_result() {
    make_case tiny
    every_allocation_fails explain "$case/deck.yaml" --ihp NORTH
    settle 1 "$case/deck.yaml" --member-files
    ok "tiny: settle" succeeds
    allocations_fail_in jansson 1 status "$case/result"
    allocations_fail_in jansson 1 info "$case/result"
    allocations_fail_in libhdf5_openmpi 61 info "$case/state.h5"
    allocations_fail_in libhdf5_openmpi 31 info "$case/result/results.h5"
}

part_package() {
    make_case tiny
    cp "$IHP_SOURCE/inputs/program-defaults/part2.csv" "$case/program"
    every_allocation_fails package "$case/deck.yaml" -o "$work/out/package"
}

part_appeal() {
    make_case tiny
    settle 1 "$case/deck.yaml" --member-files
    ok "tiny: settle" succeeds
    allocations_fail_in jansson 7 notices "$case/deck.yaml" -o "$work/out/notices"
    every_allocation_fails notices "$case/deck.yaml" -o "$work/out/notices"
    printf 'ihp_id,member_id,period,claimed,list_received,reported\nNORTH,T01,2025,NONE,2027-06-30,2027-07-30\n' \
        >"$work/errors.csv"
    every_allocation_fails appeal "$case/deck.yaml" "$work/errors.csv" -o "$work/out/appeal"
}

part_quality() {
    make_case money
    every_allocation_fails quality "$case/deck.yaml" -o "$work/out/quality"
}

# Pays a quarter of the case payments to $work/q2.
pay_quarter() {
    make_case payments
    ihp pay "$case/deck.yaml" --quarter 2025Q2 --member-files -o "$work/q2" --quiet
    ok "payments: pay" succeeds
}

part_pay() {
    pay_quarter
    every_allocation_fails pay "$case/deck.yaml" --quarter 2025Q2 --member-files -o "$work/out/paid"
    every_allocation_fails reconcile "$case/deck.yaml" --year 2025 --paid "$work/q2" -o "$work/out/reconciled"
}

part_settle_paid() {
    pay_quarter
    echo "payments: [$work/q2]" >>"$case/deck.yaml"
    every_allocation_fails settle "$case/deck.yaml" -o "$work/out/result"
}

parts=("$@")
((${#parts[@]} > 0)) || mapfile -t parts < <(declare -F | sed -n 's/^declare -f part_//p')
for part in "${parts[@]}"; do
    "part_$part"
done
finish
