/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: what was written is read again bit for bit, requests for another shape are refused,
 * and an unfinished checkpoint leaves nothing behind. */
#include "checkpoint_fixture.h"

#include "base/seal.h"

/* ---- whole checkpoints ----------------------------------------------------------------------- */

static void test_round_trip(void **state)
{
    (void)state;
    struct ihp_error err;
    struct stat info;
    const char *path = write_checkpoint();
    assert_int_equal(read_all(path, &err), IHP_OK);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_equal_contents_are_equal_bytes(void **state)
{
    (void)state;
    size_t size, again;
    char *one = read_bytes(write_checkpoint(), &size);
    char *two = read_bytes(write_checkpoint(), &again); /* in place of the first */
    assert_int_equal(size, again);
    assert_memory_equal(one, two, size);
    free(one);
    free(two);
}

static void pack_place(const void *context, uint64_t place, size_t count, unsigned char *rows)
{
    (void)context;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = place + i + 1;
        memset(rows + i * 1024, 0, 1024);
        memcpy(rows + i * 1024, &value, sizeof value);
    }
}

static bool unpack_place(void *context, uint64_t place, size_t count, const unsigned char *rows)
{
    uint64_t *sum = context;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value;
        memcpy(&value, rows + i * 1024, sizeof value);
        assert_int_equal(value, place + i + 1);
        *sum += value;
    }
    return true;
}

/* More than one piece of 4 MiB, which has 524,288 words or 4,096 rows of 1,024 bytes. */
static void test_more_than_a_piece(void **state)
{
    (void)state;
    enum { MANY = 524288 + 3, ROWS = 2 * 4096 + 1 };
    struct ihp_error err = {0};
    const struct ihp__checkpoint_rows all = {"r", 1024, {0, ROWS}, ROWS};
    uint64_t *words = calloc(MANY, sizeof *words), *got = calloc(MANY, sizeof *got);
    uint64_t sum = 0, digest = 0;
    assert_true(words != NULL && got != NULL);
    for (uint64_t i = 0; i < MANY; i++) {
        words[i] = i * i + 1;
    }
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_put_words(w, "w", IHP__WORDS_SUM, words, MANY, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_put_rows(w, &all, pack_place, NULL, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_OK);
    struct ihp__checkpoint *c = open_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_get_words(c, "w", got, MANY, &err), IHP_OK);
    assert_memory_equal(words, got, MANY * sizeof *words);
    assert_int_equal(ihp__checkpoint_get_rows(c, &all, unpack_place, &sum, &digest, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_check_rows(c, "r", digest, MPI_COMM_NULL, &err), IHP_OK);
    assert_int_equal(sum, (uint64_t)ROWS * (ROWS + 1) / 2);
    ihp__checkpoint_close(&c);
    free(words);
    free(got);
}

static void test_longest_text(void **state)
{
    (void)state;
    struct ihp_error err = {0}, longer = {0};
    char text[IHP__CHECKPOINT_TEXT_MAX + 2], got[IHP__CHECKPOINT_TEXT_MAX + 1];
    memset(text, 'x', sizeof text);
    text[IHP__CHECKPOINT_TEXT_MAX + 1] = '\0';
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_put_text(w, "t", text, &longer), IHP_ERR_RUN);
    assert_error(&longer, IHP_ERR_RUN, "c.h5: text t has 4096 bytes; at most 4095 are allowed");
    text[IHP__CHECKPOINT_TEXT_MAX] = '\0';
    assert_int_equal(ihp__checkpoint_put_text(w, "t", text, &err), IHP_OK);
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_OK);
    struct ihp__checkpoint *c = open_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_get_text(c, "t", got, sizeof got, &err), IHP_OK);
    assert_string_equal(got, text);
    assert_int_equal(ihp__checkpoint_get_text(c, "t", got, sizeof got - 1, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "array t is too long; use --fresh");
    ihp__checkpoint_close(&c);
}

