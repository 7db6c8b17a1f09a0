/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of an import: it finds the files, reads the small ones first and the claims last, and
 * gives the store its name when everything is written. */
#include "extract/control_file.h"
#include "extract/hand_over.h"
#include "extract/layouts.h"
#include "extract/ranks.h"
#include "extract/values.h"

#include "base/agree.h"
#include "base/unfinished.h"

#include <stdlib.h>
#include <unistd.h>

static enum ihp_status check_options(const struct ihp_import_options *options,
                                     struct ihp_error *err)
{
    bool has_input = options->extract_dir != NULL || options->layout_path != NULL;
    if (options->store_path == NULL || options->store_path[0] == '\0' ||
        (options->extract_dir != NULL && options->extract_dir[0] == '\0')) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "import: give the folder of the extract and the store to make");
    }
    if (!has_input) {
        return ihp__fail(
            err, IHP_ERR_USAGE,
            "import: give the folder of the extract, or a layout that names its files");
    }
    return IHP_OK;
}

/* From this size on, an output that exists is refused before the extract is read. With less, what
 * is wrong with the extract is reported first. */
#define LONG_IMPORT_BYTES (UINT64_C(256) << 20)

/* Refuses a file of the layout as an output. */
static enum ihp_status check_layout(const struct ihp__import *import,
                                    const struct ihp__target *output, struct ihp_error *err)
{
    const struct ihp__layout *layout = ihp__import_layout(import);
    const char *path;
    for (size_t i = 0; layout != NULL && (path = ihp__layout_input(layout, i)) != NULL; i++) {
        if (ihp__target_check_input(output, path, "a file of the layout", err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Refuses an output that is a file of the layout or of the extract. */
static enum ihp_status check_output(const struct ihp__import *import,
                                    const struct ihp__target *output, struct ihp_error *err)
{
    uint64_t bytes = 0;
    const char *control = ihp__control_file_path(import);
    if ((control != NULL &&
         ihp__target_check_input(output, control, "a file of the extract", err) != IHP_OK) ||
        check_layout(import, output, err) != IHP_OK) {
        return err->status;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__import_source *source = &import->source[f];
        for (size_t i = 0; i < source->files; i++) {
            if (ihp__target_check_input(output, source->file[i].path, "a file of the extract",
                                        err) != IHP_OK) {
                return err->status;
            }
            bytes += source->file[i].bytes;
        }
    }
    return bytes < LONG_IMPORT_BYTES ? IHP_OK : ihp__target_check_new(output, err);
}

/* Finds what the outputs are, takes their leases, and puts back what a killed run left aside. */
static enum ihp_status begin_outputs(struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp_import_options *options = import->options;
    struct ihp__target *store = &import->store, *quarantine = &import->quarantine;
    bool two = options->quarantine_path != NULL;
    if (ihp__target_begin(store, options->store_path, options->force, import->notices, err) !=
            IHP_OK ||
        (two && (ihp__target_check_other(store, options->quarantine_path,
                                         "the store and the quarantine file", err) != IHP_OK ||
                 ihp__target_begin(quarantine, options->quarantine_path, options->force,
                                   import->notices, err) != IHP_OK))) {
        return err->status;
    }
    bool undo = ihp__aside_is_left(store->path);
    if (two) {
        ihp__aside_recover(quarantine->path, undo, import->notices);
    }
    ihp__aside_recover(store->path, undo, import->notices);
    return check_output(import, store, err) == IHP_OK && two ? check_output(import, quarantine, err)
                                                             : err->status;
}

/* Collective. Rank 0 finds the files, so that all ranks read the same ones. */
static enum ihp_status find_files(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__control_file_create(import, err) != IHP_OK) {
        return err->status;
    }
    if (import->rank == 0 &&
        (ihp__import_find_files(import, err) != IHP_OK ||
         ihp__import_look_at_others(import, err) != IHP_OK ||
         ihp__control_file_read(import, err) != IHP_OK || begin_outputs(import, err) != IHP_OK)) {
        return err->status;
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    ihp__share_bytes(import->comm, import->store.path, sizeof import->store.path);
    return ihp__control_file_share(import, err) != IHP_OK ? err->status
                                                          : ihp__import_share_files(import, err);
}

static enum ihp_status begin(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_memory_begin(import, err) != IHP_OK ||
        ihp__import_layout_load(import, err) != IHP_OK || find_files(import, err) != IHP_OK ||
        ihp__import_values_create(import, err) != IHP_OK ||
        ihp__import_dict_init(&import->payers, "payers", err) != IHP_OK ||
        ihp__import_dict_init(&import->procedures, "procedure codes", err) != IHP_OK ||
        ihp__import_npis_init(import, err) != IHP_OK ||
        ihp__import_quarantine_begin(import, err) != IHP_OK ||
        ihp__control_begin(&import->control, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK ||
        ihp__store_create(import->store.path, import->comm, &import->writer, err) != IHP_OK) {
        return err->status;
    }
    ihp__store_set_target(import->writer, &import->store);
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
    if (ihp__import_claims(import, err) != IHP_OK ||
        ihp__import_layout_finish(import, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_values_tell(import, err);
}

/* Puts a store and a quarantine file aside that are replaced together. */
static enum ihp_status put_aside(struct ihp__import *import, struct ihp_error *err)
{
    if (!import->options->force) {
        return IHP_OK;
    }
    if (ihp__lease_check(import->store.lease, err) != IHP_OK ||
        ihp__lease_check(import->quarantine.lease, err) != IHP_OK ||
        ihp__aside_put(&import->asides, import->store.path, err) != IHP_OK) {
        return err->status;
    }
    return ihp__aside_put(&import->asides, import->quarantine.path, err);
}

/* Names the quarantine file before the store, so that there is never a store without the rows that
 * it lacks; but not before both are whole and may have their names. Only rank 0 does. */
static enum ihp_status name_quarantine(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__outfile **quarantine = &import->bad_rows.quarantine;
    if (import->rank != 0 || *quarantine == NULL) {
        return IHP_OK;
    }
    if (ihp__outfile_finish(*quarantine, err) != IHP_OK ||
        ihp__store_check_name(import->writer, err) != IHP_OK || put_aside(import, err) != IHP_OK) {
        return err->status;
    }
    bool is_new = access(import->quarantine.path, F_OK) != 0;
    enum ihp_status status = ihp__outfile_name(quarantine, &import->quarantine, err);
    import->quarantine_made = status == IHP_OK && is_new;
    return status;
}

static enum ihp_status finish(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__store_finish(import->writer, err) != IHP_OK) {
        return err->status;
    }
    ihp__unfinished_hold(); /* both get their names, or none */
    ihp__until_agreed(name_quarantine(import, err));
    bool keeps = false;
    if (ihp__import_agree(import, err) == IHP_OK) {
        bool is_new = access(import->store.path, F_OK) != 0;
        keeps = ihp__store_commit(&import->writer, err) == IHP_OK ||
                /* It has its name, but may not be on disk. */
                (is_new && import->asides.count == 0 && access(import->store.path, F_OK) == 0);
    }
    if (!keeps && import->quarantine_made) {
        unlink(import->quarantine.path);
    }
    if (keeps) {
        ihp__aside_drop(&import->asides, import->notices);
    } else {
        ihp__aside_restore(&import->asides, import->notices);
    }
    ihp__unfinished_release();
    return err->status;
}

static enum ihp_status fail_rows(const struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %llu bad %s of %zu %s, so nothing was imported; fix them, or move them "
                     "aside with --quarantine FILE",
                     import->options->extract_dir != NULL ? import->options->extract_dir
                                                          : import->options->layout_path,
                     (unsigned long long)bad_rows->rows, bad_rows->rows == 1 ? "row" : "rows",
                     bad_rows->kinds, bad_rows->kinds == 1 ? "kind" : "kinds");
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
    if (ihp__import_record_make(import, err) != IHP_OK) {
        /* There may be too many of them. */
        *has_report = err->status == IHP_ERR_DATA && import->bad_rows.rows > 0;
        return err->status;
    }
    *has_report = finish(import, err) == IHP_OK;
    return err->status;
}

/* Returns true if the import has failed at claims that it may have cut inside quotes. */
static bool may_be_cut_wrong(const struct ihp__import *import, enum ihp_status status)
{
    return import->guessed && (status == IHP_ERR_DATA || status == IHP_ERR_USAGE);
}

static void import_free(struct ihp__import **import)
{
    ihp__store_abandon(&(*import)->writer);
    ihp__import_bad_rows_free(*import);
    ihp__import_layout_free(*import);
    ihp__control_free(&(*import)->control);
    ihp__control_file_free(*import);
    ihp__record_free(&(*import)->record);
    ihp__target_end(&(*import)->store);
    ihp__target_end(&(*import)->quarantine);
    ihp__import_member_index_free(&(*import)->members);
    ihp__import_member_index_free(&(*import)->bad_members);
    free((*import)->bad_id);
    ihp__import_values_free(*import);
    ihp__import_dict_free(&(*import)->payers);
    ihp__import_dict_free(&(*import)->procedures);
    ihp__import_npis_free(&(*import)->npis);
    ihp__hand_over_free(&(*import)->hand_over);
    ihp__import_ranks_end(*import);
    ihp__import_files_free(*import);
    free((*import)->span_payer);
    free((*import)->report.record);
    free(*import);
    *import = NULL;
}

/* Collective: imports. Sets `*again` if that has failed and must be tried with all quotes of the
 * claims counted. */
static enum ihp_status try(const struct ihp_import_options *options, bool counts_quotes,
                           struct ihp_import_report *report, struct ihp_notices *notices,
                           bool *again, struct ihp_error *err)
{
    *again = false;
    struct ihp__import *import = calloc(1, sizeof *import);
    ihp__until_agreed(import == NULL ? ihp__fail_memory(err, "an import")
                                     : check_options(options, err));
    if (ihp__agree(options->comm, err) != IHP_OK) {
        free(import);
        return err->status;
    }
    import->options = options;
    import->counts_quotes = counts_quotes;
    import->notices = notices;
    import->comm = MPI_COMM_NULL;
    bool has_report;
    ihp__until_agreed(run(import, &has_report, err));
    /* Meets the next step of the ranks that have not failed. */
    enum ihp_status status = ihp__import_agree(import, err);
    if (has_report && import->rank == 0) {
        ihp__import_bad_rows_publish(import);
        *report = import->report;
        import->report.record = NULL;
    }
    *again = may_be_cut_wrong(import, status);
    import_free(&import);
    return status;
}

enum ihp_status ihp_import(const struct ihp_import_options *options,
                           struct ihp_import_report *report, struct ihp_notices *notices,
                           struct ihp_error *err)
{
    const size_t noticed = notices == NULL ? 0 : notices->count;
    bool again;
    if (try(options, false, report, notices, &again, err) != IHP_OK && again) {
        /* What is wrong with the claims, and on which line, is then found as on one rank. */
        ihp__notices_cut(notices, noticed);
        *err = (struct ihp_error){IHP_OK, ""};
        return try(options, true, report, notices, &again, err);
    }
    return err->status;
}
