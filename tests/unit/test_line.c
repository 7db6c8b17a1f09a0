/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A claim line judged for a period: window, run-out, disposition, owner, class of the treating
 * provider [16.1, 2.7, 16.10, 13.3.1, 3.8.4]. */
#include "base/npi.h"
#include "build.h"

#include <sys/stat.h>

/* ---- a program in a folder, its rosters by NPI number ---------------------------------------- */

/* CLINIC is all_in; the others are billing_treating, and NORTH and SOUTH share an NPI. */
enum { CLINIC, NORTH, SOUTH, WEST, IHPS };

/* NPIs by number. Names of treating providers say their class on rosters (R) and in NPPES (N). */
enum {
    BLANK,
    OF_CLINIC,
    SHARED,
    OF_NORTH,
    OF_WEST,
    OUTSIDE,
    N_R_SPE_N_PCP,
    N_R_LISTED_N_NONE,
    N_R_UNLISTED_N_PCP,
    N_R_BLANK_N_PCP,
    N_R_BLANK_N_NONE,
    N_R_PCP_OVER_SPE,
    N_R_BLANK_N_DATED,
    N_R_DATED_N_PCP,
    S_R_PCP,
    FREE_PCP,
    FREE_SPE,
    FREE_DATED,
    NPIS
};

static const int64_t npi[NPIS] = {IHP__NPI_BLANK, 9000000010, 9000000020, 9000000030, 9000000040,
                                  9000000090,     9000000101, 9000000102, 9000000103, 9000000104,
                                  9000000105,     9000000106, 9000000107, 9000000108, 9000000201,
                                  9000000301,     9000000302, 9000000303};

static const char *const nppes[NPIS] = {
    [N_R_SPE_N_PCP] = "207Q00000X",      [N_R_LISTED_N_NONE] = "ZZZ0000000",
    [N_R_UNLISTED_N_PCP] = "207Q00000X", [N_R_BLANK_N_PCP] = "207Q00000X",
    [FREE_PCP] = "207Q00000X",           [FREE_SPE] = "208600000X",
    [N_R_BLANK_N_DATED] = "363LF0000X",  [N_R_DATED_N_PCP] = "207Q00000X",
    [FREE_DATED] = "363LF0000X",
};

static const struct {
    const char *name, *text;
} files[] = {
    {"ihps.csv", "ihp_id,name,track,roster_type,claims_cap\nCLINIC,Clinic,2,all_in,\n"
                 "NORTH,North,2,billing_treating,\nSOUTH,South,2,billing_treating,\n"
                 "WEST,West,2,billing_treating,\n"},
    {"rosters.csv", "ihp_id,quarter,role,npi,designation,taxonomy\n"
                    "CLINIC,2024Q1,billing,9000000010,,\n"
                    "CLINIC,2024Q1,treating,9000000301,SPE,\n" /* not used: all_in */
                    "NORTH,2024Q1,billing,9000000020,,\nNORTH,2024Q1,billing,9000000030,,\n"
                    "NORTH,2024Q1,treating,9000000101,SPE,\n"
                    "NORTH,2024Q1,treating,9000000102,,207Q00000X\n"
                    "NORTH,2024Q1,treating,9000000103,,XYZ0000000\n"
                    "NORTH,2024Q1,treating,9000000104,,\nNORTH,2024Q1,treating,9000000105,,\n"
                    "NORTH,2024Q1,treating,9000000106,PCP,208600000X\n"
                    "NORTH,2024Q1,treating,9000000107,,\n"
                    "NORTH,2024Q1,treating,9000000108,,363LF0000X\n"
                    "SOUTH,2024Q1,billing,9000000020,,\nSOUTH,2024Q1,treating,9000000201,PCP,\n"
                    "WEST,2024Q1,billing,9000000040,,\nWEST,2024Q1,treating,9000000101,PCP,\n"},
    {"taxonomy.csv", "taxonomy,class,from,to\n207Q00000X,PCP,,\n208600000X,SPE,,\n"
                     "363LF0000X,PCP,2024-03,2024-06\n"},
    {"categories.csv", "service_class,category,included\nprofessional,043,I\npharmacy,030,E\n"},
    {"codes.csv", "set,code_from,code_to,from,to\nem,99201,99215,,\nhealth_home,S0280,S0281,,\n"
                  "em,G0439,G0439,2023-12,2024-06\n"},
    {"corridors.csv", "ihp_id,from,to,ihp_share\n,0.90,1.10,0.50\n"},
    {"trend.csv", "year,rate\n2025,0.03\n"},
};

