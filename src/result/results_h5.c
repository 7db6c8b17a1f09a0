/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h5 and its like: every table as a group of columns in their order, with the manifest's
 * entries as attributes. */
#include "result/results_h5.h"

#include "result/h5_attributes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns the width of the longest text of a column, at least 1. */
static size_t text_width(const struct ihp__table *table, size_t column)
{
    size_t width = 1;
    for (size_t r = 0; r < table->rows; r++) {
        size_t length = strlen(table->cell[r * table->columns + column].text);
        width = length > width ? length : width;
    }
    return width;
}

/* Returns a column as an array, which the caller frees: texts of one width, 64-bit integers, or
 * doubles (dollars and ratios as the CSV has them; NaN for a blank). NULL: memory is short. */
static void *column_data(const struct ihp__table *table, size_t column, size_t width)
{
    enum ihp__cell_kind kind = table->column[column].kind;
    char *data = calloc(table->rows + 1, kind == IHP__CELL_TEXT ? width : 8);
    for (size_t r = 0; data != NULL && r < table->rows; r++) {
        const struct ihp__cell *cell = &table->cell[r * table->columns + column];
        if (kind == IHP__CELL_TEXT) {
            memcpy(data + r * width, cell->text, strlen(cell->text));
        } else if (kind == IHP__CELL_INTEGER) {
            memcpy(data + r * 8, &cell->integer, 8);
        } else {
            char text[64];
            double value =
                cell->blank ? NAN : strtod(ihp__cell_format(cell, kind, text, sizeof text), NULL);
            memcpy(data + r * 8, &value, 8);
        }
    }
    return data;
}

/* The outcome of a step that writes into a file. */
enum outcome { WRITTEN, NO_MEMORY, REFUSED };

/* Returns the outcome of the call of HDF5 that has just failed. */
static enum outcome refused(void)
{
    int reason = ihp__h5_system_error();
    errno = reason != 0 ? reason : ihp__h5_was_short() ? ENOMEM : errno;
    return errno == ENOMEM ? NO_MEMORY : REFUSED;
}

/* The types of a column in the file and in memory. */
struct column_type {
    hid_t file, memory;
    bool owned; /* `file`, which is `memory` too */
};

static struct column_type type_of(enum ihp__cell_kind kind, size_t width)
{
    struct column_type type = {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, false};
    if (kind == IHP__CELL_TEXT) {
        type.file = type.memory = ihp__h5_file_type(IHP__TYPE_TEXT, width, &type.owned);
    } else if (kind == IHP__CELL_INTEGER) {
        type = (struct column_type){H5T_STD_I64LE, H5T_NATIVE_INT64, false};
    }
    return type;
}

/* Creates a dataset and writes a column's elements into it. */
static enum outcome write_dataset(hid_t file, const char *name, const struct column_type *type,
                                  const char *units, hsize_t rows, const void *data)
{
    hid_t dataset = ihp__h5_create_column(file, name, type->file, rows);
    if (dataset < 0) {
        return refused();
    }
    enum outcome outcome = WRITTEN;
    if (!ihp__h5_put_text_attribute(dataset, "units", units) ||
        (rows > 0 && H5Dwrite(dataset, type->memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)) {
        outcome = refused();
    }
    return H5Dclose(dataset) < 0 && outcome == WRITTEN ? refused() : outcome;
}

static enum outcome write_column(hid_t file, const struct ihp__table *table, size_t column)
{
    static const char *const units[] = {"text", "count", "dollars", "ratio", "seconds"};
    enum ihp__cell_kind kind = table->column[column].kind;
    size_t width = kind == IHP__CELL_TEXT ? text_width(table, column) : 0;
    char name[160];
    snprintf(name, sizeof name, "%s/%s", table->name, table->column[column].name);
    void *data = column_data(table, column, width);
    if (data == NULL) {
        return NO_MEMORY;
    }
    struct column_type type = type_of(kind, width);
    enum outcome outcome = write_dataset(file, name, &type, units[kind], table->rows, data);
    if (type.owned) {
        H5Tclose(type.file);
    }
    free(data);
    return outcome;
}

static enum outcome write_tables(hid_t file, const struct ihp__table *table, size_t tables)
{
    for (size_t t = 0; t < tables; t++) {
        if (table[t].columns > 0 && !ihp__h5_make_ordered_group(file, table[t].name)) {
            return refused();
        }
        for (size_t c = 0; c < table[t].columns; c++) {
            enum outcome outcome = write_column(file, &table[t], c);
            if (outcome != WRITTEN) {
                return outcome;
            }
        }
    }
    return WRITTEN;
}

/* Writes the attributes of the root: one for each entry of the manifest, with the names of nested
 * entries joined by dots. */
static enum outcome write_attributes(hid_t file, const json_t *entries, const char *prefix)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)entries, key, value)
    {
        char name[256], below[260];
        snprintf(name, sizeof name, "%s%s", prefix, key);
        snprintf(below, sizeof below, "%s.", name);
        enum outcome outcome = json_is_object(value) ? write_attributes(file, value, below)
                               : ihp__h5_put_json_attribute(file, name, value) ? WRITTEN
                                                                               : refused();
        if (outcome != WRITTEN) {
            return outcome;
        }
    }
    return WRITTEN;
}

/* Links to the group of a table in a file of its own, named relative to this one so that a folder
 * can be moved. */
static enum outcome link_table(hid_t file, const char *table)
{
    char name[80];
    snprintf(name, sizeof name, "%s.h5", table);
    return H5Lcreate_external(name, table, file, table, H5P_DEFAULT, H5P_DEFAULT) >= 0 ? WRITTEN
                                                                                       : refused();
}

/* Makes the file; it may be there, unfinished, unless WRITTEN is returned. */
static enum outcome write_file(const char *path, const struct ihp__h5_content *content)
{
    hid_t file = ihp__h5_create_ordered_file(path);
    if (file < 0) {
        return refused();
    }
    enum outcome outcome = write_attributes(file, content->manifest, "");
    if (outcome == WRITTEN) {
        outcome = write_tables(file, content->table, content->tables);
    }
    if (outcome == WRITTEN && content->linked != NULL) {
        outcome = link_table(file, content->linked);
    }
    if (outcome != WRITTEN) {
        int reason = errno;
        ihp__h5_drop_file(file);
        errno = reason;
        return outcome;
    }
    return ihp__h5_end_file(file) ? WRITTEN : refused();
}

enum ihp_status ihp__results_h5_write(const char *folder, const char *name,
                                      const struct ihp__h5_content *content, struct ihp_error *err)
{
    char path[IHP__PATH_MAX], part[IHP__PATH_MAX + 8];
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    snprintf(part, sizeof part, "%s.part", path);
    if (ihp__h5_begin(err) != IHP_OK) {
        return err->status;
    }
    unlink(part);
    errno = 0;
    enum outcome outcome = write_file(part, content);
    if (outcome == WRITTEN && rename(part, path) == 0) {
        return IHP_OK;
    }
    int reason = errno;
    unlink(part);
    return outcome == NO_MEMORY
               ? ihp__fail_memory(err, name)
               : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", path,
                           reason != 0 ? strerror(reason) : "HDF5 reports no reason");
}
