#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that an import gives the same store, the same errors and the same quarantine file on any number of
# ranks: the content hash, the output, and every byte of the quarantine file. This also holds if a file is
# divided inside quotes, if rows appear twice on different ranks, and if an error occurs.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

job=
clean_up() {
    if [[ -n $job ]]; then
        kill -9 "$job" 2>/dev/null
    fi
    umount "$work/disk" 2>/dev/null
}

all_ranks=(1 2 3 8)

content_hash() {
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

import_on() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" import "$@"
}

# Prints the output of the program itself, without mpirun's own lines.
printed() {
    cat "$out"
    grep '^ihp: ' "$err" || true
}

# Imports an extract without mpirun and on several ranks, and checks that all give the same output and files.
same_on_all() {
    local text=$1 extract=$2 ranks
    shift 2
    rm -f "$work/one.h5" "$work/one.csv" "$work/bad.csv"
    ihp import "$extract" -o "$work/one.h5" "$@"
    local first_code=$code hash=none
    printed | sed "s,$work/one,STORE," >"$work/first.txt"
    if [[ -e $work/one.h5 ]]; then
        hash=$(content_hash "$work/one.h5")
    fi
    if [[ -e $work/bad.csv ]]; then
        mv "$work/bad.csv" "$work/one.csv"
    fi
    for ranks in "${all_ranks[@]}"; do
        rm -f "$work/many.h5" "$work/bad.csv"
        import_on "$ranks" "$extract" -o "$work/many.h5" "$@"
        ok "$text, $ranks ranks: exit code" [ "$code" = "$first_code" ]
        printed | sed "s,$work/many,STORE," >"$work/said.txt"
        ok "$text, $ranks ranks: same output" diff "$work/first.txt" "$work/said.txt"
        if [[ $hash == none ]]; then
            ok "$text, $ranks ranks: no store" [ ! -e "$work/many.h5" ]
        else
            ok "$text, $ranks ranks: the same store" [ "$(content_hash "$work/many.h5")" = "$hash" ]
        fi
        if [[ -e $work/one.csv ]]; then
            ok "$text, $ranks ranks: the same quarantine file" cmp "$work/one.csv" "$work/bad.csv"
            ok "$text, $ranks ranks: only the owner can read it" mode_is 600 "$work/bad.csv"
        else
            ok "$text, $ranks ranks: no quarantine file" [ ! -e "$work/bad.csv" ]
        fi
        ok "$text, $ranks ranks: no unfinished files" nothing_left "$work"
    done
}

# ---- undamaged extracts -----------------------------------------------------------------------------

for given in tiny ties synpuf500; do
    copy_case "$IHP_SOURCE/tests/cases/$given" "$work/$given"
    same_on_all "$given" "$work/$given/extract"
    if [[ -e $work/$given/extract/claims.csv.gz ]]; then
        gunzip "$work/$given/extract/claims.csv.gz"
        same_on_all "$given, plain" "$work/$given/extract" --memory 64M
    fi
done

# Several compressed files, which the ranks share out: none may be left out.
several=$work/several
cp -r "$work/synpuf500/extract" "$several"
mkdir "$work/files"
tail -n +2 "$several/claims.csv" >"$work/rows"
split -n l/5 "$work/rows" "$work/files/claims-"
for file in "$work"/files/claims-*; do
    (head -n 1 "$several/claims.csv" && cat "$file") | gzip >"$file.csv.gz"
    rm "$file"
done
rm "$several/claims.csv"
printf 'claims: {files: "files/claims-*.csv.gz"}\n' >"$work/several.yaml"
same_on_all "several compressed files" "$several" --layout "$work/several.yaml"
ok "several compressed files: all lines" says "$work/first.txt" \
    "$(zcat "$work"/files/*.gz | grep -vc '^claim_id')"

all_ranks=(2 3) # many extracts on few ranks, and few on many
for seed in 1 2 3 4; do
    "$IHP_PYTHON" "$IHP_SOURCE/tests/reference/random_case.py" --seed "$seed" --members 100 \
        -o "$work/random-$seed"
    if [[ -e $work/random-$seed/extract/claims.csv.gz ]] && ((seed % 2 == 0)); then
        gunzip "$work/random-$seed/extract/claims.csv.gz"
    fi
    same_on_all "seed $seed" "$work/random-$seed/extract"
done

# ---- rows that are bad, repeated, quoted, of all lengths --------------------------------------------