enum {
    INCLUDED = IHP__SERVICE_CLASS_PROFESSIONAL * IHP__CATEGORIES + 43,
    EXCLUDED = IHP__SERVICE_CLASS_PHARMACY * IHP__CATEGORIES + 30,
    UNKNOWN = IHP__SERVICE_CLASS_PHARMACY * IHP__CATEGORIES + 31
};

/* Procedures by number, with their sets. */
enum { NO_CODE, EM, HOME, OTHER, DATED, PROCEDURES };

struct fixture {
    struct ihp__program *program;
    struct ihp__roster_index *roster;
    uint8_t code_sets[PROCEDURES];
    struct ihp__dated_codes dated_codes;
    struct ihp__policies policies;
    struct ihp__period_rules rules;
};

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    static const char *const code[PROCEDURES] = {"", "99213", "S0280", "J1234", "G0439"};
    char folder[] = "program-XXXXXX", path[64];
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(files[i].text, file);
        assert_int_equal(fclose(file), 0);
    }
    enum ihp_status status = ihp__program_load(folder, &fixture.program, &notices, &err);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        unlink(path);
    }
    rmdir(folder);
    ihp_notices_clear(&notices);
    if (status == IHP_OK) {
        status = ihp__roster_index_create(fixture.program, 2024 * 4 + 3, npi, nppes, NPIS,
                                          &fixture.roster, &err);
    }
    if (status == IHP_OK) {
        status = ihp__program_code_table(fixture.program, code, PROCEDURES, fixture.code_sets,
                                         &fixture.dated_codes, &err);
    }
    if (status != IHP_OK) {
        print_error("%s\n", err.text);
    }
    return (int)status;
}

static int tear_down(void **state)
{
    (void)state;
    ihp__roster_index_destroy(&fixture.roster);
    ihp__dated_codes_free(&fixture.dated_codes);
    ihp__program_destroy(&fixture.program);
    return 0;
}

/* Rules of a year with a cut-off under the fixture's policies. */
static void use_year(int year, const char *paid_through)
{
    const struct ihp__period_spec spec = {.year = year, .paid_through = day_of(paid_through)};
    ihp__period_rules_init(&fixture.rules, IHP__PERFORMANCE, &spec, &fixture.policies.claims);
    ihp__period_rules_decide(&fixture.rules, &fixture.policies.decision, 1);
    fixture.rules.roster = fixture.roster;
    fixture.rules.inclusion = fixture.program->inclusion;
    fixture.rules.code_sets = fixture.code_sets;
    fixture.rules.dated_codes = &fixture.dated_codes;
    fixture.rules.partnerships = IHPS;
}

static int usual_rules(void **state)
{
    (void)state;
    fixture.policies = usual_policies();
    use_year(2024, "2025-12-31");
    return 0;
}

/* A line, judged by the rules of the fixture. */
struct line {
    const char *day;
    uint16_t service, known_from, procedure;
    uint32_t billing, treating;
    uint16_t void_date; /* 0: the store has no void dates */
};

/* Asserts that the same line as a row of the index is judged in the same way. */
static void check_indexed(struct ihp__line judged, struct line line, uint16_t day)
{
    const struct ihp__index_rows rows = {.count = 1,
                                         .service_date = &day,
                                         .known_from = &line.known_from,
                                         .procedure = &line.procedure,
                                         .billing = &line.billing,
                                         .treating = &line.treating,
                                         .void_date = line.void_date == 0 ? NULL : &line.void_date};
    if (judged.window == 0) {
        return; /* no caller needs it */
    }
    struct ihp__line seen = ihp__line_judge_indexed(&fixture.rules, judged.window, &rows, 0);
    assert_int_equal(seen.window, judged.window);
    assert_int_equal(seen.known, judged.known);
    assert_int_equal(seen.sets, judged.sets);
    if (seen.sets != 0) {
        assert_int_equal(seen.partnership, judged.partnership);
        assert_int_equal(seen.entity, judged.entity);
        assert_int_equal(seen.provider_class, judged.provider_class);
    }
}

