/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of the packages: making and filling them. */
#include "result/package.h"

#include "result/folder.h"
#include "result/package_readme.h"

enum ihp_status ihp__package_folders_make(const char *folder, const struct ihp__program *program,
                                          struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    for (size_t p = 0; p < program->partnerships; p++) {
        if (ihp__path_join(path, sizeof path, folder, program->partnership[p].id, err) != IHP_OK ||
            ihp__private_folder_take(path, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

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
