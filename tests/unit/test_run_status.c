/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status file of a run: what was written is read back, any other file is refused and leaves the
 * output untouched; the path of the file; moments and sizes as texts. */
#include "files.h"

#include "ihp/jobs.h"
#include "result/run_status.h"

#include <limits.h>

static const struct ihp__run_status example = {
    .state = IHP__RUN_RUNNING,
    .job = "settle",
    .stage = "bootstrap",
    .counted = "replicates",
    .done = 42,
    .all = 100,
    .rate = 3.5,
    .seconds_left = 16.25,
    .peak_bytes = UINT64_C(5000000000),
    .peak_rank = 7,
    .ranks = 8,
    .host = "node1",
    .pid = 4711,
    .process_start = 123456789012,
    .started = 1767225600, /* 2026-01-01T00:00:00Z */
    .updated = 1767229261, /* an hour, a minute and a second later */
    .error = ""};

static void assert_same(const struct ihp__run_status *a, const struct ihp__run_status *b)
{
    assert_int_equal(a->state, b->state);
    assert_string_equal(a->job, b->job);
    assert_string_equal(a->stage, b->stage);
    assert_string_equal(a->counted, b->counted);
    assert_int_equal(a->done, b->done);
    assert_int_equal(a->all, b->all);
    assert_true(a->rate == b->rate && a->seconds_left == b->seconds_left);
    assert_int_equal(a->peak_bytes, b->peak_bytes);
    assert_int_equal(a->peak_rank, b->peak_rank);
    assert_int_equal(a->ranks, b->ranks);
    assert_string_equal(a->host, b->host);
    assert_int_equal(a->pid, b->pid);
    assert_int_equal(a->process_start, b->process_start);
    assert_int_equal(a->started, b->started);
    assert_int_equal(a->updated, b->updated);
    assert_string_equal(a->error, b->error);
}

static void assert_comes_back(const struct ihp__run_status *status)
{
    struct ihp_error err = {0};
    struct ihp__run_status read;
    const char *path = in_folder("result.status.json");
    assert_int_equal(ihp__run_status_write(path, status, &err), IHP_OK);
    assert_int_equal(ihp__run_status_read(path, &read, &err), IHP_OK);
    assert_same(&read, status);
    assert_int_equal(files_in_folder(), 1); /* no part file is left */
}

static void test_comes_back(void **state)
{
    (void)state;
    struct ihp__run_status s = example;
    assert_comes_back(&s);
    s.rate = s.seconds_left = -1; /* not known */
    assert_comes_back(&s);
    s.done = s.all = 0;
    s.counted[0] = '\0';
    s.state = IHP__RUN_DONE;
    assert_comes_back(&s);
    s.state = IHP__RUN_FAILED;
    memset(s.error, 'e', sizeof s.error - 1);
    memset(s.host, 'h', sizeof s.host - 1);
    assert_comes_back(&s);
    s.state = IHP__RUN_STOPPED;
    assert_comes_back(&s);
}

