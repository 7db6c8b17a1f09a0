/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of quality: points by measure, scores by category, for files and for people. */
#include "result/quality_tables.h"

#include "base/path.h"
#include "result/folder.h"
#include "result/print_sentence.h"
#include "result/print_table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct ihp__table_column measure_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},
    {"measure", IHP__CELL_TEXT},
    {"rate", IHP__CELL_RATIO},
    {"baseline", IHP__CELL_RATIO},
    {"benchmark", IHP__CELL_RATIO},
    {"difference", IHP__CELL_RATIO},
    {"improvement", IHP__CELL_RATIO},
    {"achievement_points", IHP__CELL_RATIO},
    {"improvement_points", IHP__CELL_RATIO},
    {"points", IHP__CELL_RATIO},
    {"points_available", IHP__CELL_RATIO},
};

enum { AT_IHP, AT_SECTION, AT_CATEGORY, AT_POINTS, AT_AVAILABLE, AT_WEIGHT, AT_SCORE };

static const struct ihp__table_column score_columns[] = {
    [AT_IHP] = {"ihp_id", IHP__CELL_TEXT},
    [AT_SECTION] = {"section", IHP__CELL_INTEGER},
    [AT_CATEGORY] = {"category", IHP__CELL_TEXT},
    [AT_POINTS] = {"points", IHP__CELL_RATIO},
    [AT_AVAILABLE] = {"points_available", IHP__CELL_RATIO},
    [AT_WEIGHT] = {"weight", IHP__CELL_RATIO},
    [AT_SCORE] = {"score", IHP__CELL_RATIO},
};

static const char overall[] = "overall";

static void fill_measures(const struct ihp__quality *quality, int p, struct ihp__table *t)
{
    const struct ihp__partnership *ihp = &quality->program->partnership[p];
    for (size_t m = 0; m < quality->program->measures; m++) {
        if (!ihp__measure_is_for(&quality->program->measure[m], ihp->track)) {
            continue;
        }
        struct ihp__measure_score s;
        ihp__quality_measure(quality, p, m, &s);
        ihp__table_text(t, ihp->id);
        ihp__table_text(t, quality->program->measure[m].id);
        ihp__table_ratio(t, s.rate);
        ihp__table_ratio(t, s.baseline);
        ihp__table_ratio(t, s.benchmark);
        ihp__table_ratio(t, s.difference);
        ihp__table_ratio(t, s.improvement);
        ihp__table_ratio(t, s.achievement_points);
        ihp__table_ratio(t, s.improvement_points);
        ihp__table_ratio(t, s.points);
        ihp__table_ratio(t, s.available);
    }
}

static void put_score(struct ihp__table *t, const char *ihp_id, int section,
                      const struct ihp__category_score *s)
{
    ihp__table_text(t, ihp_id);
    ihp__table_integer(t, section);
    ihp__table_text(t, s->category);
    ihp__table_ratio(t, s->points);
    ihp__table_ratio(t, s->available);
    ihp__table_ratio(t, s->weight);
    ihp__table_ratio(t, s->score);
}

static void fill_scores(const struct ihp__quality *quality, int p, int section,
                        struct ihp__table *t)
{
    const char *id = quality->program->partnership[p].id;
    struct ihp__category_score s;
    if (!ihp__quality_has_section(quality->program, p, section)) {
        return;
    }
    for (size_t m = 0; m < quality->program->measures; m++) {
        if (ihp__quality_category(quality, p, section, m, &s)) {
            put_score(t, id, section, &s);
        }
    }
    s = (struct ihp__category_score){.category = overall,
                                     .points = NAN,
                                     .available = NAN,
                                     .weight = NAN,
                                     .score = ihp__quality_overall(quality, p, section)};
    put_score(t, id, section, &s);
}

void ihp__quality_tables_begin(struct ihp__table *measures, struct ihp__table *scores)
{
    *measures = IHP__TABLE_OF("quality", measure_columns);
    *scores = IHP__TABLE_OF("quality_scores", score_columns);
}

