/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members and claim lines, from all in the store to those attributed, with small numbers hidden.
 * Numbers are sums over the IHPs: each group of them adds up to a number that is shown. */
#include "report/report.h"
#include "result/hide_small.h"

#include <stdlib.h>
#include <string.h>

/* ---- members by reason ----------------------------------------------------------------------- */

enum { ELSEWHERE, ATTRIBUTED, SIDES };

/* The members of a period by whether they are attributed, and why. */
struct reasons {
    struct ihp__shown_count side[SIDES][IHP__REASONS];
    int64_t sum[SIDES];
    bool hidden; /* all of them, as a sum must not be shown */
};

static enum ihp__reason find_reason(const char *text)
{
    int reason = 0;
    while (reason < IHP__REASONS - 1 &&
           strcmp(ihp__reason_text((enum ihp__reason)reason), text) != 0) {
        reason++;
    }
    return (enum ihp__reason)reason;
}

/* Sums attribution_summary.csv over the IHPs. */
static void add_up(const struct ihp__report *r, struct reasons of[IHP__PERIODS])
{
    enum { AT_PERIOD, AT_REASON, AT_WINDOW, AT_IHP, AT_MEMBERS };
    const struct ihp__table *t = &r->finished.table[IHP__TABLE_ATTRIBUTION_SUMMARY];
    for (size_t i = 0; i < t->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(t, i);
        int period = strcmp(row[AT_PERIOD].text, ihp__period_text(IHP__BASE)) == 0
                         ? IHP__BASE
                         : IHP__PERFORMANCE;
        int side = row[AT_IHP].text[0] == '\0' ? ELSEWHERE : ATTRIBUTED;
        of[period].side[side][find_reason(row[AT_REASON].text)].count += row[AT_MEMBERS].integer;
        of[period].sum[side] += row[AT_MEMBERS].integer;
    }
}

/* Decides what of a period is shown. */
static enum ihp_status judge(const struct ihp__report *r, enum ihp__period period,
                             struct reasons *of)
{
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    struct ihp__shown_count *ihps = calloc(settlement->rows + 1, sizeof *ihps);
    if (ihps == NULL) {
        return ihp__fail_memory(r->err, "the members of a report");
    }
    of->hidden = !ihp__hide_ihps(settlement, period, ihps);
    free(ihps);
    for (int side = 0; side < SIDES; side++) {
        for (int reason = 0; reason < IHP__REASONS; reason++) {
            of->side[side][reason].present = of->side[side][reason].count > 0;
        }
        bool shown = ihp__counts_hide(of->side[side], IHP__REASONS);
        of->hidden = of->hidden || !shown || ihp__count_is_small(of->sum[side]);
    }
    return IHP_OK;
}

static const struct ihp__table_column stage_columns[] = {{"stage", IHP__CELL_TEXT},
                                                         {"section", IHP__CELL_TEXT},
                                                         {"base", IHP__CELL_INTEGER},
                                                         {"performance", IHP__CELL_INTEGER}};

static void put_count(struct ihp__table *t, int64_t count, bool hidden)
{
    const struct ihp__cell cell = {
        .integer = hidden ? 0 : count, .blank = hidden, .hidden = hidden};
    ihp__table_copy(t, &cell);
}

static void put_stage(struct ihp__table *t, const char *stage, const char *section,
                      const struct reasons of[IHP__PERIODS], int side)
{
    ihp__table_text(t, stage);
    ihp__table_text(t, section);
    for (int period = 0; period < IHP__PERIODS; period++) {
        int64_t count =
            side == SIDES ? of[period].sum[0] + of[period].sum[1] : of[period].sum[side];
        put_count(t, count, of[period].hidden);
    }
}

static void put_reasons(struct ihp__table *t, const struct reasons of[IHP__PERIODS], int side)
{
    for (int reason = 0; reason < IHP__REASONS; reason++) {
        if (of[IHP__BASE].side[side][reason].count == 0 &&
            of[IHP__PERFORMANCE].side[side][reason].count == 0) {
            continue;
        }
        ihp__table_text(t, ihp__reason_text((enum ihp__reason)reason));
        ihp__table_text(t, ihp__reason_section((enum ihp__reason)reason));
        for (int period = 0; period < IHP__PERIODS; period++) {
            put_count(t, of[period].side[side][reason].count,
                      of[period].hidden || of[period].side[side][reason].hidden);
        }
    }
}

/* ---- members who moved ----------------------------------------------------------------------- */

static const struct ihp__table_column moved_columns[] = {
    {"period", IHP__CELL_TEXT}, {"direction", IHP__CELL_TEXT}, {"members", IHP__CELL_INTEGER}};

