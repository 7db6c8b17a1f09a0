/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp compare: reads two finished settlements, and prints what leads from one to the other. */
#include "jobs/compare/compare.h"

#include "base/nearest.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

static const char *const table_names[IHP__COMPARED_TABLES] = {"steps", "inputs", "values", "terms",
                                                              "moves"};

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads the settlement of a folder, its terms, and what its manifest says of both. */
static enum ihp_status read_side(const char *folder, struct ihp__compared *side,
                                 struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__finished *finished = &side->finished;
    struct ihp_error reason = {0};
    char path[IHP__PATH_MAX];
    enum ihp_status status = ihp__finished_read(folder, "settlement", finished, notices, &reason);
    if (status == IHP_ERR_USAGE && !finished->present[IHP__TABLE_SETTLEMENT]) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no settlement to compare; name the result folder of settle or "
                         "merge",
                         folder);
    }
    if (status != IHP_OK) {
        *err = reason;
        return status;
    }
    if (!finished->present[IHP__TABLE_TERMS]) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no terms.csv, as an earlier version of ihp made it; settle its "
                         "deck again with 'ihp settle'",
                         folder);
    }
    return ihp__path_join(path, sizeof path, folder, "terms.csv", err) == IHP_OK &&
                   ihp__table_read_csv(path, &finished->table[IHP__TABLE_TERMS], 0, err) == IHP_OK
               ? ihp__finished_head(finished, &side->deck, &side->head, err)
               : err->status;
}

/* Refuses settlements of different years or months. */
static enum ihp_status check_years(const struct ihp__comparison *c, struct ihp_error *err)
{
    const struct ihp__deck *first = &c->side[0].deck, *second = &c->side[1].deck;
    char months[2][IHP__PERIOD_TEXT];
    if (first->base.year == second->base.year && ihp__period_last_month(&first->performance) ==
                                                     ihp__period_last_month(&second->performance)) {
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s is of %s against base year %d, and %s of %s against base year %d; name "
                     "two settlements of the same years",
                     c->side[0].finished.folder, ihp__period_months(&first->performance, months[0]),
                     first->base.year, c->side[1].finished.folder,
                     ihp__period_months(&second->performance, months[1]), second->base.year);
}

/* ---- IHPs ------------------------------------------------------------------------------------ */

/* Returns the row of an IHP in a settlement, or NULL. */
static const struct ihp__cell *row_of(const struct ihp__table *settlement, const char *id)
{
    for (size_t r = 0; r < settlement->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(settlement, r);
        if (strcmp(row[0].text, id) == 0) {
            return row;
        }
    }
    return NULL;
}

