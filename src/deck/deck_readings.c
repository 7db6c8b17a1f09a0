/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The design `readings` of a sweep: a scenario for each value that a policy could have and the deck
 * does not give it. */
#include "deck_sweep.h"

#include <string.h>

/* Returns the key of a row that is a reading of the contract, NULL for other rows. Readings are the
 * policies that are a choice or a boolean and have a section; a number is what the contract states.
 * A policy of payments is one of them, though its price is 0: it changes no settlement. */
static const struct ihp__sweep_key *reading_of(const struct ihp__deck_spec *spec)
{
    static const char prefix[] = "policies.";
    bool policy = strncmp(spec->path, prefix, sizeof prefix - 1) == 0;
    return policy && spec->section[0] != '\0' && ihp__deck_choices(spec) != NULL
               ? ihp__sweep_find(spec->path + sizeof prefix - 1)
               : NULL;
}

static enum ihp_status add_readings(struct ihp__sweep *sweep, const struct ihp__deck *deck,
                                    size_t line, struct ihp_error *err)
{
    const struct ihp__terms terms = ihp__deck_terms(deck);
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__sweep_key *key = reading_of(&ihp__deck_spec[i]);
        const char *const *choice = ihp__deck_choices(&ihp__deck_spec[i]);
        if (key == NULL) {
            continue;
        }
        int own = *(const int *)((const char *)deck + ihp__deck_spec[i].offset);
        for (int c = 0; choice[c] != NULL; c++) {
            const struct ihp__sweep_value value = {choice[c], c, line, ""};
            const struct ihp__sweep_pick pick = {key, &value};
            if (c != own && ihp__sweep_add(sweep, &terms, "", line, &pick, 1, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

/* Returns the number of readings that a deck does not have. */
static size_t count_readings(void)
{
    size_t count = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const char *const *choice = ihp__deck_choices(&ihp__deck_spec[i]);
        for (int c = 1; reading_of(&ihp__deck_spec[i]) != NULL && choice[c] != NULL; c++) {
            count++;
        }
    }
    return count;
}

enum ihp_status ihp__sweep_read_readings(struct ihp__deck_loading *l,
                                         const struct ihp__sweep_section *section)
{
    size_t count = count_readings(), line = section->given_design.line;
    if (ihp__sweep_check_count(l, section, line, "sweep.design", count) != IHP_OK) {
        return l->err->status;
    }
    l->deck.sweep = ihp__sweep_create(section->design, count);
    return l->deck.sweep == NULL ? ihp__fail_memory(l->err, "the scenarios")
                                 : add_readings(l->deck.sweep, &l->deck, line, l->err);
}
