/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the extract as CSV text. No value requires quotes. */
#include "synth/extract_files.h"

#include <string.h>

/* ---- fields ---------------------------------------------------------------------------------- */

static char *put_text(char *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static char *put_number(char *to, uint64_t number)
{
    char digit[20];
    size_t digits = 0;
    do {
        digit[digits++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (digits > 0) {
        *to++ = digit[--digits];
    }
    return to;
}

static char *put_cents(char *to, int32_t cents)
{
    uint32_t magnitude = cents < 0 ? 0 - (uint32_t)cents : (uint32_t)cents;
    if (cents < 0) {
        *to++ = '-';
    }
    to = put_number(to, magnitude / 100);
    *to++ = '.';
    *to++ = (char)('0' + magnitude / 10 % 10);
    *to++ = (char)('0' + magnitude % 10);
    return to;
}

static char *put_day(const struct ihp__synth_model *model, char *to, int32_t day)
{
    memcpy(to, model->day_text[day - model->first_day], 10);
    return to + 10;
}

static char *put_month(char *to, int32_t month)
{
    char text[IHP__DATE_TEXT];
    return put_text(to, ihp__month_format(month, text));
}

static char *put_npi(const struct ihp__synth_model *model, char *to, uint32_t number)
{
    return number == 0 ? to : put_number(to, (uint64_t)model->providers.npi[number]);
}

static char *put_member(char *to, uint32_t member)
{
    char text[IHP__SYNTH_MEMBER_TEXT];
    ihp__synth_member_text(member, text);
    return put_text(to, text);
}

static char *comma(char *to)
{
    *to = ',';
    return to + 1;
}

static char *end_row(char *to)
{
    *to = '\n';
    return to + 1;
}

/* ---- small tables ---------------------------------------------------------------------------- */

static char *span_row(char *to, uint32_t member, const struct ihp__span *span)
{
    to = comma(put_member(to, member));
    to = comma(put_month(to, span->month_from));
    to = comma(put_month(to, span->month_to));
    to = put_text(to, span->major_program == IHP__MAJOR_PROGRAM_OTHER
                          ? "FPP" /* family planning, for any text that does not qualify */
                          : ihp__code_text(&ihp__major_programs, span->major_program));
    to = comma(put_text(comma(to), ihp__synth_payers[span->payer]));
    to = comma(put_text(to, ihp__code_text(&ihp__exclusions, span->exclusion)));
    return end_row(span->county == 0 ? to : put_number(to, span->county));
}

static char *morbidity_row(char *to, uint32_t member, const struct ihp__morbidity *morbidity)
{
    char acg[IHP__SYNTH_ACG_TEXT];
    ihp__synth_acg_text(morbidity->acg, acg);
    to = comma(put_member(to, member));
    to = comma(put_number(to, (uint64_t)morbidity->year));
    return end_row(put_text(to, acg));
}

static char *risk_row(char *to, uint32_t member, const struct ihp__synth_risk_row *risk)
{
    to = comma(put_member(to, member));
    to = comma(put_month(to, risk->month_from));
    to = comma(put_month(to, risk->month_to));
    return end_row(put_text(to, ihp__code_text(&ihp__social_risks, risk->factor)));
}

static char *coordination_row(char *to, uint32_t member,
                              const struct ihp__synth_coordination_row *row)
{
    to = comma(put_member(to, member));
    to = comma(put_month(to, row->month));
    return end_row(put_text(to, ihp__code_text(&ihp__coordinations, row->kind)));
}

static char *member_row(char *to, uint32_t member, const struct ihp__synth_member_row *row)
{
    char birth[IHP__DATE_TEXT]; /* a birth may be before the days that have a text in the model */
    to = comma(put_member(to, member));
    to = comma(put_text(to, ihp__day_format(row->birth, birth)));
    to = comma(put_text(to, ihp__code_text(&ihp__sexes, row->sex)));
    to = comma(put_number(to, row->county));
    return end_row(put_text(to, ihp__synth_races[row->race]));
}

/* Writes row i of a table as text and returns its end. */
static char *table_row(char *to, enum ihp__synth_table table, uint32_t member, const void *row,
                       size_t i)
{
    switch (table) {
    case IHP__SYNTH_SPANS:
        return span_row(to, member, (const struct ihp__span *)row + i);
    case IHP__SYNTH_MORBIDITY:
        return morbidity_row(to, member, (const struct ihp__morbidity *)row + i);
    case IHP__SYNTH_RISKS:
        return risk_row(to, member, (const struct ihp__synth_risk_row *)row + i);
    case IHP__SYNTH_COORDINATION:
        return coordination_row(to, member, (const struct ihp__synth_coordination_row *)row + i);
    case IHP__SYNTH_TABLES:
        break;
    }
    return to;
}

static enum ihp_status write_table(struct ihp__synth_extract *extract,
                                   const struct ihp__synth_tables *tables,
                                   enum ihp__synth_table table, enum ihp__extract_file file,
                                   struct ihp_error *err)
{
    const struct ihp__synth_rows *rows = &tables->table[table];
    for (uint32_t m = 0; m < tables->members; m++) {
        for (uint64_t i = rows->offset[m]; i < rows->offset[m + 1]; i++) {
            char *room;
            if (ihp__synth_extract_room(extract, file, &room, err) != IHP_OK) {
                return err->status;
            }
            ihp__synth_extract_took(
                extract, file, table_row(room, table, tables->first + m, rows->row, (size_t)i));
        }
    }
    return IHP_OK;
}

static enum ihp_status write_members(struct ihp__synth_extract *extract,
                                     const struct ihp__synth_tables *tables, struct ihp_error *err)
{
    for (uint32_t m = 0; m < tables->members; m++) {
        char *room;
        if (ihp__synth_extract_room(extract, IHP__EXTRACT_MEMBERS, &room, err) != IHP_OK) {
            return err->status;
        }
        ihp__synth_extract_took(extract, IHP__EXTRACT_MEMBERS,
                                member_row(room, tables->first + m, &tables->member[m]));
    }
    return IHP_OK;
}

static enum ihp_status write_providers(struct ihp__synth_extract *extract,
                                       const struct ihp__synth_model *model, struct ihp_error *err)
{
    const struct ihp__synth_providers *p = &model->providers;
    for (uint32_t n = 1; n < p->count; n++) {
        char *to;
        if (ihp__synth_extract_room(extract, IHP__EXTRACT_PROVIDERS, &to, err) != IHP_OK) {
            return err->status;
        }
        to = comma(put_npi(model, to, n));
        to = p->taxonomy[n] == IHP__SYNTH_NO_TAXONOMY
                 ? to
                 : put_text(to, ihp__synth_taxonomies[p->taxonomy[n]]);
        ihp__synth_extract_took(extract, IHP__EXTRACT_PROVIDERS, end_row(to));
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_tables(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model,
                                          const struct ihp__synth_tables *tables, bool first_rank,
                                          struct ihp_error *err)
{
    if (write_members(extract, tables, err) != IHP_OK ||
        write_table(extract, tables, IHP__SYNTH_SPANS, IHP__EXTRACT_ENROLLMENT, err) != IHP_OK ||
        write_table(extract, tables, IHP__SYNTH_MORBIDITY, IHP__EXTRACT_MORBIDITY, err) != IHP_OK ||
        write_table(extract, tables, IHP__SYNTH_RISKS, IHP__EXTRACT_SOCIAL_RISK, err) != IHP_OK ||
        write_table(extract, tables, IHP__SYNTH_COORDINATION, IHP__EXTRACT_COORDINATION, err) !=
            IHP_OK) {
        return err->status;
    }
    return first_rank ? write_providers(extract, model, err) : IHP_OK;
}

/* ---- claims ---------------------------------------------------------------------------------- */

static char *claim_row(const struct ihp__synth_model *model, char *to, const char *member,
                       const struct ihp__synth_batch *batch, size_t i)
{
    const struct ihp__synth_kind *kind = &ihp__synth_kinds[batch->kind[i]];
    const struct ihp__claim_batch *c = &batch->claims;
    memcpy(to, c->claim_id + i * IHP__SYNTH_CLAIM_ID, IHP__SYNTH_CLAIM_ID);
    to = comma(to + IHP__SYNTH_CLAIM_ID);
    to = comma(put_number(to, (uint64_t)c->line[i]));
    to = comma(put_text(to, member));
    to = comma(put_day(model, to, c->service_date[i]));
    to = comma(put_day(model, to, c->paid_date[i]));
    to = comma(put_text(to, ihp__code_text(&ihp__claim_statuses, c->status[i])));
    to = comma(put_text(to, kind->procedure));
    to = comma(put_text(to, ihp__code_text(&ihp__service_classes, (int)kind->service_class)));
    to = comma(put_text(to, kind->category));
    to = comma(put_npi(model, to, c->billing[i]));
    to = comma(put_npi(model, to, c->treating[i]));
    to = comma(put_text(to, ihp__synth_payers[batch->payer[i]]));
    return end_row(put_cents(to, c->amount32[i]));
}

enum ihp_status ihp__synth_extract_claims(struct ihp__synth_extract *extract,
                                          const struct ihp__synth_model *model, uint32_t member,
                                          const struct ihp__synth_batch *batch, size_t first,
                                          struct ihp_error *err)
{
    char text[IHP__SYNTH_MEMBER_TEXT];
    ihp__synth_member_text(member, text);
    for (size_t i = first; i < batch->claims.count; i++) {
        char *room;
        if (ihp__synth_extract_room(extract, IHP__EXTRACT_CLAIMS, &room, err) != IHP_OK) {
            return err->status;
        }
        ihp__synth_extract_took(extract, IHP__EXTRACT_CLAIMS,
                                claim_row(model, room, text, batch, i));
    }
    return IHP_OK;
}
