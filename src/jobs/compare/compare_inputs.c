/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inputs that differ between two settlements, as their manifests have them. */
#include "jobs/compare/compare.h"

#include <string.h>

/* Inputs besides the deck. The manifest has one hash for all files of the program folder, and
 * another for those on which attribution, cost and target depend. */
static const struct {
    const char *entry, *key, *input;
} others[] = {{"program", "hash", "program.hash"},
              {"program", "terms_hash", "program.terms_hash"},
              {"store", "content_hash", "store.content_hash"}};
enum { OTHERS = sizeof others / sizeof others[0] };

/* Adds an input if its two values differ. */
static void put_input(struct ihp__table *t, const char *input, const char *first,
                      const char *second)
{
    if (strcmp(first, second) != 0) {
        ihp__table_text(t, input);
        ihp__table_text(t, first);
        ihp__table_text(t, second);
    }
}

/* Adds the keys of a deck that differ: those of the first, or those that only the second has. */
static void put_deck(struct ihp__table *t, const json_t *const deck[2], int side)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)deck[side], key, value)
    {
        char input[200], first[IHP__MANIFEST_TEXT], second[IHP__MANIFEST_TEXT];
        if (side == 1 && json_object_get(deck[0], key) != NULL) {
            continue;
        }
        snprintf(input, sizeof input, "deck.%.190s", key);
        put_input(t, input, ihp__manifest_text(deck[0], key, first),
                  ihp__manifest_text(deck[1], key, second));
    }
}

static const char *text_of(const json_t *manifest, const char *entry, const char *key)
{
    const json_t *object = entry == NULL ? manifest : json_object_get(manifest, entry);
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

enum ihp_status ihp__compare_inputs(struct ihp__comparison *c, struct ihp_error *err)
{
    struct ihp__table *t = &c->table[IHP__COMPARED_INPUTS];
    const json_t *manifest[2] = {c->side[0].finished.manifest, c->side[1].finished.manifest};
    const json_t *deck[2] = {json_object_get(manifest[0], "deck"),
                             json_object_get(manifest[1], "deck")};
    put_deck(t, deck, 0);
    put_deck(t, deck, 1);
    for (size_t i = 0; i < OTHERS; i++) {
        put_input(t, others[i].input, text_of(manifest[0], others[i].entry, others[i].key),
                  text_of(manifest[1], others[i].entry, others[i].key));
    }
    put_input(t, "program_version", text_of(manifest[0], NULL, "program_version"),
              text_of(manifest[1], NULL, "program_version"));
    return ihp__table_whole(t) ? IHP_OK : ihp__fail_memory(err, "the inputs that differ");
}
