#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what ihp check says of claims that are not all there: a month of a payer that is missing is named, and
# fails with --strict; synthetic states, members who come and go, and run-out raise no flag. Small counts are
# hidden unless the State asks for them.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

flags() { sed -n '/^Flags$/,$p' "$out" | tail -n +2; }
no_flag() { [[ $(flags) == "  none" ]] || { flags; return 1; }; }
raised() { flags | grep -qE -- "$1" || { flags; return 1; }; }
not_raised() { ! flags | grep -qE -- "$1" || { flags; return 1; }; }

# ---- a synthetic state -------------------------------------------------------------------------

for seed in 1 2 3; do
    mkdir "$work/s$seed"
    ihp synth -o "$work/s$seed/state.h5" --members 4000 --seed "$seed" --extract "$work/s$seed/extract" --quiet
    ok "seed $seed: a state" succeeds
    ihp check "$work/s$seed/deck.yaml" --strict
    ok "seed $seed: check of a deck" succeeds
    ok "seed $seed: no flag" no_flag
    ihp check "$work/s$seed/state.h5"
    ok "seed $seed: no flag for the store" no_flag
done
state=$work/s1

# Imports the state without the lines for which an awk condition holds, and checks its deck.
without() {
    rm -rf "$state/cut" && mkdir "$state/cut" && cp "$state"/extract/[^c]*.csv "$state/extract/care"* "$state/cut"
    awk -F, "NR == 1 || !($1)" "$state/extract/claims.csv" >"$state/cut/claims.csv"
    ihp import "$state/cut" -o "$state/cut.h5" --force --quiet
    ok "without $1: import" succeeds
    sed "s/state.h5/cut.h5/" "$state/deck.yaml" >"$state/cut.yaml"
    ihp check "$state/cut.yaml" "${@:2}"
}
without '$12 == "MCO-PINE" && $4 ~ /^2025-06/' --strict
ok 'a missing month: refused' fails 3 'cut.yaml: 1 flag that --strict refuses is raised' 'missing_months' \
    'MCO-PINE, 2025-06: no line; about ' 'complete the extract'
ok 'a missing month: one flag' test "$(flags | wc -l)" = 1
ok 'a missing month: payer, month, dollars' raised \
    '^  missing_months +MCO-PINE, 2025-06: no line; about 1,[0-9]{3} lines of [0-9]{3} members and \$[0-9]{3},000 are'
settle 2 "$state/cut.yaml" --force --quiet
ok 'a missing month: settle tells' says "$err" "the store: MCO-PINE, 2025-06: no line; about 1," "are expected"
ok 'a missing month: settle tells once' test "$(grep -c 'expected from the months' "$err")" = 1
ok 'a missing month: so does the manifest' says "$state/result/manifest.json" 'MCO-PINE, 2025-06: no line'
ihp check "$state/cut.h5" --strict
ok 'a missing month: the store alone' fails 3 'MCO-PINE, 2025-06: no line'
ihp check "$state/cut.yaml" --strict --flags unseen_codes,low_months
ok 'a missing month: flags of a site' succeeds
ok 'a missing month: the flag is printed all the same' raised 'MCO-PINE, 2025-06'
ihp check "$state/cut.yaml" --by-class
ok 'by class' grep -Eq '^ +MCO-PINE +pharmacy +2025-05 +[0-9]+ +[0-9]+ +[0-9]+ +\$' "$out"
ok 'by class: no cell without a line' not grep -Eq '^ +MCO-PINE +pharmacy +2025-06' "$out"
without '$12 == "FFS" && $4 ~ /^2024-0[34]/ && $8 == "pharmacy"'
ok 'a missing class: two months in one flag' raised '^  missing_months +FFS, pharmacy, 2024-03 to 2024-04: no line'
ok 'a missing class: not the others' not_raised 'professional'
without '$12 == "MCO-PINE" && $5 ~ /^2025-06/'
ok 'a month without payments' raised '^  missing_months +MCO-PINE, 2025-06: no line was paid in this month'
settle 2 "$state/cut.yaml" --force --quiet
ok 'a month without payments: settle tells' says "$err" 'MCO-PINE, 2025-06: no line was paid in this month'
without '$12 == "MCO-PINE" && $4 ~ /^2023-05/'
ok 'a missing month of the look-back' raised '^  missing_months +MCO-PINE, 2023-05: no line'
sed -i 's/^settlement:/policies: {lookback_months: 0}\n&/' "$state/cut.yaml"
ihp check "$state/cut.yaml"
ok 'no look-back: the month does not count' no_flag
without '$12 == "MCO-PINE" && $5 > "2025-10-31"'
ok 'the claims of a payer end early' raised \
    '^  early_end +MCO-PINE, services of 2025-01 to 2025-12: no line was paid after 2025-10, but .* up to 2026-12; about '
