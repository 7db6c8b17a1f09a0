/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of a SAS table as texts. */
#include "source/sas_value.h"

#include "base/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- formats --------------------------------------------------------------------------------- */

/* A format, or all formats that begin so. */
struct format {
    const char *name;
    bool begins;
    enum ihp__sas_kind kind;
};

/* SAS's formats of dates and moments; the first that fits counts. */
static const struct format formats[] = {
    {"DATETIME", true, IHP__SAS_MOMENT}, {"DATEAMPM", true, IHP__SAS_MOMENT},
    {"MDYAMPM", true, IHP__SAS_MOMENT},  {"NLDATM", true, IHP__SAS_MOMENT},
    {"E8601DT", false, IHP__SAS_MOMENT}, {"E8601DN", false, IHP__SAS_MOMENT},
    {"E8601DX", false, IHP__SAS_MOMENT}, {"E8601DZ", false, IHP__SAS_MOMENT},
    {"B8601DT", false, IHP__SAS_MOMENT}, {"B8601DN", false, IHP__SAS_MOMENT},
    {"B8601DX", false, IHP__SAS_MOMENT}, {"B8601DZ", false, IHP__SAS_MOMENT},
    {"IS8601DT", true, IHP__SAS_MOMENT}, {"IS8601DN", true, IHP__SAS_MOMENT},
    {"IS8601DZ", true, IHP__SAS_MOMENT}, {"DT", true, IHP__SAS_MOMENT},
    {"DATE", false, IHP__SAS_DATE},      {"DAY", false, IHP__SAS_DATE},
    {"DDMMYY", true, IHP__SAS_DATE},     {"DOWNAME", false, IHP__SAS_DATE},
    {"MMDDYY", true, IHP__SAS_DATE},     {"YYMMDD", true, IHP__SAS_DATE},
    {"E8601DA", false, IHP__SAS_DATE},   {"B8601DA", false, IHP__SAS_DATE},
    {"IS8601DA", true, IHP__SAS_DATE},   {"JULDAY", false, IHP__SAS_DATE},
    {"JULIAN", false, IHP__SAS_DATE},    {"MMYY", true, IHP__SAS_DATE},
    {"MONNAME", false, IHP__SAS_DATE},   {"MONTH", false, IHP__SAS_DATE},
    {"MONYY", false, IHP__SAS_DATE},     {"NLDATE", true, IHP__SAS_DATE},
    {"PDJUL", true, IHP__SAS_DATE},      {"QTR", true, IHP__SAS_DATE},
    {"WEEK", true, IHP__SAS_DATE},       {"WORDDAT", true, IHP__SAS_DATE},
    {"YEAR", false, IHP__SAS_DATE},      {"YYMM", true, IHP__SAS_DATE},
    {"YYMON", false, IHP__SAS_DATE},     {"YYQ", true, IHP__SAS_DATE},
};

enum ihp__sas_kind ihp__sas_kind_of_format(const char *format)
{
    size_t length = format == NULL ? 0 : strlen(format);
    while (length > 0 && strchr("0123456789. ", format[length - 1]) != NULL) {
        length--; /* the width */
    }
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        size_t name = strlen(formats[i].name);
        if ((length == name || (formats[i].begins && length > name)) &&
            strncasecmp(format, formats[i].name, name) == 0) {
            return formats[i].kind;
        }
    }
    return IHP__SAS_NUMBER;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Returns the length of what snprintf has written. */
static size_t put(char *text, int length)
{
    if (length <= 0 || length >= IHP__SAS_VALUE_TEXT) {
        text[0] = '\0';
        return 0;
    }
    return (size_t)length;
}

static size_t format_number(double value, char *text)
{
    static const double exact = 9007199254740992.0; /* doubles below are exact to one */
    double size = fabs(value), whole_cents = nearbyint(size * 100.0);
    const char *sign = value < 0 ? "-" : "";
    if (!(size < exact)) { /* digits are lost: an exponent shows it */
        return put(text, snprintf(text, IHP__SAS_VALUE_TEXT, "%.17g", value));
    }
    if (size == nearbyint(size)) {
        return put(text, snprintf(text, IHP__SAS_VALUE_TEXT, "%s%" PRIu64, size > 0 ? sign : "",
                                  (uint64_t)size));
    }
    double error = fabs(size - whole_cents / 100.0);
    if (error <= 1e-9 || error <= size * 1e-15) {
        uint64_t cents = (uint64_t)whole_cents;
        return put(text, snprintf(text, IHP__SAS_VALUE_TEXT, "%s%" PRIu64 ".%02" PRIu64,
                                  cents > 0 ? sign : "", cents / 100, cents % 100));
    }
    /* 15 significant digits without an exponent, and without zeros at the end. */
    int digits_before = (int)floor(log10(size)) + 1;
    int decimals = 15 - digits_before;
    int length = snprintf(text, IHP__SAS_VALUE_TEXT, "%.*f", decimals > 0 ? decimals : 1, value);
    while (length > 1 && length < IHP__SAS_VALUE_TEXT && text[length - 1] == '0' &&
           text[length - 2] != '.') {
        text[--length] = '\0';
    }
    return put(text, length);
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* Days from 1960-01-01 to 1970-01-01, and seconds of a day. */
enum { SAS_EPOCH_DAYS = 3653, DAY_SECONDS = 86400 };

/* Writes a date of SAS. Returns 0 if it is beyond the calendar. */
static size_t format_date(double days, char *text)
{
    char date[IHP__DATE_TEXT];
    if (!(fabs(days) < 1e7) || !ihp__day_in_calendar((int32_t)days - SAS_EPOCH_DAYS)) {
        return 0;
    }
    ihp__day_format((int32_t)days - SAS_EPOCH_DAYS, date);
    return put(text, snprintf(text, IHP__SAS_VALUE_TEXT, "%s", date));
}

static size_t format_moment(double seconds, char *text)
{
    double days = floor(seconds / DAY_SECONDS);
    size_t length = format_date(days, text);
    double in_day = floor(seconds - days * DAY_SECONDS);
    if (length > 0 && in_day > 0 && in_day < DAY_SECONDS) {
        int at = (int)in_day;
        length += put(text + length, snprintf(text + length, IHP__SAS_VALUE_TEXT - length,
                                              " %02d:%02d:%02d", at / 3600, at / 60 % 60, at % 60));
    }
    return length;
}

size_t ihp__sas_value_format(enum ihp__sas_kind kind, double value, char text[IHP__SAS_VALUE_TEXT])
{
    size_t length = kind == IHP__SAS_DATE     ? format_date(floor(value), text)
                    : kind == IHP__SAS_MOMENT ? format_moment(value, text)
                                              : 0;
    return length > 0 ? length : format_number(value, text);
}
