/* SPDX-License-Identifier: GPL-3.0-or-later */
/* README.txt of a data package: what it is of, its files, the meaning of every column, and the
 * terms from which the IHP can compute its amount again [4.6.2]. */
#include "result/package_readme.h"

#include "ihp/version.h"
#include "result/column_meanings.h"
#include "result/result_files.h"
#include "result/shown.h"

#include <math.h>
#include <string.h>

/* ---- columns --------------------------------------------------------------------------------- */

/* The files with columns, in the order in which README.txt explains them. */
static const char *const files[] = {
    "settlement.csv",  "bridge.csv",  "payer_split.csv",       "attribution.csv",      "terms.csv",
    "risk_scores.csv", "changes.csv", "protected_members.csv", "protected_changes.csv"};

enum { FILES = sizeof files / sizeof files[0] };

/* Returns true if a package has a file: always, or with an earlier package, or with a bridge. */
static bool has_file(const struct ihp__result_file *file,
                     const struct ihp__table table[IHP__PACKAGE_TABLES])
{
    bool previous = table[IHP__PACKAGE_CHANGES].columns > 0;
    bool bridge = table[IHP__PACKAGE_BRIDGE].columns > 0;
#ifdef IHP_XLSX
    const bool workbooks = true;
#else
    const bool workbooks = false;
#endif
    return strcmp(file->when, "always") == 0 ||
           (workbooks && strcmp(file->when, "with libxlsxwriter") == 0) ||
           (previous && strcmp(file->when, "with `--previous`") == 0) ||
           (bridge && strcmp(file->when, "with `interim`") == 0);
}

static void put_columns(FILE *out, const struct ihp__table table[IHP__PACKAGE_TABLES])
{
    for (size_t f = 0; f < FILES; f++) {
        if (!has_file(ihp__result_file_find(IHP__FILES_PACKAGE_OF_IHP, files[f]), table)) {
            continue;
        }
        fprintf(out, "\nColumns of %s:\n", files[f]);
        const struct ihp__column_meaning *m = ihp__column_meanings(files[f]);
        for (; m != NULL && m->column != NULL; m++) {
            fprintf(out, "  %-22s  %s\n", m->column, m->meaning);
        }
    }
}

/* ---- terms ----------------------------------------------------------------------------------- */

static void put_corridors(FILE *out, const struct ihp__program *program, int partnership)
{
    size_t count;
    const struct ihp__corridor *c = ihp__program_corridors(program, partnership, &count);
    fputs("  Corridors [16.8]: part of the adjusted target, and the IHP's share of it:\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "    from %.12g to %.12g: %.12g\n", c[i].from, c[i].to, c[i].share);
    }
    if (count == 0) {
        fputs("    none\n", out);
    }
}

static void put_trend(FILE *out, const struct ihp__program *program, const struct ihp__deck *deck)
{
    int months = ihp__period_last_month(&deck->performance) % 12 + 1;
    fputs("  Trend [16.4.2]: the product over years of (1 + rate) x (1 + adjustment):\n", out);
    for (int year = deck->base.year + 1; year <= deck->performance.year; year++) {
        const struct ihp__trend *trend = ihp__program_trend(program, year);
        if (trend != NULL) {
            fprintf(out, "    %d: rate %.12g, adjustment %.12g", year, trend->rate,
                    trend->adjustment);
            if (year == deck->performance.year && months < 12) {
                fprintf(out, ", to the power of %d/12", months);
            }
            fputc('\n', out);
        }
    }
}

/* Lists a policy that does not have its default. */
static void put_policy(void *context, const struct ihp__deck_key *key)
{
    static const char prefix[] = "policies.";
    if (strncmp(key->path, prefix, sizeof prefix - 1) == 0 && key->fallback != NULL &&
        strcmp(key->value, key->fallback) != 0) {
        fprintf(context, "    %s: %s (%s)\n", key->path + sizeof prefix - 1, key->value, key->help);
    }
}

