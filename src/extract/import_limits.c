/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether so much of an extract was read that a store can be made of it. */
#include "extract/import.h"

#include <inttypes.h>
#include <string.h>

/* Returns the name of the extract, for a message. */
static const char *name_of(const struct ihp__import *import)
{
    const struct ihp_import_options *options = import->options;
    return options->extract_dir != NULL ? options->extract_dir : options->layout_path;
}

/* Returns how many rows have been read of a table. */
static uint64_t rows_of(const struct ihp__import *import, enum ihp__extract_file file)
{
    const struct ihp__record *record = &import->record;
    uint64_t rows = 0;
    for (size_t i = 0; i < record->entries; i++) {
        const struct ihp__record_entry *entry = &record->entry[i];
        if (entry->key.section == IHP__RECORD_FILE &&
            strcmp(entry->key.table, ihp__extract_schemas[file].name) == 0) {
            rows += entry->rows;
        }
    }
    return rows;
}

/* Returns how many rows of a table are bad, without those that repeat a row that is imported: a
 * store lacks nothing of them. */
static uint64_t lost_rows_of(const struct ihp__import *import, enum ihp__extract_file file)
{
    const struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    uint64_t rows = 0;
    for (size_t i = 0; i < bad_rows->kinds; i++) {
        const bool lost = bad_rows->file[i] == file && !bad_rows->kind[i].repeats;
        rows += lost ? bad_rows->kind[i].rows : 0;
    }
    return rows;
}

/* Refuses a table of which too large a share is in quarantine. */
static enum ihp_status check_share(const struct ihp__import *import, enum ihp__extract_file file,
                                   struct ihp_error *err)
{
    const double given = import->options->quarantine_limit;
    const double limit = given > 0 ? given : IHP_IMPORT_QUARANTINE_LIMIT;
    const uint64_t rows = rows_of(import, file), bad = lost_rows_of(import, file);
    const double allowed = limit * (double)rows * (1 + 1e-12); /* 0.29 x 100 is below 29 */
    if ((double)bad <= allowed) {
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %s: %" PRIu64 " of %" PRIu64 " rows are bad (%.3g%%), more than %.6g%%, "
                     "so nothing was imported; fix them, or allow a larger share with "
                     "--quarantine-limit",
                     name_of(import), ihp__extract_schemas[file].name, bad, rows,
                     100 * (double)bad / (double)rows, 100 * limit);
}

static enum ihp_status fail_empty(const struct ihp__import *import, enum ihp__extract_file file,
                                  const char *what, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: %s: has no %s (%" PRIu64 " rows were read), so nothing was imported; if "
                     "that is right, import with --allow-empty",
                     name_of(import), ihp__extract_schemas[file].name, what, rows_of(import, file));
}

enum ihp_status ihp__import_limits_check(const struct ihp__import *import, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (check_share(import, (enum ihp__extract_file)f, err) != IHP_OK) {
            return err->status;
        }
    }
    if (import->options->allow_empty) {
        return IHP_OK;
    }
    if (import->report.members == 0) {
        return fail_empty(import, IHP__EXTRACT_MEMBERS, "member", err);
    }
    return import->report.lines == 0 ? fail_empty(import, IHP__EXTRACT_CLAIMS, "claim line", err)
                                     : IHP_OK;
}
