/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the files in a result folder, for people. */
#include "result/print_table.h"
#include "result/result_files.h"

#include <sys/stat.h>

/* Finds out if a row may be of a file in `folder`. */
static enum ihp_status look_group(const char *folder, enum ihp__file_group group, bool *found,
                                  struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    const char *last = ihp__result_file_last(group);
    *found = group < IHP__FILES_PACKAGE;
    if (*found || last == NULL) {
        return IHP_OK;
    }
    return ihp__path_join(path, sizeof path, folder, last, err) == IHP_OK
               ? ihp__path_look(path, &info, found, err)
               : err->status;
}

/* Finds out if a file, or the folder of a file per IHP, is in `folder`. */
static enum ihp_status look(const char *folder, const struct ihp__result_file *file, bool *found,
                            struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    return ihp__path_join(path, sizeof path, folder,
                          file->folder == NULL ? file->name : file->folder, err) == IHP_OK
               ? ihp__path_look(path, &info, found, err)
               : err->status;
}

enum ihp_status ihp__result_files_print(FILE *stream, const char *folder, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"File", IHP__PRINT_TEXT, false},
                                                       {"Access", IHP__PRINT_TEXT, false},
                                                       {"Contents", IHP__PRINT_PROSE, false}};
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    char path[IHP__FILE_TEXT];
    const struct ihp__result_file *file;
    enum ihp_status status = IHP_OK;
    for (size_t i = 0; status == IHP_OK && (file = ihp__result_file(i)) != NULL; i++) {
        bool found = false;
        status = look_group(folder, file->group, &found, err);
        if (status == IHP_OK && found) {
            status = look(folder, file, &found, err);
        }
        if (status == IHP_OK && found) {
            ihp__print_text(&print, ihp__result_file_path(file, path));
            ihp__print_text(&print, ihp__file_access_text(file->access));
            ihp__print_text(&print, file->meaning);
        }
    }
    enum ihp_status ended = ihp__print_end(&print, err); /* frees what is to be printed */
    return status == IHP_OK ? ended : status;
}
