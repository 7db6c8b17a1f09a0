/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sas_fixture.h - SAS tables for tests, written by ReadStat. */
#ifndef IHP_TEST_SAS_FIXTURE_H
#define IHP_TEST_SAS_FIXTURE_H

#include <readstat.h>
#include <stdbool.h>
#include <stdio.h>

/* A column: a text if `width` is not 0, else a number with a format, which may be NULL. */
struct sas_column {
    const char *name;
    size_t width;
    const char *format;
};

struct sas_table {
    const char *path;
    const struct sas_column *column;
    int columns;
    int rows;
    bool compressed;
    bool narrow; /* lengths of 4 bytes */
};

/* Inserts the value of a row and a column with readstat_insert_... Returns ReadStat's error. */
typedef readstat_error_t (*sas_value_fn)(readstat_writer_t *writer,
                                         const readstat_variable_t *variable, int row, int column,
                                         void *context);

static ssize_t sas_put_bytes(const void *bytes, size_t size, void *file)
{
    return (ssize_t)fwrite(bytes, 1, size, file);
}

static readstat_error_t sas_put_rows(readstat_writer_t *writer, const struct sas_table *table,
                                     sas_value_fn value, void *context)
{
    readstat_error_t error = READSTAT_OK;
    for (int row = 0; row < table->rows && error == READSTAT_OK; row++) {
        error = readstat_begin_row(writer);
        for (int c = 0; c < table->columns && error == READSTAT_OK; c++) {
            error = value(writer, readstat_get_variable(writer, c), row, c, context);
        }
        error = error == READSTAT_OK ? readstat_end_row(writer) : error;
    }
    return error;
}

/* Writes a table. Returns false if that fails. */
static inline bool sas_write(const struct sas_table *table, sas_value_fn value, void *context)
{
    FILE *file = fopen(table->path, "wb");
    readstat_writer_t *writer = readstat_writer_init();
    if (file == NULL || writer == NULL) {
        return false;
    }
    readstat_set_data_writer(writer, sas_put_bytes);
    for (int c = 0; c < table->columns; c++) {
        const struct sas_column *column = &table->column[c];
        readstat_type_t type = column->width > 0 ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE;
        readstat_variable_t *variable =
            readstat_add_variable(writer, column->name, type, column->width);
        if (column->format != NULL) {
            readstat_variable_set_format(variable, column->format);
        }
    }
    readstat_writer_set_file_format_is_64bit(writer, table->narrow ? 0 : 1);
    if (table->compressed) {
        readstat_writer_set_compression(writer, READSTAT_COMPRESS_ROWS);
    }
    readstat_error_t error = readstat_begin_writing_sas7bdat(writer, file, table->rows);
    error = error == READSTAT_OK ? sas_put_rows(writer, table, value, context) : error;
    error = error == READSTAT_OK ? readstat_end_writing(writer) : error;
    readstat_writer_free(writer);
    return fclose(file) == 0 && error == READSTAT_OK;
}

#endif
