/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a run deck. A deck that is read can be described, and so can each of its scenarios. */
#include "fuzz.h"

#include "deck/deck.h"

#include <string.h>

/* Reads what the table has of a key. */
static void use_key(void *context, const struct ihp__deck_key *key)
{
    size_t *length = context;
    *length += strlen(key->path) + strlen(key->allowed) + strlen(key->value);
}

static void run(const uint8_t *data, size_t size)
{
    struct ihp__deck deck;
    struct ihp_error err = {0};
    memset(&deck, 0, sizeof deck);
    fuzz_put("deck.yaml", data, size);
    enum ihp_status status = ihp__deck_load(fuzz_path("deck.yaml"), &deck, &err);
    fuzz_check(status, &err);
    if (status == IHP_OK) {
        size_t length = 0;
        ihp__deck_each_key(&deck, use_key, &length);
        for (size_t i = 0; deck.sweep != NULL && i < deck.sweep->scenarios; i++) {
            ihp__deck_apply(&deck, &deck.sweep->scenario[i].terms);
            ihp__deck_each_key(&deck, use_key, &length);
        }
    }
    ihp__deck_free(&deck);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_deck", .run = run};
