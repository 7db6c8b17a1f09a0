/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of bytes as people read them. */
#include "base/bytes.h"

#include <stddef.h>
#include <stdio.h>

const char *ihp__bytes_format(uint64_t bytes, char buffer[IHP__BYTES_TEXT])
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024 && unit < 4; unit++) {
        value /= 1024;
    }
    snprintf(buffer, IHP__BYTES_TEXT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return buffer;
}
