/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints what was found of a member: spans, months, counties, lines, counts, rules, outcome. */
#include "explain/explanation.h"

#include "member/netting.h"
#include "result/print_sentence.h"

#include "base/npi.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Blanks before the lines of a table, which is below a heading of a period. */
enum { INDENT = 4 };

/* Size of what identifies a claim line, with its NUL. */
enum { CLAIM_TEXT = IHP__CLAIM_ID_MAX + IHP__VERSION_MAX + 32 };

const char *ihp__explain_entity_name(const struct ihp__explanation *e, uint32_t entity,
                                     char buffer[64])
{
    uint32_t partnerships = (uint32_t)e->context.program->partnerships;
    if (entity == IHP__NO_ENTITY) {
        return "-";
    }
    if (entity < partnerships) {
        return e->context.program->partnership[entity].id;
    }
    char npi[IHP__NPI_TEXT];
    snprintf(buffer, 64, "non-IHP %s",
             ihp__npi_format(e->context.info->npi[entity - partnerships], npi));
    return buffer;
}

/* Prints a table, or "none" for one without rows. */
static enum ihp_status end_table(struct ihp__explanation *e, struct ihp__print *print)
{
    if (print->used == 0 && !print->short_of_memory) {
        fprintf(e->out, "%*snone\n", INDENT, "");
        return IHP_OK;
    }
    return ihp__print_end(print, e->err);
}

static const char month_name[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void ihp__explain_add(char text[IHP__EXPLAIN_TEXT], const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, IHP__EXPLAIN_TEXT - length, format, arguments);
    va_end(arguments);
}

static void print_months(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__months *months = ihp__member_months(e->state, period);
    const struct ihp__deck *deck = &e->context.deck;
    int cutoff = period == IHP__BASE ? deck->base.paid_through : deck->performance.paid_through;
    const int32_t first_month = e->context.rules[period].first_month;
    char text[IHP__EXPLAIN_TEXT] = "", date[IHP__DATE_TEXT];
    uint16_t payer[12];
    ihp__months_payers(e->rows.span, (size_t)e->rows.span_offset[1], first_month, payer);
    ihp__print_sentence(e->out, "  Months [13.1, 13.2, 13.3.2]: %d qualify, at most %d in a row\n",
                        ihp__months_count(months->qualifying),
                        ihp__months_in_a_row(months->qualifying));
    for (int m = 0; m < 12; m++) {
        bool qualifies = ((months->qualifying >> m) & 1u) != 0;
        bool excluded = ((months->excluded >> m) & 1u) != 0;
        bool not_begun = ((months->not_begun >> m) & 1u) != 0;
        bool after_death = ((months->after_death >> m) & 1u) != 0;
        bool before_birth = ((months->before_birth >> m) & 1u) != 0;
        ihp__explain_add(text, " %s:%s", month_name[(first_month + m) % 12],
                         qualifies      ? e->context.info->payer[payer[m]]
                         : excluded     ? "excluded"
                         : not_begun    ? "not-begun"
                         : before_birth ? "before-birth"
                         : after_death  ? "after-death"
                                        : "no");
    }
    ihp__print_sentence(e->out, "   %s\n", text);
    if (months->not_begun != 0) {
        ihp__print_sentence(e->out,
                            "  Not begun by the cut-off %s [2.7]: %d months, which do not qualify "
                            "although a span covers them\n",
                            ihp__day_format(cutoff, date), ihp__months_count(months->not_begun));
    }
    if (months->before_birth != 0) {
        ihp__print_sentence(e->out,
                            "  Born on %s [13.3.2]: %d months before that month, which a span "
                            "covers; policy before_birth: %s\n",
                            ihp__day_format(e->rows.birth_day[0], date),
                            ihp__months_count(months->before_birth),
                            deck->policies.claims.before_birth == IHP__BEFORE_BIRTH_NEVER
                                ? "never, they do not qualify"
                                : "count, they qualify");
    }
    if (months->after_death != 0) {
        ihp__print_sentence(e->out,
                            "  Died on %s [13.3.2]: %d months after that month, which do not "
                            "qualify although a span covers them\n",
                            ihp__day_format(e->rows.death_day[0], date),
                            ihp__months_count(months->after_death));
    }
}

