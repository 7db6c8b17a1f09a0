/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding what would reveal a number of 1 to 10 members. */
#include "result/hide_small.h"

#include "result/few_moved.h"

#include <stdlib.h>
#include <string.h>

/* The numbers of each IHP that may be shown, as bits of IHP__NEEDS_. */
struct hiding {
    const struct ihp__table *settlement, *table; /* that of the settlement, and all */
    unsigned *shown;                             /* [rows of settlement], owned */
    bool *affected_few;         /* [rows of settlement], owned: in a month, few members lived in
                                   an affected county, or did not */
    bool *few_moved, *few_read; /* [rows of scenarios], [rows of readings], owned: they could tell
                                   what few members cost */
    struct ihp__shown_count *count; /* room for a group, owned */
};

enum {
    BASE_BITS = IHP__NEEDS_BASE_MEMBERS | IHP__NEEDS_BASE_COST,
    LATER_BITS = IHP__NEEDS_MEMBERS | IHP__NEEDS_COST
};

enum { AT_IHP, AT_TERM, AT_VALUE }; /* columns of terms.csv */

static const struct ihp__cell *cell_at(const struct ihp__table *t, size_t row, const char *column)
{
    return &ihp__table_row(t, row)[ihp__table_column_of(t, column)];
}

static void hide(struct ihp__table *t, size_t row, const char *column)
{
    ihp__table_hide(t, row, ihp__table_column_of(t, column));
}

/* Removes all rows, but not the name and the columns. */
static void empty(struct ihp__table *t)
{
    struct ihp__table none = ihp__table_empty(t->name, t->column, t->columns);
    ihp__table_free(t);
    *t = none;
}

/* ---- IHPs ------------------------------------------------------------------------------------ */

bool ihp__hide_ihps(const struct ihp__table *settlement, enum ihp__period period,
                    struct ihp__shown_count *count)
{
    const char *column = period == IHP__BASE ? "base_members" : "members";
    for (size_t r = 0; r < settlement->rows; r++) {
        int64_t members = cell_at(settlement, r, column)->integer;
        count[r] = (struct ihp__shown_count){.count = members, .present = members > 0};
    }
    return ihp__counts_hide(count, settlement->rows);
}

/* Returns the row of an IHP in settlement.csv. */
static size_t find_ihp(const struct hiding *h, const char *ihp_id)
{
    size_t row = 0;
    while (row < h->settlement->rows &&
           strcmp(ihp__table_row(h->settlement, row)[0].text, ihp_id) != 0) {
        row++;
    }
    return row;
}

static void decide_by_members(struct hiding *h)
{
    for (int period = 0; period < IHP__PERIODS; period++) {
        ihp__hide_ihps(h->settlement, (enum ihp__period)period, h->count);
        for (size_t r = 0; r < h->settlement->rows; r++) {
            if (h->count[r].hidden) {
                h->shown[r] &= ~(unsigned)(period == IHP__BASE ? BASE_BITS : LATER_BITS);
            }
        }
    }
}

static bool is_affected_month(const struct ihp__cell *term)
{
    static const char prefix[] = "circumstances.";
    return strncmp(term->text, prefix, strlen(prefix)) == 0;
}

/* Returns true for a term that is a number of settlement.csv. */
static bool is_amount(const struct ihp__cell *term)
{
    return strcmp(term->text, "interim_paid") == 0 || strcmp(term->text, "quality_score") == 0;
}

/* Returns true if the members of a month who lived in an affected county, or the others, are few.
 */
static bool is_month_small(const struct ihp__cell *term, int64_t members)
{
    int64_t there = strtoll(term[AT_VALUE].text, NULL, 10);
    return ihp__count_is_small(there) || ihp__count_is_small(members - there);
}

static bool has_losses(const struct ihp__table *t, size_t row)
{
    return strcmp(cell_at(t, row, "outcome")->text, ihp__outcome_text(IHP__OUTCOME_LOSSES)) == 0;
}

/* Decides by the members who lived in a county of extreme circumstances in a month [5.9]. Amounts
 * tell their numbers if they are losses. */
