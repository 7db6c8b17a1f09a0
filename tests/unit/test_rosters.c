/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rosters [3.8]: the one in force in a quarter, repeats, lines that would belong to two IHPs, and
 * the lookup of a line. */
#include "program_folder.h"

#include <xxhash.h>

enum { A, B, C, D };
enum { Q2025_4 = 2025 * 4 + 3 };

static struct ihp__program *with_rosters(const char *rows, struct ihp_notices *notices)
{
    char text[4000];
    snprintf(text, sizeof text, ROSTERS "%s", rows);
    return loaded_program("rosters.csv", text, notices);
}

/* ---- the roster in force --------------------------------------------------------------------- */

static void test_latest_quarter_not_after(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("A,2025Q2,billing,1000000002,,\n"
                                                "A,2024Q4,billing,1000000001,,\n"
                                                "A,2025Q4,billing,1000000004,,\n"
                                                "A,2025Q2,billing,1000000003,,\n"
                                                "B,2025Q3,billing,1000000009,,\n",
                                                NULL);
    static const struct {
        int32_t quarter;
        size_t rows;
        int64_t first_npi;
    } cases[] = {
        {2024 * 4 + 2, 0, 0},          {2024 * 4 + 3, 1, 1000000001}, {2025 * 4, 1, 1000000001},
        {2025 * 4 + 1, 2, 1000000002}, {2025 * 4 + 2, 2, 1000000002}, {Q2025_4, 1, 1000000004},
        {2030 * 4, 1, 1000000004},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t count = 77;
        const struct ihp__roster_row *row =
            ihp__program_roster(program, A, cases[i].quarter, &count);
        assert_int_equal(count, cases[i].rows);
        if (count > 0) {
            assert_int_equal(row[0].npi, cases[i].first_npi);
            assert_int_equal(row[count - 1].npi, cases[i].first_npi + (int64_t)count - 1);
        }
    }
    size_t count = 77;
    ihp__program_roster(program, B, 2025 * 4 + 1, &count);
    assert_int_equal(count, 0); /* none yet */
    ihp__program_roster(program, C, Q2025_4, &count);
    assert_int_equal(count, 0); /* none at all */
    ihp__program_destroy(&program);
}

/* XXH3-128 of the rows as lines, whatever their order in the file, and without those of another
 * roster. */
static void test_digest(void **state)
{
    (void)state;
    static const char lines[] = "billing,1000000002,,\n"
                                "billing,1000000003,PCP,207Q00000X\n"
                                "treating,1000000001,SPE,\n";
    struct ihp__program *program = with_rosters("B,2025Q2,treating,1000000001,SPE,\n"
                                                "B,2025Q2,billing,1000000003,PCP,207Q00000X\n"
                                                "B,2025Q2,billing,1000000002,,\n"
                                                "B,2025Q1,billing,1000000004,,\n",
                                                NULL);
    char expected[IHP__HASH_TEXT], hex[IHP__HASH_TEXT];
    size_t count;
    const XXH128_hash_t hash = XXH3_128bits(lines, sizeof lines - 1);
    ihp__hash_hex(hash.high64, hash.low64, expected);
    const struct ihp__roster_row *row = ihp__program_roster(program, B, Q2025_4, &count);
    ihp__roster_digest(row, count, hex);
    assert_string_equal(hex, expected);
    const XXH128_hash_t none = XXH3_128bits("", 0);
    ihp__hash_hex(none.high64, none.low64, expected);
    ihp__roster_digest(NULL, 0, hex);
    assert_string_equal(hex, expected);
    ihp__program_destroy(&program);
}