/* Prints the enrollment spans that touch the period. */
static enum ihp_status print_spans(struct ihp__explanation *e, enum ihp__period period)
{
    static const struct ihp__print_column columns[] = {{"from", IHP__PRINT_TEXT, false},
                                                       {"to", IHP__PRINT_TEXT, false},
                                                       {"program", IHP__PRINT_TEXT, false},
                                                       {"payer", IHP__PRINT_TEXT, false},
                                                       {"exclusion", IHP__PRINT_TEXT, true}};
    int32_t first = e->context.rules[period].first_month, last = first + 11;
    char month[IHP__DATE_TEXT];
    struct ihp__print print = IHP__PRINT_BEGIN(e->out, columns, 2);
    ihp__print_set_indent(&print, INDENT);
    fprintf(e->out, "  Enrollment spans\n");
    for (uint64_t s = 0; s < e->rows.span_offset[1]; s++) {
        const struct ihp__span *span = &e->rows.span[s];
        if (span->month_from <= last && span->month_to >= first) {
            ihp__print_text(&print, ihp__month_format(span->month_from, month));
            ihp__print_text(&print, ihp__month_format(span->month_to, month));
            ihp__print_text(&print,
                            span->major_program == IHP__MAJOR_PROGRAM_OTHER
                                ? "does not qualify"
                                : ihp__code_text(&ihp__major_programs, span->major_program));
            ihp__print_text(&print, e->context.info->payer[span->payer]);
            ihp__print_text(&print, ihp__code_text(&ihp__exclusions, span->exclusion));
        }
    }
    return end_table(e, &print);
}

/* Prints where the member lived, month by month, and which counties were affected. */
static void print_counties(struct ihp__explanation *e)
{
    uint32_t county[12];
    uint16_t affected = e->fact[IHP__PERFORMANCE].affected;
    int32_t first_month = e->context.rules[IHP__PERFORMANCE].first_month;
    char text[IHP__EXPLAIN_TEXT] = "";
    ihp__months_county(e->rows.span, (size_t)e->rows.span_offset[1], first_month,
                       ihp__member_months(e->state, IHP__PERFORMANCE)->qualifying,
                       e->people.county[0], county);
    ihp__print_sentence(e->out,
                        "  County [5.9], of the span that gives the month its payer, else the "
                        "member's own: affected in %d months (*)\n",
                        ihp__months_count(affected));
    for (int m = 0; m < 12; m++) {
        char number[16] = "unknown";
        if (county[m] != 0) {
            snprintf(number, sizeof number, "%05u", county[m]);
        }
        ihp__explain_add(text, " %s:%s%s", month_name[(first_month + m) % 12], number,
                         (affected & (1u << m)) != 0 ? "*" : "");
    }
    ihp__print_sentence(e->out, "   %s\n", text);
}

/* Returns what a line counts as in attribution, or why it does not count. */
static const char *role_of(const struct ihp__explanation *e, enum ihp__period period,
                           const struct ihp__claims *claims, size_t i, const struct ihp__line *line,
                           enum ihp__net_fate fate)
{
    if (!line->known) {
        bool was_paid = claims->known_from[i] <= e->context.rules[period].cutoff;
        return claims->known_from[i] == IHP__NEVER_KNOWN ? "not paid"
               : was_paid                                ? "void by the cut-off"
                                                         : "paid after the cut-off";
    }
    if (fate != IHP__NET_COUNTS) {
        return fate == IHP__NET_REVERSAL ? "reversal [13.3.5.1]" : "reversed [13.3.5.1]";
    }
    if ((line->sets & IHP__CODE_HEALTH_HOME) != 0) {
        return "health home";
    }
    if ((line->sets & IHP__CODE_EM) != 0) {
        return line->provider_class == IHP__PROVIDER_PCP ? "E&M, PCP" : "E&M, specialty";
    }
    if (e->context.code_sets[claims->procedure[i]] != 0) {
        return line->partnership >= 0 ? "visit; code not in force" : "code not in force";
    }
    return line->partnership >= 0 ? "visit at an IHP" : "-";
}

static const char *npi_text(const struct ihp__store_info *info, uint32_t number,
                            char buffer[IHP__NPI_TEXT])
{
    return number == 0 ? "-" : ihp__npi_format(info->npi[number], buffer);
}