/* ---- requests that do not fit ---------------------------------------------------------------- */

static void test_missing_and_other_shapes(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct got_rows got = {.refuse = 7};
    struct ihp__range all = {0, MEMBERS}, more = {0, MEMBERS + 1}, beyond = {MEMBERS, 1},
                      wrapped = {UINT64_MAX, 1};
    uint64_t words[WORDS + 1], count = 77, digest = 0;
    char text[64];
    struct ihp__checkpoint *c = open_checkpoint(write_checkpoint());
#define REFUSED(call, status, part)                                                                \
    do {                                                                                           \
        err = (struct ihp_error){0};                                                               \
        assert_int_equal(call, status);                                                            \
        assert_error(&err, status, part);                                                          \
    } while (0)
#define GET_ROWS(name, bytes, range, members)                                                      \
    ihp__checkpoint_get_rows(c, &(struct ihp__checkpoint_rows){name, bytes, range, members},       \
                             unpack_rows, &got, &digest, &err)
    REFUSED(ihp__checkpoint_get_text(c, "other", text, 64, &err), IHP_ERR_DATA,
            "c.h5: array other is missing; use --fresh to start over");
    REFUSED(ihp__checkpoint_get_text(c, "none/says", text, 64, &err), IHP_ERR_DATA, "is missing");
    REFUSED(ihp__checkpoint_get_text(c, "terms", text, 64, &err), IHP_ERR_DATA, "is missing");
    REFUSED(ihp__checkpoint_get_text(c, "awkward", text, 64, &err), IHP_ERR_DATA, "another shape");
    REFUSED(ihp__checkpoint_count_words(c, "other", &count, &err), IHP_ERR_DATA, "is missing");
    REFUSED(ihp__checkpoint_count_words(c, "facts", &count, &err), IHP_ERR_DATA, "another shape");
    assert_int_equal(count, 77);
    REFUSED(ihp__checkpoint_get_words(c, "awkward", words, WORDS + 1, &err), IHP_ERR_DATA,
            "array awkward has 5 words where 6 are expected; use --fresh");
    REFUSED(ihp__checkpoint_get_words(c, "awkward", words, WORDS - 1, &err), IHP_ERR_DATA, "has 5");
    REFUSED(ihp__checkpoint_get_words(c, "none", words, 1, &err), IHP_ERR_DATA, "has 0 words");
    REFUSED(ihp__checkpoint_get_words(c, "terms/says", words, 2, &err), IHP_ERR_DATA, "another");
    REFUSED(GET_ROWS("other", ROW_BYTES, all, MEMBERS), IHP_ERR_DATA, "is missing");
    REFUSED(GET_ROWS("facts", ROW_BYTES - 1, all, MEMBERS), IHP_ERR_DATA, "another shape");
    REFUSED(GET_ROWS("facts", ROW_BYTES, more, MEMBERS + 1), IHP_ERR_DATA,
            "array facts has 12 rows where 13 are expected; use --fresh");
    REFUSED(GET_ROWS("facts", ROW_BYTES, more, MEMBERS), IHP_ERR_RUN, "beyond the end");
    REFUSED(GET_ROWS("facts", ROW_BYTES, beyond, MEMBERS), IHP_ERR_RUN, "beyond the end");
    REFUSED(GET_ROWS("facts", ROW_BYTES, wrapped, MEMBERS), IHP_ERR_RUN, "beyond the end");
    REFUSED(GET_ROWS("facts", 0, all, MEMBERS), IHP_ERR_RUN, "too wide");
    REFUSED(GET_ROWS("facts", 1025, all, MEMBERS), IHP_ERR_RUN, "too wide");
    assert_int_equal(digest, 0);
    REFUSED(GET_ROWS("facts", ROW_BYTES, all, MEMBERS), IHP_ERR_DATA,
            "array facts has a value that is not valid; use --fresh");
#undef REFUSED
#undef GET_ROWS
    ihp__checkpoint_close(&c);
    ihp__checkpoint_close(&c); /* harmless */
    ihp__checkpoint_close(NULL);
    assert_nothing_open();
}

