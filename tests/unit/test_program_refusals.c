/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the program folder that are refused: file, line, column, what was seen, what may be. */
#include "program_folder.h"

/* The rows of a file behind its header, how the refusal begins, and what it says. */
struct refusal {
    const char *rows, *begins, *part;
};

static void assert_refusals(const char *file, const char *header, const struct refusal *refusal,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[2000], begins[200];
        snprintf(text, sizeof text, "%s%s", header, refusal[i].rows);
        snprintf(begins, sizeof begins, "%s%s", file, refusal[i].begins);
        assert_program_refused(file, text, begins, refusal[i].part);
    }
}
#define ASSERT_REFUSALS(file, header, cases)                                                       \
    assert_refusals(file, header, cases, sizeof cases / sizeof cases[0])

static void test_ids(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",x,1,all_in,,,,,\n", ":2: ihp_id: '' is not allowed", "1 to 40 of"},
        {"NONE,x,1,all_in,,,,,\n", ":2: ihp_id: 'NONE' is not allowed", "not NONE"},
        {"../x,x,1,all_in,,,,,\n", ":2: ihp_id: '../x' is not allowed", "A-Z a-z 0-9 - _ ."},
        {".x,x,1,all_in,,,,,\n", ":2: ihp_id: '.x' is not allowed", "begin with a dot"},
        {"a b,x,1,all_in,,,,,\n", ":2: ihp_id: 'a b' is not allowed", "A-Z"},
        {"\xc3\xa9,x,1,all_in,,,,,\n", ":2: ihp_id: '\xc3\xa9' is not allowed", "A-Z"},
        {"A,x,1,all_in,,,,,\n\n\nA,y,2,all_in,,,,,\n", ":5: ihp_id: 'A' is not allowed",
         "each partnership once"},
        {"A2345678901234567890123456789012345678901,x,1,all_in,,,,,\n", ":2: ihp_id: 'A234567890",
         "1 to 40"},
        {"", ": has no partnership", "add a row for each"},
    };
    ASSERT_REFUSALS("ihps.csv", IHPS, cases);
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    for (size_t i = 1; i < PROGRAM_FILES;
         i++) { /* an id of 40 alone, and nothing that names another */
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
        {"A,x,3,all_in,,,,,\n", ":2: track: '3' is not allowed", "1 or 2"},
        {"A,x,,all_in,,,,,\n", ":2: track: '' is not allowed", "1 or 2"},
        {"A,x,1.0,all_in,,,,,\n", ":2: track: '1.0' is not allowed", "1 or 2"},
        {"A,x,1,all-in,,,,,\n", ":2: roster_type: 'all-in' is not allowed", "[3.8.4]"},
        {"A,x,1,,,,,,\n", ":2: roster_type: '' is not allowed", "all_in or billing_treating"},
        {"A,x,1,all_in,-1,,,,\n", ":2: claims_cap: '-1' is not allowed", "not negative"},
        {"A,x,1,all_in,1.005,,,,\n", ":2: claims_cap: '1.005' is not allowed", "two decimals"},
        {"A,x,1,all_in,none,,,,\n", ":2: claims_cap: 'none' is not allowed", "dollars"},
        {"A,x,1,all_in,,-0.01,,,\n", ":2: pbp_dollars: '-0.01' is not allowed", "not negative"},
        {"A,x,1,all_in,,\"1,000\",,,\n", ":2: pbp_dollars: '1,000' is not allowed", "dollars"},
        {"A,x,1,all_in,,,$5,,\n", ":2: interim_paid: '$5' is not allowed", "dollars"},
        {"A,x,1,all_in,,,99999999999,,\n", ":2: interim_paid: '99999999999'", "dollars"},
        {"A,x,1,all_in,,,,2025-06-30,\n", ":2: termination: '' is not allowed", "[6.1]"},
        {"A,x,1,all_in,,,,,with_cause\n", ":2: terminated_on: '' is not allowed", "YYYY-MM-DD"},
        {"A,x,1,all_in,,,,2025-06-31,with_cause\n", ":2: terminated_on: '2025-06-31'", "a date"},
        {"A,x,1,all_in,,,,2025-02-29,with_cause\n", ":2: terminated_on: '2025-02-29'", "a date"},
        {"A,x,1,all_in,,,,6/30/2025,with_cause\n", ":2: terminated_on: '6/30/2025'", "a date"},
        {"A,x,1,all_in,,,,2025-06-30,for_cause\n", ":2: termination: 'for_cause' is not allowed",
         "state_without_cause, state_breach"},
        {"A,x,1,all_in,,,,2025-06-30,With_cause\n", ":2: termination: 'With_cause'", "with_cause"},
    };
    ASSERT_REFUSALS("ihps.csv", IHPS, cases);
}