static const char *date_text(ihp__day16 day, char buffer[IHP__DATE_TEXT])
{
    if (day == IHP__DAY16_BEFORE || day == IHP__DAY16_AFTER) {
        return day == IHP__DAY16_BEFORE ? "until 1970" : "after 2149"; /* a store knows no more */
    }
    return ihp__day_format(day, buffer);
}

/* Writes what identifies line i: "claim/line", and the version if it has one. */
static void format_claim(const struct ihp__claims *claims, size_t i, char text[CLAIM_TEXT])
{
    const char *version =
        claims->version == NULL ? "" : claims->version + i * claims->version_width;
    int width = (int)claims->version_width;
    snprintf(text, CLAIM_TEXT, "%.*s/%lld%s%.*s", (int)claims->claim_id_width,
             claims->claim_id + i * claims->claim_id_width, (long long)claims->line[i],
             width > 0 && version[0] != '\0' ? "/" : "", width, version);
}

static void add_line(struct ihp__explanation *e, enum ihp__period period,
                     const struct ihp__claims *claims, size_t i, const struct ihp__line *line,
                     enum ihp__net_fate fate)
{
    struct ihp__print *print = &e->lines;
    const struct ihp__store_info *info = e->context.info;
    char day[IHP__DATE_TEXT], service[IHP__SERVICE_TEXT], entity[64], npi[IHP__NPI_TEXT],
        window[16], claim[CLAIM_TEXT];
    bool is_void = claims->void_date != NULL && claims->void_date[i] != IHP__NEVER_VOID;
    snprintf(window, sizeof window, "%d", line->window);
    format_claim(claims, i, claim);
    ihp__print_text(print, claim);
    ihp__print_text(print, window);
    ihp__print_text(print, date_text(claims->service_date[i], day));
    ihp__print_text(print, date_text(claims->paid_date[i], day));
    ihp__print_text(print, is_void ? date_text(claims->void_date[i], day) : "");
    ihp__print_text(print, ihp__code_text(&ihp__claim_statuses, claims->status[i]));
    ihp__print_text(print, info->procedure[claims->procedure[i]]);
    ihp__print_text(print, ihp__service_format(claims->service[i], service));
    ihp__print_cents(print, ihp__claim_amount(claims, i));
    ihp__print_text(print, npi_text(info, claims->billing[i], npi));
    ihp__print_text(print, npi_text(info, claims->treating[i], npi));
    ihp__print_text(print, ihp__explain_entity_name(e, line->entity, entity));
    ihp__print_text(print, role_of(e, period, claims, i, line, fate));
    ihp__print_text(print, line->window == 1 ? ihp__disposition_text(line->disposition) : "-");
}

/* Adds the lines of the period and, if the look-back decided, its E&M and health-home lines. */
static enum ihp_status add_batch(struct ihp__explanation *e, const struct ihp__claims *claims,
                                 enum ihp__period period)
{
    const struct ihp__period_rules *rules = &e->context.rules[period];
    uint16_t qualifying = ihp__member_months(e->state, period)->qualifying;
    enum ihp__net_fate *fate = NULL;
    if (rules->policies->reversals == IHP__REVERSALS_NET) {
        fate = calloc(claims->count + 1, sizeof *fate);
        if (fate == NULL || !ihp__net_fates(rules, claims, 0, claims->count, fate)) {
            free(fate);
            return ihp__fail_memory(e->err, "a member's lines");
        }
    }
    for (size_t i = 0; i < claims->count; i++) {
        struct ihp__line line = ihp__line_judge(rules, qualifying, claims, i);
        bool lookback = line.window == 2 && e->fact[period].window == 2 &&
                        e->context.code_sets[claims->procedure[i]] != 0;
        if (line.window == 1 || lookback) {
            add_line(e, period, claims, i, &line, fate == NULL ? IHP__NET_COUNTS : fate[i]);
        }
    }
    free(fate);
    return IHP_OK;
}