/* The part file of a killed run is replaced; a link in its place is not followed. */
static void test_left_by_a_killed_run(void **state)
{
    (void)state;
    write_text(in_folder("result.status.json.part"), "half of a");
    assert_comes_back(&example);
    char part[PATH_BYTES];
    snprintf(part, sizeof part, "%s/result.status.json.part", test_folder);
    assert_int_equal(symlink(in_folder("behind"), part), 0);
    struct ihp_error err = {0};
    assert_int_equal(ihp__run_status_write(in_folder("result.status.json"), &example, &err),
                     IHP_OK);
    assert_int_equal(files_in_folder(), 1);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* Checks the first printed line, another text, and the exit code. */
static void assert_printed(enum ihp__run_state run_state, enum ihp_status status, const char *title,
                           const char *says)
{
    struct ihp_error err = {0};
    struct ihp__run_status s = example;
    char *text = NULL, output[PATH_BYTES], first[PATH_BYTES + 32];
    size_t size = 0;
    snprintf(output, sizeof output, "%s/result", test_folder);
    s.state = run_state;
    snprintf(s.error, sizeof s.error, "%s", run_state == IHP__RUN_FAILED ? "no memory" : "");
    assert_int_equal(ihp__run_status_write(in_folder("result.status.json"), &s, &err), IHP_OK);
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_int_equal(ihp_run_status_print(output, stream, &err), status);
    fclose(stream);
    snprintf(first, sizeof first, "%s: %s\n", output, title);
    assert_memory_equal(text, first, strlen(first));
    assert_non_null(strstr(text, says));
    assert_int_equal(run_state != IHP__RUN_STOPPED, strstr(text, "start it again") == NULL);
    free(text);
}

static void test_printed(void **state)
{
    (void)state;
    assert_printed(IHP__RUN_DONE, IHP_OK, "done", "ended          2026-01-01T01:01:01Z");
    assert_printed(IHP__RUN_STOPPED, IHP_OK, "stopped", "next           start it again to go on\n");
    assert_printed(IHP__RUN_FAILED, IHP_ERR_RUN, "failed", "42.0 %, 42 of 100 replicates");
    /* Of node1, which has not reported since 2026-01-01. */
    assert_printed(IHP__RUN_RUNNING, IHP_ERR_RUN, "dead", "last update    2026-01-01T01:01:01Z");
}

/* A path in an error may have bytes that JSON cannot have. */
static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__run_status s = example, read;
    const char *path = in_folder("result.status.json");
    snprintf(s.error, sizeof s.error, "caf\xe9/deck.yaml: is not there");
    assert_int_equal(ihp__run_status_write(path, &s, &err), IHP_OK);
    assert_int_equal(ihp__run_status_read(path, &read, &err), IHP_OK);
    assert_string_equal(read.error, "caf?/deck.yaml: is not there");
}

static void test_makes_parents_and_mode(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct stat info;
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/one/two/result.status.json", test_folder);
    mode_t mask = umask(027);
    assert_int_equal(ihp__run_status_write(path, &example, &err), IHP_OK);
    umask(mask);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void test_cannot_be_written(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    char path[PATH_BYTES];
    write_text(in_folder("file"), "");
    snprintf(path, sizeof path, "%s/file/result.status.json", test_folder);
    assert_int_equal(ihp__run_status_write(path, &example, &err), IHP_ERR_RUN);
}

/* ---- files that no run wrote ----------------------------------------------------------------- */

static void assert_refused(const char *path, const char *says)
{
    struct ihp_error err = {0};
    struct ihp__run_status read = example;
    assert_int_equal(ihp__run_status_read(path, &read, &err), IHP_ERR_DATA);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, says));
    assert_same(&read, &example); /* untouched */
}

/* Writes the file of the example with its first `from` replaced by `to`. */
static void write_changed(const char *path, const char *from, const char *to)
{
    struct ihp_error err = {0};
    static char text[4000], changed[24000];
    assert_int_equal(ihp__run_status_write(path, &example, &err), IHP_OK);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    write_text(path, changed);
}

