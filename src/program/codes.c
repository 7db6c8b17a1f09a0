/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codes.csv: procedure codes of visits and of care coordination [13.3.4.1, 13.3.5.1]. */
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SET, CODE_FROM, CODE_TO, FROM, TO, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"set", true}, {"code_from", true}, {"code_to", true}, {"from", false}, {"to", false}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__code_range range = {.line = row->line};
    if (strcmp(row->field[SET], "em") == 0) {
        range.set = IHP__CODE_EM;
    } else if (strcmp(row->field[SET], "health_home") == 0) {
        range.set = IHP__CODE_HEALTH_HOME;
    } else {
        return ihp__fail_value(err, row, SET, "em or health_home");
    }
    if (ihp__field_codes(row, CODE_FROM, &range, err) != IHP_OK ||
        ihp__field_in_force(row, FROM, &range.in_force, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->code, &load->code_capacity, program->codes + 1,
                            sizeof *program->code)) {
        return ihp__fail_memory(err, "codes.csv");
    }
    program->code[program->codes++] = range;
    return IHP_OK;
}

enum ihp_status ihp__read_codes(struct ihp__program_load *load, const char *path,
                                struct ihp_error *err)
{
    return ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err);
}

void ihp__codes_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < program->codes; i++) {
        const struct ihp__code_range *code = &program->code[i];
        struct ihp__in_force months = code->in_force;
        if (!ihp__terms_months(terms, &months)) {
            continue;
        }
        if (ihp__in_force_always(&months)) {
            ihp__terms_add(terms, "code %u %s %s", code->set, code->from, code->to);
        } else {
            ihp__terms_add(terms, "code %u %s %s %d %d", code->set, code->from, code->to,
                           months.from, months.to);
        }
    }
}

unsigned ihp__program_code_sets(const struct ihp__program *program, const char *code)
{
    unsigned sets = 0;
    for (size_t i = 0; i < program->codes; i++) {
        if (ihp__codes_have(&program->code[i], code)) {
            sets |= program->code[i].set;
            sets |= ihp__in_force_always(&program->code[i].in_force) ? 0 : IHP__CODE_DATED;
        }
    }
    return sets;
}

/* ---- sets by procedure ----------------------------------------------------------------------- */

/* Writes the days of a procedure, if `days` is not NULL. Returns how many there are. */
static size_t put_days(const struct ihp__program *program, const char *code,
                       struct ihp__code_days *days)
{
    size_t count = 0;
    for (size_t i = 0; i < program->codes; i++) {
        const struct ihp__code_range *row = &program->code[i];
        const struct ihp__in_force *months = &row->in_force;
        if (!ihp__codes_have(row, code)) {
            continue;
        }
        if (days != NULL) {
            days[count] = (struct ihp__code_days){
                months->from == INT32_MIN ? INT32_MIN : ihp__day_of_month_start(months->from),
                months->to == INT32_MAX ? INT32_MAX : ihp__day_of_month_start(months->to + 1) - 1,
                row->set};
        }
        count++;
    }
    return count;
}

enum ihp_status ihp__program_code_table(const struct ihp__program *program,
                                        const char *const *procedure, size_t procedures,
                                        uint8_t *sets, struct ihp__dated_codes *dated,
                                        struct ihp_error *err)
{
    struct ihp__dated_codes fresh = {calloc(procedures + 1, sizeof *fresh.first), NULL};
    uint32_t count = 0;
    if (fresh.first == NULL) {
        return ihp__fail_memory(err, "procedure codes");
    }
    for (size_t p = 0; p < procedures; p++) {
        sets[p] = (uint8_t)ihp__program_code_sets(program, procedure[p]);
        bool by_month = (sets[p] & IHP__CODE_DATED) != 0;
        count += by_month ? (uint32_t)put_days(program, procedure[p], NULL) : 0;
        fresh.first[p + 1] = count;
    }
    fresh.days = calloc((size_t)count + 1, sizeof *fresh.days);
    if (fresh.days == NULL) {
        ihp__dated_codes_free(&fresh);
        return ihp__fail_memory(err, "procedure codes");
    }
    for (size_t p = 0; p < procedures; p++) {
        if (fresh.first[p + 1] > fresh.first[p]) {
            put_days(program, procedure[p], fresh.days + fresh.first[p]);
        }
    }
    *dated = fresh;
    return IHP_OK;
}

void ihp__dated_codes_free(struct ihp__dated_codes *dated)
{
    free(dated->first);
    free(dated->days);
    *dated = (struct ihp__dated_codes){0};
}

unsigned ihp__dated_codes_on(const struct ihp__dated_codes *dated, size_t procedure, int32_t day)
{
    unsigned sets = 0;
    for (uint32_t i = dated->first[procedure]; i < dated->first[procedure + 1]; i++) {
        const struct ihp__code_days *days = &dated->days[i];
        sets |= days->first <= day && day <= days->last ? days->set : 0;
    }
    return sets;
}
