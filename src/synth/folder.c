/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders, and what stands beside the program: the deck and the true effects. */
#define _XOPEN_SOURCE 700 /* for realpath */

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

/* The files of a program folder. Those without a function are as in inputs/program-defaults. */
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

enum ihp_status ihp__synth_folder_make(const char *folder, const char *option,
                                       const char *const *own, size_t count, struct ihp_error *err)
{
    if (mkdir(folder, 0777) == 0) {
        return IHP_OK;
    }
    DIR *open = errno == EEXIST ? opendir(folder) : NULL;
    if (open == NULL) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the folder of %s cannot be made (%s)", folder,
                         option, strerror(errno));
    }
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        const char *name = entry->d_name;
        if ((ends_with(name, ".csv") || ends_with(name, ".csv.gz")) && !is_own(name, own, count)) {
            ihp__fail(err, IHP_ERR_USAGE,
                      "synth: %s: %s holds %s, which would be taken for part of this state; give "
                      "another folder",
                      option, folder, name);
        }
    }
    closedir(open);
    return err->status;
}

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
    char folder[PATH_BYTES];
    const char *own[FILES];
    for (size_t i = 0; i < FILES; i++) {
        own[i] = files[i].name;
    }
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_folder_make(folder, "--program", own, FILES, err);
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* Whether `path`, absolute, is `folder` or lies in it. */
static bool is_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == '\0' || folder[length - 1] == '/');
}

/* The way from a folder to a path, both absolute and resolved. */
static bool relative_path(const char *from, const char *to, char *way, size_t size)
{
    char folder[PATH_BYTES];
    size_t used = 0;
    snprintf(folder, sizeof folder, "%s", from);
    while (!is_within(to, folder)) {
        char *last = strrchr(folder, '/');
        last[last == folder ? 1 : 0] = '\0';
        used += (size_t)snprintf(way + used, size - used, "../");
        if (used >= size) {
            return false;
        }
    }
    const char *rest = to + strlen(folder);
    while (*rest == '/') {
        rest++;
    }
    return (size_t)snprintf(way + used, size - used, "%s", rest) < size - used;
}

/* The store's path with its folder resolved, since the store itself is not there yet. */
static bool resolve_store(const char *store, char *path, size_t size)
{
    char folder[PATH_BYTES], resolved[PATH_MAX];
    const char *base = ihp__path_base(store);
    int length = snprintf(folder, sizeof folder, "%.*s", (int)(base - store), store);
    if (length < 0 || (size_t)length >= sizeof folder ||
        realpath(length == 0 ? "." : folder, resolved) == NULL) {
        return false;
    }
    return ihp__path_join(path, size, resolved, base, NULL) == IHP_OK;
}

/* A text as YAML in double quotes. */
static void put_yaml(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c == 0x7f) {
            fprintf(stream, "\\x%02x", c);
        } else {
            fprintf(stream, c == '"' || c == '\\' ? "\\%c" : "%c", c);
        }
    }
    fputc('"', stream);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Writes one file of a folder by a function that gets the model and a text. */
typedef void (*write_fn)(FILE *stream, const struct ihp__synth_model *model, const void *context);

static enum ihp_status write_file(const char *folder, const char *name, write_fn write,
                                  const struct ihp__synth_model *model, const void *context,
                                  struct ihp_error *err)
{
    char path[PATH_BYTES + 64];
    struct ihp__outfile *out;
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__outfile_open(path, 0666, &out, err) != IHP_OK) {
        return err->status;
    }
    write(ihp__outfile_stream(out), model, context);
    return ihp__outfile_commit(&out, err);
}

static void write_table(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    size_t i = *(const size_t *)context;
    if (files[i].write == NULL) {
        ihp__synth_write_default(stream, files[i].name);
    } else {
        files[i].write(stream, model);
    }
}

static void write_effects(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    (void)context;
    fputs("ihp_id,effect\n", stream);
    for (int k = 0; k < model->options.ihps; k++) {
        double effect = model->partnership[k].effect;
        fprintf(stream, "%s,%.12g\n", model->partnership[k].id, effect == 0 ? 0 : effect);
    }
}

struct deck {
    char program[PATH_BYTES], store[PATH_BYTES + 64];
};

static void write_deck(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    const struct deck *deck = context;
    fprintf(stream, "# The run deck of a synthetic state: %llu members, seed %llu, %d IHPs.\n",
            (unsigned long long)model->options.members, (unsigned long long)model->options.seed,
            model->options.ihps);
    fputs("# Paths are relative to this file.\nstore: ", stream);
    put_yaml(stream, deck->store);
    fputs("\nprogram: ", stream);
    put_yaml(stream, deck->program);
    fputs("\noutput: result\n"
          "settlement: final\n"
          "base:        {year: 2024, paid_through: 2025-12-31}\n"
          "performance: {year: 2025, paid_through: 2026-12-31}\n",
          stream);
}

static enum ihp_status write_beside(const struct ihp__synth_model *model, const char *folder,
                                    struct ihp_error *err)
{
    char program[PATH_MAX], store[PATH_BYTES + 64];
    struct deck deck;
    if (realpath(folder, program) == NULL ||
        !resolve_store(model->options.store_path, store, sizeof store)) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: the folder of the store or of --program is not there",
                         model->options.store_path);
    }
    const char *base = ihp__path_base(program);
    snprintf(deck.program, sizeof deck.program, "%s", base);
    program[base - program - (base - program > 1 ? 1 : 0)] = '\0'; /* now the deck's folder */
    if (!relative_path(program, store, deck.store, sizeof deck.store)) {
        return ihp__fail_long_path(err, store, sizeof deck.store);
    }
    if (write_file(program, "effects.csv", write_effects, model, NULL, err) != IHP_OK) {
        return err->status;
    }
    return write_file(program, "deck.yaml", write_deck, model, &deck, err);
}

enum ihp_status ihp__synth_program_write(const struct ihp__synth_model *model,
                                         struct ihp_error *err)
{
    char folder[PATH_BYTES];
    if (ihp__synth_program_path(&model->options, folder, sizeof folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < FILES; i++) {
        if (write_file(folder, files[i].name, write_table, model, &i, err) != IHP_OK) {
            return err->status;
        }
    }
    return write_beside(model, folder, err);
}
