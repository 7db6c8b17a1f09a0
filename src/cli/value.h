/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value.h - turns the text of an option or argument into the field of a request. */
#ifndef IHP_CLI_VALUE_H
#define IHP_CLI_VALUE_H

#include "table.h"

/* The longest text of the functions below, with its end. */
#define IHP__CLI_VALUE_TEXT 300

/* Puts `text` into the field of `request` that `value` names; a flag has no text. Returns false if
 * it is not valid; `why` then says what was found and what is allowed: "'x' is not valid; use a
 * whole number from 1 to 9". */
bool ihp__cli_value_put(const struct ihp__cli_value *value, void *request, const char *text,
                        char why[IHP__CLI_VALUE_TEXT]);

/* Writes the bounds of a number or list for the help, "1 to 65536", into `text`, which is returned;
 * an empty text if there are none. */
const char *ihp__cli_value_bounds(const struct ihp__cli_value *value,
                                  char text[IHP__CLI_VALUE_TEXT]);

#endif
