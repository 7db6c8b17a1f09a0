/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settles and pays the state of tests/fuzz/base. */
#include "state.h"

#include "ihp/ihp.h"
#include "result/file_list.h"

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

/* ---- editing --------------------------------------------------------------------------------- */

static bool renewed;

/* Makes the list of files of a finished folder again. */
static void renew_list(const char *folder, enum ihp__file_group group)
{
    char path[3 * FUZZ_PATH_MAX];
    struct ihp_error err = {0};
    const char *last = ihp__result_file_last(group);
    snprintf(path, sizeof path, "%s/%s", folder, last == NULL ? "" : last);
    json_t *manifest = last == NULL ? NULL : json_load_file(path, 0, NULL);
    if (!json_is_object(manifest)) {
        json_decref(manifest);
        return;
    }
    json_object_del(manifest, "files");
    json_object_del(json_object_get(manifest, "run"), "files");
    enum ihp_status status = ihp__file_list_seal(folder, group, manifest, &err);
    if (status == IHP_OK && json_dump_file(manifest, path, JSON_INDENT(2)) != 0) {
        fuzz_fail("%s cannot be written", path);
    }
    json_decref(manifest);
}

static void renew_lists(const char *name, void *context)
{
    const char *root = context, *slash = strchr(name, '/');
    char folder[2 * FUZZ_PATH_MAX];
    size_t inside = slash == NULL ? 0 : (size_t)(slash - name);
    if (slash != NULL && strchr(slash + 1, '/') != NULL) {
        return;
    }
    for (int group = 0; group < IHP__FILE_GROUPS; group++) {
        const char *last = ihp__result_file_last((enum ihp__file_group)group);
        if (last != NULL && strcmp(slash == NULL ? name : slash + 1, last) == 0) {
            snprintf(folder, sizeof folder, "%s%s%.*s", root, inside == 0 ? "" : "/", (int)inside,
                     name);
            renew_list(folder, (enum ihp__file_group)group);
        }
    }
}

void fuzz_state_edit(struct fuzz_files *files, const uint8_t *data, size_t size)
{
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    size_t edits = fuzz_edits_read(data, size, edit);
    fuzz_secret_allowed(fuzz_has_secret(data, size));
    fuzz_files_restore(files);
    fuzz_files_edit(files, edit, edits);
    renewed = fuzz_edits_have(edit, edits, "digests");
    if (renewed) {
        char root[FUZZ_PATH_MAX];
        snprintf(root, sizeof root, "%s", fuzz_files_folder(files));
        fuzz_each_file(root, renew_lists, root);
    }
}

/* ---- comparing ------------------------------------------------------------------------------- */

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

void fuzz_state_check(enum ihp_status status, const char *output, struct ihp_error *err)
{
    static uint64_t first;
    if (first == 0) {
        fuzz_require(status, err);
        first = fuzz_state_tables(output);
    }
    if (status == IHP_OK && !renewed && fuzz_state_tables(output) != first) {
        fuzz_fail("an edit that nobody noticed has changed the result");
    }
    fuzz_check(status, err);
}
