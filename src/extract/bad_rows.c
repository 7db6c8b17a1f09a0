/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad rows: counted by kind with their lowest line numbers. */
#include "extract/ranks.h"

#include "base/agree.h"
#include "extract/convert.h"

#include <stdlib.h>
#include <string.h>

/* ---- kinds ----------------------------------------------------------------------------------- */

static void format_reason(const struct ihp__import_reason *reason, char *text, size_t size)
{
    const struct ihp__extract_column *column = reason->column;
    if (column == NULL) {
        snprintf(text, size, "%s", reason->problem);
    } else if (reason->problem == NULL) {
        snprintf(text, size, "%s is not a valid %s; use %s", column->name, column->kind,
                 ihp__extract_allowed(column));
    } else {
        snprintf(text, size, "%s %s; use %s", column->name, reason->problem,
                 ihp__extract_allowed(column));
    }
}

/* Says what to do with a row that may be a trailer, as it begins with a word of those. */
static void add_trailer_hint(const struct ihp__import_row *row, char *text, size_t size)
{
    const char *first = row->csv->first;
    int word = first != NULL ? ihp__csv_trailer_word(first) : 0;
    if (word > 0) {
        size_t used = strlen(text);
        snprintf(text + used, size - used,
                 " (it looks like a trailer; to leave it out, give the table in a layout the line: "
                 "leave_out: [{begins: \"%.*s\"}])",
                 word, first);
    }
}

static bool is_of_file(const struct ihp_import_bad_kind *kind, const char *name)
{
    return strncmp(kind->file, name, sizeof kind->file - 1) == 0;
}

/* Returns the kind of a reason in a file of a table, and makes it if it is new; NULL if memory is
 * short. */
static struct ihp_import_bad_kind *find_kind(struct ihp__import_bad_rows *bad_rows,
                                             enum ihp__extract_file file, const char *name,
                                             const char *reason)
{
    for (size_t k = 0; k < bad_rows->kinds; k++) {
        if (bad_rows->file[k] == file && strcmp(bad_rows->kind[k].reason, reason) == 0 &&
            is_of_file(&bad_rows->kind[k], name)) {
            return &bad_rows->kind[k];
        }
    }
    size_t count = bad_rows->kinds + 1;
    if (!ihp__array_reserve(&bad_rows->kind, &bad_rows->capacity, count, sizeof *bad_rows->kind) ||
        !ihp__array_reserve(&bad_rows->file, &bad_rows->file_capacity, count,
                            sizeof *bad_rows->file)) {
        return NULL;
    }
    bad_rows->kinds = count;
    bad_rows->file[count - 1] = file;
    struct ihp_import_bad_kind *kind = &bad_rows->kind[count - 1];
    *kind = (struct ihp_import_bad_kind){0}; /* removes a kind that was sent to rank 0 */
    snprintf(kind->file, sizeof kind->file, "%s", name);
    snprintf(kind->reason, sizeof kind->reason, "%s", reason);
    return kind;
}

/* Keeps the lowest lines. Duplicate rows are found late, when higher lines may have been noted. */
static void note_line(struct ihp_import_bad_kind *kind, uint64_t line)
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

/* Adds the paid amount of a claim line, or counts it if no amount can be read. */
static void add_amount(struct ihp_import_bad_kind *kind, const struct ihp__import_row *row)
{
    int64_t cents = 0;
    if (row->file != IHP__EXTRACT_CLAIMS) {
        return;
    }
    const char *text = row->csv->field[IHP__EXTRACT_CLAIM_AMOUNT], *problem = NULL;
    const size_t length = row->csv->length[IHP__EXTRACT_CLAIM_AMOUNT];
    if (ihp__money_parse(text, &cents) || ihp__convert_money(text, length, &cents, &problem)) {
        kind->cents += cents;
    } else {
        kind->unreadable++;
    }
}

