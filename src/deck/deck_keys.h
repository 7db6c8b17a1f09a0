/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_keys.h - the table of deck keys that loading, help, sweeps and the manifest share. */
#ifndef IHP_DECK_KEYS_H
#define IHP_DECK_KEYS_H

#include "deck/deck.h"

enum ihp__deck_type {
    IHP__DECK_PATH,    /* char[IHP__PATH_MAX], relative to the deck */
    IHP__DECK_CHOICE,  /* int, position in `choices` */
    IHP__DECK_INTEGER, /* int, low..high */
    IHP__DECK_DATE,    /* int, days since 1970-01-01 */
    IHP__DECK_DECIMAL, /* double, low <= value < high */
    IHP__DECK_BOOLEAN, /* int, 0 or 1 */
    IHP__DECK_TEXT     /* char[IHP__POLICY_TEXT], 1 to IHP__GROUP_MAX bytes on one line */
};

struct ihp__deck_spec {
    const char *path;
    enum ihp__deck_type type;
    size_t offset; /* in struct ihp__deck */
    double low, high;
    const char *const *choices; /* ended with NULL */
    const char *allowed;
    const char *fallback; /* default, NULL when required */
    const char *section, *help;
};

extern const struct ihp__deck_spec ihp__deck_spec[];
extern const size_t ihp__deck_specs;

/* The row of a key, or NULL. */
const struct ihp__deck_spec *ihp__deck_find(const char *path);

/* Texts that a choice or boolean can be, in the order of its values, ended with NULL; NULL for
 * other types. */
const char *const *ihp__deck_choices(const struct ihp__deck_spec *spec);

/* Whether a text in quotes is refused: a quoted number is a text, and the key wants none. */
bool ihp__deck_wants_plain(const struct ihp__deck_spec *spec);

/* The value `text` of a key that is no path, as a number, 0 for that of a text. False when it is
 * not allowed. */
bool ihp__deck_number(const struct ihp__deck_spec *spec, const char *text, double *number);

/* Puts a text of an allowed length into a policy, all bytes of it. */
void ihp__deck_set_text(char field[IHP__POLICY_TEXT], const char *text);

/* Puts the value `text` of a key into `deck`; `folder` is the deck's. False when not allowed. */
bool ihp__deck_set(struct ihp__deck *deck, const struct ihp__deck_spec *spec, const char *text,
                   const char *folder);

#endif