static void test_damaged_keys(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *key;
    } damage[] = {
        {"ihp-status", "ihp-result", ": format is missing or not valid"},
        {"\"format_version\": 1", "\"format_version\": 2",
         ": format_version is missing or not valid"},
        {"\"running\"", "\"walking\"", ": state is missing or not valid"},
        {"\"running\"", "1", ": state is missing or not valid"},
        {"\"running\"", "null", ": state is missing or not valid"},
        {"\"job\"", "\"bob\"", ": job is missing or not valid"},
        {"\"settle\"", "\"settle\\u001b[2J\"", ": job is missing or not valid"},
        {"\"settle\"", "\"settle\\u009b2J\"",
         ": job is missing or not valid"}, /* the same escape sequence, begun by one character */
        {"\"settle\"", "\"line\\nline\"", ": job is missing or not valid"},
        {"\"settle\"", "\"123456789012345678901234\"",
         ": job is missing or not valid"}, /* 24 characters, room for 23 */
        {"\"bootstrap\"", "[]", ": stage is missing or not valid"},
        {"\"replicates\"", "{}", ": counted is missing or not valid"},
        {"\"done\": 42", "\"done\": -1", ": done is missing or not valid"},
        {"\"done\": 42", "\"done\": 101", ": done is missing or not valid"},
        {"\"done\": 42", "\"done\": 42.5", ": done is missing or not valid"},
        {"\"done\": 42", "\"done\": \"42\"", ": done is missing or not valid"},
        {"\"all\": 100", "\"all\": -5", ": all is missing or not valid"},
        {"\"rate\": 3.5", "\"rate\": -0.5", ": rate is missing or not valid"},
        {"\"seconds_left\": 16.25", "\"seconds_left\": true",
         ": seconds_left is missing or not valid"},
        {"\"peak_bytes\": 5000000000", "\"peak_bytes\": -1",
         ": peak_bytes is missing or not valid"},
        {"\"peak_rank\": 7", "\"peak_rank\": 8", ": peak_rank is missing or not valid"},
        {"\"peak_rank\": 7", "\"peak_rank\": -1", ": peak_rank is missing or not valid"},
        {"\"ranks\": 8", "\"ranks\": 0", ": ranks is missing or not valid"},
        {"\"ranks\": 8", "\"ranks\": 4294967304", ": ranks is missing or not valid"},
        {"\"pid\": 4711", "\"pid\": 0",
         ": pid is missing or not valid"}, /* kill(0) would address our own group */
        {"\"pid\": 4711", "\"pid\": -1",
         ": pid is missing or not valid"}, /* and kill(-1) every process */
        {"\"process_start\": 123456789012", "\"process_start\": -1",
         ": process_start is missing or not valid"},
        {"2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", ": started is missing or not valid"},
        {"2026-01-01T01:01:01Z", "yesterday", ": updated is missing or not valid"},
        {"\"error\": \"\"", "\"error\": 0", ": error is missing or not valid"},
        {"\"done\": 42", "\"done\": 42, \"done\": 42",
         ": the JSON object is missing or not valid"}, /* readers disagree about which counts */
        {"{", "[{", ": the JSON object is missing or not valid"},
        {"42", "99999999999999999999", ": the JSON object is missing or not valid"},
    };
    const char *path = in_folder("result.status.json");
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        write_changed(path, damage[i].from, damage[i].to);
        assert_refused(path, damage[i].key);
    }
}

static void test_no_status(void **state)
{
    (void)state;
    static char big[40000];
    const char *path = in_folder("result.status.json");
    assert_refused(path, "no run is known here");
    assert_int_equal(mkfifo(path, 0600), 0); /* a pipe: the reader does not wait for a writer */
    assert_refused(path, "no run is known here");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(path, "no run is known here");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink(path, path), 0); /* it exists, but cannot be opened */
    assert_refused(path, "cannot be read (");
    assert_int_equal(unlink(path), 0);
    write_text(path, "");
    assert_refused(path, "is not the status");
    memset(big, '[', sizeof big - 1);
    write_text(path, big);
    assert_refused(path, "is not the status");
    write_text(path, "[]");
    assert_refused(path, "is not the status");
}

/* A file that ends early, as on a full disk, is refused wherever it ends. */
static void test_cut_short(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    const char *path = in_folder("result.status.json");
    struct stat info;
    assert_int_equal(ihp__run_status_write(path, &example, &err), IHP_OK);
    assert_int_equal(stat(path, &info), 0);
    for (off_t size = info.st_size - 2; size >= 0; size--) { /* without its last brace */
        assert_int_equal(truncate(path, size), 0);
        assert_refused(path, "is not the status");
    }
}

/* ---- the path -------------------------------------------------------------------------------- */

static void assert_path(const char *output, const char *expected)
{
    struct ihp_error err = {0};
    char path[IHP__PATH_MAX];
    assert_int_equal(ihp__run_status_path(output, path, &err), IHP_OK);
    assert_string_equal(path, expected);
}