static void test_circumstances(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",2025-01,2025-02\n", ":2: county: '' is not allowed", "5 digits"},
        {"2705,2025-01,2025-02\n", ":2: county: '2705' is not allowed", "5 digits"},
        {"270530,2025-01,2025-02\n", ":2: county: '270530' is not allowed", "5 digits"},
        {"2705x,2025-01,2025-02\n", ":2: county: '2705x' is not allowed", "FIPS"},
        {"00000,2025-01,2025-02\n", ":2: county: '00000' is not allowed", "not 00000"},
        {"27053,2025-13,2025-02\n", ":2: month_from: '2025-13' is not allowed", "YYYY-MM"},
        {"27053,,2025-02\n", ":2: month_from: '' is not allowed", "YYYY-MM"},
        {"27053,2025-01,2025\n", ":2: month_to: '2025' is not allowed", "YYYY-MM"},
        {"27053,2025-03,2025-02\n", ":2: month_to: '2025-02' is not allowed",
         "not before month_from"},
        {"27053,2025-01,2025-03\n27001,2025-03,2025-03\n27053,2025-03,2025-04\n",
         ":4: month_from: months of county 27053", "line 2"},
        {"27053,2025-05,2025-06\n27053,2025-01,2025-05\n", ":3: month_from: months of county 27053",
         "line 2"},
        {"27053,2025-01,2025-12\n27053,2025-02,2025-02\n27053,2025-07,2025-07\n",
         ":3: month_from: months of county 27053", "line 2"},
        {"27053,2025-01,2025-01\n27053,2025-01,2025-01\n", ":3: month_from: months of county 27053",
         "line 2"},
    };
    ASSERT_REFUSALS("circumstances.csv", "county,month_from,month_to\n", cases);
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
        {",PCP\n", ":2: taxonomy: '' is not allowed", "at most 10 characters"},
        {"207Q00000XX,PCP\n", ":2: taxonomy: '207Q00000XX' is not allowed", "at most 10"},
        {"207Q00000X,\n", ":2: class: '' is not allowed", "PCP or SPE"},
        {"207Q00000X,pcp\n", ":2: class: 'pcp' is not allowed", "PCP or SPE"},
        {"207Q00000X,PCP\n208600000X,SPE\n207Q00000X,SPE\n", ":4: class: a second class",
         "each taxonomy in one class"},
    };
    ASSERT_REFUSALS("taxonomy.csv", "taxonomy,class\n", cases);
}

static void test_categories(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"surgery,043,I\n", ":2: service_class: 'surgery' is not allowed",
         "one of: inpatient long_term_care mh_cd other outpatient pharmacy professional"},
        {"Pharmacy,043,I\n", ":2: service_class: 'Pharmacy' is not allowed", "one of:"},
        {"pharmacy,43,I\n", ":2: category: '43' is not allowed", "3 digits, 999E or 999I"},
        {"pharmacy,0043,I\n", ":2: category: '0043' is not allowed", "3 digits"},
        {"pharmacy,998E,I\n", ":2: category: '998E' is not allowed", "3 digits"},
        {"pharmacy,999e,I\n", ":2: category: '999e' is not allowed", "3 digits"},
        {"pharmacy,,I\n", ":2: category: '' is not allowed", "3 digits"},
        {"pharmacy,043,1\n", ":2: included: '1' is not allowed", "I or E"},
        {"pharmacy,043,\n", ":2: included: '' is not allowed", "I or E"},
        {"pharmacy,043,I\nother,043,E\npharmacy,043,E\n", ":4: included: a second mark",
         "either I or E"},
        {"pharmacy,043,E\npharmacy,043,I\n", ":3: included: a second mark", "either I or E"},
    };
    ASSERT_REFUSALS("categories.csv", "service_class,category,included\n", cases);
}

static void test_codes(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"EM,99202,99215\n", ":2: set: 'EM' is not allowed", "em or health_home"},
        {"em,9920,99215\n", ":2: code_from or code_to: ", "five characters"},
        {"em,99202,992155\n", ":2: code_from or code_to: ", "five characters"},
        {"em,99202,\n", ":2: code_from or code_to: ", "five characters"},
        {"em,99202,99201\n", ":2: code_to: '99201' is not allowed", "not before code_from"},
        {"em,A0001,99999\n", ":2: code_to: '99999' is not allowed", "not before code_from"},
        {"em,99202,99202\nem,a0000,Z9999\n", ":3: code_to: 'Z9999'", "not before code_from"},
    };
    ASSERT_REFUSALS("codes.csv", "set,code_from,code_to\n", cases);
}

