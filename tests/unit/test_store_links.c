/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store whose columns are somewhere else is refused, and nothing outside the store is opened: a
 * named pipe would block. Each test ends by itself only if nothing blocks. */
#include "store_patch.h"

#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS = 120 }; /* after which a test counts as blocked */

/* The columns that are replaced: one that HDF5 reads when a store is opened, one read by position,
 * one of a small table, one of the index. */
static const char *const columns[] = {"dictionary/payer", "claims/paid_amount", "members/id",
                                      "index/year_line"};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static int start_clock(void **state)
{
    alarm(SECONDS);
    return folder_set_up(state);
}

static int stop_clock(void **state)
{
    alarm(0);
    return folder_tear_down(state);
}

/* Puts a link to `object` of another file in the place of `link`; a soft link if `to` is NULL. */
static void put_link(const char *path, const char *link, const char *to, const char *object)
{
    hid_t file = patch_begin(path);
    assert_true(H5Ldelete(file, link, H5P_DEFAULT) >= 0);
    herr_t made = to == NULL ? H5Lcreate_soft(object, file, link, H5P_DEFAULT, H5P_DEFAULT)
                             : H5Lcreate_external(to, object, file, link, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(made >= 0);
    patch_end(file);
}

/* Links to a pipe, to a device, to a good store, to the store itself, and to nothing. */
static void test_external_links(void **state)
{
    (void)state;
    char pipe[PATH_BYTES], other[PATH_BYTES], own[PATH_BYTES], nothing[PATH_BYTES];
    snprintf(pipe, sizeof pipe, "%s", in_folder("pipe"));
    snprintf(other, sizeof other, "%s", in_folder("other.h5"));
    snprintf(own, sizeof own, "%s", in_folder("s.h5"));
    snprintf(nothing, sizeof nothing, "%s", in_folder("nothing"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(rename(good_store(), other), 0);
    const char *const to[] = {pipe, "/dev/zero", other, own, nothing};
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            put_link(good_store(), columns[c], to[i], columns[c]);
            assert_store_refused(own, "is a link, which could lead to another file");
        }
        put_link(good_store(), "claims", to[i], "claims");
        assert_store_refused(own, "is a link, which could lead to another file");
        put_link(good_store(), "index", to[i], "index");
        assert_store_refused(own, "is a link, which could lead to another file");
    }
}

static void test_soft_links(void **state)
{
    (void)state;
    for (size_t c = 0; c < COLUMNS; c++) {
        put_link(good_store(), columns[c], NULL, "/nothing");
        assert_store_refused(in_folder("s.h5"), "is a link, which could lead to another file");
    }
    put_link(good_store(), "claims", NULL, "/claims");
    assert_store_refused(in_folder("s.h5"), "is a link, which could lead to another file");
}

/* Describes the dataset of a column. */
struct shape {
    hid_t type;
    hsize_t count;
};

static struct shape shape_of(hid_t file, const char *column)
{
    hid_t dataset = H5Dopen2(file, column, H5P_DEFAULT), space = H5Dget_space(dataset);
    struct shape shape = {H5Dget_type(dataset), 0};
    assert_int_equal(H5Sget_simple_extent_dims(space, &shape.count, NULL), 1);
    H5Sclose(space);
    H5Dclose(dataset);
    return shape;
}

/* Replaces a column by a dataset with other properties, closes these, and expects `part`. */
static void assert_refused_with(const char *column, hid_t creation, const char *part)
{
    hid_t file = patch_begin(in_folder("s.h5"));
    struct shape shape = shape_of(file, column);
    hid_t space = H5Screate_simple(1, &shape.count, NULL);
    assert_true(H5Ldelete(file, column, H5P_DEFAULT) >= 0);
    hid_t made = H5Dcreate2(file, column, shape.type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(made >= 0);
    H5Dclose(made);
    H5Sclose(space);
    H5Tclose(shape.type);
    H5Pclose(creation);
    patch_end(file);
    assert_store_refused(in_folder("s.h5"), part);
}

static void test_external_storage(void **state)
{
    (void)state;
    char pipe[PATH_BYTES];
    snprintf(pipe, sizeof pipe, "%s", in_folder("pipe"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    const char *const files[] = {"/etc/passwd", "/dev/zero", pipe};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            good_store();
            hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
            assert_true(H5Pset_external(creation, files[i], 0, H5F_UNLIMITED) >= 0);
            assert_refused_with(columns[c], creation, "is in another file");
        }
    }
}

static void test_virtual_datasets(void **state)
{
    (void)state;
    char pipe[PATH_BYTES], other[PATH_BYTES];
    snprintf(pipe, sizeof pipe, "%s", in_folder("pipe"));
    snprintf(other, sizeof other, "%s", in_folder("other.h5"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(rename(good_store(), other), 0);
    const char *const files[] = {pipe, "/dev/zero", other, "."};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            hid_t file = patch_begin(good_store());
            struct shape shape = shape_of(file, columns[c]);
            H5Tclose(shape.type);
            patch_end(file);
            hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
            hid_t space = H5Screate_simple(1, &shape.count, NULL);
            assert_true(H5Pset_virtual(creation, space, files[i], columns[c], space) >= 0);
            H5Sclose(space);
            assert_refused_with(columns[c], creation, "is in another file");
        }
    }
}

enum { OWN_FILTER = 32000 };

static size_t leave_bytes(unsigned flags, size_t values, const unsigned value[], size_t bytes,
                          size_t *size, void **buffer)
{
    (void)flags;
    (void)values;
    (void)value;
    (void)size;
    (void)buffer;
    return bytes;
}

/* A filter may be code of its own, which HDF5 would load; scale-offset loses digits. */
static void test_filters(void **state)
{
    (void)state;
    const hsize_t chunk = 2;
    const H5Z_class2_t own = {H5Z_CLASS_T_VERS, OWN_FILTER, 1, 1, "own", NULL, NULL, leave_bytes};
    assert_true(H5Zregister(&own) >= 0); /* to make the column; HDF5 could read it, too */
    for (size_t c = 0; c < COLUMNS; c++) {
        good_store();
        hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        assert_true(H5Pset_chunk(creation, 1, &chunk) >= 0);
        assert_true(H5Pset_filter(creation, OWN_FILTER, H5Z_FLAG_OPTIONAL, 0, NULL) >= 0);
        assert_refused_with(columns[c], creation, "has a filter");
    }
    assert_true(H5Zunregister(OWN_FILTER) >= 0);
    good_store();
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(creation, 1, &chunk) >= 0);
    assert_true(H5Pset_scaleoffset(creation, H5Z_SO_INT, 0) >= 0);
    assert_refused_with("claims/paid_amount", creation, "has a filter");
}

/* A dataset that was never written has no place in the file; HDF5 would read it as its fill value.
 */
static void test_unwritten_columns(void **state)
{
    (void)state;
    for (size_t c = 0; c < COLUMNS; c++) {
        good_store();
        assert_refused_with(columns[c], H5Pcreate(H5P_DATASET_CREATE),
                            "has no elements in the file");
    }
}

/* The store itself as a pipe, a device, a folder, or a chain of links without an end. */
static void test_store_that_is_no_file(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_store_refused(in_folder("pipe"), "is not an HDF5 file");
    assert_store_refused("/dev/zero", "is not an HDF5 file");
    assert_store_refused("/dev/null", "is not an HDF5 file");
    assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
    assert_store_refused(in_folder("folder"), "is not an HDF5 file");
    assert_int_equal(symlink("loop", in_folder("loop")), 0);
    assert_store_refused(in_folder("loop"), "cannot be accessed");
    assert_int_equal(symlink("pipe", in_folder("to_pipe")), 0);
    assert_store_refused(in_folder("to_pipe"), "is not an HDF5 file");
}

#define TIMED(test) cmocka_unit_test_setup_teardown(test, start_clock, stop_clock)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TIMED(test_external_links),        TIMED(test_soft_links), TIMED(test_external_storage),
        TIMED(test_virtual_datasets),      TIMED(test_filters),    TIMED(test_unwritten_columns),
        TIMED(test_store_that_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
