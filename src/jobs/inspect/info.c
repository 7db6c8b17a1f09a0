/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp info: prints what a store or a result is. */
#include "base/json_load.h"
#include "ihp/jobs.h"
#include "result/file_list.h"
#include "result/h5_attributes.h"
#include "result/import_record.h"
#include "result/json.h"
#include "store/store_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void print_store(const struct ihp__store_info *info, FILE *stream)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"members", info->members},
        {"claim lines", info->lines},
        {"enrollment spans", info->spans},
        {"morbidity rows", info->morbidity_rows},
        {"NPIs", info->npis - 1},
        {"NPIs with a taxonomy", info->providers},
        {"payers", info->payers},
        {"risk categories", info->acgs},
        {"procedure codes", info->procedures},
        {"bytes", info->file_bytes},
    };
    fprintf(stream, "%s: store, format %d, written by ihp %s\n  content hash  %s\n", info->path,
            info->format_version, info->program_version, info->content_hash);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        fprintf(stream, "  %-22s %12llu\n", counts[i].name, (unsigned long long)counts[i].value);
    }
    fprintf(stream, "  %-22s %12s\n", "social risk", info->has_social_risk ? "yes" : "no");
    fprintf(stream, "  %-22s %12s\n", "care coordination",
            info->has_care_coordination ? "yes" : "no");
    fprintf(stream, "  %-22s %12s\n", "void dates", info->has_void_dates ? "yes" : "no");
    fprintf(stream, "  %-22s %12s\n", "versions of lines", info->version_width > 0 ? "yes" : "no");
    fprintf(stream, "  %-22s %12s\n", "dates of death", info->has_death_dates ? "yes" : "no");
    fprintf(stream, "  %-22s %12s\n", "digests", info->has_digests ? "yes" : "no");
}

/* Prints what a .json finishes. `path` is the folder, or the .json. */
static void print_title(const char *path, enum ihp__file_group group, const json_t *part,
                        FILE *stream)
{
    static const char *const titles[IHP__FILE_GROUPS] = {
        [IHP__FILES_RESULT] = "result",
        [IHP__FILES_PAYMENTS] = "payments",
        [IHP__FILES_RECONCILIATION] = "reconciliation",
        [IHP__FILES_PACKAGE] = "data packages",
        [IHP__FILES_PACKAGE_OF_IHP] = "data package",
        [IHP__FILES_NOTICES] = "notices",
        [IHP__FILES_APPEAL] = "answers to error reports",
    };
    static const char *const keys[] = {"block", "blocks", "first", "last", "scenarios"};
    enum { BLOCK, BLOCKS, FIRST, LAST, SCENARIOS, KEYS };
    long long number[KEYS];
    bool whole = part != NULL;
    for (size_t i = 0; i < KEYS; i++) {
        const json_t *value = json_object_get(part, keys[i]);
        whole = whole && json_is_integer(value);
        number[i] = json_integer_value(value);
    }
    if (!whole) {
        fprintf(stream, "%s: %s%s\n", path, titles[group],
                part == NULL ? "" : ", a block of a sweep");
        return;
    }
    fprintf(stream,
            "%s: result, block %lld of %lld, scenarios %lld to %lld of %lld of a sweep; 'ihp "
            "merge' puts "
            "the blocks together\n",
            path, number[BLOCK], number[BLOCKS], number[FIRST], number[LAST], number[SCENARIOS]);
}

/* Says that the files of a folder were not looked at. */
static void print_not_compared(FILE *stream)
{
    fputs("  the other files of its folder were not compared with their list; 'ihp info FOLDER' "
          "does it\n",
          stream);
}

/* Returns the group that a .json finishes; a result for any other name. */
static enum ihp__file_group group_of(const char *path)
{
    for (int group = 0; group < IHP__FILE_GROUPS; group++) {
        const char *last = ihp__result_file_last((enum ihp__file_group)group);
        if (last != NULL && strcmp(ihp__path_base(path), last) == 0) {
            return (enum ihp__file_group)group;
        }
    }
    return IHP__FILES_RESULT;
}

/* Prints a manifest, after the files of its folder if `folder` is not NULL. */
static enum ihp_status info_of_manifest(const char *path, const char *folder, FILE *stream,
                                        struct ihp_error *err)
{
    json_error_t error;
    json_t *manifest;
    if (ihp__json_load_file(path, 0, &manifest, &error, err) != IHP_OK) {
        return err->status;
    }
    if (manifest == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s:%d: is not a valid manifest (%s)", path, error.line,
                         error.text);
    }
    print_title(path, group_of(path), json_object_get(manifest, "part"), stream);
    if (folder == NULL) {
        print_not_compared(stream);
    }
    enum ihp_status status = folder == NULL ? IHP_OK : ihp__result_files_print(stream, folder, err);
    errno = 0;
    if (status == IHP_OK &&
        json_dumpf(manifest, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(IHP__JSON_DIGITS)) != 0 &&
        errno == ENOMEM) {
        status = ihp__fail_memory(err, path); /* the command notices an error of the stream */
    }
    fputc('\n', stream);
    json_decref(manifest);
    return status;
}

