/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the file of a table. */
#include "source/source.h"

#include "base/error.h"

enum ihp_status ihp__source_find(const char *folder, const char *name, bool required,
                                 char path[IHP__PATH_MAX], bool *found, struct ihp_error *err)
{
    char table[IHP__PATH_MAX];
    struct stat info;
    bool has_table;
    int length = snprintf(table, sizeof table, "%s/%s.sas7bdat", folder, name);
    if (length < 0 || (size_t)length >= sizeof table) {
        return ihp__fail_long_path(err, folder, sizeof table);
    }
    if (ihp__path_look(table, &info, &has_table, err) != IHP_OK ||
        ihp__csv_find(folder, name, required && !has_table, path, IHP__PATH_MAX, found, err) !=
            IHP_OK) {
        return err->status;
    }
    if (has_table && *found) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: exists next to %s; keep one of the two", table,
                         ihp__path_base(path));
    }
    if (has_table) {
        snprintf(path, IHP__PATH_MAX, "%s", table);
        *found = true;
    }
    return IHP_OK;
}