/* Sums bridge_members.csv over IHPs and reasons. */
static void make_moved(const struct ihp__report *r, struct ihp__table *moved)
{
    enum { AT_PERIOD = 1, AT_DIRECTION, AT_MEMBERS = 4 };
    static const char *const directions[] = {"in", "out"};
    const struct ihp__table *t = &r->finished.table[IHP__TABLE_BRIDGE_MEMBERS];
    *moved = IHP__TABLE_OF("moved", moved_columns);
    for (int p = 0; p < IHP__PERIODS && r->finished.present[IHP__TABLE_BRIDGE_MEMBERS]; p++) {
        for (int d = 0; d < 2; d++) {
            int64_t members = 0;
            for (size_t i = 0; i < t->rows; i++) {
                const struct ihp__cell *row = ihp__table_row(t, i);
                bool here =
                    strcmp(row[AT_PERIOD].text, ihp__period_text((enum ihp__period)p)) == 0 &&
                    strcmp(row[AT_DIRECTION].text, directions[d]) == 0;
                members += here ? row[AT_MEMBERS].integer : 0;
            }
            ihp__table_text(moved, ihp__period_text((enum ihp__period)p));
            ihp__table_text(moved, d == 0 ? "joined an IHP" : "left an IHP");
            put_count(moved, members, ihp__count_is_small(members));
        }
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

enum ihp_status ihp__report_members_make(struct ihp__report *r)
{
    struct reasons of[IHP__PERIODS] = {0};
    struct ihp__report_members *m = &r->members;
    m->stages = IHP__TABLE_OF("stages", stage_columns);
    make_moved(r, &m->moved);
    add_up(r, of);
    for (int period = 0; period < IHP__PERIODS; period++) {
        if (judge(r, (enum ihp__period)period, &of[period]) != IHP_OK) {
            return r->err->status;
        }
        m->attributed[period] =
            (struct ihp__report_count){of[period].sum[ATTRIBUTED], of[period].hidden};
        m->store_hidden = m->store_hidden || of[period].hidden;
    }
    put_stage(&m->stages, "All members", "", of, SIDES);
    put_stage(&m->stages, "Attributed to an IHP", "13.3", of, ATTRIBUTED);
    put_reasons(&m->stages, of, ATTRIBUTED);
    put_stage(&m->stages, "Not attributed", "13.3", of, ELSEWHERE);
    put_reasons(&m->stages, of, ELSEWHERE);
    return ihp__table_whole(&m->stages) && ihp__table_whole(&m->moved)
               ? IHP_OK
               : ihp__fail_memory(r->err, "the members of a report");
}

void ihp__report_members_free(struct ihp__report_members *m)
{
    ihp__table_free(&m->stages);
    ihp__table_free(&m->lines);
    ihp__table_free(&m->moved);
}

void ihp__report_put_members(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"stage", "Members", IHP__HTML_AS_ITSELF},
        {"section", "Section", IHP__HTML_AS_ITSELF},
        {"base", "Base period", IHP__HTML_AS_ITSELF},
        {"performance", "Performance period", IHP__HTML_AS_ITSELF}};
    fputs(
        "<p>Every member of the store is attributed to one IHP or to none, for one reason in each "
        "period. The reasons of the members who are attributed add up to their number, as do "
        "those of the others, and both numbers add up to all members.</p>\n",
        r->out);
    ihp__report_put_picture(r, IHP__PICTURE_MEMBERS);
    ihp__html_table(r->out, &r->members.stages,
                    &(struct ihp__html_table){.id = "stages",
                                              .caption = "From all members to those attributed",
                                              IHP__HTML_COLUMNS(columns)});
}

void ihp__report_put_bridge(struct ihp__report *r)
{
    static const struct ihp__html_column steps[] = {{"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
                                                    {"step", "Step", IHP__HTML_AS_ITSELF},
                                                    {"amount", "Amount", IHP__HTML_AS_ITSELF}};
    static const struct ihp__html_column moved[] = {
        {"period", "Period", IHP__HTML_AS_ITSELF},
        {"direction", "Since the interim", IHP__HTML_AS_ITSELF},
        {"members", "Members", IHP__HTML_AS_ITSELF}};
    const struct ihp__table *bridge = ihp__report_table(r, IHP__TABLE_BRIDGE);
    if (bridge == NULL) {
        fputs(r->ihp_id == NULL
                  ? "<p>The deck names no interim settlement, so there is no bridge.</p>\n"
                  : "<p>This package has no bridge.</p>\n",
              r->out);
        return;
    }
    fputs("<p>The steps lead from what the interim settlement paid to the final amount and the "
          "amount due [2.12].</p>\n",
          r->out);
    ihp__report_put_picture(r, IHP__PICTURE_BRIDGE);
    ihp__html_table(r->out, bridge,
                    &(struct ihp__html_table){.id = "bridge-table",
                                              .caption = "From interim to final, by IHP",
                                              IHP__HTML_COLUMNS(steps),
                                              .sorts = true});
    if (r->ihp_id != NULL) {
        return; /* changes.csv of the package has them, if an earlier package is named */
    }
    ihp__html_table(r->out, &r->members.moved,
                    &(struct ihp__html_table){.id = "moved",
                                              .caption = "Members who joined or left an IHP",
                                              IHP__HTML_COLUMNS(moved)});
}
