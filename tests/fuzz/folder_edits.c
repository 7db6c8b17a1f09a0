/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of the files of a folder: texts, tables, JSON and HDF5 files. */
#include "edits.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 120 };

struct file {
    char name[FUZZ_NAME_MAX]; /* relative to the folder */
    char *bytes;
    size_t size;
};

struct fuzz_files {
    char folder[FUZZ_NAME_MAX];
    struct file file[FILES_MAX];
    size_t files;
    struct fuzz_vocabulary *vocabulary;
};

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    return length >= end && strcmp(name + length - end, ending) == 0;
}

/* ---- taking and restoring -------------------------------------------------------------------- */

static const char *path_in(const struct fuzz_files *files, const char *name)
{
    char inside[2 * FUZZ_NAME_MAX + 2];
    snprintf(inside, sizeof inside, "%s/%s", files->folder, name);
    return fuzz_path(inside);
}

static void take(const char *name, void *context)
{
    struct fuzz_files *files = context;
    if (files->files == FILES_MAX || strlen(name) >= FUZZ_NAME_MAX) {
        fuzz_fail("too many files in %s, or the name %s is too long", files->folder, name);
    }
    struct file *file = &files->file[files->files++];
    snprintf(file->name, sizeof file->name, "%s", name);
    file->bytes = fuzz_read(path_in(files, name), &file->size);
    if (files->vocabulary != NULL) {
        fuzz_vocabulary_add(files->vocabulary, name);
    }
}

struct fuzz_files *fuzz_files_take(const char *relative, struct fuzz_vocabulary *vocabulary)
{
    static struct fuzz_files taken[4];
    static size_t count;
    if (count == sizeof taken / sizeof taken[0]) {
        fuzz_fail("too many folders");
    }
    struct fuzz_files *files = &taken[count++];
    snprintf(files->folder, sizeof files->folder, "%s", relative);
    files->vocabulary = vocabulary;
    fuzz_each_file(fuzz_path(relative), take, files);
    return files;
}

const char *fuzz_files_folder(const struct fuzz_files *files)
{
    return fuzz_path(files->folder);
}

static void put(const struct fuzz_files *files, const char *name, const void *bytes, size_t size)
{
    char inside[2 * FUZZ_NAME_MAX + 2];
    snprintf(inside, sizeof inside, "%s/%s", files->folder, name);
    for (char *slash = inside; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        fuzz_folder(inside);
        *slash = '/';
    }
    fuzz_put(inside, bytes, size);
}

