/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints by several ranks: sums and rows of all in one file, to be read by any number of
 * ranks; a fault of one rank is that of all. Expected values are closed forms that do not know
 * the number of ranks. Assertions come after the last collective call of a test, so that a rank
 * that fails leaves none waiting. */
#include "base/agree.h"
#include "checkpoint/checkpoint.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

/* SUMS is more than one piece of 524,288 words, and 4,096 rows of ROW_BYTES are a piece. */
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

/* Collective: how many files stand in the folder, once all ranks have come here. */
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

/* ---- what is written ------------------------------------------------------------------------- */

/* Part `part` of `parts` of the members: uneven, the last one empty where there are several. */
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

/* Rows as they are read: whether each is its member's, and how many there were. */
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

static enum ihp_status put_rows(struct ihp__checkpoint_writer *w, struct ihp_error *err)
{
    struct ihp__range range = range_of(rank, ranks);
    return ihp__checkpoint_put_rows(w, "rows", ROW_BYTES, range, MEMBERS, pack, &range.first, err);
}

/* Word i of a rank: with all ranks they come to (i + 1) * 2^63 + i modulo 2^64. */
static uint64_t sum_word(uint64_t i)
{
    uint64_t all = (i + 1) * (1ULL << 63) + i, others = (uint64_t)ranks - 1;
    return rank == 0 ? all - others * (UINT64_MAX - i) : UINT64_MAX - i;
}

