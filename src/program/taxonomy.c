/* SPDX-License-Identifier: GPL-3.0-or-later */
/* taxonomy.csv: the class of each provider taxonomy [Appendix 1], for some months or always. */
#include "base/search.h"
#include "program/fields.h"
#include "program/load.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TAXONOMY, CLASS, FROM, TO, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"taxonomy", true}, {"class", true}, {"from", false}, {"to", false}};

/* Notes a row's class. Several rows of a taxonomy are in force always and have one class, or the
 * class depends on the month. */
static enum ihp_status note_class(struct ihp__program *program, const struct ihp__csv_row *row,
                                  bool is_new, const struct ihp__class_row *class_row,
                                  struct ihp_error *err)
{
    uint8_t *held = &program->taxonomy_class[class_row->taxonomy];
    if (!ihp__in_force_always(&class_row->in_force)) {
        *held = IHP__PROVIDER_BY_MONTH;
        return IHP_OK;
    }
    if (!is_new && *held != IHP__PROVIDER_BY_MONTH && *held != class_row->provider_class) {
        return ihp__fail_field(err, row, CLASS,
                               "'%s' contradicts an earlier row; a taxonomy has one class",
                               row->field[CLASS]);
    }
    *held = is_new ? class_row->provider_class : *held;
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    enum ihp__provider_class provider_class;
    struct ihp__class_row fresh = {.line = row->line};
    if (row->length[TAXONOMY] == 0 || row->length[TAXONOMY] > IHP__TAXONOMY_MAX) {
        return ihp__fail_value(err, row, TAXONOMY, "a NUCC code of at most 10 characters");
    }
    if (ihp__field_provider_class(row, CLASS, &provider_class, err) != IHP_OK ||
        ihp__field_in_force(row, FROM, &fresh.in_force, err) != IHP_OK) {
        return err->status;
    }
    size_t before = ihp__dict_count(program->taxonomy);
    int64_t number = ihp__dict_add(program->taxonomy, row->field[TAXONOMY], row->length[TAXONOMY]);
    if (number == -1) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d taxonomies", row->file,
                         IHP__TAXONOMIES_MAX);
    }
    if (number < 0 ||
        !ihp__array_reserve(&program->taxonomy_class, &program->taxonomy_capacity, before + 1,
                            sizeof *program->taxonomy_class) ||
        !ihp__array_reserve(&program->class_row, &load->class_capacity, program->class_rows + 1,
                            sizeof *program->class_row)) {
        return ihp__fail_memory(err, "taxonomy.csv");
    }
    fresh.taxonomy = (uint32_t)number;
    fresh.provider_class = (uint8_t)provider_class;
    program->class_row[program->class_rows++] = fresh;
    return note_class(program, row, (size_t)number == before, &fresh, err);
}

static int by_taxonomy_and_month(const void *a, const void *b)
{
    const struct ihp__class_row *x = a, *y = b;
    if (x->taxonomy != y->taxonomy) {
        return x->taxonomy < y->taxonomy ? -1 : 1;
    }
    if (x->in_force.from != y->in_force.from) {
        return x->in_force.from < y->in_force.from ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

static enum ihp_status fail_contradiction(const struct ihp__program *program,
                                          const struct ihp__class_row *a,
                                          const struct ihp__class_row *b, struct ihp_error *err)
{
    const struct ihp__class_row *first = a->line < b->line ? a : b, *second = first == a ? b : a;
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/taxonomy.csv:%" PRIu64 ": column class: '%s' contradicts line %" PRIu64
                     " in months that both rows have; a taxonomy has one class in a month "
                     "[13.3.5.2]",
                     program->folder, second->line,
                     second->provider_class == IHP__PROVIDER_PCP ? "PCP" : "SPE", first->line);
}

/* Refuses rows that give a taxonomy two classes in a month. In the order above, a row overlaps an
 * earlier one of the other class if it begins before the last of those ends. */
static enum ihp_status check_classes(const struct ihp__program *program, struct ihp_error *err)
{
    const struct ihp__class_row *longest[2] = {NULL, NULL}; /* by class, of the taxonomy */
    for (size_t i = 0; i < program->class_rows; i++) {
        const struct ihp__class_row *row = &program->class_row[i];
        const struct ihp__class_row *other = longest[1 - row->provider_class];
        if (i > 0 && row[-1].taxonomy != row->taxonomy) {
            longest[0] = longest[1] = other = NULL;
        }
        if (other != NULL && row->in_force.from <= other->in_force.to) {
            return fail_contradiction(program, other, row, err);
        }
        const struct ihp__class_row **same = &longest[row->provider_class];
        *same = *same == NULL || (*same)->in_force.to < row->in_force.to ? row : *same;
    }
    return IHP_OK;
}

enum ihp_status ihp__read_taxonomy(struct ihp__program_load *load, const char *path,
                                   struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->class_rows == 0) {
        return err->status;
    }
    qsort(program->class_row, program->class_rows, sizeof *program->class_row,
          by_taxonomy_and_month);
    return check_classes(program, err);
}

void ihp__taxonomy_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < ihp__dict_count(program->taxonomy); i++) {
        if (program->taxonomy_class[i] != IHP__PROVIDER_BY_MONTH) {
            ihp__terms_add(terms, "taxonomy %s %d", ihp__dict_text(program->taxonomy, i),
                           program->taxonomy_class[i]);
        }
    }
    for (size_t i = 0; i < program->class_rows; i++) {
        const struct ihp__class_row *row = &program->class_row[i];
        const char *taxonomy = ihp__dict_text(program->taxonomy, row->taxonomy);
        struct ihp__in_force months = row->in_force;
        if (program->taxonomy_class[row->taxonomy] != IHP__PROVIDER_BY_MONTH ||
            !ihp__terms_months(terms, &months)) {
            continue;
        }
        if (ihp__in_force_always(&months)) {
            ihp__terms_add(terms, "taxonomy %s %d", taxonomy, row->provider_class);
        } else {
            ihp__terms_add(terms, "taxonomy %s %d %d %d", taxonomy, row->provider_class,
                           months.from, months.to);
        }
    }
}

enum ihp__provider_class ihp__program_class(const struct ihp__program *program,
                                            const char *taxonomy)
{
    int64_t listed = ihp__dict_find(program->taxonomy, taxonomy);
    return listed < 0 ? IHP__PROVIDER_SPE
                      : (enum ihp__provider_class)program->taxonomy_class[listed];
}

enum ihp__provider_class ihp__class_on(const struct ihp__class_row *row, size_t rows,
                                       uint32_t number, int32_t day)
{
    int32_t month = ihp__month_of_day(day);
    size_t at;
    IHP__LOWER_BOUND(at, rows, row[at].taxonomy < number);
    for (; at < rows && row[at].taxonomy == number; at++) {
        if (row[at].in_force.from <= month && month <= row[at].in_force.to) {
            return (enum ihp__provider_class)row[at].provider_class;
        }
    }
    return IHP__PROVIDER_SPE;
}
