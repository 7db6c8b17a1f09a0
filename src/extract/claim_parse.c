/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of claims.csv becomes a claim line. This runs once for each of very many rows: nothing is
 * allocated but for new dictionary entries, and nothing is formatted unless the row is bad. */
#include "claims.h"
#include "fields.h"

#include <string.h>

/* The fields that need no look-up. */
static bool parse_fields(const struct ex_row *row, struct ex_claim *claim, int64_t npi[2],
                         struct ex_bad *bad)
{
    enum { PAYER_MAX = 64 };
    uint8_t class;
    int category;
    if (!ihp__ex_claim_id(row, CLAIM_ID, bad) ||
        !ihp__ex_integer(row, CLAIM_LINE, &claim->line, bad) ||
        !ihp__ex_day(row, CLAIM_SERVICE_DATE, &claim->service_day, bad) ||
        !ihp__ex_day(row, CLAIM_PAID_DATE, &claim->paid_day, bad) ||
        !ihp__ex_code(row, CLAIM_STATUS, &ihp__claim_statuses, &claim->status, bad) ||
        !ihp__ex_procedure(row, CLAIM_PROCEDURE, bad) ||
        !ihp__ex_code(row, CLAIM_CLASS, &ihp__service_classes, &class, bad) ||
        !ihp__ex_category(row, CLAIM_CATEGORY, &category, bad) ||
        !ihp__ex_npi(row, CLAIM_BILLING, true, &npi[0], bad) ||
        !ihp__ex_npi(row, CLAIM_TREATING, true, &npi[1], bad) ||
        !ihp__ex_text(row, CLAIM_PAYER, true, PAYER_MAX, "UTF-8 text of at most 64 characters",
                      bad) ||
        !ihp__ex_money(row, CLAIM_AMOUNT, &claim->amount, bad) ||
        !ihp__ex_in_order(claim->service_day, claim->paid_day, "paid_date before service_date",
                          bad)) {
        return false;
    }
    claim->service = (uint16_t)(class * IHP__CATEGORIES + category);
    return true;
}

enum ihp_status ihp__ex_claim_parse(struct ex_import *x, const struct ex_row *row,
                                    union ex_claim_room *room, bool *good, struct ex_bad *bad,
                                    struct ihp_error *err)
{
    struct ex_claim *claim = &room->claim;
    int64_t npi[2];
    ihp__ex_member_expect(&x->members, row->csv->field[CLAIM_MEMBER],
                          row->csv->length[CLAIM_MEMBER]);
    *good = parse_fields(row, claim, npi, bad) &&
            ihp__ex_member(x, row, CLAIM_MEMBER, &claim->member, bad);
    if (!*good) {
        return IHP_OK;
    }
    size_t length = row->csv->length[CLAIM_ID];
    claim->row = row->number;
    claim->id_length = (uint8_t)length;
    memcpy(claim->id, row->csv->field[CLAIM_ID], length);
    memset(claim->id + length, 0, EX_CLAIM_BYTES(length) - offsetof(struct ex_claim, id) - length);
    if (ihp__ex_counted_number(&x->procedures, row, CLAIM_PROCEDURE, &claim->procedure, err) !=
            IHP_OK ||
        ihp__ex_counted_number(&x->payers, row, CLAIM_PAYER, &claim->payer, err) != IHP_OK ||
        ihp__ex_npi_number(x, npi[0], row, &claim->billing, err) != IHP_OK) {
        return err->status;
    }
    return ihp__ex_npi_number(x, npi[1], row, &claim->treating, err);
}

/* Of a number of members so many low bits are left out that the rest is below that of bins. */
static unsigned bin_shift(const struct ex_import *x)
{
    size_t above = x->members.count / EX_BINS;
    return above == 0 ? 0 : 64 - (unsigned)__builtin_clzll(above);
}

size_t ihp__ex_bin_of(const struct ex_import *x, uint32_t member)
{
    return member >> bin_shift(x);
}

uint64_t ihp__ex_bin_start(const struct ex_import *x, size_t bin)
{
    uint64_t member = (uint64_t)bin << bin_shift(x);
    return member < x->members.count ? member : x->members.count;
}

void ihp__ex_claim_count(struct ex_import *x, struct ex_claim_totals *totals,
                         const struct ex_claim *claim)
{
    totals->lines++;
    totals->by_id_length[claim->id_length]++;
    totals->wide_amounts += claim->amount > INT32_MAX || claim->amount < INT32_MIN;
    totals->by_member[ihp__ex_bin_of(x, claim->member)]++;
    x->procedures.uses[claim->procedure]++;
    x->payers.uses[claim->payer]++;
    x->npis.entry[claim->billing].uses++;
    x->npis.entry[claim->treating].uses++;
}