/* Writes how a contract that was terminated reduces an amount [6.1]. */
static void put_termination(FILE *out, const struct ihp__partnership *p,
                            const struct ihp__deck *deck)
{
    char date[IHP__DATE_TEXT];
    int32_t first_month = ihp__period_first_month(&deck->performance), of_period;
    int32_t days = ihp__days_in_force(p, first_month, &of_period);
    const char *released = ihp__losses_released_by(p, first_month);
    if (!p->terminated) {
        return;
    }
    fprintf(out, "  Last day of the contract [6.1]: %s; kind of termination: %s\n",
            ihp__day_format(p->terminated_on, date), ihp__termination_text(p->termination));
    fprintf(
        out,
        "    In force on %d of %d days of the performance period, which is termination_factor\n",
        (int)days, (int)of_period);
    if (released != NULL) {
        fprintf(out, "    of savings; losses are dropped, so theirs is 0 [%s]\n", released);
    } else {
        fputs("    of savings and of losses\n", out);
    }
    fputs("    Without a settlement (outcome no_settlement) it is 1\n", out);
}

/* Returns true if a column of the package's settlement.csv has a number. */
static bool shows(const struct ihp__table *settlement, const char *column)
{
    for (size_t c = 0; settlement->rows > 0 && c < settlement->columns; c++) {
        if (strcmp(settlement->column[c].name, column) == 0) {
            return !ihp__table_row(settlement, 0)[c].blank;
        }
    }
    return false;
}

/* Returns true if terms.csv of the package has the members in affected counties of a month. */
static bool shows_month(const struct ihp__table *terms, const char *month)
{
    char name[40];
    bool shows = false;
    snprintf(name, sizeof name, "circumstances.%s", month);
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        shows = shows || (strcmp(row[1].text, name) == 0 && !row[2].hidden);
    }
    return shows;
}

/* Writes in which months enough members of the IHP lived in affected counties, and the mean of
 * their shares, as the reduction of losses uses them, unless terms.csv hides a number of them. */
static void put_affected_share(FILE *out, const struct ihp__result_input *in, int partnership,
                               const struct ihp__table *terms)
{
    const int64_t *affected =
        in->tally->period[IHP__PERFORMANCE].affected + (size_t)partnership * 12;
    int64_t members = in->finance->settlement[partnership].members, sum = 0, months = 0;
    int32_t first = ihp__period_first_month(&in->deck->performance);
    char month[IHP__DATE_TEXT], listed[12 * (IHP__DATE_TEXT + 1)] = "";
    bool may = true;
    for (int m = 0; m < 12; m++) {
        if (ihp__circumstance_counts(affected[m], members)) {
            size_t used = strlen(listed);
            snprintf(listed + used, sizeof listed - used, " %s",
                     ihp__month_format(first + m, month));
            may = may && shows_month(terms, month);
            sum += affected[m];
            months++;
        }
    }
    if (!may) {
        fputs("    The share of the IHP's members is not shown: it is about fewer than 11\n", out);
        return;
    }
    fprintf(out, "    Months in which at least 20%% of the IHP's members lived there: %lld%s%s\n",
            (long long)months, months == 0 ? "" : ",", listed);
    if (months > 0) {
        fprintf(out, "    Mean share of the members in these months: %.12g\n",
                (double)sum / ((double)months * (double)members));
    }
    fprintf(out, "    Part of the losses that is cancelled: %.12g\n",
            in->finance->settlement[partnership].circumstance_share);
}

/* Writes what reduces losses for extreme circumstances [5.9]. The counties are those of the
 * program folder; numbers of the IHP are shown only where its settlement.csv has the reduction. */
static void put_circumstances(FILE *out, const struct ihp__result_input *in, int partnership,
                              const struct ihp__table table[IHP__PACKAGE_TABLES])
{
    int32_t first = ihp__period_first_month(&in->deck->performance),
            last = ihp__period_last_month(&in->deck->performance);
    char from[IHP__DATE_TEXT], to[IHP__DATE_TEXT];
    size_t rows = 0;
    for (size_t i = 0; i < in->program->circumstances; i++) {
        const struct ihp__circumstance *c = &in->program->circumstance[i];
        if (c->month_from > last || c->month_to < first) {
            continue;
        }
        fputs(rows++ == 0 ? "  Extreme circumstances [5.9], counties and months:\n" : "", out);
        fprintf(out, "    %05u: %s to %s\n", (unsigned)c->county,
                ihp__month_format(c->month_from > first ? c->month_from : first, from),
                ihp__month_format(c->month_to < last ? c->month_to : last, to));
    }
    if (rows == 0) {
        return;
    }
    if (!shows(&table[IHP__PACKAGE_SETTLEMENT], "circumstance_reduction")) {
        fputs("    The share of the IHP's members is not shown\n", out);
    } else if (in->finance->settlement[partnership].outcome == IHP__OUTCOME_LOSSES) {
        put_affected_share(out, in, partnership, &table[IHP__PACKAGE_TERMS]);
    }
}

