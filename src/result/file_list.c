/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the files that a manifest finishes: making it, and checking a folder against it. */
#include "result/file_list.h"

#include "base/hash_hex.h"
#include "base/json_load.h"
#include "base/search.h"
#include "base/sync.h"
#include "result/json.h"
#include "result/run_stats.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* ---- the files of a folder ------------------------------------------------------------------- */

/* Names of files, relative to the folder of the group, in order. */
struct names {
    char **name; /* owned, and each of them */
    size_t count, capacity;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->name[i]);
    }
    free(names->name);
}

static enum ihp_status names_add(struct names *names, const char *folder, const char *name,
                                 struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    if (folder == NULL ? ihp__path_copy(path, sizeof path, name, err) != IHP_OK
                       : ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&names->name, &names->capacity, names->count + 1,
                            sizeof *names->name) ||
        (names->name[names->count] = strdup(path)) == NULL) {
        return ihp__fail_memory(err, "the list of files");
    }
    names->count++;
    return IHP_OK;
}

/* Adds the files of the group in one folder: the group's if `inside` is NULL. A folder that does
 * not exist has none. */
static enum ihp_status collect_from(const char *folder, const char *inside,
                                    enum ihp__file_group group, struct names *names,
                                    struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct dirent *entry;
    const char *last = ihp__result_file_last(group);
    if (inside == NULL ? ihp__path_copy(path, sizeof path, folder, err) != IHP_OK
                       : ihp__path_join(path, sizeof path, folder, inside, err) != IHP_OK) {
        return err->status;
    }
    DIR *entries = opendir(path);
    if (entries == NULL && inside != NULL && (errno == ENOENT || errno == ENOTDIR)) {
        return IHP_OK;
    }
    errno = entries == NULL ? errno : 0;
    while (entries != NULL && err->status == IHP_OK && (entry = readdir(entries)) != NULL) {
        if (ihp__result_file_at(group, inside, entry->d_name, false) != NULL &&
            (inside != NULL || strcmp(entry->d_name, last) != 0) &&
            names_add(names, inside, entry->d_name, err) != IHP_OK) {
            break;
        }
        errno = 0;
    }
    if (err->status == IHP_OK && errno != 0) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: cannot be read (%s)", path, strerror(errno));
    }
    if (entries != NULL) {
        closedir(entries);
    }
    return err->status;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns true if row `i` is the first of the group with its folder. */
static bool begins_folder(size_t i, enum ihp__file_group group)
{
    const struct ihp__result_file *row = ihp__result_file(i), *earlier;
    if (row->group != group || row->folder == NULL) {
        return false;
    }
    for (size_t j = 0; j < i; j++) {
        earlier = ihp__result_file(j);
        if (earlier->group == group && earlier->folder != NULL &&
            strcmp(earlier->folder, row->folder) == 0) {
            return false;
        }
    }
    return true;
}

/* Returns the IHP of place `i` in a list of packages; NULL if it cannot be the name of a folder. */
static const char *ihp_at(const json_t *ihps, size_t i)
{
    const char *id = json_string_value(json_object_get(json_array_get(ihps, i), "ihp_id"));
    return id != NULL && id[0] != '.' && strchr(id, '/') == NULL ? id : NULL;
}

