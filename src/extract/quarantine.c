/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quarantine file: bad rows as they are in their files, with file, line and reason. Each rank
 * sets its rows aside, and rank 0 copies them in the order of the files. */
#include "extract/ranks.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__import_quarantine_begin(struct ihp__import *import, struct ihp_error *err)
{
    if (import->options->quarantine_path == NULL || import->rank != 0) {
        return IHP_OK;
    }
    if (ihp__outfile_open(import->quarantine.path, 0600, &import->bad_rows.quarantine, err) ==
        IHP_OK) {
        fputs("file,line,reason,row\n", ihp__outfile_stream(import->bad_rows.quarantine));
    }
    return err->status;
}

void ihp__import_quarantine_free(struct ihp__import *import)
{
    ihp__import_rank_files_close(import, &import->bad_rows.set_aside);
    ihp__outfile_abandon(&import->bad_rows.quarantine);
    free(import->bad_rows.text);
}

/* ---- a row ----------------------------------------------------------------------------------- */

static bool append(struct ihp__import_bad_rows *bad_rows, const char *text, size_t length)
{
    if (!ihp__array_reserve(&bad_rows->text, &bad_rows->text_capacity,
                            bad_rows->text_size + length + 1, 1)) {
        return false;
    }
    memcpy(bad_rows->text + bad_rows->text_size, text, length);
    bad_rows->text_size += length;
    bad_rows->text[bad_rows->text_size] = '\0';
    return true;
}

/* Appends `length` bytes as one CSV field, quoted if RFC 4180 requires it. */
static bool append_field(struct ihp__import_bad_rows *bad_rows, const char *text, size_t length)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        return append(bad_rows, text, length);
    }
    bool good = append(bad_rows, "\"", 1);
    for (const char *end = text + length; good && text < end;) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        size_t piece = (size_t)((quote == NULL ? end : quote + 1) - text);
        good = append(bad_rows, text, piece) && (quote == NULL || append(bad_rows, "\"", 1));
        text += piece;
    }
    return good && append(bad_rows, "\"", 1);
}

/* Formats the documented columns of a row as CSV text, without rare ones that the file lacks. */
static bool format_row(struct ihp__import_bad_rows *bad_rows, const struct ihp__import_row *row)
{
    const struct ihp__extract_schema *schema = &ihp__extract_schemas[row->file];
    bool good = true;
    bad_rows->text_size = 0;
    for (size_t c = 0; c < schema->columns && good; c++) {
        if (schema->column[c].rare && row->csv->field[c] == ihp__csv_absent) {
            continue;
        }
        good = (c == 0 || append(bad_rows, ",", 1)) &&
               append_field(bad_rows, row->csv->field[c], row->csv->length[c]);
    }
    return good;
}

/* What is in front of each row in the file of a rank. The numbers in a file ascend between two
 * collections. The text of the row lacks its line, in front of which there are `before` bytes. */
struct aside_head {
    uint64_t number, line, before, size;
};

/* Formats a line of the quarantine file without the number of the line. Its last field is the row
 * in `bad_rows->text`. Returns how many bytes are in front of the number, 0 if memory is short. */
static size_t format_line(struct ihp__import_bad_rows *bad_rows, const char *file,
                          const char *reason)
{
    char *inner = strdup(bad_rows->text);
    size_t length = bad_rows->text_size;
    bad_rows->text_size = 0;
    bool good =
        inner != NULL && append_field(bad_rows, file, strlen(file)) && append(bad_rows, ",", 1);
    size_t before = bad_rows->text_size;
    good = good && append(bad_rows, ",", 1) && append_field(bad_rows, reason, strlen(reason)) &&
           append(bad_rows, ",", 1) && append_field(bad_rows, inner, length) &&
           append(bad_rows, "\n", 1);
    free(inner);
    return good ? before : 0;
}

/* Writes a formatted line of the quarantine file with its number. */
static void put_line(const struct ihp__import_bad_rows *bad_rows, const struct aside_head *head,
                     uint64_t line)
{
    FILE *stream = ihp__outfile_stream(bad_rows->quarantine);
    fwrite(bad_rows->text, 1, (size_t)head->before, stream);
    fprintf(stream, "%llu", (unsigned long long)line);
    fwrite(bad_rows->text + head->before, 1, (size_t)(head->size - head->before), stream);
}

