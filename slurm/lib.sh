# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# Shared by all job scripts: messages, site.conf, the deck's paths. Sourced.
#
#   site_read          reads site.conf into site[KEY]; an error in it is one line and exit code 2
#   say TEXT           prints a remark on standard output
#   fail CODE TEXT     prints an error on standard error, in a job with its stage and id, and exits with CODE
#   deck_path DECK KEY prints the path that a deck has for store or program
set -euo pipefail

script=$(basename "$(realpath "${BASH_SOURCE[-1]}")")
conf=${IHP_SITE_CONF:-$slurm_dir/site.conf}
declare -A site=()
told=0 # 1 once an error was printed

say() {
    printf '%s: %s\n' "${stage_name:-$script}" "$*"
}

fail() {
    local code=$1
    shift
    told=1
    if [[ -n ${IHP_STAGE:-} && -n ${SLURM_JOB_ID:-} ]]; then
        set -- "${IHP_STAGE}: job $(job_number) ended with code $code: $*"
    fi
    printf 'ihp-slurm: error: %s\n' "$*" >&2
    exit "$code"
}

# Prints the comment at the head of the script, for --help.
usage() {
    sed -n '2,/^[^#]/ {/SPDX/d; s/^# \{0,1\}//p}' "$slurm_dir/$script"
}

