/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answers.csv: what becomes of each row of an error report; overrides.csv: the rows that the State
 * may accept, as the program folder's file of this name has them. */
#include "jobs/appeal/appeal.h"

#include "result/folder.h"

#include <inttypes.h>
#include <string.h>

static const struct ihp__table_column answer_columns[] = {
    {"line", IHP__CELL_INTEGER},    {"ihp_id", IHP__CELL_TEXT},
    {"member_id", IHP__CELL_TEXT},  {"period", IHP__CELL_TEXT},
    {"claimed", IHP__CELL_TEXT},    {"attributed", IHP__CELL_TEXT},
    {"reason", IHP__CELL_TEXT},     {"window", IHP__CELL_INTEGER},
    {"section", IHP__CELL_TEXT},    {"list_received", IHP__CELL_TEXT},
    {"report_due", IHP__CELL_TEXT}, {"reported", IHP__CELL_TEXT},
    {"in_time", IHP__CELL_INTEGER}, {"answer_due", IHP__CELL_TEXT},
    {"answered", IHP__CELL_TEXT},   {"result", IHP__CELL_TEXT},
};

static void put_day(struct ihp__table *t, int32_t day)
{
    char text[IHP__DATE_TEXT];
    ihp__table_text(t, ihp__day_format(day, text));
}

static void put_answer(const struct ihp__appeal *appeal, const struct ihp__appeal_row *row,
                       struct ihp__table *t)
{
    char period[IHP__DATE_TEXT];
    ihp__table_integer(t, (int64_t)row->line);
    ihp__table_text(t, ihp__appeal_ihp_text(appeal, row->reporter));
    ihp__table_text(t, row->member_id);
    ihp__table_text(t, ihp__appeal_period_text(row, period));
    ihp__table_text(t, ihp__appeal_ihp_text(appeal, row->claimed));
    ihp__table_text(t, ihp__appeal_ihp_text(appeal, row->attributed));
    ihp__table_text(t, ihp__reason_text((enum ihp__reason)row->reason));
    ihp__table_integer(t, row->window);
    ihp__table_text(t, row->section);
    put_day(t, row->received);
    put_day(t, row->report_due.due);
    put_day(t, row->reported);
    ihp__table_integer(t, row->result != IHP__APPEAL_LATE);
    put_day(t, appeal->response.due);
    if (appeal->options->answered_given) {
        put_day(t, appeal->options->answered);
    } else {
        ihp__table_text(t, "");
    }
    ihp__table_text(t, ihp__appeal_result_text(row->result));
}

static const struct ihp__table_column override_columns[] = {
    {"member_id", IHP__CELL_TEXT},
    {"year", IHP__CELL_INTEGER},
    {"ihp_id", IHP__CELL_TEXT},
    {"note", IHP__CELL_TEXT},
};

/* Returns true if an earlier row proposes the same: two IHPs, or a year and its months. */
static bool is_repeated(const struct ihp__appeal *appeal, size_t number)
{
    const struct ihp__appeal_row *row = &appeal->row[number];
    for (size_t i = 0; i < number; i++) {
        const struct ihp__appeal_row *other = &appeal->row[i];
        if (other->result == IHP__APPEAL_PROPOSED && other->year == row->year &&
            strcmp(other->member_id, row->member_id) == 0) {
            return true;
        }
    }
    return false;
}

static void put_override(const struct ihp__appeal *appeal, const struct ihp__appeal_row *row,
                         struct ihp__table *t)
{
    char note[IHP__ID_MAX + 80];
    snprintf(note, sizeof note, "error report of %s line %" PRIu64 " [4.6.4]",
             ihp__appeal_ihp_text(appeal, row->reporter), row->line);
    ihp__table_text(t, row->member_id);
    ihp__table_integer(t, row->year);
    ihp__table_text(t, ihp__appeal_ihp_text(appeal, row->claimed));
    ihp__table_text(t, note);
}

enum ihp_status ihp__appeal_write_tables(const struct ihp__appeal *appeal)
{
    struct ihp__table table[] = {IHP__TABLE_OF("answers", answer_columns),
                                 IHP__TABLE_OF("overrides", override_columns)};
    for (size_t i = 0; i < appeal->rows; i++) {
        put_answer(appeal, &appeal->row[i], &table[0]);
        if (appeal->row[i].result == IHP__APPEAL_PROPOSED && !is_repeated(appeal, i)) {
            put_override(appeal, &appeal->row[i], &table[1]);
        }
    }
    enum ihp_status status = ihp__table_whole(&table[0]) && ihp__table_whole(&table[1])
                                 ? ihp__folder_write_tables(appeal->output.path, IHP__FILES_APPEAL,
                                                            table, 2, appeal->err)
                                 : ihp__fail_memory(appeal->err, "the answers");
    ihp__table_free(&table[0]);
    ihp__table_free(&table[1]);
    return status;
}
