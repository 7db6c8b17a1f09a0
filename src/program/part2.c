/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part2.csv: the claim lines of programs that treat substance use, whose records 42 CFR Part 2
 * protects. A data package excludes them from each member's totals [4.6.1.2]. */
#include "program/fields.h"
#include "program/load.h"

#include <string.h>

enum { KIND, SERVICE_CLASS, CATEGORY, CODE_FROM, CODE_TO, NAME, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"kind", true},     {"service_class", true},
                                                        {"category", true}, {"code_from", true},
                                                        {"code_to", true},  {"name", false}};

/* Refuses a row in which column `field` or the next one is not blank. */
static enum ihp_status check_blanks(const struct ihp__csv_row *row, size_t field,
                                    struct ihp_error *err)
{
    for (size_t f = field; f <= field + 1; f++) {
        if (row->length[f] != 0) {
            return ihp__fail_field(err, row, f,
                                   "'%.40s' is not valid; expected a blank in a row of kind %s",
                                   row->field[f], row->field[KIND]);
        }
    }
    return IHP_OK;
}

static enum ihp_status on_service(struct ihp__program *program, const struct ihp__csv_row *row,
                                  struct ihp_error *err)
{
    unsigned service;
    if (ihp__field_service(row, SERVICE_CLASS, &service, err) != IHP_OK ||
        check_blanks(row, CODE_FROM, err) != IHP_OK) {
        return err->status;
    }
    program->part2_service[service] = 1;
    return IHP_OK;
}

static enum ihp_status on_procedure(struct ihp__program_load *load, const struct ihp__csv_row *row,
                                    struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    struct ihp__code_range range = {0};
    if (check_blanks(row, SERVICE_CLASS, err) != IHP_OK ||
        ihp__field_codes(row, CODE_FROM, &range, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->part2_code, &load->part2_capacity, program->part2_codes + 1,
                            sizeof *program->part2_code)) {
        return ihp__fail_memory(err, "part2.csv");
    }
    program->part2_code[program->part2_codes++] = range;
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    load->program->has_part2 = true;
    if (strcmp(row->field[KIND], "service") == 0) {
        return on_service(load->program, row, err);
    }
    if (strcmp(row->field[KIND], "procedure") == 0) {
        return on_procedure(load, row, err);
    }
    return ihp__fail_value(err, row, KIND, "service or procedure");
}

enum ihp_status ihp__read_part2(struct ihp__program_load *load, const char *path,
                                struct ihp_error *err)
{
    return ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err);
}

bool ihp__program_part2_procedure(const struct ihp__program *program, const char *code)
{
    for (size_t i = 0; i < program->part2_codes; i++) {
        if (ihp__codes_have(&program->part2_code[i], code)) {
            return true;
        }
    }
    return false;
}
