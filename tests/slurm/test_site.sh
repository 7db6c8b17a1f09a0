# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# site.conf: each error is one line with file, line, key and what is allowed, before anything is submitted.
# The file as shipped has every key and is refused until it is filled in.

# Adds a line to a valid site.conf; the error has these texts.
refuses() {
    local line=$1
    shift
    site wrong
    echo "$line" >>"$IHP_SITE_CONF"
    script settle "$work/plain.yaml" "$work/refused"
    ok "site.conf: $line" fails_with 2 "$IHP_SITE_CONF:$(wc -l <"$IHP_SITE_CONF"): " "$@"
}

refuses 'acount=x' 'acount: is not a key of site.conf'
refuses 'nodes=3' 'nodes: appears twice'
refuses 'settle' 'is not KEY=VALUE'
refuses 'scratch=relative' "scratch: 'relative' is not valid; use an absolute path"
# shellcheck disable=SC2088
for value in '$(touch x)' '`touch x`' 'a;b' 'a b' "'a'" '~/x' '/a b' '/$HOME'; do
    refuses "scratch=$value" "scratch: '$value' is not valid"
done
refuses 'mail=a b' 'mail: ' 'one address'
refuses 'sbatch_options=-x' '--NAME or --NAME=VALUE'
refuses 'sbatch_options=--qos=a --time=5' 'no option that the scripts set'
refuses 'sbatch_options=--account=a' 'no option that the scripts set'
refuses 'sbatch_options=--qos=a --accou=a' 'no option that the scripts set'
refuses 'sbatch_options=--test-only' 'no option that the scripts set'
refuses 'check_flags=missing_months low_months' 'check_flags: ' "flags of 'ihp check --help'"
refuses 'modules=gcc;ls' 'modules: '
refuses 'launcher=mpiexec' 'srun or mpirun'
refuses 'time_factor=0' 'a number from 0.01 to 99.99'
refuses 'time_factor=1e3' 'a number from 0.01 to 99.99'

replaces() {
    local pair=$1
    shift
    site wrong "$pair"
    script settle "$work/plain.yaml" "$work/refused"
    ok "site.conf: $pair" fails_with 2 "$IHP_SITE_CONF" "${pair%%=*}: " "$@"
}
replaces 'account=' 'is empty or missing'
replaces 'nodes=' 'is empty or missing' 'a whole number from 1 to 100000'
replaces 'nodes=0' "'0' is not valid"
replaces 'nodes=100001' "'100001' is not valid"
replaces 'nodes=four' "'four' is not valid; use a whole number from 1 to 100000"
replaces 'nodes=-1' "'-1' is not valid"
replaces 'account=a b' "'a b' is not valid"
replaces 'minutes_min=61' '61 is more than minutes_max, 60'
replaces 'signal_seconds=3600' '3600 seconds are not less than minutes_max, 60 minutes'
replaces 'mpi_env=A=b c' 'NAME=VALUE'
replaces 'program=/none' '/none cannot be run'
replaces "program=$work" "$work cannot be run"

site right nodes=4 'tasks_per_node = 002   # a comment'
sed -i 's/=tasks_per/tasks_per/; s/= 002/ =  002/' "$IHP_SITE_CONF"
grep -v '^tasks_per_node=2' "$IHP_SITE_CONF" >"$work/right2.conf"
export IHP_SITE_CONF=$work/right2.conf
script nightly "$work/plain.yaml" "$work/dry" --dry-run
ok "blanks and comments" says "$out" "--ntasks-per-node=2 "

# As some editors write it: a byte-order mark, line ends of Windows, and no end of the last line.
site windows account=0042 nodes=08 'sbatch_options=--qos=night --time-min=5'
sed -i 's/$/\r/; 1 s/^/\xef\xbb\xbf/; $ s/\r$//' "$IHP_SITE_CONF"
truncate -s -1 "$IHP_SITE_CONF"
script nightly "$work/plain.yaml" "$work/dry" --dry-run
ok "as some editors write it; a name keeps its zeros" says "$out" "--account=0042 " "--nodes=8 " \
    " --qos=night --time-min=5 "

# Called by a link, from another folder, with a deck next to the target of a link.
site site
mkdir -p "$work/links/far/away"
ln -s far/away "$work/links/near"
ln -s "$slurm/nightly.sh" "$work/links/tonight"
sed "s|^store:.*|store: ../state.h5|; s|^program:.*|program: ../program|" "$work/plain.yaml" \
    >"$work/links/far/away/deck.yaml"
ln -s "$work/state.h5" "$work/program" "$work/links/far"
(cd "$work/links" && CDPATH=.:$work run ./tonight near/deck.yaml 'near/../a night' --dry-run &&
    echo "$code" >"$work/links/code")
ok "called by a link" [ "$(cat "$work/links/code")" = 0 ]
ok "called by a link: the other scripts and the folder are found" says "$out" " $slurm/settle.sh " \
    " $work/links/far/a\\ night/settle"
script preflight "$work/links/near/deck.yaml"
ok "a store next to the target of a link" says "$out" "4 nodes see the program and $work/state.h5"

export IHP_SITE_CONF=$work/none.conf
script settle "$work/plain.yaml" "$work/refused"
ok "no site.conf" fails_with 2 "$work/none.conf: cannot be read"
unset IHP_SITE_CONF
script settle "$work/plain.yaml" "$work/refused"
ok "site.conf as shipped" fails_with 2 "$slurm/site.conf: account: is empty or missing"
sed "s/^account=/&x/; s/^partition=/&batch/; s|^program=|&$IHP_PROGRAM|" "$slurm/site.conf" \
    >"$work/filled.conf"
export IHP_SITE_CONF=$work/filled.conf
script nightly "$work/plain.yaml" "$work/dry" --dry-run
ok "site.conf as shipped, filled in" says "$out" "--account=x --partition=batch --nodes=4" "--signal=B:USR1@180"
ok "it has every key" [ "$(grep -o '^[a-z_]*=' "$slurm/site.conf" | tr -d = | sort)" = \
    "$(sed -n "/^site_keys='/,/^'/p" "$slurm/lib.sh" | awk 'NF == 3 {print $1}' | sort)" ]
ok "nothing was submitted" cluster_is_empty
site site
run sbatch --wait --output="$work/direct.log" "$slurm/settle.sh" "$work/plain.yaml" "$work/refused"
ok "a script given to sbatch" says "$work/direct.log" "run this script itself, not with sbatch"
