/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments as texts. */
#include "base/calendar.h"

#include <string.h>
#include <time.h>

const char *ihp__moment_format(int64_t seconds, char buffer[IHP__MOMENT_TEXT])
{
    time_t moment = (time_t)seconds;
    struct tm utc;
    if (gmtime_r(&moment, &utc) == NULL ||
        strftime(buffer, IHP__MOMENT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        buffer[0] = '\0';
    }
    return buffer;
}

/* Reads two digits from 00 to `most` that `end` follows. */
static bool two_digits(const char *text, int most, char end, int *value)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9' || text[2] != end) {
        return false;
    }
    *value = (text[0] - '0') * 10 + (text[1] - '0');
    return *value <= most;
}

bool ihp__moment_parse(const char *text, int64_t *seconds)
{
    char date[11];
    int32_t day;
    int hour, minute, second;
    if (strlen(text) != 20 || text[10] != 'T') {
        return false;
    }
    memcpy(date, text, 10);
    date[10] = '\0';
    if (!ihp__day_parse(date, &day) || !two_digits(text + 11, 23, ':', &hour) ||
        !two_digits(text + 14, 59, ':', &minute) || !two_digits(text + 17, 59, 'Z', &second)) {
        return false;
    }
    *seconds = (int64_t)day * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}
