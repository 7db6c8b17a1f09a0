/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_text.h - decks for tests: a plain final deck of six lines, one of them replaced. */
#ifndef IHP_TEST_DECK_TEXT_H
#define IHP_TEST_DECK_TEXT_H

#include "deck/deck.h"
#include "files.h"

/* What a key acts on, as the documentation calls it. */
static inline const char *acts_on_text(enum ihp__acts_on acts_on)
{
    static const char *const text[] = {"run",     "refusals", "scenarios", "payment", "intervals",
                                       "quality", "money",    "decision",  "claims"};
    return text[acts_on];
}

enum { DECK_LINES = 6 };

static const char *const deck_line[DECK_LINES] = {
    "store: state.h5",
    "program: contract",
    "output: results/final-2025",
    "settlement: final",
    "base: {year: 2024, paid_through: 2025-12-31}",
    "performance: {year: 2025, paid_through: 2026-12-31}",
};

/* Loads a text as deck "run.yaml" of the test's folder. */
static inline enum ihp_status load_text(const char *text, struct ihp__deck *deck,
                                        struct ihp_error *err)
{
    *err = (struct ihp_error){0};
    write_text(in_folder("run.yaml"), text);
    return ihp__deck_load(in_folder("run.yaml"), deck, err);
}

/* Loads the plain deck with line `line` (from 1) replaced by `text`; 7 puts it behind the last. */
static inline enum ihp_status load_with(int line, const char *text, struct ihp__deck *deck,
                                        struct ihp_error *err)
{
    char whole[4000] = "";
    size_t size = 0;
    for (int i = 1; i <= DECK_LINES + 1; i++) {
        const char *here = i == line ? text : i <= DECK_LINES ? deck_line[i - 1] : "";
        size += (size_t)snprintf(whole + size, sizeof whole - size, "%s\n", here);
        assert_true(size < sizeof whole);
    }
    return load_text(whole, deck, err);
}

/* Returns the plain deck with more text behind it, which must load. */
static inline struct ihp__deck loaded(const char *more)
{
    struct ihp__deck deck;
    struct ihp_error err;
    if (load_with(DECK_LINES + 1, more, &deck, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return deck;
}

/* That deck is refused with a message that begins "PATH" and then `begins`, and holds `part`; the
 * caller's deck stays as it was. */
static inline void assert_deck_refused(int line, const char *text, const char *begins,
                                       const char *part)
{
    static struct ihp__deck deck, before;
    struct ihp_error err;
    char begin[PATH_BYTES];
    memset(&deck, 'z', sizeof deck);
    before = deck;
    if (load_with(line, text, &deck, &err) == IHP_OK) {
        fail_msg("not refused: %s", text);
    }
    snprintf(begin, sizeof begin, "%s%s", in_folder("run.yaml"), begins);
    assert_fault(&err, IHP_ERR_USAGE, begin);
    assert_memory_equal(err.text, begin, strlen(begin));
    assert_fault(&err, IHP_ERR_USAGE, part);
    assert_memory_equal(&deck, &before, sizeof deck);
}

/* A text that takes the place of a line, and how the refusal begins. */
struct refusal {
    int line;
    const char *text, *begins, *part;
};

static inline void assert_refusals(const struct refusal *refusal, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_deck_refused(refusal[i].line, refusal[i].text, refusal[i].begins, refusal[i].part);
    }
}
#define ASSERT_REFUSALS(cases) assert_refusals(cases, sizeof cases / sizeof cases[0])

#endif
