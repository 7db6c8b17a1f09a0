/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of making a synthetic state. Every rank makes its members twice. The first time they
 * are counted, and the small tables are collected; then each rank knows where its rows go in the
 * store. The second time their claims are written there. The store gets its name last. */
#include "base/agree.h"
#include "base/unfinished.h"
#include "synth/extract_files.h"
#include "synth/folder.h"
#include "synth/tables.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH = 1 << 16, MEMBERS_BETWEEN_PROGRESS = 2048 };

/* A state under way on this rank. */
struct synth {
    MPI_Comm comm;
    bool first_rank, last_rank;
    bool keeps;                     /* the files stay */
    bool holds;                     /* signals */
    bool replaces;                  /* a store that is there */
    struct ihp__synth_model *model; /* owned, as are all below */
    struct ihp__synth_tables *tables;
    struct ihp__synth_extract *extract; /* NULL if none was asked for */
    struct ihp__synth_files *files;     /* the first rank's */
    struct ihp__target store;           /* its lease is the first rank's; all have its path */
    struct ihp__store_writer *writer;
    struct ihp__synth_visits visits;
    struct ihp__synth_batch batch;
};

static void report_progress(const struct synth *s, const char *stage, uint64_t done)
{
    const struct ihp_synth_options *o = &s->model->options;
    bool now = done % MEMBERS_BETWEEN_PROGRESS == 0 || done == s->tables->members;
    if (o->progress != NULL && now) {
        o->progress(o->progress_context,
                    &(struct ihp_synth_progress){stage, done, s->tables->members});
    }
}

/* Makes a member and its visits. */
static enum ihp_status make_member(struct synth *s, uint32_t member,
                                   struct ihp__synth_person *person, struct ihp_error *err)
{
    ihp__synth_person(s->model, member, person);
    return ihp__synth_visits(s->model, person, &s->visits)
               ? IHP_OK
               : ihp__fail_memory(err, "a member's visits");
}

/* Adds the lines of the member whose visits have just been made to the batch. */
static enum ihp_status make_lines(struct synth *s, const struct ihp__synth_person *person,
                                  struct ihp_error *err)
{
    if (!ihp__synth_visits_sort(&s->visits)) {
        return ihp__fail_memory(err, "a member's visits");
    }
    if (ihp__synth_batch_reserve(&s->batch, (size_t)s->visits.lines, err) != IHP_OK) {
        return err->status;
    }
    ihp__synth_lines(s->model, person, &s->visits, &s->batch);
    return IHP_OK;
}

/* ---- the first pass -------------------------------------------------------------------------- */

static bool all_kinds_seen(const struct ihp__synth_uses *uses)
{
    for (size_t i = 0; i < ihp__synth_kind_count; i++) {
        if (uses->kind[i] == 0) {
            return false;
        }
    }
    return true;
}

/* Makes the member's lines until all kinds of lines have occurred on this rank. For an extract they
 * are always made, because their text is measured. */
