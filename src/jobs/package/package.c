/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp package: settles a deck and hands each IHP its own part of the result [4.6.2]. The claims are
 * judged line by line in the one pass, so that the cost which must be left out of a member's total
 * is known. */
#include "jobs/package/package.h"

#include "engine/interim.h"
#include "engine/job.h"
#include "result/bridge_tables.h"
#include "result/file_list.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct packaging {
    const struct ihp_package_options *options;
    struct ihp__job job;
    struct ihp__interim interim; /* where the deck names one */
    char folder[IHP__PATH_MAX];
    struct ihp__period_rules rules[IHP__PERIODS]; /* the deck's, with marks */
    uint8_t *part2_procedure;                     /* the marks by procedure number */
    /* the settlement */
    struct ihp__tally *tally;
    struct ihp__member_fact *fact; /* [members of this rank][IHP__PERIODS] */
    int64_t *part2;                /* the same: cents of marked lines */
    struct ihp__finance finance;
    struct ihp__table table[IHP__TABLES];
    struct ihp__table bridge; /* bridge.csv of the deck's result folder; without columns: none */
    /* what is handed out */
    struct ihp__package_sums sums;
    struct ihp__package_previous previous;
    char (*ids)[IHP__MEMBER_ID_MAX + 1];
    struct ihp__people people;
    struct ihp__package_members members;
    struct ihp__package_changes *changes; /* [partnerships]; NULL without an earlier package */
    struct ihp__output output;
};

