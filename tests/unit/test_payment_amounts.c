/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments: sums of members by month, dollars of an IHP, quarters, and the amounts taken back
 * [15.2.5, 15.3.6, 15.4, 15.5, 5.2.1]. */
#include "payment_terms.h"
#include "result/payment_tables.h"
#include "result/table.h"

enum { IHPS = 2, ACGS = 3, FIRST_MONTH = (2025 - 1970) * 12 + 3 }; /* 2025-04 */

/* Sets of uplifts by the rules they come from. */
static int set_of(unsigned bits)
{
    int set = 0;
    while (ihp__uplift_set_bits(set) != bits) {
        assert_true(++set < IHP__UPLIFT_SETS);
    }
    return set;
}
enum {
    NONE,
    BOTH = 1u << IHP__UPLIFT_SMI_AND_SUD,
    ONE = 1u << IHP__UPLIFT_SMI_OR_SUD,
    PLACE = 1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED,
    CHILD = 1u << IHP__UPLIFT_CPI_OR_PARENT_SPMI,
    INFANT = 1u << IHP__UPLIFT_PARENT_SMI_OR_SUD
};

static struct ihp__payment_tally *new_tally(size_t months)
{
    const struct ihp__payment_shape shape = {months, IHPS, ACGS, true};
    struct ihp__payment_tally *tally = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__payment_tally_create(&shape, &tally, &err), IHP_OK);
    return tally;
}

static const struct ihp__month_fact attributed = {.cost = 1000, .months = 12, .enough = true};
static const struct ihp__paid_month paid = {.paid = true};

/* Adds `members` of IHP p in a category, paid for with the uplifts of `bits`; `back` of them are
 * taken back. */
