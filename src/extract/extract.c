/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of an import: files are found, small tables come first, claims last; the store takes
 * its name when all is written. */
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ihp_status check_options(const struct ihp_import_options *options,
                                     struct ihp_error *err)
{
    if (options->extract_dir == NULL || options->store_path == NULL ||
        options->extract_dir[0] == '\0' || options->store_path[0] == '\0') {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "import: give the folder of the extract and the store");
    }
    if (options->quarantine_path != NULL &&
        strcmp(options->quarantine_path, options->store_path) == 0) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: cannot be the store and the quarantine file",
                         options->store_path);
    }
    return IHP_OK;
}

/* A file that will be written must not take the place of one that is read, or of a folder. */
static enum ihp_status check_output(const struct ex_import *x, const char *path,
                                    struct ihp_error *err)
{
    struct stat output, input;
    if (path == NULL || stat(path, &output) != 0) {
        return IHP_OK;
    }
    if (S_ISDIR(output.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: is a folder; give the name of a file", path);
    }
    for (int f = 0; f < EX_FILES; f++) {
        if (x->source[f].found && stat(x->source[f].path, &input) == 0 &&
            input.st_dev == output.st_dev && input.st_ino == output.st_ino) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "%s: is a file of the extract and would be overwritten", path);
        }
    }
    return IHP_OK;
}

/* Rank 0 looks for the files, so that all ranks read the same. */
static enum ihp_status find_files(struct ex_import *x, struct ihp_error *err)
{
    if (x->rank == 0 && ihp__ex_find_files(x, err) == IHP_OK &&
        check_output(x, x->options->store_path, err) == IHP_OK) {
        check_output(x, x->options->quarantine_path, err);
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        ihp__share_bytes(x->comm, x->source, sizeof x->source);
    }
    return err->status;
}

static enum ihp_status begin(struct ex_import *x, struct ihp_error *err)
{
    if (ihp__ex_memory_begin(x, err) != IHP_OK || find_files(x, err) != IHP_OK ||
        ihp__ex_counted_init(&x->payers, "payers", err) != IHP_OK ||
        ihp__ex_counted_init(&x->procedures, "procedure codes", err) != IHP_OK ||
        ihp__ex_npis_init(x, err) != IHP_OK || ihp__ex_faults_begin(x, err) != IHP_OK ||
        ihp__ex_agree(x, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__store_create(x->options->store_path, x->comm, &x->writer, err) != IHP_OK) {
        return err->status;
    }
    if (x->options->compress) {
        ihp__store_set_compressed(x->writer);
    }
    return IHP_OK;
}

static enum ihp_status run_stages(struct ex_import *x, struct ihp_error *err)
{
    if (ihp__ex_import_members(x, err) != IHP_OK || ihp__ex_import_enrollment(x, err) != IHP_OK ||
        ihp__ex_import_morbidity(x, err) != IHP_OK || ihp__ex_import_providers(x, err) != IHP_OK ||
        ihp__ex_import_social_risk(x, err) != IHP_OK ||
        ihp__ex_import_coordination(x, EX_COORDINATION, err) != IHP_OK ||
        ihp__ex_import_coordination(x, EX_COORDINATION_PAID, err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_import_claims(x, err);
}

/* The quarantine file first: a store must not be there without the rows it lacks. */
static enum ihp_status finish(struct ex_import *x, struct ihp_error *err)
{
    if (x->faults.quarantine != NULL) {
        ihp__outfile_commit(&x->faults.quarantine, err);
    }
    if (ihp__ex_agree(x, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__store_commit(&x->writer, err) != IHP_OK && x->options->quarantine_path != NULL &&
        x->rank == 0) {
        unlink(x->options->quarantine_path);
    }
    return err->status;
}

static enum ihp_status fail_rows(const struct ex_import *x, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %llu bad %s of %zu %s, so nothing was imported; mend them, or set them "
                     "aside with --quarantine FILE",
                     x->options->extract_dir, (unsigned long long)x->faults.rows,
                     x->faults.rows == 1 ? "row" : "rows", x->faults.kinds,
                     x->faults.kinds == 1 ? "kind" : "kinds");
}

/* The import itself; whether there is something to report. */
static bool import(struct ex_import *x, struct ihp_error *err)
{
    if (ihp__ex_ranks_begin(x, err) != IHP_OK || begin(x, err) != IHP_OK ||
        run_stages(x, err) != IHP_OK) {
        return false;
    }
    if (!ihp__ex_importing(x)) {
        if (x->rank == 0) {
            fail_rows(x, err);
        }
        return x->rank == 0;
    }
    return finish(x, err) == IHP_OK;
}

static void import_free(struct ex_import **x)
{
    ihp__store_abandon(&(*x)->writer);
    ihp__ex_faults_free(*x);
    ihp__ex_members_free(&(*x)->members);
    ihp__ex_counted_free(&(*x)->payers);
    ihp__ex_counted_free(&(*x)->procedures);
    ihp__ex_npis_free(&(*x)->npis);
    ihp__ex_ranks_end(*x);
    free((*x)->span_payer);
    free(*x);
    *x = NULL;
}

enum ihp_status ihp_import(const struct ihp_import_options *options,
                           struct ihp_import_report *report, struct ihp_notices *notices,
                           struct ihp_error *err)
{
    struct ex_import *x = calloc(1, sizeof *x);
    if (x == NULL) {
        ihp__fail_memory(err, "an import");
    } else {
        check_options(options, err);
    }
    if (ihp__agree(options->comm, err) != IHP_OK) {
        free(x);
        return err->status;
    }
    x->options = options;
    x->notices = notices;
    x->comm = MPI_COMM_NULL;
    bool publish = import(x, err);
    ihp__ex_agree(x, err); /* meets the next step of ranks that have not failed */
    if (publish && x->rank == 0) {
        ihp__ex_faults_publish(x);
        *report = x->report;
    }
    import_free(&x);
    return err->status;
}