static enum ihp_status print_lines(struct ihp__explanation *e, enum ihp__period period)
{
    static const struct ihp__print_column columns[] = {
        {"claim/line", IHP__PRINT_TEXT, false},  {"window", IHP__PRINT_TEXT, false},
        {"service", IHP__PRINT_TEXT, false},     {"paid", IHP__PRINT_TEXT, false},
        {"void", IHP__PRINT_TEXT, true},         {"st", IHP__PRINT_TEXT, false},
        {"code", IHP__PRINT_TEXT, false},        {"category", IHP__PRINT_TEXT, false},
        {"amount", IHP__PRINT_NUMBER, false},    {"billing", IHP__PRINT_TEXT, false},
        {"treating", IHP__PRINT_TEXT, false},    {"entity", IHP__PRINT_TEXT, false},
        {"attribution", IHP__PRINT_TEXT, false}, {"cost", IHP__PRINT_TEXT, false}};
    fprintf(e->out, "  Claim lines (window 1: the period; 2: the look-back)\n");
    e->lines = IHP__PRINT_BEGIN(e->out, columns, 1);
    ihp__print_set_indent(&e->lines, INDENT);
    enum ihp_status status = ihp__explain_each_batch(e, add_batch, period);
    enum ihp_status printed = end_table(e, &e->lines);
    return status == IHP_OK ? printed : status;
}

/* Adds a number of lines and the date of the last one. */
static void add_count(struct ihp__print *print, uint32_t count, int32_t last)
{
    char day[IHP__DATE_TEXT];
    ihp__print_count(print, count);
    ihp__print_text(print, count > 0 ? ihp__day_format(last, day) : "-");
}

static enum ihp_status print_counts(struct ihp__explanation *e, enum ihp__period period, int window)
{
    static const struct ihp__print_column columns[] = {
        {"entity", IHP__PRINT_TEXT, false}, {"health home", IHP__PRINT_NUMBER, false},
        {"last", IHP__PRINT_TEXT, false},   {"PCP E&M", IHP__PRINT_NUMBER, false},
        {"last", IHP__PRINT_TEXT, false},   {"specialty E&M", IHP__PRINT_NUMBER, false},
        {"last", IHP__PRINT_TEXT, false}};
    const struct ihp__counts *counts = ihp__member_counts(e->state, period, window);
    char name[64];
    struct ihp__print print = IHP__PRINT_BEGIN(e->out, columns, 1);
    ihp__print_set_indent(&print, INDENT);
    fprintf(e->out, "  Counts by entity, %s [13.3.3]\n",
            window == 1 ? "the period" : "the look-back");
    for (size_t i = 0; i < counts->count; i++) {
        const struct ihp__entity_counts *of = &counts->entity[i];
        ihp__print_text(&print, ihp__explain_entity_name(e, of->entity, name));
        add_count(&print, of->health_home, of->health_home_last);
        add_count(&print, of->primary, of->primary_last);
        add_count(&print, of->specialty, of->specialty_last);
    }
    return end_table(e, &print);
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
    ihp__print_sentence(e->out, "    [%-9s] %-3s  %s%s%s%s\n", ihp__rule_section(entry->rule),
                        entry->held ? "yes" : "no", ihp__rule_text(entry->rule),
                        numbers_of(entry, numbers), named ? ", " : "",
                        named ? ihp__explain_entity_name(e, entry->entity, name) : "");
}

void ihp__explain_print_rules(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__member_fact *f = &e->fact[period];
    fprintf(e->out, "  Rules in the order tried:\n");
    for (size_t i = 0; i < e->trace[period].count; i++) {
        print_rule(e, &e->trace[period].entry[i]);
    }
    ihp__print_sentence(
        e->out, "  Outcome: %s %s [%s], window %d\n", ihp__reason_text((enum ihp__reason)f->reason),
        f->partnership >= 0 ? e->context.program->partnership[f->partnership].id
                            : "- not attributed",
        ihp__decision_section((enum ihp__reason)f->reason, &e->trace[period]), f->window);
}

enum ihp_status ihp__explain_print_decision(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__member_fact *f = &e->fact[period];
    if (print_spans(e, period) != IHP_OK) {
        return e->err->status;
    }
    print_months(e, period);
    if (period == IHP__PERFORMANCE && e->context.affected_counties > 0) {
        print_counties(e);
    }
    if (print_lines(e, period) != IHP_OK || print_counts(e, period, 1) != IHP_OK ||
        (f->window == 2 && print_counts(e, period, 2) != IHP_OK)) {
        return e->err->status;
    }
    ihp__explain_print_rules(e, period);
    return IHP_OK;
}
