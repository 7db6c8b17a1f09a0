#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Finished folders of every command: ihp info describes them and compares their files with the list; a command that
# reads one compares first, so that a changed table is reported as changed, and nothing replaces a table of one.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$work"
ihp synth -o state.h5 --members 300 --seed 1 --ihps 2 --quiet
ok "a state" succeeds
sed 's/^output: .*/output: early/; s/^settlement: .*/settlement: interim/
    s/^performance: .*/performance: {year: 2025, paid_through: 2026-03-31}/' deck.yaml >interim.yaml
{ cat deck.yaml && echo 'interim: early'; } >final.yaml
{ cat deck.yaml && echo 'payments: [paid]'; } >with_payments.yaml
ihp settle interim.yaml --quiet
ok "an interim settlement" succeeds
ihp settle final.yaml --quiet
ok "a settlement with it" succeeds
ihp pay deck.yaml --year 2025 -o paid --quiet
ok "payments" succeeds
ihp package deck.yaml -o package --quiet
ok "packages" succeeds
ihp notices final.yaml -o notices --quiet
ok "notices" succeeds

# ---- info --------------------------------------------------------------------------------------------------------

while read -r folder last title; do
    ihp info "$folder"
    ok "info $folder" succeeds
    ok "info $folder: says what it is" says "$out" "$folder/$last: $title" '"files": ['
    changed=$(find "$folder" -mindepth 1 -name '*.csv' | sort | tail -n 1)
    cp "$changed" kept
    echo >>"$changed"
    ihp info "$folder"
    ok "info $folder: a changed file" fails 3 "$changed: has changed since $last was written"
    mv kept "$changed"
done <<'END'
result manifest.json result
paid payments.json payments
package package.json data packages
notices notices.json notices
END
mkdir empty
ihp info empty
ok "info of a folder of no command" fails 3 "has no manifest.json, so it is not a finished run"
for file in manifest.json results.h5; do
    ihp info "result/$file"
    ok "info $file: says that it compares no other file" says "$out" "were not compared with their list"
done

# ---- a package that was added ------------------------------------------------------------------------------------

mkdir package/mine
echo note >package/mine/README.txt
ihp package deck.yaml --previous package -o next --quiet
ok "a folder of one's own in an earlier package" succeeds
cp -r "$(find package -mindepth 2 -name protected_members.csv -printf '%h\n' | head -n 1)" package/NEWIHP
ihp package deck.yaml --previous package -o other --quiet
ok "a package that was added to an earlier one" fails 3 "package/NEWIHP/" "is not in the list of package.json"

# ---- tables that changed -----------------------------------------------------------------------------------------

# changed FILE COMMAND...: takes the first column's name away in a table, and runs a command that reads it.
changed() {
    local file=$1
    shift
    cp "$file" kept
    sed -i '1s/^[^,]*/x/' "$file"
    ihp "$@"
    ok "$file has changed" fails 3 "$file: has changed since"
    mv kept "$file"
}
changed early/settlement.csv settle final.yaml -o again --quiet
changed paid/payments.csv settle with_payments.yaml -o again --quiet
changed result/settlement.csv notices final.yaml -o again --quiet

# ---- a table of a finished result --------------------------------------------------------------------------------

sum=$(sha256sum <result/settlement.csv)
ihp power deck.yaml -o result/settlement.csv --sizes 100 --draws 10 --force --quiet
ok "power: a table of a finished result is refused" fails 2 "is the name of a file in a finished result"
ok "power: and is as it was" [ "$(sha256sum <result/settlement.csv)" == "$sum" ]
ihp power deck.yaml -o result/my_power.csv --sizes 100 --draws 10 --quiet
ok "power: another name in that folder" succeeds
finish
