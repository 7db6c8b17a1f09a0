/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every command on stores that are made to deceive (hostile/hostile.h): all ranks refuse the store
 * as damaged, or give the result of the good store. None crashes or waits for another. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "case_folder.h"

#include "hostile/hostile.h"

#include <ftw.h>
#include <signal.h>

enum {
    SECONDS = 300,     /* until a case counts as hung */
    ONE_OF_CASES = 7,  /* of those that stay in the store are taken on several ranks */
    TABLE_SIZE = 65536 /* of settlement.csv */
};

static int ranks;
static const char *running = "nothing"; /* for the message of a case that hangs */

static void hung(int number)
{
    (void)number;
    static const char text[] = "hangs: ";
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    written = write(STDERR_FILENO, running, strlen(running));
    written = write(STDERR_FILENO, "\n", 1);
    _exit(written > 0 ? 1 : 2);
}

/* ---- files ----------------------------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    return walk->level == 0 && strcmp(path, folder) == 0 ? 0 : remove(path);
}

/* Removes what is in a folder of the test, or in the test's folder, which itself stays. */
static void remove_all(const char *path)
{
    if (rank == 0) {
        nftw(path, remove_entry, 20, FTW_DEPTH | FTW_PHYS);
    }
    MPI_Barrier(comm);
}