static void add(struct ihp__payment_tally *tally, size_t month, int p, int acg, unsigned bits,
                int members, int back)
{
    struct ihp__month_fact fact = attributed;
    struct ihp__paid_month how = paid;
    fact.partnership = (int16_t)p;
    fact.acg = (uint16_t)acg;
    how.uplift_set = (uint8_t)set_of(bits);
    for (int i = 0; i < members; i++) {
        how.later = i < back;
        ihp__payment_tally_add(tally, month, &fact, &how);
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Members in the second of two months, each counted in another sum. */
static struct ihp__payment_tally *tally_of_places(void)
{
    struct ihp__payment_tally *tally = new_tally(2);
    const struct {
        struct ihp__month_fact fact;
        struct ihp__paid_month paid;
    } members[] = {
        /* too few enrolled months: not counted */
        {{.cost = 900, .acg = 1, .partnership = -1, .months = 5}, {.ctc = true}},
        /* only in the eligible population */
        {{.cost = 100, .acg = 1, .partnership = -1, .months = 9, .enough = true}, {0}},
        /* attributed, with another payment for care coordination: only C&TC */
        {{.cost = 20, .acg = 1, .partnership = 1, .months = 10, .enough = true}, {.ctc = true}},
        /* paid for */
        {{.cost = -3, .acg = 1, .partnership = 1, .months = 11, .enough = true},
         {.paid = true, .uplift_set = 4}},
        {{.cost = 5000, .acg = 2, .partnership = 1, .months = 12, .enough = true},
         {.paid = true, .later = true, .out = true, .ctc = true}}, /* for one reason alone */
        /* paid for, and given to another IHP */
        {{.cost = 0, .acg = 0, .partnership = 0, .months = 9, .enough = true},
         {.paid = true, .out = true, .uplift_set = 2}},
        /* not paid for, so nothing can be taken back */
        {{.cost = 7, .acg = 2, .partnership = 0, .months = 12, .enough = true}, {.later = true}},
    };
    for (size_t i = 0; i < COUNT(members); i++) {
        ihp__payment_tally_add(tally, 1, &members[i].fact, &members[i].paid);
    }
    ihp__payment_tally_gain(tally, 1, 1, 1, 3);
    return tally;
}

static void test_15_1_who_is_summed_where(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = tally_of_places();
    const struct ihp__payment_sums *m = &tally->month[1];
    assert_int_equal(m->attributed[0], 2);
    assert_int_equal(m->attributed[1], 3);
    assert_int_equal(m->eligible[0], 1);
    assert_int_equal(m->eligible[1], 2);
    assert_int_equal(m->ctc[0], 0);
    assert_int_equal(m->ctc[1], 2);
    assert_int_equal(m->population_months[1], 9 + 10 + 11);
    assert_int_equal(m->population_cost[1], 100 + 20 - 3);
    assert_int_equal(m->paid_months[1], 11);
    assert_int_equal(m->paid_cost[1], -3);
    assert_int_equal(m->population_months[2], 24);
    assert_int_equal(m->population_cost[2], 5007);
    assert_int_equal(m->paid_months[2], 12);
    assert_int_equal(m->paid_cost[2], 5000);
    assert_int_equal(m->members[(1 * ACGS + 1) * IHP__UPLIFT_SETS + 4], 1);
    assert_int_equal(m->members[(1 * ACGS + 2) * IHP__UPLIFT_SETS], 1);
    int64_t all = 0, later = 0, out = 0, in = 0;
    for (size_t i = 0; i < IHPS * ACGS * IHP__UPLIFT_SETS; i++) {
        all += m->members[i];
        later += m->reason[IHP__RECONCILE_CARE_COORDINATION][i];
        out += m->reason[IHP__RECONCILE_OVERRIDE_OUT][i];
        in += m->reason[IHP__RECONCILE_OVERRIDE_IN][i];
    }
    assert_int_equal(all, 3);
    assert_int_equal(later, 1);
    assert_int_equal(m->reason[IHP__RECONCILE_CARE_COORDINATION][(1 * ACGS + 2) * IHP__UPLIFT_SETS],
                     1);
    assert_int_equal(out, 1);
    assert_int_equal(m->reason[IHP__RECONCILE_OVERRIDE_OUT][0 * IHP__UPLIFT_SETS + 2], 1);
    assert_int_equal(in, 1);
    assert_int_equal(m->reason[IHP__RECONCILE_OVERRIDE_IN][(1 * ACGS + 1) * IHP__UPLIFT_SETS + 3],
                     1);
    assert_int_equal(m->population_months[0], 9);
    assert_int_equal(tally->month[0].attributed[1], 0); /* the other month */
    assert_int_equal(tally->month[0].population_months[1], 0);
    ihp__payment_tally_destroy(&tally);
    assert_null(tally);
    ihp__payment_tally_destroy(&tally);
}

/* ---- uplifts [15.3.5] ------------------------------------------------------------------------ */

static void test_15_3_5_uplifts_add_up(void **state)
{
    (void)state;
    static const struct {
        unsigned bits;
        double uplift;
    } cases[] = {{NONE, 0},     {ONE, 0.15},         {BOTH, 0.30},
                 {PLACE, 0.20}, {ONE | PLACE, 0.35}, {BOTH | PLACE, 0.50},
                 {CHILD, 0.25}, {INFANT, 0.40},      {CHILD | INFANT, 0.65}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_near(ihp__payment_uplift(&terms, set_of(cases[i].bits)), cases[i].uplift);
    }
    assert_int_equal(COUNT(cases), IHP__UPLIFT_SETS);
}

/* ---- an IHP's month [15.2.5, 15.3.6] --------------------------------------------------------- */

/* Makes a curve with a category in each of its pieces: 0.4, 0.8 and 3.5. */
static struct ihp__payment_category category[] = {
    {.acg = 2, .weight = 0.4}, {.acg = 0, .weight = 0.8}, {.acg = 1, .weight = 3.5}};
static struct ihp__payment_curve curve_of_pieces(void)
{
    return (struct ihp__payment_curve){.category = category,
                                       .categories = COUNT(category),
                                       .second_from = 0.2,
                                       .linear_from = 0.5,
                                       .log_from = 2,
                                       .top_from = 3,
                                       .top_to = 4,
                                       .log_slope = 11.12 / log(1.5)};
}

static struct ihp__partnership partnership[IHPS] = {{.id = "NORTH"}, {.id = "SOUTH"}};
static struct ihp__policies policies; /* the defaults: enums begin with them */

/* Settles the first month of a tally, 2025-04, with the numbers of `values`. */
static void settle(const struct ihp__payment_tally *tally, const struct ihp__payment_terms *values,
                   struct ihp__payment payment[IHPS])
{
    const struct ihp__payment_curve curve = curve_of_pieces();
    const struct ihp__program program = {
        .partnership = partnership, .partnerships = IHPS, .payment = *values};
    const struct ihp__payment_rules rules = {&program, &policies, FIRST_MONTH};
    ihp__payment_settle(tally, 0, &curve, &rules, payment);
}

static void test_15_3_6_dollars_of_a_month(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(1);
    struct ihp__payment payment[IHPS];
    add(tally, 0, 1, 2, NONE, 2, 0);           /* 0.4: 2 x 2.00 */
    add(tally, 0, 1, 2, BOTH, 1, 1);           /* 0.52: 2.30 + 0.275 x 0.2 = 2.355 */
    add(tally, 0, 1, 0, NONE, 1, 0);           /* 0.8: 2.30 + 0.275 x 3 = 3.125 */
    add(tally, 0, 1, 0, ONE | PLACE, 1, 0);    /* 1.08: 2.30 + 0.275 x 5.8 = 3.895 */
    add(tally, 0, 1, 0, CHILD | INFANT, 3, 2); /* 1.32: 2.30 + 0.275 x 8.2 = 4.555 each */
    add(tally, 0, 1, 1, NONE, 1, 0);           /* 3.5: 17.12 + 13.05 / 2 = 23.645 */
    add(tally, 0, 1, 1, ONE, 1, 0);            /* 4.025: 30.17 */
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].attributed, 10);
    assert_int_equal(payment[1].eligible, 10);
    /* 4 + 2.355 + 3.125 + 3.895 + 13.665 + 23.645 + 30.17 = 80.855, half a cent up. */
    assert_int_equal(payment[1].pbp, 8086);
    assert_int_equal(payment[0].attributed, 0);
    assert_int_equal(payment[0].pbp, 0);
    ihp__payment_tally_destroy(&tally);
}