static void decide_by_circumstances(struct hiding *h, const struct ihp__table *terms)
{
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        size_t ihp = find_ihp(h, row[AT_IHP].text);
        if (ihp == h->settlement->rows || !is_affected_month(&row[AT_TERM]) ||
            !is_month_small(row, cell_at(h->settlement, ihp, "members")->integer)) {
            continue;
        }
        h->affected_few[ihp] = true;
        h->shown[ihp] &= has_losses(h->settlement, ihp) ? ~(unsigned)LATER_BITS : ~0u;
    }
}

/* Hides the terms of hidden IHPs that are numbers of settlement.csv or of members, and small
 * numbers of affected members of all. */
static void hide_terms(const struct hiding *h, struct ihp__table *terms)
{
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        size_t ihp = find_ihp(h, row[AT_IHP].text);
        if (ihp == h->settlement->rows) {
            continue;
        }
        bool of_hidden = h->shown[ihp] != IHP__NEEDS_ALL;
        if (is_affected_month(&row[AT_TERM]) ? of_hidden || h->affected_few[ihp]
                                             : of_hidden && is_amount(&row[AT_TERM])) {
            ihp__table_hide(terms, r, AT_VALUE);
        }
    }
}

/* Hides the columns of settlement.csv in a row that need more than `shown`. */
static void hide_columns(struct ihp__table *t, size_t row, unsigned shown)
{
    static const char *const keys[] = {"ihp_id", "scenario", "key", "value"};
    for (size_t c = 0; c < t->columns; c++) {
        bool key = false;
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            key = key || strcmp(t->column[c].name, keys[i]) == 0;
        }
        if (!key && (ihp__column_needs(t->column[c].name) & ~shown) != 0) {
            ihp__table_hide(t, row, c);
        }
    }
}

/* Returns true if something of an IHP is hidden. Of one with few affected members, amounts that can
 * be losses are: those of replicates, readings and an interim. */
static bool hides_some(const struct hiding *h, size_t ihp, bool can_be_losses)
{
    return h->shown[ihp] != IHP__NEEDS_ALL || (can_be_losses && h->affected_few[ihp]);
}

/* Hides every number in the rows of IHPs of which anything is hidden. */
static void hide_rows(const struct hiding *h, struct ihp__table *t)
{
    const bool can_be_losses = t != &h->table[IHP__TABLE_PAYER_SPLIT];
    size_t at = ihp__table_column_of(t, "ihp_id");
    for (size_t r = 0; at < t->columns && r < t->rows; r++) {
        size_t ihp = find_ihp(h, ihp__table_row(t, r)[at].text);
        for (size_t c = 0; c < t->columns; c++) {
            if (ihp < h->settlement->rows && hides_some(h, ihp, can_be_losses) &&
                t->column[c].kind != IHP__CELL_TEXT) {
                ihp__table_hide(t, r, c);
            }
        }
    }
}

/* ---- scenarios and readings ------------------------------------------------------------------ */

/* Returns true if a scenario's members of a period differ from the deck's by a small number. */
static bool moves_few(const struct hiding *h, const struct ihp__table *scenarios, size_t row,
                      size_t ihp, const char *column)
{
    return ihp__count_is_small(llabs(cell_at(scenarios, row, column)->integer -
                                     cell_at(h->settlement, ihp, column)->integer));
}

/* Hides the dollars of readings that could tell what few members cost. */
static void hide_dollars(const struct hiding *h, struct ihp__table *readings)
{
    for (size_t r = 0; r < readings->rows; r++) {
        if (h->few_read[r]) {
            hide(readings, r, "change_in_amount");
            hide(readings, r, "dollars_moved");
        }
    }
}

static bool is_small(const struct ihp__table *t, size_t row, const char *column)
{
    return ihp__count_is_small(cell_at(t, row, column)->integer);
}

/* Returns a mask that takes bits away unless they are kept. */
static unsigned keep(bool kept, unsigned bits)
{
    return kept ? ~0u : ~bits;
}

/* Hides in scenarios.csv. A row with few members is hidden as one of settlement.csv; of one that
 * differs from the deck's by few members, their number and all dollars are. */
