/* SPDX-License-Identifier: GPL-3.0-or-later */
/* categories.csv: which categories of service are core services [Appendix 2]. */
#include "program/fields.h"
#include "program/load.h"

#include <string.h>

enum { SERVICE_CLASS, CATEGORY, INCLUDED, NAME, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"service_class", true}, {"category", true}, {"included", true}, {"name", false}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program *program = ((struct ihp__program_load *)context)->program;
    unsigned service;
    if (ihp__field_service(row, SERVICE_CLASS, &service, err) != IHP_OK) {
        return err->status;
    }
    bool included = strcmp(row->field[INCLUDED], "I") == 0;
    if (!included && strcmp(row->field[INCLUDED], "E") != 0) {
        return ihp__fail_value(err, row, INCLUDED, "I or E");
    }
    uint8_t inclusion = included ? IHP__SERVICE_INCLUDED : IHP__SERVICE_EXCLUDED;
    if (program->inclusion[service] != IHP__SERVICE_UNKNOWN &&
        program->inclusion[service] != inclusion) {
        return ihp__fail_field(err, row, INCLUDED,
                               "'%s' contradicts an earlier row of the same service class and "
                               "category; keep one of the two",
                               row->field[INCLUDED]);
    }
    program->inclusion[service] = inclusion;
    return IHP_OK;
}

enum ihp_status ihp__read_categories(struct ihp__program_load *load, const char *path,
                                     struct ihp_error *err)
{
    return ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err);
}

void ihp__categories_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < IHP__SERVICES; i++) {
        if (program->inclusion[i] != IHP__SERVICE_UNKNOWN) {
            ihp__terms_add(terms, "service %zu %d", i, program->inclusion[i]);
        }
    }
}