/* Writes what a settlement needs next to the columns of settlement.csv. */
static void put_terms(FILE *out, const struct ihp__result_input *in, int partnership,
                      const struct ihp__table table[IHP__PACKAGE_TABLES])
{
    const struct ihp__partnership *p = &in->program->partnership[partnership];
    double score = in->finance->settlement[partnership].quality_score;
    char money[IHP__MONEY_TEXT];
    fputs("\nTerms, from which the amounts of settlement.csv can be computed again:\n", out);
    fprintf(out, "  Claims cap for a member and period [16.9]: %s\n",
            p->claims_cap == 0 ? "none" : ihp__money_format_grouped(p->claims_cap, money));
    fprintf(out,
            "  Threshold [16.7]: nothing is shared unless ratio is below %.12g or above %.12g\n",
            1.0 - in->deck->threshold, 1.0 + in->deck->threshold);
    put_corridors(out, in->program, partnership);
    put_trend(out, in->program, in->deck);
    fprintf(out, "  Population-based payment (PBP) of the period [16.8.2.2]: %s\n",
            ihp__money_format_grouped(p->pbp, money));
    fprintf(out, "  Quality share [18.2]: %.12g; quality score: ", in->deck->quality_share);
    if (isnan(score)) {
        fputs("none\n", out);
    } else if (!shows(&table[IHP__PACKAGE_SETTLEMENT], "quality_score")) {
        fputs("not shown\n", out);
    } else {
        fprintf(out, "%.12g\n", score);
    }
    put_circumstances(out, in, partnership, table);
    put_termination(out, p, in->deck);
    fputs("  Readings of the contract that are not the usual ones, if any:\n", out);
    ihp__deck_each_key(in->deck, put_policy, out);
}

/* ---- the whole text -------------------------------------------------------------------------- */

static void put_period(FILE *out, const char *name, const struct ihp__period_spec *spec)
{
    char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT];
    fprintf(out, "%s: dates of service in %s, claims paid through %s\n", name,
            ihp__period_months(spec, months), ihp__day_format(spec->paid_through, date));
}

/* Lists the files of the package with this access, but README.txt. */
static void put_files(FILE *out, enum ihp__file_access access,
                      const struct ihp__table table[IHP__PACKAGE_TABLES])
{
    const struct ihp__result_file *file;
    for (size_t i = 0; (file = ihp__result_file(i)) != NULL; i++) {
        if (file->group == IHP__FILES_PACKAGE_OF_IHP && file->form != IHP__FORM_TEXT &&
            file->access == access && has_file(file, table)) {
            fprintf(out, "  %-21s  %s\n", file->name, file->meaning);
        }
    }
}

void ihp__package_readme_put(FILE *out, const struct ihp__result_input *in, int partnership,
                             const struct ihp__table table[IHP__PACKAGE_TABLES],
                             const char *previous)
{
    const struct ihp__partnership *p = &in->program->partnership[partnership];
    fprintf(out, "Data package of %s (%s) [4.6.2]\n%s\n\n", p->id, p->name,
            ihp__settlement_title(in->deck));
    put_period(out, "Base period", &in->deck->base);
    put_period(out, "Performance period", &in->deck->performance);
    fprintf(out, "Earlier package that changes refer to: %s\n",
            previous == NULL ? "none" : previous);
    fprintf(out, "Store: %s\nProgram folder: %s\nMade by ihp %s\n\n", in->store->content_hash,
            in->program->hash, IHP_VERSION);
    fputs("PROTECTED health information of members. Keep these files as the contract requires "
          "[9]:\n",
          out);
    put_files(out, IHP__ACCESS_PROTECTED, table);
    fputs("\nNot protected:\n", out);
    put_files(out, IHP__ACCESS_MAILABLE, table);
    put_columns(out, table);
    put_terms(out, in, partnership, table);
    fputs(
        "\nThe cost of a member excludes claim lines of programs that treat substance use\n"
        "(42 CFR Part 2) [4.6.1.2]; the settlement includes all lines. A blank number is about\n"
        "fewer than 11 members, or would reveal such a number or an excluded cost. A period has\n"
        "no rows of risk categories if its number of members is blank. No file has the cost of a\n"
        "provider, an episode, a code or an encounter [4.6.5].\n",
        out);
}
