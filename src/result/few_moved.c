/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios whose dollars could tell what few members cost. */
#include "result/few_moved.h"

#include "deck/deck_sweep.h"
#include "result/shown_counts.h"

#include <stdlib.h>
#include <string.h>

/* Most members whose dollars must not be told. */
enum { FEW = IHP__LEAST_SHOWN - 1 };

static const struct ihp__cell *cell_at(const struct ihp__table *t, size_t row, const char *column)
{
    return &ihp__table_row(t, row)[ihp__table_column_of(t, column)];
}

/* What a scenario changes in a period, as magnitudes; dollars in cents. */
struct change {
    int64_t members, months, cost;
};

static struct change change_of(const struct ihp__table table[IHP__TABLES], size_t scenario,
                               size_t ihp, const char *const column[3])
{
    int64_t change[3];
    for (size_t i = 0; i < 3; i++) {
        change[i] = llabs(cell_at(&table[IHP__TABLE_SCENARIOS], scenario, column[i])->integer -
                          cell_at(&table[IHP__TABLE_SETTLEMENT], ihp, column[i])->integer);
    }
    return (struct change){change[0], change[1], change[2]};
}

/* ---- claims caps ----------------------------------------------------------------------------- */

/* Returns the claims cap of an IHP in the settlement, in cents; 0: none. */
static int64_t cap_of(const struct ihp__table *terms, const char *ihp_id)
{
    enum { AT_IHP, AT_TERM, AT_VALUE };
    int64_t cap = 0;
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        if (strcmp(row[AT_IHP].text, ihp_id) == 0 && strcmp(row[AT_TERM].text, "claims_cap") == 0 &&
            !ihp__money_parse(row[AT_VALUE].text, &cap)) {
            cap = 0;
        }
    }
    return cap;
}

/* Returns true if a scenario has a claims cap of its own, and sets it in cents. `others` becomes
 * true if it also has a key by which other members or costs count. */
static bool has_cap(const struct ihp__table *terms, int64_t scenario, int64_t *cap, bool *others)
{
    enum { AT_SCENARIO, AT_KEY, AT_VALUE };
    bool found = false;
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        if (row[AT_SCENARIO].integer != scenario) {
            continue;
        }
        const struct ihp__sweep_key *key = ihp__sweep_find(row[AT_KEY].text);
        if (strcmp(row[AT_KEY].text, "claims_cap") == 0) {
            found = true;
            *cap = ihp__money_parse(row[AT_VALUE].text, cap) ? *cap : 0;
        } else if (key == NULL || ihp__sweep_acts_on(key) > IHP__ACTS_ON_MONEY) {
            *others = true;
        }
    }
    return found;
}

/* Returns true if `cost` can be the sum of what few members cost between two caps. Without one of
 * the caps there is no end to what one member can cost. */
static bool few_between(int64_t cap, int64_t other, int64_t cost)
{
    return cost > 0 && cap != other && (cap == 0 || other == 0 || cost <= FEW * llabs(cap - other));
}

/* ---- scenarios and readings ------------------------------------------------------------------ */

/* Returns true if members differ by few, or are as many but were enrolled for months that few can
 * have. */
static bool is_of_few(const struct change *change)
{
    return ihp__count_is_small(change->members) ||
           (change->members == 0 && change->months > 0 && change->months <= FEW * 12);
}

/* Compares a row of scenarios.csv with row `ihp` of settlement.csv. */
static bool scenario_of_few(const struct ihp__table table[IHP__TABLES], size_t scenario, size_t ihp)
{
    static const char *const columns[IHP__PERIODS][3] = {
        [IHP__BASE] = {"base_members", "base_member_months", "base_capped_cost"},
        [IHP__PERFORMANCE] = {"members", "member_months", "capped_cost"}};
    const struct ihp__table *scenarios = &table[IHP__TABLE_SCENARIOS];
    int64_t cap = 0;
    bool others = false, few = false;
    const bool capped = has_cap(&table[IHP__TABLE_SCENARIO_TERMS],
                                cell_at(scenarios, scenario, "scenario")->integer, &cap, &others);
    const int64_t own =
        cap_of(&table[IHP__TABLE_TERMS], cell_at(scenarios, scenario, "ihp_id")->text);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct change change = change_of(table, scenario, ihp, columns[period]);
        few = few || is_of_few(&change) ||
              (capped && ((others && cap != own) || few_between(cap, own, change.cost)));
    }
    return few;
}