/* A month's dollars are rounded once, half a cent up after 12 digits; a member's are not rounded.
 */
static void test_15_4_rounding_of_a_month(void **state)
{
    (void)state;
    static const struct {
        double each;
        int members;
        int64_t cents;
    } cases[] = {
        {1.005, 1, 101},                         /* a double a little less than 1.005 */
        {1.0049999999, 1, 100}, {1.005, 3, 302}, /* 3.015; rounded by member it would be 3.03 */
        {0.004, 1, 0},          {0.004, 5, 2},   {2.675, 1, 268}, {0.0, 7, 0}, {30.17, 100, 301700},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ihp__payment_tally *tally = new_tally(1);
        struct ihp__payment payment[IHPS];
        struct ihp__payment_terms flat = terms;
        flat.flat_second = cases[i].each;
        add(tally, 0, 0, 2, NONE, cases[i].members, 0);
        settle(tally, &flat, payment);
        assert_int_equal(payment[0].pbp, cases[i].cents);
        ihp__payment_tally_destroy(&tally);
    }
}

/* ---- the end of a contract [6.1.2.1.1] ------------------------------------------------------- */

static void test_6_1_days_in_force(void **state)
{
    (void)state;
    static const struct {
        int year, month, day;
        double share; /* of 2025-04 */
    } cases[] = {{2025, 3, 31, 0}, {2025, 4, 1, 1.0 / 30}, {2025, 4, 29, 29.0 / 30},
                 {2025, 4, 30, 1}, {2025, 5, 1, 1},        {2020, 1, 1, 0}};
    struct ihp__partnership ihp = {.terminated = true};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ihp.terminated_on = ihp__day_of_civil(cases[i].year, cases[i].month, cases[i].day);
        assert_near(ihp__payment_in_force(&ihp, FIRST_MONTH), cases[i].share);
    }
    ihp.terminated = false; /* the date does not matter */
    assert_near(ihp__payment_in_force(&ihp, FIRST_MONTH), 1);
    ihp.terminated = true; /* 2024-02 has 29 days */
    ihp.terminated_on = ihp__day_of_civil(2024, 2, 28);
    assert_near(ihp__payment_in_force(&ihp, FIRST_MONTH - 14), 28.0 / 29);
}

