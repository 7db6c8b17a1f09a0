/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codes.csv: procedure codes of visits and of care coordination [13.3.4.1, 13.3.5.1]. */
#include "program/fields.h"
#include "program/load.h"

#include <string.h>

enum { SET, CODE_FROM, CODE_TO, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"set", true}, {"code_from", true}, {"code_to", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__code_range range = {0};
    if (strcmp(row->field[SET], "em") == 0) {
        range.set = IHP__CODE_EM;
    } else if (strcmp(row->field[SET], "health_home") == 0) {
        range.set = IHP__CODE_HEALTH_HOME;
    } else {
        return ihp__fail_value(err, row, SET, "em or health_home");
    }
    if (ihp__field_codes(row, CODE_FROM, &range, err) != IHP_OK) {
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
        ihp__terms_add(terms, "code %u %s %s", program->code[i].set, program->code[i].from,
                       program->code[i].to);
    }
}

unsigned ihp__program_code_sets(const struct ihp__program *program, const char *code)
{
    unsigned sets = 0;
    for (size_t i = 0; i < program->codes; i++) {
        if (ihp__codes_have(&program->code[i], code)) {
            sets |= program->code[i].set;
        }
    }
    return sets;
}
