/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores that are damaged or made to deceive are refused as bad data. They never cause a crash, and
 * no number is used as an index before it is checked. */
#include "store_patch.h"

#include "store/store_internal.h"

#include <errno.h>

static void test_good_store(void **state)
{
    (void)state;
    struct ihp_error err;
    if (read_all(good_store(), &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
}

/* ---- files that are not stores --------------------------------------------------------------- */

static void test_no_store(void **state)
{
    (void)state;
    const char *path = in_folder("s.h5");
    assert_store_refused(path, "the store does not exist");
    write_text(path, "");
    assert_store_refused(path, "is not an HDF5 file");
    write_text(path, "member_id,birth_date\nM1,2000-01-01\n");
    assert_store_refused(path, "is not an HDF5 file");
    write_bytes(path, "\x89HDF\r\n\x1a\n", 8); /* only its first bytes */
    assert_store_refused(path, "s.h5: ");
    assert_int_equal(mkdir(in_folder("folder"), 0755), 0);
    assert_store_refused(in_folder("folder"), "is not an HDF5 file");
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    patch_end(file);
    assert_store_refused(path, "is an HDF5 file but not an ihp store");
}

static void test_cut_short(void **state)
{
    (void)state;
    size_t size;
    const char *path = good_store();
    char *bytes = read_bytes(path, &size);
    assert_true(size > 15000);
    for (size_t cut = 0; cut < size; cut += cut + 300 < size ? 997 : 1) {
        write_bytes(path, bytes, cut);
        assert_store_refused(path, "s.h5: ");
    }
    write_bytes(path, bytes, size);
    struct ihp_error err;
    assert_int_equal(read_all(path, &err), IHP_OK);
    free(bytes);
}

/* Lets a call of HDF5 seem to fail for the reason `minor`, or with errno in its text. */
static void fail_hdf5(hid_t minor, int number)
{
    H5E_auto2_t handler;
    void *context;
    assert_true(H5Eget_auto2(H5E_DEFAULT, &handler, &context) >= 0);
    assert_true(H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_RESOURCE,
                         minor, "it failed, errno = %d, error message = 'x'", number) >= 0);
    assert_true(handler(H5E_DEFAULT, context) >= 0);
    H5Eclear2(H5E_DEFAULT);
}

/* HDF5 returns the same for a system that failed and for damage; its error stack tells them apart.
 */
static void test_system_under_hdf5(void **state)
{
    (void)state;
    struct ihp__store *store;
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_open(good_store(), &store, &err), IHP_OK);
    assert_int_equal(ihp__h5_system_error(), 0);
    fail_hdf5(H5E_READERROR, EIO);
    assert_int_equal(ihp__h5_system_error(), EIO);
    assert_int_equal(ihp__h5_system_error(), 0); /* it is asked of each failure once */
    fail_hdf5(H5E_READERROR, EINVAL);            /* a place beyond what a file can have */
    assert_int_equal(ihp__h5_system_error(), 0);
    fail_hdf5(H5E_NOSPACE, 0);
    assert_int_equal(ihp__h5_system_error(), ENOMEM);
    fail_hdf5(H5E_CANTALLOC, 0);
    assert_int_equal(ihp__h5_system_error(), ENOMEM);
    assert_true(H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_RESOURCE,
                         H5E_NOSPACE, "it failed, and no handler was called") >= 0);
    assert_int_equal(ihp__h5_system_error(), ENOMEM);
    assert_int_equal(ihp__h5_system_error(), 0);
    errno = ENOMEM; /* and nothing else says so */
    fail_hdf5(H5E_READERROR, 0);
    assert_int_equal(ihp__h5_system_error(), ENOMEM);
    assert_int_equal(ihp__h5_begin(&err), IHP_OK); /* HDF5 has come through, so files are closed */
    ihp__store_close(&store);
}

