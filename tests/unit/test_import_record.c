/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of an import: what it says of a small extract, and that a store notices damage to it.
 */
#include "extract_fixture.h"

#include "store/hdf5_util.h"
#include "store/store_record.h"

#include <jansson.h>

/* Reads the record of the fixture's store, NULL if it has none. */
static json_t *read_record(struct fixture *f, enum ihp_status status)
{
    struct ihp__store *store;
    json_t *record;
    f->err = (struct ihp_error){0};
    assert_int_equal(ihp__store_open(f->store, &store, &f->err), IHP_OK);
    assert_int_equal(ihp__store_read_record(store, &record, &f->err), status);
    ihp__store_close(&store);
    return record;
}

/* Compares a part of the record with JSON, in which ' stands for ". */
static void assert_part(const json_t *record, const char *key, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text, "%s", expected);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    char *found =
        json_dumps(json_object_get(record, key), JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    assert_non_null(found);
    assert_string_equal(found, text);
    free(found);
}

/* Compares a row of an array with JSON, as `assert_part` does. */
static void assert_row(const json_t *rows, size_t row, const char *expected)
{
    json_t *of = json_pack("{s:O}", "row", json_array_get(rows, row));
    assert_non_null(of);
    assert_part(of, "row", expected);
    json_decref(of);
}

/* The base extract, added up by hand. Claims are of 2024-01 and 2024-05. The member months of these
 * and between are 8: M2 has MA with MCO-RED in all; M1 begins in March. Those within a year of them
 * are listed, too.
 */
static void totals_are_those_of_the_files(void **state)
{
    struct fixture *f = *state;
    assert_imports(f);
    json_t *record = read_record(f, IHP_OK);
    const json_t *totals = json_object_get(record, "totals");
    assert_part(totals, "claims",
                "[['2024-01','MCO-RED','other','V',1,0,1],"
                "['2024-05','FFS','pharmacy','D',1,1250,0],"
                "['2024-05','FFS','professional','P',1,10000,0],"
                "['2024-05','MCO-BLUE','inpatient','P',1,-300,0]]");
    const json_t *months = json_object_get(totals, "months");
    assert_int_equal(json_array_size(months), 12 + 12 + 10 + 5);
    assert_row(months, 0, "['2023-01','FFS',1]");
    assert_row(months, 12, "['2024-01','MCO-RED',1]");
    assert_row(months, 14, "['2024-03','FFS',1]");
    assert_row(months, 15, "['2024-03','MCO-RED',1]");
    assert_row(months, 38, "['2025-05','FFS',1]"); /* a year after the last claim */
    assert_part(totals, "paid",
                "[['2024-05','FFS','professional',1,10000,[0,1]],['2024-05','FFS',null,1],"
                "['2024-05','MCO-BLUE','inpatient',1,-300,[0,1]],['2024-05','MCO-BLUE',null,1]]");
    assert_part(totals, "member_months", "8");
    assert_part(totals, "members", "3");
    assert_part(totals, "claim_lines", "4");
    assert_part(record, "bad_rows", "[]");
    assert_part(record, "format", "'ihp-import-record'");
    assert_int_equal(json_array_size(json_object_get(record, "files")), FILES);
    const json_t *file = json_array_get(json_object_get(record, "files"), 1);
    assert_part(file, "file", "'claims.csv'");
    assert_part(file, "rows", "4");
    json_decref(record);
}

