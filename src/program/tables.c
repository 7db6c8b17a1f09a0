/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small tables of the contract: taxonomy, categories of service, codes, corridors, trend and
 * overrides. */
#include "program_internal.h"

#include <string.h>

/* ---- taxonomy.csv [Appendix 1] --------------------------------------------------------------- */

static enum ihp_status on_taxonomy(void *context, const struct ihp__csv_row *row,
                                   struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    char saw[64];
    enum ihp__class class_ = strcmp(row->field[1], "PCP") == 0 ? IHP__CLASS_PCP : IHP__CLASS_SPE;
    if (row->length[0] == 0 || row->length[0] > IHP__TAXONOMY_MAX) {
        return ihp__fail_field(err, row, "taxonomy", ihp__quote(row->field[0], saw),
                               "a NUCC code of at most 10 characters");
    }
    if (class_ == IHP__CLASS_SPE && strcmp(row->field[1], "SPE") != 0) {
        return ihp__fail_field(err, row, "class", ihp__quote(row->field[1], saw), "PCP or SPE");
    }
    size_t before = ihp__dict_count(program->taxonomy);
    int64_t number = ihp__dict_add(program->taxonomy, row->field[0], row->length[0]);
    if (number < 0 || !ihp__array_reserve(&program->taxonomy_class,
                                          &load->program->taxonomy_capacity, before + 1, 1)) {
        return ihp__fail_memory(err, "taxonomy.csv");
    }
    if ((size_t)number < before && program->taxonomy_class[number] != class_) {
        return ihp__fail_field(err, row, "class", "a second class for one taxonomy",
                               "each taxonomy in one class");
    }
    program->taxonomy_class[number] = (uint8_t)class_;
    return IHP_OK;
}

/* ---- categories.csv [Appendix 2] ------------------------------------------------------------- */

static enum ihp_status on_category(void *context, const struct ihp__csv_row *row,
                                   struct ihp_error *err)
{
    struct ihp__program *program = ((struct ihp__program_load *)context)->program;
    char saw[64];
    int class_ = ihp__code_find(&ihp__service_classes, row->field[0]);
    int category = ihp__category_parse(row->field[1]);
    if (class_ < 0) {
        return ihp__fail_field(err, row, "service_class", ihp__quote(row->field[0], saw),
                               ihp__service_classes.allowed);
    }
    if (category < 0) {
        return ihp__fail_field(err, row, "category", ihp__quote(row->field[1], saw),
                               "3 digits, 999E or 999I");
    }
    bool included = strcmp(row->field[2], "I") == 0;
    if (!included && strcmp(row->field[2], "E") != 0) {
        return ihp__fail_field(err, row, "included", ihp__quote(row->field[2], saw), "I or E");
    }
    uint8_t mark = included ? IHP__SERVICE_INCLUDED : IHP__SERVICE_EXCLUDED;
    uint8_t *held = &program->inclusion[class_ * IHP__CATEGORIES + category];
    if (*held != IHP__SERVICE_UNKNOWN && *held != mark) {
        return ihp__fail_field(err, row, "included", "a second mark for one category",
                               "each pair of service class and category either I or E");
    }
    *held = mark;
    return IHP_OK;
}

/* ---- codes.csv [13.3.4.1, 13.3.5.1] ---------------------------------------------------------- */

static enum ihp_status on_code(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    char saw[64];
    struct ihp__code_range range = {0};
    if (strcmp(row->field[0], "em") == 0) {
        range.set = IHP__CODE_EM;
    } else if (strcmp(row->field[0], "health_home") == 0) {
        range.set = IHP__CODE_HEALTH_HOME;
    } else {
        return ihp__fail_field(err, row, "set", ihp__quote(row->field[0], saw),
                               "em or health_home");
    }
    if (row->length[1] != IHP__PROCEDURE_LENGTH || row->length[2] != IHP__PROCEDURE_LENGTH) {
        return ihp__fail_field(err, row, "code_from or code_to", "a code of another length",
                               "five characters");
    }
    if (strcmp(row->field[1], row->field[2]) > 0) {
        return ihp__fail_field(err, row, "code_to", ihp__quote(row->field[2], saw),
                               "a code that is not before code_from");
    }
    memcpy(range.from, row->field[1], IHP__PROCEDURE_LENGTH);
    memcpy(range.to, row->field[2], IHP__PROCEDURE_LENGTH);
    if (!ihp__array_reserve(&program->code, &load->code_capacity, program->codes + 1,
                            sizeof *program->code)) {
        return ihp__fail_memory(err, "codes.csv");
    }
    program->code[program->codes++] = range;
    return IHP_OK;
}

