/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of ihp check about the store alone: members, dates, lines, amounts, providers. */
#include "jobs/check/check.h"

#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

const char *ihp__check_shown(const struct ihp__check *check, uint64_t count,
                             char text[IHP__CHECK_COUNT_TEXT])
{
    if (count > 0 && count < IHP__CHECK_SHOWN && !check->options->show_small) {
        return "under 11";
    }
    snprintf(text, IHP__CHECK_COUNT_TEXT, "%llu", (unsigned long long)count);
    return text;
}

const char *ihp__check_payer(const struct ihp__check *check, size_t payer)
{
    if (payer == IHP__ALL_PAYERS) {
        return "all payers together";
    }
    const struct ihp__payer_scan *scan = &check->scan->payer[payer];
    const char *text = check->info->payer[payer];
    if (text[0] == '\0') {
        return "(blank)";
    }
    bool few = scan->lines < IHP__CHECK_SHOWN && scan->members < IHP__CHECK_SHOWN;
    return few && !check->options->show_small && strcmp(text, "FFS") != 0 ? "(of few lines)" : text;
}

void ihp__check_count(const struct ihp__check *check, const char *name, uint64_t count)
{
    char text[IHP__CHECK_COUNT_TEXT];
    ihp__print_sentence(check->stream, "    %-34s %14s\n", name,
                        ihp__check_shown(check, count, text));
}

static void print_dates(FILE *stream, const char *name, ihp__day16 first, ihp__day16 last)
{
    char a[IHP__DATE_TEXT], b[IHP__DATE_TEXT];
    ihp__print_sentence(stream, "    %-34s %s%s to %s%s\n", name,
                        first == IHP__DAY16_BEFORE ? "before " : "",
                        ihp__day_format(first == IHP__DAY16_BEFORE ? 1 : first, a),
                        last == IHP__DAY16_AFTER ? "after " : "",
                        ihp__day_format(last == IHP__DAY16_AFTER ? IHP__DAY16_AFTER - 1 : last, b));
}

/* A group of counts, which the lines of a table name. */
struct group {
    const char *title;
    size_t groups;
    const char *(*name)(const void *context, size_t group, char buffer[64]);
    const void *context;
};

/* Prints the counts of a group; those of 1 to 10 are not shown, nor others from which they could be
 * computed, as their sum is known. */
static void print_group(struct ihp__check *check, const struct group *group, const uint64_t *count)
{
    struct ihp__shown_count *shown = calloc(group->groups + 1, sizeof *shown);
    if (shown == NULL) {
        check->flags.short_of_memory = true;
        return;
    }
    for (size_t g = 0; g < group->groups; g++) {
        shown[g] = (struct ihp__shown_count){.count = (int64_t)count[g], .present = count[g] > 0};
    }
    if (!check->options->show_small) {
        ihp__counts_hide(shown, group->groups);
    }
    ihp__print_sentence(check->stream, "  %s\n", group->title);
    for (size_t g = 0; g < group->groups; g++) {
        char text[64];
        if (count[g] == 0) {
            continue;
        }
        if (shown[g].hidden && count[g] >= IHP__CHECK_SHOWN) {
            ihp__print_sentence(check->stream, "    %-34s %14s\n",
                                group->name(group->context, g, text), "not shown");
        } else {
            ihp__check_count(check, group->name(group->context, g, text), count[g]);
        }
    }
    free(shown);
}

static const char *status_name(const void *context, size_t group, char buffer[64])
{
    static const char *const names[] = {"paid (P)", "denied (D)", "void (V)"};
    (void)context;
    (void)buffer;
    return names[group];
}

static const char *service_class_name(const void *context, size_t group, char buffer[64])
{
    (void)context;
    (void)buffer;
    return ihp__code_text(&ihp__service_classes, (int)group);
}

static const char *year_name(const void *context, size_t group, char buffer[64])
{
    (void)context;
    snprintf(buffer, 64, "%s%zu", group == 0 ? "until " : "", IHP__CHECK_FIRST_YEAR + group);
    return buffer;
}

static const char *payer_name(const void *context, size_t group, char buffer[64])
{
    (void)buffer;
    return ihp__check_payer(context, group);
}

static void print_payers(struct ihp__check *check)
{
    uint64_t *lines = calloc(check->info->payers + 1, sizeof *lines);
    if (lines == NULL) {
        check->flags.short_of_memory = true;
        return;
    }
    for (size_t p = 0; p < check->info->payers; p++) {
        lines[p] = check->scan->payer[p].lines;
    }
    print_group(check,
                &(struct group){"Claim lines by payer", check->info->payers, payer_name, check},
                lines);
    free(lines);
}

