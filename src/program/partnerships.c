/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihps.csv: the IHPs and the terms of their contracts [3.8.4, 6.1, 16.8.2, 16.9]. */
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>
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

static const char *const termination_text[] = {
    [IHP__TERMINATION_STATE_WITHOUT_CAUSE] = "state_without_cause",
    [IHP__TERMINATION_STATE_BREACH] = "state_breach",
    [IHP__TERMINATION_INSUFFICIENT_FUNDS] = "insufficient_funds",
    [IHP__TERMINATION_IHP_WITHOUT_CAUSE] = "ihp_without_cause",
    [IHP__TERMINATION_WITH_CAUSE] = "with_cause",
};
static const struct ihp__code_list terminations = {
    termination_text, sizeof termination_text / sizeof termination_text[0],
    "state_without_cause, state_breach, insufficient_funds, ihp_without_cause or with_cause, "
    "together with a date [6.1]"};

/* Performance periods of a contract [16.1]. */
enum { CONTRACT_YEARS = 4 };

bool ihp__partnership_id_valid(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= IHP__ID_MAX && strcmp(id, "NONE") != 0 && id[0] != '.' &&
           id[0] != '-' &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
               length;
}

int ihp__program_find(const struct ihp__program *program, const char *id)
{
    for (size_t i = 0; i < program->partnerships; i++) {
        if (strcmp(program->partnership[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

enum ihp_status ihp__field_partnership(const struct ihp__program *program,
                                       const struct ihp__csv_row *row, size_t field,
                                       int *partnership, struct ihp_error *err)
{
    int found = ihp__program_find(program, row->field[field]);
    if (found < 0) {
        return ihp__fail_value(err, row, field, "an ihp_id of ihps.csv");
    }
    *partnership = found;
    return IHP_OK;
}

static enum ihp_status read_id(const struct ihp__program *program, const struct ihp__csv_row *row,
                               struct ihp__partnership *p, struct ihp_error *err)
{
    if (!ihp__partnership_id_valid(row->field[ID])) {
        return ihp__fail_value(
            err, row, ID,
            "1 to 40 of A-Z a-z 0-9 - _ . that do not begin with a dot or -, not NONE");
    }
    if (ihp__program_find(program, row->field[ID]) >= 0) {
        return ihp__fail_field(err, row, ID, "'%s' appears twice; keep one row of each IHP",
                               row->field[ID]);
    }
    if (program->partnerships == IHP__PARTNERSHIPS_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d IHPs", row->file,
                         IHP__PARTNERSHIPS_MAX);
    }
    snprintf(p->id, sizeof p->id, "%s", row->field[ID]);
    return IHP_OK;
}

static enum ihp_status read_terms(const struct ihp__csv_row *row, struct ihp__partnership *p,
                                  struct ihp_error *err)
{
    static const char *const track_texts[] = {"1", "2"};
    static const char *const roster_texts[] = {"billing_treating", "all_in"};
    static const struct ihp__code_list tracks = {track_texts, 2, "1 or 2"};
    static const struct ihp__code_list roster_types = {roster_texts, 2,
                                                       "all_in or billing_treating [3.8.4]"};
    int track, roster_type;
    if (ihp__field_choice(row, TRACK, &tracks, &track, err) != IHP_OK ||
        ihp__field_choice(row, ROSTER_TYPE, &roster_types, &roster_type, err) != IHP_OK) {
        return err->status;
    }
    p->track = track + 1;
    p->all_in = roster_type == 1;
    return IHP_OK;
}

static enum ihp_status read_termination(const struct ihp__csv_row *row, struct ihp__partnership *p,
                                        struct ihp_error *err)
{
    int termination;
    if (row->length[TERMINATED_ON] == 0 && row->length[TERMINATION] == 0) {
        return IHP_OK;
    }
    if (!ihp__day_parse(row->field[TERMINATED_ON], &p->terminated_on)) {
        return ihp__fail_value(err, row, TERMINATED_ON,
                               "a date, YYYY-MM-DD, together with a termination [6.1]");
    }
    if (ihp__field_choice(row, TERMINATION, &terminations, &termination, err) != IHP_OK) {
        return err->status;
    }
    p->terminated = true;
    p->termination = (enum ihp__termination)termination;
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__partnership p = {.line = row->line};
    if (read_id(program, row, &p, err) != IHP_OK || read_terms(row, &p, err) != IHP_OK ||
        read_termination(row, &p, err) != IHP_OK ||
        ihp__field_money(row, CLAIMS_CAP, 0, IHP__DEFAULT_CAP, &p.claims_cap, err) != IHP_OK ||
        ihp__field_money(row, PBP_DOLLARS, 0, 0, &p.pbp, err) != IHP_OK ||
        ihp__field_money(row, INTERIM_PAID, -IHP__MONEY_MAX, 0, &p.interim_paid, err) != IHP_OK) {
        return err->status;
    }
    p.pbp_given = row->length[PBP_DOLLARS] != 0;
    p.interim_given = row->length[INTERIM_PAID] != 0;
    p.name = strdup(row->field[NAME]);
    if (p.name == NULL ||
        !ihp__array_reserve(&program->partnership, &load->partnership_capacity,
                            program->partnerships + 1, sizeof *program->partnership)) {
        free(p.name);
        return ihp__fail_memory(err, "ihps.csv");
    }
    program->partnership[program->partnerships++] = p;
    return IHP_OK;
}

enum ihp_status ihp__read_partnerships(struct ihp__program_load *load, const char *path,
                                       struct ihp_error *err)
{
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK) {
        return err->status;
    }
    if (load->program->partnerships == 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has no IHP; add a row for each", path);
    }
    return IHP_OK;
}

const char *ihp__termination_text(enum ihp__termination termination)
{
    return termination_text[termination];
}

bool ihp__partnership_in_force(const struct ihp__partnership *partnership, int32_t day)
{
    return !partnership->terminated || partnership->terminated_on >= day;
}

void ihp__partnerships_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__partnership *ihp = &program->partnership[p];
        ihp__terms_add(terms, "ihp %zu %s %d %d %lld", p, ihp->id, ihp->track, ihp->all_in,
                       (long long)ihp->claims_cap);
    }
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
                "%s/ihps.csv:%" PRIu64
                ": column terminated_on: '%s' is not valid; expected a day of "
                "the base year or of the contract's performance years, %s to %s [1.2, 6.1, 16.1]",
                program->folder, p->line, ihp__day_format(p->terminated_on, saw),
                ihp__day_format(first, from), ihp__day_format(last, to));
        }
    }
    return IHP_OK;
}