static bool has_ihp(const json_t *ihps, const char *id)
{
    for (size_t i = 0; i < json_array_size(ihps); i++) {
        const char *own = ihp_at(ihps, i);
        if (own != NULL && strcmp(own, id) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the files of packages of IHPs that `ihps` does not have: of the folders with a list of
 * members. */
static enum ihp_status collect_added(const char *folder, const json_t *ihps, struct names *names,
                                     struct ihp_error *err)
{
    DIR *entries = opendir(folder);
    char path[IHP__PATH_MAX + 32];
    errno = 0;
    for (const struct dirent *entry;
         err->status == IHP_OK && entries != NULL && (entry = readdir(entries)) != NULL;) {
        const char *name = entry->d_name;
        int length = snprintf(path, sizeof path, "%s/%s/protected_members.csv", folder, name);
        if (name[0] != '.' && !has_ihp(ihps, name) && length < IHP__PATH_MAX &&
            access(path, F_OK) == 0 &&
            collect_from(folder, name, IHP__FILES_PACKAGE, names, err) != IHP_OK) {
            break;
        }
        errno = 0;
    }
    if (err->status == IHP_OK && errno != 0) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: cannot be read (%s)", folder, strerror(errno));
    }
    if (entries != NULL) {
        closedir(entries);
    }
    return err->status;
}

/* Collects the files of a group but its last. `manifest` names the folders of a group of packages;
 * `added`: others have such files, too. */
static enum ihp_status collect(const char *folder, enum ihp__file_group group,
                               const json_t *manifest, bool added, struct names *names,
                               struct ihp_error *err)
{
    const json_t *ihps = json_object_get(manifest, "ihps");
    if (collect_from(folder, NULL, group, names, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; ihp__result_file(i) != NULL; i++) {
        if (begins_folder(i, group) &&
            collect_from(folder, ihp__result_file(i)->folder, group, names, err) != IHP_OK) {
            return err->status;
        }
    }
    for (size_t i = 0; group == IHP__FILES_PACKAGE && i < json_array_size(ihps); i++) {
        const char *id = ihp_at(ihps, i);
        if (id != NULL && collect_from(folder, id, group, names, err) != IHP_OK) {
            return err->status;
        }
    }
    if (group == IHP__FILES_PACKAGE && added && collect_added(folder, ihps, names, err) != IHP_OK) {
        return err->status;
    }
    if (names->count > 0) {
        qsort(names->name, names->count, sizeof *names->name, by_text);
    }
    return IHP_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

struct digest {
    uint64_t bytes;
    char hash[IHP__HASH_TEXT];
};

/* Makes the digest of an open file. Returns false on failure, with errno. */
static bool digest_of(int fd, struct digest *digest)
{
    enum { CHUNK = 1 << 18 };
    XXH3_state_t *state = XXH3_createState();
    char *chunk = malloc(CHUNK);
    bool done = state != NULL && chunk != NULL && XXH3_128bits_reset(state) == XXH_OK;
    errno = done ? 0 : ENOMEM;
    for (ssize_t got = 1; done && got > 0;) {
        got = read(fd, chunk, CHUNK);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        done = got >= 0;
        digest->bytes += got > 0 ? (uint64_t)got : 0;
        if (got > 0) {
            XXH3_128bits_update(state, chunk, (size_t)got);
        }
    }
    if (done) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        ihp__hash_hex(hash.high64, hash.low64, digest->hash);
    }
    int reason = errno;
    XXH3_freeState(state);
    free(chunk);
    errno = reason;
    return done;
}

/* Opens a file of the group. A pipe does not make it wait. */
static int open_file(const char *folder, const char *name, char path[IHP__PATH_MAX],
                     struct ihp_error *err)
{
    return ihp__path_join(path, IHP__PATH_MAX, folder, name, err) == IHP_OK
               ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
               : -1;
}

/* ---- making the list ------------------------------------------------------------------------- */

/* Returns the row of a file by its name relative to the group's folder. */
static const struct ihp__result_file *row_of(enum ihp__file_group group, const char *name)
{
    char folder[IHP__PATH_MAX];
    const char *slash = strchr(name, '/');
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 0 : (int)(slash - name), name);
    return ihp__result_file_at(group, slash == NULL ? NULL : folder,
                               slash == NULL ? name : slash + 1, false);
}

/* Syncs an open file, takes away permissions that are not in its row, and makes its digest. */
static bool settle_file(int fd, const char *path, const struct ihp__result_file *row,
                        struct digest *digest)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return false;
    }
    mode_t mode = info.st_mode & 07777 & (mode_t)row->mode;
    return (mode == (info.st_mode & 07777) || fchmod(fd, mode) == 0) && ihp__sync_file(fd, path) &&
           digest_of(fd, digest);
}

/* Adds a file to a list. */
static enum ihp_status list_file(const char *folder, enum ihp__file_group group, const char *name,
                                 json_t *list, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct digest digest = {0};
    int fd = open_file(folder, name, path, err);
    if (err->status != IHP_OK) {
        return err->status;
    }
    bool done = fd >= 0 && settle_file(fd, path, row_of(group, name), &digest);
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        return reason == ENOMEM ? ihp__fail_memory(err, path)
                                : ihp__fail(err, IHP_ERR_RUN,
                                            "%s: cannot be read again after it was written (%s)",
                                            path, strerror(reason));
    }
    json_t *entry = json_pack("{s:s, s:I, s:s}", "name", name, "bytes", (json_int_t)digest.bytes,
                              "xxh3_128", digest.hash);
    return json_array_append_new(list, entry) == 0 ? IHP_OK : ihp__fail_memory(err, "the manifest");
}

