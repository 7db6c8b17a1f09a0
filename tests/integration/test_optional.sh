#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that a field which may be blank is left blank if it is not valid, and that its row is kept: the same store as
# from blank fields, with the same notices on any number of ranks, through an import layout and from SAS tables.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

same_store() {
    local found
    found=$(content_hash "$1")
    [[ $found == "$hash" ]] || { echo "        content hash $found instead of $hash"; return 1; }
}

mkdir "$work/blank" "$work/bad"
cp "$IHP_SOURCE"/tests/cases/tiny/extract/*.csv "$work/blank"
cp "$work"/blank/*.csv "$work/bad"
# change FOLDER COUNTY DEATH_DATE DEATH_DATE DEATH_DATE RACE PROCEDURE PROCEDURE NPI NPI TAXONOMY
change() {
    local folder=$1
    shift
    sed -i "1s/\$/,death_date/; 2,\$s/\$/,/; 2s/,27053,,/,$1,,$2/; 3s/\$/$3/; 4s/\$/$4/; 5s/,,\$/,$5,/
        15s/\$/2026-01-31/" "$folder/members.csv"
    sed -i "2s/,99213,/,$6,/; 4s/,99213,/,$7,/; 2s/,9000000001,/,$8,/; 4s/,9000000011,/,$9,/" "$folder/claims.csv"
    sed -i "2s/,.*/,${10}/" "$folder/providers.csv"
}
change "$work/blank" '' '' '' '' '' '' '' '' '' ''
change "$work/bad" 2705 2025-02-30 03.04.2025 1900-12-31 "$(printf 'x%.0s' {1..101})" 9921 9921x3 900000001 none 207Q00000X1

ihp import "$work/blank" -o "$work/blank.h5"
ok "blank fields: import" succeeds
hash=$(content_hash "$work/blank.h5")

kept='are kept and count as alive, so months after a death may qualify'
cat >"$work/expected" <<EOF2
ihp: notice: members: 1 value of county was not valid and left blank
ihp: notice: members: 1 value of race_ethnicity was not valid and left blank
ihp: notice: members: 1 value of death_date was of two meanings, with the month or the day first (a layout can say which, such as dates: MM/DD/YYYY), and left blank; the members $kept
ihp: notice: members: 1 value of death_date was before birth_date and left blank; the members $kept
ihp: notice: members: 1 value of death_date was not valid and left blank; the members $kept
ihp: notice: providers: 1 value of taxonomy was not valid and left blank; the providers are kept and count as specialty
ihp: notice: claims: 1 value of procedure was of fewer than five digits (did a spreadsheet drop a zero?) and left blank; the lines are kept (\$100.00 paid)
ihp: notice: claims: 1 value of procedure was not valid and left blank; the lines are kept (\$100.00 paid)
ihp: notice: claims: 1 value of billing_npi was not valid and left blank; the lines are kept (\$100.00 paid)
ihp: notice: claims: 1 value of treating_npi was not valid and left blank; the lines are kept (\$100.00 paid)
EOF2
expected_notices() {
    diff "$work/expected" <(grep -F 'left blank' "$err")
}

for ranks in 1 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$work/bad" -o "$work/bad.h5" --force
    ok "$ranks ranks: fields that are not valid do not fail the import" succeeds
    ok "$ranks ranks: the store of blank fields" same_store "$work/bad.h5"
    ok "$ranks ranks: the notices" expected_notices
done
ihp import "$work/bad" -o "$work/bad.h5" --quarantine "$work/quarantine.csv" --force
ok "no row is quarantined" [ "$(wc -l <"$work/quarantine.csv")" = 1 ]
ihp info "$work/bad.h5"
ok "info counts the values" says "$out" 'before birth_date and left blank' 'not valid and left blank' \
    'of fewer than five digits'

# ---- through a layout ------------------------------------------------------------------------------------------------

# With `dates`, a date of death in another form is left blank, too; a date of birth is still a bad row.
american() {
    sed -E 's/([0-9]{4})-([0-9]{2})-([0-9]{2})/\2\/\3\/\1/g'
}
mkdir "$work/state"
american <"$work/bad/members.csv" >"$work/state/people.csv"
american <"$work/bad/claims.csv" >"$work/state/lines.csv"
cat >"$work/state/layout.yaml" <<'YAML'
members: {files: people.csv, dates: MM/DD/YYYY}
claims: {files: lines.csv, dates: MM/DD/YYYY}
YAML
sed -i '2s/02.30.2025/31.12.2025/; 3s/03.04.2025/2025-3-4/' "$work/state/people.csv"
sed -i '/two meanings/d; s/1 value of death_date was not valid/2 values of death_date were not valid/' "$work/expected"
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" import "$work/bad" --layout "$work/state/layout.yaml" -o "$work/layout.h5"
ok "layout: import" succeeds
ok "layout: the store of blank fields" same_store "$work/layout.h5"
ok "layout: the notices" expected_notices
sed -i '6s/,[0-9/]*,/,13\/31\/1980,/' "$work/state/people.csv"
ihp import "$work/bad" --layout "$work/state/layout.yaml" -o "$work/layout.h5" --force
ok "layout: a date of birth that is not valid is a bad row" [ "$code" = 3 ]
ok "layout: it is named" says "$err" 'people.csv: 1 row: birth_date is not a date'

# ---- from SAS tables -------------------------------------------------------------------------------------------------

if [[ -n ${IHP_WRITE_SAS-} ]]; then
    mkdir "$work/sas"
    # A date of a SAS table is always a day.
    sed -i 's/2025-02-30$/1901-01-01/; s/03.04.2025$/1902-02-02/' "$work/bad/members.csv"
    for table in members enrollment morbidity providers claims; do
        "$IHP_WRITE_SAS" "$work/bad/$table.csv" "$work/sas/$table.sas7bdat"
    done
    ihp import "$work/sas" -o "$work/sas.h5"
    ok "SAS tables: import" succeeds
    ok "SAS tables: the store of blank fields" same_store "$work/sas.h5"
    ok "SAS tables: counts" says "$err" '3 values of death_date were before birth_date and left blank' \
        '1 value of procedure was of fewer than five digits' '1 value of treating_npi was not valid and left blank'
fi

finish
