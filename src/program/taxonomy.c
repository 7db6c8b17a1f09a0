/* SPDX-License-Identifier: GPL-3.0-or-later */
/* taxonomy.csv: the class of each provider taxonomy [Appendix 1]. */
#include "program/fields.h"
#include "program/load.h"

enum { TAXONOMY, CLASS, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"taxonomy", true}, {"class", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program *program = ((struct ihp__program_load *)context)->program;
    enum ihp__provider_class provider_class;
    if (row->length[TAXONOMY] == 0 || row->length[TAXONOMY] > IHP__TAXONOMY_MAX) {
        return ihp__fail_value(err, row, TAXONOMY, "a NUCC code of at most 10 characters");
    }
    if (ihp__field_provider_class(row, CLASS, &provider_class, err) != IHP_OK) {
        return err->status;
    }
    size_t before = ihp__dict_count(program->taxonomy);
    int64_t number = ihp__dict_add(program->taxonomy, row->field[TAXONOMY], row->length[TAXONOMY]);
    if (number == -1) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d taxonomies", row->file,
                         IHP__TAXONOMIES_MAX);
    }
    if (number < 0 || !ihp__array_reserve(&program->taxonomy_class, &program->taxonomy_capacity,
                                          before + 1, sizeof *program->taxonomy_class)) {
        return ihp__fail_memory(err, "taxonomy.csv");
    }
    if ((size_t)number < before && program->taxonomy_class[number] != provider_class) {
        return ihp__fail_field(err, row, CLASS,
                               "'%s' contradicts an earlier row; a taxonomy has one class",
                               row->field[CLASS]);
    }
    program->taxonomy_class[number] = (uint8_t)provider_class;
    return IHP_OK;
}

enum ihp_status ihp__read_taxonomy(struct ihp__program_load *load, const char *path,
                                   struct ihp_error *err)
{
    return ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err);
}

void ihp__taxonomy_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < ihp__dict_count(program->taxonomy); i++) {
        ihp__terms_add(terms, "taxonomy %s %d", ihp__dict_text(program->taxonomy, i),
                       program->taxonomy_class[i]);
    }
}

enum ihp__provider_class ihp__program_class(const struct ihp__program *program,
                                            const char *taxonomy)
{
    int64_t listed = ihp__dict_find(program->taxonomy, taxonomy);
    return listed < 0 ? IHP__PROVIDER_SPE
                      : (enum ihp__provider_class)program->taxonomy_class[listed];
}