/* ---- corridors.csv [16.8] -------------------------------------------------------------------- */

static enum ihp_status read_ratio(const struct ihp__csv_row *row, size_t field, const char *column,
                                  double high, double *value, struct ihp_error *err)
{
    if (!ihp__decimal_parse(row->field[field], value) || *value < 0 || *value > high) {
        char saw[64];
        return ihp__fail_field(err, row, column, ihp__quote(row->field[field], saw),
                               high == 1.0 ? "a number from 0 to 1" : "a ratio such as 0.98");
    }
    return IHP_OK;
}

static enum ihp_status on_corridor(void *context, const struct ihp__csv_row *row,
                                   struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__corridor corridor = {.partnership = -1};
    if (row->length[0] > 0 &&
        ihp__program_field_partnership(program, row, 0, &corridor.partnership, err) != IHP_OK) {
        return err->status;
    }
    if (read_ratio(row, 1, "from", 1000, &corridor.from, err) != IHP_OK ||
        read_ratio(row, 2, "to", 1000, &corridor.to, err) != IHP_OK ||
        read_ratio(row, 3, "ihp_share", 1.0, &corridor.share, err) != IHP_OK) {
        return err->status;
    }
    if (corridor.to <= corridor.from) {
        return ihp__fail_field(err, row, "to", "an end that is not above from", "from < to");
    }
    for (size_t i = 0; i < program->corridors; i++) {
        const struct ihp__corridor *other = &program->corridor[i];
        if (other->partnership == corridor.partnership && corridor.from < other->to &&
            other->from < corridor.to) {
            return ihp__fail_field(err, row, "from", "a corridor that overlaps another",
                                   "corridors of one IHP that only touch");
        }
    }
    if (!ihp__array_reserve(&program->corridor, &load->corridor_capacity, program->corridors + 1,
                            sizeof *program->corridor)) {
        return ihp__fail_memory(err, "corridors.csv");
    }
    program->corridor[program->corridors++] = corridor;
    return IHP_OK;
}

static int by_corridor(const void *a, const void *b)
{
    const struct ihp__corridor *x = a, *y = b;
    if (x->partnership != y->partnership) {
        return x->partnership < y->partnership ? -1 : 1;
    }
    return (x->from > y->from) - (x->from < y->from);
}

/* ---- trend.csv [16.4.2] ---------------------------------------------------------------------- */

static enum ihp_status on_trend(void *context, const struct ihp__csv_row *row,
                                struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    char saw[64];
    int64_t year;
    struct ihp__trend trend = {0};
    if (!ihp__integer_parse(row->field[0], 1970, 2200, &year)) {
        return ihp__fail_field(err, row, "year", ihp__quote(row->field[0], saw), "a year, YYYY");
    }
    trend.year = (int)year;
    if (ihp__program_trend(program, trend.year) != NULL) {
        return ihp__fail_field(err, row, "year", ihp__quote(row->field[0], saw), "each year once");
    }
    if (!ihp__decimal_parse(row->field[1], &trend.rate) || trend.rate <= -1 || trend.rate > 10) {
        return ihp__fail_field(err, row, "rate", ihp__quote(row->field[1], saw),
                               "a rate above -1, such as 0.03");
    }
    if (row->length[2] > 0 && (!ihp__decimal_parse(row->field[2], &trend.adjustment) ||
                               trend.adjustment <= -1 || trend.adjustment > 10)) {
        return ihp__fail_field(err, row, "adjustment", ihp__quote(row->field[2], saw),
                               "a rate above -1, such as -0.004, or blank");
    }
    if (!ihp__array_reserve(&program->trend, &load->trend_capacity, program->trends + 1,
                            sizeof *program->trend)) {
        return ihp__fail_memory(err, "trend.csv");
    }
    program->trend[program->trends++] = trend;
    return IHP_OK;
}

