/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Months of payers that are missing, and those that only look so. The payers here have as many
 * lines as their rate and their members say, so what is to be expected is known. */
#include "engine/claims_end.h"

#include "build.h"

enum { FIRST = 54 * 12, MONTHS = 24 }; /* 2024-01 to 2025-12 */

/* A payer whose members each have two lines a month, of $10.00, paid in three months: half of them
 * in the first, a quarter in the second and in the third. */
static void add_payer(struct ihp__payer_months *months, uint16_t payer, int members)
{
    for (int32_t month = FIRST; month < FIRST + MONTHS; month++) {
        assert_true(ihp__payer_months_enroll(months, payer, month, (uint64_t)members));
        for (int m = 0; m < members; m++) {
            for (int line = 0; line < 2; line++) {
                int32_t lag = (m + line) % 4 < 2 ? 0 : (m + line) % 4 - 1;
                struct ihp__payer_month_line one = {
                    .service_date = (ihp__day16)(ihp__day_of_month_start(month) + 3),
                    .paid_date = (ihp__day16)(ihp__day_of_month_start(month + lag) + 5),
                    .payer = payer,
                    .service_class =
                        line == 0 ? IHP__SERVICE_CLASS_PROFESSIONAL : IHP__SERVICE_CLASS_PHARMACY,
                    .known = true,
                    .cents = 1000,
                    .member = (uint64_t)payer * 1000 + (uint64_t)m};
                assert_true(ihp__payer_months_add(months, &one, true));
            }
        }
    }
}

static struct ihp__payer_months two_payers(void)
{
    struct ihp__payer_months months = {0};
    add_payer(&months, 0, 200);
    add_payer(&months, 1, 100);
    ihp__payer_months_sort(&months);
    return months;
}

/* Multiplies the sums of a cell by a fraction. */
static void scale(struct ihp__payer_months *months, uint16_t payer, uint8_t service_class,
                  int32_t month, unsigned part, unsigned of)
{
    struct ihp__payer_month_cell *cell =
        ihp__payer_months_find(months, payer, service_class, month);
    assert_non_null(cell);
    cell->lines = cell->lines * part / of;
    cell->members = cell->members * part / of;
    cell->cents = cell->cents * part / of;
    for (size_t lag = 0; lag < IHP__LAGS; lag++) {
        cell->paid[lag] = cell->paid[lag] * part / of;
    }
}

static void scale_all(struct ihp__payer_months *months, uint16_t payer, int32_t month,
                      unsigned part, unsigned of)
{
    scale(months, payer, IHP__ALL_CLASSES, month, part, of);
    scale(months, payer, IHP__SERVICE_CLASS_PROFESSIONAL, month, part, of);
    scale(months, payer, IHP__SERVICE_CLASS_PHARMACY, month, part, of);
}

/* Judges the months, up to `last`, and frees them. Returns the number of findings. */
static size_t judge(struct ihp__payer_months *months, int32_t last,
                    struct ihp__month_finding found[4])
{
    struct ihp__month_window window;
    struct ihp__month_finding *finding;
    size_t findings;
    struct ihp_error err = {0};
    assert_int_equal(ihp__payer_months_window(months, &window, &err), IHP_OK);
    assert_int_equal(window.first, FIRST);
    window.last = window.last < last ? window.last : last;
    assert_int_equal(ihp__payer_months_judge(months, &window, &finding, &findings, &err), IHP_OK);
    for (size_t i = 0; i < findings && i < 4; i++) {
        found[i] = finding[i];
    }
    free(finding);
    ihp__payer_months_free(months);
    return findings;
}

/* The cut-off of a deck: a year after the last month. */
static int32_t a_year_after(const void *context, int32_t month)
{
    (void)context;
    (void)month;
    return FIRST + MONTHS + 11;
}

