#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the step from the interim to the final settlement [2.12, 16.6]. Amounts paid come from the interim's
# folder, and the steps between the two add up to the cent. The final is that of the case `interim` a year later.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

plain=$work/plain
copy_case "$IHP_SOURCE/tests/cases/interim" "$plain"
# Settled before the State reviewed the settlement and before the PBP dollars were known.
cp -r "$plain/program" "$plain/final-program"
rm "$plain/program/overrides.csv" "$plain/program/circumstances.csv"
sed -i 's/,2025-08-31,state_breach/,,/; s/,632.73,/,,/' "$plain/program/ihps.csv"
rm "$plain/final-program/quality.csv"
sed -i 's/-83.47//; s/28.86//; s/91.86//' "$plain/final-program/ihps.csv"
sed -i '/^sweep:/,$ d' "$plain/deck.yaml"
cat >"$plain/final.yaml" <<'DECK'
store: state.h5
program: final-program
output: final
settlement: final
interim: result
base:        {year: 2024, paid_through: 2026-06-30}
performance: {year: 2025, paid_through: 2026-12-31}
DECK
ihp import "$plain/extract" -o "$plain/state.h5"
ok "import" succeeds
settle 1 "$plain/deck.yaml" --quiet
ok "the interim" succeeds

# cell TABLE COLUMN IHP prints a cell; step prints the amount of a step of the bridge.
cell() {
    awk -F, -v wanted="$2" -v ihp="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == wanted) at = i; next }
        $1 == ihp { print $at }' "$1"
}
step() {
    awk -F, -v ihp="$2" -v step="$3" '$1 == ihp && $2 == step { print $3 }' "$1"
}
cents() {
    awk -v a="$1" 'BEGIN { printf "%.0f\n", a * 100 }'
}

# Checks, in cents, that the interim amount and the steps add up to the final amount, that the final amount less
# the amount paid is due, and that both ends are those of the two settlement.csv.
adds_up() {
    local folder=$1 interim=$2 ihp
    awk -F, '
        NR == 1 { next }
        $2 == "interim" { sum = 0 }
        $2 == "final" { if (sum != int($3 * 100 + ($3 < 0 ? -0.5 : 0.5))) bad++; final = sum; n++; next }
        $2 == "interim_paid" { paid = int($3 * 100 + ($3 < 0 ? -0.5 : 0.5)); next }
        $2 == "amount_due" { if (final - paid != int($3 * 100 + ($3 < 0 ? -0.5 : 0.5))) bad++; next }
        { sum += int($3 * 100 + ($3 < 0 ? -0.5 : 0.5)) }
        END { exit bad > 0 || n == 0 }' "$folder/bridge.csv" || return 1
    for ihp in $(tail -n +2 "$folder/settlement.csv" | cut -d, -f1); do
        [[ $(step "$folder/bridge.csv" "$ihp" interim) == \
            $(cell "$interim/settlement.csv" final_amount "$ihp") ]] || return 1
        [[ $(step "$folder/bridge.csv" "$ihp" final) == \
            $(cell "$folder/settlement.csv" final_amount "$ihp") ]] || return 1
        [[ $(step "$folder/bridge.csv" "$ihp" interim_paid) == \
            $(cell "$interim/settlement.csv" amount_due "$ihp") ]] || return 1
        [[ $(step "$folder/bridge.csv" "$ihp" amount_due) == \
            $(cell "$folder/settlement.csv" amount_due "$ihp") ]] || return 1
    done
}

# Checks, by partnership and period, that members now = members of the interim + joined - left.
members_add_up() {
    local folder=$1 interim=$2 ihp period column
    for ihp in $(tail -n +2 "$folder/settlement.csv" | cut -d, -f1); do
        for period in base performance; do
            for column in members member_months; do
                local name=$column
                [[ $period == base ]] && name=base_$column
                [[ $(awk -F, -v ihp="$ihp" -v period="$period" -v column="$column" '
                    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
                    $1 == ihp && $2 == period { sum += ($3 == "in" ? 1 : -1) * $at[column] }
                    END { print sum + 0 }' "$folder/bridge_members.csv") == $((
                    $(cell "$folder/settlement.csv" "$name" "$ihp") - \
                    $(cell "$interim/settlement.csv" "$name" "$ihp"))) ]] || return 1
            done
        done
    done
}

settle 1 "$plain/final.yaml"
ok "the final" succeeds
ok "the final: the printed table" says "$out" "From the interim to the final amount" "run_out"
ok "the final: a notice names the source of the paid amounts" says "$err" "claims paid through 2026-03-31"
ok "the final: the steps add up" adds_up "$plain/final" "$plain/result"
ok "the final: the members add up" members_add_up "$plain/final" "$plain/result"
ok "the final: results.h5 has the bridge" grep -q bridge_members "$plain/final/results.h5"
for name in members run_out risk pbp circumstances termination; do
    ok "the final: $name changes an amount" [ "$(awk -F, -v name=$name \
        '$2 == name && $3 != 0' "$plain/final/bridge.csv" | wc -l)" -gt 0 ]
