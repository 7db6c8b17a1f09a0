#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests compressed input. A gzip file of several members, as `cat a.gz b.gz`, pigz and bgzip make it, is read to its
# end. A file of which a part cannot be read is refused with exit code 3, and never taken for its first part. Each test
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

make_forms "$tiny/extract/claims.csv" "$work/forms"
claims=$tiny/extract/claims.csv.gz
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
