/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.csv: the quality measures, their weights and scoring [17.1.2, 17.3.2, 18.1.2, 18.4.10].
 */
#include "program/fields.h"
#include "program/load.h"

#include <stdlib.h>
#include <string.h>

enum { CATEGORY_BYTES = 100 };

enum { MEASURE, SECTION, CATEGORY, WEIGHT, SCORING, LOWER, TRACK, BONUS, SET, RATIO, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"measure", true}, {"section", true},         {"category", true}, {"weight", true},
    {"scoring", true}, {"lower_is_better", true}, {"track", true},    {"bonus", false},
    {"set", false},    {"ratio", false},
};

/* Returns the first row of a measure, or `program->measures`. */
static size_t find_measure(const struct ihp__program *program, const char *id)
{
    size_t m = 0;
    while (m < program->measures && strcmp(program->measure[m].id, id) != 0) {
        m++;
    }
    return m;
}

enum ihp_status ihp__field_measure(const struct ihp__program *program,
                                   const struct ihp__csv_row *row, size_t field, size_t *measure,
                                   struct ihp_error *err)
{
    size_t found = find_measure(program, row->field[field]);
    if (found == program->measures) {
        return ihp__fail_value(err, row, field, "a measure of measures.csv");
    }
    *measure = found;
    return IHP_OK;
}

/* Reads how the measure is scored, and for which track. */
static enum ihp_status read_scoring(const struct ihp__csv_row *row, struct ihp__measure *m,
                                    struct ihp_error *err)
{
    static const char *const section_texts[] = {"17", "18"};
    static const char *const track_texts[] = {"", "1", "2"};
    static const char *const scoring_texts[] = {
        [IHP__SCORING_BENCHMARK] = "benchmark",
        [IHP__SCORING_PERCENTILE] = "percentile",
        [IHP__SCORING_CAHPS] = "cahps",
        [IHP__SCORING_GAP] = "gap",
        [IHP__SCORING_IMPROVEMENT] = "improvement",
        [IHP__SCORING_POINTS] = "points",
    };
    static const struct ihp__code_list sections = {section_texts, 2, "17 or 18"};
    static const struct ihp__code_list tracks = {track_texts, 3, "1, 2 or blank for both"};
    static const struct ihp__code_list scorings = {
        scoring_texts, sizeof scoring_texts / sizeof scoring_texts[0],
        "benchmark, percentile, cahps, improvement, gap or points"};
    int section, scoring;
    if (ihp__field_choice(row, SECTION, &sections, &section, err) != IHP_OK ||
        ihp__field_choice(row, SCORING, &scorings, &scoring, err) != IHP_OK ||
        ihp__field_choice(row, TRACK, &tracks, &m->track, err) != IHP_OK) {
        return err->status;
    }
    m->section = 17 + section;
    m->scoring = (enum ihp__scoring)scoring;
    return IHP_OK;
}

/* Refuses a row that contradicts an earlier one. */
static enum ihp_status check_row(const struct ihp__csv_row *row, const struct ihp__measure *m,
                                 const struct ihp__measure *other, struct ihp_error *err)
{
    bool same_id = strcmp(m->id, other->id) == 0;
    bool same_track = m->track == 0 || ihp__measure_is_for(other, m->track);
    if (same_id && same_track) {
        return ihp__fail_field(err, row, MEASURE,
                               "'%s' appears twice for a track; keep one row for each track",
                               m->id);
    }
    if (same_id && m->lower_is_better != other->lower_is_better) {
        return ihp__fail_field(err, row, LOWER,
                               "'%s' contradicts an earlier row; a measure has one direction on "
                               "both tracks",
                               row->field[LOWER]);
    }
    if (same_id && m->ratio != other->ratio) {
        return ihp__fail_value(err, row, RATIO, "the value of the measure's other row");
    }
    if (m->section != other->section || !same_track ||
        strcmp(row->field[CATEGORY], other->category) != 0) {
        return IHP_OK;
    }
    if (ihp__round12(m->weight) != ihp__round12(other->weight)) {
        return ihp__fail_value(err, row, WEIGHT,
                               "the weight of the category's other rows of the track");
    }
    if (m->bonus != other->bonus) {
        return ihp__fail_value(err, row, BONUS,
                               "the value of the category's other rows of the track");
    }
    if (strcmp(m->set, other->set) != 0) {
        return ihp__fail_value(err, row, SET,
                               "the value of the category's other rows of the track");
    }
    return IHP_OK;
}