static void bad_rows_have_their_dollars(void **state)
{
    struct fixture *f = *state;
    const char *const more = "C4,1,M2,2024-05-05,2024-05-04,P,,pharmacy,030,,,FFS,$12.5\n"
                             "C5,1,M2,2024-05-05,2024-05-04,P,,pharmacy,030,,,FFS,-2\n"
                             "C6,1,M2,2024-05-05,2024-05-05,P,,pharmacy,030,,,FFS,much\n"
                             "C7,1,M2,2024-05-05,2024-05-05,P,,pharmacy,030,,,FFS,3\n"
                             "C7,1,M2,2024-05-05,2024-05-05,P,,pharmacy,030,,,FFS,3\n";
    put_file(f, CLAIMS, base[CLAIMS], more);
    put_file(f, PROVIDERS, base[PROVIDERS], "12,207Q00000X\n");
    f->options.quarantine_path = f->quarantine;
    assert_imports(f);
    json_t *record = read_record(f, IHP_OK);
    const json_t *kinds = json_object_get(record, "bad_rows");
    const struct {
        const char *table, *reason;
        int64_t rows, cents, unreadable;
        bool repeats;
    } expected[] = {{"providers", "npi is not a valid", 1, 0, 0, false},
                    {"claims", "paid_date is before service_date", 2, 1050, 0, false},
                    {"claims", "paid_amount is not a valid", 1, 0, 1, false},
                    {"claims", "this row repeats another", 1, 300, 0, true}};
    assert_int_equal(json_array_size(kinds), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *kind = json_array_get(kinds, i);
        assert_string_equal(json_string_value(json_object_get(kind, "table")), expected[i].table);
        assert_non_null(
            strstr(json_string_value(json_object_get(kind, "reason")), expected[i].reason));
        assert_int_equal(json_integer_value(json_object_get(kind, "rows")), expected[i].rows);
        assert_int_equal(json_integer_value(json_object_get(kind, "cents")), expected[i].cents);
        assert_int_equal(json_integer_value(json_object_get(kind, "unreadable")),
                         expected[i].unreadable);
        assert_int_equal(json_is_true(json_object_get(kind, "repeats")), expected[i].repeats);
    }
    json_decref(record);
}

/* Spans that overlap give a month once, to the span that begins first. */
static void overlapping_spans_count_once(void **state)
{
    struct fixture *f = *state;
    put_file(f, ENROLLMENT,
             "member_id,month_from,month_to,program,payer,exclusion\n"
             "M2,2024-01,2024-05,MA,MCO-RED,\nM2,2024-04,2024-06,MA,FFS,\n"
             "M2,2024-01,2024-02,MA,MCO-RED,\n",
             NULL);
    assert_imports(f);
    json_t *record = read_record(f, IHP_OK);
    assert_part(json_object_get(record, "totals"), "months",
                "[['2024-01','MCO-RED',1],['2024-02','MCO-RED',1],['2024-03','MCO-RED',1],"
                "['2024-04','MCO-RED',1],['2024-05','MCO-RED',1],['2024-06','FFS',1]]");
    assert_part(json_object_get(record, "totals"), "member_months", "5");
    json_decref(record);
}

/* Replaces the first `from` in the file of the store, which has as many bytes. */
static void patch_text(const char *path, const char *from, const char *to)
{
    FILE *file = fopen(path, "r+");
    static char bytes[1 << 20];
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file), length = strlen(from);
    assert_int_equal(length, strlen(to));
    size_t at = 0;
    while (at + length <= size && memcmp(bytes + at, from, length) != 0) {
        at++;
    }
    assert_true(at + length <= size);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fwrite(to, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void remove_from_store(const char *path, const char *attribute, const char *dataset)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    assert_true(attribute == NULL || H5Adelete(file, attribute) >= 0);
    assert_true(dataset == NULL || H5Ldelete(file, dataset, H5P_DEFAULT) >= 0);
    H5Fclose(file);
}

static void damage_is_noticed(void **state)
{
    struct fixture *f = *state;
    assert_imports(f);
    patch_text(f->store, "\"pharmacy\",\"D\",1,1250", "\"pharmacy\",\"D\",1,1251");
    assert_null(read_record(f, IHP_ERR_DATA));
    assert_non_null(strstr(f->err.text, "import_record is damaged; make the store again"));
    assert_imports(f);
    remove_from_store(f->store, IHP__RECORD_DIGEST, NULL);
    assert_null(read_record(f, IHP_ERR_DATA));
    assert_non_null(strstr(f->err.text, "import_record has no digest"));
    assert_imports(f);
    remove_from_store(f->store, NULL, IHP__RECORD_DATASET);
    assert_null(read_record(f, IHP_ERR_DATA));
    assert_imports(f);
    remove_from_store(f->store, IHP__RECORD_DIGEST, IHP__RECORD_DATASET);
    assert_null(read_record(f, IHP_OK)); /* as an earlier version made it */
}

static void a_compressed_store_keeps_it(void **state)
{
    struct fixture *f = *state;
    put_file(f, CLAIMS, base[CLAIMS], NULL);
    assert_imports(f);
    json_t *plain = read_record(f, IHP_OK);
    f->options.compress = true;
    assert_imports(f);
    json_t *packed = read_record(f, IHP_OK);
    assert_true(json_equal(plain, packed));
    json_decref(plain);
    json_decref(packed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(totals_are_those_of_the_files), TEST(bad_rows_have_their_dollars),
        TEST(overlapping_spans_count_once),  TEST(damage_is_noticed),
        TEST(a_compressed_store_keeps_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
