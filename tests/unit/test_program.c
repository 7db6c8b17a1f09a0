/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program folder: reading, lookups, and the files that it may have. */
#include "program_folder.h"

/* ---- reading --------------------------------------------------------------------------------- */

static void test_partnerships(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    assert_int_equal(program->partnerships, 4);
    const struct ihp__partnership *a = &program->partnership[0], *b = a + 1, *c = a + 2;
    assert_string_equal(a->id, "A");
    assert_string_equal(b->name, "Beta, Inc.");
    assert_int_equal(a->track, 1);
    assert_int_equal(b->track, 2);
    assert_true(a->all_in && b->all_in && !c->all_in);
    assert_int_equal(a->claims_cap, 20000000); /* blank: 200,000 dollars [16.9] */
    assert_int_equal(b->claims_cap, 0);        /* 0: no cap */
    assert_int_equal(c->claims_cap, 5000000);
    assert_int_equal(a->pbp, 0);
    assert_int_equal(b->pbp, 10050);
    assert_int_equal(b->interim_paid, -2025);
    assert_int_equal(ihp__program_find(program, "C"), 2);
    assert_int_equal(ihp__program_find(program, "c"), -1);
    assert_int_equal(ihp__program_find(program, ""), -1);
    assert_false(program->has_quality);
    ihp__program_destroy(&program);
    assert_null(program);
    ihp__program_destroy(&program); /* harmless */
}

/* The optional columns may be absent; the order of columns is free. */
static void test_columns_by_name(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "ihps.csv",
        "roster_type,claims_cap,track,name,ihp_id\nall_in,1.5,2,Alpha,A\nall_in,,1,,B\n"
        "billing_treating,,1,,C\nbilling_treating,,1,,D-._9\n",
        NULL);
    assert_string_equal(program->partnership[3].id, "D-._9");
    assert_int_equal(program->partnership[0].claims_cap, 150);
    assert_int_equal(program->partnership[0].track, 2);
    ihp__program_destroy(&program);
}

static void test_taxonomy_classes(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "taxonomy.csv", "taxonomy,class\n207Q00000X,PCP\n208600000X,SPE\n207Q00000X,PCP\n", NULL);
    assert_int_equal(ihp__program_class(program, "207Q00000X"), IHP__PROVIDER_PCP);
    assert_int_equal(ihp__program_class(program, "208600000X"), IHP__PROVIDER_SPE);
    assert_int_equal(ihp__program_class(program, "207q00000x"), IHP__PROVIDER_SPE); /* not listed */
    assert_int_equal(ihp__program_class(program, ""), IHP__PROVIDER_SPE);
    ihp__program_destroy(&program);
}

static int class_on(const struct ihp__program *program, const char *taxonomy, const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    assert_int_equal(ihp__program_class(program, taxonomy), IHP__PROVIDER_BY_MONTH);
    return (int)ihp__class_on(program->class_row, program->class_rows,
                              (uint32_t)ihp__dict_find(program->taxonomy, taxonomy), day);
}

/* A taxonomy has the class of the row that is in force in the month; between rows it is not listed.
 * Rows that overlap may say the same. */
static void test_13_3_5_2_taxonomy_by_month(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "taxonomy.csv",
        "to,class,taxonomy,from\n,PCP,208600000X,2025-03\n2024-12,SPE,208600000X,\n,PCP,"
        "207Q00000X,\n2025-06,PCP,207R00000X,2025-06\n2025-08,PCP,207R00000X,2025-07\n"
        "2025-08,PCP,207R00000X,2025-06\n",
        NULL);
    assert_int_equal(ihp__program_class(program, "207Q00000X"), IHP__PROVIDER_PCP);
    assert_int_equal(class_on(program, "208600000X", "1999-01-01"), IHP__PROVIDER_SPE);
    assert_int_equal(class_on(program, "208600000X", "2024-12-31"), IHP__PROVIDER_SPE);
    assert_int_equal(class_on(program, "208600000X", "2025-02-28"), IHP__PROVIDER_SPE); /* no row */
    assert_int_equal(class_on(program, "208600000X", "2025-03-01"), IHP__PROVIDER_PCP);
    assert_int_equal(class_on(program, "208600000X", "2149-01-01"), IHP__PROVIDER_PCP);
    assert_int_equal(class_on(program, "207R00000X", "2025-05-31"), IHP__PROVIDER_SPE);
    assert_int_equal(class_on(program, "207R00000X", "2025-06-01"), IHP__PROVIDER_PCP);
    assert_int_equal(class_on(program, "207R00000X", "2025-08-31"), IHP__PROVIDER_PCP);
    assert_int_equal(class_on(program, "207R00000X", "2025-09-01"), IHP__PROVIDER_SPE);
    ihp__program_destroy(&program);
}

