/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control_sums.h - control totals of an import: what got into the store.
 *
 * Each rank adds the claim lines that it writes by service month, payer, service class and status,
 * and the paid ones by month of payment, too (paid_months.h).
 * Rank 0 adds member months by month and payer. All sums are integers, so they are the same on any
 * number of ranks. A state whose lines are of more kinds than IHP__CONTROL_CELLS_MAX gets sums by
 * year instead of month, and if these are too many as well, over all payers. */
#ifndef IHP_EXTRACT_CONTROL_SUMS_H
#define IHP_EXTRACT_CONTROL_SUMS_H

#include "base/base.h"
#include "extract/paid_months.h"

#define IHP__CONTROL_CELLS_MAX 65536

/* The payer of a sum over all payers. */
#define IHP__CONTROL_ALL_PAYERS 65535

/* The months that a store can tell apart (calendar.h): 1970-01 to 2149-06. */
#define IHP__CONTROL_MONTHS ((2149 - 1970) * 12 + 6)

/* What lines are added by. */
struct ihp__control_kind {
    uint16_t month; /* since 1970-01 */
    uint16_t payer; /* number, or IHP__CONTROL_ALL_PAYERS */
    uint8_t service_class, status;
};

/* The sums of one kind. */
struct ihp__control_cell {
    uint64_t key; /* the kind as a number, and 1; 0: the place is free */
    uint64_t lines;
    uint64_t zero_lines; /* of $0.00 */
    int64_t cents;
};

/* How coarse a table is. */
enum ihp__control_coarseness {
    IHP__CONTROL_BY_MONTH,
    IHP__CONTROL_BY_YEAR, /* the month is the first of the year */
    IHP__CONTROL_BY_YEAR_ALONE
};

/* Cells by kind: a hash table. Zero-initialized, it is empty. */
struct ihp__control_table {
    struct ihp__control_cell *slot; /* owned; at most half are used */
    size_t slots, cells;            /* `slots` is a power of two, or 0 */
    size_t recent;                  /* the slot that was added to last: lines often follow lines of
                                       their kind */
    enum ihp__control_coarseness coarseness;
    bool keeps_months; /* it loses payers only */
};

struct ihp__control_sums {
    uint16_t *month_of_day;           /* owned: of each day of a store */
    struct ihp__control_table claims; /* of this rank; in the end rank 0 has those of all ranks */
    struct ihp__control_table change; /* rank 0: `cents` is the number of members that have a month
                                         of a payer less that of the month before */
    struct ihp__paid_months paid;     /* of paid lines, as `claims` */
    uint16_t *payer; /* owned; rank 0: of each payer of the store its number in order of arrival */
    size_t payers;
};

/* Makes room; to be called before anything is added. */
enum ihp_status ihp__control_begin(struct ihp__control_sums *sums, struct ihp_error *err);
void ihp__control_free(struct ihp__control_sums *sums);

/* Adds a line that the store has. `payer` is the payer's number in the store. The lines of one
 * member come one after the other. */
struct ihp__control_line {
    uint16_t service_date, paid_date, payer;
    uint8_t service_class, status;
    int64_t cents;
    uint64_t member;
};
enum ihp_status ihp__control_add_line(struct ihp__control_sums *sums,
                                      const struct ihp__control_line *line, struct ihp_error *err);

/* Adds the sums of `cell`, whose key is ignored, to a kind. */
enum ihp_status ihp__control_add(struct ihp__control_table *table, struct ihp__control_kind kind,
                                 const struct ihp__control_cell *cell, struct ihp_error *err);

/* Adds the months `from` to `to` of a member with a payer, a number in order of arrival. A month of
 * a member must not be added twice. Months beyond those of a store are left out. */
enum ihp_status ihp__control_add_months(struct ihp__control_sums *sums, int32_t from, int32_t to,
                                        uint16_t payer, struct ihp_error *err);

/* Keeps which number in the store each of `count` payers has, in order of arrival; UINT32_MAX for
 * one that the store does not have. */
enum ihp_status ihp__control_keep_payers(struct ihp__control_sums *sums, const uint32_t *number,
                                         size_t count, struct ihp_error *err);

/* Packs a table into `*bytes`, which the caller frees, and adds such a packed table to another. */
enum ihp_status ihp__control_pack(const struct ihp__control_table *table, char **bytes,
                                  size_t *size, struct ihp_error *err);
enum ihp_status ihp__control_unpack(struct ihp__control_table *table, const char *bytes,
                                    size_t size, struct ihp_error *err);

/* Packs the used cells to the front of the table, sorted by month, payer, service class and status.
 * Nothing can be added afterwards. */
void ihp__control_sort(struct ihp__control_table *table);

/* Returns the kind of a cell. */
struct ihp__control_kind ihp__control_kind_of(const struct ihp__control_cell *cell);

#endif
