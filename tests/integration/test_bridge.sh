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

# Checks, in cents, that the amount paid and the steps, of which `restated` is the first, add up to the final amount,
# that the final amount less the amount paid is due, and that both ends are those of the two settlement.csv.
adds_up() {
    local folder=$1 interim=$2 ihp
    awk -F, '
        NR == 1 { next }
        $2 == "interim" { sum = 0 }
        before == "interim" && $2 != "restated" { bad++ }
        { before = $2 }
        $2 == "final" { if (sum != int($3 * 100 + ($3 < 0 ? -0.5 : 0.5))) bad++; final = sum; n++; next }
        $2 == "interim_paid" { paid = int($3 * 100 + ($3 < 0 ? -0.5 : 0.5)); next }
        $2 == "amount_due" { if (final - paid != int($3 * 100 + ($3 < 0 ? -0.5 : 0.5))) bad++; next }
        { sum += int($3 * 100 + ($3 < 0 ? -0.5 : 0.5)) }
        END { exit bad > 0 || n == 0 }' "$folder/bridge.csv" || return 1
    for ihp in $(tail -n +2 "$folder/settlement.csv" | cut -d, -f1); do
        [[ $(step "$folder/bridge.csv" "$ihp" interim) == \
            $(cell "$interim/settlement.csv" amount_due "$ihp") ]] || return 1
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
ok "the final: the printed table" says "$out" "From what the interim paid to the final amount" "run_out"
ok "the final: a notice names the source of the paid amounts" says "$err" "claims paid through 2026-03-31"
sed '/^Results: /,$ d' "$out" >"$work/printed"
ihp show "$plain/final"
sed -i '/^Tables for --table: /,$ d' "$out"
ok "the final: ihp show prints the same" cmp "$work/printed" "$out"
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
for ihp in IHP01 IHP02 IHP03 IHP04; do # losses were reported and not collected
    losses=$(cell "$work/same/result/settlement.csv" final_amount $ihp)
    [[ $losses == -* ]] || losses=0.00
    ok "nothing changed: $ihp, losses are the first step" [ "$(step "$work/same/final/bridge.csv" $ihp restated)" = "$losses" ]
done
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

# ---- an interim of another store ---------------------------------------------------------------

# A year later the State has another extract: an original that was corrected, spans entered later, a member gone.
later=$work/later
cp -r "$plain" "$later"
rm -r "$later/final"
"$IHP_PYTHON" - "$later/extract" <<'PY'
import csv, sys
def change(name, edit):
    path = '%s/%s.csv' % (sys.argv[1], name)
    with open(path, newline='') as handle:
        rows = list(csv.DictReader(handle))
    columns = list(rows[0])
    rows = edit(rows)
    with open(path, 'w', newline='') as handle:
        out = csv.DictWriter(handle, columns, lineterminator='\n')
        out.writeheader()
        out.writerows(rows)
members = sorted({row['member_id'] for row in csv.DictReader(open(sys.argv[1] + '/members.csv', newline=''))})
gone, shorter = members[7], set(members[10:30:3])
def enrollment(rows):
    for row in rows:
        if row['member_id'] in shorter and row['month_to'] >= '2025-06':
            row['month_from'] = max(row['month_from'], '2025-06')
    return rows
def claims(rows):
    for i, row in enumerate(rows):
        if i % 5 == 0:
            row['paid_amount'] = '%.2f' % (float(row['paid_amount']) + 37)
    return rows
for name in ('members', 'enrollment', 'claims', 'morbidity'):
    change(name, lambda rows: [row for row in rows if row['member_id'] != gone])
change('enrollment', enrollment)
change('claims', claims)
PY
rm "$later/state.h5"
ihp import "$later/extract" -o "$later/state.h5"
ok "another store: import" succeeds
sed -i "/^$(sed -n 2,9p <(cut -d, -f1 "$plain/extract/members.csv" | sort) | tail -1),/d" "$later/final-program/overrides.csv"
settle 1 "$later/final.yaml" --quiet --member-files
ok "another store: the final" succeeds
ok "another store: a notice" says "$err" "interim: was settled from another store" "'restated'"
ok "another store: the steps add up" adds_up "$later/final" "$plain/result"
sed 's/^program: .*/program: final-program/; s/^output: .*/output: today/' "$later/deck.yaml" >"$later/today.yaml"
settle 1 "$later/today.yaml" --quiet --member-files
ok "another store: the interim's rules today" succeeds
moved=0
for ihp in IHP01 IHP02 IHP03 IHP04; do
    paid=$(cell "$plain/result/settlement.csv" amount_due $ihp)
    today=$(cell "$later/today/settlement.csv" final_amount $ihp)
    restated=$(step "$later/final/bridge.csv" $ihp restated)
    ok "another store: restated, $ihp" [ "$(cents "$restated")" = $(($(cents "$today") - $(cents "$paid"))) ]
    [[ $today == $(cell "$plain/result/settlement.csv" final_amount $ihp) ]] || moved=$((moved + 1))
    ok "another store: $ihp, what was paid" [ "$(cell "$later/final/settlement.csv" interim_paid $ihp)" = "$paid" ]
    # Payers: what each paid is the interim's amount; the amounts add up to the amount due.
    ok "another store: $ihp, payers" diff \
        <(awk -F, -v ihp=$ihp '$1 == ihp { print $2, $NF }' "$plain/result/payer_split.csv") \
        <(awk -F, -v ihp=$ihp '$1 == ihp { print $2, $5 }' "$later/final/payer_split.csv")
    ok "another store: $ihp, payers add up" [ "$(awk -F, -v ihp=$ihp '$1 == ihp { sum += $6 }
        END { printf "%.2f", sum }' "$later/final/payer_split.csv" | sed 's/^-0\.00$/0.00/')" = \
        "$(cell "$later/final/settlement.csv" amount_due $ihp)" ]
    # The members who moved: those that one of the two settlements attributes to the IHP and the other does not.
    ok "another store: $ihp, members who moved" diff \
        <(for period in base performance; do
            diff <(awk -F, -v p=$period '$2 == p { print $1 }' "$later/today/attributed/$ihp.csv") \
                <(awk -F, -v p=$period '$2 == p { print $1 }' "$later/final/attributed/$ihp.csv") |
                sed -n "s/^> \(.*\)/\1,$period,in/p; s/^< \(.*\)/\1,$period,out/p" || true
        done | sort) \
        <(tail -n +2 "$later/final/moved/$ihp.csv" | cut -d, -f1-3 | sort)
    ok "another store: $ihp, numbers of members who moved" diff \
        <(awk -F, -v ihp=$ihp '$1 == ihp { print $2, $3, $4, $5, $6 }' "$later/final/bridge_members.csv" | sort) \
        <(awk -F, 'NR > 1 { key = $2 " " $3 " " $4; members[key]++; months[key] += $5 }
            END { for (key in members) print key, members[key], months[key] }' "$later/final/moved/$ihp.csv" | sort)
done
ok "another store: it gives other amounts" [ $moved -ge 2 ]
ok "the members who moved: only for the owner" [ "$(stat -c %a "$later/final/moved" "$later"/final/moved/*.csv |
    sort -u | paste -sd' ')" = "600 700" ]
cp -r "$later/final" "$work/later-first"
for ranks in 2 3; do
    settle $ranks "$later/final.yaml" --quiet --force --member-files --batch-lines 50
    ok "another store: same results on $ranks ranks" same_results "$work/later-first" "$later/final"
    ok "another store: same members on $ranks ranks" diff -r "$work/later-first/moved" "$later/final/moved"
done
settle 1 "$later/final.yaml" --quiet --force
ok "without member files: none are left" not test -e "$later/final/moved"

# An interim of an earlier version, which knew fewer policies: they have their defaults. All values were texts.
cp -r "$plain" "$work/older"
"$IHP_PYTHON" - "$work/older/result/manifest.json" <<'PY'
import json, sys
manifest = json.load(open(sys.argv[1]))
for key in [key for key in manifest['deck'] if key.startswith('policies.')][3:]:
    del manifest['deck'][key]
manifest['format_version'] = 1
for key, value in manifest['deck'].items():
    manifest['deck'][key] = value if isinstance(value, str) else json.dumps(value)
assert manifest['deck']['base.year'] == '2024', manifest['deck']
json.dump(manifest, open(sys.argv[1], 'w'))
PY
unlist "$work/older/result/manifest.json"
ihp show "$work/older/result"
ok "an older interim: show" says "$out" "Interim settlement"
rm -r "$work/older/final"
settle 1 "$work/older/final.yaml" --quiet
ok "an older interim: settle" succeeds
ok "an older interim: the same settlement" diff "$work/first/settlement.csv" "$work/older/final/settlement.csv"
echo 'policies: {count_unit: visit}' >>"$work/older/final.yaml"
settle 1 "$work/older/final.yaml" --quiet --force
ok "an older interim: another value than the default" fails 3 "manifest.json: deck.policies." \
    "is missing, which means its default"

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
sed -i 's/"format_version": 2/"format_version": 3/' "$work/case/result/manifest.json"
refused "another version of the format" 3 "result/manifest.json: format_version is 3, and ihp" "reads 1 to 2" \
    "settle the interim again with this version, or the final with the version that wrote it, "
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
deck|performance.paid_through|someday|is not a valid date
deck|base.paid_through|-|missing
store|content_hash|-|missing
program|terms_hash|00000000000000000000000000000000|other IHPs
program|terms_hash|-|missing
KEYS
fresh
sed -i 's/^\(IHP01,.*\),2500,/\1,2600,/' "$work/case/final-program/ihps.csv"
refused "another cap" 3 "program.terms_hash" "other IHPs"
fresh
sed -i '2 s/0\.0/0.1/' "$work/case/final-program/trend.csv"
refused "another trend" 3 "program.terms_hash"
# A change that no other check would find: a table that the final does not read, and the cut-off.
fresh
sed -i '2 s/,[^,]*$/,0.5/' "$work/case/result/risk_weights.csv"
refused "a table that changed" 3 "result/risk_weights.csv: has changed since manifest.json was written"
fresh
sed -i 's/"base.paid_through": "2025-12-31"/"base.paid_through": "2025-12-30"/' "$work/case/result/manifest.json"
refused "a manifest that changed" 3 "result/manifest.json: hash: is not as ihp wrote it"
# Each line: an expression of sed for the interim's settlement.csv, the text of the error.
while IFS='|' read -r expression where says; do
    fresh
    unlist "$work/case/result/manifest.json"
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
5 s/1768\.60,0\.00,1768\.60$/1771.60,0.00,1771.60/|:5: column final_amount|termination_factor
1 s/amount_due/due/||amount_due
ROWS
fresh
sed -i 's/^\(IHP04,.*2500,\),,,$/\1,1.00,,/' "$work/case/final-program/ihps.csv"
refused "a different entered amount" 3 "final-program/ihps.csv:5: column interim_paid" "1.00" "leave it blank"
# Each line: an expression of sed for the interim's payer_split.csv, the text of the error.
while IFS='|' read -r expression where says; do
    fresh
    unlist "$work/case/result/manifest.json"
    sed -i "$expression" "$work/case/result/payer_split.csv"
    refused "payer_split.csv, $expression" 3 "payer_split.csv$where" "$says"
done <<'ROWS'
2 s/,[^,]*$/,1.00/|:2: column amount|amount_due
2 s/,[^,]*$/,x/|:2: column amount|dollars
2 s/^IHP01/IHP09/|:2: column ihp_id|ihps.csv
2 d|:2: column amount: the payers of IHP01|amount_due
3 s/^IHP01,[^,]*/IHP01,FFS/|:3: column payer: line|the same payer
1 s/amount/due/||amount
ROWS
fresh
rm "$work/case/result/payer_split.csv"
refused "no payer_split.csv" 3 "payer_split.csv"
fresh
paid=$(awk -F, '$1 == "IHP04" && $2 != "FFS" { print $2 "," $NF; exit }' "$plain/result/payer_split.csv")
printf 'ihp_id,payer,amount\nIHP04,%s\n' "$paid" >"$work/case/final-program/interim_payers.csv"
refused "payers that are not all of the folder's" 3 "interim_payers.csv:2: column amount" "of IHP04 is not"
fresh
awk -F, -v OFS=, 'NR == 1 || $1 == "IHP04" { print $1, $2, $NF }' "$plain/result/payer_split.csv" \
    >"$work/case/final-program/interim_payers.csv"
settle 1 "$work/case/final.yaml" --quiet
ok "the folder's own payers beside it" succeeds
ok "the folder's own payers beside it: the same" diff "$work/first/payer_split.csv" "$work/case/final/payer_split.csv"
sed -i '2 s/,[^,]*$/,0.01/' "$work/case/final-program/interim_payers.csv"
settle 1 "$work/case/final.yaml" --quiet --force
ok "a payer's amount that is not the folder's" fails 3 "interim_payers.csv:2: column amount: 0.01 of payer" \
    "remove the rows"
fresh
sed -i 's/^output: final/output: result/' "$work/case/final.yaml"
settle 1 "$work/case/final.yaml" --quiet --force
ok "the interim's folder as output: is refused" fails 2 "output" "folder of the interim"
ok "the interim's folder as output: the interim stays" same_results "$plain/result" "$work/case/result"
fresh
sed -i 's/^settlement: final/settlement: interim/; s/2026-12-31/2026-03-31/' "$work/case/final.yaml"
refused "an interim of an interim" 2 "final.yaml:5: interim" "follows no other"
finish
