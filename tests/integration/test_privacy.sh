#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that members stay hidden. Member ids carry a marker, which must not appear in any message, table, manifest
# or results.h5, whether a command succeeds or fails. It may appear in attributed/, the quarantine file, the store
# and the output of `ihp explain`; only the owner can read these files, whatever the umask.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 0

marker=SECRET
case=$work/case
copy_case "$IHP_SOURCE/tests/cases/tiny" "$case"
# Ids of members and of claims; the marker is part of both.
sed -i "s/\bT\([0-9][0-9]\)\b/${marker}T\1/; s/^C\([0-9][0-9]*\),/${marker}C\1,/" "$case"/extract/*.csv
cp -r "$case/extract" "$work/extract"
ok "the extract has the marker" says "$case/extract/claims.csv" "${marker}C001,1,${marker}T01,"

hidden() {
    local file
    for file in "$@"; do
        if grep -qa -- "$marker" "$file"; then
            echo "        $file shows: $(grep -a -m 1 -- "$marker" "$file" | cut -c 1-200)"
            return 1
        fi
    done
}

# Runs ihp and checks its output for the marker; $code is for the caller.
quiet() {
    local text=$1
    shift
    ihp "$@"
    ok "$text: its output hides members" hidden "$out" "$err"
}

# ---- successful runs --------------------------------------------------------------------------------

store=$case/state.h5
quiet "import" import "$case/extract" -o "$store"
ok "import" succeeds
ok "only the owner can read the store" mode_is 600 "$store"

settle 2 "$case/deck.yaml" --member-files
ok "settle" succeeds
ok "settle: its output hides members" hidden "$out" "$err"
result=$case/result
for file in "$result"/*; do
    [[ -f $file ]] || continue
    ok "settle: $(basename "$file") hides members" hidden "$file"
done
ok "only the owner can read the folder of member files" mode_is 700 "$result/attributed"
for file in "$result"/attributed/*; do
    ok "only the owner can read attributed/$(basename "$file")" mode_is 600 "$file"
done
ok "member files name members" grep -q "$marker" "$result/attributed/NORTH.csv"
quiet "settle without member files" settle "$case/deck.yaml" --force
ok "settle without member files: none are left" [ ! -e "$result/attributed" ]

# An existing folder becomes readable only for its owner. A link is refused, because a later run would not remove
# the files behind it.
mkdir -m 755 "$result/attributed"
echo mine >"$result/attributed/notes.txt"
settle 2 "$case/deck.yaml" --member-files --force --quiet
ok "settle into an open folder of member files" succeeds
ok "only the owner can read it afterwards" mode_is 700 "$result/attributed"
ihp settle "$case/deck.yaml" --force --quiet
ok "without member files: none are left" [ "$(ls "$result/attributed")" = notes.txt ]
rm -r "$result/attributed"
mkdir "$work/behind"
ln -s "$work/behind" "$result/attributed"
settle 2 "$case/deck.yaml" --member-files --force --quiet
ok "a link for attributed/ is refused" fails 1 "$result/attributed"
ok "nothing is written through the link" [ -z "$(ls "$work/behind")" ]
ok "the earlier result stays" [ -e "$result/manifest.json" ]
rm "$result/attributed"
ihp settle "$case/deck.yaml" --quiet --force
ok "settle again" succeeds

for what in "$store" "$result" "$result/results.h5" "$result/manifest.json"; do
    quiet "info of $(basename "$what")" info "$what"
    ok "info of $(basename "$what")" succeeds
done
quiet "check" check "$store" --program "$case/program"
ok "check" succeeds

cp "$IHP_SOURCE/inputs/program-defaults/part2.csv" "$case/program/"
package=$result/package
run "$IHP_MPIRUN" -n 2 "$IHP_PROGRAM" package "$case/deck.yaml"
ok "package" succeeds
ok "package: its output hides members" hidden "$out" "$err"
cp -r "$package" "$work/earlier"
unlist "$work/earlier/package.json"
sed -i "s/^${marker}T/${marker}X/" "$work"/earlier/*/protected_members.csv
quiet "package with an earlier one" package "$case/deck.yaml" --force --previous "$work/earlier"
ok "package with an earlier one: has changes" [ -e "$package/NORTH/changes.csv" ]
for file in "$package/package.json" "$package"/*/*; do
    [[ $file == */protected_* ]] || ok "package: $(basename "$file")" hidden "$file"
    ok "package: only the owner can read $(basename "$file")" mode_is 600 "$file"
done
ok "package: protected files name members" grep -q "$marker" "$package/NORTH/protected_members.csv"
rm -r "$package"

ihp explain "$case/deck.yaml" "${marker}T08"
ok "explain" succeeds
ok "explain: names the member" says "$out" "${marker}T08"
ok "explain: its messages hide members" hidden "$err"

# Overrides name members in the program folder; the results give only their number.
printf 'member_id,year,ihp_id,note\n%sT02,2025,NORTH,%s appealed\n' "$marker" "$marker" \
    >"$case/program/overrides.csv"