static struct ihp__result_input result_of(const struct packaging *p)
{
    const struct ihp__context *c = &p->job.context;
    return (struct ihp__result_input){.deck = &c->deck,
                                      .program = c->program,
                                      .store = c->info,
                                      .tally = p->tally,
                                      .finance = &p->finance};
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum ihp_status check_part2(const struct packaging *p)
{
    const struct ihp__program *program = p->job.context.program;
    return program->has_part2
               ? IHP_OK
               : ihp__fail(p->job.err, IHP_ERR_DATA,
                           "%s/part2.csv: is missing or lists nothing, so claim lines of programs "
                           "that treat substance use could not be left out [4.6.1.2]; put the "
                           "State's list there (inputs/program-defaults has one to start from)",
                           program->folder);
}

/* Marks the lines that part2.csv lists, in rules of this job's own. */
static enum ihp_status mark_lines(struct packaging *p)
{
    const struct ihp__context *c = &p->job.context;
    p->part2_procedure = calloc(c->info->procedures + 1, 1);
    if (p->part2_procedure == NULL) {
        return ihp__fail_memory(p->job.err, "claim lines that are left out");
    }
    for (size_t i = 0; i < c->info->procedures; i++) {
        p->part2_procedure[i] = ihp__program_part2_procedure(c->program, c->info->procedure[i]);
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        p->rules[period] = c->rules[period];
        p->rules[period].part2_service = c->program->part2_service;
        p->rules[period].part2_procedure = p->part2_procedure;
    }
    return IHP_OK;
}

static enum ihp_status make_sums(struct packaging *p)
{
    size_t count = (size_t)p->job.range.count * IHP__PERIODS + 1;
    p->fact = calloc(count, sizeof *p->fact);
    p->part2 = calloc(count, sizeof *p->part2);
    if (p->fact == NULL || p->part2 == NULL) {
        return ihp__fail_memory(p->job.err, "member facts");
    }
    return ihp__tally_create(&p->job.context.shape, &p->tally, p->job.err);
}

static enum ihp_status find_folder(struct packaging *p)
{
    const char *given = p->options->folder;
    const struct ihp__deck *deck = &p->job.context.deck;
    enum ihp_status status =
        given == NULL
            ? ihp__path_join(p->folder, sizeof p->folder, deck->output, "package", p->job.err)
            : ihp__path_copy(p->folder, sizeof p->folder, given, p->job.err);
    const struct ihp__output_request request = {.folder = p->folder,
                                                .program = deck->program,
                                                .group = IHP__FILES_PACKAGE,
                                                .force = p->options->force,
                                                .closed = true,
                                                .first = p->job.rank == 0};
    return status == IHP_OK ? ihp__output_open(&p->output, &request, p->job.err) : status;
}

static enum ihp_status open_previous(struct packaging *p)
{
    const struct ihp__context *c = &p->job.context;
    const char *previous = p->options->previous;
    struct stat own, earlier;
    if (previous == NULL) {
        return IHP_OK;
    }
    p->previous.has = calloc(c->program->partnerships, sizeof *p->previous.has);
    if (p->previous.has == NULL) {
        return ihp__fail_memory(p->job.err, "the earlier package");
    }
    if (stat(p->folder, &own) == 0 && stat(previous, &earlier) == 0 &&
        own.st_dev == earlier.st_dev && own.st_ino == earlier.st_ino) {
        return ihp__fail(p->job.err, IHP_ERR_USAGE,
                         "%s: --previous: is the folder that this package goes to; name another "
                         "with -o",
                         previous);
    }
    return ihp__package_read_previous(previous, &c->deck, c->program, &p->previous, p->job.notices,
                                      p->job.err);
}

/* Opens everything. Not collective. */
static enum ihp_status open_inputs(struct packaging *p)
{
    struct ihp__job *job = &p->job;
    if (ihp__job_open(job, p->options->deck_path) != IHP_OK || check_part2(p) != IHP_OK ||
        ihp__interim_read(&job->context, &p->interim, job->notices, job->err) != IHP_OK) {
        return job->err->status;
    }
    ihp__job_own_terms(job);
    if (mark_lines(p) != IHP_OK || make_sums(p) != IHP_OK || find_folder(p) != IHP_OK) {
        return job->err->status;
    }
    return open_previous(p);
}

/* Opens everything, and refuses ranks that opened different things. Collective; returns the same
 * status on every rank. */
static enum ihp_status open_all(struct packaging *p)
{
    char common[2 * IHP__PATH_MAX + 2] = "";
    const char *previous = p->options->previous == NULL ? "" : p->options->previous;
    ihp__until_agreed(open_inputs(p));
    memcpy(common, p->folder, strlen(p->folder));
    memcpy(common + IHP__PATH_MAX, previous, strnlen(previous, IHP__PATH_MAX));
    common[2 * IHP__PATH_MAX] = (char)p->options->force;
    common[2 * IHP__PATH_MAX + 1] = (char)p->options->own_figures;
    if (ihp__job_agree_on_input(&p->job, common, sizeof common) != IHP_OK) {
        return p->job.err->status;
    }
    ihp__watch_open(&p->job.watch, p->folder);
    return IHP_OK;
}

/* ---- the settlement -------------------------------------------------------------------------- */

/* Reads the bridge of a final that follows an interim [2.12], which 'ihp settle' has made, if it is
 * of this settlement. Not collective; every rank reads it. */
static enum ihp_status read_bridge(struct packaging *p)
{
    const struct ihp__job *job = &p->job;
    const struct ihp__deck *deck = &job->context.deck;
    struct ihp__result_input input = result_of(p);
    struct ihp__table bridge, members;
    struct stat info;
    bool found;
    char path[IHP__PATH_MAX];
    if (deck->interim[0] == '\0') {
        return IHP_OK;
    }
    if (ihp__path_join(path, sizeof path, deck->output, "bridge.csv", job->err) != IHP_OK) {
        return job->err->status;
    }
    ihp__bridge_tables_begin(&bridge, &members);
    if (ihp__path_look(path, &info, &found, job->err) != IHP_OK ||
        (found && ihp__table_read_csv(path, &bridge, 0, job->err) != IHP_OK)) {
        ihp__table_free(&bridge);
        return job->err->status;
    }
    if (ihp__package_bridge_fits(&bridge, &input)) {
        p->bridge = bridge;
        return ihp__file_list_check_folder(deck->output, IHP__FILES_RESULT, IHP__CHECK_TABLES,
                                           "the settlement", job->notices, job->err);
    }
    ihp__table_free(&bridge);
    ihp__notice_add(job->notices,
                    "%s: is missing or of another settlement, so the packages have no bridge.csv; "
                    "settle the deck with 'ihp settle' first [2.12]",
                    path);
    return IHP_OK;
}

/* Settles the deck. The index is not used, because it does not have the procedures of all lines.
 * Collective; returns the same status on every rank. */
static enum ihp_status settle(struct packaging *p)
{
    struct ihp__job *job = &p->job;
    const struct ihp__context *c = &job->context;
    struct ihp__result_input input = result_of(p);
    const struct ihp__pass_options options = {.stage = "package",
                                              .batch_lines = job->stats.batch_lines,
                                              .rules = p->rules,
                                              .rule_count = IHP__PERIODS,
                                              .progress = ihp__watch_report,
                                              .progress_context = &job->watch};
    const struct ihp__pass_sums sums = {.tally = p->tally, .fact = p->fact, .part2 = p->part2};
    if (ihp__job_pass(job, &options, &sums) != IHP_OK) {
        return job->err->status;
    }
    if (ihp__finance_settle(p->tally, c->program, &c->deck, c->info->acg, &p->finance, job->notices,
                            job->err) == IHP_OK &&
        ihp__result_tables_create(&input, p->table, job->err) == IHP_OK) {
        ihp__until_agreed(read_bridge(p));
    }
    return ihp__agree(job->comm, job->err);
}

/* ---- what is shown --------------------------------------------------------------------------- */

/* Adds up this rank's members by IHP. Not collective. */
static enum ihp_status add_members(struct packaging *p)
{
    const struct ihp__context *c = &p->job.context;
    const struct ihp__tally_shape *shape = &c->shape;
    const struct ihp__range range = p->job.range;
    if (ihp__package_sums_create(c->program->partnerships, c->info->payers, &p->sums, p->job.err) !=
        IHP_OK) {
        return p->job.err->status;
    }
    for (size_t i = 0; i < range.count * IHP__PERIODS; i++) {
        const struct ihp__member_fact *fact = &p->fact[i];
        if (fact->partnership >= 0) {
            ihp__package_sums_add(&p->sums, (enum ihp__period)(i % IHP__PERIODS), fact, p->part2[i],
                                  shape->cap[shape->cap_of[fact->partnership]]);
        }
    }
    if (ihp__store_read_ids(c->store, range, &p->ids, p->job.err) != IHP_OK) {
        return p->job.err->status;
    }
    return ihp__store_read_people(c->store, range, IHP__PEOPLE_BIRTH, &p->people, p->job.err);
}

/* Counts members of all ranks, and collects what is written of this rank's members. Collective;
 * returns the same status on every rank. */
static enum ihp_status sum_members(struct packaging *p)
{
    const struct ihp__job *job = &p->job;
    if (ihp__job_agree(job, add_members(p)) != IHP_OK) {
        return job->err->status;
    }
    if (!ihp__tally_sum(p->sums.block, p->sums.size, job->comm)) {
        ihp__error_set(job->err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    p->members = (struct ihp__package_members){job->range, p->fact, p->part2,
                                               (const char(*)[IHP__MEMBER_ID_MAX + 1]) p->ids,
                                               p->people.birth_day};
    return ihp__agree(job->comm, job->err);
}

static void note_hidden(struct packaging *p, int partnership, const struct ihp__shown *shown)
{
    const char *id = p->job.context.program->partnership[partnership].id;
    if (!shown->risk_scores) {
        ihp__notice_add(p->job.notices,
                        "%s: its risk scores would reveal a risk weight that is hidden: they and "
                        "the amounts are blank in its settlement.csv and payer_split.csv "
                        "[4.6.1.2]",
                        id);
    }
    if (!shown->reduction) {
        ihp__notice_add(p->job.notices,
                        "%s: 1 to 10 of its members lived in a county of extreme circumstances, "
                        "or did not: the amounts that depend on them are blank in its "
                        "settlement.csv and payer_split.csv [5.9]",
                        id);
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        const char *name = ihp__period_text((enum ihp__period)period);
        if (!shown->members[period]) {
            ihp__notice_add(p->job.notices,
                            "%s: too few members in the %s period: figures that are computed from "
                            "them are blank in its settlement.csv and payer_split.csv",
                            id, name);
        } else if (!shown->cost[period]) {
            ihp__notice_add(
                p->job.notices,
                "%s: fewer than 11 members of the %s period have cost that is left out: "
                "figures that would reveal it are blank in its settlement.csv and "
                "payer_split.csv [4.6.1.2]",
                id, name);
        }
    }
}

/* ---- an earlier package ---------------------------------------------------------------------- */

/* Finds who came to an IHP and who left, of the IDs that this rank answers for. Not collective. */
static enum ihp_status find_own_changes(struct packaging *p, int partnership,
                                        const struct ihp__id_bounds *bounds)
{
    const struct ihp__partnership *ihp = &p->job.context.program->partnership[partnership];
    char folder[IHP__PATH_MAX], file[IHP__PATH_MAX];
    if (ihp__path_join(folder, sizeof folder, p->options->previous, ihp->id, p->job.err) !=
            IHP_OK ||
        ihp__path_join(file, sizeof file, folder, "protected_members.csv", p->job.err) != IHP_OK) {
        return p->job.err->status;
    }
    return ihp__package_changes_find(p->previous.has[partnership] ? file : NULL, &p->members,
                                     partnership, bounds, &p->changes[partnership], p->job.err);
}

/* Finds who came to an IHP and who left; `moves` become those of all ranks. Collective; returns the
 * same status on every rank. */
static enum ihp_status find_changes_of(struct packaging *p, int partnership,
                                       const struct ihp__id_bounds *bounds)
{
    const struct ihp__job *job = &p->job;
    struct ihp__package_moves *moves = &p->changes[partnership].moves;
    if (ihp__job_agree(job, find_own_changes(p, partnership, bounds)) == IHP_OK &&
        !ihp__tally_sum((int64_t *)moves, sizeof *moves / sizeof(int64_t), job->comm)) {
        ihp__error_set(job->err, IHP_ERR_RUN, "MPI could not add the changes of the ranks");
    }
    return ihp__agree(job->comm, job->err);
}

/* Finds the changes of all IHPs, before anything is written. Collective; returns the same status on
 * every rank. */
static enum ihp_status find_changes(struct packaging *p)
{
    const struct ihp__job *job = &p->job;
    struct ihp__id_bounds bounds;
    size_t count = job->context.program->partnerships;
    if (p->options->previous == NULL) {
        return IHP_OK;
    }
    ihp__id_bounds_find(p->members.ids, job->range.count, job->comm, &bounds);
    p->changes = calloc(count, sizeof *p->changes);
    if (p->changes == NULL) {
        ihp__until_agreed(ihp__fail_memory(job->err, "the changes since the earlier package"));
    }
    enum ihp_status status = ihp__agree(job->comm, job->err);
    for (size_t i = 0; i < count && status == IHP_OK; i++) {
        status = find_changes_of(p, (int)i, &bounds);
    }
    return status;
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

/* Writes the files that are not protected. Not collective; only rank 0 writes. */
static enum ihp_status write_tables(struct packaging *p, const char *folder, int partnership,
                                    const struct ihp__shown *shown)
{
    const struct ihp__package_moves *moves =
        p->changes == NULL ? NULL : &p->changes[partnership].moves;
    struct ihp__table table[IHP__PACKAGE_TABLES] = {0};
    struct ihp__result_input input = result_of(p);
    if (p->job.rank != 0) {
        return IHP_OK;
    }
    enum ihp_status status =
        ihp__package_tables_create(&input, p->table, partnership, shown, moves, table, p->job.err);
    if (status == IHP_OK && p->bridge.columns > 0) {
        status = ihp__package_bridge_fill(&p->bridge, &table[IHP__PACKAGE_SETTLEMENT],
                                          input.program->partnership[partnership].id,
                                          &table[IHP__PACKAGE_BRIDGE], p->job.err);
    }
    if (status == IHP_OK) {
        status = ihp__package_tables_write(folder, &input, partnership, table,
                                           moves == NULL ? NULL : p->previous.text, p->job.err);
    }
    if (status == IHP_OK) {
        status = ihp__package_documents_write(folder, &input, partnership, table, p->job.notices,
                                              p->job.err);
    }
    for (int t = 0; t < IHP__PACKAGE_TABLES; t++) {
        ihp__table_free(&table[t]);
    }
    return status;
}

/* Writes the lists of members. Collective; returns the same status on every rank. */
static enum ihp_status write_members(struct packaging *p, const char *folder, int partnership,
                                     const struct ihp__shown *shown)
{
    struct ihp__result_input input = result_of(p);
    enum ihp_status status = ihp__package_members_write(folder, &input, partnership, &p->members,
                                                        shown, p->job.comm, p->job.err);
    if (status == IHP_OK && p->changes != NULL) {
        const struct ihp__package_changes *changes = &p->changes[partnership];
        status = ihp__package_changes_write(folder, changes->change, changes->changes, p->job.comm,
                                            p->job.err);
    }
    return status;
}

/* Writes the package of an IHP. Collective; returns the same status on every rank. */
static enum ihp_status write_ihp(struct packaging *p, int partnership)
{
    const struct ihp__job *job = &p->job;
    const char *id = job->context.program->partnership[partnership].id;
    struct ihp__result_input input = result_of(p);
    struct ihp__shown shown = {0};
    char folder[IHP__PATH_MAX];
    if (ihp__path_join(folder, sizeof folder, p->output.path, id, job->err) == IHP_OK &&
        ihp__shown_decide(&input, &p->sums, partnership, p->options->own_figures, &shown,
                          job->err) == IHP_OK) {
        note_hidden(p, partnership, &shown);
    }
    enum ihp_status status = ihp__agree(job->comm, job->err);
    if (status == IHP_OK) {
        status = write_members(p, folder, partnership, &shown);
    }
    if (status == IHP_OK) {
        status = ihp__job_agree(job, write_tables(p, folder, partnership, &shown));
    }
    ihp__shown_free(&shown);
    return status;
}

/* Begins the folder, unless the store has changed. Collective; returns the same status on every
 * rank. */
static enum ihp_status begin_folder(struct packaging *p)
{
    const struct ihp__job *job = &p->job;
    if (ihp__job_agree(job, ihp__store_check_unchanged(job->context.store, job->err)) != IHP_OK ||
        ihp__output_begin(&p->output, job->comm, job->err) != IHP_OK) {
        return job->err->status;
    }
    return ihp__job_agree(job, job->rank == 0 ? ihp__package_folders_make(
                                                    p->output.path, job->context.program, job->err)
                                              : IHP_OK);
}

/* Writes all packages and, on rank 0, package.json, which finishes the folder. Collective; returns
 * the same status on every rank. */
static enum ihp_status write_all(struct packaging *p)
{
    const struct ihp__job *job = &p->job;
    struct ihp__result_input input = result_of(p);
    enum ihp_status status = begin_folder(p);
    for (size_t i = 0; i < job->context.program->partnerships && status == IHP_OK; i++) {
        status = write_ihp(p, (int)i);
    }
    if (status == IHP_OK && job->rank == 0) {
        ihp__package_documents_note(job->notices);
        ihp__until_agreed(
            ihp__package_finish(&p->output, &input, job->notices,
                                p->options->previous == NULL ? NULL : p->previous.text,
                                p->options->own_figures, job->err));
    }
    return ihp__agree(job->comm, job->err);
}

static void print_report(const struct packaging *p)
{
    const struct ihp__deck *deck = &p->job.context.deck;
    char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT];
    ihp__print_sentence(
        p->options->report,
        "Packages of %zu IHPs for %s against base year %d, claims paid through %s\n\n",
        p->job.context.program->partnerships, ihp__period_months(&deck->performance, months),
        deck->base.year, ihp__day_format(deck->performance.paid_through, date));
    fprintf(p->options->report, "Results: %s\n", p->folder);
}

/* ---- the job --------------------------------------------------------------------------------- */

static void end(struct packaging *p)
{
    const struct ihp__program *program = p->job.context.program;
    ihp__output_close(&p->output, p->job.notices, p->job.err);
    for (size_t i = 0; p->changes != NULL && i < program->partnerships; i++) {
        free(p->changes[i].change);
    }
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&p->table[t]);
    }
    ihp__table_free(&p->bridge);
    free(p->changes);
    free(p->previous.has);
    free(p->ids);
    ihp__people_free(&p->people);
    ihp__package_sums_free(&p->sums);
    ihp__finance_free(&p->finance);
    ihp__tally_destroy(&p->tally);
    free(p->fact);
    free(p->part2);
    free(p->part2_procedure);
    free(p->interim.row);
    ihp__job_end(&p->job);
}

enum ihp_status ihp_package(const struct ihp_package_options *options, MPI_Comm comm,
                            struct ihp_notices *notices, struct ihp_error *err)
{
    struct packaging p = {.options = options};
    if (ihp__job_start(&p.job, "package", options->progress, options->progress_context, comm,
                       notices, err) != IHP_OK) {
        return err->status;
    }
    if (open_all(&p) == IHP_OK && settle(&p) == IHP_OK && sum_members(&p) == IHP_OK &&
        find_changes(&p) == IHP_OK && write_all(&p) == IHP_OK && p.job.rank == 0 &&
        options->report != NULL) {
        print_report(&p);
    }
    end(&p);
    return err->status;
}