static struct ihp__line judge_in(struct line line, uint16_t qualifying)
{
    const uint16_t day = ihp__day16_of_day(day_of(line.day));
    const int32_t amount = 12345;
    const struct ihp__claims claims = {.count = 1,
                                       .service_date = &day,
                                       .known_from = &line.known_from,
                                       .service = &line.service,
                                       .procedure = &line.procedure,
                                       .billing = &line.billing,
                                       .treating = &line.treating,
                                       .void_date = line.void_date == 0 ? NULL : &line.void_date,
                                       .amount32 = &amount};
    struct ihp__line judged = ihp__line_judge(&fixture.rules, qualifying, &claims, 0);
    check_indexed(judged, line, day);
    return judged;
}

static struct ihp__line judge(struct line line)
{
    return judge_in(line, 0xFFF);
}

static uint16_t known_on(const char *day)
{
    return ihp__day16_of_day(day_of(day));
}

/* Returns an E&M line of the clinic in June, paid in July. */
static struct line plain_line(void)
{
    return (struct line){"2024-06-15", INCLUDED, known_on("2024-07-01"), EM, OF_CLINIC,
                         FREE_PCP,     0};
}

/* ---- calendar -------------------------------------------------------------------------------- */

static void test_16_1_windows_of_a_year(void **state)
{
    (void)state;
    static const struct {
        int year, lookback;
        const char *first, *last, *lookback_first;
    } cases[] = {
        {2024, 12, "2024-01-01", "2024-12-31", "2023-01-01"},
        {2024, 0, "2024-01-01", "2024-12-31", "2024-01-01"},
        {2024, 6, "2024-01-01", "2024-12-31", "2023-07-01"},
        {2025, 12, "2025-01-01", "2025-12-31", "2024-01-01"},
        {2025, 24, "2025-01-01", "2025-12-31", "2023-01-01"},
        {2025, 10, "2025-01-01", "2025-12-31", "2024-03-01"},
        {1981, 120, "1981-01-01", "1981-12-31", "1971-01-01"},
        {2147, 1, "2147-01-01", "2147-12-31", "2146-12-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture.policies.claims.lookback_months = cases[i].lookback;
        use_year(cases[i].year, "2149-06-04");
        assert_int_equal(fixture.rules.acg_year, cases[i].year);
        assert_int_equal(fixture.rules.first_day, known_on(cases[i].first));
        assert_int_equal(fixture.rules.last_day, known_on(cases[i].last));
        assert_int_equal(fixture.rules.lookback_first, known_on(cases[i].lookback_first));
        assert_int_equal(fixture.rules.first_month, ihp__month_of_day(day_of(cases[i].first)));
        assert_int_equal(fixture.rules.cutoff, 65533);
        assert_ptr_equal(fixture.rules.policies, &fixture.policies.claims);
    }
}

/* Each day is in its month, in common and leap years. */
static void test_16_1_month_of_each_day(void **state)
{
    (void)state;
    static const int length[2][12] = {{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
                                      {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}};
    static const int years[] = {2023, 2024, 2100, 2000}; /* 2100 is a common year */
    for (int y = 0; y < 4; y++) {
        use_year(years[y], "2101-12-31");
        int day = 0;
        for (int m = 0; m < 12; m++) {
            for (int d = 0; d < length[y % 2][m]; d++, day++) {
                assert_int_equal(fixture.rules.month_of_day[day], m);
            }
        }
        assert_int_equal(fixture.rules.last_day - fixture.rules.first_day + 1, day);
        for (; day < IHP__MONTH_DAYS; day++) {
            assert_int_equal(fixture.rules.month_of_day[day], 12); /* in no set of months */
        }
    }
}

static void test_13_3_8_window_of_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        int lookback, window;
    } cases[] = {
        {"2024-01-01", 12, 1}, {"2024-12-31", 12, 1}, {"2024-02-29", 12, 1}, {"2025-01-01", 12, 0},
        {"2023-12-31", 12, 2}, {"2023-01-01", 12, 2}, {"2022-12-31", 12, 0}, {"2023-12-31", 0, 0},
        {"2023-12-31", 6, 2},  {"2023-07-01", 6, 2},  {"2023-06-30", 6, 0},  {"2022-01-01", 24, 2},
        {"2021-12-31", 24, 0}, {"1901-01-01", 24, 0}, {"2149-12-31", 12, 0}, {"2024-01-01", 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture.policies.claims.lookback_months = cases[i].lookback;
        use_year(2024, "2025-12-31");
        struct line line = plain_line();
        line.day = cases[i].day;
        struct ihp__line seen = judge(line);
        bool counts = cases[i].window != 0;
        assert_int_equal(seen.window, cases[i].window);
        assert_int_equal(seen.known, counts);
        assert_int_equal(seen.sets, counts ? IHP__CODE_EM : 0);
        assert_int_equal(seen.entity, counts ? CLINIC : IHP__NO_ENTITY);
        assert_int_equal(seen.partnership, counts ? CLINIC : -1);
        assert_int_equal(seen.disposition, cases[i].window == 1 ? IHP__DISPOSITION_COUNTED
                                                                : IHP__DISPOSITION_OUTSIDE_PERIOD);
    }
}

/* ---- run-out and disposition ----------------------------------------------------------------- */

static void test_2_7_paid_by_the_cutoff(void **state)
{
    (void)state;
    static const char *const days[] = {"2024-06-15", "2023-06-15"}; /* the period, the look-back */
    for (int i = 0; i < 2; i++) {
        use_year(2024, "2025-03-31");
        struct line line = plain_line();
        line.day = days[i];
        line.known_from = known_on("2025-03-31");
        struct ihp__line seen = judge(line);
        assert_true(seen.known);
        assert_int_equal(seen.entity, CLINIC);
        assert_int_equal(seen.disposition,
                         i == 0 ? IHP__DISPOSITION_COUNTED : IHP__DISPOSITION_OUTSIDE_PERIOD);
        line.known_from = known_on("2025-04-01");
        seen = judge(line);
        assert_false(seen.known);
        assert_int_equal(seen.sets, 0);
        assert_int_equal(seen.partnership, -1);
        assert_int_equal(seen.entity, IHP__NO_ENTITY);
        assert_int_equal(seen.disposition,
                         i == 0 ? IHP__DISPOSITION_AFTER_CUTOFF : IHP__DISPOSITION_OUTSIDE_PERIOD);
        use_year(2024, "2149-06-04"); /* the latest cut-off allowed */
        line.known_from = IHP__NEVER_KNOWN;
        seen = judge(line);
        assert_false(seen.known);
        assert_int_equal(seen.sets, 0);
        assert_int_equal(seen.disposition,
                         i == 0 ? IHP__DISPOSITION_NOT_PAID : IHP__DISPOSITION_OUTSIDE_PERIOD);
    }
}

/* A line is known from its paid date until the day before its void date; a line paid after the
 * cut-off is not yet void. */
static void test_2_7_void_by_the_cutoff(void **state)
{
    (void)state;
    static const struct {
        const char *paid, *voided;
        bool known;
        enum ihp__disposition disposition;
    } cases[] = {
        {"2025-03-31", "2025-04-01", true, IHP__DISPOSITION_COUNTED},
        {"2025-03-31", "2025-03-31", false, IHP__DISPOSITION_NOT_PAID}, /* never known */
        {"2024-06-15", "2025-03-31", false, IHP__DISPOSITION_NOT_PAID},
        {"2024-06-15", "2024-06-16", false, IHP__DISPOSITION_NOT_PAID},
        {"2025-04-01", "2025-04-01", false, IHP__DISPOSITION_AFTER_CUTOFF},
        {"2025-04-01", "2026-04-01", false, IHP__DISPOSITION_AFTER_CUTOFF},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        use_year(2024, "2025-03-31");
        struct line line = plain_line();
        line.day = "2024-06-15";
        line.known_from = known_on(cases[i].paid);
        line.void_date = known_on(cases[i].voided);
        struct ihp__line seen = judge(line);
        assert_int_equal(seen.known, cases[i].known);
        assert_int_equal(seen.entity, cases[i].known ? CLINIC : IHP__NO_ENTITY);
        assert_int_equal(seen.disposition, cases[i].disposition);
    }
    use_year(2024, "2149-06-04"); /* the latest cut-off allowed: no void date is beyond it */
    struct line line = plain_line();
    line.day = "2024-06-15";
    line.void_date = IHP__NEVER_VOID;
    assert_true(judge(line).known);
    line.void_date = known_on("2149-06-05");
    assert_true(judge(line).known);
    line.void_date = known_on("2149-06-04");
    assert_false(judge(line).known);
}

/* A line has the first disposition that applies; here each reason is removed in turn. */
static void test_16_10_order_of_the_dispositions(void **state)
{
    (void)state;
    use_year(2024, "2025-03-31");
    struct line line = {"2025-01-01", UNKNOWN, IHP__NEVER_KNOWN, EM, OF_CLINIC, FREE_PCP, 0};
    const uint16_t no_may = 0xFFF & ~0x010;
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_OUTSIDE_PERIOD);
    line.day = "2024-05-31";
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_NOT_PAID);
    line.known_from = known_on("2025-04-01");
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_AFTER_CUTOFF);
    line.known_from = known_on("2025-03-31");
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_CATEGORY_UNKNOWN);
    line.service = EXCLUDED;
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_CATEGORY_EXCLUDED);
    line.service = INCLUDED;
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_MONTH_NOT_QUALIFYING);
    line.day = "2024-06-01";
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_COUNTED);
    line.day = "2024-04-30";
    assert_int_equal(judge_in(line, no_may).disposition, IHP__DISPOSITION_COUNTED);
}