/* The PBP and the C&TC dollars of the month are for the days in force, each rounded once. */
static void test_6_1_month_in_which_a_contract_ends(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(1);
    struct ihp__payment payment[IHPS];
    add(tally, 0, 1, 2, NONE, 3, 1); /* 2.00 each */
    tally->month[0].ctc[1] = 5;
    partnership[1].terminated = true;
    partnership[1].terminated_on = ihp__day_of_civil(2025, 4, 10);
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 200); /* 6.00 / 3 */
    assert_near(payment[1].ctc, 1.67);     /* 5.00 / 3 */
    assert_int_equal(payment[1].attributed, 3);
    partnership[1].terminated_on = ihp__day_of_civil(2025, 4, 29);
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 580);
    assert_near(payment[1].ctc, 4.83); /* 4.8333 */
    partnership[1].terminated = false;
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 600);
    assert_near(payment[1].ctc, 5.00);
    ihp__payment_tally_destroy(&tally);
}

/* ---- all attributed member months [15.4.1] --------------------------------------------------- */

/* 4 attributed, 3 of them PBP eligible for 2.00, 2.00 and 3.125: 7.125 / 3 x 4 = 9.50. */
static void test_15_4_1_average_times_attributed(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(1);
    struct ihp__payment payment[IHPS];
    add(tally, 0, 1, 2, NONE, 2, 1);
    add(tally, 0, 1, 0, NONE, 1, 0);
    tally->month[0].attributed[1]++;
    tally->month[0].attributed[0] = 7; /* nobody PBP eligible: there is no average */
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 713); /* 7.125 */
    policies.pbp_months = IHP__PBP_MONTHS_ATTRIBUTED;
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 950);
    assert_int_equal(payment[1].eligible, 3);
    assert_int_equal(payment[0].pbp, 0);
    partnership[1].terminated = true; /* after 15 of 30 days */
    partnership[1].terminated_on = ihp__day_of_civil(2025, 4, 15);
    settle(tally, &terms, payment);
    assert_int_equal(payment[1].pbp, 475);
    partnership[1].terminated = false;
    policies.pbp_months = IHP__PBP_MONTHS_ELIGIBLE;
    ihp__payment_tally_destroy(&tally);
}

/* ---- quarters and years [15.4, 15.5, 5.2.1] -------------------------------------------------- */

static struct ihp__program program_with_ctc(double ctc)
{
    struct ihp__program program = {
        .partnership = partnership, .partnerships = IHPS, .payment = terms};
    program.payment.ctc = ctc;
    return program;
}

static const struct ihp__cell *cell_of(const struct ihp__table *table, size_t row, size_t column)
{
    assert_true(row < table->rows && column < table->columns);
    return &table->cell[row * table->columns + column];
}

/* Makes the tables of `months` months of payments without categories. */
static void make_tables(const struct ihp__program *program, size_t months,
                        const struct ihp__payment *payment,
                        struct ihp__table table[IHP__PAYMENT_TABLES])
{
    static struct ihp__payment_curve curve[IHP__PAY_MONTHS_MAX];
    const struct ihp__payment_input input = {.program = program,
                                             .policies = &policies,
                                             .first_month = FIRST_MONTH,
                                             .months = months,
                                             .curve = curve,
                                             .payment = payment};
    struct ihp_error err = {0};
    assert_int_equal(ihp__payment_tables_create(&input, table, &err), IHP_OK);
}

static void free_tables(struct ihp__table table[IHP__PAYMENT_TABLES])
{
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        ihp__table_free(&table[t]);
    }
}

enum { MEMBER_MONTHS = 2, AVERAGE, PBP, CTC }; /* columns of payments_quarter.csv */

