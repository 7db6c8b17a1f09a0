/* SPDX-License-Identifier: GPL-3.0-or-later */
/* corridors.csv: which share of savings and losses is an IHP's [16.8.2.3]. */
#include "program/fields.h"
#include "program/load.h"

#include <stdlib.h>

enum { IHP, FROM, TO, SHARE, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"from", true}, {"to", true}, {"ihp_share", true}};

static enum ihp_status check_overlap(const struct ihp__program *program,
                                     const struct ihp__corridor *corridor,
                                     const struct ihp__csv_row *row, struct ihp_error *err)
{
    for (size_t i = 0; i < program->corridors; i++) {
        const struct ihp__corridor *other = &program->corridor[i];
        if (other->partnership == corridor->partnership && corridor->from < other->to &&
            other->from < corridor->to) {
            return ihp__fail_field(err, row, FROM,
                                   "the corridor overlaps an earlier one; corridors of one IHP may "
                                   "only touch");
        }
    }
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    static const struct ihp__number_bounds ratio = {
        .high = 1000, .required = true, .expected = "a ratio such as 0.98"};
    static const struct ihp__number_bounds share = {
        .high = 1, .required = true, .expected = "a number from 0 to 1"};
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__corridor corridor = {.partnership = -1};
    if ((row->length[IHP] > 0 &&
         ihp__field_partnership(program, row, IHP, &corridor.partnership, err) != IHP_OK) ||
        ihp__field_number(row, FROM, &ratio, &corridor.from, err) != IHP_OK ||
        ihp__field_number(row, TO, &ratio, &corridor.to, err) != IHP_OK ||
        ihp__field_number(row, SHARE, &share, &corridor.share, err) != IHP_OK) {
        return err->status;
    }
    if (corridor.to <= corridor.from) {
        return ihp__fail_value(err, row, TO, "a ratio above from");
    }
    if (check_overlap(program, &corridor, row, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->corridor, &load->corridor_capacity, program->corridors + 1,
                            sizeof *program->corridor)) {
        return ihp__fail_memory(err, "corridors.csv");
    }
    program->corridor[program->corridors++] = corridor;
    return IHP_OK;
}

static int by_corridor(const void *a, const void *b)
{
    const struct ihp__corridor *x = a, *y = b;
    if (x->partnership != y->partnership) {
        return x->partnership < y->partnership ? -1 : 1;
    }
    return (x->from > y->from) - (x->from < y->from);
}

enum ihp_status ihp__read_corridors(struct ihp__program_load *load, const char *path,
                                    struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) == IHP_OK &&
        program->corridors > 0) {
        qsort(program->corridor, program->corridors, sizeof *program->corridor, by_corridor);
    }
    return err->status;
}

const struct ihp__corridor *ihp__program_corridors(const struct ihp__program *program,
                                                   int partnership, size_t *count)
{
    for (int set = partnership;; set = -1) {
        size_t first = 0, found = 0;
        for (size_t i = 0; i < program->corridors; i++) {
            if (program->corridor[i].partnership == set) {
                first = found == 0 ? i : first;
                found++;
            }
        }
        if (found > 0 || set == -1) {
            *count = found;
            return program->corridor + first;
        }
    }
}

/* Adds the corridors that apply to each IHP, its own or the default ones. */
void ihp__corridors_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        size_t count;
        const struct ihp__corridor *corridor = ihp__program_corridors(program, (int)p, &count);
        for (size_t i = 0; i < count; i++) {
            ihp__terms_add(terms, "corridor %zu %.17g %.17g %.17g", p, corridor[i].from,
                           corridor[i].to, corridor[i].share);
        }
    }
}
