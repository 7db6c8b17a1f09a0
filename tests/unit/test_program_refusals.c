/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of program files that are refused, with file, line, column, the value found and those
 * allowed. */
#include "program_folder.h"

static void test_ids(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",x,1,all_in,,,,,\n", ":2: column ihp_id: a blank is not valid", "1 to 40 of"},
        {"NONE,x,1,all_in,,,,,\n", ":2: column ihp_id: 'NONE' is not valid", "not NONE"},
        {"../x,x,1,all_in,,,,,\n", ":2: column ihp_id: '../x' is not valid", "A-Z a-z 0-9 - _ ."},
        {".x,x,1,all_in,,,,,\n", ":2: column ihp_id: '.x' is not valid", "begin with a dot"},
        {"-x,x,1,all_in,,,,,\n", ":2: column ihp_id: '-x' is not valid", "a dot or -"},
        {"a b,x,1,all_in,,,,,\n", ":2: column ihp_id: 'a b' is not valid", "A-Z"},
        {"\xc3\xa9,x,1,all_in,,,,,\n", ":2: column ihp_id: '\xc3\xa9' is not valid", "A-Z"},
        {"A,x,1,all_in,,,,,\n\n\nA,y,2,all_in,,,,,\n", ":5: column ihp_id: 'A' appears twice",
         "one row of each IHP"},
        {"A2345678901234567890123456789012345678901,x,1,all_in,,,,,\n",
         ":2: column ihp_id: 'A234567890", "1 to 40"},
        {"", ": has no IHP", "add a row for each"},
    };
    ASSERT_REFUSALS("ihps.csv", IHPS, cases);
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    for (size_t i = 1; i < PROGRAM_FILES;
         i++) { /* only an id of 40 characters, and nothing that names another */
        char header[200];
        snprintf(header, sizeof header, "%.*s", (int)strcspn(program_file[i].text, "\n"),
                 program_file[i].text);
        write_text(in_folder(program_file[i].name), header);
    }
    write_text(in_folder("ihps.csv"),
               IHPS "A234567890123456789012345678901234567890,x,1,all_in,,,,,\n");
    assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_OK);
    ihp__program_destroy(&program);
}

static void test_terms(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"A,x,3,all_in,,,,,\n", ":2: column track: '3' is not valid", "1 or 2"},
        {"A,x,,all_in,,,,,\n", ":2: column track: a blank is not valid", "1 or 2"},
        {"A,x,1.0,all_in,,,,,\n", ":2: column track: '1.0' is not valid", "1 or 2"},
        {"A,x,1,all-in,,,,,\n", ":2: column roster_type: 'all-in' is not valid", "[3.8.4]"},
        {"A,x,1,,,,,,\n", ":2: column roster_type: a blank is not valid",
         "all_in or billing_treating"},
        {"A,x,1,all_in,-1,,,,\n", ":2: column claims_cap: '-1' is not valid", "not negative"},
        {"A,x,1,all_in,1.005,,,,\n", ":2: column claims_cap: '1.005' is not valid", "two decimals"},
        {"A,x,1,all_in,none,,,,\n", ":2: column claims_cap: 'none' is not valid", "dollars"},
        {"A,x,1,all_in,,-0.01,,,\n", ":2: column pbp_dollars: '-0.01' is not valid",
         "not negative"},
        {"A,x,1,all_in,,\"1,000\",,,\n", ":2: column pbp_dollars: '1,000' is not valid", "dollars"},
        {"A,x,1,all_in,,,$5,,\n", ":2: column interim_paid: '$5' is not valid", "dollars"},
        {"A,x,1,all_in,,,99999999999,,\n", ":2: column interim_paid: '99999999999'", "dollars"},
        {"A,x,1,all_in,,,,2025-06-30,\n", ":2: column termination: a blank is not valid", "[6.1]"},
        {"A,x,1,all_in,,,,,with_cause\n", ":2: column terminated_on: a blank is not valid",
         "YYYY-MM-DD"},
        {"A,x,1,all_in,,,,2025-06-31,with_cause\n", ":2: column terminated_on: '2025-06-31'",
         "a date, YYYY-MM-DD"},
        {"A,x,1,all_in,,,,2025-02-29,with_cause\n", ":2: column terminated_on: '2025-02-29'",
         "a date, YYYY-MM-DD"},
        {"A,x,1,all_in,,,,6/30/2025,with_cause\n", ":2: column terminated_on: '6/30/2025'",
         "a date, YYYY-MM-DD"},
        {"A,x,1,all_in,,,,2025-06-30,for_cause\n",
         ":2: column termination: 'for_cause' is not valid", "state_without_cause, state_breach"},
        {"A,x,1,all_in,,,,2025-06-30,With_cause\n", ":2: column termination: 'With_cause'",
         "with_cause"},
    };
    ASSERT_REFUSALS("ihps.csv", IHPS, cases);
}