static void hide_scenarios(const struct hiding *h, struct ihp__table *t)
{
    for (size_t r = 0; r < t->rows; r++) {
        size_t ihp = find_ihp(h, cell_at(t, r, "ihp_id")->text);
        if (ihp == h->settlement->rows) {
            continue;
        }
        const bool losses = h->affected_few[ihp] && has_losses(t, r);
        unsigned shown = h->shown[ihp];
        shown &= keep(!losses && !is_small(t, r, "members") && !moves_few(h, t, r, ihp, "members"),
                      LATER_BITS);
        shown &= keep(!is_small(t, r, "base_members") && !moves_few(h, t, r, ihp, "base_members"),
                      BASE_BITS);
        shown &= keep(!h->few_moved[r], IHP__NEEDS_BASE_COST | IHP__NEEDS_COST);
        hide_columns(t, r, shown);
    }
}

static int64_t scenario_of(const struct ihp__table *t, size_t row)
{
    return cell_at(t, row, "scenario")->integer;
}

/* Hides the intervals of scenarios that could tell what few members cost. Both tables are in the
 * order of the scenarios, so that each row looks at those of its own scenario alone. */
static void hide_intervals(const struct hiding *h, const struct ihp__table *scenarios,
                           struct ihp__table *t)
{
    size_t first = 0; /* row of the scenario */
    for (size_t r = 0; r < t->rows; r++) {
        const int64_t number = scenario_of(t, r);
        const char *ihp_id = cell_at(t, r, "ihp_id")->text;
        bool few = false;
        if (first > 0 && scenario_of(scenarios, first - 1) >= number) {
            first = 0;
        }
        while (first < scenarios->rows && scenario_of(scenarios, first) < number) {
            first++;
        }
        for (size_t s = first; s < scenarios->rows && scenario_of(scenarios, s) == number; s++) {
            few = few ||
                  (h->few_moved[s] && strcmp(cell_at(scenarios, s, "ihp_id")->text, ihp_id) == 0);
        }
        for (size_t c = 1; few && c < t->columns; c++) { /* behind the number of the scenario */
            if (t->column[c].kind != IHP__CELL_TEXT) {
                ihp__table_hide(t, r, c);
            }
        }
    }
}

static const char *const moved[] = {"members_gained", "members_lost", "base_members_gained",
                                    "base_members_lost"};
enum { MOVED = sizeof moved / sizeof moved[0] };

/* Hides the members of a reading whom the IHPs gain or lose. The IHPs of a reading follow each
 * other, and their sum is in readings_total.csv. */
static void hide_reading(struct hiding *h, struct ihp__table *t, size_t first, size_t rows,
                         struct ihp__table *total, size_t total_row)
{
    for (size_t m = 0; m < MOVED; m++) {
        for (size_t i = 0; i < rows; i++) {
            int64_t members = cell_at(t, first + i, moved[m])->integer;
            h->count[i] = (struct ihp__shown_count){.count = members, .present = members > 0};
        }
        bool sum_shown = ihp__counts_hide(h->count, rows);
        for (size_t i = 0; i < rows; i++) {
            if (h->count[i].hidden) {
                hide(t, first + i, moved[m]);
            }
        }
        if (total_row < total->rows &&
            (!sum_shown || ihp__count_is_small(cell_at(total, total_row, moved[m])->integer))) {
            hide(total, total_row, moved[m]);
        }
    }
}

static void hide_readings(struct hiding *h, struct ihp__table *t, struct ihp__table *total)
{
    enum { AT_POLICY, AT_READING };
    for (size_t r = 0, end; r < t->rows; r = end) {
        const struct ihp__cell *first = ihp__table_row(t, r);
        size_t total_row = 0;
        for (end = r + 1;
             end < t->rows && end - r < h->settlement->rows &&
             strcmp(ihp__table_row(t, end)[AT_POLICY].text, first[AT_POLICY].text) == 0 &&
             strcmp(ihp__table_row(t, end)[AT_READING].text, first[AT_READING].text) == 0;) {
            end++;
        }
        while (total_row < total->rows && (strcmp(ihp__table_row(total, total_row)[AT_POLICY].text,
                                                  first[AT_POLICY].text) != 0 ||
                                           strcmp(ihp__table_row(total, total_row)[AT_READING].text,
                                                  first[AT_READING].text) != 0)) {
            total_row++;
        }
        hide_reading(h, t, r, end - r, total, total_row);
    }
}

