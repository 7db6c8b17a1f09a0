/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints what was found of a member: spans, months, counties, lines, counts, rules, outcome. */
#include "jobs/explain/explain.h"

static const char *entity_name(const struct ihp__explanation *e, uint32_t entity, char buffer[64])
{
    uint32_t partnerships = (uint32_t)e->context.program->partnerships;
    if (entity == IHP__NO_ENTITY) {
        return "-";
    }
    if (entity < partnerships) {
        return e->context.program->partnership[entity].id;
    }
    snprintf(buffer, 64, "non-IHP %010lld", (long long)e->context.info->npi[entity - partnerships]);
    return buffer;
}

static const char month_name[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void print_months(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__months *months = ihp__member_months(e->state, period);
    fprintf(e->out, "  Months [13.1, 13.2, 13.3.2]: %d qualify, at most %d in a row\n   ",
            ihp__months_count(months->qualifying), ihp__months_in_a_row(months->qualifying));
    for (int m = 0; m < 12; m++) {
        bool qualifies = ((months->qualifying >> m) & 1u) != 0;
        bool excluded = ((months->excluded >> m) & 1u) != 0;
        fprintf(e->out, " %s:%s", month_name[(e->context.rules[period].first_month + m) % 12],
                qualifies  ? e->context.info->payer[months->payer[m]]
                : excluded ? "excluded"
                           : "no");
    }
    fputc('\n', e->out);
}

/* Prints the enrollment spans that touch the period. */
static void print_spans(struct ihp__explanation *e, enum ihp__period period)
{
    int32_t first = e->context.rules[period].first_month, last = first + 11;
    char from[IHP__DATE_TEXT], to[IHP__DATE_TEXT];
    fprintf(e->out, "  Enrollment spans\n");
    for (uint64_t s = 0; s < e->rows.span_offset[1]; s++) {
        const struct ihp__span *span = &e->rows.span[s];
        if (span->month_from <= last && span->month_to >= first) {
            fprintf(e->out, "    %s to %s  program %s, payer %s%s%s\n",
                    ihp__month_format(span->month_from, from),
                    ihp__month_format(span->month_to, to),
                    span->major_program == IHP__MAJOR_PROGRAM_OTHER
                        ? "that does not qualify"
                        : ihp__code_text(&ihp__major_programs, span->major_program),
                    e->context.info->payer[span->payer],
                    span->exclusion != IHP__EXCLUSION_NONE ? ", exclusion " : "",
                    ihp__code_text(&ihp__exclusions, span->exclusion));
        }
    }
}

/* Prints where the member lived, month by month, and which counties were affected. */
static void print_counties(struct ihp__explanation *e)
{
    uint32_t county[12];
    uint16_t affected = e->fact[IHP__PERFORMANCE].affected;
    ihp__months_county(e->rows.span, (size_t)e->rows.span_offset[1],
                       e->context.rules[IHP__PERFORMANCE].first_month, e->people.county[0], county);
    fprintf(e->out,
            "  County [5.9], of the span that gives the month its payer, else the member's "
            "own: affected in %d months (*)\n   ",
            ihp__months_count(affected));
    for (int m = 0; m < 12; m++) {
        char number[16] = "unknown";
        if (county[m] != 0) {
            snprintf(number, sizeof number, "%05u", county[m]);
        }
        fprintf(e->out, " %s:%s%s", month_name[m], number, (affected & (1u << m)) != 0 ? "*" : "");
    }
    fputc('\n', e->out);
}

/* Returns what a line counts as in attribution, or why it does not count. */
static const char *role_of(const struct ihp__explanation *e, const struct ihp__claims *claims,
                           size_t i, const struct ihp__line *line)
{
    unsigned sets = e->context.code_sets[claims->procedure[i]];
    if (!line->known) {
        return claims->known_from[i] == IHP__NEVER_KNOWN ? "not paid" : "paid after the cut-off";
    }
    if ((sets & IHP__CODE_HEALTH_HOME) != 0) {
        return "health home";
    }
    if ((sets & IHP__CODE_EM) != 0) {
        return line->provider_class == IHP__PROVIDER_PCP ? "E&M, PCP" : "E&M, specialty";
    }
    return line->partnership >= 0 ? "visit at an IHP" : "-";
}

static const char *npi_text(const struct ihp__store_info *info, uint32_t number, char buffer[16])
{
    if (number == 0) {
        return "-";
    }
    snprintf(buffer, 16, "%010lld", (long long)info->npi[number]);
    return buffer;
}

static const char *date_text(ihp__day16 day, char buffer[IHP__DATE_TEXT])
{
    if (day == IHP__DAY16_BEFORE || day == IHP__DAY16_AFTER) {
        return day == IHP__DAY16_BEFORE ? "until 1970" : "after 2149"; /* a store knows no more */
    }
    return ihp__day_format(day, buffer);
}

static void print_line_header(const struct ihp__explanation *e)
{
    fprintf(e->out, "    %-6s %-*s %-10s %-10s %-2s %-5s %-19s %14s %-10s %-10s %-18s %-22s %s\n",
            "window", (int)e->context.info->claim_id_width + 4, "claim/line", "service", "paid",
            "st", "code", "category", "amount", "billing", "treating", "entity", "attribution",
            "cost");
}

static void print_line(const struct ihp__explanation *e, const struct ihp__claims *claims, size_t i,
                       const struct ihp__line *line)
{
    const struct ihp__store_info *info = e->context.info;
    char day[IHP__DATE_TEXT], paid[IHP__DATE_TEXT], service[IHP__SERVICE_TEXT],
        money[IHP__MONEY_TEXT], entity[64], billing[16], treating[16],
        claim[IHP__CLAIM_ID_MAX + 32];
    snprintf(claim, sizeof claim, "%.*s/%lld", (int)claims->claim_id_width,
             claims->claim_id + i * claims->claim_id_width, (long long)claims->line[i]);
    fprintf(e->out, "    %-6d %-*s %-10s %-10s %-2s %-5s %-19s %14s %-10s %-10s %-18s %-22s %s\n",
            line->window, (int)claims->claim_id_width + 4, claim,
            date_text(claims->service_date[i], day), date_text(claims->paid_date[i], paid),
            ihp__code_text(&ihp__claim_statuses, claims->status[i]),
            info->procedure[claims->procedure[i]], ihp__service_format(claims->service[i], service),
            ihp__money_format_grouped(ihp__claim_amount(claims, i), money),
            npi_text(info, claims->billing[i], billing),
            npi_text(info, claims->treating[i], treating), entity_name(e, line->entity, entity),
            role_of(e, claims, i, line),
            line->window == 1 ? ihp__disposition_text(line->disposition) : "-");
}

/* Prints the lines of the period and, if the look-back decided, its E&M and health-home lines. */
static enum ihp_status print_batch(struct ihp__explanation *e, const struct ihp__claims *claims,
                                   enum ihp__period period)
{
    uint16_t qualifying = ihp__member_months(e->state, period)->qualifying;
    for (size_t i = 0; i < claims->count; i++) {
        struct ihp__line line = ihp__line_judge(&e->context.rules[period], qualifying, claims, i);
        bool lookback = line.window == 2 && e->fact[period].window == 2 &&
                        e->context.code_sets[claims->procedure[i]] != 0;
        if (line.window == 1 || lookback) {
            print_line(e, claims, i, &line);
        }
    }
    return IHP_OK;
}

static void print_counts(struct ihp__explanation *e, enum ihp__period period, int window)
{
    const struct ihp__counts *counts = ihp__member_counts(e->state, period, window);
    char name[64], a[IHP__DATE_TEXT], b[IHP__DATE_TEXT], c[IHP__DATE_TEXT];
    fprintf(e->out, "  Counts by entity, %s [13.3.3]:%s\n",
            window == 1 ? "the period" : "the look-back", counts->count == 0 ? " none" : "");
    for (size_t i = 0; i < counts->count; i++) {
        const struct ihp__entity_counts *of = &counts->entity[i];
        fprintf(e->out, "    %-20s health home %u%s%s, PCP E&M %u%s%s, specialty E&M %u%s%s\n",
                entity_name(e, of->entity, name), of->health_home,
                of->health_home > 0 ? " to " : "",
                of->health_home > 0 ? ihp__day_format(of->health_home_last, a) : "", of->primary,
                of->primary > 0 ? " to " : "",
                of->primary > 0 ? ihp__day_format(of->primary_last, b) : "", of->specialty,
                of->specialty > 0 ? " to " : "",
                of->specialty > 0 ? ihp__day_format(of->specialty_last, c) : "");
    }
}

/* Writes what a rule compared, ": 3, held by 2", or nothing. */
static const char *numbers_of(const struct ihp__trace_entry *entry, char buffer[80])
{
    long long value = (long long)entry->value, against = (long long)entry->against;
    char day[IHP__DATE_TEXT], other[IHP__DATE_TEXT];
    ihp__day_format((int32_t)entry->value, day);
    buffer[0] = '\0';
    switch (ihp__rule_numbers(entry->rule)) {
    case IHP__NUMBERS_NONE:
        break;
    case IHP__NUMBERS_COUNT:
        snprintf(buffer, 80, ": %lld", value);
        break;
    case IHP__NUMBERS_LEAST:
        snprintf(buffer, 80, ": %lld, at least %lld required", value, against);
        break;
    case IHP__NUMBERS_MORE:
        snprintf(buffer, 80, ": %lld against %lld", value, against);
        break;
    case IHP__NUMBERS_MOST:
        snprintf(buffer, 80, ": %lld, held by %lld", value, against);
        break;
    case IHP__NUMBERS_LATER:
        ihp__day_format((int32_t)entry->against, other);
        snprintf(buffer, 80, ": %s against %s", day, other);
        break;
    case IHP__NUMBERS_LATEST:
        snprintf(buffer, 80, ": %s, held by %lld", day, against);
        break;
    }
    return buffer;
}

static void print_rule(struct ihp__explanation *e, const struct ihp__trace_entry *entry)
{
    char name[64], numbers[80];
    bool named = entry->entity != IHP__NO_ENTITY;
    fprintf(e->out, "    [%-9s] %-3s  %s%s%s%s\n", ihp__rule_section(entry->rule),
            entry->held ? "yes" : "no", ihp__rule_text(entry->rule), numbers_of(entry, numbers),
            named ? ", " : "", named ? entity_name(e, entry->entity, name) : "");
}

enum ihp_status ihp__explain_print_decision(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__member_fact *f = &e->fact[period];
    print_spans(e, period);
    print_months(e, period);
    if (period == IHP__PERFORMANCE && e->context.affected_counties > 0) {
        print_counties(e);
    }
    fprintf(e->out, "  Claim lines (window 1: the period; 2: the look-back)\n");
    print_line_header(e);
    if (ihp__explain_each_batch(e, print_batch, period) != IHP_OK) {
        return e->err->status;
    }
    print_counts(e, period, 1);
    if (f->window == 2) {
        print_counts(e, period, 2);
    }
    fprintf(e->out, "  Rules in the order tried:\n");
    for (size_t i = 0; i < e->trace[period].count; i++) {
        print_rule(e, &e->trace[period].entry[i]);
    }
    fprintf(e->out, "  Outcome: %s %s [%s], window %d\n",
            ihp__reason_text((enum ihp__reason)f->reason),
            f->partnership >= 0 ? e->context.program->partnership[f->partnership].id
                                : "- not attributed",
            ihp__decision_section((enum ihp__reason)f->reason, &e->trace[period]), f->window);
    return IHP_OK;
}