static void test_path(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    char expected[PATH_BYTES], inside[PATH_BYTES], path[IHP__PATH_MAX], real[PATH_MAX];
    static char longest[IHP__PATH_MAX + 10];
    assert_path("results/final", "results/final.status.json");
    assert_path("results/final/", "results/final.status.json");
    assert_path("results/final///", "results/final.status.json");
    assert_path("results/final..", "results/final...status.json"); /* an ordinary name */
    assert_path("results/a.b", "results/a.b.status.json");
    /* "." and ".." are replaced by the folder's own name. */
    assert_non_null(getcwd(real, sizeof real));
    assert_int_equal(mkdir(in_folder("result"), 0700), 0);
    assert_int_equal(mkdir(in_folder("result/below"), 0700), 0);
    snprintf(expected, sizeof expected, "%s/result.status.json", test_folder);
    snprintf(inside, sizeof inside, "%s/result/.", test_folder);
    assert_path(inside, expected);
    snprintf(inside, sizeof inside, "%s/result/below/../", test_folder);
    assert_path(inside, expected);
    assert_int_equal(chdir(in_folder("result")), 0);
    assert_path(".", expected);
    assert_int_equal(chdir("below"), 0);
    assert_path("..", expected);
    assert_int_equal(chdir(real), 0);
    memset(longest, 'x', IHP__PATH_MAX - 12); /* with .status.json and its end one too many */
    assert_int_equal(ihp__run_status_path(longest, path, &err), IHP_ERR_USAGE);
    longest[IHP__PATH_MAX - 13] = '\0';
    err = (struct ihp_error){0};
    assert_int_equal(ihp__run_status_path(longest, path, &err), IHP_OK);
}

/* ---- moments and sizes ----------------------------------------------------------------------- */

static void test_moments(void **state)
{
    (void)state;
    char text[IHP__MOMENT_TEXT];
    int64_t seconds = 7;
    assert_string_equal(ihp__moment_format(0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(ihp__moment_format(1767229261, text), "2026-01-01T01:01:01Z");
    assert_true(ihp__moment_parse("2026-01-01T01:01:01Z", &seconds));
    assert_int_equal(seconds, 1767229261);
    assert_true(ihp__moment_parse("2024-02-29T23:59:59Z", &seconds));
    assert_int_equal(seconds, 1709251199);
    static const char *const bad[] = {"",
                                      "2026-01-01",
                                      "2026-01-01T01:01:01",
                                      "2026-01-01T01:01:01z",
                                      "2026-01-01 01:01:01Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:60Z",
                                      "2026-01-01T0a:00:00Z",
                                      "2026-01-01T00-00:00Z",
                                      "2025-02-29T00:00:00Z",
                                      "2026-01-01T01:01:01Z "};
    seconds = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ihp__moment_parse(bad[i], &seconds));
        assert_int_equal(seconds, 7);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    char text[IHP__BYTES_TEXT];
    assert_string_equal(ihp__bytes_format(0, text), "0 bytes");
    assert_string_equal(ihp__bytes_format(1023, text), "1023 bytes");
    assert_string_equal(ihp__bytes_format(1024, text), "1.0 KiB");
    assert_string_equal(ihp__bytes_format(1536, text), "1.5 KiB");
    assert_string_equal(ihp__bytes_format(UINT64_C(3) << 40, text), "3.0 TiB");
    assert_string_equal(ihp__bytes_format(UINT64_C(2048) << 40, text), "2048.0 TiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_comes_back),
        IN_FOLDER(test_left_by_a_killed_run),
        IN_FOLDER(test_printed),
        IN_FOLDER(test_bytes_that_are_no_text),
        IN_FOLDER(test_makes_parents_and_mode),
        IN_FOLDER(test_cannot_be_written),
        IN_FOLDER(test_damaged_keys),
        IN_FOLDER(test_no_status),
        IN_FOLDER(test_cut_short),
        IN_FOLDER(test_path),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