/* Judges all months, as those of a deck, and frees them. Returns the number of findings. */
static size_t judge_deck(struct ihp__payer_months *months, struct ihp__month_finding found[4])
{
    struct ihp__month_window window;
    struct ihp__month_finding *finding;
    size_t findings;
    struct ihp_error err = {0};
    assert_int_equal(ihp__payer_months_window(months, &window, &err), IHP_OK);
    window.first = FIRST;
    window.last = FIRST + MONTHS - 1;
    window.through = a_year_after;
    assert_int_equal(ihp__payer_months_judge(months, &window, &finding, &findings, &err), IHP_OK);
    for (size_t i = 0; i < findings && i < 4; i++) {
        found[i] = finding[i];
    }
    free(finding);
    ihp__payer_months_free(months);
    return findings;
}

static void test_nothing_is_missing(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    assert_int_equal(judge(&months, INT32_MAX, found), 0);
}

static void test_missing_month(void **state)
{
    (void)state;
    for (int32_t at = 0; at < MONTHS - 1; at++) {
        struct ihp__month_finding found[4];
        struct ihp__payer_months months = two_payers();
        scale_all(&months, 1, FIRST + at, 0, 1);
        assert_int_equal(judge(&months, INT32_MAX, found), 1);
        assert_int_equal(found[0].kind, IHP__MONTH_MISSING);
        assert_int_equal(found[0].payer, 1);
        assert_int_equal(found[0].service_class, IHP__ALL_CLASSES);
        assert_int_equal(found[0].first, FIRST + at);
        assert_int_equal(found[0].last, FIRST + at);
        assert_int_equal(found[0].lines, 0);
        if (at < MONTHS - 3) { /* the last ones are not fully paid at the end */
            assert_int_equal((int)found[0].lines_expected, 200);
            assert_int_equal((int)found[0].members_expected, 100);
            assert_int_equal((int)found[0].cents_expected, 200000);
        }
    }
}

static void test_months_in_a_row_are_one_finding(void **state)
{
    (void)state;
    char text[IHP__MONTH_FINDING_TEXT];
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    scale_all(&months, 0, FIRST + 5, 0, 1);
    scale_all(&months, 0, FIRST + 6, 1, 100);
    assert_int_equal(judge(&months, INT32_MAX, found), 1);
    assert_int_equal(found[0].first, FIRST + 5);
    assert_int_equal(found[0].last, FIRST + 6);
    assert_string_equal(ihp__month_finding_text(&found[0], false, text),
                        "2024-06 to 2024-07: under 11 lines; about 800 lines of 400 members and "
                        "$8,000 are expected from the months around");
    assert_string_equal(ihp__month_finding_text(&found[0], true, text),
                        "2024-06 to 2024-07: 4 lines; about 800 lines of 400 members and "
                        "$8,000 are expected from the months around");
}

/* A gap, however long, is all that is named: it is not what the months after it are compared with.
 */
static void test_long_gap(void **state)
{
    (void)state;
    for (int32_t length = 3; length <= 14; length++) {
        struct ihp__month_finding found[4];
        struct ihp__payer_months months = two_payers();
        for (int32_t at = 5; at < 5 + length; at++) {
            scale_all(&months, 1, FIRST + at, 0, 1);
        }
        size_t findings = judge(&months, INT32_MAX, found);
        assert_in_range(findings, 1, 2);
        assert_true(findings == 1 || found[1].kind == IHP__MONTH_UNPAID);
        assert_int_equal(found[0].kind, IHP__MONTH_MISSING);
        assert_int_equal(found[0].first, FIRST + 5);
        assert_int_equal(found[0].last, FIRST + 5 + length - 1);
        assert_int_equal((int)found[0].cents_expected, 200000 * length);
    }
}

static void test_long_gap_of_a_class(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    for (int32_t at = 5; at < 13; at++) {
        scale(&months, 1, IHP__SERVICE_CLASS_PHARMACY, FIRST + at, 0, 1);
        scale(&months, 1, IHP__ALL_CLASSES, FIRST + at, 1, 2);
    }
    size_t findings = judge(&months, INT32_MAX, found);
    assert_in_range(findings, 1, 4);
    assert_int_equal(found[findings - 1].kind, IHP__MONTH_MISSING);
    assert_int_equal(found[findings - 1].service_class, IHP__SERVICE_CLASS_PHARMACY);
    assert_int_equal(found[findings - 1].first, FIRST + 5);
    assert_int_equal(found[findings - 1].last, FIRST + 12);
}

