/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the files in a result folder, for people. */
#include "result/print_table.h"
#include "result/result_files.h"

#include <sys/stat.h>

/* Returns true if a file, or the folder of a file per IHP, is in `folder`. */
static bool exists(const char *folder, const struct ihp__result_file *file)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    return ihp__path_join(path, sizeof path, folder,
                          file->folder == NULL ? file->name : file->folder, NULL) == IHP_OK &&
           stat(path, &info) == 0;
}

enum ihp_status ihp__result_files_print(FILE *stream, const char *folder, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"File", IHP__PRINT_TEXT, false},
                                                       {"Access", IHP__PRINT_TEXT, false},
                                                       {"Contents", IHP__PRINT_PROSE, false}};
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    char path[IHP__FILE_TEXT];
    const struct ihp__result_file *file;
    for (size_t i = 0; (file = ihp__result_file(i)) != NULL; i++) {
        if (file->group < IHP__FILES_PACKAGE && exists(folder, file)) {
            ihp__print_text(&print, ihp__result_file_path(file, path));
            ihp__print_text(&print, ihp__file_access_text(file->access));
            ihp__print_text(&print, file->meaning);
        }
    }
    return ihp__print_end(&print, err);
}
