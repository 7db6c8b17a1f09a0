/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case_folder.h - a case with its store in a folder that all ranks of a test share.
 *
 * List a test as IN_SHARED_FOLDER(test), call `ranks_begin` and `ranks_end` in main, and
 * `make_case` in the test. Assertions come after the last collective call of a test, so that no
 * rank waits for one that fails. */
#ifndef IHP_TEST_CASE_FOLDER_H
#define IHP_TEST_CASE_FOLDER_H

#include "base/agree.h"
#include "base/base.h"

#include "ihp/ihp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

static MPI_Comm comm = MPI_COMM_NULL;
static int rank;
static char folder[64]; /* the same on all ranks */

/* Makes the path of a file of the test's folder. */
static inline const char *path_of(const char *name, char path[IHP__PATH_MAX])
{
    struct ihp_error err = {0};
    assert_int_equal(ihp__path_join(path, IHP__PATH_MAX, folder, name, &err), IHP_OK);
    return path;
}

/* Copies the deck of a case; its program folder stays in the source. Only rank 0 calls it. */
static inline void copy_deck(const char *name)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX], line[400];
    snprintf(from, sizeof from, "%s/tests/cases/%s/deck.yaml", IHP_TEST_SOURCE, name);
    FILE *in = fopen(from, "r"), *out = fopen(path_of("deck.yaml", to), "w");
    assert_true(in != NULL && out != NULL);
    while (fgets(line, sizeof line, in) != NULL) {
        if (strncmp(line, "program:", strlen("program:")) == 0) {
            fprintf(out, "program: %s/tests/cases/%s/program\n", IHP_TEST_SOURCE, name);
        } else {
            fputs(line, out);
        }
    }
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

/* Makes the deck and the store of a case in the test's folder. Collective. */
static inline void make_case(const char *name)
{
    char extract[IHP__PATH_MAX], store[IHP__PATH_MAX];
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    snprintf(extract, sizeof extract, "%s/tests/cases/%s/extract", IHP_TEST_SOURCE, name);
    const struct ihp_import_options import = {
        .comm = comm, .extract_dir = extract, .store_path = path_of("state.h5", store)};
    if (rank == 0) {
        copy_deck(name);
    }
    enum ihp_status imported = ihp_import(&import, &report, NULL, &err);
    ihp_import_report_clear(&report);
    assert_string_equal(err.text, "");
    assert_int_equal(imported, IHP_OK);
}

static inline int set_up(void **state)
{
    (void)state;
    if (rank == 0) {
        snprintf(folder, sizeof folder, "/tmp/ihp-test-XXXXXX");
        if (mkdtemp(folder) == NULL) {
            folder[0] = '\0';
        }
    }
    ihp__share_bytes(comm, folder, sizeof folder);
    return folder[0] == '\0' ? -1 : 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    char path[IHP__PATH_MAX];
    MPI_Barrier(comm);
    if (rank != 0) {
        return 0;
    }
    unlink(path_of("deck.yaml", path));
    unlink(path_of("state.h5", path));
    unlink(path_of("result.checkpoint.h5", path)); /* of tests that save */
    return rmdir(folder);
}

#define IN_SHARED_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline void ranks_begin(int *argc, char ***argv)
{
    MPI_Init(argc, argv);
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &rank);
}

/* Returns 0 if no rank has failed tests. */
static inline int ranks_end(int failed)
{
    int most = 0;
    MPI_Allreduce(&failed, &most, 1, MPI_INT, MPI_MAX, comm);
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return most;
}

#endif
