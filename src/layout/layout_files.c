/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that the patterns of a layout fit. */
#include "layout/layout_internal.h"

#include "base/array.h"
#include "base/error.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct files {
    const struct ihp__layout *layout;
    const struct ihp__layout_table *table;
    struct stat *seen; /* owned: files that have been given */
    size_t count, capacity;
    ihp__layout_file_fn take;
    void *context;
    struct ihp_error *err;
};

/* Makes the pattern of a file: relative to the layout's folder, whose own name is no pattern. */
static enum ihp_status make_pattern(const struct files *f, const char *pattern, char *path,
                                    size_t size)
{
    size_t used = 0;
    const char *folder = pattern[0] == '/' ? "" : f->layout->folder;
    for (; *folder != '\0' && used + 2 < size; folder++) {
        if (strchr("*?[]\\", *folder) != NULL) {
            path[used++] = '\\';
        }
        path[used++] = *folder;
    }
    if (used > 0 && path[used - 1] != '/' && used + 1 < size) {
        path[used++] = '/';
    }
    path[used < size ? used : size - 1] = '\0';
    if (*folder != '\0' || used + strlen(pattern) >= size) {
        return ihp__fail_long_path(f->err, pattern, size);
    }
    memcpy(path + used, pattern, strlen(pattern) + 1);
    return IHP_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Gives a file, unless it was given before. */
static enum ihp_status give(struct files *f, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail_system(f->err, IHP_ERR_DATA, path, "cannot be read");
    }
    for (size_t i = 0; i < f->count; i++) {
        if (f->seen[i].st_dev == info.st_dev && f->seen[i].st_ino == info.st_ino) {
            return IHP_OK;
        }
    }
    if (!ihp__array_reserve(&f->seen, &f->capacity, f->count + 1, sizeof *f->seen)) {
        return ihp__fail_memory(f->err, "the files of a layout");
    }
    f->seen[f->count++] = info;
    return f->take(f->context, path, f->err);
}

static enum ihp_status fail_glob(const struct files *f, int found, const char *name)
{
    return found == GLOB_NOSPACE ? ihp__fail_memory(f->err, "the files of a layout")
           : found == GLOB_ABORTED && errno != ENOENT && errno != ENOTDIR
               ? ihp__fail_system(f->err, IHP_ERR_DATA, name, "its folder cannot be read")
               : ihp__fail(f->err, IHP_ERR_DATA,
                           "%s:%zu: %s.files: '%.200s' fits no file in %.400s; correct the "
                           "pattern or provide the file",
                           f->layout->path, f->table->line, f->table->schema->name, name,
                           name[0] == '/' ? "/" : f->layout->folder);
}

static enum ihp_status give_all(struct files *f, const char *name)
{
    char pattern[IHP__PATH_MAX];
    glob_t paths = {0};
    if (make_pattern(f, name, pattern, sizeof pattern) != IHP_OK) {
        return f->err->status;
    }
    errno = 0;
    int found = glob(pattern, GLOB_NOSORT | GLOB_ERR, NULL, &paths);
    if (found != 0) {
        enum ihp_status failed = fail_glob(f, found, name);
        globfree(&paths);
        return failed;
    }
    qsort(paths.gl_pathv, paths.gl_pathc, sizeof *paths.gl_pathv, by_text);
    enum ihp_status status = IHP_OK;
    for (size_t i = 0; i < paths.gl_pathc && status == IHP_OK; i++) {
        status = give(f, paths.gl_pathv[i]);
    }
    globfree(&paths);
    return status;
}

enum ihp_status ihp__layout_each_file(const struct ihp__layout *layout, size_t table,
                                      ihp__layout_file_fn take, void *context,
                                      struct ihp_error *err)
{
    struct files f = {.layout = layout,
                      .table = &layout->table[table],
                      .take = take,
                      .context = context,
                      .err = err};
    enum ihp_status status = IHP_OK;
    for (size_t i = 0; i < f.table->files.count && status == IHP_OK; i++) {
        status = give_all(&f, f.table->files.text[i]);
    }
    free(f.seen);
    return status;
}