/* Attribution uses known lines of any service and any month [4]. */
static void test_13_3_lines_without_cost_still_count_for_attribution(void **state)
{
    (void)state;
    struct line line = plain_line();
    line.service = UNKNOWN;
    struct ihp__line seen = judge_in(line, 0);
    assert_true(seen.known);
    assert_int_equal(seen.sets, IHP__CODE_EM);
    assert_int_equal(seen.partnership, CLINIC);
    line.procedure = OTHER; /* not counted, but a visit at an IHP [13.3.2] */
    seen = judge(line);
    assert_int_equal(seen.sets, 0);
    assert_int_equal(seen.partnership, CLINIC);
    line.procedure = NO_CODE;
    assert_int_equal(judge(line).sets, 0);
    line.procedure = HOME;
    assert_int_equal(judge(line).sets, IHP__CODE_HEALTH_HOME);
}

static void test_policy_cost_months(void **state)
{
    (void)state;
    struct line line = plain_line();
    line.day = "2024-02-29";
    assert_int_equal(judge_in(line, 0x002).disposition, IHP__DISPOSITION_COUNTED);
    assert_int_equal(judge_in(line, 0xFFD).disposition, IHP__DISPOSITION_MONTH_NOT_QUALIFYING);
    line.day = "2024-12-31";
    assert_int_equal(judge_in(line, 0x800).disposition, IHP__DISPOSITION_COUNTED);
    assert_int_equal(judge_in(line, 0x7FF).disposition, IHP__DISPOSITION_MONTH_NOT_QUALIFYING);
    line.day = "2024-01-01";
    assert_int_equal(judge_in(line, 0x001).disposition, IHP__DISPOSITION_COUNTED);
    assert_int_equal(judge_in(line, 0xFFE).disposition, IHP__DISPOSITION_MONTH_NOT_QUALIFYING);
    fixture.policies.claims.cost_months = IHP__COST_ALL;
    assert_int_equal(judge_in(line, 0).disposition, IHP__DISPOSITION_COUNTED);
    line.service = EXCLUDED;
    assert_int_equal(judge_in(line, 0).disposition, IHP__DISPOSITION_CATEGORY_EXCLUDED);
}

