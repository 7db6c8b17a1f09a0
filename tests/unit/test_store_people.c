/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What payments need to know about people [15.1.1, 15.3] is read as it was imported, by ranges.
 * Groups that the store lacks are empty; damaged groups are refused. */
#include "extract_fixture.h"
#include "store_seal.h"

#include <hdf5.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ALL_PARTS = IHP__PEOPLE_BIRTH | IHP__PEOPLE_COUNTY | IHP__PEOPLE_PAYMENTS };

#define MONTH(year, month) (((year)-1970) * 12 + (month)-1)

/* In text order M1, M10, M2, M3: the first, the last and one in between have rows; M10 has none. */
static void write_people(const struct fixture *f)
{
    put_file(f, MEMBERS, base[MEMBERS], "M3,1969-12-31,F,27999,\n");
    put_file(f, SOCIAL_RISK,
             "member_id,month_from,month_to,factor\nM3,2025-01,9999-12,parent_sud\n"
             "M1,2024-03,2024-03,deep_poverty\nM2,2024-01,2024-06,smi\nM2,2023-05,2024-02,sud\n"
             "M2,2024-01,2024-06,incarcerated\n",
             NULL);
    put_file(f, COORDINATION,
             "member_id,month,kind\nM2,2024-05,IRCC\nM2,2024-02,HCH\nM3,2024-12,BHH\n", NULL);
}

/* Adds a care_coordination_paid.csv with these rows to the folder. */
static void write_paid(const struct fixture *f, const char *rows)
{
    char path[256], text[1000];
    snprintf(path, sizeof path, "%s/care_coordination_paid.csv", f->folder);
    snprintf(text, sizeof text, "member_id,month,kind\n%s", rows);
    write_text(path, text);
}

static struct ihp__people people_of(struct fixture *f, uint64_t first, uint64_t count,
                                    unsigned parts)
{
    struct ihp__people people = {0};
    struct ihp__store *store = open_store(f);
    f->err = (struct ihp_error){0};
    if (ihp__store_read_people(store, (struct ihp__range){first, count}, parts, &people, &f->err) !=
        IHP_OK) {
        fail_msg("refused: %s", f->err.text);
    }
    ihp__store_close(&store);
    return people;
}

static void assert_social(const struct ihp__people *people, size_t row, int32_t from, int32_t to,
                          enum ihp__social_risk factor)
{
    assert_int_equal(people->social[row].month_from, from);
    assert_int_equal(people->social[row].month_to, to);
    assert_int_equal(people->social[row].factor, factor);
}

static void assert_coordination(const struct ihp__coordination_month *row, int32_t month,
                                enum ihp__coordination kind)
{
    assert_int_equal(row->month, month);
    assert_int_equal(row->kind, kind);
}

static void assert_offsets(const uint64_t *offset, const uint64_t *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(offset[i], wanted[i]);
    }
}
#define ASSERT_OFFSETS(offset, ...)                                                                \
    assert_offsets(offset, (const uint64_t[]){__VA_ARGS__},                                        \
                   COUNT(((const uint64_t[]){__VA_ARGS__})))

/* ---- as imported ----------------------------------------------------------------------------- */

static void test_all_members(void **state)
{
    struct fixture *f = *state;
    write_people(f);
    write_paid(f, "M10,2024-07,BHH\n");
    assert_imports(f);
    struct ihp__people people = people_of(f, 0, 4, ALL_PARTS);
    assert_int_equal(people.birth_day[0], 18627); /* 2020-12-31 */
    assert_int_equal(people.birth_day[3], -1);    /* 1969-12-31 */
    assert_int_equal(people.county[0], 0);
    assert_int_equal(people.county[2], 27053);
    ASSERT_OFFSETS(people.social_offset, 0, 1, 1, 4, 5);
    assert_social(&people, 0, MONTH(2024, 3), MONTH(2024, 3), IHP__RISK_DEEP_POVERTY);
    unsigned seen = 0;
    for (size_t i = 1; i < 4; i++) { /* a member's spans are in any order */
        seen |= 1u << people.social[i].factor;
    }
    assert_int_equal(seen,
                     1u << IHP__RISK_SMI | 1u << IHP__RISK_SUD | 1u << IHP__RISK_INCARCERATED);
    assert_social(&people, 4, MONTH(2025, 1), MONTH(9999, 12), IHP__RISK_PARENT_SUD);
    ASSERT_OFFSETS(people.coordination_offset, 0, 0, 0, 2, 3);
    assert_coordination(&people.coordination[0], MONTH(2024, 2), IHP__COORDINATION_HCH);
    assert_coordination(&people.coordination[1], MONTH(2024, 5), IHP__COORDINATION_IRCC);
    assert_coordination(&people.coordination[2], MONTH(2024, 12), IHP__COORDINATION_BHH);
    ASSERT_OFFSETS(people.paid_offset, 0, 0, 1, 1, 1);
    assert_coordination(&people.paid[0], MONTH(2024, 7), IHP__COORDINATION_BHH);
    ihp__people_free(&people);
    assert_null(people.social);
    ihp__people_free(&people);
}