/* ---- overrides.csv [4.6.4.2] ----------------------------------------------------------------- */

static enum ihp_status on_override(void *context, const struct ihp__csv_row *row,
                                   struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__override override_ = {.partnership = -1, .line = row->line};
    int64_t year;
    if (!ihp__member_id_valid(row->field[0], row->length[0])) {
        return ihp__fail_field(err, row, "member_id", "a text that is no member id",
                               "1 to 20 of A-Z a-z 0-9 - _");
    }
    if (!ihp__integer_parse(row->field[1], 1970, 2200, &year)) {
        return ihp__fail_field(err, row, "year", "a text that is no year", "a year, YYYY");
    }
    if (strcmp(row->field[2], "NONE") != 0) {
        override_.partnership = ihp__program_find(program, row->field[2]);
        if (override_.partnership < 0) { /* not quoted: columns may have changed places */
            return ihp__fail_field(err, row, "ihp_id", "a text that is no ihp_id",
                                   "an ihp_id of ihps.csv, or NONE");
        }
    }
    memcpy(override_.member_id, row->field[0], row->length[0]);
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

static enum ihp_status sort_overrides(struct ihp__program *program, struct ihp_error *err)
{
    qsort(program->override_, program->overrides, sizeof *program->override_, by_member_and_year);
    for (size_t i = 1; i < program->overrides; i++) {
        const struct ihp__override *x = &program->override_[i - 1], *y = &program->override_[i];
        if (x->year == y->year && strcmp(x->member_id, y->member_id) == 0) {
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/overrides.csv:%llu: decides on a member and year of line %llu again; "
                "keep one of the two",
                program->folder, (unsigned long long)y->line, (unsigned long long)x->line);
        }
    }
    return IHP_OK;
}

/* ---- all of them ----------------------------------------------------------------------------- */

enum ihp_status ihp__program_read_tables(struct ihp__program_load *load, struct ihp_error *err)
{
    static const struct ihp__csv_column taxonomy[] = {{"taxonomy", true}, {"class", true}};
    static const struct ihp__csv_column categories[] = {
        {"service_class", true}, {"category", true}, {"included", true}, {"name", false}};
    static const struct ihp__csv_column codes[] = {
        {"set", true}, {"code_from", true}, {"code_to", true}};
    static const struct ihp__csv_column corridors[] = {
        {"ihp_id", true}, {"from", true}, {"to", true}, {"ihp_share", true}};
    static const struct ihp__csv_column trend[] = {
        {"year", true}, {"rate", true}, {"adjustment", false}};
    static const struct ihp__csv_column overrides[] = {
        {"member_id", true}, {"year", true}, {"ihp_id", true}, {"note", false}};
    struct ihp__program *program = load->program;
    if (ihp__program_read_file(load, "taxonomy", true, taxonomy, 2, on_taxonomy, err) != IHP_OK ||
        ihp__program_read_file(load, "categories", true, categories, 4, on_category, err) !=
            IHP_OK ||
        ihp__program_read_file(load, "codes", true, codes, 3, on_code, err) != IHP_OK ||
        ihp__program_read_file(load, "corridors", true, corridors, 4, on_corridor, err) != IHP_OK ||
        ihp__program_read_file(load, "trend", true, trend, 3, on_trend, err) != IHP_OK ||
        ihp__program_read_file(load, "overrides", false, overrides, 4, on_override, err) !=
            IHP_OK) {
        return err->status;
    }
    if (program->corridors > 0) {
        qsort(program->corridor, program->corridors, sizeof *program->corridor, by_corridor);
    }
    return program->overrides > 0 ? sort_overrides(program, err) : IHP_OK;
}
