/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp show: prints a finished folder again, with the functions that print at the end of a job. */
#include "ihp/jobs.h"

#include "base/path.h"
#include "result/bootstrap_tables.h"
#include "result/bridge_tables.h"
#include "result/finished.h"
#include "result/print_cell.h"
#include "result/print_sentence.h"
#include "result/scenario_tables.h"
#include "result/waterfall.h"

#include <string.h>

/* ---- text ------------------------------------------------------------------------------------ */

static enum ihp_status print_settlement(FILE *stream, const struct ihp__finished *shown,
                                        struct ihp_error *err)
{
    struct ihp__deck deck;
    struct ihp__settlement_head head;
    return ihp__finished_head(shown, &deck, &head, err) == IHP_OK
               ? ihp__settlement_print(stream, &head, &shown->table[IHP__TABLE_SETTLEMENT], err)
               : err->status;
}

static enum ihp_status print_bootstrap(FILE *stream, const struct ihp__finished *shown,
                                       struct ihp_error *err)
{
    char text[IHP__FINISHED_VALUE_TEXT];
    int64_t replicates = 0;
    ihp__finished_deck_value(shown, "bootstrap.replicates", text);
    if (!ihp__integer_parse(text, 1, INT32_MAX, &replicates)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/manifest.json: deck: bootstrap.replicates: is '%s', and must be a "
                         "whole number from 1, as there is a bootstrap.csv; make the result again",
                         shown->folder, text);
    }
    return ihp__bootstrap_print(stream, (int)replicates, &shown->table[IHP__TABLE_BOOTSTRAP],
                                &shown->table[IHP__TABLE_BOOTSTRAP_OUTCOMES], err);
}

/* Prints what the end of settle prints, in its order. */
static enum ihp_status print_result(FILE *stream, const struct ihp__finished *shown,
                                    struct ihp_error *err)
{
    const struct ihp__table *table = shown->table;
    const bool *present = shown->present;
    if (print_settlement(stream, shown, err) != IHP_OK) {
        return err->status;
    }
    if (present[IHP__TABLE_BRIDGE] &&
        ihp__bridge_print(stream, &table[IHP__TABLE_BRIDGE], err) != IHP_OK) {
        return err->status;
    }
    if (present[IHP__TABLE_READINGS_TOTAL]
            ? ihp__readings_print(stream, &table[IHP__TABLE_READINGS_TOTAL], err) != IHP_OK
            : present[IHP__TABLE_SCENARIOS] &&
                  ihp__scenarios_print(stream, &table[IHP__TABLE_SCENARIOS], IHP__CHANGES_PRINTED,
                                       err) != IHP_OK) {
        return err->status;
    }
    return present[IHP__TABLE_BOOTSTRAP] ? print_bootstrap(stream, shown, err) : IHP_OK;
}

