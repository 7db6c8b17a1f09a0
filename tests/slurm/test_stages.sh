# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2164
# Single stages: an import on four nodes, a check, a report; modules and scratch folder of the site.

# A command `module`, as environment modules define it, which records its arguments.
cat >"$work/modules.sh" <<SH
module() {
    echo "\$* \${SLURM_JOB_ID:-here}" >>"$work/modules"
    [[ \$2 != none/1 ]]
}
SH
mkdir "$work/scratch"
site modules "modules_init=$work/modules.sh" "modules=openmpi/4.1 hdf5/1.10" "scratch=$work/scratch"
cp -r "$IHP_SOURCE/inputs/sample" "$work/sample"
sed 's|^store:.*|store: state.h5|' "$IHP_SOURCE/inputs/sample/deck.yaml" >"$work/sample/deck.yaml"

cd "$work/sample"
script import extract state.h5
ok "import.sh" succeeds
import=$(job_printed import)
wait_until is_over "$import"
ok "import: done" is_state "$import" COMPLETED
((good)) || show_logs "$(log_of "$import")"
OMPI_MCA_orte_tmpdir_base=$work run "$IHP_PROGRAM" import extract -o plain.h5
ok "import: the bytes of a plain import" cmp state.h5 plain.h5
ok "import: only its owner can read it" mode_is 600 state.h5
script import extract state.h5
ok "import: a store that exists is refused" fails_with 2 "state.h5: exists already" "--force"
ok "modules are loaded here and in the job" diff <(sort -u "$work/modules") \
    <(printf 'load %s\n' "hdf5/1.10 $import" "hdf5/1.10 here" "openmpi/4.1 $import" "openmpi/4.1 here")

# An import with a bad row.
cp -r extract bad && echo 'X,1' >>bad/members.csv
script import bad bad.h5
import=$(job_printed import)
script check deck.yaml
ok "check.sh" succeeds
check=$(job_printed check)
wait_until is_over "$import"
ok "bad import: code 3" [ "$(code_of "$import")" = 3 ]
ok "bad import: the log reports it" says "$(log_of "$import")" "import: job $import ended with code 3: bad data"
ok "bad import: no store" [ ! -e bad.h5 ]
wait_until is_over "$check"
ok "check: done" is_state "$check" COMPLETED
ok "check: its output" says "$(log_of "$check")" "Flags" "check: no flag that must not be raised is raised"

# From within another job, whose numbers and limits are not passed on.
run sbatch --wait --array=7 --ntasks=1 --mem-per-cpu=50M --time=1 --output="$work/nested.log" \
    --wrap "$slurm/check.sh $work/sample/deck.yaml"
ok "from within a job" succeeds
check=$(sed -n 's/^check is job \([0-9]*\);.*/\1/p' "$work/nested.log")
wait_until is_over "$check"
ok "from within a job: done" is_state "$check" COMPLETED
ok "from within a job: a job of its own" says "$(log_of "$check")" "check: job $check on n"

script report "$work/none"
ok "report.sh" succeeds
report=$(job_printed report)
wait_until is_over "$report"
ok "report of a missing folder: fails" is_state "$report" FAILED
cd "$work"

site modules "modules_init=$work/modules.sh" "modules=none/1"
script check "$work/sample/deck.yaml"
ok "a module that cannot be loaded" fails_with 2 "modules: none/1 cannot be loaded"
site modules "modules_init=$work/none.sh" "modules=gcc"
script check "$work/sample/deck.yaml"
ok "a missing modules_init" fails_with 2 "modules_init: $work/none.sh cannot be read"
site modules "modules=gcc"
script check "$work/sample/deck.yaml"
ok "no command module" fails_with 2 "there is no command 'module' here; name the file that defines it in modules_init"
# A file takes the place of the output folder while the job waits.
site held sbatch_options=--hold
script settle "$work/sample/deck.yaml" "$work/soon/result"
job=$(job_printed settle)
: >"$work/soon"
scontrol release "$job"
wait_until is_over "$job"
ok "a command of the script fails: the last line reports it" grep -q \
    "^ihp-slurm: error: settle: job $job ended with code 1: a command" <(tail -n 1 "$(log_of "$job")")

site scratch "scratch=$work/none"
script check "$work/sample/deck.yaml"
check=$(job_printed check)
wait_until is_over "$check"
ok "a missing scratch folder on the node" says "$(log_of "$check")" \
    "ihp-slurm: error: check: job $check ended with code 2: $IHP_SITE_CONF: scratch: $work/none is not a folder"
