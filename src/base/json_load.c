/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading JSON while watching jansson's allocations.
 *
 * jansson does not notice when the text of a word or number cannot grow: it loses a character, and
 * if that was the last quote, it then reads and writes beyond its memory. So it is given the first
 * allocation that fails from a reserve, which is always large enough for that text, and the end of
 * the file instead of the next character. Any other allocation may fail. */
#include "base/json_load.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* jansson's own functions, or those that the program has given it. */
static json_malloc_t allocate;
static json_free_t release;

/* The load of this thread; jansson passes no context to its allocation functions. */
static _Thread_local void *reserve; /* owned, until jansson gets it */
static _Thread_local size_t reserve_size;
static _Thread_local bool failed; /* an allocation has */

/* Where the characters come from. */
struct source {
    FILE *file;       /* or NULL: */
    const char *text; /* with `left` characters */
    size_t left;
    size_t given; /* characters so far */
};

static void *watched_allocate(size_t size)
{
    void *memory = allocate(size);
    if (memory != NULL) {
        return memory;
    }
    failed = true;
    if (size <= reserve_size) {
        memory = reserve;
        reserve = NULL;
        reserve_size = 0;
    }
    return memory;
}

/* Keeps the reserve larger than what jansson may require for the text of a word that ends with the
 * next character: it doubles its size, beginning with 16. Returns false without memory. */
static bool keep_reserve(size_t given)
{
    enum { SMALLEST = 1024 };
    size_t required = 2 * (given + 16);
    if (failed || required <= reserve_size) {
        return !failed;
    }
    void *old = reserve;
    reserve_size = required < SMALLEST ? SMALLEST : 2 * required;
    reserve = allocate(reserve_size);
    if (old != NULL) {
        release(old);
    }
    failed = reserve == NULL;
    return !failed;
}

/* Gives jansson one character, or none at the end and when an allocation has failed. */
static size_t give(void *buffer, size_t size, void *context)
{
    struct source *source = context;
    int character = EOF;
    if (size == 0 || !keep_reserve(++source->given)) {
        return 0;
    }
    if (source->file != NULL) {
        character = getc(source->file);
    } else if (source->left > 0) {
        character = (unsigned char)*source->text++;
        source->left--;
    }
    *(char *)buffer = (char)character;
    return character == EOF ? 0 : 1;
}

/* From here on jansson's allocations are watched. They stay so: what another thread does with
 * jansson at the same time is not disturbed. */
static void watch(void)
{
    json_malloc_t now;
    json_free_t now_release;
    json_get_alloc_funcs(&now, &now_release);
    if (now != watched_allocate) {
        allocate = now;
        release = now_release;
        json_set_alloc_funcs(watched_allocate, release);
    }
    failed = false;
}

/* Loads from a source. Returns NULL when that fails; `failed`: for lack of memory. */
static json_t *load_source(struct source *source, size_t flags, json_error_t *reason)
{
    watch();
    json_t *json = json_load_callback(give, source, flags, reason);
    if (reserve != NULL) {
        release(reserve);
    }
    reserve = NULL;
    reserve_size = 0;
    if (failed) {
        json_decref(json);
        json = NULL;
    }
    return json;
}

/* Opens a file. A named pipe in its place would block, so it is looked at first. */
static enum ihp_status open_file(const char *path, FILE **file, struct ihp_error *err)
{
    struct stat info;
    errno = 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool known = fd >= 0 && fstat(fd, &info) == 0;
    *file = known && S_ISREG(info.st_mode) ? fdopen(fd, "rb") : NULL;
    if (*file != NULL) {
        return IHP_OK;
    }
    bool other = known && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
    errno = known && S_ISDIR(info.st_mode) ? EISDIR : errno;
    enum ihp_status status = other ? ihp__fail(err, IHP_ERR_DATA, "%s: is not a file", path)
                                   : ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    if (fd >= 0) {
        close(fd);
    }
    return status;
}

enum ihp_status ihp__json_load_file(const char *path, size_t flags, json_t **json,
                                    json_error_t *reason, struct ihp_error *err)
{
    *json = NULL;
    struct source source = {0};
    if (open_file(path, &source.file, err) != IHP_OK) {
        return err->status;
    }
    *json = load_source(&source, flags, reason);
    int number = errno;
    bool unread = ferror(source.file) != 0; /* jansson takes this for the end of the file */
    fclose(source.file);
    if (failed) {
        return ihp__fail_memory(err, path);
    }
    if (unread) {
        json_decref(*json);
        *json = NULL;
        errno = number;
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    return IHP_OK;
}

enum ihp_status ihp__json_load_text(const char *text, size_t size, const char *purpose,
                                    json_t **json, struct ihp_error *err)
{
    json_error_t reason;
    struct source source = {.text = text, .left = size};
    *json = load_source(&source, JSON_REJECT_DUPLICATES, &reason);
    return failed ? ihp__fail_memory(err, purpose) : IHP_OK;
}
