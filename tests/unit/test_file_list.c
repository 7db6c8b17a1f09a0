/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of files in a manifest: what it has, and that a file which was changed, removed or added
 * is found and named. */
#include "files.h"

#include "result/file_list.h"

/* Makes a result with two tables and a member file, and its manifest of a format version. */
static json_t *make_version(int version)
{
    struct ihp_error err = {0};
    json_t *manifest =
        json_pack("{s:s, s:i, s:f, s:{s:s}}", "format", "ihp-result", "format_version", version,
                  "share", 1.0 / 3, "run", "finished", "today");
    assert_int_equal(mkdir(in_folder("attributed"), 0700), 0);
    write_text(in_folder("settlement.csv"), "ihp_id\n");
    write_text(in_folder("timings.h5"), "seconds");
    write_text(in_folder("attributed/A.csv"), "member_id\n");
    write_text(in_folder("notes.txt"), "mine");
    write_text(in_folder("payments.csv"), "of another group");
    assert_int_equal(ihp__file_list_seal(test_folder, IHP__FILES_RESULT, manifest, &err), IHP_OK);
    return manifest;
}

static json_t *make_result(void)
{
    return make_version(2);
}

/* Writes the manifest as results have it, with so many digits, and reads it again. */
static json_t *again(json_t *manifest, size_t digits)
{
    char *text = json_dumps(manifest, JSON_INDENT(2) | JSON_REAL_PRECISION(digits));
    json_t *read = json_loads(text, 0, NULL);
    assert_non_null(read);
    free(text);
    json_decref(manifest);
    return read;
}

/* Checks the list; of a failure also that the text contains `part`. */
static void assert_check(const json_t *manifest, enum ihp__list_check check, enum ihp_status status,
                         const char *part)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    assert_int_equal(ihp__file_list_check(test_folder, IHP__FILES_RESULT, manifest, check, "label",
                                          &notices, &err),
                     status);
    if (status != IHP_OK) {
        assert_error(&err, status, part);
    }
    assert_int_equal(notices.count, 0);
}

static const char *name_at(const json_t *list, size_t i)
{
    return json_string_value(json_object_get(json_array_get(list, i), "name"));
}

static void test_list(void **state)
{
    (void)state;
    json_t *manifest = make_result();
    const json_t *files = json_object_get(manifest, "files");
    const json_t *of_run = json_object_get(json_object_get(manifest, "run"), "files");
    assert_int_equal(json_array_size(files), 2);
    assert_string_equal(name_at(files, 0), "attributed/A.csv");
    assert_string_equal(name_at(files, 1), "settlement.csv");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(files, 1), "bytes")), 7);
    assert_int_equal(json_array_size(of_run), 1);
    assert_string_equal(name_at(of_run, 0), "timings.h5");
    manifest = again(manifest, 15);
    assert_check(manifest, IHP__CHECK_ALL, IHP_OK, "");
    json_decref(manifest);
}

/* A manifest of format version 1 has 6 digits of a number, and its hash is of these. */
static void test_list_of_version_1(void **state)
{
    (void)state;
    json_t *manifest = again(make_version(1), 6);
    assert_check(manifest, IHP__CHECK_ALL, IHP_OK, "");
    json_object_set_new(manifest, "share", json_real(0.333334));
    assert_check(manifest, IHP__CHECK_ALL, IHP_ERR_DATA, "hash: is not as ihp wrote it");
    json_decref(manifest);
}

/* Files that are added later join the list, in their order. */
static void test_add(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    json_t *manifest = again(make_result(), 15);
    assert_int_equal(mkdir(in_folder("more"), 0700), 0);
    write_text(in_folder("more/quality.csv"), "q");
    assert_int_equal(ihp__file_list_seal(in_folder("more"), IHP__FILES_RESULT, manifest, &err),
                     IHP_OK);
    const json_t *files = json_object_get(manifest, "files");
    assert_int_equal(json_array_size(files), 3);
    assert_string_equal(name_at(files, 1), "quality.csv");
    write_text(in_folder("quality.csv"), "q");
    assert_check(manifest, IHP__CHECK_ALL, IHP_OK, "");
    json_decref(manifest);
}