static int inclusion(const struct ihp__program *program, int class_, int category)
{
    return program->inclusion[class_ * IHP__CATEGORIES + category];
}

static void test_categories(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_PROFESSIONAL, 43),
                     IHP__SERVICE_INCLUDED);
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_INPATIENT, 43), IHP__SERVICE_EXCLUDED);
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_PHARMACY, 1000), IHP__SERVICE_EXCLUDED);
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_PHARMACY, 1001), IHP__SERVICE_INCLUDED);
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_PHARMACY, 999), IHP__SERVICE_UNKNOWN);
    size_t known = 0;
    for (int i = 0; i < IHP__SERVICES; i++) {
        known += program->inclusion[i] != IHP__SERVICE_UNKNOWN;
    }
    assert_int_equal(known, 4);
    ihp__program_destroy(&program);
    program = loaded_program("categories.csv",
                             "service_class,category,included\nother,000,I\n"
                             "other,000,I\n",
                             NULL); /* equal rows */
    assert_int_equal(inclusion(program, IHP__SERVICE_CLASS_OTHER, 0), IHP__SERVICE_INCLUDED);
    ihp__program_destroy(&program);
}

/* Codes compare as text: digits come before letters, and upper and lower case differ. */
static void test_codes_compare_as_text(void **state)
{
    (void)state;
    struct ihp__program *program =
        loaded_program("codes.csv",
                       "set,code_from,code_to\nem,99202,99215\nem,9938A,9938A\nem,G0402,G0439\n"
                       "health_home,99210,99211\nhealth_home,0000A,0001Z\n",
                       NULL);
    static const struct {
        const char *code;
        unsigned sets;
    } cases[] = {
        {"99201", 0},
        {"99202", IHP__CODE_EM},
        {"99209", IHP__CODE_EM},
        {"99210", IHP__CODE_EM | IHP__CODE_HEALTH_HOME},
        {"99211", IHP__CODE_EM | IHP__CODE_HEALTH_HOME},
        {"99212", IHP__CODE_EM},
        {"99215", IHP__CODE_EM},
        {"99216", 0},
        {"9920A", IHP__CODE_EM}, /* between 99202 and 99215 as text */
        {"9920Z", IHP__CODE_EM},
        {"9921A", 0},
        {"9938A", IHP__CODE_EM},
        {"9938a", 0},
        {"99389", 0},
        {"G0402", IHP__CODE_EM},
        {"G0439", IHP__CODE_EM},
        {"G0440", 0},
        {"g0402", 0},
        {"G0401", 0},
        {"00009", 0},
        {"0000A", IHP__CODE_HEALTH_HOME},
        {"0001Z", IHP__CODE_HEALTH_HOME},
        {"0002A", 0},
        {"", 0},
        {"9920", 0},
        {"992022", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__program_code_sets(program, cases[i].code), cases[i].sets);
    }
    ihp__program_destroy(&program);
}

static unsigned sets_on(const struct ihp__dated_codes *dated, size_t procedure, const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    return ihp__dated_codes_on(dated, procedure, day);
}

/* A code is in a set in the months of its rows, first and last month included. A code may change
 * its set. */
