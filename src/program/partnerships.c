/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihps.csv: the partnerships of the program. */
#include "program_internal.h"

#include <string.h>

enum {
    ID,
    NAME,
    TRACK,
    ROSTER_TYPE,
    CLAIMS_CAP,
    PBP_DOLLARS,
    INTERIM_PAID,
    TERMINATED_ON,
    TERMINATION,
    COLUMNS
};

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true},        {"name", true},           {"track", true},
    {"roster_type", true},   {"claims_cap", true},     {"pbp_dollars", false},
    {"interim_paid", false}, {"terminated_on", false}, {"termination", false},
};

/* Kinds of termination, by enum ihp__termination. */
static const char *const termination_text[] = {
    [IHP__TERMINATION_STATE_WITHOUT_CAUSE] = "state_without_cause",
    [IHP__TERMINATION_STATE_BREACH] = "state_breach",
    [IHP__TERMINATION_INSUFFICIENT_FUNDS] = "insufficient_funds",
    [IHP__TERMINATION_IHP_WITHOUT_CAUSE] = "ihp_without_cause",
    [IHP__TERMINATION_WITH_CAUSE] = "with_cause",
};
static const struct ihp__code_list terminations = {
    "termination", termination_text, sizeof termination_text / sizeof termination_text[0],
    "state_without_cause, state_breach, insufficient_funds, ihp_without_cause or with_cause beside "
    "a date [6.1]"};

/* Performance periods of a contract [16.1]. */
enum { CONTRACT_YEARS = 4 };

bool ihp__partnership_id_valid(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= IHP__ID_MAX && strcmp(id, "NONE") != 0 && id[0] != '.' &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
               length;
}

static enum ihp_status read_id(const struct ihp__program *program, const struct ihp__csv_row *row,
                               struct ihp__partnership *p, struct ihp_error *err)
{
    char saw[64];
    if (!ihp__partnership_id_valid(row->field[ID])) {
        return ihp__fail_field(
            err, row, "ihp_id", ihp__quote(row->field[ID], saw),
            "1 to 40 of A-Z a-z 0-9 - _ . that do not begin with a dot, not NONE");
    }
    if (ihp__program_find(program, row->field[ID]) >= 0) {
        return ihp__fail_field(err, row, "ihp_id", ihp__quote(row->field[ID], saw),
                               "each partnership once");
    }
    if (program->partnerships == IHP__PARTNERSHIPS_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d partnerships", row->file,
                         IHP__PARTNERSHIPS_MAX);
    }
    snprintf(p->id, sizeof p->id, "%s", row->field[ID]);
    return IHP_OK;
}

static enum ihp_status read_money(const struct ihp__csv_row *row, int field, int64_t absent,
                                  int64_t low, int64_t *cents, struct ihp_error *err)
{
    if (row->length[field] == 0) {
        *cents = absent;
        return IHP_OK;
    }
    int64_t value;
    if (!ihp__money_parse(row->field[field], &value) || value < low) {
        char saw[64];
        return ihp__fail_field(err, row, columns[field].name, ihp__quote(row->field[field], saw),
                               low == 0 ? "dollars with at most two decimals, not negative"
                                        : "dollars with at most two decimals");
    }
    *cents = value;
    return IHP_OK;
}

static enum ihp_status read_terms(const struct ihp__csv_row *row, struct ihp__partnership *p,
                                  struct ihp_error *err)
{
    char saw[64];
    if (strcmp(row->field[TRACK], "1") != 0 && strcmp(row->field[TRACK], "2") != 0) {
        return ihp__fail_field(err, row, "track", ihp__quote(row->field[TRACK], saw), "1 or 2");
    }
    p->track = row->field[TRACK][0] - '0';
    p->all_in = strcmp(row->field[ROSTER_TYPE], "all_in") == 0;
    if (!p->all_in && strcmp(row->field[ROSTER_TYPE], "billing_treating") != 0) {
        return ihp__fail_field(err, row, "roster_type", ihp__quote(row->field[ROSTER_TYPE], saw),
                               "all_in or billing_treating [3.8.4]");
    }
    return IHP_OK;
}

static enum ihp_status read_termination(const struct ihp__csv_row *row, struct ihp__partnership *p,
                                        struct ihp_error *err)
{
    char saw[64];
    bool day = row->length[TERMINATED_ON] != 0, kind = row->length[TERMINATION] != 0;
    if (!day && !kind) {
        return IHP_OK;
    }
    if (!day || !ihp__day_parse(row->field[TERMINATED_ON], &p->terminated_on)) {
        return ihp__fail_field(err, row, "terminated_on",
                               ihp__quote(row->field[TERMINATED_ON], saw),
                               "a date, YYYY-MM-DD, beside a termination [6.1]");
    }
    int found = ihp__code_find(&terminations, row->field[TERMINATION]);
    if (found < 0) {
        return ihp__fail_field(err, row, "termination", ihp__quote(row->field[TERMINATION], saw),
                               terminations.allowed);
    }
    p->terminated = true;
    p->termination = (enum ihp__termination)found;
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__partnership p = {.line = row->line};
    if (read_id(program, row, &p, err) != IHP_OK || read_terms(row, &p, err) != IHP_OK ||
        read_termination(row, &p, err) != IHP_OK ||
        read_money(row, CLAIMS_CAP, IHP__DEFAULT_CAP, 0, &p.claims_cap, err) != IHP_OK ||
        read_money(row, PBP_DOLLARS, 0, 0, &p.pbp, err) != IHP_OK ||
        read_money(row, INTERIM_PAID, 0, -IHP__MONEY_MAX, &p.interim_paid, err) != IHP_OK) {
        return err->status;
    }
    p.interim_given = row->length[INTERIM_PAID] != 0;
    p.name = strdup(row->field[NAME]);
    if (p.name == NULL ||
        !ihp__array_reserve(&program->partnership, &load->partnership_capacity,
                            program->partnerships + 1, sizeof *program->partnership)) {
        free(p.name);
        return ihp__fail_memory(err, "partnerships");
    }
    program->partnership[program->partnerships++] = p;
    return IHP_OK;
}

enum ihp_status ihp__program_read_partnerships(struct ihp__program_load *load,
                                               struct ihp_error *err)
{
    if (ihp__program_read_file(load, "ihps", true, columns, COLUMNS, on_row, err) != IHP_OK) {
        return err->status;
    }
    if (load->program->partnerships == 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s/ihps.csv: has no partnership; add a row for each",
                         load->program->folder);
    }
    return IHP_OK;
}

enum ihp_status ihp__program_check_terminations(const struct ihp__program *program, int base_year,
                                                int performance_year, struct ihp_error *err)
{
    int last_year = base_year + CONTRACT_YEARS;
    last_year = performance_year > last_year ? performance_year : last_year;
    int32_t first = ihp__day_of_civil(base_year, 1, 1);
    int32_t last = ihp__day_of_civil(last_year, 12, 31);
    for (size_t i = 0; i < program->partnerships; i++) {
        const struct ihp__partnership *p = &program->partnership[i];
        if (p->terminated && (p->terminated_on < first || p->terminated_on > last)) {
            char saw[IHP__DATE_TEXT], from[IHP__DATE_TEXT], to[IHP__DATE_TEXT];
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/ihps.csv:%llu: terminated_on: '%s' is not allowed; a day of the "
                "base year or of the contract's performance years, %s to %s [1.2, 6.1, "
                "16.1]",
                program->folder, (unsigned long long)p->line,
                ihp__day_format(p->terminated_on, saw), ihp__day_format(first, from),
                ihp__day_format(last, to));
        }
    }
    return IHP_OK;
}