# Prints the absolute path of a file or folder, which need not exist. Symbolic links are not resolved,
# except in a path with "..", which counts from the target of a link.
whole_path() {
    case /$1/ in
        */../*) realpath -m -- "$1" ;;
        *) realpath -ms -- "$1" ;;
    esac
}

in_job() {
    [[ -n ${SLURM_JOB_ID:-} && ${IHP_STAGE:-} == "$1" ]]
}

# Prints the job id for Slurm's commands, with the element of an array.
job_number() {
    local element=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
    echo "${element:-$SLURM_JOB_ID}"
}

# Begins every script: handles --help, checks that there are at least WANTED arguments, reads site.conf and
# finds the program.
arguments() {
    local wanted=$1
    shift
    if [[ ${1-} == -h || ${1-} == --help ]]; then
        usage
        exit 0
    fi
    (($# >= wanted)) || fail 2 "too few arguments; $(usage | head -n 1)"
    site_read
    program_find
}

is_finished() {
    [[ -f $1/manifest.json ]]
}

# ---- site.conf -----------------------------------------------------------------------------------

# KEY KIND DEFAULT. '!' marks a required key, '-' an empty default.
site_keys='
account name !
partition name !
nodes 1-100000 !
tasks_per_node 1-4096 !
sweep_nodes 1-100000 1
sweep_blocks 1-10000 16
sweep_at_a_time 1-10000 16
rate_mb_per_s 1-1000000 200
time_factor decimal 2
minutes_min 1-100000 10
minutes_max 1-100000 !
memory_margin_percent 0-1000 25
memory_mib_min 1-100000000 512
small_minutes 1-100000 60
small_memory_mib 1-100000000 4096
import_minutes 1-100000 240
import_memory_mib 64-100000000 4096
check_flags flags -
signal_seconds 1-65535 180
requeues_max 0-1000 20
program path -
modules_init path -
modules modules -
launcher launcher srun
srun_mpi name pmix
mpi_env variables -
scratch path -
mail mail -
mail_events events FAIL,REQUEUE
sbatch_options options -
'

# Prints what a kind allows, in words.
kind_words() {
    case $1 in
        name) echo "a word of letters, digits and . _ -" ;;
        decimal) echo "a number from 0.01 to 99.99" ;;
        path) echo "an absolute path of letters, digits and . _ - + @ : /" ;;
        modules) echo "names of modules, separated by blanks" ;;
        launcher) echo "srun or mpirun" ;;
        variables) echo "NAME=VALUE, separated by blanks, without shell characters" ;;
        mail) echo "one address" ;;
        flags) echo "flags of 'ihp check --help', separated by commas" ;;
        events) echo "events of sbatch --mail-type, separated by commas" ;;
        options) echo "--NAME or --NAME=VALUE, separated by blanks, and no option that the scripts set" ;;
        *) echo "a whole number from ${1%-*} to ${1#*-}" ;;
    esac
}

# Prints the same as an extended regular expression for the whole value.
kind_pattern() {
    local word='[A-Za-z0-9_.,:/+@^=-]'
    case $1 in
        name) echo '[A-Za-z0-9][A-Za-z0-9_.-]*' ;;
        decimal) echo '[0-9]{1,2}(\.[0-9]{1,2})?' ;;
        path) echo '/[A-Za-z0-9_.+@:/-]*' ;;
        modules) echo '[A-Za-z0-9][A-Za-z0-9_./+-]*( +[A-Za-z0-9][A-Za-z0-9_./+-]*)*' ;;
        launcher) echo 'srun|mpirun' ;;
        variables) echo "[A-Z_][A-Za-z0-9_]*=$word*( +[A-Z_][A-Za-z0-9_]*=$word*)*" ;;
        mail) echo '[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+' ;;
        flags) echo '[a-z_]+(,[a-z_]+)*' ;;
        events) echo '[A-Z_0-9]+(,[A-Z_0-9]+)*' ;;
        options) echo "--[a-z-]+(=$word*)?( +--[a-z-]+(=$word*)?)*" ;;
        *) echo '[0-9]{1,9}' ;;
    esac
}

# Options of sbatch that the scripts set from other keys, that they require unchanged, or that would not
# submit a job here. sbatch accepts the beginning of a name.
options_taken='account|partition|nodes|ntasks|ntasks-per-node|mem|mem-per-cpu|time|array|dependency'
options_taken+='|output|error|open-mode|requeue|no-requeue|signal|mail-user|mail-type|job-name|parsable'
options_taken+='|export|chdir|wrap|kill-on-invalid-dep|clusters|wait|test-only|help|usage|version'

# Returns true if one of the options, NAME or NAME=VALUE separated by blanks, is among those.
takes_ours() {
    local option ours
    for option in $1; do
        option=${option%%=*}
        for ours in ${options_taken//|/ }; do
            [[ --$ours != "$option"* ]] || return 0
        done
    done
    return 1
}

kind_holds() {
    local kind=$1 value=$2
    [[ $value =~ ^($(kind_pattern "$kind"))$ ]] || return 1
    case $kind in
        [0-9]*) ((10#$value >= ${kind%-*} && 10#$value <= ${kind#*-})) ;;
        decimal) [[ ! $value =~ ^0*(\.0*)?$ ]] ;;
        options) ! takes_ours "$value" ;;
    esac
}

# Takes one line: its text is $1, its place for messages $2.
site_line() {
    local text=${1%%#*} where=$2 key value kind
    text=${text%$'\r'}
    [[ $text =~ [^[:space:]] ]] || return 0
    [[ $text =~ ^[[:space:]]*([A-Za-z0-9_]+)[[:space:]]*=[[:space:]]*(.*)$ ]] ||
        fail 2 "$where: is not KEY=VALUE"
    key=${BASH_REMATCH[1]}
    value=${BASH_REMATCH[2]}
    value=${value%"${value##*[![:space:]]}"}
    kind=$(awk -v key="$key" '$1 == key {print $2}' <<<"$site_keys")
    [[ -n $kind ]] || fail 2 "$where: $key: is not a key of site.conf; the file as shipped lists all keys"
    [[ -z ${site[$key]+x} ]] || fail 2 "$where: $key: appears twice; remove one of the lines"
    if [[ -n $value ]] && ! kind_holds "$kind" "$value"; then
        fail 2 "$where: $key: '$value' is not valid; use $(kind_words "$kind")"
    fi
    site[$key]=$value
}

site_read() {
    local line number=0 key kind default
    [[ -f $conf && -r $conf ]] || fail 2 "$conf: cannot be read; set IHP_SITE_CONF to use another file"
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        ((number > 1)) || line=${line#$'\xef\xbb\xbf'} # a byte-order mark of some editors
        site_line "$line" "$conf:$number"
    done <"$conf"
    while read -r key kind default; do
        if [[ -z $key ]]; then
            continue
        elif [[ -n ${site[$key]:-} ]]; then
            [[ $kind != [0-9]* ]] || site[$key]=$((10#${site[$key]}))
            continue
        fi
        [[ $default != '!' ]] || fail 2 "$conf: $key: is empty or missing; use $(kind_words "$kind")"
        site[$key]=${default#-}
    done <<<"$site_keys"
    ((site[minutes_min] <= site[minutes_max])) ||
        fail 2 "$conf: minutes_min: ${site[minutes_min]} is more than minutes_max, ${site[minutes_max]}"
    ((site[minutes_max] * 60 > site[signal_seconds])) ||
        fail 2 "$conf: signal_seconds: ${site[signal_seconds]} seconds are not less than minutes_max," \
            "${site[minutes_max]} minutes; a job would be stopped before it begins"
}

# ---- the program ---------------------------------------------------------------------------------

# Loads the site's modules and sets $program to the path of ihp.
program_find() {
    local word
    if [[ -n ${site[modules]} ]]; then
        set +u # for files that are not ours
        # shellcheck disable=SC1090
        [[ -z ${site[modules_init]} ]] || source "${site[modules_init]}" ||
            fail 2 "$conf: modules_init: ${site[modules_init]} cannot be read"
        command -v module >/dev/null ||
            fail 2 "$conf: modules: there is no command 'module' here; name the file that defines it in modules_init"
        for word in ${site[modules]}; do
            module load "$word" || fail 2 "$conf: modules: $word cannot be loaded on $(hostname -s)"
        done
        set -u
    fi
    for word in ${site[mpi_env]}; do
        export "${word?}"
    done
    program=${site[program]:-$(command -v ihp || true)}
    [[ -n $program ]] || fail 2 "$conf: program: is empty, and ihp is not on PATH; write the path of ihp"
    [[ -x $program && ! -d $program ]] ||
        fail 2 "$conf: program: $program cannot be run on $(hostname -s)"
}

# ---- the deck ------------------------------------------------------------------------------------

# Prints a path that is on a line of its own in a deck. A relative path counts from the deck's folder.
deck_path() {
    local deck=$1 value
    value=$(sed -n "/^$2:/ {s/^$2:[[:space:]]*//p; q}" "$deck")
    case $value in
        \"*\"*) value=${value#\"} value=${value%%\"*} ;;
        \'*\'*) value=${value#\'} value=${value%%\'*} ;;
        *) value=$(sed 's/[[:space:]]#.*$//; s/[[:space:]]*$//' <<<"$value") ;;
    esac
    [[ -n $value ]] || fail 2 "$deck: $2: the job scripts require this key on a line of its own, '$2: PATH'"
    case $value in
        /*) whole_path "$value" ;;
        *) whole_path "$(dirname "$deck")/$value" ;;
    esac
}