enum ihp_status ihp__quality_tables_create(const struct ihp__quality *quality,
                                           struct ihp__table *measures, struct ihp__table *scores,
                                           struct ihp_error *err)
{
    ihp__quality_tables_begin(measures, scores);
    for (size_t p = 0; p < quality->program->partnerships; p++) {
        fill_measures(quality, (int)p, measures);
        fill_scores(quality, (int)p, 17, scores);
        fill_scores(quality, (int)p, 18, scores);
    }
    return ihp__table_whole(measures) && ihp__table_whole(scores)
               ? IHP_OK
               : ihp__fail_memory(err, "the quality tables");
}

/* ---- for people ------------------------------------------------------------------------------ */

static double value_of(const struct ihp__cell *cell)
{
    return cell->blank ? NAN : cell->ratio;
}

static void add_score(struct ihp__print *print, const struct ihp__cell *row)
{
    char available[32];
    if (row[AT_POINTS].blank) { /* the overall score is blank but for itself */
        ihp__print_text(print, "Overall");
        ihp__print_text(print, "");
        ihp__print_text(print, "");
        ihp__print_text(print, "");
    } else {
        snprintf(available, sizeof available, "%g", row[AT_AVAILABLE].ratio);
        ihp__print_text(print, row[AT_CATEGORY].text);
        ihp__print_number(print, row[AT_POINTS].ratio, 2);
        ihp__print_text(print, available);
        ihp__print_percent(print, value_of(&row[AT_WEIGHT]), 2);
    }
    ihp__print_percent(print, value_of(&row[AT_SCORE]), 2);
}

/* Returns true if two rows have the same IHP and section. */
static bool is_same_section(const struct ihp__cell *a, const struct ihp__cell *b)
{
    return a[AT_SECTION].integer == b[AT_SECTION].integer &&
           strcmp(a[AT_IHP].text, b[AT_IHP].text) == 0;
}

/* Prints the scores of an IHP and section, from row `first` on; `*end` becomes the row behind
 * them. */
static enum ihp_status print_section(FILE *stream, const struct ihp__program *program,
                                     const struct ihp__table *scores, size_t first, size_t *end,
                                     struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Category", IHP__PRINT_PROSE, false}, {"Points", IHP__PRINT_NUMBER, false},
        {"of", IHP__PRINT_NUMBER, false},      {"Weight", IHP__PRINT_NUMBER, false},
        {"Score", IHP__PRINT_NUMBER, false},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    const struct ihp__cell *row = ihp__table_row(scores, first);
    const struct ihp__partnership *ihp =
        &program->partnership[ihp__program_find(program, row[AT_IHP].text)];
    int section = (int)row[AT_SECTION].integer;
    for (*end = first; *end < scores->rows; (*end)++) {
        if (!is_same_section(row, ihp__table_row(scores, *end))) {
            break;
        }
        add_score(&print, ihp__table_row(scores, *end));
    }
    ihp__print_sentence(
        stream, "\n%s, Track %d, section %d: %s\n", ihp->id, ihp->track, section,
        section == 17     ? "eligibility for the population-based payment, not its amount [17.1.3]"
        : ihp->track == 2 ? "half of the shared savings or losses of a final settlement [18.2]"
                          : "no effect, as Track 1 shares neither savings nor losses");
    return ihp__print_end(&print, err);
}