static void test_13_3_5_2_codes_by_month(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "codes.csv",
        "set,code_from,code_to,from,to\nem,99202,99215,2024-02,\nem,99201,99215,,2023-12\n"
        "health_home,S0280,S0281,,\nem,G0439,G0439,2025-01,2025-01\n"
        "health_home,G0439,G0439,2025-02,2025-03\n",
        NULL);
    static const char *const procedure[] = {"", "99201", "99213", "G0439", "S0280", "J1234"};
    enum { P99201 = 1, P99213, G0439, S0280, J1234, PROCEDURES };
    uint8_t sets[PROCEDURES];
    struct ihp__dated_codes dated;
    struct ihp_error err = {0};
    assert_int_equal(ihp__program_code_table(program, procedure, PROCEDURES, sets, &dated, &err),
                     IHP_OK);
    assert_int_equal(sets[0], 0);
    assert_int_equal(sets[S0280], IHP__CODE_HEALTH_HOME); /* in all months */
    assert_int_equal(sets[J1234], 0);
    assert_int_equal(sets[P99201], IHP__CODE_EM | IHP__CODE_DATED);
    assert_int_equal(sets[G0439], IHP__CODE_EM | IHP__CODE_HEALTH_HOME | IHP__CODE_DATED);
    assert_int_equal(sets_on(&dated, P99201, "1999-05-05"), IHP__CODE_EM);
    assert_int_equal(sets_on(&dated, P99201, "2023-12-31"), IHP__CODE_EM);
    assert_int_equal(sets_on(&dated, P99201, "2024-01-01"), 0);
    assert_int_equal(sets_on(&dated, P99201, "2024-02-01"), 0);
    assert_int_equal(sets_on(&dated, P99213, "2024-01-31"), 0);
    assert_int_equal(sets_on(&dated, P99213, "2024-02-01"), IHP__CODE_EM);
    assert_int_equal(sets_on(&dated, P99213, "2149-06-01"), IHP__CODE_EM);
    assert_int_equal(sets_on(&dated, G0439, "2024-12-31"), 0);
    assert_int_equal(sets_on(&dated, G0439, "2025-01-31"), IHP__CODE_EM);
    assert_int_equal(sets_on(&dated, G0439, "2025-02-01"), IHP__CODE_HEALTH_HOME);
    assert_int_equal(sets_on(&dated, G0439, "2025-03-31"), IHP__CODE_HEALTH_HOME);
    assert_int_equal(sets_on(&dated, G0439, "2025-04-01"), 0);
    ihp__dated_codes_free(&dated);
    ihp__program_destroy(&program);
}

static void test_corridors_in_order(void **state)
{
    (void)state;
    size_t count = 0;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    const struct ihp__corridor *corridor = ihp__program_corridors(program, 2, &count);
    static const double from[] = {0.90, 0.98, 1.00, 1.02}, to[] = {0.98, 1.00, 1.02, 1.10};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(corridor[i].from == from[i] && corridor[i].to == to[i]);
        assert_true(corridor[i].share == 0.5);
    }
    ihp__program_destroy(&program);
}

/* An IHP with corridors of its own has only those; they may overlap another IHP's. */
static void test_own_corridors(void **state)
{
    (void)state;
    size_t count = 0;
    struct ihp__program *program =
        loaded_program("corridors.csv",
                       "ihp_id,from,to,ihp_share\nC,0.95,1,0.25\n,0.90,1.10,0.5\nC,0.80,0.95,1\n"
                       "A,0,1000,0\n",
                       NULL);
    const struct ihp__corridor *corridor = ihp__program_corridors(program, 2, &count);
    assert_int_equal(count, 2);
    assert_true(corridor[0].from == 0.80 && corridor[0].share == 1.0);
    assert_true(corridor[1].from == 0.95 && corridor[1].share == 0.25);
    corridor = ihp__program_corridors(program, 0, &count);
    assert_int_equal(count, 1);
    assert_true(corridor[0].to == 1000.0 && corridor[0].share == 0.0);
    corridor = ihp__program_corridors(program, 1, &count); /* B has none of its own */
    assert_int_equal(count, 1);
    assert_true(corridor[0].from == 0.90 && corridor[0].share == 0.5);
    ihp__program_destroy(&program);
    program = loaded_program("corridors.csv", "ihp_id,from,to,ihp_share\nC,0.95,1,0.25\n", NULL);
    ihp__program_corridors(program, 0, &count);
    assert_int_equal(count, 0); /* and no default corridors */
    ihp__program_destroy(&program);
}

static void test_trend(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    assert_true(ihp__program_trend(program, 2024)->rate == 0.03);
    assert_true(ihp__program_trend(program, 2024)->adjustment == 0.0);
    assert_true(ihp__program_trend(program, 2025)->rate == 0.041);
    assert_true(ihp__program_trend(program, 2025)->adjustment == -0.004);
    assert_null(ihp__program_trend(program, 2023));
    ihp__program_destroy(&program);
}

