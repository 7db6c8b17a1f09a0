/* ihps.csv: the partnerships of the program. */
#include "program_internal.h"

#include <string.h>

enum { ID, NAME, TRACK, ROSTER_TYPE, CLAIMS_CAP, PBP_DOLLARS, INTERIM_PAID, TERMINATED_ON,
       TERMINATION, COLUMNS };

static const struct ihp_csv_column columns[COLUMNS] = {
    {"ihp_id", true},       {"name", true},          {"track", true},
    {"roster_type", true},  {"claims_cap", true},    {"pbp_dollars", false},
    {"interim_paid", false}, {"terminated_on", false}, {"termination", false},
};

/* An id becomes a file name and a group name, so it is kept to harmless characters. */
static bool id_valid(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= IHP_ID_MAX && strcmp(id, "NONE") != 0 && id[0] != '.' &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}

static enum ihp_status read_id(const struct ihp_program *program, const struct ihp_csv_row *row,
                               struct ihp_partnership *p, struct ihp_error *err)
{
    char saw[64];
    if (!id_valid(row->field[ID])) {
        return ihp_fail_field(err, row, "ihp_id", ihp_quote(row->field[ID], saw),
                              "1 to 40 of A-Z a-z 0-9 - _ . that do not begin with a dot, not NONE");
    }
    if (ihp_program_find(program, row->field[ID]) >= 0) {
        return ihp_fail_field(err, row, "ihp_id", ihp_quote(row->field[ID], saw),
                              "each partnership once");
    }
    if (program->partnerships == IHP_PARTNERSHIPS_MAX) {
        return ihp_fail(err, IHP_ERR_DATA, "%s: has more than %d partnerships", row->file,
                        IHP_PARTNERSHIPS_MAX);
    }
    snprintf(p->id, sizeof p->id, "%s", row->field[ID]);
    return IHP_OK;
}

static enum ihp_status read_money(const struct ihp_csv_row *row, int field, int64_t absent,
                                  int64_t low, int64_t *cents, struct ihp_error *err)
{
    if (row->length[field] == 0) {
        *cents = absent;
        return IHP_OK;
    }
    int64_t value;
    if (!ihp_money_parse(row->field[field], &value) || value < low) {
        char saw[64];
        return ihp_fail_field(err, row, columns[field].name, ihp_quote(row->field[field], saw),
                              low == 0 ? "dollars with at most two decimals, not negative"
                                       : "dollars with at most two decimals");
    }
    *cents = value;
    return IHP_OK;
}

static enum ihp_status read_terms(const struct ihp_csv_row *row, struct ihp_partnership *p,
                                  struct ihp_error *err)
{
    char saw[64];
    if (strcmp(row->field[TRACK], "1") != 0 && strcmp(row->field[TRACK], "2") != 0) {
        return ihp_fail_field(err, row, "track", ihp_quote(row->field[TRACK], saw), "1 or 2");
    }
    p->track = row->field[TRACK][0] - '0';
    p->all_in = strcmp(row->field[ROSTER_TYPE], "all_in") == 0;
    if (!p->all_in && strcmp(row->field[ROSTER_TYPE], "billing_treating") != 0) {
        return ihp_fail_field(err, row, "roster_type", ihp_quote(row->field[ROSTER_TYPE], saw),
                              "all_in or billing_treating [3.8.4]");
    }
    if (row->length[TERMINATED_ON] != 0 || row->length[TERMINATION] != 0) {
        return ihp_fail_field(err, row, "terminated_on", "a termination",
                              "blank: terminations [6.1] are not part of this version");
    }
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp_csv_row *row, struct ihp_error *err)
{
    struct ihp_program_load *load = context;
    struct ihp_program *program = load->program;
    struct ihp_partnership p = {0};
    if (read_id(program, row, &p, err) != IHP_OK || read_terms(row, &p, err) != IHP_OK ||
        read_money(row, CLAIMS_CAP, IHP_DEFAULT_CAP, 0, &p.claims_cap, err) != IHP_OK ||
        read_money(row, PBP_DOLLARS, 0, 0, &p.pbp, err) != IHP_OK ||
        read_money(row, INTERIM_PAID, 0, -IHP_MONEY_MAX, &p.interim_paid, err) != IHP_OK) {
        return err->status;
    }
    p.name = strdup(row->field[NAME]);
    if (p.name == NULL ||
        !ihp_array_reserve(&program->partnership, &load->partnership_capacity,
                           program->partnerships + 1, sizeof *program->partnership)) {
        free(p.name);
        return ihp_fail_memory(err, "partnerships");
    }
    program->partnership[program->partnerships++] = p;
    return IHP_OK;
}

enum ihp_status ihp_program_read_partnerships(struct ihp_program_load *load, struct ihp_error *err)
{
    if (ihp_program_read_file(load, "ihps", true, columns, COLUMNS, on_row, err) != IHP_OK) {
        return err->status;
    }
    if (load->program->partnerships == 0) {
        return ihp_fail(err, IHP_ERR_DATA, "%s/ihps.csv: has no partnership; add a row for each",
                        load->program->folder);
    }
    return IHP_OK;
}