/* Returns true for the one file that differs between equal runs. */
static bool is_of_run(const char *name)
{
    return strcmp(name, IHP__TIMINGS ".h5") == 0;
}

static enum ihp_status list_files(const char *folder, enum ihp__file_group group,
                                  const struct names *names, json_t *files, json_t *of_run,
                                  struct ihp_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->name[i];
        if (list_file(folder, group, name, is_of_run(name) ? of_run : files, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Waits until the names of the files are on disk. */
static enum ihp_status sync_folders(const char *folder, const struct names *names,
                                    struct ihp_error *err)
{
    char path[IHP__PATH_MAX], done[IHP__PATH_MAX] = "";
    for (size_t i = 0; i < names->count; i++) {
        const char *slash = strchr(names->name[i], '/');
        snprintf(path, sizeof path, "%s/%.*s", folder,
                 slash == NULL ? 0 : (int)(slash - names->name[i]), names->name[i]);
        if (strcmp(path, done) != 0 && !ihp__sync_folder(path)) {
            return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written to the disk (%s)", path,
                             strerror(errno));
        }
        memcpy(done, path, sizeof done);
    }
    return IHP_OK;
}

/* Adds a piece of a JSON text to a hash. */
static int hash_text(const char *text, size_t size, void *state)
{
    XXH3_128bits_update(state, text, size);
    return 0;
}

/* Makes the hash of a manifest without `run`, which may differ between equal runs, and without the
 * hash itself. Returns false when memory is short. The text is not made: where jansson cannot
 * enlarge one, it may lose a key. */
static bool hash_manifest(const json_t *manifest, char hash[IHP__HASH_TEXT])
{
    enum { FLAGS = JSON_COMPACT | JSON_SORT_KEYS, OLD = JSON_REAL_PRECISION(6) };
    bool old = json_integer_value(json_object_get(manifest, "format_version")) == 1;
    size_t flags = (size_t)FLAGS | (size_t)(old ? OLD : JSON_REAL_PRECISION(IHP__JSON_DIGITS));
    json_t *copy = ihp__json_copy(manifest);
    XXH3_state_t *state = XXH3_createState();
    json_object_del(copy, "run");
    json_object_del(copy, "hash");
    bool done = copy != NULL && state != NULL && XXH3_128bits_reset(state) == XXH_OK &&
                json_dump_callback(copy, hash_text, state, flags) == 0;
    if (done) {
        XXH128_hash_t sum = XXH3_128bits_digest(state);
        ihp__hash_hex(sum.high64, sum.low64, hash);
    }
    XXH3_freeState(state);
    json_decref(copy);
    return done;
}

static const char *name_of(const json_t *entry)
{
    const char *name = json_string_value(json_object_get(entry, "name"));
    return name == NULL ? "" : name;
}

/* Returns true if a list, which is in order, has a file; `*at` becomes its place there. */
static bool find_entry(const json_t *list, const char *name, size_t *at)
{
    IHP__LOWER_BOUND(*at, json_array_size(list),
                     strcmp(name_of(json_array_get(list, *at)), name) < 0);
    return *at < json_array_size(list) && strcmp(name_of(json_array_get(list, *at)), name) == 0;
}

/* Adds those entries of an earlier list to `files` that it does not have. */
static bool keep_entries(json_t *files, const json_t *earlier)
{
    bool whole = true;
    for (size_t i = 0, at; i < json_array_size(earlier); i++) {
        json_t *entry = json_array_get(earlier, i);
        if (!find_entry(files, name_of(entry), &at)) {
            whole = json_array_insert(files, at, entry) == 0 && whole;
        }
    }
    return whole;
}

/* Adds the lists, which it takes over, and the hash. */
static enum ihp_status add_entries(json_t *manifest, json_t *files, json_t *of_run,
                                   struct ihp_error *err)
{
    char hash[IHP__HASH_TEXT];
    bool none = json_array_size(of_run) == 0;
    bool whole = keep_entries(files, json_object_get(manifest, "files"));
    whole = json_object_set_new(manifest, "files", files) == 0 && whole;
    if (none) {
        json_decref(of_run);
    } else {
        whole =
            json_object_set_new(json_object_get(manifest, "run"), "files", of_run) == 0 && whole;
    }
    whole = whole && hash_manifest(manifest, hash) &&
            json_object_set_new(manifest, "hash", json_string(hash)) == 0;
    return whole ? IHP_OK : ihp__fail_memory(err, "the manifest");
}

enum ihp_status ihp__file_list_seal(const char *folder, enum ihp__file_group group,
                                    json_t *manifest, struct ihp_error *err)
{
    struct names names = {0};
    json_t *files = json_array(), *of_run = json_array();
    enum ihp_status status = files == NULL || of_run == NULL
                                 ? ihp__fail_memory(err, "the manifest")
                                 : collect(folder, group, manifest, false, &names, err);
    if (status == IHP_OK) {
        status = list_files(folder, group, &names, files, of_run, err);
    }
    if (status == IHP_OK) {
        status = sync_folders(folder, &names, err);
    }
    names_free(&names);
    if (status != IHP_OK) {
        json_decref(files);
        json_decref(of_run);
        return status;
    }
    return add_entries(manifest, files, of_run, err);
}

/* ---- checking a folder ----------------------------------------------------------------------- */

/* A check under way. */
struct checking {
    const char *folder;
    enum ihp__file_group group;
    const char *last; /* the name of the .json */
    enum ihp__list_check check;
    struct names found;
    bool *listed; /* [found.count] */
    struct ihp_error *err;
};

static enum ihp_status fail_list(const struct checking *c, const char *entry)
{
    return ihp__fail(c->err, IHP_ERR_DATA,
                     "%s/%s: %s: is not as ihp wrote it, so the file is damaged or was changed; "
                     "take it from a backup, or make the result again",
                     c->folder, c->last, entry);
}

/* Reports a file that is not the one that was listed. */
static enum ihp_status fail_changed(const struct checking *c, const char *name, uint64_t bytes,
                                    uint64_t listed)
{
    return bytes == listed
               ? ihp__fail(c->err, IHP_ERR_DATA,
                           "%s/%s: has changed since %s was written: its %llu bytes have another "
                           "digest; take it from a backup, or make the result again",
                           c->folder, name, c->last, (unsigned long long)bytes)
               : ihp__fail(c->err, IHP_ERR_DATA,
                           "%s/%s: has changed since %s was written: it has %llu bytes instead of "
                           "%llu; take it from a backup, or make the result again",
                           c->folder, name, c->last, (unsigned long long)bytes,
                           (unsigned long long)listed);
}

/* Reports a listed file that cannot be opened, by errno. */
static enum ihp_status fail_to_open(const struct checking *c, const char *path)
{
    return errno == ENOENT || errno == ENOTDIR
               ? ihp__fail(c->err, IHP_ERR_DATA,
                           "%s: is missing, although %s lists it; take it from a backup, or make "
                           "the result again",
                           path, c->last)
               : ihp__fail_system(c->err, IHP_ERR_RUN, path, "cannot be read");
}

/* Compares an open file with its entry. */
static enum ihp_status compare_file(const struct checking *c, int fd, const char *path,
                                    const json_t *entry)
{
    struct stat info;
    struct digest digest = {0};
    const char *name = json_string_value(json_object_get(entry, "name"));
    const char *hash = json_string_value(json_object_get(entry, "xxh3_128"));
    uint64_t bytes = (uint64_t)json_integer_value(json_object_get(entry, "bytes"));
    if (fstat(fd, &info) != 0) {
        return ihp__fail_system(c->err, IHP_ERR_RUN, path, "cannot be read");
    }
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size != bytes) {
        return fail_changed(c, name, S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0, bytes);
    }
    if (c->check == IHP__CHECK_TABLES && row_of(c->group, name)->folder != NULL) {
        return IHP_OK;
    }
    if (!digest_of(fd, &digest)) {
        return errno == ENOMEM ? ihp__fail_memory(c->err, path)
                               : ihp__fail_system(c->err, IHP_ERR_RUN, path, "cannot be read");
    }
    return digest.bytes == bytes && strcmp(digest.hash, hash) == 0
               ? IHP_OK
               : fail_changed(c, name, digest.bytes, bytes);
}

static void note_listed(const struct checking *c, const char *name)
{
    char *const *found = c->found.count == 0 ? NULL
                                             : bsearch(&name, c->found.name, c->found.count,
                                                       sizeof *c->found.name, by_text);
    if (found != NULL) {
        c->listed[found - c->found.name] = true;
    }
}

/* Checks the files of a list. */
static enum ihp_status check_list(const struct checking *c, const json_t *list)
{
    char path[IHP__PATH_MAX];
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *hash = json_string_value(json_object_get(entry, "xxh3_128"));
        if (name == NULL || hash == NULL || row_of(c->group, name) == NULL ||
            strstr(name, "..") != NULL || !json_is_integer(json_object_get(entry, "bytes"))) {
            return fail_list(c, "files");
        }
        note_listed(c, name);
        int fd = open_file(c->folder, name, path, c->err);
        if (c->err->status != IHP_OK) {
            return c->err->status;
        }
        if (fd < 0) {
            return fail_to_open(c, path);
        }
        enum ihp_status status = compare_file(c, fd, path, entry);
        close(fd);
        if (status != IHP_OK) {
            return status;
        }
    }
    return IHP_OK;
}