/* Rows that are missing, or of another array, do not give the digest of all rows. */
static void test_sums_of_rows(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct got_rows got = {.refuse = MEMBERS};
    const struct ihp__checkpoint_rows rows[] = {facts(0, MEMBERS - 1), facts(1, MEMBERS - 1),
                                                facts(0, 0)};
    uint64_t digest = 0;
    struct ihp__checkpoint *c = open_checkpoint(write_checkpoint());
    for (size_t i = 0; i < 3; i++) {
        digest = 0;
        assert_int_equal(ihp__checkpoint_get_rows(c, &rows[i], unpack_rows, &got, &digest, &err),
                         IHP_OK);
        assert_int_equal(ihp__checkpoint_check_rows(c, "facts", digest, MPI_COMM_NULL, &err),
                         IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "array facts is damaged; use --fresh");
        err = (struct ihp_error){0};
    }
    assert_int_equal(ihp__checkpoint_check_rows(c, "other", digest, MPI_COMM_NULL, &err),
                     IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "array other is missing");
    ihp__checkpoint_close(&c);
    struct ihp_error mine = {IHP_ERR_USAGE, "mine"}; /* without a file */
    assert_int_equal(ihp__checkpoint_check_rows(NULL, "facts", 0, MPI_COMM_NULL, &mine),
                     IHP_ERR_USAGE);
    assert_string_equal(mine.text, "mine");
}

/* ---- unfinished checkpoints ------------------------------------------------------------------ */

static void test_abandon(void **state)
{
    (void)state;
    size_t size, again;
    char *before = read_bytes(write_checkpoint(), &size);
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    assert_int_equal(files_in_folder(), 2);
    put_all(w);
    ihp__checkpoint_abandon(&w);
    assert_null(w);
    ihp__checkpoint_abandon(&w); /* harmless */
    ihp__checkpoint_abandon(NULL);
    assert_int_equal(files_in_folder(), 1);
    char *after = read_bytes(in_folder("c.h5"), &again);
    assert_int_equal(size, again);
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
    assert_nothing_open();
}

static void test_commit_with_a_fault(void **state)
{
    (void)state;
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    put_all(w);
    struct ihp_error err = {IHP_ERR_USAGE, "the caller's own"};
    assert_int_equal(ihp__checkpoint_put_text(w, "more", "x", &err), IHP_ERR_USAGE);
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_ERR_USAGE);
    assert_string_equal(err.text, "the caller's own");
    assert_null(w);
    assert_int_equal(files_in_folder(), 0);
    assert_int_equal(ihp__checkpoint_create(in_folder("c.h5"), MPI_COMM_NULL, &w, &err),
                     IHP_ERR_USAGE);
    assert_null(w);
    assert_int_equal(files_in_folder(), 0);
}

static void test_refused_puts(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    const uint64_t first = 0;
    static const struct ihp__checkpoint_rows rows[] = {{"r", 0, {0, 3}, 3},
                                                       {"r", 1025, {0, 3}, 3},
                                                       {"r", 11, {0, 3}, 4},
                                                       {"r", 11, {1, 3}, 3},
                                                       {"r", 11, {0, 4}, 3},
                                                       {"r", 11, {UINT64_MAX, 3}, 3},
                                                       {"r", 11, {0, 1ULL << 54}, 1ULL << 54}};
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        err = (struct ihp_error){0};
        assert_int_equal(ihp__checkpoint_put_rows(w, &rows[i], pack_rows, &first, &err),
                         IHP_ERR_RUN);
        assert_error(&err, IHP_ERR_RUN, "members of r");
    }
    err = (struct ihp_error){0};
    assert_int_equal(ihp__checkpoint_put_words(w, "twice", IHP__WORDS_SUM, awkward, 1, &err),
                     IHP_OK);
    assert_int_equal(ihp__checkpoint_put_words(w, "twice", IHP__WORDS_SUM, awkward, 1, &err),
                     IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, "c.h5: twice cannot be written (");
    ihp__checkpoint_abandon(&w);
    err = (struct ihp_error){0};
    assert_int_equal(ihp__checkpoint_create(in_folder("none/c.h5"), MPI_COMM_NULL, &w, &err),
                     IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, "none/c.h5: the checkpoint cannot be written (");
    assert_null(w);
    assert_int_equal(mkdir(in_folder("folder"), 0755), 0);
    err = (struct ihp_error){0};
    w = create_checkpoint(in_folder("folder"));
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_ERR_RUN); /* a folder has the name */
    assert_error(&err, IHP_ERR_RUN, "folder: the checkpoint cannot be written (");
    assert_int_equal(files_in_folder(), 1);
}