static void test_overrides(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "overrides.csv",
        "member_id,year,ihp_id,note\nM2,2025,C,moved\nM10,2025,NONE,\nM2,2024,A,\n", NULL);
    assert_int_equal(program->overrides, 3);
    static const struct {
        const char *id;
        int year, partnership;
        uint64_t line;
    } sorted[] = {{"M10", 2025, -1, 3}, {"M2", 2024, 0, 4}, {"M2", 2025, 2, 2}};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(program->override_[i].member_id, sorted[i].id);
        assert_int_equal(program->override_[i].year, sorted[i].year);
        assert_int_equal(program->override_[i].partnership, sorted[i].partnership);
        assert_int_equal(program->override_[i].line, sorted[i].line);
    }
    ihp__program_destroy(&program);
}

/* ---- the folder ------------------------------------------------------------------------------ */

static void test_missing_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROGRAM_FILES; i++) {
        struct ihp__program *program = NULL;
        struct ihp_error err = {0};
        char part[100];
        write_program(NULL, NULL);
        unlink(in_folder(program_file[i].name));
        assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_ERR_DATA);
        assert_null(program);
        snprintf(part, sizeof part, "/%s: is missing", program_file[i].name);
        assert_error(&err, IHP_ERR_DATA, part);
        /* The same file may be compressed instead. */
        snprintf(part, sizeof part, "%s.gz", program_file[i].name);
        append_gzip(in_folder(part), program_file[i].text);
        err = (struct ihp_error){0};
        assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_OK);
        ihp__program_destroy(&program);
        unlink(in_folder(part));
    }
}

static void test_missing_folder(void **state)
{
    (void)state;
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__program_load(in_folder("none"), &program, NULL, &err), IHP_ERR_DATA);
    assert_error(&err, IHP_ERR_DATA, "/none: the program folder cannot be read (No such file");
}

static void test_unknown_files(void **state)
{
    (void)state;
    static const char *const names[] = {"roster.csv", "override.csv", "ihps.csv.bak",
                                        "trend.txt",  "ihps.csv~",    "IHPS.csv",
                                        "notes",      "csv",          "trend2.csv"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_program_refused(names[i], "x", names[i], "is not a file of a program folder");
        unlink(in_folder(names[i]));
    }
    assert_program_refused("roster.csv", "x", "roster.csv", "did you mean rosters.csv?");
    unlink(in_folder("roster.csv"));
    write_text(in_folder("README.md"), "What this is.");
    write_text(in_folder("LICENSE"), "Free.");
    write_text(in_folder(".hidden"), "");
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    ihp__program_destroy(&program);
}

/* docs/data.md lists the files as the program has them, and no other ones. */
static void test_documented_files(void **state)
{
    (void)state;
    char *text = read_bytes(IHP_TEST_SOURCE "/docs/data.md", NULL);
    const char *list = strstr(text, "\n| file | | contents |\n|---|---|---|\n");
    assert_non_null(list);
    list = strchr(list + 1, '\n') + 1 + strlen("|---|---|---|\n");
    for (size_t i = 0; ihp__program_file(i) != NULL; i++) {
        const struct ihp__program_file *file = ihp__program_file(i);
        char row[300];
        snprintf(row, sizeof row, "| `%s.csv` | %s | %s [%s] |\n", file->name,
                 file->required ? "required" : "optional", file->meaning, file->section);
        if (strncmp(list, row, strlen(row)) != 0) {
            fail_msg("docs/data.md lacks this row, or has it in another place: %s", row);
        }
        list += strlen(row);
    }
    assert_int_equal(*list, '\n');
    free(text);
}

/* ---- circumstances and terminations [5.9, 6.1] ----------------------------------------------- */