/* A few members with many lines do not make a month of a class high. */
static void test_many_lines_of_few_members(void **state)
{
    (void)state;
    for (unsigned part = 4; part <= 20; part += 16) {
        struct ihp__month_finding found[4];
        struct ihp__payer_months months = two_payers();
        for (int32_t month = FIRST; month < FIRST + 24; month++) {
            scale(&months, 0, IHP__SERVICE_CLASS_PHARMACY, month, part, 20);
        }
        scale(&months, 0, IHP__SERVICE_CLASS_PHARMACY, FIRST + 9, 3, 1);
        size_t findings = judge(&months, INT32_MAX, found);
        assert_int_equal(findings, part == 20);
    }
}

/* A month of a class that no payer has enough of to be judged is missed of all payers together. */
static void test_class_of_all_payers(void **state)
{
    (void)state;
    struct ihp__payer_months months = {0};
    struct ihp__month_finding found[4];
    for (uint16_t payer = 0; payer < 4; payer++) {
        add_payer(&months, payer, 200);
    }
    ihp__payer_months_sort(&months);
    for (uint16_t payer = 0; payer < 4; payer++) {
        for (int32_t month = FIRST; month < FIRST + 24; month++) {
            scale(&months, payer, IHP__SERVICE_CLASS_PROFESSIONAL, month, month != FIRST + 9, 20);
        }
    }
    assert_int_equal(judge(&months, INT32_MAX, found), 1);
    assert_int_equal(found[0].kind, IHP__MONTH_MISSING);
    assert_int_equal(found[0].payer, IHP__ALL_PAYERS);
    assert_int_equal(found[0].service_class, IHP__SERVICE_CLASS_PROFESSIONAL);
    assert_int_equal(found[0].first, FIRST + 9);
    assert_int_equal(found[0].last, FIRST + 9);
}

/* Months that a deck names are missed although no payer has them. */
static void test_months_missing_for_all_payers(void **state)
{
    (void)state;
    const struct {
        int32_t from, to;
    } gap[] = {{0, 3}, {6, 6}, {21, 23}, {12, 23}, {0, 11}, {17, 23}};
    for (size_t g = 0; g < sizeof gap / sizeof gap[0]; g++) {
        struct ihp__month_finding found[4];
        struct ihp__payer_months months = two_payers();
        for (int32_t at = gap[g].from; at <= gap[g].to; at++) {
            scale_all(&months, 0, FIRST + at, 0, 1);
            scale_all(&months, 1, FIRST + at, 0, 1);
        }
        assert_int_equal(judge_deck(&months, found), 2);
        for (uint16_t payer = 0; payer < 2; payer++) {
            assert_int_equal(found[payer].kind, IHP__MONTH_MISSING);
            assert_int_equal(found[payer].payer, payer);
            assert_int_equal(found[payer].first, FIRST + gap[g].from);
            assert_int_equal(found[payer].last, FIRST + gap[g].to);
        }
    }
}

/* The other class of the month says nothing new; all classes are low because one is missing. */
static void test_missing_class(void **state)
{
    (void)state;
    char text[IHP__MONTH_FINDING_TEXT];
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    scale(&months, 0, IHP__SERVICE_CLASS_PHARMACY, FIRST + 9, 0, 1);
    scale(&months, 0, IHP__ALL_CLASSES, FIRST + 9, 1, 2);
    assert_int_equal(judge(&months, INT32_MAX, found), 2);
    assert_int_equal(found[0].kind, IHP__MONTH_LOW);
    assert_int_equal(found[0].service_class, IHP__ALL_CLASSES);
    assert_int_equal(found[1].kind, IHP__MONTH_MISSING);
    assert_int_equal(found[1].service_class, IHP__SERVICE_CLASS_PHARMACY);
    assert_string_equal(ihp__month_finding_text(&found[1], false, text),
                        "pharmacy, 2024-10: no line; about 200 lines of 200 members and $2,000 are "
                        "expected from the months around");
}

