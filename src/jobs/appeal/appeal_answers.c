/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answers/IHP_ID.txt: the answer to an IHP, member by member, with the rules that decided;
 * traces.txt: all that ihp explain prints of these members, for the State's review. A trace has
 * every claim line, also lines that an IHP may not receive [4.6.1.2]; an answer has none. */
#include "jobs/appeal/appeal.h"

#include "result/folder.h"

#include <string.h>

/* ---- the answer of a row --------------------------------------------------------------------- */

/* Returns what becomes of a row, in words. */
static const char *words_of(enum ihp__appeal_result result)
{
    switch (result) {
    case IHP__APPEAL_LATE:
        return "The report is later than sixty (60) days after the list was received, so the list\n"
               "  remains [4.6.4.1].";
    case IHP__APPEAL_DECIDED:
        return "The STATE has decided on this member and year before, and its determination is\n"
               "  final [4.6.4.2].";
    case IHP__APPEAL_ALREADY:
        return "The member is attributed as the report claims. No change is necessary.";
    case IHP__APPEAL_NO_CONTRACT:
        return "The claimed IHP's contract had ended before this month began, so no member is\n"
               "  attributed to it in the month [6.1]. The claim is refused, and no change is "
               "made.";
    case IHP__APPEAL_CONFLICT:
        return "Another report claims this member and year for somebody else. The STATE decides\n"
               "  between them [4.6.4.2].";
    case IHP__APPEAL_PROPOSED:
        break;
    }
    return "The rules do not give what the report claims. The STATE reviews the supporting data\n"
           "  [4.6.4.2].";
}

static void put_answer(const struct ihp__appeal *appeal, FILE *out,
                       const struct ihp__appeal_row *row)
{
    char text[IHP__DATE_TEXT], other[IHP__DATE_TEXT];
    bool open = row->result == IHP__APPEAL_CONFLICT || row->result == IHP__APPEAL_PROPOSED;
    fprintf(out, "\nMember %s, %s %s (line %llu of the report)\n", row->member_id,
            row->of_month ? "payment of" : "settlement period", ihp__appeal_period_text(row, text),
            (unsigned long long)row->line);
    fprintf(out, "  List received %s; report due %s", ihp__day_format(row->received, text),
            ihp__day_format(row->report_due.due, other));
    fprintf(out, ", received %s: %s [4.6.4.1]\n", ihp__day_format(row->reported, text),
            row->result == IHP__APPEAL_LATE ? "late" : "in time");
    fprintf(out, "  Claimed: %s\n", ihp__appeal_ihp_text(appeal, row->claimed));
    fprintf(out, "  Attributed: %s, %s [%s]\n", ihp__appeal_ihp_text(appeal, row->attributed),
            ihp__reason_text((enum ihp__reason)row->reason), row->section);
    fprintf(out, "  %s\n", words_of(row->result));
    if (open) {
        fputs("  Determination of the STATE, which is final:\n"
              "    [ ] the claimed change is made   [ ] no change is made\n",
              out);
    }
}

