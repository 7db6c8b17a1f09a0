/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of blocks in scenario_terms.csv: joined, they are key and value of scenarios.csv. */
#include "jobs/merge/merge.h"

#include <string.h>

/* Columns of scenario_terms.csv, which scenarios.csv has too. */
enum { SCENARIO, KEY, VALUE };

/* The rows of a block while they are checked. */
struct checking {
    const struct ihp__table *terms;
    size_t from; /* rows of earlier blocks */
    const char *path;
    struct ihp_error *err;
};

/* Returns the first row of scenario `s` in scenarios.csv. */
static const struct ihp__cell *scenario_row(const struct ihp__table table[IHP__TABLES], size_t s)
{
    size_t partnerships = table[IHP__TABLE_SETTLEMENT].rows;
    return ihp__table_row(&table[IHP__TABLE_SCENARIOS], s * partnerships);
}

/* Counts the keys of a scenario: no key has a ';'. */
static size_t count_keys(const char *key)
{
    size_t keys = 1;
    for (; *key != '\0'; key++) {
        keys += *key == ';';
    }
    return keys;
}

/* Steps over `part`, and the ';' before it unless it is the first. Returns NULL if the text does
 * not go on so. */
static const char *step_over(const char *joined, const char *part, bool first)
{
    size_t length = strlen(part);
    if (joined == NULL || (!first && *joined++ != ';') || strncmp(joined, part, length) != 0) {
        return NULL;
    }
    return joined + length;
}

static enum ihp_status unfit(const struct checking *c, size_t row, const char *column)
{
    return ihp__fail(
        c->err, IHP_ERR_DATA,
        "%s: row %zu: %s: does not follow from the scenarios of the block; settle the block again",
        c->path, row - c->from + 1, column);
}

/* Checks the `keys` rows of scenario `s` from `row` on. */
static enum ihp_status check_scenario(const struct checking *c, size_t row, size_t s, size_t keys,
                                      const struct ihp__cell *scenario)
{
    const char *key = scenario[KEY].text, *value = scenario[VALUE].text;
    for (size_t i = 0; i < keys; i++) {
        const struct ihp__cell *cell = ihp__table_row(c->terms, row + i);
        if (cell[SCENARIO].blank || cell[SCENARIO].integer != (int64_t)s + 1) {
            return unfit(c, row + i, "scenario");
        }
        key = step_over(key, cell[KEY].text, i == 0);
        value = step_over(value, cell[VALUE].text, i == 0);
        if (key == NULL || (i + 1 == keys && *key != '\0')) {
            return unfit(c, row + i, "key");
        }
        if (value == NULL || (i + 1 == keys && *value != '\0')) {
            return unfit(c, row + i, "value");
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__merge_read_terms(const struct ihp__merge_block *p,
                                      struct ihp__table table[IHP__TABLES], struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct ihp__table *terms = &table[IHP__TABLE_SCENARIO_TERMS];
    const struct checking c = {terms, terms->rows, path, err};
    size_t expected = 0, row = terms->rows;
    for (size_t s = p->block.first; s < p->block.end; s++) {
        expected += count_keys(scenario_row(table, s)[KEY].text);
    }
    if (ihp__path_join(path, sizeof path, p->folder, "scenario_terms.csv", err) != IHP_OK ||
        ihp__table_read_csv(path, terms, expected, err) != IHP_OK) {
        return err->status;
    }
    if (terms->rows - c.from != expected) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has %zu rows where the block has %zu; settle the block again", path,
                         terms->rows - c.from, expected);
    }
    for (size_t s = p->block.first; s < p->block.end; s++) {
        const struct ihp__cell *scenario = scenario_row(table, s);
        size_t keys = count_keys(scenario[KEY].text);
        if (check_scenario(&c, row, s, keys, scenario) != IHP_OK) {
            return err->status;
        }
        row += keys;
    }
    return IHP_OK;
}
