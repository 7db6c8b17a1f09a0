/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of an extract on disk: finding them and reading them row by row. */
#include "extract/hand_over.h"
#include "extract/layouts.h"
#include "extract/ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ROWS_BETWEEN_PROGRESS = 1 << 16 };

/* Most files of a table. The number of a row must leave a bit free. */
enum { FILES_MAX = 1 << 18 };

/* ---- finding --------------------------------------------------------------------------------- */

static enum ihp_status look_at(const char *path, struct ihp__import_file *file,
                               struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (!S_ISREG(info.st_mode)) { /* a pipe could not be read a second time */
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a regular file", path);
    }
    file->bytes = (uint64_t)info.st_size;
    file->changed_s = (int64_t)info.st_mtim.tv_sec;
    file->changed_ns = (int64_t)info.st_mtim.tv_nsec;
    return IHP_OK;
}

/* Returns what is wrong with the number of files, or with the size of the last one; else NULL. */
static const char *too_much(const struct ihp__import_source *source)
{
    if (source->files > FILES_MAX) {
        return "too many files for one table";
    }
    return source->file[source->files - 1].bytes >> IHP__IMPORT_FILE_BIT != 0
               ? "is larger than 16 TiB"
               : NULL;
}

enum ihp_status ihp__import_add_file(struct ihp__import_source *source, const char *path,
                                     struct ihp_error *err)
{
    struct ihp__import_file file = {.part = {.none = true}};
    if (strlen(path) >= sizeof file.path) {
        return ihp__fail_long_path(err, path, sizeof file.path);
    }
    snprintf(file.path, sizeof file.path, "%s", path);
    if (look_at(path, &file, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&source->file, &source->capacity, source->files + 1, sizeof file)) {
        return ihp__fail_memory(err, "the list of files");
    }
    source->file[source->files++] = file;
    source->found = true;
    const char *problem = too_much(source);
    return problem == NULL ? IHP_OK : ihp__fail(err, IHP_ERR_DATA, "%s: %s", path, problem);
}