void fuzz_files_restore(struct fuzz_files *files)
{
    fuzz_remove(fuzz_path(files->folder));
    fuzz_folder(files->folder);
    for (size_t i = 0; i < files->files; i++) {
        put(files, files->file[i].name, files->file[i].bytes, files->file[i].size);
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* A text that an edit changes. */
struct text {
    char *bytes;
    size_t size;
};

/* Replaces `length` bytes of a text from `at` on. */
static void splice(struct text *text, size_t at, size_t length, const char *with, size_t size)
{
    char *bytes = malloc(text->size - length + size + 1);
    if (bytes == NULL) {
        fuzz_fail("out of memory");
    }
    memcpy(bytes, text->bytes, at);
    memcpy(bytes + at, with, size);
    memcpy(bytes + at + size, text->bytes + at + length, text->size - at - length);
    text->size += size - length;
    bytes[text->size] = '\0';
    free(text->bytes);
    text->bytes = bytes;
}

/* Finds number `which` of a text, wrapped; returns its length, 0 if there is none. */
static size_t find_number(const struct text *text, int64_t which, size_t *at)
{
    for (int pass = 0, total = 0; pass < 2; pass++) {
        int seen = 0, wanted = (int)fuzz_wrap(which, (size_t)(pass == 0 ? 1 : total));
        for (size_t i = 0; i < text->size; i++) {
            if (!isdigit((unsigned char)text->bytes[i])) {
                continue;
            }
            *at = i;
            while (i < text->size && (isdigit((unsigned char)text->bytes[i]) ||
                                      text->bytes[i] == '.' || text->bytes[i] == 'e')) {
                i++;
            }
            if (pass == 1 && seen == wanted) {
                return i - *at;
            }
            seen++;
        }
        total = seen;
        if (total == 0) {
            break;
        }
    }
    return 0;
}

/* Finds the text between quotes `which`, wrapped; returns false if there is none. */
static bool find_string(const struct text *text, int64_t which, size_t *at, size_t *length)
{
    size_t quotes = 0;
    for (size_t i = 0; i < text->size; i++) {
        quotes += text->bytes[i] == '"';
    }
    if (quotes < 2) {
        return false;
    }
    size_t wanted = fuzz_wrap(which, quotes / 2), seen = 0;
    const char *open = text->bytes;
    while ((open = strchr(open, '"')) != NULL) {
        const char *close = strchr(open + 1, '"');
        if (close == NULL) {
            return false;
        }
        if (seen++ == wanted) {
            *at = (size_t)(open + 1 - text->bytes);
            *length = (size_t)(close - open - 1);
            return true;
        }
        open = close + 1;
    }
    return false;
}

static size_t rows_of(const struct text *text)
{
    size_t rows = 0;
    for (size_t i = 0; i < text->size; i++) {
        rows += text->bytes[i] == '\n';
    }
    return rows;
}

/* Finds a row, wrapped, with its line end. */
static void find_row(const struct text *text, int64_t which, size_t *at, size_t *length)
{
    size_t wanted = fuzz_wrap(which, rows_of(text));
    *at = 0;
    for (size_t row = 0;; row++) {
        const char *end = memchr(text->bytes + *at, '\n', text->size - *at);
        *length = end == NULL ? text->size - *at : (size_t)(end - text->bytes) + 1 - *at;
        if (row == wanted || end == NULL) {
            return;
        }
        *at += *length;
    }
}

/* Returns a copy of bytes, which may be NUL in a file that is no text. */
static char *copy_of(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        fuzz_fail("out of memory");
    }
    memcpy(copy, bytes, length);
    return copy;
}

static void edit_rows(struct text *text, const struct fuzz_edit *edit)
{
    size_t at, length, other, other_length;
    find_row(text, edit->at, &at, &length);
    if (strcmp(edit->operation, "drop-row") == 0) {
        splice(text, at, length, "", 0);
        return;
    }
    find_row(text, strcmp(edit->operation, "swap-rows") == 0 ? edit->value : edit->at, &other,
             &other_length);
    char *copy = copy_of(text->bytes + at, length);
    if (strcmp(edit->operation, "swap-rows") == 0 && at + length <= other) {
        char *later = copy_of(text->bytes + other, other_length);
        splice(text, other, other_length, copy, length);
        splice(text, at, length, later, other_length);
        free(later);
    } else {
        splice(text, at, 0, copy, length);
    }
    free(copy);
}

static void edit_cell(struct text *text, const struct fuzz_edit *edit)
{
    size_t at, length;
    find_row(text, edit->at, &at, &length);
    length -= length > 0 && text->bytes[at + length - 1] == '\n';
    size_t commas = 0, end = at + length;
    for (size_t i = at; i < end; i++) {
        commas += text->bytes[i] == ',';
    }
    size_t wanted = fuzz_wrap(edit->value, commas + 1);
    for (; wanted > 0; at++) {
        wanted -= text->bytes[at] == ',';
    }
    const char *comma = memchr(text->bytes + at, ',', end - at);
    size_t cell = comma == NULL ? end - at : (size_t)(comma - text->bytes) - at;
    splice(text, at, cell, edit->text, strlen(edit->text));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Replaces node `*left` of a JSON value, counted in depth first order. */
static void replace_node(json_t *value, int64_t *left, const struct fuzz_edit *edit);

static json_t *new_node(const struct fuzz_edit *edit)
{
    switch (fuzz_wrap(edit->value, 9)) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer(INT64_MAX);
    case 3:
        return json_string_nocheck(edit->text);
    case 4:
        return json_array();
    case 5:
        return json_object();
    case 6:
        return json_real(1e300);
    case 7:
        return json_true();
    default:
        return json_integer((json_int_t)(edit->value / 9));
    }
}

static void replace_in_object(json_t *object, int64_t *left, const struct fuzz_edit *edit)
{
    void *next;
    for (void *at = json_object_iter(object); at != NULL && *left >= 0; at = next) {
        next = json_object_iter_next(object, at);
        if ((*left)-- > 0) {
            replace_node(json_object_iter_value(at), left, edit);
        } else if (edit->text[0] == 'd') {
            json_object_del(object, json_object_iter_key(at));
        } else {
            json_object_iter_set_new(object, at, new_node(edit));
        }
    }
}

static void replace_node(json_t *value, int64_t *left, const struct fuzz_edit *edit)
{
    if (json_is_object(value)) {
        replace_in_object(value, left, edit);
    }
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value) && *left >= 0; i++) {
        if ((*left)-- > 0) {
            replace_node(json_array_get(value, i), left, edit);
        } else {
            json_array_set_new(value, i, new_node(edit));
        }
    }
}

