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

# ---- a finished folder of another kind ----------------------------------------------------------------------------

# Every option that names an output, by every kind of finished folder. --force replaces what the same command wrote, and
# nothing else: none of these commands may succeed, and no folder may change.
ihp settle deck.yaml -o plain --member-files --quiet
printf '%s\n' ihp_id,member_id,period,claimed,list_received,reported,note \
    "IHP001,$(sed -n '2s/,.*//p' plain/attributed/IHP001.csv),2025,NONE,2026-06-30,2026-07-01," >errors.csv
ihp appeal deck.yaml errors.csv -o appeal --quiet
ok "an appeal" succeeds
ihp settle interim.yaml -o members --member-files --quiet
folders=(result early paid package notices appeal plain members deck.yaml state.h5)
sums() {
    find "${folders[@]}" -type f -print0 | sort -z | xargs -0 sha256sum
}
sums >before

# refused TEXT COMMAND...: with --force, a command exits with 2 and changes nothing.
refused() {
    local text=$1
    shift
    ihp "$@" --force
    ok "$text: is refused" fails 2 ": " "name "
    sums >after
    ok "$text: changes nothing" cmp before after
}
# A file: one that a finished folder has, and one that it could have (test_keep_finished.c has all kinds of folders).
while read -r command has could; do
    for file in "$has" "$could"; do
        case $command in
            compare) refused "compare --members $file" compare plain members --members "$file" ;;
            report | workbook) refused "$command -o $file" "$command" result -o "$file" ;;
            power) refused "power -o $file" power deck.yaml --sizes 100 --draws 10 -o "$file" ;;
            import) refused "import -o $file" import nowhere -o "$file" ;;
            quarantine) refused "import --quarantine $file" import nowhere -o new.h5 --quarantine "$file" ;;
            synth) refused "synth -o $file" synth --members 50 --seed 1 -o "$file" ;;
        esac
    done
done <<'END'
compare plain/settlement.csv early/bridge.csv
report notices/notices.csv plain/report.html
workbook paid/payments.csv plain/settlement.xlsx
compare package/IHP001/new.csv deck.yaml
report deck.yaml state.h5
workbook state.h5 deck.yaml
power plain/attributed/IHP001.csv plain/attributed/IHP009.csv
import package/IHP001/terms.csv package/IHP001/changes.csv
quarantine appeal/answers.csv appeal/answers/IHP009.txt
synth plain/results.h5 paid/reconcile.h5
END
cd plain
ihp compare ../plain ../members --members terms.csv --force
ok "compare --members in the working folder" fails 2 "terms.csv: is a file of a finished result"
cd "$work"

# A folder. A settlement, payments and a reconciliation may share one; packages, notices and answers have their own.
while read -r folder others; do
    for other in $others; do
        case $other in
            package | settle) refused "$other -o $folder" "$other" deck.yaml -o "$folder" ;;
            pay) refused "pay -o $folder" pay deck.yaml --year 2025 -o "$folder" ;;
            notices) refused "notices -o $folder" notices final.yaml -o "$folder" ;;
            appeal) refused "appeal -o $folder" appeal deck.yaml errors.csv -o "$folder" ;;
            quality) refused "quality -o $folder" quality deck.yaml -o "$folder" ;;
            *) refused "synth $other $folder" synth --members 50 --seed 1 -o new.h5 "$other" "$folder" ;;
        esac
    done
done <<'END'
plain package notices appeal --extract
paid package
package settle notices
package/IHP001 settle
notices quality appeal --program
appeal pay
plain/attributed pay
plain/moved settle --extract
END
refused "quality -o: an interim, which has no scores" quality deck.yaml -o early
cp -r program other
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } 
    NR > 1 && $at["numerator"] != "" { $at["numerator"] = 0 } 1' \
    other/quality.csv >scores.csv
mv scores.csv other/quality.csv
sed 's/^program: .*/program: other/' deck.yaml >other.yaml
refused "quality -o: other scores" quality other.yaml -o plain
ihp quality deck.yaml -o plain
ok "quality -o: the same scores" succeeds
ok "quality -o: the same scores change nothing" cmp before <(sums)
report_of() { # what is made of a settlement for people, where it can be made
    ihp report plain --quiet --force
    ok "$1: a report" succeeds
}
report_of "before payments"
ihp pay deck.yaml --year 2025 -o plain --quiet
ok "payments next to a settlement" succeeds
ok "payments next to a settlement: the report without them is gone" not test -e plain/report.html
report_of "with payments"
ihp pay deck.yaml --quarter 2025Q1 -o plain --quiet --force
ok "other payments: the report with the earlier ones is gone" not test -e plain/report.html
ihp show plain
ok "payments next to a settlement: both are shown" says "$out" "Final settlement" "Payments"

# ---- a table of a finished result --------------------------------------------------------------------------------

ihp power deck.yaml -o result/my_power.csv --sizes 100 --draws 10 --quiet
ok "power: another name in that folder" succeeds
finish