/* A quarter is the sum of its rounded months, from which its average follows. */
static void test_15_4_quarter(void **state)
{
    (void)state;
    const struct ihp__program program = program_with_ctc(1.0);
    struct ihp__table table[IHP__PAYMENT_TABLES] = {{0}};
    const struct ihp__payment payment[3 * IHPS] = {
        {.attributed = 9, .eligible = 3, .ctc = 4.0, .pbp = 302},       {.attributed = 1},
        {.attributed = 9, .eligible = 3, .ctc = 5.0, .pbp = 302},       {.ctc_members = 0},
        {.attributed = 9, .eligible = 2, .ctc_members = 0, .pbp = 240}, {0},
    };
    make_tables(&program, 3, payment, table);
    const struct ihp__table *quarter = &table[IHP__TABLE_PAYMENTS_QUARTER];
    assert_int_equal(quarter->rows, IHPS);
    assert_string_equal(cell_of(quarter, 0, 0)->text, "NORTH");
    assert_string_equal(cell_of(quarter, 0, 1)->text, "2025Q2");
    assert_int_equal(cell_of(quarter, 0, MEMBER_MONTHS)->integer, 8);
    assert_int_equal(cell_of(quarter, 0, PBP)->integer, 844);
    assert_int_equal(cell_of(quarter, 0, AVERAGE)->integer, 106); /* 1.055, half a cent up */
    assert_int_equal(cell_of(quarter, 0, CTC)->integer, 900);
    assert_string_equal(cell_of(quarter, 1, 0)->text, "SOUTH");
    assert_int_equal(cell_of(quarter, 1, MEMBER_MONTHS)->integer, 0);
    assert_int_equal(cell_of(quarter, 1, PBP)->integer, 0);
    assert_true(cell_of(quarter, 1, AVERAGE)->blank);
    assert_false(cell_of(quarter, 1, PBP)->blank || cell_of(quarter, 1, CTC)->blank);

    const struct ihp__table *month = &table[IHP__TABLE_PAYMENTS];
    assert_int_equal(month->rows, 3 * IHPS);
    assert_string_equal(cell_of(month, 3, 0)->text, "SOUTH"); /* by month, then by IHP */
    assert_string_equal(cell_of(month, 3, 1)->text, "2025-05");
    assert_int_equal(cell_of(month, 4, 4)->integer, 240);
    assert_int_equal(cell_of(month, 4, 3)->integer, 2);
    free_tables(table);
    /* All attributed member months, and the average over them: 8.44 / 27 = 0.3126. */
    policies.pbp_months = IHP__PBP_MONTHS_ATTRIBUTED;
    make_tables(&program, 3, payment, table);
    assert_int_equal(cell_of(quarter, 0, MEMBER_MONTHS)->integer, 27);
    assert_int_equal(cell_of(quarter, 0, AVERAGE)->integer, 31);
    assert_int_equal(cell_of(quarter, 0, PBP)->integer, 844);
    assert_int_equal(cell_of(month, 4, 3)->integer, 2); /* PBP eligible, as before */
    policies.pbp_months = IHP__PBP_MONTHS_ELIGIBLE;
    free_tables(table);
}

/* The C&TC dollars of a quarter are rounded once. */
static void test_5_2_1_ctc_amount(void **state)
{
    (void)state;
    const struct ihp__program program = program_with_ctc(1.005);
    struct ihp__table table[IHP__PAYMENT_TABLES] = {{0}};
    const struct ihp__payment payment[3 * IHPS] = {
        [0] = {.ctc = 1.005}, [2] = {.ctc = 1.005}, [4] = {.ctc = 1.005}};
    make_tables(&program, 3, payment, table);
    assert_int_equal(cell_of(&table[IHP__TABLE_PAYMENTS_QUARTER], 0, CTC)->integer, 302);
    free_tables(table);
}

