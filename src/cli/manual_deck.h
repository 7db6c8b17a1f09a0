/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual_deck.h - writes the manual page of the run deck, ihp-deck(5), from the table of deck keys.
 */
#ifndef IHP_CLI_MANUAL_DECK_H
#define IHP_CLI_MANUAL_DECK_H

#include <stdio.h>

/* Writes the page. */
void ihp__manual_write_deck(FILE *stream);

#endif
