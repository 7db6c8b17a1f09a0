/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment_tables.h - the tables of payments and of their reconciliation [15, 5.2.1], and the lists
 * of members that are paid for.
 *
 * Only `ihp__paid_files_write` is collective. docs/data.md describes the columns.
 */
#ifndef IHP_PAYMENT_TABLES_H
#define IHP_PAYMENT_TABLES_H

#include "finance/payment.h"
#include "result/table.h"
#include "store/store.h"

#include <mpi.h>

enum {
    IHP__TABLE_PAYMENTS,
    IHP__TABLE_PAYMENTS_QUARTER,
    IHP__TABLE_PAYMENT_CATEGORIES,
    IHP__PAYMENT_TABLES
};

/* The source of the tables; all borrowed. */
struct ihp__payment_input {
    const struct ihp__program *program;
    const char *const *acg_text;
    const struct ihp__policies *policies;
    int32_t first_month;                    /* the first of a quarter */
    size_t months;                          /* 3 or 12 */
    const struct ihp__payment_curve *curve; /* [months] */
    const struct ihp__payment *payment;     /* [months][partnerships] */
};

/* Give the tables their names and columns; they have no rows. */
void ihp__payment_tables_begin(struct ihp__table table[IHP__PAYMENT_TABLES]);
void ihp__reconcile_table_begin(struct ihp__table *table);

/* Fills `table[IHP__PAYMENT_TABLES]`. The caller frees each. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__payment_tables_create(const struct ihp__payment_input *input,
                                           struct ihp__table table[IHP__PAYMENT_TABLES],
                                           struct ihp_error *err);

/* Fills reconcile.csv: the member months and dollars that the State takes back from each IHP for
 * each reason [15.5, 4.6.4.2]; `result` has [partnerships][IHP__RECONCILE_REASONS] elements. The
 * caller frees the table. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__reconcile_table_create(const struct ihp__program *program,
                                            const struct ihp__reconciled *result,
                                            struct ihp__table *table, struct ihp_error *err);

/* Collective over `comm`. Writes paid/IHP_ID.csv (mode 0600), month by month, from every rank's
 * members. `fact` has range.count x months elements, `ids` range.count. */
enum ihp_status ihp__paid_files_write(const char *folder, const struct ihp__payment_input *input,
                                      struct ihp__range range, const struct ihp__paid_fact *fact,
                                      const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                      struct ihp_error *err);

/* Print the quarters' payments, or the reconciliation, for people. Return IHP_ERR_RUN when memory
 * is short. */
enum ihp_status ihp__payments_print(FILE *stream, const struct ihp__table *quarters,
                                    struct ihp_error *err);
enum ihp_status ihp__reconcile_print(FILE *stream, const struct ihp__table *table,
                                     struct ihp_error *err);

#endif
