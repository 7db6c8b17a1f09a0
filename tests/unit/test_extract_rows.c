/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import of an extract: each kind of bad row, duplicate rows, the quarantine file. */
#include "extract_fixture.h"

/* ---- bad rows -------------------------------------------------------------------------------- */

/* A row that is added to the base file, and the reason that is reported. */
struct bad_case {
    int file;
    const char *row, *reason;
};

#define DATE_REASON   " is not a valid date; use YYYY-MM-DD"
#define MEMBER_REASON "member_id is not in members.csv"

static const struct bad_case bad_cases[] = {
    {MEMBERS, ",1980-01-01,F,,", "member_id is blank; use 1 to 20 characters of A-Z a-z 0-9 - _"},
    {MEMBERS, "M 3,1980-01-01,F,,",
     "member_id is not a valid member ID; use 1 to 20 characters of A-Z a-z 0-9 - _"},
    {MEMBERS, "M45678901234567890123,1980-01-01,F,,",
     "member_id is not a valid member ID; use 1 to 20 characters of A-Z a-z 0-9 - _"},
    {MEMBERS, "M3,,F,,", "birth_date is blank; use YYYY-MM-DD"},
    {MEMBERS, "M3,1981-02-29,F,,", "birth_date" DATE_REASON},
    {MEMBERS, "M3,1900-02-29,F,,", "birth_date" DATE_REASON},
    {MEMBERS, "M3,0000-01-01,F,,", "birth_date" DATE_REASON},
    {MEMBERS, "M3,1981-1-01,F,,", "birth_date has a month or day of one digit; use YYYY-MM-DD"},
    {MEMBERS, "M3,99991231,F,,",
     "birth_date is 9999-12-31, which stands for no date; use YYYY-MM-DD"},
    {MEMBERS, "M3,1980-01-01,X,,", "sex is not a valid code; use one of: U F M"},
    {ENROLLMENT, "M2,2024-13,2024-12,MA,FFS,", "month_from is not a valid month; use YYYY-MM"},
    {ENROLLMENT, "M2,2024-12,2024-11,MA,FFS,", "month_to is before month_from"},
    {ENROLLMENT, "M2,2024-12,x,MA,FFS,", "month_to is not a valid month; use YYYY-MM or blank"},
    {ENROLLMENT, "M7,2024-01,2024-11,MA,FFS,", MEMBER_REASON},
    {ENROLLMENT, "M2,2024-01,2024-11,MA,FFS,OTHER", NULL},
    {MORBIDITY, "M2,24,0300", "year is not a valid year; use YYYY"},
    {MORBIDITY, "M2,2022,123456789",
     "acg is too long; use UTF-8 text of 1 to 8 characters that does not begin with = + - or @"},
    {MORBIDITY, "M2,2022,=1+1",
     "acg begins with = + - or @, which a spreadsheet would compute; use UTF-8 text of 1 to 8 "
     "characters that does not begin with = + - or @"},
    {MORBIDITY, "M3,2022,0300", MEMBER_REASON},
    {PROVIDERS, "900000001,207Q00000X",
     "npi is not a valid NPI; use 10 digits or a UMPI (a letter and 9 digits)"},
    {PROVIDERS, ",207Q00000X", "npi is blank; use 10 digits or a UMPI (a letter and 9 digits)"},
    {SOCIAL_RISK, "M2,2024-02,2024-01,smi", "month_to is before month_from"},
    {SOCIAL_RISK, "M2,2024-02,2024-03,rich", NULL},
    {COORDINATION, "M2,2024-02,HC", "kind is not a valid code; use one of: HCH BHH IRCC"},
    {COORDINATION, "M9,2024-02,HCH", MEMBER_REASON},
    {CLAIMS, ",1,M2,2024-01-01,2024-02-01,P,,other,000,,,FFS,1",
     "claim_id is blank; use UTF-8 text of 1 to 128 bytes"},
    {CLAIMS, "C9,1.5,M2,2024-01-01,2024-02-01,P,,other,000,,,FFS,1",
     "line is not a valid integer; use an integer of at most 64 bits"},
    {CLAIMS, "C9,9223372036854775808,M2,2024-01-01,2024-02-01,P,,other,000,,,FFS,1",
     "line is not a valid integer; use an integer of at most 64 bits"},
    {CLAIMS, "C9,1,M22,2024-01-01,2024-02-01,P,,other,000,,,FFS,1", MEMBER_REASON},
    {CLAIMS, "C9,1,M2,2024-02-30,2024-03-01,P,,other,000,,,FFS,1", "service_date" DATE_REASON},
    {CLAIMS, "C9,1,M2,2024-01-01,9999-12-31,P,,other,000,,,FFS,1",
     "paid_date is 9999-12-31, which stands for no date; use YYYY-MM-DD"},
    {CLAIMS, "C9,1,M2,9999-12-31,9999-12-31,P,,other,000,,,FFS,1",
     "service_date is 9999-12-31, which stands for no date; use YYYY-MM-DD"},
    {CLAIMS, "C9,1,M2,2024-02-02,2024-02-01,P,,other,000,,,FFS,1",
     "paid_date is before service_date"},
    {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,Q,,other,000,,,FFS,1",
     "status is not a valid code; use one of: P D V"},
    {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,others,000,,,FFS,1", NULL},
    {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,999X,,,FFS,1",
     "category is not a valid category of service; use 3 digits, 999E or 999I"},
    {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,000,,,FFS,1.234",
     "paid_amount has a part of a cent; use dollars with at most two decimals, below "
     "10,000,000,000"},
};

/* Each bad row is refused with its line. With a quarantine file the store is as if the row were not
 * in the extract. */
static void each_bad_row_is_refused_or_quarantined(void **state)
{
    struct fixture *f = *state;
    char clean[33], hash[33], expected[1000], text[IHP_IMPORT_BAD_KIND_TEXT];
    hash_of(f, clean);
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
        const struct bad_case *bad = &bad_cases[i];
        put_file(f, bad->file, base[bad->file], bad->row);
        int line = 1;
        for (const char *c = base[bad->file]; *c != '\0'; c++) {
            line += *c == '\n';
        }
        f->options.quarantine_path = NULL;
        assert_int_equal(import(f), IHP_ERR_DATA);
        assert_int_equal(f->report.bad_kinds, 1);
        assert_int_equal(f->report.bad_rows, 1);
        ihp_import_bad_kind_format(&f->report.bad_kind[0], text);
        if (bad->reason != NULL) {
            snprintf(expected, sizeof expected, "%s.csv: 1 row: %s; first on line %d",
                     file_name[bad->file], bad->reason, line);
            assert_string_equal(text, expected);
        } else {
            assert_non_null(strstr(text, " is not a valid code; use "));
        }
        f->options.quarantine_path = f->quarantine;
        assert_string_equal(hash_of(f, hash), clean);
        /* All documented columns: one comma more for the county that base's enrollment lacks. */
        snprintf(expected, sizeof expected, "\"%s%s\"\n", bad->row,
                 bad->file == ENROLLMENT ? "," : "");
        assert_non_null(strstr(read_text(f->quarantine), expected));
        put_file(f, bad->file, base[bad->file], NULL);
    }
}