static void test_half_and_double_months(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    scale_all(&months, 0, FIRST + 4, 1, 2);
    scale_all(&months, 0, FIRST + 8, 2, 1);
    scale_all(&months, 0, FIRST + 12, 9, 10); /* within the band */
    assert_int_equal(judge(&months, INT32_MAX, found), 2);
    assert_int_equal(found[0].kind, IHP__MONTH_LOW);
    assert_int_equal(found[0].first, FIRST + 4);
    assert_int_equal(found[1].kind, IHP__MONTH_HIGH);
    assert_int_equal(found[1].first, FIRST + 8);
}

/* Of 10 members chance alone can take a month's claims away, of 100 it cannot. */
static void test_few_members_are_not_judged(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = {0};
    add_payer(&months, 0, 200);
    add_payer(&months, 1, 10);
    ihp__payer_months_sort(&months);
    scale_all(&months, 1, FIRST + 8, 0, 1);
    assert_int_equal(judge(&months, INT32_MAX, found), 0);
}

/* Sets the member months and the lines of a payer to 0 up to a month, or from it on. */
static void test_payers_begin_and_end_with_their_members(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    for (int32_t month = FIRST; month < FIRST + MONTHS; month++) {
        if (month < FIRST + 5 || month > FIRST + 17) {
            scale_all(&months, 1, month, 0, 1);
            ihp__payer_months_find(&months, 1, IHP__ALL_CLASSES, month)->member_months = 0;
        }
    }
    assert_int_equal(judge(&months, INT32_MAX, found), 0);
}

/* A payer with members whose claims never came. */
static void test_payer_without_any_line(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    for (int32_t month = FIRST; month < FIRST + MONTHS; month++) {
        scale_all(&months, 1, month, 0, 1);
    }
    assert_int_equal(judge(&months, FIRST + MONTHS - 4, found), 1);
    assert_int_equal(found[0].kind, IHP__MONTH_MISSING);
    assert_int_equal(found[0].first, FIRST);
    assert_int_equal(found[0].last, FIRST + MONTHS - 4);
}

/* The claims end with the payments of 2025-12: of its services half are there, of 2025-11 three
 * quarters. */
static void test_run_out_is_not_missing(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    for (int32_t cut = 0; cut < 6; cut++) {
        struct ihp__payer_months months = two_payers();
        for (size_t c = 0; c < months.cells; c++) {
            struct ihp__payer_month_cell *cell = &months.cell[c];
            for (int32_t lag = 0; lag < IHP__LAGS; lag++) {
                if (cell->month + lag > FIRST + MONTHS - 1 - cut && cell->lines > 0) {
                    cell->cents -= 1000 * (int64_t)cell->paid[lag];
                    cell->lines -= cell->paid[lag];
                    cell->paid[lag] = 0;
                }
            }
        }
        assert_int_equal(judge(&months, INT32_MAX, found), 0);
    }
}

/* Takes the lines away that were paid after a month: of all payers, or of one. */
static void end_payments(struct ihp__payer_months *months, int payer, int32_t last)
{
    for (size_t c = 0; c < months->cells; c++) {
        struct ihp__payer_month_cell *cell = &months->cell[c];
        for (int32_t lag = 0; lag < IHP__LAGS; lag++) {
            if (cell->month + lag > last && (payer < 0 || cell->payer == payer)) {
                cell->lines -= cell->paid[lag];
                cell->paid[lag] = 0;
            }
        }
    }
}

/* Looks for an early end of claims, with a cut-off some months after the services of 2025, and
 * frees the months. Returns how many there are, and the first. */
static size_t find_ends(struct ihp__payer_months *months, int32_t months_after,
                        struct ihp__claims_end *first)
{
    const struct ihp__due_period period[2] = {
        {.first = FIRST, .last = FIRST + 11, .through = FIRST + 17},
        {.first = FIRST + 12, .last = FIRST + 23, .through = FIRST + 23 + months_after}};
    struct ihp__month_window window;
    struct ihp__claims_end *found;
    size_t count;
    struct ihp_error err = {0};
    assert_int_equal(ihp__payer_months_window(months, &window, &err), IHP_OK);
    assert_int_equal(ihp__claims_end_judge(months, window.end, period, &found, &count, &err),
                     IHP_OK);
    if (count > 0) {
        *first = found[0];
    }
    free(found);
    ihp__payer_months_free(months);
    return count;
}

