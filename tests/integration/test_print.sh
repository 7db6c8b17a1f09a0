#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the printed tables: whole ids on a terminal of any width, the same bytes in a pipe, and the path of the
# results in the last line of every job.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Two IHPs whose ids differ in the last of 40 characters.
first=A_PARTNERSHIP_WITH_AN_ID_OF_40_CHARS_001
second=A_PARTNERSHIP_WITH_AN_ID_OF_40_CHARS_002

sample=$work/sample
cp -r "$IHP_SOURCE/inputs/sample" "$sample"
sed -i "s/NORTHWOODS/$first/g; s/RIVERBEND/$second/g" "$sample"/program/*.csv
sed -i 's/^store:.*/store: sample.h5/; s/^output:.*/output: result/' "$sample/deck.yaml"
printf '\nbootstrap: {replicates: 20, seed: 1, levels: [0.9]}\nsweep: {design: readings}\n' \
    >>"$sample/deck.yaml"
result=$sample/result

# Runs the program on a terminal with a number of columns.
on_terminal() {
    python "$@" <<'PYTHON'
import fcntl, os, pty, struct, subprocess, sys, termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 40, int(sys.argv[1]), 0, 0))
process = subprocess.Popen([os.environ['IHP_PROGRAM']] + sys.argv[2:], stdin=subprocess.DEVNULL, stdout=slave,
                           stderr=slave if 'PROGRESS' in os.environ else None)
os.close(slave)
text = b''
while True:
    try:
        some = os.read(master, 65536)
    except OSError:  # the end, where the other side of a terminal is closed
        break
    if not some:
        break
    text += some
sys.stdout.buffer.write(text.replace(b'\r\n', b'\n'))
sys.exit(process.wait())
PYTHON
}

# Prints the tables of a settlement, from the heading row on, without the sentences between them.
tables() {
    grep -vE '^(Final|[0-9]+ members|Total|Effect|Uncertainty|Results)' "$out"
}

widest() {
    tables | awk '{ if (length($0) > widest) widest = length($0) } END { print widest }'
}

# Prints the first words of all lines, joined without the marks of ids that continue in the next line.
joined() {
    tables | awk '{ sub(/\\$/, "", $1); printf "%s", $1 }'
}

ihp import "$sample/extract" -o "$sample/sample.h5"
ok "import" succeeds
ok "import: prints the path of the store" says "$out" "$sample/sample.h5: "

# ---- in a pipe

ihp settle "$sample/deck.yaml"
ok "settle" succeeds
cp "$out" "$work/piped"
ok "a pipe: a line per IHP, with its whole id" [ "$(grep -c "^$first  .*savings" "$out")" = 1 ]
ok "a pipe: ids that differ only at the end are distinct" says "$out" "$second  "
COLUMNS=40 ihp settle "$sample/deck.yaml" --force
ok "a pipe: COLUMNS has no effect" cmp -s "$work/piped" "$out"

# ---- on a terminal

for width in 60 80 120; do
    on_terminal "$width" settle "$sample/deck.yaml" --force
    ok "$width columns: succeeds" succeeds
    ok "$width columns: no table is wider" [ "$(widest)" -le "$width" ]
    joined >"$work/joined"
    ok "$width columns: whole ids" says "$work/joined" "$first$second"
    ok "$width columns: whole numbers" says "$out" '$2,576.48' '-$3,711.10' '105.58%'
done
export COLUMNS=70
on_terminal 200 settle "$sample/deck.yaml" --force
unset COLUMNS
ok "COLUMNS overrides the terminal's width" [ "$(widest)" -le 70 ]
on_terminal 60 settle "$sample/deck.yaml" --force
ok "an id that continues in the next line is marked" says "$out" '\ '
on_terminal 200 settle "$sample/deck.yaml" --force
ok "a wide terminal: as in a pipe" cmp -s "$work/piped" "$out"

# ---- every command that prints for people

# A member of a long explanation, and one whose payment is explained; each command on terminals and in a pipe.
while read -r words; do
    for width in 60 80; do
        # shellcheck disable=SC2086 # the words of a command line
        on_terminal "$width" $words
        ok "ihp ${words%% *}, $width columns: succeeds" succeeds
        ok "ihp ${words%% *}, $width columns: no line is wider" not grep -q ".\\{$((width + 1))\\}" \
            <(grep -v "^Results\|$first\|$second" "$out")
    done
    # shellcheck disable=SC2086 # the words of a command line
    ihp $words
    ok "ihp ${words%% *}, in a pipe: no line is broken" not grep -q '^ *[a-z]*: *$' "$out"
done <<COMMANDS
explain $sample/deck.yaml M00002
explain $sample/deck.yaml M00002 --month 2025-04
check $sample/sample.h5 --program $sample/program
quality $sample/deck.yaml -o $work/wide --force
power $sample/deck.yaml --sizes 50 --draws 10
package $sample/deck.yaml -o $work/wide_package --force
import $sample/extract -o $work/wide.h5
synth -o $work/synth.h5 --force --members 50 --seed 1 --ihps 3 --extract $work/synthetic
COMMANDS

