/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp info: prints what a store or a result is. */
#include "ihp/jobs.h"
#include "result/result_files.h"
#include "store/hdf5_util.h"
#include "store/store.h"

#include <jansson.h>
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
}

static void print_title(const char *path, const json_t *part, FILE *stream)
{
    json_int_t block, blocks, first, last, scenarios;
    if (part == NULL || json_unpack((json_t *)(uintptr_t)part, "{s:I, s:I, s:I, s:I, s:I}", "block",
                                    &block, "blocks", &blocks, "first", &first, "last", &last,
                                    "scenarios", &scenarios) != 0) {
        fprintf(stream, "%s: result%s\n", path, part == NULL ? "" : ", a block of a sweep");
        return;
    }
    fprintf(stream,
            "%s: result, block %lld of %lld, scenarios %lld to %lld of %lld of a sweep; 'ihp "
            "merge' puts "
            "the blocks together\n",
            path, (long long)block, (long long)blocks, (long long)first, (long long)last,
            (long long)scenarios);
}

/* Prints a manifest, after the files of its folder if `folder` is not NULL. */
static enum ihp_status info_of_manifest(const char *path, const char *folder, FILE *stream,
                                        struct ihp_error *err)
{
    json_error_t error;
    json_t *manifest = json_load_file(path, 0, &error);
    if (manifest == NULL && json_error_code(&error) == json_error_out_of_memory) {
        return ihp__fail_memory(err, "the manifest");
    }
    if (manifest == NULL && json_error_code(&error) == json_error_cannot_open_file) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (manifest == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s:%d: is not a valid manifest (%s)", path, error.line,
                         error.text);
    }
    print_title(path, json_object_get(manifest, "part"), stream);
    enum ihp_status status = folder == NULL ? IHP_OK : ihp__result_files_print(stream, folder, err);
    json_dumpf(manifest, stream, JSON_INDENT(2));
    fputc('\n', stream);
    json_decref(manifest);
    return status;
}

/* Prints one text attribute of results.h5. */
static herr_t print_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    FILE *stream = context;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    char *text = calloc((size_t)info->data_size + 1, 1);
    if (text != NULL && info->data_size < 1000000 && H5Tget_size(type) == info->data_size &&
        H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
        H5Aread(attribute, type, text) >= 0) {
        fprintf(stream, "  %-36s %s\n", name, text);
    }
    free(text);
    H5Tclose(type);
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

/* Prints results.h5. Returns false, and does nothing, if the file is not a result. */
static bool print_results(const char *path, FILE *stream)
{
    ihp__h5_quiet();
    hid_t file =
        H5Fis_hdf5(path) > 0 ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT) : H5I_INVALID_HID;
    if (file < 0) {
        return false;
    }
    bool is_result = is_result_file(file);
    if (is_result) {
        fprintf(stream, "%s: result\n", path);
        H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, print_attribute, stream);
    }
    H5Fclose(file);
    return is_result;
}

static enum ihp_status info_of_store(const char *path, FILE *stream, struct ihp_error *err)
{
    struct ihp__store *store;
    if (ihp__store_open(path, &store, err) != IHP_OK) {
        return err->status;
    }
    print_store(ihp__store_info(store), stream);
    ihp__store_close(&store);
    return IHP_OK;
}

enum ihp_status ihp_info(const char *path, FILE *stream, struct ihp_error *err)
{
    struct stat info;
    char manifest[IHP__PATH_MAX];
    if (stat(path, &info) != 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file or folder", path);
    }
    if (S_ISDIR(info.st_mode)) {
        if (ihp__path_join(manifest, sizeof manifest, path, "manifest.json", NULL) != IHP_OK ||
            stat(manifest, &info) != 0) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s: has no manifest.json, so it is not a finished run", path);
        }
        return info_of_manifest(manifest, path, stream, err);
    }
    const char *dot = strrchr(path, '.');
    if (dot != NULL && strcmp(dot, ".json") == 0) {
        return info_of_manifest(path, NULL, stream, err);
    }
    if (print_results(path, stream)) {
        return IHP_OK;
    }
    return ihp__h5_short_of_memory() ? ihp__fail_memory(err, path)
                                     : info_of_store(path, stream, err);
}