/* Loads a folder with an interim_payers.csv, and checks the sums against ihps.csv, where only B has
 * an interim amount, -20.25, on line 3. */
static enum ihp_status check_payers(const char *rows, bool folder_named, struct ihp_error *err)
{
    char text[400];
    snprintf(text, sizeof text, "ihp_id,payer,amount\n%s", rows);
    struct ihp__program *program = loaded_program("interim_payers.csv", text, NULL);
    *err = (struct ihp_error){0};
    enum ihp_status status = ihp__program_check_interim_payers(program, folder_named, err);
    ihp__program_destroy(&program);
    return status;
}

static void test_interim_payers(void **state)
{
    (void)state;
    struct ihp_error err;
    static const struct refusal cases[] = {
        {"E,FFS,1.00\n", ":2: column ihp_id: 'E' is not valid", "ihps.csv"},
        {"B,FFS,\n", ":2: column amount: a blank is not valid", "dollars"},
        {"B,FFS,1.005\n", ":2: column amount: '1.005' is not valid", "two decimals"},
        {"B,FFS,1.00\nC,FFS,2\nB,FFS,-21.25\n", ":4:", "this ihp_id and payer"},
    };
    ASSERT_REFUSALS("interim_payers.csv", "ihp_id,payer,amount\n", cases);
    assert_int_equal(check_payers("B,MCO,-20\nB,FFS,-0.25\n", false, &err), IHP_OK);
    assert_int_equal(check_payers("", false, &err), IHP_OK);
    assert_int_equal(check_payers("C,FFS,1\nC,MCO,-1\n", false, &err), IHP_OK);
    assert_int_equal(check_payers("C,FFS,1\n", true, &err), IHP_OK); /* the folder says */
    assert_int_equal(check_payers("C,FFS,1\n", false, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "interim_payers.csv:2: column amount: the payers of C paid");
    assert_error(&err, IHP_ERR_DATA, "line 4 of ihps.csv has 0.00 in interim_paid");
    assert_int_equal(check_payers("C,A,0\nB,MCO,-20\nB,FFS,-0.24\n", true, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "interim_payers.csv:3: column amount: the payers of B paid");
    assert_error(&err, IHP_ERR_DATA, "-20.24 together, but line 3 of ihps.csv has -20.25");
    remove(in_folder("interim_payers.csv"));
}

static void test_circumstances(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",2025-01,2025-02\n", ":2: column county: a blank is not valid", "5 digits"},
        {"2705,2025-01,2025-02\n", ":2: column county: '2705' is not valid", "5 digits"},
        {"270530,2025-01,2025-02\n", ":2: column county: '270530' is not valid", "5 digits"},
        {"2705x,2025-01,2025-02\n", ":2: column county: '2705x' is not valid", "FIPS"},
        {"00000,2025-01,2025-02\n", ":2: column county: '00000' is not valid", "not 00000"},
        {"27053,2025-13,2025-02\n", ":2: column month_from: '2025-13' is not valid", "YYYY-MM"},
        {"27053,,2025-02\n", ":2: column month_from: a blank is not valid", "YYYY-MM"},
        {"27053,2025-01,2025\n", ":2: column month_to: '2025' is not valid", "YYYY-MM"},
        {"27053,2025-03,2025-02\n", ":2: column month_to: '2025-02' is not valid",
         "not before month_from"},
        {"27053,2025-01,2025-03\n27001,2025-03,2025-03\n27053,2025-03,2025-04\n",
         ":4: column month_from: the months of county 27053", "line 2"},
        {"27053,2025-05,2025-06\n27053,2025-01,2025-05\n",
         ":3: column month_from: the months of county 27053", "line 2"},
        {"27053,2025-01,2025-12\n27053,2025-02,2025-02\n27053,2025-07,2025-07\n",
         ":3: column month_from: the months of county 27053", "line 2"},
        {"27053,2025-01,2025-01\n27053,2025-01,2025-01\n",
         ":3: column month_from: the months of county 27053", "line 2"},
    };
    ASSERT_REFUSALS("circumstances.csv", "county,month_from,month_to\n", cases);
}

