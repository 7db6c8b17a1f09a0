/* SPDX-License-Identifier: GPL-3.0-or-later */
/* holidays.csv: the days on which the State is closed, by which due dates move [2.9]. */
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DAY, NAME, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"day", true}, {"name", false}};

static int year_of(int32_t day)
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    return year;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__holiday holiday = {.line = row->line};
    if (!ihp__day_parse(row->field[DAY], &holiday.day) || year_of(holiday.day) < IHP__YEAR_MIN ||
        year_of(holiday.day) > IHP__YEAR_MAX) {
        return ihp__fail_value(err, row, DAY, "a date, YYYY-MM-DD, of the years 1970 to 2200");
    }
    if (!ihp__array_reserve(&program->holiday, &load->holiday_capacity, program->holidays + 1,
                            sizeof *program->holiday)) {
        return ihp__fail_memory(err, "holidays.csv");
    }
    program->holiday[program->holidays++] = holiday;
    return IHP_OK;
}

static int by_day(const void *a, const void *b)
{
    const struct ihp__holiday *x = a, *y = b;
    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/* Refuses a day that appears twice, and a year without a day between two years that have some: its
 * holidays have been forgotten, and the State's would not replace them. */
static enum ihp_status check_days(const struct ihp__program *program, struct ihp_error *err)
{
    for (size_t i = 1; i < program->holidays; i++) {
        const struct ihp__holiday *x = &program->holiday[i - 1], *y = x + 1;
        if (x->day == y->day) {
            return ihp__fail_repeated(program, "holidays", y->line, x->line, "this day", err);
        }
        if (year_of(y->day) > year_of(x->day) + 1) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/holidays.csv:%" PRIu64 ": column day: no row has a day of %d; "
                             "list the holidays of each year from the first to the last",
                             program->folder, y->line, year_of(x->day) + 1);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__read_holidays(struct ihp__program_load *load, const char *path,
                                   struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->holidays == 0) {
        return err->status;
    }
    qsort(program->holiday, program->holidays, sizeof *program->holiday, by_day);
    return check_days(program, err);
}

enum ihp_status ihp__program_holidays(const struct ihp__program *program, int32_t **day,
                                      struct ihp__holidays *holidays, struct ihp_error *err)
{
    size_t count = program->holidays;
    int32_t *days = calloc(count + 1, sizeof *days);
    if (days == NULL) {
        return ihp__fail_memory(err, "the holidays");
    }
    for (size_t i = 0; i < count; i++) {
        days[i] = program->holiday[i].day;
    }
    *holidays = (struct ihp__holidays){.day = days, .days = count};
    if (count > 0) {
        holidays->first_year = year_of(days[0]);
        holidays->last_year = year_of(days[count - 1]);
    }
    *day = days;
    return IHP_OK;
}
