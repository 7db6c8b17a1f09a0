/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import of values that are written in another way: what is converted and told, what stays bad and
 * why, and near misses. */
#include "extract_fixture.h"

/* Expects that a file gives the same store as the base file, with notices. */
struct same_case {
    int file;
    const char *text, *notice[6];
};

static const struct same_case same_cases[] = {
    {MEMBERS,
     "member_id,birth_date,sex,county,race_ethnicity\n"
     " M2,19800229,f,27053.0,White \nM1\xc2\xa0,2020-12-31 00:00:00,m ,,\n"
     "M10,1950-01-01T00:00:00,u,27003,\xe2\x80\x8b"
     "Black\n",
     {"members: 2 values of member_id were freed of outer blanks",
      "members: 3 values of birth_date were converted to YYYY-MM-DD",
      "members: 3 values of sex were converted to upper case",
      "members: 1 value of sex was freed of outer blanks",
      "members: 1 value of county was freed of decimals of zeros",
      "members: 2 values of race_ethnicity were freed of outer blanks"}},
    {ENROLLMENT,
     "member_id,month_from,month_to,program,payer,exclusion\n"
     "M2,2024-01-01,20241231,ma,MCO-RED ,\nM1,202403,9999-12-31,MCRE\xc2\xa0,ffs, \n"
     "M2,2023-01,2023-12-31 00:00:00,XX,Ffs,qmb\n",
     {"enrollment: 2 values of month_from were converted to YYYY-MM",
      "enrollment: 2 values of month_to were converted to YYYY-MM",
      "enrollment: 1 value of month_to was taken for an open end (9999-12-31)",
      "enrollment: 2 values of payer were converted to upper case",
      "enrollment: 1 value of program was converted to upper case",
      "enrollment: 1 value of exclusion was converted to upper case"}},
    {ENROLLMENT,
     "member_id,month_from,month_to,program,payer,exclusion\n"
     "M2,2024-01,2024-12,MA,MCO-RED,\nM1,2024-03, ,MCRE,FFS,\nM2,2023-01,2023-12,XX,FFS,QMB\n",
     {"enrollment: 1 value of month_to was freed of outer blanks",
      "enrollment: 1 value of month_to was taken for an open end (blank)"}},
    {CLAIMS,
     CLAIM_HEADER
     " C2,1.0,M2 ,20240505,2024-06-01 00:00:00,p, 99213,Professional,043 ,9000000001.0, "
     "9000000011,mco-red,$100.00\n"
     "C1,2,M2,2024-05-05,,D ,,PHARMACY,030.0,0000000000,,FFS,12.5000\n"
     "C1,1,M2,2024-05-05,20240601,P,,inpatient,999i,9000000001,9999999999,MCO-BLUE,(3.00)\n"
     "C3,1,M1,2024-01-01,2024-01-01,V,j1234,other,999E,,9000000012,MCO-RED,.0\n",
     {"claims: 1 value of paid_date was blank on a denied line, and the service date was taken",
      "claims: 1 value of billing_npi was taken for blank, since ten equal digits are nobody's NPI",
      "claims: 2 values of service_class were converted to lower case",
      "claims: 1 value of procedure was converted to upper case",
      "claims: 4 values of paid_amount were converted to plain dollars",
      "claims: 1 value of line was freed of decimals of zeros"}},
    {MORBIDITY,
     "member_id,year,acg\nM2,2024.0, 0300\nM2,2023,0100 \nM1 ,2024,0300\n",
     {"morbidity: 2 values of acg were freed of outer blanks",
      "morbidity: 1 value of member_id was freed of outer blanks"}},
    {PROVIDERS,
     "npi,taxonomy\n9000000011.0,207q00000x \n 9000000099, \n1111111111,207R00000X\n",
     {"providers: 1 value of taxonomy was converted to upper case",
      "providers: 1 row left out, since ten equal digits are nobody's NPI"}},
    {SOCIAL_RISK,
     "member_id,month_from,month_to,factor\nM2,20240101,2024-06-30,SMI\n",
     {"social_risk: 1 value of factor was converted to lower case"}},
    {COORDINATION,
     "member_id,month,kind\nM2,2024-02-01,hch\n",
     {"care_coordination: 1 value of kind was converted to upper case"}},
};

