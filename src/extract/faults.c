/* Bad rows: counted by kind with the lowest line numbers, and written to the quarantine file. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp_ex_faults_begin(struct ex_import *x, struct ihp_error *err)
{
    const char *path = x->options->quarantine_path;
    if (path == NULL) {
        return IHP_OK;
    }
    if (ihp_outfile_open(path, 0600, &x->faults.quarantine, err) == IHP_OK) {
        fputs("file,line,reason,row\n", ihp_outfile_stream(x->faults.quarantine));
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
static struct ihp_import_fault *find_kind(struct ex_faults *faults, const struct ex_row *row,
                                          const char *reason)
{
    for (size_t k = 0; k < faults->kinds; k++) {
        if (faults->file[k] == row->file && strcmp(faults->kind[k].reason, reason) == 0) {
            return &faults->kind[k];
        }
    }
    size_t count = faults->kinds + 1;
    if (!ihp_array_reserve(&faults->kind, &faults->capacity, count, sizeof *faults->kind) ||
        !ihp_array_reserve(&faults->file, &faults->file_capacity, count, sizeof *faults->file)) {
        return NULL;
    }
    faults->kinds = count;
    faults->file[count - 1] = row->file;
    struct ihp_import_fault *kind = &faults->kind[count - 1];
    snprintf(kind->file, sizeof kind->file, "%s", ihp_path_base(row->csv->file));
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

/* Appends `text` as one CSV field at `at`; returns the new end. There is room for twice its length
 * and four bytes more. */
static size_t append_field(char *out, size_t at, const char *text, size_t length)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted) {
        out[at++] = '"';
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            out[at++] = '"';
        }
        out[at++] = text[i];
    }
    if (quoted) {
        out[at++] = '"';
    }
    return at;
}

static enum ihp_status quarantine(struct ex_faults *faults, const struct ex_row *row,
                                  const char *file, const char *reason, struct ihp_error *err)
{
    size_t columns = ihp_ex_files[row->file].columns, need = 1, end = 0;
    for (size_t c = 0; c < columns; c++) {
        need += 2 * row->csv->length[c] + 4;
    }
    if (!ihp_array_reserve(&faults->text, &faults->text_capacity, need, 1)) {
        return ihp_fail_memory(err, "a quarantined row");
    }
    for (size_t c = 0; c < columns; c++) {
        if (c > 0) {
            faults->text[end++] = ',';
        }
        end = append_field(faults->text, end, row->csv->field[c], row->csv->length[c]);
    }
    faults->text[end] = '\0';
    FILE *stream = ihp_outfile_stream(faults->quarantine);
    fprintf(stream, "%s,%llu,", file, (unsigned long long)row->csv->line);
    ihp_csv_put(stream, reason);
    fputc(',', stream);
    ihp_csv_put(stream, faults->text); /* has a comma, so it is quoted */
    fputc('\n', stream);
    return IHP_OK;
}

enum ihp_status ihp_ex_faults_add(struct ex_import *x, const struct ex_row *row,
                                  const struct ex_bad *bad, struct ihp_error *err)
{
    char reason[sizeof x->faults.kind->reason];
    format_reason(bad, reason, sizeof reason);
    struct ihp_import_fault *kind = find_kind(&x->faults, row, reason);
    if (kind == NULL) {
        return ihp_fail_memory(err, "the list of faults");
    }
    kind->rows++;
    x->faults.rows++;
    note_line(kind, row->csv->line);
    if (x->faults.quarantine == NULL) {
        return IHP_OK;
    }
    return quarantine(&x->faults, row, kind->file, reason, err);
}

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

void ihp_ex_faults_publish(struct ex_import *x)
{
    sort_kinds(&x->faults);
    x->report.bad_rows = x->faults.rows;
    x->report.fault = x->faults.kind;
    x->report.faults = x->faults.kinds;
    x->faults.kind = NULL;
    x->faults.kinds = x->faults.capacity = 0;
}

void ihp_ex_faults_free(struct ex_faults *faults)
{
    ihp_outfile_abandon(&faults->quarantine);
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