static void print_lines(struct ihp__check *check)
{
    const struct ihp__check_scan *scan = check->scan;
    size_t classes = (size_t)ihp__service_classes.count;
    print_group(check, &(struct group){"Claim lines by status", 3, status_name, NULL},
                scan->status);
    print_group(check,
                &(struct group){"Claim lines by service class", classes, service_class_name, NULL},
                scan->service_class);
    print_group(
        check,
        &(struct group){"Claims with the same amount on each of 3 lines or more, by service class",
                        classes, service_class_name, NULL},
        scan->repeated);
    print_payers(check);
    print_group(
        check, &(struct group){"Claim lines by year of service", IHP__CHECK_YEARS, year_name, NULL},
        scan->year);
}

static double share(uint64_t part, uint64_t all)
{
    return all == 0 ? 0 : (double)part / (double)all;
}

/* Prints how many of a payer's paid lines are $0.00, as those of a capitated payer may be. */
static void print_zero_dollars(struct ihp__check *check)
{
    bool any = false;
    ihp__print_sentence(check->stream, "  Paid lines of $0.00 by payer\n");
    for (size_t p = 0; p < check->info->payers; p++) {
        const struct ihp__payer_scan *payer = &check->scan->payer[p];
        const char *name = ihp__check_payer(check, p);
        double zero = share(payer->paid_zero, payer->paid);
        char count[IHP__CHECK_COUNT_TEXT], text[64];
        if (payer->paid_zero == 0) {
            continue;
        }
        any = true;
        if (payer->paid_zero < IHP__CHECK_SHOWN && !check->options->show_small) {
            snprintf(text, sizeof text, "under 11");
        } else {
            snprintf(text, sizeof text, "%.1f%% of %s", 100 * zero,
                     ihp__check_shown(check, payer->paid, count));
        }
        ihp__print_sentence(check->stream, "    %-34s %14s lines are $0.00\n", name, text);
        if (zero > 0.5 && payer->paid >= 100) {
            ihp__flag_raise(&check->flags, IHP__FLAG_ZERO_DOLLARS,
                            "%s: %.1f%% of its paid lines are $0.00; if the payer is paid by "
                            "capitation, its encounters require the dollars of the services",
                            name, 100 * zero);
        }
    }
    if (!any) {
        ihp__print_sentence(check->stream, "    none\n");
    }
}

static void raise_repeated(struct ihp__check *check, size_t payer, double repeated)
{
    ihp__flag_raise(&check->flags, IHP__FLAG_REPEATED_CLAIMS,
                    "%s: %.0f%% of the paid lines are on another claim, too, with the same member, "
                    "day, service, providers and dollars; are there claims twice, under another "
                    "claim id?",
                    ihp__check_payer(check, payer), 100 * repeated);
}

/* Prints how many lines are on another claim, too, and raises a flag for payers with many. */
static void print_repeated(struct ihp__check *check)
{
    enum { LINES_LEAST = 1000 }; /* of a payer, to be judged */
    const double most = 0.1;
    uint64_t lines = 0, repeated = 0;
    size_t judged = 0, many = 0;
    for (size_t p = 0; p < check->info->payers; p++) {
        const struct ihp__payer_scan *payer = &check->scan->payer[p];
        lines += payer->dollar_lines;
        repeated += payer->repeated;
        judged += payer->dollar_lines >= LINES_LEAST;
        many += payer->dollar_lines >= LINES_LEAST &&
                share(payer->repeated, payer->dollar_lines) > most;
    }
    ihp__check_count(check, "lines that another claim has, too", repeated);
    if (many > 1 && many == judged) {
        raise_repeated(check, IHP__ALL_PAYERS, share(repeated, lines));
        return;
    }
    for (size_t p = 0; many > 0 && p < check->info->payers; p++) {
        const struct ihp__payer_scan *payer = &check->scan->payer[p];
        double of_payer = share(payer->repeated, payer->dollar_lines);
        if (payer->dollar_lines >= LINES_LEAST && of_payer > most) {
            raise_repeated(check, p, of_payer);
        }
    }
}

static void raise_one_amount(struct ihp__check *check, const char *of, double part)
{
    ihp__flag_raise(&check->flags, IHP__FLAG_REPEATED_AMOUNTS,
                    "%s: %.0f%% of the claims of 3 lines or more have the same amount on every "
                    "line; is it the payment of the claim?",
                    of, 100 * part);
}

/* Raises a flag for each service class, or for each payer if no service class has it, of which many
 * claims have one amount on all lines. */