/* Finds out what is between the fields of a table's files, unless its format says so. */
static enum ihp_status recognise(struct ihp__import *import, enum ihp__extract_file table,
                                 struct ihp_error *err)
{
    struct ihp__import_source *source = &import->source[table];
    struct ihp__import_columns columns;
    ihp__import_columns_of(import, table, &columns);
    /* Who has written a layout is told what it says that the files do not have. */
    const struct ihp__source_table form = {
        source->format.named_by != NULL ? NULL : ihp__extract_schemas[table].name, columns.column,
        columns.count};
    if (source->format.delimiter != 0 || source->format.header != NULL) {
        return IHP_OK;
    }
    for (size_t i = 0; i < source->files; i++) {
        if (ihp__source_recognise(source->file[i].path, &form, &source->file[i].delimiter,
                                  import->notices, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status check_folder(const char *folder, struct ihp_error *err)
{
    struct stat info;
    bool found;
    if (ihp__path_look(folder, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    return found && S_ISDIR(info.st_mode)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: is not a folder; give the folder that has members.csv", folder);
}

/* Refuses a layout that names no files of a required table, where there is no folder. */
static enum ihp_status check_required(const struct ihp__import *import, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (ihp__extract_schemas[f].required && !import->source[f].found) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "%s: names no files of %s; add them (%s: {files: ...}), or give "
                             "EXTRACT_DIR, the folder that has %s.csv",
                             import->options->layout_path, ihp__extract_schemas[f].name,
                             ihp__extract_schemas[f].name, ihp__extract_schemas[f].name);
        }
    }
    return IHP_OK;
}

static enum ihp_status add_file(void *context, const char *path, struct ihp_error *err)
{
    return ihp__import_add_file(context, path, err);
}

/* Adds the files that the layout names. */
static enum ihp_status find_by_layout(struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp__layout *layout = ihp__import_layout(import);
    for (size_t f = 0; layout != NULL && f < IHP__EXTRACT_FILES; f++) {
        if (ihp__layout_names_files(layout, f) &&
            ihp__layout_each_file(layout, f, add_file, &import->source[f], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__import_find_files(struct ihp__import *import, struct ihp_error *err)
{
    const char *folder = import->options->extract_dir;
    char path[IHP__PATH_MAX];
    bool found = false;
    if (find_by_layout(import, err) != IHP_OK) {
        return err->status;
    }
    if (folder == NULL ? check_required(import, err) != IHP_OK
                       : check_folder(folder, err) != IHP_OK) {
        return err->status;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__extract_schema *schema = &ihp__extract_schemas[f];
        struct ihp__import_source *source = &import->source[f];
        if (!source->found && folder != NULL &&
            (ihp__source_find(folder, schema->name, schema->required, path, &found, err) !=
                 IHP_OK ||
             (found && ihp__import_add_file(source, path, err) != IHP_OK))) {
            return err->status;
        }
        if (recognise(import, (enum ihp__extract_file)f, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* Collective: gives every rank rank 0's files of a table. */
static enum ihp_status share_table(struct ihp__import *import, struct ihp__import_source *source,
                                   struct ihp_error *err)
{
    uint64_t files = source->files;
    ihp__share_u64(import->comm, &files, 1);
    ihp__until_agreed(
        ihp__array_reserve(&source->file, &source->capacity, files, sizeof *source->file)
            ? IHP_OK
            : ihp__fail_memory(err, "the list of files"));
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    source->files = (size_t)files;
    source->found = files > 0;
    ihp__share_bytes(import->comm, source->file, source->files * sizeof *source->file);
    return IHP_OK;
}

enum ihp_status ihp__import_share_files(struct ihp__import *import, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct ihp__import_source *source = &import->source[f];
        if (share_table(import, source, err) != IHP_OK) {
            return err->status;
        }
        /* Where there are several ranks, the claims are divided later. */
        for (size_t i = 0; i < source->files; i++) {
            source->file[i].part =
                (struct ihp__source_part){.none = import->rank != 0, .whole = import->rank == 0};
        }
    }
    return IHP_OK;
}

void ihp__import_files_free(struct ihp__import *import)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        free(import->source[f].file);
    }
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

/* The reading of a table. */
struct table_reader {
    struct ihp__import *import;
    struct ihp__import_row row; /* the next row */
    uint64_t rows;              /* read so far */
    uint64_t before;            /* bytes of the files before this one */
    uint64_t bytes;             /* to read in all */
    struct ihp__import_mapping mapping;
    ihp__import_row_fn row_fn;
    void *context;
};

/* Gives a row to the reading's function, unless the layout leaves it out or refuses it. */
static enum ihp_status give_row(struct table_reader *reader, const struct ihp__csv_row *csv,
                                struct ihp_error *err)
{
    bool kept = true;
    if (reader->mapping.reader == NULL) {
        ihp__import_row_begin(&reader->row, csv);
    } else if (ihp__import_mapping_row(reader->import, &reader->mapping, csv, &reader->row, &kept,
                                       err) != IHP_OK) {
        return err->status;
    }
    return kept ? reader->row_fn(reader->context, &reader->row, err) : IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *csv, struct ihp_error *err)
{
    struct table_reader *reader = context;
    reader->row.bytes_read = reader->before + csv->bytes_read;
    enum ihp_status status = give_row(reader, csv, err);
    reader->row.number++;
    if (++reader->rows % ROWS_BETWEEN_PROGRESS == 0) {
        report(reader->import, ihp__extract_schemas[reader->row.file].stage, reader->rows,
               reader->row.bytes_read, reader->bytes);
    }
    return status;
}

static enum ihp_status check_unchanged(const struct ihp__import_file *file, struct ihp_error *err)
{
    struct ihp__import_file now = {.bytes = 0};
    if (look_at(file->path, &now, err) != IHP_OK) {
        return err->status;
    }
    if (now.bytes != file->bytes || now.changed_s != file->changed_s ||
        now.changed_ns != file->changed_ns) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: changed while it was imported; import again",
                         file->path);
    }
    return IHP_OK;
}

/* Returns where the bytes of a file of claims come from that a team of ranks shares. */
static struct ihp__csv_feed begin_shared(struct table_reader *reader, size_t i)
{
    struct ihp__hand_over *hand_over = reader->import->hand_over;
    ihp__hand_over_begin(hand_over, i, reader->row.again, &reader->row.number);
    return (struct ihp__csv_feed){ihp__hand_over_next, hand_over};
}

/* Reads this rank's part of file `i` of a table. */
static enum ihp_status read_part(struct table_reader *reader, size_t i,
                                 const struct ihp__csv_feed *feed, struct ihp_error *err)
{
    const bool again = reader->row.again;
    struct ihp__import *import = reader->import;
    struct ihp__import_source *source = &import->source[reader->row.file];
    struct ihp__import_file *file = &source->file[i];
    struct ihp__import_columns columns;
    ihp__import_columns_of(import, reader->row.file, &columns);
    const struct ihp__csv_format format = ihp__import_format(source, file);
    const struct ihp__source_input input = {.path = file->path,
                                            .format = &format,
                                            .part = &file->part,
                                            .feed = feed,
                                            .texts = columns.texts};
    struct ihp__csv_rows rows = {.row_fn = on_row, .context = reader};
    /* Where claims are divided, rank 0 has read all headers before. */
    bool silent = again || import->divided;
    /* Greater than the numbers of all rows before, as a row takes at least a byte. */
    reader->row.number =
        (uint64_t)i << IHP__IMPORT_FILE_BIT | file->part.chunk.first | file->part.first_row;
    if (again && check_unchanged(file, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__source_read(&input, columns.column, columns.count, &rows,
                         silent ? NULL : import->notices, err) != IHP_OK) {
        return err->status;
    }
    if (!again) {
        file->left_out = rows.left_out;
        file->marks = rows.marks;
        file->open_end = rows.open_end;
    }
    reader->before += file->to_read;
    return IHP_OK;
}

/* Says what was found at the ends of a table's files, on rank 0. */
static enum ihp_status note_ends(struct ihp__import *import, enum ihp__extract_file table,
                                 struct ihp_error *err)
{
    const struct ihp__import_source *source = &import->source[table];
    const struct ihp__record_key key = {.section = IHP__RECORD_LEFT_OUT,
                                        .table = ihp__extract_schemas[table].name,
                                        .text = "trailers"};
    for (size_t i = 0; i < source->files && import->rank == 0; i++) {
        const struct ihp__import_file *file = &source->file[i];
        if (file->open_end) {
            ihp__csv_note_open_end(file->path, import->notices);
        }
        if (file->left_out > 0) {
            ihp__notice_add(import->notices, "%s: %llu trailer %s left out",
                            ihp__path_base(file->path), (unsigned long long)file->left_out,
                            file->left_out == 1 ? "row is" : "rows are");
            if (ihp__record_add(&import->record, &key, file->left_out, 0, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__import_note_ends(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    uint64_t *found = calloc(2 * source->files + 1, sizeof *found);
    ihp__until_agreed(found != NULL ? IHP_OK : ihp__fail_memory(err, "the list of files"));
    if (ihp__import_agree(import, err) == IHP_OK) {
        for (size_t i = 0; i < source->files; i++) {
            found[2 * i] = source->file[i].open_end;
            found[2 * i + 1] = source->file[i].left_out;
        }
        ihp__sum_u64(import->comm, found, (int)(2 * source->files));
        for (size_t i = 0; i < source->files; i++) {
            source->file[i].open_end = found[2 * i] > 0;
            source->file[i].left_out = found[2 * i + 1];
        }
        ihp__until_agreed(note_ends(import, IHP__EXTRACT_CLAIMS, err));
    }
    free(found);
    return err->status;
}

/* Counts the rows that this rank has read of a file, for the record. */
static enum ihp_status count_rows(struct ihp__import *import, enum ihp__extract_file table,
                                  const struct ihp__import_file *file, uint64_t rows,
                                  struct ihp_error *err)
{
    const struct ihp__record_key key = {.section = IHP__RECORD_FILE,
                                        .table = ihp__extract_schemas[table].name,
                                        .text = ihp__path_base(file->path)};
    return ihp__record_add(&import->record, &key, rows, 0, err);
}

/* Returns true if this rank reads any part of a table. */
static bool has_part(const struct ihp__import_source *source)
{
    bool any = false;
    for (size_t i = 0; i < source->files && !any; i++) {
        any = !source->file[i].part.none;
    }
    return any;
}

/* Reads this rank's part of file `i` of a table and counts its rows. After an error, it only lets
 * those go on who share the file with this rank. */
static enum ihp_status read_file(struct table_reader *reader, size_t i, struct ihp_error *err)
{
    struct ihp__import *import = reader->import;
    const struct ihp__import_file *file = &import->source[reader->row.file].file[i];
    const bool shared = file->team > 0;
    const uint64_t before = reader->rows;
    struct ihp__csv_feed feed = {0};
    if (file->part.none) {
        return err->status;
    }
    if (shared) {
        feed = begin_shared(reader, i);
    }
    if (err->status == IHP_OK && read_part(reader, i, shared ? &feed : NULL, err) != IHP_OK) {
        import->failed_at = reader->row.number;
    }
    if (shared) {
        ihp__hand_over_end(import->hand_over);
    }
    return err->status != IHP_OK || reader->row.again
               ? err->status
               : count_rows(import, reader->row.file, file, reader->rows - before, err);
}

/* Reads this rank's parts of all files of a table. */
static enum ihp_status read_parts(struct table_reader *reader, struct ihp_error *err)
{
    struct ihp__import *import = reader->import;
    const enum ihp__extract_file table = reader->row.file;
    ihp__until_agreed(
        ihp__import_mapping_begin(import, table, reader->row.again, &reader->mapping, err));
    for (size_t i = 0; i < import->source[table].files; i++) {
        ihp__until_agreed(read_file(reader, i, err));
    }
    ihp__import_mapping_end(&reader->mapping);
    return err->status;
}

enum ihp_status ihp__import_read(struct ihp__import *import, enum ihp__extract_file file,
                                 bool again, ihp__import_row_fn row_fn, void *context,
                                 struct ihp_error *err)
{
    const char *stage = ihp__extract_schemas[file].stage;
    struct table_reader reader = {.import = import,
                                  .row = {.file = file, .again = again, .values = import->values},
                                  .bytes = ihp__import_bytes_to_read(import, file),
                                  .row_fn = row_fn,
                                  .context = context};
    /* All ranks of a team begin, or none. */
    if (file == IHP__EXTRACT_CLAIMS && import->hand_over != NULL &&
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    if (import->rank != 0 && !has_part(&import->source[file])) {
        return IHP_OK;
    }
    report(import, stage, 0, 0, reader.bytes);
    if (read_parts(&reader, err) != IHP_OK) {
        return err->status;
    }
    if (!again && file != IHP__EXTRACT_CLAIMS && note_ends(import, file, err) != IHP_OK) {
        return err->status;
    }
    report(import, stage, reader.rows, reader.bytes, reader.bytes);
    import->report.rows_read += again ? 0 : reader.rows;
    return IHP_OK;
}
