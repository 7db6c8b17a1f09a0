/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders, and the files of the program folder. */
#include "synth/folder.h"

#include "base/path.h"
#include "program/program.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The files that this state invents. */
static const struct {
    const char *name;
    void (*write)(FILE *stream, const struct ihp__synth_model *model);
} invented[] = {
    {"ihps.csv", ihp__synth_write_ihps},
    {"rosters.csv", ihp__synth_write_rosters},
    {"trend.csv", ihp__synth_write_trend},
    {"payment.csv", ihp__synth_write_payment},
    {"benchmarks.csv", ihp__synth_write_benchmarks},
    {"quality.csv", ihp__synth_write_quality},
};
enum { INVENTED = sizeof invented / sizeof invented[0], FILES_MAX = 64 };

/* Returns the place in `invented` of a file; INVENTED if it is not there. */
static size_t invented_place(const char *name)
{
    size_t i = 0;
    while (i < INVENTED && strcmp(invented[i].name, name) != 0) {
        i++;
    }
    return i;
}

bool ihp__synth_program_file(size_t i, char name[IHP__SYNTH_FILE])
{
    const struct ihp__program_file *file;
    for (size_t f = 0, count = 0; (file = ihp__program_file(f)) != NULL; f++) {
        snprintf(name, IHP__SYNTH_FILE, "%s.csv", file->name);
        bool is_made = invented_place(name) < INVENTED || ihp__synth_has_default(name);
        if (is_made && count++ == i) {
            return true;
        }
    }
    return false;
}

/* ---- folders --------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_own(const char *name, const char *const *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, own[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Refuses a CSV file in an open folder that is not among `own`. */
static enum ihp_status check_files(DIR *open, const char *folder, const char *option,
                                   const char *const *own, size_t count, struct ihp_error *err)
{
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        const char *name = entry->d_name;
        if ((ends_with(name, ".csv") || ends_with(name, ".csv.gz")) && !is_own(name, own, count)) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "synth: %s has a file %s that would be read as part of this state; "
                             "remove it or give another folder with %s",
                             folder, name, option);
        }
    }
    return IHP_OK;
}

/* Returns the length of the path of the folder that has this one; 0 if the path does not name it.
 */
static size_t parent_length(const char *folder)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    while (length > 0 && folder[length - 1] != '/') {
        length--;
    }
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    return length;
}

static enum ihp_status fail_make(const char *folder, int error, struct ihp_error *err)
{
    size_t parent = parent_length(folder);
    if (error == ENOENT && parent > 0) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the folder %.*s does not exist; create it first",
                         folder, (int)parent, folder);
    }
    return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be created (%s)", folder,
                     strerror(error));
}

enum ihp_status ihp__synth_folder_make(const char *folder, const char *option,
                                       const char *const *own, size_t count, struct ihp_error *err)
{
    if (mkdir(folder, 0777) == 0) {
        return IHP_OK;
    }
    DIR *open = errno == EEXIST ? opendir(folder) : NULL;
    if (open == NULL) {
        return fail_make(folder, errno, err);
    }
    enum ihp_status status = check_files(open, folder, option, own, count, err);
    closedir(open);
    return status;
}

enum ihp_status ihp__synth_file_write(const char *folder, const char *name,
                                      ihp__synth_write_fn write,
                                      const struct ihp__synth_model *model, const void *context,
                                      struct ihp_error *err)
{
    char path[IHP__PATH_MAX + 64];
    struct ihp__outfile *out;
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK ||
        ihp__outfile_open(path, 0666, &out, err) != IHP_OK) {
        return err->status;
    }
    write(ihp__outfile_stream(out), model, context);
    return ihp__outfile_commit(&out, err);
}

/* ---- the program folder ---------------------------------------------------------------------- */

enum ihp_status ihp__synth_program_path(const struct ihp_synth_options *options, char *path,
                                        size_t size, struct ihp_error *err)
{
    const char *store = options->store_path;
    if (options->program_dir != NULL) {
        return ihp__path_copy(path, size, options->program_dir, err);
    }
    int folder = (int)(ihp__path_base(store) - store);
    int length = snprintf(path, size, "%.*sprogram", folder, store);
    return length >= 0 && (size_t)length < size ? IHP_OK : ihp__fail_long_path(err, store, size);
}

enum ihp_status ihp__synth_program_begin(const struct ihp__synth_model *model,
                                         struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    char name[FILES_MAX][IHP__SYNTH_FILE];
    const char *own[FILES_MAX];
    size_t files = 0;
    while (files < FILES_MAX && ihp__synth_program_file(files, name[files])) {
        own[files] = name[files];
        files++;
    }
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_folder_make(folder, "--program", own, files, err);
}

/* Writes the file whose name is the context. */
static void write_table(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    const char *name = context;
    size_t place = invented_place(name);
    if (place == INVENTED) {
        ihp__synth_write_default(stream, name);
    } else {
        invented[place].write(stream, model);
    }
}

enum ihp_status ihp__synth_program_write(const struct ihp__synth_model *model,
                                         struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    char name[IHP__SYNTH_FILE];
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; ihp__synth_program_file(i, name); i++) {
        if (ihp__synth_file_write(folder, name, write_table, model, name, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}
