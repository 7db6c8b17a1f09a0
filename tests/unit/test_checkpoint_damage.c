/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints that are incomplete, damaged or made to deceive are refused as bad data, never half
 * used. */
#include "checkpoint_fixture.h"

#include <fcntl.h>

/* Changes every third byte of the file. Some bytes belong to nothing and may change. */
static void test_bytes_flipped(void **state)
{
    (void)state;
    size_t size, refused = 0, damaged = 0;
    const char *path = write_checkpoint();
    char *bytes = read_bytes(path, &size);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    for (size_t i = 0; i < size; i += 3) {
        struct ihp_error err;
        char flipped = (char)(bytes[i] ^ (1 << i % 8));
        assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
        if (read_all(path, &err) != IHP_OK) {
            assert_error(&err, IHP_ERR_DATA, FRESH);
            refused++;
            damaged += strstr(err.text, "is damaged;") != NULL;
        }
        assert_int_equal(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
    }
    close(fd);
    free(bytes);
    /* At least a third of all that was written: words, rows and the text, less a byte each. */
    assert_true(damaged >= (8 * (WORDS + 2 * SMALL) + MEMBERS * ROW_BYTES + strlen(SAYS)) / 3 - 5);
    assert_true(refused > damaged);
}

static void test_cut_short(void **state)
{
    (void)state;
    size_t size;
    struct ihp_error err;
    const char *path = write_checkpoint();
    char *bytes = read_bytes(path, &size);
    assert_true(size < 16384); /* all reserved space was given back */
    for (size_t cut = size - 1; cut > 0; cut -= cut > 7 && cut + 300 < size ? 7 : 1) {
        assert_int_equal(truncate(path, (off_t)cut), 0);
        assert_refused(path, "c.h5: ");
    }
    write_bytes(path, bytes, size);
    assert_int_equal(read_all(path, &err), IHP_OK);
    free(bytes);
}

static void test_no_checkpoint(void **state)
{
    (void)state;
    const char *path = in_folder("c.h5");
    assert_refused(path, "c.h5: the checkpoint does not exist;");
    write_text(path, "");
    assert_refused(path, "is not an ihp checkpoint");
    write_text(path, "member_id,birth_date\nM1,2000-01-01\n");
    assert_refused(path, "is not an ihp checkpoint");
    write_bytes(path, "\x89HDF\r\n\x1a\n", 8);
    assert_refused(path, "cut short or damaged");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0); /* opening it would block */
    assert_refused(path, "is not an ihp checkpoint");
    assert_int_equal(mkdir(in_folder("folder"), 0755), 0);
    assert_refused(in_folder("folder"), "is not an ihp checkpoint");
}

static hid_t patch_begin(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void patch_end(hid_t file)
{
    assert_true(H5Fclose(file) >= 0);
    assert_nothing_open();
}

static void put_attribute(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, type, value) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
}

static void test_root(void **state)
{
    (void)state;
    static const struct {
        const char *name, *part;
    } marks[] = {
        {"format", "c.h5: is not an ihp checkpoint;"},
        {"format_version", "c.h5: has a format version that this version of ihp does not read;"},
        {"complete", "c.h5: was not finished;"},
    };
    for (size_t i = 0; i < 3; i++) {
        const char *path = write_checkpoint();
        for (uint64_t other = 0; other < 3; other += 2) { /* missing, then another number */
            hid_t file = patch_begin(path);
            if (other == 0) {
                assert_true(H5Adelete(file, marks[i].name) >= 0);
            } else {
                put_attribute(file, marks[i].name, H5T_STD_U64LE, &other);
            }
            patch_end(file);
            assert_refused(path, marks[i].part);
        }
    }
    const char *path = write_checkpoint();
    hid_t file = patch_begin(path), text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 9);
    assert_true(H5Adelete(file, "format") >= 0);
    put_attribute(file, "format", text, "ihp-store");
    H5Tclose(text);
    patch_end(file);
    assert_refused(path, "c.h5: is not an ihp checkpoint;");
}