/* Finds an IHP in both settlements. */
static enum ihp_status find_ihp(const struct ihp__comparison *c, const char *id,
                                struct ihp__compared_ihp *ihp, struct ihp_error *err)
{
    ihp->id = id;
    for (int side = 0; side < 2; side++) {
        const struct ihp__table *table = c->side[side].finished.table;
        ihp->side[side] = (struct ihp__waterfall){.settlement = &table[IHP__TABLE_SETTLEMENT],
                                                  .terms = &table[IHP__TABLE_TERMS]};
        if (row_of(&table[IHP__TABLE_SETTLEMENT], id) != NULL &&
            ihp__waterfall_find(&table[IHP__TABLE_SETTLEMENT], &table[IHP__TABLE_TERMS],
                                c->side[side].finished.folder, id, &ihp->side[side],
                                err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Reports an IHP that neither settlement has. */
static enum ihp_status fail_ihp(const struct ihp__comparison *c, const char *only,
                                struct ihp_error *err)
{
    const struct ihp__table *settlement = &c->side[0].finished.table[IHP__TABLE_SETTLEMENT];
    const char **id = calloc(settlement->rows + 1, sizeof *id);
    for (size_t r = 0; id != NULL && r < settlement->rows; r++) {
        id[r] = ihp__table_row(settlement, r)[0].text;
    }
    const char *near = id == NULL ? NULL : ihp__nearest(only, id, settlement->rows);
    free(id);
    return ihp__fail(err, IHP_ERR_USAGE, "%s and %s: have no IHP '%.80s'%s%.80s%s",
                     c->side[0].finished.folder, c->side[1].finished.folder, only,
                     near == NULL ? "; settlement.csv lists them" : "; did you mean '",
                     near == NULL ? "" : near, near == NULL ? "" : "'?");
}

/* Lists the IHPs of the first settlement and those that only the second has, or the one named. */
static enum ihp_status list_ihps(struct ihp__comparison *c, const char *only, struct ihp_error *err)
{
    const struct ihp__table *settlement[2] = {&c->side[0].finished.table[IHP__TABLE_SETTLEMENT],
                                              &c->side[1].finished.table[IHP__TABLE_SETTLEMENT]};
    c->ihp = calloc(settlement[0]->rows + settlement[1]->rows + 1, sizeof *c->ihp);
    if (c->ihp == NULL) {
        return ihp__fail_memory(err, "the IHPs");
    }
    for (int side = 0; side < 2; side++) {
        for (size_t r = 0; r < settlement[side]->rows; r++) {
            const char *id = ihp__table_row(settlement[side], r)[0].text;
            if ((only != NULL && strcmp(only, id) != 0) ||
                (side == 1 && row_of(settlement[0], id) != NULL)) {
                continue;
            }
            if (find_ihp(c, id, &c->ihp[c->ihps++], err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return only == NULL || c->ihps > 0 ? IHP_OK : fail_ihp(c, only, err);
}

/* ---- the job --------------------------------------------------------------------------------- */

/* Finds the table that the options name; -1 for all. */
static enum ihp_status choose_table(const char *name, int *chosen, struct ihp_error *err)
{
    *chosen = -1;
    for (int t = 0; name != NULL && t < IHP__COMPARED_TABLES; t++) {
        *chosen = strcmp(name, table_names[t]) == 0 ? t : *chosen;
    }
    return name == NULL || *chosen >= 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "--table: '%.80s' is not a table; use steps, inputs, values, terms or "
                           "moves",
                           name);
}

static void put_json(FILE *stream, const struct ihp__comparison *c, int only)
{
    const char *before = "{\n  ";
    for (int t = 0; t < IHP__COMPARED_TABLES; t++) {
        if (only == t || (only < 0 && (t != IHP__COMPARED_MOVES || c->has_moves))) {
            fprintf(stream, "%s\"%s\": ", before, c->table[t].name);
            ihp__table_put_json(&c->table[t], stream);
            before = ",\n  ";
        }
    }
    fputs("\n}\n", stream);
}

static enum ihp_status compare(const struct ihp_compare_options *options, struct ihp__comparison *c,
                               struct ihp_notices *notices, struct ihp_error *err)
{
    int only;
    if (choose_table(options->table, &only, err) != IHP_OK ||
        read_side(options->first, &c->side[0], notices, err) != IHP_OK ||
        read_side(options->second, &c->side[1], notices, err) != IHP_OK ||
        check_years(c, err) != IHP_OK || list_ihps(c, options->ihp, err) != IHP_OK ||
        ihp__compare_tables_create(c, err) != IHP_OK || ihp__compare_inputs(c, err) != IHP_OK ||
        ihp__compare_members(c, options, notices, err) != IHP_OK) {
        return err->status;
    }
    switch (options->format) {
    case IHP_SHOW_CSV:
        ihp__table_put_csv(&c->table[only < 0 ? 0 : only], options->stream);
        return IHP_OK;
    case IHP_SHOW_JSON:
        put_json(options->stream, c, only);
        return IHP_OK;
    case IHP_SHOW_TEXT:
        break;
    }
    return ihp__compare_print(options->stream, c, only, err);
}

enum ihp_status ihp_compare(const struct ihp_compare_options *options, struct ihp_notices *notices,
                            struct ihp_error *err)
{
    struct ihp__comparison c = {.ihps = 0};
    enum ihp_status status = compare(options, &c, notices, err);
    for (int t = 0; t < IHP__COMPARED_TABLES; t++) {
        ihp__table_free(&c.table[t]);
    }
    for (int side = 0; side < 2; side++) {
        ihp__finished_free(&c.side[side].finished);
    }
    free(c.ihp);
    return status;
}
