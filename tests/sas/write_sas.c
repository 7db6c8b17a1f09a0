/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a CSV file of an extract as a SAS table, for the integration tests:
 *
 *     write_sas [--compress] [--deleted] [--numbers NAME,NAME...] [--rows N] FILE.csv FILE.sas7bdat
 *
 * Columns whose names end in _date become SAS dates, of birth dates moments at midnight; "line",
 * "year", "version", amounts and what --numbers names become numbers; all others stay texts. With
 * --rows the rows are repeated until there are N of them, with claim ids that differ. With
 * --deleted the table says of its second page that SAS has deleted rows. The CSV file has no
 * quotes. */
#include "base/calendar.h"

#include "../unit/sas_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 32, LINE_MAX_BYTES = 4096, NAME_BYTES = 40, HEADER = 8192, PAGE = 4096 };
enum kind { TEXT, NUMBER, DATE, MOMENT };

struct rows {
    char *bytes; /* of the CSV file, divided into lines */
    char **line; /* rows without the header */
    int lines;
    int columns;
    enum kind kind[COLUMNS_MAX];
    char name[COLUMNS_MAX][NAME_BYTES];
    size_t width[COLUMNS_MAX];
    bool repeated;
};

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "write_sas: %s %s\n", what, name);
    exit(1);
}

/* Copies a field of a line. */
static void copy_field(const char *line, int column, char *field, size_t size)
{
    for (int c = 0; c < column; c++) {
        line = strchr(line, ',') + 1;
    }
    size_t length = strcspn(line, ",");
    snprintf(field, size, "%.*s", (int)length, line);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail("cannot read", path);
    }
    size_t size = (size_t)ftell(file);
    char *bytes = calloc(size + 1, 1);
    rewind(file);
    if (bytes == NULL || fread(bytes, 1, size, file) != size) {
        fail("cannot read", path);
    }
    fclose(file);
    return bytes;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), at = strlen(end);
    return length >= at && strcmp(text + length - at, end) == 0;
}

static enum kind kind_of(const char *name, const char *numbers)
{
    char item[NAME_BYTES + 2], list[400];
    snprintf(item, sizeof item, ",%s,", name);
    snprintf(list, sizeof list, ",%s,", numbers);
    return strcmp(name, "birth_date") == 0 ? MOMENT
           : ends_with(name, "_date")      ? DATE
           : strcmp(name, "line") == 0 || strcmp(name, "year") == 0 ||
                   strcmp(name, "version") == 0 || ends_with(name, "amount") ||
                   strstr(list, item) != NULL
               ? NUMBER
               : TEXT;
}

static void read_rows(const char *path, const char *numbers, struct rows *rows)
{
    char field[LINE_MAX_BYTES];
    rows->bytes = read_file(path);
    for (char *c = rows->bytes; *c != '\0'; c++) {
        rows->lines += *c == '\n';
    }
    rows->line = calloc((size_t)rows->lines + 1, sizeof *rows->line);
    char *header = strtok(rows->bytes, "\r\n");
    if (rows->line == NULL || header == NULL) {
        fail("no rows in", path);
    }
    rows->lines = 0;
    for (char *line; (line = strtok(NULL, "\r\n")) != NULL;) {
        rows->line[rows->lines++] = line;
    }
    rows->columns = 1;
    for (const char *c = header; *c != '\0'; c++) {
        rows->columns += *c == ',';
    }
    for (int c = 0; c < rows->columns; c++) {
        copy_field(header, c, rows->name[c], NAME_BYTES);
        rows->kind[c] = kind_of(rows->name[c], numbers);
        rows->width[c] = 1;
        for (int r = 0; rows->kind[c] == TEXT && r < rows->lines; r++) {
            copy_field(rows->line[r], c, field, sizeof field);
            size_t length = strlen(field);
            rows->width[c] = length > rows->width[c] ? length : rows->width[c];
        }
    }
    if (rows->repeated) {
        rows->width[0] += 12;
    }
}

static readstat_error_t put_value(readstat_writer_t *writer, const readstat_variable_t *variable,
                                  int row, int column, void *context)
{
    const struct rows *rows = context;
    char field[LINE_MAX_BYTES];
    int32_t day = 0;
    copy_field(rows->line[row % rows->lines], column, field, sizeof field);
    if (rows->kind[column] == TEXT) {
        if (rows->repeated && column == 0) {
            size_t length = strlen(field);
            snprintf(field + length, sizeof field - length, "-%d", row / rows->lines);
        }
        return readstat_insert_string_value(writer, variable, field);
    }
    if (field[0] == '\0') {
        return readstat_insert_missing_value(writer, variable);
    }
    if (rows->kind[column] == NUMBER) {
        return readstat_insert_double_value(writer, variable, strtod(field, NULL));
    }
    if (!ihp__day_parse(field, &day)) {
        fail("not a date:", field);
    }
    double days = day + 3653; /* from 1960-01-01 */
    return readstat_insert_double_value(writer, variable,
                                        rows->kind[column] == MOMENT ? days * 86400 : days);
}

/* Sets the mark of deleted rows in the kind of the second page. */
static void mark_deleted(const char *path)
{
    FILE *file = fopen(path, "r+b");
    static const unsigned char kind[2] = {0x80, 0x01};
    if (file == NULL || fseek(file, HEADER + PAGE + 32, SEEK_SET) != 0 ||
        fwrite(kind, 1, 2, file) != 2 || fclose(file) != 0) {
        fail("cannot write", path);
    }
}

int main(int argc, char **argv)
{
    static struct rows rows;
    struct sas_column column[COLUMNS_MAX];
    struct sas_table table = {.column = column};
    const char *numbers = "";
    bool deleted = false;
    int at = 1;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        if (strcmp(argv[at], "--compress") == 0) {
            table.compressed = true;
        } else if (strcmp(argv[at], "--deleted") == 0) {
            deleted = true;
        } else if (strcmp(argv[at], "--numbers") == 0 && at + 1 < argc) {
            numbers = argv[++at];
        } else if (strcmp(argv[at], "--rows") == 0 && at + 1 < argc) {
            table.rows = (int)strtol(argv[++at], NULL, 10);
        } else {
            fail("unknown option", argv[at]);
        }
    }
    if (argc - at != 2) {
        fail("needs two files", "");
    }
    rows.repeated = table.rows > 0;
    read_rows(argv[at], numbers, &rows);
    for (int c = 0; c < rows.columns; c++) {
        column[c] = (struct sas_column){rows.name[c], rows.kind[c] == TEXT ? rows.width[c] : 0,
                                        rows.kind[c] == DATE     ? "DATE9"
                                        : rows.kind[c] == MOMENT ? "DATETIME20"
                                                                 : NULL};
    }
    table.path = argv[at + 1];
    table.columns = rows.columns;
    table.rows = rows.repeated ? table.rows : rows.lines;
    if (!sas_write(&table, put_value, &rows)) {
        fail("cannot write", table.path);
    }
    if (deleted) {
        mark_deleted(table.path);
    }
    free(rows.line);
    free(rows.bytes);
    return 0;
}