static void test_5_9_counties_by_year(void **state)
{
    (void)state;
    struct ihp__program *program =
        loaded_program("circumstances.csv",
                       "county,month_from,month_to\n27137,2025-05,2025-09\n27053,2024-11,2025-01\n"
                       "27053,2025-03,2025-03\n27001,2023-01,2026-12\n27003,2024-12,2024-12\n"
                       "27053,2025-12,2026-02\n27005,2026-01,2026-01\n",
                       NULL);
    struct ihp__affected *affected = NULL;
    struct ihp_error err = {0};
    size_t count = 9;
    assert_int_equal(ihp__program_affected(program, (2025 - 1970) * 12, &affected, &count, &err),
                     IHP_OK);
    assert_int_equal(count, 3);
    assert_int_equal(affected[0].county, 27001);
    assert_int_equal(affected[0].months, 0xFFF);
    assert_int_equal(affected[1].county, 27053); /* January, March, December */
    assert_int_equal(affected[1].months, 0x805);
    assert_int_equal(affected[2].county, 27137); /* May to September */
    assert_int_equal(affected[2].months, 0x1F0);
    free(affected);
    assert_int_equal(ihp__program_affected(program, (2022 - 1970) * 12, &affected, &count, &err),
                     IHP_OK);
    assert_int_equal(count, 0);
    free(affected);
    char hash[33];
    memcpy(hash, program->hash, sizeof hash);
    ihp__program_destroy(&program);
    program = loaded_program("circumstances.csv", "county,month_from,month_to\n", NULL);
    assert_int_equal(program->circumstances, 0);
    assert_string_not_equal(program->hash, hash); /* the file enters the hash even without rows */
    ihp__program_destroy(&program);
}

static void test_2_9_holidays(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(
        "holidays.csv", "day,name\n2027-01-04,b\n2026-12-24,a\n2026-12-28,c\n", NULL);
    struct ihp__holidays holidays;
    struct ihp_error err = {0};
    int32_t *day = NULL, christmas = ihp__day_of_civil(2026, 12, 25);
    assert_int_equal(ihp__program_holidays(program, &day, &holidays, &err), IHP_OK);
    assert_int_equal(holidays.days, 3);
    assert_int_equal(holidays.first_year, 2026);
    assert_int_equal(holidays.last_year, 2027);
    assert_false(ihp__is_business_day(&holidays, christmas - 1));
    assert_true(ihp__is_business_day(&holidays, christmas)); /* the list does not have it */
    assert_int_equal(ihp__business_day_from(&holidays, christmas + 1), christmas + 4);
    assert_false(ihp__is_business_day(&holidays, ihp__day_of_civil(2025, 12, 25)));
    free(day);
    ihp__program_destroy(&program);
    program = loaded_program("holidays.csv", "day\n", NULL);
    assert_int_equal(ihp__program_holidays(program, &day, &holidays, &err), IHP_OK);
    assert_false(ihp__is_business_day(&holidays, christmas)); /* the State's */
    free(day);
    ihp__program_destroy(&program);
}

static void test_6_1_terminations(void **state)
{
    (void)state;
    struct ihp__program *program =
        loaded_program("ihps.csv",
                       IHPS "A,a,1,all_in,,,,,\nB,b,2,all_in,,,,2025-06-30,state_breach\n"
                            "C,c,2,billing_treating,,,,2024-02-29,with_cause\n"
                            "D,d,2,all_in,,,,2028-12-31,insufficient_funds\n",
                       NULL);
    const struct ihp__partnership *p = program->partnership;
    char date[IHP__DATE_TEXT];
    assert_false(p[0].terminated);
    assert_true(p[1].terminated && p[2].terminated && p[3].terminated);
    assert_string_equal(ihp__day_format(p[1].terminated_on, date), "2025-06-30");
    assert_string_equal(ihp__day_format(p[2].terminated_on, date), "2024-02-29");
    assert_int_equal(p[1].termination, IHP__TERMINATION_STATE_BREACH);
    assert_int_equal(p[2].termination, IHP__TERMINATION_WITH_CAUSE);
    assert_int_equal(p[3].termination, IHP__TERMINATION_INSUFFICIENT_FUNDS);
    ihp__program_destroy(&program);
}

/* The base year and the four performance years after it, or as many as there are up to the one
 * settled. */
