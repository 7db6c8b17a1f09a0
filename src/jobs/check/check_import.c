/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of ihp check about the import that made the store, from its record: near misses,
 * values that were converted, rows that a layout left out, and rows that were set aside. */
#include "jobs/check/check.h"

#include "engine/set_aside.h"
#include "result/print_sentence.h"
#include "store/store_record.h"

/* Returns a text of a row of the record; "" if there is none, and "?" for one that a terminal could
 * obey. */
static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if (ihp__control_bytes(at) > 0) {
            return "?";
        }
    }
    return text == NULL ? "" : text;
}

/* A section of the record: its key, the keys of what is said of each row and of how many there are,
 * and what comes before it. */
struct section {
    const char *key, *more, *count, *title;
};

/* Prints the rows of one section. Returns how many it has. */
static size_t print_rows(const struct ihp__check *check, const json_t *record,
                         const struct section *section)
{
    const json_t *rows = json_object_get(record, section->key);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        char count[IHP__CHECK_COUNT_TEXT], dollars[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT + 8] = "";
        json_int_t number = json_integer_value(json_object_get(row, section->count));
        json_int_t cents = json_integer_value(json_object_get(row, "cents"));
        const char *column = text_of(row, "column");
        uint64_t shown = number < 0 ? 0 : (uint64_t)number;
        if (cents != 0 && (shown >= IHP__CHECK_SHOWN || check->options->show_small)) {
            snprintf(paid, sizeof paid, ", %s", ihp__money_format_grouped(cents, dollars));
        }
        ihp__print_sentence(check->stream, "    %s%s%s%s: %s: %s%s\n", section->title,
                            text_of(row, "table"), column[0] == '\0' ? "" : ", ", column,
                            text_of(row, section->more), ihp__check_shown(check, shown, count),
                            paid);
    }
    return json_array_size(rows);
}

/* Raises a flag if much was set aside. */
static void raise_set_aside(struct ihp__check *check, const json_t *record)
{
    const struct ihp__set_aside aside = ihp__set_aside_of(record, check->deck);
    char text[IHP__SET_ASIDE_TEXT];
    if (aside.is_much) {
        ihp__flag_raise(&check->flags, IHP__FLAG_QUARANTINED, "%s",
                        ihp__set_aside_text(&aside, check->options->show_small, text));
    }
}

enum ihp_status ihp__check_import(struct ihp__check *check, const struct ihp__store *store,
                                  struct ihp_error *err)
{
    static const struct section sections[] = {
        {"noted", "note", "rows", ""},
        {"converted", "conversion", "values", "converted: "},
        {"left_out", "reason", "rows", "left out: "},
        {"bad_rows", "reason", "rows", "set aside: "},
    };
    json_t *record;
    size_t rows = 0;
    if (ihp__store_read_record(store, &record, err) != IHP_OK) {
        return err->status;
    }
    if (record == NULL) {
        return IHP_OK;
    }
    ihp__print_sentence(check->stream, "  What the import noted, with values or rows (of programs: "
                                       "months) and dollars\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        rows += print_rows(check, record, &sections[i]);
    }
    if (rows == 0) {
        ihp__print_sentence(check->stream, "    nothing\n");
    }
    raise_set_aside(check, record);
    json_decref(record);
    return IHP_OK;
}
