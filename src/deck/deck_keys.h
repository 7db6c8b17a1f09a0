/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_keys.h - the table of deck keys that loading, help, sweeps and the manifest share. */
#ifndef IHP_DECK_KEYS_H
#define IHP_DECK_KEYS_H

#include "deck/deck.h"

enum ihp_deck_type {
    IHP_DECK_PATH,    /* char[IHP_PATH_MAX], relative to the deck */
    IHP_DECK_CHOICE,  /* int, position in `choices` */
    IHP_DECK_INTEGER, /* int, low..high */
    IHP_DECK_DATE,    /* int, days since 1970-01-01 */
    IHP_DECK_DECIMAL, /* double, low <= value < high */
    IHP_DECK_BOOLEAN, /* int, 0 or 1 */
    IHP_DECK_TEXT     /* char[IHP_POLICY_TEXT], 1 to IHP_GROUP_MAX bytes on one line */
};

struct ihp_deck_spec {
    const char *path;
    enum ihp_deck_type type;
    size_t offset; /* in struct ihp_deck */
    double low, high;
    const char *const *choices; /* ended with NULL */
    const char *allowed;
    const char *fallback; /* default, NULL when required */
    const char *section, *help;
};

extern const struct ihp_deck_spec ihp_deck_spec[];
extern const size_t ihp_deck_specs;

/* The row of a key, or NULL. */
const struct ihp_deck_spec *ihp_deck_find(const char *path);

/* Texts that a choice or boolean can be, in the order of its values, ended with NULL; NULL for
 * other types. */
const char *const *ihp_deck_choices(const struct ihp_deck_spec *spec);

/* Whether a text in quotes is refused: a quoted number is a text, and the key wants none. */
bool ihp_deck_wants_plain(const struct ihp_deck_spec *spec);

/* The value `text` of a key that is no path, as a number, 0 for that of a text. False when it is
 * not allowed. */
bool ihp_deck_number(const struct ihp_deck_spec *spec, const char *text, double *number);

/* Puts a text of an allowed length into a policy, all bytes of it. */
void ihp_deck_set_text(char field[IHP_POLICY_TEXT], const char *text);

/* Puts the value `text` of a key into `deck`; `folder` is the deck's. False when not allowed. */
bool ihp_deck_set(struct ihp_deck *deck, const struct ihp_deck_spec *spec, const char *text,
                  const char *folder);

#endif