# Writes an extract full of such rows. Arguments: folder, seed, line end, whether the last row has one.
spoilt() {
    "$IHP_PYTHON" - "$@" <<'PYTHON'
import os, random, sys

folder, seed, last = sys.argv[1], int(sys.argv[2]), sys.argv[4]
end = {'lf': '\n', 'crlf': '\r\n', 'cr': '\r'}[sys.argv[3]]
r = random.Random(seed)
os.makedirs(folder)


def write(name, header, rows):
    text = end.join([header] + rows) + (end if last == 'ended' else '')
    with open(os.path.join(folder, name), 'w', newline='', encoding='utf-8') as stream:
        stream.write(('\ufeff' if seed % 2 else '') + text)


write('members.csv', 'member_id,birth_date,sex,county,race_ethnicity',
      ['M%d,19%02d-01-01,F,27053,' % (i, i % 100) for i in range(40)] + ['M99,never,F,,'])
write('enrollment.csv', 'member_id,month_from,month_to,program,payer,exclusion',
      ['M%d,2024-01,2024-12,MA,P%d,' % (i, i % 5) for i in range(40)] + ['M77,2024-01,2024-12,MA,FFS,'])
write('morbidity.csv', 'member_id,year,acg', ['M%d,2024,0300' % i for i in range(40)] * 2)
write('providers.csv', 'npi,taxonomy', ['9%09d,207Q00000X' % i for i in range(9)])
rows = []
for i in range(600):
    claim = ('%d' % (i // 3), '"a ""quoted"" id, %d"' % (i // 3), '"%d%s"' % (i // 3, '\u00e9' * 20))[i % 7 % 3]
    note = ('plain', '"two%slines ""and"" quotes, too"' % end, '""', '"' + 'x' * r.randrange(400) + '"')[r.randrange(4)]
    payer = ('P1', '"P ""2"""', 'only%d' % (i // 200), '')[r.randrange(4)]
    day = '2024-%02d-%02d' % (r.randrange(1, 13), r.randrange(1, 29))
    rows.append([note, claim, str(i % 3), 'M%d' % r.randrange(40), day, '2025-06-01', 'PDV'[i % 3],
                 ('99213', '', 'A%04d' % r.randrange(60))[i % 3], 'other', '000', '',
                 '9%09d' % r.randrange(400), payer, '%d.50' % r.randrange(99)])
rows += [rows[i] for i in range(0, 600, 9)]                         # identical rows, far away
rows += [rows[i][:-1] + ['777777.77'] for i in range(3, 600, 31)]   # the same keys with another amount
rows += [rows[i][:-1] + ['21474836.48'] for i in range(5, 600, 97)]
for i in range(7, len(rows), 17):                                  # invalid amounts, days or members
    rows[i] = list(rows[i])
    column = (13, 4, 3)[i % 3]
    rows[i][column] = ('much', '2024-02-30', 'M1000')[i % 3]
lines = [','.join(row) for row in rows]
lines[3:3] = [''] * 5                                              # empty lines do not count as rows
write('claims.csv', 'note,claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,'
      'billing_npi,treating_npi,payer,paid_amount', lines)
PYTHON
}

line_ends=(lf crlf cr)
lasts=(ended open)
all_ranks=(2 3 8)
for seed in 1 2 3; do # each line end; the last row with and without one
    extract=$work/spoilt-$seed
    spoilt "$extract" "$seed" "${line_ends[seed % 3]}" "${lasts[seed / 3 % 2]}"
    same_on_all "spoilt $seed" "$extract"
    same_on_all "spoilt $seed, quarantined" "$extract" --quarantine "$work/bad.csv" --quarantine-limit 100%
    ok "spoilt $seed: some rows are bad" [ "$(wc -l <"$work/one.csv")" -gt 50 ]
    ok "spoilt $seed: some rows are good" [ -e "$work/one.h5" ]
    gzip "$extract/claims.csv"
    same_on_all "spoilt $seed, compressed, quarantined" "$extract" --quarantine "$work/bad.csv" \
        --quarantine-limit 100%
done

# ---- errors of structure: the first in the file, on whatever rank -----------------------------------

broken() {
    local text=$1
    rm -rf "$work/broken"
    cp -r "$work/tiny/extract" "$work/broken"
    shift
    "$@" "$work/broken/claims.csv"
    same_on_all "$text" "$work/broken"
    ok "$text: is refused" grep -q '^ihp: error: .*claims.csv' "$work/first.txt"
}

all_ranks=(1 3)
lines=$(wc -l <"$work/tiny/extract/claims.csv")
for at in 2 $((lines / 3)) $((lines / 2)) "$lines"; do
    broken "a field too many on line $at" sed -i "$at s/\$/,more/"
    broken "a quote left open on line $at" sed -i "$at s/^/\"/"
    broken "a quote inside a field on line $at" sed -i "$at s/,/\"x,/"
done
broken "two errors" sed -i -e "3 s/\$/,more/" -e "$lines s/\$/,more/"

# The same in compressed files, which a team of ranks reads in blocks: the first error in the order of the files.
compressed() {
    local text=$1 script=$2
    shift 2
    rm -rf "$work/broken"
    cp -r "$several" "$work/broken"
    mkdir "$work/broken/files"
    for number in 1 2; do
        (head -n 1 "$work/synpuf500/extract/claims.csv" && sed -e "$script" "$work/rows") |
            gzip >"$work/broken/files/claims-$number.csv.gz"
    done
    "$@"
    printf 'claims: {files: "broken/files/claims-*.csv.gz"}\n' >"$work/broken.yaml"
    same_on_all "compressed: $text" "$work/broken" --layout "$work/broken.yaml"
    ok "compressed: $text: is refused" grep -q '^ihp: error: .*claims' "$work/first.txt"
}

all_ranks=(3)
last=$(wc -l <"$work/rows")
compressed "a field too many at the end" "$last s/\$/,more/" true
compressed "a quote left open in the middle" "$((last / 2)) s/^/\"/" true
compressed "two errors" "$((last / 3)) s/,/\"x,/; $((last / 2)) s/\$/,more/" true
compressed "cut short" "" truncate -s 300000 "$work/broken/files/claims-1.csv.gz"
compressed "an error and cut short" "9000 s/\$/,more/" truncate -s 700000 "$work/broken/files/claims-1.csv.gz"
all_ranks=(1 3)
broken "no header" truncate -s 0
broken "a column missing" sed -i '1 s/paid_amount/amount/'

# ---- a full disk: all ranks end with one message, and nothing stays ---------------------------------

mkdir "$work/disk"
if mount -t tmpfs -o size=4k none "$work/disk" 2>/dev/null; then
    umount "$work/disk"
    whole=0
    for size in 4 100 400 800 1200 1600 2400 3200 4800 64000; do
        mount -t tmpfs -o "size=${size}k" none "$work/disk"
        import_on 3 "$work/synpuf500/extract" -o "$work/disk/new.h5"
        if [[ $code == 0 ]]; then
            whole=$((whole + 1))
        else
            ok "a disk of $size KiB: is refused" fails 1 "disk/new.h5" "No space left on device"
            ok "a disk of $size KiB: nothing is left" [ -z "$(ls -A "$work/disk")" ]
        fi
        umount "$work/disk"
    done
    ok "some disk is large enough" [ "$whole" -gt 0 ]
else
    echo "SKIPPED: the full disk, because this user cannot mount a tmpfs; run the test as root"
fi

# ---- a rank is killed while it reads: the run ends without a store ----------------------------------

"$IHP_PYTHON" - "$work/synpuf500/extract" "$work/long" <<'PYTHON'
import os, shutil, sys

source, target = sys.argv[1:]
shutil.copytree(source, target)
with open(os.path.join(source, 'claims.csv'), newline='') as stream:
    header = stream.readline()
    rows = stream.read()
with open(os.path.join(target, 'claims.csv'), 'w', newline='') as stream:
    stream.write(header)
    while stream.tell() < 200_000_000:
        stream.write(rows)
PYTHON
cat >"$work/record_pid.sh" <<'SCRIPT'
#!/usr/bin/env bash
echo $$ >"$1.$OMPI_COMM_WORLD_RANK"
shift
exec "$@"
SCRIPT
chmod +x "$work/record_pid.sh"
default_mpirun
timeout --kill-after=5 "$limit" "$IHP_MPIRUN" -n 3 "$work/record_pid.sh" "$work/pid" "$IHP_PROGRAM" import \
    "$work/long" -o "$work/killed.h5" >"$out" 2>"$err" </dev/null &
job=$!
is_reading() {
    [[ -s $work/pid.1 ]] && compgen -G "$work/killed.h5.part*" >/dev/null
}
ok "a rank is killed: it was reading" wait_for is_reading
kill -9 "$(cat "$work/pid.1")"
code=0
wait "$job" || code=$?
job=
ok "a rank is killed: mpirun fails" [ "$code" -ne 0 ]
ok "a rank is killed: no rank hangs" [ "$code" -ne 124 ]
ok "a rank is killed: no store" [ ! -e "$work/killed.h5" ]
ok "a rank is killed: no claims stay in temporary files" not compgen -G "$work/killed.h5.sort-*"
finish
