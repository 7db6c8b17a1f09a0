/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of the program folder. */
#include "synth/folder.h"

#include "base/path.h"
#include "program/program.h"

#include <stdio.h>
#include <string.h>

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
                                         struct ihp__synth_files *files, struct ihp_error *err)
{
    char folder[IHP__PATH_MAX], name[IHP__SYNTH_FILE];
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK ||
        ihp__synth_files_folder(files, folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; ihp__synth_program_file(i, name); i++) {
        ihp__synth_files_recover(files, folder, name);
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_program_check(const struct ihp__synth_model *model,
                                         const struct ihp__synth_files *files,
                                         struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    char name[FILES_MAX][IHP__SYNTH_FILE];
    const char *own[FILES_MAX];
    size_t count = 0;
    while (count < FILES_MAX && ihp__synth_program_file(count, name[count])) {
        own[count] = name[count];
        count++;
    }
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_files_check_folder(files, folder, "--program", own, count, err);
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
                                         struct ihp__synth_files *files, struct ihp_error *err)
{
    char folder[IHP__PATH_MAX];
    char name[IHP__SYNTH_FILE];
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; ihp__synth_program_file(i, name); i++) {
        const struct ihp__synth_file file = {folder, name, write_table, name};
        if (ihp__synth_file_write(files, &file, model, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}