static void edit_json(struct text *text, const struct fuzz_edit *edit)
{
    json_t *value = json_loadb(text->bytes, text->size, 0, NULL);
    int64_t left = (int64_t)fuzz_wrap(edit->at, 200);
    if (value == NULL) {
        return;
    }
    replace_node(value, &left, edit);
    char *bytes = json_dumps(value, JSON_INDENT(2));
    if (bytes != NULL) {
        splice(text, 0, text->size, bytes, strlen(bytes));
        free(bytes);
    }
    json_decref(value);
}

/* ---- applying -------------------------------------------------------------------------------- */

static void edit_text(struct text *text, const struct fuzz_edit *edit)
{
    size_t at = fuzz_wrap(edit->at, text->size), length = 0;
    if (strcmp(edit->operation, "byte") == 0 && text->size > 0) {
        text->bytes[at] = (char)edit->value;
    } else if (strcmp(edit->operation, "cut-at") == 0) {
        text->size = at;
    } else if (strcmp(edit->operation, "insert") == 0) {
        splice(text, at, 0, edit->text, strlen(edit->text));
    } else if (strcmp(edit->operation, "number") == 0) {
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)edit->value);
        length = find_number(text, edit->at, &at);
        const char *with = edit->text[0] != '\0' ? edit->text : number;
        splice(text, length == 0 ? 0 : at, length, with, strlen(with));
    } else if (strcmp(edit->operation, "string") == 0) {
        if (find_string(text, edit->at, &at, &length)) {
            splice(text, at, length, edit->text, strlen(edit->text));
        }
    } else if (strcmp(edit->operation, "cell") == 0) {
        edit_cell(text, edit);
    } else if (ends_with(edit->operation, "-row") || ends_with(edit->operation, "-rows")) {
        edit_rows(text, edit);
    } else if (strcmp(edit->operation, "json") == 0) {
        edit_json(text, edit);
    } else if (strcmp(edit->operation, "empty") == 0) {
        text->size = 0;
    }
}

/* Applies an edit of a dataset or of the root: its name is "FILE:DATASET". */
static void edit_hdf5(const struct fuzz_files *files, const char *name,
                      const struct fuzz_edit *edit)
{
    struct fuzz_edit inside = *edit;
    const char *colon = strchr(edit->name, ':');
    snprintf(inside.name, sizeof inside.name, "%s", colon == NULL ? edit->name : colon + 1);
    fuzz_hdf5_edit(path_in(files, name), &inside, 1);
}

/* Returns the file that an edit means. */
static const struct file *file_of(const struct fuzz_files *files, const struct fuzz_edit *edit)
{
    char name[FUZZ_NAME_MAX];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(edit->name, ":"), edit->name);
    return &files
                ->file[fuzz_choose(name, files->file[0].name, sizeof files->file[0], files->files)];
}

static void apply(const struct fuzz_files *files, const struct fuzz_edit *edit)
{
    static const char *const hdf5[] = {FUZZ_HDF5_VALUES, FUZZ_HDF5_SHAPES};
    static const char *const texts[] = {FUZZ_TEXT_OPERATIONS};
    const struct file *file = file_of(files, edit);
    const char *path = path_in(files, file->name);
    for (size_t i = 0; i < sizeof hdf5 / sizeof hdf5[0] && ends_with(path, ".h5"); i++) {
        if (strcmp(edit->operation, hdf5[i]) == 0 && access(path, F_OK) == 0) {
            edit_hdf5(files, file->name, edit);
            return;
        }
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bool removes = strcmp(edit->operation, "remove") == 0;
        /* HDF5 files are edited as such: the library itself does not survive some other damage. */
        if (strcmp(edit->operation, texts[i]) != 0 || access(path, F_OK) != 0 ||
            (ends_with(path, ".h5") && !removes)) {
            continue;
        }
        if (removes) {
            unlink(path);
            return;
        }
        struct text text;
        text.bytes = fuzz_read(path, &text.size);
        edit_text(&text, edit);
        put(files, strcmp(edit->operation, "extra") == 0 ? "extra.csv" : file->name, text.bytes,
            text.size);
        free(text.bytes);
        return;
    }
}

void fuzz_files_edit(struct fuzz_files *files, const struct fuzz_edit *edit, size_t edits)
{
    for (size_t i = 0; i < edits && files->files > 0; i++) {
        apply(files, &edit[i]);
    }
}
