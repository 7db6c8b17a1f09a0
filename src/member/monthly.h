/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly.h - attribution month by month, for population-based payments [13.3, 15.2.1].
 *
 * For a month M, a member is attributed by the twelve months that end with M, under the rosters of
 * M's quarter, and only if M itself qualifies (docs/methodology.md, "Payments"). The windows of the
 * up to twelve months of a job overlap. So a member's lines are taken once: costs into months,
 * coded lines into a list, from which every window is decided by the rules of member.h.
 *
 * For each member call `ihp__monthly_begin`, `ihp__monthly_rows` if the store's index can be used,
 * `ihp__monthly_lines` in any number of pieces, and `ihp__monthly_finish`. Pure: no I/O, no MPI,
 * nothing collective.
 */
#ifndef IHP_MONTHLY_H
#define IHP_MONTHLY_H

#include "member/member.h"

/* The largest number of months in a job: a year. */
#define IHP__PAY_MONTHS_MAX 12

/* IHP__HORIZON_MAX is the number of months in all windows together; the first eleven come before
 * the first month paid for. IHP__HORIZON_NONE stands for a day in none of them. */
enum {
    IHP__HORIZON_MAX = IHP__PAY_MONTHS_MAX + 11,
    IHP__HORIZON_NONE = 31,
    IHP__HORIZON_DAYS = 1024
};

/* The rules of each month, for the window of twelve months that ends with it. All is borrowed as in
 * ihp__period_rules; the caller sets roster, inclusion, code_sets and partnerships of each month.
 */
struct ihp__monthly_rules {
    int32_t first_month; /* first month paid for; months since 1970-01 */
    int months;          /* 1..IHP__PAY_MONTHS_MAX */
    struct ihp__period_rules month[IHP__PAY_MONTHS_MAX];
    uint8_t month_of_day[IHP__HORIZON_DAYS]; /* of the horizon, by day from its first */
};

/* Sets windows, cut-off, and the year of risk categories, which is the year before the month's, of
 * `months` months from `first_month` on. */
void ihp__monthly_rules_init(struct ihp__monthly_rules *rules, int32_t first_month, int months,
                             int paid_through, const struct ihp__policies *policies);

/* A member in a month. */
struct ihp__month_fact {
    int64_t cost;            /* counted cost of the window, uncapped, cents; 0 unless `enough` */
    uint16_t acg;            /* number in dictionary/acg */
    int16_t partnership;     /* attributed IHP, -1 none */
    uint8_t reason, window;  /* enum ihp__reason; 1, or 2 after a look-back */
    uint8_t months;          /* qualifying months of the window */
    bool enough;             /* in the month's eligible population [13.3.2, 15.1.3] */
    bool medical_assistance; /* covered by MA or MA_BD in the month [5.2.1] */
};

/* The work space for one member at a time. */
struct ihp__monthly_state;

/* Makes a work space; NULL if memory is short. `rules` is borrowed for its life. The caller
 * destroys it. */
struct ihp__monthly_state *ihp__monthly_create(const struct ihp__monthly_rules *rules);
void ihp__monthly_destroy(struct ihp__monthly_state **state);

/* Begins a member with its spans and its lifetime. Returns false if the member is in the eligible
 * population of no month paid for, so that its lines are not needed. */
bool ihp__monthly_begin(struct ihp__monthly_state *state, const struct ihp__span *span,
                        size_t spans, struct ihp__lifetime life);

/* Returns true if month `month` of the rules qualifies for the member that was begun [13.1, 13.2].
 */
bool ihp__monthly_qualifies(const struct ihp__monthly_state *state, int month);

/* Takes the member's rows first .. end - 1 of the index, which have all coded lines, and must say
 * which are negative if reversals are netted. The rows stay borrowed until the member is finished.
 * Call it before `ihp__monthly_lines`. Returns false if memory is short. */
bool ihp__monthly_rows(struct ihp__monthly_state *state, const struct ihp__index_rows *rows,
                       size_t first, size_t end);

/* Takes lines first .. end - 1 of the member, in store order. Without rows of the index, finds the
 * coded lines by procedure; netting reversals requires the procedures, too. Returns false if memory
 * is short. */
bool ihp__monthly_lines(struct ihp__monthly_state *state, const struct ihp__claims *claims,
                        size_t first, size_t end);

/* Returns the number of known lines in the horizon whose category of service is in no table, for
 * all members so far. */
int64_t ihp__monthly_unknown_lines(const struct ihp__monthly_state *state);

/* Returns the number of months in the horizon that would qualify had they begun by the cut-off, for
 * all members so far. */
int64_t ihp__monthly_not_begun(const struct ihp__monthly_state *state);

/* Returns the number of months in the horizon that have begun by the cut-off and would qualify had
 * the member lived, for all members so far. */
int64_t ihp__monthly_after_death(const struct ihp__monthly_state *state);

/* Returns the number of months in the horizon that are before the month of birth and that spans
 * make qualify, for all members so far. */
int64_t ihp__monthly_before_birth(const struct ihp__monthly_state *state);

/* Decides on the member and fills `fact[months]`. Without the index, reasons are those of
 * docs/methodology.md 4.6; with the index only reasons for attribution are exact. Returns false if
 * memory is short. */
bool ihp__monthly_finish(struct ihp__monthly_state *state, const struct ihp__morbidity *morbidity,
                         size_t rows, uint16_t none_acg, struct ihp__month_fact *fact);

/* ---- age, social risk, care coordination ----------------------------------------------------- */

/* Returns the age in years at the first day of a month; negative before birth [15.3.1.7, 5.2.1]. */
int ihp__age_at_month(int32_t birth_day, int32_t month);

/* Social-risk uplifts [15.3.5]; SPMI counts as SMI. */
enum ihp__uplift {
    IHP__UPLIFT_SMI_AND_SUD,              /* adults [15.3.5.1] */
    IHP__UPLIFT_SMI_OR_SUD,               /* adults, only one of them [15.3.5.2] */
    IHP__UPLIFT_HOMELESS_OR_INCARCERATED, /* adults [15.3.5.2] */
    IHP__UPLIFT_CPI_OR_PARENT_SPMI,       /* children [15.3.5.3] */
    IHP__UPLIFT_PARENT_SMI_OR_SUD,        /* infants, in addition [15.3.5.4] */
    IHP__UPLIFTS
};

/* Number of the sets of uplifts that a member can have: none; for adults by SMI and SUD and by
 * homeless or incarcerated; for children; for infants. */
enum { IHP__UPLIFT_SETS = 9 };

/* Returns the uplifts of set `set`, as bits (1u << enum ihp__uplift). */
unsigned ihp__uplift_set_bits(int set);

/* Returns the set of a member of `age` in `month`, by the spans of the member's factors. */
int ihp__uplift_set_of(const struct ihp__social_risk_span *span, size_t spans, int age,
                       int32_t month);

/* Returns true if a month has a care-coordination payment of any kind [15.1.1]. */
bool ihp__coordinated(const struct ihp__coordination_month *row, size_t rows, int32_t month);

#endif