/* A year has a row for each quarter and IHP. */
static void test_15_4_year(void **state)
{
    (void)state;
    const struct ihp__program program = program_with_ctc(1.0);
    struct ihp__table table[IHP__PAYMENT_TABLES] = {{0}};
    struct ihp__payment payment[12 * IHPS] = {{0}};
    for (int k = 0; k < 12; k++) {
        payment[k * IHPS + 1] = (struct ihp__payment){.eligible = 1, .pbp = 1 << k};
    }
    make_tables(&program, 12, payment, table);
    const struct ihp__table *quarter = &table[IHP__TABLE_PAYMENTS_QUARTER];
    assert_int_equal(quarter->rows, 4 * IHPS);
    static const char *const name[] = {"2025Q2", "2025Q3", "2025Q4", "2026Q1"};
    for (size_t q = 0; q < 4; q++) {
        assert_string_equal(cell_of(quarter, q * IHPS + 1, 1)->text, name[q]);
        assert_int_equal(cell_of(quarter, q * IHPS + 1, PBP)->integer, 7 << (3 * q));
    }
    free_tables(table);
}

/* ---- the reconciliation [15.5, 4.6.4.2] ------------------------------------------------------ */

/* Computes the reconciliation of a tally of two months from 2025-04 on, both by one curve. */
static void reconcile(const struct ihp__payment_tally *tally,
                      struct ihp__reconciled out[IHPS * IHP__RECONCILE_REASONS])
{
    const struct ihp__payment_curve curve = curve_of_pieces(), empty = {0};
    const struct ihp__program program = {
        .partnership = partnership, .partnerships = IHPS, .payment = terms};
    const struct ihp__payment_rules rules = {&program, &policies, FIRST_MONTH};
    const struct ihp__paid_by by[] = {{&curve, &terms}, {&curve, &terms}, {&empty, &terms}};
    ihp__payment_reconcile(tally, by, &rules, out);
}

#define SOUTH(reason) out[1 * IHP__RECONCILE_REASONS + IHP__RECONCILE_##reason]

static void test_15_5_what_is_taken_back_and_owed(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(3);
    struct ihp__reconciled out[IHPS * IHP__RECONCILE_REASONS];
    add(tally, 0, 1, 2, BOTH, 2, 1);           /* 0.52: 2.355, one of two is taken back */
    add(tally, 1, 1, 0, CHILD | INFANT, 3, 2); /* 1.32: 4.555, two of three */
    ihp__payment_tally_gain(tally, 0, 1, 1, (uint8_t)set_of(NONE)); /* 3.5: 23.645 */
    ihp__payment_tally_gain(tally, 1, 1, 2, (uint8_t)set_of(BOTH)); /* 2.355 */
    ihp__payment_tally_gain(tally, 2, 1, 1, (uint8_t)set_of(NONE)); /* no run: no table */
    reconcile(tally, out);
    assert_int_equal(SOUTH(CARE_COORDINATION).months, 3);
    assert_near(SOUTH(CARE_COORDINATION).dollars, 2.355 + 2 * 4.555);
    assert_int_equal(SOUTH(OVERRIDE_OUT).months, 0);
    assert_near(SOUTH(OVERRIDE_OUT).dollars, 0);
    assert_int_equal(SOUTH(OVERRIDE_IN).months, 2);
    assert_near(SOUTH(OVERRIDE_IN).dollars, -(23.645 + 2.355));
    for (int reason = 0; reason < IHP__RECONCILE_REASONS; reason++) { /* NORTH */
        assert_int_equal(out[reason].months, 0);
        assert_near(out[reason].dollars, 0);
    }
    /* The contract ended on 2025-05-01: April is whole, and May has one of 31 days. */
    partnership[1].terminated = true;
    partnership[1].terminated_on = ihp__day_of_civil(2025, 5, 1);
    reconcile(tally, out);
    assert_near(SOUTH(CARE_COORDINATION).dollars, 2.355 + 2 * 4.555 / 31);
    assert_near(SOUTH(OVERRIDE_IN).dollars, -(23.645 + 2.355 / 31));
    partnership[1].terminated = false;
    ihp__payment_tally_destroy(&tally);
}

/* A category that the table of a run does not have weighs 1. */
static void test_15_5_category_without_a_row(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(3);
    struct ihp__reconciled out[IHPS * IHP__RECONCILE_REASONS];
    category[0].acg = SIZE_MAX; /* the run's category 2 is not in the store */
    ihp__payment_tally_gain(tally, 0, 1, 2, (uint8_t)set_of(NONE));
    reconcile(tally, out);
    assert_int_equal(SOUTH(OVERRIDE_IN).months, 1);
    assert_near(SOUTH(OVERRIDE_IN).dollars, -(2.30 + 0.275 * 5)); /* 1.0 on the linear piece */
    category[0].acg = 2;
    ihp__payment_tally_destroy(&tally);
}

