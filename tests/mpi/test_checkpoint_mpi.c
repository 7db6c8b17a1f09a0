/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints by several ranks: sums and rows of all ranks in one file, which any number of ranks
 * can read; an error of one rank becomes an error of all. Expected values are closed forms that do
 * not depend on the number of ranks. Assertions come after the last collective call of a test, so
 * that no rank waits for one that has failed. */
#include "base/agree.h"
#include "checkpoint/checkpoint.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

/* SUMS is more than one piece of 524,288 words; 4,096 rows of ROW_BYTES are a piece. */
enum { SUMS = 524288 + 7, MEMBERS = 9001, ROW_BYTES = 1024, PATH_BYTES = 128 };

static MPI_Comm comm = MPI_COMM_NULL;
static int rank, ranks;
static char folder[64], path[PATH_BYTES];

/* ---- a folder for all ranks ------------------------------------------------------------------ */

static void set_up(void)
{
    if (rank == 0) {
        snprintf(folder, sizeof folder, "/tmp/ihp-test-XXXXXX");
        if (mkdtemp(folder) == NULL) {
            MPI_Abort(comm, 1);
        }
    }
    ihp__share_bytes(comm, folder, sizeof folder);
    snprintf(path, sizeof path, "%s/c.h5", folder);
}

/* Collective. Returns the number of files in the folder after all ranks have reached this call. */
static uint64_t files_in_folder(void)
{
    uint64_t count = 0;
    MPI_Barrier(comm);
    DIR *opened = rank == 0 ? opendir(folder) : NULL;
    for (struct dirent *entry; opened != NULL && (entry = readdir(opened)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    if (opened != NULL) {
        closedir(opened);
    }
    ihp__share_u64(comm, &count, 1);
    return count;
}

static void remove_file(void)
{
    MPI_Barrier(comm);
    if (rank == 0) {
        unlink(path);
    }
    MPI_Barrier(comm);
}

/* ---- contents -------------------------------------------------------------------------------- */

/* Returns part `part` of `parts` of the members. Parts are uneven; the last of several is empty. */
static struct ihp__range range_of(int part, int parts)
{
    uint64_t n = parts > 1 ? (uint64_t)parts - 1 : 1, p = (uint64_t)part;
    uint64_t first = p >= n ? MEMBERS : MEMBERS * p * p / (n * n);
    uint64_t end = p + 1 >= n ? MEMBERS : MEMBERS * (p + 1) * (p + 1) / (n * n);
    return (struct ihp__range){first, end - first};
}

static uint64_t value_of(uint64_t member)
{
    return member * member + 17;
}

static void pack(const void *context, uint64_t place, size_t count, unsigned char *rows)
{
    uint64_t first = *(const uint64_t *)context + place;
    memset(rows, 0xa5, count * ROW_BYTES);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = value_of(first + i);
        memcpy(rows + i * ROW_BYTES + 13, &value, sizeof value);
    }
}

/* Rows read: their number, and whether each belonged to its member. */
struct taken {
    uint64_t first, count;
    bool right;
};

static bool unpack(void *context, uint64_t place, size_t count, const unsigned char *rows)
{
    struct taken *taken = context;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value;
        memcpy(&value, rows + i * ROW_BYTES + 13, sizeof value);
        taken->right = taken->right && value == value_of(taken->first + place + i);
    }
    taken->count += count;
    return true;
}

/* Returns the rows of part `part` of `parts` of the members. */
static struct ihp__checkpoint_rows rows_of(int part, int parts)
{
    return (struct ihp__checkpoint_rows){"rows", ROW_BYTES, range_of(part, parts), MEMBERS};
}

static enum ihp_status put_rows(struct ihp__checkpoint_writer *w, struct ihp_error *err)
{
    const struct ihp__checkpoint_rows rows = rows_of(rank, ranks);
    return ihp__checkpoint_put_rows(w, &rows, pack, &rows.range.first, err);
}

/* Returns word i of this rank. Over all ranks it sums to (i + 1) * 2^63 + i modulo 2^64. */
static uint64_t sum_word(uint64_t i)
{
    uint64_t all = (i + 1) * (1ULL << 63) + i, others = (uint64_t)ranks - 1;
    return rank == 0 ? all - others * (UINT64_MAX - i) : UINT64_MAX - i;
}

/* Returns word i of this rank: every third word is on all ranks, the others are on one. */
static uint64_t or_word(uint64_t i)
{
    bool mine = i % 3 == 0 || i % (uint64_t)ranks == (uint64_t)rank;
    return mine ? 0xfff8000000000000u + i : 0;
}

