/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running gnuplot: one process draws all pictures. Its input and output are files without a name,
 * so that neither side ever waits for the other. */
#include "report/picture.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts gnuplot with the three files, and waits for its end. Returns 0, or errno. `*code` is its
 * exit code. */
static int run(FILE *const stream[3], int *code)
{
    static char program[] = "gnuplot", plain[] = "-d", input[] = "-", locale[] = "LC_ALL=C";
    char path[4096];
    char *const arguments[] = {program, plain, input, NULL};
    const char *given = getenv("PATH");
    int size = snprintf(path, sizeof path, "PATH=%s", given == NULL ? "/usr/bin:/bin" : given);
    char *const environment[] = {path, locale, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    if (size < 0 || (size_t)size >= sizeof path) {
        return ENAMETOOLONG;
    }
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    for (int fd = 0; fd < 3 && error == 0; fd++) {
        error = posix_spawn_file_actions_adddup2(&actions, fileno(stream[fd]), fd);
    }
    error =
        error != 0 ? error : posix_spawnp(&pid, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    while (error == 0 && waitpid(pid, code, 0) < 0) {
        error = errno == EINTR ? 0 : errno;
    }
    *code = error != 0 ? -1 : WIFEXITED(*code) ? WEXITSTATUS(*code) : 128 + WTERMSIG(*code);
    return error;
}

/* Reads a whole file. Returns NULL when it cannot be read. */
static char *read_all(FILE *stream)
{
    long size = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text == NULL || fseek(stream, 0, SEEK_SET) != 0 ||
        fread(text, 1, (size_t)size, stream) != (size_t)size) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}

/* Gives the pictures their parts of what gnuplot wrote. Returns false if there are too few. */
static bool share_out(const char *text, struct ihp__picture *picture, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int form = 0; form < IHP__PICTURE_FORMS && picture[i].rows > 0; form++) {
            const char *begin = strstr(text, "<svg"), *end = begin ? strstr(begin, "</svg>") : NULL;
            if (end == NULL) {
                return false;
            }
            picture[i].svg[form] = strndup(begin, (size_t)(end - begin) + 6);
            text = end + 6;
        }
    }
    return true;
}

static void forget(struct ihp__picture *picture, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int form = 0; form < IHP__PICTURE_FORMS; form++) {
            free(picture[i].svg[form]);
            picture[i].svg[form] = NULL;
        }
    }
}

/* Runs gnuplot on a script that is in stream[0]. */
static void draw(FILE *const stream[3], struct ihp__picture *picture, size_t count, char *reason,
                 size_t size)
{
    int code = 0;
    int error =
        fflush(stream[0]) != 0 || fseek(stream[0], 0, SEEK_SET) != 0 ? errno : run(stream, &code);
    if (error == ENOENT || code == 127) {
        snprintf(reason, size, "gnuplot is not installed");
    } else if (error != 0) {
        snprintf(reason, size, "gnuplot cannot be run (%s)", strerror(error));
    } else {
        char *text = code == 0 ? read_all(stream[1]) : NULL;
        if (text == NULL || !share_out(text, picture, count)) {
            snprintf(reason, size, "gnuplot failed (exit code %d)", code);
            forget(picture, count);
        }
        free(text);
    }
}

enum ihp_status ihp__pictures_draw(struct ihp__picture *picture, size_t count, char *reason,
                                   size_t size, struct ihp_error *err)
{
    FILE *stream[3] = {NULL, NULL, NULL};
    int error = 0;
    reason[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (picture[i].short_of_memory) {
            return ihp__fail_memory(err, "the pictures of a report");
        }
    }
    for (int fd = 0; fd < 3 && error == 0; fd++) {
        stream[fd] = tmpfile();
        error = stream[fd] == NULL ? errno : 0;
    }
    if (error == 0) {
        for (size_t i = 0; i < count; i++) {
            for (int form = 0; form < IHP__PICTURE_FORMS && picture[i].rows > 0; form++) {
                ihp__picture_script(stream[0], &picture[i], form);
            }
        }
        draw(stream, picture, count, reason, size);
    } else {
        snprintf(reason, size, "a temporary file cannot be made (%s)", strerror(error));
    }
    for (int fd = 0; fd < 3; fd++) {
        if (stream[fd] != NULL) {
            fclose(stream[fd]);
        }
    }
    return IHP_OK;
}
