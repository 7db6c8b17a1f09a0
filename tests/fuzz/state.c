/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settles and pays the state of tests/fuzz/base. */
#include "state.h"

#include "ihp/ihp.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void fuzz_state_import(void)
{
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    fuzz_copy_base();
    const struct ihp_import_options options = {.comm = MPI_COMM_NULL,
                                               .extract_dir = fuzz_path("extract"),
                                               .store_path = fuzz_path("s.h5"),
                                               .memory_bytes = IHP_IMPORT_MEMORY_MIN};
    fuzz_require(ihp_import(&options, &report, NULL, &err), &err);
    ihp_import_report_clear(&report);
}

void fuzz_state_settle(const char *deck, const char *output, size_t block, size_t blocks)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct ihp_settle_options options = {.deck_path = fuzz_path(deck),
                                               .output = fuzz_path(output),
                                               .block = block,
                                               .blocks = blocks,
                                               .member_files = true};
    fuzz_require(ihp_settle(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

void fuzz_state_pay(void)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    struct ihp_pay_options options = {.deck_path = fuzz_path("deck.yaml"),
                                      .output = fuzz_path("paid"),
                                      .member_files = true,
                                      .first_quarter = 2025 * 4,
                                      .quarters = 4};
    fuzz_require(ihp_pay(&options, MPI_COMM_SELF, &notices, &err), &err);
    const char *const paid[] = {fuzz_path("paid")};
    options.output = fuzz_path("reconciled");
    options.member_files = false;
    options.paid = paid;
    options.paid_count = 1;
    fuzz_require(ihp_reconcile(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

void fuzz_state_edit(struct fuzz_files *files, const uint8_t *data, size_t size)
{
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    size_t edits = fuzz_edits_read(data, size, edit);
    fuzz_secret_allowed(fuzz_has_secret(data, size));
    fuzz_files_restore(files);
    fuzz_files_edit(files, edit, edits);
}

/* A hash and the folder whose files it is of. */
struct tables {
    const char *folder;
    uint64_t hash;
};

static void add_table(const char *name, void *context)
{
    struct tables *tables = context;
    size_t length = strlen(name), size;
    if (length < 4 || strcmp(name + length - 4, ".csv") != 0) {
        return;
    }
    char path[2 * FUZZ_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", tables->folder, name);
    char *bytes = fuzz_read(path, &size);
    tables->hash = XXH3_64bits_withSeed(name, length, tables->hash);
    tables->hash = XXH3_64bits_withSeed(bytes, size, tables->hash);
    free(bytes);
}

uint64_t fuzz_state_tables(const char *folder)
{
    struct tables tables = {fuzz_path(folder), 1};
    fuzz_each_file(tables.folder, add_table, &tables);
    return tables.hash;
}