enum ihp_status ihp__import_quarantine_add(struct ihp__import *import,
                                           const struct ihp__import_row *row, const char *file,
                                           const char *reason, struct ihp_error *err)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    const size_t before = format_row(bad_rows, row) ? format_line(bad_rows, file, reason) : 0;
    if (before == 0) {
        return ihp__fail_memory(err, "a quarantined row");
    }
    const struct aside_head head = {row->number, row->csv->line, before, bad_rows->text_size};
    if (bad_rows->set_aside != NULL) {
        struct ihp__temp_file *mine = bad_rows->set_aside[import->rank];
        return ihp__temp_file_append(mine, &head, sizeof head, err) != IHP_OK
                   ? err->status
                   : ihp__temp_file_append(mine, bad_rows->text, bad_rows->text_size, err);
    }
    put_line(bad_rows, &head, head.line);
    return IHP_OK;
}

/* ---- all ranks ------------------------------------------------------------------------------- */

enum ihp_status ihp__import_quarantine_share(struct ihp__import *import, struct ihp_error *err)
{
    return import->options->quarantine_path == NULL
               ? IHP_OK
               : ihp__import_rank_files_open(import, "rows", &import->bad_rows.set_aside, err);
}

/* Where a rank's file is read, and the row there. */
struct cursor {
    uint64_t at, end;
    struct aside_head head;
};

/* Reads the head of the next row of rank r, if there is one. */
static enum ihp_status look_at_row(const struct ihp__import *import, size_t r,
                                   struct cursor *cursor, struct ihp_error *err)
{
    return cursor->at == cursor->end
               ? IHP_OK
               : ihp__temp_file_read(import->bad_rows.set_aside[r], cursor->at, &cursor->head,
                                     sizeof cursor->head, err);
}

/* Copies the next row of rank r. */
static enum ihp_status copy_row(struct ihp__import *import, size_t r, struct cursor *cursor,
                                struct ihp_error *err)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    const size_t size = (size_t)cursor->head.size;
    if (!ihp__array_reserve(&bad_rows->text, &bad_rows->text_capacity, size, 1)) {
        return ihp__fail_memory(err, "a quarantined row");
    }
    if (ihp__temp_file_read(bad_rows->set_aside[r], cursor->at + sizeof cursor->head,
                            bad_rows->text, size, err) != IHP_OK) {
        return err->status;
    }
    const size_t file = (size_t)(cursor->head.number >> IHP__IMPORT_FILE_BIT);
    const uint64_t before = bad_rows->lines_before == NULL
                                ? 0
                                : bad_rows->lines_before[file * (size_t)import->ranks + r];
    put_line(bad_rows, &cursor->head, cursor->head.line + before);
    cursor->at += sizeof cursor->head + size;
    return look_at_row(import, r, cursor, err);
}

/* Copies on rank 0 what all ranks have set aside since the last time, in the order of the files of
 * the table. The file of rank r has `size[r]` bytes. */
static enum ihp_status copy_all_rows(struct ihp__import *import, const uint64_t *size,
                                     struct ihp_error *err)
{
    const size_t ranks = (size_t)import->ranks;
    struct cursor *cursor = calloc(ranks, sizeof *cursor);
    enum ihp_status status =
        cursor != NULL ? IHP_OK : ihp__fail_memory(err, "the list of bad rows");
    for (size_t r = 0; status == IHP_OK && r < ranks; r++) {
        cursor[r] = (struct cursor){.at = import->bad_rows.copied[r], .end = size[r]};
        import->bad_rows.copied[r] = size[r];
        status = look_at_row(import, r, &cursor[r], err);
    }
    for (size_t next = 0; status == IHP_OK && next < ranks;) {
        next = ranks;
        for (size_t r = 0; r < ranks; r++) {
            if (cursor[r].at < cursor[r].end &&
                (next == ranks || cursor[r].head.number < cursor[next].head.number)) {
                next = r;
            }
        }
        status = next < ranks ? copy_row(import, next, &cursor[next], err) : IHP_OK;
    }
    free(cursor);
    return status;
}

enum ihp_status ihp__import_quarantine_collect(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__temp_file *mine = import->bad_rows.set_aside[import->rank];
    if (ihp__import_rank_file_publish(import, mine, err) != IHP_OK) {
        return err->status;
    }
    uint64_t *size = calloc((size_t)import->ranks, sizeof *size);
    if (size == NULL) {
        return ihp__fail_memory(err, "the list of bad rows");
    }
    enum ihp_status status = ihp__import_agree(import, err);
    if (status == IHP_OK) {
        ihp__import_each(import, ihp__temp_file_size(mine), size);
        status = import->rank == 0 ? copy_all_rows(import, size, err) : IHP_OK;
    }
    free(size);
    return status;
}
