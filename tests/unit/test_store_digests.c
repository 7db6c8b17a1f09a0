/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store that has changed by as little as a bit is refused, and the message names the column and
 * the block, whatever the column, the form of the store and the batches in which it is read. */
#include "store_patch.h"

#include "base/agree.h"
#include "store/store_internal.h"

#include <fcntl.h>

/* Two blocks and a bit of lines, a block and a bit of members. */
enum { MEMBERS = 8200, LINES = 16399 };

static uint64_t lines_of_blocks(uint64_t member)
{
    return member < LINES - MEMBERS ? 2 : 1;
}

static const struct plan blocks_plan = {
    .members = MEMBERS, .lines_of = lines_of_blocks, .life = true};

static const char *store_of(const struct plan *plan)
{
    write_store(in_folder("s.h5"), plan);
    return in_folder("s.h5");
}

/* Flips bit `bit` of a byte of the file. */
static void flip(const char *path, uint64_t at, int bit)
{
    int fd = open(path, O_RDWR);
    unsigned char byte;
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
    byte = (unsigned char)(byte ^ (1 << bit));
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
    close(fd);
}

static enum ihp_status verify(const char *path, struct ihp__verified *verified,
                              struct ihp_error *err)
{
    struct ihp__store *store;
    *err = (struct ihp_error){0};
    if (ihp__store_open(path, &store, err) == IHP_OK) {
        ihp__until_agreed(ihp__store_verify(store, verified, err));
        ihp__store_close(&store);
    }
    assert_nothing_open();
    return err->status;
}

static void assert_whole(const char *path)
{
    struct ihp__verified verified;
    struct ihp_error err;
    if (verify(path, &verified, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
}

static void assert_damaged(const char *path, const char *part)
{
    struct ihp__verified verified;
    struct ihp_error err;
    if (verify(path, &verified, &err) == IHP_OK) {
        fail_msg("not refused; expected: %s", part);
    }
    assert_error(&err, IHP_ERR_DATA, path);
    assert_error(&err, IHP_ERR_DATA, part);
    assert_error(&err, IHP_ERR_DATA, "make the store again with 'ihp import'");
}

/* Where the columns of a store are in its file. */
static struct place {
    const char *name;
    uint64_t address, count;
    size_t element;
} places[IHP__COLUMNS];

static size_t find_places(const char *path)
{
    struct ihp__store *store = opened_store(path);
    size_t found = 0;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__open_column *column = &store->column[c];
        if (column->dataset > 0 && column->is_plain) {
            places[found++] =
                (struct place){column->name, column->address, column->count, column->element};
        }
    }
    ihp__store_close(&store);
    return found;
}

/* ---- every column ---------------------------------------------------------------------------- */

static void test_a_flip_in_every_column_and_block(void **state)
{
    (void)state;
    const char *path = store_of(&blocks_plan);
    const size_t columns = find_places(path);
    assert_int_equal(columns, 48); /* all but those of the groups of other files */
    assert_whole(path);
    unsigned turn = 0;
    for (size_t c = 0; c < columns; c++) {
        const struct place *place = &places[c];
        for (uint64_t b = 0; b < ihp__blocks(place->count); b++) {
            const uint64_t first = b * IHP__BLOCK_ELEMENTS,
                           last = first + ihp__block_size(place->count, b) - 1;
            const uint64_t bytes[] = {first * place->element, (last + 1) * place->element - 1};
            char part[200];
            snprintf(part, sizeof part,
                     "s.h5: column %s is damaged in block %u (elements %u to %u);", place->name,
                     (unsigned)b, (unsigned)first, (unsigned)last);
            for (size_t i = 0; i < 2; i++) {
                const int bit = (int)(turn++ % 8);
                flip(path, place->address + bytes[i], bit);
                assert_damaged(path, part);
                flip(path, place->address + bytes[i], bit);
            }
        }
    }
    assert_whole(path);
}

static void test_what_is_verified(void **state)
{
    (void)state;
    struct ihp__verified verified;
    struct ihp_error err;
    const char *path = store_of(&blocks_plan);
    uint64_t blocks = 0, bytes = 0;
    const size_t columns = find_places(path);
    for (size_t c = 0; c < columns; c++) {
        blocks += ihp__blocks(places[c].count);
        bytes += places[c].count * places[c].element;
    }
    assert_int_equal(verify(path, &verified, &err), IHP_OK);
    assert_int_equal(verified.columns, columns);
    assert_int_equal(verified.blocks, blocks);
    assert_int_equal(verified.bytes, bytes);
}

static void test_blocks_that_changed_places(void **state)
{
    (void)state;
    const char *path = store_of(&blocks_plan);
    const size_t columns = find_places(path);
    for (size_t c = 0; c < columns; c++) {
        const size_t size = IHP__BLOCK_ELEMENTS * places[c].element;
        if (strcmp(places[c].name, "claims/line") == 0) {
            char *two = malloc(2 * size);
            int fd = open(path, O_RDWR);
            assert_non_null(two);
            assert_int_equal(pread(fd, two, 2 * size, (off_t)places[c].address), 2 * size);
            assert_int_equal(pwrite(fd, two + size, size, (off_t)places[c].address), size);
            assert_int_equal(pwrite(fd, two, size, (off_t)(places[c].address + size)), size);
            close(fd);
            free(two);
        }
    }
    assert_damaged(path, "column claims/line is damaged in block 0 (elements 0 to 8191);");
    assert_int_not_equal(ihp__block_digest("same", 4, 0), ihp__block_digest("same", 4, 1));
}

/* ---- digests and attributes ------------------------------------------------------------------ */

static void test_a_flip_in_the_digests(void **state)
{
    (void)state;
    const char *path = store_of(&blocks_plan);
    struct ihp__store *store = opened_store(path);
    struct ihp__open_column column;
    struct ihp__verified verified;
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_verify(store, &verified, &err), IHP_OK);
    assert_int_equal(ihp__column_open_digests(store, verified.blocks, &column, &err), IHP_OK);
    const uint64_t address = column.address, bytes = verified.blocks * 8;
    ihp__column_close(&column);
    ihp__store_close(&store);
    for (uint64_t at = 0; at < bytes; at += at + 37 < bytes ? 37 : 1) {
        flip(path, address + at, (int)(at % 8));
        assert_store_refused(path, "column digests does not give the content_hash");
        flip(path, address + at, (int)(at % 8));
    }
    assert_whole(path);
}

