/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a store's columns as data, and the sizes that follow from it. */
#include "columns.h"

#define SPEC(symbol, name, type, length, presence, units)                                          \
    [IHP__COLUMN_##symbol] = {name, IHP__TYPE_##type, IHP__##length, IHP__##presence, units},
const struct ihp__column_spec ihp__column_spec[IHP__COLUMNS] = {IHP__COLUMN_LIST(SPEC)};
#undef SPEC

const char *ihp__type_name(enum ihp__type type)
{
#define NAME(symbol, bytes, name) name,
    static const char *const names[IHP__TYPES] = {IHP__TYPE_LIST(NAME)};
#undef NAME
    return names[type];
}

size_t ihp__type_size(enum ihp__type type, size_t width)
{
#define BYTES(symbol, bytes, name) bytes,
    static const size_t sizes[IHP__TYPES] = {IHP__TYPE_LIST(BYTES)};
#undef BYTES
    return type == IHP__TYPE_TEXT ? width : sizes[type];
}

enum ihp__type ihp__column_type(enum ihp__column column, bool wide)
{
    enum ihp__type type = ihp__column_spec[column].type;
    if (type != IHP__TYPE_CENTS) {
        return type;
    }
    return wide ? IHP__TYPE_I64 : IHP__TYPE_I32;
}

size_t ihp__claim_line_bytes(unsigned columns, bool wide)
{
    size_t bytes = 0;
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        if ((columns & IHP__COLUMN_BIT(c)) != 0) {
            bytes += ihp__type_size(ihp__column_type(ihp__column_of_claim(c), wide), 0);
        }
    }
    return bytes;
}

size_t ihp__index_row_bytes(bool void_dates)
{
    size_t bytes = 0;
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        bool left_out = c == IHP__INDEX_VOID_DATE && !void_dates;
        bytes += left_out ? 0 : ihp__type_size(ihp__column_type(ihp__column_of_index(c), false), 0);
    }
    return bytes;
}
