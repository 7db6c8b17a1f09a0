/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking values of a store that are not numbers of other arrays: texts, which must not carry
 * control characters into a file or onto a terminal, and days, months and counties, with which the
 * rules calculate. */
#include "store_internal.h"

#include "base/text.h"

#include <string.h>

enum { COUNTY_MAX = 99999 };

enum ihp_status ihp__store_check_texts(const struct ihp__store *store, enum ihp__column which,
                                       const char *texts, size_t width, size_t count,
                                       struct ihp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = texts + i * width;
        size_t length = strnlen(text, width);
        const char *problem = ihp__text_problem(text, length);
        for (size_t rest = length; problem == NULL && rest < width; rest++) {
            problem = text[rest] == '\0' ? NULL : "has control characters";
        }
        if (problem != NULL) {
            return ihp__store_fail_column(store, ihp__column_spec[which].name, problem, err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__store_check_days(const struct ihp__store *store, enum ihp__column which,
                                      const int32_t *days, size_t count, int32_t none,
                                      struct ihp_error *err)
{
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        right &= days[i] == none || ihp__day_in_calendar(days[i]);
    }
    return right ? IHP_OK
                 : ihp__store_fail_column(store, ihp__column_spec[which].name,
                                          "has a day outside the years 0001 to 9999", err);
}

enum ihp_status ihp__store_check_months(const struct ihp__store *store, enum ihp__column which,
                                        const int32_t *months, size_t count, struct ihp_error *err)
{
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        right &= ihp__month_in_calendar(months[i]);
    }
    return right ? IHP_OK
                 : ihp__store_fail_column(store, ihp__column_spec[which].name,
                                          "has a month outside the years 0001 to 9999", err);
}

enum ihp_status ihp__store_check_counties(const struct ihp__store *store, enum ihp__column which,
                                          const uint32_t *counties, size_t count,
                                          struct ihp_error *err)
{
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        right &= counties[i] <= COUNTY_MAX;
    }
    return right ? IHP_OK
                 : ihp__store_fail_column(store, ihp__column_spec[which].name,
                                          "has a number of more than five digits", err);
}
