/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies attributed/, unattributed/ and moved/ of a block. Every block has the same members, so the
 * files of one are enough.
 */
#include "jobs/merge/merge.h"
#include "result/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Copies a file, bytes as they are, mode 0600. */
static enum ihp_status copy_file(const char *from, const char *to, struct ihp_error *err)
{
    char bytes[65536];
    struct ihp__outfile *out;
    struct stat info;
    bool found;
    if (ihp__path_look(from, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found || !S_ISREG(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is missing or not a file; settle the block again",
                         from);
    }
    FILE *in = fopen(from, "rb");
    if (in == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, from, "cannot be read");
    }
    if (ihp__outfile_open(to, 0600, &out, err) != IHP_OK) {
        fclose(in);
        return err->status;
    }
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        fwrite(bytes, 1, got, ihp__outfile_stream(out)); /* an error shows at commit */
    }
    int failed = ferror(in) != 0 ? errno : 0;
    fclose(in);
    if (failed != 0) {
        ihp__outfile_abandon(&out);
        errno = failed;
        return ihp__fail_system(err, IHP_ERR_DATA, from, "cannot be read to its end");
    }
    return ihp__outfile_commit(&out, err);
}

/* Makes the folder `name` in the output if the block has it. `own` and `path` are the two. */
static enum ihp_status make_folder(const struct ihp__merge_block *p, const char *name,
                                   const char *folder, char own[IHP__PATH_MAX],
                                   char path[IHP__PATH_MAX], bool *found, struct ihp_error *err)
{
    struct stat info;
    if (ihp__path_join(own, IHP__PATH_MAX, p->folder, name, err) != IHP_OK ||
        ihp__path_look(own, &info, found, err) != IHP_OK) {
        return err->status;
    }
    *found = *found && S_ISDIR(info.st_mode);
    return *found ? ihp__member_folder_make(folder, name, path, MPI_COMM_SELF, err) : IHP_OK;
}

/* Copies a file from one folder to another. */
static enum ihp_status copy(const char *own, const char *path, const char *file,
                            struct ihp_error *err)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX];
    return ihp__path_join(from, sizeof from, own, file, err) == IHP_OK &&
                   ihp__path_join(to, sizeof to, path, file, err) == IHP_OK
               ? copy_file(from, to, err)
               : err->status;
}

/* Copies a folder with a file for each IHP, if the block has it, and sets `*found` then. */
static enum ihp_status copy_folder(const struct ihp__merge_block *p, const char *name,
                                   const struct ihp__table *settlement, const char *folder,
                                   bool *found, struct ihp_error *err)
{
    char own[IHP__PATH_MAX], path[IHP__PATH_MAX];
    if (make_folder(p, name, folder, own, path, found, err) != IHP_OK || !*found) {
        return err->status;
    }
    for (size_t i = 0; i < settlement->rows; i++) {
        char file[IHP__ID_MAX + 20];
        snprintf(file, sizeof file, "%s.csv", settlement->cell[i * settlement->columns].text);
        if (copy(own, path, file, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Copies the file of the members whom no IHP has; a block of an earlier version has none. */
static enum ihp_status copy_others(const struct ihp__merge_block *p, const char *folder,
                                   struct ihp_error *err)
{
    char own[IHP__PATH_MAX], path[IHP__PATH_MAX];
    bool found;
    return make_folder(p, "unattributed", folder, own, path, &found, err) == IHP_OK && found
               ? copy(own, path, "members.csv", err)
               : err->status;
}

enum ihp_status ihp__merge_member_files(const struct ihp__merge_block *p,
                                        const struct ihp__table *settlement, const char *folder,
                                        bool *found, struct ihp_error *err)
{
    bool moved;
    if (copy_folder(p, "attributed", settlement, folder, found, err) != IHP_OK || !*found ||
        copy_others(p, folder, err) != IHP_OK) {
        return err->status;
    }
    return copy_folder(p, "moved", settlement, folder, &moved, err);
}