/* A column of a store that the system cannot read is not damaged. */
static void test_column_not_read(void **state)
{
    (void)state;
    static const struct {
        int reason;
        enum ihp_status status;
        const char *text;
    } cases[] = {
        {EIO, IHP_ERR_RUN,
         "column claims/offset cannot be read (Input/output error); check the file system and "
         "start again"},
        {ESTALE, IHP_ERR_RUN,
         "column claims/offset cannot be read (Stale file handle); check the file system and start "
         "again"},
        {EMFILE, IHP_ERR_RUN,
         "column claims/offset cannot be read (Too many open files); raise the limit of open files "
         "(ulimit -n) and start again"},
        {EACCES, IHP_ERR_RUN,
         "column claims/offset cannot be read (Permission denied); give this user access to it"},
        {EAGAIN, IHP_ERR_RUN, "another program has locked it"},
        {ENOLCK, IHP_ERR_RUN, "the file system has no locks"},
        {524, IHP_ERR_RUN, "column claims/offset cannot be read ("}, /* the kernel's ENOTSUPP */
        {ENOMEM, IHP_ERR_RUN, "out of memory for "},
        {EINVAL, IHP_ERR_DATA, "make the store again"},
        {0, IHP_ERR_DATA, "make the store again"},
    };
    struct ihp__store *store;
    struct ihp_error err = {0};
    assert_int_equal(ihp__store_open(good_store(), &store, &err), IHP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        err = (struct ihp_error){0};
        errno = 0;
        fail_hdf5(H5E_CANTOPENFILE, cases[i].reason);
        assert_int_equal(ihp__store_fail_column(store, "claims/offset", "is missing", &err),
                         cases[i].status);
        assert_non_null(strstr(err.text, cases[i].text));
        assert_true(cases[i].status == IHP_ERR_DATA || strstr(err.text, "make the store") == NULL);
    }
    assert_int_equal(ihp__h5_begin(&err), IHP_OK);
    ihp__store_close(&store);
}

/* ---- attributes ------------------------------------------------------------------------------ */

static void test_attributes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *part;
        bool number;
    } attributes[] = {
        {"format", "not an ihp store", false},
        {"format_version", "a format version", true},
        {"program_version", "not finished", false},
        {"members", "s.h5: ", true},
        {"claim_lines", "s.h5: ", true},
        {"enrollment_spans", "s.h5: ", true},
        {"morbidity_rows", "s.h5: ", true},
        {"content_hash", "not finished", false},
        {"complete", "not finished", true},
        {"index_rows", "column index", true},
        {"index_year", "column index", true},
        {"index_years", "column index", true},
    };
    hid_t variable = H5Tcopy(H5T_C_S1), text = H5Tcopy(H5T_C_S1);
    H5Tset_size(variable, H5T_VARIABLE);
    H5Tset_size(text, 200);
    const char *words = "ihp-store";
    char padded[200] = "ihp-store";
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        const char *name = attributes[i].name, *part = attributes[i].part;
        patch_attribute(good_store(), name, H5T_NATIVE_INT, 0, NULL);
        assert_store_refused(in_folder("s.h5"), part);
        patch_attribute(good_store(), name, variable, 0, &words);
        assert_store_refused(in_folder("s.h5"), part);
        patch_attribute(good_store(), name, text, 0, padded); /* longer than any of them */
        assert_store_refused(in_folder("s.h5"), part);
        uint64_t value = UINT64_MAX;
        patch_attribute(good_store(), name, H5T_NATIVE_UINT64, 0, &value);
        assert_store_refused(in_folder("s.h5"), part);
        value = 0;
        patch_attribute(good_store(), name, H5T_NATIVE_UINT64, 0, &value);
        if (strcmp(name, "index_rows") != 0) { /* an index without rows has longer columns */
            assert_store_refused(in_folder("s.h5"), part);
        }
        if (attributes[i].number) { /* another width than 64 bits */
            uint32_t narrow = 1;
            patch_attribute(good_store(), name, H5T_NATIVE_UINT32, 0, &narrow);
            assert_store_refused(in_folder("s.h5"), part);
        }
    }
    H5Tclose(variable);
    H5Tclose(text);
}

/* Eight numbers of one byte are as long as one number of eight bytes. A reader that checked only
 * the length would write 64 bytes into room for 8. */
static void test_attribute_of_many_numbers(void **state)
{
    (void)state;
    static const char *const names[] = {"format_version", "members",    "claim_lines",
                                        "complete",       "index_rows", "index_year"};
    static const uint8_t ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        patch_attribute(good_store(), names[i], H5T_NATIVE_UINT8, 8, ones);
        assert_store_refused(in_folder("s.h5"), "s.h5: ");
    }
}

static void test_counts_that_deceive(void **state)
{
    (void)state;
    static const char *const names[] = {"members", "claim_lines", "enrollment_spans",
                                        "morbidity_rows"};
    static const uint64_t counts[] = {
        1, 60, 62, 1u << 20, UINT32_MAX - 1, UINT32_MAX, 1ULL << 32, 1ULL << 63, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++) {
            if (i == 2 && counts[j] == 60) {
                continue; /* the true count */
            }
            patch_attribute(good_store(), names[i], H5T_NATIVE_UINT64, 0, &counts[j]);
            assert_store_refused(in_folder("s.h5"), "s.h5: ");
        }
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

/* The columns that a store of ihp import has at least, by the table. */
static const char *columns[IHP__COLUMNS];
static size_t column_count;

static int list_columns(void **state)
{
    (void)state;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__column_spec *spec = &ihp__column_spec[c];
        if (spec->presence == IHP__REQUIRED ||
            (strncmp(spec->name, "index/", 6) == 0 && spec->presence == IHP__OPTIONAL)) {
            columns[column_count++] = spec->name;
        }
    }
    return column_count == 44 ? 0 : -1;
}