enum ihp_status ihp__import_bad_rows_add(struct ihp__import *import,
                                         const struct ihp__import_row *row,
                                         const struct ihp__import_reason *reason,
                                         struct ihp_error *err)
{
    char text[sizeof import->bad_rows.kind->reason];
    format_reason(reason, text, sizeof text);
    add_trailer_hint(row, text, sizeof text);
    struct ihp_import_bad_kind *kind =
        find_kind(&import->bad_rows, row->file, ihp__path_base(row->csv->file), text);
    if (kind == NULL) {
        return ihp__fail_memory(err, "the list of bad rows");
    }
    kind->rows++;
    add_amount(kind, row);
    kind->repeats = reason->repeats;
    import->bad_rows.rows++;
    note_line(kind, row->csv->line);
    if (row->file == IHP__EXTRACT_MEMBERS &&
        ihp__import_bad_member_add(import, row, err) != IHP_OK) {
        return err->status;
    }
    return import->options->quarantine_path == NULL
               ? IHP_OK
               : ihp__import_quarantine_add(import, row, kind->file, text, err);
}

void ihp__import_bad_rows_move(struct ihp__import *import, const struct ihp__import_file *file,
                               uint64_t lines)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    const char *name = ihp__path_base(file->path);
    for (size_t k = 0; k < bad_rows->kinds; k++) {
        struct ihp_import_bad_kind *kind = &bad_rows->kind[k];
        if (bad_rows->file[k] == IHP__EXTRACT_CLAIMS && is_of_file(kind, name)) {
            for (size_t i = 0; i < kind->first_lines; i++) {
                kind->first_line[i] += lines;
            }
        }
    }
}

/* ---- ranks ----------------------------------------------------------------------------------- */

enum ihp_status ihp__import_bad_rows_share(struct ihp__import *import, struct ihp_error *err)
{
    if (import->ranks == 1) {
        return IHP_OK;
    }
    import->bad_rows.copied = calloc((size_t)import->ranks, sizeof *import->bad_rows.copied);
    if (import->bad_rows.copied == NULL) {
        return ihp__fail_memory(err, "the list of bad rows");
    }
    return ihp__import_bad_rows_collect(import, err) != IHP_OK
               ? err->status
               : ihp__import_quarantine_share(import, err);
}

/* A kind as another rank sends it. */
struct sent_kind {
    enum ihp__extract_file file;
    struct ihp_import_bad_kind kind;
};

static enum ihp_status take_kinds(void *context, int source, const char *bytes, size_t size,
                                  struct ihp_error *err)
{
    struct ihp__import *import = context;
    (void)source;
    for (size_t at = 0; at < size; at += sizeof(struct sent_kind)) {
        struct sent_kind sent;
        memcpy(&sent, bytes + at, sizeof sent);
        struct ihp_import_bad_kind *kind =
            find_kind(&import->bad_rows, sent.file, sent.kind.file, sent.kind.reason);
        if (kind == NULL) {
            return ihp__fail_memory(err, "the list of bad rows");
        }
        kind->rows += sent.kind.rows;
        kind->cents += sent.kind.cents;
        kind->unreadable += sent.kind.unreadable;
        kind->repeats = sent.kind.repeats;
        import->bad_rows.rows += sent.kind.rows;
        for (size_t i = 0; i < sent.kind.first_lines; i++) {
            note_line(kind, sent.kind.first_line[i]);
        }
    }
    return IHP_OK;
}

/* Collective: moves the kinds of the other ranks to rank 0. */
static enum ihp_status collect_kinds(struct ihp__import *import, struct ihp_error *err)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    size_t kinds = import->rank == 0 ? 0 : bad_rows->kinds;
    struct sent_kind *sent = calloc(kinds + 1, sizeof *sent);
    if (sent == NULL) {
        return ihp__fail_memory(err, "the list of bad rows");
    }
    for (size_t k = 0; k < kinds; k++) {
        sent[k].file = bad_rows->file[k];
        sent[k].kind = bad_rows->kind[k];
    }
    enum ihp_status status =
        ihp__import_gather(import, sent, kinds * sizeof *sent, take_kinds, import, err);
    free(sent);
    if (import->rank != 0) {
        bad_rows->kinds = 0;
        bad_rows->rows = 0;
    }
    return status;
}

