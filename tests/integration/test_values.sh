#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that values which are written in another way, but mean one thing, give the same store on any number of
# ranks, with the same notices; that --npi-check decides on NPIs with a wrong check digit; and that a member whose
# program is written with a blank is attributed.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

plain=$IHP_SOURCE/inputs/sample/extract
cp -r "$plain" "$work/other"

# Writes every table of the sample in other ways.
python "$work/other" <<'PYTHON'
import csv, sys
folder = sys.argv[1]

def change(name, **columns):
    path = f"{folder}/{name}.csv"
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        for column, convert in columns.items():
            if row[column] != "":
                row[column] = convert(row[column], i)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

def day(text, i):
    return [text.replace("-", ""), text + " 00:00:00", text + "T00:00:00", text][i % 4]

def first_day(text, i):
    return [text.replace("-", ""), text + "-01", text][i % 3]

def last_day(text, i):
    days = {"02": "29" if int(text[:4]) % 4 == 0 else "28", "04": "30", "06": "30", "09": "30", "11": "30"}
    return [text + "-" + days.get(text[5:], "31"), text][i % 2]

def amount(text, i):
    cents = round(float(text) * 100)
    size = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    minus = cents < 0
    return [("-$" if minus else "$") + size, f"({size})" if minus else size + "00"[: 2 * ("." in size)],
            size + "-" if minus else " " + size, text][i % 4]

def small(text, i):
    return text.lower() if i % 2 == 0 else f" {text}\u00a0"

def capital(text, i):
    return text.upper() if i % 2 == 0 else text.capitalize()

def decimals(text, i):
    return text + ".0"

change("members", birth_date=day, sex=small, county=decimals)
change("enrollment", month_from=first_day, month_to=last_day, program=small, exclusion=small)
change("claims", service_date=day, paid_date=day, status=small, procedure=small, service_class=capital,
       billing_npi=decimals, treating_npi=decimals, line=decimals, paid_amount=amount)
change("providers", taxonomy=small, npi=decimals)
change("morbidity", year=decimals)
PYTHON
ok "the sample is written in another way" succeeds

ihp import "$plain" -o "$work/plain.h5"
ok "the sample is imported" succeeds
hash=$(content_hash "$work/plain.h5")
for ranks in 1 3; do
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$work/other" -o "$work/other.h5" --force
    ok "$ranks ranks: it is imported" succeeds
    ok "$ranks ranks: the same content" [ "$(content_hash "$work/other.h5")" = "$hash" ]
    grep '^ihp: notice: ' "$err" >"$work/notices.$ranks"
    ok "$ranks ranks: the same notices" cmp "$work/notices.1" "$work/notices.$ranks"
done
ok "notices count the values" says "$work/notices.1" "claims: 3,258 values of service_class were converted to lower case" \
    "claims: 3,258 values of line were freed of decimals of zeros" "values of program were converted to upper case"

# ---- NPIs with a wrong check digit ------------------------------------------------------------------

ihp import "$plain" -o "$work/refused.h5" --npi-check refuse
ok "--npi-check refuse: it is imported" succeeds
ok "--npi-check refuse: a notice counts lines and dollars" says "$err" "claims: " " lines (\$" "check digit"
ok "--npi-check refuse: another content" [ "$(content_hash "$work/refused.h5")" != "$hash" ]
ihp import "$plain" -o "$work/kept.h5" --npi-check keep
ok "--npi-check keep is the default" cmp "$work/plain.h5" "$work/kept.h5"
ihp import "$plain" -o "$work/no.h5" --npi-check none
ok "--npi-check none is wrong usage" fails 2 "--npi-check: unknown WHAT 'none'"

# ---- a spreadsheet's damage -------------------------------------------------------------------------

cp -r "$plain" "$work/sheet"
sed -i 's/,professional,043,/,professional,43,/' "$work/sheet/claims.csv"
ihp import "$work/sheet" -o "$work/sheet.h5"
ok "categories without their zero are bad" [ "$code" = 3 ]
ok "the cause is named" says "$err" "category has two digits (did a spreadsheet drop a zero?); use 3 digits, 999E or 999I"
ok "they make no store" [ ! -e "$work/sheet.h5" ]

finish
