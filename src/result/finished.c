/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a finished folder: its manifests, the lists of its files, and its tables. */
#include "result/finished.h"

#include "base/json_load.h"
#include "base/nearest.h"
#include "base/path.h"
#include "result/all_tables.h"
#include "result/file_list.h"
#include "result/manifest_value.h"
#include "result/what_if.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    enum ihp__file_group group;
    const char *format; /* of its .json */
    int first, end;     /* its tables */
} groups[] = {
    {IHP__FILES_RESULT, "ihp-result", 0, IHP__TABLES},
    {IHP__FILES_PAYMENTS, "ihp-job", IHP__FINISHED_PAYMENTS, IHP__FINISHED_RECONCILE},
    {IHP__FILES_RECONCILIATION, "ihp-job", IHP__FINISHED_RECONCILE, IHP__FINISHED_TABLES},
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

void ihp__finished_free(struct ihp__finished *finished)
{
    json_decref(finished->manifest);
    for (int t = 0; t < IHP__FINISHED_TABLES; t++) {
        ihp__table_free(&finished->table[t]);
    }
    *finished = (struct ihp__finished){0};
}

/* ---- what the folder is ---------------------------------------------------------------------- */

/* Finds out if a file is in the folder. */
static enum ihp_status look_for(const char *folder, const char *name, bool *found,
                                struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    return ihp__path_join(path, sizeof path, folder, name, err) == IHP_OK
               ? ihp__path_look(path, &info, found, err)
               : err->status;
}

static enum ihp_status check_is_folder(const char *folder, struct ihp_error *err)
{
    struct stat info;
    bool found;
    if (ihp__path_look(folder, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: does not exist; name a result folder", folder);
    }
    return S_ISDIR(info.st_mode)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: is a file; name the result folder ('ihp info' describes files)",
                           folder);
}

/* Reports a folder in which nothing is finished that can be read. */
static enum ihp_status fail_unfinished(const char *folder, struct ihp_error *err)
{
    static const struct {
        enum ihp__file_group group;
        const char *what;
    } others[] = {{IHP__FILES_PACKAGE, "data packages"},
                  {IHP__FILES_NOTICES, "notices"},
                  {IHP__FILES_APPEAL, "answers to error reports"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bool found;
        if (look_for(folder, ihp__result_file_last(others[i].group), &found, err) != IHP_OK) {
            return err->status;
        }
        if (found) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s: has %s and no result; name the result folder of settle, merge, "
                             "pay or reconcile",
                             folder, others[i].what);
        }
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: has no manifest.json, payments.json or reconcile.json, so it is not a "
                     "finished result; 'ihp status %s' prints how far a run has come",
                     folder, folder);
}

/* ---- manifests ------------------------------------------------------------------------------- */

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text == NULL ? "" : text;
}

/* Refuses a manifest of another form or version, and one of a block of a sweep. */
static enum ihp_status check_manifest(const char *path, const char *format, const json_t *manifest,
                                      struct ihp_error *err)
{
    const json_t *version = json_object_get(manifest, "format_version");
    const json_t *part = json_object_get(manifest, "part");
    if (strcmp(text_of(manifest, "format"), format) != 0 || !json_is_integer(version)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is not as ihp writes it: format is '%.40s', and must be '%s' with a "
                         "whole format_version; make the result again",
                         path, text_of(manifest, "format"), format);
    }
    if (ihp__manifest_check_version(manifest, path, "read the result", err) != IHP_OK) {
        return err->status;
    }
    return part == NULL
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: is of block %lld of %lld of a sweep, without the other blocks; put "
                           "all of them together with 'ihp merge' and name the merged folder",
                           path, (long long)json_integer_value(json_object_get(part, "block")),
                           (long long)json_integer_value(json_object_get(part, "blocks")));
}

/* Reads the .json of a group and compares the files of the folder with its list. `*manifest`
 * becomes NULL if the group is not finished there; else the caller releases it. */