/* Temporary files of killed runs are removed, and no other files. */
static void test_leftovers(void **state)
{
    (void)state;
    static const char *const kept[] = {"c.h5.part-",   "c.h5.part-12x", "c.h5.part",
                                       "d.h5.part-12", "c.h5.parts-12", "cc.h5.part-1",
                                       "c.h5.part-12"};
    struct ihp__checkpoint_writer *w = NULL;
    struct ihp_error err = {0};
    char name[PATH_BYTES];
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s",
                 in_folder(i == 0 ? "c.h5.part-1" : "c.h5.part-1700000000000000000"));
        ihp__seal_name(name);
        write_text(name, "left");
    }
    for (size_t i = 0; i < 7; i++) {
        write_text(in_folder(kept[i]), "kept");
    }
    assert_int_equal(ihp__checkpoint_create(in_folder("c.h5"), MPI_COMM_NULL, &w, &err), IHP_OK);
    assert_int_equal(files_in_folder(), 8);
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_OK);
    assert_int_equal(files_in_folder(), 8);
    for (size_t i = 0; i < 7; i++) {
        assert_file_holds(in_folder(kept[i]), "kept");
    }
}

/* If two runs write the same name at once, the earlier one fails and the later one is whole. */
static void test_two_at_once(void **state)
{
    (void)state;
    struct ihp_error err = {0}, ok = {0};
    struct ihp__checkpoint_writer *one = create_checkpoint(in_folder("c.h5"));
    put_all(one);
    struct ihp__checkpoint_writer *two = create_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_commit(&one, &err), IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, "c.h5: the checkpoint was removed while it was written");
    put_all(two);
    assert_int_equal(ihp__checkpoint_commit(&two, &ok), IHP_OK);
    assert_int_equal(read_all(in_folder("c.h5"), &err), IHP_OK);
    assert_int_equal(files_in_folder(), 1);
}

/* A reader stays with the file that it opened, even if another file takes its name. */
static void test_replaced_while_read(void **state)
{
    (void)state;
    struct content content = {0};
    struct ihp_error err = {0};
    struct ihp__checkpoint *c = open_checkpoint(write_checkpoint());
    struct ihp__checkpoint_writer *w = create_checkpoint(in_folder("c.h5"));
    assert_int_equal(ihp__checkpoint_commit(&w, &err), IHP_OK);
    assert_int_equal(read_content(c, &content, &err), IHP_OK);
    assert_content(&content);
    ihp__checkpoint_close(&c);
    assert_refused(in_folder("c.h5"), "is missing;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_round_trip),
        IN_FOLDER(test_equal_contents_are_equal_bytes),
        IN_FOLDER(test_more_than_a_piece),
        IN_FOLDER(test_longest_text),
        IN_FOLDER(test_missing_and_other_shapes),
        IN_FOLDER(test_sums_of_rows),
        IN_FOLDER(test_abandon),
        IN_FOLDER(test_commit_with_a_fault),
        IN_FOLDER(test_refused_puts),
        IN_FOLDER(test_leftovers),
        IN_FOLDER(test_two_at_once),
        IN_FOLDER(test_replaced_while_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