/* Each word on one rank or, every third, on all. */
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
    if (ihp__checkpoint_create(path, comm, &w, err) == IHP_OK) {
        ihp__checkpoint_put_text(w, "text", rank == 0 ? "of rank 0" : NULL, err);
        ihp__checkpoint_put_words(w, "sums", IHP__WORDS_SUM, sums, SUMS, err);
        ihp__checkpoint_put_words(w, "ors", IHP__WORDS_OR, ors, 100, err);
        ihp__checkpoint_put_words(w, "own", IHP__WORDS_OF_RANK_0, rank == 0 ? own : NULL,
                                  rank == 0 ? 2 : 77, err);
        put_rows(w, err);
        ihp__checkpoint_commit(&w, err);
    }
    free(sums);
    return err->status;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_words_of_all_ranks(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__checkpoint *c = NULL;
    uint64_t *sums = malloc(SUMS * sizeof *sums), ors[100], own[2], wrong = 0;
    char text[16];
    write_all(&err);
    uint64_t files = files_in_folder();
    if (ihp__checkpoint_open(path, &c, &err) == IHP_OK) {
        ihp__checkpoint_get_text(c, "text", text, sizeof text, &err);
        ihp__checkpoint_get_words(c, "sums", sums, SUMS, &err);
        ihp__checkpoint_get_words(c, "ors", ors, 100, &err);
        ihp__checkpoint_get_words(c, "own", own, 2, &err);
    }
    ihp__checkpoint_close(&c);
    remove_file();
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

/* Written by this number of ranks; then the parts of another number are dealt among them. */
static void test_rows_for_another_number_of_ranks(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct taken taken = {.right = true};
    uint64_t all = 0;
    write_all(&err);
    for (int parts = 1; parts <= 5; parts++) {
        struct ihp__checkpoint *c = NULL;
        uint64_t digest = 0;
        ihp__checkpoint_open(path, &c, &err);
        for (int part = rank; part < parts && err.status == IHP_OK; part += ranks) {
            struct ihp__range range = range_of(part, parts);
            taken.first = range.first;
            ihp__checkpoint_get_rows(c, "rows", ROW_BYTES, range, MEMBERS, unpack, &taken, &digest,
                                     &err);
        }
        ihp__checkpoint_check_rows(c, "rows", digest, comm, &err);
        ihp__checkpoint_close(&c);
    }
    all = taken.count;
    ihp__sum_u64(comm, &all, 1);
    remove_file();
    assert_string_equal(err.text, "");
    assert_true(taken.right);
    assert_int_equal(all, 5 * MEMBERS);
}

/* One rank has other rows than were written, or has failed otherwise: all are told. */
static void test_rows_that_one_rank_misses(void **state)
{
    (void)state;
    struct ihp_error err = {0}, damaged = {0}, failed = {0};
    struct taken taken = {.right = true};
    struct ihp__checkpoint *c = NULL;
    struct ihp__range range = range_of(rank, ranks);
    uint64_t digest = 0;
    write_all(&err);
    if (ihp__checkpoint_open(path, &c, &err) == IHP_OK) {
        ihp__checkpoint_get_rows(c, "rows", ROW_BYTES, range, MEMBERS, unpack, &taken, &digest,
                                 &err);
    }
    ihp__checkpoint_check_rows(c, "rows", digest + (rank == ranks - 1), comm, &damaged);
    if (rank == ranks - 1) {
        ihp__fail(&failed, IHP_ERR_USAGE, "of the last rank");
        ihp__checkpoint_close(&c); /* it has no file then */
    }
    ihp__checkpoint_check_rows(c, "rows", digest, comm, &failed);
    ihp__checkpoint_close(&c);
    remove_file();
    assert_string_equal(err.text, "");
    assert_int_equal(damaged.status, IHP_ERR_DATA);
    assert_non_null(strstr(damaged.text, "array rows is damaged; give --fresh to begin anew"));
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

/* A fault of the last rank before each step in turn: all fail with it and nothing is left. */
static void test_fault_of_one_rank(void **state)
{
    (void)state;
    enum { STEPS = 5 };
    struct ihp_error err[STEPS] = {0};
    uint64_t word = 1, files[STEPS];
    bool freed = true;
    for (int step = 0; step < STEPS; step++) {
        struct ihp__checkpoint_writer *w = NULL;
        struct ihp_error *e = &err[step];
        for (int at = 0; at < STEPS; at++) {
            if (at == step && rank == ranks - 1) {
                ihp__fail(e, IHP_ERR_USAGE, "of the last rank");
            }
            if (at == 0 && ihp__checkpoint_create(path, comm, &w, e) != IHP_OK) {
                break;
            }
            if (at == 1) {
                ihp__checkpoint_put_text(w, "t", "text", e);
            } else if (at == 2) {
                ihp__checkpoint_put_words(w, "w", IHP__WORDS_SUM, &word, 1, e);
            } else if (at == 3) {
                put_rows(w, e);
            } else if (at == 4) {
                ihp__checkpoint_commit(&w, e);
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

/* Counts, row sizes and ranges that do not fit together are found by all. */
static void test_ranks_that_differ(void **state)
{
    (void)state;
    struct ihp__checkpoint_writer *w = NULL;
    struct ihp_error err = {0}, counts = {0}, sizes = {0}, members = {0}, ranges = {0};
    struct ihp__range range = range_of(rank, ranks), more = range;
    uint64_t words[2] = {1, 2}, last = rank == ranks - 1;
    ihp__checkpoint_create(path, comm, &w, &err);
    if (ranks > 1) {
        ihp__checkpoint_put_words(w, "w", IHP__WORDS_SUM, words, 1 + last, &counts);
        ihp__checkpoint_put_rows(w, "r", 8 + last, range, MEMBERS, pack, &range.first, &sizes);
        ihp__checkpoint_put_rows(w, "r", 8, range, MEMBERS + last, pack, &range.first, &members);
    }
    more.count -= rank == 0;
    ihp__checkpoint_put_rows(w, "r", 8, more, MEMBERS, pack, &range.first, &ranges);
    ihp__checkpoint_abandon(&w);
    uint64_t files = files_in_folder();
    assert_string_equal(err.text, "");
    assert_int_equal(files, 0);
    assert_int_equal(ranges.status, IHP_ERR_RUN);
    assert_non_null(strstr(ranges.text, "9000 rows of 8 bytes came for the 9001 members of r"));
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
        most = 1; /* something was left */
    }
    ihp__share_bytes(comm, &most, sizeof most);
    MPI_Comm_free(&comm);
    MPI_Finalize();
    return most;
}
