/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of providers. */
#include "base/npi.h"

#include <ctype.h>
#include <stdio.h>

enum { LENGTH = 10, PREFIX_SUM = 24 /* of 80840 by the Luhn formula */ };

bool ihp__npi_parse(const char *text, int64_t *npi)
{
    if (text[0] == '\0') {
        *npi = IHP__NPI_BLANK;
        return true;
    }
    bool umpi = text[0] >= 'A' && text[0] <= 'Z';
    int64_t digits = 0;
    for (int i = umpi ? 1 : 0; i < LENGTH; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return false;
        }
        digits = digits * 10 + (text[i] - '0');
    }
    if (text[LENGTH] != '\0') {
        return false;
    }
    *npi = digits + (umpi ? (text[0] - 'A' + 1) * IHP__NPI_LETTER : 0);
    return true;
}

bool ihp__npi_valid(int64_t npi)
{
    return npi >= IHP__NPI_BLANK && npi <= IHP__NPI_GREATEST &&
           (npi < IHP__NPI_LETTER || npi % IHP__NPI_LETTER < IHP__NPI_LETTER / 10);
}

const char *ihp__npi_format(int64_t npi, char buffer[IHP__NPI_TEXT])
{
    buffer[0] = '\0';
    if (npi >= IHP__NPI_LETTER && ihp__npi_valid(npi)) {
        snprintf(buffer, IHP__NPI_TEXT, "%c%09lld", (char)('A' - 1 + (int)(npi / IHP__NPI_LETTER)),
                 (long long)(npi % IHP__NPI_LETTER));
    } else if (npi != IHP__NPI_BLANK) {
        snprintf(buffer, IHP__NPI_TEXT, "%010lld", (long long)npi);
    }
    return buffer;
}

bool ihp__npi_is_placeholder(int64_t npi)
{
    return npi >= 0 && npi < IHP__NPI_LETTER && npi % INT64_C(1111111111) == 0;
}

bool ihp__npi_check_digit_fits(int64_t npi)
{
    if (npi < 0 || npi >= IHP__NPI_LETTER) {
        return true;
    }
    int sum = PREFIX_SUM;
    for (int place = 0; place < LENGTH; place++) {
        int digit = (int)(npi % 10) * (place % 2 == 1 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
        npi /= 10;
    }
    return sum % 10 == 0;
}
