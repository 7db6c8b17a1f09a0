/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status file of a run: writing and reading it. */
#include "result/run_status.h"

#include "base/json_load.h"
#include "base/unfinished.h"
#include "ihp/version.h"
#include "result/folder.h"
#include "result/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const states[] = {"running", "done", "failed", "stopped"};
enum { STATES = sizeof states / sizeof states[0], FILE_BYTES = 16384 };

const char *ihp__run_state_text(enum ihp__run_state state)
{
    return states[state];
}

enum ihp_status ihp__run_status_path(const char *output, char path[IHP__PATH_MAX],
                                     struct ihp_error *err)
{
    return ihp__path_next_to(path, IHP__PATH_MAX, output, ".status.json", err);
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *known(double value)
{
    return value < 0 ? json_null() : json_real(value);
}

/* Writes `text` and the end of its last line into a new file. Returns false when that fails. */
static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (stream == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    bool whole = fputs(text, stream) >= 0 && fputc('\n', stream) != EOF;
    return fclose(stream) == 0 && whole;
}

/* Replaces the file. This is not an ihp__outfile: all runs use the same name for the unfinished
 * file, so that killed runs on any host leave one at most, and a run does not wait for the disk. */
static enum ihp_status replace(const char *path, const char *text, struct ihp_error *err)
{
    char part[IHP__PATH_MAX + 8];
    snprintf(part, sizeof part, "%s.part", path);
    unlink(part);
    errno = 0;
    ihp__unfinished_hold();
    bool whole = write_text(part, text) && rename(part, path) == 0;
    int reason = errno;
    if (!whole) {
        unlink(part);
    }
    ihp__unfinished_release();
    if (whole) {
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", path, strerror(reason));
}

enum ihp_status ihp__run_status_write(const char *path, const struct ihp__run_status *s,
                                      struct ihp_error *err)
{
    char started[IHP__MOMENT_TEXT], updated[IHP__MOMENT_TEXT];
    json_t *json = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:I, s:i, s:i, s:o, s:I, s:I, "
        "s:s, s:s, s:o}",
        "format", "ihp-status", "format_version", 1, "program_version", IHP_VERSION, "job", s->job,
        "state", ihp__run_state_text(s->state), "stage", s->stage, "counted", s->counted, "done",
        (json_int_t)s->done, "all", (json_int_t)s->all, "rate", known(s->rate), "seconds_left",
        known(s->seconds_left), "peak_bytes", (json_int_t)s->peak_bytes, "peak_rank", s->peak_rank,
        "ranks", s->ranks, "host", ihp__json_text(s->host), "pid", (json_int_t)s->pid,
        "process_start", (json_int_t)s->process_start, "started",
        ihp__moment_format(s->started, started), "updated", ihp__moment_format(s->updated, updated),
        "error", ihp__json_text(s->error));
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(json);
    if (text == NULL) {
        return ihp__fail_memory(err, "the status of the run");
    }
    enum ihp_status status = ihp__make_parents(path, err);
    if (status == IHP_OK) {
        status = replace(path, text, err);
    }
    free(text);
    return status;
}

/* ---- reading: the file may hold anything ----------------------------------------------------- */

/* Reads at most FILE_BYTES - 1 bytes of the file. Returns their number, or -1 if there is no such
 * regular file (errno 0, ENOENT or ENOTDIR) or it cannot be read (errno). */
static ssize_t read_text(const char *path, char text[FILE_BYTES])
{
    struct stat info;
    errno = 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* does not wait for a pipe */
    ssize_t size = 0, got = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? 1 : -1;
    while (got > 0 && size < FILE_BYTES - 1) {
        got = read(fd, text + size, (size_t)(FILE_BYTES - 1 - size));
        size += got > 0 ? got : 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return got < 0 ? -1 : size;
}

/* Takes a text of one line that fits. Control characters could write over a terminal. */
static bool take_text(const json_t *json, const char *key, char *text, size_t size)
{
    const char *value = json_string_value(json_object_get(json, key));
    if (value == NULL || strlen(value) >= size) {
        return false;
    }
    for (const char *c = value; *c != '\0'; c++) {
        if (ihp__control_bytes(c) > 0) {
            return false;
        }
    }
    snprintf(text, size, "%s", value);
    return true;
}

static bool take_count(const json_t *json, const char *key, int64_t low, int64_t high,
                       int64_t *value)
{
    const json_t *number = json_object_get(json, key);
    *value = json_integer_value(number);
    return json_is_integer(number) && *value >= low && *value <= high;
}

/* Takes a number that is not negative, or null, which becomes -1. */
static bool take_known(const json_t *json, const char *key, double *value)
{
    const json_t *number = json_object_get(json, key);
    *value = json_is_null(number) ? -1 : json_number_value(number);
    return json_is_null(number) || (json_is_number(number) && *value >= 0);
}

static bool take_moment(const json_t *json, const char *key, int64_t *value)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text != NULL && ihp__moment_parse(text, value);
}

static bool take_state(const json_t *json, enum ihp__run_state *state)
{
    const char *text = json_string_value(json_object_get(json, "state"));
    for (int i = 0; text != NULL && i < STATES; i++) {
        if (strcmp(text, states[i]) == 0) {
            *state = (enum ihp__run_state)i;
            return true;
        }
    }
    return false;
}

/* Takes all keys. Returns the first that is not valid, or NULL. */
static const char *take_all(const json_t *json, struct ihp__run_status *s)
{
    char format[16];
    int64_t version, done, all, peak, peak_rank, ranks, start;
    const struct {
        const char *key;
        bool good;
    } taken[] = {
        {"format",
         take_text(json, "format", format, sizeof format) && strcmp(format, "ihp-status") == 0},
        {"format_version", take_count(json, "format_version", 1, 1, &version)},
        {"job", take_text(json, "job", s->job, sizeof s->job)},
        {"state", take_state(json, &s->state)},
        {"stage", take_text(json, "stage", s->stage, sizeof s->stage)},
        {"counted", take_text(json, "counted", s->counted, sizeof s->counted)},
        {"done", take_count(json, "done", 0, INT64_MAX, &done)},
        {"all", take_count(json, "all", 0, INT64_MAX, &all)},
        {"rate", take_known(json, "rate", &s->rate)},
        {"seconds_left", take_known(json, "seconds_left", &s->seconds_left)},
        {"peak_bytes", take_count(json, "peak_bytes", 0, INT64_MAX, &peak)},
        {"ranks", take_count(json, "ranks", 1, INT32_MAX, &ranks)},
        {"peak_rank", take_count(json, "peak_rank", 0, INT32_MAX, &peak_rank)},
        {"host", take_text(json, "host", s->host, sizeof s->host)},
        {"pid", take_count(json, "pid", 1, INT32_MAX, &s->pid)},
        {"process_start", take_count(json, "process_start", 0, INT64_MAX, &start)},
        {"started", take_moment(json, "started", &s->started)},
        {"updated", take_moment(json, "updated", &s->updated)},
        {"error", take_text(json, "error", s->error, sizeof s->error)},
    };
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (!taken[i].good) {
            return taken[i].key;
        }
    }
    if (done > all || peak_rank >= ranks) {
        return done > all ? "done" : "peak_rank";
    }
    s->done = (uint64_t)done;
    s->all = (uint64_t)all;
    s->peak_bytes = (uint64_t)peak;
    s->peak_rank = (int)peak_rank;
    s->ranks = (int)ranks;
    s->process_start = (uint64_t)start;
    return NULL;
}

enum ihp_status ihp__run_status_read(const char *path, struct ihp__run_status *status,
                                     struct ihp_error *err)
{
    char text[FILE_BYTES];
    struct ihp__run_status fresh = {0};
    ssize_t size = read_text(path, text);
    if (size < 0 && errno != 0 && errno != ENOENT && errno != ENOTDIR) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (size < 0) {
        return ihp__fail(
            err, IHP_ERR_DATA,
            "%s: does not exist, so no run is known here; 'ihp info' prints a finished "
            "folder without it",
            path);
    }
    json_t *json;
    if (ihp__json_load_text(text, (size_t)size, path, &json, err) != IHP_OK) {
        return err->status;
    }
    const char *wrong = json_is_object(json) ? take_all(json, &fresh) : "the JSON object";
    json_decref(json);
    if (wrong != NULL) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is not the status of a run: %s is missing or not valid; remove the "
                         "file, and the next run writes a new one",
                         path, wrong);
    }
    *status = fresh;
    return IHP_OK;
}
