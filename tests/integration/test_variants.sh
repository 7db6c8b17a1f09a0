#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that the sample extract, written in the ways in which States write theirs, gives a store with the same
# content hash on any number of ranks, and that what is not whole, or could mean two things, is refused with
# what to do.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sample=$IHP_SOURCE/inputs/sample/extract

content_hash() {
    "$IHP_PROGRAM" info "$1" 2>/dev/null | sed -n 's/^ *content hash *//p'
}

import_on() { # RANKS ARG...
    local ranks=$1
    shift
    rm -f "$work/variant.h5"
    if ((ranks == 1)); then
        ihp import "$@" -o "$work/variant.h5"
    else
        run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$@" -o "$work/variant.h5"
    fi
}

# Checks that a variant gives the store of the sample.
same() { # TEXT RANKS ARG...
    local text=$1 ranks=$2
    shift 2
    import_on "$ranks" "$@"
    ok "$text, $ranks ranks: the store of the sample" [ "$(content_hash "$work/variant.h5")" = "$hash" ]
}

# Copies the sample and changes each of its files with sed.
written() { # NAME SED-COMMAND
    cp -r "$sample" "$work/$1"
    sed -i "$2" "$work/$1"/*.csv
}

ihp import "$sample" -o "$work/sample.h5"
hash=$(content_hash "$work/sample.h5")
ok 'the sample has a content hash' [ ${#hash} = 32 ]

# ---- delimiters, names of columns, ends of files ----

written pipe 's/,/|/g'
same 'pipes' 3 "$work/pipe"
ok 'pipes are told' says "$err" 'notice: claims.csv: has pipes between the fields'
written tab 's/,/\t/g'
same 'tabs' 2 "$work/tab"
written capitals '1s/.*/\U&/'
same 'capitals' 4 "$work/capitals"
ok 'capitals are told once for each file' says "$err" \
    "claims.csv: 13 names of columns are in another case or with blanks around, such as 'CLAIM_ID' for claim_id"
written mixed $'1{s/.*/\U&/;s/,/ , /g;s/^/\xef\xbb\xbf/};s/,/;/g;s/$/\r/'
printf '\r\n   \r\n\r\n' | tee -a "$work"/mixed/{members,claims}.csv >/dev/null
same 'semicolons, capitals, blanks, a byte order mark and blank last lines' 1 "$work/mixed"

# ---- compressed ----

cp -r "$sample" "$work/members"
python "$work/members" <<'END'
import glob, gzip, sys
for path in glob.glob(sys.argv[1] + '/*.csv'):
    text = open(path, 'rb').read()
    third = len(text) // 3
    with open(path + '.gz', 'wb') as file:
        for part in text[:third], text[third:2 * third], text[2 * third:]:
            file.write(gzip.compress(part))
END
rm "$work"/members/*.csv
same 'gzip with three members' 3 "$work/members"

cp -r "$sample" "$work/zip"
python "$work/zip" <<'END'
import glob, os, sys, zipfile
for path in glob.glob(sys.argv[1] + '/*.csv'):
    with zipfile.ZipFile(path + '.zip', 'w', zipfile.ZIP_DEFLATED) as file:
        file.write(path, 'folder/' + os.path.basename(path))
        file.writestr('__MACOSX/._' + os.path.basename(path), 'x')
    os.remove(path)
END
same 'zip' 2 "$work/zip"

cp -r "$sample" "$work/zstd"
for file in "$work"/zstd/*.csv; do
    head -n 100 "$file" | zstd -q >"$file.zst"
    tail -n +101 "$file" | zstd -q >>"$file.zst"
    rm "$file"
done
same 'zstd with two frames' 4 "$work/zstd"

# ---- what is not whole ----

# Replaces claims.csv of the sample by a file and expects an error.
refused() { # TEXT FILE MESSAGE...
    local text=$1 file=$2
    shift 2
    rm -rf "$work/bad"
    cp -r "$sample" "$work/bad"
    rm "$work/bad/claims.csv"
    cp "$file" "$work/bad/"
    import_on 1 "$work/bad"
    ok "$text" fails 3 "$@"
    ok "$text: no store" [ ! -e "$work/variant.h5" ]
}

for kind in zip zst; do
    whole=$work/${kind/zst/zstd}/claims.csv.$kind
    mkdir -p "$work/change"
    changed=$work/change/claims.csv.$kind
    head -c -3 "$whole" >"$changed"
    refused "$kind: the end is missing" "$changed" "claims.csv.$kind: cannot be read to its end" 'get it again'
    for tail in x 'x,y' 'PK and more bytes than a directory has'; do
        (
            cat "$whole"
            printf '%s' "$tail"
        ) >"$changed"
        refused "$kind: ${#tail} bytes follow" "$changed" "claims.csv.$kind: cannot be read to its end"
    done
    python "$whole" "$changed" <<'END'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
data[len(data) // 2] ^= 1
open(sys.argv[2], 'wb').write(data)
END
    refused "$kind: a byte differs" "$changed" "claims.csv.$kind: cannot be read to its end"
done
python "$sample/claims.csv" "$work/change/claims.csv.zip" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[1], 'a.csv')
    file.write(sys.argv[1], 'b.csv')
END
refused 'zip: two files' "$work/change/claims.csv.zip" 'claims.csv.zip: has 2 files; a zip file must have exactly one'
cp "$work"/zip/members.csv.zip "$work/zstd/"
ihp import "$work/zstd" -o "$work/variant.h5"
ok 'one table in two forms' fails 3 'members.csv.zst: exists next to members.csv.zip; keep one of the two'

# ---- what a layout has to say ----

claims=$work/change/claims.csv
trailer() { # ROW BEGINNING
    (
        cat "$sample/claims.csv"
        printf '%s\n' "$1"
    ) >"$claims"
    refused "the trailer $1" "$claims" "claims.csv:3260: the row has" 'it looks like a trailer' \
        "--layout" "leave_out: [{begins: \"$2\"}]"
}
trailer '20 rows selected.' '# row'
trailer 'TRAILER,20' 'TRAILER'
trailer '(20 rows affected)' '(# row'
(
    cat "$sample/claims.csv"
    printf '%s\n' 'CLM0000001,1'
) >"$claims"
refused 'a row that is cut short' "$claims" 'claims.csv:3260: the row has 2 fields where the header has 13' \
    'may be cut short'
sed '1s/member_id/MBR/;s/,/|/g' "$sample/claims.csv" >"$claims"
refused 'pipes and an unknown name' "$claims" 'claims.csv:1: column member_id is missing' '--layout' \
    'claims: {delimiter: pipe, columns: {member_id: NAME}}'
sed '1d;s/,/\t/g' "$sample/claims.csv" >"$claims"
refused 'no header row' "$claims" 'claims.csv:1: column claim_id is missing, and so are the others of claims.csv (the first row has tabs' \
    'claims: {delimiter: tab, columns: {claim_id: NAME, line: NAME,' 'header: [NAME, ...]'
ok 'no header row: nothing of a member is printed' [ "$(grep -c -E 'M[0-9]{3}|[0-9]{10}' "$err")" = 0 ]

finish