/* Rows of one claim line with several versions, without the column `version`. */
#define VERSION(paid, status, amount)                                                              \
    "V,1,M1,2024-05-05," paid "," status                                                           \
    ",99213,professional,043,9000000001,9000000011,FFS," amount "\n"

/* With a quarantine file the version paid last stays, if it is known which one that is and it is
 * not a reversal. */
static void the_last_version_stays_in_quarantine(void **state)
{
    struct fixture *f = *state;
    static const char first[] = VERSION("2024-06-01", "P", "400.00");
    static const char reversal[] = VERSION("2024-07-01", "P", "-400.00");
    static const char second[] = VERSION("2024-07-01", "P", "350.00");
    static const char rival[] = VERSION("2024-07-01", "P", "340.00");
    static const char third[] = VERSION("2024-08-01", "P", "0.00");
    static const char denied[] = VERSION("2024-08-02", "D", "0.00");
    static const char elsewhere[] = "V,1,M2,2024-05-05,2024-09-01,P,99213,professional,043,"
                                    "9000000001,9000000011,FFS,1.00\n";
    static const struct {
        const char *row[5], *kept;
        int dropped;
    } cases[] = {
        {{first, reversal, second}, second, 2},
        {{second, reversal, first}, second, 2},
        {{reversal, second, first}, second, 2},
        {{first, reversal}, "", 2},
        {{first, second}, second, 1},
        {{first, second, rival}, "", 3},
        {{second, rival, first}, "", 3},
        {{first, second, rival, third}, third, 3},
        {{third, second, rival, first}, third, 3},
        {{second, first, second}, second, 2},
        {{second, denied, first}, denied, 2},
        {{first, elsewhere, second}, "", 3},
    };
    char hash[33], expected[33], rows[1000];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rows[0] = '\0';
        for (size_t r = 0; r < 5 && cases[i].row[r] != NULL; r++) {
            strcat(rows, cases[i].row[r]);
        }
        f->options.quarantine_path = f->quarantine;
        put_file(f, CLAIMS, base[CLAIMS], cases[i].kept);
        hash_of(f, expected);
        put_file(f, CLAIMS, base[CLAIMS], rows);
        assert_string_equal(hash_of(f, hash), expected);
        assert_int_equal(f->report.bad_rows, cases[i].dropped);
        f->options.quarantine_path = NULL;
        assert_int_equal(import(f), IHP_ERR_DATA);
    }
}