/* All lines are paid after three months, so nothing is due later. */
static void test_claims_that_end_with_their_payments(void **state)
{
    (void)state;
    struct ihp__claims_end end;
    for (int32_t after = 0; after < 12; after++) {
        struct ihp__payer_months months = two_payers();
        assert_int_equal(find_ends(&months, after, &end), 0);
    }
}

static void test_claims_that_end_early(void **state)
{
    (void)state;
    char text[IHP__MONTH_FINDING_TEXT];
    struct ihp__claims_end end;
    struct ihp__payer_months months = two_payers();
    end_payments(&months, -1, FIRST + 20); /* 2025-09 */
    assert_int_equal(find_ends(&months, 6, &end), 1);
    assert_true(end.all_payers);
    assert_int_equal(end.paid_last, FIRST + 20);
    assert_int_equal(end.lines, 0);
    assert_in_range((int)end.lines_expected, 2100, 2300); /* three months, and run-out */
    months = two_payers();
    end_payments(&months, -1, FIRST + 20);
    assert_int_equal(find_ends(&months, -2, &end), 0); /* a month before the cut-off is near */
    months = two_payers();
    end_payments(&months, 1, FIRST + 23);
    assert_int_equal(find_ends(&months, 0, &end), 0);
    months = two_payers();
    end_payments(&months, 0, FIRST + 22);
    assert_int_equal(find_ends(&months, 3, &end), 1);
    assert_false(end.all_payers);
    assert_int_equal(end.payer, 0);
    assert_int_equal(end.paid_last, FIRST + 22);
    assert_non_null(strstr(ihp__claims_end_text(&end, false, text),
                           "services of 2025-01 to 2025-12: no line was paid after 2025-11, but "
                           "the cut-off lets in payments up to 2026-03; about "));
}

/* The file of a month of payments is missing: services of three months lose some. */
static void test_month_without_payments(void **state)
{
    (void)state;
    char text[IHP__MONTH_FINDING_TEXT];
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = two_payers();
    for (size_t c = 0; c < months.cells; c++) {
        struct ihp__payer_month_cell *cell = &months.cell[c];
        int32_t lag = FIRST + 10 - cell->month;
        if (cell->payer == 0 && lag >= 0 && lag < 3) {
            cell->lines -= cell->paid[lag];
            cell->paid[lag] = 0;
        }
    }
    size_t findings = judge(&months, INT32_MAX, found);
    assert_true(findings >= 1 && findings <= 4);
    size_t unpaid = 0;
    while (unpaid < findings && found[unpaid].kind != IHP__MONTH_UNPAID) {
        unpaid++;
    }
    assert_true(unpaid < findings);
    assert_string_equal(ihp__month_finding_text(&found[unpaid], false, text),
                        "2024-11: no line was paid in this month; about 400 lines are paid in each "
                        "month around");
}

/* Moves what a payer is paid in every second month to the next, or in two single months. */
static void pay_later(struct ihp__payer_months *months, bool always)
{
    for (size_t c = 0; c < months->cells; c++) {
        struct ihp__payer_month_cell *cell = &months->cell[c];
        for (int32_t lag = 0; cell->payer == 0 && lag + 1 < IHP__LAGS; lag++) {
            int32_t month = cell->month + lag - FIRST;
            if (always ? month % 2 == 0 : month == 8 || month == 14) {
                cell->paid[lag + 1] += cell->paid[lag];
                cell->paid[lag] = 0;
            }
        }
    }
}

/* A payer that pays every second month has no month without payments; one that missed two has. */
static void test_payments_in_cycles(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    for (int always = 0; always < 2; always++) {
        struct ihp__payer_months months = two_payers();
        pay_later(&months, always == 1);
        size_t unpaid = 0, findings = judge(&months, INT32_MAX, found);
        for (size_t i = 0; i < findings; i++) {
            unpaid += found[i].kind == IHP__MONTH_UNPAID;
        }
        assert_int_equal(unpaid, always == 1 ? 0 : 2);
    }
}