static void test_corridors(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"E,0.9,1,0.5\n", ":2: ihp_id: 'E' is not allowed", "an ihp_id of ihps.csv"},
        {",x,1,0.5\n", ":2: from: 'x' is not allowed", "a ratio such as 0.98"},
        {",-0.1,1,0.5\n", ":2: from: '-0.1' is not allowed", "a ratio"},
        {",0.9,,0.5\n", ":2: to: '' is not allowed", "a ratio"},
        {",0.9,1001,0.5\n", ":2: to: '1001' is not allowed", "a ratio"},
        {",0.9,1,1.01\n", ":2: ihp_share: '1.01' is not allowed", "a number from 0 to 1"},
        {",0.9,1,50%\n", ":2: ihp_share: '50%' is not allowed", "a number from 0 to 1"},
        {",0.9,1,-0.5\n", ":2: ihp_share: '-0.5' is not allowed", "a number from 0 to 1"},
        {",1,0.9,0.5\n", ":2: to: an end that is not above from", "from < to"},
        {",0.9,0.9,0.5\n", ":2: to: an end that is not above from", "from < to"},
        {",0.90,0.98,0.5\n,0.97,1.00,0.5\n", ":3: from: a corridor that overlaps", "only touch"},
        {",0.97,1.00,0.5\n,0.90,0.98,0.5\n", ":3: from: a corridor that overlaps", "only touch"},
        {",0.90,1.10,0.5\n,0.95,1.00,0.5\n", ":3: from: a corridor that overlaps", "only touch"},
        {",0.95,1.00,0.5\n,0.90,1.10,0.5\n", ":3: from: a corridor that overlaps", "only touch"},
        {",0.95,1.00,0.5\n,0.95,1.00,0.5\n", ":3: from: a corridor that overlaps", "only touch"},
        {"C,0.90,0.98,0.5\n,0.9,1,0.5\nD,0.9,1,0.5\nC,0.979,1,0.5\n", ":5: from: a corridor",
         "only touch"},
    };
    ASSERT_REFUSALS("corridors.csv", "ihp_id,from,to,ihp_share\n", cases);
}

static void test_trend(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"25,0.03,\n", ":2: year: '25' is not allowed", "a year, YYYY"},
        {",0.03,\n", ":2: year: '' is not allowed", "a year, YYYY"},
        {"2025,0.03,\n2024,0.03,\n2025,0.03,\n", ":4: year: '2025' is not allowed",
         "each year once"},
        {"2025,,\n", ":2: rate: '' is not allowed", "a rate above -1"},
        {"2025,3%,\n", ":2: rate: '3%' is not allowed", "a rate above -1"},
        {"2025,-1,\n", ":2: rate: '-1' is not allowed", "a rate above -1"},
        {"2025,10.5,\n", ":2: rate: '10.5' is not allowed", "a rate above -1"},
        {"2025,0.03,x\n", ":2: adjustment: 'x' is not allowed", "or blank"},
        {"2025,0.03,-1\n", ":2: adjustment: '-1' is not allowed", "or blank"},
        {"2025,0.03,11\n", ":2: adjustment: '11' is not allowed", "or blank"},
    };
    ASSERT_REFUSALS("trend.csv", "year,rate,adjustment\n", cases);
}

static void test_overrides(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {",2025,A\n", ":2: member_id: a text that is no member id", "1 to 20 of"},
        {"M 1,2025,A\n", ":2: member_id: a text that is no member id", "1 to 20 of"},
        {"M23456789012345678901,2025,A\n", ":2: member_id: a text that is no", "1 to 20 of"},
        {"M1,25,A\n", ":2: year: a text that is no year", "YYYY"},
        {"M1,2025,E\n", ":2: ihp_id: a text that is no ihp_id is not allowed",
         "an ihp_id of ihps.csv"},
        {"M1,2025,\n", ":2: ihp_id: a text that is no ihp_id is not allowed",
         "an ihp_id of ihps.csv"},
        {"M1,2025,none\n", ":2: ihp_id: a text that is no ihp_id is not allowed",
         "an ihp_id of ihps.csv"},
        {"M1,2025,A\nM2,2025,A\nM1,2024,A\nM1,2025,NONE\n", ":5: decides on a member and year of ",
         "line 2 again"},
        {"M1,2025,A\nM1,2025,A\n", ":3: decides on a member and year of line 2", "keep one"},
    };
    ASSERT_REFUSALS("overrides.csv", "member_id,year,ihp_id\n", cases);
}

