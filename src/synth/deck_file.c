/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files next to the program folder: the run deck and the true effects. */
#define _XOPEN_SOURCE 700 /* for realpath */

#include "synth/folder.h"

#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- paths ----------------------------------------------------------------------------------- */

/* Returns true if an absolute path is `folder` or lies in it. */
static bool is_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == '\0' || folder[length - 1] == '/');
}

/* Finds the path that leads from a folder to `to`. Both are absolute and resolved. */
static enum ihp_status relative_path(const char *from, const char *to, char *path, size_t size,
                                     struct ihp_error *err)
{
    char folder[PATH_MAX];
    size_t used = 0;
    snprintf(folder, sizeof folder, "%s", from);
    while (!is_within(to, folder)) {
        char *last = strrchr(folder, '/');
        last[last == folder ? 1 : 0] = '\0';
        used += (size_t)snprintf(path + used, size - used, "../");
        if (used >= size) {
            return ihp__fail_long_path(err, to, size);
        }
    }
    const char *rest = to + strlen(folder);
    while (*rest == '/') {
        rest++;
    }
    return ihp__path_copy(path + used, size - used, rest, err);
}

/* Reports that the system did not find a folder, for the reason in errno. */
static enum ihp_status fail_folders(const char *store, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_RUN,
                     "%s: the folder of the store or the folder of --program cannot be found (%s)",
                     store, strerror(errno));
}

/* Resolves the folder of the store's path. The store itself does not exist yet. */
static enum ihp_status resolve_store(const char *store, char *path, size_t size,
                                     struct ihp_error *err)
{
    char folder[IHP__PATH_MAX], resolved[PATH_MAX];
    const char *base = ihp__path_base(store);
    int length = snprintf(folder, sizeof folder, "%.*s", (int)(base - store), store);
    if (length < 0 || (size_t)length >= sizeof folder) {
        return ihp__fail_long_path(err, store, sizeof folder);
    }
    if (realpath(length == 0 ? "." : folder, resolved) == NULL) {
        return fail_folders(store, err);
    }
    return ihp__path_join(path, size, resolved, base, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void write_effects(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    (void)context;
    fputs("ihp_id,effect\n", stream);
    for (int i = 0; i < model->options.ihps; i++) {
        double effect = model->partnership[i].effect;
        fprintf(stream, "%s,%.12g\n", model->partnership[i].id, effect == 0 ? 0 : effect);
    }
}

/* Writes a text as YAML in double quotes. */
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

/* Paths of the deck, relative to its folder. */
struct deck_paths {
    char program[IHP__PATH_MAX], store[IHP__PATH_MAX + 64];
};

static void write_deck(FILE *stream, const struct ihp__synth_model *model, const void *context)
{
    const struct deck_paths *paths = context;
    fprintf(stream, "# The run deck of a synthetic state: %llu members, seed %llu, %d IHPs.\n",
            (unsigned long long)model->options.members, (unsigned long long)model->options.seed,
            model->options.ihps);
    fputs("# Paths are relative to this file.\nstore: ", stream);
    put_yaml(stream, paths->store);
    fputs("\nprogram: ", stream);
    put_yaml(stream, paths->program);
    fputs("\noutput: result\n"
          "settlement: final\n"
          "base:        {year: 2024, paid_through: 2025-12-31}\n"
          "performance: {year: 2025, paid_through: 2026-12-31}\n",
          stream);
}

/* Finds the folder of the deck, absolute and resolved, and the name of the program folder in it. */
static enum ihp_status find_deck_folder(const struct ihp__synth_model *model, char folder[PATH_MAX],
                                        char *name, size_t size, struct ihp_error *err)
{
    char program[IHP__PATH_MAX];
    if (ihp__synth_program_path(&model->options, program, sizeof program, err) != IHP_OK) {
        return err->status;
    }
    if (realpath(program, folder) == NULL) {
        return fail_folders(model->options.store_path, err);
    }
    char *base = folder + (ihp__path_base(folder) - folder);
    snprintf(name, size, "%s", base);
    *(base - folder > 1 ? base - 1 : base) = '\0';
    return IHP_OK;
}

enum ihp_status ihp__synth_deck_look(const struct ihp__synth_model *model,
                                     struct ihp__synth_files *files, struct ihp_error *err)
{
    char program[IHP__PATH_MAX], folder[PATH_MAX], deck[IHP__PATH_MAX];
    if (ihp__synth_program_path(&model->options, program, sizeof program, err) != IHP_OK) {
        return err->status;
    }
    if (realpath(program, folder) == NULL) {
        return IHP_OK; /* there is nothing yet */
    }
    char *base = folder + (ihp__path_base(folder) - folder);
    *base = '\0';
    if (ihp__path_join(deck, sizeof deck, folder, "deck.yaml", err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_files_look(files, deck, err);
}

enum ihp_status ihp__synth_deck_begin(const struct ihp__synth_model *model,
                                      const struct ihp__target *store,
                                      struct ihp__synth_files *files, struct ihp_error *err)
{
    char folder[PATH_MAX], name[IHP__PATH_MAX], deck[IHP__PATH_MAX];
    if (find_deck_folder(model, folder, name, sizeof name, err) != IHP_OK ||
        ihp__path_join(deck, sizeof deck, folder, "deck.yaml", err) != IHP_OK ||
        ihp__synth_files_check_store(store, deck, err) != IHP_OK ||
        ihp__synth_files_lease(files, deck, err) != IHP_OK) {
        return err->status;
    }
    ihp__synth_files_recover(files, folder, "effects.csv");
    ihp__synth_files_recover(files, folder, "deck.yaml");
    return IHP_OK;
}

enum ihp_status ihp__synth_deck_check(const struct ihp__synth_model *model,
                                      const struct ihp__target *store,
                                      const struct ihp__synth_files *files, struct ihp_error *err)
{
    char folder[PATH_MAX], name[IHP__PATH_MAX];
    if (find_deck_folder(model, folder, name, sizeof name, err) != IHP_OK ||
        ihp__synth_files_check(files, folder, "effects.csv", store, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_files_check(files, folder, "deck.yaml", store, err);
}

enum ihp_status ihp__synth_deck_write(const struct ihp__synth_model *model,
                                      struct ihp__synth_files *files, struct ihp_error *err)
{
    char folder[PATH_MAX], store[IHP__PATH_MAX + 64];
    struct deck_paths paths;
    const struct ihp__synth_file effects = {folder, "effects.csv", write_effects, NULL};
    const struct ihp__synth_file deck = {folder, "deck.yaml", write_deck, &paths};
    if (find_deck_folder(model, folder, paths.program, sizeof paths.program, err) != IHP_OK ||
        resolve_store(model->options.store_path, store, sizeof store, err) != IHP_OK ||
        relative_path(folder, store, paths.store, sizeof paths.store, err) != IHP_OK ||
        ihp__synth_file_write(files, &effects, model, err) != IHP_OK) {
        return err->status;
    }
    return ihp__synth_file_write(files, &deck, model, err);
}