static void test_changed_attributes(void **state)
{
    (void)state;
    static const char *const names[] = {"members",        "claim_lines", "enrollment_spans",
                                        "morbidity_rows", "life",        "index_rows",
                                        "index_year",     "index_years"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = good_store();
        uint64_t value;
        hid_t file = patch_begin(path);
        assert_true(ihp__h5_get_u64_attribute(file, names[i], &value));
        patch_end(file);
        value = strcmp(names[i], "life") == 0 ? IHP__LIFE_VERSIONS : value - 1;
        patch_attribute(path, names[i], H5T_STD_U64LE, 0, &value);
        assert_store_refused(path, "s.h5: column ");
    }
    patch_attribute(good_store(), "index_year", H5T_STD_U64LE, 0, &(uint64_t){2015});
    assert_store_refused(in_folder("s.h5"), "column digests does not give the content_hash");
    hid_t file = patch_begin(good_store());
    assert_true(H5Adelete(file, "content_hash") >= 0);
    assert_true(
        ihp__h5_put_text_attribute(file, "content_hash", "0123456789abcdef0123456789abcdef"));
    patch_end(file);
    assert_store_refused(in_folder("s.h5"), "column digests does not give the content_hash");
}

/* The version says whether there are digests. */
static void test_version_and_digests_agree(void **state)
{
    (void)state;
    hid_t file = patch_begin(good_store());
    assert_true(H5Ldelete(file, IHP__DIGESTS, H5P_DEFAULT) >= 0);
    patch_end(file);
    assert_store_refused(in_folder("s.h5"), "column digests is missing");
    for (uint64_t version = 1; version <= 2; version++) {
        patch_attribute(good_store(), "format_version", H5T_STD_U64LE, 0, &version);
        if (version == 2) {
            patch_attribute(in_folder("s.h5"), "life", H5T_STD_U64LE, 0, &version);
            assert_store_refused(in_folder("s.h5"), "column ");
        } else {
            assert_store_refused(in_folder("s.h5"), "column digests is there");
        }
    }
    patch_attribute(good_store(), "format_version", H5T_STD_U64LE, 0, &(uint64_t){4});
    assert_store_refused(in_folder("s.h5"), "a format version");
    hsize_t counts[] = {0, 40, 60};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        patch_replace(good_store(), IHP__DIGESTS, H5T_STD_U64LE, 1, &counts[i]);
        assert_store_refused(in_folder("s.h5"), "column digests ");
    }
    patch_replace(good_store(), IHP__DIGESTS, H5T_STD_U32LE, 1, &counts[1]);
    assert_store_refused(in_folder("s.h5"), "column digests has another element type");
}