/* Every range has the same rows as the whole, with offsets counted from its own first row. */
static void test_ranges(void **state)
{
    struct fixture *f = *state;
    write_people(f);
    write_paid(f, "M3,2024-07,BHH\nM1,2024-08,HCH\nM1,2024-09,HCH\n");
    assert_imports(f);
    struct ihp__people all = people_of(f, 0, 4, ALL_PARTS);
    for (uint64_t first = 0; first <= 4; first++) {
        for (uint64_t count = 0; first + count <= 4; count++) {
            struct ihp__people part = people_of(f, first, count, ALL_PARTS);
            const uint64_t social = all.social_offset[first], paid = all.paid_offset[first],
                           known = all.coordination_offset[first];
            for (uint64_t m = 0; m <= count; m++) {
                assert_int_equal(part.social_offset[m], all.social_offset[first + m] - social);
                assert_int_equal(part.paid_offset[m], all.paid_offset[first + m] - paid);
                assert_int_equal(part.coordination_offset[m],
                                 all.coordination_offset[first + m] - known);
            }
            for (uint64_t m = 0; m < count; m++) {
                assert_int_equal(part.birth_day[m], all.birth_day[first + m]);
                assert_int_equal(part.county[m], all.county[first + m]);
            }
            for (uint64_t i = 0; i < part.social_offset[count]; i++) {
                assert_int_equal(part.social[i].month_from, all.social[social + i].month_from);
                assert_int_equal(part.social[i].factor, all.social[social + i].factor);
            }
            for (uint64_t i = 0; i < part.paid_offset[count]; i++) {
                assert_int_equal(part.paid[i].month, all.paid[paid + i].month);
            }
            for (uint64_t i = 0; i < part.coordination_offset[count]; i++) {
                assert_int_equal(part.coordination[i].month, all.coordination[known + i].month);
                assert_int_equal(part.coordination[i].kind, all.coordination[known + i].kind);
            }
            ihp__people_free(&part);
        }
    }
    ihp__people_free(&all);
}

/* Parts that are not requested stay NULL, and a second read replaces the first. */
static void test_parts(void **state)
{
    struct fixture *f = *state;
    write_people(f);
    assert_imports(f);
    struct ihp__people people = people_of(f, 0, 4, IHP__PEOPLE_BIRTH);
    assert_non_null(people.birth_day);
    assert_true(people.county == NULL && people.social == NULL && people.paid_offset == NULL);
    struct ihp__store *store = open_store(f);
    const struct ihp__range two = {1, 2};
    assert_int_equal(ihp__store_read_people(store, two, IHP__PEOPLE_COUNTY, &people, &f->err),
                     IHP_OK);
    assert_null(people.birth_day);
    assert_int_equal(people.range.first, 1);
    assert_int_equal(people.county[0], 27003);
    ihp__store_close(&store);
    ihp__people_free(&people);
}

/* Without the files there are no groups; a file with only a header makes a group without rows. */
static void test_missing_groups(void **state)
{
    struct fixture *f = *state;
    char path[256];
    for (int file = SOCIAL_RISK; file <= COORDINATION; file++) {
        snprintf(path, sizeof path, "%s/%s.csv", f->folder, file_name[file]);
        assert_int_equal(unlink(path), 0);
    }
    assert_imports(f);
    struct ihp__people people = people_of(f, 0, 3, ALL_PARTS);
    ASSERT_OFFSETS(people.social_offset, 0, 0, 0, 0);
    ASSERT_OFFSETS(people.coordination_offset, 0, 0, 0, 0);
    ASSERT_OFFSETS(people.paid_offset, 0, 0, 0, 0);
    ihp__people_free(&people);
    write_paid(f, "");
    assert_imports(f);
    struct ihp__store *store = open_store(f);
    assert_true(ihp__store_info(store)->has_care_coordination_paid);
    ihp__store_close(&store);
    people = people_of(f, 0, 3, ALL_PARTS);
    ASSERT_OFFSETS(people.paid_offset, 0, 0, 0, 0);
    ihp__people_free(&people);
}

/* ---- damaged --------------------------------------------------------------------------------- */