static enum ihp_status check_added(const struct checking *c)
{
    for (size_t i = 0; i < c->found.count; i++) {
        if (!c->listed[i]) {
            return ihp__fail(c->err, IHP_ERR_DATA,
                             "%s/%s: is not in the list of %s, so the run that finished the folder "
                             "did not write it; remove it, or make the result again",
                             c->folder, c->found.name[i], c->last);
        }
    }
    return IHP_OK;
}

static enum ihp_status check_all(struct checking *c, const json_t *manifest)
{
    char hash[IHP__HASH_TEXT];
    const json_t *files = json_object_get(manifest, "files");
    const char *given = json_string_value(json_object_get(manifest, "hash"));
    if (!json_is_array(files)) {
        return fail_list(c, "files");
    }
    if (!hash_manifest(manifest, hash)) {
        return ihp__fail_memory(c->err, c->last);
    }
    if (given == NULL || strcmp(given, hash) != 0) {
        return fail_list(c, "hash");
    }
    if (collect(c->folder, c->group, manifest, true, &c->found, c->err) != IHP_OK) {
        return c->err->status;
    }
    c->listed = calloc(c->found.count + 1, sizeof *c->listed);
    if (c->listed == NULL) {
        return ihp__fail_memory(c->err, "the list of files");
    }
    const json_t *of_run = json_object_get(json_object_get(manifest, "run"), "files");
    return check_list(c, files) == IHP_OK && check_list(c, of_run) == IHP_OK ? check_added(c)
                                                                             : c->err->status;
}

