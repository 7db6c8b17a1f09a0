/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file of any form. */
#include "source/source.h"

enum ihp_status ihp__source_read(const struct ihp__source_input *input,
                                 const struct ihp__csv_column *columns, size_t count,
                                 struct ihp__source_rows *rows, struct ihp_notices *notices,
                                 struct ihp_error *err)
{
    rows->left_out = 0;
    if (input->part->none) {
        return IHP_OK;
    }
    return input->part->whole
               ? ihp__csv_read(input->path, columns, count, rows->row_fn, rows->context, notices,
                               err)
               : ihp__csv_read_chunk(input->path, columns, count, &input->part->chunk, rows->row_fn,
                                     rows->context, err);
}

enum ihp_status ihp__source_measure(const struct ihp__source_input *input,
                                    const struct ihp__csv_column *columns, size_t count,
                                    struct ihp__source_size *size, struct ihp_notices *notices,
                                    struct ihp_error *err)
{
    bool plain = true;
    *size = (struct ihp__source_size){0};
    if (ihp__csv_body(input->path, columns, count, &size->body, &plain, notices, err) != IHP_OK) {
        return err->status;
    }
    size->whole = !plain;
    return IHP_OK;
}
