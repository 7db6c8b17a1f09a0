/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of an extract: what they are called, where they are, reading them row by row. */
#include "import.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { ROWS_BETWEEN_PROGRESS = 1 << 16 };

static const struct ihp__csv_column member_columns[] = {
    {"member_id", true}, {"birth_date", true},      {"sex", true},
    {"county", true},    {"race_ethnicity", false},
};
static const struct ihp__csv_column span_columns[] = {
    {"member_id", true}, {"month_from", true}, {"month_to", true}, {"program", true},
    {"payer", true},     {"exclusion", true},  {"county", false},
};
static const struct ihp__csv_column morbidity_columns[] = {
    {"member_id", true}, {"year", true}, {"acg", true}};
static const struct ihp__csv_column provider_columns[] = {{"npi", true}, {"taxonomy", true}};
static const struct ihp__csv_column risk_columns[] = {
    {"member_id", true}, {"month_from", true}, {"month_to", true}, {"factor", true}};
static const struct ihp__csv_column coordination_columns[] = {
    {"member_id", true}, {"month", true}, {"kind", true}};
static const struct ihp__csv_column claim_columns[] = {
    {"claim_id", true},    {"line", true},        {"member_id", true},    {"service_date", true},
    {"paid_date", true},   {"status", true},      {"procedure", true},    {"service_class", true},
    {"category", true},    {"billing_npi", true}, {"treating_npi", true}, {"payer", true},
    {"paid_amount", true},
};

#define FILE_SPEC(name, required, columns)                                                         \
    {                                                                                              \
        name, "reading " name ".csv", required, columns, sizeof columns / sizeof columns[0]        \
    }
const struct ihp__extract_schema ihp__extract_schemas[IHP__EXTRACT_FILES] = {
    [IHP__EXTRACT_MEMBERS] = FILE_SPEC("members", true, member_columns),
    [IHP__EXTRACT_ENROLLMENT] = FILE_SPEC("enrollment", true, span_columns),
    [IHP__EXTRACT_MORBIDITY] = FILE_SPEC("morbidity", true, morbidity_columns),
    [IHP__EXTRACT_PROVIDERS] = FILE_SPEC("providers", true, provider_columns),
    [IHP__EXTRACT_SOCIAL_RISK] = FILE_SPEC("social_risk", false, risk_columns),
    [IHP__EXTRACT_COORDINATION] = FILE_SPEC("care_coordination", false, coordination_columns),
    [IHP__EXTRACT_COORDINATION_PAID] =
        FILE_SPEC("care_coordination_paid", false, coordination_columns),
    [IHP__EXTRACT_CLAIMS] = FILE_SPEC("claims", true, claim_columns),
};

static enum ihp_status look_at(const char *path, struct ihp__import_source *source,
                               struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: cannot be read (%s)", path, strerror(errno));
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
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is no folder; give the one that has members.csv",
                         folder);
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct ihp__import_source *source = &import->source[f];
        if (ihp__csv_find(folder, ihp__extract_schemas[f].name, ihp__extract_schemas[f].required,
                          source->path, sizeof source->path, &source->found, err) != IHP_OK ||
            (source->found && look_at(source->path, source, err) != IHP_OK)) {
            return err->status;
        }
    }
    return IHP_OK;
}

static void tell(const struct ihp__import *import, const char *stage, uint64_t rows, uint64_t done,
                 uint64_t total)
{
    if (import->options->progress != NULL && import->rank == 0) {
        const struct ihp_import_progress progress = {stage, rows, done, total};
        import->options->progress(import->options->progress_context, &progress);
    }
}

void ihp__import_progress(const struct ihp__import *import, const char *stage, uint64_t rows)
{
    tell(import, stage, rows, 0, 0);
}

struct reading {
    const struct ihp__import *import;
    struct ihp__import_row row;
    uint64_t rows, bytes; /* so far; in all of what is read */
    ihp__import_row_fn row_fn;
    void *context;
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *csv, struct ihp_error *err)
{
    struct reading *r = context;
    r->row.csv = csv;
    enum ihp_status status = r->row_fn(r->context, &r->row, err);
    r->row.number++;
    if (++r->rows % ROWS_BETWEEN_PROGRESS == 0) {
        tell(r->import, ihp__extract_schemas[r->row.file].stage, r->rows, csv->bytes_read,
             r->bytes);
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

uint64_t ihp__import_bytes_to_read(const struct ihp__import *import, enum ihp__extract_file file)
{
    return file == IHP__EXTRACT_CLAIMS && import->in_chunks
               ? import->claims.end - import->claims.first
               : import->source[file].bytes;
}

enum ihp_status ihp__import_read(struct ihp__import *import, enum ihp__extract_file file,
                                 bool again, ihp__import_row_fn row_fn, void *context,
                                 struct ihp_error *err)
{
    const struct ihp__extract_schema *spec = &ihp__extract_schemas[file];
    const struct ihp__import_source *source = &import->source[file];
    bool part = file == IHP__EXTRACT_CLAIMS && import->in_chunks;
    if (import->rank != 0 && !part) {
        return IHP_OK;
    }
    if (again && check_unchanged(source, err) != IHP_OK) {
        return err->status;
    }
    struct reading reading = {import, {NULL, file, 0}, 0, ihp__import_bytes_to_read(import, file),
                              row_fn, context};
    enum ihp_status status;
    tell(import, spec->stage, 0, 0, reading.bytes);
    if (part) {
        reading.row.number =
            import->claims.first; /* above those before it: a row takes a byte or more */
        status = ihp__csv_read_chunk(source->path, spec->column, spec->columns, &import->claims,
                                     on_row, &reading, err);
        if (status == IHP_OK && !again && import->rank == 0) {
            ihp__csv_note_end(source->path, import->notices);
        }
    } else {
        status = ihp__csv_read(source->path, spec->column, spec->columns, on_row, &reading,
                               again ? NULL : import->notices, err);
    }
    if (status == IHP_OK) {
        tell(import, spec->stage, reading.rows, reading.bytes, reading.bytes);
        import->report.rows_read += again ? 0 : reading.rows;
    }
    return status;
}
