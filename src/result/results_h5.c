/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h5: every table as a group of columns, with the manifest's entries as attributes. */
#include "result_internal.h"
#include "store/hdf5_util.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t text_width(const struct ihp__table *table, size_t column)
{
    size_t width = 1;
    for (size_t r = 0; r < table->rows; r++) {
        size_t length = strlen(table->cell[r * table->columns + column].text);
        width = length > width ? length : width;
    }
    return width;
}

/* A column as an array: texts of one width, 64-bit integers, or doubles (dollars and ratios as they
 * are written in the CSV; NaN where blank). */
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

static bool write_column(hid_t file, const struct ihp__table *table, size_t column)
{
    static const char *const units[] = {"text", "count", "dollars", "ratio", "seconds"};
    enum ihp__cell_kind kind = table->column[column].kind;
    size_t width = kind == IHP__CELL_TEXT ? text_width(table, column) : 0;
    bool owned = false;
    hid_t type = kind == IHP__CELL_TEXT      ? ihp__h5_file_type(IHP__TYPE_TEXT, width, &owned)
                 : kind == IHP__CELL_INTEGER ? H5T_STD_I64LE
                                             : H5T_IEEE_F64LE;
    hid_t memory_type = kind == IHP__CELL_TEXT      ? type
                        : kind == IHP__CELL_INTEGER ? H5T_NATIVE_INT64
                                                    : H5T_NATIVE_DOUBLE;
    char name[160];
    snprintf(name, sizeof name, "%s/%s", table->name, table->column[column].name);
    void *data = column_data(table, column, width);
    hid_t dataset = ihp__h5_create_column(file, name, type, table->rows);
    bool done = data != NULL && dataset >= 0 &&
                ihp__h5_put_text_attribute(dataset, "units", units[kind]) &&
                (table->rows == 0 ||
                 H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    if (dataset >= 0 && H5Dclose(dataset) < 0) {
        done = false;
    }
    if (owned) {
        H5Tclose(type);
    }
    free(data);
    return done;
}

/* Attributes of the root: one for each entry of the manifest, groups joined by a dot. */
static bool write_attributes(hid_t file, const json_t *entries, const char *prefix)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)entries, key, value)
    {
        char name[256];
        snprintf(name, sizeof name, "%s%s", prefix, key);
        if (json_is_object(value)) {
            char below[260];
            snprintf(below, sizeof below, "%s.", name);
            if (!write_attributes(file, value, below)) {
                return false;
            }
            continue;
        }
        char *text = json_is_string(value) ? strdup(json_string_value(value))
                                           : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        bool done = text != NULL && ihp__h5_put_text_attribute(file, name, text);
        free(text);
        if (!done) {
            return false;
        }
    }
    return true;
}

/* A link to the group of a table in a file of its own, named relative to this one so that a folder
 * can be moved. */
static bool link_table(hid_t file, const char *table)
{
    char name[80];
    snprintf(name, sizeof name, "%s.h5", table);
    return H5Lcreate_external(name, table, file, table, H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

enum ihp_status ihp__results_h5_write(const char *folder, const char *name,
                                      const struct ihp__table *table, size_t tables,
                                      const json_t *manifest, const char *linked,
                                      struct ihp_error *err)
{
    char path[IHP__PATH_MAX], part[IHP__PATH_MAX + 8];
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK) {
        return err->status;
    }
    snprintf(part, sizeof part, "%s.part", path);
    ihp__h5_quiet();
    unlink(part);
    errno = 0;
    hid_t file = ihp__h5_create_file(part);
    bool done = file >= 0 && write_attributes(file, manifest, "");
    for (size_t t = 0; done && t < tables; t++) {
        for (size_t c = 0; done && c < table[t].columns; c++) {
            done = write_column(file, &table[t], c);
        }
    }
    done = done && (linked == NULL || link_table(file, linked));
    if (file >= 0 && done) {
        done = ihp__h5_end_file(file);
    } else if (file >= 0) {
        ihp__h5_drop_file(file);
    }
    if (!done || rename(part, path) != 0) {
        int reason = errno;
        unlink(part);
        return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", path,
                         reason != 0 ? strerror(reason) : "HDF5 refused");
    }
    return IHP_OK;
}
