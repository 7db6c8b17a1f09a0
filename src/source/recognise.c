/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognising a text by its first row: what is between the fields, and which columns it names. What
 * the row says is printed only as names that the caller gave, because it may be a member's data. */
#include "source/source.h"

#include "base/error.h"
#include "base/packed_read.h"
#include "source/sas.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 1 << 16, NAME_BYTES = 128 };

/* The first row, taken apart at one delimiter. */
struct reading {
    size_t fields, named; /* fields that are columns of the caller */
    uint64_t found;       /* bit i: column i is there */
    bool whole;           /* all required ones are */
    bool twice;           /* a column is there twice */
};

/* Reads the first row that is not blank, without its line end, or as much of it as fits. */
static enum ihp_status read_first(const char *path, char text[FIRST_BYTES + 1],
                                  struct ihp_error *err)
{
    struct ihp__packed_file *file;
    size_t size = 0, got = 1;
    if (ihp__packed_open(path, &file, err) != IHP_OK) {
        return err->status;
    }
    while (size < FIRST_BYTES && got > 0 &&
           ihp__packed_read(file, text + size, FIRST_BYTES - size, &got, err) == IHP_OK) {
        size += got;
    }
    ihp__packed_close(&file);
    text[size] = '\0';
    size_t first = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    first += strspn(text + first, "\r\n");
    size_t length = strcspn(text + first, "\r\n");
    memmove(text, text + first, length);
    text[length] = '\0';
    return err->status;
}

/* Adds a field of the first row to a reading. */
static void take_field(const char *text, size_t length, const struct ihp__csv_column *columns,
                       size_t count, struct reading *reading)
{
    char name[NAME_BYTES];
    reading->fields++;
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        text++;
        length -= 2;
    }
    if (length >= sizeof name) {
        return;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (ihp__csv_same_name(name, columns[i].name)) {
            reading->named++;
            reading->twice |= (reading->found >> i & 1) != 0;
            reading->found |= UINT64_C(1) << i;
        }
    }
}

static struct reading read_as(const char *text, char delimiter,
                              const struct ihp__csv_column *columns, size_t count)
{
    const char ends[2] = {delimiter, '\0'};
    struct reading reading = {.whole = true};
    for (bool more = true; more; text++) {
        size_t length = strcspn(text, ends);
        take_field(text, length, columns, count, &reading);
        text += length;
        more = *text != '\0';
    }
    for (size_t i = 0; i < count; i++) {
        reading.whole &= !columns[i].required || (reading.found >> i & 1) != 0;
    }
    return reading;
}

/* Writes the lines of a layout that say where the missing columns are. */
static void write_layout(const struct ihp__source_table *table, const struct reading *reading,
                         size_t kind, char *text, size_t size)
{
    int end = snprintf(text, size, "%s: {", table->name);
    if (kind != 0) {
        end += snprintf(text + end, size - (size_t)end, "delimiter: %s, ",
                        ihp__csv_delimiters[kind].name);
    }
    end += snprintf(text + end, size - (size_t)end, "columns: {");
    const char *comma = "";
    for (size_t i = 0; i < table->count && (size_t)end < size; i++) {
        if (table->columns[i].required && (reading->found >> i & 1) == 0) {
            end += snprintf(text + end, size - (size_t)end, "%s%s: NAME", comma,
                            table->columns[i].name);
            comma = ", ";
        }
    }
    if ((size_t)end < size) {
        snprintf(text + end, size - (size_t)end, "}}");
    }
}

/* Reports that columns are missing, what the file looks like, and what to do. */
static enum ihp_status fail_unknown(const char *path, const struct ihp__source_table *table,
                                    const struct reading *reading, size_t kind,
                                    struct ihp_error *err)
{
    char layout[600];
    const char *between = kind == 0 ? "" : ihp__csv_delimiters[kind].plural;
    write_layout(table, reading, kind, layout, sizeof layout);
    size_t missing = 0;
    while (!table->columns[missing].required || (reading->found >> missing & 1) != 0) {
        missing++;
    }
    const char *name = table->columns[missing].name;
    if (reading->named == 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:1: column %s is missing, and so are the others of %s.csv%s%s%s; name "
                         "them in the first row, or say in a layout (--layout) which columns they "
                         "are: %s; if the file has no header row, give its columns in order: "
                         "header: [NAME, ...]",
                         path, name, table->name, kind == 0 ? "" : " (the first row has ", between,
                         kind == 0 ? "" : " between its fields)", layout);
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s:1: column %s is missing; add it to the header and the rows, or say in a "
                     "layout (--layout) which column it is: %s",
                     path, name, layout);
}

/* Finds the delimiter in the first row. */
static enum ihp_status recognise(const char *path, const struct ihp__source_table *table,
                                 const char *text, char *delimiter, struct ihp_error *err)
{
    struct reading best = {0};
    size_t kind = 0;
    for (size_t k = 0; k < IHP__CSV_DELIMITERS; k++) {
        struct reading now =
            read_as(text, ihp__csv_delimiters[k].delimiter, table->columns, table->count);
        if (now.whole) {
            *delimiter = ihp__csv_delimiters[k].delimiter;
            return IHP_OK;
        }
        if (k == 0 || now.named > best.named ||
            (now.named == best.named && now.fields > best.fields)) {
            best = now;
            kind = k;
        }
    }
    if (table->name == NULL || text[0] == '\0' || best.twice) { /* the reader refuses the file */
        *delimiter = best.twice ? ihp__csv_delimiters[kind].delimiter : 0;
        return IHP_OK;
    }
    return fail_unknown(path, table, &best, kind, err);
}

enum ihp_status ihp__source_recognise(const char *path, const struct ihp__source_table *table,
                                      char *delimiter, struct ihp_notices *notices,
                                      struct ihp_error *err)
{
    *delimiter = 0;
    if (ihp__sas_is(path)) {
        return IHP_OK;
    }
    char *text = malloc(FIRST_BYTES + 1);
    if (text == NULL) {
        return ihp__fail_memory(err, path);
    }
    if (read_first(path, text, err) == IHP_OK &&
        recognise(path, table, text, delimiter, err) == IHP_OK) {
        for (size_t k = 1; k < IHP__CSV_DELIMITERS; k++) {
            if (*delimiter == ihp__csv_delimiters[k].delimiter) {
                ihp__notice_add(notices, "%s: has %s between the fields", ihp__path_base(path),
                                ihp__csv_delimiters[k].plural);
            }
        }
    }
    free(text);
    return err->status;
}