/* ---- owner [3.8.4, 13.3.1.3] ----------------------------------------------------------------- */

static void assert_owner(uint32_t billing, uint32_t treating, int partnership, uint32_t entity)
{
    struct line line = plain_line();
    line.billing = billing;
    line.treating = treating;
    struct ihp__line seen = judge(line);
    assert_int_equal(seen.partnership, partnership);
    assert_int_equal(seen.entity, entity);
}

static void test_3_8_4_owner_of_a_line(void **state)
{
    (void)state;
    assert_owner(OF_CLINIC, FREE_SPE, CLINIC, CLINIC); /* all_in: any treating provider */
    assert_owner(OF_CLINIC, BLANK, CLINIC, CLINIC);
    assert_owner(OF_CLINIC, N_R_SPE_N_PCP, CLINIC, CLINIC);
    assert_owner(OF_NORTH, N_R_SPE_N_PCP, NORTH, NORTH);
    assert_owner(OF_WEST, N_R_SPE_N_PCP, WEST, WEST);           /* on both treating lists */
    assert_owner(OF_WEST, N_R_BLANK_N_PCP, -1, IHP__NO_ENTITY); /* only on North's */
    assert_owner(OF_NORTH, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OUTSIDE, N_R_SPE_N_PCP, -1, IHPS + OUTSIDE); /* not the IHP's billing NPI */
}

