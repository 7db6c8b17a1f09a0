/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of ihp check about the import that made the store, from its record: near misses, rows
 * that a layout left out, and rows that were set aside. */
#include "jobs/check/check.h"

#include "result/print_sentence.h"
#include "store/store_record.h"

/* Returns a text of a row of the record; "" if there is none. */
static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text == NULL ? "" : text;
}

/* Prints the rows of one section of the record. `more` is the key of what is said of each. */
static size_t print_rows(const struct ihp__check *check, const json_t *rows, const char *title,
                         const char *more)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        char count[IHP__CHECK_COUNT_TEXT], dollars[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT + 8] = "";
        json_int_t number = json_integer_value(json_object_get(row, "rows"));
        json_int_t cents = json_integer_value(json_object_get(row, "cents"));
        const char *column = text_of(row, "column");
        uint64_t shown = number < 0 ? 0 : (uint64_t)number;
        if (cents != 0 && (shown >= IHP__CHECK_SHOWN || check->options->show_small)) {
            snprintf(paid, sizeof paid, ", %s", ihp__money_format_grouped(cents, dollars));
        }
        ihp__print_sentence(check->stream, "    %s%s%s%s: %s: %s%s\n", title, text_of(row, "table"),
                            column[0] == '\0' ? "" : ", ", column, text_of(row, more),
                            ihp__check_shown(check, shown, count), paid);
    }
    return json_array_size(rows);
}

enum ihp_status ihp__check_import(const struct ihp__check *check, const struct ihp__store *store,
                                  struct ihp_error *err)
{
    json_t *record;
    if (ihp__store_read_record(store, &record, err) != IHP_OK) {
        return err->status;
    }
    if (record == NULL) {
        return IHP_OK;
    }
    ihp__print_sentence(check->stream,
                        "  What the import noted, with rows (of programs: months) and dollars\n");
    size_t rows = print_rows(check, json_object_get(record, "noted"), "", "note");
    rows += print_rows(check, json_object_get(record, "left_out"), "left out: ", "reason");
    rows += print_rows(check, json_object_get(record, "bad_rows"), "set aside: ", "reason");
    if (rows == 0) {
        ihp__print_sentence(check->stream, "    nothing\n");
    }
    json_decref(record);
    return IHP_OK;
}
