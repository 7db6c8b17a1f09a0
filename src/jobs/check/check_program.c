/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of ihp check that compare the program folder with the store. */
#include "jobs/check/check.h"

#include "base/npi.h"
#include "base/search.h"
#include "result/print_sentence.h"
#include "sweep/sweep.h"

#include <stdlib.h>
#include <string.h>

enum {
    NPIS_NAMED = 10,
    TAXONOMIES_NAMED = 20,
    LINES_OF_NPI = 100, /* on average, for NPIs without a line to mean something */
};

/* ---- the program against the store ----------------------------------------------------------- */

static void print_categories(struct ihp__check *check)
{
    const struct ihp__check_scan *scan = check->scan;
    char text[IHP__SERVICE_TEXT];
    uint64_t lines = 0;
    ihp__print_sentence(check->stream, "  Services that categories.csv does not list [16.10]\n");
    for (unsigned s = 0; s < IHP__SERVICES; s++) {
        if (scan->service[s] > 0 && check->program->inclusion[s] == IHP__SERVICE_UNKNOWN) {
            ihp__check_count(check, ihp__service_format(s, text), scan->service[s]);
            lines += scan->service[s];
        }
    }
    if (lines == 0) {
        ihp__print_sentence(check->stream, "    none\n");
    }
    if (lines >= 100 && (double)lines > 0.05 * (double)check->info->lines) {
        ihp__flag_raise(&check->flags, IHP__FLAG_UNLISTED_SERVICES,
                        "%.0f%% of the lines have a service that categories.csv does not list; "
                        "their dollars are left out [16.10]",
                        100 * (double)lines / (double)check->info->lines);
    }
}

/* ---- taxonomies ------------------------------------------------------------------------------ */

/* A taxonomy of the store, and who treats with it. */
struct taxonomy {
    uint64_t lines, npis;
    uint32_t number;
};