static void test_holidays(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"12/25/2026\n", ":2: column day: '12/25/2026' is not valid", "YYYY-MM-DD"},
        {"2026-02-29\n", ":2: column day: '2026-02-29' is not valid", "YYYY-MM-DD"},
        {"1969-12-31\n", ":2: column day: '1969-12-31' is not valid", "1970 to 2200"},
        {"2201-01-01\n", ":2: column day: '2201-01-01' is not valid", "1970 to 2200"},
        {"2026-12-25\n2026-01-01\n2026-12-25\n", ":4:", "this day"},
        {"2028-01-03\n2026-12-25\n", ":2: column day: no row has a day of 2027",
         "list the holidays of each year"},
    };
    ASSERT_REFUSALS("holidays.csv", "day\n", cases);
}

static void test_missing_columns(void **state)
{
    (void)state;
    static const struct {
        const char *file, *header, *column;
    } cases[] = {
        {"ihps.csv", "name,track,roster_type,claims_cap", "ihp_id"},
        {"ihps.csv", "ihp_id,name,track,claims_cap", "roster_type"},
        {"ihps.csv", "ihp_id,name,track,roster_type", "claims_cap"},
        {"rosters.csv", "ihp_id,quarter,npi", "role"},
        {"rosters.csv", "ihp_id,quarter,role", "npi"},
        {"taxonomy.csv", "taxonomy", "class"},
        {"categories.csv", "service_class,category,name", "included"},
        {"codes.csv", "set,code_from", "code_to"},
        {"corridors.csv", "from,to,ihp_share", "ihp_id"},
        {"corridors.csv", "ihp_id,from,to", "ihp_share"},
        {"trend.csv", "year", "rate"},
        {"overrides.csv", "member_id,year", "ihp_id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char begins[100];
        snprintf(begins, sizeof begins, "%s:1: column %s is missing", cases[i].file,
                 cases[i].column);
        assert_program_refused(cases[i].file, cases[i].header, begins, "add it");
    }
}

static void test_taxonomy(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",PCP\n", ":2: column taxonomy: a blank is not valid", "at most 10 characters"},
        {"207Q00000XX,PCP\n", ":2: column taxonomy: '207Q00000XX' is not valid", "at most 10"},
        {"207Q00000X,\n", ":2: column class: a blank is not valid", "PCP or SPE"},
        {"207Q00000X,pcp\n", ":2: column class: 'pcp' is not valid", "PCP or SPE"},
        {"207Q00000X,PCP\n208600000X,SPE\n207Q00000X,SPE\n",
         ":4: column class: 'SPE' contradicts an", "a taxonomy has one class"},
    };
    ASSERT_REFUSALS("taxonomy.csv", "taxonomy,class\n", cases);
    static const struct refusal months[] = {
        {"207Q00000X,PCP,2025,\n", ":2: column from: '2025' is not valid", "YYYY-MM, or blank"},
        {"207Q00000X,PCP,2025-02,2025-01\n", ":2: column to: '2025-01' is not valid",
         "not before from"},
        {"207Q00000X,PCP,,2025-03\n208600000X,SPE,,\n207Q00000X,SPE,2025-03,\n",
         ":4: column class: 'SPE' contradicts line 2", "one class in a month [13.3.5.2]"},
        {"207Q00000X,SPE,2025-03,\n207Q00000X,PCP,,2025-03\n",
         ":3: column class: 'PCP' contradicts line 2", "in months that both rows have"},
        {"207Q00000X,SPE,2025-02,2025-02\n207Q00000X,PCP,,\n",
         ":3: column class: 'PCP' contradicts line 2", "in months that both rows have"},
        {"207Q00000X,PCP,2024-01,2025-12\n207Q00000X,PCP,2024-02,2024-03\n"
         "207Q00000X,SPE,2025-06,2025-06\n",
         ":4: column class: 'SPE' contradicts line 2", "in months that both rows have"},
    };
    ASSERT_REFUSALS("taxonomy.csv", "taxonomy,class,from,to\n", months);
}