static void judge_one_amount(struct ihp__check *check)
{
    enum { CLAIMS_LEAST = 100 }; /* of a payer, to be judged */
    const double most = 0.2;
    const struct ihp__check_scan *scan = check->scan;
    bool of_class = false;
    for (int c = 0; c < ihp__service_classes.count; c++) {
        double part = share(scan->repeated[c], scan->several[c]);
        if (scan->repeated[c] >= IHP__CHECK_SHOWN && part > most) {
            raise_one_amount(check, ihp__code_text(&ihp__service_classes, c), part);
            of_class = true;
        }
    }
    for (size_t p = 0; p < check->info->payers && !of_class; p++) {
        const struct ihp__payer_scan *payer = &scan->payer[p];
        double part = share(payer->one_amount, payer->several);
        if (payer->several >= CLAIMS_LEAST && part > most) {
            raise_one_amount(check, ihp__check_payer(check, p), part);
        }
    }
}

static void print_amounts(struct ihp__check *check)
{
    const struct ihp__check_scan *scan = check->scan;
    ihp__print_sentence(check->stream, "  Amounts\n");
    ihp__check_count(check, "negative lines", scan->negative);
    ihp__check_count(check, "negative lines that reverse none", scan->unmatched);
    ihp__check_count(check, "lines of $0.00", scan->zero);
    ihp__check_count(check, "lines beyond $1,000,000 (check!)", scan->implausible);
    print_repeated(check);
    print_zero_dollars(check);
    if (scan->unmatched >= 100 && share(scan->unmatched, scan->negative) > 0.5) {
        ihp__flag_raise(&check->flags, IHP__FLAG_UNMATCHED_REVERSALS,
                        "%.0f%% of the negative lines have no line of the same day, codes, "
                        "providers and dollars; are the originals missing?",
                        100 * share(scan->unmatched, scan->negative));
    }
    judge_one_amount(check);
}

/* Raises the flags about members. */
static void judge_members(struct ihp__check *check)
{
    const struct ihp__check_scan *scan = check->scan;
    double early = share(scan->members_before_birth, check->info->members);
    double other = share(scan->other_months, scan->span_months);
    if (scan->members_before_birth >= IHP__CHECK_SHOWN && early > 0.001) {
        ihp__flag_raise(&check->flags, IHP__FLAG_BEFORE_BIRTH,
                        "%.1f%% of the members are enrolled before their month of birth",
                        100 * early);
    }
    if (scan->span_months >= 100 && other > 0.2) {
        ihp__flag_raise(&check->flags, IHP__FLAG_OTHER_PROGRAMS,
                        "%.0f%% of the member months have a program that does not qualify [13.1]",
                        100 * other);
    }
    for (size_t p = 0; p < check->info->payers; p++) {
        const struct ihp__payer_scan *payer = &scan->payer[p];
        double silent = share(payer->silent, payer->members);
        if (payer->silent >= 100 && silent > 0.2) {
            ihp__flag_raise(&check->flags, IHP__FLAG_SILENT_MEMBERS,
                            "%s: %.0f%% of the members with a year or more of enrollment have no "
                            "line",
                            ihp__check_payer(check, p), 100 * silent);
        }
    }
}

static void print_members(struct ihp__check *check)
{
    FILE *stream = check->stream;
    const struct ihp__store_info *info = check->info;
    const struct ihp__check_scan *scan = check->scan;
    char a[IHP__DATE_TEXT], b[IHP__DATE_TEXT], text[64];
    ihp__print_sentence(stream, "  Members\n");
    ihp__check_count(check, "in the store", info->members);
    ihp__check_count(check, "without a claim line", scan->members_without_claims);
    ihp__check_count(check, "without an enrollment span", scan->members_without_spans);
    ihp__check_count(check, "enrolled, no line for 12 months", scan->members_without_recent_line);
    ihp__check_count(check, "enrolled before month of birth", scan->members_before_birth);
    if (info->has_death_dates) {
        ihp__check_count(check, "with a date of death", scan->members_died);
        ihp__check_count(check, "enrolled after month of death", scan->members_after_death);
    }
    ihp__check_count(check, "member months of other programs", scan->other_months);
    if (scan->month_first <= scan->month_last) {
        ihp__print_sentence(stream, "    %-34s %s to %s\n", "enrollment months",
                            ihp__month_format(scan->month_first, a),
                            ihp__month_format(scan->month_last, b));
    }
    for (int year = scan->year_first; year <= scan->year_last; year++) {
        if (scan->year[year - IHP__CHECK_FIRST_YEAR] > 0) {
            snprintf(text, sizeof text, "enrolled in %d without ACG", year);
            ihp__check_count(check, text, scan->without_acg[year - scan->year_first]);
        }
    }
}

/* Prints what is missing or wrong about the providers of lines. Counts of providers are not those
 * of members, so they are always shown. */
