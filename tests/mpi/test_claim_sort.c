/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting claim lines by all ways: in one block, in several runs in memory, handed from rank to
 * rank in memory, in temporary files, and in more files than are merged at once. Every line must
 * come once, unchanged, in order, on the rank of its range, with the rank that added it. */
#include "case_folder.h"
#include "extract/claim_sort.h"
#include "extract/ranks.h"

#include "base/calendar.h"

enum { MEMBERS = 900 };

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* Makes line `i`. Some have numbers at the edges of what is kept in few bytes. */
static void make_line(uint64_t i, union ihp__import_claim_room *room)
{
    static const int64_t amount[] = {0,         -1,        INT32_MAX, INT64_C(1) + INT32_MAX,
                                     INT32_MIN, INT64_MIN, INT64_MAX, INT64_C(-1) + INT32_MIN};
    static const int64_t number[] = {1, 255, 256, -1, INT64_MAX, INT64_MIN};
    static const uint64_t far_row[] = {0, UINT64_C(1) << 32, UINT64_C(1) << 63};
    const uint64_t r = mixed(i + 1);
    memset(room, 0, sizeof *room);
    room->claim = (struct ihp__import_claim){
        .row = i + far_row[i % 97 == 0 ? r % 3 : 0],
        .amount = i % 5 == 0 ? amount[r & 7] : (int64_t)(r >> 40),
        .line = i % 7 == 0 ? number[r % 6] : (int64_t)(r & 7),
        .member = i % 1000 < 100 ? 77 : (uint32_t)(r >> 16) % MEMBERS,
        .service_day = (int32_t)(r >> 20 & 15) - 8,
        .paid_day = (int32_t)(r >> 24),
        .billing = (uint32_t)(r >> 3),
        .treating = (uint32_t)(r >> 5),
        .service = (uint16_t)r,
        .payer = (uint16_t)(r >> 7),
        .procedure = (uint16_t)(r >> 9),
        .void_date = (ihp__day16)(r >> 11),
        .status = (uint8_t)(r >> 13),
        .id_length = (uint8_t)(i % 11 == 0 ? r % (IHP__CLAIM_ID_MAX + 1) : 13),
        .version_length = (uint8_t)(i % 13 == 0 ? r % (IHP__VERSION_MAX + 1) : 0)};
    for (size_t c = 0; c < (size_t)room->claim.id_length + room->claim.version_length; c++) {
        room->claim.id[c] = (char)('0' + (r >> c % 32) % 3);
    }
}

static uint64_t key_of(const struct ihp__import_claim *claim)
{
    return (uint64_t)claim->member << 32 | ((uint32_t)claim->service_day ^ UINT32_C(0x80000000));
}