static void test_no_dollars(void **state)
{
    (void)state;
    struct ihp__month_finding found[4];
    struct ihp__payer_months months = {0};
    add_payer(&months, 0, 900);
    ihp__payer_months_sort(&months);
    ihp__payer_months_find(&months, 0, IHP__ALL_CLASSES, FIRST + 7)->cents = 0;
    ihp__payer_months_find(&months, 0, IHP__ALL_CLASSES, FIRST + 14)->cents *= 5;
    assert_int_equal(judge(&months, INT32_MAX, found), 2);
    assert_int_equal(found[0].kind, IHP__MONTH_LOW_DOLLARS);
    assert_int_equal(found[1].kind, IHP__MONTH_HIGH_DOLLARS);
}

/* Cells that several processes have added up give the sums of one. */
static void test_joined_cells(void **state)
{
    (void)state;
    struct ihp__payer_months all = {0}, part = {0}, joined = {0};
    add_payer(&all, 0, 20);
    add_payer(&all, 0, 30);
    add_payer(&part, 0, 20);
    for (size_t c = 0; c < part.cells; c++) {
        assert_true(ihp__payer_months_join(&joined, &part.cell[c]));
    }
    ihp__payer_months_free(&part);
    add_payer(&part, 0, 30);
    for (size_t c = part.cells; c-- > 0;) {
        assert_true(ihp__payer_months_join(&joined, &part.cell[c]));
    }
    ihp__payer_months_sort(&all);
    ihp__payer_months_sort(&joined);
    assert_int_equal(joined.cells, all.cells);
    for (size_t c = 0; c < all.cells; c++) {
        joined.cell[c].last_member = all.cell[c].last_member;
        joined.cell[c].members = all.cell[c].members; /* here the same members came twice */
        assert_memory_equal(&joined.cell[c], &all.cell[c], sizeof all.cell[c]);
    }
    ihp__payer_months_free(&all);
    ihp__payer_months_free(&part);
    ihp__payer_months_free(&joined);
}

/* Lines of one payer are a year too early: they look as if lines were often paid a year late. The
 * other payers' claims do not end early because of it. */
static void test_wrong_dates_of_service_are_not_late_payments(void **state)
{
    (void)state;
    struct ihp__claims_end end;
    struct ihp__payer_months months = two_payers();
    for (int32_t month = FIRST + 12; month < FIRST + 24; month++) {
        struct ihp__payer_month_cell *late =
            ihp__payer_months_find(&months, 0, IHP__ALL_CLASSES, month);
        struct ihp__payer_month_cell *early =
            ihp__payer_months_find(&months, 0, IHP__ALL_CLASSES, month - 12);
        assert_true(late != NULL && early != NULL);
        for (int32_t lag = 0; lag < 12; lag++) {
            early->paid[lag + 12] += late->paid[lag];
            late->paid[lag] = 0;
        }
        early->lines += late->lines;
        late->lines = 0;
    }
    assert_int_equal(find_ends(&months, 12, &end), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_missing),
        cmocka_unit_test(test_missing_month),
        cmocka_unit_test(test_months_in_a_row_are_one_finding),
        cmocka_unit_test(test_missing_class),
        cmocka_unit_test(test_long_gap),
        cmocka_unit_test(test_long_gap_of_a_class),
        cmocka_unit_test(test_many_lines_of_few_members),
        cmocka_unit_test(test_class_of_all_payers),
        cmocka_unit_test(test_months_missing_for_all_payers),
        cmocka_unit_test(test_half_and_double_months),
        cmocka_unit_test(test_few_members_are_not_judged),
        cmocka_unit_test(test_payers_begin_and_end_with_their_members),
        cmocka_unit_test(test_payer_without_any_line),
        cmocka_unit_test(test_run_out_is_not_missing),
        cmocka_unit_test(test_claims_that_end_with_their_payments),
        cmocka_unit_test(test_claims_that_end_early),
        cmocka_unit_test(test_wrong_dates_of_service_are_not_late_payments),
        cmocka_unit_test(test_month_without_payments),
        cmocka_unit_test(test_payments_in_cycles),
        cmocka_unit_test(test_no_dollars),
        cmocka_unit_test(test_joined_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
