/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dates of a settlement's notices, and the section that each amount rests on. */
#include "jobs/notices/notices.h"

#include <string.h>

/* Returns the last day of the quarter of a month. */
static int32_t quarter_end(int32_t month)
{
    return ihp__day_of_month_start(month - month % 3 + 3) - 1;
}

bool ihp__notices_of_first_quarter(const struct ihp__notices_run *run)
{
    return ihp__period_last_month(&run->deck.performance) % 12 < 3;
}

/* Returns when the notices are due. */
static struct ihp__deadline report_of(const struct ihp__notices_run *run, int32_t last_month)
{
    if (run->deck.settlement == IHP__FINAL) {
        return ihp__deadline_months(&run->holidays, last_month, IHP__FINAL_MONTHS);
    }
    if (run->deck.settlement == IHP__INTERIM) {
        return ihp__deadline_months(&run->holidays, last_month, IHP__INTERIM_MONTHS);
    }
    if (ihp__notices_of_first_quarter(run)) {
        return ihp__deadline_months(&run->holidays, last_month - last_month % 12 - 1,
                                    IHP__INTERIM_MONTHS);
    }
    return ihp__deadline_after(&run->holidays, quarter_end(last_month), IHP__PACKAGE_DAYS);
}

/* Returns the last month of the Performance Period that the settlement belongs to: of a quarterly
 * statement that of its year. */
static int32_t closing_month(const struct ihp__notices_run *run, int32_t last_month)
{
    return run->deck.settlement == IHP__QUARTERLY ? last_month - last_month % 12 + 11 : last_month;
}

enum ihp_status ihp__notices_plan(struct ihp__notices_run *run)
{
    const struct ihp__holidays *holidays = &run->holidays;
    struct ihp__notice_dates *dates = &run->dates;
    int32_t last_month = ihp__period_last_month(&run->deck.performance);
    char day[IHP__DATE_TEXT], limit[IHP__DATE_TEXT];
    dates->report = report_of(run, last_month);
    dates->notified = run->options->notified_given ? run->options->notified : dates->report.due;
    if (dates->notified < run->deck.performance.paid_through) {
        return ihp__fail(run->err, IHP_ERR_USAGE,
                         "--notified: %s is before %s, the cut-off of the settlement's claims",
                         ihp__day_format(dates->notified, day),
                         ihp__day_format(run->deck.performance.paid_through, limit));
    }
    if (dates->notified > dates->report.due) {
        ihp__notice_add(run->notices, "the notices of %s are late: they were due by %s [%s]",
                        ihp__day_format(dates->notified, day),
                        ihp__day_format(dates->report.due, limit),
                        run->deck.settlement == IHP__FINAL     ? "5.4.3.1"
                        : run->deck.settlement == IHP__INTERIM ? "5.4.2.1"
                                                               : "4.6.2");
    }
    dates->mco = ihp__deadline_after(holidays, dates->notified, IHP__MCO_DAYS);
    dates->losses = ihp__deadline_after(holidays, dates->notified, IHP__LOSSES_DAYS);
    dates->error_report = ihp__deadline_after(holidays, dates->notified, IHP__ERROR_REPORT_DAYS);
    dates->final =
        ihp__deadline_months(holidays, closing_month(run, last_month), IHP__FINAL_MONTHS);
    dates->response = ihp__deadline_before(holidays, dates->final.due, IHP__ERROR_RESPONSE_DAYS);
    return IHP_OK;
}

const char *ihp__notice_section(const struct ihp__notices_run *run,
                                const struct ihp__notice_row *row)
{
    bool of_final = run->deck.settlement == IHP__FINAL;
    if (row->amount == 0) {
        return "";
    }
    if (row->amount < 0) {
        return "5.4.3.4";
    }
    if (row->payer[0] == '\0') {
        return of_final ? "5.4.3" : "5.4.2";
    }
    if (strcmp(row->payer, IHP__NOTICE_STATE) == 0) {
        return of_final ? "5.4.3.2" : "5.4.2.2";
    }
    return of_final ? "5.4.3.3" : "5.4.2.3";
}

const struct ihp__deadline *ihp__notice_due(const struct ihp__notices_run *run,
                                            const struct ihp__notice_row *row)
{
    if (row->amount < 0) {
        return &run->dates.losses;
    }
    bool by_mco = row->payer[0] != '\0' && strcmp(row->payer, IHP__NOTICE_STATE) != 0;
    return row->amount > 0 && by_mco ? &run->dates.mco : NULL;
}