static void the_quarantine_file_has_all_bad_rows(void **state)
{
    struct fixture *f = *state;
    put_file(f, MEMBERS, base[MEMBERS],
             "M4,1980-01-01,F,,\"a \"\"b\"\", c\"\nM2,,F,,\n"
             "M4,1980-01-02,F,,\n");
    put_file(f, MORBIDITY, base[MORBIDITY], "M4,2024,\"x,\ny\"\nM4,2024,a\n");
    f->options.quarantine_path = f->quarantine;
    assert_imports(f);
    assert_int_equal(f->report.bad_rows, 5);
    assert_string_equal(
        read_text(f->quarantine),
        "file,line,reason,row\n"
        "members.csv,6,birth_date is blank; use YYYY-MM-DD,\"M2,,F,,\"\n"
        "members.csv,5,\"member_id stands more than once, with different contents\","
        "\"M4,1980-01-01,F,,\"\"a \"\"\"\"b\"\"\"\", c\"\"\"\n"
        "members.csv,7,\"member_id stands more than once, with different contents\","
        "\"M4,1980-01-02,F,,\"\n"
        "morbidity.csv,5,acg has control characters; use UTF-8 text of 1 to 8 "
        "characters that does not begin with = + - or @,\"M4,2024,\"\"x,\ny\"\"\"\n"
        "morbidity.csv,7,the row of this member_id in members.csv is bad,\"M4,2024,a\"\n");
    struct stat info;
    assert_int_equal(stat(f->quarantine, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

/* Many rows of one kind are reported in one line with the five lowest line numbers. */
static void rows_of_one_kind_are_counted(void **state)
{
    struct fixture *f = *state;
    char rows[2000] = "", text[IHP_IMPORT_BAD_KIND_TEXT];
    for (int i = 0; i < 7; i++) {
        strcat(rows, "C9,1,M2,2024-02-02,2024-02-01,P,,other,000,,,FFS,1\n");
    }
    put_file(f, CLAIMS, base[CLAIMS], rows);
    put_file(f, ENROLLMENT, base[ENROLLMENT], "M2,,2024-12,MA,FFS,\nM2,,2024-12,MA,FFS,\n");
    assert_int_equal(import(f), IHP_ERR_DATA);
    assert_int_equal(f->report.bad_kinds, 2);
    assert_string_equal(ihp_import_bad_kind_format(&f->report.bad_kind[0], text),
                        "enrollment.csv: 2 rows: month_from is blank; use YYYY-MM; "
                        "first on lines 5, 6");
    assert_string_equal(ihp_import_bad_kind_format(&f->report.bad_kind[1], text),
                        "claims.csv: 7 rows: paid_date is before service_date; "
                        "first on lines 6, 7, 8, 9, 10");
    assert_non_null(strstr(f->err.text, "9 bad rows of 2 kinds"));
    assert_int_equal(files_with(f, "h5", false), 0);
}

/* ---- duplicate rows -------------------------------------------------------------------------- */

static void expect_dropped(struct fixture *f, int file, const char *rows, uint64_t bad,
                           const char *expected)
{
    char text[IHP_IMPORT_BAD_KIND_TEXT];
    put_file(f, file, base[file], rows);
    f->options.quarantine_path = NULL;
    assert_int_equal(import(f), IHP_ERR_DATA);
    assert_string_equal(ihp_import_bad_kind_format(&f->report.bad_kind[0], text), expected);
    f->options.quarantine_path = f->quarantine;
    assert_imports(f);
    assert_int_equal(f->report.bad_rows, bad);
    put_file(f, file, base[file], NULL);
}

static void one_of_identical_rows_is_good(void **state)
{
    struct fixture *f = *state;
    char clean[33], hash[33];
    hash_of(f, clean);
    expect_dropped(f, MEMBERS, "M1,2020-12-31,M,,\n", 1,
                   "members.csv: 1 row: duplicate member_id (identical rows); first on line 5");
    expect_dropped(f, MORBIDITY, "M2,2023,0100\nM2,2023,0100\n", 2,
                   "morbidity.csv: 2 rows: duplicate member_id and year (identical rows); first on "
                   "lines 5, 6");
    expect_dropped(f, PROVIDERS, "9000000099,\n", 1,
                   "providers.csv: 1 row: duplicate npi (identical rows); first on line 4");
    const char *again = /* 12.50 equals 12.5 */
        "C1,2,M2,2024-05-05,2024-06-01,D,,pharmacy,030,,,FFS,12.50\n";
    expect_dropped(f, CLAIMS, again, 1,
                   "claims.csv: 1 row: claim_id and line stand more than once; this row repeats "
                   "another; first on line 6");
    put_file(f, CLAIMS, base[CLAIMS], again);
    assert_string_equal(hash_of(f, hash), clean);
}

static void none_of_conflicting_rows_is_good(void **state)
{
    struct fixture *f = *state;
    char without[33], hash[33];
    expect_dropped(f, MEMBERS, "M1,2020-12-30,M,,\n", 2 + 1 + 1 + 1, /* and the rows of M1 */
                   "members.csv: 2 rows: member_id stands more than once, with different contents; "
                   "first on lines 3, 5");
    expect_dropped(f, MORBIDITY, "M2,2023,0101\nM2,2023,0100\n", 3,
                   "morbidity.csv: 3 rows: duplicate member_id and year (conflicting ACGs); first "
                   "on lines 3, 5, 6");
    expect_dropped(
        f, PROVIDERS, "9000000011,\n", 2,
        "providers.csv: 2 rows: duplicate npi (conflicting taxonomies); first on lines 2, 4");
    /* Another member with the key of a line, with values that no other row has. */
    const char *rows = "C2,1,M1,2024-05-05,2024-06-01,P,00001,other,043,9111111111,,NEW,5\n"
                       "C2,1,M2,2024-05-05,2024-06-01,P,99213,professional,043,9000000001,"
                       "9000000011,FFS,100.00\n";
    expect_dropped(f, CLAIMS, rows, 3,
                   "claims.csv: 3 rows: claim_id and line stand more than once, with different "
                   "contents; first on "
                   "lines 2, 6, 7");
    put_file(f, CLAIMS, base[CLAIMS], rows);
    hash_of(f, hash);
    const char *second_line = strchr(strchr(base[CLAIMS], '\n') + 1, '\n') + 1;
    put_file(f, CLAIMS, CLAIM_HEADER, second_line);
    assert_string_equal(hash_of(f, without), hash);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_bad_row_is_refused_or_quarantined), TEST(the_last_version_stays_in_quarantine),
        TEST(the_quarantine_file_has_all_bad_rows),   TEST(rows_of_one_kind_are_counted),
        TEST(one_of_identical_rows_is_good),          TEST(none_of_conflicting_rows_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