/* The base with payers, amounts and dates as the cases above have them gives one store. */
static void values_of_one_meaning_are_read(void **state)
{
    struct fixture *f = *state;
    char clean[33], hash[33];
    put_file(f, CLAIMS,
             CLAIM_HEADER
             "C2,1,M2,2024-05-05,2024-06-01,P,99213,professional,043,9000000001,9000000011,mco-red,"
             "100.00\n"
             "C1,2,M2,2024-05-05,2024-05-05,D,,pharmacy,030,,,FFS,12.5\n"
             "C1,1,M2,2024-05-05,2024-06-01,P,,inpatient,999I,9000000001,,MCO-BLUE,-3\n"
             "C3,1,M1,2024-01-01,2024-01-01,V,J1234,other,999E,,9000000012,MCO-RED,0\n",
             NULL);
    char path[256];
    snprintf(path, sizeof path, "%s/claims.csv", f->folder);
    char *claims = strdup(read_text(path));
    assert_non_null(claims);
    hash_of(f, clean);
    for (size_t i = 0; i < sizeof same_cases / sizeof same_cases[0]; i++) {
        const struct same_case *c = &same_cases[i];
        ihp_notices_clear(&f->notices);
        put_file(f, c->file, c->text, NULL);
        assert_string_equal(hash_of(f, hash), clean);
        for (size_t n = 0; n < 6 && c->notice[n] != NULL; n++) {
            if (!has_notice(f, c->notice[n])) {
                fail_msg("there is no notice '%s'", c->notice[n]);
            }
        }
        put_file(f, c->file, c->file == CLAIMS ? claims : base[c->file], NULL);
    }
    free(claims);
}

/* What could mean two things is a bad row, with the likely cause. */
static void values_of_two_meanings_are_bad(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int file;
        const char *row, *reason;
    } cases[] = {
        {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,43,,,FFS,1",
         "category has two digits (did a spreadsheet drop a zero?)"},
        {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,7,,,FFS,1", "category has one digit"},
        {CLAIMS, "C9,1,M2,01/02/2024,2024-02-01,P,,other,043,,,FFS,1",
         "service_date may have the month or the day first (a layout can say which, such as dates: "
         "MM/DD/YYYY)"},
        {PROVIDERS, "1.23E+09,207Q00000X", "npi is a spreadsheet's number"},
        {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,\"1.234,56\"",
         "paid_amount has a comma that does not group"},
        {CLAIMS, "C9,1,M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,142.125",
         "paid_amount has a part of a cent"},
        {CLAIMS, "C9,1,M2,2024-01-01,,P,,other,043,,,FFS,1", "paid_date is blank"},
        {CLAIMS, "C9,1,M2,2024-01-01, ,V,,other,043,,,FFS,1", "paid_date is blank"},
        {CLAIMS, "C9,1,M2,2024-01-01,x,D,,other,043,,,FFS,1", "paid_date is not a valid date"},
        {CLAIMS, "C9,1,00M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,1",
         "with more or fewer zeros in front"},
        {ENROLLMENT, "M2,2025-01-02,2025-02,MA,FFS,", "month_from is a day after the first"},
        {ENROLLMENT, "M2,2025-01,20250227,MA,FFS,", "month_to is a day before the last"},
        {SOCIAL_RISK, "M2,2024-01, ,smi", "month_to is blank"},
        {PROVIDERS, " ,207Q00000X", "npi is blank"},
        {MEMBERS, "TRAILER,,,,",
         "members.csv: 1 row: birth_date is blank; use YYYY-MM-DD (it looks like a trailer; to "
         "leave "
         "it out, give the table in a layout the line: leave_out: [{begins: \"TRAILER\"}])"},
        {MEMBERS, "M\xe9,1980-01-01,F,27053,",
         "member_id is not UTF-8 text (a layout can say encoding: latin-1); use 1 to 20"},
        {CLAIMS, "C\xe9,1,M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,1",
         "claim_id is not UTF-8 text (a layout can say encoding: latin-1)"},
    };
    char text[IHP_IMPORT_BAD_KIND_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_file(f, cases[i].file, base[cases[i].file], cases[i].row);
        assert_int_equal(import(f), IHP_ERR_DATA);
        assert_int_equal(f->report.bad_rows, 1);
        ihp_import_bad_kind_format(&f->report.bad_kind[0], text);
        if (strstr(text, cases[i].reason) == NULL) {
            fail_msg("%s", text);
        }
        put_file(f, cases[i].file, base[cases[i].file], NULL);
    }
}