bool ihp__is_track1(const struct ihp__table *settlement, const char *ihp_id)
{
    size_t at = ihp__table_column_of(settlement, "track");
    for (size_t r = 0; r < settlement->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(settlement, r);
        if (strcmp(row[AT_IHP].text, ihp_id) == 0) {
            return row[at].integer == 1;
        }
    }
    return false;
}

bool ihp__hides_amounts(const struct ihp__table *settlement)
{
    size_t track = ihp__table_column_of(settlement, "track");
    size_t amount = ihp__table_column_of(settlement, "final_amount");
    bool hides = false;
    for (size_t r = 0; r < settlement->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(settlement, r);
        hides = hides || (row[amount].hidden && row[track].integer != 1);
    }
    return hides;
}

/* Returns true if the change of an IHP in a reading is hidden, unless it is known to be 0. */
static bool hides_change(const struct hiding *h, const struct ihp__table *readings,
                         const struct ihp__cell *reading)
{
    enum { AT_POLICY, AT_READING };
    bool hides = false;
    for (size_t r = 0; r < readings->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(readings, r);
        hides = hides || (cell_at(readings, r, "change_in_amount")->hidden &&
                          strcmp(row[AT_POLICY].text, reading[AT_POLICY].text) == 0 &&
                          strcmp(row[AT_READING].text, reading[AT_READING].text) == 0 &&
                          !ihp__is_track1(h->settlement, cell_at(readings, r, "ihp_id")->text));
    }
    return hides;
}

/* Hides the dollars of all IHPs together if an amount is hidden, which they could tell. */
static void hide_totals(const struct hiding *h, const struct ihp__table *readings,
                        struct ihp__table *total)
{
    for (size_t r = 0; r < total->rows; r++) {
        if (ihp__hides_amounts(h->settlement) ||
            hides_change(h, readings, ihp__table_row(total, r))) {
            hide(total, r, "change_in_amount");
            hide(total, r, "dollars_moved");
        }
    }
}

/* ---- categories and payers ------------------------------------------------------------------- */

/* Hides rows `first` to `end` of a group by the members that `members_of` gives, in the columns
 * from `column` on. */
static enum ihp_status hide_group(struct ihp__table *t, size_t first, size_t end,
                                  const char *column, int64_t (*members_of)(int64_t),
                                  struct ihp_error *err)
{
    struct ihp__shown_count *count = calloc(end - first + 1, sizeof *count);
    size_t from = ihp__table_column_of(t, column);
    if (count == NULL) {
        return ihp__fail_memory(err, "what may be shown");
    }
    for (size_t i = 0; i < end - first; i++) {
        int64_t members = members_of(cell_at(t, first + i, column)->integer);
        count[i] = (struct ihp__shown_count){.count = members, .present = members > 0};
    }
    ihp__counts_hide(count, end - first);
    for (size_t i = 0; i < end - first; i++) {
        for (size_t c = from; count[i].hidden && c < t->columns; c++) {
            ihp__table_hide(t, first + i, c);
        }
    }
    free(count);
    return IHP_OK;
}

static int64_t members_themselves(int64_t members)
{
    return members;
}

/* Returns the fewest members who can have so many months of a year. */
static int64_t members_of_months(int64_t months)
{
    return months > 0 ? (months + 11) / 12 : 0;
}

