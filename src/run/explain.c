/* ihp explain: one member, every line and rule, for an appeal [4.6.4]. It runs the very functions of
 * a settlement, with a trace. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

enum { EXPLAIN_LINES = 4096 };

struct explaining {
    struct ihp_context context;
    uint64_t member;
    struct ihp_members rows; /* of this member alone */
    struct ihp_people people; /* the member's county */
    struct ihp_member_state *state;
    struct ihp_claim_buffer *buffer;
    struct ihp_line_sums *sums;
    struct ihp_fact fact[IHP_PERIODS];
    struct ihp_trace trace[IHP_PERIODS];
    FILE *out;
    struct ihp_error *err;
};

typedef enum ihp_status (*batch_fn)(struct explaining *x, const struct ihp_claims *claims,
                                    enum ihp_period q);

/* Calls `fn` for the member's lines, batch by batch. */
static enum ihp_status each_batch(struct explaining *x, batch_fn fn, enum ihp_period q)
{
    uint64_t line = x->rows.claim_offset[0], end = x->rows.claim_offset[1];
    while (line < end && x->err->status == IHP_OK) {
        struct ihp_claims claims;
        size_t count = end - line < EXPLAIN_LINES ? (size_t)(end - line) : EXPLAIN_LINES;
        if (ihp_store_read_claims(x->context.store, line, count, x->buffer, &claims, x->err) ==
            IHP_OK) {
            fn(x, &claims, q);
        }
        line += count;
    }
    return x->err->status;
}

static enum ihp_status take_batch(struct explaining *x, const struct ihp_claims *claims,
                                  enum ihp_period q)
{
    (void)q;
    return ihp_member_lines(x->state, claims, 0, claims->count, x->sums)
               ? IHP_OK
               : ihp_fail_memory(x->err, "a member's counts");
}

/* ---- printing -------------------------------------------------------------------------------- */

static const char *entity_name(const struct explaining *x, uint32_t entity, char buffer[64])
{
    uint32_t partnerships = (uint32_t)x->context.program->partnerships;
    if (entity == IHP_NO_ENTITY) {
        return "-";
    }
    if (entity < partnerships) {
        return x->context.program->partnership[entity].id;
    }
    snprintf(buffer, 64, "non-IHP %010lld", (long long)x->context.info->npi[entity - partnerships]);
    return buffer;
}