/* The quarantine file has a bad row as the file has it, also where a field before was converted. */
static void quarantined_rows_stay_as_they_are(void **state)
{
    struct fixture *f = *state;
    put_file(f, CLAIMS, base[CLAIMS],
             "C9,1.0, M2,20240101,2024-02-01,p,g0438,Other,43,,,ffs,(1.00)\n");
    f->options.quarantine_path = f->quarantine;
    assert_imports(f);
    assert_non_null(strstr(read_text(f->quarantine),
                           "\"C9,1.0, M2,20240101,2024-02-01,p,g0438,Other,43,,,ffs,(1.00)\"\n"));
    for (size_t i = 0; i < f->notices.count; i++) { /* a row that is not kept is not counted */
        assert_null(strstr(f->notices.text[i], "converted"));
    }
}

/* A bad county or race does not take the member and its claims with it. */
static void optional_fields_are_left_blank(void **state)
{
    struct fixture *f = *state;
    char blank[33], hash[33];
    put_file(f, MEMBERS,
             "member_id,birth_date,sex,county,race_ethnicity\n"
             "M2,1980-02-29,F,,\nM1,2020-12-31,M,,\nM10,1950-01-01,U,,Black\n",
             NULL);
    hash_of(f, blank);
    put_file(f, MEMBERS,
             "member_id,birth_date,sex,county,race_ethnicity\n"
             "M2,1980-02-29,F,2705,\xff\nM1,2020-12-31,M,Anoka,\nM10,1950-01-01,U,27003x,Black\n",
             NULL);
    assert_string_equal(hash_of(f, hash), blank);
    assert_true(has_notice(f, "members: 3 values of county were not valid and left blank"));
    assert_true(has_notice(f, "members: 1 value of race_ethnicity was not UTF-8 and left blank (a "
                              "layout can say encoding: latin-1)"));
}

/* A bad procedure or NPI does not take the claim line and its dollars with it, nor a bad taxonomy
 * the provider. Fields of rows that are not kept are not counted, and only paid lines have dollars.
 */