/* Compares the files of a folder with the lists in the .json of each job that is finished there. */
static enum ihp_status check_files(const char *folder, FILE *stream, struct ihp_error *err)
{
    struct ihp_notices notices = {0};
    enum ihp_status status = IHP_OK;
    for (int group = 0; group < IHP__FILE_GROUPS && status == IHP_OK; group++) {
        if (ihp__result_file_last((enum ihp__file_group)group) == NULL) {
            continue;
        }
        status = ihp__file_list_check_folder(folder, (enum ihp__file_group)group, IHP__CHECK_ALL,
                                             NULL, &notices, err);
    }
    for (size_t i = 0; i < notices.count; i++) {
        fprintf(stream, "%s\n", notices.text[i]);
    }
    ihp_notices_clear(&notices);
    return status;
}

struct printing {
    FILE *stream;
    bool short_of_memory;
};

/* Prints one attribute of results.h5. */
static herr_t print_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    struct printing *p = context;
    char label[80];
    (void)info;
    snprintf(label, sizeof label, "%s", name);
    for (char *c = label; *c != '\0'; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c; /* a hostile file may have anything */
    }
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) {
        return 0;
    }
    fprintf(p->stream, "  %-36s ", label);
    p->short_of_memory = !ihp__h5_print_attribute(p->stream, attribute) || p->short_of_memory;
    fputc('\n', p->stream);
    H5Aclose(attribute);
    return 0;
}

static bool is_result_file(hid_t file)
{
    char format[16] = "";
    hid_t attribute = H5Aopen(file, "format", H5P_DEFAULT);
    if (attribute < 0) {
        return false;
    }
    hid_t type = H5Aget_type(attribute);
    bool read = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                H5Aget_storage_size(attribute) < sizeof format &&
                H5Aget_storage_size(attribute) == H5Tget_size(type) &&
                H5Aread(attribute, type, format) >= 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return read && strcmp(format, "ihp-result") == 0;
}

/* Prints results.h5. `*is_result` is false, and nothing printed, if the file is not a result. */
static enum ihp_status print_results(const char *path, FILE *stream, bool *is_result,
                                     struct ihp_error *err)
{
    if (ihp__h5_begin(err) != IHP_OK) {
        return err->status;
    }
    struct printing p = {stream, false};
    hid_t file = ihp__h5_is_file(path) ? ihp__h5_open_file(path) : H5I_INVALID_HID;
    bool whole = true;
    *is_result = file >= 0 && is_result_file(file);
    if (*is_result) {
        fprintf(stream, "%s: result\n", path);
        print_not_compared(stream);
        whole = H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, print_attribute, &p) >= 0;
    }
    bool failed = ihp__h5_fail_system(path, "cannot be read", err);
    if (file >= 0) {
        ihp__h5_close_file(file);
    }
    if (p.short_of_memory) {
        return ihp__fail_memory(err, path);
    }
    if (failed) {
        return err->status;
    }
    return whole ? IHP_OK
                 : ihp__fail(err, IHP_ERR_DATA, "%s: its attributes cannot be read: it is damaged",
                             path);
}

static enum ihp_status info_of_store(const char *path, FILE *stream, struct ihp_error *err)
{
    struct ihp__store *store;
    if (ihp__store_open(path, &store, err) != IHP_OK) {
        return err->status;
    }
    print_store(ihp__store_info(store), stream);
    json_t *record;
    enum ihp_status status = ihp__store_read_record(store, &record, err);
    if (status == IHP_OK && record != NULL) {
        status = ihp__record_print(stream, record, true, err);
    }
    json_decref(record);
    ihp__store_close(&store);
    return status;
}

/* Prints what is finished in a folder: a settlement, or what other commands wrote. */
static enum ihp_status info_of_folder(const char *folder, FILE *stream, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found = false;
    for (int group = 0; group < IHP__FILE_GROUPS && !found; group++) {
        const char *last = ihp__result_file_last((enum ihp__file_group)group);
        if (last != NULL && (ihp__path_join(path, sizeof path, folder, last, err) != IHP_OK ||
                             ihp__path_look(path, &info, &found, err) != IHP_OK)) {
            return err->status;
        }
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no manifest.json, so it is not a finished run; nor has it the "
                         ".json of payments, a reconciliation, packages, notices or answers",
                         folder);
    }
    return info_of_manifest(path, folder, stream, err) == IHP_OK ? check_files(folder, stream, err)
                                                                 : err->status;
}

enum ihp_status ihp_info(const char *path, FILE *stream, struct ihp_error *err)
{
    struct stat info;
    bool found, is_result = false;
    if (ihp__path_look(path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file or folder", path);
    }
    if (S_ISDIR(info.st_mode)) {
        return info_of_folder(path, stream, err);
    }
    const char *dot = strrchr(path, '.');
    if (dot != NULL && strcmp(dot, ".json") == 0) {
        return info_of_manifest(path, NULL, stream, err);
    }
    if (S_ISREG(info.st_mode) &&
        (print_results(path, stream, &is_result, err) != IHP_OK || is_result)) {
        return err->status;
    }
    return info_of_store(path, stream, err);
}