static int by_lines(const void *a, const void *b)
{
    const struct taxonomy *x = a, *y = b;
    if (x->lines != y->lines) {
        return x->lines > y->lines ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

/* Counts treating NPIs and their lines by taxonomy. Returns the lines of all. */
static uint64_t count_taxonomies(const struct ihp__check *check, struct taxonomy *taxonomy)
{
    uint64_t lines = 0;
    for (size_t n = 1; n < check->info->npis; n++) {
        uint32_t number = check->info->npi_taxonomy[n];
        if (number != UINT32_MAX && check->scan->treating_lines[n] > 0) {
            taxonomy[number].npis++;
            taxonomy[number].lines += check->scan->treating_lines[n];
            lines += check->scan->treating_lines[n];
        }
    }
    return lines;
}

/* Prints the taxonomies of treating providers that taxonomy.csv does not list: they are specialty
 * [3.8.4.2]. */
static enum ihp_status print_taxonomies(struct ihp__check *check, struct ihp_error *err)
{
    const struct ihp__store_info *info = check->info;
    struct taxonomy *taxonomy = calloc(info->taxonomies + 1, sizeof *taxonomy);
    if (taxonomy == NULL) {
        return ihp__fail_memory(err, "the check");
    }
    uint64_t all = count_taxonomies(check, taxonomy), lines = 0;
    size_t unlisted = 0;
    for (size_t t = 0; t < info->taxonomies; t++) {
        if (taxonomy[t].npis > 0 && info->taxonomy[t][0] != '\0' &&
            ihp__dict_find(check->program->taxonomy, info->taxonomy[t]) < 0) {
            lines += taxonomy[t].lines;
            taxonomy[unlisted] = taxonomy[t];
            taxonomy[unlisted++].number = (uint32_t)t;
        }
    }
    qsort(taxonomy, unlisted, sizeof *taxonomy, by_lines);
    ihp__print_sentence(check->stream, "  Taxonomies of treating providers that taxonomy.csv does "
                                       "not list (specialty) [3.8.4.2]\n");
    for (size_t i = 0; i < unlisted && i < TAXONOMIES_NAMED; i++) {
        char count[IHP__CHECK_COUNT_TEXT];
        ihp__print_sentence(check->stream, "    %-34s %14s lines of %llu NPIs\n",
                            info->taxonomy[taxonomy[i].number],
                            ihp__check_shown(check, taxonomy[i].lines, count),
                            (unsigned long long)taxonomy[i].npis);
    }
    ihp__print_sentence(check->stream, "%s",
                        unlisted == 0                 ? "    none\n"
                        : unlisted > TAXONOMIES_NAMED ? "    ...\n"
                                                      : "");
    if (lines >= 100 && (double)lines > 0.9 * (double)all) {
        ihp__flag_raise(&check->flags, IHP__FLAG_UNLISTED_TAXONOMIES,
                        "%.0f%% of the lines of treating providers have a taxonomy that "
                        "taxonomy.csv does not list, and so are specialty",
                        100 * (double)lines / (double)all);
    }
    free(taxonomy);
    return IHP_OK;
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* Returns true if some line has a procedure of a row of codes.csv. */
static bool range_seen(const struct ihp__check *check, const struct ihp__code_range *range)
{
    size_t at;
    IHP__LOWER_BOUND(at, check->info->procedures,
                     strcmp(check->info->procedure[at], range->from) < 0);
    for (; at < check->info->procedures && strcmp(check->info->procedure[at], range->to) <= 0;
         at++) {
        if (check->scan->procedure_seen[at] != 0) {
            return true;
        }
    }
    return false;
}

/* Prints the rows of codes.csv whose codes are on no line. */
static void print_codes(struct ihp__check *check)
{
    const struct ihp__program *program = check->program;
    size_t unseen = 0;
    bool visits = false;
    ihp__print_sentence(check->stream,
                        "  Rows of codes.csv whose codes are on no line [13.3.4, 13.3.5]\n");
    for (size_t c = 0; c < program->codes; c++) {
        const struct ihp__code_range *range = &program->code[c];
        bool seen = range_seen(check, range), one = strcmp(range->from, range->to) == 0;
        visits |= seen && (range->set & IHP__CODE_EM) != 0;
        if (!seen) {
            unseen++;
            ihp__print_sentence(check->stream, "    line %-5llu %s%s%s\n",
                                (unsigned long long)range->line, range->from, one ? "" : " to ",
                                one ? "" : range->to);
        }
    }
    if (unseen == 0) {
        ihp__print_sentence(check->stream, "    none\n");
    }
    if (!visits && check->info->lines > 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_UNSEEN_CODES,
                        "no line has a code of an E&M visit [13.3.5.1], so nobody can be "
                        "attributed by visits; are procedures written as in codes.csv?");
    }
}

/* ---- rosters --------------------------------------------------------------------------------- */

static bool npi_seen(const struct ihp__check *check, int64_t npi, unsigned role)
{
    const struct ihp__store_info *info = check->info;
    size_t at;
    IHP__LOWER_BOUND(at, info->npis, info->npi[at] < npi);
    return at < info->npis && info->npi[at] == npi && (check->scan->npi_seen[at] & role) != 0;
}

/* Compares an IHP's roster in force in a quarter with the claims. */
static void print_roster(struct ihp__check *check, int p, int32_t in_quarter)
{
    size_t rows, unseen = 0;
    char quarter[IHP__DATE_TEXT], names[NPIS_NAMED * 12 + 8] = "";
    const char *id = check->program->partnership[p].id;
    const struct ihp__roster_row *row = ihp__program_roster(check->program, p, in_quarter, &rows);
    if (rows == 0) {
        ihp__print_sentence(check->stream, "    %-12s has no roster\n", id);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        unsigned role = row[i].role == IHP__ROLE_BILLING ? IHP__SEEN_BILLING : IHP__SEEN_TREATING;
        if (!npi_seen(check, row[i].npi, role) && unseen++ < NPIS_NAMED) {
            char npi[IHP__NPI_TEXT];
            snprintf(names + strlen(names), sizeof names - strlen(names), " %s",
                     ihp__npi_format(row[i].npi, npi));
        }
    }
    ihp__quarter_format(row[0].quarter, quarter);
    if (unseen == 0) {
        ihp__print_sentence(check->stream, "    %-12s %s: all %zu roster NPIs appear in claims\n",
                            id, quarter, rows);
        return;
    }
    ihp__print_sentence(check->stream,
                        "    %-12s %s: %zu of %zu roster NPIs do not appear in claims:%s%s\n", id,
                        quarter, unseen, rows, names, unseen > NPIS_NAMED ? " ..." : "");
    /* Of a small program chance can leave out a provider of few visits. */
    if (2 * unseen > rows && check->info->lines >= LINES_OF_NPI * check->info->npis) {
        ihp__flag_raise(&check->flags, IHP__FLAG_UNSEEN_NPIS,
                        "%s: %zu of the %zu NPIs of its roster of %s are on no line", id, unseen,
                        rows, quarter);
    }
}

/* Compares the rosters of the quarter that a deck uses, or else the latest ones, with the claims.
 */
static void print_rosters(struct ihp__check *check)
{
    int32_t quarter = INT32_MAX;
    char text[IHP__DATE_TEXT];
    if (check->deck == NULL) {
        ihp__print_sentence(check->stream, "  Latest rosters against the claims [3.8]\n");
    } else {
        struct ihp__terms terms = ihp__deck_terms(check->deck);
        quarter = ihp__terms_quarter(check->deck, &terms, IHP__PERFORMANCE);
        ihp__print_sentence(check->stream, "  Rosters in force in %s against the claims [3.8.5]\n",
                            ihp__quarter_format(quarter, text));
    }
    for (size_t p = 0; p < check->program->partnerships; p++) {
        print_roster(check, (int)p, quarter);
    }
}

static int by_quarter(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Fills in the quarters whose rosters are compared: those that a deck uses for its periods, or else
 * every quarter in which some roster changes. Returns how many there are, in order. `quarter` has
 * room for as many as there are roster rows, and for two. */
static size_t list_quarters(const struct ihp__check *check, int32_t *quarter)
{
    const struct ihp__program *program = check->program;
    size_t count = 0, different = 0;
    if (check->deck != NULL) {
        struct ihp__terms terms = ihp__deck_terms(check->deck);
        quarter[count++] = ihp__terms_quarter(check->deck, &terms, IHP__BASE);
        quarter[count++] = ihp__terms_quarter(check->deck, &terms, IHP__PERFORMANCE);
    } else {
        for (; count < program->roster_rows; count++) {
            quarter[count] = program->roster[count].quarter;
        }
    }
    qsort(quarter, count, sizeof *quarter, by_quarter);
    for (size_t i = 0; i < count; i++) {
        if (different == 0 || quarter[i] != quarter[different - 1]) {
            quarter[different++] = quarter[i];
        }
    }
    return different;
}

/* Prints the overlaps of rosters, each once. */
static enum ihp_status print_overlaps(struct ihp__check *check, struct ihp_error *err)
{
    const struct ihp__program *program = check->program;
    int32_t *quarter = malloc((program->roster_rows + 2) * sizeof *quarter);
    if (quarter == NULL) {
        return ihp__fail_memory(err, "the check");
    }
    struct ihp_error last = {0};
    size_t quarters = list_quarters(check, quarter), overlaps = 0;
    ihp__print_sentence(check->stream, "  Rosters that overlap [3.8]\n");
    for (size_t i = 0; i < quarters; i++) {
        struct ihp_error error = {0};
        if (ihp__rosters_check(program, quarter[i], &error) != IHP_OK &&
            strcmp(error.text, last.text) != 0) {
            ihp__print_sentence(check->stream, "    %s\n", error.text);
            ihp__flag_raise(&check->flags, IHP__FLAG_OVERLAPPING_ROSTERS, "%s", error.text);
            overlaps++;
            last = error;
        }
    }
    if (overlaps == 0) {
        ihp__print_sentence(check->stream, "    none\n");
    }
    free(quarter);
    return IHP_OK;
}

enum ihp_status ihp__check_program(struct ihp__check *check, struct ihp_error *err)
{
    ihp__print_sentence(check->stream, "\nProgram %s, %zu partnerships\n", check->program->folder,
                        check->program->partnerships);
    print_categories(check);
    if (print_taxonomies(check, err) != IHP_OK) {
        return err->status;
    }
    print_codes(check);
    print_rosters(check);
    return print_overlaps(check, err);
}
