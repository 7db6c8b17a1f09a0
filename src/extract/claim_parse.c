/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parsing of a row of claims.csv. This runs for every row: memory is allocated for new dictionary
 * entries alone, and nothing is formatted unless the row is bad. */
#include "extract/claims.h"
#include "extract/fields.h"
#include "extract/values.h"

#include <string.h>

/* Parses the day of payment. A denied line may have none: then the service date is taken. */
static bool parse_paid_day(struct ihp__import_row *row, struct ihp__import_claim *claim,
                           struct ihp__import_reason *reason)
{
    struct ihp__import_reason unused;
    uint8_t status;
    if (ihp__import_parse_past_day(row, IHP__EXTRACT_CLAIM_PAID_DATE, &claim->paid_day, reason)) {
        return true;
    }
    if (row->length[IHP__EXTRACT_CLAIM_PAID_DATE] > 0 ||
        !ihp__import_parse_code(row, IHP__EXTRACT_CLAIM_STATUS, &status, &unused) ||
        status != IHP__CLAIM_DENIED) {
        return false;
    }
    claim->paid_day = claim->service_day;
    ihp__import_value_note(row, IHP__EXTRACT_CLAIM_PAID_DATE, IHP__IMPORT_SERVICE_DATE);
    return true;
}

/* Parses the service class. */
static bool parse_class(struct ihp__import_row *row, uint8_t *service_class,
                        struct ihp__import_reason *reason)
{
    struct ihp__text_cache *recent = &row->values->recent.service_class;
    const char *text = row->field[IHP__EXTRACT_CLAIM_CLASS];
    const size_t length = row->length[IHP__EXTRACT_CLAIM_CLASS];
    uint32_t number;
    if (ihp__text_cache_find(recent, text, length, &number)) {
        *service_class = (uint8_t)number;
        return true;
    }
    const unsigned changes = row->changes;
    if (!ihp__import_parse_code(row, IHP__EXTRACT_CLAIM_CLASS, service_class, reason)) {
        return false;
    }
    if (row->changes == changes) {
        ihp__text_cache_keep(recent, text, length, *service_class);
    }
    return true;
}

/* Checks the payer. Sets `*number` to its number if it is that of a recent row, else to UINT32_MAX,
 * and `*as_read` to false if it had to be converted. */
static bool check_payer(struct ihp__import_row *row, uint32_t *number, bool *as_read,
                        struct ihp__import_reason *reason)
{
    const unsigned changes = row->changes;
    *as_read = true;
    if (ihp__text_cache_find(&row->values->recent.payer, row->field[IHP__EXTRACT_CLAIM_PAYER],
                             row->length[IHP__EXTRACT_CLAIM_PAYER], number)) {
        return true;
    }
    *number = UINT32_MAX;
    const bool good = ihp__import_check_payer(row, IHP__EXTRACT_CLAIM_PAYER, reason);
    *as_read = row->changes == changes;
    return good;
}

/* What is still to be looked up of a row whose fields are good. */
struct lookups {
    int64_t npi[2];
    uint32_t payer; /* its number, or UINT32_MAX */
    bool payer_as_read;
};