/* Columns of one form whose names have been exchanged. */
static void test_columns_that_changed_places(void **state)
{
    (void)state;
    hid_t file = patch_begin(good_store());
    assert_true(H5Lmove(file, "claims/billing_npi", file, "claims/x", H5P_DEFAULT, H5P_DEFAULT) >=
                0);
    assert_true(H5Lmove(file, "claims/treating_npi", file, "claims/billing_npi", H5P_DEFAULT,
                        H5P_DEFAULT) >= 0);
    assert_true(H5Lmove(file, "claims/x", file, "claims/treating_npi", H5P_DEFAULT, H5P_DEFAULT) >=
                0);
    patch_end(file);
    assert_damaged(in_folder("s.h5"), "column claims/billing_npi is damaged in block 0");
}

/* ---- batches --------------------------------------------------------------------------------- */

/* Reads a column in batches and compares it with the elements as they are in the file. */
static void assert_reads(const struct ihp__store *store, enum ihp__column which, uint64_t batch,
                         const char *elements)
{
    const struct ihp__open_column *column = &store->column[which];
    struct ihp_error err = {0};
    char *data = malloc((size_t)batch * column->element + 1);
    assert_non_null(data);
    for (uint64_t first = 0; first < column->count; first += batch) {
        uint64_t left = column->count - first, count = left < batch ? left : batch;
        data[count * column->element] = 'x';
        assert_int_equal(ihp__column_read(store, column, first, count, data, &err), IHP_OK);
        assert_memory_equal(data, elements + first * column->element, count * column->element);
        assert_int_equal(data[count * column->element], 'x'); /* nothing behind it */
    }
    free(data);
}

static void test_batches_that_cross_blocks(void **state)
{
    (void)state;
    static const uint64_t batches[] = {1000, 4096, 8191, 8192, 8193, 12000, 16384, 16398, LINES};
    static const enum ihp__column columns[] = {IHP__COLUMN_CLAIM_AMOUNT, IHP__COLUMN_CLAIM_STATUS,
                                               IHP__COLUMN_CLAIM_CLAIM_ID,
                                               IHP__COLUMN_INDEX_YEAR_LINE};
    for (int form = 0; form < 2; form++) {
        struct plan plan = blocks_plan;
        plan.compressed = form == 1;
        struct ihp__store *store = opened_store(store_of(&plan));
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
            const struct ihp__open_column *column = &store->column[columns[c]];
            struct ihp_error err = {0};
            char *elements = malloc((size_t)column->count * column->element);
            assert_non_null(elements);
            assert_int_equal(column->is_plain, form == 0);
            assert_int_equal(ihp__column_read(store, column, 0, column->count, elements, &err),
                             IHP_OK);
            for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
                assert_reads(store, columns[c], batches[b], elements);
            }
            char one[64]; /* backwards, in steps */
            for (uint64_t i = column->count; i-- > 997; i -= 997) {
                assert_int_equal(ihp__column_read(store, column, i, 1, one, &err), IHP_OK);
                assert_memory_equal(one, elements + i * column->element, column->element);
            }
            free(elements);
        }
        ihp__store_close(&store);
    }
}

/* Damage is found by any read that has an element of the block, and by no other. */
static void test_which_reads_find_damage(void **state)
{
    (void)state;
    const char *path = store_of(&blocks_plan);
    const size_t columns = find_places(path);
    for (size_t c = 0; c < columns; c++) {
        if (strcmp(places[c].name, "claims/service") == 0) {
            flip(path, places[c].address + 10000 * places[c].element, 3); /* in block 1 */
        }
    }
    static const struct {
        uint64_t first, count;
        bool fails;
    } reads[] = {{0, 8192, false},   {0, 8193, true},    {100, 50, false},  {8192, 1, true},
                 {16383, 1, true},   {16384, 15, false}, {16383, 16, true}, {8192, 8192, true},
                 {0, LINES, true},   {8000, 192, false}, {16384, 1, false}, {12000, 100, true},
                 {0, 0, false},      {LINES, 0, false},  {10000, 1, true},  {0, 100, false},
                 {16384, 1, false},  {0, 0, false},      {0, 100, false}, /* follows: reads ahead */
                 {100, 8092, false}, {8192, 1, true}};
    struct ihp__store *store = opened_store(path);
    static uint16_t data[LINES];
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        struct ihp_error err = {0};
        enum ihp_status status = ihp__store_read_part(store, IHP__COLUMN_CLAIM_SERVICE,
                                                      reads[i].first, reads[i].count, data, &err);
        assert_int_equal(status, reads[i].fails ? IHP_ERR_DATA : IHP_OK);
        assert_int_equal(err.status, status);
        if (reads[i].fails) {
            assert_error(&err, IHP_ERR_DATA, "is damaged in block 1 (elements 8192 to 16383);");
        }
    }
    ihp__store_close(&store);
}

/* ---- other forms ----------------------------------------------------------------------------- */

