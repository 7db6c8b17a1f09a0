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
static enum ihp_status check_output(const struct ihp__import *import, const char *path,
                                    struct ihp_error *err)
{
    struct stat output, input;
    if (path == NULL || stat(path, &output) != 0) {
        return IHP_OK;
    }
    if (S_ISDIR(output.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: is a folder; give the name of a file", path);
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (import->source[f].found && stat(import->source[f].path, &input) == 0 &&
            input.st_dev == output.st_dev && input.st_ino == output.st_ino) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "%s: is a file of the extract and would be overwritten", path);
        }
    }
    return IHP_OK;
}

/* Rank 0 looks for the files, so that all ranks read the same. */
static enum ihp_status find_files(struct ihp__import *import, struct ihp_error *err)
{
    if (import->rank == 0 && ihp__import_find_files(import, err) == IHP_OK &&
        check_output(import, import->options->store_path, err) == IHP_OK) {
        check_output(import, import->options->quarantine_path, err);
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        ihp__share_bytes(import->comm, import->source, sizeof import->source);
    }
    return err->status;
}

static enum ihp_status begin(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_memory_begin(import, err) != IHP_OK || find_files(import, err) != IHP_OK ||
        ihp__import_dict_init(&import->payers, "payers", err) != IHP_OK ||
        ihp__import_dict_init(&import->procedures, "procedure codes", err) != IHP_OK ||
        ihp__import_npis_init(import, err) != IHP_OK ||
        ihp__import_bad_rows_begin(import, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__store_create(import->options->store_path, import->comm, &import->writer, err) !=
        IHP_OK) {
        return err->status;
    }
    if (import->options->compress) {
        ihp__store_set_compressed(import->writer);
    }
    return IHP_OK;
}

static enum ihp_status run_stages(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_members(import, err) != IHP_OK ||
        ihp__import_enrollment(import, err) != IHP_OK ||
        ihp__import_morbidity(import, err) != IHP_OK ||
        ihp__import_providers(import, err) != IHP_OK ||
        ihp__import_social_risk(import, err) != IHP_OK ||
        ihp__import_coordination(import, IHP__EXTRACT_COORDINATION, err) != IHP_OK ||
        ihp__import_coordination(import, IHP__EXTRACT_COORDINATION_PAID, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_claims(import, err);
}

/* The quarantine file first: a store must not be there without the rows it lacks. */
static enum ihp_status finish(struct ihp__import *import, struct ihp_error *err)
{
    if (import->bad_rows.quarantine != NULL) {
        ihp__outfile_commit(&import->bad_rows.quarantine, err);
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__store_commit(&import->writer, err) != IHP_OK &&
        import->options->quarantine_path != NULL && import->rank == 0) {
        unlink(import->options->quarantine_path);
    }
    return err->status;
}

static enum ihp_status fail_rows(const struct ihp__import *import, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %llu bad %s of %zu %s, so nothing was imported; mend them, or set them "
                     "aside with --quarantine FILE",
                     import->options->extract_dir, (unsigned long long)import->bad_rows.rows,
                     import->bad_rows.rows == 1 ? "row" : "rows", import->bad_rows.kinds,
                     import->bad_rows.kinds == 1 ? "kind" : "kinds");
}

/* The import itself; whether there is something to report. */
static bool run(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_ranks_begin(import, err) != IHP_OK || begin(import, err) != IHP_OK ||
        run_stages(import, err) != IHP_OK) {
        return false;
    }
    if (!ihp__import_keeps_rows(import)) {
        if (import->rank == 0) {
            fail_rows(import, err);
        }
        return import->rank == 0;
    }
    return finish(import, err) == IHP_OK;
}

static void import_free(struct ihp__import **import)
{
    ihp__store_abandon(&(*import)->writer);
    ihp__import_bad_rows_free(*import);
    ihp__import_member_index_free(&(*import)->members);
    ihp__import_dict_free(&(*import)->payers);
    ihp__import_dict_free(&(*import)->procedures);
    ihp__import_npis_free(&(*import)->npis);
    ihp__import_ranks_end(*import);
    free((*import)->span_payer);
    free(*import);
    *import = NULL;
}

enum ihp_status ihp_import(const struct ihp_import_options *options,
                           struct ihp_import_report *report, struct ihp_notices *notices,
                           struct ihp_error *err)
{
    struct ihp__import *import = calloc(1, sizeof *import);
    if (import == NULL) {
        ihp__fail_memory(err, "an import");
    } else {
        check_options(options, err);
    }
    if (ihp__agree(options->comm, err) != IHP_OK) {
        free(import);
        return err->status;
    }
    import->options = options;
    import->notices = notices;
    import->comm = MPI_COMM_NULL;
    bool publish = run(import, err);
    ihp__import_agree(import, err); /* meets the next step of ranks that have not failed */
    if (publish && import->rank == 0) {
        ihp__import_bad_rows_publish(import);
        *report = import->report;
    }
    import_free(&import);
    return err->status;
}