/* Parses the fields that need no look-up. */
static bool parse_fields(struct ihp__import_row *row, struct ihp__import_claim *claim,
                         struct lookups *lookups, struct ihp__import_reason *reason)
{
    uint8_t service_class;
    int32_t void_day;
    int category;
    if (!ihp__import_check_bytes(row, IHP__EXTRACT_CLAIM_ID, reason) ||
        !ihp__import_parse_integer(row, IHP__EXTRACT_CLAIM_LINE, &claim->line, reason) ||
        !ihp__import_parse_past_day(row, IHP__EXTRACT_CLAIM_SERVICE_DATE, &claim->service_day,
                                    reason) ||
        !parse_paid_day(row, claim, reason) ||
        !ihp__import_parse_code(row, IHP__EXTRACT_CLAIM_STATUS, &claim->status, reason) ||
        !parse_class(row, &service_class, reason) ||
        !ihp__import_parse_category(row, IHP__EXTRACT_CLAIM_CATEGORY, &category, reason) ||
        !ihp__import_parse_npi(row, IHP__EXTRACT_CLAIM_BILLING, &lookups->npi[0], reason) ||
        !ihp__import_parse_npi(row, IHP__EXTRACT_CLAIM_TREATING, &lookups->npi[1], reason) ||
        !check_payer(row, &lookups->payer, &lookups->payer_as_read, reason) ||
        !ihp__import_parse_money(row, IHP__EXTRACT_CLAIM_AMOUNT, &claim->amount, reason) ||
        !ihp__import_check_order(claim->service_day, claim->paid_day,
                                 "paid_date is before service_date", reason) ||
        !ihp__import_parse_day_if_any(row, IHP__EXTRACT_CLAIM_VOID_DATE, INT32_MAX, &void_day,
                                      reason) ||
        !ihp__import_check_order(claim->paid_day, void_day, "void_date is before paid_date",
                                 reason) ||
        !ihp__import_check_bytes(row, IHP__EXTRACT_CLAIM_VERSION, reason)) {
        return false;
    }
    claim->void_date = ihp__day16_of_day(void_day);
    claim->service = (uint16_t)(service_class * IHP__CATEGORIES + category);
    return true;
}

/* Copies claim ID and version behind the record. */
static void copy_texts(const struct ihp__import_row *row, struct ihp__import_claim *claim)
{
    size_t id = row->length[IHP__EXTRACT_CLAIM_ID];
    size_t version = row->length[IHP__EXTRACT_CLAIM_VERSION];
    claim->id_length = (uint8_t)id;
    claim->version_length = (uint8_t)version;
    memcpy(claim->id, row->field[IHP__EXTRACT_CLAIM_ID], id);
    memcpy(claim->id + id, row->field[IHP__EXTRACT_CLAIM_VERSION], version);
}

/* Notes whether an NPI has a wrong check digit, and takes it for blank if the options say so. */
static void refuse_wrong_npis(const struct ihp__import *import, struct ihp__import_row *row,
                              struct ihp__import_claim *claim)
{
    const struct ihp__import_npi *npi = import->npis.entry;
    bool billing = npi[claim->billing].wrong, treating = npi[claim->treating].wrong;
    row->wrong_npi = billing || treating;
    if (!row->wrong_npi || !import->options->refuse_npis) {
        return;
    }
    if (billing) {
        claim->billing = 0;
        ihp__import_value_note(row, IHP__EXTRACT_CLAIM_BILLING, IHP__IMPORT_WRONG_NPI);
    }
    if (treating) {
        claim->treating = 0;
        ihp__import_value_note(row, IHP__EXTRACT_CLAIM_TREATING, IHP__IMPORT_WRONG_NPI);
    }
}

/* Finds the number of the procedure code. */
static enum ihp_status number_procedure(struct ihp__import *import, struct ihp__import_row *row,
                                        uint16_t *number, struct ihp_error *err)
{
    struct ihp__text_cache *recent = &row->values->recent.procedure;
    const char *text = row->field[IHP__EXTRACT_CLAIM_PROCEDURE];
    const size_t length = row->length[IHP__EXTRACT_CLAIM_PROCEDURE];
    uint32_t found;
    if (ihp__text_cache_find(recent, text, length, &found)) {
        *number = (uint16_t)found;
        return IHP_OK;
    }
    const unsigned changes = row->changes;
    ihp__import_read_procedure(row, IHP__EXTRACT_CLAIM_PROCEDURE);
    if (ihp__import_dict_number(&import->procedures, row, IHP__EXTRACT_CLAIM_PROCEDURE, number,
                                err) != IHP_OK) {
        return err->status;
    }
    if (row->changes == changes) {
        ihp__text_cache_keep(recent, text, length, *number);
    }
    return IHP_OK;
}

