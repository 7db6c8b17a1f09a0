/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding small numbers of members in the tables of payments and of their reconciliation. */
#include "result/hide_payments.h"

#include "result/shown.h"

#include <stdlib.h>
#include <string.h>

/* Columns of payments.csv, payments_quarter.csv and reconcile.csv, in the order of docs/data.md. */
enum { MONTH_IHP, MONTH, MONTH_ATTRIBUTED, MONTH_ELIGIBLE, MONTH_PBP, MONTH_CTC };
enum { QUARTER_IHP, QUARTER, QUARTER_MONTHS, QUARTER_AVERAGE, QUARTER_PBP, QUARTER_CTC };
enum { REASON_IHP, REASON, REASON_MONTHS, REASON_AMOUNT };

/* The columns of payments.csv that count members. Those of ELIGIBLE and CTC are among those of
 * ATTRIBUTED. */
enum { ATTRIBUTED, ELIGIBLE, CTC, COUNTS };
static const int column_of[COUNTS] = {MONTH_ATTRIBUTED, MONTH_ELIGIBLE, MONTH_CTC};

struct hiding {
    const struct ihp__table *settlement;
    struct ihp__table *month, *quarter, *reasons;
    struct ihp__shown_count *count[COUNTS]; /* [rows of settlement], owned */
    bool *few_others[COUNTS];               /* [rows of settlement], owned: in a month 1 to 10 of
                                               the attributed members are not in the column */
};

/* Returns the row of an IHP in settlement.csv; their number for one that it does not have. */
static size_t ihp_of(const struct hiding *h, const char *id)
{
    size_t r = 0;
    while (r < h->settlement->rows && strcmp(ihp__table_row(h->settlement, r)[0].text, id) != 0) {
        r++;
    }
    return r;
}

/* Returns true if the members of an IHP of the settlement are hidden. */
static bool is_ihp_hidden(const struct hiding *h, size_t ihp)
{
    size_t base = ihp__table_column_of(h->settlement, "base_members");
    size_t members = ihp__table_column_of(h->settlement, "members");
    const struct ihp__cell *row =
        ihp < h->settlement->rows ? ihp__table_row(h->settlement, ihp) : NULL;
    return row == NULL || row[base].hidden || row[members].hidden;
}

/* Takes the fewest members that a column counts in a month of each IHP, 0 left out. */
static void take_counts(struct hiding *h)
{
    for (size_t r = 0; r < h->month->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(h->month, r);
        size_t ihp = ihp_of(h, row[MONTH_IHP].text);
        for (int c = 0; c < COUNTS && ihp < h->settlement->rows; c++) {
            struct ihp__shown_count *count = &h->count[c][ihp];
            int64_t members = row[column_of[c]].integer;
            if (members > 0 && (!count->present || members < count->count)) {
                *count = (struct ihp__shown_count){.count = members, .present = true};
            }
            if (ihp__count_is_small(row[MONTH_ATTRIBUTED].integer - members)) {
                h->few_others[c][ihp] = true;
            }
        }
    }
}

static void decide(struct hiding *h)
{
    take_counts(h);
    for (int c = 0; c < COUNTS; c++) {
        ihp__counts_hide(h->count[c], h->settlement->rows);
    }
    for (size_t ihp = 0; ihp < h->settlement->rows; ihp++) {
        bool all = is_ihp_hidden(h, ihp) || h->count[ATTRIBUTED][ihp].hidden;
        for (int c = 0; c < COUNTS; c++) {
            h->count[c][ihp].hidden = h->count[c][ihp].hidden || all;
            h->few_others[c][ihp] = h->few_others[c][ihp] || all;
        }
    }
}

/* Returns true if the numbers of an IHP that rest on a column of payments.csv are hidden. */
static bool hides(const struct hiding *h, const char *id, int count)
{
    size_t ihp = ihp_of(h, id);
    return ihp == h->settlement->rows || h->count[count][ihp].hidden;
}

/* Returns true if its other members are hidden. */
static bool hides_others(const struct hiding *h, const char *id, int count)
{
    size_t ihp = ihp_of(h, id);
    return ihp == h->settlement->rows || h->few_others[count][ihp];
}

static void hide_if(struct ihp__table *t, size_t row, size_t column, bool hidden)
{
    if (hidden) {
        ihp__table_hide(t, row, column);
    }
}

/* Hides numbers and the dollars that rest on them: C&TC dollars are a number of members. Of the
 * PBP-eligible members the sums of a quarter remain where only the numbers of months would reveal
 * who is not eligible. */
static void hide_all(struct hiding *h)
{
    for (size_t r = 0; r < h->month->rows; r++) {
        const char *id = ihp__table_row(h->month, r)[MONTH_IHP].text;
        bool others = hides_others(h, id, ELIGIBLE);
        hide_if(h->month, r, MONTH_ATTRIBUTED, others || hides(h, id, ATTRIBUTED));
        hide_if(h->month, r, MONTH_ELIGIBLE, others || hides(h, id, ELIGIBLE));
        hide_if(h->month, r, MONTH_PBP, hides(h, id, ELIGIBLE));
        hide_if(h->month, r, MONTH_CTC, hides(h, id, CTC) || hides_others(h, id, CTC));
    }
    for (size_t r = 0; r < h->quarter->rows; r++) {
        const char *id = ihp__table_row(h->quarter, r)[QUARTER_IHP].text;
        for (size_t c = QUARTER_MONTHS; c <= QUARTER_PBP; c++) {
            hide_if(h->quarter, r, c, hides(h, id, ELIGIBLE));
        }
        hide_if(h->quarter, r, QUARTER_CTC, hides(h, id, CTC) || hides_others(h, id, CTC));
    }
    for (size_t r = 0; r < h->reasons->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(h->reasons, r);
        int64_t members = (row[REASON_MONTHS].integer + 11) / 12; /* at least so many */
        bool hidden =
            ihp__count_is_small(members) || is_ihp_hidden(h, ihp_of(h, row[REASON_IHP].text));
        hide_if(h->reasons, r, REASON_MONTHS, hidden);
        hide_if(h->reasons, r, REASON_AMOUNT, hidden);
    }
}

enum ihp_status ihp__hide_payments(struct ihp__finished *f, struct ihp_error *err)
{
    struct ihp__table *payments = &f->table[IHP__FINISHED_PAYMENTS];
    struct hiding h = {.settlement = &f->table[IHP__TABLE_SETTLEMENT],
                       .month = &payments[IHP__TABLE_PAYMENTS],
                       .quarter = &payments[IHP__TABLE_PAYMENTS_QUARTER],
                       .reasons = &f->table[IHP__FINISHED_RECONCILE]};
    bool whole = true;
    for (int c = 0; c < COUNTS; c++) {
        h.count[c] = calloc(h.settlement->rows + 1, sizeof *h.count[c]);
        h.few_others[c] = calloc(h.settlement->rows + 1, sizeof *h.few_others[c]);
        whole = whole && h.count[c] != NULL && h.few_others[c] != NULL;
    }
    if (whole) {
        decide(&h);
        hide_all(&h);
    }
    for (int c = 0; c < COUNTS; c++) {
        free(h.count[c]);
        free(h.few_others[c]);
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "what may be shown of payments");
}