static void print_providers(struct ihp__check *check)
{
    const struct ihp__store_info *info = check->info;
    const struct ihp__check_scan *scan = check->scan;
    uint64_t unclassified = 0, lines = 0, wrong = 0, wrong_lines = scan->wrong_npi_lines;
    for (size_t n = 1; n < info->npis; n++) {
        if ((scan->npi_seen[n] & IHP__SEEN_TREATING) != 0 && info->npi_taxonomy[n] == UINT32_MAX) {
            unclassified++;
            lines += scan->treating_lines[n];
        }
        wrong += scan->npi_seen[n] != 0 && scan->npi_wrong[n] != 0;
    }
    ihp__print_sentence(check->stream, "  Providers\n    %-34s %14llu\n",
                        "treating NPIs without taxonomy", (unsigned long long)unclassified);
    ihp__check_count(check, "lines of these (specialty)", lines);
    ihp__print_sentence(check->stream, "    %-34s %14llu\n", "NPIs whose check digit is wrong",
                        (unsigned long long)wrong);
    ihp__check_count(check, "lines with one of these", wrong_lines);
    /* Of invented NPIs, nine in ten have a wrong check digit. */
    if (wrong_lines >= 100 && 2 * wrong < info->npis && share(wrong_lines, info->lines) > 0.05) {
        ihp__flag_raise(&check->flags, IHP__FLAG_WRONG_NPIS,
                        "%llu of %zu NPIs have a wrong check digit, with %.0f%% of the lines",
                        (unsigned long long)wrong, info->npis - 1,
                        100 * share(wrong_lines, info->lines));
    }
}

/* Returns true if the ACGs of a year are to be judged: those that a deck uses; without a deck, all
 * years since the first with ACGs, but not a last one that has not ended. */
static bool acg_year_counts(const struct ihp__check *check, int year)
{
    const struct ihp__check_scan *scan = check->scan;
    if (check->deck != NULL) {
        return year == ihp__period_acg_year(&check->deck->base) ||
               year == ihp__period_acg_year(&check->deck->performance);
    }
    bool any = false;
    for (int y = scan->year_first; y <= year; y++) {
        size_t i = (size_t)(y - scan->year_first);
        any |= scan->enrolled[i] > scan->without_acg[i];
    }
    return any && (year < scan->year_last || ihp__month_of_day(scan->service_last) % 12 == 11);
}

/* Raises a flag for years in which many enrolled members have no ACG. */
static void judge_morbidity(struct ihp__check *check)
{
    enum { MEMBERS_LEAST = 100 };
    const double most = 0.3;
    const struct ihp__check_scan *scan = check->scan;
    for (int year = scan->year_first; year <= scan->year_last; year++) {
        uint64_t enrolled = scan->enrolled[year - scan->year_first];
        double without = share(scan->without_acg[year - scan->year_first], enrolled);
        if (enrolled >= MEMBERS_LEAST && without > most && acg_year_counts(check, year)) {
            ihp__flag_raise(&check->flags, IHP__FLAG_NO_MORBIDITY,
                            "%.0f%% of the members who are enrolled in %d have no ACG of the year, "
                            "so they are in the risk category NONE [16.4.1]",
                            100 * without, year);
        }
    }
}

/* Raises the flags about tables of the extract without which nobody can be settled. */
static void judge_tables(struct ihp__check *check)
{
    const struct ihp__store_info *info = check->info;
    size_t classified = 0;
    for (size_t n = 1; n < info->npis; n++) {
        classified += info->npi_taxonomy[n] != UINT32_MAX;
    }
    if (info->members == 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_EMPTY_TABLES, "no member is in the store");
    }
    if (info->spans == 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_EMPTY_TABLES,
                        "no member has an enrollment span, so nobody is enrolled");
    }
    if (info->lines == 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_EMPTY_TABLES, "there is no claim line");
    }
    if (classified == 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_EMPTY_TABLES,
                        "no provider has a taxonomy, so all are specialty [3.8.4.2]");
    }
    if (info->morbidity_rows > 0) {
        judge_morbidity(check);
    } else {
        ihp__flag_raise(&check->flags, IHP__FLAG_NO_MORBIDITY,
                        "no member has an ACG, so all are in the risk category NONE");
    }
}

void ihp__check_store(struct ihp__check *check)
{
    FILE *stream = check->stream;
    const struct ihp__store_info *info = check->info;
    const struct ihp__check_scan *scan = check->scan;
    ihp__print_sentence(stream, "Store %s (counts of 1 to 10 are %sshown)\n", info->path,
                        check->options->show_small ? "" : "not ");
    print_members(check);
    judge_tables(check);
    judge_members(check);
    ihp__print_sentence(stream, "  Claims\n");
    ihp__check_count(check, "lines", info->lines);
    if (info->has_void_dates) {
        ihp__check_count(check, "lines with a void date", scan->void_dates);
    }
    if (info->lines > 0) {
        print_dates(stream, "dates of service", scan->service_first, scan->service_last);
        print_dates(stream, "dates of payment", scan->paid_first, scan->paid_last);
    }
    print_lines(check);
    print_amounts(check);
    print_providers(check);
}