static void test_6_1_terminations_outside_the_contract(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        int base, performance;
        bool refused;
    } cases[] = {
        {"2024-01-01", 2024, 2025, false}, {"2023-12-31", 2024, 2025, true},
        {"2028-12-31", 2024, 2025, false}, {"2029-01-01", 2024, 2025, true},
        {"2029-12-31", 2024, 2029, false}, {"2030-01-01", 2024, 2029, true},
        {"2028-12-31", 2024, 2028, false}, {"2029-01-01", 2024, 2028, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[500];
        struct ihp_error err = {0};
        snprintf(text, sizeof text,
                 IHPS "A,a,1,all_in,,,,,\nB,b,2,all_in,,,,%s,with_cause\n"
                      "C,c,2,all_in,,,,,\nD,d,2,all_in,,,,,\n",
                 cases[i].day);
        struct ihp__program *program = loaded_program("ihps.csv", text, NULL);
        enum ihp_status status =
            ihp__program_check_terminations(program, cases[i].base, cases[i].performance, &err);
        assert_int_equal(status, cases[i].refused ? IHP_ERR_DATA : IHP_OK);
        if (cases[i].refused) {
            assert_error(&err, IHP_ERR_DATA, "ihps.csv:3: column terminated_on: '");
            assert_error(&err, IHP_ERR_DATA, cases[i].day);
        }
        ihp__program_destroy(&program);
    }
}

/* The hash depends on the files' names and on every byte of their contents, and on nothing else. */
static void test_hash(void **state)
{
    (void)state;
    struct ihp__program *one = loaded_program(NULL, NULL, NULL);
    write_text(in_folder("README"), "not read");
    struct ihp__program *same = loaded_program(NULL, NULL, NULL);
    assert_int_equal(strlen(one->hash), 32);
    assert_int_equal(strspn(one->hash, "0123456789abcdef"), 32);
    assert_string_equal(one->hash, same->hash);
    struct ihp__program *other =
        loaded_program("trend.csv", "year,rate,adjustment\n2024,0.03,\n2025,0.041,-0.005\n", NULL);
    assert_string_not_equal(one->hash, other->hash);
    struct ihp__program *more = loaded_program("overrides.csv", "member_id,year,ihp_id\n", NULL);
    assert_string_not_equal(one->hash, more->hash);
    ihp__program_destroy(&one);
    ihp__program_destroy(&same);
    ihp__program_destroy(&other);
    ihp__program_destroy(&more);
}

/* payment.csv is optional; its rows are in any order, and numbers may be equal or at their limits.
 */
static void test_payment_terms(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_program(NULL, NULL, NULL);
    assert_false(program->payment.given);
    ihp__program_destroy(&program);
    program = loaded_program(
        "payment.csv",
        "value,name\n100,uplift_parent_smi_or_sud\n0,flat_first\n2.00,flat_second\n"
        "2.00,linear_start\n0.275,linear_step\n17.12,log_start\n17.12,top_start\n1000000,top_end\n"
        "1.5,ctc\n.3,uplift_smi_and_sud\n0.15,uplift_smi_or_sud\n0,uplift_homeless_or_"
        "incarcerated\n"
        "0.25,uplift_cpi_or_parent_spmi\n",
        NULL);
    const struct ihp__payment_terms *t = &program->payment;
    assert_true(t->given);
    assert_true(t->flat_first == 0 && t->flat_second == 2 && t->linear_start == 2);
    assert_true(t->linear_step == 0.275 && t->log_start == 17.12 && t->top_start == 17.12);
    assert_true(t->top_end == 1e6 && t->ctc == 1.5);
    /* In the order of the rules of 15.3.5, which enum ihp__uplift numbers. */
    static const double uplift[IHP__PAYMENT_UPLIFTS] = {0.3, 0.15, 0, 0.25, 100};
    assert_memory_equal(t->uplift, uplift, sizeof uplift);
    ihp__program_destroy(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_partnerships),
        IN_FOLDER(test_columns_by_name),
        IN_FOLDER(test_taxonomy_classes),
        IN_FOLDER(test_13_3_5_2_taxonomy_by_month),
        IN_FOLDER(test_categories),
        IN_FOLDER(test_codes_compare_as_text),
        IN_FOLDER(test_13_3_5_2_codes_by_month),
        IN_FOLDER(test_corridors_in_order),
        IN_FOLDER(test_own_corridors),
        IN_FOLDER(test_trend),
        IN_FOLDER(test_overrides),
        IN_FOLDER(test_missing_files),
        IN_FOLDER(test_missing_folder),
        IN_FOLDER(test_unknown_files),
        cmocka_unit_test(test_documented_files),
        IN_FOLDER(test_5_9_counties_by_year),
        IN_FOLDER(test_2_9_holidays),
        IN_FOLDER(test_6_1_terminations),
        IN_FOLDER(test_6_1_terminations_outside_the_contract),
        IN_FOLDER(test_hash),
        IN_FOLDER(test_payment_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