static bool reading_of_few(const struct ihp__table *readings, size_t row)
{
    return ihp__count_is_small(cell_at(readings, row, "members_gained")->integer) ||
           ihp__count_is_small(cell_at(readings, row, "members_lost")->integer) ||
           ihp__count_is_small(cell_at(readings, row, "base_members_gained")->integer) ||
           ihp__count_is_small(cell_at(readings, row, "base_members_lost")->integer);
}

/* Returns the row of an IHP in settlement.csv; the number of rows if it has none. */
static size_t find_ihp(const struct ihp__table *settlement, const char *ihp_id)
{
    size_t row = 0;
    while (row < settlement->rows &&
           strcmp(cell_at(settlement, row, "ihp_id")->text, ihp_id) != 0) {
        row++;
    }
    return row;
}

/* Returns true if a row of scenarios.csv and one of readings.csv are of the same reading and IHP.
 */
static bool is_same(const struct ihp__table *scenarios, size_t scenario,
                    const struct ihp__table *readings, size_t reading)
{
    static const char *const columns[][2] = {
        {"key", "policy"}, {"value", "reading"}, {"ihp_id", "ihp_id"}};
    bool same = true;
    for (size_t i = 0; same && i < sizeof columns / sizeof columns[0]; i++) {
        same = strcmp(cell_at(scenarios, scenario, columns[i][0])->text,
                      cell_at(readings, reading, columns[i][1])->text) == 0;
    }
    return same;
}

void ihp__find_few_moved(const struct ihp__table table[IHP__TABLES], bool *scenario, bool *reading)
{
    const struct ihp__table *scenarios = &table[IHP__TABLE_SCENARIOS];
    const struct ihp__table *readings = &table[IHP__TABLE_READINGS];
    const struct ihp__table *settlement = &table[IHP__TABLE_SETTLEMENT];
    for (size_t s = 0; s < scenarios->rows; s++) {
        size_t ihp = find_ihp(settlement, cell_at(scenarios, s, "ihp_id")->text);
        scenario[s] = ihp < settlement->rows && scenario_of_few(table, s, ihp);
    }
    for (size_t r = 0; r < readings->rows; r++) {
        reading[r] = reading_of_few(readings, r);
        for (size_t s = 0; s < scenarios->rows; s++) {
            if (is_same(scenarios, s, readings, r)) {
                scenario[s] = reading[r] = reading[r] || scenario[s];
            }
        }
    }
}

/* ---- from the interim to the final ----------------------------------------------------------- */

/* Returns the members of an IHP in the rows of bridge_members.csv that have the period and
 * direction of row `like`. */
static int64_t moved_like(const struct ihp__table *moved, size_t like)
{
    static const char *const keys[] = {"ihp_id", "period", "direction"};
    int64_t members = 0;
    for (size_t r = 0; r < moved->rows; r++) {
        bool alike = true;
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            alike = alike && strcmp(cell_at(moved, r, keys[i])->text,
                                    cell_at(moved, like, keys[i])->text) == 0;
        }
        members += alike ? cell_at(moved, r, "members")->integer : 0;
    }
    return members;
}

static bool few_joined_or_left(const struct ihp__table *moved, const char *ihp_id)
{
    bool few = false;
    for (size_t r = 0; r < moved->rows && !few; r++) {
        few = strcmp(cell_at(moved, r, "ihp_id")->text, ihp_id) == 0 &&
              ihp__count_is_small(moved_like(moved, r));
    }
    return few;
}

void ihp__hide_bridge(struct ihp__table table[IHP__TABLES])
{
    struct ihp__table *bridge = &table[IHP__TABLE_BRIDGE];
    for (size_t r = 0; r < bridge->rows; r++) {
        const char *step = cell_at(bridge, r, "step")->text;
        if ((strcmp(step, "members") == 0 || strcmp(step, "run_out") == 0) &&
            few_joined_or_left(&table[IHP__TABLE_BRIDGE_MEMBERS],
                               cell_at(bridge, r, "ihp_id")->text)) {
            ihp__table_hide(bridge, r, ihp__table_column_of(bridge, "amount"));
        }
    }
}