static enum ihp_status write_all(struct ihp_error *err)
{
    struct ihp__checkpoint_writer *w = NULL;
    uint64_t *sums = malloc(SUMS * sizeof *sums), ors[100], own[2] = {41, 42};
    if (sums == NULL) {
        MPI_Abort(comm, 1);
    }
    for (uint64_t i = 0; i < SUMS; i++) {
        sums[i] = sum_word(i);
    }
    for (uint64_t i = 0; i < 100; i++) {
        ors[i] = or_word(i);
    }
    enum ihp_status status = ihp__checkpoint_create(path, comm, &w, err);
    if (status == IHP_OK) {
        ihp__until_agreed(ihp__checkpoint_put_text(w, "text", rank == 0 ? "of rank 0" : NULL, err));
        ihp__until_agreed(ihp__checkpoint_put_words(w, "sums", IHP__WORDS_SUM, sums, SUMS, err));
        ihp__until_agreed(ihp__checkpoint_put_words(w, "ors", IHP__WORDS_OR, ors, 100, err));
        ihp__until_agreed(ihp__checkpoint_put_words(
            w, "own", IHP__WORDS_OF_RANK_0, rank == 0 ? own : NULL, rank == 0 ? 2 : 77, err));
        ihp__until_agreed(put_rows(w, err));
        status = ihp__checkpoint_commit(&w, err);
    }
    free(sums);
    return status;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_words_of_all_ranks(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__checkpoint *c = NULL;
    uint64_t *sums = malloc(SUMS * sizeof *sums), ors[100], own[2], wrong = 0;
    char text[16];
    enum ihp_status status = write_all(&err);
    uint64_t files = files_in_folder();
    bool read = ihp__checkpoint_open(path, &c, &err) == IHP_OK &&
                ihp__checkpoint_get_text(c, "text", text, sizeof text, &err) == IHP_OK &&
                ihp__checkpoint_get_words(c, "sums", sums, SUMS, &err) == IHP_OK &&
                ihp__checkpoint_get_words(c, "ors", ors, 100, &err) == IHP_OK &&
                ihp__checkpoint_get_words(c, "own", own, 2, &err) == IHP_OK;
    ihp__checkpoint_close(&c);
    remove_file();
    assert_int_equal(status, IHP_OK);
    assert_true(read);
    assert_string_equal(err.text, "");
    assert_int_equal(files, 1);
    assert_string_equal(text, "of rank 0");
    for (uint64_t i = 0; i < SUMS; i++) {
        wrong += sums[i] != (i + 1) * (1ULL << 63) + i;
    }
    for (uint64_t i = 0; i < 100; i++) {
        wrong += ors[i] != 0xfff8000000000000u + i;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(own[0], 41);
    assert_int_equal(own[1], 42);
    free(sums);
}

/* Rows written by this number of ranks are read as the parts of another number of ranks. */
static void test_rows_for_another_number_of_ranks(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct taken taken = {.right = true};
    uint64_t all = 0;
    ihp__until_agreed(write_all(&err));
    for (int parts = 1; parts <= 5; parts++) {
        struct ihp__checkpoint *c = NULL;
        uint64_t digest = 0;
        ihp__until_agreed(ihp__checkpoint_open(path, &c, &err));
        for (int part = rank; part < parts && err.status == IHP_OK; part += ranks) {
            const struct ihp__checkpoint_rows rows = rows_of(part, parts);
            taken.first = rows.range.first;
            ihp__until_agreed(ihp__checkpoint_get_rows(c, &rows, unpack, &taken, &digest, &err));
        }
        ihp__until_agreed(ihp__checkpoint_check_rows(c, "rows", digest, comm, &err));
        ihp__checkpoint_close(&c);
    }
    all = taken.count;
    ihp__sum_u64(comm, &all, 1);
    remove_file();
    assert_string_equal(err.text, "");
    assert_true(taken.right);
    assert_int_equal(all, 5 * MEMBERS);
}

/* If one rank has rows other than those written, or has failed otherwise, all ranks fail. */
static void test_rows_that_one_rank_misses(void **state)
{
    (void)state;
    struct ihp_error err = {0}, damaged = {0}, failed = {0};
    struct taken taken = {.right = true};
    struct ihp__checkpoint *c = NULL;
    const struct ihp__checkpoint_rows rows = rows_of(rank, ranks);
    const bool last = rank == ranks - 1;
    uint64_t digest = 0;
    ihp__until_agreed(write_all(&err));
    if (ihp__checkpoint_open(path, &c, &err) == IHP_OK) {
        ihp__until_agreed(ihp__checkpoint_get_rows(c, &rows, unpack, &taken, &digest, &err));
    }
    ihp__until_agreed(ihp__checkpoint_check_rows(c, "rows", digest + last, comm, &damaged));
    if (last) {
        ihp__error_set(&failed, IHP_ERR_USAGE, "of the last rank");
        ihp__checkpoint_close(&c); /* on this rank no file is open */
    }
    ihp__until_agreed(ihp__checkpoint_check_rows(c, "rows", digest, comm, &failed));
    ihp__checkpoint_close(&c);
    remove_file();
    assert_string_equal(err.text, "");
    assert_int_equal(damaged.status, IHP_ERR_DATA);
    assert_non_null(strstr(damaged.text, "array rows is damaged; use --fresh to start over"));
    assert_int_equal(failed.status, IHP_ERR_USAGE);
    assert_string_equal(failed.text, "of the last rank");
}

static void test_no_folder(void **state)
{
    (void)state;
    char whole[PATH_BYTES];
    struct ihp_error err = {0};
    memcpy(whole, path, sizeof whole);
    snprintf(path, sizeof path, "%s/none/c.h5", folder);
    enum ihp_status status = write_all(&err);
    memcpy(path, whole, sizeof path);
    assert_int_equal(status, IHP_ERR_RUN);
    assert_non_null(strstr(err.text, "none/c.h5: the checkpoint cannot be written ("));
}

/* Takes one step, with the error of this rank in `e`. */
static enum ihp_status take_step(int step, struct ihp__checkpoint_writer **w, struct ihp_error *e)
{
    const uint64_t word = 1;
    return step == 0   ? ihp__checkpoint_create(path, comm, w, e)
           : step == 1 ? ihp__checkpoint_put_text(*w, "t", "text", e)
           : step == 2 ? ihp__checkpoint_put_words(*w, "w", IHP__WORDS_SUM, &word, 1, e)
           : step == 3 ? put_rows(*w, e)
                       : ihp__checkpoint_commit(w, e);
}

/* The last rank fails before each step in turn: all ranks fail with its error and no file is left.
 */
static void test_fault_of_one_rank(void **state)
{
    (void)state;
    enum { STEPS = 5 };
    struct ihp_error err[STEPS] = {0};
    uint64_t files[STEPS];
    bool freed = true;
    for (int step = 0; step < STEPS; step++) {
        struct ihp__checkpoint_writer *w = NULL;
        struct ihp_error *e = &err[step];
        for (int at = 0; at < STEPS; at++) {
            if (at == step && rank == ranks - 1) {
                ihp__error_set(e, IHP_ERR_USAGE, "of the last rank");
            }
            if (take_step(at, &w, e) != IHP_OK && at == 0) {
                break; /* there is no writer */
            }
        }
        freed = freed && w == NULL;
        files[step] = files_in_folder();
    }
    assert_true(freed);
    for (int step = 0; step < STEPS; step++) {
        assert_int_equal(err[step].status, IHP_ERR_USAGE);
        assert_string_equal(err[step].text, "of the last rank");
        assert_int_equal(files[step], 0);
    }
}

/* Counts, row sizes and ranges that do not fit together are an error on every rank. */
static void test_ranks_that_differ(void **state)
{
    (void)state;
    struct ihp__checkpoint_writer *w = NULL;
    struct ihp_error err = {0}, counts = {0}, sizes = {0}, members = {0}, ranges = {0};
    const struct ihp__range range = range_of(rank, ranks);
    uint64_t words[2] = {1, 2}, last = rank == ranks - 1;
    const struct ihp__checkpoint_rows other_size = {"r", 8 + last, range, MEMBERS},
                                      other_members = {"r", 8, range, MEMBERS + last},
                                      missing = {"r",
                                                 8,
                                                 {range.first, range.count - (rank == 0)},
                                                 MEMBERS};
    ihp__until_agreed(ihp__checkpoint_create(path, comm, &w, &err));
    if (ranks > 1) {
        ihp__until_agreed(
            ihp__checkpoint_put_words(w, "w", IHP__WORDS_SUM, words, 1 + last, &counts));
        ihp__until_agreed(ihp__checkpoint_put_rows(w, &other_size, pack, &range.first, &sizes));
        ihp__until_agreed(
            ihp__checkpoint_put_rows(w, &other_members, pack, &range.first, &members));
    }
    ihp__until_agreed(ihp__checkpoint_put_rows(w, &missing, pack, &range.first, &ranges));
    ihp__checkpoint_abandon(&w);
    uint64_t files = files_in_folder();
    assert_string_equal(err.text, "");
    assert_int_equal(files, 0);
    assert_int_equal(ranges.status, IHP_ERR_RUN);
    assert_non_null(
        strstr(ranges.text, "9000 rows of 8 bytes were given for the 9001 members of r"));
    if (ranks > 1) {
        assert_int_equal(counts.status, IHP_ERR_RUN);
        assert_non_null(strstr(counts.text, "ranks have 1 and 2 words of w"));
        assert_int_equal(sizes.status, IHP_ERR_RUN);
        assert_int_equal(members.status, IHP_ERR_RUN);
    }
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    set_up();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_of_all_ranks),
        cmocka_unit_test(test_rows_for_another_number_of_ranks),
        cmocka_unit_test(test_rows_that_one_rank_misses),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_fault_of_one_rank),
        cmocka_unit_test(test_ranks_that_differ),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL), most = 0;
    MPI_Allreduce(&failed, &most, 1, MPI_INT, MPI_MAX, comm);
    if (rank == 0 && rmdir(folder) != 0) {
        most = 1; /* a file was left */
    }
    ihp__share_bytes(comm, &most, sizeof most);
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return most;
}
