/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a checkpoint is of: version, deck, store, program, interim and options, as texts that are
 * compared. */
#include "checkpoint.h"

#include "ihp/version.h"

#include <string.h>
#include <xxhash.h>

const char *const ihp_identity_name[IHP_IDENTITIES] = {
    [IHP_IDENTITY_VERSION] = "version of ihp",
    [IHP_IDENTITY_DECK] = "deck",
    [IHP_IDENTITY_STORE] = "store",
    [IHP_IDENTITY_PROGRAM] = "program folder",
    [IHP_IDENTITY_INTERIM] = "interim",
    [IHP_IDENTITY_OPTIONS] = "set of options",
};

const struct ihp_saved_table ihp_saved_table[IHP_SAVED_TABLES] = {
    {IHP_TABLE_SCENARIOS, "table/scenarios"},
    {IHP_TABLE_BOOTSTRAP, "table/bootstrap"},
    {IHP_TABLE_BOOTSTRAP_OUTCOMES, "table/bootstrap_outcomes"},
    {IHP_TABLE_SCENARIO_BOOTSTRAP, "table/scenario_bootstrap"},
};

static void hash_key(void *state, const struct ihp_deck_key *key)
{
    if (!key->of_run) {
        XXH3_128bits_update(state, key->path, strlen(key->path) + 1);
        XXH3_128bits_update(state, key->value, strlen(key->value) + 1);
    }
}

static void hash_keys(const struct ihp_settling *s, XXH3_state_t *state)
{
    ihp_deck_each_key(&s->context.deck, hash_key, state);
}

/* What the deck's interim was found to be, which the bridge rests on. */
static void hash_interim(const struct ihp_settling *s, XXH3_state_t *state)
{
    const struct ihp_interim *interim = &s->bridge.interim;
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const struct ihp_interim_row *row = &interim->row[p];
        const int64_t numbers[] = {row->members[IHP_BASE],
                                   row->members[IHP_PERFORMANCE],
                                   row->months[IHP_BASE],
                                   row->months[IHP_PERFORMANCE],
                                   row->amounts.shared_before_pbp,
                                   row->amounts.shared_amount,
                                   row->amounts.quality_adjusted,
                                   row->amounts.circumstance_reduction,
                                   row->amounts.final_amount,
                                   row->amounts.whole,
                                   row->amount_due,
                                   interim->paid_through[IHP_BASE],
                                   interim->paid_through[IHP_PERFORMANCE]};
        XXH3_128bits_update(state, numbers, sizeof numbers);
    }
}

/* The hash of what `add` gives, in hexadecimal digits. */
static enum ihp_status hash_text(const struct ihp_settling *s,
                                 void (*add)(const struct ihp_settling *s, XXH3_state_t *state),
                                 char *text, struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp_fail_memory(err, "a hash");
    }
    XXH3_128bits_reset(state);
    add(s, state);
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(state));
    XXH3_freeState(state);
    for (size_t i = 0; i < sizeof digest.digest; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest.digest[i]);
    }
    return IHP_OK;
}

enum ihp_status ihp_identity_of(const struct ihp_settling *s, struct ihp_identity *identity,
                                struct ihp_error *err)
{
    const struct ihp_store_info *store = s->context.info;
    char(*text)[IHP_IDENTITY_TEXT] = identity->text;
    snprintf(text[IHP_IDENTITY_VERSION], sizeof *text, "%s", IHP_VERSION);
    snprintf(text[IHP_IDENTITY_STORE], sizeof *text, "%s, %llu bytes", store->content_hash,
             (unsigned long long)store->file_bytes);
    snprintf(text[IHP_IDENTITY_PROGRAM], sizeof *text, "%s", s->context.program->hash);
    snprintf(text[IHP_IDENTITY_OPTIONS], sizeof *text, "block %zu of %zu, %s member files",
             s->part.block, s->part.blocks, s->options->member_files ? "with" : "without");
    snprintf(text[IHP_IDENTITY_INTERIM], sizeof *text, "none");
    if (s->bridge.interim.row != NULL) {
        hash_text(s, hash_interim, text[IHP_IDENTITY_INTERIM], err);
    }
    return hash_text(s, hash_keys, text[IHP_IDENTITY_DECK], err);
}
