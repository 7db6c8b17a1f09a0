/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readers of one field of a program file. */
#include "program/fields.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum ihp_status ihp__field_year(const struct ihp__csv_row *row, size_t field, int *year,
                                struct ihp_error *err)
{
    int64_t value;
    if (!ihp__integer_parse(row->field[field], IHP__YEAR_MIN, IHP__YEAR_MAX, &value)) {
        return ihp__fail_value(err, row, field, "a year from 1970 to 2200, YYYY");
    }
    *year = (int)value;
    return IHP_OK;
}

enum ihp_status ihp__field_switch(const struct ihp__csv_row *row, size_t field, int blank,
                                  bool *value, struct ihp_error *err)
{
    if (row->length[field] == 0 && blank >= 0) {
        *value = blank == 1;
    } else if (strcmp(row->field[field], "0") == 0 || strcmp(row->field[field], "1") == 0) {
        *value = row->field[field][0] == '1';
    } else {
        return ihp__fail_value(err, row, field, blank >= 0 ? "1, 0 or blank" : "1 or 0");
    }
    return IHP_OK;
}

enum ihp_status ihp__field_number(const struct ihp__csv_row *row, size_t field,
                                  const struct ihp__number_bounds *bounds, double *value,
                                  struct ihp_error *err)
{
    double number;
    if (row->length[field] == 0 && !bounds->required) {
        *value = bounds->blank;
        return IHP_OK;
    }
    if (!ihp__decimal_parse(row->field[field], &number) || number < bounds->low ||
        number > bounds->high || (bounds->above_low && number == bounds->low)) {
        return ihp__fail_value(err, row, field, bounds->expected);
    }
    *value = number;
    return IHP_OK;
}

enum ihp_status ihp__field_money(const struct ihp__csv_row *row, size_t field, int64_t low,
                                 int64_t blank, int64_t *cents, struct ihp_error *err)
{
    int64_t value = blank;
    if (row->length[field] > 0 && (!ihp__money_parse(row->field[field], &value) || value < low)) {
        return ihp__fail_value(err, row, field,
                               low == 0 ? "dollars with at most two decimals, not negative"
                                        : "dollars with at most two decimals");
    }
    *cents = value;
    return IHP_OK;
}

enum ihp_status ihp__field_choice(const struct ihp__csv_row *row, size_t field,
                                  const struct ihp__code_list *list, int *number,
                                  struct ihp_error *err)
{
    int found = ihp__code_find(list, row->field[field]);
    if (found < 0) {
        return ihp__fail_value(err, row, field, list->allowed);
    }
    *number = found;
    return IHP_OK;
}

enum ihp_status ihp__field_provider_class(const struct ihp__csv_row *row, size_t field,
                                          enum ihp__provider_class *provider_class,
                                          struct ihp_error *err)
{
    static const char *const texts[] = {[IHP__PROVIDER_SPE] = "SPE", [IHP__PROVIDER_PCP] = "PCP"};
    static const struct ihp__code_list classes = {texts, 2, "PCP or SPE"};
    int number = 0;
    if (ihp__field_choice(row, field, &classes, &number, err) != IHP_OK) {
        return err->status;
    }
    *provider_class = (enum ihp__provider_class)number;
    return IHP_OK;
}

static bool has_control(const char *text)
{
    while (*text != '\0' && (unsigned char)*text >= ' ' && *text != 0x7f) {
        text++;
    }
    return *text != '\0';
}

enum ihp_status ihp__field_label(const struct ihp__csv_row *row, size_t field, size_t most,
                                 bool required, struct ihp_error *err)
{
    size_t length = row->length[field];
    const char *found =
        length == 0                      ? "a blank"
        : length > most                  ? "a text that is too long"
        : has_control(row->field[field]) ? "a text with control characters"
        : ihp__text_is_formula(row->field[field])
            ? "a text that begins with = + - or @, which a spreadsheet would compute,"
            : NULL;
    if (found == NULL || (length == 0 && !required)) {
        return IHP_OK;
    }
    return ihp__fail_field(err, row, field,
                           "%s is not valid; expected 1 to %zu bytes on one line%s", found, most,
                           required ? "" : ", or a blank");
}

enum ihp_status ihp__field_service(const struct ihp__csv_row *row, size_t field, unsigned *service,
                                   struct ihp_error *err)
{
    int service_class = 0;
    if (ihp__field_choice(row, field, &ihp__service_classes, &service_class, err) != IHP_OK) {
        return err->status;
    }
    int category = ihp__category_parse(row->field[field + 1]);
    if (category < 0) {
        return ihp__fail_value(err, row, field + 1, "3 digits, 999E or 999I");
    }
    *service = (unsigned)(service_class * IHP__CATEGORIES + category);
    return IHP_OK;
}

enum ihp_status ihp__field_codes(const struct ihp__csv_row *row, size_t field,
                                 struct ihp__code_range *range, struct ihp_error *err)
{
    for (size_t f = field; f <= field + 1; f++) {
        if (row->length[f] != IHP__PROCEDURE_LENGTH) {
            return ihp__fail_value(err, row, f, "five characters");
        }
    }
    if (strcmp(row->field[field], row->field[field + 1]) > 0) {
        return ihp__fail_value(err, row, field + 1, "a code that is not before code_from");
    }
    memcpy(range->from, row->field[field], IHP__PROCEDURE_LENGTH);
    memcpy(range->to, row->field[field + 1], IHP__PROCEDURE_LENGTH);
    return IHP_OK;
}

enum ihp_status ihp__field_in_force(const struct ihp__csv_row *row, size_t field,
                                    struct ihp__in_force *in_force, struct ihp_error *err)
{
    struct ihp__in_force read = {INT32_MIN, INT32_MAX};
    if (row->length[field] > 0 && !ihp__month_parse(row->field[field], &read.from)) {
        return ihp__fail_value(err, row, field, "a month, YYYY-MM, or blank");
    }
    if (row->length[field + 1] > 0 &&
        (!ihp__month_parse(row->field[field + 1], &read.to) || read.to < read.from)) {
        return ihp__fail_value(err, row, field + 1, "a month, YYYY-MM, not before from, or blank");
    }
    *in_force = read;
    return IHP_OK;
}

bool ihp__codes_have(const struct ihp__code_range *range, const char *code)
{
    return strlen(code) == IHP__PROCEDURE_LENGTH && strcmp(code, range->from) >= 0 &&
           strcmp(code, range->to) <= 0;
}

enum ihp_status ihp__fail_repeated(const struct ihp__program *program, const char *file,
                                   uint64_t line, uint64_t earlier, const char *key,
                                   struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/%s.csv:%" PRIu64 ": %s already appears on line %" PRIu64
                     "; keep one of the two",
                     program->folder, file, line, key, earlier);
}