static enum ihp_status read_manifest(const char *folder, size_t g, json_t **manifest,
                                     struct ihp_notices *notices, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    const char *last = ihp__result_file_last(groups[g].group);
    bool found;
    json_error_t reason;
    *manifest = NULL;
    if (look_for(folder, last, &found, err) != IHP_OK || !found ||
        ihp__path_join(path, sizeof path, folder, last, err) != IHP_OK ||
        ihp__json_load_file(path, JSON_REJECT_DUPLICATES, manifest, &reason, err) != IHP_OK) {
        return err->status;
    }
    if (*manifest == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s:%d: is not valid JSON (%.100s)", path, reason.line,
                         reason.text);
    }
    return check_manifest(path, groups[g].format, *manifest, err) == IHP_OK
               ? ihp__file_list_check(folder, groups[g].group, *manifest, IHP__CHECK_ALL, NULL,
                                      notices, err)
               : err->status;
}

const char *ihp__finished_deck_value(const struct ihp__finished *finished, const char *key,
                                     char text[IHP__FINISHED_VALUE_TEXT])
{
    return ihp__manifest_text(json_object_get(finished->manifest, "deck"), key, text);
}

/* Takes a year of the deck. Returns false if there is none. */
static bool take_year(const struct ihp__finished *finished, const char *key, int *year)
{
    char text[IHP__FINISHED_VALUE_TEXT];
    int64_t number;
    bool taken =
        ihp__integer_parse(ihp__finished_deck_value(finished, key, text), 1970, 9999, &number);
    *year = taken ? (int)number : 0;
    return taken;
}

static bool take_deck(const struct ihp__finished *finished, struct ihp__deck *deck)
{
    static const char *const kinds[] = {
        [IHP__INTERIM] = "interim", [IHP__FINAL] = "final", [IHP__QUARTERLY] = "quarterly"};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    char text[IHP__FINISHED_VALUE_TEXT];
    int32_t day, month = 0;
    *deck = (struct ihp__deck){0};
    ihp__finished_deck_value(finished, "settlement", text);
    int kind = 0;
    while (kind < KINDS && strcmp(kinds[kind], text) != 0) {
        kind++;
    }
    deck->settlement = kind;
    bool taken = kind < KINDS && take_year(finished, "base.year", &deck->base.year);
    if (!take_year(finished, "performance.year", &deck->performance.year)) {
        taken = taken &&
                ihp__month_parse(ihp__finished_deck_value(finished, "performance.through", text),
                                 &month);
        deck->performance.through = month;
        deck->performance.year = 1970 + month / 12;
    }
    ihp__finished_deck_value(finished, "performance.paid_through", text);
    taken = taken && ihp__day_parse(text, &day);
    deck->performance.paid_through = taken ? day : 0;
    return taken;
}

enum ihp_status ihp__finished_head(const struct ihp__finished *finished, struct ihp__deck *deck,
                                   struct ihp__settlement_head *head, struct ihp_error *err)
{
    const json_t *counts = json_object_get(finished->manifest, "counts");
    if (!take_deck(finished, deck)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/manifest.json: deck: is not as ihp writes it: it needs settlement, "
                         "base.year, and the year and the cut-off of performance; make the result "
                         "again",
                         finished->folder);
    }
    ihp__what_if_take(finished->manifest, &deck->what_if);
    *head = (struct ihp__settlement_head){
        .deck = deck,
        .members = json_integer_value(json_object_get(counts, "members")),
        .attributed = {[IHP__BASE] = json_integer_value(json_object_get(counts, "attributed_base")),
                       [IHP__PERFORMANCE] =
                           json_integer_value(json_object_get(counts, "attributed_performance"))}};
    return IHP_OK;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void begin_tables(struct ihp__table table[IHP__FINISHED_TABLES])
{
    ihp__result_tables_begin(table);
    ihp__payment_tables_begin(&table[IHP__FINISHED_PAYMENTS]);
    ihp__reconcile_table_begin(&table[IHP__FINISHED_RECONCILE]);
}