settle 3 "$case/deck.yaml" --force --member-files
ok "settle with overrides" succeeds
ok "settle with overrides: its output hides members" hidden "$out" "$err"
ok "settle with overrides: the results hide members" hidden "$result"/*.csv "$result/manifest.json" \
    "$result/results.h5" "$result/timings.h5" "$result.status.json"
rm "$case/program/overrides.csv"

# ---- failures: programs -----------------------------------------------------------------------------

override() {
    printf 'member_id,year,ihp_id,note\n' >"$case/program/overrides.csv"
    printf '%s\n' "$@" >>"$case/program/overrides.csv"
    quiet "override $*" settle "$case/deck.yaml" --force
    ok "override $*: is refused" [ "$code" = 3 ]
    quiet "check with override $*" check "$store" --program "$case/program"
    rm "$case/program/overrides.csv"
}

override "${marker}T99,2025,NORTH,"
override "${marker} T02,2025,NORTH,"
override "${marker}T02,25,NORTH,"
override "${marker}T02,2025,SOUTH,"
override "${marker}T02,2025,NORTH," "${marker}T02,2025,LAKES,"
override "2025,${marker}T02,NORTH,"
override "NORTH,2025,${marker}T02,"
override "${marker}T02,2025"

# ---- failures: explain ------------------------------------------------------------------------------

quiet "explain of an unknown member" explain "$case/deck.yaml" "${marker}T99"
ok "explain of an unknown member: exit code 3" [ "$code" = 3 ]
quiet "explain of an invalid id" explain "$case/deck.yaml" "$marker T02"
ok "explain of an invalid id: exit code 2" [ "$code" = 2 ]
quiet "explain of two members" explain "$case/deck.yaml" "${marker}T02" "${marker}T03"
ok "explain of two members: exit code 2" [ "$code" = 2 ]

# ---- failures: extracts -----------------------------------------------------------------------------

# Damages a fresh extract with sed; import must fail, and quarantine what it can, without showing the marker.
spoilt() {
    local name=$1 spoil=$2
    rm -rf "$case/extract"
    cp -r "$work/extract" "$case/extract"
    sed -i "$spoil" "$case/extract/$name.csv"
    rm -f "$work/bad.csv"
    quiet "$name: $spoil" import "$case/extract" -o "$work/new.h5"
    ok "$name: $spoil: is refused" [ "$code" = 3 ]
    quiet "$name: $spoil, quarantined" import "$case/extract" -o "$work/new.h5" --quarantine "$work/bad.csv" --quarantine-limit 100%
    if [[ -e $work/bad.csv ]]; then
        ok "$name: $spoil: only the owner can read the quarantine file" mode_is 600 "$work/bad.csv"
    fi
}

spoilt members "2 s/^[^,]*/$marker T01/"
spoilt members "2 s/1980-01-01/$marker/"
spoilt members "2 s/,M,/,$marker,/"
spoilt members '2 p'
spoilt members '2 d'
spoilt members '2 s/,[^,]*$//'
spoilt members "2 s/\$/,$marker/"
spoilt members "2 s/^/\"/"
spoilt members "2 s/1980/\"1980/"
spoilt enrollment "2 s/2024-01/$marker/"
spoilt enrollment "2 s/2025-12/2023-12/"
spoilt enrollment "2 s/\$/$marker/"
spoilt enrollment "2 s/^[^,]*/${marker}T99/"
spoilt enrollment "2 s/^[^,]*/$marker${marker}${marker}${marker}/"
spoilt claims '2 p'
spoilt claims "2 s/^[^,]*/$marker$(printf 'X%.0s' {1..130})/"
spoilt claims "2 s/,1,/,$marker,/"
spoilt claims "2 s/${marker}T01/${marker}T99/"
spoilt claims "2 s/2024-05-05/$marker/"
spoilt claims "2 s/,P,/,$marker,/"
spoilt claims "2 s/professional/$marker/"
spoilt claims "2 s/,043,/,$marker,/"
spoilt claims "2 s/100.00/$marker/"
spoilt claims "2 s/,[^,]*\$//"
spoilt morbidity "2 s/2024/$marker/"
spoilt morbidity "2 s/LOW/${marker}1234/"
spoilt morbidity "2 s/^\\(.*,\\)LOW\$/&\\n\\1HIGH/"
spoilt providers "2 s/9000000011/$marker/"
# A field that may be blank is left blank if it is not valid, and the row is kept. The texts are not shown.
left_blank() {
    local name=$1 column=$2 spoil=$3
    rm -rf "$case/extract"
    cp -r "$work/extract" "$case/extract"
    sed -i "$spoil" "$case/extract/$name.csv"
    quiet "$column that is not valid" import "$case/extract" -o "$work/new.h5" --force
    ok "$column that is not valid: is imported" succeeds
    ok "$column that is not valid: has a notice" says "$err" "$name: 1 value of $column was not valid and left blank"
    quiet "info after $column that is not valid" info "$work/new.h5"
    ok "info after $column that is not valid: counts it" says "$out" "not valid and left blank"
}

left_blank members county "2 s/27053/$marker/"
left_blank claims procedure "2 s/99213/$marker/"
left_blank claims treating_npi "2 s/9000000011/$marker/"
left_blank providers taxonomy "2 s/,.*/,$marker$marker/"
# Files without a header: the first row is a member's.
for name in members enrollment claims morbidity; do
    spoilt "$name" 1d
done

# Files in place of others.
quiet "info of a file of the extract" info "$work/extract/members.csv"
ok "info of a file of the extract: exit code 3" [ "$code" = 3 ]
cp "$work/extract/members.csv" "$work/members.json"
quiet "info of members.csv as a manifest" info "$work/members.json"
ok "info of members.csv as a manifest: exit code 3" [ "$code" = 3 ]
quiet "settle with members.csv as the deck" settle "$work/extract/members.csv"
ok "settle with members.csv as the deck: exit code 2" [ "$code" = 2 ]
cp "$work/extract/members.csv" "$case/program/rosters.csv"
quiet "settle with members.csv as the rosters" settle "$case/deck.yaml" --force
ok "settle with members.csv as the rosters: exit code 3" [ "$code" = 3 ]
finish
