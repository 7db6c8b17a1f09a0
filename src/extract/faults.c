/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad rows: counted by kind with the lowest line numbers, and written to the quarantine file. */
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__ex_faults_begin(struct ex_import *x, struct ihp_error *err)
{
    const char *path = x->options->quarantine_path;
    if (path == NULL || x->rank != 0) {
        return IHP_OK;
    }
    if (ihp__outfile_open(path, 0600, &x->faults.quarantine, err) == IHP_OK) {
        fputs("file,line,reason,row\n", ihp__outfile_stream(x->faults.quarantine));
    }
    return err->status;
}

static void format_reason(const struct ex_bad *bad, char *reason, size_t size)
{
    if (bad->column == NULL) {
        snprintf(reason, size, "%s", bad->saw);
    } else {
        snprintf(reason, size, "%s is %s; expected %s", bad->column, bad->saw, bad->expected);
    }
}

/* The kind of a reason in a file, made when new; NULL when memory is short. */
static struct ihp_import_fault *find_kind(struct ex_faults *faults, enum ex_file file,
                                          const char *path, const char *reason)
{
    for (size_t k = 0; k < faults->kinds; k++) {
        if (faults->file[k] == file && strcmp(faults->kind[k].reason, reason) == 0) {
            return &faults->kind[k];
        }
    }
    size_t count = faults->kinds + 1;
    if (!ihp__array_reserve(&faults->kind, &faults->capacity, count, sizeof *faults->kind) ||
        !ihp__array_reserve(&faults->file, &faults->file_capacity, count, sizeof *faults->file)) {
        return NULL;
    }
    faults->kinds = count;
    faults->file[count - 1] = file;
    struct ihp_import_fault *kind = &faults->kind[count - 1];
    *kind = (struct ihp_import_fault){0}; /* one that was sent to rank 0 may have stood there */
    snprintf(kind->file, sizeof kind->file, "%s", ihp__path_base(path));
    snprintf(kind->reason, sizeof kind->reason, "%s", reason);
    return kind;
}

/* Keeps the lowest lines: repeated lines are found late, after higher ones may have been noted. */
static void note_line(struct ihp_import_fault *kind, uint64_t line)
{
    size_t at = kind->first_lines;
    while (at > 0 && kind->first_line[at - 1] > line) {
        at--;
    }
    if (at == IHP_IMPORT_FIRST_LINES) {
        return;
    }
    if (kind->first_lines < IHP_IMPORT_FIRST_LINES) {
        kind->first_lines++;
    }
    for (size_t i = kind->first_lines - 1; i > at; i--) {
        kind->first_line[i] = kind->first_line[i - 1];
    }
    kind->first_line[at] = line;
}

static bool append(struct ex_faults *faults, const char *text, size_t length)
{
    if (!ihp__array_reserve(&faults->text, &faults->text_capacity, faults->text_size + length + 1,
                            1)) {
        return false;
    }
    memcpy(faults->text + faults->text_size, text, length);
    faults->text_size += length;
    faults->text[faults->text_size] = '\0';
    return true;
}

/* Appends `length` bytes as one CSV field, quoted where RFC 4180 needs it. */
static bool append_field(struct ex_faults *faults, const char *text, size_t length)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        return append(faults, text, length);
    }
    bool good = append(faults, "\"", 1);
    for (const char *end = text + length; good && text < end;) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        size_t piece = (size_t)((quote == NULL ? end : quote + 1) - text);
        good = append(faults, text, piece) && (quote == NULL || append(faults, "\"", 1));
        text += piece;
    }
    return good && append(faults, "\"", 1);
}

/* The documented columns of a row as CSV text. */
static bool format_row(struct ex_faults *faults, const struct ex_row *row)
{
    bool good = true;
    faults->text_size = 0;
    for (size_t c = 0; c < ihp__ex_files[row->file].columns && good; c++) {
        good = (c == 0 || append(faults, ",", 1)) &&
               append_field(faults, row->csv->field[c], row->csv->length[c]);
    }
    return good;
}

/* Puts file, line and reason before the row in `faults->text`, which becomes a field. */
static bool format_line(struct ex_faults *faults, const struct ex_row *row, const char *file,
                        const char *reason)
{
    char head[80];
    char *inner = strdup(faults->text);
    size_t length = faults->text_size;
    int size = snprintf(head, sizeof head, "%s,%llu,", file, (unsigned long long)row->csv->line);
    faults->text_size = 0;
    bool good = inner != NULL && append(faults, head, (size_t)size) &&
                append_field(faults, reason, strlen(reason)) && append(faults, ",", 1) &&
                append_field(faults, inner, length) && append(faults, "\n", 1);
    free(inner);
    return good;
}