/* Prints the rules of a row into the answer, and the whole explanation into the traces. */
static enum ihp_status put_trace(struct ihp__appeal *appeal, FILE *answer, FILE *traces,
                                 const struct ihp__appeal_row *row)
{
    enum ihp__period period;
    char text[IHP__DATE_TEXT];
    struct ihp__explanation *e = ihp__appeal_explain(appeal, row, &period);
    if (e == NULL) {
        return appeal->err->status;
    }
    e->out = answer;
    ihp__explain_print_rules(e, period);
    e->out = traces;
    fprintf(traces, "\nMember %s, period %s, report of %s, line %llu\n", row->member_id,
            ihp__appeal_period_text(row, text), ihp__appeal_ihp_text(appeal, row->reporter),
            (unsigned long long)row->line);
    enum ihp_status status = row->of_month ? ihp__explain_print_month(e, row->month)
                                           : ihp__explain_print_period(e, period);
    e->out = stdout;
    ihp__explain_forget(e);
    return status;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void put_head(const struct ihp__appeal *appeal, FILE *out, int reporter)
{
    const struct ihp__partnership *p = &appeal->settlement.context.program->partnership[reporter];
    char day[IHP__DATE_TEXT], final[IHP__DATE_TEXT];
    fprintf(out,
            "PROTECTED HEALTH INFORMATION: for the IHP named below only [9]\n\n"
            "STATE OF MINNESOTA\nDepartment of Human Services\nIntegrated Health Partnerships\n\n"
            "To: %s (%s)\nSubject: answer to your error report [4.6.4]\n",
            p->name, p->id);
    if (appeal->options->answered_given) {
        fprintf(out, "Date: %s\n", ihp__day_format(appeal->options->answered, day));
    }
    fprintf(out,
            "Due: %s, at least thirty (30) days before the Final Payment calculation,\n"
            "  which is on %s [4.6.4.2]\n",
            ihp__day_format(appeal->response.due, day), ihp__day_format(appeal->final, final));
}

/* Opens the answer to an IHP. */
static enum ihp_status open_answer(const struct ihp__appeal *appeal, int reporter,
                                   struct ihp__outfile **out)
{
    char folder[IHP__PATH_MAX], path[IHP__PATH_MAX], name[IHP__ID_MAX + 8];
    snprintf(name, sizeof name, "%s.txt", ihp__appeal_ihp_text(appeal, reporter));
    if (ihp__path_join(folder, sizeof folder, appeal->output.path, "answers", appeal->err) !=
            IHP_OK ||
        ihp__private_folder_take(folder, appeal->err) != IHP_OK ||
        ihp__path_join(path, sizeof path, folder, name, appeal->err) != IHP_OK) {
        return appeal->err->status;
    }
    return ihp__outfile_open(path, 0600, out, appeal->err);
}

/* Writes the answer to the IHP of row `first`, and sets `*end` to the first row of another IHP. */
static enum ihp_status write_answer(struct ihp__appeal *appeal, FILE *traces, size_t first,
                                    size_t *end)
{
    struct ihp__outfile *out;
    int reporter = appeal->row[first].reporter;
    enum ihp_status status = open_answer(appeal, reporter, &out);
    if (status != IHP_OK) {
        return status;
    }
    put_head(appeal, ihp__outfile_stream(out), reporter);
    size_t i = first;
    while (status == IHP_OK && i < appeal->rows && appeal->row[i].reporter == reporter) {
        put_answer(appeal, ihp__outfile_stream(out), &appeal->row[i]);
        status = put_trace(appeal, ihp__outfile_stream(out), traces, &appeal->row[i]);
        i++;
    }
    *end = i;
    if (status != IHP_OK) {
        ihp__outfile_abandon(&out);
        return status;
    }
    return ihp__outfile_commit(&out, appeal->err);
}

enum ihp_status ihp__appeal_write_answers(struct ihp__appeal *appeal)
{
    char path[IHP__PATH_MAX];
    struct ihp__outfile *traces;
    if (ihp__path_join(path, sizeof path, appeal->output.path, "traces.txt", appeal->err) !=
            IHP_OK ||
        ihp__outfile_open(path, 0600, &traces, appeal->err) != IHP_OK) {
        return appeal->err->status;
    }
    fputs("PROTECTED HEALTH INFORMATION: for the State's review only [4.6.4.2]. Every claim line "
          "is here,\nalso lines that an IHP may not receive [4.6.1.2].\n",
          ihp__outfile_stream(traces));
    enum ihp_status status = IHP_OK;
    for (size_t first = 0, end = 0; first < appeal->rows && status == IHP_OK; first = end) {
        status = write_answer(appeal, ihp__outfile_stream(traces), first, &end);
    }
    if (status != IHP_OK) {
        ihp__outfile_abandon(&traces);
        return status;
    }
    return ihp__outfile_commit(&traces, appeal->err);
}