static void optional_fields_of_lines_are_left_blank(void **state)
{
    struct fixture *f = *state;
    char blank[33], hash[33];
    put_file(f, PROVIDERS, "npi,taxonomy\n9000000011,\n9000000012,207Q00000X\n", NULL);
    put_file(f, CLAIMS,
             CLAIM_HEADER "C1,1,M2,2024-01-01,2024-02-01,P,,other,043,,9000000011,FFS,1000.50\n"
                          "C2,1,M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,2.25\n"
                          "C3,1,M2,2024-01-01,2024-02-01,D,,other,043,,,FFS,70\n"
                          "C4,1,M2,2024-01-01,2024-02-01,P,G0438,other,043,,,FFS,-1\n",
             NULL);
    hash_of(f, blank);
    put_file(f, PROVIDERS, "npi,taxonomy\n9000000011,207Q00000X12\n9000000012,207Q00000X\n", NULL);
    put_file(f, CLAIMS,
             CLAIM_HEADER
             "C1,1,M2,2024-01-01,2024-02-01,P,9921,other,043,12345678901,9000000011,FFS,"
             "1000.50\n"
             "C2,1,M2,2024-01-01,2024-02-01,P,992134,other,043,none,1.23E+09,FFS,2.25\n"
             "C3,1,M2,2024-01-01,2024-02-01,D,99\xc2\xa7,other,043,none,,FFS,70\n"
             "C4,1,M2,2024-01-01,2024-02-01,P,G0438,other,043,,,FFS,-1\n",
             "C5,1,M2,2024-01-01,2024-02-01,P,992134,other,43,none,,FFS,5\n");
    f->options.quarantine_path = f->quarantine;
    assert_string_equal(hash_of(f, hash), blank);
    assert_true(has_notice(f, "claims: 1 value of procedure was of fewer than five digits (did a "
                              "spreadsheet drop a zero?) and left blank; the lines are kept "
                              "($1,000.50 paid)"));
    assert_true(has_notice(f, "claims: 2 values of procedure were not valid and left blank; the "
                              "lines are kept ($2.25 paid)"));
    assert_true(has_notice(f, "claims: 3 values of billing_npi were not valid and left blank; the "
                              "lines are kept ($1,002.75 paid)"));
    assert_true(has_notice(f, "claims: 1 value of treating_npi was a spreadsheet's number and left "
                              "blank; the lines are kept ($2.25 paid)"));
    assert_true(has_notice(f, "providers: 1 value of taxonomy was not valid and left blank; "
                              "the providers are kept and count as specialty"));
}

/* Rows that fall because of the member's row are a kind of their own. */
static void rows_of_bad_members_are_counted_apart(void **state)
{
    struct fixture *f = *state;
    char text[IHP_IMPORT_BAD_KIND_TEXT];
    put_file(f, MEMBERS, base[MEMBERS],
             " M4 ,1980-13-01,F,,\nM5,1980-01-01,F,,\nM5,1980-01-02,F,,\n");
    put_file(f, CLAIMS, base[CLAIMS],
             "C7,1,M4,2024-01-01,2024-02-01,P,,other,043,,,FFS,1\n"
             "C8,1,M5,2024-01-01,2024-02-01,P,,other,043,,,FFS,1\n"
             "C9,1,M6,2024-01-01,2024-02-01,P,,other,043,,,FFS,1\n");
    assert_int_equal(import(f), IHP_ERR_DATA);
    assert_int_equal(f->report.bad_kinds, 4);
    ihp_import_bad_kind_format(&f->report.bad_kind[2], text);
    assert_string_equal(text,
                        "claims.csv: 2 rows: the row of this member_id in members.csv is bad; "
                        "first on lines 6, 7");
    ihp_import_bad_kind_format(&f->report.bad_kind[3], text);
    assert_string_equal(text,
                        "claims.csv: 1 row: member_id is not in members.csv; first on line 8");
}

/* A text of ten spans could be a member's, where columns are shifted; that of eleven is told. */
static void rare_programs_are_not_shown(void **state)
{
    struct fixture *f = *state;
    char rows[2048] = "M1,2024-01,2024-10,JANE DOE,FFS,\n";
    for (int i = 0; i < 21; i++) {
        strcat(rows,
               i < 11 ? "M1,2023-01,2023-02,MA-BD,FFS,\n" : "M10,2023-01,2023-01,RARE,FFS,\n");
    }
    put_file(f, ENROLLMENT, base[ENROLLMENT], rows);
    assert_imports(f);
    assert_true(has_notice(f, "enrollment: months by program that does not qualify (MA, MCRE and "
                              "MA_BD do): 'MA-BD' 22, 3 texts (not shown) 32"));
}