static void test_categories(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"surgery,043,I\n", ":2: column service_class: 'surgery' is not valid",
         "one of: inpatient long_term_care mh_cd other outpatient pharmacy professional"},
        {"Pharmacy,043,I\n", ":2: column service_class: 'Pharmacy' is not valid", "one of:"},
        {"pharmacy,43,I\n", ":2: column category: '43' is not valid", "3 digits, 999E or 999I"},
        {"pharmacy,0043,I\n", ":2: column category: '0043' is not valid", "3 digits"},
        {"pharmacy,998E,I\n", ":2: column category: '998E' is not valid", "3 digits"},
        {"pharmacy,999e,I\n", ":2: column category: '999e' is not valid", "3 digits"},
        {"pharmacy,,I\n", ":2: column category: a blank is not valid", "3 digits"},
        {"pharmacy,043,1\n", ":2: column included: '1' is not valid", "I or E"},
        {"pharmacy,043,\n", ":2: column included: a blank is not valid", "I or E"},
        {"pharmacy,043,I\nother,043,E\npharmacy,043,E\n",
         ":4: column included: 'E' contradicts an earlier", "keep one of the two"},
        {"pharmacy,043,E\npharmacy,043,I\n", ":3: column included: 'I' contradicts an earlier",
         "keep one of the two"},
    };
    ASSERT_REFUSALS("categories.csv", "service_class,category,included\n", cases);
}

static void test_codes(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"EM,99202,99215\n", ":2: column set: 'EM' is not valid", "em or health_home"},
        {"em,9920,99215\n", ":2: column code_from: '9920' is not valid", "five characters"},
        {"em,99202,992155\n", ":2: column code_to: '992155' is", "five characters"},
        {"em,99202,\n", ":2: column code_to: a blank is not valid", "five characters"},
        {"em,99202,99201\n", ":2: column code_to: '99201' is not valid", "not before code_from"},
        {"em,A0001,99999\n", ":2: column code_to: '99999' is not valid", "not before code_from"},
        {"em,99202,99202\nem,a0000,Z9999\n", ":3: column code_to: 'Z9999'", "not before code_from"},
    };
    ASSERT_REFUSALS("codes.csv", "set,code_from,code_to\n", cases);
    static const struct refusal months[] = {
        {"em,99202,99215,2025-1,\n", ":2: column from: '2025-1' is not valid", "YYYY-MM, or blank"},
        {"em,99202,99215,,x\n", ":2: column to: 'x' is not valid", "not before from, or blank"},
        {"em,99202,99215,2025-02,2025-01\n", ":2: column to: '2025-01' is", "not before from"},
    };
    ASSERT_REFUSALS("codes.csv", "set,code_from,code_to,from,to\n", months);
    struct ihp__program *program = loaded_program(
        "codes.csv",
        "set,code_from,code_to,from,to\nem,99202,99215,,2025-03\nhealth_home,99215,99220,2025-03,\n"
        "em,99202,99214,2025-03,\nem,99202,99214,2025-03,2025-06\n",
        NULL);
    ihp__program_destroy(&program);
}

