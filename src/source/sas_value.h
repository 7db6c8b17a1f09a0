/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sas_value.h - numbers of a SAS table as texts: decimal numbers, dates, dates with a time.
 *
 * SAS keeps a date as days, and a moment as seconds, since 1960-01-01; the format of the column
 * says which. Nothing here is collective. */
#ifndef IHP_SOURCE_SAS_VALUE_H
#define IHP_SOURCE_SAS_VALUE_H

#include <stddef.h>

enum ihp__sas_kind { IHP__SAS_NUMBER, IHP__SAS_DATE, IHP__SAS_MOMENT };

/* Size of the texts, with their end. */
enum { IHP__SAS_VALUE_TEXT = 400 };

/* Returns what the format of a column ("DATE9.", "DOLLAR12.2"; it may be NULL) says its
 * numbers are. */
enum ihp__sas_kind ihp__sas_kind_of_format(const char *format);

/* Writes a number that is not missing, and returns the length of its text. A whole number has no
 * decimal point; a number of whole cents, up to the error of a sum of doubles, has two decimals;
 * any other has up to 15 digits. A date is YYYY-MM-DD. A moment is a date if it is midnight, else
 * YYYY-MM-DD HH:MM:SS. A date or moment beyond the calendar is written as a number. */
size_t ihp__sas_value_format(enum ihp__sas_kind kind, double value, char text[IHP__SAS_VALUE_TEXT]);

#endif