/* One billing NPI is on two rosters whose treating lists have no NPI in common. */
static void test_3_8_4_shared_billing_npi(void **state)
{
    (void)state;
    assert_owner(SHARED, N_R_BLANK_N_NONE, NORTH, NORTH);
    assert_owner(SHARED, S_R_PCP, SOUTH, SOUTH);
    assert_owner(SHARED, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OF_NORTH, S_R_PCP, -1, IHP__NO_ENTITY);
}

/* An NPI on a list of any roster is no non-IHP provider: the treating provider of the line is, if
 * it is on no list either. */
static void test_13_3_1_3_rostered_provider_is_no_non_ihp_provider(void **state)
{
    (void)state;
    assert_owner(OF_NORTH, FREE_SPE, -1, IHPS + FREE_SPE); /* on a billing list */
    assert_owner(OF_NORTH, OUTSIDE, -1, IHPS + OUTSIDE);
    assert_owner(OF_NORTH, BLANK, -1, IHP__NO_ENTITY);
    assert_owner(OF_NORTH, OF_CLINIC, -1, IHP__NO_ENTITY); /* an all-in IHP's billing NPI */
    assert_owner(OF_NORTH, OF_WEST, -1, IHP__NO_ENTITY);
    assert_owner(N_R_SPE_N_PCP, FREE_PCP, -1, IHPS + FREE_PCP); /* on a treating list alone */
    assert_owner(N_R_SPE_N_PCP, N_R_SPE_N_PCP, -1, IHP__NO_ENTITY);
    assert_owner(FREE_PCP, S_R_PCP, -1, IHPS + FREE_PCP); /* a treating row of an all-in roster */
    assert_owner(OUTSIDE, S_R_PCP, -1, IHPS + OUTSIDE);   /* the unit itself is on no list */
    assert_owner(OUTSIDE, BLANK, -1, IHPS + OUTSIDE);
    assert_owner(BLANK, S_R_PCP, -1, IHP__NO_ENTITY); /* blank is on no list, and no provider */
    assert_owner(BLANK, FREE_PCP, -1, IHP__NO_ENTITY);
    fixture.policies.claims.non_ihp_unit = IHP__UNIT_TREATING;
    assert_owner(OUTSIDE, S_R_PCP, -1, IHP__NO_ENTITY);
    assert_owner(OUTSIDE, OF_CLINIC, -1, IHP__NO_ENTITY);
    assert_owner(OF_NORTH, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OF_NORTH, BLANK, -1, IHP__NO_ENTITY);
}

/* Under `billing` the NPI that names the provider does so on any roster. */
static void test_policy_off_roster_unit_billing(void **state)
{
    (void)state;
    fixture.policies.claims.off_roster_unit = IHP__OFF_ROSTER_BILLING;
    assert_owner(OF_WEST, N_R_BLANK_N_PCP, -1, IHPS + OF_WEST);
    assert_owner(OF_NORTH, FREE_PCP, -1, IHPS + OF_NORTH);
    assert_owner(OF_NORTH, BLANK, -1, IHPS + OF_NORTH);
    assert_owner(N_R_SPE_N_PCP, N_R_SPE_N_PCP, -1, IHPS + N_R_SPE_N_PCP);
    assert_owner(SHARED, FREE_PCP, -1, IHPS + SHARED);
    assert_owner(OF_NORTH, N_R_SPE_N_PCP, NORTH, NORTH);
    fixture.policies.claims.non_ihp_unit = IHP__UNIT_TREATING;
    assert_owner(OUTSIDE, S_R_PCP, -1, IHPS + S_R_PCP);
    assert_owner(OF_NORTH, BLANK, -1, IHP__NO_ENTITY);
}

