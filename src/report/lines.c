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

/* The first stages: those behind them, with `attributed`, add up to the lines of the period, which
 * are shown, and which the other period tells if the store has no other lines. */
enum { STORE, OUTSIDE, FIRST };

/* Hides the lines of the stage that has the fewest, of those that have any and are not hidden.
 * Returns false if there is none. */
static bool hide_another(struct stages *s)
{
    size_t least = 0;
    for (size_t i = FIRST; i < s->count; i++) {
        if (s->lines[i].present && !s->lines[i].hidden &&
            (least == 0 || s->lines[i].count < s->lines[least].count)) {
            least = i;
        }
    }
    s->lines[least].hidden = s->lines[least].hidden || least != 0;
    return least != 0;
}

/* Hides few lines, and those of few members. Returns false if none may be shown. */
static bool hide_lines(const struct ihp__report_members *m, enum ihp__period period,
                       struct stages *s)
{
    size_t hidden = 0;
    if (s->count <= FIRST || m->attributed[period].hidden ||
        ihp__count_is_small(s->lines[OUTSIDE].count) ||
        !ihp__counts_hide(s->lines + FIRST, s->count - FIRST)) {
        return false;
    }
    for (size_t i = FIRST; i < s->count; i++) {
        s->lines[i].hidden =
            s->lines[i].hidden || members_hidden(m, period, s->row[i][AT_STAGE].text);
        hidden += s->lines[i].hidden && s->lines[i].present;
    }
    return hidden != 1 || hide_another(s);
}

/* Hides the dollars of hidden lines. The dollars above the cap of few members are those attributed
 * less the capped cost of the IHPs; so the former are hidden, and with them those of the stage that
 * has the most. Returns false if there is no such stage, so that no dollars may be shown. */
static bool hide_dollars(struct stages *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->count; i++) {
        s->no_dollars[i] = s->lines[i].hidden;
        if (i >= FIRST && i + 1 < s->count && s->lines[i].present && !s->lines[i].hidden &&
            (most == 0 || s->row[i][AT_DOLLARS].integer > s->row[most][AT_DOLLARS].integer)) {
            most = i;
        }
    }
    if (s->few_above_cap && most != 0) {
        s->no_dollars[most] = s->no_dollars[s->count - 1] = true;
    }
    return !s->few_above_cap || most != 0;
}

/* Decides what is shown of both periods: what one of them hides as a whole, the other would tell.
 */
static void judge(const struct ihp__report_members *m, struct stages of[IHP__PERIODS])
{
    bool lines = hide_lines(m, IHP__BASE, &of[IHP__BASE]);
    lines = hide_lines(m, IHP__PERFORMANCE, &of[IHP__PERFORMANCE]) && lines;
    bool dollars = hide_dollars(&of[IHP__BASE]);
    dollars = hide_dollars(&of[IHP__PERFORMANCE]) && dollars && lines;
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t i = 0; i < of[period].count; i++) {
            of[period].lines[i].hidden = of[period].lines[i].hidden || !lines;
            of[period].no_dollars[i] = of[period].no_dollars[i] || !dollars;
        }
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
    }
    judge(m, of);
    m->lines = IHP__TABLE_OF("lines", columns);
    for (size_t i = 0; i < of[IHP__BASE].count && i < of[IHP__PERFORMANCE].count; i++) {
        ihp__table_text(&m->lines, of[IHP__BASE].row[i][AT_STAGE].text);
        put_period(&m->lines, &of[IHP__BASE], i);
        put_period(&m->lines, &of[IHP__PERFORMANCE], i);
    }
    for (size_t i = 0; i < m->lines.used; i++) {
        m->lines_hidden = m->lines_hidden || m->lines.cell[i].hidden;
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
