/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part2.csv: which claim lines are of programs that treat substance use, whose records 42 CFR Part
 * 2 protects. A data package leaves them out of what it says of a member [4.6.1.2]. */
#include "program_internal.h"

#include <string.h>

enum { KIND, SERVICE_CLASS, CATEGORY, CODE_FROM, CODE_TO, NAME, COLUMNS };

static enum ihp_status want_blank(const struct ihp__csv_row *row, size_t field, const char *column,
                                  const char *kind, struct ihp_error *err)
{
    char saw[64], expected[80];
    snprintf(expected, sizeof expected, "blank in a row of kind %s", kind);
    return row->length[field] == 0
               ? IHP_OK
               : ihp__fail_field(err, row, column, ihp__quote(row->field[field], saw), expected);
}

static enum ihp_status on_service(struct ihp__program *program, const struct ihp__csv_row *row,
                                  struct ihp_error *err)
{
    char saw[64];
    int class_ = ihp__code_find(&ihp__service_classes, row->field[SERVICE_CLASS]);
    int category = ihp__category_parse(row->field[CATEGORY]);
    if (class_ < 0) {
        return ihp__fail_field(err, row, "service_class",
                               ihp__quote(row->field[SERVICE_CLASS], saw),
                               ihp__service_classes.allowed);
    }
    if (category < 0) {
        return ihp__fail_field(err, row, "category", ihp__quote(row->field[CATEGORY], saw),
                               "3 digits, 999E or 999I");
    }
    if (want_blank(row, CODE_FROM, "code_from", "service", err) != IHP_OK ||
        want_blank(row, CODE_TO, "code_to", "service", err) != IHP_OK) {
        return err->status;
    }
    program->part2_service[class_ * IHP__CATEGORIES + category] = 1;
    return IHP_OK;
}

static enum ihp_status on_procedure(struct ihp__program_load *load, const struct ihp__csv_row *row,
                                    struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    char saw[64];
    struct ihp__code_range range = {0};
    if (want_blank(row, SERVICE_CLASS, "service_class", "procedure", err) != IHP_OK ||
        want_blank(row, CATEGORY, "category", "procedure", err) != IHP_OK) {
        return err->status;
    }
    if (row->length[CODE_FROM] != IHP__PROCEDURE_LENGTH) {
        return ihp__fail_field(err, row, "code_from", ihp__quote(row->field[CODE_FROM], saw),
                               "five characters");
    }
    if (row->length[CODE_TO] != IHP__PROCEDURE_LENGTH) {
        return ihp__fail_field(err, row, "code_to", ihp__quote(row->field[CODE_TO], saw),
                               "five characters");
    }
    if (strcmp(row->field[CODE_FROM], row->field[CODE_TO]) > 0) {
        return ihp__fail_field(err, row, "code_to", ihp__quote(row->field[CODE_TO], saw),
                               "a code that is not before code_from");
    }
    memcpy(range.from, row->field[CODE_FROM], IHP__PROCEDURE_LENGTH);
    memcpy(range.to, row->field[CODE_TO], IHP__PROCEDURE_LENGTH);
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
    char saw[64];
    load->program->has_part2 = true;
    if (strcmp(row->field[KIND], "service") == 0) {
        return on_service(load->program, row, err);
    }
    if (strcmp(row->field[KIND], "procedure") == 0) {
        return on_procedure(load, row, err);
    }
    return ihp__fail_field(err, row, "kind", ihp__quote(row->field[KIND], saw),
                           "service or procedure");
}

enum ihp_status ihp__program_read_part2(struct ihp__program_load *load, struct ihp_error *err)
{
    static const struct ihp__csv_column columns[COLUMNS] = {
        {"kind", true},      {"service_class", true}, {"category", true},
        {"code_from", true}, {"code_to", true},       {"name", false}};
    return ihp__program_read_file(load, "part2", false, columns, COLUMNS, on_row, err);
}

bool ihp__program_part2_procedure(const struct ihp__program *program, const char *code)
{
    if (strlen(code) != IHP__PROCEDURE_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < program->part2_codes; i++) {
        const struct ihp__code_range *range = &program->part2_code[i];
        if (strcmp(code, range->from) >= 0 && strcmp(code, range->to) <= 0) {
            return true;
        }
    }
    return false;
}