/* A roster is in force until the day on which the contract ended. */
static void test_6_1_rosters_in_force(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("A,2025Q2,billing,1000000002,,\n"
                                                "B,2025Q3,billing,1000000009,,\n",
                                                NULL);
    int32_t ended = ihp__day_of_civil(2025, 5, 11);
    program->partnership[A].terminated = true;
    program->partnership[A].terminated_on = ended;
    for (int32_t day = ended - 1; day <= ended + 1; day++) {
        struct ihp__program view;
        struct ihp_error err = {0};
        size_t a = 77, b = 77;
        assert_int_equal(ihp__program_in_force(program, day, &view, &err), IHP_OK);
        ihp__program_roster(&view, A, Q2025_4, &a);
        ihp__program_roster(&view, B, Q2025_4, &b);
        assert_int_equal(a, day <= ended ? 1 : 0);
        assert_int_equal(b, 1);
        assert_int_equal(ihp__partnership_in_force(&program->partnership[A], day), day <= ended);
        assert_true(ihp__partnership_in_force(&program->partnership[B], day));
        free(view.roster);
    }
    ihp__program_destroy(&program);
}

/* A later roster replaces the whole earlier one: a provider who is not on it has left. */
static void test_later_roster_replaces(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("C,2025Q1,billing,1000000001,,\n"
                                                "C,2025Q1,treating,2000000001,,\n"
                                                "C,2025Q2,billing,1000000001,,\n",
                                                NULL);
    size_t count;
    const struct ihp__roster_row *row = ihp__program_roster(program, C, Q2025_4, &count);
    assert_int_equal(count, 1);
    assert_int_equal(row[0].role, IHP__ROLE_BILLING);
    ihp__program_destroy(&program);
}

static void test_treating_rows_of_all_in_are_noticed(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    struct ihp__program *program = with_rosters("A,2025Q4,treating,2000000001,,\n"
                                                "A,2025Q4,treating,2000000002,,\n"
                                                "B,2025Q4,treating,2000000001,,\n"
                                                "C,2025Q4,treating,2000000001,,\n",
                                                &notices);
    assert_int_equal(notices.count, 2);
    assert_non_null(strstr(notices.text[0], "treating rows of A are not used"));
    assert_non_null(strstr(notices.text[0], "[3.8.4.1]"));
    assert_non_null(strstr(notices.text[1], "treating rows of B are not used"));
    ihp_notices_clear(&notices);
    ihp__program_destroy(&program);
}

/* ---- repeats --------------------------------------------------------------------------------- */

static void test_one_npi_twice(void **state)
{
    (void)state;
    /* Equal rows are one; another quarter, role or IHP makes another row. */
    struct ihp__program *program = with_rosters("C,2025Q4,treating,2000000001,PCP,207Q00000X\n"
                                                "C,2025Q4,treating,2000000001,PCP,207Q00000X\n"
                                                "C,2025Q3,treating,2000000001,SPE,\n"
                                                "C,2025Q4,billing,2000000001,SPE,\n"
                                                "D,2025Q4,treating,2000000001,SPE,\n",
                                                NULL);
    assert_int_equal(program->roster_rows, 5);
    ihp__program_destroy(&program);
    static const char *const different[] = {
        "C,2025Q4,treating,2000000001,PCP,\nD,2025Q4,treating,2000000001,SPE,\n"
        "C,2025Q4,treating,2000000001,SPE,\n",
        "C,2025Q4,treating,2000000001,PCP,\nC,2025Q4,treating,2000000002,PCP,\n"
        "C,2025Q4,treating,2000000001,,\n",
        "C,2025Q4,treating,2000000001,,207Q00000X\nC,2025Q4,treating,2000000001,,207Q00000X\n"
        "C,2025Q4,treating,2000000001,,208600000X\n",
        "A,2025Q4,billing,2000000001,PCP,\nC,2025Q4,treating,2000000001,PCP,\n"
        "A,2025Q4,billing,2000000001,,\n",
    };
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, ROSTERS "%s", different[i]);
        assert_program_refused("rosters.csv", text,
                               "rosters.csv:4: NPI 2000000001 has another designation",
                               i == 2 ? "on line 3" : "on line 2");
    }
}

/* ---- overlap --------------------------------------------------------------------------------- */

/* Returns the number of IHPs to which a line of a billing and a treating NPI belongs, by the
 * contract's definition applied row by row. */
