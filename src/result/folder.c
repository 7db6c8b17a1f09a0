/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result folder: refusing to overwrite a finished run, making it, filling it, taking it
 * back. */
#include "result_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const files[] = {
    "manifest.json",
    "settlement.csv",
    "payer_split.csv",
    "attribution_summary.csv",
    "exclusions.csv",
    "risk_weights.csv",
    "results.h5",
    "scenarios.csv",
    "readings.csv",
    "bootstrap.csv",
    "bootstrap_outcomes.csv",
    "scenario_bootstrap.csv",
    "bridge.csv",
    "bridge_members.csv",
    "quality.csv",
    "quality_scores.csv",
    IHP__TIMINGS ".h5",
};

bool ihp__is_same_place(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Whether the folder, or the nearest above it that is there, can be written to: better told before
 * a night's work than after it. What is there and no folder is told of when it is in the way. */
static enum ihp_status check_writable(const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    snprintf(path, sizeof path, "%s", folder);
    while (stat(path, &info) != 0 && errno == ENOENT && strcmp(path, ".") != 0) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            snprintf(path, sizeof path, ".");
        } else {
            slash[slash == path] = '\0'; /* the root stays */
        }
    }
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode) && access(path, W_OK | X_OK) != 0) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: output: the folder %s cannot be written to (%s); see to that or name "
                         "another output",
                         folder, path, strerror(errno));
    }
    return IHP_OK;
}

enum ihp_status ihp__folder_check(const char *folder, const char *program, const char *last,
                                  bool force, struct ihp_error *err)
{
    char manifest[IHP__PATH_MAX];
    struct stat info;
    if (ihp__path_join(manifest, sizeof manifest, folder, last, err) != IHP_OK) {
        return err->status;
    }
    if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: output: is not a folder; name another", folder);
    }
    /* Results must not lie among what they are made from: both have a file quality.csv. */
    if (ihp__is_same_place(folder, program)) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: output: is the program folder, whose files results would replace; "
                         "name another",
                         folder);
    }
    if (!force && stat(manifest, &info) == 0) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: output: has a finished run (%s); name another folder or give --force",
                         folder, last);
    }
    return check_writable(folder, err);
}

enum ihp_status ihp__result_check(const char *folder, const char *program, bool force,
                                  struct ihp_error *err)
{
    return ihp__folder_check(folder, program, files[0], force, err);
}

bool ihp__is_file_or_part(const char *name, const char *const *file, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(file[i]);
        if (strncmp(name, file[i], length) == 0 &&
            (name[length] == '\0' || strncmp(name + length, ".part", 5) == 0)) {
            return true;
        }
    }
    return false;
}

static bool is_ours(const char *name)
{
    return ihp__is_file_or_part(name, files, sizeof files / sizeof files[0]);
}

bool ihp__is_member_file(const char *name)
{
    const char *dot = strstr(name, ".csv");
    return dot != NULL && dot != name && (dot[4] == '\0' || strncmp(dot + 4, ".part", 5) == 0);
}

void ihp__remove_files(const char *path, bool (*wanted)(const char *name))
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); /* no link out of here */
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (wanted(entry->d_name)) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
}

/* Removes the files that a run writes, and no others; the manifest first, as without it the
 * folder is no finished run. */
static void remove_files(const char *folder)
{
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, files[0], NULL) == IHP_OK) {
        unlink(path);
    }
    ihp__remove_files(folder, is_ours);
    if (ihp__path_join(path, sizeof path, folder, "attributed", NULL) == IHP_OK) {
        ihp__remove_files(path, ihp__is_member_file);
        rmdir(path);
    }
}

enum ihp_status ihp__make_parents(const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be made (%s)", path,
                             strerror(errno));
        }
        *slash = '/';
    }
    return IHP_OK;
}

enum ihp_status ihp__folder_make(const char *folder, bool *made, struct ihp_error *err)
{
    if (ihp__make_parents(folder, err) != IHP_OK) {
        return err->status;
    }
    *made = mkdir(folder, 0777) == 0;
    if (!*made && errno != EEXIST) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be made (%s)", folder,
                         strerror(errno));
    }
    return IHP_OK;
}

enum ihp_status ihp__result_begin(const char *folder, bool *made, struct ihp_error *err)
{
    if (ihp__folder_make(folder, made, err) == IHP_OK && !*made) {
        remove_files(folder);
    }
    return err->status;
}

void ihp__result_abandon(const char *folder, bool made)
{
    remove_files(folder);
    if (made) {
        rmdir(folder);
    }
}

enum ihp_status ihp__json_write(const char *folder, const char *name, int mode, const json_t *json,
                                struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct ihp__outfile *out;
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__outfile_open(path, mode, &out, err) != IHP_OK) {
        return err->status;
    }
    if (json_dumpf(json, ihp__outfile_stream(out), JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0) {
        ihp__outfile_abandon(&out);
        return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written", path);
    }
    fputc('\n', ihp__outfile_stream(out));
    return ihp__outfile_commit(&out, err);
}

enum ihp_status ihp__folder_fill(const char *folder, const struct ihp__table table[IHP__TABLES],
                                 json_t *manifest, json_t *run, struct ihp_error *err)
{
    const struct ihp__h5_content content = {table, IHP__TABLES, manifest, IHP__TIMINGS};
    enum ihp_status status = ihp__tables_write_csv(table, IHP__TABLES, folder, 0666, err);
    if (status == IHP_OK) {
        status = ihp__results_h5_write(folder, "results.h5", &content, err);
    }
    if (json_object_set_new(manifest, "run", run) != 0) { /* takes `run` in any case */
        return ihp__fail_memory(err, "the manifest");
    }
    if (status != IHP_OK ||
        ihp__timings_write(folder, json_object_get(manifest, "run"), err) != IHP_OK) {
        return err->status;
    }
    return ihp__json_write(folder, files[0], 0666, manifest, err);
}

enum ihp_status ihp__result_write(const char *folder, const struct ihp__result_input *input,
                                  const struct ihp__table table[IHP__TABLES],
                                  const struct ihp_notices *notices,
                                  const struct ihp__run_stats *stats, struct ihp_error *err)
{
    json_t *manifest = ihp__manifest_create(input, notices);
    if (manifest == NULL) {
        return ihp__fail_memory(err, "the manifest");
    }
    enum ihp_status status =
        ihp__folder_fill(folder, table, manifest, ihp__manifest_run(input->deck, stats), err);
    json_decref(manifest);
    return status;
}
