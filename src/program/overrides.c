/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overrides.csv: the State's decisions on members after review [4.6.4.2]. It names members, and
 * where columns have changed places any field may: no message quotes one. */
#include "base/hash_hex.h"
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBER_ID, YEAR, IHP, NOTE, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"member_id", true}, {"year", true}, {"ihp_id", true}, {"note", false}};

static enum ihp_status refuse(const struct ihp__csv_row *row, size_t field, const char *expected,
                              struct ihp_error *err)
{
    return ihp__fail_field(err, row, field, "the value (not shown) is not valid; expected %s",
                           expected);
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__override override_ = {.partnership = -1, .line = row->line};
    int64_t year;
    if (!ihp__member_id_valid(row->field[MEMBER_ID], row->length[MEMBER_ID])) {
        return refuse(row, MEMBER_ID, "1 to 20 of A-Z a-z 0-9 - _", err);
    }
    if (!ihp__integer_parse(row->field[YEAR], IHP__YEAR_MIN, IHP__YEAR_MAX, &year)) {
        return refuse(row, YEAR, "a year from 1970 to 2200, YYYY", err);
    }
    if (strcmp(row->field[IHP], "NONE") != 0) {
        override_.partnership = ihp__program_find(program, row->field[IHP]);
        if (override_.partnership < 0) {
            return refuse(row, IHP, "an ihp_id of ihps.csv, or NONE", err);
        }
    }
    memcpy(override_.member_id, row->field[MEMBER_ID], row->length[MEMBER_ID]);
    override_.year = (int)year;
    if (!ihp__array_reserve(&program->override_, &load->override_capacity, program->overrides + 1,
                            sizeof *program->override_)) {
        return ihp__fail_memory(err, "overrides.csv");
    }
    program->override_[program->overrides++] = override_;
    return IHP_OK;
}

static int by_member_and_year(const void *a, const void *b)
{
    const struct ihp__override *x = a, *y = b;
    int order = strcmp(x->member_id, y->member_id);
    if (order != 0) {
        return order;
    }
    return x->year != y->year ? (x->year < y->year ? -1 : 1)
                              : (x->line > y->line) - (x->line < y->line);
}

enum ihp_status ihp__read_overrides(struct ihp__program_load *load, const char *path,
                                    struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->overrides == 0) {
        return err->status;
    }
    qsort(program->override_, program->overrides, sizeof *program->override_, by_member_and_year);
    for (size_t i = 1; i < program->overrides; i++) {
        const struct ihp__override *x = &program->override_[i - 1], *y = &program->override_[i];
        if (x->year == y->year && strcmp(x->member_id, y->member_id) == 0) {
            return ihp__fail_repeated(program, "overrides", y->line, x->line,
                                      "this member_id and year", err);
        }
    }
    return IHP_OK;
}

void ihp__program_overrides_hash(const struct ihp__program *program, int year, char hex[33])
{
    struct ihp__terms_hash hash = {0};
    for (size_t i = 0; i < program->overrides; i++) {
        const struct ihp__override *o = &program->override_[i];
        if (o->year == year) {
            ihp__terms_add(&hash, "%s,%d,%s", o->member_id, year,
                           o->partnership < 0 ? "" : program->partnership[o->partnership].id);
        }
    }
    ihp__hash_hex(hash.high, hash.low, hex);
}