static void test_missing_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        char part[100];
        struct ihp_error err;
        snprintf(part, sizeof part, "column %s is missing", columns[i]);
        patch_delete(good_store(), columns[i]);
        assert_store_refused(in_folder("s.h5"), part);
        if (strcmp(columns[i], "index/negative") == 0) { /* stores of earlier versions lack it */
            unseal_store(in_folder("s.h5"));
            assert_int_equal(read_all(in_folder("s.h5"), &err), IHP_OK);
        }
    }
    static const char *const groups[] = {"members", "enrollment", "morbidity", "claims",
                                         "dictionary"};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        patch_delete(good_store(), groups[i]);
        assert_store_refused(in_folder("s.h5"), " is missing");
    }
}

static const char *store_with_life(void)
{
    const struct plan plan = {.members = 61, .lines_of = zero_to_four_lines, .life = true};
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", in_folder("s.h5"));
    write_store(path, &plan);
    return path;
}

/* Columns that only some stores have: a store says which it has, and must have those. */
static void test_columns_if_used(void **state)
{
    (void)state;
    struct ihp_error err;
    assert_int_equal(read_all(store_with_life(), &err), IHP_OK);
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__column_spec *spec = &ihp__column_spec[c];
        char part[100];
        if (spec->presence != IHP__IF_USED) {
            continue;
        }
        snprintf(part, sizeof part, "column %s is missing", spec->name);
        patch_delete(store_with_life(), spec->name);
        assert_store_refused(in_folder("s.h5"), part);
        snprintf(part, sizeof part, "column %s has another element type", spec->name);
        const hsize_t length = 61;
        patch_replace(store_with_life(), spec->name, H5T_IEEE_F64LE, 1, &length);
        assert_store_refused(in_folder("s.h5"), part);
    }
    for (uint64_t life = 0; life <= 8; life += 8) { /* 1 to 7 are allowed */
        unseal_store(store_with_life());
        patch_attribute(in_folder("s.h5"), "life", H5T_NATIVE_UINT64, 0, &life);
        assert_store_refused(in_folder("s.h5"), "not finished");
        patch_attribute(store_with_life(), "life", H5T_NATIVE_UINT64, 0, &life);
        assert_store_refused(in_folder("s.h5"), life == 8 ? "not finished" : "column digests");
    }
}

/* A store without an index is read line by line. */
static void test_no_index(void **state)
{
    (void)state;
    struct ihp_error err;
    patch_delete(good_store(), "index");
    assert_int_equal(read_all(in_folder("s.h5"), &err), IHP_OK);
    struct ihp__store *store = opened_store(in_folder("s.h5"));
    assert_int_equal(ihp__store_info(store)->index_years, 0);
    assert_int_equal(ihp__store_info(store)->index_rows, 0);
    ihp__store_close(&store);
}

static uint64_t length_of(const char *path, const char *column)
{
    hid_t file = patch_begin(path), dataset = H5Dopen2(file, column, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    hssize_t points = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    H5Dclose(dataset);
    patch_end(file);
    return (uint64_t)points;
}

static void test_columns_of_another_type(void **state)
{
    (void)state;
    hid_t variable = H5Tcopy(H5T_C_S1);
    H5Tset_size(variable, H5T_VARIABLE);
    const hid_t types[] = {H5T_IEEE_F64LE, H5T_STD_I8LE, H5T_STD_U64BE, H5T_STD_REF_OBJ, variable};
    for (size_t i = 0; i < column_count; i++) {
        hsize_t length = length_of(good_store(), columns[i]);
        char part[100];
        snprintf(part, sizeof part, "column %s has another element type", columns[i]);
        for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
            patch_replace(good_store(), columns[i], types[t], 1, &length);
            assert_store_refused(in_folder("s.h5"), part);
        }
    }
    H5Tclose(variable);
}