/* Finds the number of the payer, which has been checked. */
static enum ihp_status number_payer(struct ihp__import *import, struct ihp__import_row *row,
                                    const struct lookups *lookups, uint16_t *number,
                                    struct ihp_error *err)
{
    if (lookups->payer != UINT32_MAX) {
        *number = (uint16_t)lookups->payer;
        return IHP_OK;
    }
    if (ihp__import_dict_number(&import->payers, row, IHP__EXTRACT_CLAIM_PAYER, number, err) !=
        IHP_OK) {
        return err->status;
    }
    if (lookups->payer_as_read) {
        ihp__text_cache_keep(&row->values->recent.payer, row->field[IHP__EXTRACT_CLAIM_PAYER],
                             row->length[IHP__EXTRACT_CLAIM_PAYER], *number);
    }
    return IHP_OK;
}

/* Finds the number of an NPI. The lines of a claim often have the NPIs of the line before. */
static enum ihp_status number_npi(struct ihp__import *import, const struct ihp__import_row *row,
                                  int64_t npi, struct ihp__import_recent_npi *recent,
                                  uint32_t *number, struct ihp_error *err)
{
    if (npi != recent->npi) {
        if (ihp__import_npi_number(import, npi, row, &recent->number, err) != IHP_OK) {
            return err->status;
        }
        recent->npi = npi;
    }
    *number = recent->number;
    return IHP_OK;
}

/* Finds the numbers of the texts and the NPIs. */
static enum ihp_status number_texts(struct ihp__import *import, struct ihp__import_row *row,
                                    const struct lookups *lookups, struct ihp__import_claim *claim,
                                    struct ihp_error *err)
{
    struct ihp__import_recent *recent = &row->values->recent;
    const int64_t *npi = lookups->npi;
    if (number_procedure(import, row, &claim->procedure, err) != IHP_OK ||
        number_payer(import, row, lookups, &claim->payer, err) != IHP_OK ||
        number_npi(import, row, npi[0], &recent->billing, &claim->billing, err) != IHP_OK) {
        return err->status;
    }
    return number_npi(import, row, npi[1], &recent->treating, &claim->treating, err);
}

enum ihp_status ihp__import_claim_parse(struct ihp__import *import, struct ihp__import_row *row,
                                        union ihp__import_claim_room *room, bool *good,
                                        struct ihp__import_reason *reason, struct ihp_error *err)
{
    struct ihp__import_claim *claim = &room->claim;
    struct lookups lookups;
    ihp__import_expect_member(import, row, IHP__EXTRACT_CLAIM_MEMBER);
    *good =
        parse_fields(row, claim, &lookups, reason) &&
        ihp__import_parse_member(import, row, IHP__EXTRACT_CLAIM_MEMBER, &claim->member, reason);
    if (!*good) {
        return IHP_OK;
    }
    claim->row = row->number;
    copy_texts(row, claim);
    if (number_texts(import, row, &lookups, claim, err) != IHP_OK) {
        return err->status;
    }
    refuse_wrong_npis(import, row, claim);
    return IHP_OK;
}

/* Returns how many low bits of a member's number are left out, so that the rest is the number of a
 * bin. */
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

void ihp__import_totals_add(const struct ihp__import *import, struct ihp__import_totals *totals,
                            const struct ihp__import_claim *claim, int sign)
{
    uint64_t one = (uint64_t)(int64_t)sign; /* numbers wrap around; the sum over ranks is right */
    bool wide = claim->amount > INT32_MAX || claim->amount < INT32_MIN;
    totals->lines += one;
    totals->by_id_length[claim->id_length] += one;
    totals->by_version_length[claim->version_length] += one;
    totals->void_dates += claim->void_date != IHP__NEVER_VOID ? one : 0;
    totals->wide_amounts += wide ? one : 0;
    totals->by_member[ihp__import_bin_of(import, claim->member)] += one;
}

void ihp__import_claim_count(struct ihp__import *import, struct ihp__import_totals *totals,
                             const struct ihp__import_claim *claim)
{
    ihp__import_totals_add(import, totals, claim, 1);
    import->procedures.uses[claim->procedure]++;
    import->payers.uses[claim->payer]++;
    import->npis.entry[claim->billing].uses++;
    import->npis.entry[claim->treating].uses++;
}