/* A compressed store has the digests of the plain one, and notices a change of its columns. */
static void test_compressed_store(void **state)
{
    (void)state;
    struct plan plan = blocks_plan;
    plan.compressed = true;
    const char *path = store_of(&plan);
    assert_whole(path);
    uint16_t value;
    hid_t file = patch_begin(path), dataset = H5Dopen2(file, "claims/service", H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset), one = H5Screate(H5S_SCALAR);
    const hsize_t at = 16398;
    assert_true(H5Sselect_elements(space, H5S_SELECT_SET, 1, &at) >= 0);
    assert_true(H5Dread(dataset, H5T_NATIVE_UINT16, one, space, H5P_DEFAULT, &value) >= 0);
    value ^= 1;
    assert_true(H5Dwrite(dataset, H5T_NATIVE_UINT16, one, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(one);
    H5Sclose(space);
    H5Dclose(dataset);
    patch_end(file);
    assert_damaged(path, "column claims/service is damaged in block 2 (elements 16384 to 16398);");
}

/* A store of an earlier version is read, and a notice says what it lacks. */
static void test_older_store(void **state)
{
    (void)state;
    for (int life = 0; life < 2; life++) {
        const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines, .life = life == 1};
        struct ihp_notices notices = {0};
        struct ihp__verified verified;
        struct ihp_error err = {0};
        struct ihp__store *store = opened_store(store_of(&plan));
        ihp__store_note_digests(store, &notices);
        assert_int_equal(notices.count, 0);
        assert_true(ihp__store_info(store)->has_digests);
        ihp__store_close(&store);
        unseal_store(in_folder("s.h5"));
        assert_int_equal(read_all(in_folder("s.h5"), &err), IHP_OK);
        assert_int_equal(verify(in_folder("s.h5"), &verified, &err), IHP_OK);
        store = opened_store(in_folder("s.h5"));
        assert_false(ihp__store_info(store)->has_digests);
        assert_int_equal(ihp__store_info(store)->format_version, life + 1);
        ihp__store_note_digests(store, &notices);
        assert_int_equal(notices.count, 1);
        assert_non_null(strstr(notices.text[0], "has no digests"));
        assert_non_null(strstr(notices.text[0], "import the extract again"));
        ihp_notices_clear(&notices);
        ihp__store_close(&store);
    }
}

/* The digests are those of docs/data.md, however the lines were written. */
static void test_order_of_writing(void **state)
{
    (void)state;
    static const size_t batches[] = {0, 1000, 8191, 8192, 8193, 10000};
    char hash[IHP__HASH_TEXT] = "";
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        for (int backwards = 0; backwards < 2; backwards++) {
            struct plan plan = blocks_plan;
            plan.batch = batches[i];
            plan.backwards = backwards == 1;
            const char *path = store_of(&plan);
            assert_whole(path);
            struct ihp__store *store = opened_store(path);
            if (hash[0] == '\0') {
                strcpy(hash, ihp__store_info(store)->content_hash);
            }
            assert_string_equal(ihp__store_info(store)->content_hash, hash);
            ihp__store_close(&store);
            seal_store(path); /* computes them in its own way */
            store = opened_store(path);
            assert_string_equal(ihp__store_info(store)->content_hash, hash);
            ihp__store_close(&store);
        }
    }
}

/* Pieces of a block give the digest of the block. */
static void test_digest_in_pieces(void **state)
{
    (void)state;
    static unsigned char bytes[20000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 2654435761u >> 13);
    }
    struct ihp__block_stream *stream = ihp__block_stream_create();
    assert_non_null(stream);
    for (size_t size = 0; size < sizeof bytes; size += 997) {
        for (size_t piece = 1; piece < 5000; piece = piece * 5 + 2) {
            ihp__block_stream_begin(stream, 7);
            for (size_t at = 0; at < size; at += piece) {
                ihp__block_stream_add(stream, bytes + at, size - at < piece ? size - at : piece);
            }
            assert_int_equal(ihp__block_stream_digest(stream), ihp__block_digest(bytes, size, 7));
        }
    }
    ihp__block_stream_destroy(stream);
    ihp__block_stream_destroy(NULL); /* harmless */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_flip_in_every_column_and_block),
        IN_FOLDER(test_what_is_verified),
        IN_FOLDER(test_blocks_that_changed_places),
        IN_FOLDER(test_a_flip_in_the_digests),
        IN_FOLDER(test_changed_attributes),
        IN_FOLDER(test_version_and_digests_agree),
        IN_FOLDER(test_columns_that_changed_places),
        IN_FOLDER(test_batches_that_cross_blocks),
        IN_FOLDER(test_which_reads_find_damage),
        IN_FOLDER(test_compressed_store),
        IN_FOLDER(test_older_store),
        IN_FOLDER(test_order_of_writing),
        cmocka_unit_test(test_digest_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
