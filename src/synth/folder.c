/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders, and the files of the program folder. */
#include "synth/folder.h"

#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The files of a program folder, of which src/program/load.c has the list. Those without a function
 * are as in inputs/program-defaults. */
static const struct {
    const char *name;
    void (*write)(FILE *stream, const struct ihp__synth_model *model);
} files[] = {
    {"ihps.csv", ihp__synth_write_ihps},
    {"rosters.csv", ihp__synth_write_rosters},
    {"taxonomy.csv", NULL},
    {"categories.csv", NULL},
    {"codes.csv", NULL},
    {"corridors.csv", NULL},
    {"trend.csv", ihp__synth_write_trend},
    {"payment.csv", ihp__synth_write_payment},
    {"part2.csv", NULL},
    {"measures.csv", NULL},
    {"benchmarks.csv", ihp__synth_write_benchmarks},
    {"quality.csv", ihp__synth_write_quality},
};
enum { FILES = sizeof files / sizeof files[0] };

const char *ihp__synth_program_file(size_t i)
{
    return i < FILES ? files[i].name : NULL;
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
                             "synth: %s: %s has a file %s that would be read as part of this "
                             "state; remove it or give another folder",
                             option, folder, name);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_folder_make(const char *folder, const char *option,
                                       const char *const *own, size_t count, struct ihp_error *err)
{
    if (mkdir(folder, 0777) == 0) {
        return IHP_OK;
    }
    DIR *open = errno == EEXIST ? opendir(folder) : NULL;
    if (open == NULL) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the folder of %s cannot be created (%s)", folder,
                         option, strerror(errno));
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
    const char *own[FILES];
    for (size_t i = 0; i < FILES; i++) {
        own[i] = files[i].name;
    }
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_folder_make(folder, "--program", own, FILES, err);
}

/* Writes the file whose number is the context. */
static void write_table(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    size_t i = *(const size_t *)context;
    if (files[i].write == NULL) {
        ihp__synth_write_default(stream, files[i].name);
    } else {
        files[i].write(stream, model);
    }
}

enum ihp_status ihp__synth_program_write(const struct ihp__synth_model *model,
                                         struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < FILES; i++) {
        if (ihp__synth_file_write(folder, files[i].name, write_table, model, &i, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}