/* Finds out which tables of a finished group the folder has. */
static enum ihp_status find_tables(struct ihp__finished *finished, size_t g, struct ihp_error *err)
{
    char name[80];
    for (int t = groups[g].first; t < groups[g].end; t++) {
        snprintf(name, sizeof name, "%s.csv", finished->table[t].name);
        if (look_for(finished->folder, name, &finished->present[t], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status read_table(struct ihp__finished *finished, int t, struct ihp_error *err)
{
    char path[IHP__PATH_MAX], name[80];
    snprintf(name, sizeof name, "%s.csv", finished->table[t].name);
    return ihp__path_join(path, sizeof path, finished->folder, name, err) == IHP_OK
               ? ihp__table_read_csv(path, &finished->table[t], 0, err)
               : err->status;
}

const char *ihp__finished_names(const struct ihp__finished *finished,
                                char text[IHP__FINISHED_NAMES_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (int t = 0; t < IHP__FINISHED_TABLES && used < IHP__FINISHED_NAMES_TEXT; t++) {
        if (finished->present[t]) {
            int more = snprintf(text + used, IHP__FINISHED_NAMES_TEXT - used, "%s%s",
                                used == 0 ? "" : ", ", finished->table[t].name);
            used += more > 0 ? (size_t)more : 0;
        }
    }
    return text;
}

/* Reports a table that the folder does not have, with those that it has. */
static enum ihp_status fail_table(const struct ihp__finished *finished, const char *only,
                                  struct ihp_error *err)
{
    char names[IHP__FINISHED_NAMES_TEXT], hint[120] = "";
    const char *name[IHP__FINISHED_TABLES];
    size_t count = 0;
    for (int t = 0; t < IHP__FINISHED_TABLES; t++) {
        if (finished->present[t]) {
            name[count++] = finished->table[t].name;
        }
    }
    const char *near = ihp__nearest(only, name, count);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "; did you mean '%s'?", near);
    }
    return ihp__fail(err, IHP_ERR_USAGE, "%s: has no table '%.80s' that can be shown%s It has: %s",
                     finished->folder, only, near == NULL ? "." : hint,
                     ihp__finished_names(finished, names));
}

/* Reads the tables of the folder, or the one that `only` names. */
static enum ihp_status read_tables(struct ihp__finished *finished, const char *only,
                                   struct ihp_error *err)
{
    size_t read = 0;
    for (int t = 0; t < IHP__FINISHED_TABLES; t++) {
        if (finished->present[t] && (only == NULL || strcmp(only, finished->table[t].name) == 0)) {
            if (read_table(finished, t, err) != IHP_OK) {
                return err->status;
            }
            read++;
        }
    }
    return only == NULL || read > 0 ? IHP_OK : fail_table(finished, only, err);
}

enum ihp_status ihp__finished_read(const char *folder, const char *only,
                                   struct ihp__finished *finished, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    size_t groups_found = 0;
    *finished = (struct ihp__finished){.folder = folder};
    begin_tables(finished->table);
    if (check_is_folder(folder, err) != IHP_OK) {
        return err->status;
    }
    for (size_t g = 0; g < GROUPS; g++) {
        json_t *manifest;
        enum ihp_status status = read_manifest(folder, g, &manifest, notices, err);
        bool found = manifest != NULL;
        if (status == IHP_OK && found) {
            status = find_tables(finished, g, err);
        }
        if (groups[g].group == IHP__FILES_RESULT) {
            finished->manifest = manifest;
        } else {
            json_decref(manifest);
        }
        if (status != IHP_OK) {
            return status;
        }
        groups_found += found;
    }
    return groups_found == 0 ? fail_unfinished(folder, err) : read_tables(finished, only, err);
}

enum ihp_status ihp__finished_keep_ihp(const struct ihp__finished *finished,
                                       struct ihp__table *table, const char *ihp_id,
                                       struct ihp_error *err)
{
    size_t at = ihp__table_column_of(table, "ihp_id");
    struct ihp__table kept = ihp__table_empty(table->name, table->column, table->columns);
    if (at == table->columns) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s/%s.csv: has no column ihp_id; leave out --ihp, or name another table",
                         finished->folder, table->name);
    }
    for (size_t r = 0; r < table->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(table, r);
        for (size_t c = 0; strcmp(row[at].text, ihp_id) == 0 && c < table->columns; c++) {
            ihp__table_copy(&kept, &row[c]);
        }
    }
    ihp__table_free(table);
    *table = kept;
    if (!ihp__table_whole(table)) {
        return ihp__fail_memory(err, "the rows of an IHP");
    }
    return kept.rows > 0 ? IHP_OK
                         : ihp__fail(err, IHP_ERR_USAGE, "%s/%s.csv: has no row of the IHP '%.80s'",
                                     finished->folder, table->name, ihp_id);
}
