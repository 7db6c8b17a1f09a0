/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp check: prints what a store contains, and how a program folder fits it. Counts of 1 to 10
 * are hidden, as its output may be shared once someone has read it (see the help of ihp check). */
#include "jobs/check/check_scan.h"

#include "base/bytes.h"
#include "base/npi.h"
#include "base/search.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_SHOWN = 11, NPIS_NAMED = 10 };

static const char *shown(uint64_t count, char buffer[32])
{
    if (count > 0 && count < LEAST_SHOWN) {
        return "under 11";
    }
    snprintf(buffer, 32, "%llu", (unsigned long long)count);
    return buffer;
}

static void print_count(FILE *stream, const char *name, uint64_t count)
{
    char text[32];
    ihp__print_sentence(stream, "    %-34s %14s\n", name, shown(count, text));
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

/* Prints the counts of a group; those of 1 to 10 are not shown. If only one of them is hidden, it
 * could be found by subtracting the others from their sum, so the next smallest is hidden, too. */
static void print_group(FILE *stream, const char *title, size_t groups, const uint64_t *count,
                        const char *(*name)(const void *context, size_t group, char buffer[64]),
                        const void *context)
{
    size_t hidden = 0, second = groups;
    for (size_t g = 0; g < groups; g++) {
        if (count[g] > 0 && count[g] < LEAST_SHOWN) {
            hidden++;
        } else if (count[g] > 0 && (second == groups || count[g] < count[second])) {
            second = g;
        }
    }
    ihp__print_sentence(stream, "  %s\n", title);
    for (size_t g = 0; g < groups; g++) {
        char text[64];
        if (count[g] == 0) {
            continue;
        }
        if (hidden == 1 && g == second) {
            ihp__print_sentence(stream, "    %-34s %14s\n", name(context, g, text), "not shown");
        } else {
            print_count(stream, name(context, g, text), count[g]);
        }
    }
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

static const char *payer_name(const void *context, size_t group, char buffer[64])
{
    const struct ihp__store_info *info = context;
    (void)buffer;
    return info->payer[group][0] == '\0' ? "(blank)" : info->payer[group];
}

static const char *year_name(const void *context, size_t group, char buffer[64])
{
    (void)context;
    snprintf(buffer, 64, "%s%zu", group == 0 ? "until " : "", IHP__CHECK_FIRST_YEAR + group);
    return buffer;
}

static void print_lines(FILE *stream, const struct ihp__store_info *info,
                        const struct ihp__check_scan *scan)
{
    print_group(stream, "Claim lines by status", 3, scan->status, status_name, NULL);
    print_group(stream, "Claim lines by service class", (size_t)ihp__service_classes.count,
                scan->service_class, service_class_name, NULL);
    print_group(stream, "Claims with the same amount on each of 3 lines or more, by service class",
                (size_t)ihp__service_classes.count, scan->repeated, service_class_name, NULL);
    print_group(stream, "Claim lines by payer", info->payers, scan->payer, payer_name, info);
    print_group(stream, "Claim lines by year of service", IHP__CHECK_YEARS, scan->year, year_name,
                NULL);
}

static void print_amounts(FILE *stream, const struct ihp__check_scan *scan)
{
    ihp__print_sentence(stream, "  Amounts\n");
    print_count(stream, "negative lines", scan->negative);
    print_count(stream, "lines of $0.00", scan->zero);
    print_count(stream, "lines beyond $1,000,000 (check!)", scan->implausible);
}

static void print_members(FILE *stream, const struct ihp__store_info *info,
                          const struct ihp__check_scan *scan)
{
    char a[IHP__DATE_TEXT], b[IHP__DATE_TEXT], text[64];
    ihp__print_sentence(stream, "  Members\n");
    print_count(stream, "in the store", info->members);
    print_count(stream, "without a claim line", scan->members_without_claims);
    print_count(stream, "without an enrollment span", scan->members_without_spans);
    print_count(stream, "enrolled, no line for 12 months", scan->members_without_recent_line);
    print_count(stream, "enrolled before month of birth", scan->members_before_birth);
    if (info->has_death_dates) {
        print_count(stream, "with a date of death", scan->members_died);
        print_count(stream, "enrolled after month of death", scan->members_after_death);
    }
    if (scan->month_first <= scan->month_last) {
        ihp__print_sentence(stream, "    %-34s %s to %s\n", "enrollment months",
                            ihp__month_format(scan->month_first, a),
                            ihp__month_format(scan->month_last, b));
    }
    for (int year = scan->year_first; year <= scan->year_last; year++) {
        if (scan->year[year - IHP__CHECK_FIRST_YEAR] > 0) {
            snprintf(text, sizeof text, "enrolled in %d without ACG", year);
            print_count(stream, text, scan->without_acg[year - scan->year_first]);
        }
    }
}

/* Compares every block with its digest, and prints how many there are. A store of an earlier
 * version has none, which a notice says. */
static enum ihp_status verify_store(const struct ihp__store *store, FILE *stream,
                                    struct ihp_error *err)
{
    struct ihp__verified verified;
    char bytes[IHP__BYTES_TEXT];
    if (!ihp__store_info(store)->has_digests) {
        return IHP_OK;
    }
    if (ihp__store_verify(store, &verified, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream,
                        "%s: all digests hold: %llu columns, %llu blocks, %llu bytes (%s)\n\n",
                        ihp__store_info(store)->path, (unsigned long long)verified.columns,
                        (unsigned long long)verified.blocks, (unsigned long long)verified.bytes,
                        ihp__bytes_format(verified.bytes, bytes));
    return IHP_OK;
}

static void print_store(FILE *stream, const struct ihp__store_info *info,
                        const struct ihp__check_scan *scan)
{
    uint64_t unclassified = 0, lines = 0;
    ihp__print_sentence(stream, "Store %s (counts of 1 to 10 are not shown)\n", info->path);
    print_members(stream, info, scan);
    ihp__print_sentence(stream, "  Claims\n");
    print_count(stream, "lines", info->lines);
    if (info->has_void_dates) {
        print_count(stream, "lines with a void date", scan->void_dates);
    }
    if (info->lines > 0) {
        print_dates(stream, "dates of service", scan->service_first, scan->service_last);
        print_dates(stream, "dates of payment", scan->paid_first, scan->paid_last);
    }
    print_lines(stream, info, scan);
    print_amounts(stream, scan);
    for (size_t n = 1; n < info->npis; n++) {
        bool treats = (scan->npi_seen[n] & IHP__SEEN_TREATING) != 0;
        if (treats && info->npi_taxonomy[n] == UINT32_MAX) {
            unclassified++;
            lines += scan->treating_lines[n];
        }
    }
    ihp__print_sentence(stream, "  Providers\n");
    ihp__print_sentence(stream, "    %-34s %14llu\n", "treating NPIs without taxonomy",
                        (unsigned long long)unclassified);
    print_count(stream, "lines of these (specialty)", lines);
}

/* ---- the program against the store ----------------------------------------------------------- */

static void print_categories(FILE *stream, const struct ihp__program *program,
                             const struct ihp__check_scan *scan)
{
    char text[IHP__SERVICE_TEXT];
    bool any = false;
    ihp__print_sentence(stream, "  Services that categories.csv does not list [16.10]\n");
    for (unsigned s = 0; s < IHP__SERVICES; s++) {
        if (scan->service[s] > 0 && program->inclusion[s] == IHP__SERVICE_UNKNOWN) {
            print_count(stream, ihp__service_format(s, text), scan->service[s]);
            any = true;
        }
    }
    if (!any) {
        ihp__print_sentence(stream, "    none\n");
    }
}

static bool npi_seen(const struct ihp__store_info *info, const struct ihp__check_scan *scan,
                     int64_t npi, unsigned role)
{
    size_t at;
    IHP__LOWER_BOUND(at, info->npis, info->npi[at] < npi);
    return at < info->npis && info->npi[at] == npi && (scan->npi_seen[at] & role) != 0;
}

/* Compares the latest roster of an IHP with the claims. */
static void print_roster(FILE *stream, const struct ihp__program *program, int p,
                         const struct ihp__store_info *info, const struct ihp__check_scan *scan)
{
    size_t rows, unseen = 0;
    char quarter[IHP__DATE_TEXT], names[NPIS_NAMED * 12 + 8] = "";
    const struct ihp__roster_row *row = ihp__program_roster(program, p, INT32_MAX, &rows);
    if (rows == 0) {
        ihp__print_sentence(stream, "    %-12s has no roster\n", program->partnership[p].id);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        unsigned role = row[i].role == IHP__ROLE_BILLING ? IHP__SEEN_BILLING : IHP__SEEN_TREATING;
        if (!npi_seen(info, scan, row[i].npi, role)) {
            if (unseen++ < NPIS_NAMED) {
                char npi[IHP__NPI_TEXT];
                snprintf(names + strlen(names), sizeof names - strlen(names), " %s",
                         ihp__npi_format(row[i].npi, npi));
            }
        }
    }
    ihp__quarter_format(row[0].quarter, quarter);
    if (unseen == 0) {
        ihp__print_sentence(stream, "    %-12s %s: all %zu roster NPIs appear in claims\n",
                            program->partnership[p].id, quarter, rows);
    } else {
        ihp__print_sentence(stream,
                            "    %-12s %s: %zu of %zu roster NPIs do not appear in claims:%s%s\n",
                            program->partnership[p].id, quarter, unseen, rows, names,
                            unseen > NPIS_NAMED ? " ..." : "");
    }
}

static int by_quarter(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Prints the overlaps in every quarter in which some roster changed. */
static enum ihp_status print_overlaps(FILE *stream, const struct ihp__program *program,
                                      struct ihp_error *err)
{
    size_t rows = program->roster_rows, overlaps = 0;
    int32_t *quarter = malloc((rows + 1) * sizeof *quarter);
    if (quarter == NULL) {
        return ihp__fail_memory(err, "the check");
    }
    for (size_t i = 0; i < rows; i++) {
        quarter[i] = program->roster[i].quarter;
    }
    qsort(quarter, rows, sizeof *quarter, by_quarter);
    ihp__print_sentence(stream, "  Rosters that overlap [3.8]\n");
    for (size_t i = 0; i < rows; i++) {
        struct ihp_error error = {0};
        if ((i == 0 || quarter[i] != quarter[i - 1]) &&
            ihp__rosters_check(program, quarter[i], &error) != IHP_OK) {
            ihp__print_sentence(stream, "    %s\n", error.text);
            overlaps++;
        }
    }
    if (overlaps == 0) {
        ihp__print_sentence(stream, "    none\n");
    }
    free(quarter);
    return IHP_OK;
}

static enum ihp_status check_program(const char *folder, const struct ihp__store_info *info,
                                     const struct ihp__check_scan *scan, FILE *stream,
                                     struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__program *program;
    if (ihp__program_load(folder, &program, notices, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream, "\nProgram %s, %zu partnerships\n", folder, program->partnerships);
    print_categories(stream, program, scan);
    ihp__print_sentence(stream, "  Latest rosters against the claims [3.8]\n");
    for (size_t p = 0; p < program->partnerships; p++) {
        print_roster(stream, program, (int)p, info, scan);
    }
    enum ihp_status status = print_overlaps(stream, program, err);
    ihp__program_destroy(&program);
    return status;
}

enum ihp_status ihp_check(const struct ihp_check_options *options, FILE *stream,
                          struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__store *store;
    struct ihp__check_scan scan = {0};
    if (ihp__store_open(options->store_path, &store, err) != IHP_OK) {
        return err->status;
    }
    const struct ihp__store_info *info = ihp__store_info(store);
    ihp__store_note_digests(store, notices);
    enum ihp_status status = options->verify ? verify_store(store, stream, err) : IHP_OK;
    if (status == IHP_OK) {
        status = ihp__store_cross_check(store, err);
    }
    if (status == IHP_OK) {
        status = ihp__check_scan_store(store, &scan, err);
    }
    if (status == IHP_OK) {
        print_store(stream, info, &scan);
        if (options->program_folder != NULL) {
            status = check_program(options->program_folder, info, &scan, stream, notices, err);
        }
    }
    ihp__check_scan_free(&scan);
    ihp__store_close(&store);
    return status;
}
