/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a checkpoint is of: version, deck, store, program, interim and options, as texts that are
 * compared. */
#include "checkpoint.h"

#include "base/hash_hex.h"
#include "ihp/version.h"

#include <string.h>
#include <xxhash.h>

const char *const ihp__identity_name[IHP__IDENTITIES] = {
    [IHP__IDENTITY_VERSION] = "version of ihp",
    [IHP__IDENTITY_DECK] = "deck",
    [IHP__IDENTITY_STORE] = "store",
    [IHP__IDENTITY_PROGRAM] = "program folder",
    [IHP__IDENTITY_INTERIM] = "interim",
    [IHP__IDENTITY_OPTIONS] = "set of options",
};

const struct ihp__saved_table ihp__saved_table[IHP__SAVED_TABLES] = {
    {IHP__TABLE_SCENARIOS, "table/scenarios"},
    {IHP__TABLE_BOOTSTRAP, "table/bootstrap"},
    {IHP__TABLE_BOOTSTRAP_OUTCOMES, "table/bootstrap_outcomes"},
    {IHP__TABLE_SCENARIO_BOOTSTRAP, "table/scenario_bootstrap"},
};

static void hash_key(void *state, const struct ihp__deck_key *key)
{
    if (key->acts_on != IHP__ACTS_ON_RUN) {
        XXH3_128bits_update(state, key->path, strlen(key->path) + 1);
        XXH3_128bits_update(state, key->value, strlen(key->value) + 1);
    }
}

static void hash_keys(const struct ihp__settling *s, XXH3_state_t *state)
{
    ihp__deck_each_key(&s->context.deck, hash_key, state);
}

/* What the deck's interim was found to be, which the bridge rests on. */
static void hash_interim(const struct ihp__settling *s, XXH3_state_t *state)
{
    const struct ihp__interim *interim = &s->bridge.interim;
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const struct ihp__interim_row *row = &interim->row[p];
        const int64_t numbers[] = {row->members[IHP__BASE],
                                   row->members[IHP__PERFORMANCE],
                                   row->months[IHP__BASE],
                                   row->months[IHP__PERFORMANCE],
                                   row->amounts.shared_before_pbp,
                                   row->amounts.shared_amount,
                                   row->amounts.quality_adjusted,
                                   row->amounts.circumstance_reduction,
                                   row->amounts.final_amount,
                                   row->amounts.whole,
                                   row->amount_due,
                                   interim->paid_through[IHP__BASE],
                                   interim->paid_through[IHP__PERFORMANCE]};
        XXH3_128bits_update(state, numbers, sizeof numbers);
    }
}

/* The hash of what `add` gives, in hexadecimal digits. */
static enum ihp_status hash_text(const struct ihp__settling *s,
                                 void (*add)(const struct ihp__settling *s, XXH3_state_t *state),
                                 char *text, struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(err, "a hash");
    }
    XXH3_128bits_reset(state);
    add(s, state);
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    ihp__hash_hex(hash.high64, hash.low64, text);
    return IHP_OK;
}

enum ihp_status ihp__identity_of(const struct ihp__settling *s, struct ihp__identity *identity,
                                 struct ihp_error *err)
{
    const struct ihp__store_info *store = s->context.info;
    char(*text)[IHP__IDENTITY_TEXT] = identity->text;
    snprintf(text[IHP__IDENTITY_VERSION], sizeof *text, "%s", IHP_VERSION);
    snprintf(text[IHP__IDENTITY_STORE], sizeof *text, "%s, %llu bytes", store->content_hash,
             (unsigned long long)store->file_bytes);
    snprintf(text[IHP__IDENTITY_PROGRAM], sizeof *text, "%s", s->context.program->hash);
    snprintf(text[IHP__IDENTITY_OPTIONS], sizeof *text, "block %zu of %zu, %s member files",
             s->block.number, s->block.blocks, s->options->member_files ? "with" : "without");
    snprintf(text[IHP__IDENTITY_INTERIM], sizeof *text, "none");
    if (s->bridge.interim.row != NULL) {
        hash_text(s, hash_interim, text[IHP__IDENTITY_INTERIM], err);
    }
    return hash_text(s, hash_keys, text[IHP__IDENTITY_DECK], err);
}