done
ok "the final: reasons why members moved" says "$plain/final/bridge_members.csv" ",in,OTHER_IHP," ",out,OVERRIDE,"
cp -r "$plain/final" "$work/first"
for ranks in 2 3; do
    settle $ranks "$plain/final.yaml" --quiet --force --no-index --batch-lines 100
    ok "the final: same results on $ranks ranks" same_results "$work/first" "$plain/final"
done

# The settlement is the same as with a deck in which the amounts are entered.
awk -F, -v OFS=, 'NR == FNR { due[$1] = $NF; next } FNR > 1 { $(NF - 2) = due[$1] } 1' \
    "$plain/result/settlement.csv" "$plain/final-program/ihps.csv" >"$work/ihps.csv"
cp -r "$plain" "$work/typed"
cp "$work/ihps.csv" "$work/typed/final-program"
sed -i '/^interim/d' "$work/typed/final.yaml"
settle 1 "$work/typed/final.yaml" --quiet --force
ok "entered amounts: the same settlement" diff "$work/first/settlement.csv" \
    "$work/typed/final/settlement.csv"
ok "entered amounts: no bridge of the previous run is left" not test -e "$work/typed/final/bridge.csv"
# The program may have both the folder and the entered amounts if they agree.
sed -i '/^settlement/a interim: result' "$work/typed/final.yaml"
settle 1 "$work/typed/final.yaml" --quiet --force
ok "entered amounts and the folder" succeeds

# If run-out moves no member of an IHP, the step `members` ends at a separate settlement: that with the final's
# overrides at the interim's cut-offs.
cp -r "$plain" "$work/hybrid"
sed -i 's/2026-06-30/2025-12-31/' "$work/hybrid/final.yaml"
sed 's/2026-12-31/2026-03-31/; /^interim/d; s/^output:.*/output: alone/
     $ a allow_nonstandard_runout: true' "$work/hybrid/final.yaml" >"$work/hybrid/alone.yaml"
for deck in final alone; do
    settle 1 "$work/hybrid/$deck.yaml" --quiet --force --member-files
    ok "overrides at the interim's cut-offs, $deck" succeeds
done
compared=0
for ihp in IHP01 IHP02 IHP03 IHP04; do
    cmp -s <(cut -d, -f1,2 "$work/hybrid/final/attributed/$ihp.csv") \
        <(cut -d, -f1,2 "$work/hybrid/alone/attributed/$ihp.csv") || continue
    compared=$((compared + 1))
    ok "members: the step of $ihp ends at the separate settlement" [ $(($(cents \
        "$(cell "$plain/result/settlement.csv" shared_before_pbp $ihp)") + $(cents \
        "$(step "$work/hybrid/final/bridge.csv" $ihp members)"))) = "$(cents \
        "$(cell "$work/hybrid/alone/settlement.csv" shared_before_pbp $ihp)")" ]
done
ok "members: run-out moves no member of two IHPs" [ $compared = 2 ]

# If only the kind of settlement changes, every step is 0.
cp -r "$plain" "$work/same"
sed -i 's/program: final-program/program: program/; s/2026-06-30/2025-12-31/; s/2026-12-31/2026-03-31/
        $ a allow_nonstandard_runout: true' "$work/same/final.yaml"