/* What runs wrote is added as it is, however the rows come. */
static void test_15_5_what_runs_paid(void **state)
{
    (void)state;
    struct ihp__payment_tally *tally = new_tally(3);
    struct ihp__reconciled out[IHPS * IHP__RECONCILE_REASONS];
    static const double dollars[] = {2.35499999999, 17.12, 0.333333333333, 0.0, 30.17};
    for (size_t i = 0; i < COUNT(dollars); i++) {
        ihp__payment_tally_paid(tally, 1, IHP__RECONCILE_OVERRIDE_OUT, dollars[i]);
        ihp__payment_tally_paid(tally, 0, IHP__RECONCILE_CARE_COORDINATION,
                                dollars[COUNT(dollars) - 1 - i]);
    }
    partnership[1].terminated = true; /* the runs wrote what they paid for the days in force */
    partnership[1].terminated_on = ihp__day_of_civil(2025, 4, 1);
    reconcile(tally, out);
    partnership[1].terminated = false;
    assert_int_equal(SOUTH(OVERRIDE_OUT).months, 5);
    assert_near(SOUTH(OVERRIDE_OUT).dollars, 49.978333333323);
    assert_int_equal(out[IHP__RECONCILE_CARE_COORDINATION].months, 5);
    assert_true(out[IHP__RECONCILE_CARE_COORDINATION].dollars == SOUTH(OVERRIDE_OUT).dollars);
    assert_int_equal(SOUTH(CARE_COORDINATION).months, 0);
    ihp__payment_tally_destroy(&tally);
}

/* Each IHP has a row for each reason, zeros too; an amount is rounded once. */
static void test_15_5_table(void **state)
{
    (void)state;
    const struct ihp__program program = program_with_ctc(1.0);
    struct ihp__table table = {0};
    struct ihp_error err = {0};
    const struct ihp__reconciled result[IHPS * IHP__RECONCILE_REASONS] = {
        [IHP__RECONCILE_CARE_COORDINATION] = {3, 3.015},
        [IHP__RECONCILE_OVERRIDE_IN] = {1, -1.005}};
    static const char *const reasons[] = {"care_coordination", "override_out", "override_in"};
    assert_int_equal(ihp__reconcile_table_create(&program, result, &table, &err), IHP_OK);
    assert_int_equal(table.rows, IHPS * IHP__RECONCILE_REASONS);
    for (size_t row = 0; row < table.rows; row++) {
        assert_string_equal(cell_of(&table, row, 0)->text, row < 3 ? "NORTH" : "SOUTH");
        assert_string_equal(cell_of(&table, row, 1)->text, reasons[row % 3]);
        assert_int_equal(cell_of(&table, row, 2)->integer, row == 0 ? 3 : row == 2 ? 1 : 0);
        assert_int_equal(cell_of(&table, row, 3)->integer, row == 0 ? 302 : row == 2 ? -101 : 0);
        assert_false(cell_of(&table, row, 3)->blank);
    }
    ihp__table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_15_1_who_is_summed_where),
        cmocka_unit_test(test_15_3_5_uplifts_add_up),
        cmocka_unit_test(test_15_3_6_dollars_of_a_month),
        cmocka_unit_test(test_15_4_rounding_of_a_month),
        cmocka_unit_test(test_6_1_days_in_force),
        cmocka_unit_test(test_6_1_month_in_which_a_contract_ends),
        cmocka_unit_test(test_15_4_1_average_times_attributed),
        cmocka_unit_test(test_15_4_quarter),
        cmocka_unit_test(test_5_2_1_ctc_amount),
        cmocka_unit_test(test_15_4_year),
        cmocka_unit_test(test_15_5_what_is_taken_back_and_owed),
        cmocka_unit_test(test_15_5_category_without_a_row),
        cmocka_unit_test(test_15_5_what_runs_paid),
        cmocka_unit_test(test_15_5_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