/* Hides groups of rows that are alike in the first `keys` columns. */
static enum ihp_status hide_groups(struct ihp__table *t, size_t keys, const char *column,
                                   int64_t (*members_of)(int64_t), struct ihp_error *err)
{
    char one[64], other[64];
    for (size_t r = 0, end; r < t->rows; r = end) {
        bool alike = true;
        for (end = r + 1; end < t->rows; end++) {
            for (size_t c = 0; c < keys; c++) {
                ihp__cell_format(&ihp__table_row(t, r)[c], t->column[c].kind, one, sizeof one);
                ihp__cell_format(&ihp__table_row(t, end)[c], t->column[c].kind, other,
                                 sizeof other);
                alike = alike && strcmp(one, other) == 0;
            }
            if (!alike) {
                break;
            }
        }
        if (hide_group(t, r, end, column, members_of, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- all tables ------------------------------------------------------------------------------ */

/* Returns true for a table whose rows of a hidden IHP are hidden as a whole: any but those that are
 * hidden by column, and those of terms and quality, which are not about numbers of members. */
static bool rests_on_members(enum ihp__table_number table)
{
    return table != IHP__TABLE_SETTLEMENT && table != IHP__TABLE_SCENARIOS &&
           table != IHP__TABLE_TERMS && table != IHP__TABLE_QUALITY &&
           table != IHP__TABLE_QUALITY_SCORES;
}

static enum ihp_status hide_all(struct hiding *h, struct ihp__table table[IHP__TABLES],
                                struct ihp_error *err)
{
    static const enum ihp__table_number too_fine[] = {IHP__TABLE_ATTRIBUTION_SUMMARY,
                                                      IHP__TABLE_EXCLUSIONS, IHP__TABLE_RISK_SCORES,
                                                      IHP__TABLE_BRIDGE_MEMBERS};
    if (hide_groups(&table[IHP__TABLE_RISK_WEIGHTS], 2, "members", members_themselves, err) !=
            IHP_OK ||
        hide_groups(&table[IHP__TABLE_PAYER_SPLIT], 1, "member_months", members_of_months, err) !=
            IHP_OK) {
        return err->status;
    }
    decide_by_members(h);
    decide_by_circumstances(h, &table[IHP__TABLE_TERMS]);
    hide_terms(h, &table[IHP__TABLE_TERMS]);
    ihp__find_few_moved(table, h->few_moved, h->few_read);
    ihp__hide_bridge(table);
    hide_dollars(h, &table[IHP__TABLE_READINGS]);
    hide_scenarios(h, &table[IHP__TABLE_SCENARIOS]);
    hide_intervals(h, &table[IHP__TABLE_SCENARIOS], &table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
    hide_readings(h, &table[IHP__TABLE_READINGS], &table[IHP__TABLE_READINGS_TOTAL]);
    for (int t = 0; t < IHP__TABLES; t++) {
        if (rests_on_members((enum ihp__table_number)t)) {
            hide_rows(h, &table[t]);
        }
    }
    for (size_t i = 0; i < sizeof too_fine / sizeof too_fine[0]; i++) {
        empty(&table[too_fine[i]]);
    }
    for (size_t r = 0; r < h->settlement->rows; r++) {
        hide_columns(&table[IHP__TABLE_SETTLEMENT], r, h->shown[r]);
    }
    hide_totals(h, &table[IHP__TABLE_READINGS], &table[IHP__TABLE_READINGS_TOTAL]);
    return IHP_OK;
}

enum ihp_status ihp__hide_small(struct ihp__table table[IHP__TABLES], struct ihp_error *err)
{
    const struct ihp__table *settlement = &table[IHP__TABLE_SETTLEMENT];
    struct hiding h = {.settlement = settlement,
                       .table = table,
                       .affected_few = calloc(settlement->rows + 1, sizeof *h.affected_few),
                       .shown = calloc(settlement->rows + 1, sizeof *h.shown),
                       .few_moved =
                           calloc(table[IHP__TABLE_SCENARIOS].rows + 1, sizeof *h.few_moved),
                       .few_read = calloc(table[IHP__TABLE_READINGS].rows + 1, sizeof *h.few_read),
                       .count = calloc(settlement->rows + 1, sizeof *h.count)};
    enum ihp_status status = IHP_OK;
    if (h.shown == NULL || h.count == NULL || h.affected_few == NULL || h.few_moved == NULL ||
        h.few_read == NULL) {
        status = ihp__fail_memory(err, "what may be shown");
    } else {
        for (size_t r = 0; r < settlement->rows; r++) {
            h.shown[r] = IHP__NEEDS_ALL;
        }
        status = hide_all(&h, table, err);
    }
    free(h.shown);
    free(h.affected_few);
    free(h.few_moved);
    free(h.few_read);
    free(h.count);
    return status;
}
