/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claim lines and dollars, from all in the store to those of attributed members: exclusions.csv
 * with small numbers hidden. */
#include "report/report.h"
#include "result/shown_counts.h"

#include <string.h>

enum { AT_PERIOD, AT_STAGE, AT_MEMBERS, AT_LINES, AT_DOLLARS };
enum { STAGES_MAX = 40 };

static const struct ihp__table_column columns[] = {{"stage", IHP__CELL_TEXT},
                                                   {"base_lines", IHP__CELL_INTEGER},
                                                   {"base_dollars", IHP__CELL_DOLLARS},
                                                   {"lines", IHP__CELL_INTEGER},
                                                   {"dollars", IHP__CELL_DOLLARS}};

/* The stages of a period, in the order of the file. Those between `store` and `attributed`, with
 * the latter, add up to `store`. */
struct stages {
    const struct ihp__cell *row[STAGES_MAX];
    struct ihp__shown_count lines[STAGES_MAX];
    bool no_dollars[STAGES_MAX];
    size_t count;
    bool few_above_cap;
};

static void collect(const struct ihp__table *t, enum ihp__period period, struct stages *s)
{
    *s = (struct stages){0};
    for (size_t r = 0; r < t->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(t, r);
        if (strcmp(row[AT_PERIOD].text, ihp__period_text(period)) != 0) {
            continue;
        }
        if (strcmp(row[AT_STAGE].text, "above_cap") == 0) {
            s->few_above_cap = ihp__count_is_small(row[AT_MEMBERS].integer);
        } else if (strcmp(row[AT_STAGE].text, "capped_attributed") != 0 && s->count < STAGES_MAX) {
            s->lines[s->count] = (struct ihp__shown_count){.count = row[AT_LINES].integer,
                                                           .present = row[AT_LINES].integer > 0};
            s->row[s->count++] = row;
        }
    }
}

/* Returns true if the number of members of a reason is hidden in the table of members. */
static bool members_hidden(const struct ihp__report_members *m, enum ihp__period period,
                           const char *reason)
{
    const struct ihp__table *t = &m->stages;
    size_t column = ihp__table_column_of(t, period == IHP__BASE ? "base" : "performance");
    bool elsewhere = false, hidden = false;
    for (size_t r = 0; r < t->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(t, r);
        hidden = hidden || (elsewhere && strcmp(row[0].text, reason) == 0 && row[column].hidden);
        elsewhere = elsewhere || strcmp(row[0].text, "Not attributed") == 0;
    }
    return hidden;
}

/* Hides few lines, those of few members, and the dollars of both. The dollars above the cap of few
 * members are those attributed less the capped cost of the IHPs; so the former are hidden, and
 * those of another stage with them. */
static void judge(const struct ihp__report_members *m, enum ihp__period period, struct stages *s)
{
    enum { STORE, FIRST };
    bool all = s->count < 2 || m->attributed[period].hidden ||
               !ihp__counts_hide(s->lines + FIRST, s->count - FIRST);
    for (size_t i = 0; i < s->count; i++) {
        s->lines[i].hidden =
            s->lines[i].hidden || all || members_hidden(m, period, s->row[i][AT_STAGE].text);
        s->no_dollars[i] =
            s->lines[i].hidden || (s->few_above_cap && (i == FIRST || i == s->count - 1));
    }
}

static void put_period(struct ihp__table *t, const struct stages *s, size_t i)
{
    const struct ihp__cell none = {.blank = true, .hidden = true};
    ihp__table_copy(t, s->lines[i].hidden ? &none : &s->row[i][AT_LINES]);
    ihp__table_copy(t, s->no_dollars[i] ? &none : &s->row[i][AT_DOLLARS]);
}

enum ihp_status ihp__report_lines_make(const struct ihp__report *r, struct ihp__report_members *m)
{
    const struct ihp__table *exclusions = &r->finished.table[IHP__TABLE_EXCLUSIONS];
    struct stages of[IHP__PERIODS] = {0};
    for (int period = 0; period < IHP__PERIODS; period++) {
        collect(exclusions, (enum ihp__period)period, &of[period]);
        judge(m, (enum ihp__period)period, &of[period]);
    }
    m->lines = IHP__TABLE_OF("lines", columns);
    for (size_t i = 0; i < of[IHP__BASE].count && i < of[IHP__PERFORMANCE].count; i++) {
        ihp__table_text(&m->lines, of[IHP__BASE].row[i][AT_STAGE].text);
        put_period(&m->lines, &of[IHP__BASE], i);
        put_period(&m->lines, &of[IHP__PERFORMANCE], i);
    }
    return ihp__table_whole(&m->lines) ? IHP_OK
                                       : ihp__fail_memory(r->err, "the claim lines of a report");
}

void ihp__report_put_lines(struct ihp__report *r)
{
    static const struct ihp__html_column shown[] = {
        {"stage", "Claim lines", IHP__HTML_AS_ITSELF},
        {"base_lines", "Lines, base period", IHP__HTML_AS_ITSELF},
        {"base_dollars", "Dollars, base period", IHP__HTML_AS_ITSELF},
        {"lines", "Lines, performance period", IHP__HTML_AS_ITSELF},
        {"dollars", "Dollars, performance period", IHP__HTML_AS_ITSELF}};
    fputs(
        "<p>Every claim line of the store is in one of these stages: those after the first add up "
        "to it. Lines of members who are not attributed are listed by the reason.</p>\n",
        r->out);
    ihp__html_table(r->out, &r->members.lines,
                    &(struct ihp__html_table){.id = "lines",
                                              .caption = "From all claim lines to those of "
                                                         "attributed members",
                                              IHP__HTML_COLUMNS(shown)});
}