ok 'the claims of a payer end early: months of few lines are not told again' test "$(flags | wc -l)" = 1
without '$5 > "2025-11-20"' --strict
ok 'the claims end early: refused' fails 3 'early_end' 'all payers, services of 2025-01 to 2025-12: no line was' \
    'paid after 2025-11, but the cut-off lets in payments up to 2026-12; about 2'
ok 'the claims end early: one flag' test "$(flags | wc -l)" = 1
ihp settle "$state/cut.yaml" --force --quiet
ok 'the claims end early: settle tells' says "$err" 'the store: all payers, services of 2025-01 to 2025-12: no line was' \
    'paid after 2025-11, but the cut-off lets in payments up to 2026-12; about 2'
ok 'the claims end early: settle tells once' test "$(grep -c 'expected' "$err")" = 1
sed -i 's/2026-12-31/2025-12-15/; s/final/interim/' "$state/cut.yaml"
ihp check "$state/cut.yaml" --strict
ok 'run-out near the cut-off: no flag' no_flag
ihp settle "$state/cut.yaml" --force --quiet
ok 'run-out: no notice of a month' not says "$err" 'expected from the months'
ihp check "$state/cut.h5"
ok 'run-out: no flag for the store' no_flag

# ---- months that are missing for all payers, and long gaps ---------------------------------------

payers=$(cut -d, -f12 "$state/extract/claims.csv" | tail -n +2 | sort -u | wc -l)
all_payers_lack() { [[ $(flags | grep -cE "^  missing_months +[^,]+, $1: no line; about ") == "$payers" ]] || { flags; return 1; }; }
without '$4 ~ /^2025-1[012]/' --strict
ok 'the last months of the deck, for all payers: refused' fails 3 'that --strict refuses are raised'
ok 'the last months of the deck, for all payers' all_payers_lack '2025-10 to 2025-12'
ihp settle "$state/cut.yaml" --force --quiet
ok 'the last months of the deck: settle tells' says "$err" 'MCO-PINE, 2025-10 to 2025-12: no line; about '
without '$4 ~ /^2025/'
ok 'a whole performance year' all_payers_lack '2025-01 to 2025-12'
without '$4 < "2024-04"'
ok 'the first months of the deck' all_payers_lack '2024-01 to 2024-03'
ihp settle "$state/cut.yaml" --force --quiet
ok 'the first months of the deck: settle tells' says "$err" 'MCO-PINE, 2024-01 to 2024-03: no line; about '
without '$12 == "MCO-PINE" && $4 >= "2024-10" && $4 < "2025-04"'
ok 'six months of a payer' raised '^  missing_months +MCO-PINE, 2024-10 to 2025-03: no line'
ok 'six months of a payer: none after them is high' not_raised 'high_months'

# ---- flags by hand ------------------------------------------------------------------------------

case=$work/hand
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"
mkdir "$case/extract2"
header=claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,billing_npi,treating_npi,payer,paid_amount
python "$case/extract2" "$header" <<'PY'
import sys
folder, header = sys.argv[1:]
members = range(150)
def write(name, head, rows):
    with open(f"{folder}/{name}.csv", "w") as file:
        file.write(head + "\n" + "".join(row + "\n" for row in rows))
write("members", "member_id,birth_date,sex,county", [f"P{m},{'2025-03-05' if m < 12 else '1985-01-01'},F,27053" for m in members])
write("enrollment", "member_id,month_from,month_to,program,payer,exclusion",
      [f"P{m},2024-01,2025-12,{'MA' if m < 100 else 'XX'},{'MCO-A' if m % 2 else 'MCO-B'}," for m in members])
write("morbidity", "member_id,year,acg", [f"P{m},{y},100" for m in members for y in (2024, 2025)])
write("providers", "npi,taxonomy", ["1234567893,207Q00000X", "1234567801,207Q0000ZZ"])
lines = []
for m in members:
    for month in range(24):
        day = f"{2024 + month // 12}-{month % 12 + 1:02}-03"
        payer, amount = ("MCO-A", "10.00") if m % 2 else ("MCO-B", "0.00")
        for line in (1, 2, 3):
            lines.append(f"C{m}.{month},{line},P{m},{day},{day},P,A{line}213,professional,043,1234567893,1234567801,{payer},{amount}")
        lines.append(f"R{m}.{month},1,P{m},{day},{day},P,99214,professional,043,1234567893,1234567801,{payer},-3.00")
