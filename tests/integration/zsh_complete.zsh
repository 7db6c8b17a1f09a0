# SPDX-License-Identifier: GPL-3.0-or-later
# zsh -f zsh_complete.zsh FUNCTIONS FOLDER LINE: prints the words with which zsh completes LINE, one a line.
#
# FUNCTIONS is the folder of _ihp; FOLDER is where the line is typed. A zsh with a separate terminal gets the line
# and a tab. The script replaces its compadd, which receives the words to offer, to write them to a file.
zmodload zsh/zpty
offers=$(mktemp) script=$(mktemp)
cat >$script <<COMMANDS
PROMPT=
fpath=(${(q)1} \$fpath)
autoload -Uz compinit
compinit -D -u
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "\$@"
        return \$?
    fi
    local -a offered
    builtin compadd -A offered "\$@"
    ((\$#offered == 0)) || print -l -- \$offered >>$offers
    builtin compadd "\$@" # or zsh looks for other files
}
comppostfuncs=(exit)
cd ${(q)2}
print ready
COMMANDS
zpty shell zsh -f -i
zpty -w shell "source $script"
while zpty -r shell line && [[ $line != ready* ]]; do :; done
zpty -w shell "$3"$'\t'
while zpty -t shell; do
    zpty -r -t shell line || sleep 0.05
done
sort -u $offers
rm -f $offers $script
