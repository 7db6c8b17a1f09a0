/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of blocks: those of the deck's own results are the same in all; those of the scenarios
 * are put after each other. */
#include "jobs/merge/merge.h"
#include "result/all_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Columns with which tables of scenarios begin, and some of scenario_bootstrap.csv. */
enum { SCENARIO, KEY, VALUE, IHP, STATISTIC, METHOD = 10 };

static enum ihp_status path_of(const struct ihp__merge_block *p, const char *table,
                               char path[IHP__PATH_MAX], struct ihp_error *err)
{
    char file[80];
    snprintf(file, sizeof file, "%s.csv", table);
    return ihp__path_join(path, IHP__PATH_MAX, p->folder, file, err);
}

/* ---- the deck's own results ------------------------------------------------------------------ */

static bool has_value(const struct ihp__merge_block *p, const char *key, const char *value)
{
    char text[IHP__MANIFEST_TEXT];
    return strcmp(ihp__merge_deck_value(p, key, text), value) == 0;
}

static bool has_bootstrap(const struct ihp__merge_block *p)
{
    return !has_value(p, "bootstrap.replicates", "");
}

static bool is_final(const struct ihp__merge_block *p)
{
    return has_value(p, "settlement", "final");
}

/* When a block has a table as part of the deck's own results. */
enum presence { NEVER, ALWAYS, IF_THERE };

/* Has no default, so that the compiler asks about a new table. */
static enum presence presence_of(const struct ihp__merge_block *p, enum ihp__table_number table)
{
    switch (table) {
    case IHP__TABLE_SETTLEMENT:
    case IHP__TABLE_PAYER_SPLIT:
    case IHP__TABLE_ATTRIBUTION_SUMMARY:
    case IHP__TABLE_EXCLUSIONS:
    case IHP__TABLE_RISK_WEIGHTS:
    case IHP__TABLE_RISK_SCORES:
    case IHP__TABLE_TERMS:
        return ALWAYS;
    case IHP__TABLE_SCENARIOS:
    case IHP__TABLE_SCENARIO_TERMS:
    case IHP__TABLE_READINGS:
    case IHP__TABLE_READINGS_TOTAL:
    case IHP__TABLE_SCENARIO_BOOTSTRAP:
        return NEVER;
    case IHP__TABLE_BOOTSTRAP:
    case IHP__TABLE_BOOTSTRAP_OUTCOMES:
    case IHP__TABLE_BOOTSTRAP_QUANTILES:
        return has_bootstrap(p) ? ALWAYS : NEVER;
    case IHP__TABLE_QUALITY: /* an interim's are of 'ihp quality', not of the run */
    case IHP__TABLE_QUALITY_SCORES:
    case IHP__TABLE_BRIDGE:
    case IHP__TABLE_BRIDGE_MEMBERS:
        return is_final(p) ? IF_THERE : NEVER;
    case IHP__TABLES:
        break;
    }
    return NEVER;
}

static bool is_readings(const struct ihp__merge_block *p)
{
    return has_value(p, "sweep.design", "readings");
}

static bool has_scenario_bootstrap(const struct ihp__merge_block *p)
{
    return has_value(p, "bootstrap_scenarios", "true");
}

/* Checks that there is a row for each IHP. */
static enum ihp_status check_settlement(const struct ihp__merge_block *p,
                                        const struct ihp__table *t, struct ihp_error *err)
{
    if (t->rows != p->partnerships) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/settlement.csv: has %zu rows where manifest.json says "
                         "that there are %zu IHPs",
                         p->folder, t->rows, p->partnerships);
    }
    for (size_t i = 0; i < t->rows; i++) {
        if (!ihp__partnership_id_valid(t->cell[i * t->columns].text)) {
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/settlement.csv: row %zu: ihp_id: is not valid; settle the block again",
                p->folder, i + 1);
        }
    }
    return IHP_OK;
}