write("claims", header, lines)
PY
ihp import "$case/extract2" -o "$case/state.h5" --quiet --force
ok 'by hand: import' succeeds
ihp check "$case/deck.yaml"
ok 'by hand: check' succeeds
ok 'lines of $0.00 by payer' grep -Eq '^ +MCO-B +75\.0% of 7200 lines are \$0\.00$' "$out"
ok 'lines of $0.00 are flagged' raised '^  zero_dollars +MCO-B: 75\.0% of its paid lines'
ok 'negative dollars of all months are flagged' raised '^  zero_months +MCO-B, 2024-01 to 2025-12: -\$5,400 for 7,200 lines$'
ok 'one amount on all lines' raised '^  repeated_amounts +professional: 50% of the claims'
ok 'reversals of nothing' raised '^  unmatched_reversals +100% of the negative lines'
ok 'reversals of nothing are counted' grep -Eq 'negative lines that reverse none +3600$' "$out"
ok 'before birth' raised '^  before_birth +8\.0% of the members'
ok 'programs that do not qualify' raised '^  other_programs +33% of the member months'
ok 'check digits: counted' grep -Eq 'NPIs whose check digit is wrong +1$' "$out"
ok 'taxonomies that are not listed: named' grep -Eq '^ +207Q0000ZZ +14400 lines of 1 NPIs$' "$out"
ok 'taxonomies that are not listed' raised '^  unlisted_taxonomies +100% of the lines'
ok 'roster without claims' raised '^  unseen_npis '
ok 'rosters of the quarter of the deck' says "$out" 'Rosters in force in 2025Q4 against the claims'
ok 'months: all are there' not_raised 'missing_months|low_months|high_months'
sed -i 's/,99214,/,B9214,/' "$case/extract2/claims.csv"
ihp import "$case/extract2" -o "$case/state.h5" --quiet --force
ihp check "$case/deck.yaml" --strict --flags unseen_codes
ok 'no code of a visit: refused' fails 3 'unseen_codes' 'no line has a code of an E&M visit' 'correct codes.csv'

# Too few claims of the service class, but all of one payer.
cp -r "$case/extract2" "$case/one_payer"
awk -F, -v OFS=, '$12 == "MCO-A" { if (substr($3, 2) + 0 < 40) $12 = "MCO-C"; else $13 = $2 ".00" } { print }' \
    "$case/extract2/claims.csv" >"$case/one_payer/claims.csv"
ihp import "$case/one_payer" -o "$case/state.h5" --quiet --force
ihp check "$case/deck.yaml"
ok "one amount on all lines of a payer's claims" raised '^  repeated_amounts +MCO-C: 100% of the claims'
ok "one amount: no other is named" [ "$(grep -c '^  repeated_amounts' "$out")" = 1 ]

# ---- empty tables, and rosters --------------------------------------------------------------------

cp -r "$case/extract2" "$case/extract3"
for table in enrollment morbidity providers; do
    sed -i 1q "$case/extract3/$table.csv"
    ihp import "$case/extract3" -o "$case/state.h5" --force
    ok "no row of $table: notice" says "$err" "notice: $table: no row was imported"
    ihp check "$case/deck.yaml"
    case $table in
        enrollment) ok 'no enrollment: flag' raised '^  empty_tables +no member has an enrollment span' ;;
        morbidity) ok 'no ACG: flag' raised '^  no_morbidity +no member has an ACG' ;;
        providers) ok 'no taxonomy: flag' raised '^  empty_tables +no provider has a taxonomy' ;;
    esac
    cp "$case/extract2/$table.csv" "$case/extract3"
done
for table in members enrollment morbidity claims; do
    sed -i 1q "$case/extract3/$table.csv"
