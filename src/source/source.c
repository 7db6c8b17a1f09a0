/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file of any form. */
#include "source/source.h"

static struct ihp__sas_input sas_input(const struct ihp__source_input *input,
                                       const struct ihp__csv_column *columns, size_t count)
{
    const struct ihp__source_part *part = input->part;
    struct ihp__sas_input sas = {
        .path = input->path,
        .columns = columns,
        .count = count,
        .texts = input->texts,
        .rows = UINT64_MAX,
        .named_by = input->format == NULL ? NULL : input->format->named_by,
    };
    if (part != NULL && !part->whole) {
        sas.first_row = part->first_row;
        sas.rows = part->rows;
        sas.run = part->run;
    }
    return sas;
}

enum ihp_status ihp__source_read(const struct ihp__source_input *input,
                                 const struct ihp__csv_column *columns, size_t count,
                                 struct ihp__csv_rows *rows, struct ihp_notices *notices,
                                 struct ihp_error *err)
{
    const struct ihp__source_part *part = input->part;
    rows->left_out = 0;
    rows->open_end = false;
    if (part->none) {
        return IHP_OK;
    }
    if (input->feed == NULL && ihp__sas_is(input->path)) {
        const struct ihp__sas_input sas = sas_input(input, columns, count);
        return ihp__sas_read(&sas, rows->row_fn, rows->context, notices, err);
    }
    const struct ihp__csv_input csv = {input->path, input->format,
                                       part->whole ? NULL : &part->chunk, input->feed};
    return ihp__csv_read_rows(&csv, columns, count, rows, notices, err);
}

enum ihp_status ihp__source_measure(const struct ihp__source_input *input,
                                    const struct ihp__csv_column *columns, size_t count,
                                    struct ihp__source_size *size, struct ihp_notices *notices,
                                    struct ihp_error *err)
{
    const struct ihp__csv_input csv = {.path = input->path, .format = input->format};
    bool plain = true;
    *size = (struct ihp__source_size){0};
    if (ihp__sas_is(input->path)) {
        const struct ihp__sas_input sas = sas_input(input, columns, count);
        size->form = IHP__SOURCE_SAS;
        return ihp__sas_measure(&sas, &size->sas, notices, err);
    }
    if (ihp__csv_read_body(&csv, columns, count, &size->body, &plain, notices, err) != IHP_OK) {
        return err->status;
    }
    size->form = plain ? IHP__SOURCE_PLAIN : IHP__SOURCE_COMPRESSED;
    return IHP_OK;
}