static enum ihp_status print_all(FILE *stream, const struct ihp__finished *shown,
                                 struct ihp_error *err)
{
    const int quarters = IHP__FINISHED_PAYMENTS + IHP__TABLE_PAYMENTS_QUARTER;
    char names[IHP__FINISHED_NAMES_TEXT];
    bool first = !shown->present[IHP__TABLE_SETTLEMENT];
    if (!first && print_result(stream, shown, err) != IHP_OK) {
        return err->status;
    }
    if (shown->present[quarters]) {
        fprintf(stream, "%sPayments [15, 5.2.1]\n\n", first ? "" : "\n");
        first = false;
        if (ihp__payments_print(stream, &shown->table[quarters], err) != IHP_OK) {
            return err->status;
        }
    }
    if (shown->present[IHP__FINISHED_RECONCILE]) {
        fprintf(stream, "%sReconciliation [15.5]\n\n", first ? "" : "\n");
        if (ihp__reconcile_print(stream, &shown->table[IHP__FINISHED_RECONCILE], err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__print_sentence(stream, "\nTables for --table: %s\n", ihp__finished_names(shown, names));
    return IHP_OK;
}

/* Prints one table: as the end of its job does where that prints every row, otherwise as it is. */
static enum ihp_status print_table(FILE *stream, const struct ihp__finished *shown, int t,
                                   struct ihp_error *err)
{
    const struct ihp__table *table = &shown->table[t];
    switch (t) {
    case IHP__TABLE_SETTLEMENT:
        return print_settlement(stream, shown, err);
    case IHP__TABLE_BRIDGE:
        return ihp__bridge_print(stream, table, err);
    case IHP__TABLE_SCENARIOS:
        return ihp__scenarios_print(stream, table, 0, err);
    case IHP__TABLE_READINGS_TOTAL:
        return ihp__readings_print(stream, table, err);
    case IHP__FINISHED_PAYMENTS + IHP__TABLE_PAYMENTS_QUARTER:
        return ihp__payments_print(stream, table, err);
    case IHP__FINISHED_RECONCILE:
        return ihp__reconcile_print(stream, table, err);
    default:
        return ihp__print_whole_table(stream, table, err);
    }
}

/* ---- every form ------------------------------------------------------------------------------ */

/* Returns the table that the options name; without a name the settlement, or the first that the
 * folder has. */
static int chosen_table(const struct ihp__finished *shown, const char *name)
{
    int chosen = 0;
    while (chosen < IHP__FINISHED_TABLES - 1 &&
           !(shown->present[chosen] &&
             (name == NULL || strcmp(name, shown->table[chosen].name) == 0))) {
        chosen++;
    }
    return chosen;
}

/* Writes all tables, or the one that is not NULL, as one JSON object. */
static void put_json(FILE *stream, const struct ihp__finished *shown, const struct ihp__table *only)
{
    const struct ihp__table *table[IHP__FINISHED_TABLES] = {only};
    size_t tables = only != NULL;
    for (int t = 0; only == NULL && t < IHP__FINISHED_TABLES; t++) {
        if (shown->present[t]) {
            table[tables++] = &shown->table[t];
        }
    }
    ihp__tables_put_json(table, tables, stream);
}

/* Prints the steps to the amount of an IHP. */
static enum ihp_status show_waterfall(const struct ihp_show_options *options,
                                      const struct ihp__finished *shown, struct ihp_error *err)
{
    struct ihp__waterfall waterfall;
    struct ihp__deck deck;
    struct ihp__settlement_head head;
    char source[IHP__PATH_MAX];
    if (!shown->present[IHP__TABLE_SETTLEMENT]) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: has no settlement, so no steps to an amount; give --table with --ihp",
                         shown->folder);
    }
    if (ihp__finished_head(shown, &deck, &head, err) != IHP_OK ||
        ihp__path_join(source, sizeof source, shown->folder, "settlement.csv", err) != IHP_OK ||
        ihp__waterfall_find(&shown->table[IHP__TABLE_SETTLEMENT], &shown->table[IHP__TABLE_TERMS],
                            source, options->ihp, &waterfall, err) != IHP_OK) {
        return err->status;
    }
    waterfall.base_year = deck.base.year;
    if (options->format == IHP_SHOW_TEXT) {
        ihp__settlement_print_title(options->stream, &deck, NULL);
    }
    return ihp__waterfall_print(options->stream, &waterfall, options->format, err);
}

static enum ihp_status show_tables(const struct ihp_show_options *options,
                                   struct ihp__finished *shown, struct ihp_error *err)
{
    int chosen = chosen_table(shown, options->table);
    struct ihp__table *table = &shown->table[chosen];
    if (options->ihp != NULL && ihp__finished_keep_ihp(shown, table, options->ihp, err) != IHP_OK) {
        return err->status;
    }
    switch (options->format) {
    case IHP_SHOW_CSV:
        ihp__table_put_csv(table, options->stream);
        return IHP_OK;
    case IHP_SHOW_JSON:
        put_json(options->stream, shown, options->table == NULL ? NULL : table);
        return IHP_OK;
    case IHP_SHOW_TEXT:
        break;
    }
    return options->table == NULL ? print_all(options->stream, shown, err)
                                  : print_table(options->stream, shown, chosen, err);
}

enum ihp_status ihp_show(const struct ihp_show_options *options, struct ihp_notices *notices,
                         struct ihp_error *err)
{
    struct ihp__finished shown;
    enum ihp_status status =
        ihp__finished_read(options->folder, options->table, &shown, notices, err);
    if (status == IHP_OK) {
        status = options->ihp != NULL && options->table == NULL
                     ? show_waterfall(options, &shown, err)
                     : show_tables(options, &shown, err);
    }
    ihp__finished_free(&shown);
    return status;
}