# Progress is in place on the terminal, so it must not take a second line.
on_both() {
    PROGRESS=1 on_terminal "$@"
    ok "ihp $2, $1 columns: progress fits" not grep -q ".\{$(($1 + 1))\}" \
        <(tr '\r' '\n' <"$out" | sed 's/\x1b\[K//' | grep '%')
    ok "ihp $2, $1 columns: progress is shown" grep -q ': 100%' "$out"
}
on_both 45 import "$sample/extract" -o "$work/wide.h5"
on_both 45 synth -o "$work/wide.h5" --force --members 50 --seed 1 --ihps 3

# The table of the readings has two columns of long names in front of its numbers.
sed "s/$first/NORTHWOODS/g; s/$second/RIVERBEND/g" "$sample/deck.yaml" >"$sample/narrow.yaml"
on_terminal 30 settle "$sample/narrow.yaml" --force
ok "30 columns: the table of the readings is not wider" not grep -q '.\{31\}' \
    <(sed -n '/^Effect of each/,$p' "$out" | grep -v '^Results')

# Prose is broken at its blanks.
ihp info "$result"
grep -o 'review first  .*\|mailable  .*\|protected  .*' "$out" | tr -s ' ' '\n' | sort -u >"$work/words"
on_terminal 60 info "$result"
sed '/^{/,$d' "$out" | tail -n +2 | tr -s ' ' '\n' | sort -u | grep -v '^$' >"$work/wrapped"
ok "info, 60 columns: every word is whole" [ -z "$(sed 's/^ *//' "$work/words" | comm -23 - "$work/wrapped")" ]
on_terminal 58 quality "$sample/deck.yaml" -o "$work/wide" --force
ok "quality, 58 columns: words are whole" grep -qE '(^|[^[:alpha:]])Adults( |$)' "$out"
ihp explain "$sample/deck.yaml" M00002
ok "explain in a pipe: a claim line in one line" grep -q "^    C00014/1 .* 9110000002 .* counted$" "$out"
ok "explain in a pipe: twelve months in one line" grep -q "^    Jan:.* Dec:" "$out"

# ---- the path of the results

last_line_is() {
    [[ $(tail -n 1 "$out") == "$1" ]]
}

ihp import "$sample/extract" -o "$sample/again.h5"
ok "import: the path is last" last_line_is "Results: $sample/again.h5"
made=$work/made
mkdir "$made" "$made/elsewhere"
(cd "$made" && "$IHP_PROGRAM" synth -o s.h5 --members 50 --seed 1 --ihps 3 --extract e/ >"$out")
ok "synth: all that was written is last" last_line_is "Results: s.h5, program/, deck.yaml, effects.csv, e/"
for path in s.h5 program/ihps.csv deck.yaml effects.csv e/claims.csv; do
    ok "synth: wrote $path" [ -s "$made/$path" ]
done
ihp synth -o "$made/t.h5" --program "$made/elsewhere/terms/" --members 50 --seed 1 --ihps 3
ok "synth --program: all that was written is last" last_line_is \
    "Results: $made/t.h5, $made/elsewhere/terms/, $made/elsewhere/deck.yaml, $made/elsewhere/effects.csv"
ihp settle "$sample/deck.yaml" --force
ok "settle: the path is last" last_line_is "Results: $result"
ihp pay "$sample/deck.yaml" --quarter 2025Q2
ok "pay: the path is last" last_line_is "Results: $result"
ihp reconcile "$sample/deck.yaml" --year 2025
ok "reconcile: the path is last" last_line_is "Results: $result"
ihp quality "$sample/deck.yaml" -o "$work/quality"
ok "quality: the path is last" last_line_is "Results: $work/quality"
ihp package "$sample/deck.yaml" -o "$work/package"
ok "package: the path is last" last_line_is "Results: $work/package"
ihp power "$sample/deck.yaml" --sizes 50 --draws 10 -o "$work/power.csv"
ok "power: the path is last" last_line_is "Results: $work/power.csv"
ihp power "$sample/deck.yaml" --sizes 50 --draws 10
ok "power without -o: prints no path" not grep -q '^Results' "$out"
ihp settle "$sample/deck.yaml" --force --quiet
ok "--quiet: prints nothing" [ ! -s "$out" ]

# ---- the files of a folder

ihp info "$result"
ok "info: the files of a folder" says "$out" "settlement.csv           review first" \
    "timings.h5               mailable" "payments.csv " "reconcile.json "
ok "info: lists only files that exist" not grep -qE 'scenario_bootstrap.csv|attributed/' "$out"
ihp settle "$sample/deck.yaml" --force --quiet --member-files
ihp info "$result"
ok "info: member files" says "$out" "attributed/IHP_ID.csv     protected" "unattributed/members.csv  protected"

finish