/* Sets element `at` of a column of the store. */
static void patch(const struct fixture *f, const char *column, hsize_t at, int64_t value)
{
    hid_t file = H5Fopen(f->store, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, column, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t one = H5Screate(H5S_SCALAR);
    assert_true(H5Sselect_elements(space, H5S_SELECT_SET, 1, &at) >= 0);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_INT64, one, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(one);
    H5Sclose(space);
    H5Dclose(dataset);
    assert_true(H5Fclose(file) >= 0);
    seal_store(f->store);
}

/* Makes a column one row shorter or longer, or removes it if `by` is 0. */
static void resize(const struct fixture *f, const char *column, int by)
{
    hid_t file = H5Fopen(f->store, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, column, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t type = H5Dget_type(dataset);
    hsize_t length = (hsize_t)(H5Sget_simple_extent_npoints(space) + by);
    H5Sclose(space);
    H5Dclose(dataset);
    assert_true(H5Ldelete(file, column, H5P_DEFAULT) >= 0);
    if (by != 0) {
        space = H5Screate_simple(1, &length, NULL);
        hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        assert_true(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0);
        H5Dclose(H5Dcreate2(file, column, type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
        H5Pclose(creation);
        H5Sclose(space);
    }
    H5Tclose(type);
    assert_true(H5Fclose(file) >= 0);
    seal_store(f->store);
}

static void assert_people_refused(struct fixture *f, const char *column, const char *part)
{
    struct ihp__people people = {0};
    struct ihp__store *store = NULL;
    f->err = (struct ihp_error){0};
    if (ihp__store_open(f->store, &store, &f->err) == IHP_OK) {
        const struct ihp__range all = {0, ihp__store_info(store)->members};
        if (ihp__store_read_people(store, all, ALL_PARTS, &people, &f->err) == IHP_OK) {
            fail_msg("%s: not refused; expected: %s", column, part);
        }
    }
    assert_int_equal(f->err.status, IHP_ERR_DATA);
    assert_non_null(strstr(f->err.text, f->store));
    assert_non_null(strstr(f->err.text, column));
    if (strstr(f->err.text, part) == NULL) {
        fail_msg("the message lacks \"%s\": %s", part, f->err.text);
    }
    ihp__people_free(&people);
    ihp__store_close(&store);
}

static void make_damaged(struct fixture *f)
{
    write_people(f);
    write_paid(f, "M10,2024-07,BHH\nM3,2024-07,BHH\n");
    assert_imports(f);
}

static void test_damaged_offsets_and_codes(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *column;
        hsize_t at;
        int64_t value;
        const char *part;
    } cases[] = {
        {"social_risk/offset", 0, 1, "does not start with 0"},
        {"social_risk/offset", 1, 5, "decreases"},
        {"social_risk/offset", 2, 1000, "points past the end"},
        {"social_risk/offset", 2, INT64_MAX, "points past the end"},
        {"social_risk/offset", 4, 4, "does not end with the number of rows"},
        {"social_risk/factor", 3, 10, "unknown code"},
        {"social_risk/factor", 0, 255, "unknown code"},
        {"social_risk/month_to", 0, 0, "before month_from"},
        {"care_coordination/offset", 2, 3, "decreases"},
        {"care_coordination/offset", 4, 2, "does not end with the number of rows"},
        {"care_coordination/kind", 2, 3, "unknown code"},
        {"care_coordination_paid/offset", 1, 9, "points past the end"},
        {"care_coordination_paid/kind", 0, 200, "unknown code"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_damaged(f);
        patch(f, cases[i].column, cases[i].at, cases[i].value);
        assert_people_refused(f, cases[i].column, cases[i].part);
    }
}

/* Columns that are missing, shorter than their offsets say or, if they define the number of rows,
 * longer. */
static void test_damaged_columns(void **state)
{
    struct fixture *f = *state;
    static const char *const group[] = {"social_risk", "care_coordination",
                                        "care_coordination_paid"};
    static const char *const column[][4] = {{"month_from", "offset", "month_to", "factor"},
                                            {"month", "offset", "kind"},
                                            {"month", "offset", "kind"}};
    for (size_t g = 0; g < COUNT(group); g++) {
        for (size_t c = 0; c < 4 && column[g][c] != NULL; c++) {
            char name[64];
            snprintf(name, sizeof name, "%s/%s", group[g], column[g][c]);
            make_damaged(f);
            resize(f, name, 0);
            assert_people_refused(f, name, "is missing");
            make_damaged(f);
            resize(f, name, -1);
            assert_people_refused(f, group[g], "make the store again");
            if (c == 0) {
                make_damaged(f);
                resize(f, name, 1);
                assert_people_refused(f, group[g], "does not end with the number of rows");
            }
        }
    }
}

#define IN_EXTRACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_EXTRACT(test_all_members),
        IN_EXTRACT(test_ranges),
        IN_EXTRACT(test_parts),
        IN_EXTRACT(test_missing_groups),
        IN_EXTRACT(test_damaged_offsets_and_codes),
        IN_EXTRACT(test_damaged_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
