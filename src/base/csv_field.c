/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One field of a CSV file: its errors, and writing it. */
#include "base/csv.h"

#include "base/error.h"

#include <csv.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum ihp_status ihp__fail_value(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *expected)
{
    return row->length[field] == 0
               ? ihp__fail_field(err, row, field, "a blank is not valid; expected %s", expected)
               : ihp__fail_field(err, row, field, "'%.40s' is not valid; expected %s",
                                 row->field[field], expected);
}

enum ihp_status ihp__fail_field(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ihp__fail(err, IHP_ERR_DATA, "%s:%" PRIu64 ": column %s: %s", row->file, row->line,
                     row->column[field].name, text);
}

void ihp__csv_put(FILE *stream, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stream);
    } else {
        csv_fwrite(stream, text, strlen(text));
    }
}
