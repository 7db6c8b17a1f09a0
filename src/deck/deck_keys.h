/* deck_keys.h - the table of deck keys that loading, help and the manifest share. */
#ifndef IHP_DECK_KEYS_H
#define IHP_DECK_KEYS_H

#include "ihp/deck.h"

enum ihp_deck_type {
    IHP_DECK_PATH,    /* char[IHP_PATH_MAX], relative to the deck */
    IHP_DECK_CHOICE,  /* int, position in `choices` */
    IHP_DECK_INTEGER, /* int, low..high */
    IHP_DECK_DATE,    /* int, days since 1970-01-01 */
    IHP_DECK_DECIMAL, /* double, low <= value < high */
    IHP_DECK_BOOLEAN  /* int, 0 or 1 */
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

/* A key that other versions of the program have. */
struct ihp_deck_later {
    const char *path, *what;
};
extern const struct ihp_deck_later ihp_deck_later[];
extern const size_t ihp_deck_laters;

/* Puts the value `text` of a key into `deck`; `folder` is the deck's. False when it is not allowed. */
bool ihp_deck_set(struct ihp_deck *deck, const struct ihp_deck_spec *spec, const char *text,
                  const char *folder);

#endif
