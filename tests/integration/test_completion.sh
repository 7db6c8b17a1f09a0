#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests completion in bash and zsh: commands, options, choices, decks, stores and folders.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pages=$(dirname "$IHP_PROGRAM")/pages
cd "$work"
mkdir -p here/{data,deep}
touch here/{deck.yaml,draft.yml,data.csv,store.h5,'du al.yaml'}
touch here/deep/inner.yaml

# Each line: the text typed before the tab, and the words offered, sorted and separated by commas.
lines='
ihp se|settle
ihp p|package,pay,power
ihp s|settle,show,status,synth
ihp help qu|quality
ihp c|check,compare
ihp settle --f|--force,--fresh
ihp pay deck.yaml --q|--quarter,--quiet
ihp settle --quiet d|data,deck.yaml,deep,draft.yml,du al.yaml
ihp settle deep/|deep/inner.yaml
ihp check s|store.h5
ihp check store.h5 --program d|data,deep
ihp settle deck.yaml -o d|data,deep
ihp settle deck.yaml --output=d|data,deep
ihp settle --block 1/2 -o data dr|draft.yml
ihp merge data d|data,deep
ihp import data --quarantine d|data,data.csv,deep
ihp info d|data,data.csv,deck.yaml,deep,draft.yml,du al.yaml
'

# ---- bash ---------------------------------------------------------------------------------------

run bash -n "$pages/bash/ihp"
ok "bash: the syntax" succeeds
if command -v shellcheck >/dev/null; then
    run shellcheck --shell=bash "$pages/bash/ihp"
    ok "bash: shellcheck" succeeds
fi

# Splits a line into words as bash's completion does; after a blank the last word is empty.
words_of() {
    local line=${1//=/ = }
    read -ra words <<<"$line"
    [[ $line != *' ' || $line == *' = ' ]] || words+=("")
}

bash_offers() {
    words_of "$1"
    run bash -c 'cd here; source "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _ihp
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' bash "$pages/bash/ihp" "${words[@]}"
}

offered() {
    LC_ALL=C sort -u "$out" | paste -sd,
}

while IFS='|' read -r line expected; do
    [[ -n $line ]] || continue
    bash_offers "$line"
    ok "bash: $line" [ "$(offered)" = "$expected" ]
    ok "bash: $line: no error" [ ! -s "$err" ]
done <<<"$lines"

bash_offers "ihp --"
ok "bash: options before a command" [ "$(offered)" = "--help,--version" ]
bash_offers "ihp "
mapfile -t commands <"$out"
ok "bash: completion offers all commands" [ "${#commands[@]}" -ge 14 ]
for command in "${commands[@]}"; do
    bash_offers "ihp $command --"
    cp "$out" "$work/offered"
    ihp "$command" --help
    # Completion offers every option of the help, and no other.
    ok "bash: the options of $command" diff <(sort "$work/offered") \
        <(sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' "$out" | sort)
done
for line in "ihp settle --ranks " "ihp bogus " "ihp explain deck.yaml " "ihp settle deck.yaml "; do
    bash_offers "$line"
    ok "bash: nothing for '$line'" [ ! -s "$out" ]
done

# ---- zsh ----------------------------------------------------------------------------------------

if command -v zsh >/dev/null; then
    run zsh -n "$pages/zsh/_ihp"
    ok "zsh: the syntax" succeeds
    while IFS='|' read -r line expected; do
        [[ -n $line ]] || continue
        expected=${expected//deep\/inner/inner} # zsh offers the last part of a path
        run zsh -f "$IHP_SOURCE/tests/integration/zsh_complete.zsh" "$pages/zsh" "$work/here" "$line"
        ok "zsh: $line" [ "$(offered)" = "$expected" ]
    done <<<"$lines"
    run zsh -f "$IHP_SOURCE/tests/integration/zsh_complete.zsh" "$pages/zsh" "$work/here" \
        "ihp pay deck.yaml --year 2025 --q"
    ok "zsh: --year excludes --quarter" [ "$(offered)" = "--quiet" ]
else
    echo "zsh is not installed: its completion is not tested"
fi
finish