static void copy(const char *from_name, const char *to_name)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX], bytes[65536];
    FILE *in = fopen(path_of(from_name, from), "rb"), *out = fopen(path_of(to_name, to), "wb");
    assert_true(in != NULL && out != NULL);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        assert_int_equal(fwrite(bytes, 1, got, out), got);
    }
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* Reads settlement.csv of the result folder; an empty text if there is none. */
static void read_table(char table[TABLE_SIZE])
{
    char path[IHP__PATH_MAX];
    FILE *file = fopen(path_of("result/settlement.csv", path), "rb");
    size_t got = file == NULL ? 0 : fread(table, 1, TABLE_SIZE - 1, file);
    table[got] = '\0';
    if (file != NULL) {
        fclose(file);
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ihp_status settle(bool no_index, struct ihp_error *err)
{
    char deck[IHP__PATH_MAX], result[IHP__PATH_MAX];
    struct ihp_notices notices = {0};
    const struct ihp_settle_options options = {.deck_path = path_of("deck.yaml", deck),
                                               .member_files = true,
                                               .no_index = no_index,
                                               .batch_lines = 7};
    remove_all(path_of("result", result));
    enum ihp_status status = ihp_settle(&options, comm, &notices, err);
    ihp_notices_clear(&notices);
    return status;
}

static enum ihp_status settle_by_index(struct ihp_error *err)
{
    return settle(false, err);
}

static enum ihp_status settle_by_line(struct ihp_error *err)
{
    return settle(true, err);
}

static enum ihp_status pay(struct ihp_error *err)
{
    char deck[IHP__PATH_MAX], paid[IHP__PATH_MAX];
    struct ihp_notices notices = {0};
    const struct ihp_pay_options options = {.deck_path = path_of("deck.yaml", deck),
                                            .output = path_of("paid", paid),
                                            .member_files = true,
                                            .first_quarter = 2025 * 4 + 1,
                                            .quarters = 1};
    remove_all(options.output);
    enum ihp_status status = ihp_pay(&options, comm, &notices, err);
    ihp_notices_clear(&notices);
    return status;
}

static enum ihp_status check(struct ihp_error *err)
{
    char store[IHP__PATH_MAX];
    struct ihp_notices notices = {0};
    FILE *stream = fopen("/dev/null", "w");
    assert_non_null(stream);
    const struct ihp_check_options options = {.path = path_of("state.h5", store), .verify = true};
    enum ihp_status status = ihp_check(&options, stream, &notices, err);
    ihp_notices_clear(&notices);
    fclose(stream);
    return status;
}

static enum ihp_status explain(struct ihp_error *err)
{
    char deck[IHP__PATH_MAX];
    struct ihp_notices notices = {0};
    FILE *stream = fopen("/dev/null", "w");
    assert_non_null(stream);
    enum ihp_status status =
        ihp_explain(path_of("deck.yaml", deck), "M00167", stream, &notices, err);
    ihp_notices_clear(&notices);
    fclose(stream);
    return status == IHP_ERR_USAGE ? IHP_ERR_DATA : status; /* the store has no such member now */
}

static enum ihp_status info(struct ihp_error *err)
{
    char store[IHP__PATH_MAX];
    FILE *stream = fopen("/dev/null", "w");
    assert_non_null(stream);
    enum ihp_status status = ihp_info(path_of("state.h5", store), stream, err);
    fclose(stream);
    return status;
}

enum {
    SETTLE_BY_INDEX,
    SETTLE_BY_LINE,
    PAY,
    COLLECTIVE,
    CHECK = COLLECTIVE,
    EXPLAIN,
    INFO,
    COMMANDS
};
static const struct {
    const char *name;
    enum ihp_status (*run)(struct ihp_error *err);
} commands[COMMANDS] = {{"settle", settle_by_index},
                        {"settle --no-index", settle_by_line},
                        {"pay", pay},
                        {"check", check},
                        {"explain", explain},
                        {"info", info}};

/* ---- cases ----------------------------------------------------------------------------------- */

/* Returns why a command may not end so, or NULL. */
static const char *problem_of(const struct hostile_case *which, int command, enum ihp_status status,
                              const char *good)
{
    static char table[TABLE_SIZE];
    if (status != IHP_OK && status != IHP_ERR_DATA) {
        return "ends neither well nor with bad data";
    }
    if (which->verdict == HOSTILE_HARMLESS && status != IHP_OK) {
        return "refuses a store that is good";
    }
    if (command == CHECK && status == IHP_OK &&
        (which->verdict == HOSTILE_REFUSED || which->verdict == HOSTILE_LIES)) {
        return "does not refuse the store";
    }
    if (command > SETTLE_BY_LINE || status != IHP_OK || which->verdict == HOSTILE_LIES ||
        which->verdict == HOSTILE_ANOTHER) {
        return NULL;
    }
    read_table(table);
    return strcmp(table, good) == 0 ? NULL : "gives another result";
}

/* Runs a command on all ranks, which must end alike. Returns the number of failures. */
static int run_command(const struct hostile_case *which, int command, const char *good)
{
    struct ihp_error err = {0};
    int status = (int)commands[command].run(&err), least = status, most = status;
    if (command < COLLECTIVE) {
        MPI_Allreduce(&status, &least, 1, MPI_INT, MPI_MIN, comm);
        MPI_Allreduce(&status, &most, 1, MPI_INT, MPI_MAX, comm);
    }
    const char *problem = least != most ? "does not end alike on all ranks" : NULL;
    if (rank == 0 && problem == NULL) {
        problem = problem_of(which, command, (enum ihp_status)status, good);
    }
    if (rank == 0 && problem != NULL) {
        fprintf(stderr, "%s: %s %s (status %d: %s)\n", which->name, commands[command].name, problem,
                status, err.text);
    }
    return rank == 0 && problem != NULL;
}

static int run_case(const struct hostile_case *which, const char *good)
{
    char store[IHP__PATH_MAX];
    int failures = 0;
    running = which->name;
    alarm(SECONDS);
    if (rank == 0) {
        copy("good.h5", "state.h5");
        hostile_make(path_of("state.h5", store), which, true);
    }
    MPI_Barrier(comm);
    for (int command = 0; command < (ranks == 1 ? COMMANDS : COLLECTIVE); command++) {
        failures += run_command(which, command, good);
    }
    alarm(0);
    return failures;
}

static void test_hostile_stores(void **state)
{
    (void)state;
    static char good[TABLE_SIZE];
    struct ihp_error err = {0};
    int failures = 0;
    make_case("payments");
    enum ihp_status status = settle_by_index(&err);
    if (rank == 0) {
        read_table(good);
        copy("state.h5", "good.h5");
    }
    for (size_t i = 0; i < hostile_case_count; i++) {
        if (ranks == 1 || hostile_cases[i].elsewhere || i % ONE_OF_CASES == 0) {
            failures += run_case(&hostile_cases[i], good);
        }
    }
    remove_all(folder);
    assert_string_equal(err.text, "");
    assert_int_equal(status, IHP_OK);
    assert_true(rank != 0 || strlen(good) > 0);
    assert_int_equal(failures, 0);
}

/* A store of an earlier version has no digests. Its index is compared with the claims as a
 * settlement reads both, and cases that an earlier test takes with digests are refused or harmless,
 * too. */
static void test_stores_without_digests(void **state)
{
    (void)state;
    static const char *const names[] = {
        "index_of_blank_npis", "index_never_known", "index_always_known", "index_of_other_days",
        "index_signs",         "months_beyond",     "year_lines_of_none", "acg_with_controls"};
    enum { NAMES = sizeof names / sizeof names[0] };
    enum ihp_status status[NAMES];
    make_case("payments");
    if (rank == 0) {
        copy("state.h5", "good.h5");
    }
    for (size_t i = 0; i < NAMES; i++) {
        struct ihp_error err = {0};
        char store[IHP__PATH_MAX];
        running = names[i];
        alarm(SECONDS);
        if (rank == 0) {
            copy("good.h5", "state.h5");
            hostile_make(path_of("state.h5", store), hostile_find(names[i]), false);
        }
        MPI_Barrier(comm);
        status[i] = settle_by_index(&err);
        alarm(0);
    }
    remove_all(folder);
    for (size_t i = 0; i < NAMES; i++) {
        assert_int_equal(status[i], IHP_ERR_DATA);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {IN_SHARED_FOLDER(test_hostile_stores),
                                       IN_SHARED_FOLDER(test_stores_without_digests)};
    ranks_begin(&argc, &argv);
    MPI_Comm_size(comm, &ranks);
    signal(SIGALRM, hung);
    return ranks_end(cmocka_run_group_tests(tests, NULL, NULL));
}
