#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests compressed input. A gzip file of several members, as `cat a.gz b.gz`, pigz and bgzip make it, is read to its
# end. A zip file must be one whole zip file, with nothing in front of it or behind it. A file of which a part cannot be read is refused with exit code 3, and never taken for its first part. Each test
# puts the claims of the case `tiny`, or the rosters of its program folder, into another form.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tiny=$work/tiny
copy_case "$IHP_SOURCE/tests/cases/tiny" "$tiny"
ihp import "$tiny/extract" -o "$work/plain.h5"
ok "the plain case: import" succeeds
((failed == 0)) || finish

# Writes every form of a CSV file into a folder: FORM.gz for those that must be read, FORM.refused for the others.
cat >"$work/forms.py" <<'PYTHON'
import gzip
import os
import struct
import sys
import zlib

path, folder = sys.argv[1:]
text = open(path, 'rb').read()
rows = text.splitlines(keepends=True)
half = b''.join(rows[:len(rows) // 2])
rest = text[len(half):]
MEMBER_WITHOUT_ROWS = gzip.compress(b'')


def block(data):
    """Returns a block of BGZF."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    size = len(body) + 25
    return (b'\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0' + struct.pack('<H', size) + body +
            struct.pack('<II', zlib.crc32(data), len(data)))


def flushed(data):
    """Returns a member with a full flush after each row, as pigz has between its blocks."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    return b''.join(deflate.compress(row) + deflate.flush(zlib.Z_FULL_FLUSH)
                    for row in data.splitlines(keepends=True)) + deflate.flush()


def named(data):
    """Returns a member whose header has a name, a comment, an extra field and a check sum of itself."""
    member = gzip.compress(data)
    header = b'\x1f\x8b\x08\x1e' + member[4:10] + b'\x04\0abcd' + b'claims.csv\0' + b'a comment\0'
    return header + struct.pack('<H', zlib.crc32(header) & 0xffff) + member[10:]


two = gzip.compress(half) + gzip.compress(rest)
first = len(gzip.compress(half))
damaged = bytearray(two)
damaged[first] ^= 1
wrong_sum = bytearray(two)
wrong_sum[-8] ^= 1
wrong_length = bytearray(two)
wrong_length[-1] ^= 1
bgzip = block(half) + block(rest) + block(b'')
read = {
    'one-member': gzip.compress(text), 'two-members': two,
    'a-member-for-each-row': b''.join(gzip.compress(row) for row in rows),
    'within-a-row': gzip.compress(text[:len(half) + 5]) + gzip.compress(text[len(half) + 5:]),
    'without-compression': gzip.compress(text, 0), 'pigz': flushed(text), 'bgzip': bgzip,
    'bgzip-twice': block(half) + block(b'') + block(rest) + block(b''),
    'an-empty-member': gzip.compress(half) + MEMBER_WITHOUT_ROWS + gzip.compress(rest),
    'empty-members-at-both-ends': MEMBER_WITHOUT_ROWS + gzip.compress(text) + MEMBER_WITHOUT_ROWS,
    'a-header-with-everything': named(half) + named(rest), 'plain': text,
}
refused = {
    'plain-text-behind': gzip.compress(half) + rest, 'zeros-behind': gzip.compress(text) + bytes(512),
    'one-zero-behind': gzip.compress(text) + b'\0', 'a-line-end-behind': gzip.compress(text) + b'\n',
    'zeros-between': gzip.compress(half) + bytes(4) + gzip.compress(rest),
    'the-second-mark-damaged': bytes(damaged), 'the-second-sum-wrong': bytes(wrong_sum),
    'the-second-length-wrong': bytes(wrong_length), 'cut-in-the-second': two[:-20],
    'cut-in-the-second-header': two[:first + 6], 'cut-after-the-second-mark': two[:first + 1],
    'cut-before-the-sum': two[:-8], 'bgzip-without-its-end': bgzip[:-28],
    'bgzip-cut-between-blocks': block(half), 'another-method': gzip.compress(half) + b'\x1f\x8b\x07' + bytes(20),
    'zip-behind': gzip.compress(text) + b'PK\x03\x04' + bytes(26), 'zstd-behind': gzip.compress(text) + b'\x28\xb5\x2f\xfd',
}
for forms, ending in ((read, 'gz'), (refused, 'refused')):
    for name, data in forms.items():
        with open(os.path.join(folder, name + '.' + ending), 'wb') as file:
            file.write(data)
PYTHON

# Writes the forms of a file into $forms.
make_forms() {
    rm -rf "$work/forms"
    mkdir "$work/forms"
    python "$@" <"$work/forms.py"
    ((code == 0)) || { cat "$err"; exit 1; }
    rm "$1"
}

# Succeeds if two stores have the same content; their records name other files.
same_content() {
    [[ $("$IHP_PROGRAM" info "$1" | grep 'content hash') == $("$IHP_PROGRAM" info "$2" | grep 'content hash') ]]
}

cp "$tiny/extract/claims.csv" "$work/claims.csv"
make_forms "$tiny/extract/claims.csv" "$work/forms"
claims=$tiny/extract/claims.csv.gz
claims_zip=$tiny/extract/claims.csv.zip
for form in "$work"/forms/*; do
    name=$(basename "${form%.*}")
    cp "$form" "$claims"
    rm -f "$work/state.h5"
    ihp import "$tiny/extract" -o "$work/state.h5"
    if [[ $form == *.gz ]]; then
        ok "claims.csv.gz, $name: has all rows" same_content "$work/state.h5" "$work/plain.h5"
    else
        ok "claims.csv.gz, $name: is refused" fails 3 "claims.csv.gz: cannot be read to its end ("
        ok "claims.csv.gz, $name: no store" [ ! -e "$work/state.h5" ]
    fi
done

# Zip files, also large ones' second directory end and an entry's place in an extra field. All that `cat` joins, and
# all that has something in front or behind, is refused, also if the numbers of its directory have been corrected.
zips=$work/zips
mkdir "$zips"
cat >"$work/zips.py" <<'PYTHON'
import io
import os
import struct
import sys
import zipfile

path, folder = sys.argv[1:]
text = open(path, 'rb').read()
rows = text.splitlines(keepends=True)
half = b''.join(rows[:len(rows) // 2])
rest = rows[0] + text[len(half):]


def packed(data, large=False, comment=b'', names=('claims.csv',)):
    """Returns a zip file, perhaps with the local fields of a large one, with the data as its last file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as file:
        for name in names[:-1]:
            file.writestr(name, b'other')
        with file.open(names[-1], 'w', force_zip64=large) as entry:
            entry.write(data)
        file.comment = comment
    return out.getvalue()


def moved(data, bytes_in_front, large):
    """Returns a zip file behind some bytes whose directory knows of them, perhaps as a large file says it."""
    end = data.rindex(b'PK\5\6')
    size, start = struct.unpack('<II', data[end + 12:end + 20])
    place = len(bytes_in_front)
    entry = data[start:end]
    if not large:
        entry = entry[:42] + struct.pack('<I', place) + entry[46:]
        return (bytes_in_front + data[:start] + entry + data[end:end + 16] + struct.pack('<I', start + place) +
                data[end + 20:])
    name = struct.unpack('<H', entry[28:30])[0]
    entry = (entry[:30] + struct.pack('<H', 12) + entry[32:42] + b'\xff' * 4 + entry[46:46 + name] +
             struct.pack('<HHQ', 1, 8, place))
    end64 = struct.pack('<4sQHHIIQQQQ', b'PK\6\6', 44, 45, 45, 0, 0, 1, 1, len(entry), start + place)
    locator = struct.pack('<4sIQI', b'PK\6\7', 0, place + start + len(entry), 1)
    return (bytes_in_front + data[:start] + entry + end64 + locator + data[end:end + 12] + b'\xff' * 8 +
            data[end + 20:])


large = moved(packed(text), b'', True)
read = {
    'one-file': packed(text), 'with-a-comment': packed(text, comment=b'a comment'),
    'with-a-folder': packed(text, names=('__MACOSX/claims.csv', 'claims.csv')),
    'local-fields-of-a-large-one': packed(text, large=True), 'a-large-one': large,
}
refused = {
    'joined': packed(half) + packed(rest), 'joined-and-corrected': moved(packed(rest), packed(half), False),
    'large-ones-joined': moved(packed(half), b'', True) + moved(packed(rest), b'', True),
    'large-ones-joined-and-corrected': moved(packed(rest), packed(half), True),
    'zeros-behind': packed(text) + bytes(4), 'cut': packed(text)[:-1],
    'the-directory-damaged': packed(text).replace(b'PK\1\2', b'PK\1\3'),
    'a-large-one-with-another-second-end': large.replace(b'PK\6\6', b'PK\6\5'),
    'of-two-the-first-of-no-zip': b'PK\3\4' + bytes(30) + packed(text),
}
for forms, ending in ((read, 'zip'), (refused, 'refused')):
    for name, data in forms.items():
        with open(os.path.join(folder, name + '.' + ending), 'wb') as file:
            file.write(data)
PYTHON
python "$work/claims.csv" "$zips" <"$work/zips.py"
((code == 0)) || { cat "$err"; exit 1; }
rm "$claims"
for form in "$zips"/*; do
    name=$(basename "${form%.*}")
    cp "$form" "$claims_zip"
    rm -f "$work/state.h5"
    ihp import "$tiny/extract" -o "$work/state.h5"
    if [[ $form == *.zip ]]; then
        ok "claims.csv.zip, $name: has all rows" same_content "$work/state.h5" "$work/plain.h5"
    else
        ok "claims.csv.zip, $name: is refused" fails 3 "claims.csv.zip: cannot be read to its end ("
        ok "claims.csv.zip, $name: no store" [ ! -e "$work/state.h5" ]
    fi
done
for name in joined joined-and-corrected large-ones-joined large-ones-joined-and-corrected; do
    cp "$zips/$name.refused" "$claims_zip"
    ihp import "$tiny/extract" -o "$work/state.h5"
    ok "claims.csv.zip, $name: says what is wrong" fails 3 "(bytes are in front of the zip file"
done

# The same in a program folder, of which a part would settle without some providers.
mv "$work/plain.h5" "$tiny/state.h5"
make_forms "$tiny/program/rosters.csv" "$work/forms"
for name in two-members bgzip plain-text-behind cut-in-the-second zeros-behind bgzip-cut-between-blocks; do
    form=$(echo "$work/forms/$name".*)
    cp "$form" "$tiny/program/rosters.csv.gz"
    ihp settle "$tiny/deck.yaml" --quiet --force
    if [[ $form == *.gz ]]; then
        ok "rosters.csv.gz, $name: is read" succeeds
        ok "rosters.csv.gz, $name: has all rows" cmp -s "$tiny/result/settlement.csv" "$tiny/expected/settlement.csv"
        rm -r "$tiny/result"
    else
        ok "rosters.csv.gz, $name: is refused" fails 3 "rosters.csv.gz: cannot be read to its end ("
        ok "rosters.csv.gz, $name: no result" [ ! -e "$tiny/result" ]
    fi
done

finish