static const char month_name[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void print_months(struct explaining *x, enum ihp_period q)
{
    const struct ihp_months *months = ihp_member_months(x->state, q);
    fprintf(x->out, "  Months [13.1, 13.2, 13.3.2]: %d qualify, at most %d in a row\n   ",
            ihp_months_count(months->qualifying), ihp_months_in_a_row(months->qualifying));
    for (int m = 0; m < 12; m++) {
        bool qualifies = ((months->qualifying >> m) & 1u) != 0;
        bool excluded = ((months->excluded >> m) & 1u) != 0;
        fprintf(x->out, " %s:%s", month_name[m],
                qualifies ? x->context.info->payer[months->payer[m]] : excluded ? "excluded" : "no");
    }
    fputc('\n', x->out);
}

/* The enrollment spans that touch the period. */
static void print_spans(struct explaining *x, enum ihp_period q)
{
    int32_t first = x->context.rules[q].first_month, last = first + 11;
    char from[IHP_DATE_TEXT], to[IHP_DATE_TEXT];
    fprintf(x->out, "  Enrollment spans\n");
    for (uint64_t s = 0; s < x->rows.span_offset[1]; s++) {
        const struct ihp_span *span = &x->rows.span[s];
        if (span->month_from <= last && span->month_to >= first) {
            fprintf(x->out, "    %s to %s  program %s, payer %s%s%s\n",
                    ihp_month_format(span->month_from, from), ihp_month_format(span->month_to, to),
                    span->program == IHP_PROGRAM_OTHER ? "that does not qualify"
                                                       : ihp_code_text(&ihp_programs, span->program),
                    x->context.info->payer[span->payer],
                    span->exclusion != IHP_EXCLUSION_NONE ? ", exclusion " : "",
                    ihp_code_text(&ihp_exclusions, span->exclusion));
        }
    }
}

/* Where the member lived, month by month, and whether the county was affected. */
static void print_counties(struct explaining *x)
{
    uint32_t county[12];
    uint16_t affected = x->fact[IHP_PERFORMANCE].affected;
    ihp_months_county(x->rows.span, (size_t)x->rows.span_offset[1],
                      x->context.rules[IHP_PERFORMANCE].first_month, x->people.county[0], county);
    fprintf(x->out,
            "  County [5.9], of the span that gives the month its payer, else the member's "
            "own: affected in %d months (*)\n   ",
            ihp_months_count(affected));
    for (int m = 0; m < 12; m++) {
        char number[16] = "unknown";
        if (county[m] != 0) {
            snprintf(number, sizeof number, "%05u", county[m]);
        }
        fprintf(x->out, " %s:%s%s", month_name[m], number,
                (affected & (1u << m)) != 0 ? "*" : "");
    }
    fputc('\n', x->out);
}

/* What a line does for attribution: what it counts as, or why it does not. */
static const char *role_of(const struct explaining *x, const struct ihp_claims *claims, size_t i,
                           const struct ihp_line *line)
{
    unsigned sets = x->context.code_sets[claims->procedure[i]];
    if (!line->known) {
        return claims->known_from[i] == IHP_NEVER_KNOWN ? "not paid" : "paid after the cut-off";
    }
    if ((sets & IHP_CODE_HEALTH_HOME) != 0) {
        return "health home";
    }
    if ((sets & IHP_CODE_EM) != 0) {
        return line->class_ == IHP_CLASS_PCP ? "E&M, PCP" : "E&M, specialty";
    }
    return line->partnership >= 0 ? "visit at an IHP" : "-";
}

static const char *npi_text(const struct ihp_store_info *info, uint32_t number, char buffer[16])
{
    if (number == 0) {
        return "-";
    }
    snprintf(buffer, 16, "%010lld", (long long)info->npi[number]);
    return buffer;
}

static const char *date_text(ihp_day16 day, char buffer[IHP_DATE_TEXT])
{
    if (day == IHP_DAY16_BEFORE || day == IHP_DAY16_AFTER) {
        return day == IHP_DAY16_BEFORE ? "till 1970" : "after 2149"; /* as far as a store knows */
    }
    return ihp_day_format(day, buffer);
}

static void print_line_header(const struct explaining *x)
{
    fprintf(x->out, "    %-6s %-*s %-10s %-10s %-2s %-5s %-19s %14s %-10s %-10s %-18s %-22s %s\n",
            "window", (int)x->context.info->claim_id_width + 4, "claim/line", "service", "paid", "st",
            "code", "category", "amount", "billing", "treating", "entity", "attribution", "cost");
}

static void print_line(const struct explaining *x, const struct ihp_claims *claims, size_t i,
                       const struct ihp_line *line)
{
    const struct ihp_store_info *info = x->context.info;
    char day[IHP_DATE_TEXT], paid[IHP_DATE_TEXT], service[IHP_SERVICE_TEXT], money[IHP_MONEY_TEXT],
        entity[64], billing[16], treating[16], claim[IHP_CLAIM_ID_MAX + 32];
    snprintf(claim, sizeof claim, "%.*s/%lld", (int)claims->claim_id_width,
             claims->claim_id + i * claims->claim_id_width, (long long)claims->line[i]);
    fprintf(x->out, "    %-6d %-*s %-10s %-10s %-2s %-5s %-19s %14s %-10s %-10s %-18s %-22s %s\n",
            line->window, (int)claims->claim_id_width + 4, claim,
            date_text(claims->service_date[i], day), date_text(claims->paid_date[i], paid),
            ihp_code_text(&ihp_claim_statuses, claims->status[i]),
            info->procedure[claims->procedure[i]], ihp_service_format(claims->service[i], service),
            ihp_money_format_grouped(ihp_claim_amount(claims, i), money),
            npi_text(info, claims->billing[i], billing),
            npi_text(info, claims->treating[i], treating), entity_name(x, line->entity, entity),
            role_of(x, claims, i, line),
            line->window == 1 ? ihp_stage_text(line->stage) : "-");
}

/* Lines of the period, and where the look-back decided its E&M and health-home lines. */
static enum ihp_status print_batch(struct explaining *x, const struct ihp_claims *claims,
                                   enum ihp_period q)
{
    uint16_t qualifying = ihp_member_months(x->state, q)->qualifying;
    for (size_t i = 0; i < claims->count; i++) {
        struct ihp_line line = ihp_line_judge(&x->context.rules[q], qualifying, claims, i);
        bool lookback = line.window == 2 && x->fact[q].window == 2 &&
                        x->context.code_sets[claims->procedure[i]] != 0;
        if (line.window == 1 || lookback) {
            print_line(x, claims, i, &line);
        }
    }
    return IHP_OK;
}

static void print_counts(struct explaining *x, enum ihp_period q, int window)
{
    const struct ihp_counts *counts = ihp_member_counts(x->state, q, window);
    char name[64], a[IHP_DATE_TEXT], b[IHP_DATE_TEXT], c[IHP_DATE_TEXT];
    fprintf(x->out, "  Counts by entity, %s [13.3.3]:%s\n",
            window == 1 ? "the period" : "the look-back", counts->count == 0 ? " none" : "");
    for (size_t i = 0; i < counts->count; i++) {
        const struct ihp_entity_counts *e = &counts->entity[i];
        fprintf(x->out, "    %-20s health home %u%s%s, PCP E&M %u%s%s, specialty E&M %u%s%s\n",
                entity_name(x, e->entity, name), e->health_home, e->health_home > 0 ? " to " : "",
                e->health_home > 0 ? ihp_day_format(e->health_home_last, a) : "", e->primary,
                e->primary > 0 ? " to " : "",
                e->primary > 0 ? ihp_day_format(e->primary_last, b) : "", e->specialty,
                e->specialty > 0 ? " to " : "",
                e->specialty > 0 ? ihp_day_format(e->specialty_last, c) : "");
    }
}

static bool compares_days(enum ihp_rule rule)
{
    return rule == IHP_RULE_HEALTH_HOME_LATEST || rule == IHP_RULE_TIE_EM_LATEST ||
           rule == IHP_RULE_TIE_PRIMARY_LATEST || rule == IHP_RULE_TIE_NON_IHP;
}

/* Rules whose second number is how many entities share the greatest. */
static bool counts_holders(enum ihp_rule rule)
{
    return rule == IHP_RULE_HEALTH_HOME_MOST || rule == IHP_RULE_HEALTH_HOME_LATEST ||
           rule == IHP_RULE_SPECIALTY_MOST || rule == IHP_RULE_TIE_EM_LATEST ||
           rule == IHP_RULE_TIE_SPECIALTY || rule == IHP_RULE_TIE_PRIMARY_LATEST;
}

static void print_rule(struct explaining *x, const struct ihp_trace_entry *entry)
{
    char name[64], value[32], against[32];
    bool days = compares_days(entry->rule);
    if (days) {
        ihp_day_format((int32_t)entry->value, value);
    } else {
        snprintf(value, sizeof value, "%lld", (long long)entry->value);
    }
    if (days && !counts_holders(entry->rule)) {
        ihp_day_format((int32_t)entry->against, against);
    } else {
        snprintf(against, sizeof against, "%lld", (long long)entry->against);
    }
    fprintf(x->out, "    [%-9s] %-3s  %s: %s %s %s%s%s\n", ihp_rule_section(entry->rule),
            entry->held ? "yes" : "no", ihp_rule_text(entry->rule), value,
            counts_holders(entry->rule) ? "held by" : "against", against,
            entry->entity != IHP_NO_ENTITY ? ", " : "",
            entry->entity != IHP_NO_ENTITY ? entity_name(x, entry->entity, name) : "");
}

static enum ihp_status print_period(struct explaining *x, enum ihp_period q)
{
    const struct ihp_fact *f = &x->fact[q];
    const struct ihp_period_spec *spec =
        q == IHP_BASE ? &x->context.deck.base : &x->context.deck.performance;
    char date[IHP_DATE_TEXT], money[IHP_MONEY_TEXT];
    fprintf(x->out, "\n%s period %d, claims known that were paid through %s [16.1, 2.7]\n",
            q == IHP_BASE ? "Base" : "Performance", spec->year,
            ihp_day_format(spec->paid_through, date));
    print_spans(x, q);
    print_months(x, q);
    if (q == IHP_PERFORMANCE && x->context.affected_counties > 0) {
        print_counties(x);
    }
    fprintf(x->out, "  Claim lines (window 1: the period; 2: the look-back)\n");
    print_line_header(x);
    if (each_batch(x, print_batch, q) != IHP_OK) {
        return x->err->status;
    }
    print_counts(x, q, 1);
    if (f->window == 2) {
        print_counts(x, q, 2);
    }
    fprintf(x->out, "  Rules in the order tried:\n");
    for (size_t i = 0; i < x->trace[q].count; i++) {
        print_rule(x, &x->trace[q].entry[i]);
    }
    fprintf(x->out, "  Outcome: %s %s [%s], window %d\n",
            ihp_reason_text((enum ihp_reason)f->reason),
            f->partnership >= 0 ? x->context.program->partnership[f->partnership].id
                                : "- not attributed",
            ihp_reason_section((enum ihp_reason)f->reason), f->window);
    fprintf(x->out, "  Cost of %u core lines [16.3.2, 16.10]: %s; %s; risk category %s [16.4.1]\n",
            f->lines, ihp_money_format_grouped(f->cost, money),
            f->enough ? "in the eligible population" : "not in the eligible population",
            x->context.info->acg[f->acg]);
    if (f->partnership >= 0) {
        int64_t cap = x->context.program->partnership[f->partnership].claims_cap;
        fprintf(x->out, "  Capped cost [16.9]: %s\n",
                ihp_money_format_grouped(ihp_capped_cost(f->cost, cap), money));
    }
    return IHP_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum ihp_status find_member(struct explaining *x, const char *member_id)
{
    bool found = false;
    if (!ihp_member_id_valid(member_id, strlen(member_id))) {
        return ihp_fail(x->err, IHP_ERR_USAGE, "MEMBER_ID: the text given is no member id; expected "
                        "1 to 20 of A-Z a-z 0-9 - _");
    }
    if (ihp_store_find_member(x->context.store, member_id, &x->member, &found, x->err) == IHP_OK &&
        !found) {
        ihp_fail(x->err, IHP_ERR_DATA, "%s: has no member with the id given", x->context.info->path);
    }
    return x->err->status;
}

static enum ihp_status judge_member(struct explaining *x)
{
    const unsigned all_columns = IHP_COLUMN_BIT(IHP_CLAIM_COLUMNS) - 1;
    x->sums = calloc(1, sizeof *x->sums);
    x->state = ihp_member_state_create(x->context.rules, IHP_PERIODS);
    if (x->sums == NULL || x->state == NULL) {
        return ihp_fail_memory(x->err, "a member's counts");
    }
    if (ihp_claim_buffer_create(x->context.store, all_columns, EXPLAIN_LINES, &x->buffer, x->err) !=
            IHP_OK ||
        ihp_store_read_members(x->context.store, (struct ihp_range){x->member, 1}, &x->rows,
                               x->err) != IHP_OK) {
        return x->err->status;
    }
    ihp_member_begin(x->state, x->rows.span, (size_t)x->rows.span_offset[1]);
    if (x->context.affected_counties > 0) {
        const struct ihp_range range = {x->member, 1};
        if (ihp_store_read_people(x->context.store, range, IHP_PEOPLE_COUNTY, &x->people,
                                  x->err) != IHP_OK) {
            return x->err->status;
        }
        ihp_member_reside(x->state, x->rows.span, (size_t)x->rows.span_offset[1],
                          x->people.county[0]);
    }
    if (each_batch(x, take_batch, IHP_BASE) != IHP_OK) {
        return x->err->status;
    }
    return ihp_member_finish(x->state, x->rows.morbidity, (size_t)x->rows.morbidity_offset[1],
                             x->context.none_acg, ihp_context_overrides(&x->context, x->member),
                             x->fact, x->trace)
               ? IHP_OK
               : ihp_fail_memory(x->err, "a member's counts");
}

enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                            struct ihp_notices *notices, struct ihp_error *err)
{
    struct explaining x = {.out = stream, .err = err};
    if (ihp_context_open(deck_path, &x.context, notices, err) != IHP_OK) {
        return err->status;
    }
    if (find_member(&x, member_id) == IHP_OK && judge_member(&x) == IHP_OK) {
        fprintf(stream, "PROTECTED HEALTH INFORMATION: for the appeal of this member only [4.6.4]\n"
                        "Member %s, %s settlement under %s\n", member_id,
                x.context.deck.settlement == IHP_FINAL ? "final" : "interim", deck_path);
        if (print_period(&x, IHP_BASE) == IHP_OK) {
            print_period(&x, IHP_PERFORMANCE);
        }
        if (fflush(stream) != 0 && err->status == IHP_OK) {
            ihp_fail(err, IHP_ERR_RUN, "the explanation cannot be written to its end");
        }
    }
    ihp_members_free(&x.rows);
    ihp_people_free(&x.people);
    ihp_claim_buffer_destroy(&x.buffer);
    ihp_member_state_destroy(&x.state);
    free(x.sums);
    ihp_context_close(&x.context);
    return err->status;
}