static void test_corridors(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"E,0.9,1,0.5\n", ":2: column ihp_id: 'E' is not valid", "an ihp_id of ihps.csv"},
        {",x,1,0.5\n", ":2: column from: 'x' is not valid", "a ratio such as 0.98"},
        {",-0.1,1,0.5\n", ":2: column from: '-0.1' is not valid", "a ratio"},
        {",0.9,,0.5\n", ":2: column to: a blank is not valid", "a ratio"},
        {",0.9,1001,0.5\n", ":2: column to: '1001' is not valid", "a ratio"},
        {",0.9,1,1.01\n", ":2: column ihp_share: '1.01' is not valid", "a number from 0 to 1"},
        {",0.9,1,50%\n", ":2: column ihp_share: '50%' is not valid", "a number from 0 to 1"},
        {",0.9,1,-0.5\n", ":2: column ihp_share: '-0.5' is not valid", "a number from 0 to 1"},
        {",1,0.9,0.5\n", ":2: column to: '0.9' is not valid", "above from"},
        {",0.9,0.9,0.5\n", ":2: column to: '0.9' is not valid", "above from"},
        {",0.90,0.98,0.5\n,0.97,1.00,0.5\n", ":3: column from: the corridor overlaps",
         "only touch"},
        {",0.97,1.00,0.5\n,0.90,0.98,0.5\n", ":3: column from: the corridor overlaps",
         "only touch"},
        {",0.90,1.10,0.5\n,0.95,1.00,0.5\n", ":3: column from: the corridor overlaps",
         "only touch"},
        {",0.95,1.00,0.5\n,0.90,1.10,0.5\n", ":3: column from: the corridor overlaps",
         "only touch"},
        {",0.95,1.00,0.5\n,0.95,1.00,0.5\n", ":3: column from: the corridor overlaps",
         "only touch"},
        {"C,0.90,0.98,0.5\n,0.9,1,0.5\nD,0.9,1,0.5\nC,0.979,1,0.5\n",
         ":5: column from: the corridor", "only touch"},
    };
    ASSERT_REFUSALS("corridors.csv", "ihp_id,from,to,ihp_share\n", cases);
}

static void test_trend(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"25,0.03,\n", ":2: column year: '25' is not valid", "a year from 1970 to 2200, YYYY"},
        {",0.03,\n", ":2: column year: a blank is not valid", "a year from 1970 to 2200, YYYY"},
        {"2025,0.03,\n2024,0.03,\n2025,0.03,\n", ":4: column year: 2025 appears twice",
         "one row of each year"},
        {"2025,,\n", ":2: column rate: a blank is not valid", "a rate above -1"},
        {"2025,3%,\n", ":2: column rate: '3%' is not valid", "a rate above -1"},
        {"2025,-1,\n", ":2: column rate: '-1' is not valid", "a rate above -1"},
        {"2025,10.5,\n", ":2: column rate: '10.5' is not valid", "a rate above -1"},
        {"2025,0.03,x\n", ":2: column adjustment: 'x' is not valid", "or blank"},
        {"2025,0.03,-1\n", ":2: column adjustment: '-1' is not valid", "or blank"},
        {"2025,0.03,11\n", ":2: column adjustment: '11' is not valid", "or blank"},
    };
    ASSERT_REFUSALS("trend.csv", "year,rate,adjustment\n", cases);
}