sed -i 's/,\(-83.47\|28.86\|91.86\),/,,/' "$work/same/program/ihps.csv"
rm "$work/same/program/quality.csv"
settle 2 "$work/same/final.yaml" --quiet --force
ok "nothing changed: settles" succeeds
ok "nothing changed: every step is 0" [ "$(awk -F, '
    $2 ~ /members|run_out|risk|pbp|quality|circumstances|termination/ && $3 != 0' \
    "$work/same/final/bridge.csv" | wc -l)" = 0 ]
ok "nothing changed: no member moved" [ "$(wc -l <"$work/same/final/bridge_members.csv")" = 1 ]

# Base-year weights do not depend on the performance year's run-out, so there is no step of risk.
cp -r "$plain" "$work/base"
for deck in deck final; do
    sed -i '/^policies/d; s/2026-06-30/2025-12-31/' "$work/base/$deck.yaml"
    echo 'policies: {risk_weights: base}' >>"$work/base/$deck.yaml"
done
settle 1 "$work/base/deck.yaml" --quiet --force
settle 1 "$work/base/final.yaml" --quiet --force
ok "weights of the base year: no step of risk" [ "$(awk -F, '$2 == "risk" && $3 != 0' \
    "$work/base/final/bridge.csv" | wc -l)" = 0 ]
ok "weights of the base year: the steps add up" adds_up "$work/base/final" "$work/base/result"

# With a sweep and a bootstrap. Scenarios use the folder's amounts, too.
cp -r "$plain" "$work/more"
cat >>"$work/more/final.yaml" <<'DECK'
sweep: {design: one_at_a_time, vary: {claims_cap: [1000, 0], count_unit: [visit]}}
bootstrap: {replicates: 20, seed: 1}
DECK
settle 2 "$work/more/final.yaml" --quiet --force
ok "sweep and bootstrap: settles" succeeds
for name in settlement bridge bridge_members; do
    ok "sweep and bootstrap: $name.csv is the same" diff "$work/first/$name.csv" \
        "$work/more/final/$name.csv"
done
paid=$(cell "$plain/result/settlement.csv" amount_due IHP04)
ok "sweep and bootstrap: scenarios deduct the amounts paid" [ "$(awk -F, -v paid="$paid" '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["ihp_id"] == "IHP04" { n++; same += $at["interim_paid"] == paid }
    END { print n == 3 && same == n }' "$work/more/final/scenarios.csv")" = 1 ]

# ---- refusals ----------------------------------------------------------------------------------

fresh() {
    rm -rf "$work/case"
    cp -r "$plain" "$work/case"
    rm -r "$work/case/final"
}
refused() {
    local text=$1
    shift
    settle 2 "$work/case/final.yaml" --quiet
    ok "$text: is refused" fails "$@"
    ok "$text: nothing is left" not test -e "$work/case/final"
}
# Changes a key of the interim's manifest.
spoil() {
    "$IHP_PYTHON" -c '
import json, sys
path, group, key, value = sys.argv[1:]
manifest = json.load(open(path))
if value == "-":
    del manifest[group][key]
else:
    manifest[group][key] = value
json.dump(manifest, open(path, "w"))' "$work/case/result/manifest.json" "$@"
}

fresh
rm "$work/case/result/manifest.json"
refused "no finished run" 3 "result/manifest.json" "must be the folder of a finished run"
fresh
rm -r "$work/case/result"
refused "no folder" 3 "result/manifest.json" "is missing"
fresh
head -c 300 "$plain/result/manifest.json" >"$work/case/result/manifest.json"
refused "a manifest that is cut off" 3 "result/manifest.json:" "is not a valid manifest"
fresh
echo '[]' >"$work/case/result/manifest.json"
refused "another JSON" 3 "result/manifest.json" "format"
fresh
sed -i 's/"format_version": 1/"format_version": 2/' "$work/case/result/manifest.json"
refused "another version of the format" 3 "result/manifest.json: format_version"
while IFS='|' read -r group key value says; do
    fresh
    spoil "$group" "$key" "$value"
    refused "$group.$key $value" 3 "result/manifest.json: $group.$key" "$says"
done <<'KEYS'
deck|settlement|final|not an interim settlement
deck|base.year|2023|'2023' is not '2024'
deck|performance.year|2024|'2024' is not '2025'
deck|threshold|0.03|'0.03' is not '0.02'
deck|policies.count_unit|visit|'visit' is not 'line'
deck|policies.count_unit|-|missing
deck|performance.paid_through|someday|is not a valid date
deck|base.paid_through|-|missing
store|content_hash|00000000000000000000000000000000|another store
program|terms_hash|00000000000000000000000000000000|other IHPs
program|terms_hash|-|missing
KEYS
fresh
sed -i 's/^\(IHP01,.*\),2500,/\1,2600,/' "$work/case/final-program/ihps.csv"
refused "another cap" 3 "program.terms_hash" "other IHPs"
fresh
sed -i '2 s/0\.0/0.1/' "$work/case/final-program/trend.csv"
refused "another trend" 3 "program.terms_hash"
# Each line: an expression of sed for the interim's settlement.csv, the text of the error.
while IFS='|' read -r expression where says; do
    fresh
    sed -i "$expression" "$work/case/result/settlement.csv"
    refused "settlement.csv, $expression" 3 "settlement.csv$where" "$says"
done <<'ROWS'
3 d|:3: column ihp_id|in the order
$ d||ends after 3 of 4
$ p|:6: column ihp_id|a row for each
2 s/,[^,]*$/,1.00/|:2: column amount_due|final_amount
2 s/,[^,]*$/,x/|:2: column amount_due|dollars
2 s/,2,\([0-9]*\),/,2,9\1,/|:2|settle the interim again
2 s/,2,\([0-9]*\),/,2,-1,/|:2: column base_members|a whole number
5 s/1927\.62,0\.00,1927\.62$/1930.62,0.00,1930.62/|:5: column final_amount|termination_factor
1 s/amount_due/due/||amount_due
ROWS
fresh
sed -i 's/^\(IHP04,.*2500,\),,,$/\1,1.00,,/' "$work/case/final-program/ihps.csv"
refused "a different entered amount" 3 "final-program/ihps.csv:5: column interim_paid" "1.00" "leave it blank"
fresh
sed -i 's/^output: final/output: result/' "$work/case/final.yaml"
settle 1 "$work/case/final.yaml" --quiet --force
ok "the interim's folder as output: is refused" fails 2 "output" "folder of the interim"
ok "the interim's folder as output: the interim stays" same_results "$plain/result" "$work/case/result"
fresh
sed -i 's/^settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/' "$work/case/final.yaml"
refused "an interim of an interim" 2 "final.yaml:5: interim" "follows no other"
finish