done
ihp import "$case/extract3" -o "$case/state.h5" --force --quiet --allow-empty
ok 'an empty store' succeeds
ihp check "$case/deck.yaml" --strict
ok 'an empty store: refused' fails 3 'empty_tables' 'no member is in the store' 'complete the extract'
ihp import "$case/extract2" -o "$case/state.h5" --force --quiet
sed -e '2s/,MCO-[AB],/,JANE DOE,/' -e '3,99s/,MCO-A,/,mco-a,/' "$case/extract2/claims.csv" >"$case/extract3/claims.csv"
cp "$case/extract2"/[em]*.csv "$case/extract3"
sed -i -e '2s/,100$/,a1/' -e '3s/,100$/,A1/' "$case/extract3/morbidity.csv"
ihp import "$case/extract3" -o "$case/state.h5" --force
ok 'payers that differ in case' says "$err" 'claims: 1 payer is also there with capitals for small letters'
ok 'ACGs that differ in case' says "$err" 'morbidity: 1 ACG is also there with capitals for small letters'
ihp check "$case/deck.yaml" --by-class
ok 'a payer of few lines is not shown' not says "$out" 'JANE'
ok 'a payer of few lines' says "$out" '(of few lines)'
ihp check "$case/deck.yaml" --show-small
ok 'a payer of few lines, for the State' says "$out" 'JANE'
ihp import "$case/extract2" -o "$case/state.h5" --force --quiet
echo 'LAKES,2026Q1,billing,9000000001,,' >>"$case/program/rosters.csv"
ihp check "$case/deck.yaml" --strict --flags overlapping_rosters
ok 'rosters that overlap after the period of the deck' succeeds
ihp check "$case/state.h5" --program "$case/program" --strict --flags overlapping_rosters
ok 'rosters that overlap in some quarter' fails 3 'overlapping_rosters' '2026Q1'
sed -i s/LAKES,2026Q1/LAKES,2025Q4/ "$case/program/rosters.csv"
ihp check "$case/deck.yaml" --strict --flags overlapping_rosters
ok 'rosters that overlap in the quarter of the deck' fails 3 '1 flag ' '2025Q4' 'correct the rosters'

# ---- small counts, and usage --------------------------------------------------------------------

copy_case "$IHP_SOURCE/tests/cases/tiny" "$work/tiny"
cd "$work/tiny"
ihp import extract -o state.h5 --quiet
ihp check deck.yaml
ok 'small counts are hidden' grep -Eq '^ +denied \(D\) +under 11$' "$out"
ok 'months: small counts are hidden' not grep -Eq '^ +(FFS|MCO)[^ ]* +20[0-9]{2}-[0-9]{2} .* ([1-9]|10) ' "$out"
ok 'few members raise no flag of months' not_raised 'months|dollars'
ihp check deck.yaml --show-small
ok '--show-small' grep -Eq '^ +denied \(D\) +[1-9]$' "$out"
ok '--show-small: months' grep -Eq '^ +(FFS|MCO)[^ ]* +20[0-9]{2}-[0-9]{2} .* ([1-9]|10) ' "$out"
ok '--show-small: says so' says "$out" 'counts of 1 to 10 are shown'
ihp check deck.yaml --strict --flags missing_month
help=$("$IHP_PROGRAM" check --help | tr -s ' \n' '  ')
refused=$(sed -n 's/^| `\([a-z_]*\)` | fails .*/\1/p' "$IHP_SOURCE/docs/completeness.md" | sort | paste -sd ' ')
ok 'the help names the flags that --strict refuses' \
    [ "$(grep -oE 'default: [a-z_, ]*unseen[a-z_, ]*' <<<"$help" | sed 's/default: //; s/,//g' | tr ' ' '\n' | grep . | sort | paste -sd ' ')" == "$refused" ]
ok 'a flag that does not exist' fails 2 "'missing_month' is not a flag of ihp check" "did you mean 'missing_months'?"
ihp check deck.yaml --flags missing_months
ok '--flags without --strict' fails 2 '--strict'
ihp check deck.yaml
ok 'the record of an import' says "$out" 'What the import noted'
sed '2s/,P,/,Q,/; 3s/,P,/,p,/' extract/claims.csv >more.csv && mv more.csv extract/claims.csv
ihp import extract -o state.h5 --quiet --force --quarantine bad.csv --quarantine-limit 1
ihp check deck.yaml
ok 'rows that were set aside' grep -Eq '^    set aside: claims: .*status.*: under 11$' "$out"
ok 'values that were converted' grep -Eq '^    converted: claims, status: .*upper case.*: under 11$' "$out"
cp deck.yaml 'a deck'
ihp check 'a deck'
ok 'a deck of any name' says "$out" 'Rosters in force in'
ihp check other.yaml
ok 'no deck' fails 2 'other.yaml'
ihp check deck.yaml --program nowhere
ok 'another program folder' fails 3 'nowhere'

finish