static void test_overrides(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",2025,A\n", ":2: column member_id: the value (not shown) is not valid", "1 to 20 of"},
        {"M 1,2025,A\n", ":2: column member_id: the value (not shown) is not valid", "1 to 20 of"},
        {"M23456789012345678901,2025,A\n", ":2: column member_id: the value (not", "1 to 20 of"},
        {"M1,25,A\n", ":2: column year: the value (not shown) is", "YYYY"},
        {"M1,2025,E\n", ":2: column ihp_id: the value (not shown) is not valid",
         "an ihp_id of ihps.csv"},
        {"M1,2025,\n", ":2: column ihp_id: the value (not shown) is not valid",
         "an ihp_id of ihps.csv"},
        {"M1,2025,none\n", ":2: column ihp_id: the value (not shown) is not valid",
         "an ihp_id of ihps.csv"},
        {"M1,2025,A\nM2,2025,A\nM1,2024,A\nM1,2025,NONE\n", ":5: this member_id and year already",
         "appears on line 2; keep one of the two"},
        {"M1,2025,A\nM1,2025,A\n", ":3: this member_id and year already", "on line 2"},
    };
    ASSERT_REFUSALS("overrides.csv", "member_id,year,ihp_id\n", cases);
}

/* No message contains a member's id or a note. */
static void test_messages_hold_no_member(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "SECRET!,2025,A,SECRET\n", "SECRET,20x5,A,SECRET\n",
        "SECRET,2025,E,SECRET\n",  "A,2025,SECRET,\n",
        "A,SECRET,2025,\n",        "SECRET,2025,A,SECRET\nSECRET,2025,A,SECRET\n"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ihp__program *program = NULL;
        struct ihp_error err = {0};
        char text[200];
        snprintf(text, sizeof text, "member_id,year,ihp_id,note\n%s", rows[i]);
        write_program("overrides.csv", text);
        assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_ERR_DATA);
        assert_null(strstr(err.text, "SECRET"));
    }
}

static void test_rosters(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"E,2025Q4,billing,1000000001,,\n", ":2: column ihp_id: 'E' is not valid", "ihps.csv"},
        {",2025Q4,billing,1000000001,,\n", ":2: column ihp_id: a blank is not valid", "ihps.csv"},
        {"A,2025-4,billing,1000000001,,\n", ":2: column quarter: '2025-4' is not valid", "2025Q4"},
        {"A,2025Q5,billing,1000000001,,\n", ":2: column quarter: '2025Q5' is not valid", "2025Q4"},
        {"A,2025Q4,Billing,1000000001,,\n", ":2: column role: 'Billing' is not valid",
         "billing or treating"},
        {"A,2025Q4,,1000000001,,\n", ":2: column role: a blank is not valid",
         "billing or treating"},
        {"A,2025Q4,billing,,,\n", ":2: column npi: a blank is not valid", "10 digits"},
        {"A,2025Q4,billing,100000001,,\n", ":2: column npi: '100000001' is not valid", "10 digits"},
        {"A,2025Q4,billing,10000000011,,\n", ":2: column npi: '10000000011' is not", "10 digits"},
        {"A,2025Q4,billing,10000000x1,,\n", ":2: column npi: '10000000x1' is not", "10 digits"},
        {"A,2025Q4,billing,1000000001,pcp,\n", ":2: column designation: 'pcp' is not",
         "PCP, SPE or blank"},
        {"C,2025Q4,treating,1000000001,,207Q00000XX\n", ":2: column taxonomy: '207Q00000XX' is not",
         "at most 10 characters"},
        {"A,2025Q4,billing,1000000001\n", ":2: the row has 4 fields where the header has 6", ""},
    };
    ASSERT_REFUSALS("rosters.csv", ROSTERS, cases);
}

#define PAYMENT "name,value\n"
#define PAYMENT_STEPS                                                                              \
    "flat_first,1.00\nflat_second,2.00\nlinear_start,2.30\nlinear_step,0.275\nlog_start,6.00\n"
#define PAYMENT_TOP "top_start,17.12\ntop_end,30.17\nctc,1.00\n"
#define PAYMENT_ADULT                                                                              \
    "uplift_smi_and_sud,0.3\nuplift_smi_or_sud,0.15\nuplift_homeless_or_incarcerated,0.2\n"
#define PAYMENT_CHILD "uplift_cpi_or_parent_spmi,0.25\nuplift_parent_smi_or_sud,0.4\n"