static enum ihp_status count_member(struct synth *s, uint32_t member, bool *all_seen,
                                    struct ihp_error *err)
{
    struct ihp__synth_person person;
    if (make_member(s, member, &person, err) != IHP_OK ||
        ihp__synth_tables_add(s->tables, &person, s->visits.lines, err) != IHP_OK) {
        return err->status;
    }
    if (*all_seen && s->extract == NULL) {
        return IHP_OK;
    }
    s->batch.claims.count = 0;
    if (make_lines(s, &person, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->batch.claims.count; i++) {
        s->tables->uses.kind[s->batch.kind[i]]++;
    }
    *all_seen = *all_seen || all_kinds_seen(&s->tables->uses);
    return s->extract == NULL
               ? IHP_OK
               : ihp__synth_extract_claims(s->extract, s->model, member, &s->batch, 0, err);
}

static enum ihp_status count_members(struct synth *s, struct ihp_error *err)
{
    bool all_seen = false;
    for (uint32_t m = 0; m < s->tables->members; m++) {
        report_progress(s, "making members", m);
        if (count_member(s, s->tables->first + m, &all_seen, err) != IHP_OK) {
            return err->status;
        }
    }
    report_progress(s, "making members", s->tables->members);
    return s->extract == NULL
               ? IHP_OK
               : ihp__synth_extract_tables(s->extract, s->model, s->tables, s->first_rank, err);
}

/* Collective. Makes the members, then everything that each rank must know about the others'. */
static enum ihp_status count(struct synth *s, struct ihp_error *err)
{
    ihp__until_agreed(count_members(s, err));
    if (ihp__agree(s->comm, err) != IHP_OK ||
        ihp__synth_tables_number(s->tables, s->model, s->comm, err) != IHP_OK ||
        s->extract == NULL || ihp__synth_extract_open(s->extract, err) != IHP_OK) {
        return err->status;
    }
    ihp__until_agreed(
        ihp__synth_extract_tables(s->extract, s->model, s->tables, s->first_rank, err));
    return ihp__agree(s->comm, err);
}

/* ---- the second pass ------------------------------------------------------------------------- */

static enum ihp_status write_batch(struct synth *s, uint64_t *line, struct ihp_error *err)
{
    uint64_t first = *line;
    *line += s->batch.claims.count;
    return ihp__claim_batch_write(&s->batch.claims, s->writer, first, err);
}

static enum ihp_status write_member(struct synth *s, uint32_t member, uint64_t *line,
                                    struct ihp_error *err)
{
    struct ihp__synth_person person;
    if (make_member(s, member, &person, err) != IHP_OK) {
        return err->status;
    }
    if (s->batch.claims.count > 0 && s->batch.claims.count + s->visits.lines > BATCH &&
        write_batch(s, line, err) != IHP_OK) {
        return err->status;
    }
    size_t first = s->batch.claims.count;
    if (make_lines(s, &person, err) != IHP_OK) {
        return err->status;
    }
    return s->extract == NULL
               ? IHP_OK
               : ihp__synth_extract_claims(s->extract, s->model, member, &s->batch, first, err);
}

static enum ihp_status write_members(struct synth *s, struct ihp_error *err)
{
    uint64_t line = s->tables->lines.before;
    s->batch.claims.count = 0;
    for (uint32_t m = 0; m < s->tables->members; m++) {
        report_progress(s, "writing claims", m);
        if (write_member(s, s->tables->first + m, &line, err) != IHP_OK) {
            return err->status;
        }
    }
    report_progress(s, "writing claims", s->tables->members);
    return write_batch(s, &line, err);
}

/* Collective. */
static enum ihp_status write_store(struct synth *s, struct ihp_error *err)
{
    struct ihp__synth_tables *t = s->tables;
    size_t width = t->lines.all > 0 ? IHP__SYNTH_CLAIM_ID
                                    : 1; /* an import makes it 1 in a store without lines */
    if (ihp__store_create(s->store.path, s->comm, &s->writer, err) != IHP_OK) {
        return err->status;
    }
    ihp__store_set_target(s->writer, &s->store);
    if (ihp__synth_tables_put(t, s->model, s->last_rank, s->writer, err) != IHP_OK ||
        ihp__store_claims_begin(s->writer, t->lines.all, width, false, err) != IHP_OK) {
        return err->status;
    }
    ihp__until_agreed(write_members(s, err));
    if (ihp__agree(s->comm, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_tables_put_lines(t, s->model, s->last_rank, s->writer, err);
}

/* ---- the order ------------------------------------------------------------------------------- */

/* Refuses an extract that would go into the program folder, which exists. */
static enum ihp_status check_folders(const struct ihp_synth_options *options, struct ihp_error *err)
{
    char program[IHP__PATH_MAX];
    struct stat own, other;
    if (options->extract_dir == NULL ||
        ihp__synth_program_path(options, program, sizeof program, err) != IHP_OK ||
        stat(program, &own) != 0 || stat(options->extract_dir, &other) != 0 ||
        own.st_dev != other.st_dev || own.st_ino != other.st_ino) {
        return err->status;
    }
    return ihp__fail(
        err, IHP_ERR_USAGE,
        "synth: %s is the program folder and the folder of --extract; give two folders",
        options->extract_dir);
}

/* Makes the program folder, and takes the leases of what will be written. Refuses files that exist,
 * unless they may be replaced. Only the first rank does. */
static enum ihp_status begin_files(struct synth *s, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    const struct ihp_synth_options *options = &s->model->options;
    s->files = ihp__synth_files_create(options->force, notices);
    if (s->files == NULL) {
        return ihp__fail_memory(err, "the files of the state");
    }
    if (ihp__synth_deck_look(s->model, s->files, err) != IHP_OK ||
        ihp__synth_program_begin(s->model, s->files, err) != IHP_OK ||
        check_folders(options, err) != IHP_OK ||
        ihp__target_begin(&s->store, options->store_path, options->force, notices, err) != IHP_OK) {
        return err->status;
    }
    /* All is put back before anything is refused, and the deck last. */
    ihp__synth_files_recover(s->files, NULL, s->store.path);
    if (options->extract_dir != NULL) {
        ihp__synth_extract_recover(options->extract_dir, s->files);
    }
    if (ihp__synth_deck_begin(s->model, &s->store, s->files, err) != IHP_OK ||
        ihp__synth_program_check(s->model, s->files, err) != IHP_OK ||
        ihp__target_check_new(&s->store, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_deck_check(s->model, &s->store, s->files, err);
}

/* Makes the model and the tables of this rank's members; the first rank also begins the files. */
static enum ihp_status prepare(struct synth *s, const struct ihp_synth_options *options, int rank,
                               int ranks, struct ihp_notices *notices, struct ihp_error *err)
{
    if (ihp__synth_model_create(options, &s->model, err) != IHP_OK) {
        return err->status;
    }
    uint64_t first = options->members * (uint64_t)rank / (uint64_t)ranks;
    uint64_t end = options->members * ((uint64_t)rank + 1) / (uint64_t)ranks;
    if (ihp__synth_tables_create((uint32_t)first, (uint32_t)(end - first), &s->tables, err) !=
        IHP_OK) {
        return err->status;
    }
    return s->first_rank ? begin_files(s, notices, err) : IHP_OK;
}

/* Collective. */
static enum ihp_status begin(struct synth *s, const struct ihp_synth_options *options,
                             struct ihp_notices *notices, struct ihp_error *err)
{
    int rank = 0, ranks = 1;
    if (s->comm != MPI_COMM_NULL) {
        MPI_Comm_rank(s->comm, &rank);
        MPI_Comm_size(s->comm, &ranks);
    }
    s->first_rank = rank == 0;
    s->last_rank = rank == ranks - 1;
    ihp__until_agreed(prepare(s, options, rank, ranks, notices, err));
    if (ihp__agree(s->comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__share_bytes(s->comm, s->store.path, sizeof s->store.path);
    return options->extract_dir == NULL ? IHP_OK
                                        : ihp__synth_extract_begin(options->extract_dir, s->comm,
                                                                   s->files, &s->extract, err);
}

/* Writes the program folder and the files next to it. Only the first rank does. */
static enum ihp_status write_program(const struct synth *s, struct ihp_error *err)
{
    if (!s->first_rank || ihp__synth_program_write(s->model, s->files, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_deck_write(s->model, s->files, err);
}

/* Puts aside what is replaced, and gives all files but the store their names. Only the first rank
 * does. */
static enum ihp_status name_files(struct synth *s, struct ihp_error *err)
{
    if (!s->first_rank || ihp__target_check_new(&s->store, err) != IHP_OK) {
        return err->status;
    }
    s->replaces = access(s->store.path, F_OK) == 0;
    if (ihp__synth_files_put_aside(s->files, &s->store, err) != IHP_OK ||
        (s->extract != NULL && ihp__synth_extract_put_aside(s->extract, s->files, err) != IHP_OK) ||
        ihp__synth_files_name(s->files, err) != IHP_OK || s->extract == NULL) {
        return err->status;
    }
    return ihp__synth_extract_name(s->extract, s->model->options.force, err);
}

/* Collective. Names are given when everything is on disk; that of the store comes last, so that it
 * is never there without the other files. `ihp_synth` removes what is aside, or puts it back. */
static enum ihp_status finish(struct synth *s, struct ihp_error *err)
{
    ihp__until_agreed(write_program(s, err));
    if (ihp__agree(s->comm, err) != IHP_OK ||
        (s->extract != NULL && ihp__synth_extract_finish(s->extract, err) != IHP_OK) ||
        ihp__store_finish(s->writer, err) != IHP_OK) {
        return err->status;
    }
    ihp__unfinished_hold(); /* all files get their names, or none; `ihp_synth` releases it */
    s->holds = true;
    ihp__until_agreed(name_files(s, err));
    if (ihp__agree(s->comm, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = ihp__store_commit(&s->writer, err);
    /* A store that has its name but may not be on disk keeps the files next to it. */
    s->keeps = status == IHP_OK || (!s->replaces && access(s->store.path, F_OK) == 0);
    return status;
}

static struct ihp_synth_report report_of(const struct synth *s)
{
    const struct ihp__synth_tables *t = s->tables;
    return (struct ihp_synth_report){
        .members = s->model->options.members,
        .lines = t->lines.all,
        .spans = t->rows[IHP__SYNTH_SPANS].all,
        .morbidity_rows = t->rows[IHP__SYNTH_MORBIDITY].all,
        .social_risk_rows = t->rows[IHP__SYNTH_RISKS].all,
        .coordination_rows = t->rows[IHP__SYNTH_COORDINATION].all,
        .providers = s->model->providers.count - 1,
    };
}

enum ihp_status ihp_synth(const struct ihp_synth_options *options, MPI_Comm comm,
                          struct ihp_synth_report *report, struct ihp_notices *notices,
                          struct ihp_error *err)
{
    struct synth s = {.comm = comm};
    if (begin(&s, options, notices, err) == IHP_OK && count(&s, err) == IHP_OK &&
        write_store(&s, err) == IHP_OK && finish(&s, err) == IHP_OK) {
        *report = report_of(&s);
    }
    ihp__store_abandon(&s.writer);
    ihp__synth_extract_end(&s.extract, s.keeps);
    ihp__synth_files_end(&s.files, s.keeps);
    ihp__target_end(&s.store);
    if (s.holds) {
        ihp__unfinished_release();
    }
    ihp__synth_tables_destroy(&s.tables);
    ihp__synth_model_destroy(&s.model);
    ihp__synth_visits_free(&s.visits);
    ihp__synth_batch_free(&s.batch);
    return err->status;
}
