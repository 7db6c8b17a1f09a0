/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of an extract on disk: finding them and reading them row by row. */
#include "extract/import.h"

#include <string.h>
#include <sys/stat.h>

enum { ROWS_BETWEEN_PROGRESS = 1 << 16 };

/* ---- finding --------------------------------------------------------------------------------- */

static enum ihp_status look_at(const char *path, struct ihp__import_source *source,
                               struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (!S_ISREG(info.st_mode)) { /* a pipe could not be read a second time */
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a regular file", path);
    }
    source->bytes = (uint64_t)info.st_size;
    source->changed_s = (int64_t)info.st_mtim.tv_sec;
    source->changed_ns = (int64_t)info.st_mtim.tv_nsec;
    return IHP_OK;
}

enum ihp_status ihp__import_find_files(struct ihp__import *import, struct ihp_error *err)
{
    const char *folder = import->options->extract_dir;
    struct stat info;
    bool found;
    if (ihp__path_look(folder, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found || !S_ISDIR(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is not a folder; give the folder that has members.csv", folder);
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__extract_schema *schema = &ihp__extract_schemas[f];
        struct ihp__import_source *source = &import->source[f];
        if (ihp__csv_find(folder, schema->name, schema->required, source->path, sizeof source->path,
                          &source->found, err) != IHP_OK ||
            (source->found && look_at(source->path, source, err) != IHP_OK)) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- progress -------------------------------------------------------------------------------- */

static void report(const struct ihp__import *import, const char *stage, uint64_t rows,
                   uint64_t bytes_done, uint64_t bytes_total)
{
    if (import->options->progress != NULL && import->rank == 0) {
        const struct ihp_import_progress progress = {stage, rows, bytes_done, bytes_total};
        import->options->progress(import->options->progress_context, &progress);
    }
}

void ihp__import_progress(const struct ihp__import *import, const char *stage, uint64_t rows)
{
    report(import, stage, rows, 0, 0);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct file_reader {
    const struct ihp__import *import;
    struct ihp__import_row row; /* the next row */
    uint64_t rows;              /* read so far */
    uint64_t bytes;             /* to read in all */
    ihp__import_row_fn row_fn;
    void *context;
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *csv, struct ihp_error *err)
{
    struct file_reader *reader = context;
    ihp__import_row_begin(&reader->row, csv);
    enum ihp_status status = reader->row_fn(reader->context, &reader->row, err);
    reader->row.number++;
    if (++reader->rows % ROWS_BETWEEN_PROGRESS == 0) {
        report(reader->import, ihp__extract_schemas[reader->row.file].stage, reader->rows,
               csv->bytes_read, reader->bytes);
    }
    return status;
}

static enum ihp_status check_unchanged(const struct ihp__import_source *source,
                                       struct ihp_error *err)
{
    struct ihp__import_source now = {.found = true};
    if (look_at(source->path, &now, err) != IHP_OK) {
        return err->status;
    }
    if (now.bytes != source->bytes || now.changed_s != source->changed_s ||
        now.changed_ns != source->changed_ns) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: changed while it was imported; import again",
                         source->path);
    }
    return IHP_OK;
}

static bool is_chunk(const struct ihp__import *import, enum ihp__extract_file file)
{
    return file == IHP__EXTRACT_CLAIMS && import->in_chunks;
}

uint64_t ihp__import_bytes_to_read(const struct ihp__import *import, enum ihp__extract_file file)
{
    return is_chunk(import, file) ? import->chunk.end - import->chunk.first
                                  : import->source[file].bytes;
}

/* Counts the rows that this rank has read of a file, for the record. */
static enum ihp_status count_rows(struct ihp__import *import, enum ihp__extract_file file,
                                  uint64_t rows, struct ihp_error *err)
{
    const struct ihp__import_source *source = &import->source[file];
    const struct ihp__record_key key = {.section = IHP__RECORD_FILE,
                                        .table = ihp__extract_schemas[file].name,
                                        .text = ihp__path_base(source->path)};
    const int64_t bytes = import->rank == 0 ? (int64_t)source->bytes : 0; /* once */
    return ihp__record_add(&import->record, &key, rows, bytes, err);
}

enum ihp_status ihp__import_read(struct ihp__import *import, enum ihp__extract_file file,
                                 bool again, ihp__import_row_fn row_fn, void *context,
                                 struct ihp_error *err)
{
    const char *stage = ihp__extract_schemas[file].stage;
    const struct ihp__import_source *source = &import->source[file];
    bool chunk = is_chunk(import, file);
    if (import->rank != 0 && !chunk) {
        return IHP_OK;
    }
    if (again && check_unchanged(source, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__csv_column column[IHP__EXTRACT_COLUMNS_MAX];
    size_t columns = ihp__extract_csv_columns(file, column);
    struct file_reader reader = {.import = import,
                                 .row = {.file = file, .again = again, .values = import->values},
                                 .bytes = ihp__import_bytes_to_read(import, file),
                                 .row_fn = row_fn,
                                 .context = context};
    enum ihp_status status;
    report(import, stage, 0, 0, reader.bytes);
    if (chunk) {
        /* Greater than the numbers of all rows before, as a row takes at least a byte. */
        reader.row.number = import->chunk.first;
        status = ihp__csv_read_chunk(source->path, column, columns, &import->chunk, on_row, &reader,
                                     err);
        if (status == IHP_OK && !again && import->rank == 0) {
            ihp__csv_note_end(source->path, import->notices);
        }
    } else {
        status = ihp__csv_read(source->path, column, columns, on_row, &reader,
                               again ? NULL : import->notices, err);
    }
    if (status == IHP_OK) {
        report(import, stage, reader.rows, reader.bytes, reader.bytes);
        import->report.rows_read += again ? 0 : reader.rows;
    }
    return status == IHP_OK && !again ? count_rows(import, file, reader.rows, err) : status;
}