static int by_text_and_row(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    int order = ihp__import_claim_key_order(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* How much memory, which ranges, and whether the lines are moved to files early. */
struct way {
    uint64_t lines, memory, block;
    bool set_aside;
    int empty_rank; /* gets no keys; -1: every rank gets some */
};

static struct ihp__import_key_range range_of(const struct way *way, int ranks, int of)
{
    uint64_t low = (uint64_t)MEMBERS * (uint64_t)of / (uint64_t)ranks;
    uint64_t end = (uint64_t)MEMBERS * (uint64_t)(of + 1) / (uint64_t)ranks;
    if (way->empty_rank == 0 && of == 1) { /* a neighbour takes what that rank would have */
        low = 0;
    } else if (of + 1 == way->empty_rank) {
        end = (uint64_t)MEMBERS * (uint64_t)(of + 2) / (uint64_t)ranks;
    }
    return (struct ihp__import_key_range){low << 32, (end << 32) - 1, of == way->empty_rank};
}

/* What is wrong with the lines that come; NULL: nothing. Counts them. */
static const char *read_lines(struct ihp__import_sorter *sorter, const struct way *way, int ranks,
                              uint64_t *lines, struct ihp_error *err)
{
    union ihp__import_claim_room last, expected;
    const struct ihp__import_claim *claim;
    const struct ihp__import_key_range range = range_of(way, ranks, rank);
    for (*lines = 0;; (*lines)++) {
        if (ihp__import_sorter_next(sorter, &claim, err) != IHP_OK) {
            return err->text;
        }
        if (claim == NULL) {
            return NULL;
        }
        const uint64_t i = claim->row & UINT32_MAX, key = key_of(claim);
        make_line(i, &expected);
        if (i >= way->lines ||
            memcmp(claim, &expected.claim, offsetof(struct ihp__import_claim, id)) != 0 ||
            memcmp(claim->id, expected.claim.id,
                   (size_t)claim->id_length + claim->version_length) != 0) {
            return "a line has changed";
        }
        if (ranks > 1 && (range.empty || key < range.low || key > range.last)) {
            return "a line of another range";
        }
        if (ihp__import_sorter_source(sorter) != (int)(i % (uint64_t)ranks)) {
            return "a line of another rank";
        }
        if (*lines > 0 &&
            (key_of(&last.claim) > key ||
             (key_of(&last.claim) == key && by_text_and_row(&last.claim, claim) >= 0))) {
            return "lines are out of order";
        }
        memcpy(&last, claim, ihp__import_claim_bytes(claim));
    }
}

static enum ihp_status sort_lines(struct ihp__import *import, const struct way *way,
                                  struct ihp__temp_file **files, struct ihp__import_sorter **sorter,
                                  struct ihp_error *err)
{
    static const struct ihp__import_claim_order order = {key_of, by_text_and_row};
    const struct ihp__import_key_range range = range_of(way, import->ranks, rank);
    union ihp__import_claim_room room;
    if (ihp__import_sorter_create(import, way->memory, way->block, &order, files, sorter, err) !=
        IHP_OK) {
        return err->status;
    }
    for (uint64_t i = 0; i < way->lines; i++) {
        make_line(i, &room);
        if (i % (uint64_t)import->ranks == (uint64_t)rank &&
            ihp__import_sorter_add(*sorter, &room.claim, err) != IHP_OK) {
            return err->status;
        }
    }
    if (way->set_aside && ihp__import_sorter_set_aside(*sorter, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_sorter_finish(*sorter, &range, err);
}

/* Sorts; returns the runs in files of all ranks. Collective. */
static uint64_t check(const struct way *way)
{
    static const struct ihp_import_options options = {.extract_dir = ""};
    struct ihp__import *import = calloc(1, sizeof *import);
    struct ihp__temp_file **files = NULL;
    struct ihp__import_sorter *sorter = NULL;
    struct ihp_error err = {0};
    uint64_t sums[2] = {0, 0}, process = (uint64_t)getpid();
    assert_non_null(import);
    import->options = &options;
    import->comm = comm;
    import->rank = rank;
    MPI_Comm_size(comm, &import->ranks);
    import->one_node = true;
    ihp__share_u64(comm, &process, 1);
    import->process = process;
    path_of("state.h5", import->store.path);
    const char *wrong = "cannot be sorted";
    if ((import->ranks == 1 ||
         ihp__import_rank_files_open(import, "lines", &files, &err) == IHP_OK) &&
        sort_lines(import, way, files, &sorter, &err) == IHP_OK) {
        wrong = read_lines(sorter, way, import->ranks, &sums[0], &err);
        sums[1] = ihp__import_sorter_runs(sorter);
    }
    ihp__import_sorter_destroy(&sorter);
    ihp__import_rank_files_close(import, &files);
    ihp__sum_u64(comm, sums, 2);
    free(import);
    assert_string_equal(err.text, "");
    assert_string_equal(wrong != NULL ? wrong : "", "");
    assert_int_equal(sums[0], way->lines);
    return sums[1];
}

static void test_in_memory(void **state)
{
    (void)state;
    const struct way ways[] = {
        {.lines = 0, .memory = 1 << 20, .block = 1 << 16, .empty_rank = -1},
        {.lines = 1, .memory = 1 << 20, .block = 1 << 16, .empty_rank = -1},
        {.lines = 500, .memory = 1 << 20, .block = 1 << 18, .empty_rank = 1},
        {.lines = 9000, .memory = 1 << 21, .block = 1 << 19, .empty_rank = -1},
        {.lines = 9000, .memory = 1 << 20, .block = 1 << 13, .empty_rank = -1},
        {.lines = 9000, .memory = 1 << 20, .block = 1 << 13, .empty_rank = 0},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        uint64_t runs = check(&ways[i]);
        assert_int_equal(runs, 0);
    }
}

static void test_in_files(void **state)
{
    (void)state;
    const struct way ways[] = {
        {.lines = 9000, .memory = 1 << 20, .block = 1 << 13, .set_aside = true, .empty_rank = -1},
        {.lines = 30000, .memory = 1 << 18, .block = 1 << 13, .empty_rank = 2},
        {.lines = 90000, .memory = 1 << 18, .block = 1 << 17, .empty_rank = -1},
        {.lines = 60000, .memory = 1 << 18, .block = 1 << 11, .empty_rank = -1},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        uint64_t runs = check(&ways[i]);
        assert_true(runs > 0);
    }
}

/* The lines of a rank fit into its memory, but not also those that it would get. */
static void test_no_room_for_others(void **state)
{
    (void)state;
    int ranks;
    MPI_Comm_size(comm, &ranks);
    const struct way way = {.lines = 4500 * (uint64_t)ranks,
                            .memory = 400000,
                            .block = 1 << 14,
                            .empty_rank = ranks > 2 ? 1 : -1};
    uint64_t runs = check(&way);
    assert_int_equal(runs > 0, ranks > 1);
}

int main(int argc, char **argv)
{
    ranks_begin(&argc, &argv);
    const struct CMUnitTest tests[] = {
        IN_SHARED_FOLDER(test_in_memory),
        IN_SHARED_FOLDER(test_in_files),
        IN_SHARED_FOLDER(test_no_room_for_others),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return ranks_end(failed);
}
