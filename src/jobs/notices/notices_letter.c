/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The letters: letters/IHP_ID.txt for each IHP, payer_letters/PAYER.txt for each payer. They say
 * what is owed, by whom and by when, in the words of the contract, and hold no member's data. */
#include "jobs/notices/notices.h"

#include "finance/finance.h"
#include "result/folder.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

enum { WIDTH = 76, TEXT_MAX = 2048, DAY_TEXT = 32, LONG_DAY = 48, PAYER_NAME = 80 };

/* ---- words ----------------------------------------------------------------------------------- */

/* Prints a line, broken at blanks. Each line begins with the blanks with which the first begins. */
static void put_line(FILE *out, const char *line, size_t length)
{
    size_t indent = strspn(line, " "), used = 0;
    for (size_t at = indent; at < length;) {
        size_t word = strcspn(line + at, " \n");
        word = word < length - at ? word : length - at;
        if (used == 0 || used + 1 + word > WIDTH) {
            fprintf(out, "%s%*s", used == 0 ? "" : "\n", (int)indent, "");
            used = indent;
        } else {
            fputc(' ', out);
            used++;
        }
        fprintf(out, "%.*s", (int)word, line + at);
        used += word;
        at += word + strspn(line + at + word, " ");
    }
    fputc('\n', out);
}

/* Prints the lines of a text, which ends with a line end. */
static void put(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(FILE *out, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        put_line(out, line, length);
        line += length + (line[length] == '\n');
    }
}

