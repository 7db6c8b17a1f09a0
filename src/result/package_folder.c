/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of the packages: making, filling and removing them. */
#include "result/package.h"

#include "result/folder.h"
#include "result/package_json.h"
#include "result/package_readme.h"

#include <string.h>
#include <unistd.h>

/* ---- making and removing --------------------------------------------------------------------- */

enum ihp_status ihp__package_check(const char *folder, const char *program, bool force,
                                   struct ihp_error *err)
{
    return ihp__folder_check(folder, program, IHP__FILES_PACKAGE, force, err);
}

static void remove_ihp(const char *folder, const char *ihp_id)
{
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, ihp_id, NULL) == IHP_OK) {
        ihp__result_files_remove(path, IHP__FILES_PACKAGE_OF_IHP);
        rmdir(path);
    }
}

/* Returns the id of an entry of package.json, or NULL if it could name something else than a folder
 * in the package. */
static const char *json_ihp_id(const json_t *ihp)
{
    const char *id = json_string_value(json_object_get(ihp, "ihp_id"));
    return id == NULL || id[0] == '.' || id[0] == '\0' || strchr(id, '/') != NULL ? NULL : id;
}

/* Removes the files that `ihp package` writes, and no others: package.json first, because it makes
 * the package finished; then those of the IHPs that it named (`json`; NULL for
 * none) and of the program's. */
static void remove_package(const char *folder, const struct ihp__program *program,
                           const json_t *json)
{
    json_t *ihp;
    size_t i;
    ihp__result_files_remove(folder, IHP__FILES_PACKAGE);
    json_array_foreach(json_object_get(json, "ihps"), i, ihp)
    {
        if (json_ihp_id(ihp) != NULL) {
            remove_ihp(folder, json_ihp_id(ihp));
        }
    }
    for (size_t p = 0; p < program->partnerships; p++) {
        remove_ihp(folder, program->partnership[p].id);
    }
}

static enum ihp_status remove_earlier(const char *folder, const struct ihp__program *program,
                                      struct ihp_error *err)
{
    json_t *json;
    if (ihp__package_json_load(folder, &json, err) != IHP_OK) {
        return err->status;
    }
    remove_package(folder, program, json);
    json_decref(json);
    return IHP_OK;
}

enum ihp_status ihp__package_begin(const char *folder, const struct ihp__program *program,
                                   bool *made, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    if (ihp__make_parents(folder, err) != IHP_OK ||
        ihp__private_folder_make(folder, made, err) != IHP_OK) {
        return err->status;
    }
    if (!*made && remove_earlier(folder, program, err) != IHP_OK) {
        return err->status;
    }
    for (size_t p = 0; p < program->partnerships; p++) {
        if (ihp__path_join(path, sizeof path, folder, program->partnership[p].id, err) != IHP_OK ||
            ihp__private_folder_take(path, err) != IHP_OK) {
            ihp__package_abandon(folder, program, *made);
            return err->status;
        }
    }
    return IHP_OK;
}

void ihp__package_abandon(const char *folder, const struct ihp__program *program, bool made)
{
    remove_package(folder, program, NULL); /* package.json is gone, or of this program */
    if (made) {
        rmdir(folder);
    }
}

/* ---- the files of an IHP that are not protected -----------------------------------------------
 */

enum ihp_status ihp__package_tables_write(const char *folder, const struct ihp__result_input *input,
                                          int partnership,
                                          const struct ihp__table table[IHP__PACKAGE_TABLES],
                                          const char *previous, struct ihp_error *err)
{
    static const char name[] = "README.txt";
    char path[IHP__PATH_MAX];
    struct ihp__outfile *out;
    if (ihp__folder_write_tables(folder, IHP__FILES_PACKAGE_OF_IHP, table, IHP__PACKAGE_TABLES,
                                 err) != IHP_OK ||
        ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK ||
        ihp__outfile_open(path, ihp__result_file_find(IHP__FILES_PACKAGE_OF_IHP, name)->mode, &out,
                          err) != IHP_OK) {
        return err->status;
    }
    ihp__package_readme_put(ihp__outfile_stream(out), input, partnership, table, previous);
    return ihp__outfile_commit(&out, err);
}
