/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notices.csv: each amount with who pays it, and by when; deadlines.csv: the dates. */
#include "jobs/notices/notices.h"

#include "result/folder.h"

#include <string.h>

static const struct ihp__table_column notice_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},    {"payer", IHP__CELL_TEXT},   {"settlement", IHP__CELL_TEXT},
    {"outcome", IHP__CELL_TEXT},   {"paid_by", IHP__CELL_TEXT}, {"paid_to", IHP__CELL_TEXT},
    {"amount", IHP__CELL_DOLLARS}, {"section", IHP__CELL_TEXT}, {"notified", IHP__CELL_TEXT},
    {"last_day", IHP__CELL_TEXT},  {"due", IHP__CELL_TEXT},     {"terms", IHP__CELL_TEXT},
};

static const char *settlement_text(const struct ihp__notices_run *run)
{
    static const char *const text[] = {
        [IHP__INTERIM] = "interim", [IHP__FINAL] = "final", [IHP__QUARTERLY] = "quarterly"};
    return text[run->deck.settlement];
}

static void put_day(struct ihp__table *t, int32_t day)
{
    char text[IHP__DATE_TEXT];
    ihp__table_text(t, ihp__day_format(day, text));
}

/* Adds the two days of a term, blank if there is none. */
static void put_deadline(struct ihp__table *t, const struct ihp__deadline *deadline)
{
    if (deadline == NULL) {
        ihp__table_text(t, "");
        ihp__table_text(t, "");
        return;
    }
    put_day(t, deadline->last_day);
    put_day(t, deadline->due);
}

/* Returns the words of the contract for the payment of a row. */
static const char *terms_of(const struct ihp__notices_run *run, const struct ihp__notice_row *row)
{
    if (row->amount == 0) {
        return "nothing is due";
    }
    if (row->amount < 0) {
        return "no later than 120 days after the IHP is notified";
    }
    if (row->payer[0] == '\0') {
        return "the settlement names no payer";
    }
    if (strcmp(row->payer, IHP__NOTICE_STATE) != 0) {
        return "within 30 days of the date that the STATE informs the MCO";
    }
    return run->deck.settlement == IHP__FINAL
               ? "on the next available DHS FFS payment after the notice"
               : "on the next available FFS payment warrant after the notice";
}

static const char *party(const char *payer)
{
    return strcmp(payer, IHP__NOTICE_STATE) == 0 ? "STATE" : payer;
}

static void put_notice(const struct ihp__notices_run *run, const struct ihp__notice_row *row,
                       struct ihp__table *t)
{
    const char *id = run->program->partnership[row->ihp].id;
    ihp__table_text(t, id);
    ihp__table_text(t, row->payer);
    ihp__table_text(t, settlement_text(run));
    ihp__table_text(t, run->ihp[row->ihp].outcome);
    ihp__table_text(t, row->amount == 0 ? "" : row->amount > 0 ? party(row->payer) : id);
    ihp__table_text(t, row->amount == 0 ? "" : row->amount > 0 ? id : party(row->payer));
    ihp__table_cents(t, row->amount < 0 ? -row->amount : row->amount);
    ihp__table_text(t, ihp__notice_section(run, row));
    put_day(t, run->dates.notified);
    put_deadline(t, ihp__notice_due(run, row));
    ihp__table_text(t, terms_of(run, row));
}

static const struct ihp__table_column deadline_columns[] = {
    {"section", IHP__CELL_TEXT}, {"event", IHP__CELL_TEXT},    {"by", IHP__CELL_TEXT},
    {"term", IHP__CELL_TEXT},    {"last_day", IHP__CELL_TEXT}, {"due", IHP__CELL_TEXT},
};

/* The settlements that a date is of, as bits; the package of a year's first quarter is the interim
 * settlement of the year before [4.6.2]. */
enum { INTERIM = 1, FINAL = 2, QUARTERLY = 4, FIRST_QUARTER = 8, NOT_FINAL = 13, ANY = 15 };

#define DATE(member) offsetof(struct ihp__notice_dates, member)

static const struct {
    unsigned of;
    const char *section, *event, *by, *term;
    size_t deadline; /* its place in the dates */
} dates[] = {
    {INTERIM, "5.4.2.1", "interim settlement reported", "STATE", "last business day of month 6",
     DATE(report)},
    {FINAL, "5.4.3.1", "final settlement reported", "STATE", "last business day of month 18",
     DATE(report)},
    {QUARTERLY, "4.6.2", "data package provided", "STATE", "45 days after the end of the quarter",
     DATE(report)},
    {FIRST_QUARTER, "4.6.2", "data package provided", "STATE",
     "with the interim settlement of the year before", DATE(report)},
    {INTERIM, "5.4.2.3", "payment by MCOs", "MCO", "within 30 days after the MCOs are informed",
     DATE(mco)},
    {FINAL, "5.4.3.3", "payment by MCOs", "MCO", "within 30 days after the MCOs are informed",
     DATE(mco)},
    {FINAL, "5.4.3.4", "payment of losses", "IHP", "120 days after the notice", DATE(losses)},
    {ANY, "4.6.4.1", "error report on the list of attributed members", "IHP",
     "60 days after the list is received", DATE(error_report)},
    {NOT_FINAL, "4.6.4.2", "written answer to an error report", "STATE",
     "at least 30 days before the Final Payment calculation", DATE(response)},
    {NOT_FINAL, "5.4.3.1", "final settlement reported", "STATE", "last business day of month 18",
     DATE(final)},
};

/* Adds the dates of the settlement. */
static void put_dates(const struct ihp__notices_run *run, struct ihp__table *t)
{
    static const unsigned bit[] = {
        [IHP__INTERIM] = INTERIM, [IHP__FINAL] = FINAL, [IHP__QUARTERLY] = QUARTERLY};
    unsigned kind = run->deck.settlement == IHP__QUARTERLY && ihp__notices_of_first_quarter(run)
                        ? (unsigned)FIRST_QUARTER
                        : bit[run->deck.settlement];
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        const char *place = (const char *)&run->dates + dates[i].deadline;
        if ((dates[i].of & kind) != 0) {
            ihp__table_text(t, dates[i].section);
            ihp__table_text(t, dates[i].event);
            ihp__table_text(t, dates[i].by);
            ihp__table_text(t, dates[i].term);
            put_deadline(t, (const struct ihp__deadline *)(const void *)place);
        }
    }
}

enum ihp_status ihp__notices_write_tables(const struct ihp__notices_run *run)
{
    struct ihp__table table[] = {IHP__TABLE_OF("notices", notice_columns),
                                 IHP__TABLE_OF("deadlines", deadline_columns)};
    for (size_t i = 0; i < run->rows; i++) {
        put_notice(run, &run->row[i], &table[0]);
    }
    put_dates(run, &table[1]);
    enum ihp_status status =
        ihp__table_whole(&table[0]) && ihp__table_whole(&table[1])
            ? ihp__folder_write_tables(run->output.path, IHP__FILES_NOTICES, table, 2, run->err)
            : ihp__fail_memory(run->err, "the tables of the notices");
    ihp__table_free(&table[0]);
    ihp__table_free(&table[1]);
    return status;
}