static int owners(const struct ihp__program *program, int32_t quarter, int64_t billing,
                  int64_t treating)
{
    int count = 0;
    for (size_t p = 0; p < program->partnerships; p++) {
        size_t rows;
        const struct ihp__roster_row *row = ihp__program_roster(program, (int)p, quarter, &rows);
        bool has_billing = false, has_treating = program->partnership[p].all_in;
        for (size_t i = 0; i < rows; i++) {
            has_billing |= row[i].role == IHP__ROLE_BILLING && row[i].npi == billing;
            has_treating |= row[i].role == IHP__ROLE_TREATING && row[i].npi == treating;
        }
        count += has_billing && has_treating;
    }
    return count;
}

static void assert_overlap(const char *rows, bool refused, const char *part)
{
    struct ihp__program *program = with_rosters(rows, NULL);
    struct ihp_error err = {0};
    bool two = false;
    for (int64_t b = 1000000000; b < 1000000010; b++) {
        for (int64_t t = 2000000000; t < 2000000010; t++) {
            two |= owners(program, Q2025_4, b, t) > 1;
        }
    }
    assert_int_equal(two, refused);
    assert_int_equal(ihp__rosters_check(program, Q2025_4, &err), refused ? IHP_ERR_DATA : IHP_OK);
    if (refused) {
        assert_error(&err, IHP_ERR_DATA, "rosters.csv: in 2025Q4, lines of billing NPI 1000000001");
        assert_error(&err, IHP_ERR_DATA, part);
        const int64_t npi[] = {-1, 1000000001};
        const char *const taxonomy[] = {NULL, NULL};
        struct ihp__roster_index *index = NULL;
        struct ihp_error again = {0};
        assert_int_equal(
            ihp__roster_index_create(program, Q2025_4, npi, taxonomy, 2, &index, &again),
            IHP_ERR_DATA);
        assert_null(index);
    }
    ihp__program_destroy(&program);
}

static void test_overlap_of_all_in(void **state)
{
    (void)state;
    assert_overlap("A,2025Q4,billing,1000000001,,\nB,2025Q4,billing,1000000001,,\n", true,
                   "any treating NPI would belong to both A and B");
    assert_overlap("A,2025Q4,billing,1000000001,,\nB,2025Q4,billing,1000000002,,\n", false, "");
}

static void test_overlap_of_all_in_and_billing_treating(void **state)
{
    (void)state;
    assert_overlap("A,2025Q4,billing,1000000001,,\nC,2025Q4,billing,1000000001,,\n"
                   "C,2025Q4,treating,2000000005,,\n",
                   true, "treating NPI 2000000005 would belong to both A and C");
    assert_overlap("A,2025Q4,billing,1000000001,,\nC,2025Q4,billing,1000000001,,\n", false, "");
    assert_overlap("A,2025Q4,billing,1000000001,,\nC,2025Q4,billing,1000000002,,\n"
                   "C,2025Q4,treating,2000000005,,\n",
                   false, "");
    /* Treating rows of A are not used, so that they cannot overlap. */
    assert_overlap("A,2025Q4,billing,1000000002,,\nA,2025Q4,treating,2000000005,,\n"
                   "C,2025Q4,billing,1000000001,,\nC,2025Q4,treating,2000000005,,\n",
                   false, "");
}

/* The same with the billing/treating IHP first in ihps.csv. */
static void test_overlap_in_the_other_order(void **state)
{
    (void)state;
    for (int treating = 0; treating < 2; treating++) {
        struct ihp__program *program = NULL;
        struct ihp_error err = {0};
        write_program("ihps.csv", IHPS "C,Gamma,2,billing_treating,,,,,\nA,Alpha,1,all_in,,,,,\n");
        write_text(in_folder("rosters.csv"), treating == 0
                                                 ? ROSTERS "A,2025Q4,billing,1000000001,,\n"
                                                           "C,2025Q4,billing,1000000001,,\n"
                                                 : ROSTERS "A,2025Q4,billing,1000000001,,\n"
                                                           "C,2025Q4,treating,2000000005,,\n"
                                                           "C,2025Q4,billing,1000000001,,\n");
        assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_OK);
        assert_int_equal(ihp__rosters_check(program, Q2025_4, &err),
                         treating == 0 ? IHP_OK : IHP_ERR_DATA);
        if (treating != 0) {
            assert_error(&err, IHP_ERR_DATA,
                         "treating NPI 2000000005 would belong to both C and A");
        }
        ihp__program_destroy(&program);
    }
}