static enum ihp_status quarantine(struct ex_import *x, const struct ex_row *row, const char *file,
                                  const char *reason, struct ihp_error *err)
{
    struct ex_faults *faults = &x->faults;
    if (!format_row(faults, row) || !format_line(faults, row, file, reason)) {
        return ihp__fail_memory(err, "a quarantined row");
    }
    if (x->rank != 0) {
        return ihp__ex_temp_append(faults->set_aside[x->rank], faults->text, faults->text_size,
                                   err);
    }
    fwrite(faults->text, 1, faults->text_size, ihp__outfile_stream(faults->quarantine));
    return IHP_OK;
}

enum ihp_status ihp__ex_faults_add(struct ex_import *x, const struct ex_row *row,
                                   const struct ex_bad *bad, struct ihp_error *err)
{
    char reason[sizeof x->faults.kind->reason];
    format_reason(bad, reason, sizeof reason);
    struct ihp_import_fault *kind = find_kind(&x->faults, row->file, row->csv->file, reason);
    if (kind == NULL) {
        return ihp__fail_memory(err, "the list of faults");
    }
    kind->rows++;
    x->faults.rows++;
    note_line(kind, row->csv->line);
    return x->options->quarantine_path == NULL ? IHP_OK
                                               : quarantine(x, row, kind->file, reason, err);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

enum ihp_status ihp__ex_faults_share(struct ex_import *x, struct ihp_error *err)
{
    if (x->ranks == 1) {
        return IHP_OK;
    }
    x->faults.copied = calloc((size_t)x->ranks, sizeof *x->faults.copied);
    if (x->faults.copied == NULL) {
        ihp__fail_memory(err, "the list of faults");
    }
    if (ihp__ex_faults_collect(x, err) == IHP_OK && x->options->quarantine_path != NULL) {
        ihp__ex_files_open(x, "rows", &x->faults.set_aside, err);
    }
    return err->status;
}

/* A kind as another rank sends it. */
struct sent_kind {
    enum ex_file file;
    struct ihp_import_fault kind;
};

static enum ihp_status take_kinds(void *context, int source, const char *bytes, size_t size,
                                  struct ihp_error *err)
{
    struct ex_import *x = context;
    (void)source;
    for (size_t at = 0; at < size; at += sizeof(struct sent_kind)) {
        struct sent_kind sent;
        memcpy(&sent, bytes + at, sizeof sent);
        struct ihp_import_fault *kind =
            find_kind(&x->faults, sent.file, x->source[sent.file].path, sent.kind.reason);
        if (kind == NULL) {
            return ihp__fail_memory(err, "the list of faults");
        }
        kind->rows += sent.kind.rows;
        x->faults.rows += sent.kind.rows;
        for (size_t i = 0; i < sent.kind.first_lines; i++) {
            note_line(kind, sent.kind.first_line[i]);
        }
    }
    return IHP_OK;
}

/* Moves the kinds of the other ranks to rank 0. */
static enum ihp_status collect_kinds(struct ex_import *x, struct ihp_error *err)
{
    struct ex_faults *faults = &x->faults;
    size_t kinds = x->rank == 0 ? 0 : faults->kinds;
    struct sent_kind *sent = calloc(kinds + 1, sizeof *sent);
    if (sent == NULL) {
        return ihp__fail_memory(err, "the list of faults");
    }
    for (size_t k = 0; k < kinds; k++) {
        sent[k].file = faults->file[k];
        sent[k].kind = faults->kind[k];
    }
    ihp__ex_gather(x, sent, kinds * sizeof *sent, take_kinds, x, err);
    free(sent);
    if (x->rank != 0) {
        faults->kinds = 0;
        faults->rows = 0;
    }
    return err->status;
}

static enum ihp_status copy_rows(struct ex_import *x, const struct ex_temp_file *file,
                                 uint64_t from, uint64_t to, struct ihp_error *err)
{
    enum { PIECE = 1 << 16 };
    struct ex_faults *faults = &x->faults;
    if (!ihp__array_reserve(&faults->text, &faults->text_capacity, PIECE, 1)) {
        return ihp__fail_memory(err, "a quarantined row");
    }
    for (; from < to; from += PIECE) {
        size_t size = to - from < PIECE ? (size_t)(to - from) : PIECE;
        if (ihp__ex_temp_read(file, from, faults->text, size, err) != IHP_OK) {
            return err->status;
        }
        fwrite(faults->text, 1, size, ihp__outfile_stream(faults->quarantine));
    }
    return IHP_OK;
}

/* Rank 0 copies what the others have set aside since the last time, in order of ranks. */
static enum ihp_status collect_rows(struct ex_import *x, struct ihp_error *err)
{
    struct ex_faults *faults = &x->faults;
    struct ex_temp_file *mine = faults->set_aside[x->rank];
    uint64_t *sizes = calloc((size_t)x->ranks, sizeof *sizes);
    if (sizes == NULL) {
        ihp__fail_memory(err, "the list of faults");
    } else if (x->rank != 0) {
        ihp__ex_files_publish(x, mine, err);
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        ihp__ex_each(x, ihp__ex_temp_size(mine), sizes);
        for (int r = 1; x->rank == 0 && r < x->ranks && err->status == IHP_OK; r++) {
            copy_rows(x, faults->set_aside[r], faults->copied[r], sizes[r], err);
            faults->copied[r] = sizes[r];
        }
    }
    free(sizes);
    return err->status;
}

enum ihp_status ihp__ex_faults_collect(struct ex_import *x, struct ihp_error *err)
{
    if (ihp__ex_agree(x, err) != IHP_OK || x->ranks == 1 || collect_kinds(x, err) != IHP_OK ||
        (x->faults.set_aside != NULL && collect_rows(x, err) != IHP_OK)) {
        return err->status;
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        uint64_t rows = x->faults.rows;
        ihp__share_u64(x->comm, &rows, 1);
        x->faults.rows_elsewhere = x->rank == 0 ? 0 : rows;
    }
    return err->status;
}

/* ---- the report ------------------------------------------------------------------------------ */

/* Insertion sort: kinds are few, and the file numbers must move along. */
static void sort_kinds(struct ex_faults *faults)
{
    for (size_t i = 1; i < faults->kinds; i++) {
        struct ihp_import_fault kind = faults->kind[i];
        enum ex_file file = faults->file[i];
        size_t at = i;
        while (at > 0 && (faults->file[at - 1] > file ||
                          (faults->file[at - 1] == file &&
                           faults->kind[at - 1].first_line[0] > kind.first_line[0]))) {
            faults->kind[at] = faults->kind[at - 1];
            faults->file[at] = faults->file[at - 1];
            at--;
        }
        faults->kind[at] = kind;
        faults->file[at] = file;
    }
}

void ihp__ex_faults_publish(struct ex_import *x)
{
    sort_kinds(&x->faults);
    x->report.bad_rows = x->faults.rows;
    x->report.fault = x->faults.kind;
    x->report.faults = x->faults.kinds;
    x->faults.kind = NULL;
    x->faults.kinds = x->faults.capacity = 0;
}

void ihp__ex_faults_free(struct ex_import *x)
{
    struct ex_faults *faults = &x->faults;
    ihp__ex_files_close(x, &faults->set_aside);
    free(faults->copied);
    ihp__outfile_abandon(&faults->quarantine);
    free(faults->kind);
    free(faults->file);
    free(faults->text);
    *faults = (struct ex_faults){0};
}

const char *ihp_import_fault_format(const struct ihp_import_fault *fault,
                                    char buffer[IHP_IMPORT_FAULT_TEXT])
{
    int end = snprintf(buffer, IHP_IMPORT_FAULT_TEXT, "%s: %llu %s: %s; first on %s", fault->file,
                       (unsigned long long)fault->rows, fault->rows == 1 ? "row" : "rows",
                       fault->reason, fault->first_lines == 1 ? "line" : "lines");
    for (size_t i = 0; i < fault->first_lines && end > 0 && end < IHP_IMPORT_FAULT_TEXT; i++) {
        end += snprintf(buffer + end, (size_t)(IHP_IMPORT_FAULT_TEXT - end), "%s %llu",
                        i == 0 ? "" : ",", (unsigned long long)fault->first_line[i]);
    }
    return buffer;
}

void ihp_import_report_clear(struct ihp_import_report *report)
{
    free(report->fault);
    *report = (struct ihp_import_report){0};
}