enum ihp_status ihp__file_list_check(const char *folder, enum ihp__file_group group,
                                     const json_t *manifest, enum ihp__list_check check,
                                     const char *label, struct ihp_notices *notices,
                                     struct ihp_error *err)
{
    struct checking c = {.folder = folder,
                         .group = group,
                         .last = ihp__result_file_last(group),
                         .check = check,
                         .err = err};
    if (json_object_get(manifest, "files") == NULL && json_object_get(manifest, "hash") == NULL) {
        ihp__notice_add(
            notices,
            "%s: %s is of an earlier version and has no list of files, so a change of a "
            "file in the folder would not be noticed",
            label == NULL ? folder : label, c.last);
        return IHP_OK;
    }
    enum ihp_status status = check_all(&c, manifest);
    names_free(&c.found);
    free(c.listed);
    return status;
}

enum ihp_status ihp__file_list_check_folder(const char *folder, enum ihp__file_group group,
                                            enum ihp__list_check check, const char *label,
                                            struct ihp_notices *notices, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    json_error_t reason;
    json_t *manifest;
    bool found;
    if (ihp__path_join(path, sizeof path, folder, ihp__result_file_last(group), err) != IHP_OK ||
        ihp__path_look(path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return IHP_OK;
    }
    if (ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &manifest, &reason, err) != IHP_OK) {
        return err->status;
    }
    if (manifest == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s:%d: is not valid JSON (%.100s)", path, reason.line,
                         reason.text);
    }
    enum ihp_status status =
        ihp__file_list_check(folder, group, manifest, check, label, notices, err);
    json_decref(manifest);
    return status;
}