static void test_overlap_of_billing_treating(void **state)
{
    (void)state;
    assert_overlap("C,2025Q4,billing,1000000001,,\nC,2025Q4,treating,2000000001,,\n"
                   "C,2025Q4,treating,2000000004,,\nC,2025Q4,treating,2000000007,,\n"
                   "D,2025Q4,billing,1000000001,,\nD,2025Q4,treating,2000000002,,\n"
                   "D,2025Q4,treating,2000000007,,\n",
                   true, "treating NPI 2000000007 would belong to both C and D");
    assert_overlap("C,2025Q4,billing,1000000001,,\nC,2025Q4,treating,2000000001,,\n"
                   "C,2025Q4,treating,2000000004,,\nD,2025Q4,billing,1000000001,,\n"
                   "D,2025Q4,treating,2000000002,,\nD,2025Q4,treating,2000000005,,\n",
                   false, "");
    assert_overlap("C,2025Q4,billing,1000000001,,\nC,2025Q4,treating,2000000001,,\n"
                   "D,2025Q4,billing,1000000002,,\nD,2025Q4,treating,2000000001,,\n",
                   false, "");
    assert_overlap("C,2025Q4,billing,1000000001,,\nD,2025Q4,billing,1000000001,,\n", false, "");
}

/* Rosters that overlap in some quarters only. */
static void test_overlap_depends_on_the_quarter(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("A,2025Q1,billing,1000000001,,\n"
                                                "B,2025Q2,billing,1000000001,,\n"
                                                "A,2025Q3,billing,1000000002,,\n",
                                                NULL);
    static const bool refused[] = {false, true, false, false};
    for (int quarter = 0; quarter < 4; quarter++) {
        struct ihp_error err = {0};
        assert_int_equal(ihp__rosters_check(program, 2025 * 4 + quarter, &err),
                         refused[quarter] ? IHP_ERR_DATA : IHP_OK);
    }
    ihp__program_destroy(&program);
}

/* Three IHPs of which only two overlap, or none. */
static void test_overlap_of_three(void **state)
{
    (void)state;
    assert_overlap("A,2025Q4,billing,1000000001,,\nC,2025Q4,billing,1000000001,,\n"
                   "D,2025Q4,billing,1000000001,,\nD,2025Q4,treating,2000000003,,\n",
                   true, "treating NPI 2000000003 would belong to both A and D");
    assert_overlap("B,2025Q4,billing,1000000000,,\nC,2025Q4,billing,1000000001,,\n"
                   "C,2025Q4,treating,2000000001,,\nD,2025Q4,billing,1000000001,,\n"
                   "D,2025Q4,treating,2000000003,,\n",
                   false, "");
}

/* ---- the index ------------------------------------------------------------------------------- */

enum { NPIS = 9 };
static const int64_t npi[NPIS] = {-1,         1000000001, 1000000002, 1000000003, 1000000004,
                                  2000000001, 2000000002, 2000000003, 2000000004};
static const char *const nppes[NPIS] = {NULL,         "207Q00000X", NULL,       NULL, NULL,
                                        "207Q00000X", "208600000X", "unlisted", NULL};

static const char index_rosters[] = "A,2025Q4,billing,1000000001,,\n"
                                    "A,2025Q4,treating,2000000001,SPE,\n" /* not used */
                                    "B,2025Q4,billing,9999999999,,\n"     /* on no claim */
                                    "C,2025Q4,billing,1000000002,,\n"
                                    "C,2025Q4,billing,1000000003,,\n"
                                    "C,2025Q4,billing,1000000003,,\n" /* twice */
                                    "C,2025Q4,treating,2000000001,SPE,\n"
                                    "C,2025Q4,treating,2000000002,,207R00000X\n"
                                    "C,2025Q4,treating,2000000003,,\n"
                                    "D,2025Q4,billing,1000000003,,\n"
                                    "D,2025Q4,billing,2000000004,,\n" /* bills and treats */
                                    "D,2025Q4,treating,2000000004,PCP,208600000X\n"
                                    "D,2025Q3,billing,1000000004,,\n"; /* has left */

