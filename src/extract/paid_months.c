/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paid lines by month of service and of payment: sums of a rank, and their way to rank 0. */
#include "extract/paid_months.h"

#include <stdlib.h>
#include <string.h>

static enum ihp_status fail_memory(struct ihp_error *err)
{
    return ihp__fail_memory(err, "the control totals");
}

/* Drops the sums if there are too many. Those of a rank are some of those of all ranks, so whether
 * all are dropped in the end does not depend on the number of ranks. */
static void drop_too_many(struct ihp__paid_months *paid)
{
    if (paid->sums.cells > IHP__PAID_MONTHS_MAX) {
        ihp__payer_months_free(&paid->sums);
        paid->too_many = true;
    }
}

enum ihp_status ihp__paid_months_add(struct ihp__paid_months *paid,
                                     const struct ihp__payer_month_line *line, int32_t month,
                                     int32_t month_paid, struct ihp_error *err)
{
    if (paid->too_many) {
        return IHP_OK;
    }
    if (!ihp__payer_months_add_class(&paid->sums, line, month, month_paid)) {
        return fail_memory(err);
    }
    drop_too_many(paid);
    return IHP_OK;
}

enum ihp_status ihp__paid_months_pack(const struct ihp__paid_months *paid, char **bytes,
                                      size_t *size, struct ihp_error *err)
{
    const uint64_t too_many = paid->too_many;
    const size_t cells = paid->sums.cells * sizeof *paid->sums.cell;
    char *packed = malloc(sizeof too_many + cells);
    if (packed == NULL) {
        return fail_memory(err);
    }
    memcpy(packed, &too_many, sizeof too_many);
    if (cells > 0) {
        memcpy(packed + sizeof too_many, paid->sums.cell, cells);
    }
    *bytes = packed;
    *size = sizeof too_many + cells;
    return IHP_OK;
}

enum ihp_status ihp__paid_months_unpack(struct ihp__paid_months *paid, const char *bytes,
                                        size_t size, struct ihp_error *err)
{
    uint64_t too_many;
    memcpy(&too_many, bytes, sizeof too_many);
    if (too_many != 0) {
        ihp__paid_months_free(paid);
        paid->too_many = true;
    }
    for (size_t at = sizeof too_many; at < size && !paid->too_many;
         at += sizeof(struct ihp__payer_month_cell)) {
        struct ihp__payer_month_cell cell;
        memcpy(&cell, bytes + at, sizeof cell);
        if (!ihp__payer_months_join(&paid->sums, &cell)) {
            return fail_memory(err);
        }
        drop_too_many(paid);
    }
    return IHP_OK;
}

void ihp__paid_months_free(struct ihp__paid_months *paid)
{
    ihp__payer_months_free(&paid->sums);
}
