/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of an import: it finds the files, reads the small ones first and the claims last, and
 * gives the store its name when everything is written. */
#include "extract/ranks.h"

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
                         "import: give the folder of the extract and the store to make");
    }
    if (options->quarantine_path != NULL &&
        strcmp(options->quarantine_path, options->store_path) == 0) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: cannot be the store and the quarantine file",
                         options->store_path);
    }
    return IHP_OK;
}

/* Refuses an output path that is a folder or a file of the extract. */
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

/* Collective. Rank 0 finds the files, so that all ranks read the same ones. */
static enum ihp_status find_files(struct ihp__import *import, struct ihp_error *err)
{
    if (import->rank == 0 &&
        (ihp__import_find_files(import, err) != IHP_OK ||
         check_output(import, import->options->store_path, err) != IHP_OK ||
         check_output(import, import->options->quarantine_path, err) != IHP_OK)) {
        return err->status;
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    ihp__share_bytes(import->comm, import->source, sizeof import->source);
    return IHP_OK;
}

static enum ihp_status begin(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_memory_begin(import, err) != IHP_OK || find_files(import, err) != IHP_OK ||
        ihp__import_dict_init(&import->payers, "payers", err) != IHP_OK ||
        ihp__import_dict_init(&import->procedures, "procedure codes", err) != IHP_OK ||
        ihp__import_npis_init(import, err) != IHP_OK ||
        ihp__import_bad_rows_begin(import, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK ||
        ihp__store_create(import->options->store_path, import->comm, &import->writer, err) !=
            IHP_OK) {
        return err->status;
    }
    if (import->options->compress) {
        ihp__store_set_compressed(import->writer);
    }
    return IHP_OK;
}

/* Members come first, because the other files refer to them; claims come last. */
static enum ihp_status import_files(struct ihp__import *import, struct ihp_error *err)
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

/* Commits the quarantine file before the store, so that there is never a store without the rows
 * that it lacks. */
static enum ihp_status finish(struct ihp__import *import, struct ihp_error *err)
{
    if ((import->bad_rows.quarantine != NULL &&
         ihp__outfile_commit(&import->bad_rows.quarantine, err) != IHP_OK) ||
        ihp__import_agree(import, err) != IHP_OK) {
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
    const struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %llu bad %s of %zu %s, so nothing was imported; fix them, or move them "
                     "aside with --quarantine FILE",
                     import->options->extract_dir, (unsigned long long)bad_rows->rows,
                     bad_rows->rows == 1 ? "row" : "rows", bad_rows->kinds,
                     bad_rows->kinds == 1 ? "kind" : "kinds");
}

/* Runs the import. Sets `*has_report` if there is something to report: after success, and on rank 0
 * after bad rows. */
static enum ihp_status run(struct ihp__import *import, bool *has_report, struct ihp_error *err)
{
    *has_report = false;
    if (ihp__import_ranks_begin(import, err) != IHP_OK || begin(import, err) != IHP_OK ||
        import_files(import, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__import_keeps_rows(import)) {
        *has_report = import->rank == 0;
        return import->rank == 0 ? fail_rows(import, err) : IHP_OK;
    }
    *has_report = finish(import, err) == IHP_OK;
    return err->status;
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
    ihp__until_agreed(import == NULL ? ihp__fail_memory(err, "an import")
                                     : check_options(options, err));
    if (ihp__agree(options->comm, err) != IHP_OK) {
        free(import);
        return err->status;
    }
    import->options = options;
    import->notices = notices;
    import->comm = MPI_COMM_NULL;
    bool has_report;
    ihp__until_agreed(run(import, &has_report, err));
    /* Meets the next step of the ranks that have not failed. */
    enum ihp_status status = ihp__import_agree(import, err);
    if (has_report && import->rank == 0) {
        ihp__import_bad_rows_publish(import);
        *report = import->report;
    }
    import_free(&import);
    return status;
}