enum ihp_status ihp__import_bad_rows_collect(struct ihp__import *import, struct ihp_error *err)
{
    if (ihp__import_agree(import, err) != IHP_OK || import->ranks == 1 ||
        collect_kinds(import, err) != IHP_OK ||
        (import->bad_rows.set_aside != NULL &&
         ihp__import_quarantine_collect(import, err) != IHP_OK) ||
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    free(import->bad_rows.lines_before);
    import->bad_rows.lines_before = NULL;
    uint64_t rows = import->bad_rows.rows;
    ihp__share_u64(import->comm, &rows, 1);
    import->bad_rows.rows_elsewhere = import->rank == 0 ? 0 : rows;
    return IHP_OK;
}

/* ---- the report ------------------------------------------------------------------------------ */

/* Returns true if kind `a` comes before kind `b`: by table, file and first line. In a file without
 * LF every row is on line 1, and the reason decides, as the ranks find kinds in any order. */
static bool comes_before(enum ihp__extract_file table_a, const struct ihp_import_bad_kind *a,
                         enum ihp__extract_file table_b, const struct ihp_import_bad_kind *b)
{
    int names = table_a == table_b ? strcmp(a->file, b->file) : 0;
    if (table_a != table_b || names != 0) {
        return table_a != table_b ? table_a < table_b : names < 0;
    }
    return a->first_line[0] != b->first_line[0] ? a->first_line[0] < b->first_line[0]
                                                : strcmp(a->reason, b->reason) < 0;
}

void ihp__import_bad_rows_sort(struct ihp__import *import)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    /* An insertion sort: there are few kinds, and their tables move with them. */
    for (size_t i = 1; i < bad_rows->kinds; i++) {
        struct ihp_import_bad_kind kind = bad_rows->kind[i];
        enum ihp__extract_file file = bad_rows->file[i];
        size_t at = i;
        while (at > 0 &&
               comes_before(file, &kind, bad_rows->file[at - 1], &bad_rows->kind[at - 1])) {
            bad_rows->kind[at] = bad_rows->kind[at - 1];
            bad_rows->file[at] = bad_rows->file[at - 1];
            at--;
        }
        bad_rows->kind[at] = kind;
        bad_rows->file[at] = file;
    }
}

void ihp__import_bad_rows_publish(struct ihp__import *import)
{
    ihp__import_bad_rows_sort(import);
    import->report.bad_rows = import->bad_rows.rows;
    import->report.bad_kind = import->bad_rows.kind;
    import->report.bad_kinds = import->bad_rows.kinds;
    import->bad_rows.kind = NULL;
    import->bad_rows.kinds = import->bad_rows.capacity = 0;
}

void ihp__import_bad_rows_free(struct ihp__import *import)
{
    struct ihp__import_bad_rows *bad_rows = &import->bad_rows;
    ihp__import_quarantine_free(import);
    free(bad_rows->copied);
    free(bad_rows->lines_before);
    free(bad_rows->kind);
    free(bad_rows->file);
    *bad_rows = (struct ihp__import_bad_rows){0};
}

const char *ihp_import_bad_kind_format(const struct ihp_import_bad_kind *kind,
                                       char buffer[IHP_IMPORT_BAD_KIND_TEXT])
{
    int end = snprintf(buffer, IHP_IMPORT_BAD_KIND_TEXT, "%s: %llu %s: %s; first on %s", kind->file,
                       (unsigned long long)kind->rows, kind->rows == 1 ? "row" : "rows",
                       kind->reason, kind->first_lines == 1 ? "line" : "lines");
    for (size_t i = 0; i < kind->first_lines && end > 0 && end < IHP_IMPORT_BAD_KIND_TEXT; i++) {
        end += snprintf(buffer + end, (size_t)(IHP_IMPORT_BAD_KIND_TEXT - end), "%s %llu",
                        i == 0 ? "" : ",", (unsigned long long)kind->first_line[i]);
    }
    return buffer;
}

void ihp_import_report_clear(struct ihp_import_report *report)
{
    free(report->bad_kind);
    free(report->record);
    *report = (struct ihp_import_report){0};
}