enum ihp_status ihp__quality_print(FILE *stream, const struct ihp__quality *quality,
                                   const struct ihp__table *scores, struct ihp_error *err)
{
    fprintf(stream, "Quality scores of %d, improvement since %d\n", quality->year,
            quality->year - 1);
    for (size_t first = 0, end; first < scores->rows; first = end) {
        if (print_section(stream, quality->program, scores, first, &end, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- into a folder --------------------------------------------------------------------------- */

/* Returns the table as CSV, which the caller frees, or NULL when memory is short. */
static char *text_of(const struct ihp__table *table, size_t *size)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);
    if (stream == NULL) {
        return NULL;
    }
    ihp__table_put_csv(table, stream);
    bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0 || failed) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Returns true if a file holds these bytes and no others; not if it cannot be read. */
static bool holds(FILE *file, const char *text, size_t size)
{
    char chunk[4096];
    size_t at = 0;
    errno = 0;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0; at += got) {
        if (got > size - at || memcmp(chunk, text + at, got) != 0) {
            return false;
        }
    }
    return at == size && ferror(file) == 0;
}

/* Looks at the file of a table that the folder has. `*there` and `*same`: it has one, and it holds
 * the table. */
static enum ihp_status look_at(const char *folder, const struct ihp__table *table, bool *there,
                               bool *same, struct ihp_error *err)
{
    char path[IHP__PATH_MAX], name[80];
    size_t size = 0;
    *there = *same = false;
    snprintf(name, sizeof name, "%s.csv", table->name);
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return errno == ENOENT || errno == ENOTDIR
                   ? IHP_OK
                   : ihp__fail_system(err, IHP_ERR_RUN, path, "cannot be read");
    }
    char *text = text_of(table, &size);
    enum ihp_status status = IHP_OK;
    *there = true;
    *same = text != NULL && holds(file, text, size);
    if (text == NULL) {
        status = ihp__fail_memory(err, "the quality tables");
    } else if (ferror(file) != 0 && errno == EISDIR) {
        *there = false; /* who writes the table reports what has its name */
    } else if (ferror(file) != 0) {
        status = ihp__fail_system(err, IHP_ERR_RUN, path, "cannot be read");
    }
    free(text);
    fclose(file);
    return status;
}

/* Refuses other scores than those of a folder, which has the file of `table` if `there`. The
 * amounts of a settlement were computed with its own scores, so --force does not help there. */
static enum ihp_status refuse(const char *folder, const struct ihp__table *table, bool there,
                              bool settled, struct ihp_error *err)
{
    return !settled ? ihp__fail(err, IHP_ERR_USAGE,
                                "%s/%s.csv: exists already and has other scores; name another "
                                "folder with -o, or give --force to replace them",
                                folder, table->name)
                    : ihp__fail(err, IHP_ERR_USAGE,
                                "%s: has a finished settlement %s%s.csv, and scores are not added "
                                "to a settlement or replaced in it, even with --force; name "
                                "another folder with -o",
                                folder, there ? "with other scores in " : "without ", table->name);
}

/* Finds out if the folder has a finished settlement. */
static enum ihp_status look_for_settlement(const char *folder, bool *settled, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    return ihp__path_join(path, sizeof path, folder, ihp__result_file_last(IHP__FILES_RESULT),
                          err) == IHP_OK
               ? ihp__path_look(path, &info, settled, err)
               : err->status;
}

enum ihp_status ihp__quality_write(struct ihp__output *output, const struct ihp__table *measures,
                                   const struct ihp__table *scores, bool force,
                                   struct ihp_error *err)
{
    const struct ihp__table *table[2] = {measures, scores};
    const char *folder = output->folder;
    bool settled, there, same, all_same = true;
    if (look_for_settlement(folder, &settled, err) != IHP_OK) {
        return err->status;
    }
    for (int t = 0; t < 2; t++) {
        if (look_at(folder, table[t], &there, &same, err) != IHP_OK) {
            return err->status;
        }
        if (!same && (settled || (there && !force))) {
            return refuse(output->request.folder, table[t], there, settled, err);
        }
        all_same = all_same && same;
    }
    return all_same || ihp__output_begin(output, MPI_COMM_NULL, err) != IHP_OK ||
                   ihp__folder_write_tables(output->path, IHP__FILES_RESULT, measures, 1, err) !=
                       IHP_OK ||
                   ihp__folder_write_tables(output->path, IHP__FILES_RESULT, scores, 1, err) !=
                       IHP_OK
               ? err->status
               : ihp__output_put(output, err);
}
