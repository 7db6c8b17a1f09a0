/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npi.h - the numbers of providers, as texts and as numbers.
 *
 * A provider has a National Provider Identifier (NPI) of 10 digits. Minnesota gives those who
 * cannot have one a Unique Minnesota Provider Identifier (UMPI): a letter and 9 digits. Both are
 * one kind of number here, so everything said of NPIs holds for UMPIs. Nothing here is collective.
 */
#ifndef IHP_NPI_H
#define IHP_NPI_H

#include <stdbool.h>
#include <stdint.h>

/* The number of a blank NPI. */
#define IHP__NPI_BLANK (-1)

/* A UMPI is its nine digits plus this number once for A, twice for B, and so on. */
#define IHP__NPI_LETTER INT64_C(10000000000)

/* The greatest number, that of Z999999999. */
#define IHP__NPI_GREATEST (26 * IHP__NPI_LETTER + INT64_C(999999999))

/* Reads an NPI of 10 digits, a UMPI, or the empty text as IHP__NPI_BLANK. Returns false for any
 * other text. */
bool ihp__npi_parse(const char *text, int64_t *npi);

/* Returns true if a number is blank, an NPI or a UMPI. */
bool ihp__npi_valid(int64_t npi);

/* Size of the text of a number, with its end. */
#define IHP__NPI_TEXT 12

/* Writes the text of a number into `buffer`, which it returns; the empty text for blank. */
const char *ihp__npi_format(int64_t npi, char buffer[IHP__NPI_TEXT]);

/* Returns true for an NPI with ten equal digits, which files have for providers without one. */
bool ihp__npi_is_placeholder(int64_t npi);

/* Returns true if the last digit of an NPI is the check digit of the others: the Luhn formula over
 * 80840 and the NPI. True for blank and for a UMPI, which has none. */
bool ihp__npi_check_digit_fits(int64_t npi);

#endif