static void near_misses_are_told(void **state)
{
    struct fixture *f = *state;
    put_file(f, MEMBERS, base[MEMBERS],
             "0012,1980-01-01,F,,\n12,1980-01-01,F,,\n034,1980-01-01,F,,\n0,1980-01-01,F,,\n"
             "00,1980-01-01,F,,\n");
    put_file(f, MORBIDITY, base[MORBIDITY], "M1,2023,100\nM2,2022,00\nM2,2021,0\nM1,2022,1000\n");
    put_file(f, ENROLLMENT, base[ENROLLMENT],
             "M1,2024-01,2024-10,MinnesotaCare,FFS,\nM10,2023-11,,MA-BD,FFS,\nM10,2023-01,2023-02,"
             ",FFS,\nM1,2023-01,2023-03,MinnesotaCare,FFS,\n");
    assert_imports(f);
    assert_true(has_notice(f,
                           "members: 2 member IDs are also there with fewer zeros in front (is it "
                           "the same member?)"));
    assert_true(has_notice(f, "morbidity: 2 ACGs are also there with other zeros in front, such as "
                              "0100 beside 100"));
    assert_true(has_notice(f, "enrollment: months by program that does not qualify (MA, MCRE and "
                              "MA_BD do): 4 texts (not shown) 41"));
}

/* NPIs with a wrong check digit are told, and taken for blank if the options say so. */
static void wrong_npis_are_told_or_refused(void **state)
{
    struct fixture *f = *state;
    char hash[33], blank[33];
    static const char claims[] =
        CLAIM_HEADER "C1,1,M2,2024-05-05,2024-06-01,P,,other,043,1234567893,1234567890,FFS,100.00\n"
                     "C2,1,M2,2024-05-05,2024-06-01,V,,other,043,1234567891,,FFS,70\n"
                     "C3,1,M2,2024-05-05,2024-06-01,P,,other,043,A123456789,1234567893,FFS,7\n";
    put_file(f, CLAIMS,
             CLAIM_HEADER
             "C1,1,M2,2024-05-05,2024-06-01,P,,other,043,1234567893,,FFS,100.00\n"
             "C2,1,M2,2024-05-05,2024-06-01,V,,other,043,,,FFS,70\n"
             "C3,1,M2,2024-05-05,2024-06-01,P,,other,043,a123456789,1234567893,FFS,7\n",
             NULL);
    put_file(f, PROVIDERS, "npi,taxonomy\n1234567893,\n", NULL);
    hash_of(f, blank);
    put_file(f, CLAIMS, claims, NULL);
    put_file(f, PROVIDERS, "npi,taxonomy\n1234567893,\n1234567899,207Q00000X\n", NULL);
    assert_string_not_equal(hash_of(f, hash), blank);
    assert_true(has_notice(f,
                           "claims: 2 lines ($100.00 paid) with an NPI whose check digit does not "
                           "fit; they count as they are (--npi-check refuse takes these NPIs for "
                           "blank)"));
    f->options.refuse_npis = true;
    assert_string_equal(hash_of(f, hash), blank);
    assert_true(has_notice(f,
                           "claims: 2 lines ($100.00 paid) with an NPI whose check digit does not "
                           "fit; these NPIs were taken for blank (--npi-check refuse)"));
    assert_true(has_notice(f,
                           "providers: 1 row left out, since the check digit of the NPI does not "
                           "fit"));
}

/* The longest claim ID of a store has 128 bytes. */
static void claim_ids_may_be_long(void **state)
{
    struct fixture *f = *state;
    char row[400], id[130];
    for (int more = 0; more < 2; more++) {
        memset(id, 'x', sizeof id);
        id[128 + more] = '\0';
        snprintf(row, sizeof row, "%s,1,M2,2024-01-01,2024-02-01,P,,other,043,,,FFS,1\n", id);
        put_file(f, CLAIMS, base[CLAIMS], row);
        assert_int_equal(import(f), more == 0 ? IHP_OK : IHP_ERR_DATA);
    }
    assert_int_equal(f->report.bad_rows, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_of_one_meaning_are_read),
        TEST(values_of_two_meanings_are_bad),
        TEST(quarantined_rows_stay_as_they_are),
        TEST(optional_fields_are_left_blank),
        TEST(rows_of_bad_members_are_counted_apart),
        TEST(rare_programs_are_not_shown),
        TEST(rows_of_bad_members_are_counted_apart),
        TEST(near_misses_are_told),
        TEST(optional_fields_of_lines_are_left_blank),
        TEST(wrong_npis_are_told_or_refused),
        TEST(claim_ids_may_be_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
