/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_keys.h - the table of deck keys, which loading, sweeps, the manifest and the documentation's
 * test share, and how a text becomes the value of a key. */
#ifndef IHP_DECK_KEYS_H
#define IHP_DECK_KEYS_H

#include "deck/deck.h"

enum ihp__deck_type {
    IHP__DECK_PATH,    /* char[IHP__PATH_MAX], relative to the deck */
    IHP__DECK_PATHS,   /* struct ihp__deck_payments, a list of paths */
    IHP__DECK_CHOICE,  /* int, position in `choices` */
    IHP__DECK_INTEGER, /* int, low..high */
    IHP__DECK_DATE,    /* int, days since 1970-01-01 */
    IHP__DECK_MONTH,   /* int, months since 1970-01; 0: not given */
    IHP__DECK_DECIMAL, /* double, low <= value < high */
    IHP__DECK_SHARE,   /* double, 0 <= value <= 1 */
    IHP__DECK_BOOLEAN, /* int, 0 or 1 */
    IHP__DECK_TEXT,    /* char[IHP__POLICY_TEXT], 1 to IHP__GROUP_MAX bytes on one line */
    IHP__DECK_SECTION  /* a key of `bootstrap` or `sweep`, which the file of that section reads */
};

struct ihp__deck_spec {
    const char *path; /* "policies.count_unit" */
    enum ihp__deck_type type;
    size_t offset; /* in struct ihp__deck */
    double low, high;
    const char *const *choices; /* ended with NULL */
    const char *allowed;        /* NULL: follows from the type, see ihp__deck_allowed */
    const char *fallback;       /* default, NULL when required */
    const char *section, *help;
    enum ihp__acts_on acts_on;
};

extern const struct ihp__deck_spec ihp__deck_spec[];
extern const size_t ihp__deck_specs;

/* Returns the row of a key, or NULL. */
const struct ihp__deck_spec *ihp__deck_find(const char *path);

/* Writes what a value of the key may be, for "expected ...". Returns `text`. */
const char *ihp__deck_allowed(const struct ihp__deck_spec *spec, char text[IHP__DECK_ALLOWED]);

/* Returns the texts that a choice or boolean can be, in the order of its values, ended with NULL;
 * NULL for other types. */
const char *const *ihp__deck_choices(const struct ihp__deck_spec *spec);

/* Returns true for a key that refuses a text in quotes: a number in quotes is a text. */
bool ihp__deck_is_plain(const struct ihp__deck_spec *spec);

/* Gives the value `text` of a key as a number; 0 for that of a text. Returns false when the value
 * is not allowed; of paths and keys of sections none is. */
bool ihp__deck_number(const struct ihp__deck_spec *spec, const char *text, double *number);

/* Returns true for a text of 1 to `most` bytes on one line. */
bool ihp__deck_is_line(const char *text, size_t most);

/* Puts a text of an allowed length into a policy, all bytes of it. */
void ihp__deck_set_text(char field[IHP__POLICY_TEXT], const char *text);

/* Puts the value `text` of a key into `deck`; `folder` is the deck's. Returns false, the deck
 * unchanged, when the value is not allowed. */
bool ihp__deck_set(struct ihp__deck *deck, const struct ihp__deck_spec *spec, const char *text,
                   const char *folder);

#endif
