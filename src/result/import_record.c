/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of an import as tables, and its summary. */
#include "result/import_record.h"

#include "base/codes.h"
#include "result/json.h"
#include "result/print_sentence.h"
#include "result/print_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STATUSES = 3, YEAR_TEXT = 5 };

/* ---- values ---------------------------------------------------------------------------------- */

static int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Adds numbers that may be anything; a sum beyond 64 bits wraps around. */
static void add_to(int64_t *sum, int64_t number)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)number);
}

static int64_t sum_of(const json_t *list, const char *key)
{
    int64_t sum = 0;
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        add_to(&sum, number_of(item, key));
    }
    return sum;
}

/* ---- control totals -------------------------------------------------------------------------- */

/* Lines and dollars of a year, payer and service class. */
struct sums {
    char year[YEAR_TEXT];
    const char *payer, *service_class; /* borrowed */
    int64_t lines[STATUSES], cents[STATUSES];
};

struct totals {
    struct sums *row; /* owned */
    size_t rows;
};

static const char *text_at(const json_t *row, size_t i, const char *otherwise)
{
    const char *text = json_string_value(json_array_get(row, i));
    return text == NULL ? otherwise : text;
}

/* Reads a row of totals.claims. Returns false if it is not one. */
static bool read_row(const json_t *row, bool by_payer, struct sums *sums)
{
    const char *month = text_at(row, 0, "");
    const int status = ihp__code_find(&ihp__claim_statuses, text_at(row, 3, "?"));
    if (strlen(month) < YEAR_TEXT - 1 || status < 0 || status >= STATUSES) {
        return false;
    }
    *sums = (struct sums){.payer = by_payer ? text_at(row, 1, "all") : "",
                          .service_class = by_payer ? text_at(row, 2, "?") : ""};
    memcpy(sums->year, month, YEAR_TEXT - 1);
    sums->lines[status] = json_integer_value(json_array_get(row, 4));
    sums->cents[status] = json_integer_value(json_array_get(row, 5));
    return true;
}

static int by_kind(const void *a, const void *b)
{
    const struct sums *p = a, *q = b;
    int order = strcmp(p->year, q->year);
    order = order != 0 ? order : strcmp(p->payer, q->payer);
    return order != 0 ? order : strcmp(p->service_class, q->service_class);
}

/* Adds up the control totals by year, or by year, payer and service class. Returns false if memory
 * is short; the caller frees `totals->row`. */
static bool add_up(const json_t *record, bool by_payer, struct totals *totals)
{
    const json_t *rows = json_object_get(json_object_get(record, "totals"), "claims");
    size_t count = 0, last = 0;
    *totals = (struct totals){.row = calloc(json_array_size(rows) + 1, sizeof *totals->row)};
    if (totals->row == NULL) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        count += read_row(json_array_get(rows, i), by_payer, &totals->row[count]);
    }
    if (count > 0) {
        qsort(totals->row, count, sizeof *totals->row, by_kind);
    }
    for (size_t i = 1; i < count; i++) {
        if (by_kind(&totals->row[last], &totals->row[i]) != 0) {
            totals->row[++last] = totals->row[i];
            continue;
        }
        for (int s = 0; s < STATUSES; s++) {
            add_to(&totals->row[last].lines[s], totals->row[i].lines[s]);
            add_to(&totals->row[last].cents[s], totals->row[i].cents[s]);
        }
    }
    totals->rows = count > 0 ? last + 1 : 0;
    return true;
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Adds a text in which control characters, which a damaged record may have, become '?'. */
static void put_text(struct ihp__print *print, const char *text)
{
    char plain[400];
    snprintf(plain, sizeof plain, "%s", text);
    for (char *c = plain; *c != '\0'; c++) {
        for (size_t left = ihp__control_bytes(c); left > 0; left--) {
            c[left - 1] = '?';
        }
    }
    ihp__print_text(print, plain);
}

static void put_key(struct ihp__print *print, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    put_text(print, text == NULL ? "" : text);
}

static enum ihp_status print_files(FILE *stream, const json_t *record, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"Table", IHP__PRINT_TEXT, false},
                                                       {"File", IHP__PRINT_ID, false},
                                                       {"Rows", IHP__PRINT_NUMBER, false}};
    const json_t *files = json_object_get(record, "files"), *file;
    size_t i;
    if (json_array_size(files) == 0) {
        return IHP_OK;
    }
    fputs("\nFiles imported\n\n", stream);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    json_array_foreach(files, i, file)
    {
        put_key(&print, file, "table");
        put_key(&print, file, "file");
        ihp__print_count(&print, number_of(file, "rows"));
    }
    return ihp__print_end(&print, err);
}

/* A list of the record that is printed in a table of its own. */
struct list {
    const char *title, *key, *text, *count;
    bool has_column, has_cents;
};

static enum ihp_status print_list(FILE *stream, const json_t *record, const struct list *list,
                                  struct ihp_error *err)
{
    const struct ihp__print_column columns[] = {{"Table", IHP__PRINT_TEXT, false},
                                                {"Column", IHP__PRINT_TEXT, true},
                                                {"What", IHP__PRINT_PROSE, false},
                                                {"Rows", IHP__PRINT_NUMBER, false},
                                                {"Dollars", IHP__PRINT_NUMBER, true}};
    const json_t *rows = json_object_get(record, list->key), *row;
    size_t i;
    if (json_array_size(rows) == 0) {
        return IHP_OK;
    }
    fprintf(stream, "\n%s\n\n", list->title);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    json_array_foreach(rows, i, row)
    {
        put_key(&print, row, "table");
        put_key(&print, row, list->has_column ? "column" : "");
        put_key(&print, row, list->text);
        ihp__print_count(&print, number_of(row, list->count));
        const int64_t cents = number_of(row, "cents");
        if (list->has_cents && cents != 0) { /* most rows of the record have no dollars */
            ihp__print_cents(&print, cents);
        } else {
            ihp__print_text(&print, "");
        }
    }
    return ihp__print_end(&print, err);
}