/* Checks tables that a run writes together or not at all. */
static enum ihp_status check_pairs(const struct ihp__merge_block *p,
                                   const struct ihp__table table[IHP__TABLES],
                                   struct ihp_error *err)
{
    static const int pairs[][2] = {{IHP__TABLE_QUALITY, IHP__TABLE_QUALITY_SCORES},
                                   {IHP__TABLE_BRIDGE, IHP__TABLE_BRIDGE_MEMBERS}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct ihp__table *a = &table[pairs[i][0]], *b = &table[pairs[i][1]];
        if ((a->columns > 0) != (b->columns > 0)) {
            return ihp__fail(err, IHP_ERR_DATA, "%s/%s.csv: is missing; settle the block again",
                             p->folder, a->columns > 0 ? b->name : a->name);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__merge_read_own(const struct ihp__merge_block *p,
                                    struct ihp__table table[IHP__TABLES], struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    ihp__result_tables_begin(table);
    for (int t = 0; t < IHP__TABLES; t++) {
        struct stat info;
        enum presence presence = presence_of(p, (enum ihp__table_number)t);
        if (path_of(p, table[t].name, path, err) != IHP_OK) {
            return err->status;
        }
        if (presence == ALWAYS || (presence == IF_THERE && lstat(path, &info) == 0)) {
            if (ihp__table_read_csv(path, &table[t], 0, err) != IHP_OK) {
                return err->status;
            }
        } else if (!(t == IHP__TABLE_SCENARIOS || t == IHP__TABLE_SCENARIO_TERMS ||
                     ((t == IHP__TABLE_READINGS || t == IHP__TABLE_READINGS_TOTAL) &&
                      is_readings(p)) ||
                     (t == IHP__TABLE_SCENARIO_BOOTSTRAP && has_scenario_bootstrap(p)))) {
            table[t] = (struct ihp__table){.name = table[t].name}; /* not of this run */
        }
    }
    return check_pairs(p, table, err) == IHP_OK
               ? check_settlement(p, &table[IHP__TABLE_SETTLEMENT], err)
               : err->status;
}

/* Returns true if two files have the same bytes. If that is not known, because one of them cannot
 * be read, `*unread` is that one, and errno the reason. */
static bool same_bytes(FILE *a, FILE *b, FILE **unread)
{
    char x[16384], y[sizeof x];
    size_t got, other;
    errno = 0;
    do {
        got = fread(x, 1, sizeof x, a);
        other = ferror(a) == 0 ? fread(y, 1, sizeof y, b) : 0;
        *unread = ferror(a) != 0 ? a : ferror(b) != 0 ? b : NULL;
        if (*unread != NULL || other != got || memcmp(x, y, got) != 0) {
            return false;
        }
    } while (got == sizeof x);
    return true;
}

/* Opens a file for reading: NULL if it is missing or not a file. */
static enum ihp_status open_file(const char *path, FILE **file, struct ihp_error *err)
{
    struct stat info;
    bool found;
    *file = NULL;
    if (ihp__path_look(path, &info, &found, err) != IHP_OK || !found || !S_ISREG(info.st_mode)) {
        return err->status;
    }
    errno = 0;
    *file = fopen(path, "rb");
    return *file != NULL ? IHP_OK : ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
}

static void close_file(FILE *file)
{
    if (file != NULL) {
        fclose(file);
    }
}

/* Checks that both have the table with the same bytes, or neither has it. */
static enum ihp_status same_table(const struct ihp__merge_block *first,
                                  const struct ihp__merge_block *p, const char *name, bool expected,
                                  struct ihp_error *err)
{
    char a[IHP__PATH_MAX], b[IHP__PATH_MAX];
    if (path_of(first, name, a, err) != IHP_OK || path_of(p, name, b, err) != IHP_OK) {
        return err->status;
    }
    FILE *x = NULL, *y = NULL;
    if ((expected && open_file(a, &x, err) != IHP_OK) || open_file(b, &y, err) != IHP_OK) {
        close_file(x);
        return err->status;
    }
    FILE *unread = NULL;
    bool missing = expected && y == NULL;
    bool same = expected ? x != NULL && y != NULL && same_bytes(x, y, &unread) : y == NULL;
    enum ihp_status status =
        unread == NULL ? IHP_OK
                       : ihp__fail_system(err, IHP_ERR_DATA, unread == x ? a : b, "cannot be read");
    close_file(x);
    close_file(y);
    if (status != IHP_OK) {
        return status;
    }
    if (missing) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is missing or not a file; settle the block again",
                         b);
    }
    return same ? IHP_OK
                : ihp__fail(err, IHP_ERR_DATA,
                            "%s: is not the same as in %s, so they are blocks of different runs", b,
                            first->folder);
}

enum ihp_status ihp__merge_same_own(const struct ihp__merge_block *first,
                                    const struct ihp__merge_block *p,
                                    const struct ihp__table table[IHP__TABLES],
                                    struct ihp_error *err)
{
    for (int t = 0; t < IHP__TABLES; t++) {
        if (presence_of(first, (enum ihp__table_number)t) != NEVER &&
            same_table(first, p, table[t].name, table[t].columns > 0, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- the scenarios --------------------------------------------------------------------------- */

/* The rows of a block in a table, while they are checked. */
struct rows {
    const struct ihp__table *table, *scenarios, *settlement;
    const char *path;
    size_t from; /* rows of earlier blocks */
    struct ihp_error *err;
};

static enum ihp_status unfit(const struct rows *r, size_t row, const char *column,
                             const char *expected)
{
    return ihp__fail(r->err, IHP_ERR_DATA, "%s: row %zu: %s: does not fit the block; expected %s",
                     r->path, row - r->from + 1, column, expected);
}

static const struct ihp__cell *row_of(const struct ihp__table *t, size_t row)
{
    return t->cell + row * t->columns;
}

/* Checks that a row is of scenario `s` and IHP `p`, with key and value as in row `named` of
 * scenarios.csv. */
static enum ihp_status check_row(const struct rows *r, size_t row, size_t s, size_t p, size_t named)
{
    const struct ihp__cell *cell = row_of(r->table, row), *of = row_of(r->scenarios, named);
    char number[32];
    if (cell[SCENARIO].blank || cell[SCENARIO].integer != (int64_t)s + 1) {
        snprintf(number, sizeof number, "%zu", s + 1);
        return unfit(r, row, "scenario", number);
    }
    if (strcmp(cell[KEY].text, of[KEY].text) != 0) {
        return unfit(r, row, "key", "one key for a scenario");
    }
    if (strcmp(cell[VALUE].text, of[VALUE].text) != 0) {
        return unfit(r, row, "value", "one value for a scenario");
    }
    return strcmp(cell[IHP].text, row_of(r->settlement, p)[0].text) == 0
               ? IHP_OK
               : unfit(r, row, "ihp_id", "the IHPs in the order of settlement.csv");
}

static enum ihp_status check_count(const struct rows *r, size_t expected)
{
    return r->table->rows - r->from == expected
               ? IHP_OK
               : ihp__fail(r->err, IHP_ERR_DATA,
                           "%s: has %zu rows where the block has %zu; settle the block again",
                           r->path, r->table->rows - r->from, expected);
}

static enum ihp_status check_scenarios(const struct rows *r, const struct ihp__merge_block *p)
{
    size_t each = p->partnerships;
    if (check_count(r, (p->block.end - p->block.first) * each) != IHP_OK) {
        return r->err->status;
    }
    for (size_t row = r->from; row < r->table->rows; row++) {
        if (check_row(r, row, row / each, row % each, row - row % each) != IHP_OK) {
            return r->err->status;
        }
    }
    return IHP_OK;
}

/* Checks the rows of one statistic from `*row` on: a row for each level where the IHP is too small,
 * otherwise a row for each level and method. */
static enum ihp_status check_statistic(const struct rows *r, size_t *row, size_t s, size_t p,
                                       const char *statistic, size_t levels)
{
    static const char *const methods[] = {"percentile", "bca"};
    size_t each = r->settlement->rows, count = 0;
    for (size_t i = 0; count == 0 || i < count; i++, ++*row) {
        if (*row == r->table->rows) {
            return ihp__fail(r->err, IHP_ERR_DATA,
                             "%s: ends before scenario %zu is whole; settle the block again",
                             r->path, s + 1);
        }
        const struct ihp__cell *cell = row_of(r->table, *row);
        bool too_small = strcmp(cell[METHOD].text, "too_small") == 0;
        if (check_row(r, *row, s, p, s * each + p) != IHP_OK) {
            return r->err->status;
        }
        if (strcmp(cell[STATISTIC].text, statistic) != 0) {
            return unfit(r, *row, "statistic", statistic);
        }
        count = count > 0 ? count : too_small ? levels : 2 * levels;
        if (count == levels ? !too_small : strcmp(cell[METHOD].text, methods[i % 2]) != 0) {
            return unfit(r, *row, "method", count == levels ? "too_small" : methods[i % 2]);
        }
    }
    return IHP_OK;
}

static enum ihp_status check_bootstrap(const struct rows *r, const struct ihp__merge_block *p,
                                       size_t levels)
{
    static const char *const statistics[] = {"ratio", "final_amount", "change_in_amount"};
    size_t row = r->from;
    for (size_t s = p->block.first; s < p->block.end; s++) {
        for (size_t i = 0; i < p->partnerships * 3; i++) {
            if (check_statistic(r, &row, s, i / 3, statistics[i % 3], levels) != IHP_OK) {
                return r->err->status;
            }
        }
    }
    return check_count(r, row - r->from);
}

/* Returns how many levels the intervals have; the deck has them as "[0.9, 0.95]". */
static size_t levels_of(const struct ihp__merge_block *p)
{
    char text[IHP__MANIFEST_TEXT];
    size_t levels = 1;
    for (const char *c = ihp__merge_deck_value(p, "bootstrap.levels", text); *c != '\0'; c++) {
        levels += *c == ',';
    }
    return levels < IHP__LEVELS_MAX ? levels : IHP__LEVELS_MAX;
}

/* Adds the block's rows of table `t`, at most `most` for an IHP and scenario; readings_total.csv
 * has one for all IHPs. */
static enum ihp_status add_rows(const struct ihp__merge_block *p,
                                struct ihp__table table[IHP__TABLES], int t, size_t most,
                                char path[IHP__PATH_MAX], struct ihp_error *err)
{
    size_t each = t == IHP__TABLE_READINGS_TOTAL ? 1 : p->partnerships;
    return path_of(p, table[t].name, path, err) == IHP_OK
               ? ihp__table_read_csv(path, &table[t], (p->block.end - p->block.first) * each * most,
                                     err)
               : err->status;
}

/* Adds the block's rows of readings.csv and readings_total.csv, and checks them. */
static enum ihp_status read_readings(const struct ihp__merge_block *p,
                                     struct ihp__table table[IHP__TABLES], struct ihp_error *err)
{
    static const int number[] = {IHP__TABLE_READINGS, IHP__TABLE_READINGS_TOTAL};
    char path[2][IHP__PATH_MAX];
    size_t scenarios = p->block.end - p->block.first;
    for (size_t i = 0; i < 2; i++) {
        struct rows r = {
            .table = &table[number[i]], .path = path[i], .from = table[number[i]].rows, .err = err};
        if (add_rows(p, table, number[i], 1, path[i], err) != IHP_OK ||
            check_count(&r, scenarios * (i == 0 ? p->partnerships : 1)) != IHP_OK) {
            return err->status;
        }
    }
    return ihp__merge_check_readings(table, p->block.first, p->block.end, path[0], path[1], err);
}

enum ihp_status ihp__merge_read_scenarios(const struct ihp__merge_block *p,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct rows r = {&table[IHP__TABLE_SCENARIOS],     &table[IHP__TABLE_SCENARIOS],
                     &table[IHP__TABLE_SETTLEMENT],    path,
                     table[IHP__TABLE_SCENARIOS].rows, err};
    if (add_rows(p, table, IHP__TABLE_SCENARIOS, 1, path, err) != IHP_OK ||
        check_scenarios(&r, p) != IHP_OK || ihp__merge_read_terms(p, table, err) != IHP_OK) {
        return err->status;
    }
    if (is_readings(p) && read_readings(p, table, err) != IHP_OK) {
        return err->status;
    }
    if (has_scenario_bootstrap(p)) {
        size_t levels = levels_of(p);
        r.table = &table[IHP__TABLE_SCENARIO_BOOTSTRAP];
        r.from = r.table->rows;
        if (add_rows(p, table, IHP__TABLE_SCENARIO_BOOTSTRAP, 6 * levels, path, err) != IHP_OK ||
            check_bootstrap(&r, p, levels) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}
