/* SPDX-License-Identifier: GPL-3.0-or-later */
/* circumstances.csv: counties and months of extreme and uncontrollable circumstances [5.9]. */
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTY, MONTH_FROM, MONTH_TO, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"county", true}, {"month_from", true}, {"month_to", true}};

enum { COUNTY_DIGITS = 5, YEAR_MONTHS = 12 };

/* Reads a FIPS number; 00000 is not a county, and means a blank one in a store. */
static bool read_county(const struct ihp__csv_row *row, uint32_t *county)
{
    const char *text = row->field[COUNTY];
    if (row->length[COUNTY] != COUNTY_DIGITS || strspn(text, "0123456789") != COUNTY_DIGITS) {
        return false;
    }
    *county = (uint32_t)strtoul(text, NULL, 10);
    return *county != 0;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__circumstance c = {.line = row->line};
    if (!read_county(row, &c.county)) {
        return ihp__fail_value(err, row, COUNTY, "5 digits (FIPS), not 00000");
    }
    if (!ihp__month_parse(row->field[MONTH_FROM], &c.month_from)) {
        return ihp__fail_value(err, row, MONTH_FROM, "a month, YYYY-MM");
    }
    if (!ihp__month_parse(row->field[MONTH_TO], &c.month_to) || c.month_to < c.month_from) {
        return ihp__fail_value(err, row, MONTH_TO, "a month, YYYY-MM, not before month_from");
    }
    if (!ihp__array_reserve(&program->circumstance, &load->circumstance_capacity,
                            program->circumstances + 1, sizeof *program->circumstance)) {
        return ihp__fail_memory(err, "circumstances.csv");
    }
    program->circumstance[program->circumstances++] = c;
    return IHP_OK;
}

static int by_county_and_month(const void *a, const void *b)
{
    const struct ihp__circumstance *x = a, *y = b;
    if (x->county != y->county) {
        return x->county < y->county ? -1 : 1;
    }
    if (x->month_from != y->month_from) {
        return x->month_from < y->month_from ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/* Refuses months of one county that overlap. In the order above, the first two rows of a county
 * that overlap are neighbors. */
static enum ihp_status check_overlaps(const struct ihp__program *program, struct ihp_error *err)
{
    for (size_t i = 1; i < program->circumstances; i++) {
        const struct ihp__circumstance *x = &program->circumstance[i - 1], *y = x + 1;
        if (x->county == y->county && y->month_from <= x->month_to) {
            uint64_t first = x->line < y->line ? x->line : y->line;
            uint64_t second = x->line < y->line ? y->line : x->line;
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/circumstances.csv:%" PRIu64 ": column month_from: the months of "
                             "county %05" PRIu32 " overlap those of line %" PRIu64
                             "; combine the two rows",
                             program->folder, second, x->county, first);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__read_circumstances(struct ihp__program_load *load, const char *path,
                                        struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->circumstances == 0) {
        return err->status;
    }
    qsort(program->circumstance, program->circumstances, sizeof *program->circumstance,
          by_county_and_month);
    return check_overlaps(program, err);
}

enum ihp_status ihp__program_affected(const struct ihp__program *program, int32_t first_month,
                                      struct ihp__affected **out, size_t *count,
                                      struct ihp_error *err)
{
    struct ihp__affected *affected = calloc(program->circumstances + 1, sizeof *affected);
    size_t counties = 0;
    if (affected == NULL) {
        return ihp__fail_memory(err, "affected counties");
    }
    for (size_t i = 0; i < program->circumstances; i++) {
        const struct ihp__circumstance *c = &program->circumstance[i];
        uint16_t months = 0;
        for (int m = 0; m < YEAR_MONTHS; m++) {
            bool within = c->month_from <= first_month + m && first_month + m <= c->month_to;
            months |= (uint16_t)((unsigned)within << m);
        }
        if (months == 0) {
            continue;
        }
        if (counties == 0 || affected[counties - 1].county != c->county) {
            affected[counties++].county = c->county;
        }
        affected[counties - 1].months |= months;
    }
    *out = affected;
    *count = counties;
    return IHP_OK;
}