/* Columns with the right type and another length or shape. */
static void test_columns_of_another_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        const char *path = good_store();
        hsize_t length = length_of(path, columns[i]);
        hid_t file = patch_begin(path), dataset = H5Dopen2(file, columns[i], H5P_DEFAULT);
        hid_t type = H5Dget_type(dataset);
        H5Dclose(dataset);
        H5Fclose(file);
        const hsize_t shapes[][2] = {{length, 1},     {1, length},     {length + 1, 0},
                                     {length - 1, 0}, {1ULL << 40, 0}, {1ULL << 60, 0}};
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            bool dictionary = strncmp(columns[i], "dictionary", 10) == 0;
            if (shapes[s][1] == 0 && shapes[s][0] < 1ULL << 40 && dictionary) {
                continue; /* of any length; see below */
            }
            bool by_member = strcmp(columns[i], "index/offset") == 0 ||
                             strcmp(columns[i], "index/year_line") == 0;
            if (by_member && shapes[s][1] == 0 && shapes[s][0] > length) {
                continue; /* see below */
            }
            if (shapes[s][0] == 1ULL << 60 && H5Tget_size(type) > 4) {
                continue; /* HDF5 cannot make it */
            }
            patch_replace(good_store(), columns[i], type, shapes[s][1] == 0 ? 1 : 2, shapes[s]);
            assert_store_refused(in_folder("s.h5"), columns[i]);
        }
        patch_replace(good_store(), columns[i], type, 0, NULL); /* a single value */
        assert_store_refused(in_folder("s.h5"), "is not a one-dimensional array");
        patch_replace(good_store(), columns[i], type, -1, NULL); /* no value */
        assert_store_refused(in_folder("s.h5"), "is not a one-dimensional array");
        H5Tclose(type);
    }
}

/* The two columns of the index by member, with more elements than members. */
static void test_index_columns_too_long(void **state)
{
    (void)state;
    hsize_t offsets = 61 + 1 + 1, marks = 61 * 4 + 4;
    patch_replace(good_store(), "index/offset", H5T_STD_U64LE, 1, &offsets);
    assert_store_refused(in_folder("s.h5"), "index/offset");
    patch_replace(good_store(), "index/year_line", H5T_STD_U32LE, 1, &marks);
    assert_store_refused(in_folder("s.h5"), "index/year_line");
}

/* A group, or a link to itself, in place of a column. */
static void test_groups_and_links_in_place_of_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        const char *path = good_store();
        hid_t file = patch_begin(path);
        assert_true(H5Ldelete(file, columns[i], H5P_DEFAULT) >= 0);
        H5Gclose(H5Gcreate2(file, columns[i], H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        patch_end(file);
        assert_store_refused(path, "is missing");
        file = patch_begin(path);
        assert_true(H5Ldelete(file, columns[i], H5P_DEFAULT) >= 0);
        assert_true(H5Lcreate_soft(columns[i], file, columns[i], H5P_DEFAULT, H5P_DEFAULT) >= 0);
        patch_end(file);
        assert_store_refused(path, "is a link"); /* to itself */
    }
}

static void test_text_widths(void **state)
{
    (void)state;
    static char texts[129 * 120];
    patch_texts(good_store(), "members/id", 21, texts, 61);
    assert_store_refused(in_folder("s.h5"), "column members/id is too wide");
    patch_texts(good_store(), "claims/claim_id", 129, texts, 120);
    assert_store_refused(in_folder("s.h5"), "column claims/claim_id is too wide");
    patch_texts(good_store(), "dictionary/payer", 4097, texts, 1);
    assert_store_refused(in_folder("s.h5"), "column dictionary/payer has another element type");
}

/* A dictionary of 2^42 bytes in a file of a few thousand is bad data, not a lack of memory. */
static void test_dictionary_beyond_the_file(void **state)
{
    (void)state;
    const char *path = good_store();
    const hsize_t count = 1u << 30;
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 4096);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    patch_replace(path, "dictionary/payer", type, 1, &count);
    H5Tclose(type);
    assert_store_refused(path, "dictionary/payer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_good_store),
        IN_FOLDER(test_no_store),
        IN_FOLDER(test_cut_short),
        IN_FOLDER(test_system_under_hdf5),
        IN_FOLDER(test_column_not_read),
        IN_FOLDER(test_attributes),
        IN_FOLDER(test_counts_that_deceive),
        IN_FOLDER(test_missing_columns),
        IN_FOLDER(test_columns_if_used),
        IN_FOLDER(test_no_index),
        IN_FOLDER(test_columns_of_another_type),
        IN_FOLDER(test_columns_of_another_shape),
        IN_FOLDER(test_groups_and_links_in_place_of_columns),
        IN_FOLDER(test_index_columns_too_long),
        IN_FOLDER(test_text_widths),
        IN_FOLDER(test_dictionary_beyond_the_file),
        IN_FOLDER(test_attribute_of_many_numbers),
    };
    return cmocka_run_group_tests(tests, list_columns, NULL);
}
