/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement for people, on a terminal. */
#include "result/result.h"

#include <math.h>
#include <string.h>

static const char *dollars(double value, char buffer[IHP__MONEY_TEXT])
{
    if (isnan(value)) {
        return "-";
    }
    return ihp__money_format_grouped(ihp__cents_of_dollars(value), buffer);
}

static const char *number(double value, const char *format, char buffer[IHP__MONEY_TEXT])
{
    if (isnan(value)) {
        return "-";
    }
    if (strcmp(format, "risk") == 0) {
        snprintf(buffer, IHP__MONEY_TEXT, "%.4f", value);
    } else {
        snprintf(buffer, IHP__MONEY_TEXT, "%.2f%%", value * 100.0);
    }
    return buffer;
}

static void print_row(FILE *stream, const struct ihp__result_input *in, size_t p)
{
    const struct ihp__settlement *s = &in->finance->settlement[p];
    char a[IHP__MONEY_TEXT], b[IHP__MONEY_TEXT], c[IHP__MONEY_TEXT], d[IHP__MONEY_TEXT],
        e[IHP__MONEY_TEXT], f[IHP__MONEY_TEXT], g[IHP__MONEY_TEXT];
    fprintf(stream, "%-12.12s %5d %9lld %11s %8s %11s %11s %9s  %-16s %16s %16s\n",
            in->program->partnership[p].id, in->program->partnership[p].track,
            (long long)s->members, dollars(s->base_pmpm, a), number(s->risk, "risk", b),
            dollars(s->adjusted_target_pmpm, c), dollars(s->pmpm, d),
            number(s->ratio, "percent", e), ihp__outcome_text(s->outcome),
            dollars(s->final_amount, f), ihp__money_format_grouped(s->amount_due, g));
}

void ihp__result_print(FILE *stream, const struct ihp__result_input *in)
{
    const struct ihp__deck *deck = in->deck;
    const int64_t *base = in->tally->period[IHP__BASE].attributed;
    const int64_t *performance = in->tally->period[IHP__PERFORMANCE].attributed;
    int64_t due = 0;
    char date[IHP__DATE_TEXT], text[IHP__MONEY_TEXT];
    fprintf(stream, "%s settlement of %d against base year %d, claims paid through %s\n",
            deck->settlement == IHP__FINAL ? "Final" : "Interim", deck->performance.year,
            deck->base.year, ihp__day_format(deck->performance.paid_through, date));
    fprintf(stream, "%lld members in the store; attributed: %lld in %d, %lld in %d\n\n",
            (long long)in->tally->store[0], (long long)base[0], deck->base.year,
            (long long)performance[0], deck->performance.year);
    fprintf(stream, "%-12s %5s %9s %11s %8s %11s %11s %9s  %-16s %16s %16s\n", "IHP", "Track",
            "Members", "Base PMPM", "Risk", "Adj.target", "TCOC PMPM", "Ratio", "Outcome",
            "Final amount", "Amount due");
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        print_row(stream, in, p);
        due += in->finance->settlement[p].amount_due;
    }
    fprintf(stream, "\nAmount due in all: %s (positive: the State pays; negative: the IHPs owe)\n",
            ihp__money_format_grouped(due, text));
}