/* Write "June 30, 2026" and "Tuesday, June 30, 2026" into `text`, which they return. */
static const char *plain_day(int32_t day, char text[DAY_TEXT])
{
    static const char *const name[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    snprintf(text, DAY_TEXT, "%s %u, %u", name[month - 1], (unsigned)date % 100,
             (unsigned)year % 100000);
    return text;
}

static const char *long_day(int32_t day, char text[LONG_DAY])
{
    static const char *const weekday[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
    char plain[DAY_TEXT];
    snprintf(text, LONG_DAY, "%s, %s", weekday[ihp__weekday(day)], plain_day(day, plain));
    return text;
}

/* Prints "by DAY" and, where the term ends on a day that is not a business day, says so [2.9]. */
static void put_due(FILE *out, const char *indent, const struct ihp__deadline *deadline)
{
    char due[LONG_DAY], last[LONG_DAY];
    if (deadline->due == deadline->last_day) {
        put(out, "%sBy %s.\n", indent, long_day(deadline->due, due));
    } else {
        put(out, "%sBy %s, as %s is not a business day [2.9].\n", indent,
            long_day(deadline->due, due), long_day(deadline->last_day, last));
    }
}

static const char *title_of(const struct ihp__notices_run *run)
{
    static const char *const title[] = {[IHP__INTERIM] = "Interim Payment [5.4.2]",
                                        [IHP__FINAL] = "Final Payment [5.4.3]",
                                        [IHP__QUARTERLY] = "Quarterly statement [4.6.2]"};
    return title[run->deck.settlement];
}

static void put_period(FILE *out, const char *name, const struct ihp__period_spec *spec)
{
    char first[DAY_TEXT], last[DAY_TEXT], cutoff[DAY_TEXT];
    int32_t end = ihp__day_of_month_start(ihp__period_last_month(spec) + 1) - 1;
    put(out, "%s: %s to %s; claims paid through %s\n", name,
        plain_day(ihp__day_of_month_start(ihp__period_first_month(spec)), first),
        plain_day(end, last), plain_day(spec->paid_through, cutoff));
}

/* Prints what every letter begins with. */
static void put_head(const struct ihp__notices_run *run, FILE *out, const char *to)
{
    char day[LONG_DAY];
    put(out,
        "STATE OF MINNESOTA\nDepartment of Human Services\nIntegrated Health Partnerships\n\n%s\n\n"
        "To: %s\nSubject: %s\n\n",
        long_day(run->dates.notified, day), to, title_of(run));
    put_period(out, "Base Period", &run->deck.base);
    put_period(out, "Performance Period", &run->deck.performance);
}

static int64_t magnitude(int64_t cents)
{
    return cents < 0 ? -cents : cents;
}

/* ---- the result of an IHP -------------------------------------------------------------------- */

/* Prints what a termination of the contract does to the savings or losses of an IHP [6.1]. */
static void put_termination(const struct ihp__notices_run *run, FILE *out, const char *indent,
                            size_t number)
{
    const struct ihp__partnership *p = &run->program->partnership[number];
    const char *outcome = run->ihp[number].outcome;
    bool losses = strcmp(outcome, "losses") == 0;
    int32_t of_period, first_month = ihp__period_first_month(&run->deck.performance);
    int32_t days = ihp__days_in_force(p, first_month, &of_period);
    const char *released = losses ? ihp__losses_released_by(p, first_month) : NULL;
    char day[DAY_TEXT];
    if (p->track == 1 || (!losses && strcmp(outcome, "savings") != 0)) {
        return;
    }
    if (released != NULL) {
        put(out,
            "%sThe last day of the contract was %s: %s [6.1]. It was in force on %d of the %d days "
            "of the Performance Period. Shared Losses are dropped (factor 0), for these days too: "
            "the IHP is not required to pay them [%s].\n",
            indent, plain_day(p->terminated_on, day),
            p->termination == IHP__TERMINATION_STATE_BREACH
                ? "the IHP terminated it for a breach by the STATE"
                : "the STATE terminated it without cause",
            (int)days, (int)of_period, released);
    } else if (days < of_period) {
        put(out,
            "%sThe last day of the contract was %s. It was in force on %d of the %d days of the "
            "Performance Period, so the amount is that of the whole period times the factor %.6f "
            "[6.1].\n",
            indent, plain_day(p->terminated_on, day), (int)days, (int)of_period,
            (double)days / (double)of_period);
    }
}

/* Prints the result of a Track 2 IHP. */
static void put_result(const struct ihp__notices_run *run, FILE *out, size_t number)
{
    const struct ihp__notice_ihp *ihp = &run->ihp[number];
    char money[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT];
    bool final = run->deck.settlement == IHP__FINAL;
    ihp__money_format_grouped(magnitude(ihp->final_amount), money);
    if (strcmp(ihp->outcome, "no_settlement") == 0) {
        put(out, "The data allow no comparison with a target, so there are neither Shared Savings "
                 "nor Shared Losses [16.7].\n");
    } else if (strcmp(ihp->outcome, "inside_threshold") == 0) {
        put(out, "The Total Cost of Care is inside the performance threshold, so there are neither "
                 "Shared Savings nor Shared Losses [16.7].\n");
    } else if (strcmp(ihp->outcome, "savings") == 0) {
        put(out, "The result is Shared Savings of %s [16.8].\n", money);
    } else {
        put(out, "The result is Shared Losses of %s [16.8].%s\n", money,
            final ? ""
                  : " They are reported here and not to be paid; the Final Payment decides "
                    "[2.18, 5.4.3.4].");
    }
    put_termination(run, out, "", number);
    if (final && ihp->interim_paid != 0) {
        put(out, "The Interim Payment was %s; the Final Payment is an adjustment to it [2.12].\n",
            ihp__money_format_grouped(ihp->interim_paid, paid));
    }
    if (run->deck.settlement == IHP__QUARTERLY) {
        put(out, "This is a statement for your information. Nothing is due from it.\n");
    }
}

static void put_members(FILE *out, const struct ihp__notice_ihp *ihp)
{
    if (ihp->shows_members) {
        put(out, "Members attributed in the Performance Period: %lld\n", (long long)ihp->members);
    } else {
        put(out, "The number of attributed members is not shown here, because it is below 11 or "
                 "would reveal such a number.\n");
    }
}

/* ---- amounts --------------------------------------------------------------------------------- */

/* Prints how a payer's amount follows from its part of the result and what it paid before. */
static void put_parts(FILE *out, const struct ihp__notice_row *row)
{
    char share[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT];
    if (row->has_parts && row->interim_paid != 0) {
        put(out, "    Part of the result %s, less the Interim Payment of %s [2.12].\n",
            ihp__money_format_grouped(row->share, share),
            ihp__money_format_grouped(row->interim_paid, paid));
    }
}

/* Prints the terms of an amount that is paid to an IHP. */
static void put_savings(const struct ihp__notices_run *run, FILE *out,
                        const struct ihp__notice_row *row)
{
    bool final = run->deck.settlement == IHP__FINAL;
    const char *section = ihp__notice_section(run, row);
    char day[LONG_DAY];
    if (row->payer[0] == '\0') {
        put(out, "    The settlement names no payer for this amount [%s].\n", section);
    } else if (strcmp(row->payer, IHP__NOTICE_STATE) == 0) {
        put(out,
            "    Paid by the STATE to the IHP on the next available %s after this notice "
            "[%s].\n",
            final ? "DHS FFS payment" : "FFS payment warrant", section);
    } else {
        put(out,
            "    The STATE directs the MCO to pay the IHP within thirty (30) days of %s, the "
            "date that the STATE informs the MCO of the amount [%s].\n",
            long_day(run->dates.notified, day), section);
        put_due(out, "    ", &run->dates.mco);
    }
}

/* Prints the terms of an amount that an IHP owes. */
static void put_losses(const struct ihp__notices_run *run, FILE *out,
                       const struct ihp__notice_row *row)
{
    put(out,
        "    Paid by the IHP to %s no later than one hundred and twenty (120) days after this "
        "notice [5.4.3.4]. The STATE may offset it by withholding payment from current "
        "payment warrants on a schedule to be agreed upon between the Parties.\n",
        row->payer[0] == '\0'                        ? "the STATE or applicable MCO"
        : strcmp(row->payer, IHP__NOTICE_STATE) == 0 ? "the STATE"
                                                     : "the MCO");
    put_due(out, "    ", &run->dates.losses);
}

/* Prints an amount with its terms, under the name of the other party. */
static void put_amount(const struct ihp__notices_run *run, FILE *out,
                       const struct ihp__notice_row *row, const char *name)
{
    char money[IHP__MONEY_TEXT];
    ihp__money_format_grouped(magnitude(row->amount), money);
    put(out, "\n  %s: %s %s\n", name, money,
        row->amount < 0 ? "owed by the IHP" : "owed to the IHP");
    put_parts(out, row);
    if (row->amount > 0) {
        put_savings(run, out, row);
    } else {
        put_losses(run, out, row);
    }
}

/* Returns the name of a payer in a letter. */
static const char *name_of(const char *payer, char name[PAYER_NAME])
{
    if (payer[0] == '\0') {
        return "No payer named";
    }
    if (strcmp(payer, IHP__NOTICE_STATE) == 0) {
        return "STATE (FFS)";
    }
    snprintf(name, PAYER_NAME, "%s", payer);
    for (char *c = name; *c != '\0'; c++) {
        *c = iscntrl((unsigned char)*c) != 0 ? ' ' : *c;
    }
    return name;
}

static void put_amounts(const struct ihp__notices_run *run, FILE *out,
                        const struct ihp__notice_ihp *ihp)
{
    char money[IHP__MONEY_TEXT], name[PAYER_NAME];
    size_t amounts = 0;
    for (size_t i = ihp->first; i < ihp->first + ihp->count; i++) {
        if (run->row[i].amount != 0) {
            put_amount(run, out, &run->row[i], name_of(run->row[i].payer, name));
            amounts++;
        }
    }
    if (amounts == 0) {
        put(out, "\nNothing is due from this settlement.\n");
        return;
    }
    put(out, "\n  In all: %s %s the IHP\n",
        ihp__money_format_grouped(magnitude(ihp->amount_due), money),
        ihp->amount_due < 0 ? "owed by" : "owed to");
}

/* ---- the letter to an IHP -------------------------------------------------------------------- */

/* Prints the rights of an IHP that believes its list to contain errors [4.6.4]. */
static void put_errors(const struct ihp__notices_run *run, FILE *out)
{
    put(out, "\nList of attributed members\n\n"
             "If you believe that the Attributed Population list contains errors, give the STATE "
             "notice and supporting data no later than sixty (60) days after you received the list "
             "[4.6.4.1]. For a list received with this notice:\n");
    put_due(out, "  ", &run->dates.error_report);
    if (run->deck.settlement != IHP__FINAL) {
        put(out, "The STATE answers in writing at least thirty (30) days before the Final Payment "
                 "calculation [4.6.4.2]. If that is made on the last day allowed [5.4.3.1]:\n");
        put_due(out, "  ", &run->dates.response);
    }
    put(out, "\nThe list of your attributed members who are eligible for Child and Teen Checkups "
             "outreach is provided in a secure format [4.6, 4.11.6].\n");
}

static void put_letter(const struct ihp__notices_run *run, FILE *out, size_t number)
{
    const struct ihp__partnership *p = &run->program->partnership[number];
    const struct ihp__notice_ihp *ihp = &run->ihp[number];
    char to[TEXT_MAX];
    snprintf(to, sizeof to, "%.400s (%s), Track %d", p->name, p->id, p->track);
    put_head(run, out, to);
    put(out, "\nResult\n\n");
    if (p->track == 1) {
        put(out, "Sections 5.4 and 16.7 apply to Track 2 only: there are no Shared Savings and no "
                 "Shared Losses.\n");
    } else {
        put_result(run, out, number);
    }
    put_members(out, ihp);
    put(out, "\nAmounts\n");
    put_amounts(run, out, ihp);
    put_errors(run, out);
    put(out, "\nThis letter has no information about individual members.\n");
}

/* ---- the letter to a payer ------------------------------------------------------------------- */

static void put_payer_letter(const struct ihp__notices_run *run, FILE *out, const char *payer)
{
    char money[IHP__MONEY_TEXT], name[PAYER_NAME];
    int64_t sum = 0;
    size_t amounts = 0;
    put_head(run, out, name_of(payer, name));
    put(out, "\nAmounts\n");
    for (size_t i = 0; i < run->rows; i++) {
        const struct ihp__notice_row *row = &run->row[i];
        if (row->amount != 0 && strcmp(row->payer, payer) == 0) {
            put_amount(run, out, row, run->program->partnership[row->ihp].id);
            put_termination(run, out, "    ", row->ihp);
            sum += row->amount;
            amounts++;
        }
    }
    if (amounts == 0) {
        put(out, "\nNothing is due from this settlement.\n");
    } else {
        put(out, "\n  In all: %s owed %s the IHPs\n",
            ihp__money_format_grouped(magnitude(sum), money), sum < 0 ? "by" : "to");
    }
    put(out, "\nThis letter has no information about individual members.\n");
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Makes the name of a payer's file from the letters of its text: no other letters can be trusted in
 * a name. The number makes it that of no other payer. */
static void payer_file(size_t number, const char *payer, char name[PAYER_NAME])
{
    int used = snprintf(name, PAYER_NAME, "%03zu-", number + 1);
    for (size_t i = 0; payer[i] != '\0' && used < PAYER_NAME - 6; i++) {
        name[used++] = isalnum((unsigned char)payer[i]) != 0 || payer[i] == '-' ? payer[i] : '_';
    }
    snprintf(name + used, (size_t)(PAYER_NAME - used), ".txt");
}

static enum ihp_status open_letter(const struct ihp__notices_run *run, const char *folder,
                                   const char *name, struct ihp__outfile **out)
{
    char path[IHP__PATH_MAX], file[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, run->output.path, folder, run->err) != IHP_OK ||
        ihp__path_join(file, sizeof file, path, name, run->err) != IHP_OK) {
        return run->err->status;
    }
    return ihp__outfile_open(file, 0600, out, run->err);
}

static enum ihp_status make_folder(const struct ihp__notices_run *run, const char *folder)
{
    char path[IHP__PATH_MAX];
    return ihp__path_join(path, sizeof path, run->output.path, folder, run->err) == IHP_OK
               ? ihp__private_folder_take(path, run->err)
               : run->err->status;
}

enum ihp_status ihp__notices_write_letters(const struct ihp__notices_run *run)
{
    struct ihp__outfile *out;
    char name[PAYER_NAME];
    if (make_folder(run, "letters") != IHP_OK || make_folder(run, "payer_letters") != IHP_OK) {
        return run->err->status;
    }
    for (size_t i = 0; i < run->program->partnerships; i++) {
        snprintf(name, sizeof name, "%s.txt", run->program->partnership[i].id);
        if (open_letter(run, "letters", name, &out) != IHP_OK) {
            return run->err->status;
        }
        put_letter(run, ihp__outfile_stream(out), i);
        if (ihp__outfile_commit(&out, run->err) != IHP_OK) {
            return run->err->status;
        }
    }
    for (size_t i = 0; i < run->payers; i++) {
        payer_file(i, run->payer[i], name);
        if (open_letter(run, "payer_letters", name, &out) != IHP_OK) {
            return run->err->status;
        }
        put_payer_letter(run, ihp__outfile_stream(out), run->payer[i]);
        if (ihp__outfile_commit(&out, run->err) != IHP_OK) {
            return run->err->status;
        }
    }
    return IHP_OK;
}
