/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of claims.csv becomes a claim line. This runs once for each of very many rows: nothing is
 * allocated but for new dictionary entries, and nothing is formatted unless the row is bad. */
#include "claims.h"
#include "fields.h"

#include <string.h>

/* The fields that need no look-up. */
static bool parse_fields(const struct ihp__import_row *row, struct ihp__import_claim *claim,
                         int64_t npi[2], struct ihp__import_reason *bad)
{
    enum { PAYER_MAX = 64 };
    uint8_t class;
    int category;
    if (!ihp__import_check_claim_id(row, CLAIM_ID, bad) ||
        !ihp__import_parse_integer(row, CLAIM_LINE, &claim->line, bad) ||
        !ihp__import_parse_day(row, CLAIM_SERVICE_DATE, &claim->service_day, bad) ||
        !ihp__import_parse_day(row, CLAIM_PAID_DATE, &claim->paid_day, bad) ||
        !ihp__import_parse_code(row, CLAIM_STATUS, &ihp__claim_statuses, &claim->status, bad) ||
        !ihp__import_check_procedure(row, CLAIM_PROCEDURE, bad) ||
        !ihp__import_parse_code(row, CLAIM_CLASS, &ihp__service_classes, &class, bad) ||
        !ihp__import_parse_category(row, CLAIM_CATEGORY, &category, bad) ||
        !ihp__import_parse_npi(row, CLAIM_BILLING, true, &npi[0], bad) ||
        !ihp__import_parse_npi(row, CLAIM_TREATING, true, &npi[1], bad) ||
        !ihp__import_check_text(row, CLAIM_PAYER, true, PAYER_MAX,
                                "UTF-8 text of at most 64 characters", bad) ||
        !ihp__import_parse_money(row, CLAIM_AMOUNT, &claim->amount, bad) ||
        !ihp__import_check_order(claim->service_day, claim->paid_day,
                                 "paid_date before service_date", bad)) {
        return false;
    }
    claim->service = (uint16_t)(class * IHP__CATEGORIES + category);
    return true;
}

enum ihp_status ihp__import_claim_parse(struct ihp__import *import,
                                        const struct ihp__import_row *row,
                                        union ihp__import_claim_room *room, bool *good,
                                        struct ihp__import_reason *bad, struct ihp_error *err)
{
    struct ihp__import_claim *claim = &room->claim;
    int64_t npi[2];
    ihp__import_member_expect(&import->members, row->csv->field[CLAIM_MEMBER],
                              row->csv->length[CLAIM_MEMBER]);
    *good = parse_fields(row, claim, npi, bad) &&
            ihp__import_parse_member(import, row, CLAIM_MEMBER, &claim->member, bad);
    if (!*good) {
        return IHP_OK;
    }
    size_t length = row->csv->length[CLAIM_ID];
    claim->row = row->number;
    claim->id_length = (uint8_t)length;
    memcpy(claim->id, row->csv->field[CLAIM_ID], length);
    memset(claim->id + length, 0,
           IHP__IMPORT_CLAIM_BYTES(length) - offsetof(struct ihp__import_claim, id) - length);
    if (ihp__import_dict_number(&import->procedures, row, CLAIM_PROCEDURE, &claim->procedure,
                                err) != IHP_OK ||
        ihp__import_dict_number(&import->payers, row, CLAIM_PAYER, &claim->payer, err) != IHP_OK ||
        ihp__import_npi_number(import, npi[0], row, &claim->billing, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_npi_number(import, npi[1], row, &claim->treating, err);
}

/* Of a number of members so many low bits are left out that the rest is below that of bins. */
static unsigned bin_shift(const struct ihp__import *import)
{
    size_t above = import->members.count / IHP__IMPORT_BINS;
    return above == 0 ? 0 : 64 - (unsigned)__builtin_clzll(above);
}

size_t ihp__import_bin_of(const struct ihp__import *import, uint32_t member)
{
    return member >> bin_shift(import);
}

uint64_t ihp__import_bin_start(const struct ihp__import *import, size_t bin)
{
    uint64_t member = (uint64_t)bin << bin_shift(import);
    return member < import->members.count ? member : import->members.count;
}

void ihp__import_claim_count(struct ihp__import *import, struct ihp__import_totals *totals,
                             const struct ihp__import_claim *claim)
{
    totals->lines++;
    totals->by_id_length[claim->id_length]++;
    totals->wide_amounts += claim->amount > INT32_MAX || claim->amount < INT32_MIN;
    totals->by_member[ihp__import_bin_of(import, claim->member)]++;
    import->procedures.uses[claim->procedure]++;
    import->payers.uses[claim->payer]++;
    import->npis.entry[claim->billing].uses++;
    import->npis.entry[claim->treating].uses++;
}