/* Nobody gets more permissions than the list of result files has, whatever the umask. */
static void test_modes(void **state)
{
    (void)state;
    struct stat info;
    mode_t old = umask(0);
    json_t *manifest = make_result();
    umask(old);
    assert_int_equal(stat(in_folder("settlement.csv"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_int_equal(stat(in_folder("attributed/A.csv"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(in_folder("notes.txt"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0666);
    json_decref(manifest);
}

static void test_changed(void **state)
{
    (void)state;
    json_t *manifest = make_result();
    write_text(in_folder("settlement.csv"), "ihp-id\n");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA,
                 "/settlement.csv: has changed since manifest.json was written: its 7 bytes have "
                 "another digest");
    write_text(in_folder("settlement.csv"), "ihp_id\n\n");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA, "it has 8 bytes instead of 7");
    assert_int_equal(unlink(in_folder("settlement.csv")), 0);
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA,
                 "/settlement.csv: is missing, although manifest.json lists it");
    assert_int_equal(mkfifo(in_folder("settlement.csv"), 0600), 0);
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA, "it has 0 bytes instead of 7");
    json_decref(manifest);
}

/* A file of members is read only if it is asked for, but its size is always looked at. */
static void test_member_file(void **state)
{
    (void)state;
    json_t *manifest = make_result();
    write_text(in_folder("attributed/A.csv"), "member-id\n");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_OK, "");
    assert_check(manifest, IHP__CHECK_ALL, IHP_ERR_DATA, "/attributed/A.csv: has changed");
    write_text(in_folder("attributed/A.csv"), "");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA, "/attributed/A.csv: has changed");
    json_decref(manifest);
}

static void test_added(void **state)
{
    (void)state;
    json_t *manifest = make_result();
    write_text(in_folder("attributed/B.csv"), "member_id\n");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA,
                 "/attributed/B.csv: is not in the list of manifest.json");
    assert_int_equal(unlink(in_folder("attributed/B.csv")), 0);
    write_text(in_folder("scenarios.csv"), "x");
    assert_check(manifest, IHP__CHECK_TABLES, IHP_ERR_DATA, "/scenarios.csv: is not in the list");
    json_decref(manifest);
}

/* A change of the manifest itself is found, but not one of `run`. */
static void test_manifest(void **state)
{
    (void)state;
    json_t *manifest = make_result();
    json_object_set_new(json_object_get(manifest, "run"), "finished", json_string("tomorrow"));
    assert_check(manifest, IHP__CHECK_ALL, IHP_OK, "");
    json_object_set_new(manifest, "share", json_real(0.25));
    assert_check(manifest, IHP__CHECK_ALL, IHP_ERR_DATA, "manifest.json: hash: is not as ihp");
    json_object_del(manifest, "hash");
    assert_check(manifest, IHP__CHECK_ALL, IHP_ERR_DATA, "manifest.json: hash: is not as ihp");
    json_object_del(manifest, "files");
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    assert_int_equal(ihp__file_list_check(test_folder, IHP__FILES_RESULT, manifest, IHP__CHECK_ALL,
                                          "label", &notices, &err),
                     IHP_OK);
    assert_int_equal(notices.count, 1);
    assert_non_null(
        strstr(notices.text[0], "label: manifest.json is of an earlier version and has no list"));
    ihp_notices_clear(&notices);
    json_decref(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_list),  IN_FOLDER(test_list_of_version_1), IN_FOLDER(test_add),
        IN_FOLDER(test_modes), IN_FOLDER(test_changed),           IN_FOLDER(test_member_file),
        IN_FOLDER(test_added), IN_FOLDER(test_manifest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