/* Neither a member's id nor a note stands in a message. */
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
        {"E,2025Q4,billing,1000000001,,\n", ":2: ihp_id: 'E' is not allowed", "ihps.csv"},
        {",2025Q4,billing,1000000001,,\n", ":2: ihp_id: '' is not allowed", "ihps.csv"},
        {"A,2025-4,billing,1000000001,,\n", ":2: quarter: '2025-4' is not allowed", "2025Q4"},
        {"A,2025Q5,billing,1000000001,,\n", ":2: quarter: '2025Q5' is not allowed", "2025Q4"},
        {"A,2025Q4,Billing,1000000001,,\n", ":2: role: 'Billing' is not allowed",
         "billing or treating"},
        {"A,2025Q4,,1000000001,,\n", ":2: role: '' is not allowed", "billing or treating"},
        {"A,2025Q4,billing,,,\n", ":2: npi: '' is not allowed", "10 digits"},
        {"A,2025Q4,billing,100000001,,\n", ":2: npi: '100000001' is not allowed", "10 digits"},
        {"A,2025Q4,billing,10000000011,,\n", ":2: npi: '10000000011' is not", "10 digits"},
        {"A,2025Q4,billing,10000000x1,,\n", ":2: npi: '10000000x1' is not", "10 digits"},
        {"A,2025Q4,billing,1000000001,pcp,\n", ":2: designation: 'pcp' is not",
         "PCP, SPE or blank"},
        {"C,2025Q4,treating,1000000001,,207Q00000XX\n", ":2: taxonomy: '207Q00000XX' is not",
         "at most 10 characters"},
        {"A,2025Q4,billing,1000000001\n", ":2: row has 4 fields where the header has 6", ""},
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
        {"flat_third,3\n", ":2: name: 'flat_third' is not allowed", "linear_step"},
        {"Flat_first,1\n", ":2: name: 'Flat_first' is not allowed", "flat_first"},
        {",1\n", ":2: name: '' is not allowed", "uplift_parent_smi_or_sud"},
        {"ctc,1\nlog_start,6\nctc,1\n", ":4: name: 'ctc' is not allowed", "each once"},
        {"flat_first,-0.01\n", ":2: value: '-0.01' is not allowed", "dollars from 0 to 1000000"},
        {"flat_first,\n", ":2: value: '' is not allowed", "dollars"},
        {"flat_first,$1\n", ":2: value: '$1' is not allowed", "dollars"},
        {"flat_first,\"1,5\"\n", ":2: value: '1,5' is not allowed", "dollars"},
        {"top_end,nan\n", ":2: value: 'nan' is not allowed", "dollars"},
        {"top_end,inf\n", ":2: value: 'inf' is not allowed", "dollars"},
        {"top_end,1000000.01\n", ":2: value: '1000000.01' is not", "dollars from 0 to 1000000"},
        {"uplift_smi_or_sud,15%\n", ":2: value: '15%' is not allowed", "a fraction from 0 to 100"},
        {"uplift_smi_or_sud,-0.1\n", ":2: value: '-0.1' is not allowed", "such as 0.15"},
        {"uplift_smi_or_sud,100.1\n", ":2: value: '100.1' is not allowed", "from 0 to 100"},
        {"ctc\n", ":2: row has 1 fields where the header has 2", ""},
    };
    ASSERT_REFUSALS("payment.csv", PAYMENT, cases);
    assert_program_refused("payment.csv", "name\nctc\n", "payment.csv:1: ", "value");
}

static void test_payment_whole_and_ascending(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {PAYMENT_STEPS PAYMENT_TOP PAYMENT_ADULT "uplift_cpi_or_parent_spmi,0.25\n",
         ": name: 'uplift_parent_smi_or_sud' is missing", "every number"},
        {PAYMENT_CHILD PAYMENT_STEPS "top_start,17.12\ntop_end,30.17\n" PAYMENT_ADULT,
         ": name: 'ctc' is missing", "[15.2.4, 15.3]"},
        {"ctc,1\n", ": name: 'flat_first' is missing", "every number"},
        {"", ": name: 'flat_first' is missing", "every number"}, /* a header alone */
        {"flat_first,2.01\nflat_second,2.00\nlinear_start,2.30\nlinear_step,0.275\nlog_start,6."
         "00\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": value: the dollars fall", "flat_first <= flat_second"},
        {"flat_first,1\nflat_second,2.31\nlinear_start,2.30\nlinear_step,0.275\nlog_start,6."
         "00\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": value: the dollars fall", "flat_second <= linear_start"},
        {"flat_first,1\nflat_second,2\nlinear_start,2.30\nlinear_step,0.275\nlog_start,17."
         "13\n" PAYMENT_TOP PAYMENT_ADULT PAYMENT_CHILD,
         ": value: the dollars fall", "log_start <= top_start"},
        {PAYMENT_STEPS "top_start,30.18\ntop_end,30.17\nctc,1.00\n" PAYMENT_ADULT PAYMENT_CHILD,
         ": value: the dollars fall", "top_start <= top_end"},
    };
    ASSERT_REFUSALS("payment.csv", PAYMENT, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_ids),
        IN_FOLDER(test_terms),
        IN_FOLDER(test_circumstances),
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