static void put_sums(struct ihp__print *print, const struct sums *sums)
{
    ihp__print_count(print, sums->lines[IHP__CLAIM_PAID]);
    ihp__print_cents(print, sums->cents[IHP__CLAIM_PAID]);
    ihp__print_count(print, sums->lines[IHP__CLAIM_DENIED]);
    ihp__print_count(print, sums->lines[IHP__CLAIM_VOID]);
}

/* Prints the control totals: what the store has. */
static enum ihp_status print_totals(FILE *stream, const json_t *record, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Year", IHP__PRINT_TEXT, false},          {"Payer", IHP__PRINT_ID, false},
        {"Service class", IHP__PRINT_TEXT, false}, {"Paid lines", IHP__PRINT_NUMBER, false},
        {"Paid", IHP__PRINT_NUMBER, false},        {"Denied lines", IHP__PRINT_NUMBER, false},
        {"Void lines", IHP__PRINT_NUMBER, false}};
    struct totals totals;
    struct sums all = {.year = ""};
    if (!add_up(record, true, &totals)) {
        return ihp__fail_memory(err, "the control totals");
    }
    fputs("\nControl totals by year of service\n\n", stream);
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 3);
    for (size_t i = 0; i < totals.rows; i++) {
        const struct sums *row = &totals.row[i];
        put_text(&print, row->year);
        put_text(&print, row->payer);
        put_text(&print, row->service_class);
        put_sums(&print, row);
        for (int s = 0; s < STATUSES; s++) {
            add_to(&all.lines[s], row->lines[s]);
            add_to(&all.cents[s], row->cents[s]);
        }
    }
    ihp__print_text(&print, "all");
    ihp__print_text(&print, "");
    ihp__print_text(&print, "");
    put_sums(&print, &all);
    free(totals.row);
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    fputc('\n', stream);
    ihp__print_sentence(stream,
                        "%" PRId64 " members, and %" PRId64
                        " member months in the months that have claim lines\n",
                        number_of(json_object_get(record, "totals"), "members"),
                        number_of(json_object_get(record, "totals"), "member_months"));
    return IHP_OK;
}

enum ihp_status ihp__record_print(FILE *stream, const json_t *record, bool whole,
                                  struct ihp_error *err)
{
    static const struct list converted = {"Values converted", "converted", "conversion",
                                          "values",           true,        false};
    static const struct list noted = {"Noted", "noted", "note", "rows", true, true};
    static const struct list left_out = {
        "Rows left out by the layout", "left_out", "reason", "rows", false, true};
    static const struct list bad_rows = {
        "Bad rows set aside", "bad_rows", "reason", "rows", false, true};
    if (whole && (print_files(stream, record, err) != IHP_OK ||
                  print_list(stream, record, &converted, err) != IHP_OK ||
                  print_list(stream, record, &noted, err) != IHP_OK)) {
        return err->status;
    }
    if (print_list(stream, record, &left_out, err) != IHP_OK ||
        print_list(stream, record, &bad_rows, err) != IHP_OK) {
        return err->status;
    }
    return print_totals(stream, record, err);
}

/* ---- the summary ----------------------------------------------------------------------------- */

static bool put(json_t *summary, const char *key, int64_t number)
{
    return json_object_set_new(summary, key, json_integer((json_int_t)number)) == 0;
}

/* Adds the paid lines and cents of each year. */
static bool put_years(json_t *summary, const json_t *record)
{
    struct totals totals;
    bool whole = add_up(record, false, &totals);
    for (size_t i = 0; i < totals.rows; i++) {
        const struct sums *row = &totals.row[i];
        char key[40];
        if (strspn(row->year, "0123456789") != YEAR_TEXT - 1) {
            continue;
        }
        snprintf(key, sizeof key, "paid_lines.%s", row->year);
        whole = put(summary, key, row->lines[IHP__CLAIM_PAID]) && whole;
        snprintf(key, sizeof key, "paid_cents.%s", row->year);
        whole = put(summary, key, row->cents[IHP__CLAIM_PAID]) && whole;
    }
    free(totals.row);
    return whole;
}

json_t *ihp__record_summary(const json_t *record)
{
    json_t *summary = json_object();
    if (record == NULL) {
        return summary;
    }
    const json_t *files = json_object_get(record, "files");
    const json_t *left_out = json_object_get(record, "left_out");
    const json_t *bad_rows = json_object_get(record, "bad_rows");
    const json_t *totals = json_object_get(record, "totals");
    const char *version = json_string_value(json_object_get(record, "program_version"));
    const struct {
        const char *key;
        int64_t number;
    } numbers[] = {{"files", (int64_t)json_array_size(files)},
                   {"rows_read", sum_of(files, "rows")},
                   {"left_out_rows", sum_of(left_out, "rows")},
                   {"left_out_cents", sum_of(left_out, "cents")},
                   {"bad_rows", sum_of(bad_rows, "rows")},
                   {"bad_cents", sum_of(bad_rows, "cents")},
                   {"converted_values", sum_of(json_object_get(record, "converted"), "values")},
                   {"member_months", number_of(totals, "member_months")}};
    bool whole = json_object_set_new(summary, "program_version",
                                     ihp__json_text(version == NULL ? "" : version)) == 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        whole = put(summary, numbers[i].key, numbers[i].number) && whole;
    }
    whole = put_years(summary, record) && whole;
    return ihp__json_whole(summary, whole);
}