static void test_policy_non_ihp_unit(void **state)
{
    (void)state;
    assert_owner(BLANK, FREE_PCP, -1, IHP__NO_ENTITY);
    assert_owner(OUTSIDE, BLANK, -1, IHPS + OUTSIDE);
    assert_owner(BLANK, BLANK, -1, IHP__NO_ENTITY);
    fixture.policies.claims.non_ihp_unit = IHP__UNIT_TREATING;
    assert_owner(BLANK, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OUTSIDE, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OUTSIDE, BLANK, -1, IHP__NO_ENTITY);
    assert_owner(OF_NORTH, FREE_PCP, -1, IHPS + FREE_PCP);
    assert_owner(OF_CLINIC, BLANK, CLINIC, CLINIC); /* a line of an IHP belongs to the IHP */
}

/* A code counts in the months in which it is in force, of the period and of the look-back. */
static void test_13_3_5_2_code_in_force(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        bool counts;
    } cases[] = {{"2023-11-30", false}, {"2023-12-01", true}, {"2023-12-31", true},
                 {"2024-01-01", true},  {"2024-06-30", true}, {"2024-07-01", false},
                 {"2024-12-31", false}};
    struct line line = plain_line();
    line.procedure = DATED;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        line.day = cases[i].day;
        struct ihp__line seen = judge(line);
        assert_true(seen.known);
        assert_int_equal(seen.sets, cases[i].counts ? IHP__CODE_EM : 0);
    }
}

/* A line without an entity keeps its sets, so that the reason is not NO_EM. */
static void test_13_3_8_line_without_entity_keeps_its_sets(void **state)
{
    (void)state;
    struct line line = plain_line();
    line.billing = BLANK;
    assert_int_equal(judge(line).sets, IHP__CODE_EM);
    assert_true(judge(line).known);
    line.day = "2023-12-31";
    line.procedure = HOME;
    assert_int_equal(judge(line).sets, IHP__CODE_HEALTH_HOME);
    assert_int_equal(judge(line).entity, IHP__NO_ENTITY);
}

/* ---- class of the treating provider [3.8.4.2] ------------------------------------------------ */

static enum ihp__provider_class class_of(uint32_t billing, uint32_t treating)
{
    struct line line = plain_line();
    line.billing = billing;
    line.treating = treating;
    return judge(line).provider_class;
}

static void test_3_8_4_2_class_on_a_billing_treating_roster(void **state)
{
    (void)state;
    assert_int_equal(class_of(OF_NORTH, N_R_SPE_N_PCP), IHP__PROVIDER_SPE);    /* designation */
    assert_int_equal(class_of(OF_NORTH, N_R_PCP_OVER_SPE), IHP__PROVIDER_PCP); /* over taxonomy */
    assert_int_equal(class_of(OF_NORTH, N_R_LISTED_N_NONE),
                     IHP__PROVIDER_PCP); /* roster taxonomy */
    assert_int_equal(class_of(OF_NORTH, N_R_UNLISTED_N_PCP), IHP__PROVIDER_SPE); /* not NPPES */
    assert_int_equal(class_of(OF_NORTH, N_R_BLANK_N_PCP), IHP__PROVIDER_PCP);    /* NPPES */
    assert_int_equal(class_of(OF_NORTH, N_R_BLANK_N_NONE), IHP__PROVIDER_SPE);   /* nothing known */
    assert_int_equal(class_of(SHARED, S_R_PCP), IHP__PROVIDER_PCP);
    assert_int_equal(class_of(OF_WEST, N_R_SPE_N_PCP),
                     IHP__PROVIDER_PCP); /* West has another class */
}