static enum ihp_status read_row(const struct ihp__csv_row *row, struct ihp__measure *m,
                                struct ihp_error *err)
{
    static const struct ihp__number_bounds weight = {
        .high = 1, .required = true, .expected = "a fraction from 0 to 1"};
    if (ihp__field_label(row, MEASURE, IHP__MEASURE_MAX, true, err) != IHP_OK ||
        ihp__field_label(row, CATEGORY, CATEGORY_BYTES, true, err) != IHP_OK ||
        read_scoring(row, m, err) != IHP_OK ||
        ihp__field_number(row, WEIGHT, &weight, &m->weight, err) != IHP_OK ||
        ihp__field_switch(row, LOWER, -1, &m->lower_is_better, err) != IHP_OK ||
        ihp__field_switch(row, BONUS, 0, &m->bonus, err) != IHP_OK ||
        ihp__field_switch(row, RATIO, 0, &m->ratio, err) != IHP_OK ||
        ihp__field_label(row, SET, IHP__SET_MAX, false, err) != IHP_OK) {
        return err->status;
    }
    memcpy(m->set, row->field[SET], row->length[SET]);
    memcpy(m->id, row->field[MEASURE], row->length[MEASURE]);
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__measure m = {0};
    if (read_row(row, &m, err) != IHP_OK) {
        return err->status;
    }
    if (program->measures == IHP__MEASURES_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d rows", row->file,
                         IHP__MEASURES_MAX);
    }
    for (size_t i = 0; i < program->measures; i++) {
        if (check_row(row, &m, &program->measure[i], err) != IHP_OK) {
            return err->status;
        }
    }
    m.first = find_measure(program, m.id); /* this row where there is none before */
    m.category = strdup(row->field[CATEGORY]);
    if (m.category == NULL ||
        !ihp__array_reserve(&program->measure, &load->measure_capacity, program->measures + 1,
                            sizeof *program->measure)) {
        free(m.category);
        return ihp__fail_memory(err, "measures.csv");
    }
    program->measure[program->measures++] = m;
    return IHP_OK;
}

/* Returns true if row `m` is the first of its category for a track. */
static bool begins_category(const struct ihp__program *program, size_t m, int track)
{
    const struct ihp__measure *row = &program->measure[m];
    for (size_t i = 0; i < m; i++) {
        const struct ihp__measure *other = &program->measure[i];
        if (other->section == row->section && ihp__measure_is_for(other, track) &&
            strcmp(other->category, row->category) == 0) {
            return false;
        }
    }
    return ihp__measure_is_for(row, track);
}

/* Adds a notice where the weights of a track's categories, without a bonus, do not add up to 1. */
static void note_weights(const struct ihp__program_load *load, int section, int track)
{
    const struct ihp__program *program = load->program;
    double sum = 0;
    size_t categories = 0;
    for (size_t m = 0; m < program->measures; m++) {
        const struct ihp__measure *row = &program->measure[m];
        if (row->section == section && !row->bonus && begins_category(program, m, track)) {
            sum += row->weight;
            categories++;
        }
    }
    if (categories > 0 && ihp__round12(sum) != 1.0) {
        ihp__notice_add(load->notices,
                        "measures.csv: the weights of the categories of section %d for Track %d "
                        "add up to %.6g, not 1 [17.3.2, 18.4.10]",
                        section, track, sum);
    }
}

enum ihp_status ihp__read_measures(struct ihp__program_load *load, const char *path,
                                   struct ihp_error *err)
{
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK) {
        return err->status;
    }
    for (int section = 17; section <= 18; section++) {
        for (int track = 1; track <= 2; track++) {
            note_weights(load, section, track);
        }
    }
    return IHP_OK;
}