static struct ihp__roster_index *index_of(const struct ihp__program *program)
{
    struct ihp__roster_index *index = NULL;
    struct ihp_error err = {0};
    if (ihp__roster_index_create(program, Q2025_4, npi, nppes, NPIS, &index, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return index;
}

/* Every pair of a billing and a treating NPI, compared with the definition and with a table. */
static void test_line_belongs_to(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters(index_rosters, NULL);
    struct ihp__roster_index *index = index_of(program);
    static const int expected[NPIS][NPIS] = {
        /*           -1, 1..1, 1..2, 1..3, 1..4, 2..1, 2..2, 2..3, 2..4 treating */
        /* blank */ {-1, -1, -1, -1, -1, -1, -1, -1, -1},
        /* 1..1  */ {A, A, A, A, A, A, A, A, A},
        /* 1..2  */ {-1, -1, -1, -1, -1, C, C, C, -1},
        /* 1..3  */ {-1, -1, -1, -1, -1, C, C, C, D},
        /* 1..4  */ {-1, -1, -1, -1, -1, -1, -1, -1, -1},
        /* 2..1  */ {-1, -1, -1, -1, -1, -1, -1, -1, -1},
        /* 2..2  */ {-1, -1, -1, -1, -1, -1, -1, -1, -1},
        /* 2..3  */ {-1, -1, -1, -1, -1, -1, -1, -1, -1},
        /* 2..4  */ {-1, -1, -1, -1, -1, -1, -1, -1, D},
    };
    for (uint32_t b = 0; b < NPIS; b++) {
        for (uint32_t t = 0; t < NPIS; t++) {
            int found = ihp__roster_ihp_of_line(index, b, t);
            if (found != expected[b][t]) {
                fail_msg("billing %u, treating %u: %d, not %d", b, t, found, expected[b][t]);
            }
            assert_int_equal(found >= 0, owners(program, Q2025_4, npi[b], npi[t]));
        }
    }
    ihp__roster_index_destroy(&index);
    assert_null(index);
    ihp__roster_index_destroy(&index); /* harmless */
    ihp__program_destroy(&program);
}

static void test_class_of_treating_provider(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters(index_rosters, NULL);
    struct ihp__roster_index *index = index_of(program);
    /* The class is NPPES's for a non-IHP provider and on an all-in roster. */
    static const int from_nppes[NPIS] = {IHP__PROVIDER_SPE, IHP__PROVIDER_PCP, IHP__PROVIDER_SPE,
                                         IHP__PROVIDER_SPE, IHP__PROVIDER_SPE, IHP__PROVIDER_PCP,
                                         IHP__PROVIDER_SPE, IHP__PROVIDER_SPE, IHP__PROVIDER_SPE};
    for (uint32_t t = 0; t < NPIS; t++) {
        assert_int_equal(ihp__roster_class(index, -1, t), from_nppes[t]);
        assert_int_equal(ihp__roster_class(index, A, t), from_nppes[t]);
    }
    assert_int_equal(ihp__roster_class(index, C, 5),
                     IHP__PROVIDER_SPE); /* designation before NPPES */
    assert_int_equal(ihp__roster_class(index, C, 6), IHP__PROVIDER_PCP); /* taxonomy before NPPES */
    assert_int_equal(ihp__roster_class(index, C, 7), IHP__PROVIDER_SPE); /* only NPPES */
    assert_int_equal(ihp__roster_class(index, D, 8),
                     IHP__PROVIDER_PCP); /* designation before taxonomy */
    assert_int_equal(ihp__roster_class(index, D, 5),
                     IHP__PROVIDER_PCP); /* on C's roster, not on D's */
    ihp__roster_index_destroy(&index);
    ihp__program_destroy(&program);
}

/* A roster's row without designation and taxonomy takes NPPES's class, which may be PCP. */
static void test_class_from_nppes_on_roster(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("C,2025Q4,billing,1000000002,,\n"
                                                "C,2025Q4,treating,2000000001,,\n"
                                                "C,2025Q4,treating,2000000002,,unlisted\n",
                                                NULL);
    struct ihp__roster_index *index = index_of(program);
    assert_int_equal(ihp__roster_class(index, C, 5), IHP__PROVIDER_PCP);
    assert_int_equal(ihp__roster_class(index, C, 6), IHP__PROVIDER_SPE);
    ihp__roster_index_destroy(&index);
    ihp__program_destroy(&program);
}

/* Before its first roster an IHP has no lines; an index may have only the blank NPI. */
static void test_index_without_rosters(void **state)
{
    (void)state;
    struct ihp__program *program = with_rosters("A,2026Q1,billing,1000000001,,\n", NULL);
    struct ihp__roster_index *index = index_of(program);
    assert_int_equal(ihp__roster_ihp_of_line(index, 1, 5), -1);
    assert_int_equal(ihp__roster_class(index, -1, 5), IHP__PROVIDER_PCP);
    ihp__roster_index_destroy(&index);
    struct ihp_error err = {0};
    assert_int_equal(ihp__roster_index_create(program, 2026 * 4, npi, nppes, 1, &index, &err),
                     IHP_OK);
    assert_int_equal(ihp__roster_ihp_of_line(index, 0, 0), -1);
    ihp__roster_index_destroy(&index);
    ihp__program_destroy(&program);
}

/* An index serves after the view of the program that it was made from is gone: a month after the
 * end of a contract has such a view [6.1], and classes that depend on the month are found in it. */
static void test_index_outlives_a_view(void **state)
{
    (void)state;
    write_program("rosters.csv", ROSTERS "C,2025Q4,billing,1000000002,,\n"
                                         "C,2025Q4,treating,2000000001,,\n");
    write_text(in_folder("taxonomy.csv"), "taxonomy,class,from,to\n207Q00000X,SPE,,2025-06\n"
                                          "207Q00000X,PCP,2025-07,\n");
    struct ihp__program *program = NULL, *view = calloc(1, sizeof *view);
    struct ihp__roster_index *index = NULL;
    struct ihp_error err = {0};
    assert_non_null(view);
    assert_int_equal(ihp__program_load(test_folder, &program, NULL, &err), IHP_OK);
    assert_int_equal(ihp__program_in_force(program, ihp__day_of_civil(2025, 7, 1), view, &err),
                     IHP_OK);
    assert_int_equal(ihp__roster_index_create(view, Q2025_4, npi, nppes, NPIS, &index, &err),
                     IHP_OK);
    free(view->roster);
    memset(view, 0xA5, sizeof *view);
    free(view);
    int32_t july = ihp__day_of_civil(2025, 7, 1);
    for (int partnership = -1; partnership <= C; partnership += C + 1) {
        assert_int_equal(ihp__roster_class_on(index, partnership, 5, july - 1), IHP__PROVIDER_SPE);
        assert_int_equal(ihp__roster_class_on(index, partnership, 5, july), IHP__PROVIDER_PCP);
    }
    ihp__roster_index_destroy(&index);
    ihp__program_destroy(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_latest_quarter_not_after),
        IN_FOLDER(test_digest),
        IN_FOLDER(test_6_1_rosters_in_force),
        IN_FOLDER(test_later_roster_replaces),
        IN_FOLDER(test_treating_rows_of_all_in_are_noticed),
        IN_FOLDER(test_one_npi_twice),
        IN_FOLDER(test_overlap_of_all_in),
        IN_FOLDER(test_overlap_of_all_in_and_billing_treating),
        IN_FOLDER(test_overlap_in_the_other_order),
        IN_FOLDER(test_overlap_of_billing_treating),
        IN_FOLDER(test_overlap_depends_on_the_quarter),
        IN_FOLDER(test_overlap_of_three),
        IN_FOLDER(test_line_belongs_to),
        IN_FOLDER(test_class_of_treating_provider),
        IN_FOLDER(test_class_from_nppes_on_roster),
        IN_FOLDER(test_index_without_rosters),
        IN_FOLDER(test_index_outlives_a_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