/* A taxonomy that is PCP from March to June: by NPPES at a non-IHP provider and on an all-in
 * roster, by NPPES and by the roster's own taxonomy on a billing/treating one. */
static void test_13_3_5_2_class_by_month_of_service(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        enum ihp__provider_class class_;
    } cases[] = {{"2024-02-29", IHP__PROVIDER_SPE},
                 {"2024-03-01", IHP__PROVIDER_PCP},
                 {"2024-06-30", IHP__PROVIDER_PCP},
                 {"2024-07-01", IHP__PROVIDER_SPE}};
    static const struct {
        uint32_t billing, treating;
    } at[] = {{OUTSIDE, FREE_DATED},
              {OF_CLINIC, FREE_DATED},
              {OF_NORTH, N_R_BLANK_N_DATED},
              {OF_NORTH, N_R_DATED_N_PCP}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t j = 0; j < sizeof at / sizeof at[0]; j++) {
            struct line line = plain_line();
            line.day = cases[i].day;
            line.billing = at[j].billing;
            line.treating = at[j].treating;
            assert_int_equal(judge(line).provider_class, cases[i].class_);
        }
    }
}

static void test_3_8_4_2_class_on_an_all_in_roster_is_nppes_only(void **state)
{
    (void)state;
    assert_int_equal(class_of(OF_CLINIC, FREE_PCP),
                     IHP__PROVIDER_PCP); /* its treating row says SPE */
    assert_int_equal(class_of(OF_CLINIC, FREE_SPE), IHP__PROVIDER_SPE);
    assert_int_equal(class_of(OF_CLINIC, N_R_SPE_N_PCP),
                     IHP__PROVIDER_PCP); /* on North's and West's */
    assert_int_equal(class_of(OF_CLINIC, N_R_PCP_OVER_SPE), IHP__PROVIDER_SPE);
    assert_int_equal(class_of(OF_CLINIC, BLANK), IHP__PROVIDER_SPE);
}

static void test_3_8_4_2_class_at_a_non_ihp_provider_is_nppes_only(void **state)
{
    (void)state;
    assert_int_equal(class_of(OUTSIDE, N_R_SPE_N_PCP), IHP__PROVIDER_PCP);
    assert_int_equal(class_of(OUTSIDE, S_R_PCP), IHP__PROVIDER_SPE);
    assert_int_equal(class_of(OUTSIDE, N_R_LISTED_N_NONE),
                     IHP__PROVIDER_SPE); /* not listed at all */
    assert_int_equal(class_of(OUTSIDE, FREE_PCP), IHP__PROVIDER_PCP);
    assert_int_equal(class_of(OF_WEST, N_R_PCP_OVER_SPE), IHP__PROVIDER_SPE); /* not West's line */
    fixture.policies.claims.non_ihp_unit = IHP__UNIT_TREATING;
    assert_int_equal(class_of(OUTSIDE, N_R_SPE_N_PCP), IHP__PROVIDER_PCP);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, usual_rules)
    const struct CMUnitTest tests[] = {
        TEST(test_16_1_windows_of_a_year),
        TEST(test_16_1_month_of_each_day),
        TEST(test_13_3_8_window_of_a_line),
        TEST(test_2_7_paid_by_the_cutoff),
        TEST(test_2_7_void_by_the_cutoff),
        TEST(test_16_10_order_of_the_dispositions),
        TEST(test_13_3_lines_without_cost_still_count_for_attribution),
        TEST(test_policy_cost_months),
        TEST(test_3_8_4_owner_of_a_line),
        TEST(test_3_8_4_shared_billing_npi),
        TEST(test_13_3_1_3_rostered_provider_is_no_non_ihp_provider),
        TEST(test_policy_off_roster_unit_billing),
        TEST(test_policy_non_ihp_unit),
        TEST(test_13_3_8_line_without_entity_keeps_its_sets),
        TEST(test_3_8_4_2_class_on_a_billing_treating_roster),
        TEST(test_13_3_5_2_class_by_month_of_service),
        TEST(test_13_3_5_2_code_in_force),
        TEST(test_3_8_4_2_class_on_an_all_in_roster_is_nppes_only),
        TEST(test_3_8_4_2_class_at_a_non_ihp_provider_is_nppes_only),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