/* An array without a digest, or with another array's digest, is refused. */
static void test_digests(void **state)
{
    (void)state;
    static const char *const names[] = {"terms/says", "terms/empty", "awkward", "none", "facts"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = write_checkpoint();
        char part[64];
        hid_t file = patch_begin(path), dataset = H5Dopen2(file, names[i], H5P_DEFAULT);
        assert_true(H5Adelete(dataset, "digest") >= 0);
        H5Dclose(dataset);
        patch_end(file);
        snprintf(part, sizeof part, "array %s is damaged;", names[i]);
        assert_refused(path, part);
    }
    const char *path = write_checkpoint();
    hid_t file = patch_begin(path); /* of the same shape and content */
    assert_true(H5Lmove(file, "bits", file, "was", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_hard(file, "sums", file, "bits", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    patch_end(file);
    assert_refused(path, "array bits is damaged;");
}

/* Rows that have changed places are refused, as each row belongs to a member. */
static void test_rows_in_other_places(void **state)
{
    (void)state;
    const char *path = write_checkpoint();
    hid_t file = patch_begin(path), dataset = H5Dopen2(file, "facts", H5P_DEFAULT);
    size_t size, at = (size_t)H5Dget_offset(dataset) + 3 * ROW_BYTES;
    unsigned char row[ROW_BYTES];
    H5Dclose(dataset);
    patch_end(file);
    char *bytes = read_bytes(path, &size);
    memcpy(row, bytes + at, ROW_BYTES);
    assert_int_equal(row[0], row_byte(3, 0));
    memcpy(bytes + at, bytes + at + ROW_BYTES, ROW_BYTES);
    memcpy(bytes + at + ROW_BYTES, row, ROW_BYTES);
    write_bytes(path, bytes, size);
    free(bytes);
    assert_refused(path, "array facts is damaged;");
}

/* Replaces the dataset `name` by one with the same digest. */
static void replace(const char *path, const char *name, hid_t type, int dims, const hsize_t *size,
                    hid_t creation)
{
    uint64_t digest;
    hid_t file = patch_begin(path), old = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t attribute = H5Aopen(old, "digest", H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_UINT64, &digest) >= 0);
    H5Aclose(attribute);
    H5Dclose(old);
    assert_true(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    hid_t space = dims == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(dims, size, NULL);
    hid_t fresh = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(fresh >= 0);
    put_attribute(fresh, "digest", H5T_STD_U64LE, &digest);
    H5Dclose(fresh);
    H5Sclose(space);
    patch_end(file);
}

static void test_shapes_that_deceive(void **state)
{
    (void)state;
    const hsize_t five = WORDS, flat[2] = {1, WORDS};
    const hsize_t huge[] = {6, 1u << 20, 1ULL << 40, 1ULL << 59};
    static const char other[] = "another shape";
    replace(write_checkpoint(), "awkward", H5T_STD_I64LE, 1, &five, H5P_DEFAULT);
    assert_refused(in_folder("c.h5"), other);
    replace(write_checkpoint(), "awkward", H5T_STD_U64BE, 1, &five, H5P_DEFAULT);
    assert_refused(in_folder("c.h5"), other);
    replace(write_checkpoint(), "awkward", H5T_STD_U64LE, 2, flat, H5P_DEFAULT);
    assert_refused(in_folder("c.h5"), other);
    replace(write_checkpoint(), "awkward", H5T_STD_U64LE, 0, NULL, H5P_DEFAULT);
    assert_refused(in_folder("c.h5"), other);
    for (size_t i = 0; i < 4; i++) { /* never written, so it has no place in the file */
        replace(write_checkpoint(), "awkward", H5T_STD_U64LE, 1, &huge[i], H5P_DEFAULT);
        assert_refused(in_folder("c.h5"), "is not in one piece in the file");
        replace(write_checkpoint(), "terms/says", H5T_STD_U8LE, 1, &huge[i], H5P_DEFAULT);
        assert_refused(in_folder("c.h5"), "is not in one piece in the file");
    }
    hid_t chunked = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(chunked, 1, &five);
    replace(write_checkpoint(), "awkward", H5T_STD_U64LE, 1, &five, chunked);
    assert_refused(in_folder("c.h5"), "is not in one piece in the file");
    H5Pclose(chunked);
    hid_t external = H5Pcreate(H5P_DATASET_CREATE);
    write_bytes(in_folder("beside"), awkward, sizeof awkward);
    H5Pset_external(external, in_folder("beside"), 0, sizeof awkward);
    replace(write_checkpoint(), "awkward", H5T_STD_U64LE, 1, &five, external);
    assert_refused(in_folder("c.h5"), "is in another file");
    H5Pclose(external);
}

/* Links are refused, even to the right content, as a link could lead to another file. */
static void test_links(void **state)
{
    (void)state;
    static const char *const moved[] = {"awkward", "facts", "terms/says", "terms"};
    for (int kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(rename(write_checkpoint(), in_folder("other.h5")), 0);
            const char *path = write_checkpoint();
            hid_t file = patch_begin(path);
            assert_true(H5Lmove(file, moved[i], file, "was", H5P_DEFAULT, H5P_DEFAULT) >= 0);
            herr_t made = kind == 0
                              ? H5Lcreate_soft("/was", file, moved[i], H5P_DEFAULT, H5P_DEFAULT)
                              : H5Lcreate_external(in_folder("other.h5"), moved[i], file, moved[i],
                                                   H5P_DEFAULT, H5P_DEFAULT);
            assert_true(made >= 0);
            patch_end(file);
            assert_refused(path, " is a link, which could lead to another file;");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_bytes_flipped),
        IN_FOLDER(test_cut_short),
        IN_FOLDER(test_no_checkpoint),
        IN_FOLDER(test_root),
        IN_FOLDER(test_digests),
        IN_FOLDER(test_rows_in_other_places),
        IN_FOLDER(test_shapes_that_deceive),
        IN_FOLDER(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