static void test_payment_rows(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"flat_third,3\n", ":2: column name: 'flat_third' is not valid", "linear_step"},
        {"Flat_first,1\n", ":2: column name: 'Flat_first' is not valid", "flat_first"},
        {",1\n", ":2: column name: a blank is not valid", "uplift_parent_smi_or_sud"},
        {"ctc,1\nlog_start,6\nctc,1\n", ":4: column name: 'ctc' appears twice", "keep one row"},
        {"flat_first,-0.01\n", ":2: column value: '-0.01' is not valid",
         "dollars from 0 to 1000000"},
        {"flat_first,\n", ":2: column value: a blank is not valid", "dollars"},
        {"flat_first,$1\n", ":2: column value: '$1' is not valid", "dollars"},
        {"flat_first,\"1,5\"\n", ":2: column value: '1,5' is not valid", "dollars"},
        {"top_end,nan\n", ":2: column value: 'nan' is not valid", "dollars"},
        {"top_end,inf\n", ":2: column value: 'inf' is not valid", "dollars"},
        {"top_end,1000000.01\n", ":2: column value: '1000000.01' is not",
         "dollars from 0 to 1000000"},
        {"uplift_smi_or_sud,15%\n", ":2: column value: '15%' is not valid",
         "a fraction from 0 to 100"},
        {"uplift_smi_or_sud,-0.1\n", ":2: column value: '-0.1' is not valid", "such as 0.15"},
        {"uplift_smi_or_sud,100.1\n", ":2: column value: '100.1' is not valid", "from 0 to 100"},
        {"ctc\n", ":2: the row has 1 fields where the header has 2", ""},
    };
    ASSERT_REFUSALS("payment.csv", PAYMENT, cases);
    assert_program_refused("payment.csv", "name\nctc\n", "payment.csv:1: ", "value");
}

static void test_payment_whole_and_ascending(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {PAYMENT_STEPS PAYMENT_TOP PAYMENT_ADULT "uplift_cpi_or_parent_spmi,0.25\n",
         ": column name: 'uplift_parent_smi_or_sud' is missing", "every number"},
        {PAYMENT_CHILD PAYMENT_STEPS "top_start,17.12\ntop_end,30.17\n" PAYMENT_ADULT,
         ": column name: 'ctc' is missing", "[15.2.4, 15.3.5]"},
        {"ctc,1\n", ": column name: 'flat_first' is missing", "every number"},
        {"", ": column name: 'flat_first' is missing", "every number"}, /* a header alone */
        {"flat_first,2.01\nflat_second,2.00\nlinear_start,2.30\nlinear_step,0.275\nlog_start,6."
         "00\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": column value: the dollars fall", "flat_first <= flat_second"},
        {"flat_first,1\nflat_second,2.31\nlinear_start,2.30\nlinear_step,0.275\nlog_start,6."
         "00\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": column value: the dollars fall", "flat_second <= linear_start"},
        {"flat_first,1\nflat_second,2\nlinear_start,2.30\nlinear_step,0.275\nlog_start,17."
         "13\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": column value: the dollars fall", "log_start <= top_start"},
        {PAYMENT_STEPS "top_start,30.18\ntop_end,30.17\nctc,1.00\n" PAYMENT_ADULT PAYMENT_CHILD,
         ": column value: the dollars fall", "top_start <= top_end"},
    };
    ASSERT_REFUSALS("payment.csv", PAYMENT, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_ids),
        IN_FOLDER(test_terms),
        IN_FOLDER(test_interim_payers),
        IN_FOLDER(test_circumstances),
        IN_FOLDER(test_holidays),
        IN_FOLDER(test_missing_columns),
        IN_FOLDER(test_taxonomy),
        IN_FOLDER(test_categories),
        IN_FOLDER(test_codes),
        IN_FOLDER(test_corridors),
        IN_FOLDER(test_trend),
        IN_FOLDER(test_overrides),
        IN_FOLDER(test_messages_hold_no_member),
        IN_FOLDER(test_rosters),
        IN_FOLDER(test_payment_rows),
        IN_FOLDER(test_payment_whole_and_ascending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
